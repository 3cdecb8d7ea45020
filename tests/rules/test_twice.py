"""Addresses and MACs that two have: on the host, in jails, and by their configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.model.state import Address, Bridge, Interface, Jail, JailState
from tests.support.contexts import BOOT, context, findings, found
from tests.support.epair_hosts import near, pair, within
from tests.support.jail_hosts import fill, house, inside, running, template

WEB = template("web")
DB = template("db", 155)
SAME = template("db", 155, **{"192.168.1.${id}/24": "192.168.1.154/24"})
MAC = "58:9c:fc:10:85:6e"


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def jail(text: str, name: str, jid: int, *has: Interface, bridge: str = "bridge0", **more: Any) -> Jail:
    return running(text, name, jid, *has, bridges=(bridge,), **more)


def everywhere(*jails: Jail) -> tuple[Interface, ...]:
    """The interfaces in these jails, as the state has them."""
    return tuple(one for it in jails for one in it.interfaces or ())


def test_two_running_jails_have_one_address() -> None:
    web = jail(WEB + SAME, "web", 4, inside("epair154b", 4, "192.168.1.154/24"))
    db = jail(WEB + SAME, "db", 5, inside("epair155b", 5, "192.168.1.154/24"))
    one = context(WEB + SAME, running=[web, db], interfaces=everywhere(web, db))
    told = found(one, "ADDR-TWICE")
    assert [(it.severity, it.confidence, it.subject.key) for it in told] == [
        ("error", "certain", "web"),
        ("error", "certain", "db"),
    ]
    assert told[0].text == "192.168.1.154 is used by web and by db (jid 5) on epair155b."
    assert [it.source for it in told[0].evidence] == ["jexec 4 ifconfig epair154b", "jexec 5 ifconfig epair155b"]


def test_configured_jails_are_told_of_the_other_only() -> None:
    told = found(context(WEB + SAME), "ADDR-TWICE")
    assert [(it.subject.key, it.text.partition(":")[0]) for it in told] == [
        ("web", "192.168.1.154 is also configured for db"),
        ("db", "192.168.1.154 is also configured for web"),
    ]


def test_jails_in_different_bridges_may_have_one_address() -> None:
    web = jail(WEB + SAME, "web", 4, inside("epair154b", 4, "192.168.1.154/24"))
    db = jail(WEB + SAME, "db", 5, inside("epair155b", 5, "192.168.1.154/24"), bridge="bridge7")
    told = found(context(WEB + SAME, running=[web, db], interfaces=everywhere(web, db)), "ADDR-TWICE")
    assert {it.severity for it in told} == {"note"}


def test_routers_that_share_one_bridge_may_have_one_address_in_others() -> None:
    """The segment is that of the interface that has the address, and not of all the jail's."""
    jails = [
        running(WEB, name, jid, inside("wan", jid, f"192.168.1.{jid}/24"), inside("lan", jid, "10.0.0.1/24"),
                bridges=("bridge0", lan))
        for name, jid, lan in (("ra", 4, "bridge1"), ("rb", 5, "bridge2"))
    ]  # fmt: skip
    pairs = tuple(
        pair(near(f"{inner}{jid}a", bridge=bridge), within(inner, jail.name, jid), f"{inner}{jid}")
        for jail, jid, lan in ((jails[0], 4, "bridge1"), (jails[1], 5, "bridge2"))
        for inner, bridge in (("wan", "bridge0"), ("lan", lan))
    )
    one = context(running=jails, interfaces=everywhere(*jails), epairs=pairs)
    assert {it.severity for it in found(one, "ADDR-TWICE")} == {"note"}
    joined = tuple(it._replace(a=it.a._replace(bridge="bridge0")) for it in pairs)
    one = context(running=jails, interfaces=everywhere(*jails), epairs=joined)
    assert {it.severity for it in found(one, "ADDR-TWICE")} == {"error"}


def test_nested_jails_are_joined_by_the_bridge_of_the_jail_around_them() -> None:
    """Two jails with one address, each in a bridge of its own outer jail, which leads to the host's or does not."""
    outer = [running(WEB, name, jid, inside("up", jid)) for name, jid in (("oa", 1), ("ob", 2))]
    inner = [running(WEB, name, jid, inside("in", jid, "10.0.0.9/24")) for name, jid in (("oa.i", 3), ("ob.i", 4))]
    pairs = [pair(near(f"up{jid}a"), within("up", name, jid), f"up{jid}") for name, jid in (("oa", 1), ("ob", 2))]
    pairs += [
        pair(within("port", outer[at].name, at + 1), within("in", inner[at].name, at + 3), f"in{at}") for at in (0, 1)
    ]

    def told(*members: str) -> set[str]:
        bridges = tuple(Interface("bridge0", "bridge", jid, up=True, members=members) for jid in (1, 2))
        interfaces = (*everywhere(*outer, *inner), *bridges)
        one = context(running=[*outer, *inner], interfaces=interfaces, epairs=tuple(pairs))
        return {it.severity for it in found(one, "ADDR-TWICE")}

    assert told("port") == {"note"}
    assert told("port", "up") == {"error"}


def test_address_that_carp_hands_over_is_shared_by_design() -> None:
    shared = Address("192.168.1.200", 32, flags=("vhid 1",))
    hook = 'inet ${ip} up"; exec.start += "ifconfig ${epair}b inet vhid 1 pass x alias 192.168.1.200/32'
    text = template("web", **{"inet ${ip} up": hook}) + template("db", 155, **{"inet ${ip} up": hook})
    web = jail(text, "web", 4, inside("epair154b", 4, addresses=(shared,)))
    db = jail(text, "db", 5, inside("epair155b", 5, addresses=(shared,)))
    assert found(context(text, running=[web, db], interfaces=everywhere(web, db)), "ADDR-TWICE") == ()
    assert found(context(text, running=[web], interfaces=everywhere(web)), "ADDR-TWICE") == ()
    plain = jail(text, "db", 5, inside("epair155b", 5, "192.168.1.200/32"))
    told = found(context(text, running=[web, plain], interfaces=everywhere(web, plain)), "ADDR-TWICE")
    assert {it.severity for it in told} == {"error"}


def test_two_interfaces_of_the_host_have_one_address() -> None:
    nics = tuple(Interface(name, "ether", up=True, addresses=(Address("10.0.0.1", 24),)) for name in ("em0", "em1"))
    (finding,) = found(context(interfaces=nics), "ADDR-TWICE")
    assert (finding.severity, finding.subject.key) == ("warning", "em0")
    assert finding.text.startswith("10.0.0.1 is used by the host on em0 and by the host on em1")
    assert found(context(interfaces=nics[:1]), "ADDR-TWICE") == ()


def test_host_has_the_address_of_a_running_jail() -> None:
    web = jail(WEB, "web", 4, inside("epair154b", 4, "192.168.1.154/24"))
    nic = Interface("em0", "ether", up=True, addresses=(Address("192.168.1.154", 24),))
    bridge = Bridge("bridge0", ("em0", "epair154a"), up=True)
    told = found(context(WEB, running=[web], interfaces=(nic, *everywhere(web)), bridges=(bridge,)), "ADDR-TWICE")
    assert [(it.severity, it.subject.key) for it in told] == [("error", "web")]
    assert "by the host on em0" in told[0].text


def test_stopped_jail_with_the_address_of_a_running_one_is_likely_only() -> None:
    web = jail(WEB + SAME, "web", 4, inside("epair154b", 4, "192.168.1.154/24"))
    told = found(context(WEB + SAME, running=[web], interfaces=everywhere(web)), "ADDR-TWICE")
    assert {(it.severity, it.confidence, it.subject.key) for it in told} == {
        ("warning", "likely", "web"),
        ("warning", "likely", "db"),
    }
    assert "used by web and configured for db:" in next(it.text for it in told if it.subject.key == "web")


def test_two_jails_at_rest_of_which_the_boot_starts_one_are_a_guess() -> None:
    told = found(context(WEB + SAME, rcconf={**BOOT, "jail_list": "web"}), "ADDR-TWICE")
    assert {(it.severity, it.confidence) for it in told} == {("note", "guess")}
    told = found(context(WEB + SAME), "ADDR-TWICE")
    assert {(it.severity, it.confidence) for it in told} == {("warning", "likely")}


def test_ipv6_is_compared_however_it_is_written() -> None:
    web = jail(WEB, "web", 4, inside("epair154b", 4, "fd00::9/64"))
    other = template("db", 155, **{"inet ${ip}": "inet6 FD00:0::9/64"})
    told = found(context(WEB + other, running=[web], interfaces=everywhere(web)), "ADDR-TWICE")
    assert {it.subject.key for it in told} == {"web", "db"}


def test_jails_without_vnet_share_the_hosts_address_by_design() -> None:
    text = "old { path = /old; ip4.addr = em0|192.168.1.60/32; persist; }\n"
    old = jail(text, "old", 6, vnet=False, interfaces=(), addresses=(Address("192.168.1.60"),))
    nic = Interface("em0", "ether", up=True, addresses=(Address("192.168.1.60", 32),))
    assert found(context(text, running=[old], interfaces=(nic,)), "ADDR-TWICE") == ()
    two = text + text.replace("old", "new")
    new = jail(two, "new", 7, vnet=False, interfaces=(), addresses=(Address("192.168.1.60"),))
    told = found(context(two, running=[old, new], interfaces=(nic,)), "ADDR-TWICE")
    assert {(it.severity, it.subject.key) for it in told} == {("note", "old"), ("note", "new")}


def test_what_every_stack_has_or_that_is_not_there_does_not_count() -> None:
    link = (Address("fe80::1", 64, "inet6"),)
    tunnel = ("10.8.0.2/24",)
    web = jail(WEB, "web", 4, inside("epair154b", 4, addresses=link), inside("wg0", 4, *tunnel, kind="wg"))
    db = jail(DB, "db", 5, inside("epair155b", 5, addresses=link), inside("wg0", 5, *tunnel, kind="wg"))
    gone = Jail("old", "old", 3, JailState.DYING, True, addresses=(Address("192.168.1.155"),))
    assert found(context(WEB + DB, running=[web, db, gone], interfaces=everywhere(web, db)), "ADDR-TWICE") == ()


def test_dhcp_by_configuration_does_not_count() -> None:
    lease = template(
        "db", 155, **{"inet ${ip} up": "inet 192.168.1.154/24 up", '/bin/sh /etc/rc"': '/sbin/dhclient ${epair}b"'}
    )
    assert found(context(WEB + lease), "ADDR-TWICE") == ()


def test_jails_of_the_template_have_addresses_of_their_own() -> None:
    assert found(context(WEB + DB), "ADDR-TWICE") == ()


def test_address_is_changed_by_the_form(tmp_path: Path) -> None:
    host = house(tmp_path / "host", WEB + SAME, "web", "db")
    host.ask("jail", "-c", "web")
    host.ask("jail", "-c", "db")
    backend = host.backend()
    told = findings(backend, "ADDR-TWICE")
    assert {(it.severity, it.subject.key) for it in told} == {("error", "web"), ("error", "db")}
    fill(backend, next(it for it in told if it.subject.key == "db"), "192.168.1.77/24", restart=True)
    assert findings(backend, "ADDR-TWICE") == ()


def with_mac(name: str, number: int, mac: str) -> str:
    return template(
        name,
        number,
        **{'inet ${ip} up";': f'inet ${{ip}} up"; exec.start += "/sbin/ifconfig ${{epair}}b ether {mac}";'},
    )


def test_two_running_jails_have_one_mac() -> None:
    web = jail(WEB + DB, "web", 4, inside("epair154b", 4, "192.168.1.154/24", ether="02:00:00:00:00:0b", mac=MAC))
    db = jail(WEB + DB, "db", 5, inside("epair155b", 5, "192.168.1.155/24", ether=MAC))
    told = found(context(WEB + DB, running=[web, db], interfaces=everywhere(web, db)), "MAC-TWICE")
    assert {(it.severity, it.subject.key) for it in told} == {("error", "web"), ("error", "db")}
    assert told[0].evidence[0].said == f"ether {MAC}"


def test_mac_that_was_changed_is_not_the_one_it_was_made_with() -> None:
    web = jail(WEB + DB, "web", 4, inside("epair154b", 4, ether=MAC, mac="02:00:00:00:00:0b"))
    db = jail(WEB + DB, "db", 5, inside("epair155b", 5, ether=MAC))
    assert found(context(WEB + DB, running=[web, db], interfaces=everywhere(web, db)), "MAC-TWICE") == ()


def test_two_interfaces_of_the_host_have_one_mac() -> None:
    nics = (Interface("em0", "ether", ether=MAC), Interface("em1", "ether", ether=MAC.upper()))
    (finding,) = found(context(WEB, interfaces=nics), "MAC-TWICE")
    assert (finding.severity, finding.subject.kind, finding.subject.key) == ("warning", "interface", "em0")
    assert "em1" in finding.text


def test_macs_that_are_shared_by_design() -> None:
    shared = (
        Interface("em0", "ether", ether=MAC),
        Interface("em0.10", "vlan", ether=MAC, tag=10, parent="em0"),
        Interface("bridge0", "bridge", ether=MAC, members=("em0",)),
    )
    assert found(context(WEB, interfaces=shared), "MAC-TWICE") == ()
    lagg = (*(Interface(name, "ether", ether=MAC) for name in ("em0", "em1")), Interface("lagg0", "lagg", ether=MAC))
    assert found(context(WEB, interfaces=lagg), "MAC-TWICE") == ()


def test_mac_in_two_configurations() -> None:
    both = with_mac("web", 154, MAC) + with_mac("db", 155, MAC.upper())
    told = found(context(both), "MAC-TWICE")
    assert {(it.severity, it.confidence, it.subject.key) for it in told} == {
        ("warning", "likely", "web"),
        ("warning", "likely", "db"),
    }
    assert found(context(with_mac("web", 154, MAC) + with_mac("db", 155, "random")), "MAC-TWICE") == ()


def test_mac_is_changed_by_the_form(tmp_path: Path) -> None:
    both = with_mac("web", 154, MAC) + with_mac("db", 155, MAC)
    host = house(tmp_path / "host", both, "web", "db")
    host.ask("jail", "-c", "web")
    host.ask("jail", "-c", "db")
    backend = host.backend()
    told = findings(backend, "MAC-TWICE")
    assert {(it.severity, it.subject.key) for it in told} == {("error", "web"), ("error", "db")}
    fill(backend, next(it for it in told if it.subject.key == "db"), "02:00:00:00:07:0b", restart=True)
    assert findings(backend, "MAC-TWICE") == ()
