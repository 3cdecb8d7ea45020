"""jail.conf(5) as the simulated jail(8) reads it, in the manner of 13.2, 14.2 or 15.1.

Follows jailparse.y and config.c of jail(8), not a taste of its own: GRAMMAR.md and the recordings `jailconf/corpus`.
"""

from __future__ import annotations

import os

from jailtui.simhost.tools.conflex import Piece, Token, tokens

INTERNAL = frozenset(
    "command depend exec.clean exec.consolelog exec.created exec.fib exec.jail_user exec.poststart exec.poststop "
    "exec.prepare exec.prestart exec.prestop exec.release exec.start exec.stop exec.system_jail_user exec.system_user "
    "exec.timeout interface ip_hostname mount mount.devfs mount.fdescfs mount.fstab mount.procfs stop.timeout "
    "vnet.interface allow.dying zfs.dataset".split()
)
BOOLEANS = frozenset(
    "exec.clean exec.system_jail_user mount.devfs mount.fdescfs mount.procfs ip_hostname allow.dying persist".split()
)
INCLUDE_DEPTH = 32
Value = tuple[Piece, ...]


class ConfError(Exception):
    """Nothing is loaded. `messages` are jail(8)'s lines for standard error, `status` its exit status."""

    def __init__(self, messages: list[str], status: int = 1) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
        self.status = status


class Param:
    """One parameter or variable; `values` are pieces while read, texts once the jail is resolved."""

    __slots__ = ("append", "bad", "fixed", "name", "pieces", "values", "variable")

    def __init__(
        self, name: str, pieces: list[Value], *, variable: bool = False, append: bool = False, fixed: bool = False
    ) -> None:
        self.name = name
        self.pieces = pieces
        self.values: list[str] = []
        self.variable = variable
        self.append = append
        self.fixed = fixed
        self.bad = False


class Block:
    """A jail, a wildcard or the globals, as written. After resolve(): a jail with all that applies to it."""

    __slots__ = ("failed", "name", "params")

    def __init__(self, name: str) -> None:
        self.name = name
        self.params: list[Param] = []
        self.failed = False

    def get(self, name: str) -> Param | None:
        for param in self.params:
            if same_option(param.name, name):
                return param
        return None

    def values(self, name: str) -> list[str]:
        param = self.get(name)
        return param.values if param else []

    def last(self, name: str) -> str | None:
        values = self.values(name)
        return values[-1] if values else None


class Parser:
    """Reads files into `blocks`, in order of definition."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.blocks: list[Block] = []
        self.world: Block | None = None
        self.messages: list[str] = []

    def read(self, path: str, shown: str, depth: int = 0, inside: Block | None = None) -> None:
        """The file `path`, named `shown` in messages. Raises ConfError."""
        if depth > INCLUDE_DEPTH:
            raise ConfError([*self.messages, "jail: maximum include depth exceeded"])
        try:
            with open(path, "rb") as file:
                text = file.read().decode("latin-1")
        except OSError as error:
            raise ConfError([*self.messages, f"jail: {shown}: {error.strerror}"]) from None
        flaws: list[tuple[int, str]] = []
        words = tokens(text, self.dialect != "13", flaws)
        FileReader(self, words, path, shown, depth, flaws).run(inside)
        if depth == 0 and self.messages:
            raise ConfError(self.messages)

    def block(self, name: str) -> Block:
        block = Block(name)
        self.blocks.append(block)
        return block

    def globals(self) -> Block:
        """Where a statement outside all blocks goes (GRAMMAR.md, "Globals")."""
        if self.dialect == "13":
            if not self.blocks or self.blocks[-1].name != "*":
                return self.block("*")
            return self.blocks[-1]
        if self.world is None:
            self.world = self.block("*")
        return self.world


class FileReader:
    """The statements of one file."""

    def __init__(
        self, parser: Parser, words: list[Token], path: str, shown: str, depth: int, flaws: list[tuple[int, str]]
    ) -> None:
        self.parser = parser
        self.words = words
        self.at = 0
        self.path = path
        self.shown = shown
        self.depth = depth
        self.flaws = flaws

    def run(self, inside: Block | None) -> None:
        stack: list[Block | None] = [inside]
        while True:
            token = self.words[self.at]
            if token.kind == "end" and len(stack) == 1:
                if self.flaws:
                    raise ConfError([*self.parser.messages, *self.unterminated()])
                return
            if token.text == ";" and token.kind == "mark":
                self.at += 1
            elif token.text == "}" and token.kind == "mark" and len(stack) > 1:
                self.at += 1
                stack.pop()
            elif token.kind in ("str", "var") and not token.glued:
                self.statement(stack)
            else:
                self.syntax_error(token)

    def statement(self, stack: list[Block | None]) -> None:
        """A block's head, or a parameter up to and with its `;`."""
        name = self.words[self.at]
        after = self.words[self.at + 1]
        self.at += 1
        nested = self.parser.dialect != "13" or len(stack) == 1
        if after.text == "{" and after.kind == "mark" and name.kind == "str" and len(name.pieces) == 1 and nested:
            self.at += 1
            above = stack[-1]
            stack.append(self.parser.block(f"{above.name}.{text_of(name)}" if above else text_of(name)))
            return
        if len(name.pieces) != 1:
            self.syntax_error(name)
        operator, values = "", []
        if after.kind == "mark" and after.text in ("=", "+="):
            operator = after.text
            self.at += 1
        if operator or after.kind in ("str", "var"):
            if after.glued:
                self.syntax_error(after)
            values = self.value_list()
        last = self.words[self.at]
        if last.kind != "mark" or last.text != ";":
            self.syntax_error(last)
        self.at += 1
        if name.pieces == (".include",) and values and not operator and self.parser.dialect != "13":
            self.include(values, stack[-1], last.line)
            return
        block = stack[-1] or self.parser.globals()
        block.params.append(Param(text_of(name), values, variable=name.kind == "var", append=operator == "+="))

    def value_list(self) -> list[Value]:
        values: list[Value] = []
        while True:
            token = self.words[self.at]
            if token.kind not in ("str", "var") or token.glued:
                self.syntax_error(token)
            pieces: list[Piece] = list(token.pieces)
            self.at += 1
            while self.words[self.at].glued and self.words[self.at].kind in ("str", "var"):
                pieces += self.words[self.at].pieces
                self.at += 1
            values.append(tuple(pieces))
            token = self.words[self.at]
            if token.kind != "mark" or token.text != ",":
                return values
            self.at += 1

    def include(self, values: list[Value], block: Block | None, line: int) -> None:
        for value in values:
            if any(isinstance(piece, tuple) for piece in value):
                message = f"jail: {self.shown} line {line}: variables not permitted in '.include' filename"
                self.parser.messages.append(message)
                continue
            name = "".join(piece for piece in value if isinstance(piece, str))
            shown = name if name.startswith("/") else os.path.join(os.path.dirname(self.shown), name)
            path = rooted(name) if name.startswith("/") else os.path.join(os.path.dirname(self.path), name)
            for found in matching(path) if any(char in name for char in "*?[") else [path]:
                said = shown if found == path else os.path.join(os.path.dirname(shown), os.path.basename(found))
                self.parser.read(found, said, self.depth + 1, block)

    def syntax_error(self, token: Token) -> None:
        """What jail(8) says of `token`; what it finds after its recovery means little and is not looked for."""
        said = list(self.parser.messages) + (self.unterminated() if token.kind == "end" else [])
        if token.kind == "end" and not token.text:
            said.append(f"jail: {self.shown}: unexpected EOF")
        else:
            said.append(f"jail: {self.shown} line {token.line}: {token.text}: syntax error")
        raise ConfError(said)

    def unterminated(self) -> list[str]:
        return [f"jail: {self.shown} line {line}: {what}" for line, what in self.flaws]


def matching(pattern: str) -> list[str]:
    from glob import glob  # its import takes as long as reading a file

    return sorted(glob(pattern))


def text_of(token: Token) -> str:
    piece = token.pieces[0]
    return piece if isinstance(piece, str) else piece[0]


def rooted(path: str) -> str:
    """An absolute path below the simulated host's folder, unless it is there already."""
    root = os.environ.get("JAILTUI_ROOT", "")
    if not root or not path.startswith("/") or path == root or path.startswith(root + "/"):
        return path
    return root + path


def same_option(one: str, other: str) -> bool:
    """Equal, or equal but for a `no` before one component (config.c equalopts)."""
    if one == other:
        return True
    left, right = one.split("."), other.split(".")
    if len(left) != len(right):
        return False
    differ = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(differ) == 1 and (differ[0][0] == "no" + differ[0][1] or differ[0][1] == "no" + differ[0][0])
