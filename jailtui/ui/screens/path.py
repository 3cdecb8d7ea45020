"""The path check of a jail: it grows hop by hop, and carries out a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Static

from jailtui.ui.lines import Cell, Key, Line
from jailtui.ui.messages import Copy
from jailtui.ui.pathlines import KEYS, PathShown, carried_out, path_lines
from jailtui.ui.screens.dialog import TextScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.pathcheck.hops import Course, PathHop, PathReport
    from jailtui.rules.finding import Remedy
    from jailtui.ui.glyphs import Glyphs


TALL = 32
"""Lines of the terminal from which on each hop has a line of its own, whatever was found."""


class PathOwner(Protocol):
    """The part that opened the screen, as it uses it."""

    def check(self, screen: PathScreen, target: str) -> str: ...

    def carry_out(self, screen: PathScreen, remedy: Remedy) -> None: ...


class TargetLine(Input):
    """Where the operator types a target; `done` gets it, or None for esc."""

    BINDINGS = [Binding("escape", "leave", "back", show=False, priority=True)]

    def __init__(self, target: str, done: Callable[[str | None], None]) -> None:
        hint = "an address, a name, or either with :PORT; empty: as far as the gateway"
        super().__init__(target, placeholder=hint, compact=True, id="target")
        self._done = done

    def action_leave(self) -> None:
        self._done(None)

    async def action_submit(self) -> None:
        self._done(self.value)


class PathScreen(TextScreen):
    """Shows the hops as they are known. `target` is where the operator wants to get, "" as far as the gateway."""

    explained = KEYS

    BINDINGS = [
        Binding("enter", "first_fix", "fix"),
        *(Binding(str(number), f"fix({number})", show=False) for number in range(1, 10)),
        Binding("r", "again", "again"),
        Binding("t", "target", "target"),
        Binding("y", "copy", "copy"),
    ]

    def __init__(self, jail: str, owner: PathOwner, glyphs: Glyphs) -> None:
        super().__init__(f"Path of {jail}", self._drawn, glyphs)
        self._jail, self._owner = jail, owner
        self.target = ""
        self.shown = PathShown()

    def _drawn(self, room: int) -> list[Line]:
        return path_lines(self.shown, self.glyphs, room, brief=self.app.size.height < TALL)

    def on_mount(self) -> None:
        super().on_mount()
        self.action_again()

    def own_keys(self) -> tuple[Key, ...]:
        fix = (Key("enter", f"fix {self.first_fix}", "screen.first_fix"),) if self.first_fix else ()
        return (*fix, Key("t", "target"), Key("r", "again"), Key("y", "copy"))

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        first = self.shown.report.first if self.shown.report is not None else None
        return first.finding.remedies if first is not None else ()

    @property
    def first_fix(self) -> int:
        """The number of the first remedy that the program carries out, 0 if all are by hand."""
        return next((number for number, remedy in enumerate(self.remedies, 1) if carried_out(remedy)), 0)

    # Called by the part that opened it.

    def announced(self, course: Course) -> None:
        self.shown = self.shown._replace(course=course)

    def add(self, hop: PathHop) -> None:
        self.shown = self.shown._replace(hops=(*self.shown.hops, hop))
        self.redraw()

    def ended(self, report: PathReport | None, problem: str = "") -> None:
        self.shown = self.shown._replace(report=report, problem=problem)
        self.redraw()

    def show_message(self, text: str) -> None:
        self.bar.show_message(text)

    def settled(self, saved: bool) -> None:
        """A remedy was run: check the path again."""
        if saved:
            self.action_again()

    # Keys.

    def action_again(self) -> None:
        self._heading = Cell(f"Path of {self._jail}{f' to {self.target}' if self.target else ''}", "title"), Cell("")
        self.shown = PathShown()
        if problem := self._owner.check(self, self.target):
            self.shown = PathShown(problem=problem)
        self.redraw()

    def action_first_fix(self) -> None:
        self.action_fix(self.first_fix or 1)

    def action_fix(self, number: int) -> None:
        """Show the plan of a remedy, or its form."""
        if number <= len(self.remedies):
            self._owner.carry_out(self, self.remedies[number - 1])
        else:
            self.show_message(f"This path has no fix {number}." if self.remedies else "Nothing to fix.")

    def action_copy(self) -> None:
        lines = path_lines(self.shown, self.glyphs, 100)
        self.post_message(Copy("\n".join(each.text.rstrip() for each in lines) + "\n"))

    async def action_target(self) -> None:
        """Have the target typed in place of the keys."""
        typed = TargetLine(self.target, self._typed)
        self.bar.display = False
        await self.mount(Horizontal(Static("target "), typed, classes="filter-line"), after=self.bar)
        self.set_focus(typed)

    def _typed(self, text: str | None) -> None:
        """The target was typed; None: it stays as it was."""
        self.query(".filter-line").remove()
        self.bar.display = True
        self.set_focus(self.text)
        if text is not None:
            self.target = text.strip()
            self.action_again()
