"""Addresses of a draft: ends of networks, DHCP, and whose they are; asked as the network form asks."""

from __future__ import annotations

import pytest

from jailtui.model.state import Address, Interface, JailState
from jailtui.rules.drafted import at_rest
from tests.support.contexts import context
from tests.support.epair_hosts import near, pair, within
from tests.support.jail_hosts import inside, running, template
from tests.support.networks import WEB, codes, compare, live, web


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("192.168.1.0/24", ("ADDR-NETWORK", "error")),
        ("192.168.1.8/30", ("ADDR-NETWORK", "error")),
        ("fd00::/64", ("ADDR-NETWORK", "warning")),
        ("192.168.1.255/24", ("ADDR-BROADCAST", "error")),
        ("192.168.1.11/30", ("ADDR-BROADCAST", "error")),
        ("192.168.1.8/31", None),
        ("192.168.1.255/32", None),
        ("192.168.0.255/23", None),
        ("fd00::/127", None),
        ("fd00::ffff:ffff:ffff:ffff/64", None),
    ],
)
def test_the_ends_of_a_network_are_no_addresses(address: str, told: tuple[str, str] | None) -> None:
    found = compare(web(addresses=(address,), rest={"gateways": ()})).new
    assert [(one.code, one.severity) for one in found] == ([told] if told else [])
    assert [one.field("network") for one in found] == (["address6" if ":" in address else "address"] if told else [])


def test_dhcp_and_an_address_on_one_interface() -> None:
    rest = {"ruleset": 11, "gateways": ()}
    found = compare(web(dhcp=True, rest=rest)).new
    assert [(one.code, one.severity, one.field("network")) for one in found] == [("ADDR-DHCP", "warning", "dhcp")]
    assert codes(web(dhcp=True, addresses=("fd00::2/64",), rest=rest)) == []


def test_the_loopback_and_the_link_local_addresses_are_nobodys() -> None:
    lo1 = Interface("em1", "ether", addresses=(Address("fe80::1%em1", 64, "inet6"), Address("127.0.0.2", 8)))
    asked = web(addresses=("fe80::1/64", "127.0.0.2/8"), rest={"gateways": ()})
    assert codes(asked, interfaces=[lo1]) == []


def test_what_the_jail_has_itself_is_not_taken() -> None:
    assert codes(WEB, WEB, jails=[live("web", 4, "192.168.1.154")]) == []
    db = live("db", 5, "192.168.1.154", vnet=False)
    (told,) = compare(WEB, jails=[db]).new
    assert (told.code, told.field("network")) == ("ADDR-TWICE", "address")


def test_what_a_stopped_jail_was_given_is_on_the_host_again() -> None:
    text = template("web") + template("db", 155)
    given = Interface("em5", "ether", 4)
    one = context(
        text,
        running=[running(text, "web", 4, inside("epair154b", 4, "192.168.1.154/24"), given, path="/x", hostname="w")],
        interfaces=(
            Interface("lo0", "loopback"),
            Interface("lo0", "loopback", 4),
            Interface("lo0", "loopback", 9),
            Interface("em0", "ether"),
            given,
            inside("epair154b", 4),
            Interface("epair154a", "epair"),
            Interface("epair9a", "epair"),
        ),
        epairs=(pair(near(), within()), pair(near("epair9a"), near("epair9b"), "epair9", owner=None)),
    )
    state = at_rest(one, one.world.jails[:1], frozenset({"web"}))
    assert [(it.name, it.jid) for it in state.interfaces] == [
        ("lo0", None), ("lo0", 9), ("em0", None), ("em5", None), ("epair9a", None),
    ]  # fmt: skip
    assert [it.name for it in state.epairs] == ["epair9"]
    assert [it.name for it in state.jails] == ["db", "web"]
    web = state.jails[1]
    assert (web.jid, web.state, web.vnet, web.path, web.addresses, web.interfaces, web.gateways) == (
        None, JailState.STOPPED, True, "/jails/web", (), (), None,
    )  # fmt: skip
    assert (web.hostname, web.configured and web.configured.file) == ("w", "/etc/jail.conf")
    pathless = context("web { persist; }")
    assert at_rest(pathless, pathless.world.jails, frozenset({"web"})).jails[0].path is None
