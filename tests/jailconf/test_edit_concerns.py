"""What an edit touches besides what it says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jailtui.jailconf import evaluate, parse
from jailtui.jailconf.edit import AddJail, Edit, EditPlace, RemoveJail, RenameJail, Set
from jailtui.jailconf.edits_concerns import Concern, consequences

WEB = EditPlace(jail="web")
SHARED = """\
$bridge = bridge0;
* { exec.start = "/bin/sh /etc/rc"; path = "/j/$name"; }
a { }
web { exec.start += x; $n = 1; vnet.interface = "e${n}b"; exec.poststop = "e${n}a", $bridge; }
db { exec.prestart = $bridge; depend = web; }
"""


def concerns(text: str, edit: Edit, others: Mapping[str, str] | None = None) -> tuple[Concern, ...]:
    file = parse(text.encode(), "jail.conf")
    evaluation = evaluate(file, lambda name: (others or {})[name].encode(), lambda pattern: ())
    return consequences(file, edit, evaluation)


def told(text: str, edit: Edit, others: Mapping[str, str] | None = None) -> list[tuple[str, tuple[str, ...], int]]:
    """Kind, jails and line of each concern."""
    return [(one.kind, one.jails, one.origin.line if one.origin else 0) for one in concerns(text, edit, others)]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Set(WEB, "exec.start", ("y",)), [("shared", ("a", "web", "db"), 2)]),
        (Set(WEB, "path", ("/x",)), [("shared", ("a", "web", "db"), 2)]),
        (Set(WEB, "vnet.interface", ("e2b",)), [("variable-used-elsewhere", ("web",), 4)]),
        (Set(WEB, "$n", ("2",)), [("variable-used-elsewhere", ("web",), 4)]),
        (Set(EditPlace(jail="a"), "path", ("/x",)), [("shared", ("a", "web", "db"), 2)]),
        (Set(WEB, "new", ("2",)), []),
        (
            Set(EditPlace(globally=True), "$bridge", ("bridge1",)),
            [("shared", ("a", "web", "db"), 0), ("variable-used-elsewhere", ("web", "db"), 1)],
        ),
        (
            Set(EditPlace(block="*"), "exec.start", ("y",)),
            [("shared", ("a", "web", "db"), 0), ("overridden-later", ("web",), 4)],
        ),
        (RenameJail("web", "www"), [("named-by-depend", ("db",), 5)]),
        (RemoveJail("web"), [("named-by-depend", ("db",), 5)]),
        (RemoveJail("db"), []),
        (AddJail("a"), [("duplicate-jail", ("a",), 3)]),
        (AddJail("new"), []),
    ],
)
def test_edit_says_what_else_it_touches(edit: Edit, expected: list[tuple[str, tuple[str, ...], int]]) -> None:
    assert told(SHARED, edit) == expected


def test_value_of_nine_jails_is_told_with_all_nine() -> None:
    text = "* { mount.devfs; }\n" + "".join(f"j{number} {{ }}\n" for number in range(9))
    (concern,) = concerns(text, Set(EditPlace(jail="j3"), "mount.nodevfs"))
    assert concern.kind == "shared"
    assert concern.jails == tuple(f"j{number}" for number in range(9))
    assert concern.origin is not None
    assert text.encode()[concern.origin.start : concern.origin.end] == b"mount.devfs;"
    assert concern.text == "mount.devfs comes from the block * (jail.conf line 1), for j0, j1, j2 and 6 more."


def test_value_that_a_block_below_overrides_is_told() -> None:
    text = "web { path = /a; }\n* { path = /b; }\n"
    assert ("overridden-later", ("web",), 2) in told(text, Set(WEB, "path", ("/c",)))


def test_value_in_an_included_file_is_told() -> None:
    text = 'web {\n.include "more.conf";\n}\n'
    others = {"more.conf": "path = /a;\n"}
    kinds = [(one.kind, one.origin.file if one.origin else "") for one in concerns(text, Set(WEB, "path"), others)]
    assert ("included-file", "more.conf") in kinds


def test_jail_of_an_included_file_makes_a_duplicate() -> None:
    assert told('.include "more.conf";\n', AddJail("web"), {"more.conf": "web { }\n"}) == [
        ("duplicate-jail", ("web",), 1)
    ]


def test_jail_defined_twice_is_told() -> None:
    assert ("duplicate-jail", ("web",), 2) in told("web { }\nweb { }\n", Set(WEB, "path", ("/c",)))
