"""What an edit touches besides what it says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jailtui.jailconf import evaluate, parse
from jailtui.jailconf.edit import AddJail, Edit, EditPlace, RemoveJail, RenameJail, Set
from jailtui.jailconf.edits_concerns import consequences

WEB = EditPlace(jail="web")
SHARED = """\
$bridge = bridge0;
* { exec.start = "/bin/sh /etc/rc"; path = "/j/$name"; }
a { }
web { exec.start += x; $n = 1; vnet.interface = "e${n}b"; exec.poststop = "e${n}a", $bridge; }
db { exec.prestart = $bridge; depend = web; }
"""


def sentences(text: str, edit: Edit, others: Mapping[str, str] | None = None) -> tuple[str, ...]:
    file = parse(text.encode(), "jail.conf")
    evaluation = evaluate(file, lambda name: (others or {})[name].encode(), lambda pattern: ())
    return consequences(file, edit, evaluation)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Set(WEB, "exec.start", ("y",)), ["exec.start comes from the block * (jail.conf line 2), for a, web, db."]),
        (Set(WEB, "path", ("/x",)), ["path comes from the block * (jail.conf line 2), for a, web, db."]),
        (Set(WEB, "vnet.interface", ("e2b",)), ["the variable of jail.conf line 4 is used in exec.poststop of web."]),
        (Set(WEB, "$n", ("2",)), ["the variable of jail.conf line 4 is used in vnet.interface, exec.poststop of web."]),
        (
            Set(EditPlace(jail="a"), "path", ("/x",)),
            ["path comes from the block * (jail.conf line 2), for a, web, db."],
        ),
        (Set(WEB, "new", ("2",)), []),
        (
            Set(EditPlace(globally=True), "$bridge", ("bridge1",)),
            ["this changes $bridge for a, web, db.", "$bridge is used in exec.poststop, exec.prestart of web, db."],
        ),
        (
            Set(EditPlace(block="*"), "exec.start", ("y",)),
            ["this changes exec.start for a, web, db.", "exec.start is set again for web, first in jail.conf line 4."],
        ),
        (RenameJail("web", "www"), ["depend of db names web."]),
        (RemoveJail("web"), ["depend of db names web."]),
        (RemoveJail("db"), []),
        (AddJail("a"), ["the jail a is defined in jail.conf line 3."]),
        (AddJail("new"), []),
    ],
)
def test_edit_says_what_else_it_touches(edit: Edit, expected: list[str]) -> None:
    assert list(sentences(SHARED, edit)) == expected


def test_value_of_nine_jails_names_three_of_them_and_counts_the_rest() -> None:
    text = "* { mount.devfs; }\n" + "".join(f"j{number} {{ }}\n" for number in range(9))
    edit = Set(EditPlace(jail="j3"), "mount.nodevfs")
    expected = "mount.devfs comes from the block * (jail.conf line 1), for j0, j1, j2 and 6 more."
    assert sentences(text, edit) == (expected,)


def test_value_that_a_block_below_overrides_is_named() -> None:
    text = "web { path = /a; }\n* { path = /b; }\n"
    expected = "path is set again after the block of web, in jail.conf line 2, which overrides it."
    assert expected in sentences(text, Set(WEB, "path", ("/c",)))


def test_value_in_an_included_file_is_named() -> None:
    text = 'web {\n.include "more.conf";\n}\n'
    expected = "path is in the included more.conf line 1."
    assert expected in sentences(text, Set(WEB, "path"), {"more.conf": "path = /a;\n"})


def test_jail_of_an_included_file_makes_a_duplicate() -> None:
    expected = "the jail web is defined in more.conf line 1."
    assert sentences('.include "more.conf";\n', AddJail("web"), {"more.conf": "web { }\n"}) == (expected,)


def test_jail_defined_twice_is_named() -> None:
    expected = "the jail web is defined in jail.conf line 1 and jail.conf line 2."
    assert expected in sentences("web { }\nweb { }\n", Set(WEB, "path", ("/c",)))
