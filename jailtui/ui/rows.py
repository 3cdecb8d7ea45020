"""Rows and columns as values, and the widths of columns."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from jailtui.text import cut, middle
from jailtui.ui.lines import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Protocol

    class Narrowed(Protocol):
        """A list that a filter narrows."""

        @property
        def filter(self) -> Filter: ...

        def narrow(self, chosen: Filter) -> None: ...

        def text_lines(self) -> list[str]: ...

        def repaint(self) -> None: ...


class Row(NamedTuple):
    """One object of a list. `key` never changes; `cells` are in the order of the list's columns.

    `amounts` are what cells of the load show, as numbers to sort by (`order.AMOUNTS`). `tags` is what a filter searches
    beside the cells (`manager:Bastille`, names of a jail's addresses).
    """

    key: str
    cells: tuple[Cell, ...]
    problem: bool = False
    amounts: tuple[float | None, ...] = ()
    tags: str = ""

    @property
    def text(self) -> str:
        """The text that a filter searches."""
        texts = (cell.text for cell in self.cells if not cell.passing)
        return " ".join(text for text in (*texts, self.tags) if text)


class Column(NamedTuple):
    """A column. `drop` 0: never left out; else the column with the highest is left out first.

    `low` is the least width, `high` the most, `gap` the cells after it. An empty column without a title has no width,
    unless it is `fixed`: always `low` wide; so has a `rare` column with a title while no row has a text in it.
    `by_end`: a long text is cut at its end, not in its middle.
    """

    title: str
    drop: int = 0
    low: int = 4
    high: int = 40
    right: bool = False
    by_end: bool = False
    gap: int = 2
    fixed: bool = False
    rare: bool = False

    def fit(self, cell: Cell, cells: int, ellipsis: str) -> Cell:
        """`cell` in exactly that many cells."""
        text = cell.text
        if cell.width > cells:
            text = cell.short or text
            text = cut(text, cells, ellipsis) if self.by_end else middle(text, cells, ellipsis)
            cell = Cell(text, cell.tone)
        return Cell(self.padded(cell, cells), cell.tone)

    def padded(self, cell: Cell, cells: int) -> str:
        """The text of `cell`, which is not wider, in that many cells."""
        blank = " " * (cells - cell.width)
        return blank + cell.text if self.right else cell.text + blank


def natural_widths(columns: Sequence[Column], rows: Iterable[Row], least: Sequence[int] = ()) -> tuple[int, ...]:
    """The width of each column for its longest text; not less than in `least`, so that columns don't jump."""
    widths = [
        max(0 if column.rare else len(column.title), column.low if column.fixed else 0, *least[at : at + 1] or [0])
        for at, column in enumerate(columns)
    ]
    for row in rows:
        for at, cell in enumerate(row.cells):
            if cell.width > widths[at]:
                widths[at] = cell.width
    titled = [max(width, len(column.title)) if width else 0 for width, column in zip(widths, columns, strict=True)]
    return tuple(min(width, max(column.high, len(column.title))) for width, column in zip(titled, columns, strict=True))


TINY = 3
"""The least width of columns that are never left out, if there is no room for their `low`."""


def share(columns: Sequence[Column], natural: Sequence[int], room: int) -> tuple[tuple[int, int, int], ...]:
    """The columns shown in `room` cells, as (index, width, gap after it).

    If they do not fit, the gaps shrink to one cell; then columns are left out until the others fit with their `low`;
    then the widest are cut.
    """
    kept = [at for at in range(len(columns)) if natural[at]]
    low = {at: min(natural[at], max(columns[at].low, 1)) for at in kept}
    width = {at: natural[at] for at in kept}

    def need(widths: Mapping[int, int], gap: int) -> int:
        return sum(widths[at] for at in kept) + sum(min(columns[at].gap, gap) for at in kept[:-1])

    gap = 1 if need(width, 2) > room else 2
    while kept and need(low, gap) > room and (loose := [at for at in kept if columns[at].drop]):
        kept.remove(max(loose, key=lambda at: columns[at].drop))
    if kept and need(low, gap) > room:
        low = {at: min(low[at], TINY) for at in kept}
    while kept and need(width, gap) > room:
        wide = [at for at in kept if width[at] > low[at]]
        if not wide:
            break
        width[max(wide, key=lambda at: width[at])] -= 1
    return tuple((at, width[at], 0 if at == kept[-1] else min(columns[at].gap, gap)) for at in kept)


T = TypeVar("T")


class RowMaker(Generic[T]):
    """Makes rows of objects, and reuses the row of an equal object."""

    def __init__(self, make: Callable[[T], Row]) -> None:
        self._make = make
        self._made: dict[int, tuple[T, Row]] = {}

    def __call__(self, things: Iterable[T]) -> tuple[Row, ...]:
        """A row for each object; it is compared with the object that was at the same place before."""
        before, self._made = self._made, {}
        for at, thing in enumerate(things):
            known = before.get(at)
            self._made[at] = known if known is not None and known[0] == thing else (thing, self._make(thing))
        return tuple(row for _, row in self._made.values())


class _Filter(NamedTuple):
    text: str = ""
    problems: bool = False


class Filter(_Filter):
    """A filter of rows: text (a regular expression if it looks like one; `!` first inverts), or problems only."""

    def __bool__(self) -> bool:
        return bool(self.text.strip("! ")) or self.problems

    @property
    def words(self) -> str:
        """The filter in a title."""
        parts = [f"/{self.text}"] if self.text.strip("! ") else []
        parts += ["(invalid regex: taken as text)"] if self.invalid else []
        return " ".join([*parts, "problems only"] if self.problems else parts)

    @property
    def _sought(self) -> str:
        return self.text.lstrip("!").strip()

    @property
    def _has_signs(self) -> bool:
        return re.search(r"[\\^$*+?\[\](){}|]", self._sought) is not None

    @cached_property
    def _regex(self) -> re.Pattern[str] | None:
        """The text as a regular expression; None if it is plain text or not valid."""
        try:
            return re.compile(self._sought, re.IGNORECASE) if self._has_signs else None
        except re.error:
            return None

    @property
    def invalid(self) -> bool:
        """Whether the text looks like a regular expression but is not valid, and so is taken as plain text."""
        return self._has_signs and self._regex is None

    def __call__(self, row: Row) -> bool:
        return (row.problem or not self.problems) and self.lets(row.text)

    @cached_property
    def lets(self) -> Callable[[str], bool]:
        """Whether a text is shown."""
        inverse, sought = self.text.startswith("!"), self._sought
        if not sought:
            return lambda _text: True
        if (regex := self._regex) is not None:
            return lambda text: (regex.search(text) is None) == inverse
        lowered = sought.casefold()
        return lambda text: (lowered in text.casefold()) != inverse


def neighbour(old: Sequence[str], new: Sequence[str], cursor: str | None) -> str | None:
    """The cursor's new key: the same, else the next of the old rows that is left, else the one before."""
    left = set(new)
    if cursor in left:
        return cursor
    if not new:
        return None
    if cursor is None or cursor not in old:
        return new[0]
    at = old.index(cursor)
    after = (key for key in old[at + 1 :] if key in left)
    before = (key for key in reversed(old[:at]) if key in left)
    return next(after, next(before, new[0]))
