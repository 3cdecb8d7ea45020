"""The manual page, `jailtui.8`, as plain text: what `jailtui help` prints and the screen shows.

The page is mdoc(7), with its tables made from the code by `python -m tests.manual`. It uses few of mdoc's macros, and
those are set here, so no mandoc(1) is needed where jailtui runs.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).with_name("jailtui.8")
WIDTH = 78
STEP = 4
"""Columns that the text of a section stands in, and a list's text below its tag."""
PLAIN = {"Ar", "Cm", "Ev", "Pa", "Em", "Li", "Sx"}
NAMES = {"Nm": "jailtui", "Fx": "FreeBSD", "Nd": "-"}
ROUND = {"Op": "[]", "Pq": "()", "Dq": '""', "Ql": "''"}
"""Macros that stand around the rest of their line."""
MACROS = PLAIN | NAMES.keys() | ROUND.keys() | {"Fl", "Ns", "Xr"}
BREAKING = {"Sh", "Ss", "Pp", "Bl", "It", "El", "Bd", "Ed", "Dl"}
"""Macros that end a paragraph."""
OPENING, CLOSING = {(sign, True) for sign in "(["}, {(sign, True) for sign in ".,:;)]?!"}
MIDDLE = OPENING | CLOSING | {("|", True)}
"""Words that are punctuation, unless they are quoted."""
WORD = re.compile(r'"([^"]*)"|(\S+)')
ESCAPES = {r"\&": "", r"\-": "-", r"\e": "\\", r"\ ": "\N{NO-BREAK SPACE}", r"\(aq": "'", r"\(dq": '"', r"\(ha": "^"}
ESCAPE = re.compile(r"\\(?:\(..|.)")


class NoTopic(Exception):
    """The manual has no such section. The text names similar ones, or all."""


def text(topic: str | None = None, width: int = WIDTH) -> str:
    """The manual, or the sections of one topic, in lines of at most `width` columns.

    `topic` is a word of a heading in any case, or its plural: `keys`, `conf`, `managers`. Raises NoTopic.
    """
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return "\n".join(_Setter(width).page(lines if topic is None else _of(topic, lines))).strip("\n") + "\n"


def _parts(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """The sections and subsections: macro, heading, lines. A section holds its subsections, too."""
    heads = [number for number, line in enumerate(lines) if line.startswith((".Sh ", ".Ss "))]
    for place, number in enumerate(heads):
        macro, _, heading = lines[number][1:].partition(" ")
        after = (other for other in heads[place + 1 :] if macro == "Ss" or lines[other].startswith(".Sh "))
        yield macro, heading.replace('"', ""), lines[number : next(after, len(lines))]


def _of(topic: str, lines: list[str]) -> list[str]:
    """The lines about a topic: of the heading itself, or of the headings in which it is a word. Raises NoTopic."""
    wanted = topic.lower()
    parts = [(heading.lower(), body) for _, heading, body in _parts(lines)]
    same = [body for heading, body in parts if heading == wanted]
    words_of = [(set(re.findall(r"[\w-]+", heading)), body) for heading, body in parts]
    bodies = same or [body for name in (wanted, wanted.removesuffix("s")) for words, body in words_of if name in words]
    if not bodies:
        words = dict.fromkeys(word for heading, _ in parts for word in re.findall(r"[\w-]+", heading))
        near = difflib.get_close_matches(wanted, words, n=1)
        hint = f"did you mean {near[0]}?" if near else f"topics are: {'; '.join(heading for heading, _ in parts)}."
        raise NoTopic(f"The manual has no topic {topic}; {hint}")
    return bodies[0]


class _Setter:
    """Sets mdoc as lines of text."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.indent = STEP
        self.words: list[str] = []
        self.tag = ""
        self.literal = False
        self.lists: list[int] = []
        self.gap = True
        self.synopsis = False
        self.set: list[str] = []

    def page(self, lines: list[str]) -> list[str]:
        """All lines of the page or of a part of it."""
        for line in lines:
            if self.literal and line != ".Ed":
                self.put(" " * (self.indent + STEP) + plain(line))
            elif line.startswith("."):
                self.macro(line[1:])
            else:
                self.words.append(plain(line))
        self.flush()
        return self.set

    def macro(self, line: str) -> None:  # noqa: C901
        """One line that begins with a macro."""
        name, _, rest = line.partition(" ")
        if name in BREAKING or (name == "Nm" and self.synopsis):
            self.flush()
        if name in ("Sh", "Ss"):
            self.indent = STEP
            self.blank()
            self.put(" " * (name == "Ss") * 2 + rest.replace('"', ""))
            self.gap = False
            self.synopsis = rest == "SYNOPSIS"
        elif name == "Pp":
            self.blank()
        elif name == "Bl":
            self.lists.append(width_of(rest))
            self.indent += width_of(rest)
            if "-compact" not in rest:
                self.blank()
        elif name == "It":
            self.tag = inline(rest) or "*"
        elif name == "El":
            self.indent -= self.lists.pop()
        elif name in ("Bd", "Ed"):
            self.literal = name == "Bd"
            self.blank() if self.literal else None
        elif name == "Dl":
            self.put(" " * (self.indent + STEP) + inline(rest))
        elif name in MACROS:
            self.words.append(inline(line))

    def blank(self) -> None:
        """An empty line, unless there is one, or a heading just above."""
        if self.gap and self.set and self.set[-1]:
            self.set.append("")

    def put(self, line: str) -> None:
        self.set.append(line.replace("\N{NO-BREAK SPACE}", " "))
        self.gap = True

    def flush(self) -> None:
        """Set the words gathered so far as a paragraph, its tag in front where there is room, else above."""
        tag, self.tag = self.tag, ""
        body = re.sub(r" (?=[.,;:)\]](?:\s|$))", "", " ".join(self.words)) if self.words else ""
        self.words = []
        if not (tag or body):
            return
        first = " " * self.indent
        if tag:
            first = (" " * (self.indent - self.lists[-1]) + tag).ljust(self.indent - 1) + " "
            if len(first) > self.indent or not body:
                self.wrap(first.rstrip(), first[: -len(first.lstrip())])
                first = " " * self.indent
        if body:
            self.wrap(first + body, " " * self.indent)

    def wrap(self, line: str, indent: str) -> None:
        """Set a line that may be too long, its continuation indented."""
        for part in textwrap.wrap(
            line, self.width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        ):
            self.put(part)


def width_of(options: str) -> int:
    """How far a list's text is indented."""
    match = re.search(r"-width (\S+)", options)
    return min(len(match[1]) + 2, 24) if match else 2


def plain(words: str) -> str:
    """Text with roff's escapes in it."""
    return ESCAPE.sub(lambda match: ESCAPES.get(match[0], ""), words)


def inline(line: str) -> str:
    """The arguments of a line of macros with the blanks that mdoc(7) puts between them."""
    words = [(match[2] or match[1], match[2] is not None) for match in WORD.finditer(line)]
    tail = ""
    while words and words[-1] in CLOSING:
        tail = words.pop()[0] + tail
    out, ends, macro, blank = "", "", "", ""
    for word, bare in words:
        if bare and word in ROUND:
            out += blank + ROUND[word][0]
            ends = ROUND[word][1] + ends
            blank = ""
        elif bare and word in MACROS:
            macro = word
            out += blank + NAMES[word] if word in NAMES else ""
            blank = " " if word in NAMES else "" if word == "Ns" else blank
        elif macro == "Nm" and word == "jailtui":
            continue
        elif macro == "Xr" and out and (word, bare) not in CLOSING and word.isdigit():
            out += f"({word})"
        else:
            blank = "" if (word, bare) in CLOSING else blank
            out += f"{blank}{'-' * (macro == 'Fl' and (word, bare) not in MIDDLE)}{plain(word)}"
            blank = "" if (word, bare) in OPENING else " "
    return out + ends + tail
