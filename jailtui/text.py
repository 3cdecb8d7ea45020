"""Host text made fit for a terminal: no control characters, no direction marks, known widths."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


def clean(text: str) -> str:
    """`text` on one line, each character that a terminal might act on shown as U+FFFD.

    Combining marks that have no composed form are dropped: terminals disagree about their width.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    shown = {char: _shown(char) for char in set(composed)}  # a frame's edge is one character, many times
    return "".join(map(shown.__getitem__, composed))


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    category = unicodedata.category(char)
    if category in _UNFIT:
        return REPLACEMENT
    return "" if category in {"Mn", "Me"} else " " if category == "Zs" else char


def visible(line: str, tab: str = "→") -> str:
    """A line of a file for a terminal, so that nothing in it is taken for something else.

    A tab is `tab` and the blanks to the next stop, a carriage return `^M`, another character that a terminal might act
    on its number: a diff that changes only these shows what it changes.
    """
    before, *parts = (unescaped(part) for part in line.split("\t"))
    for part in parts:
        before = f"{before}{tab}{' ' * (7 - width(before) % 8)}{part}"
    return before


def unescaped(text: str) -> str:
    """`text` with control characters as `^X`, bytes that are no UTF-8 as `\\xNN`, what has no cells as `\\uNNNN`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(char) for char in text)


def _sign(char: str) -> str:
    number = ord(char)
    if number < 32 or number == 127:
        return f"^{chr(number ^ 64)}"
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    category = unicodedata.category(char)
    if category in _UNFIT or category in {"Mn", "Me"} or (category == "Zs" and char != " "):
        return f"\\u{number:04x}"
    return char


def output_lines(text: str) -> list[str]:
    """What a command printed, as clean lines: escape sequences dropped whole, of a line rewritten by CR its end."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    return [clean(line.rstrip("\r").rpartition("\r")[2].expandtabs()) for line in lines]


def by_number(name: str) -> tuple[tuple[str, int], ...]:
    """What names are sorted by: their letters, and their numbers as numbers, so that epair9 stands before epair10."""
    return tuple((letters, int(digits or -1)) for letters, digits in re.findall(r"([^0-9]*)([0-9]*)", name))


def width(text: str) -> int:
    """Cells that `text` takes on a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def as_ascii(text: str) -> str:
    """`text` for a terminal without Unicode: `?` for each cell of a character outside ASCII, `-` for a middle dot."""
    text = text.replace("·", "-")
    return text if text.isascii() else "".join(char if char.isascii() else "?" * width(char) for char in text)


def cut(text: str, cells: int, ellipsis: str = "…") -> str:
    """`text` in at most `cells` cells, its end left out where it is longer."""
    if width(text) <= cells:
        return text
    if cells <= width(ellipsis):
        return ellipsis[:1] if cells >= 1 else ""
    return _take(text, cells - width(ellipsis)) + ellipsis


def middle(text: str, cells: int, ellipsis: str = "…") -> str:
    """`text` in at most `cells` cells, its middle left out where it is longer: names differ at their ends."""
    if width(text) <= cells:
        return text
    room = cells - width(ellipsis)
    if room < 3:
        return cut(text, cells, ellipsis)
    tail = room // 2
    return _take(text, room - tail) + ellipsis + _take(text[::-1], tail)[::-1]


def _take(text: str, cells: int) -> str:
    """The longest beginning of `text` that fits into `cells`."""
    if text.isascii():
        return text[:cells]
    used = 0
    for at, char in enumerate(text):
        used += width(char)
        if used > cells:
            return text[:at]
    return text
