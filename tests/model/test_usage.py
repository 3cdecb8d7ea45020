"""The one index of who uses what: the kernel's uses and the files', and a draft of it that copies nothing."""

from __future__ import annotations

from typing import Any

import pytest

from jailtui.config.world import World, world
from jailtui.jailconf import choose
from jailtui.model.state import Address, End, Epair, HostFacts, HostState, Interface, Jail, JailState, Where
from jailtui.model.usage import Kind, UsageIndex, Use, file_uses

MAC = "02:00:00:00:01:0b"
TEXT = """web {
    path = /jails/web; vnet; jid = 7;
    vnet.interface = "epair154b";
    exec.prestart = "ifconfig epair154 create up", "ifconfig bridge0 addm epair154a";
    exec.start = "ifconfig epair154b ether 02:00:00:00:01:0b", "ifconfig epair154b inet 192.168.1.154/24 up",
        "route add default 192.168.1.1";
}
old { path = /jails/old; ip4.addr = "em0|192.168.1.60/32"; }
"""
EM0 = Interface("em0", "ether", ether="52:54:00:12:34:56", addresses=(Address("192.168.1.50", 24),))


def configured(text: str = TEXT) -> World:
    return world(choose({"/etc/jail.conf": text.encode()}, "15", {}))


def host(
    *interfaces: Interface, jails: tuple[Jail, ...] = (), epairs: tuple[Epair, ...] = (), major: str = "15.1"
) -> HostState:
    return HostState(HostFacts("nas", release=f"{major}-RELEASE"), jails, epairs, interfaces=(EM0, *interfaces))


def texts(index: UsageIndex, kind: Kind, value: str) -> list[str]:
    return [use.text for use in index.users(kind, value)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", "192.168.1.154"),
        ("gateway", "192.168.1.1"),
        ("mac", MAC),
        ("name", "epair154"),
        ("name", "epair154a"),
        ("name", "epair154b"),
        ("bridge", "bridge0"),
        ("path", "/jails/web"),
        ("jid", "7"),
    ],
)
def test_a_file_says_what_its_jail_will_use(kind: Kind, value: str) -> None:
    index = UsageIndex(host(), configured().jails)
    (use,) = index.users(kind, value)
    assert (use.jail, use.by, use.live, use.text) == ("web", "file", False, "web, by its configuration")
    assert (kind, value, use) in index.by_file("web")
    assert index.users(kind, "another") == ()


def test_the_kernel_says_what_the_host_and_jails_use_now() -> None:
    inside = Interface("epair154b", "epair", jid=4, ether=MAC, addresses=(Address("192.168.1.154", 24),))
    web = Jail("web", "web", 4, JailState.RUNNING, True, path="/jails/web", interfaces=(inside,))
    index = UsageIndex(host(inside, jails=(web,)), ())
    assert texts(index, "address", "192.168.1.50") == ["the host on em0"]
    assert texts(index, "address", "192.168.1.154") == texts(index, "mac", MAC) == ["web (jid 4) on epair154b"]
    assert texts(index, "path", "/jails/web") == texts(index, "jid", "4") == ["web (jid 4)"]
    assert texts(index, "name", "em0") == ["the host on em0"]
    assert texts(index, "name", "epair154b") == []


def test_a_jail_without_vnet_and_a_dying_one_are_told_by_jls() -> None:
    old = Jail("old", "old", 6, JailState.RUNNING, False, addresses=(Address("192.168.1.60"),))
    gone = Jail("gone#3", "gone", 3, JailState.DYING, True, path="/jails/gone", addresses=(Address("192.168.1.61"),))
    index = UsageIndex(host(jails=(old, gone)), ())
    (use,) = index.users("address", "192.168.1.60")
    assert (use.vnet, use.text) == (False, "old (jid 6)")
    assert texts(index, "address", "192.168.1.61") == ["gone (jid 3, dying)"]
    assert texts(index, "path", "/jails/gone") == []


def test_addresses_of_every_stack_and_of_tunnels_in_jails_are_nobodys() -> None:
    own = (Address("127.0.0.1", 8), Address("::1", 128, "inet6"), Address("fe80::1%lo0", 64, "inet6"))
    tunnel = Interface("wg0", "wg", jid=4, addresses=(Address("10.8.0.2", 24),))
    web = Jail("web", "web", 4, JailState.RUNNING, True, interfaces=(tunnel,))
    index = UsageIndex(host(Interface("lo0", "loopback", addresses=own), tunnel, jails=(web,)), ())
    values = ("127.0.0.1", "::1", "fe80::1", "fe80::1%lo0", "10.8.0.2")
    assert [value for value in values if index.users("address", value)] == []


def test_macs_that_are_shared_by_design_do_not_count() -> None:
    shared = [
        Interface(name, kind, ether=MAC) for name, kind in (("em1", "ether"), ("lagg0", "lagg"), ("br", "bridge"))
    ]
    assert UsageIndex(host(*shared), ()).users("mac", MAC) == ()
    assert texts(UsageIndex(host(shared[0]), ()), "mac", MAC) == ["the host on em1"]
    changed = shared[0]._replace(mac="02:00:00:00:09:09")
    assert UsageIndex(host(changed), ()).users("mac", MAC) == ()


def test_a_pair_keeps_its_number_whatever_its_ends_are_called_and_one_end_tells_the_other_s_mac() -> None:
    end = Interface("e0a_web", "epair", drivername="epair9", ether="02:00:00:00:07:0a")
    seen = End("e0a_web", Where.HOST, ether="02:00:00:00:07:0a")
    pair = Epair("epair9", "epair9", seen, End(None, Where.LOST), "none", True, "", "web")
    index = UsageIndex(host(end, epairs=(pair,), major="14.2"), ())
    assert {use.owner for name in ("e0a_web", "epair9") for use in index.users("name", name)} == {"web"}
    assert texts(index, "mac", "02:00:00:00:07:0b") == ["the host on the other end of e0a_web"]
    assert UsageIndex(host(end, epairs=(pair,)), ()).users("mac", "02:00:00:00:07:0b") == ()
    inside = pair._replace(a=End("a", Where.JAIL, "x", 5), b=End("b", Where.JAIL, "x", 5))
    assert UsageIndex(host(epairs=(inside,)), ()).users("name", "epair9") == ()


def test_an_address_beside_dhcp_does_not_count_and_one_of_carp_floats() -> None:
    text = TEXT.replace('"route add default 192.168.1.1"', '"dhclient epair154b"')
    assert UsageIndex(host(), configured(text).jails).users("address", "192.168.1.154") == ()
    carp = Address("192.168.1.9", 32, flags=("vhid 1",))
    (use,) = UsageIndex(host(Interface("em1", "ether", addresses=(carp,))), ()).users("address", "192.168.1.9")
    assert use.floating


def test_a_draft_has_what_is_drafted_instead_of_what_the_jail_has() -> None:
    inside = Interface("epair154b", "epair", jid=4, addresses=(Address("192.168.1.154", 24),))
    web = Jail("web", "web", 4, JailState.RUNNING, True, interfaces=(inside,))
    state = host(inside, jails=(web,))
    index = UsageIndex(state, configured().jails)
    after = configured(TEXT.replace("192.168.1.154", "192.168.1.60")).jails
    drafted = index.drafted(state, [jail for jail in after if jail.name == "web"], frozenset(["web"]))
    assert len(index.users("address", "192.168.1.154")) == 2
    assert drafted.users("address", "192.168.1.154") == ()
    assert texts(drafted, "address", "192.168.1.60") == ["old, by its configuration", "web, by its configuration"]
    assert list(drafted.values("address", ["web"])) == ["192.168.1.60"]
    assert drafted.by_file("old") == index.by_file("old")
    gone = index.drafted(state, (), frozenset(["web"]))
    assert gone.by_file("web") == gone.users("name", "epair154") == ()


def test_an_interface_of_the_host_as_it_would_be() -> None:
    state = host(Interface("bridge1", "bridge", addresses=(Address("10.0.0.1", 24),)))
    index = UsageIndex(state, ())
    drafted = index.with_interface(state, Interface("bridge1", "bridge", addresses=(Address("192.168.1.50", 24),)))
    assert drafted.users("address", "10.0.0.1") == ()
    assert texts(drafted, "address", "192.168.1.50") == ["the host on em0", "the host on bridge1"]
    assert list(drafted.values("address", [""])) == ["192.168.1.50"]


def test_values_that_several_use_and_who_has_one() -> None:
    both = TEXT + TEXT.replace("web", "db").replace("old {", "new {").replace("154b", "155b")
    index = UsageIndex(host(), configured(both).jails)
    assert set(index.values("address")) == {"192.168.1.154", "192.168.1.60"}
    assert [index.owner("name", name) for name in ("epair154", "em0", "em9")] == ["web", "the host", ""]


def test_each_use_is_told_whole() -> None:
    """What a file and the kernel say of one jail, with every field."""
    web, old = configured().jails
    uses = {(kind, value): use for kind, value, use in file_uses(web)}
    linked: dict[str, Any] = {"interface": "epair154b", "bridge": "bridge0"}
    assert uses["address", "192.168.1.154"] == Use("file", "web", "web", **linked)
    assert uses["name", "epair154b"] == Use("file", "web", "web", **linked)
    assert uses["path", "/jails/web"] == Use("file", "web", "web")
    assert next(file_uses(old))[2].vnet is False
    tagged = configured(TEXT.replace("addm epair154a", "addm epair154a untagged 10"))
    assert UsageIndex(host(), tagged.jails).users("vlan", "10") == (Use("file", "web", "web", **linked),)
    tap = Interface("tap0", "tap", mac=MAC)
    live = Jail("web", "web", 4, JailState.RUNNING, True, path="/jails/web/", bridges=("bridge0",))
    pair = Epair("k", "epair9", End("epair9a", Where.HOST), End("b", Where.JAIL, "web", 4), "none", False, "", "web")
    index = UsageIndex(host(tap, jails=(live,), epairs=(pair,)), ())
    assert index.users("mac", MAC) == (Use("kernel", key="tap0", interface="tap0"),)
    of_jail = ("web", "web", 4)
    assert index.users("jid", "4") == (Use("kernel", *of_jail),)
    assert index.users("path", "/jails/web") == (Use("kernel", *of_jail),)
    assert index.users("bridge", "bridge0") == (Use("kernel", *of_jail),)
    assert index.users("name", "epair9") == (Use("kernel", key="k", interface="epair9", owner="web"),)
