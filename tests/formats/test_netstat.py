"""Reading `netstat -rnW --libxo json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import netstat
from jailtui.formats.errors import FormatError
from jailtui.formats.netstat import Route
from tests.support.refused import read_or_refused

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("release", ["13", "15"])
def test_recorded_routes(release: str) -> None:
    routes = netstat.parse((DATA / f"netstat-{release}.json").read_text())

    assert routes[0] == Route("default", "192.168.1.1", "em0")
    assert len(routes) == 13
    assert routes[-2] == Route("fe80::1%lo0", "link#3", "lo0")


@pytest.mark.parametrize("text", ["{ }", '{"statistics": {"route-information": {"route-table": {}}}}'])
def test_a_stack_without_routes_has_none(text: str) -> None:
    assert netstat.parse(text) == ()


def table(entry: object) -> str:
    family = {"address-family": "Internet", "rt-entry": [entry]}
    return json.dumps({"statistics": {"route-information": {"route-table": {"rt-family": [family]}}}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "invalid JSON"),
        ("[]", '"statistics"'),
        ('{"statistics": {"route-information": {"route-table": {"rt-family": {}}}}}', "not a list"),
        (table(7), '"rt-entry"'),
        (table({"gateway": "x"}), "without a destination"),
        (table({"destination": 7}), "destination as 7"),
        (table({"destination": "default", "gateway": ["x" * 99]}), "gateway as"),
    ],
)
def test_what_netstat_does_not_print_is_a_format_error_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        netstat.parse(text)
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 160


@given(st.data())
def test_mutated_output_gives_routes_or_a_format_error(data: st.DataObject) -> None:
    text = (DATA / "netstat-15.json").read_text()
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    changed = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    routes = read_or_refused(netstat.parse, changed)
    if routes:
        families = json.loads(changed, strict=False)["statistics"]["route-information"]["route-table"]["rt-family"]
        printed = [entry["destination"] for family in families for entry in family.get("rt-entry", ())]
        assert [route.destination for route in routes] == printed
