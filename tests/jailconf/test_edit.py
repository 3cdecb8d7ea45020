"""Edits byte for byte: what changes, in whose manner, and what is refused."""

from __future__ import annotations

import pytest

from jailtui.jailconf import parse
from jailtui.jailconf.edit import (
    AddJail,
    Append,
    Edit,
    EditError,
    EditPlace,
    RemoveJail,
    RenameJail,
    Set,
    SetElement,
    Unset,
    Written,
)
from jailtui.jailconf.edits_apply import apply

WEB = EditPlace(jail="web")
STAR = EditPlace(block="*")
GLOBALLY = EditPlace(globally=True)


def edited(text: str, *edits: Edit, dialect: str = "15") -> str:
    """The file after the edits."""
    file = parse(text.encode(), "jail.conf", dialect)  # type: ignore[arg-type]
    return apply(file, edits).after.decode()


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("web { path = /a; }\n", Set(WEB, "path", ("/b",)), "web { path = /b; }\n"),
        ('web {\n\tpath="/a"; # here\n}\n', Set(WEB, "path", ("/b c",)), 'web {\n\tpath="/b c"; # here\n}\n'),
        ("web { path = /a; }", Set(WEB, "path", ("/b c",)), 'web { path = "/b c"; }'),
        ("web { path = '/a'; }", Set(WEB, "path", ("it's",)), "web { path = 'it\\'s'; }"),
        ("web { x = '1'; path = '/a'; }", Set(WEB, "y", ("a b",)), "web { x = '1'; path = '/a'; y = 'a b'; }"),
        ("web { }", Set(WEB, "persist"), "web { persist; }"),
        ("web{}", Set(WEB, "persist"), "web{ persist; }"),
        ("web {\n}\n", Set(WEB, "persist"), "web {\n\tpersist;\n}\n"),
        ("a {\n  x;\n}\nweb {\n}\n", Set(WEB, "persist"), "a {\n  x;\n}\nweb {\n  persist;\n}\n"),
        ("web {\r\n  x=1;\r\n}\r\n", Set(WEB, "y", ("2",)), "web {\r\n  x=1;\r\n  y=2;\r\n}\r\n"),
        ("web {\n\tx; # why\n\n}", Set(WEB, "y"), "web {\n\tx; # why\n\ty;\n\n}"),
        ("web {\n\tx; /* a\n b */\n}", Set(WEB, "y"), "web {\n\tx; /* a\n b */\n\ty;\n}"),
        ("web {\n\tx; }", Set(WEB, "y"), "web {\n\tx;\n\ty; }"),
        ("web { x; y; }", Set(WEB, "z"), "web { x; y; z; }"),
        ("web { nopersist; }", Set(WEB, "persist"), "web { persist; }"),
        ("web { allow.mount; }", Set(WEB, "allow.nomount"), "web { allow.nomount; }"),
        ("web { persist; }", Set(WEB, "persist", ("true",)), "web { persist = true; }"),
        ("web { vnet = new; }", Set(WEB, "vnet"), "web { vnet; }"),
        ("web { vnet new; }", Set(WEB, "vnet", ("inherit",)), "web { vnet inherit; }"),
        ("web { p = /a; q; p = /b; }", Set(WEB, "p", ("/c",)), "web { p = /a; q; p = /c; }"),
        ("web { e = a; e += b; }", Set(WEB, "e", ("a", "c")), "web { e = a; e += c; }"),
        ("web { e = a; e += b; }", Set(WEB, "e", ("a",)), "web { e = a; }"),
        ("web { e = a; e += b; }", Set(WEB, "e", ("a", "b", "c")), "web { e = a; e += b; e += c; }"),
        ("e = g; web { e += b; }", Set(WEB, "e", ("g", "c")), "e = g; web { e += c; }"),
        ("e = g; web { e += b; }", Set(WEB, "e", ("c",)), "e = g; web { e = c; }"),
        ("e = g; web { }", Set(WEB, "e", ("c",)), "e = g; web { e = c; }"),
        (
            "web {\n\tip = 1, # one\n\t     2, # two\n\t     3; # three\n}",
            Set(WEB, "ip", ("1", "3")),
            "web {\n\tip = 1, # one\n\t      # two\n\t     3; # three\n}",
        ),
        ('web { path = "/j/$name"; }', Set(WEB, "path", ("/j/web",)), 'web { path = "/j/$name"; }'),
        ("* { path = /x; }\nweb { }\n", Set(WEB, "path", ("/x",)), "* { path = /x; }\nweb { }\n"),
        ("$ip = 1; web { a = $ip; }", Set(GLOBALLY, "$ip", ("2",)), "$ip = 2; web { a = $ip; }"),
        ("web { a = $ip; $ip = 1; }", Set(WEB, "$ip", ("2",)), "web { a = $ip; $ip = 2; }"),
        ("* { x = 1; }\nweb { }\n", Set(STAR, "x", ("2",)), "* { x = 2; }\nweb { }\n"),
        ("# head\n\n# the web\nweb { }\n", Set(GLOBALLY, "x", ("1",)), "# head\n\nx = 1;\n\n# the web\nweb { }\n"),
        ("# the web\nweb { }\n", Set(GLOBALLY, "x", ("1",)), "x = 1;\n\n# the web\nweb { }\n"),
        ("x = 1;\nweb { }\n", Set(GLOBALLY, "y", ("2",)), "x = 1;\ny = 2;\nweb { }\n"),
        ("# nothing", Set(GLOBALLY, "y", ("2",)), "# nothing\ny = 2;"),
    ],
)
def test_set_writes_in_the_manner_of_the_file(before: str, edit: Edit, after: str) -> None:
    assert edited(before, edit) == after


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("web { e = a; }", Append(WEB, "e", ("b c",)), 'web { e = a, "b c"; }'),
        ('web {\n\te = "a",\n\t    "b";\n}', Append(WEB, "e", ("c",)), 'web {\n\te = "a",\n\t    "b",\n\t    "c";\n}'),
        ("e = g;\nweb {\n\tx = 1;\n}", Append(WEB, "e", ("b",)), "e = g;\nweb {\n\tx = 1;\n\te += b;\n}"),
        (
            "web {\n  e='a';\n  e+='b'; # b\n}",
            Append(WEB, "e", ("c", "d")),
            "web {\n  e='a';\n  e+='b'; # b\n  e+='c';\n  e+='d';\n}",
        ),
        ("web {\n\te=a;\n\te+=b; x; }", Append(WEB, "e", ("c",)), "web {\n\te=a;\n\te+=b; e+=c; x; }"),
        ("web { e; }", Append(WEB, "e", ("b",)), "web { e = b; }"),
        ("e = g; web { e += a; }", Append(WEB, "e", ("b",)), "e = g; web { e += a, b; }"),
        ("web { x; }", Append(WEB, "e", ("b",)), "web { x; e = b; }"),
        ("web {\n\tx;\n\ty; # why\n\tz;\n}", Unset(WEB, "x"), "web {\n\ty; # why\n\tz;\n}"),
        ("web {\n\tx;\n\ty; # why\n\tz;\n}", Unset(WEB, "y"), "web {\n\tx;\n\t# why\n\tz;\n}"),
        ("web { x; y; z; }", Unset(WEB, "y"), "web { x; z; }"),
        ("web { x; }", Unset(WEB, "x"), "web { }"),
        ("web { x; y; x; }", Unset(WEB, "x"), "web { y; }"),
        ("web { x; x; }", Unset(WEB, "x"), "web { }"),
        ("web {\n\tx = 1,\n\t2;\n}", Unset(WEB, "x"), "web {\n}"),
        ("web { }", Unset(WEB, "x"), "web { }"),
        ("x;\nweb { }", Unset(GLOBALLY, "x"), "web { }"),
    ],
)
def test_append_and_unset_leave_the_rest_alone(before: str, edit: Edit, after: str) -> None:
    assert edited(before, edit) == after


def test_the_name_of_a_jail_named_by_a_number_can_be_set_and_before_15_also_appended() -> None:
    five = EditPlace(jail=" 5")
    assert edited("' 5' { }", Set(five, "name", ("x",))) == "' 5' { name = x; }"
    assert edited("' 5' { }", Append(five, "name", ("x",)), dialect="14") == "' 5' { name = x; }"


def test_value_given_as_text_may_have_variables() -> None:
    text = Written('"/j/$name"')
    assert edited("web { path = /a; }", Set(WEB, "path", (text,))) == 'web { path = "/j/$name"; }'
    assert edited('web { path = "/j/$name"; }', Set(WEB, "path", (text,))) == 'web { path = "/j/$name"; }'
    assert edited("web { e = a; }", Append(WEB, "e", (Written("x${name}'y'"), "$z"))) == (
        "web { e = a, x${name}'y', \"\\$z\"; }"
    )
    assert edited("web { e = a, b; }", SetElement(WEB, "e", 1, text)) == 'web { e = a, "/j/$name"; }'
    assert edited("", AddJail("web", (("path", (text,)),))) == 'web {\n\tpath = "/j/$name";\n}\n'


@pytest.mark.parametrize("text", ["a b", "a, b", "a; b", "", '"a', "a # b", "a;", " a", "a }", "{", "a/*"])
def test_text_that_is_not_one_value_is_refused(text: str) -> None:
    with pytest.raises(EditError, match="not the text of one value"):
        edited("web { path = /a; }", Set(WEB, "path", (Written(text),)))


def test_edit_may_mend_what_jail_8_crashes_on() -> None:
    assert edited("web { $ip = 1, 2; ip4.addr = $ip; }", Set(WEB, "$ip", ("3",))) == "web { $ip = 3; ip4.addr = $ip; }"


def test_global_goes_above_included_files_that_may_have_jails() -> None:
    assert edited('.include "a.d/*.conf";\n', Set(GLOBALLY, "x", ("1",))) == 'x = 1;\n\n.include "a.d/*.conf";\n'


def test_included_file_that_overrides_is_seen_where_it_can_be_read() -> None:
    file = parse(b'web { path = /a; $ip = 1; }\n.include "late.conf";\n')
    late = {"late.conf": b"* { path = /late; x = 1; }"}
    with pytest.raises(EditError, match="sets it too"):
        apply(file, [Set(WEB, "path", ("/b",))], late.__getitem__)
    assert apply(file, [Set(WEB, "path", ("/b",))]).after == file.data.replace(b"/a", b"/b")
    assert apply(file, [Set(WEB, "x", ("1",))], late.__getitem__).empty


HOOK = 'web {\n\texec.prestart = "ifconfig epair0 create", "ifconfig bridge0 addm epair0a up";\n\t$n = 1;\n}\n'


@pytest.mark.parametrize(
    ("before", "edit", "old", "new"),
    [
        (HOOK, SetElement(WEB, "exec.prestart", 0, "true"), '"ifconfig epair0 create"', '"true"'),
    ],
)
def test_element_and_word_change_where_they_are_spelled(before: str, edit: Edit, old: str, new: str) -> None:
    assert edited(before, edit) == before.replace(old, new, 1)


def test_jail_added_at_the_end_looks_like_its_neighbours() -> None:
    params = (("path", ("/j/db",)), ("persist", ()), ("exec.start", ("a b", "c")))
    before = 'web {\n    path="/j/web";\n}\n\nx {\n    path="/j/x";\n}\n'
    after = before + '\ndb {\n    path="/j/db";\n    persist;\n    exec.start="a b", "c";\n}\n'
    assert edited(before, AddJail("db", params)) == after


def test_jail_added_like_another_is_its_copy_with_other_values() -> None:
    before = "# head\nweb {\n\tpath = /j/web; # home\n\tpersist;\n}\n# db next\ndb { }\n"
    copy = "new {\n\tpath = /j/new; # home\n\tpersist;\n}\n"
    after = before.replace("}\n# db", "}\n" + copy + "# db")
    assert edited(before, AddJail("new", (("path", ("/j/new",)),), like="web")) == after


def test_jail_added_among_indented_blocks_is_indented() -> None:
    before = "  web {\n      path = /a;\n  }\n"
    assert edited(before, AddJail("db", (("persist", ()),))) == before + "  db {\n      persist;\n  }\n"
    assert edited(before, AddJail("db", like="web")) == before + before.replace("web", "db")


def test_jail_added_to_a_file_without_final_newline_gives_it_none() -> None:
    assert edited("web { }", AddJail("db")) == "web { }\ndb {\n}"


def test_renamed_jail_keeps_its_quotes_and_everything_else() -> None:
    assert (
        edited('"web" { path = "/j/$name"; } # web', RenameJail("web", "www")) == '"www" { path = "/j/$name"; } # web'
    )
    assert edited("a { web { } }", RenameJail("a.web", "a.db")) == "a { db { } }"
    assert edited("web { }", RenameJail("web", "my jail")) == '"my jail" { }'


def test_removed_jail_takes_its_own_lines_only() -> None:
    assert edited("# one\nweb {\n\tx;\n};\n# two\ndb { }\n", RemoveJail("web")) == "# one\n# two\ndb { }\n"
    assert edited("a { } web { } db { }", RemoveJail("web")) == "a { } db { }"


def test_edits_are_one_change_of_the_original() -> None:
    text = "web {\n\tpath = /a;\n\tx;\n}\n"
    change = apply(parse(text.encode()), [Set(WEB, "path", ("/b",)), Unset(WEB, "x"), Set(WEB, "path", ("/c",))])
    assert change.after == b"web {\n\tpath = /c;\n}\n"
    assert apply(parse(text.encode()), [Set(WEB, "path", ("/b",)), Set(WEB, "path", ("/a",))]).empty


@pytest.mark.parametrize(
    ("text", "edit", "sentence"),
    [
        ("web { path = /a; }\n* { path = /b; }", Set(WEB, "path", ("/c",)), "set again below web"),
        ("x; web { path = /a; }\n* { path += /b; }", Append(WEB, "path", ("/c",)), "set again below web"),
        ("web { }\nweb { }", Set(WEB, "x"), "2 blocks of this file are named web"),
        ("db { }", Set(WEB, "x"), "no block of this file defines the jail web"),
        ("db { }", Set(STAR, "x"), "has no block *"),
        ("web { x }", Set(WEB, "x"), "a file that jail(8) refuses"),
        ("x; web { }", Unset(WEB, "x"), "has no x of its own"),
        ("x = a; web { x += b; }", SetElement(WEB, "x", 0, "c"), "comes from the global settings"),
        ("web { x = a; }", SetElement(WEB, "x", 1, "c"), "none with the index 1"),
        ("web { x = a; }", Set(WEB, "x", ("a\0b",)), "NUL"),
        ("web { }", AddJail("web"), "exists already"),
        ("web { }", AddJail("a.*"), "wildcard"),
        ("web { }", AddJail("12"), "jid"),
        ("web { }\n\xff db { }", AddJail("new"), "end of the file"),
        ("web { }", RenameJail("web", ""), "needs a name"),
        ("a { web { } }", RenameJail("a.web", "b.web"), "has to begin with a."),
        ("a { web { } }", RemoveJail("a"), "other blocks stand in"),
        ("web { path = /a; }", Set(WEB, "$path", ("/b",)), "would fail"),
        ("web { ip4.addr = $ip; $ip = 1; }", Append(WEB, "$ip", ("2",)), "would crash"),
        ("x = 1; web { p = /a; } p = /g;", Unset(GLOBALLY, "x"), "would also change p of web"),
        ("' 5' { path = /; }", Append(EditPlace(jail=" 5"), "name", ("x",)), "comes from its block's name"),
        ("web { path = /; }", Append(WEB, "name", ("x",)), "comes from its block's name"),
    ],
)
def test_edit_that_would_not_do_what_it_says_is_refused(text: str, edit: Edit, sentence: str) -> None:
    with pytest.raises(EditError) as error:
        apply(parse(text.encode("latin-1")), [edit])
    assert sentence in str(error.value)
