"""The logs of a jail, followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding

from jailtui.ui.lines import Cell, Key, Line, hanging, line, wrap
from jailtui.ui.screens.dialog import TextScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.looking import News
    from jailtui.ui.glyphs import Glyphs

KEYS = (
    ("j k, up down", "Scroll; pgup and pgdn one page, g and G to the first and the last line."),
    ("c", "Set exec.consolelog, where it is not set."),
    ("/", "Show the lines that match a text or regex; ! inverts."),
    ("ctrl+r", "Read the logs now; they are read every 2 seconds."),
    ("esc q", "Back: lifts the filter first."),
)
POLL_SECONDS = 2.0
MOST = 5000
"""Lines that are kept."""


class LogOwner(Protocol):
    """The part that opened the log, as it uses it."""

    def read(self, screen: LogScreen) -> None: ...

    def set_console(self) -> None: ...


class LogScreen(TextScreen):
    """Shows what the logs of a jail hold, and adds what comes; at the end it stays at the end.

    `missing` is why there is no console log, or "".
    """

    explained = KEYS

    BINDINGS = [
        Binding("ctrl+r", "read", "read now", show=False),
        Binding("c", "set_console", "set exec.consolelog"),
    ]

    def __init__(self, jail: str, missing: str, owner: LogOwner, glyphs: Glyphs) -> None:
        keys = [Key("c", "set exec.consolelog")] if missing else []
        super().__init__(f"Log of {jail}", self._lines, glyphs, keys)
        self._missing, self._owner = missing, owner
        self._texts: list[tuple[str, str]] = []
        """What came, the newest last: a text, and what kind it is: name, line, problem."""
        self._last = ""
        self._problems: dict[str, str] = {}
        self.has_read = False

    def on_mount(self) -> None:
        super().on_mount()
        self._owner.read(self)
        self.set_interval(POLL_SECONDS, lambda: self._owner.read(self))

    def add(self, news: tuple[News, ...]) -> None:
        """Show what is new. Nothing is painted where nothing is."""
        texts = list(self._texts)
        for each in news:
            if each.why != self._problems.get(each.name, ""):
                self._problems[each.name] = each.why
                texts += [(f"{each.name}: {each.why}", "problem")] if each.why else []
            if each.lines:
                texts += [(each.name, "name")] if self._last != each.name else []
                texts += [(text, "line") for text in each.lines]
                self._last = each.name
        if texts == self._texts and self.has_read:
            return
        at_end = not self.has_read or self.text.first + self.text.page >= self.text.total()
        self._texts = texts[-MOST:]
        self.has_read = True
        self.redraw()
        if at_end:
            self.call_after_refresh(lambda: self.text.scroll_first(self.text.total()))

    def fail(self, problem: str) -> None:
        """Tell that the host was not read; it is asked again."""
        self.bar.show_message(problem)

    def _lines(self, room: int) -> Sequence[Line]:
        above = hanging(Cell(f"{self.glyphs.warn} ", "warn"), self._missing, room, "warn") if self._missing else []
        if not self.has_read:
            return [*above, line(Cell(f"Reading{self.glyphs.ellipsis}", "dim"))]
        if not self._texts:
            return [*above, line(Cell("The log is empty.", "dim"))]
        return above + [each for text, kind in self._texts for each in _shown(text, kind, room)]

    def action_read(self) -> None:
        self._owner.read(self)

    def action_set_console(self) -> None:
        """Open the form of the console log in the place of this screen."""
        if self._missing:
            self.dismiss(None)
            self._owner.set_console()


def _shown(text: str, kind: str, room: int) -> list[Line]:
    if kind == "name":
        return [line(Cell(text, "title"))]
    return [line(Cell(part, "warn" if kind == "problem" else "")) for part in wrap(text, max(10, room)) or [""]]
