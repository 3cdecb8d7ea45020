"""What is left out on the way to the terminal changes nothing that is seen."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from jailtui.ui.thrift import thrifty

RED, GREEN, BLUE = "\x1b[38;2;200;0;0;48;2;0;0;0m", "\x1b[1;38;2;0;99;0;48;2;0;0;0m", "\x1b[34m"
KINDS = (
    "\x1b[0m", RED, GREEN, BLUE, "\x1b[48;5;7m", "\x1b[7m", "\x1b[39m", "\x1b[95;104m",
    "ab", " ", "\n", "\x1b[2;1H", "\x1b[4;3H", "\x1b[?25l",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(KINDS), max_size=25)
Look = tuple[frozenset[int], tuple[int, ...], tuple[int, ...]]
PLAIN: Look = (frozenset(), (), ())


def styled(look: Look, sequence: str) -> Look:
    """The look after a sequence, as a terminal has it."""
    codes = [int(code) for code in sequence[2:-1].split(";")]
    attributes, front, back = look
    while codes:
        code = codes.pop(0)
        if code in (38, 48):
            count = {2: 4, 5: 2}[codes[0]]
            colour, codes = (code, *codes[:count]), codes[count:]
            front, back = (colour, back) if code == 38 else (front, colour)
        elif code == 0:
            attributes, front, back = PLAIN
        elif code == 39:
            front = ()
        elif code < 10:
            attributes |= {code}
        else:
            front, back = (front, (code,)) if code in (*range(40, 48), *range(100, 108)) else ((code,), back)
    return attributes, front, back


def seen(sequence: str) -> dict[tuple[int, int], tuple[str, Look]]:
    """The characters with their look by place, and what the terminal is left with."""
    cells: dict[tuple[int, int], tuple[str, Look]] = {}
    row, column, look = 1, 1, PLAIN
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\n|.", sequence):
        if piece.startswith("\x1b") and piece.endswith("m"):
            look = styled(look, piece)
        elif piece == "\n":
            row += 1
        elif piece.endswith("H") and piece.startswith("\x1b"):
            row, column = map(int, piece[2:-1].split(";"))
        elif not piece.startswith("\x1b"):
            cells[row, column] = (piece, look)
            column += 1
    return {**cells, (0, 0): (f"{row} {column}", look)}


@given(PIECES)
def test_the_picture_is_the_same(pieces: list[str]) -> None:
    sequence = "".join(pieces)
    assert seen(thrifty(sequence)) == seen(sequence)
    assert len(thrifty(sequence)) <= len(sequence)


def test_rows_of_one_colour_set_it_once() -> None:
    rows = "\n".join(f"\x1b[{row};10H{RED}{row}k\x1b[0m" for row in range(3, 6))
    assert thrifty(rows) == f"\x1b[3;10H{RED}3k\x1b[4;10H4k\x1b[5;10H5k\x1b[0m"


def test_only_the_colour_that_changes_is_set() -> None:
    assert thrifty(f"{RED}a\x1b[0m{GREEN}b\x1b[0m") == f"{RED}a\x1b[1;38;2;0;99;0mb\x1b[0m"
    assert thrifty(f"{GREEN}a\x1b[0m{RED}b\x1b[0m") == f"{GREEN}a\x1b[0m{RED}b\x1b[0m"  # bold ends by a reset only
    assert thrifty(f"{RED}a\x1b[0m{BLUE}b\x1b[0m") == f"{RED}a\x1b[0m{BLUE}b\x1b[0m"  # the back is the terminal's own
