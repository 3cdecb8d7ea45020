"""Fewer bytes for the same picture: colours that are already set are not set again. Pure.

Textual resets the colours after each piece of a line, and sets them anew for the next: some 40 bytes a piece, where a
number that changes has three.
"""

from __future__ import annotations

import re

COLOURS = re.compile("(\x1b\\[[0-9;]*m)")
RESET = "\x1b[0m"
MOVES = re.compile("(?:\n|\x1b\\[[0-9]+;[0-9]+H)*")
"""What draws nothing between two pieces: the cursor goes elsewhere."""
LINE_THEN_MOVE = re.compile("\n(?=\x1b\\[[0-9]+;[0-9]+H)")


SEVERAL = "?"
"""In place of the colours: they were set in several steps."""


def thrifty(sequence: str) -> str:
    """The sequence without what sets the colours that are set, and without line ends before a move to a place."""
    if sequence.count(RESET) < 2:
        return sequence
    kept: list[str] = []
    colours = ""  # those that are set
    held: list[str] | None = None  # after a reset that is not written yet: moves only
    for piece in filter(None, COLOURS.split(LINE_THEN_MOVE.sub("", sequence))):
        if held is not None:
            if piece == RESET or MOVES.fullmatch(piece):
                held += [piece] if piece != RESET else []
                continue
            if piece == colours:
                kept += held
                held = None
                continue
            kept += [RESET, *held]
            held, colours = None, ""
        if piece == RESET and colours not in ("", SEVERAL):
            held = []
            continue
        if COLOURS.fullmatch(piece):
            colours = "" if piece == RESET else SEVERAL if colours else piece
        kept.append(piece)
    return "".join([*kept, *([] if held is None else [RESET, *held])])
