"""The logs of a jail, followed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding

from jailtui.ui.header import clock_time
from jailtui.ui.lines import ENDS, FILTER, Cell, Key, bar
from jailtui.ui.messages import Copy
from jailtui.ui.screens.listed import ListScreen
from jailtui.ui.widgets.loglines import LogEntry, LogLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from jailtui.looking import News
    from jailtui.ui.glyphs import Glyphs

KEYS = (
    ("j k, up down", "Scroll; pgup and pgdn one page, g to the first line, G to the last: there it follows the logs."),
    ("w", "Wrap long lines, or cut them; left and right move lines that are cut."),
    ("t", "Show when each line was read; those read at the start have no time."),
    ("m", "Set a mark with the time after the last line: what comes later is below it."),
    ("c", "Set exec.consolelog, where it is not set."),
    ("/", "Show the lines that match a text or regex; ! inverts."),
    ("ctrl+r", "Read the logs now; they are read every 2 seconds."),
    ("y", "Copy the lines as text (OSC 52)."),
    ("esc q l", "Back: lifts the filter first."),
)
POLL_SECONDS = 2.0
MOST = 5000
"""Lines that are kept."""


class LogOwner(Protocol):
    """The part that opened the log, as it uses it."""

    def read(self, screen: LogScreen) -> None: ...

    def set_console(self) -> None: ...


class LogScreen(ListScreen):
    """Shows what the logs of a jail hold, and adds what comes; at the end it stays at the end.

    `missing` is why there is no console log, or "".
    """

    BINDINGS = [
        Binding("w", "wrap", "wrap"),
        Binding("t", "time", "times"),
        Binding("m", "mark", "mark"),
        Binding("ctrl+r", "read", "read now", show=False),
        Binding("c", "set_console", "set exec.consolelog"),
        Binding("y", "copy", "copy"),
        Binding("l", "back", "back", show=False),
    ]

    def __init__(
        self, jail: str, missing: str, owner: LogOwner, glyphs: Glyphs, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(glyphs, "Keys of the log", KEYS)
        self.text = LogLines(framed=True, glyphs=glyphs, id="log")
        self._jail, self._missing, self._owner, self._clock = jail, missing, owner, clock
        self._entries: list[LogEntry] = []
        """What came, the newest last."""
        self._last = ""
        self._problems: dict[str, str] = {}
        self.has_read = False

    @property
    def narrowed(self) -> LogLines:
        return self.text

    @property
    def text_title(self) -> str:
        return f"log of {self._jail}"

    def compose(self) -> ComposeResult:
        yield self.text
        yield self.bar

    def on_mount(self) -> None:
        self.text.focus()
        self._show()
        self._owner.read(self)
        self.set_interval(POLL_SECONDS, lambda: self._owner.read(self))

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw)

    def on_text_lines_scrolled(self) -> None:
        self.redraw()

    def add(self, news: tuple[News, ...]) -> None:
        """Show what is new. Nothing is painted where nothing is."""
        came = self._clock() if self.has_read else None
        fresh: list[LogEntry] = []
        for each in news:
            if each.why != self._problems.get(each.name, ""):
                self._problems[each.name] = each.why
                fresh += [LogEntry(f"{each.name}: {each.why}", "problem")] if each.why else []
            if each.lines:
                fresh += [LogEntry(each.name, "name")] if self._last != each.name else []
                fresh += [LogEntry(text, came=came) for text in each.lines]
                self._last = each.name
        if fresh or not self.has_read:
            self._append(fresh)

    def _append(self, fresh: list[LogEntry]) -> None:
        follows = not self.has_read or self.text.at_end
        entries = [*self._entries, *fresh]
        forgotten = self.text.count(entries[:-MOST])
        self._entries = entries[-MOST:]
        self.has_read = True
        self._show()
        if follows:
            self.call_after_refresh(self.text.scroll_first, self.text.total())
        elif forgotten:
            self.text.scroll_first(self.text.first - forgotten)

    def _show(self) -> None:
        above = [LogEntry(self._missing, "problem")] if self._missing else []
        if not self._entries:
            state = "The log is empty." if self.has_read else f"Reading{self.glyphs.ellipsis}"
            above.append(LogEntry(state))
        self.text.take([*above, *self._entries])
        self.redraw()

    def fail(self, problem: str) -> None:
        """Tell that the host was not read; it is asked again."""
        self.bar.show_message(problem)

    def redraw(self) -> None:
        """Update title and bar; only changes are painted."""
        narrowed = Cell(self.text.filter.words, "accent") if self.text.filter else Cell("")
        follows = Cell("follows", "ok") if self.text.at_end else Cell("G: to the end", "dim")
        gap = Cell("  " if narrowed.text else "")
        self.text.entitle((Cell(f"Log of {self._jail}", "title"),), (narrowed, gap, follows))
        keys = [Key("c", "set exec.consolelog", "screen.set_console")] if self._missing else []
        keys += [
            FILTER,
            Key("w", "cut" if self.text.wrapped else "wrap", "screen.wrap"),
            Key("t", "times", "screen.time"),
            Key("m", "mark", "screen.mark"),
            Key("y", "copy", "screen.copy"),
            Key("^s", "save", "screen.save_text"),
        ]
        if self.is_attached:
            self.bar.show_keys(*bar(keys, ENDS, self.app.size.width))

    # Keys.

    def action_wrap(self) -> None:
        self._arrange(wrapped=not self.text.wrapped, timed=self.text.timed)

    def action_time(self) -> None:
        self._arrange(wrapped=self.text.wrapped, timed=not self.text.timed)

    def _arrange(self, *, wrapped: bool, timed: bool) -> None:
        follows = self.text.at_end
        self.text.lay_out(wrapped=wrapped, timed=timed)
        if follows:
            self.text.scroll_first(self.text.total())
        self.redraw()

    def action_mark(self) -> None:
        """Set a mark: what comes from now on is below it."""
        self._append([LogEntry(clock_time(self._clock()), "mark")])

    def action_read(self) -> None:
        self._owner.read(self)

    def action_copy(self) -> None:
        self.post_message(Copy("\n".join(self.text.text_lines()) + "\n"))

    def action_set_console(self) -> None:
        """Open the form of the console log in the place of this screen."""
        if self._missing:
            self.dismiss(None)
            self._owner.set_console()
