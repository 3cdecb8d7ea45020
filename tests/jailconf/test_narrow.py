"""Files in which the blocks of other jails are blank: all that is left stands where it stood, and so do patches."""

from __future__ import annotations

import pytest

from jailtui import jailconf
from jailtui.jailconf import EditPlace, Set, apply, evaluate, parse
from jailtui.jailconf.narrow import narrowed, widened
from jailtui.jailconf.style import SAMPLE

HEAD = "$bridge = bridge0;\nexec.clean;\n"
WILD = '"*.in" { path = "/inner"; }\n* { mount.devfs; }\n'
JAILS = "".join(f'j{number} {{\n\tpath = "/j/{number}"; # {{ \'\n\tvnet;\n}}\n\n' for number in range(SAMPLE))
FILE = parse(f"{HEAD}{JAILS}{WILD}tail = yes;\n".encode(), "/etc/jail.conf")
LAST = f"j{SAMPLE - 1}"


def test_what_is_left_stands_where_it_stood() -> None:
    narrow = narrowed(FILE, LAST)
    assert len(narrow) == len(FILE.data)
    assert narrow.count(b"\n") == FILE.data.count(b"\n")
    tree = parse(narrow, FILE.name)
    assert len(tree.statements) < len(FILE.statements) * 2 / 3
    assert {one.start for one in tree.statements} < {one.start for one in FILE.statements}


@pytest.mark.parametrize("name", ["j0", "j7", LAST])
def test_the_jail_reads_as_in_the_whole_file(name: str) -> None:
    def jail(file: jailconf.File) -> jailconf.JailDefinition:
        return next(one for one in evaluate(file).jails if one.name == name)

    mine, whole = jail(parse(narrowed(FILE, name), FILE.name)), jail(FILE)
    assert mine == whole
    assert mine.block == whole.block
    assert [one.origins for one in mine.params] == [one.origins for one in whole.params]


def test_an_edit_in_the_block_is_that_of_the_whole_file() -> None:
    edit = [Set(EditPlace(jail=LAST), "host.hostname", ("last.home.arpa",)), Set(EditPlace(jail=LAST), "path", ("/l",))]
    narrow = narrowed(FILE, LAST)
    after = apply(parse(narrow, FILE.name), edit).after
    assert widened(FILE, narrow, after, LAST) == apply(FILE, edit).after


def test_a_change_beyond_the_block_is_none_of_its_own() -> None:
    narrow = narrowed(FILE, LAST)
    after = apply(parse(narrow, FILE.name), [Set(EditPlace(globally=True), "$bridge", ("bridge1",))]).after
    assert widened(FILE, narrow, after, LAST) is None


@pytest.mark.parametrize("text", [b"#", b"/*", b'"', b"'", b"}", b"{", b"} x {"])
def test_a_change_by_which_the_block_no_longer_ends_where_it_did_is_none_of_its_own(text: bytes) -> None:
    line = parse(b"a { vnet; } b { vnet; }\n", "/etc/jail.conf")
    at = line.data.index(b"}")
    after = line.data[:at] + text + line.data[at:]
    assert widened(line, line.data, after, "a") is None
    assert widened(line, line.data, line.data[:at] + b"persist; " + line.data[at:], "a") is not None


def test_blocks_around_and_in_the_jail_stay() -> None:
    nested = parse(JAILS.encode() + b"o { i { path = /; } }\no.k { path = /k; }\n", "/etc/jail.conf")
    for name in ("o", "o.i", "o.k"):
        names = {one.name for one in evaluate(parse(narrowed(nested, name), "/etc/jail.conf")).jails}
        assert {"o", "o.i"} <= names
        assert name in names
