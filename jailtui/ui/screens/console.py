"""The console: reads the host, draws it, and runs what the operator has seen and confirmed."""

from __future__ import annotations

import time
from contextvars import copy_context
from typing import TYPE_CHECKING

from jailtui.ui.commands import ACTIONS, BY_ID, COMMANDS, FORMS, OTHERS, Command, key_names
from jailtui.ui.findings import UNJUDGED
from jailtui.ui.header import Age, header, notice
from jailtui.ui.lines import Cell, used
from jailtui.ui.messages import Answered, Copy
from jailtui.ui.overlay import overlay
from jailtui.ui.reader import Answer, Reader
from jailtui.ui.rows import Filter, Narrowed
from jailtui.ui.runkeeper import RunKeeper
from jailtui.ui.screens.doctoring import DoctoringScreen
from jailtui.ui.terminal import mouse
from jailtui.ui.whynot import Situation, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.model.state import HostState
    from jailtui.ui.backend import Backend
    from jailtui.ui.glyphs import Glyphs

SAID_FOR = 6.0
"""Seconds for which a reason stands in the bar of keys."""


class ConsoleScreen(DoctoringScreen):
    """The one screen everything starts from."""

    BINDINGS = [command.binding() for command in (*ACTIONS, *FORMS, *OTHERS)]

    def __init__(
        self,
        backend: Backend,
        *,
        interval: float | None,
        glyphs: Glyphs,
        keymap: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(glyphs)
        self.backend = backend
        self.keymap = dict(keymap)
        self.state: HostState | None = None
        self.age = Age()
        self.read_at: float | None = None
        self.started_at = clock()
        self._clock = clock
        self.judged = UNJUDGED
        self.reader = Reader(backend.read, self._tell, interval=interval, clock=clock, judge=backend.findings)
        self._here = copy_context()
        self.runs = RunKeeper(self.reader)
        self.last_ticket = 0
        self._has_mouse = True
        self._said = ""
        self._noticed = ""

    def on_mount(self) -> None:
        self.lists["jails"].focus()
        self._here = copy_context()
        self.reader.start()
        self.situation_changed()

    def _tell(self, answer: Answer) -> None:
        """Called by the reader's thread, where Textual finds its app only in the screen's context."""
        self._here.run(lambda: self.post_message(Answered(answer)))

    def on_unmount(self) -> None:
        self.reader.stop()
        self.runs.cancel.set()

    def on_resize(self) -> None:
        self.call_after_refresh(self.after_resize)

    def after_resize(self) -> None:
        self.show_details()
        self.situation_changed()

    # What the host answered.

    def on_answered(self, event: Answered) -> None:
        answer = event.answer
        self.last_ticket = answer.ticket
        if answer.state is None:
            if self.age.stale_since is None:
                since = self.read_at if self.read_at is not None else answer.at
                self.age = Age(self.age.paused_since, since, str(answer.error))
            else:
                self.age = Age(self.age.paused_since, self.age.stale_since, str(answer.error))
            self.situation_changed()
            return
        self.read_at = answer.at
        self.age = Age(self.age.paused_since)
        judge = self.runs.read(answer.ticket)
        before = self.state, self.judged
        self.state, self.judged = answer.state, answer.found
        if before != (self.state, self.judged) or judge or self.runs.acting.states:
            self.draw_overlaid()
        if before[1] != self.judged:
            self.tell_doctor()
        self.situation_changed()
        if judge and self.runs.picture is not None:
            self._judge(self.runs.picture.plan, self.runs.picture.before, answer.state)

    def draw_overlaid(self) -> None:
        """Draw the last state, with what an action of ours is doing laid over it."""
        if self.state is not None:
            picture = overlay(self.state, self.runs.acting.states)
            if (picture, self.judged) != (self.picture, self.found):
                self.draw(picture, self.judged)

    @property
    def read_only(self) -> str | None:
        """Why no action can run at all."""
        return self.backend.read_only or (self.state.facts.read_only if self.state is not None else None)

    @property
    def wide(self) -> int:
        """Cells across, known before the first layout."""
        return (self.size or self.app.size).width

    def situation(self) -> Situation:
        """What decides which commands can be done now."""
        return Situation(
            read_only=self.read_only,
            loaded=self.state is not None,
            stale=self.age.reason if self.age.stale_since is not None else None,
            running=self.runs.under_way,
            had_run=self.runs.picture is not None,
            panel=self.active,
            rows=self.rows.cursor is not None,
            configured=self.configured_in is not None,
            orphans=len(self.state.orphans) if self.state is not None else 0,
        )

    def why_not(self, command: Command) -> str | None:
        """The reason `command` is off, or None."""
        return why_not(command, self.situation())

    def situation_changed(self) -> None:
        run = self.runs.under_way or ""
        state, found = self.state, self.judged
        ends = header(self.backend.name, state, self.age, self.read_only, run, self.wide, found)
        self.head.show(*ends)
        self.bar.show(*self._bar_cells())
        if (told := notice(state, self.age, found)) != self._noticed:
            self._noticed = told
            self.notice.update(told)
            self.notice.display = bool(told)

    def _bar_cells(self) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
        if self._said:
            return (Cell(" "), Cell(self._said, "warn")), ()
        now, narrow = self.situation(), self.wide < 100
        always = [BY_ID[one] for one in ("app.help", "app.palette", "app.leave")]
        right = [
            cell
            for command in always
            for cell in (
                Cell(f" {key_names(command, self.keymap)[0]}", "key", f"screen.{command.action}"),
                Cell("" if narrow else f" {command.label} ", "", f"screen.{command.action}"),
            )
        ]
        room = self.wide - used(right) - 1
        cells: list[Cell] = []
        for command in (one for one in COMMANDS if one.footer and one.group != "Console"):
            off = why_not(command, now) is not None
            key = key_names(command, self.keymap)[0]
            action = f"screen.{command.action}" if command.group != "Move" else ""
            pair = (
                Cell(f" {key}", "dim" if off else "key", action),
                Cell(f" {command.label}" + ("" if narrow else " "), "dim" if off else "", action),
            )
            if used((*cells, *pair)) <= room:  # no half of a label; `?` has them all
                cells += pair
        return tuple(cells), (*right, Cell(" "))

    def say(self, text: str) -> None:
        """Show a sentence in the place of the keys for a moment."""
        self._said = text
        self.situation_changed()
        if text:
            self.set_timer(SAID_FOR, lambda: self._unsay(text))

    def _unsay(self, text: str) -> None:
        if self._said == text:
            self._said = ""
            self.situation_changed()

    # The view.

    @property
    def narrowed(self) -> Narrowed:
        return self.rows

    def filtered(self) -> None:
        self.titles()

    def action_go_orphan(self) -> None:
        if (key := self.next_orphan()) is not None:
            self.go_to("epairs", key)
        else:
            self.say("There is no orphaned epair.")

    def action_view_problems(self) -> None:
        rows = self.rows
        rows.narrow(Filter(rows.filter.text, not rows.filter.problems))
        self.titles()

    def action_view_back(self) -> None:
        if self.zoomed:
            self.zoom(False)
        elif self.rows.filter:
            self.rows.narrow(Filter())
        elif self.rows.marks:
            self.rows.mark(frozenset())
        self._said = ""
        self.titles()
        self.situation_changed()

    def action_view_pause(self) -> None:
        paused = self.age.paused_since is None
        self.age = Age(self._clock() if paused else None, self.age.stale_since, self.age.reason)
        self.reader.pause(paused)
        if not paused:
            self.reader.ask()
        self.situation_changed()

    def action_view_refresh(self) -> None:
        self.reader.ask()

    def action_view_mouse(self) -> None:
        self._has_mouse = not self._has_mouse
        mouse(self.app, self._has_mouse)
        self.say(
            "The mouse is ours again." if self._has_mouse else "The mouse is the terminal's: select text; M ends it."
        )

    def action_view_copy(self) -> None:
        if (reason := self.why_not(BY_ID["view.copy"])) is not None:
            self.say(reason)
            return
        self.post_message(Copy("\n".join(one.text.strip() for one in self.details.lines) + "\n"))

    def action_app_help(self) -> None:
        from jailtui.ui.screens.help import HelpScreen

        facts = self.state.facts if self.state is not None else None
        self.app.push_screen(HelpScreen(self.why_not, self.keymap, facts, glyphs=self.glyphs))

    def action_app_palette(self) -> None:
        self.app.action_command_palette()

    def action_app_leave(self) -> None:
        if self.zoomed:
            self.zoom(False)
        elif self.runs.under_way is not None and not self.runs.cancel.is_set():
            self.runs.cancel_rest()
            self.say(f"{self.runs.under_way} is under way: no further task begins; q again leaves when it has ended.")
        else:
            self.app.exit()
