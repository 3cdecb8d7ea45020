"""Text of a host made safe for a terminal: no control characters, no direction marks, known widths."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


def clean(text: str) -> str:
    """`text` on one line, with U+FFFD for each character that a terminal might act on.

    Combining marks that have no composed form are left out: terminals disagree about their width.
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
    """A line of a file for a terminal, so that a diff of blanks and control characters can be seen.

    A tab becomes `tab` and the blanks up to the next multiple of 8 columns; other characters are as in `unescaped`.
    """
    shown, *cells = (unescaped(cell) for cell in line.split("\t"))
    for cell in cells:
        shown = f"{shown}{tab}{' ' * (7 - width(shown) % 8)}{cell}"
    return shown


def unescaped(text: str) -> str:
    """`text` with control characters as `^X`, bytes that are not UTF-8 as `\\xNN`, other unfit ones as `\\uNNNN`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_unescaped, text))


def _unescaped(char: str) -> str:
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
    """A command's output as clean lines, without escape sequences; of a line with carriage returns its last part."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    return [clean(line.rstrip("\r").rpartition("\r")[2].expandtabs()) for line in lines]


def by_number(name: str) -> tuple[tuple[str, int], ...]:
    """The sort key of a name, with its numbers as numbers: epair9 stands before epair10."""
    return tuple((letters, int(digits or -1)) for letters, digits in re.findall(r"([^0-9]*)([0-9]*)", name))


def width(text: str) -> int:
    """How many cells of a terminal `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def as_ascii(text: str) -> str:
    """`text` for a terminal without Unicode: `?` for each cell of a character outside ASCII, `-` for a middle dot."""
    text = text.replace("·", "-")
    return text if text.isascii() else "".join(char if char.isascii() else "?" * width(char) for char in text)


def cut(text: str, cells: int, ellipsis: str = "…") -> str:
    """`text` in at most `cells` cells; the end of a longer text is left out."""
    if width(text) <= cells:
        return text
    if cells <= width(ellipsis):
        return ellipsis[:1] if cells >= 1 else ""
    return _take(text, cells - width(ellipsis)) + ellipsis


def middle(text: str, cells: int, ellipsis: str = "…") -> str:
    """`text` in at most `cells` cells; the middle of a longer text is left out, since names differ at their ends."""
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
