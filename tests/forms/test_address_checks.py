"""Rules about addresses and gateways, each with the case beside it that must stay silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from jailtui.config.view import Link, View
from jailtui.forms.protocol import Note
from jailtui.model.state import Address, Interface, Jail, JailState
from tests.support.networks import LINK, WEB, levels, live, notes, texts, web

# Addresses.


@pytest.mark.parametrize(
    ("address", "level"),
    [
        ("192.168.1.0/24", "error"),
        ("192.168.1.255/24", "error"),
        ("192.168.1.8/30", "error"),
        ("192.168.1.11/30", "error"),
        ("192.168.1.8/31", None),
        ("192.168.1.9/31", None),
        ("192.168.1.255/32", None),
        ("192.168.0.255/23", None),
        ("fd00::/64", "warning"),
        ("fd00::/127", None),
        ("fd00::ffff:ffff:ffff:ffff/64", None),
    ],
)
def test_the_ends_of_a_network_are_no_addresses(address: str, level: str | None) -> None:
    found = notes(web(addresses=(address,), rest={"gateways": ()}))
    assert [note.level for note in found] == ([level] if level else [])


@pytest.mark.parametrize(("release", "level"), [("15.1-RELEASE", "error"), ("14.2-RELEASE", "warning")])
def test_an_ipv4_address_has_a_prefix(release: str, level: str) -> None:
    bare = web(addresses=("192.168.1.5",), rest={"gateways": ()})
    assert levels(notes(bare, release=release), "address") == [level]
    assert notes(web(addresses=("fd00::5",), rest={"gateways": ()}), release=release) == []


def test_a_jail_without_vnet_needs_no_prefix_and_may_use_the_hosts_address() -> None:
    classic = View("web", False, (Link("em0", "em0", addresses=("192.168.1.50",)),))
    assert notes(classic, View("web", False)) == []
    (found,) = notes(classic, View("web", False), jails=[live("db", 5, "192.168.1.50", vnet=False)])
    assert found == Note("warning", "192.168.1.50 is in use by db (jid 5).", "address")


def test_an_address_that_somebody_has_is_told_with_its_user() -> None:
    bridge = Interface("bridge1", "bridge", addresses=(Address("10.0.0.1", 24), Address("fd00::1", 64, "inet6")))

    def said(address: str, others: Sequence[View] = (), jails: Sequence[Jail] = ()) -> list[Note]:
        asked = web(addresses=(address,), rest={"gateways": ()})
        return notes(asked, interfaces=[bridge], jails=jails, others=others)

    assert said("10.0.0.1/24") == [Note("warning", "10.0.0.1 is in use by the host on bridge1.", "address")]
    assert texts(said("FD00:0::1/64")) == "fd00::1 is in use by the host on bridge1."
    db = live("db", 5, "192.168.1.155")
    assert texts(said("192.168.1.155/24", jails=[db])) == "192.168.1.155 is in use by db (jid 5)."
    dying = db._replace(state=JailState.DYING)
    assert texts(said("192.168.1.155/24", jails=[dying])) == "192.168.1.155 is in use by db (jid 5, dying)."
    other = View("mail", True, (Link("e0", addresses=("192.168.1.155/16",)),))
    assert texts(said("192.168.1.155/24", [other])) == "192.168.1.155 is configured for mail too."
    assert texts(said("192.168.1.155/24", [other], [db])) == "192.168.1.155 is in use by db (jid 5)."
    assert said("192.168.1.156/24", [other], [db]) == []


def test_what_the_jail_has_itself_is_not_taken() -> None:
    alias = Interface("em1", "ether", addresses=(Address("192.168.1.154", 32),))
    mine = live("web", 4, "192.168.1.154", vnet=False)
    assert notes(WEB, jails=[live("web", 4, "192.168.1.154")], interfaces=[]) == []
    assert notes(WEB, jails=[mine], interfaces=[alias]) == []
    assert levels(notes(WEB, interfaces=[alias]), "address") == ["warning"]


def test_an_address_on_a_loopback_of_the_host_is_the_hosts() -> None:
    lo1 = Interface("lo1", "loopback", addresses=(Address("192.168.1.154", 32),))
    assert texts(notes(WEB, interfaces=[lo1])) == "192.168.1.154 is in use by the host on lo1."


def test_a_jail_that_gets_vnet_is_judged_anew() -> None:
    classic = View("web", False, (Link("em0", "em0", addresses=("192.168.1.154",)),))
    bare = web(addresses=("192.168.1.154",), rest={"gateways": ()})
    assert levels(notes(bare, classic), "address") == ["error"]


def test_loopback_and_link_local_addresses_are_nobodys() -> None:
    lo1 = Interface("em1", "ether", addresses=(Address("fe80::1%em1", 64, "inet6"), Address("127.0.0.2", 8)))
    asked = web(addresses=("fe80::1/64", "127.0.0.2/8"), rest={"gateways": ()})
    assert notes(asked, interfaces=[lo1]) == []


def test_one_address_twice_in_a_jail_is_an_error_at_the_second() -> None:
    second = Link("em1", "em1", addresses=("192.168.1.154/32",))
    found = notes(WEB._replace(links=(LINK, second)), interfaces=[Interface("em1", "ether")])
    assert [note for note in found if note.level == "error"] == [
        Note("error", "192.168.1.154 stands here twice.", "2.address")
    ]


# Gateways.


def test_a_gateway_is_in_a_network_of_the_jail() -> None:
    outside = web(rest={"gateways": ("192.168.2.1",)})
    text = "192.168.2.1 is in no network of the jail, so the route can't be added."
    assert notes(outside) == [Note("error", text, "gateway")]
    assert notes(web(addresses=("192.168.1.154/16",), rest={"gateways": ("192.168.2.1",)})) == []
    assert levels(notes(web(addresses=(), rest={"gateways": ("192.168.1.1",)})), "gateway") == ["error"]


def test_a_changed_address_leaves_its_gateway_behind() -> None:
    assert levels(notes(web(addresses=("10.0.0.2/24",)), WEB), "gateway") == ["error"]


def test_a_gateway_is_only_doubted_where_addresses_may_be_missing() -> None:
    gateways = {"gateways": ("192.168.2.1",)}
    assert levels(notes(web(rest={**gateways, "unread": ("sh /root/net.sh",)})), "gateway") == ["warning"]
    dhcp = web(addresses=(), dhcp=True, rest={**gateways, "ruleset": 11})
    assert levels(notes(dhcp), "gateway") == ["warning"]
    assert levels(notes(web(slaac=True, rest=gateways)), "gateway") == ["error"]
    bare = web(addresses=("192.168.2.9",), rest=gateways)
    assert levels(notes(bare, release="14.2-RELEASE"), "gateway") == ["warning"]


def test_ipv6_gateways() -> None:
    def said(gateway: str, address: str = "fd00::2/64", **more: Any) -> list[str]:
        return levels(notes(web(addresses=(address,), rest={"gateways": (gateway,)}, **more)), "gateway6")

    assert said("fd00::1") == said("fe80::1%epair154b") == said("fd00::1", "fd00::2") == []
    assert said("fd00:1::1") == ["error"]
    assert said("fd00:1::1", slaac=True) == ["warning"]
    assert said("FD00::2") == ["error"]


def test_a_jail_is_not_its_own_gateway() -> None:
    (found,) = notes(web(rest={"gateways": ("192.168.1.154",)}))
    assert (found.level, found.field, found.text) == ("error", "gateway", "192.168.1.154 is the jail's own address.")
