"""The words of jail.conf(5), as jaillex.l of jail(8) cuts them. Text is latin-1: one character is one byte."""

from __future__ import annotations

import re

WORD = r"[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]+"
TOKENS = re.compile(
    r"(?P<blank>[ \t]+|\#[^\n]*|//[^\n]*|/\*(?:[^*]|\*+[^*/])*\*+/|\n|\r)"
    r"|(?P<comment>/\*)"
    r"|(?P<mark>\+=|[,;={}])"
    r"|(?P<word>" + WORD + r")"
    r"|(?P<escape>\\(?:x[0-9A-Fa-f]{0,2}|[0-7]{1,3}|[^\0]))"
    r"|(?P<single>'(?:[^'\\]|\\[\s\S])*')"
    r'|(?P<double>"(?:[^"\\]|\\[\s\S])*")'
    r"|(?P<variable>\$[A-Za-z_][A-Za-z_0-9]*|\$\{(?:[^\n{}\\]|\\[^\n])*\})"
    r"|(?P<open>\$\{[^\n{}]*)"
    r"|(?P<one>[$*+/\\])"
    r"|(?P<quote>['\"])"
    r"|(?P<other>[\s\S])",
)
ESCAPE = re.compile(r"\\(?:\n|x([0-9A-Fa-f]{0,2})|([0-7]{1,3})|([\s\S]))")
IN_QUOTES = re.compile(r"\\[\s\S]|\$([A-Za-z_][A-Za-z_0-9]*)|\$\{((?:[^\n{}\\]|\\[^\n])*)\}|(\$\{)")
LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Piece = str | tuple[str]
"""A text, or the name of a variable in a tuple."""


class Token:
    """`kind`: str, var, mark, end or bad. `glued`: to the one before. `text` is what an error quotes."""

    __slots__ = ("glued", "kind", "line", "pieces", "text")

    def __init__(self, kind: str, text: str, line: int, pieces: tuple[Piece, ...] = (), glued: bool = False) -> None:
        self.kind = kind
        self.text = text
        self.line = line
        self.pieces = pieces
        self.glued = glued


def unescape(text: str) -> str:
    """`text` without its backslashes; a NUL ends it."""
    if "\\" in text:
        text = ESCAPE.sub(plain, text)
    return text.partition("\0")[0]


def plain(match: re.Match[str]) -> str:
    hexadecimal, octal, letter = match.groups()
    if hexadecimal is not None:
        return chr(int(hexadecimal or "0", 16))
    if octal is not None:
        return chr(int(octal, 8) & 255)
    return LETTERS.get(letter, letter) if letter else ""


def quoted(text: str) -> tuple[Piece, ...]:
    """The pieces of what stands in double quotes."""
    pieces: list[Piece] = []
    last = 0
    for match in IN_QUOTES.finditer(text):
        name = match[1] if match[1] is not None else match[2]
        if name is not None:
            pieces.append(unescape(text[last : match.start()]))
            pieces.append((unescape(name),))
            last = match.end()
    pieces.append(unescape(text[last:]))
    return tuple(piece for piece in pieces if piece != "") or ("",)


def tokens(text: str, carriage_return: bool, flaws: list[tuple[int, str]]) -> list[Token]:
    """All words of a file, `end` last. `carriage_return`: a CR is a blank. Unterminated things go to `flaws`."""
    found: list[Token] = []
    line = 1
    glued = False
    for match in TOKENS.finditer(text):
        kind = match.lastgroup
        word = match[0]
        start = line
        line += word.count("\n")
        if kind == "blank":
            if word == "\r" and not carriage_return:
                found.append(Token("bad", word, line))
            glued = False
        elif kind == "mark":
            found.append(Token("mark", word, line))
            glued = False
        elif kind in ("word", "one", "escape", "single", "double", "variable"):
            if kind == "double" and any(inner[3] for inner in IN_QUOTES.finditer(word)):
                flaws.append((line, "unterminated variable"))
            found.append(Token("var" if kind == "variable" else "str", word, line, pieces_of(kind, word), glued))
            glued = True
        elif kind == "other":
            if word == "\0" or word >= "\x80":
                found.append(Token("end", word.strip("\0"), line))
                return found
            found.append(Token("bad", word, line))
        else:
            what, line = rest_of(kind or "", text[match.start() :], start, carriage_return)
            flaws.append((line, f"unterminated {what}"))
            break
    found.append(Token("end", "", line))
    return found


def pieces_of(kind: str, word: str) -> tuple[Piece, ...]:
    """The pieces of one token."""
    if kind in ("word", "one"):
        return (word,)
    if kind == "escape":
        return (unescape(word),)
    if kind == "single":
        return (unescape(word[1:-1]),)
    if kind == "double":
        return quoted(word[1:-1])
    return ((unescape(word[2:-1]) if word[1] == "{" else word[1:],),)


def rest_of(kind: str, rest: str, line: int, last_line: bool) -> tuple[str, int]:
    """What is unterminated, and the line the message names: a comment's last in 14 and 15, its first in 13."""
    if kind == "comment":
        return "comment", line + (rest.count("\n") if last_line else 0)
    return ("variable" if kind == "open" else "string"), line
