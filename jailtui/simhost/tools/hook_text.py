"""The shell text of a hook, cut into words and signs as far as its commands and files have to be known.

What the cutting does not follow is refused: a command that is missed would run on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator

SIGNS = ("&&", "||", ";;", "(", ")", ";", "&", "|", "\n")
REDIRECTIONS = ("<<<", "<<-", "&>>", "<<", "<>", "<&", ">>", ">&", ">|", "&>", "<", ">")
BLANK = " \t"
ENDS_WORD = BLANK + "\n;&|()<>"
PLAIN_EXPANSIONS = "?!#@*$-0123456789"
ARITHMETIC = frozenset("0123456789+-*/%()<>=!&|^~?: \t")
OPERATORS = ":-=?+%#/^,}"
"""What may stand behind the name in `${...}`; a shell would run the value behind `@`."""


class HookRefused(Exception):
    """The text is not run. The argument says what in it, as a name."""


class HookWord:
    """A word: `raw` is how it is written, `literal` what it means, or None if it is known only when it runs.

    `commands` are the texts of its `$(...)` and backquotes. `bare`: nothing in it is quoted.
    """

    def __init__(self, raw: str, literal: str | None, bare: bool) -> None:
        self.raw = raw
        self.literal = literal
        self.bare = bare

    def assigned(self) -> str:
        """The name of `NAME=VALUE`, or ""."""
        name, equals, _ = self.raw.partition("=")
        return name if equals and name.isascii() and name.isidentifier() else ""


class Sign(str):
    """One of SIGNS, or a redirection."""

    __slots__ = ()


Token = HookWord | Sign


class Cutter:
    """Cuts `text`; `commands` are the texts of its command substitutions, found on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.commands: list[str] = []

    def tokens(self) -> Iterator[Token]:
        while self.at < len(self.text):
            if self.text.startswith("\\\n", self.at):
                self.at += 2
            elif self.text[self.at] in BLANK:
                self.at += 1
            elif self.text[self.at] == "#":
                self.at = self.text.find("\n", self.at) % (len(self.text) + 1)
            elif sign := next((sign for sign in (*REDIRECTIONS, *SIGNS) if self.text.startswith(sign, self.at)), ""):
                self.at += len(sign)
                yield Sign(sign)
            else:
                word = self.word()
                following = self.text[self.at : self.at + 1]
                if not (word.raw.isdigit() and following and following in "<>"):  # the descriptor of a redirection
                    yield word

    def word(self) -> HookWord:
        """The word that begins here."""
        start, literal, bare = self.at, "", True
        known = True
        while self.at < len(self.text) and (char := self.text[self.at]) not in ENDS_WORD:
            if char == "'":
                end = self.text.find("'", self.at + 1)
                literal += self.text[self.at + 1 : self._ended(end)]
                self.at, bare = end + 1, False
            elif char == '"':
                quoted = self._quoted('"')
                known, bare = known and quoted is not None, False
                literal += quoted or ""
            elif char == "\\":
                literal += self.text[self.at + 1 : self.at + 2].replace("\n", "")
                self.at, bare = self.at + 2, False
            elif char in "$`":
                self._expansion()
                known = False
            else:
                known = known and char not in "*?[~{}"
                literal += char
                self.at += 1
        raw = self.text[start : self.at]
        return HookWord(raw, literal if known or raw in ("{", "}", "[", "~") else None, bare)

    def _ended(self, end: int) -> int:
        if end < 0:
            raise HookRefused("a text whose quotes do not end")
        return end

    def _quoted(self, close: str) -> str | None:
        """Pass over what is in quotes or braces, up to `close`: what it means, None if that is not known."""
        literal, known = "", True
        self.at += 1
        while (char := self.text[self._ended(self.at if self.at < len(self.text) else -1)]) != close:
            if char == "\\":
                escaped = self.text[self.at + 1 : self.at + 2]
                literal += escaped if escaped in '$`"\\' else "" if escaped == "\n" else char + escaped
                self.at += 2
            elif char in "$`":
                self._expansion()
                known = False
            elif close == "}" and char in "\"'{<>(":
                raise HookRefused("${...} with quotes in it")
            else:
                literal += char
                self.at += 1
        self.at += 1
        return literal if known else None

    def _expansion(self) -> None:
        """Pass over `$NAME`, `${...}`, `$((...))`, `$(...)` or backquotes."""
        rest = self.text[self.at :]
        if rest.startswith("`"):
            end = self._ended(self.text.find("`", self.at + 1))
            inner = self.text[self.at + 1 : end]
            if "\\" in inner:
                raise HookRefused("a backslash in backquotes")
            self.commands.append(inner)
            self.at = end + 1
        elif rest.startswith("$(("):
            self._arithmetic()
        elif rest.startswith("$("):
            inside = Cutter(self.text)
            inside.at = self.at + 2
            self.commands.append(self.text[self.at + 2 : inside.closed()])
            self.at = inside.at
        elif rest.startswith("${"):
            self._braces()
        elif rest[1:2] in ("'", '"'):
            raise HookRefused(f"{rest[:2]}...{rest[1]}")
        else:
            self.at += 1
            if self.text[self.at : self.at + 1] and self.text[self.at] in PLAIN_EXPANSIONS:
                self.at += 1
                return
            while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
                self.at += 1

    def closed(self) -> int:
        """Pass over tokens up to the `)` that closes what began before: its place."""
        depth = 1
        for token in self.tokens():
            if isinstance(token, HookWord) and token.raw == "case":
                raise HookRefused("case in $(...)")
            depth += {"(": 1, ")": -1}.get(token, 0) if isinstance(token, Sign) else 0
            if not depth:
                return self.at - 1
        raise HookRefused("a $( that does not end")

    def _arithmetic(self) -> None:
        """`$((...))` of numbers. Of names a shell may run what they hold."""
        start, depth = self.at + 3, 2
        self.at = start
        while depth:
            char = self.text[self._ended(self.at if self.at < len(self.text) else -1)]
            if char not in ARITHMETIC:
                raise HookRefused("$((...)) with a name in it")
            depth += {"(": 1, ")": -1}.get(char, 0)
            if depth == 1 and self.text[self.at + 1 : self.at + 2] != ")":
                raise HookRefused("$((...)) that does not end")
            self.at += 1

    def _braces(self) -> None:
        """`${NAME}` and `${NAME:-words}`."""
        start = self.at + 2
        self.at = start + self.text.startswith("#", start)
        if self.text[self.at : self.at + 1] in tuple("?#@*$-!") and self.text[self.at + 1 : self.at + 2] == "}":
            self.at += 2
            return
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
            self.at += 1
        name, operator = self.text[start : self.at].lstrip("#"), self.text[self.at : self.at + 1]
        if not name or not operator or operator not in OPERATORS:
            raise HookRefused(self.text[start - 2 : self.at + 1])
        if self.text[self.at : self.at + 2].lstrip(":").startswith("="):
            raise HookRefused(f"${{{name}=...}}")
        self.at -= 1
        self._quoted("}")
