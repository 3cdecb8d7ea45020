"""The plan dialog: what would run, before it runs. Cancel has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button

from jailtui.text import clean
from jailtui.ui.lines import Cell, Line
from jailtui.ui.messages import Choice, Copy
from jailtui.ui.runlines import hanging, plan_lines
from jailtui.ui.screens.dialog import LinesDialog
from jailtui.ui.widgets.statusline import StatusLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from jailtui.plans.plan import Plan
    from jailtui.ui.glyphs import Glyphs


class PlanScreen(LinesDialog[Choice]):
    """Dismissed with what the operator has chosen, or None. `note` stands above its commands.

    What another manager owns needs a second yes: the first only changes what the button asks.
    """

    BINDINGS = [
        Binding("y", "copy", "copy as script"),
        Binding("c", "clear", "clear the way first"),
        Binding("left,shift+tab", "other(-1)", show=False, priority=True),
        Binding("right,tab", "other(1)", show=False, priority=True),
        Binding("j,down", "text('scroll_by(1)')", show=False),
        Binding("k,up", "text('scroll_by(-1)')", show=False),
        Binding("pagedown", "text('scroll_pages(1)')", show=False),
        Binding("pageup", "text('scroll_pages(-1)')", show=False),
    ]

    def __init__(self, plan: Plan, *, glyphs: Glyphs, note: str = "") -> None:
        super().__init__(glyphs=glyphs)
        self.plan = plan
        self.note = note
        self.armed = False
        self.text.can_focus = False

    @property
    def owners(self) -> str:
        """The managers whose resources the plan touches, "" for none."""
        return " and ".join(dict.fromkeys(task.owner for task in self.plan.tasks if task.owner))

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield self.text
            with Horizontal(id="choice"):
                yield Button(Content("[ Cancel ]" if self.plan.tasks else "[ Close ]"), id="cancel")
                if self.plan.tasks:
                    go = Button(Content(f"[ {self.plan.word} ]"), id="go", variant="error")
                    go.active_effect_duration = 0  # while it lasts a second press would be lost
                    yield go
        yield StatusLine(glyphs=self.glyphs, id="bar")

    def first_focus(self) -> Widget:
        return self.query_one("#cancel", Button)

    def title_cells(self) -> tuple[Cell, ...]:
        nothing = f"{self.plan.word} on {self.plan.host}"
        return (Cell(self.plan.title if self.plan.tasks else nothing, "title"),)

    def lines(self, room: int) -> Sequence[Line]:
        above = [Line(), *hanging(Cell(f"{self.glyphs.bad} ", "warn"), self.note, room, "warn")] if self.note else []
        return [*above, *plan_lines(self.plan, self.glyphs, room)]

    def keys(self) -> tuple[tuple[str, str], ...]:
        twice = "do it all the same" if self.armed else "ask again" if self.owners else "do it"
        clear = (("c", "clear the way first"),) if self.plan.offers else ()
        return (*clear, ("y", "copy as script"), ("tab", "choose"), ("enter", twice), ("esc", "back"))

    def action_other(self, way: int) -> None:
        """Go to the other button."""
        if way > 0:
            self.focus_next(Button)
        else:
            self.focus_previous(Button)

    async def action_text(self, action: str) -> None:
        await self.text.run_action(action)

    def action_clear(self) -> None:
        """Show the plan again with what is offered before its other tasks."""
        if self.plan.offers:
            self.dismiss("clear")

    def action_copy(self) -> None:
        self.post_message(Copy(self.plan.script()))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "go" and self.owners and not self.armed:
            self._ask_again(event.button)
            return
        self.dismiss("go" if event.button.id == "go" else "cancel")

    def _ask_again(self, button: Button) -> None:
        """The second question; the focus goes back, so that a key held down says no."""
        self.armed = True
        button.label = Content(f"[ Really? It is {clean(self.owners)}'s. ]")
        button.refresh(layout=True)
        self.first_focus().focus()
        self.redraw()
