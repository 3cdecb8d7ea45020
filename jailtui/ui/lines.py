"""Text as values: `Cell` (cleaned text and a tone), `Line`, and the keys of a bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from jailtui.text import clean, cut, width

if TYPE_CHECKING:
    from jailtui.rules.finding import Severity
    from jailtui.ui.glyphs import Glyphs


Tone = Literal[
    "", "ok", "warn", "bad", "dim", "accent", "strong", "title", "head", "frame", "frame-on", "key", "new", "busy"
]
"""The meaning of a text; the style sheet says how it looks. A tone is never the only sign."""

TONE_CLASSES = {f"lines--{tone}" for tone in (*get_args(Tone), "cursor", "cursor-idle", "marked", "bar") if tone}
"""The component classes of a screen that shows lines."""

LineTone = Literal["", "cursor", "cursor-idle", "marked", "bar"]

SEVERITY_TONES: Mapping[Severity, Tone] = {"error": "bad", "warning": "warn", "note": "dim"}

LABEL = 12
"""Cells of a label."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line. Its text is cleaned when the value is made, so no widget ever holds hostile text.

    `action` is the screen's action for a click on it, or ""; `short` is the text for a column that is too narrow,
    or "". `passing`: the text changes by itself, so that no filter searches it.
    """

    text: str
    tone: Tone = ""
    action: str = ""
    short: str = ""
    passing: bool = False

    def __post_init__(self) -> None:
        if not (self.text.isascii() and self.text.isprintable()):
            object.__setattr__(self, "text", clean(self.text))

    @property
    def width(self) -> int:
        return width(self.text)

    def cut(self, cells: int, ellipsis: str = "…") -> Cell:
        """The same cell in at most that many cells."""
        return self if self.width <= cells else Cell(cut(self.text, cells, ellipsis), self.tone, self.action)


class Line(NamedTuple):
    """One line of the screen. `tone` is its background: the cursor's line, a marked line."""

    cells: tuple[Cell, ...] = ()
    tone: LineTone = ""

    @property
    def width(self) -> int:
        return used(self.cells)

    @property
    def text(self) -> str:
        return "".join(cell.text for cell in self.cells)


def severity_cell(severity: Severity, glyphs: Glyphs, cells: int = 0) -> Cell:
    """The sign of a severity, the same in every panel, form and list, padded to that many cells."""
    sign = {"error": glyphs.bad, "warning": glyphs.warn, "note": glyphs.dot}[severity]
    return Cell(f"{sign:<{cells}}", SEVERITY_TONES[severity])


def used(cells: Iterable[Cell]) -> int:
    """The width of `cells` side by side, in cells of the terminal."""
    return sum(cell.width for cell in cells)


def line(*parts: Cell | str, tone: LineTone = "") -> Line:
    """A line of cells; a plain string is a cell without a tone."""
    return Line(tuple(part if isinstance(part, Cell) else Cell(part) for part in parts), tone)


def fit(cells: Iterable[Cell], room: int, ellipsis: str = "…") -> tuple[Cell, ...]:
    """`cells` in exactly `room` cells: cut at the end, or padded with spaces."""
    fitted: list[Cell] = []
    left = room
    for cell in cells:
        if left <= 0:
            break
        if cell.text:
            fitted.append(cell.cut(left, ellipsis))
            left -= fitted[-1].width
    if left > 0:
        fitted.append(Cell(" " * left))
    return tuple(fitted)


def spread(left: tuple[Cell, ...], right: tuple[Cell, ...], room: int, ellipsis: str = "…") -> tuple[Cell, ...]:
    """`left` and `right` at both ends of `room` cells; `left` is cut first."""
    taken = used(right)
    if taken >= room:
        return fit(right, room, ellipsis)
    return fit(left, room - taken, ellipsis) + right


def changed_span(old: Line, new: Line) -> tuple[int, int] | None:
    """First cell and end (exclusive) of the difference of two lines; None if they look the same."""
    if old == new:
        return None
    same = _same_cells(old, new)
    before, after = _characters(old, same), _characters(new, same)
    shift = used(old.cells[:same])
    start = next((at for at, (was, now) in enumerate(zip(before, after, strict=False)) if was != now), None)
    if start is None and len(before) == len(after):
        return None
    start = min(len(before), len(after)) if start is None else start
    end = max(len(before), len(after))
    if len(before) == len(after):
        while end > start + 1 and before[end - 1] == after[end - 1]:
            end -= 1
    return shift + start, shift + end


def _same_cells(old: Line, new: Line) -> int:
    """How many cells at the beginning of two lines look the same."""
    if old.tone != new.tone:
        return 0
    pairs = enumerate(zip(old.cells, new.cells, strict=False))
    differing = (at for at, (was, now) in pairs if was is not now and was != now)
    return next(differing, min(len(old.cells), len(new.cells)))


def _characters(shown: Line, first: int) -> list[tuple[str, str, str]]:
    """The character and tones of each place from a cell on; the second of a wide character is empty.

    A blank has no tone.
    """
    places: list[tuple[str, str, str]] = []
    for cell in shown.cells[first:]:
        blank = cell.tone if cell.tone == "new" else ""
        if cell.text.isascii():
            places += [(char, blank if char == " " else cell.tone, shown.tone) for char in cell.text]
            continue
        for char in cell.text:
            tone = blank if char == " " else cell.tone
            places.append((char, tone, shown.tone))
            places += [("", tone, shown.tone)] * (width(char) - 1)
    return places


def hanging(lead: Cell, text: str, room: int, tone: Tone = "") -> list[Line]:
    """`text` wrapped beside `lead`; it is never cut, since it may be a command that will run."""
    blank = Cell(" " * lead.width)
    parts = wrap(text, max(10, room - lead.width))
    return [line(lead if at == 0 else blank, Cell(part, tone)) for at, part in enumerate(parts)]


def indented(lines: Iterable[Line], cells: int = 1) -> list[Line]:
    blank = Cell(" " * cells)
    return [Line((blank, *each.cells), each.tone) for each in lines]


def labelled(label: str, value: str, room: int, *, wide: int = LABEL, tone_bad: bool = False) -> list[Line]:
    """A label and its value, the value wrapped beside it."""
    return hanging(Cell(f"{label:<{wide - 1}} ", "bad" if tone_bad else "dim"), value, room)


def wrap(text: str, room: int) -> list[str]:
    """`text` cleaned and broken at blanks into lines of `room` cells; longer words are broken too."""
    room = max(room, 1)
    lines: list[str] = [""]
    for word in Cell(text).text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        lines[-1:] = chop(word, room)
    return lines


def chop(text: str, room: int) -> list[str]:
    """`text` in pieces of at most `room` cells, blanks kept."""
    pieces = [""]
    for char in text:
        if width(pieces[-1] + char) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces


WIDE = 100
"""Cells from which on there is a gap between labels."""


class Key(NamedTuple):
    """A key with its label; `action` is for a click on it, `off`: it can't be pressed now."""

    name: str
    label: str = ""
    action: str = ""
    off: bool = False

    def cells(self, gap: str) -> tuple[Cell, ...]:
        """Name and label, and `gap` after a label."""
        label = f" {self.label}{gap}" if self.label else ""
        name = Cell(f" {self.name}", "dim" if self.off else "key", self.action)
        return name, Cell(label, "dim" if self.off else "", self.action)


ENDS = (Key("?", "", "screen.command('app.help')"), Key("esc", "back", "screen.back"))
"""The right end of the bar of a form and of the doctor."""
FILTER = Key("/", "filter", "screen.command('view.filter')")


def bar(keys: Iterable[Key], always: Sequence[Key], room: int) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The left and the right end of a bar of `room` cells; what has no room is left out, keys that are off first."""
    gap = " " if room >= WIDE else ""
    right = (*(cell for key in always for cell in key.cells(gap)), Cell(" "))
    shown: set[Key] = set()
    room -= used(right)
    keys = list(keys)
    for key in sorted(keys, key=lambda key: key.off):
        if (cells := used(key.cells(gap))) <= room:
            shown.add(key)
            room -= cells
    return tuple(cell for key in keys if key in shown for cell in key.cells(gap)), right
