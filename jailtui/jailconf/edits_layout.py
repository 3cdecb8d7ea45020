"""Where statements are inserted and what is removed with them: lines, blanks and comments around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.jailconf.edit import EditError, Patch
from jailtui.jailconf.edits_scope import params_of
from jailtui.jailconf.tree import Block, File, Param, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.style import Style

# What can stand between statements and values: everything else is `other`, one byte at a time.
_GAP = re.compile(
    rb"(?P<blank>[ \t\r]+)|(?P<newline>\n)|(?P<comment>(?:#|//)[^\n]*)|(?P<block>/\*[\s\S]*?\*/)|(?P<other>[\s\S])"
)
_BLANK = b" \t"


def offset_in_gap(data: bytes, start: int, end: int, sign: bytes) -> int | None:
    """The offset of `sign` (`,`, `+=`, …) between `start` and `end`, comments not looked into."""
    for match in _GAP.finditer(data, start, end):
        if match.lastgroup == "other" and data.startswith(sign, match.start()):
            return match.start()
    return None


def has_comment(data: bytes, start: int, end: int) -> bool:
    """Whether a comment stands between two offsets that hold no string."""
    return any(match.lastgroup in ("comment", "block") for match in _GAP.finditer(data, start, end))


def next_line(data: bytes, start: int, end: int) -> int | None:
    """The offset behind the first line end of the gap from `start` to `end` that is outside `/* */`."""
    for match in _GAP.finditer(data, start, end):
        if match.lastgroup == "newline":
            return match.end()
        if match.lastgroup == "other" and match[0] != b";":
            return None
    return None


def line_start(data: bytes, at: int) -> int:
    """The offset of the line that holds `at`."""
    return data.rfind(b"\n", 0, at) + 1


def blanks_before(data: bytes, at: int) -> bytes | None:
    """The blanks from the line's start to `at`; None where something else stands there."""
    before = data[line_start(data, at) : at]
    return None if before.strip(_BLANK) else before


def _indent_of_line(data: bytes, at: int) -> bytes:
    line = data[line_start(data, at) : at]
    return line[: len(line) - len(line.lstrip(_BLANK))]


def insert_in_block(file: File, block: Block, text: bytes, style: Style) -> Patch:
    """The patch that puts a statement behind the last parameter of a block, or first into a block without any."""
    params = params_of(block.body)
    if params:
        return insert_behind(file, block, params[-1], text, style)
    start = block.open + 1
    stop = block.body[0].start if block.body else block.close
    line = next_line(file.data, start, stop)
    if line is not None:
        indent = _indent_of_line(file.data, block.start) + style.indent
        return Patch(line, line, indent + text + style.newline)
    glue = b"" if file.data[start : start + 1] in (b" ", b"\t", b"\r", b"\n") else b" "
    return Patch(start, start, b" " + text + glue)


def insert_behind(file: File, block: Block, last: Param, text: bytes, style: Style) -> Patch:
    """The patch that puts a statement behind one of a block."""
    stop = min((statement.start for statement in block.body if statement.start > last.start), default=block.close)
    return _behind(file.data, last, block.open, stop, text, style)


def _behind(data: bytes, last: Param, opened: int, stop: int, text: bytes, style: Style) -> Patch:
    """Behind `last`: on a line of its own where a line ends there or `last` has one, else on the same line."""
    line = next_line(data, last.end, stop)
    own = blanks_before(data, last.start)
    if line is not None:
        inside = line_start(data, last.start) > opened
        indent = own if own is not None and inside else _indent_of_line(data, last.start)
        if not inside and opened >= 0:
            indent += style.indent
        return Patch(line, line, indent + text + style.newline)
    if own is not None and data[stop : stop + 1] in (b"", b"}"):
        return Patch(last.end, last.end, style.newline + own + text)
    return Patch(last.end, last.end, b" " + text)


def insert_globally(file: File, text: bytes, style: Style) -> Patch:
    """The patch that puts a global behind the first run of globals, or else above the first block."""
    statements = file.statements
    first_block = next((at for at, statement in enumerate(statements) if isinstance(statement, Block)), len(statements))
    run = [at for at, statement in enumerate(statements) if isinstance(statement, Param)]
    if run:
        at = max([number for number in run if number < first_block], default=run[0])
        last = statements[at]
        assert isinstance(last, Param)
        stop = statements[at + 1].start if at + 1 < len(statements) else len(file.data)
        return _behind(file.data, last, -1, stop, text, style)
    if first_block < len(statements):
        return _above(file.data, statements, first_block, text, style)
    if statements:  # only files that are included, with jails that come after the globals
        return _above(file.data, statements, 0, text, style)
    return append_to_file(file, text, style)


def _above(data: bytes, statements: Sequence[Statement], number: int, text: bytes, style: Style) -> Patch:
    """Above a block and the comment that belongs to it, which starts behind the last empty line."""
    block = statements[number]
    start = 0
    if number:
        behind = next_line(data, statements[number - 1].end, block.start)
        if behind is None:
            return Patch(block.start, block.start, text + b" ")
        start = behind
    place, empty = start, True
    for match in _GAP.finditer(data, start, block.start):
        if match.lastgroup == "newline":
            place, empty = (match.end() if empty else place), True
        elif match.lastgroup != "blank":
            empty = False
    return Patch(place, place, text + style.newline * 2)


def append_to_file(file: File, text: bytes, style: Style, *, apart: bool = False) -> Patch:
    """The patch that puts `text` at the end of a file; EditError where jail(8) stops reading before its end."""
    data = file.data
    tail = file.statements[-1].end if file.statements else 0
    for match in _GAP.finditer(data, tail):
        if match.lastgroup == "other" and match[0] != b";":
            line = data.count(b"\n", 0, match.start()) + 1
            raise EditError(
                f"jail(8) takes the byte {match[0]!r} on line {line} for the end of the file: remove it first."
            )
    lead = b"" if not data or data.endswith(b"\n") else style.newline
    if apart and file.statements and not data.endswith((b"\n\n", b"\n\r\n")):
        lead += style.newline
    end = style.newline if not data or data.endswith(b"\n") else b""
    return Patch(len(data), len(data), lead + text + end)


def remove(data: bytes, statements: Sequence[Param | Block]) -> list[Patch]:
    """The patches that take statements out: their lines where nothing else stands there, else only themselves."""
    spans: list[list[int]] = []
    for statement in sorted(statements, key=lambda statement: statement.start):
        end = statement.end
        if isinstance(statement, Block) and (semicolon := re.compile(rb"[ \t]*;").match(data, end)):
            end = semicolon.end()
        if spans and not data[spans[-1][1] : statement.start].strip(_BLANK):
            spans[-1][1] = end
        else:
            spans.append([statement.start, end])
    return [_removal(data, start, end) for start, end in spans]


def _removal(data: bytes, start: int, end: int) -> Patch:
    lead = blanks_before(data, start)
    newline = data.find(b"\n", end)
    rest_end = len(data) if newline < 0 else newline
    rest_blank = not data[end:rest_end].strip(b" \t\r")
    if lead is not None and rest_blank:
        return Patch(start - len(lead), rest_end if newline < 0 else newline + 1, b"")
    if rest_blank:
        return Patch(len(data[:start].rstrip(_BLANK)), end, b"")
    return Patch(start, end + len(data[end:rest_end]) - len(data[end:rest_end].lstrip(_BLANK)), b"")
