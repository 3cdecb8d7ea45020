"""What is said about a network while it is typed: each rule, and the case beside it that must stay silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from jailtui.exchange import Section
from jailtui.model.hooks import configured
from jailtui.model.state import (
    Address,
    Bridge,
    Configured,
    End,
    Epair,
    HostFacts,
    HostState,
    Interface,
    Jail,
    JailState,
    Vlan,
    Where,
)
from jailtui.settings.checks import InUse, address_key, check, key
from jailtui.settings.form import Note
from jailtui.settings.sources import Sources
from jailtui.settings.view import Link, View

LINK = Link(
    inside="epair154b",
    given="epair154b",
    pair="epair154",
    host_end="epair154a",
    created=True,
    bridge="bridge0",
    addresses=("192.168.1.154/24",),
    release=True,
    release_safe=True,
)
WEB = View("web", True, (LINK,), ("192.168.1.1",), (), "/jails/web", None, True)
NEW = View("web", True)
"""What a jail without any network of its own has: against it everything is new."""
DB = View("db", True, (replace(LINK, inside="epair155b", given="epair155b", pair="epair155", host_end="epair155a"),))
EM0 = Interface("em0", "ether", mtu=1500, ether="52:54:00:12:34:56", addresses=(Address("192.168.1.50", 24),))
RULESETS = "1\n2\n3\n4\n5\n11\n"


def host(
    *,
    jails: Sequence[Jail] = (),
    epairs: Sequence[Epair] = (),
    bridges: Sequence[Bridge] = (Bridge("bridge0", ("em0",), mtu=1500, persistent=True),),
    vlans: Sequence[Vlan] = (),
    interfaces: Sequence[Interface] = (),
    release: str = "15.1-RELEASE",
    rulesets: str | None = RULESETS,
    rcconf: Mapping[str, str] | None = None,
) -> Sources:
    """A host with em0 and bridge0, and what is given."""
    told = [EM0, *(Interface(one.name, "bridge", mtu=one.mtu) for one in bridges), *interfaces]
    state = HostState(
        HostFacts("nas", release=release), tuple(jails), tuple(epairs), tuple(bridges), tuple(vlans), tuple(told)
    )
    about = {} if rulesets is None else {"rulesets": Section("rulesets", 0, rulesets)}
    return Sources(state, {}, {"cloned_interfaces": "bridge0"} if rcconf is None else rcconf, about)


def notes(view: View, before: View = NEW, *, others: Sequence[View] = (), ids: Any = None, **more: Any) -> list[Note]:
    """What is said about `view`."""
    return list(check(view, before, InUse(host(**more), others), {} if ids is None else ids))


def web(*, rest: Any = None, **more: Any) -> View:
    """web, its link changed; `rest` changes the view."""
    return replace(WEB, links=(replace(LINK, **more),), **(rest or {}))


def levels(found: Sequence[Note], field: str) -> list[str]:
    """The levels of what is said about one field."""
    return [note.level for note in found if note.field == field]


def texts(found: Sequence[Note]) -> str:
    return "\n".join(note.text for note in found)


def live(name: str, jid: int, *addresses: str, **more: Any) -> Jail:
    """A jail that runs with these addresses."""
    told = tuple(Address(one) for one in addresses)
    return Jail(name, name, jid, more.pop("state", JailState.RUNNING), more.pop("vnet", True), addresses=told, **more)


def pair(name: str, owner: str | None, *, orphan: bool | None = False, **more: Any) -> Epair:
    """A pair whose a end is on the host, and whose b end is in a jail."""
    a = more.pop("a", End(f"{name}a", Where.HOST))
    return Epair(name, name, a, End(f"{name}b", Where.JAIL, owner, 9), "name", orphan, "", owner, **more)


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
    assert [note.level for note in found] == ["error", "warning", "info"]
    assert len(set(found)) == len(found)


ONLY_WARNED: list[tuple[View, dict[str, Any], str]] = [
    (web(addresses=("192.168.1.255/24",)), {}, "address"),
    (web(addresses=("192.168.1.300/24",), rest={"gateways": ()}), {}, "address"),
    (web(addresses=("192.168.1.5",), rest={"gateways": ()}), {}, "address"),
    (web(addresses=("192.168.1.5/24", "192.168.1.5/24")), {}, "alias"),
    (web(rest={"gateways": ("10.0.0.1",)}), {}, "gateway"),
    (web(rest={"gateways": ("192.168.1.154",)}), {}, "gateway"),
    (web(), {"others": [replace(DB, links=(LINK,))]}, "epair"),
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
    dying = replace(db, state=JailState.DYING)
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


def test_loopback_and_link_local_addresses_are_nobodys() -> None:
    lo1 = Interface("em1", "ether", addresses=(Address("fe80::1%em1", 64, "inet6"), Address("127.0.0.2", 8)))
    asked = web(addresses=("fe80::1/64", "127.0.0.2/8"), rest={"gateways": ()})
    assert notes(asked, interfaces=[lo1]) == []


def test_one_address_twice_in_a_jail_is_an_error_at_the_second() -> None:
    second = Link("em1", "em1", addresses=("192.168.1.154/32",))
    found = notes(replace(WEB, links=(LINK, second)), interfaces=[Interface("em1", "ether")])
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


# Pairs and names.


def test_a_pair_of_another_configured_jail_is_taken() -> None:
    taken = web(pair="epair155", given="epair155b", inside="epair155b", host_end="epair155a")
    (found,) = [note for note in notes(taken, others=[DB]) if note.field == "epair"]
    assert (found.level, found.text) == ("error", "epair155 is configured for db too.")
    assert levels(notes(WEB, others=[DB]), "epair") == []


def test_an_end_or_nic_given_to_two_jails_is_taken() -> None:
    nic = Link("em1", "em1", release=True, release_safe=True)
    other = View("db", True, (nic,))
    found = notes(View("web", True, (nic,)), others=[other], interfaces=[Interface("em1", "ether")])
    assert texts(found) == "em1 is configured for db too."
    classic = replace(other, vnet=False)
    assert notes(View("web", True, (nic,)), others=[classic], interfaces=[Interface("em1", "ether")]) == []


def test_a_pair_on_the_host_of_somebody_else_or_nobody_is_taken() -> None:
    assert texts(notes(WEB, epairs=[pair("epair154", "db")])) == "epair154 is on the host and belongs to db."
    nobody = [pair("epair154", None, orphan=True)]
    found = notes(WEB, epairs=nobody)
    assert found == [Note("error", "epair154 is on the host already and belongs to nobody.", "epair")]
    assert levels(notes(web(idempotent=True), epairs=nobody), "epair") == ["warning"]
    assert notes(web(created=False), epairs=nobody) == []
    assert notes(WEB, epairs=[pair("epair15", "db")]) == []


def test_the_jails_own_left_over_pair_is_only_told() -> None:
    left = [pair("epair154", "web", orphan=True)]
    assert levels(notes(WEB, WEB, epairs=left), "epair") == ["info"]
    assert notes(web(idempotent=True), WEB, epairs=left) == []
    assert notes(WEB, WEB, epairs=[pair("epair154", "web")]) == []


def test_a_renamed_pair_keeps_its_number() -> None:
    renamed = Interface("e0a_db", "epair", drivername="epair154")
    there = [pair("e0a_db", "db", a=End("e0a_db", Where.HOST))]
    found = notes(WEB, epairs=there, interfaces=[renamed])
    assert texts(found) == "epair154, now e0a_db, is on the host and belongs to db."


def test_a_pair_made_inside_a_jail_takes_no_number_of_the_host() -> None:
    inside = pair("epair154", "db", a=End("epair154a", Where.JAIL, "db", 9))
    assert notes(WEB, epairs=[inside]) == []


def test_an_end_renamed_so_blocks_the_number() -> None:
    other = [pair("epair9", "db", a=End("epair154a", Where.HOST))]
    found = notes(WEB, epairs=other, interfaces=[Interface("epair154a", "epair")])
    assert levels(found, "epair") == ["error"]
    (nic,) = notes(WEB, interfaces=[Interface("epair154b", "ether")])
    assert (nic.level, nic.field) == ("error", "epair")
    assert "epair154b" in nic.text


def test_a_name_for_an_end_that_another_interface_has() -> None:
    named = web(host_end="e0a_web")
    assert texts(notes(named, interfaces=[Interface("e0a_web", "ether")])) == (
        "There is another interface e0a_web on the host already."
    )
    mine = [pair("epair154", "web", a=End("e0a_web", Where.HOST))]
    assert notes(named, interfaces=[Interface("e0a_web", "epair")], epairs=mine) == []


def test_names_have_15_bytes_at_most() -> None:
    (found,) = notes(web(host_end="e0a_averylongname"))
    assert (found.level, found.field) == ("error", "epair")
    assert "e0a_averylongname has 17 bytes" in found.text
    assert notes(web(host_end="e0a_fifteenletr")) == []
    assert levels(notes(web(bridge="abcdefghijklmnop")), "bridge") == ["error"]


def test_names_that_mean_something_to_a_shell_are_refused_but_those_of_the_file_are_let_be() -> None:
    odd = web(host_end="e0a$(reboot)")
    assert levels(notes(odd), "epair") == ["error"]
    assert notes(odd, odd) == []


def test_only_an_epair_may_be_created_as_a_pair() -> None:
    assert levels(notes(web(pair="ipfw0")), "epair") == ["error"]
    assert levels(notes(web(pair="tap0")), "epair") == ["error"]
    assert levels(notes(web(pair="tap0", given="tap0", created=False)), "epair") == ["warning"]
    assert notes(web(pair="e0b_web", given="e0b_web", host_end="e0a_web")) == []


def test_two_interfaces_of_one_name_in_the_jail() -> None:
    second = replace(LINK, pair="epair160", given="epair160b", host_end="epair160a", addresses=())
    (found,) = notes(replace(WEB, links=(LINK, second)))
    assert (found.level, found.field) == ("error", "2.epair")


def test_an_interface_that_nothing_makes() -> None:
    given = web(created=False)
    assert texts(notes(given)) == "epair154b is not on the host, and nothing that is known makes it."
    assert notes(given, rcconf={"cloned_interfaces": "bridge0 epair154"}) == []
    assert notes(given, interfaces=[Interface("epair154b", "epair")]) == []
    assert notes(given, jails=[live("web", 4, interfaces=(Interface("epair154b", "epair", jid=4),))]) == []
    assert notes(replace(given, unread=("sh /root/net.sh",))) == []


def test_another_pair_while_the_jail_runs() -> None:
    other = web(pair="epair160", given="epair160b", inside="epair160b", host_end="epair160a")
    running = [live("web", 4)]
    (found,) = notes(other, WEB, jails=running)
    text = "web runs with epair154: stop it first, or its stop cleans up the wrong pair."
    assert found == Note("warning", text, "epair")
    assert notes(other, WEB) == []
    assert notes(web(addresses=("192.168.1.160/24",)), WEB, jails=running) == []


# Bridges, MTU, VLANs.


def test_a_bridge_that_is_not_there() -> None:
    missing = web(bridge="bridge5")
    assert notes(missing) == [Note("warning", "There is no bridge5 on the host, also after a boot.", "bridge")]
    assert texts(notes(missing, rcconf={"cloned_interfaces": "bridge5"})) == (
        "There is no bridge5 on the host before the next boot."
    )
    made = Configured("/etc/jail.conf", (), True, creates=("epair154", "bridge5"))
    assert notes(missing, missing, jails=[Jail("web", "web", None, JailState.STOPPED, True, configured=made)]) == []
    needs = Configured("/etc/jail.conf", (), True, depend=("net",))
    net = Jail("net", "net", None, JailState.STOPPED, True, configured=made)
    assert notes(missing, jails=[net, Jail("web", "web", None, JailState.STOPPED, True, configured=needs)]) == []
    assert levels(notes(missing, jails=[net]), "bridge") == ["warning"]
    assert notes(replace(missing, unread=("ifconfig bridge5 create || :",))) == []
    assert levels(notes(web(bridge="em0")), "bridge") == ["error"]


def test_jib_makes_its_bridge_itself() -> None:
    params = (("exec.prestart", ("jib addm web em1",)),)
    config = configured(params, "/etc/jail.conf")
    jib = Jail("web", "web", None, JailState.STOPPED, True, configured=config)
    assert notes(web(bridge="em1bridge"), jails=[jib]) == []
    assert levels(notes(web(bridge="em1bridge")), "bridge") == ["warning"]


def test_hooks_that_make_a_vlan_and_its_bridge_make_the_next_one_too() -> None:
    hooks = ("ifconfig em0.30 create up || true", "ifconfig bridge create name br30 || true")
    config = configured((("exec.prestart", hooks),), "/etc/jail.conf")
    jail = Jail("web", "web", None, JailState.STOPPED, True, configured=config)
    before = web(vlan=30, bridge="br30")
    assert notes(before, before, jails=[jail]) == notes(web(vlan=40, bridge="br40"), before, jails=[jail]) == []
    assert [note.field for note in notes(before)] == ["bridge", "vlan"]


@pytest.mark.parametrize("hook", ["ifconfig vlan create vlan 30 vlandev em0", "/sbin/ifconfig em0.30 create up"])
def test_ways_to_make_a_vlan(hook: str) -> None:
    config = configured((("exec.prestart", (hook,)),), "/etc/jail.conf")
    jail = Jail("web", "web", None, JailState.STOPPED, True, configured=config)
    assert notes(web(vlan=30), jails=[jail]) == []
    assert levels(notes(web(vlan=31), jails=[jail]), "vlan") == ["warning"]


def test_a_bridge_that_is_gone_after_a_boot() -> None:
    def said(persistent: bool | None) -> list[Note]:
        return notes(WEB, bridges=[Bridge("bridge0", mtu=1500, persistent=persistent)])

    assert texts(said(False)) == "bridge0 is gone after a boot: cloned_interfaces in rc.conf lacks it."
    assert said(None) == said(True) == []


def test_the_mtu_of_a_bridge() -> None:
    def said(release: str, mtu: int | None, members: tuple[str, ...] = ("em0",), bridge: int = 1500) -> list[str]:
        bridges = [Bridge("bridge0", members, mtu=bridge, persistent=True)]
        return levels(notes(web(mtu=mtu), release=release, bridges=bridges), "mtu")

    assert said("13.2-RELEASE", 9000) == ["error"]
    assert said("14.2-RELEASE", 9000) == said("15.1-RELEASE", 9000) == ["info"]
    assert said("13.2-RELEASE", 1500) == said("13.2-RELEASE", None) == []
    assert said("13.2-RELEASE", None, bridge=9000) == ["error"]
    assert said("15.1-RELEASE", None, bridge=9000) == []
    # The first member gives a bridge its MTU, and this jail's own end is no other one.
    assert said("13.2-RELEASE", 9000, ()) == said("13.2-RELEASE", 9000, ("epair154a",)) == []


def test_a_vlan_that_the_bridge_does_not_carry() -> None:
    def said(*vlans: Vlan, members: tuple[str, ...] = ("em0.20",)) -> str:
        bridges = [Bridge("bridge0", members, mtu=1500, persistent=True)]
        return texts(notes(web(vlan=20), vlans=vlans, bridges=bridges))

    assert said() == "There is no VLAN 20 on the host."
    assert said(Vlan("em0.20", 20, "em0")) == ""
    assert said(Vlan("dmz", 20, "em0")) == "VLAN 20 is dmz on the host, which is not in bridge0."
    assert said(Vlan("em0.20", 20, None)) == "em0.20, VLAN 20, has lost its parent."


def test_a_vlan_that_is_moved_in() -> None:
    def said(name: str, *vlans: Vlan, interfaces: Sequence[Interface] = ()) -> str:
        link = Link(name, name, vlan=20, release=True, release_safe=True)
        told = notes(View("web", True, (link,), unread=("sh x",)), vlans=vlans, interfaces=interfaces)
        return texts([note for note in told if note.field == "vlan"])

    assert said("em1.20") == "There is no em1 on the host, the parent of em1.20."
    assert said("em0.20") == ""
    assert said("em0.20", Vlan("dmz", 20, "em0")) == "VLAN 20 on em0 is dmz already."
    assert said("em0.20", Vlan("dmz", 20, "em1")) == ""
    assert said("em0.20", Vlan("em0.20", 20, "em0"), interfaces=[Interface("em0.20", "vlan", tag=20)]) == ""


# MACs, DHCP, the way back.


def test_a_mac_that_another_interface_has() -> None:
    mac = "02:00:00:00:01:0b"
    db = live("db", 5, interfaces=(Interface("epair155b", "epair", jid=5, ether=mac),))
    assert texts(notes(web(mac="02-00-00-00-01-0B"), jails=[db])) == f"{mac} is the MAC of db (jid 5)."
    assert texts(notes(web(mac="52:54:00:12:34:56"))) == "52:54:00:12:34:56 is the MAC of em0 on the host."
    other = View("mail", True, (Link("e0", mac=mac),))
    assert texts(notes(web(mac=mac), others=[other])) == f"{mac} is the MAC of mail."
    assert notes(web(mac=mac), jails=[replace(db, key="web", name="web")]) == []
    assert notes(web(mac="02:00:00:00:02:0b"), jails=[db], others=[other]) == notes(web(mac="random")) == []


def test_on_13_and_14_one_end_tells_the_mac_of_the_other() -> None:
    seen = End("epair7a", Where.HOST, ether="02:00:00:00:07:0a")
    lost = Epair("epair7", "epair7", seen, End(None, Where.LOST), "none", True, "", "db")
    asked = web(mac="02:00:00:00:07:0b")
    assert levels(notes(asked, epairs=[lost], release="14.2-RELEASE"), "mac") == ["warning"]
    assert notes(asked, epairs=[lost]) == []


def test_one_mac_twice_in_a_jail() -> None:
    mac = "02:00:00:00:01:0b"
    second = Link("em1", "em1", mac=mac, release=True, release_safe=True)
    asked = replace(WEB, links=(replace(LINK, mac=mac), second))
    assert levels(notes(asked, interfaces=[Interface("em1", "ether")]), "2.mac") == ["warning"]


def test_dhcp_and_an_address_exclude_each_other() -> None:
    asked = web(dhcp=True, rest={"ruleset": 11})
    assert notes(asked) == [Note("error", "DHCP and 192.168.1.154/24 can't both give the address.", "dhcp")]
    assert levels(notes(asked, WEB), "dhcp") == ["error"]
    assert notes(web(dhcp=True, addresses=("fd00::2/64",), rest={"ruleset": 11, "gateways": ()})) == []


@pytest.mark.parametrize("ruleset", [None, 1, 4, 5])
def test_dhcp_needs_bpf(ruleset: int | None) -> None:
    asked = web(dhcp=True, addresses=(), rest={"gateways": (), "ruleset": ruleset})
    (found,) = notes(asked)
    assert (found.level, found.field) == ("warning", "dhcp")
    assert "add path 'bpf*' unhide" in found.text
    assert f"ruleset {ruleset or 4} hides" in found.text
    assert notes(replace(asked, ruleset=11)) == []
    assert texts(notes(replace(asked, ruleset=11, mounts_devfs=False))) == (
        "DHCP needs /dev/bpf in the jail, and mount.devfs is not set."
    )


def test_a_ruleset_that_is_not_loaded_opens_all_of_dev() -> None:
    asked = web(rest={"ruleset": 12})
    text = "devfs ruleset 12 is not loaded: the jail sees all of /dev, kernel memory and disks too."
    assert notes(asked) == [Note("error", text, "")]
    assert notes(asked, rulesets="4\n12\n") == notes(asked, rulesets=None) == []
    assert notes(replace(asked, mounts_devfs=False)) == []
    assert levels(notes(web(rest={"ruleset": 3})), "") == ["error"]


def test_the_way_back_out_of_the_jail() -> None:
    (off,) = notes(web(release=False))
    assert (off.level, off.field) == ("info", "release")
    (unsafe,) = notes(web(release_safe=False))
    assert (unsafe.level, unsafe.field) == ("warning", "release")
    assert "|| true" in unsafe.text


def test_two_jails_with_one_id() -> None:
    ids = {"web": "154", "db": "154", "mail": "155"}
    assert notes(WEB, ids=ids) == [Note("warning", "db has the id 154 too.", "id")]
    assert notes(WEB, ids={**ids, "web": "156"}) == notes(WEB, ids={**ids, "web": ""}) == []
