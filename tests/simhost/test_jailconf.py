"""jail.conf as the simulated jail(8) reads it: words, blocks, wildcards, variables, and `jail -e`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.simhost.tools import jail_config
from jailtui.simhost.tools.jail_config import BadConfig

WORDS = [
    "a",
    "b ",
    "{",
    "}",
    ";",
    "= ",
    "+=",
    ", ",
    "$a",
    "${b}",
    '"$a ',
    '"',
    "'",
    "* ",
    "a.b",
    "no",
    ".include ",
    "\n",
    "name",
]


def export(tmp_path: Path, text: str, release: str = "15.1") -> str:
    """What `jail -e '|'` prints of /etc/jail.conf, after the messages."""
    (tmp_path / "etc").mkdir(exist_ok=True)
    (tmp_path / "etc/jail.conf").write_bytes(text.encode("utf-8", "surrogateescape"))
    jails, messages = jail_config.load(str(tmp_path), "", release.partition(".")[0])
    return "".join(f"! {message}\n" for message in messages) + jail_config.exported(jails, "|")


def refusal(tmp_path: Path, text: str, release: str = "15.1") -> list[str]:
    with pytest.raises(BadConfig) as caught:
        export(tmp_path, text, release)
    return caught.value.messages


def test_the_published_config_is_exported_with_its_variables_gone(tmp_path: Path) -> None:
    text = 'web { vnet; $id = 7; vnet.interface = "epair${id}b"; exec.start += "/sbin/ifconfig epair${id}b up"; }'
    assert export(tmp_path, text) == 'name=web|vnet|vnet.interface=epair7b|exec.start="/sbin/ifconfig epair7b up"\n'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("'it''s'", "its"),
        ('"it\'s"', '"it\'s"'),
        ("'say \"hi\"'", "'say \"hi\"'"),
        (r"'a\tb'", '"a\tb"'),
        (r'"\x41\102"', "AB"),
        ('""', '""'),
        (r"'back\\slash'", r"back\\slash"),
        ("/j/a#b\n", "/j/a"),
        ("one, 'two three'", 'one,"two three"'),
    ],
)
def test_values_are_quoted_as_jail_quotes_them(tmp_path: Path, value: str, shown: str) -> None:
    assert export(tmp_path, f"a {{ path = {value}; }}") == f"name=a|path={shown}\n"


def test_globals_below_a_jail_override_it_on_13_and_not_on_15_once_one_stood_above(tmp_path: Path) -> None:
    text = "x=1; a {p=/a;} p=/g;"
    assert export(tmp_path, text, "13.2") == "name=a|x=1|p=/g\n"
    assert export(tmp_path, text, "15.1") == "name=a|x=1|p=/a\n"


def test_a_final_star_stands_for_many_components_and_another_for_one(tmp_path: Path) -> None:
    text = '"foo.*" { p=1; } "*.b" { q=1; } foo {} foo.b {} foo.b.c {} x.b {}'
    assert export(tmp_path, text) == ("name=foo\nname=foo.b|p=1|q=1\nname=foo.b.c|p=1\nname=x.b|q=1\n")


def test_blocks_nest_on_15_and_are_a_syntax_error_on_13(tmp_path: Path) -> None:
    text = "foo { path=/f; b { path=/b; } }"
    assert export(tmp_path, text) == "name=foo|path=/f\nname=foo.b|path=/b\n"
    assert refusal(tmp_path, text, "13.2") == ["jail: /etc/jail.conf line 1: {: syntax error"]


def test_a_number_is_a_jid_and_on_15_a_name_too(tmp_path: Path) -> None:
    assert export(tmp_path, "5 { path=/; }", "13.2") == "path=/\n"
    assert export(tmp_path, "5 { path=/; }", "14.2") == "path=/\n"
    assert export(tmp_path, "5 { path=/; }", "15.1") == "path=/|name=5\n"


def test_allow_mount_and_allow_nomount_are_one_option_and_keep_its_place(tmp_path: Path) -> None:
    assert export(tmp_path, "a {allow.mount; path=/;} * {allow.nomount;}") == "name=a|allow.nomount|path=/\n"


def test_an_unknown_variable_fails_its_jail_only(tmp_path: Path) -> None:
    text = "a { path = $nope; } b { path = /b; }"
    assert export(tmp_path, text) == '! jail: a: path: variable "nope" not found\nname=a|path=""\nname=b|path=/b\n'


def test_variables_that_use_each_other_are_a_loop(tmp_path: Path) -> None:
    assert export(tmp_path, "a { $x = $y; $y = $x; }").startswith("! jail: a: x: variable loop\n")


def test_a_list_used_whole_crashes_the_real_jail_and_is_told_as_its_status(tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as caught:
        export(tmp_path, "a { $ips = 1.1.1.1, 2.2.2.2; ip4.addr = $ips; }")
    assert caught.value.status == jail_config.CRASH


def test_a_name_can_be_defined_twice_and_is_not_merged(tmp_path: Path) -> None:
    assert export(tmp_path, "a { p=1; } a { q=1; }") == "name=a|p=1\nname=a|q=1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a { path = /a }", "jail: /etc/jail.conf line 1: }: syntax error"),
        ("a { persist;", "jail: /etc/jail.conf: unexpected EOF"),
        ("a {\n path = 'x' 'y'; }", "jail: /etc/jail.conf line 2: 'y': syntax error"),
        ("a { /* never\nclosed }", "jail: /etc/jail.conf line 2: unterminated comment"),
        ("a { path = 'x; }", "jail: /etc/jail.conf line 1: unterminated string"),
        ('a { path = "${x"; }', "jail: /etc/jail.conf line 1: unterminated variable"),
        ("www* { path=/; }", "jail: /etc/jail.conf line 1: *: syntax error"),
    ],
)
def test_a_syntax_error_names_the_line_and_the_word(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text)[0] == message


def test_an_include_is_read_beside_the_file_on_15_and_a_parameter_on_13(tmp_path: Path) -> None:
    (tmp_path / "etc/conf.d").mkdir(parents=True)
    (tmp_path / "etc/conf.d/one.conf").write_text("one { path=/1; }", encoding="ascii")
    text = '.include "conf.d/*.conf"; .include "none.d/*.conf"; two { path=/2; }'
    assert export(tmp_path, text) == "name=one|path=/1\nname=two|path=/2\n"
    assert export(tmp_path, text, "13.2") == "name=two|.include=none.d/*.conf|path=/2\n"


def test_a_reading_is_kept_until_a_file_or_a_pattern_of_it_changes(tmp_path: Path) -> None:
    (tmp_path / "etc/conf.d").mkdir(parents=True)
    (tmp_path / "etc/conf.d/a.conf").write_text("a { path=/1; }", encoding="ascii")
    text = '.include "conf.d/*.conf";'
    export(tmp_path, text)
    again = (
        "import sys; from jailtui.simhost.tools import jail_config;"
        f"jails, _ = jail_config.load({str(tmp_path)!r}, '', '15');"
        "print(jail_config.exported(jails, '|'), 'jailtui.jailconf' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", again], capture_output=True, text=True, check=True).stdout
    assert answer == "name=a|path=/1\n False\n"
    (tmp_path / "etc/conf.d/b.conf").write_text("b { path=/2; }", encoding="ascii")
    assert export(tmp_path, text) == "name=a|path=/1\nname=b|path=/2\n"
    (tmp_path / "etc/conf.d/a.conf").write_text("a { path=/3; }", encoding="ascii")
    assert export(tmp_path, text) == "name=a|path=/3\nname=b|path=/2\n"
    (tmp_path / "etc/conf.d/b.conf").unlink()
    assert export(tmp_path, text) == "name=a|path=/3\n"


def test_an_include_that_is_missing_or_eats_its_tail_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, ".include 'gone.conf';") == ["jail: /etc/gone.conf: No such file or directory"]
    assert refusal(tmp_path, ".include 'jail.conf';") == ["jail: maximum include depth exceeded"]
    assert refusal(tmp_path, ".include $x;") == [
        "jail: /etc/jail.conf line 1: variables not permitted in '.include' filename"
    ]


def test_carriage_returns_are_blanks_since_14_and_a_syntax_error_on_13(tmp_path: Path) -> None:
    text = "a {\r\n path=/;\r\n}\r\n"
    assert export(tmp_path, text, "14.2") == "name=a|path=/\n"
    assert "syntax error" in refusal(tmp_path, text, "13.2")[0]


def test_text_beyond_ascii_comes_out_as_it_went_in(tmp_path: Path) -> None:
    assert export(tmp_path, 'a { host.hostname = "höst \udcff"; }') == 'name=a|host.hostname="höst \udcff"\n'


@given(
    st.text(alphabet="ab{};=+,*$\"'\\#/ \n.é\x00", max_size=60)
    | st.lists(st.sampled_from(WORDS), max_size=30).map("".join),
    st.sampled_from(["13.2", "14.2", "15.1"]),
)
def test_any_text_is_read_or_refused_with_a_message(text: str, release: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        refused = None
        try:
            shown = export(Path(folder), text, release)
        except BadConfig as error:
            refused = error
            shown = ""
    if refused is not None:
        assert refused.messages or refused.status == jail_config.CRASH
    assert not shown or shown.endswith("\n")
