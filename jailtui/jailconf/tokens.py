"""Bytes to tokens, by the rules of jail(8)'s lexer (usr.sbin/jail/jaillex.l).

Text is the file decoded as latin-1: a character is a byte and an index is a byte offset.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

WORD = r"[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]++"
IDENTIFIER = r"\$[A-Za-z_][A-Za-z_0-9]*+"
PLAIN_BRACED = r"\$\{[^\n{}\"\\]*+\}"
SINGLE = r"'(?:[^'\\]++|\\[\s\S])*+'"
DOUBLE = r'"(?:[^"\\]++|\\[\s\S])*+"'
COMMENT = r"\#[^\n]*+|//[^\n]*+|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/"

OUTSIDE = re.compile(
    rf"""(?P<comment>{COMMENT})
    |(?P<open_comment>/\*[\s\S]*+)
    |(?P<append>\+=)
    |(?P<reserved>[,;={{}}])
    |(?P<word>{WORD})
    |(?P<escape>\\(?:[0-7]{{1,3}}|x[0-9A-Fa-f]{{1,2}}|[\s\S]))
    |(?P<single>{SINGLE})
    |(?P<double>{DOUBLE})
    |(?P<open_string>'(?:[^\n'\\]|\\.)*+|"(?:[^\n"\\]|\\.)*+)
    |(?P<variable>{IDENTIFIER})
    |(?P<braced>\$\{{)
    |(?P<special>[$*+/\\])
    |(?P<blank>[ \t\n]++|\r)
    |(?P<other>[\s\S])""",
    re.VERBOSE,
)
INSIDE = re.compile(
    rf"(?P<variable>{IDENTIFIER})|(?P<braced>\$\{{)|(?P<escape>\\(?:[0-7]{{1,3}}|x[0-9A-Fa-f]{{1,2}}|[\s\S]))"
    rf"|(?P<word>{WORD})|(?P<special>[$*+/\\])"
)
"""Inside double quotes, behind their first variable."""

REST = re.compile(r'[^"$\\](?:[^"\\]++|\\[\s\S])*+"')
PIECE = re.compile(r'(?:[^"$\\]++|\\[\s\S])*+')
# A brace, newline or quote may stand in a name behind a backslash, which may itself be a plain character there: the
# longest reading wins, as in any lex.
BRACED = {
    False: (
        re.compile(r"\$\{(?:[^\n{}]|(?<=\\)[\n{}])*\}"),
        re.compile(r"\$\{(?:[^\n{}]|(?<=\\)[{}])*+"),
    ),
    True: (
        re.compile(r'\$\{(?:[^\n"{}]|(?<=\\)[\n"{}])*\}'),
        re.compile(r'\$\{(?:[^\n"{}]|(?<=\\)["{}])*+'),
    ),
}
ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{0,2})|([\s\S]?))")
CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\n": ""}


class Token(NamedTuple):
    """`kind`: "text", "variable", one of `+= = , ; { }`, "other" (a byte that starts nothing) or "end".

    `value` is the unescaped text or the variable's name (latin-1); `stop` is `end`, or behind a closing quote that
    belongs to no piece. `glued`: no blank between this piece and the one before.
    """

    kind: str
    start: int
    end: int
    value: str = ""
    quote: str = ""
    glued: bool = False
    stop: int = 0


def unescape(text: str) -> str:
    """The text a piece stands for: escapes replaced, cut at the first NUL, for jail(8) keeps it as a C string."""
    if "\\" in text:
        text = ESCAPE.sub(unescaped, text)
    return text.partition("\0")[0] if "\0" in text else text


def unescaped(match: re.Match[str]) -> str:
    octal, hexadecimal, character = match.groups()
    if octal is not None:
        return chr(int(octal, 8) & 0xFF)
    if hexadecimal is not None:
        return chr(int(hexadecimal or "0", 16))
    return CONTROLS.get(character, character)


class Lexer:
    """Tokens of `text[position:end]`. `complain(what, start, end)` hears of unterminated strings, comments, variables.

    `returns_are_blank`: a CR is a blank (14 and 15), not a byte that starts nothing (13).
    """

    __slots__ = ("close", "complain", "end", "glued", "position", "quoted", "returns_are_blank", "text")

    def __init__(
        self, text: str, position: int, end: int, returns_are_blank: bool, complain: Callable[[str, int, int], None]
    ) -> None:
        self.text = text
        self.position = position
        self.end = end
        self.returns_are_blank = returns_are_blank
        self.complain = complain
        self.glued = False  # a piece stands right before
        self.quoted = False  # inside double quotes, behind a variable
        self.close = -1  # where the next quote stands that closes, the end if there is none; -1: not known

    def next(self) -> Token:
        while True:
            token = self.inside() if self.quoted else self.outside()
            if token is not None:
                return token

    def outside(self) -> Token | None:
        start = self.position
        match = OUTSIDE.match(self.text, start, self.end)
        if match is None:
            return Token("end", start, start)
        kind = match.lastgroup
        self.position = end = match.end()
        if (kind == "blank" and (self.returns_are_blank or self.text[start] != "\r")) or kind == "comment":
            self.glued = False
            return None
        if kind in ("reserved", "append"):
            self.glued = False
            return Token(match.group(), start, end)
        if kind == "double":
            return self.opening(start, end)
        if kind == "single":
            return self.piece("text", start, end, unescape(self.text[start + 1 : end - 1]), "'")
        return self.common(match)

    def common(self, match: re.Match[str]) -> Token | None:
        """What is read alike in and outside double quotes, and what is wrong."""
        start, end, quote = match.start(), match.end(), '"' if self.quoted else ""
        match match.lastgroup:
            case "word" | "special":
                return self.piece("text", start, end, "" if match.group() == "\\" else match.group(), quote)
            case "escape":
                return self.piece("text", start, end, unescape(match.group()), quote)
            case "variable":
                return self.piece("variable", start, end, match.group()[1:], quote)
            case "braced":
                return self.braced(start)
            case "open_comment":
                self.complain("comment", start, end)
                return None
            case "open_string":
                self.complain("string", start, end)
                return None
        return Token("other", start, end)

    def opening(self, start: int, end: int) -> Token:
        """The double-quoted string `text[start:end]`, up to its first variable."""
        stop = PIECE.match(self.text, start + 1, end - 1).end()  # type: ignore[union-attr]  # matches the empty string
        if stop == end - 1:
            return self.piece("text", start, end, unescape(self.text[start + 1 : stop]), '"')
        self.quoted, self.close = True, end - 1
        return self.piece("text", start, stop, unescape(self.text[start + 1 : stop]), '"')

    def inside(self) -> Token | None:
        start = self.position
        if start >= self.end:
            return Token("end", start, start)
        character = self.text[start]
        if character == '"':
            self.quoted, self.position = False, start + 1
            return None
        if character not in "$\\" and self.closing(start):
            return self.middle(start)
        match = INSIDE.match(self.text, start, self.end)
        if match is None:
            self.quoted = False
            return None
        self.position = match.end()
        return self.common(match)

    def closing(self, start: int) -> bool:
        """Whether these quotes are closed somewhere behind `start`; then `close` is where."""
        if self.close < start:
            match = REST.match(self.text, start, self.end)
            self.close = match.end() - 1 if match else self.end
        return self.close < self.end

    def middle(self, start: int) -> Token:
        """Text behind a variable, up to the next one or with the closing quote."""
        stop = PIECE.match(self.text, start, self.close).end()  # type: ignore[union-attr]  # as above
        value = unescape(self.text[start:stop])
        if stop == self.close:
            self.quoted = False
            return self.piece("text", start, stop + 1, value, '"')
        return self.piece("text", start, stop, value, '"')

    def braced(self, start: int) -> Token | None:
        whole, open_end = BRACED[self.quoted]
        full = whole.match(self.text, start, self.end)
        partial = open_end.match(self.text, start, self.end)
        longest = partial.end() if partial else start
        if full is None or full.end() < longest:
            self.position = longest
            self.complain("variable", start, longest)
            return None
        end = full.end()
        return self.piece("variable", start, end, unescape(self.text[start + 2 : end - 1]), '"' if self.quoted else "")

    def piece(self, kind: str, start: int, end: int, value: str, quote: str) -> Token:
        glued, self.glued = self.glued, True
        self.position = stop = end
        if self.quoted and self.text.startswith('"', end, self.end):
            self.quoted, self.position = False, end + 1
            stop = end + 1
        return Token(kind, start, end, value, quote, glued, stop)
