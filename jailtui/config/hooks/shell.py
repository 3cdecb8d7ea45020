"""The text of an exec hook as simple commands, each word with its place in the text (jail(8), sh(1)).

jail(8) gives a text with shell characters to sh and splits any other at its blanks (FREEBSD.md 2.4). Of the shell's
grammar lists, groups, `if`, `sh -c` and variables with a known value are followed; a text with more is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from jailtui.config.hooks.commands import Followed, ShellCommand, Unfollowed, Word

SHELL = re.compile(r"""[!"$&'()*;<>?\[\\\]`{|}~]""")
"""The characters for which jail(8) starts a shell."""
BARE = re.compile(r"[^ \t\f\v\r\n]+")
TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|\\\n)|(?P<op>&&|\|\||;;|[;|&\n()])|(?P<redirect>\d*(?:>>|>\||>&|>|<<|<&|<))|"""
    r"""(?P<comment>\#[^\n]*)|(?P<word>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|"""
    r"""`[^`]*`|[^ \t\n;|&<>()'"\\`])+)|(?P<odd>.)""",
    re.DOTALL,
)
QUOTED = re.compile(r"""'([^']*)'|"([^"\\]*)"|([^'"\\]+)""")
PIECE = re.compile(
    r"""'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)|(?P<bare>[^'"\\]+)""", re.DOTALL
)
SPECIAL = re.compile(r"""['"\\]""")
EXPANSION = re.compile(r"[$`*?\[~]")
USED = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:([%#])([^}%#*?\[$]*))?\})", re.ASCII)
ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.ASCII | re.DOTALL)
OUTPUT = re.compile(r"""\$\((.*)\)|"\$\((.*)\)"|`(.*)`|"`(.*)`\"""", re.DOTALL)
KEYWORDS = frozenset("if then else elif fi for while until do done case esac in { } ! function".split())
TESTS = frozenset("[ test false grep pgrep kldstat jls".split())
"""Tools that decide whether the next command runs."""
RUNNERS = frozenset("env exec command nohup time nice".split())
"""Tools that run what follows their options and assignments."""
SETTERS = frozenset(". source eval : alias export getopts local read readonly return exit trap unset".split())
"""Commands of sh(1) that may set variables, by expansions of their words too, or end the text."""
DEEPEST = 50
"""Groups in one another, `if` and `sh -c` among them: each takes some frames of Python's stack."""


def commands(text: str, variables: Mapping[str, str] | None = None) -> tuple[ShellCommand, ...] | None:
    """The simple commands of `text` in their order; None if the text can't be followed.

    `variables` are those of the environment, by name.
    """
    direct = text.removesuffix(" &")
    if not SHELL.search(direct):
        words = [Word(match[0], *match.span()) for match in BARE.finditer(direct)]
        if not words:
            return ()
        return (
            ShellCommand(tuple(_run(words)), "", True, words[0].start, words[-1].end, ends=text[len(direct) + 1 :]),
        )
    followed = Followed()
    try:
        ShellParser(text, variables or {}, 0, followed).script("", 0, 0, False)
    except Unfollowed:
        return None
    return tuple(followed.commands)


def assigned(text: str, before: Mapping[str, str], followed: Followed) -> Mapping[str, str] | None:
    """The variables after a text of sh(1), given those before it; one whose value is not known is missing.

    None if the text can't be followed. Its commands are then in `followed`: what SETTERS among them set is not known.
    """
    parser = ShellParser(text, before, 0, followed)
    try:
        parser.script("", 0, 0, False)
    except Unfollowed:
        return None
    return parser.variables


class ShellParser:
    """Follows one text into `followed`; `offset` is the place of the text in the hook, -1 for none."""

    def __init__(self, text: str, variables: Mapping[str, str], offset: int, followed: Followed) -> None:
        self.text = followed.take(text)
        self.environment = variables
        self.variables = dict(variables)
        self.offset = offset
        self.followed = followed
        self.commands = followed.commands
        self.created = 0
        self.level = 0
        self.tokens = [
            (match.lastgroup or "", match[0], match.start())
            for match in TOKEN.finditer(text)
            if match.lastgroup not in ("blank", "comment")
        ]
        self.at = 0
        if any(kind == "odd" or (kind == "redirect" and value.endswith("<<")) for kind, value, _ in self.tokens):
            raise Unfollowed

    def script(self, after: str, level: int, joined: int, maybe: bool) -> None:
        """Follow all of the text, as a group on `level` after the operator `after` of the level `joined`."""
        if level > DEEPEST:
            raise Unfollowed
        self.level = level
        self.sequence(after, joined, maybe, ())
        if self.at < len(self.tokens):
            raise Unfollowed

    def peek(self, kind: str) -> str:
        """The next token if it is of that kind, else ""."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] == kind else ""

    def accept(self, kind: str, *values: str) -> str:
        """Take the next token if it is one of these; "" if it is not."""
        value = self.peek(kind)
        if value not in values:
            return ""
        self.at += 1
        return value

    def expect(self, kind: str, value: str) -> None:
        if not self.accept(kind, value):
            raise Unfollowed

    def sequence(self, after: str, joined: int, maybe: bool, stop: Sequence[str]) -> None:
        """Follow lists up to a word of `stop` or a closing parenthesis."""
        while True:
            while self.accept("op", "\n"):
                pass
            if self.at == len(self.tokens) or self.peek("op") == ")" or self.peek("word") in stop:
                return
            first = len(self.commands)
            self.and_or(after, joined, maybe)
            operator = self.accept("op", ";", "&", "\n")
            if operator == "&":
                self.ignore(first, "&")
            if not operator:
                return
            after, joined = operator, self.level

    def and_or(self, after: str, joined: int, maybe: bool) -> None:
        tested, operator = False, ""
        while True:
            first = len(self.commands)
            self.pipeline(operator or after, self.level if operator else joined, maybe or tested or operator == "||")
            test = operator != "||" and len(self.commands) == first + 1 and self.commands[first].argv[0] in TESTS
            following = self.accept("op", "&&", "||")
            if not following:
                return
            tested = following == "&&" and (tested or test)
            operator = following
            while self.accept("op", "\n"):
                pass

    def pipeline(self, after: str, joined: int, maybe: bool) -> None:
        first = len(self.commands)
        negated = bool(self.accept("word", "!"))
        left = first
        self.command(after, joined, maybe)
        while self.accept("op", "|"):
            self.ignore(left, "|")
            left = len(self.commands)
            self.command("|", self.level, maybe)
        if negated:
            self.ignore(first, "!")

    def ignore(self, first: int, reason: str) -> None:
        """The exit status of the commands from `first` on is ignored or negated."""
        self.commands[first:] = [command._replace(ends=reason) for command in self.commands[first:]]

    def command(self, after: str, joined: int, maybe: bool) -> None:
        if self.accept("op", "("):
            before = dict(self.variables)
            self.group(after, joined, maybe, ())
            self.expect("op", ")")
            self.variables = before
        elif self.accept("word", "{"):
            self.group(after, joined, maybe, ("}",))
            self.expect("word", "}")
        elif self.accept("word", "if"):
            self.condition(after, joined, maybe)
        elif self.peek("word") in KEYWORDS:
            raise Unfollowed
        else:
            self.simple(after, joined, maybe)
            return
        while self.peek("redirect"):
            self.redirect()

    def redirect(self) -> None:
        """Take a redirection with the word it needs."""
        self.at += 1
        if not self.peek("word"):
            raise Unfollowed
        self.at += 1

    def group(self, after: str, joined: int, maybe: bool, stop: Sequence[str]) -> None:
        begin = self.at
        self.level += 1
        if self.level > DEEPEST:
            raise Unfollowed
        self.sequence(after, joined, maybe, stop)
        self.level -= 1
        if self.at == begin:
            raise Unfollowed

    def condition(self, after: str, joined: int, maybe: bool) -> None:
        """`if A; then B; elif C; then D; else E; fi`. What a branch sets is unknown after it."""
        while True:
            first = len(self.commands)
            self.group(after, joined, maybe, ("then",))
            self.ignore(first, "if")
            self.expect("word", "then")
            self.branch("then", ("elif", "else", "fi"))
            maybe = True
            if not self.accept("word", "elif"):
                break
        if self.accept("word", "else"):
            self.branch("else", ("fi",))
        self.expect("word", "fi")

    def branch(self, after: str, stop: Sequence[str]) -> None:
        before = dict(self.variables)
        self.group(after, self.level, True, stop)
        self.variables = {name: text for name, text in before.items() if self.variables.get(name) == text}

    def simple(self, after: str, joined: int, maybe: bool) -> None:
        """Follow one command with its assignments and redirections."""
        words: list[Word] = []
        plain = True
        assigned: list[tuple[str, str, int]] = []
        begin = self.at
        while (kind := self.tokens[self.at][0] if self.at < len(self.tokens) else "") in ("word", "redirect"):
            if kind == "redirect":
                self.redirect()
                continue
            _, raw, start = self.tokens[self.at]
            self.at += 1
            if not words and (match := ASSIGNED.match(raw)):
                assigned.append((match[1], match[2], start))
                continue
            fields = self.expanded(raw, start)
            plain = plain and fields is not None
            words += [self.placed(raw, start)] if fields is None else fields
        if self.at == begin:
            raise Unfollowed
        if not words:
            for name, raw, start in assigned:
                self.assign(name, raw, start, after, joined, maybe)
            return
        self.add(words, self.span(begin), after, plain, joined, maybe)

    def span(self, begin: int) -> tuple[int, int]:
        """The place in the hook of the tokens from that number to the last one taken; (0, 0) for none."""
        (_, _, start), (_, last, end) = self.tokens[begin], self.tokens[self.at - 1]
        return (start + self.offset, end + len(last) + self.offset) if self.offset >= 0 else (0, 0)

    def add(self, words: list[Word], span: tuple[int, int], after: str, plain: bool, joined: int, maybe: bool) -> None:
        """Add one command; instead of a command that runs another (`env X=Y CMD`, `sh -c TEXT`), that other."""
        words = _run(words) if plain else words
        texts = [word.text for word in words]
        tool = texts[0].rpartition("/")[2]
        if plain and tool == "export":
            for text in texts[1:]:
                if match := ASSIGNED.match(text):
                    self.variables[match[1]] = match[2]
        if plain and tool == "sh" and len(words) > 2 and texts[1].startswith("-") and texts[1].endswith("c"):
            where = words[2].start if words[2].start >= 0 and self.offset >= 0 else -1
            environment = {name: self.variables[name] for name in self.environment if name in self.variables}
            inner = ShellParser(texts[2], environment, where, self.followed)
            inner.script(after, self.level + 1, joined, maybe)
            return
        self.followed.add(ShellCommand(tuple(words), after, plain, *span, maybe, self.level, joined))

    def assign(self, name: str, raw: str, start: int, after: str, joined: int, maybe: bool) -> None:
        """`NAME=VALUE`, also with a command's output as the value: of `ifconfig epair create` the new end."""
        self.variables.pop(name, None)
        if match := OUTPUT.fullmatch(raw):
            first = len(self.commands)
            inner = ShellParser(next(filter(None, match.groups()), ""), self.variables, -1, self.followed)
            inner.script(after, self.level + 1, joined, maybe)
            if len(self.commands) == first + 1 and not maybe and (printed := self.printed(self.commands[first])):
                self.commands[first] = self.commands[first]._replace(output=printed)
                self.variables[name] = printed
            return
        fields = self.expanded(raw, start, split=False)
        if fields is not None and not maybe:
            self.variables[name] = "".join(field.text for field in fields)

    def printed(self, command: ShellCommand) -> str:
        """What `ifconfig IF create` prints; a number that the kernel chooses stands as `?`."""
        argv = command.argv
        if not command.plain or argv[0] != "ifconfig" or argv[2:3] != ("create",) or "name" in argv:
            return ""
        name = argv[1]
        if name in ("epair", "bridge", "tap", "vlan", "lo"):
            self.created += 1
            name += f"?{self.created if self.created > 1 else ''}"
        return f"{name}a" if re.fullmatch(r"epair(\d+|\?\d*)", name) else name

    def expanded(self, raw: str, start: int, *, split: bool = True) -> list[Word] | None:
        """The words that a word expands to; None if that is unknown."""
        if not EXPANSION.search(raw) or raw == "[":
            return [self.placed(raw, start)]
        text, bare = "", False
        for match in PIECE.finditer(raw):
            kind, value = match.lastgroup, match[match.lastgroup or 0]
            if kind in ("double", "bare"):
                value, known = self.filled(value, quoted=kind == "double")
                if not known:
                    return None
                bare = bare or kind == "bare"
            elif value == "\n":
                value = ""
            text += value
        if bare and split and (" " in text or "\t" in text) and SPECIAL.search(raw) is None:
            return [Word(part, -1, -1) for part in text.split()]
        return [self.placed(raw, start)] if text == raw[1:-1] and SPECIAL.match(raw) else [Word(text, -1, -1)]

    def filled(self, value: str, *, quoted: bool) -> tuple[str, bool]:
        """A piece of a word with its variables put in, and whether all of it is known."""
        known = True

        def put(match: re.Match[str]) -> str:
            nonlocal known
            text = self.variables.get(match[1] or match[2])
            if text is None:
                known = False
                return ""
            if match[3]:
                text = text.removesuffix(match[4]) if match[3] == "%" else text.removeprefix(match[4])
            return self.followed.take(text)

        parts = re.split(r"(\\.)", value, flags=re.DOTALL) if quoted else [value]
        for number, part in enumerate(parts):
            if number % 2:
                parts[number] = "" if part == "\\\n" else part[1] if part[1] in '$`"\\' else part
                continue
            rest = USED.sub("", part)
            if "$" in rest or "`" in rest or (not quoted and EXPANSION.search(rest)):
                return "", False
            parts[number] = USED.sub(put, part)
        return "".join(parts), known

    def placed(self, raw: str, start: int) -> Word:
        """A word without its quotes."""
        start = start + self.offset if self.offset >= 0 else -1
        if not SPECIAL.search(raw):
            return Word(raw, start, start + len(raw) if start >= 0 else -1)
        if (match := QUOTED.fullmatch(raw)) and start >= 0:
            number = match.lastindex or 0
            return Word(match[number], start + match.start(number), start + match.end(number))
        return Word("".join(_unquoted(raw)), -1, -1)


def _unquoted(raw: str) -> Iterator[str]:
    for match in PIECE.finditer(raw):
        value = match[match.lastgroup or 0]
        if match.lastgroup == "double":
            value = re.sub(r'\\(?:(\n)|([$`"\\]))', r"\2", value)
        yield "" if match.lastgroup == "escaped" and value == "\n" else value


def _run(words: list[Word]) -> list[Word]:
    """The command that `env`, `exec`, `nice` and the like run; the words themselves if they run none."""
    rest = words
    while rest and (tool := rest[0].text.rpartition("/")[2]) in RUNNERS:
        rest = rest[1:]
        while rest and (rest[0].text.startswith("-") or (tool == "env" and ASSIGNED.match(rest[0].text))):
            takes = (tool, rest[0].text) in (("nice", "-n"), ("env", "-u"))
            rest = rest[2 if takes else 1 :]
    return rest or words
