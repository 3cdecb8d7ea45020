"""The dialogs of a plan: what would run, with Cancel in focus, and the run while it happens and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input

from jailtui.exchange import shell_line, taken
from jailtui.plans.halfway import left_by
from jailtui.text import clean
from jailtui.ui.lines import Cell, Key, Line, hanging
from jailtui.ui.messages import Copy, SaveText
from jailtui.ui.runlines import NOW, plan_lines, run_lines
from jailtui.ui.screens.dialog import BACK, LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jailtui.exchange import Argv
    from jailtui.plans.plan import Plan
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.progress import RunProgress


PlanChoice = Literal["go", "clear", "by", "cancel"]
"""What is answered to a plan: run it; show it with what it offers, or by what else starts and stops jails; leave it."""


class PlanScreen(LinesDialog[PlanChoice]):
    """Dismissed with what the operator has chosen, or None. `note` stands above its commands.

    What another manager owns, a running jail uses, or somebody else has changed, needs a second yes: the first only
    changes what the button asks.
    What may cut the operator's ssh session needs the host's name, typed.
    """

    BINDINGS = [
        Binding("y", "copy", "copy as script"),
        Binding("c", "clear", "clear leftovers first"),
        Binding("m", "by", "by jail(8), or by the manager"),
        Binding("n,q", "close", "cancel", show=False),
        Binding("left,shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("right,tab", "app.focus_next", show=False, priority=True),
        Binding("j,down", "text('scroll_by(1)')", show=False),
        Binding("k,up", "text('scroll_by(-1)')", show=False),
        Binding("pagedown", "text('scroll_pages(1)')", show=False),
        Binding("pageup", "text('scroll_pages(-1)')", show=False),
    ]

    def __init__(self, plan: Plan, *, glyphs: Glyphs, note: str = "") -> None:
        self.cancel = Button(Content("[ Cancel ]" if plan.tasks else "[ Close ]"), id="cancel")
        buttons = [self.cancel]
        self.name_line = NameLine(plan.hostname) if plan.cuts else None
        if plan.tasks:
            go = Button(Content(f"[ {plan.word} ]"), id="go", variant="error")
            go.active_effect_duration = 0  # while it lasts a second press would be lost
            buttons.append(go)
        super().__init__(
            plan.title if plan.tasks else plan.word,
            self._lines,
            glyphs=glyphs,
            keys=self._plan_keys,
            corner=plan.host,
            below=[Horizontal(*filter(None, (self.name_line, *buttons)), id="choice")],
        )
        self.plan = plan
        self.note = note
        self.armed = False
        self._seen = 0
        self.text.can_focus = False

    @property
    def owners(self) -> str:
        """The jail managers whose resources the plan changes, or ""."""
        return " and ".join(dict.fromkeys(task.owner for task in self.plan.tasks if task.owner))

    @property
    def doubt(self) -> str:
        """The second question, or ""."""
        takes = "Really take it?" if taken(self.plan.tasks) else ""
        belongs = f"Really? It belongs to {self.owners}." if self.owners else ""
        drops = "Really drop what somebody else changed?" if self.plan.lost else ""
        return " ".join(filter(None, (takes, drops, belongs)))

    def on_mount(self) -> None:
        self.cancel.focus()

    def _lines(self, room: int) -> Sequence[Line]:
        things = taken(self.plan.tasks)
        holders = {taking.holder for task in self.plan.tasks for taking in task.takes}
        takes = f"This takes {things}, which {'is' if len(holders) == 1 else 'are'} running." if things else ""
        sign = Cell(f"{self.glyphs.warn} ", "warn")
        cuts = [f"This may cut your ssh session. {reason}" for reason in self.plan.cuts[:1]] + [*self.plan.cuts[1:]]
        cuts += self.plan.way_back
        above = [hanging(sign, text, room, "warn") for text in (self.note, *cuts, takes) if text]
        return [line for lines in above for line in (Line(), *lines)] + plan_lines(self.plan, self.glyphs, room)

    @property
    def unseen(self) -> bool:
        """Whether lines stand below what was in view so far."""
        return self._seen < self.text.total()

    def note_right(self) -> Cell:
        """Which lines are in view: the buttons stand where a list says it."""
        page, total, first = self.text.page, self.text.total(), self.text.first
        self._seen = max(self._seen, first + page)
        lines = f"lines {first + 1}-{min(total, first + page)} of {total} {self.glyphs.dot} "
        return Cell(lines, "warn") if 0 < page < total else Cell("")

    def on_text_lines_scrolled(self) -> None:
        self.redraw()

    def _plan_keys(self) -> Sequence[Key]:
        clear = [Key("c", self.plan.offered)] if self.plan.offers else []
        by = [Key("m", self.plan.other_way)] if self.plan.other_way else []
        choose = [Key("tab", "choose")] if self.plan.tasks else []
        return [Key("enter", self._enter_word()), *clear, *by, Key("y", "copy as script"), *choose, *BACK]

    def _enter_word(self) -> str:
        """What enter does: press the button that has the focus."""
        if self.focused is None or self.focused is self.cancel:
            return "cancel" if self.plan.tasks else "close"
        if self.unseen:
            return "show the rest"
        if self.focused is self.name_line:
            return "to the button"
        word = self.plan.word.lower()
        return f"{word} anyway" if self.armed else "ask again" if self.doubt else word

    def on_descendant_focus(self) -> None:
        self.redraw()

    async def action_text(self, action: str) -> None:
        await self.text.run_action(action)

    def action_clear(self) -> None:
        """Show the plan again with the offered tasks before the others."""
        if self.plan.offers:
            self.dismiss("clear")

    def action_by(self) -> None:
        """Show the plan again, by jail(8) in place of the managers, or the other way round."""
        if self.plan.other_way:
            self.dismiss("by")

    def action_copy(self) -> None:
        self.post_message(Copy(self.plan.script()))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "go" and self.unseen:
            self.text.action_scroll_pages(1)
            return
        if event.button.id == "go" and self.doubt and not self.armed:
            self._ask_again(event.button)
            return
        if event.button.id == "go" and not self._named():
            return
        self.dismiss("go" if event.button.id == "go" else "cancel")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The name is typed: on to the button."""
        event.stop()
        if self._named():
            self.bar.show_message("")
            self.query_one("#go").focus()

    def _named(self) -> bool:
        """Whether the host's name is typed where it has to be; else it is asked for."""
        if self.name_line is None or self.plan.named_by(self.name_line.value.strip()):
            return True
        self.name_line.focus()
        self.bar.show_message(f"Type the name of the host, {self.plan.hostname}: this may cut your ssh session.")
        return False

    def _ask_again(self, button: Button) -> None:
        """The second question; the focus goes back, so that a key held down says no."""
        self.armed = True
        button.label = Content(f"[ {clean(self.doubt)} ]")
        button.refresh(layout=True)
        self.cancel.focus()
        self.redraw()


class NameLine(Input):
    """Where the host's name is typed before a plan that may cut the operator's ssh session."""

    def __init__(self, hostname: str) -> None:
        super().__init__(placeholder=f"type {clean(hostname)} to agree", compact=True, id="hostname")
        self.cursor_blink = False


class RunScreen(LinesDialog[None]):
    """Shows the progress of a run. Closing it does not end the run."""

    BINDINGS = [
        Binding("c", "cancel_rest", "cancel the rest"),
        Binding("y", "copy", "copy"),
        Binding("ctrl+s", "save_text", "save as text", show=False),
        Binding("t", "stop_command", "stop the command"),
        Binding("u", "undo", "undo the save"),
        Binding("enter", "close_when_over", show=False),
        *(Binding(key, f"help('{key}')", show=False) for key in "dler"),
    ]

    def __init__(
        self,
        progress: RunProgress,
        *,
        cancel_rest: Callable[[], object],
        glyphs: Glyphs,
        longest: Callable[[], tuple[str, Argv] | None] = lambda: None,
        stop: Callable[[str], object] = lambda identity: None,
        undo: Callable[[], object] = lambda: None,
        helps: Callable[[RunProgress], Mapping[str, str]] = lambda _: {},
        help: Callable[[str, RunProgress], object] = lambda key, _: None,
    ) -> None:
        super().__init__(
            progress.plan.title,
            lambda room: [*self._question(room), *run_lines(self.progress, glyphs, room)],
            glyphs=glyphs,
            keys=self._run_keys,
            corner=progress.plan.host,
        )
        self._cancel_rest = cancel_rest
        self._longest = longest
        self._stop = stop
        self._undo = undo
        self._helps, self._help = helps, help
        self._to_stop: tuple[str, Argv] | None = None
        self.progress = progress
        self._at_the_end = False

    def update(self, progress: RunProgress) -> None:
        self.progress = progress
        if self.is_mounted:
            self.redraw()

    def redraw(self) -> None:
        """Show the content again; the verdicts are scrolled into view once, as soon as they are drawn."""
        super().redraw()
        if self.progress.verdicts is not None and not self._at_the_end:
            self.call_after_refresh(self._to_what_is_true)

    def _to_what_is_true(self) -> None:
        texts = [line.text.strip() for line in self.text.lines]
        if NOW in texts and not self._at_the_end:
            self._at_the_end = True
            self.text.scroll_first(len(texts) - 1 - texts[::-1].index(NOW))

    def _run_keys(self) -> Sequence[Key]:
        if self.progress.over:
            undo = [Key("u", "undo the save")] if self.progress.undoable else []
            helps = [Key(key, word) for key, word in self._helps(self.progress).items()]
            return [Key("enter", "back"), *helps, *undo, Key("y", "copy")]
        waiting = len(self.progress.tasks) > 1 and not self.progress.cancelled
        cancel = [Key("c", "cancel the rest")] if waiting else []
        stop = Key("t", "stop the command" if self._asked_of() is None else "send TERM")
        return [*cancel, stop, Key("esc", "back, the run continues"), Key("y", "copy")]

    def _asked_of(self) -> tuple[str, Argv] | None:
        """The step that was asked about, as long as it is the one that has run longest."""
        return self._to_stop if self._to_stop is not None and self._to_stop == self._longest() else None

    def _question(self, room: int) -> list[Line]:
        step = self._asked_of()
        if step is None:
            return []
        text = f"Press t again to send TERM to `{shell_line(step[1])}`. {left_by(step[1])}"
        return [*hanging(Cell(f"{self.glyphs.warn} ", "warn"), text, room, "warn"), Line()]

    def action_stop_command(self) -> None:
        """Send TERM to the command that has run longest, after saying what that leaves."""
        step = self._longest()
        if step is not None and step == self._to_stop:
            self._to_stop = None
            self._stop(step[0])
        else:
            self._to_stop = step
        self.redraw()
        self.text.scroll_first(0)

    def action_cancel_rest(self) -> None:
        if not self.progress.over:
            self._cancel_rest()

    def action_undo(self) -> None:
        if self.progress.undoable:
            self.dismiss(None)
            self._undo()

    def action_help(self, key: str) -> None:
        """Go on from a run that failed."""
        if key in self._helps(self.progress):
            self.dismiss(None)
            self._help(key, self.progress)

    def action_close_when_over(self) -> None:
        if self.progress.over:
            self.dismiss(None)

    def action_copy(self) -> None:
        self.post_message(Copy(self._text()))

    def action_save_text(self) -> None:
        self.post_message(SaveText(f"run {self.progress.plan.title}", self._text()))

    def _text(self) -> str:
        return "\n".join(self.text.text_lines()) + "\n"
