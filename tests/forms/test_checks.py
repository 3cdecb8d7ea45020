"""What is said about a network while it is typed: keys, levels, order, and a host as it is read."""

from __future__ import annotations

from typing import Any

import pytest

from jailtui.config.view import View
from jailtui.forms.network.checks import InUse, address_key, check, key
from jailtui.forms.sources import Sources
from jailtui.model.state import Interface
from tests.support.captures import running_web, state
from tests.support.large_hosts import epair
from tests.support.networks import DB, LINK, WEB, levels, live, notes, pair, texts, web

# Keys.


def test_keys_count_links_and_addresses() -> None:
    assert (key(1, "bridge"), key(3, "bridge")) == ("bridge", "3.bridge")
    assert [address_key(1, 4, place) for place in (1, 2, 3, 4)] == ["address", "alias", "alias2", "alias3"]
    assert [address_key(2, 6, place) for place in (1, 2, 3)] == ["2.address6", "2.alias6", "2.alias6_2"]


def test_no_two_addresses_of_a_link_share_a_key() -> None:
    keys = [address_key(1, version, place) for version in (4, 6) for place in range(1, 20)]
    assert len(set(keys)) == len(keys)


# All of it.


def test_a_sound_network_is_silent() -> None:
    assert notes(WEB, others=[]) == []
    assert notes(WEB, WEB, jails=[live("web", 4, "192.168.1.154")], epairs=[pair("epair154", "web")]) == []


def test_errors_come_first_and_nothing_twice() -> None:
    found = notes(web(addresses=("192.168.1.50/24", "192.168.1.255/24"), release=False))
    assert [note.level for note in found] == ["error", "warning", "note"]
    assert len(set(found)) == len(found)


ONLY_WARNED: list[tuple[View, dict[str, Any], str]] = [
    (web(addresses=("192.168.1.255/24",)), {}, "address"),
    (web(addresses=("192.168.1.300/24",), rest={"gateways": ()}), {}, "address"),
    (web(addresses=("192.168.1.5",), rest={"gateways": ()}), {}, "address"),
    (web(addresses=("192.168.1.5/24", "192.168.1.5/24")), {}, "alias"),
    (web(rest={"gateways": ("10.0.0.1",)}), {}, "gateway"),
    (web(rest={"gateways": ("192.168.1.154",)}), {}, "gateway"),
    (web(), {"others": [DB._replace(links=(LINK,))]}, "epair"),
    (web(), {"epairs": [pair("epair154", "db")]}, "epair"),
    (web(), {"interfaces": [Interface("epair154a", "ether")]}, "epair"),
    (web(host_end="e0a_averylongname"), {}, "epair"),
    (web(bridge="em0"), {}, "bridge"),
    (web(mtu=9000), {"release": "13.2-RELEASE"}, "mtu"),
    (web(mtu=60), {}, "mtu"),
    (web(mac="01:00:00:00:00:01"), {}, "mac"),
    (web(vlan=4095), {}, "vlan"),
    (web(dhcp=True, rest={"ruleset": 11}), {}, "dhcp"),
    (web(rest={"ruleset": 12}), {}, ""),
]


@pytest.mark.parametrize(("view", "more", "field"), ONLY_WARNED)
def test_what_is_an_error_when_new_is_a_warning_when_the_file_has_it(
    view: View, more: dict[str, Any], field: str
) -> None:
    assert "error" in levels(notes(view, **more), field)
    unchanged = notes(view, view, **more)
    assert "warning" in levels(unchanged, field)
    assert [note for note in unchanged if note.level == "error"] == []


# Against a host as it is read.


def built(**told: Any) -> Sources:
    return Sources(state(**told), {}, {"cloned_interfaces": "bridge0"})


def test_a_jail_that_runs_as_configured_is_silent_and_keeps_its_pair_from_others() -> None:
    web_runs = built(**running_web())
    at_home = WEB._replace(gateways=())
    assert check(at_home, at_home, InUse(web_runs, ())) == ()
    db = at_home._replace(jail="db")
    found = check(db, View("db", True), InUse(web_runs, [at_home]))
    assert [(note.level, note.field, note.text) for note in found] == [
        ("error", "epair", "epair154 is configured for web too."),
        ("warning", "address", "192.168.1.154 is in use by web (jid 4)."),
    ]
    unconfigured = check(db, View("db", True), InUse(web_runs, ()))
    assert texts([note for note in unconfigured if note.level == "error"]) == (
        "epair154 is on the host and belongs to web."
    )


def test_a_pair_left_by_a_failed_start() -> None:
    told = running_web() | {"rows": [], "inside": {}}
    told["host"] = f"{told['host']}{epair(154, 'b')}"
    at_home = WEB._replace(gateways=())
    (found,) = check(at_home, at_home, InUse(built(**told), ()))
    assert (found.level, found.field) == ("note", "epair")
    assert found.text == "epair154 is left over from web: its next start fails until it is destroyed."
