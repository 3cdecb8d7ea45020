"""Fewer bytes for the same picture: colours that are already set are not set again. Pure.

Textual resets the colours after each piece of a line, and sets them anew for the next: some 40 bytes a piece, where a
number that changes has three.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

COLOURS = re.compile("(\x1b\\[[0-9;]*m)")
RESET = "\x1b[0m"
MOVES = re.compile("(?:\n|\x1b\\[[0-9]+;[0-9]+H)*")
"""What draws nothing between two pieces: the cursor goes elsewhere."""
LINE_THEN_MOVE = re.compile("\n(?=\x1b\\[[0-9]+;[0-9]+H)")
CODES = re.compile(r"(?:38|48);(?:2;[0-9]+;[0-9]+;[0-9]+|5;[0-9]+)|[0-9]+")


class Pen(NamedTuple):
    """What a sequence sets after a reset: attributes such as bold, and two colours; "" for the terminal's own."""

    attributes: frozenset[str] = frozenset()
    front: str = ""
    back: str = ""


def thrifty(sequence: str) -> str:
    """The sequence without what sets the colours that are set, and without line ends before a move to a place."""
    if sequence.count(RESET) < 2:
        return sequence
    kept: list[str] = []
    look: Pen | None = Pen()  # what is set; None: not known
    held: list[str] | None = None  # after a reset that is not written yet: moves only
    for piece in filter(None, COLOURS.split(LINE_THEN_MOVE.sub("", sequence))):
        if held is not None:
            if piece == RESET or MOVES.fullmatch(piece):
                held += [piece] if piece != RESET else []
                continue
            less = step(look, look_of(piece)) if COLOURS.fullmatch(piece) else None
            kept += held if less is not None else [RESET, *held]
            held = None
            if less is not None:
                kept.append(less)
                look = look_of(piece)
                continue
            look = Pen()
        if piece == RESET and look not in (None, Pen()):
            held = []
            continue
        if COLOURS.fullmatch(piece):
            look = Pen() if piece == RESET else look_of(piece) if look == Pen() else None
        kept.append(piece)
    return "".join([*kept, *([] if held is None else [RESET, *held])])


@lru_cache(maxsize=256)
def look_of(sequence: str) -> Pen | None:
    """What the sequence sets; None for one that takes something back."""
    look = Pen()
    for code in CODES.findall(sequence):
        number = int(code.partition(";")[0])
        if number == 38 or 30 <= number < 38 or 90 <= number < 98:
            look = look._replace(front=code)
        elif number == 48 or 40 <= number < 48 or 100 <= number < 108:
            look = look._replace(back=code)
        elif 0 < number < 10:
            look = look._replace(attributes=look.attributes | {code})
        else:
            return None
    return look


@lru_cache(maxsize=256)
def step(before: Pen | None, after: Pen | None) -> str | None:
    """The shortest sequence from one look to the other; None where that takes a reset."""
    if before is None or after is None or not before.attributes <= after.attributes:
        return None
    if (before.front and not after.front) or (before.back and not after.back):
        return None
    codes = sorted(after.attributes - before.attributes)
    codes += [new for old, new in ((before.front, after.front), (before.back, after.back)) if new != old]
    return f"\x1b[{';'.join(codes)}m" if codes else ""
