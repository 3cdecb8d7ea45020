"""Reading `jls --libxo json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import jls
from jailtui.formats.errors import FormatError
from jailtui.formats.jls import JailRow
from tests.support.refused import read_or_refused

DATA = Path(__file__).parent / "data"


def document(*jails: Any) -> str:
    return json.dumps({"__version": "2", "jail-information": {"jail": list(jails)}})


def test_a_recorded_vnet_jail_reads_whole() -> None:
    assert jls.parse((DATA / "jls-named-n.json").read_text())[0] == JailRow(
        jid=1,
        name="my-vnet-jail",
        path="/jails/my-vnet-jail",
        hostname="my-vnet-jail",
        vnet=True,
        dying=False,
        parent=0,
        osrelease="13.2-RELEASE",
        devfs_ruleset=0,
        children_max=0,
        securelevel=-1,
        other=(("allow.mount", "false"),),
    )


def test_addresses_of_a_jail_without_vnet_are_lists() -> None:
    plain = jls.parse((DATA / "jls-named-n.json").read_text())[1]

    assert (plain.vnet, plain.ip4, plain.ip6) == (False, ("192.168.1.50", "127.0.0.1"), ("::1",))


def test_booleans_as_strings_read_as_booleans() -> None:
    """Without -n jls prints "false", which Python calls true."""
    with_n = jls.parse((DATA / "jls-named-n.json").read_text())
    without = jls.parse((DATA / "jls-named.json").read_text())

    assert with_n == without


def test_hostile_text_survives() -> None:
    odd = jls.parse((DATA / "jls-named-n.json").read_text())[2]
    assert odd.hostname == 'quote"back\\slash<tag>&amp'

    name = "[bold]\x1b[31m\n\u202e"
    assert jls.parse(document({"jid": "1", "name": name}))[0].name == name


def test_control_characters_in_a_hostname_hide_no_jail() -> None:
    text = (
        '{"jail-information": {"jail": [{"jid":1,"name":"a","host.hostname":"x\x1b]0;y\x07z"},{"jid":2,"name":"b"}]}}'
    )
    first, second = jls.parse(text)

    assert (first.hostname, second.name) == ("x\x1b]0;y\x07z", "b")


def test_two_jails_of_one_name_are_two_rows() -> None:
    rows = jls.parse(document({"jid": "3", "name": "web", "dying": True}, {"jid": "9", "name": "web", "dying": False}))

    assert [(row.jid, row.dying) for row in rows] == [(3, True), (9, False)]


def test_a_key_printed_twice_counts_once() -> None:
    text = '{"jail-information": {"jail": [{"jid": "1", "name": "a", "name": "b"}]}}'

    assert jls.parse(text)[0].name == "b"


def test_what_was_not_asked_for_is_none() -> None:
    assert jls.parse(document({"jid": 7})) == (JailRow(jid=7),)


def test_no_jails_is_an_empty_list() -> None:
    assert jls.parse(document()) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "invalid JSON"),
        ("{ }", '"jail-information"'),
        ("[1]", '"jail-information"'),
        ('{"jail-information": []}', '"jail"'),
        ('{"jail-information": {"jail": {}}}', "not a list"),
        ('{"jail-information": {"jail": [1]}}', "not a list of objects"),
        ('{"jail-information": {"jail": [{"name": "x"}]}}', "without a jid"),
        ('{"jail-information": {"jail": [{"jid": "x"}]}}', 'jid as "x"'),
        ('{"jail-information": {"jail": [{"jid": true}]}}', "jid as true"),
        ('{"jail-information": {"jail": [{"jid": "1", "dying": "maybe"}]}}', 'dying as "maybe"'),
        ('{"jail-information": {"jail": [{"jid": "1", "dying": 1}]}}', "dying as 1"),
        ('{"jail-information": {"jail": [{"jid": "1", "dying": []}]}}', "dying as []"),
        ('{"jail-information": {"jail": [{"jid": "1", "name": 3}]}}', "name as 3"),
        ('{"jail-information": {"jail": [{"jid": "1", "ip4.addr": [3]}]}}', "ip4.addr as [3]"),
        ("[" * 100_000, "invalid JSON"),
    ],
)
def test_what_jls_does_not_print_is_a_format_error_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        jls.parse(text)
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")


KEYS = st.sampled_from((*jls.FIELDS, *jls.SKIPPED)) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=3))
def test_any_values_give_rows_or_a_format_error(jails: list[dict[str, Any]]) -> None:
    rows = read_or_refused(jls.parse, document(*jails))
    assert rows is None or len(rows) == len(jails)


@given(st.data())
def test_mutated_output_gives_rows_or_a_format_error(data: st.DataObject) -> None:
    text = (DATA / "jls-named-n.json").read_text()
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    changed = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    rows = read_or_refused(jls.parse, changed)
    if rows is not None:
        jails = json.loads(changed, strict=False)["jail-information"]["jail"]
        assert [row.jid for row in rows] == [int(jail["jid"]) for jail in jails]
