"""jail.conf files in many styles, and edits of them: any bytes, comments, lists, wildcards, variables.

All is chosen by a generator of numbers: for as many choices as one file takes, hypothesis would cost ten times what is
done with the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from jailtui.jailconf.edit import AddJail, Append, Edit, EditPlace, RemoveJail, RenameJail, Set, SetElement, Unset
from jailtui.jailconf.quote import BARE_VALUE, quote

JAILS = ("web", "db", "mail.in", "mail.out", "w-1", "my jail")
WILDCARDS = ("*", "mail.*", "*.in")
SCALARS = ("path", "host.hostname", "exec.clean", "devfs_ruleset", "x.y")
LISTS = ("exec.start", "ip4.addr", "vnet.interface", "exec.poststop")
BOOLEANS = ("persist", "nopersist", "allow.mount", "allow.nomount", "vnet", "mount.devfs")
GLUED = (
    b'"/j/$name"',
    b"'a b'/c",
    b"e${name}b",
    b'"x $name y"',
    b"\"it\"'s'",
    b"$name",
    b'"$ip/x"',
    b"${path}",
    rb'"\101\x42\n"',
)
ODD_OPERATORS = ("/**/=/* = */", " # += ;\n += ", " ", "\n\t=\n\t", "/*,*/+=")
ODD_COMMAS = (" # first, and\n\t, # second;\n\t", ",/* , */", "/* x */,// y\n")
VARIABLES = ("$ip", "$n", "$bridge")

ODD_BYTES = b"\x01\x7f\x80\xa4\xc3\xe2\xff \t\n\r\"'\\$#{}()*+,;=/0ax"
SHELL = (
    "/bin/sh /etc/rc",
    "ifconfig epair0b $ip up",
    "echo \"a b\" 'c'",
    "sh -c 'x; y'",
    "${n}",
    "a//b",
    "/*",
    "a#b",
)
PLAIN = ("/jails/web", "10.0.0.1/24", "4", "true", "inherit", "em0|10.1.1.1/8", "x-y_z", "fe80::1%em0")
NAMES = SCALARS + LISTS + BOOLEANS
COMMENTS = ("", "", "", "# a comment; with { signs }", "// two", "/* three\n   lines */", '# it\'s "odd"')


def one_in(random: Random, number: int) -> bool:
    return random.randrange(number) == 0


def any_bytes(random: Random) -> str:
    """Up to a dozen bytes but NUL, half of the time of those that mean something to jail(8) or to UTF-8."""
    count = random.randrange(13)
    raw = random.randbytes(count) if one_in(random, 2) else bytes(random.choices(ODD_BYTES, k=count))
    return raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")


def value(random: Random) -> str:
    kind = random.randrange(3)
    return any_bytes(random) if kind == 0 else random.choice(PLAIN if kind == 1 else SHELL)


def values(random: Random, most: int) -> list[str]:
    return [value(random) for _ in range(random.randint(1, most))]


@dataclass(frozen=True)
class Habit:
    """How one generated file is laid out."""

    newline: str
    indent: str
    equals: str
    comma: str
    quotes: str
    one_line: bool
    final_newline: bool


def habit_of(random: Random, dialect: str) -> Habit:
    return Habit(
        random.choice(("\n", "\n", "\r\n") if dialect != "13" else "\n"),
        random.choice(("\t", "    ", "  ", "")),
        random.choice((" = ", "=", " =", "\t= ", " =\t")),
        random.choice((", ", ",", " , ", ",\n\t\t")),
        random.choice(("double", "single", "bare")),
        one_in(random, 2),
        one_in(random, 2),
    )


def written(value: str, kind: str) -> bytes:
    """`value` as written with quotes of this kind; bare only where that is safe."""
    if kind == "bare" and BARE_VALUE.fullmatch(value.encode("utf-8", "surrogateescape")):
        return value.encode("utf-8", "surrogateescape")
    return quote(value, "'" if kind == "single" else '"')


def statement(random: Random, habit: Habit) -> bytes:
    """One statement, `;` included; now and then a value with a variable in it, or pieces glued together."""
    name = random.choice(NAMES + VARIABLES)
    if name in BOOLEANS and one_in(random, 2):
        return f"{name};".encode()
    equals = habit.equals
    operator = random.choice((equals, equals, equals.replace("=", "+="), *ODD_OPERATORS))
    single = name.startswith("$") or name in SCALARS
    parts = [written(text, habit.quotes) for text in values(random, 1 if single else 3)]
    if not name.startswith("$") and one_in(random, 6):
        parts[-1] = random.choice(GLUED)
    comma = random.choice((habit.comma, habit.comma, *ODD_COMMAS)).encode()
    end = random.choice((b";", b";", b";", b" ;", b"/**/;", b" # end\n;", b"; ;"))
    return name.encode() + operator.encode() + comma.join(parts) + end


def block(random: Random, habit: Habit, name: str, nested: bool = False) -> bytes:
    """A block with its comments; `nested`: now and then with a block inside."""
    body = [statement(random, habit) for _ in range(random.randrange(6))]
    if nested and one_in(random, 4):
        inner = block(random, habit, random.choice(("in", "out", "*", "deep")))
        body.insert(random.randint(0, len(body)), inner)
    newline, indent = habit.newline.encode(), habit.indent.encode()
    opened = name.encode() if name == "*" or name.replace("-", "").isalnum() else b'"%s"' % name.encode()
    if habit.one_line or (not body and one_in(random, 2)):
        blank = random.choice((b"", b" "))
        return opened + random.choice((b"{", b" {")) + blank + blank.join(body) + blank + b"}"
    lines = [opened + random.choice((b" {", b"{", b" { # begin", b"\n{"))]
    for each in body:
        comment = random.choice(COMMENTS).encode()
        lead = random.choice((b"", b"", indent + comment + newline if comment else b""))
        lines.append(lead + indent + each + (b" " + comment if comment else b""))
        if one_in(random, 6) and b"#" not in lines[-1] and b"//" not in lines[-1]:
            lines[-1] += b" " + statement(random, habit)
    return newline.join([*lines, random.choice((b"}", b"};", indent + b"/* end */ }"))])


def file(random: Random, dialect: str) -> bytes:
    """A whole file that this dialect takes."""
    habit = habit_of(random, dialect)
    jails = random.sample(JAILS, random.randrange(5))
    wildcards = random.choices(WILDCARDS, k=random.randrange(3))
    parts = [block(random, habit, name, dialect != "13") for name in [*jails, *wildcards]]
    parts += [statement(random, habit) for _ in range(random.randrange(4))]
    parts += [random.choice(COMMENTS).encode() for _ in range(random.randrange(3))]
    random.shuffle(parts)
    text = (habit.newline.encode() * random.randint(1, 2)).join(parts)
    return text + (habit.newline.encode() if habit.final_newline else b"")


def edit(random: Random, jails: list[str], blocks: list[str], said: dict[str, list[str]]) -> Edit:
    """An edit of a file with these jails and wildcard blocks, possible or not; `said`: the parameters of each."""
    jail = random.choice([*jails, "web"])
    places = (
        [EditPlace(jail=one) for one in jails] * 2
        + [EditPlace(block=one) for one in blocks]
        + [EditPlace(globally=True)]
    )
    where = random.choice(places)
    theirs = [name for name in said.get(where.jail or "", []) if name not in ("name", "jid")]
    name = random.choice(theirs if theirs and one_in(random, 2) else NAMES + VARIABLES)
    new = random.choice(("new", "www", "my other jail", "mail.new"))
    kind = random.choice((Set, Append, Unset, SetElement, AddJail, RenameJail, RemoveJail))
    whole = one_in(random, 2)
    if kind is Set:
        return Set(where, name, tuple(values(random, 4)) if whole else ())
    if kind is Append:
        return Append(where, name, tuple(values(random, 4)))
    if kind is Unset:
        return Unset(where, name)
    if kind is SetElement:
        return SetElement(where, name, random.randrange(3), value(random))
    if kind is AddJail:
        params = tuple((random.choice(NAMES), tuple(values(random, 4))) for _ in range(random.randrange(4)))
        return AddJail(new, params, jail if whole else None)
    return RenameJail(jail, new) if kind is RenameJail else RemoveJail(jail)
