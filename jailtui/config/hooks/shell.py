"""The text of an exec hook as simple commands, each word with its place in the text (sh(1)).

Only what needs no guessing is read: a command with an expansion, or a text with control flow, is not understood.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|\\\n)|(?P<op>&&|\|\||;;|[;|&\n()])|(?P<redirect>\d*(?:>>|>\||>&|>|<<|<&|<))|"""
    r"""(?P<comment>\#[^\n]*)|"""
    r"""(?P<word>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s;|&<>()'"\\])+)|(?P<odd>.)""",
    re.DOTALL,
)
QUOTED = re.compile(r"""'([^']*)'|"([^"\\]*)"|([^'"\\]+)""")
SIMPLE = re.compile(r"""(?:[^\s;|&()<>'"\\#$`*?\[~]+|[ \t]+)*+""")
BARE = re.compile(r"[^ \t]+")
SPECIAL = re.compile(r"""['"\\]""")
EXPANSION = re.compile(r"[$`*?\[~]")
KEYWORDS = frozenset("if then else elif fi for while until do done case esac in { } ! function".split())


class Word(NamedTuple):
    """One word, its quotes removed, and where its letters stand: `start` is -1 where they do not stand together."""

    text: str
    start: int
    end: int


class Command(NamedTuple):
    """A simple command. `after` is the operator before it (`&&`, `||`, `;`, `|`, `&`, a line feed, "" for the first).

    `plain` is False where the shell puts something in that nobody can know here; then the words are as written.
    """

    words: tuple[Word, ...]
    after: str
    plain: bool
    start: int
    end: int

    @property
    def argv(self) -> tuple[str, ...]:
        """The words, the first without its folder."""
        texts = [word.text for word in self.words]
        return (texts[0].rpartition("/")[2], *texts[1:])


def commands(text: str) -> tuple[Command, ...] | None:  # noqa: C901
    """The simple commands of `text` in their order; None where it is more than a list of them, or nothing sh reads."""
    if SIMPLE.fullmatch(text):
        return _simple(text)
    found: list[Command] = []
    words: list[Word] = []
    after, plain, skip = "", True, False
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "odd" or match[0] in ("(", ")", ";;") or (kind == "redirect" and match[0].endswith("<<")):
            return None
        if kind == "redirect":
            skip = True
        elif kind == "word" and skip:
            skip = False
        elif kind == "word":
            if not words and match[0] in KEYWORDS:
                return None
            plain = plain and _is_plain(match[0])
            words.append(_word(match[0], match.start()))
        elif kind == "op":
            if words:
                found.append(_command(words, after, plain, text))
            after = match[0] if words or match[0] != "\n" else after
            words, plain = [], True
    if words:
        found.append(_command(words, after, plain, text))
    return tuple(found)


def _simple(text: str) -> tuple[Command, ...] | None:
    """One command of plain words, as most hooks are."""
    words = [Word(one[0], *one.span()) for one in BARE.finditer(text)]
    if not words:
        return ()
    return None if words[0].text in KEYWORDS else (_command(words, "", True, text),)


def _command(words: list[Word], after: str, plain: bool, text: str) -> Command:
    placed = [word for word in words if word.start >= 0]
    start = placed[0].start if placed else 0
    end = placed[-1].end if placed else len(text)
    return Command(tuple(words), after, plain, start, end)


def _is_plain(raw: str) -> bool:
    """Whether the shell puts nothing in: no expansion outside of single quotes."""
    return not EXPANSION.search(raw) or not EXPANSION.search(re.sub(r"'[^']*'|\\.", "", raw))


def _word(raw: str, start: int) -> Word:
    if not SPECIAL.search(raw):
        return Word(raw, start, start + len(raw))
    if match := QUOTED.fullmatch(raw):
        number = match.lastindex or 0
        return Word(match[number], start + match.start(number), start + match.end(number))
    plain = re.sub(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)""", r"\1\2\3\4", raw, flags=re.DOTALL)
    return Word(plain, -1, -1)


def cannot_fail(found: tuple[Command, ...], number: int) -> bool:
    """Whether a failure of the command of that number can't become the exit status of the whole text.

    True for `X || true` and `X; true` at the end; not for `X || Y`, since Y may fail too (FREEBSD.md 3.5, 0a).
    """
    last = found[-1]
    harmless = last.argv in (("true",), (":",), ("exit", "0"))
    return harmless and number < len(found) - 1 and last.after in ("||", ";", "\n")
