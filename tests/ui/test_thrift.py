"""What is left out on the way to the terminal changes nothing that is seen."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from jailtui.ui.thrift import thrifty

RED, BLUE = "\x1b[38;2;200;0;0;48;2;0;0;0m", "\x1b[34m"
PIECES = st.lists(
    st.sampled_from(["\x1b[0m", RED, BLUE, "ab", " ", "\n", "\x1b[2;1H", "\x1b[4;3H", "\x1b[?25l"]), max_size=25
)


def seen(sequence: str) -> dict[tuple[int, int], tuple[str, tuple[str, ...]]]:
    """The characters with their colours by place, and what the terminal is left with."""
    cells: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = {}
    row, column = 1, 1
    colours: tuple[str, ...] = ()
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\n|.", sequence):
        if piece == "\x1b[0m":
            colours = ()
        elif piece.endswith("m") and piece.startswith("\x1b"):
            colours = (*colours, piece) if piece not in colours else colours
        elif piece == "\n":
            row += 1
        elif piece.endswith("H") and piece.startswith("\x1b"):
            row, column = map(int, piece[2:-1].split(";"))
        elif not piece.startswith("\x1b"):
            cells[row, column] = (piece, colours)
            column += 1
    return {**cells, (0, 0): (f"{row} {column}", colours)}


@given(PIECES)
def test_the_picture_is_the_same(pieces: list[str]) -> None:
    sequence = "".join(pieces)
    assert seen(thrifty(sequence)) == seen(sequence)
    assert len(thrifty(sequence)) <= len(sequence)


def test_rows_of_one_colour_set_it_once() -> None:
    rows = "\n".join(f"\x1b[{row};10H{RED}{row}k\x1b[0m" for row in range(3, 6))
    assert thrifty(rows) == f"\x1b[3;10H{RED}3k\x1b[4;10H4k\x1b[5;10H5k\x1b[0m"
    assert thrifty(f"{RED}a\x1b[0m{BLUE}b\x1b[0m") == f"{RED}a\x1b[0m{BLUE}b\x1b[0m"
