"""Text of jail.conf that jail(8) reads otherwise than it looks. Source: FREEBSD.md 1.1 and 1.2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from jailtui.config.parameters import is_flag, is_parameter
from jailtui.jailconf import File, parse
from jailtui.jailconf.faults import decoded, printable
from jailtui.jailconf.tokens import COMMENT, DOUBLE, SINGLE
from jailtui.jailconf.tree import Block, Param, Statement

Sort = Literal["comment", "byte", "semicolon", "return", "include"]

SCANNED = re.compile(
    rf"""(?P<comment>{COMMENT}|/\*[\s\S]*+)|(?P<byte>[\x00\x80-\xff])|(?P<cr>\r)"""
    rf"""|\\[\s\S]|{SINGLE}|{DOUBLE}|'(?:[^\n'\\]|\\.)*+|"(?:[^\n"\\]|\\.)*+|\$\{{[^\n{{}}]*+\}}"""
)
"""Comments, bytes that end the file and CRs, outside of quotes. The rest is skipped."""
ENDS = frozenset("\"'")
APART = frozenset(" \t\r\n;,={}")
WORD_BEFORE = re.compile(r"[^\s;{},=\"']+\Z")
UNQUOTED = re.compile(r"[A-Za-z_][\w.]*\Z")
SHOWN = 60
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Hazard:
    """One place in a file: `text` is its line, shortened; `fatal` whether jail(8) loads nothing of the file.

    comment: a comment that begins in the middle of a value. byte: one that ends the file for jail(8).
    semicolon: one is missing at the end of `line`. return: a CR, an error on 13. include: a line that includes nothing.
    `old` is the file's text, `mended` what it should be, None if only its author can know.
    """

    sort: Sort
    file: str
    line: int
    text: str
    fatal: bool
    old: bytes = field(repr=False, compare=False)
    mended: bytes | None = field(default=None, repr=False, compare=False)


def hazards(files: Iterable[File]) -> tuple[Hazard, ...]:
    """The hazards of these files, in their order. Linear in their size."""
    return tuple(hazard for file in files for hazard in _of_file(file))


def _of_file(file: File) -> Iterator[Hazard]:
    text = file.data.decode("latin-1")
    comments: list[tuple[int, int]] = []
    glued: list[Hazard] = []
    seen: set[str | None] = set()
    for match in SCANNED.finditer(text):
        sort, start = match.lastgroup, match.start()
        if sort == "comment":
            if _is_glued(text, start, match.end(), comments):
                glued.append(_hazard("comment", file, text, start))
            comments.append(match.span())
        elif sort == "byte" and sort not in seen:
            mended = file.data[len(BOM) :] if start == 0 and file.data.startswith(BOM) else None
            yield _hazard("byte", file, text, start, mended)
        elif sort == "cr" and sort not in seen and file.dialect == "13":
            yield _hazard("return", file, text, start, file.data.replace(b"\r\n", b"\n"))
        seen.add(sort)
    yield from glued
    for param in _params(file.statements):
        yield from _of_param(file, text, param)
    if file.faults and (place := _unclosed(text, comments, file.faults[0].start)) >= 0:
        hazard = _hazard("semicolon", file, text, place, _closed(file, place + 1))
        if hazard.line not in {hazard.line for hazard in glued}:
            yield hazard


def _closed(file: File, place: int) -> bytes | None:
    """The text with a `;` inserted at `place`; None if jail(8) would fail as early as before."""
    mended = file.data[:place] + b";" + file.data[place:]
    faults = parse(mended, file.name, file.dialect).faults
    later = bool(faults and file.faults) and faults[0].start > file.faults[0].start + 1
    return mended if later or not faults else None


def _is_glued(text: str, start: int, end: int, before: list[tuple[int, int]]) -> bool:
    """Whether a comment begins right after a value; after a quoted one only if it hides the `;`."""
    if start == 0 or text[start - 1] in APART or (before and before[-1][1] == start):
        return False
    return text[start - 1] not in ENDS or ";" in text[start:end]


def _hazard(sort: Sort, file: File, text: str, start: int, mended: bytes | None = None) -> Hazard:
    """The hazard at `start`, with its line as its text."""
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    line = printable(decoded(text[first : stop if stop >= 0 else len(text)]).strip())
    line = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
    return Hazard(sort, file.name, file.position(start)[0], line, bool(file.faults), file.data, mended)


def _params(statements: Iterable[Statement]) -> Iterator[Param]:
    """The parameters without `=`, and each `.include` that is read as a parameter."""
    for statement in statements:
        if isinstance(statement, Block):
            yield from _params(statement.body)
        elif (
            isinstance(statement, Param)
            and not statement.variable
            and (statement.name == ".include" or not statement.op)
        ):
            yield statement


def _of_param(file: File, text: str, param: Param) -> Iterator[Hazard]:
    if param.name == ".include":
        yield _hazard("include", file, text, param.start)
        return
    value = text[param.values_start : param.values_end]
    apart = "\n" in text[param.name_end : param.values_start]
    if (UNQUOTED.match(value) and is_parameter(value, file.dialect)) or (apart and is_flag(param.name)):
        yield _hazard("semicolon", file, text, param.name_start, _closed(file, param.name_end))


def _unclosed(text: str, comments: list[tuple[int, int]], fault: int) -> int:
    """The offset at which a `;` is missing, if jail(8) fails at `fault` for that reason; else -1.

    A name without a value takes the next name as its value, so that jail(8) complains about the `=` after that.
    """
    ends = {end: start for start, end in comments}
    at = fault
    if text[fault : fault + 1] in ("=", "+", "{"):
        at = _back(text, ends, at)
        word = WORD_BEFORE.search(text, 0, at)
        if word is None:
            return -1
        at = word.start()
    last = _back(text, ends, at)
    if last == 0 or text[last - 1] in ";{},=" or ("\n" not in text[last:at] and text[fault : fault + 1] != "}"):
        return -1
    return last - 1


def _back(text: str, comments: dict[int, int], at: int) -> int:
    """The end of the text before `at`, blanks and comments left out."""
    while at > 0:
        if at in comments:
            at = comments[at]
        elif text[at - 1].isspace():
            at -= 1
        else:
            break
    return at
