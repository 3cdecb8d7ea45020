"""jail.conf files in many styles, for hypothesis: any bytes, comments, lists, wildcards, variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

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

Choice = TypeVar("Choice")
integers = cache(st.integers)
either = st.booleans()


@cache  # hypothesis looks through the choices whenever a strategy is new
def chosen(*choices: Choice) -> st.SearchStrategy[Choice]:
    return st.sampled_from(choices)


any_bytes = st.binary(max_size=12).map(lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape"))
shell = st.sampled_from(
    ["/bin/sh /etc/rc", "ifconfig epair0b $ip up", "echo \"a b\" 'c'", "sh -c 'x; y'", "${n}", "a//b", "/*", "a#b"]
)
plain = st.sampled_from(["/jails/web", "10.0.0.1/24", "4", "true", "inherit", "em0|10.1.1.1/8", "x-y_z", "fe80::1%em0"])
values = plain | shell | any_bytes
value_lists = st.lists(values, min_size=1, max_size=4).map(tuple)
one_value, few_values = (st.lists(values, min_size=1, max_size=most) for most in (1, 3))
names = st.sampled_from(SCALARS + LISTS + BOOLEANS + VARIABLES)
plain_names = st.sampled_from(SCALARS + LISTS + BOOLEANS)
new_params = st.lists(st.tuples(plain_names, value_lists), max_size=3).map(tuple)


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


habits = st.builds(
    Habit,
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.sampled_from(["\t", "    ", "  ", ""]),
    st.sampled_from([" = ", "=", " =", "\t= ", " =\t"]),
    st.sampled_from([", ", ",", " , ", ",\n\t\t"]),
    st.sampled_from(["double", "single", "bare"]),
    st.booleans(),
    st.booleans(),
)
comments = st.sampled_from(
    ["", "", "", "# a comment; with { signs }", "// two", "/* three\n   lines */", '# it\'s "odd"']
)


def written(value: str, kind: str) -> bytes:
    """`value` as written with quotes of this kind; bare only where that is safe."""
    if kind == "bare" and BARE_VALUE.fullmatch(value.encode("utf-8", "surrogateescape")):
        return value.encode("utf-8", "surrogateescape")
    return quote(value, "'" if kind == "single" else '"')


@st.composite
def statements(draw: st.DrawFn, habit: Habit, variables: bool = True) -> bytes:
    """One statement, `;` included; now and then a value with a variable in it, or pieces glued together."""
    name = draw(names if variables else plain_names)
    if name in BOOLEANS and draw(either):
        return f"{name};".encode()
    equals = habit.equals
    operator = draw(chosen(equals, equals, equals.replace("=", "+="), *ODD_OPERATORS))
    single = name.startswith("$") or name in SCALARS
    texts = draw(one_value if single else few_values)
    parts = [written(text, habit.quotes) for text in texts]
    if not name.startswith("$") and draw(integers(0, 5)) == 0:
        parts[-1] = draw(chosen(*GLUED))
    comma = draw(chosen(habit.comma, habit.comma, *ODD_COMMAS)).encode()
    end = draw(chosen(b";", b";", b";", b" ;", b"/**/;", b" # end\n;", b"; ;"))
    return name.encode() + operator.encode() + comma.join(parts) + end


@st.composite
def blocks(draw: st.DrawFn, habit: Habit, name: str, nested: bool = False) -> bytes:
    """A block with its comments; `nested`: now and then with a block inside."""
    body = draw(st.lists(statements(habit), max_size=5))
    if nested and draw(integers(0, 3)) == 0:
        inner = draw(blocks(habit, draw(chosen("in", "out", "*", "deep"))))
        body.insert(draw(integers(0, len(body))), inner)
    newline, indent = habit.newline.encode(), habit.indent.encode()
    opened = name.encode() if name == "*" or name.replace("-", "").isalnum() else b'"%s"' % name.encode()
    if habit.one_line or (not body and draw(either)):
        blank = draw(chosen(b"", b" "))
        return opened + draw(chosen(b"{", b" {")) + blank + blank.join(body) + blank + b"}"
    lines = [opened + draw(chosen(b" {", b"{", b" { # begin", b"\n{"))]
    for statement in body:
        comment = draw(comments).encode()
        lead = draw(chosen(b"", b"", indent + comment + newline if comment else b""))
        lines.append(lead + indent + statement + (b" " + comment if comment else b""))
        if draw(integers(0, 5)) == 0 and b"#" not in lines[-1] and b"//" not in lines[-1]:
            lines[-1] += b" " + draw(statements(habit))
    return newline.join([*lines, draw(chosen(b"}", b"};", indent + b"/* end */ }"))])


@st.composite
def files(draw: st.DrawFn, dialect: str = "13") -> bytes:
    """A whole file that this dialect takes."""
    habit = draw(habits if dialect != "13" else habits.filter(lambda habit: "\r" not in habit.newline))
    jails = draw(st.lists(st.sampled_from(JAILS), unique=True, max_size=4))
    parts: list[bytes] = []
    for name in [*jails, *draw(st.lists(st.sampled_from(WILDCARDS), max_size=2))]:
        parts.append(draw(blocks(habit, name, dialect != "13")))
    parts += [draw(statements(habit)) for _ in range(draw(integers(0, 3)))]
    parts += [comment.encode() for comment in draw(st.lists(comments, max_size=2))]
    parts = list(draw(st.permutations(parts)))
    text = (habit.newline.encode() * draw(integers(1, 2))).join(parts)
    return text + (habit.newline.encode() if habit.final_newline else b"")


@st.composite
def edits(draw: st.DrawFn, jails: list[str], blocks: list[str], said: dict[str, list[str]]) -> Edit:
    """An edit of a file with these jails and wildcard blocks, possible or not; `said`: the parameters of each."""
    jail = draw(chosen(*jails, "web"))
    places = (
        [EditPlace(jail=one) for one in jails] * 2
        + [EditPlace(block=one) for one in blocks]
        + [EditPlace(globally=True)]
    )
    where = draw(chosen(*places))
    theirs = [name for name in said.get(where.jail or "", []) if name not in ("name", "jid")]
    known = draw(either)
    name = draw(chosen(*theirs) if theirs and known else names)
    new = draw(chosen("new", "www", "my other jail", "mail.new"))
    kind = draw(chosen(Set, Append, Unset, SetElement, AddJail, RenameJail, RemoveJail))
    whole = draw(either)
    if kind is Set:
        return Set(where, name, draw(value_lists) if whole else ())
    if kind is Append:
        return Append(where, name, draw(value_lists))
    if kind is Unset:
        return Unset(where, name)
    if kind is SetElement:
        return SetElement(where, name, draw(integers(0, 2)), draw(values))
    if kind is AddJail:
        return AddJail(new, draw(new_params), jail if whole else None)
    return RenameJail(jail, new) if kind is RenameJail else RemoveJail(jail)
