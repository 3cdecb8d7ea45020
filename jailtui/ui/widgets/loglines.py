"""`LogLines`: the lines of logs, wrapped or cut, with the times at which they came; a filter chooses whole lines."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from textual.binding import Binding

from jailtui.text import width
from jailtui.ui.header import clock_time
from jailtui.ui.lines import Cell, Line, hanging, line, wrap
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jailtui.ui.lines import Tone

TONES: dict[str, Tone] = {"name": "title", "problem": "warn", "mark": "accent"}
TIME = 9
"""Cells of the time at which a line came, and of a blank."""
SIDEWAYS = 20
"""Cells by which lines that are cut are moved."""


class LogEntry(NamedTuple):
    """A line of a log, the name of the log, why it can't be read, or a mark of the operator.

    `came`: when it was read; None: it stood there before.
    """

    text: str
    kind: Literal["line", "name", "problem", "mark"] = "line"
    came: float | None = None


class LogLines(TextLines):
    """Shows entries: `wrapped`, else cut at the right and moved by `aside` cells; `timed`: with the time of each."""

    BINDINGS = [
        Binding("right", "aside(1)", show=False),
        Binding("left", "aside(-1)", show=False),
    ]

    entries: tuple[LogEntry, ...] = ()
    wrapped = True
    timed = False
    aside = 0
    _follows = True
    """Whether the last line was in view when somebody scrolled last."""
    _look: tuple[int, bool, bool, int] = (0, False, False, 0)
    _made: Mapping[LogEntry, Sequence[Line]] = MappingProxyType({})
    """The lines of each entry that is shown, drawn as `_look` says."""

    def take(self, entries: Sequence[LogEntry]) -> None:
        """Show these entries; the scroll position stays."""
        self.entries = tuple(entries)
        self._choose()
        self.repaint()

    def lay_out(self, *, wrapped: bool, timed: bool) -> None:
        """Draw the same entries in another way."""
        self.wrapped, self.timed, self.aside = wrapped, timed, 0
        self._choose()
        self.scroll_first(self.first)
        self.repaint()

    def action_aside(self, way: int) -> None:
        """Move lines that are cut."""
        if not self.wrapped:
            longest = max((width(entry.text) + len(self._time(entry)) for entry in self._chosen()), default=0)
            self.aside = max(0, min(self.aside + way * SIDEWAYS, longest - self._look[0]))
            self._choose()
            self.repaint()

    @property
    def at_end(self) -> bool:
        """Whether the last line is in view, where the next one will be seen."""
        return self.first + self.page >= self.total()

    def text_lines(self) -> list[str]:
        texts = (f"-- {entry.text} --" if entry.kind == "mark" else entry.text for entry in self._chosen())
        return [f"{self._time(entry)}{text}" for entry, text in zip(self._chosen(), texts, strict=True)]

    def resized(self) -> None:
        follows = self._follows
        self._choose()
        super().resized()
        if follows:
            self.scroll_first(self.total())
        self.repaint()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._follows = self.at_end

    def count(self, entries: Iterable[LogEntry]) -> int:
        """How many lines of these entries are shown."""
        return sum(len(self._made.get(entry, ())) for entry in entries)

    def _chosen(self) -> list[LogEntry]:
        """The entries that the filter shows; it hides no mark."""
        lets = self.filter.lets
        return [entry for entry in self.entries if not self.filter or entry.kind == "mark" or lets(entry.text)]

    def _choose(self) -> None:
        chosen = self._chosen()
        look = max(10, self.room - 2), self.wrapped, self.timed, self.aside
        before = self._made if look == self._look else {}
        self._look = look
        self._made = {entry: before.get(entry) or self._drawn(entry, look[0]) for entry in chosen}
        self._shown = tuple(drawn for entry in chosen for drawn in self._made[entry])

    def _time(self, entry: LogEntry) -> str:
        """The time of a line in its column, if there is one."""
        if not self.timed or entry.kind != "line":
            return ""
        return f"{clock_time(entry.came) if entry.came is not None else '':<{TIME}}"

    def _drawn(self, entry: LogEntry, room: int) -> list[Line]:
        blank, time = Cell(" "), Cell(self._time(entry), "dim")
        tone = TONES.get(entry.kind, "")
        if entry.kind == "mark":
            edge = self.glyphs.edge
            return [line(blank, Cell(f"{edge * 2} {entry.text} {edge * max(0, room - len(entry.text) - 4)}", tone))]
        if entry.kind == "problem":
            return [
                line(blank, *each.cells) for each in hanging(Cell(f"{self.glyphs.warn} ", tone), entry.text, room, tone)
            ]
        if not self.wrapped:
            text = Cell(entry.text[self.aside :], tone)
            return [line(blank, time, text.cut(room - time.width, self.glyphs.ellipsis))]
        parts = wrap(entry.text, max(10, room - time.width)) or [""]
        after = Cell(" " * time.width)
        return [line(blank, time if at == 0 else after, Cell(part, tone)) for at, part in enumerate(parts)]
