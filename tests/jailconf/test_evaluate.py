"""What jail(8) makes of wildcards, global settings and variables, and where each value comes from."""

from __future__ import annotations

import gc

import pytest

from jailtui.jailconf import Cache, Dialect, Evaluation, Origin, evaluate, parse


def loaded(text: str, dialect: Dialect = "15", /, **included: str) -> Evaluation:
    """The evaluation of `text`, a file `conf/f`, with other files beside it."""
    files = {f"conf/{name}": data.encode() for name, data in included.items()}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file or directory", name)
        return files[name]

    return evaluate(parse(text.encode(), "conf/f", dialect), read, lambda pattern: sorted(files))


def settings(evaluation: Evaluation, number: int = 0) -> list[str]:
    return [f"{one.name}={','.join(one.values)}" if one.values else one.name for one in evaluation.jails[number].params]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('exec.start = "g"; a { exec.start += "x"; }', ["name=a", "exec.start=g,x"]),
        ("* { v = w; } a { v = a; } * { v += z; }", ["name=a", "v=a,z"]),
        ("a { allow.mount; } * { allow.nomount; }", ["name=a", "allow.nomount"]),
        ("a { exec.start = x; exec.start; }", ["name=a", "exec.start"]),
        ("a { tify = 1; notify = 2; }", ["name=a", "notify=2"]),
        ('a { v1 = "$b"; $b = "$a"; $a = x; }', ["name=a", "v1=x"]),
        ('a { v1 = "$v2!"; v2 = "$v3"; v3 = y; }', ["name=a", "v2=y", "v1=y!", "v3=y"]),
        ("5 { name = x; }", ["jid=5", "name=x"]),
        ("007 { persist; }", ["jid=007", "persist", "name=007"]),
        ("0 { }", ["name=0"]),
        ('"5 " { }', ["name=5 "]),
        ("9" * 5000 + " { }", ["jid=" + "9" * 5000, "name=" + "9" * 5000]),
    ],
)
def test_statements_are_merged_and_ordered_as_jail_does_it(text: str, expected: list[str]) -> None:
    assert settings(loaded(text)) == expected


def test_global_settings_stand_in_one_place_in_15_and_where_they_are_in_13() -> None:
    text = "x = 1; a { p = /a; } p = /g;"
    assert settings(loaded(text, "15")) == ["name=a", "x=1", "p=/a"]
    assert settings(loaded(text, "13")) == ["name=a", "x=1", "p=/g"]


def test_a_block_named_by_a_number_has_a_name_in_15_only() -> None:
    assert [settings(loaded("5 { }", dialect)) for dialect in ("13", "14", "15")] == [
        ["jid=5"],
        ["jid=5"],
        ["jid=5", "name=5"],
    ]


def test_wildcards_are_about_components_of_names() -> None:
    text = '"foo.*" { f; } "*.b" { b; } "x*" { x; } foo { foo.b { } } x1 { } foo.b.c { }'
    found = {jail.name: [one.name for one in jail.params[1:]] for jail in loaded(text).jails}
    assert found == {"x*": ["x"], "foo": [], "foo.foo.b": ["f"], "x1": [], "foo.b.c": ["f"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a { p = $x; }", 'a: p: variable "x" not found'),
        ("a { persist; p = $persist; }", 'a: p: variable "persist" not found'),
        ("a { $x = $y; $y = $x; }", "a: x: variable loop"),
        ('$l = 1, 2; a { p = "x$l"; }', "a: p: array cannot be substituted inline"),
        ("a { $path = /x; }", 'a: variable "$path" cannot have the same name as a parameter.'),
        ("a { name = b; }", 'a: cannot redefine parameter "name".'),
    ],
)
def test_one_jail_fails_and_the_others_live(text: str, said: str) -> None:
    evaluation = loaded(text + " other { persist; }")
    assert evaluation.warnings[0].message == f"jail: {said}"
    assert [(jail.name, jail.failed) for jail in evaluation.jails] == [("a", True), ("other", False)]


def test_a_list_as_a_whole_value_is_told_as_the_crash_it_is_where_it_is() -> None:
    text = "$l = 1, 2;\na { p = x, $l; }"
    crash = loaded(text).crash
    assert crash is not None
    assert (text[crash.start : crash.end], crash.line, crash.column) == ("$l", 2, 12)
    assert 'crashes on the list "l"' in crash.message


@pytest.mark.parametrize(
    ("statement", "truth"),
    [
        ("exec.clean;", True),
        ('exec.clean = "";', False),
        ("exec.clean = TRUE;", True),
        ("exec.clean = 2, false;", False),
        ("exec.noclean;", False),
        ("noexec.clean;", True),
        ("persist;", None),
    ],
)
def test_booleans_of_jail_itself_have_a_truth(statement: str, truth: bool | None) -> None:
    assert loaded(f"a {{ {statement} }}").jails[0].params[1].bool is truth


def test_a_value_knows_its_wildcard_block_and_the_variables_it_went_through() -> None:
    text = '$dir = /j;\n* {\n  path = "$dir/$name";\n}\nweb { persist; exec.start = a, b; }\n'
    jail = loaded(text).jails[0]
    path = jail.get("path")
    assert path is not None
    (origin,) = path.origins
    assert path.values == ("/j/web",)
    assert (origin.file, origin.line, origin.column, text[origin.start : origin.end]) == (
        "conf/f",
        3,
        10,
        '"$dir/$name"',
    )
    assert origin.block == "*"
    assert [(one.line, text[one.start : one.end], one.block) for one in origin.through] == [
        (1, "/j", None),
        (5, "web", "web"),
    ]
    start, persist = jail.get("exec.start"), jail.get("nopersist")
    assert start is not None
    assert persist is not None
    assert [text[one.start : one.end] for one in (*start.origins, *persist.origins)] == ["a", "b", "persist;"]


def test_variables_that_turn_in_a_circle_have_origins_too() -> None:
    jail = loaded("a { $x = $y; $y = $x; p = $x; }").jails[0]
    found: list[Origin] = [*jail.params[1].origins]
    while found:
        origin = found.pop()
        found += origin.through
        assert origin.block == "a"


def test_bytes_that_are_no_utf_8_come_out_as_surrogates_also_from_pieces() -> None:
    assert settings(loaded('a { v = "\\xc3"\\xa9, \\xff; }')) == ["name=a", "v=é,\udcff"]


def test_included_files_stand_in_place_and_in_their_block() -> None:
    evaluation = loaded('a { .include "in"; }', **{"in": "v = x; b { w; }"})
    assert [jail.name for jail in evaluation.jails] == ["a", "a.b"]
    assert settings(evaluation) == ["name=a", "v=x"]
    (origin,) = evaluation.jails[0].params[1].origins
    assert (origin.file, origin.block) == ("conf/in", "a")
    assert [file.name for file in evaluation.files] == ["conf/f", "conf/in"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (".include none; a { = ; }", ["jail: conf/none: No such file or directory"]),
        ("= ; .include none;", ["jail: conf/f line 1: =: syntax error", "jail: conf/none: No such file or directory"]),
        (
            '.include "$x", none;',
            [
                "jail: conf/f line 1: variables not permitted in '.include' filename",
                "jail: conf/none: No such file or directory",
            ],
        ),
        (".include none; .include $x;", ["jail: conf/none: No such file or directory"]),
        (".include loop;", ["jail: maximum include depth exceeded"]),
        ("a { .include open; }", ["jail: conf/open: unexpected EOF"]),
    ],
)
def test_an_included_file_that_cannot_be_read_ends_everything(text: str, said: list[str]) -> None:
    evaluation = loaded(text, loop=".include loop;", open="x {")
    assert ([fault.message for fault in evaluation.faults], evaluation.jails) == (said, ())


def test_a_file_with_the_same_bytes_is_not_parsed_again() -> None:
    cache = Cache()
    first = cache.parse(b"a { }", "f")
    assert cache.parse(b"a { }", "f") is first
    assert cache.parse(b"a { }", "f", "13") is not first
    assert cache.parse(b"b { }", "f").statements != first.statements


def test_reading_leaves_the_garbage_collector_as_it_was() -> None:
    assert gc.isenabled()
    loaded("a { persist; }")
    assert gc.isenabled()
    gc.disable()
    try:
        loaded("a { persist; }")
        assert not gc.isenabled()
    finally:
        gc.enable()


def doubling(last: str, levels: int = 99) -> bytes:
    """A jail whose path takes a variable that is made of twice the next one, and so on."""
    variables = " ".join(f'$a{level} = "$a{level + 1}$a{level + 1}";' for level in range(levels))
    return f"web {{ $a{levels} = {last}; {variables} path = $a0; }}".encode()


def test_variables_that_double_fail_the_jail_instead_of_taking_all_memory() -> None:
    evaluation = evaluate(parse(doubling("x")))
    (jail,) = evaluation.jails
    assert jail.failed
    assert "more than 64 MiB" in evaluation.warnings[0].message
    assert sum(len(value) for setting in jail.variables for value in setting.values) <= 1 << 26


def test_places_of_variables_are_told_unless_they_are_too_many() -> None:
    through = [evaluate(parse(split_in_two(levels))).jails[0].get("path") for levels in (3, 40)]
    assert [bool(setting and setting.origins[0].through) for setting in through] == [True, False]


def split_in_two(levels: int) -> bytes:
    """As above, of two different variables on each level."""
    lines = [f'$a{at} = "$a{at + 1}$b{at + 1}"; $b{at} = "$b{at + 1}$a{at + 1}";' for at in range(levels)]
    return f"web {{ $a{levels} = ''; $b{levels} = ''; {' '.join(lines)} path = $a0; }}".encode()


def test_a_chain_of_a_thousand_variables_is_read() -> None:
    lines = " ".join(f"$a{at} = $a{at + 1};" for at in range(1000))
    path = evaluate(parse(f"web {{ {lines} $a1000 = /j; path = $a0; }}".encode())).jails[0].get("path")
    assert path is not None
    assert (path.values, path.origins[0].through) == (("/j",), ())


def test_files_that_double_by_including_stop_the_reading() -> None:
    files = {f"/etc/{at}": b".include '/etc/%d'; .include '/etc/%d';" % (at + 1, at + 1) for at in range(31)}
    evaluation = evaluate(parse(files["/etc/0"], "/etc/0"), lambda name: files.get(name, b"a { }"))
    assert [fault.message for fault in evaluation.faults] == ["jail: /etc/31: more than 32 MiB are included"]
