"""Drift of bridges and VLANs: what they are now, and what rc.conf makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.model.state import Address, Bridge, Interface, Jail, JailState, Port
from jailtui.rules.finding import Finding
from tests.support.contexts import context, findings, found
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import apply, fill
from tests.support.link_hosts import bridge, nic

RC = """\
jail_enable="YES"
cloned_interfaces="bridge0"
ifconfig_em0="up"
ifconfig_bridge0="inet 192.168.1.10/24 addm em0 up"
ifconfig_bridge0_alias0="inet 192.168.1.11 netmask 255.255.255.255"
vlans_em0="20"
ifconfig_em0_20="inet 10.20.0.1/24 up"
"""


@pytest.fixture(params=["13.2", "14.2", "15.1"])
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
