"""What was run and saved on the host before: a list, and the page of the selected run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding

from jailtui.ui.historylines import COLUMNS, KEYS, history_keys, run_page, run_row
from jailtui.ui.lines import ENDS, Cell, bar
from jailtui.ui.screens.paged import PagedScreen
from jailtui.ui.widgets.rowlist import RowList

if TYPE_CHECKING:
    from jailtui.plans.history import PastRun
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.messages import Requester


class HistoryOwner(Protocol):
    """The part that opened the history, as it uses it."""

    def ask_undo(self, run: PastRun, requester: Requester) -> None: ...

    def ask_rest(self, run: PastRun, requester: Requester) -> None: ...

    def read_again(self) -> None: ...

    def outcome(self) -> str: ...


class HistoryScreen(PagedScreen):
    """Shows the runs, the newest first."""

    list: RowList
    BINDINGS = [
        Binding("u", "undo", "undo"),
        Binding("enter", "rest", "what remains"),
    ]

    def __init__(self, runs: tuple[PastRun, ...], owner: HistoryOwner, glyphs: Glyphs) -> None:
        super().__init__(RowList(COLUMNS, glyphs=glyphs, id="runs"), glyphs, "history", KEYS)
        self.list.say("Nothing was recorded.")
        self._owner = owner
        self._runs: dict[str, PastRun] = {}
        self.update(runs)

    def update(self, runs: tuple[PastRun, ...]) -> None:
        """Show these runs."""
        self._runs = {run.mark.id or f"{run.begun} {run.title}": run for run in runs}
        self.list.show(tuple(run_row(run, key) for key, run in self._runs.items()))
        if self.is_mounted:
            self.redraw()

    @property
    def here(self) -> PastRun | None:
        """The run under the cursor, or None."""
        return self._runs.get(self.list.cursor or "")

    def on_row_list_highlighted(self) -> None:
        self.redraw()

    def on_row_list_opened(self) -> None:
        self.action_rest()

    def redraw(self) -> None:
        """Update page and bar; only changes are painted."""
        run = self.here
        words = (Cell(self.list.filter.words, "accent"),) if self.list.filter else ()
        self.list.entitle((Cell("Runs and saves", "title"),), words)
        self.page.entitle((Cell(run.title, "title"),) if run is not None else ())
        self.show_page(self.list.cursor or "", run_page(run, max(10, self.page.room - 2)) if run is not None else ())
        self.bar.show_keys(*bar(history_keys(run), ENDS, self.app.size.width))

    def settled(self, saved: bool) -> None:
        """A plan of this screen was run: it has a row now."""
        self._owner.read_again()
        self.show_message(self._owner.outcome())

    def action_undo(self) -> None:
        if self.here is None or not self.here.files:
            self.show_message("This run saved no file.")
        else:
            self._owner.ask_undo(self.here, self)

    def action_rest(self) -> None:
        if self.here is None or not self.here.interrupted:
            self.show_message("This run was not interrupted: nothing of it remains.")
        else:
            self._owner.ask_rest(self.here, self)
