"""Reading `jail -e`: quoting as jail(8) does it, law by law."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import jail_e
from jailtui.formats.errors import FormatError
from jailtui.formats.jail_e import Definition

SEP = "\x1f"


def quoted(value: str) -> str:
    """As jail(8) prints a value (usr.sbin/jail/jail.c, quoted_print)."""
    quote = '"' if not value or "'" in value else "'" if '"' in value else '"' if " " in value or "\t" in value else ""
    escaped = "".join("\\" + char if char in ("\\", quote) else char for char in value)
    return quote + escaped + quote


def printed(jails: list[list[tuple[str, tuple[str, ...]]]]) -> str:
    lines = (
        SEP.join(name + ("=" + ",".join(map(quoted, values)) if values else "") for name, values in params)
        for params in jails
    )
    return "".join(line + "\n" for line in lines)


def test_a_jail_with_flags_lists_and_quotes() -> None:
    text = f'name=web{SEP}vnet{SEP}exec.start="/bin/sh /etc/rc","echo \'a\'"{SEP}ip4.addr=em0|10.0.0.1/24,10.0.0.2\n'

    assert jail_e.parse(text, SEP) == (
        Definition(
            "web",
            None,
            (
                ("name", ("web",)),
                ("vnet", ()),
                ("exec.start", ("/bin/sh /etc/rc", "echo 'a'")),
                ("ip4.addr", ("em0|10.0.0.1/24", "10.0.0.2")),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('""', ""),
        ("'say \"hi\"'", 'say "hi"'),
        ('"it\'s"', "it's"),
        ('"a\tb\\\\c\'d\\"e"', "a\tb\\c'd\"e"),
        ("\\\\xff", "\\xff"),
        ('"line1\nline 2\n"', "line1\nline 2\n"),
        (f'"a {SEP} b"', f"a {SEP} b"),
        ("a=b", "a=b"),
    ],
)
def test_values_are_unquoted_as_jail8_quotes_them(text: str, value: str) -> None:
    (jail,) = jail_e.parse(f"name=a{SEP}v={text}{SEP}persist\n", SEP)

    assert jail.params[1:] == (("v", (value,)), ("persist", ()))


def test_an_empty_line_is_a_jail_of_which_nothing_is_printed() -> None:
    assert [jail.name for jail in jail_e.parse("name=0\n\nname=1x\n", SEP)] == ["0", None, "1x"]


def test_a_jail_without_a_printed_name_has_none() -> None:
    (jail,) = jail_e.parse(f'host.hostname=""{SEP}persist\n', SEP)

    assert (jail.name, jail.params) == (None, (("host.hostname", ("",)), ("persist", ())))


def test_two_blocks_of_one_name_are_two_definitions() -> None:
    assert len(jail_e.parse("name=a\nname=a\n", SEP)) == 2


def test_a_printed_jid_is_a_number() -> None:
    assert jail_e.parse(f"jid=7{SEP}name=a\n", SEP)[0].jid == 7


def test_no_jails() -> None:
    assert jail_e.parse("", SEP) == ()


def test_a_separator_of_several_characters() -> None:
    (jail,) = jail_e.parse("name=a-::-path=/a:b-::-vnet\n", "-::-")

    assert jail.params == (("name", ("a",)), ("path", ("/a:b",)), ("vnet", ()))


def test_a_separator_that_values_begin_with_is_refused() -> None:
    with pytest.raises(ValueError, match="separator"):
        jail_e.parse("name=a", ",")


@pytest.mark.parametrize("text", ['name="a', "name='a\\'\n", 'name="a"b\n'])
def test_a_broken_quote_is_a_format_error(text: str) -> None:
    with pytest.raises(FormatError, match=r"character \d+\."):
        jail_e.parse(text, SEP)


NAMES = st.from_regex(r"[a-z][a-z0-9_.]{0,6}", fullmatch=True).filter(lambda name: name not in ("name", "jid"))
ANY = st.text(st.characters(exclude_characters="\x00" + SEP), max_size=8)
VALUES = ANY.filter(lambda value: quoted(value)[0] in "\"'" or not set(value) & {",", "\n"})
JAILS = st.lists(
    st.lists(st.tuples(NAMES, st.lists(VALUES, max_size=3).map(tuple)), min_size=1, max_size=4), max_size=4
)


@given(JAILS)
def test_what_jail8_prints_unambiguously_reads_back(jails: list[list[tuple[str, tuple[str, ...]]]]) -> None:
    assert [list(jail.params) for jail in jail_e.parse(printed(jails), SEP)] == jails


@given(st.text(st.sampled_from("ab=,'\"\\ \n" + SEP)))
def test_any_text_gives_definitions_or_a_format_error(text: str) -> None:
    with suppress(FormatError):
        jail_e.parse(text, SEP)
