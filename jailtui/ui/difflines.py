"""A file's new text as lines of its difference: line numbers, `-` and `+`, and nothing told by colour alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jailtui.exchange import FileEdit, difference
from jailtui.text import clean, width
from jailtui.ui.lines import Cell, Line, Tone, line

TAB = 4
"""Cells between two tab stops: half of what is usual, so that indented lines fit beside their numbers."""

_TONES: dict[str, Tone] = {"-": "bad", "+": "ok", " ": "dim"}
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)")


def edit_lines(edit: FileEdit, room: int, context: int = 3) -> list[Line]:
    """What saving `edit` changes, in `room` cells: never cut, since it is what will be written.

    Up to `context` unchanged lines (3 at most) stand around each change.

    A number is the line's in the text of before for `-` and in the new text for all others; `...` stands between
    places that are apart.
    """
    lines: list[Line] = []
    for number, sign, text in _near(list(_changes(edit)), context):
        if not sign:
            lines += [line(Cell(f"{'...':>5}", "dim"))] if lines else []
            continue
        tone = _TONES[sign]
        for at, part in enumerate(_chopped(text.expandtabs(TAB), max(10, room - 8))):
            lead = Cell(f"{number:>5} ", "dim") if at == 0 else Cell(" " * 6)
            lines.append(line(lead, Cell(f"{sign} ", tone), Cell(part, tone)))
    return lines


def _changes(edit: FileEdit) -> Iterator[tuple[int, str, str]]:
    """Line number, sign and text of each line of the difference; no sign where a new place begins."""
    before = after = 0
    for text in difference(edit.old or b"", edit.new, edit.path)[2:]:
        if hunk := _HUNK.match(text):
            before, after = int(hunk[1]), int(hunk[2])
            yield 0, "", ""
            continue
        sign = text[0]
        yield before if sign == "-" else after, sign, text[1:]
        before += sign != "+"
        after += sign != "-"


def _near(changes: list[tuple[int, str, str]], context: int) -> list[tuple[int, str, str]]:
    """Those of the lines that are a change or at most `context` lines away from one."""
    ranges = (changes[max(0, at - context) : at + context + 1] for at in range(len(changes)))
    return [
        change
        for change, near in zip(changes, ranges, strict=True)
        if not change[1] or any(each[1] in "+-" for each in near if each[1])
    ]


def _chopped(text: str, room: int) -> list[str]:
    """`text` in pieces of at most `room` cells, blanks kept."""
    pieces = [""]
    for char in clean(text):
        if width(pieces[-1]) + width(char) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces
