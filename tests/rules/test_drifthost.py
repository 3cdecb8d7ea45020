"""Drift of bridges and VLANs: what they are now, and what rc.conf makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.model.state import Address, Bridge, Interface, Jail, JailState, Port
from jailtui.rules.drifthost import vlan_set
from jailtui.rules.finding import Finding
from tests.support.contexts import context, findings, found
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import apply, fill
from tests.support.link_hosts import address, bridge, nic, vlan
from tests.support.releases import OLD_AND_NEW

RC = """\
jail_enable="YES"
cloned_interfaces="bridge0"
ifconfig_em0="up"
ifconfig_bridge0="inet 192.168.1.10/24 addm em0 up"
ifconfig_bridge0_alias0="inet 192.168.1.11 netmask 255.255.255.255"
vlans_em0="20"
ifconfig_em0_20="inet 10.20.0.1/24 up"
"""


@pytest.fixture(params=OLD_AND_NEW)
def host(tmp_path: Path, request: pytest.FixtureRequest) -> Embedded:
    """A host that is as its rc.conf makes it."""
    one = Embedded(tmp_path / "host", {"/etc/rc.conf": RC.encode()}, release=request.param)
    one.ask("ifconfig", "em0", "inet", "192.168.1.10", "-alias")
    one.ask("ifconfig", "bridge0", "create")
    one.ask("ifconfig", "bridge0", "inet", "192.168.1.10/24", "addm", "em0", "up")
    one.ask("ifconfig", "bridge0", "inet", "192.168.1.11/32", "alias")
    one.ask("ifconfig", "em0.20", "create", "inet", "10.20.0.1/24", "up")
    return one


def drift(backend: HostBackend) -> list[Finding]:
    return [one for one in findings(backend) if one.code in ("DRIFT-BRIDGE", "DRIFT-VLAN")]


def test_host_as_its_rc_conf_has_none(host: Embedded) -> None:
    assert drift(host.backend()) == []


def test_address_by_hand_is_lost_at_boot_until_it_is_written(host: Embedded) -> None:
    host.ask("ifconfig", "bridge0", "inet6", "fd00::1/64")
    backend = host.backend()
    (finding,) = drift(backend)
    assert (finding.code, finding.drift, finding.severity) == ("DRIFT-BRIDGE", "reboot", "warning")
    assert finding.text == "bridge0 loses fd00::1/64 after a reboot: rc.conf does not set it."
    assert [one.source for one in finding.evidence] == ["ifconfig bridge0", "/etc/rc.conf"]
    assert finding.evidence[1].said == 'ifconfig_bridge0="inet 192.168.1.10/24 addm em0 up"'
    fill(backend, finding, "on")
    assert drift(backend) == []


def test_address_that_went_comes_back_now(host: Embedded) -> None:
    host.ask("ifconfig", "em0.20", "inet", "10.20.0.1", "-alias")
    backend = host.backend()
    (finding,) = drift(backend)
    assert (finding.code, finding.drift, finding.subject.kind) == ("DRIFT-VLAN", "live", "vlan")
    assert finding.text == "em0.20 lacks 10.20.0.1/24, which rc.conf sets at boot."
    apply(backend, finding.remedies[0])
    assert drift(backend) == []


def test_member_by_hand_is_lost_at_boot(host: Embedded) -> None:
    host.ask("ifconfig", "em0.20", "inet", "10.20.0.1", "-alias")
    host.ask("sysrc", "ifconfig_em0_20=up")
    host.ask("ifconfig", "bridge0", "addm", "em0.20")
    backend = host.backend()
    (finding,) = drift(backend)
    assert finding.text == "bridge0 loses em0.20 after a reboot: rc.conf does not add it."
    host.ask("sysrc", "autobridge_bridge0=em0.*")
    assert drift(host.backend()) == [], "autobridge_interfaces adds it"
    host.ask("sysrc", "-x", "autobridge_bridge0")
    fill(backend, finding, "on")
    assert drift(backend) == []


def test_member_of_another_bridge_now(host: Embedded) -> None:
    host.ask("ifconfig", "bridge0", "deletem", "em0")
    assert drift(host.backend()) == [], "in no bridge at all it is BRIDGE-MEMBER-GONE"
    host.ask("ifconfig", "bridge1", "create")
    host.ask("ifconfig", "bridge1", "addm", "em0", "up")
    (finding,) = drift(host.backend())
    assert finding.text == "em0 is in bridge1 now, but in bridge0 after a reboot."


def test_mtu_and_description(host: Embedded) -> None:
    host.ask("sysrc", "ifconfig_em0_20=inet 10.20.0.1/24 mtu 1400 up")
    host.ask("ifconfig", "bridge0", "descr", "uplink")
    backend = host.backend()
    described, resized = drift(backend)
    if described.severity != "note":
        described, resized = resized, described
    assert (described.text, described.severity) == ("bridge0 has another description after a reboot.", "note")
    assert resized.text == "em0.20 has MTU 1500 now, but 1400 after a reboot."
    fill(backend, described, "on")
    fill(backend, resized, "on")
    assert drift(backend) == []


def test_vlan_filter_is_lost_at_boot_until_it_is_written(tmp_path: Path) -> None:
    rc = RC.replace("vlans_em0", "#")
    host = Embedded(tmp_path / "host", {"/etc/rc.conf": rc.encode()}, release="15.1")
    host.ask("ifconfig", "em0", "inet", "192.168.1.10", "-alias")
    host.ask("ifconfig", "bridge0", "create")
    host.ask("ifconfig", "bridge0", "inet", "192.168.1.10/24", "addm", "em0", "up")
    host.ask("ifconfig", "bridge0", "inet", "192.168.1.11/32", "alias")
    host.ask("ifconfig", "bridge0", "vlanfilter", "ifuntagged", "em0", "1")
    backend = host.backend()
    (finding,) = drift(backend)
    assert finding.text == "bridge0 filters by VLAN now, but does not after a reboot."
    fill(backend, finding, "on")
    assert drift(backend) == []
    host.ask("ifconfig", "bridge0", "iftagged", "em0", "20")
    (finding,) = drift(backend)
    assert finding.text == "bridge0 passes other VLANs for em0 after a reboot."


# What the embedded host can't be made to show.


def pure(one: Interface, rcconf: dict[str, str], text: str = "", **state: Any) -> list[str]:
    it = context(
        text,
        rcconf={"cloned_interfaces": "bridge0", **rcconf},
        interfaces=(nic("em0"), one),
        bridges=(Bridge("bridge0", one.members),),
        **state,
    )
    return [finding.text for finding in found(it, "DRIFT-BRIDGE")]


def test_addresses_of_others_are_none_on_pure_ground() -> None:
    one = bridge("bridge0", "em0", addresses=("192.168.1.10/24",))
    line = "addm em0 up"
    assert pure(one, {"ifconfig_bridge0": line}) != []
    assert pure(one, {"ifconfig_bridge0": f"{line} SYNCDHCP"}) == []
    lent = Jail("a", "a", 1, JailState.RUNNING, False, addresses=(Address("192.168.1.10"),))
    assert pure(one, {"ifconfig_bridge0": line}, running=[lent]) == []
    hook = 'web {{ path = /jails/web; exec.{} = "{}"; }}'
    assert pure(one, {"ifconfig_bridge0": line}, hook.format("prestart", "ifconfig bridge0 inet 192.168.1.10/24")) == []
    assert pure(one, {"ifconfig_bridge0": line}, hook.format("prestart", "/root/give 192.168.1.10")) == []
    assert pure(one, {"ifconfig_bridge0": line}, hook.format("start", "route add default 192.168.1.10")) != []
    assert pure(one, {"ifconfig_bridge0": line}, hook.format("start", "ifconfig lo0 192.168.1.10/32")) != []


@pytest.mark.parametrize(
    "rcconf",
    [
        {"ifconfig_bridge0": "addm em0 inet 192.168.1.10 up"},
        {"ifconfig_bridge0": "addm em0", "ifconfig_bridge0_aliases": "inet 192.168.1.8-12/24"},
        {"ifconfig_bridge0": "addm em0", "ifconfig_bridge0_alias3": "192.168.1.10 netmask 0xffffff00"},
        {"ifconfig_DEFAULT": "addm em0 SYNCDHCP"},
    ],
)
def test_address_in_another_spelling_is_none_on_pure_ground(rcconf: dict[str, str]) -> None:
    assert pure(bridge("bridge0", "em0", addresses=("192.168.1.10/24",)), rcconf) == []


def test_member_that_a_hook_adds_is_none_on_pure_ground() -> None:
    one = bridge("bridge0", "em0")
    assert pure(one, {"ifconfig_bridge0": "up"}) == [
        "bridge0 loses em0 after a reboot: rc.conf does not add it.",
    ]
    assert pure(one, {"ifconfig_bridge0": "up"}, 'w { exec.prestart = "ifconfig bridge0 addm em0"; path = /w; }') == []
    echo = 'w { exec.prestart = "echo em0"; exec.start = "ifconfig em0 up"; path = /w; }'
    assert len(pure(one, {"ifconfig_bridge0": "up"}, echo)) == 1, "neither touches the host's em0"
    jails = bridge("bridge0", "epair1a", "tap0")
    assert pure(jails, {"ifconfig_bridge0": "up"}) == []


def test_unread_rc_conf_and_foreign_bridges_are_silent_on_pure_ground() -> None:
    one = bridge("bridge7", "em0", addresses=("10.0.0.1/8",))
    assert pure(one, {}) == []
    assert found(context(rcconf=None, interfaces=(nic("em0"), one)), "DRIFT-BRIDGE") == ()


def test_ports_that_filter_as_in_rc_conf_are_none_on_pure_ground() -> None:
    told = {"ifconfig_bridge0": "vlanfilter addm em0 untagged 1 tagged 20-30 up"}
    one = Interface("bridge0", "bridge", up=True, mtu=1500, members=("em0",), filtering=True)
    ports = (Port("em0", 1, "20-30"),)
    assert pure(Interface("bridge0", "bridge", members=("em0",), filtering=True, ports=ports), told) == []
    respelled = {"ifconfig_bridge0": "vlanfilter defuntagged 1 addm em0 tagged 20,21,22-30 up"}
    assert pure(Interface("bridge0", "bridge", members=("em0",), filtering=True, ports=ports), respelled) == []
    assert pure(one, told) == ["bridge0 passes other VLANs for em0 after a reboot."]


# Several things at once, and what is beside them.

FULL = {
    "cloned_interfaces": "bridge0 epair7 tap3",
    "ifconfig_bridge0": "inet 10.0.0.1/24 mtu 1400 up",
    "ifconfig_bridge0_alias0": "inet 10.0.0.2/32",
    "ifconfig_bridge0_ipv6": "inet6 fd00::1/64",
    "ifconfig_bridge0_descr": "uplink",
    "autobridge_bridge0": "em2 em3*",
    "vlans_em0": "20 dmz",
    "create_args_dmz": "vlan 30",
    "vlans_em_x": "40 lab",
    "create_args_lab": "vlan 50",
}
MEMBERS = (
    "em1",
    "em0",
    "em31",
    "epair7a",
    "epair7b",
    "epair8a",
    "tap3",
    "tap31",
    "tap9",
    "em0.20",
    "dmz",
    "em.x.40",
    "lab",
)
LANS = (
    *(nic(name) for name in ("em0", "em1", "em2", "em31", "em.x")),
    *(Interface(name, "epair", mtu=1500) for name in ("epair7a", "epair7b", "epair8a")),
    *(Interface(name, "tap", mtu=1500) for name in ("tap3", "tap31", "tap9")),
    vlan("em0.20", 20, "em0"),
    vlan("dmz", 30, "em0"),
    vlan("em.x.40", 40, "em.x"),
    vlan("lab", 50, "em.x"),
    vlan("em0.60", 60, "em0")._replace(addresses=(address("10.6.0.1/24"),)),
    vlan("stray", 7, None)._replace(addresses=(address("10.7.0.1/24"),)),
)


def of_bridge(rcconf: dict[str, str], *interfaces: Interface, text: str = "") -> list[str]:
    """What is found of bridges, in their order."""
    bridges = tuple(Bridge(one.name, one.members) for one in interfaces if one.kind == "bridge")
    one = context(text, rcconf=rcconf, interfaces=interfaces, bridges=bridges)
    return [finding.text for finding in found(one, "DRIFT-BRIDGE")]


def test_members_of_every_kind_that_a_boot_makes_are_lost_on_pure_ground() -> None:
    one = bridge("bridge0", *MEMBERS, addresses=("10.0.0.1/24", "10.0.0.2/32", "fd00::1/64"), mtu=1400)
    told = of_bridge(FULL, *LANS, one._replace(description="uplink"))
    lost = "em1, em0, epair7a, epair7b, tap3, em0.20, dmz, em.x.40, lab"
    assert told == [f"bridge0 loses {lost} after a reboot: rc.conf does not add them."]


def test_addresses_mtu_and_description_that_a_boot_changes_on_pure_ground() -> None:
    held = ("10.0.0.9/24", "10.0.0.1/24", "10.0.0.8/24", "fd00::2/64")
    one = bridge("bridge0", addresses=held)
    told = of_bridge(FULL, *LANS, bridge("bridge5", addresses=("10.5.0.1/24",)), one)
    assert told == [
        "bridge0 loses 10.0.0.8/24, 10.0.0.9/24, fd00::2/64 after a reboot: rc.conf does not set them.",
        "bridge0 lacks 10.0.0.2/32, fd00::1/64, which rc.conf sets at boot.",
        "bridge0 has MTU 1500 now, but 1400 after a reboot.",
        "bridge0 has another description after a reboot.",
    ]
    bare = of_bridge(FULL, bridge("bridge0", mtu=1400)._replace(description="uplink"))
    assert bare == ["bridge0 lacks 10.0.0.1/24, 10.0.0.2/32, fd00::1/64, which rc.conf sets at boot."]
    named = of_bridge({"cloned_interfaces": "bridge0"}, bridge("bridge0")._replace(description="mine"))
    assert named == ["bridge0 has another description after a reboot."]


def test_members_of_other_bridges_and_the_filter_on_pure_ground() -> None:
    boot = {
        "cloned_interfaces": "bridge0 bridge1 bridge2 bridge3",
        "ifconfig_bridge0": "vlanfilter defuntagged 4 addm em0 untagged 1 addm em1 tagged 1-3 addm em2 tagged all up",
        "ifconfig_bridge1": "addm em3 addm em4 addm em9 up",
        "ifconfig_bridge2": "vlanfilter up",
        "ifconfig_bridge3": "addm em5 tagged 5 up",
    }
    ports = (Port("em0", 2, "7"), Port("em1", 4, "1,2"), Port("em2", 4, "1-4094"))
    filters = bridge("bridge0", "em0", "em1", "em2")._replace(filtering=True, ports=ports)
    lans = (
        *(nic(f"em{number}") for number in range(6)),
        filters,
        bridge("bridge1"),
        bridge("bridge2", "em4"),
        bridge("bridge3", "em5"),
        bridge("bridge4", "em3")._replace(filtering=True),
    )
    assert of_bridge(boot, *lans) == [
        "bridge0 passes other VLANs for em0, em1 after a reboot.",
        "em3 is in bridge4 now, but in bridge1 after a reboot.",
        "em4 is in bridge2 now, but in bridge1 after a reboot.",
        "bridge2 loses em4 after a reboot: rc.conf does not add it.",
        "bridge2 does not filter by VLAN now, but does after a reboot.",
    ]


@pytest.mark.parametrize(
    ("held", "rcconf", "silent"),
    [
        ("fd00::1/64", {"ifconfig_bridge0": "SYNCDHCP"}, False),
        ("fd00::1/64", {"ifconfig_bridge0": "up", "ipv6_prefix_bridge0": "fd00::"}, True),
        ("10.0.0.1/24", {"ifconfig_bridge0": "up", "ipv6_prefix_bridge0": "fd00::"}, False),
        ("10.0.0.1/24", {"ifconfig_bridge0": "inet 110.0.0.1/24 up"}, False),
        ("10.0.0.1/24", {"ifconfig_bridge0": "inet 10.0.0.11/24 up"}, False),
        ("10.0.0.1/24", {"ifconfig_bridge0": "up", "ifconfig_bridge0_alias0": "10.0.0.1"}, True),
        ("10.0.0.1/24", {"ifconfig_bridge0": "up", "ifconfig_bridge0_aliases": "inet 10.0.0.0-5/24"}, True),
        ("10.0.0.1/24", {"ifconfig_bridge0": "up", "ifconfig_bridge0_alias": "inet 10.0.0.0-5/24"}, False),
        ("10.0.0.1/24", {"ifconfig_bridge0": "up", "ifconfig_bridge01_alias0": "inet 10.0.0.1/24"}, False),
        ("10.0.0.1/24", {"ifconfig_bridge0": "up", "ifconfig_DEFAULT": "inet 10.0.0.1/24"}, False),
    ],
)
def test_what_else_may_have_set_an_address_on_pure_ground(held: str, rcconf: dict[str, str], silent: bool) -> None:
    lost = [it for it in pure(bridge("bridge0", addresses=(held,)), rcconf) if "loses" in it]
    assert lost == ([] if silent else [f"bridge0 loses {held} after a reboot: rc.conf does not set it."])


def test_vlans_that_rc_conf_does_not_make_are_none_on_pure_ground() -> None:
    boot = FULL | {"ifconfig_dmz": "inet 10.3.0.1/24 mtu 1400 up", "ifconfig_em0_20_descr": "twenty"}
    one = context(rcconf=boot, interfaces=(*LANS, bridge("bridge0")))
    assert [finding.text for finding in found(one, "DRIFT-VLAN")] == [
        "dmz lacks 10.3.0.1/24, which rc.conf sets at boot.",
        "dmz has MTU 1500 now, but 1400 after a reboot.",
        "em0.20 has another description after a reboot.",
    ]
    assert found(context(rcconf=None, interfaces=LANS), "DRIFT-VLAN") == ()
    assert found(context(rcconf={}, interfaces=LANS), "DRIFT-VLAN") == ()


def test_vlans_of_a_port_however_they_are_written() -> None:
    assert vlan_set(("", "1-3")) == vlan_set(("", "1,2,3")) == ("", frozenset({1, 2, 3}))
    assert vlan_set(("7", "none"), "4") == ("7", frozenset())
    assert vlan_set(("", ""), "4") == ("4", frozenset())
    assert vlan_set(("", "all"))[1] == frozenset(range(1, 4095)) == vlan_set(("", "1-9999"))[1]
    assert vlan_set(("", "x,5,6-,7-x,-8"))[1] == frozenset({5, 6})


def test_filter_without_a_number_is_read_all_the_same_on_pure_ground() -> None:
    one = bridge("bridge0", "em0")._replace(filtering=True, ports=(Port("em0", 1),))
    assert pure(one, {"ifconfig_bridge0": "vlanfilter addm em0 untagged 1 defuntagged"}) == []
