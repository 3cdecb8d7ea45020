"""What was measured in the last minutes, drawn as a line or as several lines with a scale. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from jailtui.ui.amounts import QUIET, duration
from jailtui.ui.lines import Cell, Line, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEVELS = 4
"""The dots of a cell, one above the other."""
BRAILLE = ((0, 0x40, 0x44, 0x46, 0x47), (0, 0x80, 0xA0, 0xB0, 0xB8))
"""The dots of the left and of the right half of a cell, by their height."""
ASCII_LEVELS = " .:|#"


class Measured(NamedTuple):
    """What was measured, the newest last, and how many seconds before the newest reading each began.

    Below `least` it is quiet.
    """

    samples: Sequence[float] = ()
    ages: Sequence[float] = ()
    least: float = QUIET

    @property
    def moved(self) -> bool:
        """Whether there was something to draw."""
        return any(sample >= self.least for sample in self.samples)


def sparkline(samples: Sequence[float | None], cells: int, *, ascii: bool) -> str:
    """The last samples as a line of that many cells, two samples a cell, the newest at the right.

    The highest is four dots high, but not less than ten times what counts as quiet.
    """
    last = [sample or 0.0 for sample in samples[-2 * cells :]]
    return graph(last, cells, 1, max([*last, 10 * QUIET]), QUIET, ascii=ascii)[0]


def graph(samples: Sequence[float], cells: int, lines: int, top: float, least: float, *, ascii: bool) -> list[str]:
    """The last samples as that many lines, of which `top` takes all, two samples a cell, the newest at the right."""
    last = samples[-2 * cells :]
    dots = [0] * (2 * cells - len(last)) + [height(sample, top, least, LEVELS * lines) for sample in last]
    pairs = list(zip(dots[::2], dots[1::2], strict=True))
    below = range(LEVELS * (lines - 1), -1, -LEVELS)
    return ["".join(_cell(left - under, right - under, ascii=ascii) for left, right in pairs) for under in below]


def _cell(left: int, right: int, *, ascii: bool) -> str:
    """A cell with that many dots at its left and its right; more than all of them are all of them."""
    left, right = (max(0, min(LEVELS, dots)) for dots in (left, right))
    if ascii:
        return ASCII_LEVELS[max(left, right)]
    return chr(0x2800 | BRAILLE[0][left] | BRAILLE[1][right]) if left or right else " "


def height(sample: float, top: float, least: float, dots: int) -> int:
    """The dots of a sample, at most that many."""
    return 0 if sample < least else max(1, min(dots, round(dots * sample / top)))


def top_of_scale(highest: float) -> float:
    """The top of a scale: 1, 2 or 5 with zeros, so that it seldom changes."""
    power = 10.0 ** math.floor(math.log10(highest))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= highest)


def graph_lines(
    title: str, past: Measured, words: Callable[[float], str], lines: int, room: int, wide: int, *, ascii: bool
) -> list[Line]:
    """A graph beside labels of `wide` cells: title and top of the scale, how long ago it begins, and the highest.

    The top is not less than ten times what counts as quiet. Two samples share a cell, and go on together, so that the
    graph moves at every second sample.
    """
    cells = min(len(past.samples) // 2 + 1, room - wide) if lines > 1 else 0
    if not past.moved or cells < LEVELS:
        return []
    last = past.samples[-2 * cells :]
    highest = max(last)
    top = top_of_scale(max(highest, 10 * past.least))
    labels = [f"{title:<{wide - 6}}{words(top):>5}", f"last {duration(int(past.ages[-len(last)]))}"]
    labels = [*labels[:lines], *[""] * (lines - 2)]
    labels[-1 if lines < 4 else -2] = f"highest {words(highest)}"
    if lines >= 4:
        labels[-1] = f"{'0':>{wide - 1}}"
    drawn = graph(last, cells, lines, top, past.least, ascii=ascii)
    pairs = zip(labels, drawn, strict=True)
    return [line(Cell(f"{label:<{wide}}", "dim"), Cell(text.rstrip(), "accent")) for label, text in pairs]
