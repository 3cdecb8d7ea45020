"""From the blocks of jail.conf to jails: wildcards merged, variables gone (config.c load_config), and `jail -e`."""

from __future__ import annotations

from jailtui.simhost.tools.confparse import INTERNAL, Block, ConfError, Param, Parser, same_option

CRASH = 139
"""What a shell says of jail(8) killed by SIGSEGV."""


def load(path: str, shown: str, release: str) -> tuple[list[Block], list[str]]:
    """The jails of a file in the manner of `release`, and what jail(8) says of those that failed. Raises ConfError."""
    parser = Parser(release.partition(".")[0])
    try:
        parser.read(path, shown)
        jails, said = resolve(parser)
    except ConfError as error:
        raise ConfError([decoded(message) for message in error.messages], error.status) from None
    for jail in jails:
        jail.name = decoded(jail.name)
        for param in jail.params:
            param.name = decoded(param.name)
            param.values = [decoded(value) for value in param.values]
    return jails, [decoded(message) for message in said]


def decoded(text: str) -> str:
    """From one character a byte to UTF-8; bytes that are not stay as surrogates."""
    return text if text.isascii() else text.encode("latin-1", "surrogateescape").decode("utf-8", "surrogateescape")


def resolve(parser: Parser) -> tuple[list[Block], list[str]]:
    said: list[str] = []
    numbered = list(enumerate(parser.blocks))
    wild = [(seq, block) for seq, block in numbered if "*" in block.name.split(".")]
    jails = []
    for seq, block in numbered:
        if "*" in block.name.split("."):
            continue
        jail = Block(block.name)
        imply_name(jail)
        for other_seq, other in sorted([*wild, (seq, block)], key=lambda item: item[0]):
            if other_seq == seq or matches(block.name, other.name):
                for param in other.params:
                    add(jail, param, said)
        if parser.dialect == "15" and jail.get("name") is None:
            jail.params.append(Param("name", [(jail.name,)], append=True, fixed=True))
        Substitution(jail, said).run()
        jail.params = [param for param in jail.params if not param.variable]
        jails.append(jail)
    return jails, said


def imply_name(jail: Block) -> None:
    name = jail.name.strip(" \t\n\v\f\r")
    digits = name[1:] if name[:1] in "+-" else name
    is_jid = digits.isascii() and digits.isdigit() and int(digits) != 0 and jail.name == jail.name.rstrip()
    jail.params.append(Param("jid" if is_jid else "name", [(jail.name,)], append=True, fixed=True))


def matches(name: str, wildcard: str) -> bool:
    """A final `*` stands for one or more components, another for one (config.c wild_jail_match)."""
    names, stars = name.split("."), wildcard.split(".")
    for at, star in enumerate(stars):
        if at >= len(names) or (star not in ("*", names[at])):
            return False
    return len(names) == len(stars) or (len(names) > len(stars) and stars[-1] == "*")


def add(jail: Block, new: Param, said: list[str]) -> None:
    """Append or replace (config.c add_param)."""
    old = jail.get(new.name)
    if old is None:
        param = Param(new.name, list(new.pieces), variable=new.variable, append=new.append)
        param.fixed = new.name in ("name", "jid")
        jail.params.append(param)
        if new.variable and any(same_option(new.name, name) for name in (*INTERNAL, "name", "jid")):
            said.append(f'jail: {jail.name}: variable "${new.name}" cannot have the same name as a parameter.')
            jail.failed = True
    elif old.variable != new.variable:
        said.append(f'jail: {jail.name}: variable "${new.name}" cannot have the same name as a parameter.')
        jail.failed = True
    elif old.fixed:
        said.append(f'jail: {jail.name}: cannot redefine parameter "{old.name}".')
        jail.failed = True
    else:
        old.name = new.name
        if not new.append or not new.pieces:
            old.pieces = []
        old.pieces = old.pieces + new.pieces


class Substitution:
    """Puts values in place of variables, in one jail. Raises ConfError where jail(8) would crash."""

    def __init__(self, jail: Block, said: list[str]) -> None:
        self.jail = jail
        self.said = said
        self.done: set[int] = set()
        self.order: list[Param] = []

    def run(self) -> None:
        for param in self.jail.params:
            self.param(param, ())
        self.jail.params = self.order

    def param(self, param: Param, above: tuple[int, ...]) -> None:
        """Resolve `param`; those it uses come first, and move before it."""
        if id(param) in self.done:
            return
        inside = (*above, id(param))
        bad = False
        values = []
        for value in param.pieces:
            text = ""
            for piece in value:
                if isinstance(piece, str):
                    text += piece
                    continue
                found = self.use(param, piece[0], len(value) > 1, inside)
                bad = bad or found is None
                text += found or ""
            values.append(text)
        param.values = values
        param.bad = bad
        self.done.add(id(param))
        self.order.append(param)

    def use(self, user: Param, name: str, inline: bool, above: tuple[int, ...]) -> str | None:
        """The text for `$name` in `user`, or None: the jail has failed."""
        param = next((p for p in self.jail.params if p.name == name), None)
        if param is None or not param.pieces:
            self.fail(f'{user.name}: variable "{name}" not found')
            return None
        if id(param) in above:
            self.fail(f"{name}: variable loop")
            return None
        if any(isinstance(piece, tuple) for value in param.pieces for piece in value):
            self.param(param, above)
        else:
            param.values = ["".join(str(piece) for piece in value) for value in param.pieces]
        if param.bad:
            self.fail("")
            return None
        if len(param.values) > 1:
            if inline:
                self.fail(f"{user.name}: array cannot be substituted inline")
                return None
            raise ConfError(self.said, CRASH)
        return param.values[0]

    def fail(self, message: str) -> str | None:
        """The jail has failed, which is None in place of a text."""
        self.jail.failed = True
        if message:
            self.said.append(f"jail: {self.jail.name}: {message}")
        return None


def exported(jails: list[Block], separator: str) -> str:
    """What `jail -e SEPARATOR` prints: a jail a line."""
    lines = []
    for jail in jails:
        words = []
        for param in jail.params:
            if param.name == "jid":
                continue
            words.append(f"{param.name}={','.join(map(quoted, param.values))}" if param.values else param.name)
        lines.append(separator.join(words) + "\n")
    return "".join(lines)


def quoted(text: str) -> str:
    """As jail(8) quotes a value (jail.c quoted_print)."""
    if not text or "'" in text:
        mark = '"'
    elif '"' in text:
        mark = "'"
    else:
        mark = '"' if " " in text or "\t" in text else ""
    inner = text.replace("\\", "\\\\")
    return mark + (inner.replace(mark, "\\" + mark) if mark else inner) + mark
