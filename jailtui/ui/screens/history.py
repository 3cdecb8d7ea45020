"""What was run and saved on the host before: a list, and the page of the selected run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.containers import Container

from jailtui.ui.commands import BY_ID
from jailtui.ui.historylines import COLUMNS, KEYS, history_keys, run_page, run_row
from jailtui.ui.lines import ENDS, Cell, bar, indented
from jailtui.ui.rows import Filter
from jailtui.ui.screens.commanded import CommandScreen
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.lineview import TextLines
from jailtui.ui.widgets.rowlist import RowList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jailtui.plans.history import PastRun
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.messages import Requester

WIDE = 120
"""Cells from which on the page is beside the list, not under it."""


class HistoryOwner(Protocol):
    """The part that opened the history, as it uses it."""

    def ask_undo(self, run: PastRun, requester: Requester) -> None: ...

    def ask_rest(self, run: PastRun, requester: Requester) -> None: ...

    def read_again(self) -> None: ...

    def outcome(self) -> str: ...


class HistoryScreen(CommandScreen):
    """Shows the runs, the newest first."""

    CSS_PATH = style_sheets("screens")
    BINDINGS = [
        BY_ID["view.filter"].binding(),
        BY_ID["app.help"].binding(),
        Binding("escape,q", "back", "back"),
        Binding("u", "undo", "undo"),
        Binding("enter", "rest", "what remains"),
        Binding("ctrl+d", "scroll_page(1)", show=False),
        Binding("ctrl+u", "scroll_page(-1)", show=False),
    ]

    def __init__(self, runs: tuple[PastRun, ...], owner: HistoryOwner, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.list = RowList(COLUMNS, glyphs=glyphs, id="runs")
        self.list.say("Nothing was recorded.")
        self.page = TextLines(framed=True, glyphs=glyphs, id="page")
        self.page.can_focus = False
        self._owner = owner
        self._runs: dict[str, PastRun] = {}
        self._seen = ""
        self.commands = {
            "view.filter": lambda: self.bar.open_filter(self.list, self.redraw),
            "app.help": self._help,
        }
        self.update(runs)

    def compose(self) -> ComposeResult:
        with Container(id="history"):
            yield self.list
            yield self.page
        yield self.bar

    def on_mount(self) -> None:
        self.list.focus()

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

    def on_resize(self) -> None:
        wide, height = self.app.size.width >= WIDE, self.app.size.height - 1
        self.set_class(wide, "-wide")
        self.list.styles.height = "1fr" if wide or height < 10 else height * 2 // 5
        self.page.display = wide or height >= 10
        self.call_after_refresh(self.redraw)

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
        self.page.show(indented(run_page(run, max(10, self.page.room - 2))) if run is not None else ())
        if self._seen != (self.list.cursor or ""):
            self._seen = self.list.cursor or ""
            self.page.scroll_first(0)
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

    def action_scroll_page(self, pages: int) -> None:
        self.page.scroll_first(self.page.first + pages * max(1, self.page.page // 2))

    def action_back(self) -> None:
        """One level back: the filter, then the console."""
        if self.list.filter:
            self.list.narrow(Filter())
        else:
            self.dismiss(None)

    def _help(self) -> None:
        from jailtui.ui.screens.dialog import keys_help

        self.app.push_screen(keys_help("Keys of the history", KEYS, self.glyphs))
