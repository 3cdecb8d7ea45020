"""Members of a bridge: MTU, addresses, VLANs and offloads. What the embedded host can't show is a context."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.model.state import Bridge, End, Epair, Interface, Port, Where
from jailtui.rules.finding import Finding
from jailtui.rules.registry import judge
from tests.support.contexts import BOOT, context, findings, found
from tests.support.form_hosts import Embedded, execute
from tests.support.jail_hosts import RC, apply, fill, house, template
from tests.support.link_hosts import address, nic
from tests.support.releases import OLD_AND_NEW

WEB = template("web")
CODES = ("MTU-MISMATCH", "MEMBER-ADDRESS", "BRIDGE-PORT", "BRIDGE-OFFLOAD", "NIC-FLAP")
IFADDRS = "net.link.bridge.member_ifaddrs"
EM0_13 = ("RXCSUM", "TXCSUM", "VLAN_MTU", "VLAN_HWTAGGING")
EPAIR_15 = ("RXCSUM", "TXCSUM", "VLAN_MTU", "RXCSUM_IPV6", "TXCSUM_IPV6")


def one(backend: HostBackend, code: str) -> Finding:
    (finding,) = findings(backend, code)
    return finding


def host(folder: Path, release: str = "15.1") -> Embedded:
    return house(folder / "host", WEB, "web", rc=RC.replace('"up"', '"addm em0 up"'), release=release)


def state(*members: Interface, mtu: int = 1500, jails: tuple[str, ...] = ("web",), **more: Any) -> dict[str, Any]:
    """State fields with a bridge0 that has these members."""
    names = tuple(it.name for it in members)
    nics = tuple(it.name for it in members if it.kind == "ether")
    itself = Interface("bridge0", "bridge", up=True, mtu=mtu, members=names, **more)
    bridge = Bridge("bridge0", names, up=True, mtu=mtu, nics=nics, jails=jails, persistent=True)
    return {"bridges": (bridge,), "interfaces": (*members, itself)}


def end(name: str = "epair154a", *options: str, mtu: int = 1500) -> Interface:
    return Interface(name, "epair", up=True, mtu=mtu, options=options)


def pair(a: int, b: int, bridge: str | None = "bridge0", **more: Any) -> Epair:
    near = End("epair154a", Where.HOST, bridge=bridge, mtu=a)
    far = End("epair154b", Where.JAIL, jail="web", jid=3, mtu=b)
    return Epair("epair154", "epair154", near, far, "drivername", False, "", **more)


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_template_in_its_bridge_is_sound(tmp_path: Path, release: str) -> None:
    backend = host(tmp_path, release).backend()
    execute(backend, "ifconfig", "em0", "inet", "192.168.1.10", "-alias")
    execute(backend, "ifconfig", "bridge0", "addm", "em0")
    for verb in ("-c", "-r"):
        assert [it for it in findings(backend) if it.code in CODES and it.severity != "note"] == []
        execute(backend, "jail", verb, "web")


# MTU.


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_end_in_the_jail_has_another_mtu_and_gets_the_bridges(tmp_path: Path, release: str) -> None:
    here = host(tmp_path, release)
    here.ask("jail", "-c", "web")
    here.ask("jexec", "web", "ifconfig", "epair154b", "mtu", "9000")
    backend = here.backend()
    finding = one(backend, "MTU-MISMATCH")
    assert (finding.severity, finding.subject.kind) == ("warning", "epair")
    assert finding.text.startswith("epair154b in web has MTU 9000, not 1500 as bridge0 has")
    assert finding.remedies[0].task.steps[0].argv[0] == ("ifconfig" if release == "15.1" else "jexec")
    apply(backend, finding.remedies[0])
    assert findings(backend, "MTU-MISMATCH") == ()


def test_member_of_13_with_another_mtu_gets_the_bridges(tmp_path: Path) -> None:
    here = host(tmp_path, "13.2")
    here.ask("ifconfig", "bridge0", "addm", "em0")
    here.ask("ifconfig", "em0", "mtu", "1400")
    backend = here.backend()
    finding = one(backend, "MTU-MISMATCH")
    assert (finding.subject.kind, finding.subject.key) == ("bridge", "bridge0")
    assert finding.remedies[1].form == ("bridge", "bridge0", "mtu")
    apply(backend, finding.remedies[0])
    assert findings(backend, "MTU-MISMATCH") == ()


def test_end_on_the_host_that_differs_from_its_bridge_is_told_of_once() -> None:
    told = context(WEB, release="13.2-RELEASE", epairs=(pair(1400, 1500),), **state(nic("em0"), end(mtu=1400)))
    (finding,) = found(told, "MTU-MISMATCH")
    assert finding.subject.kind == "bridge"
    assert finding.text == "bridge0 has MTU 1500, its members another: epair154a 1400."
    assert finding.remedies[0].task.steps[0].argv == ("ifconfig", "epair154a", "mtu", "1500")


def test_member_since_14_is_only_changed_by_its_bridge() -> None:
    told = context(WEB, epairs=(pair(1400, 1500),), **state(nic("em0"), end(mtu=1400)))
    for finding in found(told, "MTU-MISMATCH"):
        assert [it.task.steps for it in finding.remedies if it.form is None] == []


def test_name_that_two_carry_gets_no_step() -> None:
    told = context(WEB, epairs=(pair(1500, 9000, ambiguous=("epair154b",)),), **state(nic("em0"), end()))
    (finding,) = found(told, "MTU-MISMATCH")
    assert [(it.task.steps, it.form) for it in finding.remedies] == [((), ("network", "web", "mtu"))]


def test_equal_and_unknown_mtus_are_fine() -> None:
    for a, b in ((1500, 1500), (1500, 0), (0, 1500)):
        assert found(context(WEB, epairs=(pair(a, b),), **state(nic("em0"), end())), "MTU-MISMATCH") == ()


# Addresses.


@pytest.mark.parametrize(
    ("release", "told", "severity"),
    [("15.1", "0", "error"), ("15.1", "1", "warning"), ("14.2", None, "note"), ("13.2", None, "note")],
)
def test_address_on_a_member_by_release_and_sysctl(release: str, told: str | None, severity: str) -> None:
    sysctls = ((IFADDRS, told),) if told is not None else ()
    here = context(release=f"{release}-RELEASE", sysctls=sysctls, **state(nic("em0", "192.168.1.10/24")))
    (finding,) = found(here, "MEMBER-ADDRESS")
    assert (finding.severity, finding.subject.key) == (severity, "bridge0")
    assert finding.evidence[0].source == "ifconfig em0"
    assert finding.remedies[0].task.steps == ()
    assert "session" in finding.remedies[0].task.breaks


def test_address_that_moves_to_the_bridge_is_no_longer_told(tmp_path: Path) -> None:
    here = host(tmp_path)
    here.ask("ifconfig", "bridge0", "addm", "em0")
    backend = here.backend()
    finding = one(backend, "MEMBER-ADDRESS")
    held = finding.evidence[0].said.removeprefix("inet ")
    here.ask("ifconfig", "em0", "inet", held.partition("/")[0], "-alias")
    here.ask("ifconfig", "bridge0", "inet", held)
    assert findings(backend, "MEMBER-ADDRESS") == ()


def test_address_of_no_member_and_link_local_ones_are_fine() -> None:
    linked = nic("em0")._replace(addresses=(address("fe80::1/64"),))
    here = context(sysctls=((IFADDRS, "0"),), **state(linked))
    assert found(here, "MEMBER-ADDRESS") == ()
    alone = state() | {"interfaces": (nic("em0", "192.168.1.10/24"),)}
    assert found(context(sysctls=((IFADDRS, "0"),), **alone), "MEMBER-ADDRESS") == ()


def test_unread_sysctl_of_15_says_nothing() -> None:
    assert found(context(sysctls=None, **state(nic("em0", "10.0.0.1/24"))), "MEMBER-ADDRESS") == ()


# The VLAN filter.


def test_member_without_a_vlan_is_cut_off_by_the_filter(tmp_path: Path) -> None:
    here = host(tmp_path)
    here.ask("ifconfig", "bridge0", "addm", "em0", "tagged", "10")
    here.ask("ifconfig", "bridge0", "vlanfilter")
    backend = here.backend()
    assert findings(backend, "BRIDGE-PORT") == ()
    here.ask("jail", "-c", "web")
    finding = one(backend, "BRIDGE-PORT")
    assert finding.severity == "error"
    assert "epair154a" in finding.text
    fill(backend, finding, "10")
    assert findings(backend, "BRIDGE-PORT") == ()


def test_filter_that_is_off_and_members_with_a_vlan_pass() -> None:
    assert found(context(**state(nic("em0"), end())), "BRIDGE-PORT") == ()
    ports = (Port("em0", None, "10-20"), Port("epair154a", 10))
    assert found(context(**state(nic("em0"), end(), filtering=True, ports=ports)), "BRIDGE-PORT") == ()
    assert len(found(context(**state(nic("em0"), end(), filtering=True, ports=ports[:1])), "BRIDGE-PORT")) == 1


# Offloads.


def test_members_that_differ_in_offloads_are_a_note() -> None:
    em0 = nic("em0")._replace(options=(*EM0_13, "TSO4"))
    (finding,) = found(context(**state(em0, end("epair154a", *EPAIR_15))), "BRIDGE-OFFLOAD")
    assert (finding.severity, finding.subject.key) == ("note", "bridge0")
    assert "TSO4, TXCSUM_IPV6" in finding.text
    assert [it.source for it in finding.evidence] == ["ifconfig em0", "ifconfig epair154a"]


def test_equal_unknown_and_receiving_offloads_are_fine() -> None:
    same = nic("em0")._replace(options=("RXCSUM", "VLAN_MTU"))
    assert found(context(**state(same, end("epair154a", "VLAN_MTU"))), "BRIDGE-OFFLOAD") == ()
    assert found(context(**state(nic("em0"), end("epair154a", *EPAIR_15))), "BRIDGE-OFFLOAD") == ()
    assert found(context(**state(end("epair1a", "TXCSUM"), end("epair2a", "RXCSUM"))), "BRIDGE-OFFLOAD") == ()


@pytest.mark.parametrize(
    ("release", "members", "confidence"),
    [
        ("13.2", (nic("em0")._replace(options=EM0_13),), "likely"),
        ("14.2", (nic("em0")._replace(options=EM0_13),), "likely"),
        ("15.1", (nic("em0")._replace(options=(*EM0_13, "TSO4")),), "likely"),
        ("13.2", (nic("em0")._replace(options=("RXCSUM",)), end("epair154a", "VLAN_MTU")), "guess"),
        ("15.1", (nic("em0")._replace(options=EM0_13), end("epair154a", *EPAIR_15)), "guess"),
    ],
)
def test_nic_that_loses_its_link_with_the_first_or_last_jail(
    release: str, members: tuple[Interface, ...], confidence: str
) -> None:
    (finding,) = found(context(release=f"{release}-RELEASE", **state(*members)), "NIC-FLAP")
    assert (finding.severity, finding.confidence, finding.subject.key) == ("note", confidence, "bridge0")
    assert finding.evidence[0].source == "ifconfig em0"
    assert bool(finding.remedies[0].task.steps) == (release == "13.2")


def test_nic_without_jails_behind_it_or_without_offloads_stays() -> None:
    em0 = nic("em0")._replace(options=EM0_13)
    assert found(context(release="13.2-RELEASE", **state(em0, jails=())), "NIC-FLAP") == ()
    assert found(context(release="13.2-RELEASE", **state(nic("em0"))), "NIC-FLAP") == ()
    plain = nic("em0")._replace(options=("RXCSUM",))
    assert found(context(release="13.2-RELEASE", **state(plain)), "NIC-FLAP") == ()
    off = BOOT | {"ifconfig_em0": "inet 10.0.0.1/24 -txcsum"}
    assert found(context(release="13.2-RELEASE", rcconf=off, **state(plain, end())), "NIC-FLAP") == ()


def test_txcsum_is_switched_off_for_good_on_13() -> None:
    em0 = nic("em0")._replace(options=EM0_13)
    told = BOOT | {"ifconfig_em0": "inet 10.0.0.1/24"}
    (finding,) = found(context(release="13.2-RELEASE", rcconf=told, **state(em0)), "NIC-FLAP")
    now, boot = finding.remedies[0].task.steps
    assert (now.argv, now.undo) == (("ifconfig", "em0", "-txcsum"), ("ifconfig", "em0", "txcsum"))
    assert boot.argv == ("sysrc", "ifconfig_em0=inet 10.0.0.1/24 -txcsum")
    assert "link of em0" in finding.remedies[0].task.breaks
    for told in (BOOT | {"ifconfig_em0": "DHCP"}, BOOT | {"ifconfig_DEFAULT": "SYNCDHCP"}):
        (finding,) = judge(context(release="13.2-RELEASE", rcconf=told, **state(em0)), {"NIC-FLAP"})
        assert len(finding.remedies[0].task.steps) == 1
    (finding,) = judge(context(release="13.2-RELEASE", **state(em0)), {"NIC-FLAP"})
    assert finding.remedies[0].task.steps[1].argv == ("sysrc", "ifconfig_em0=-txcsum")
    (finding,) = judge(context(release="13.2-RELEASE", rcconf=None, **state(em0)), {"NIC-FLAP"})
    assert [step.argv for step in finding.remedies[0].task.steps] == [("ifconfig", "em0", "-txcsum")]


@pytest.mark.parametrize("can", [(), ("ifconfig -j",)])
def test_end_inside_is_asked_and_changed_as_the_host_can(can: tuple[str, ...]) -> None:
    told = context(WEB, epairs=(pair(1500, 9000),), can=can, **state(nic("em0"), end()))
    (finding,) = found(told, "MTU-MISMATCH")
    asked = "ifconfig -j 3 epair154b" if can else "jexec 3 ifconfig epair154b"
    assert [it.source for it in finding.evidence] == ["ifconfig epair154a", asked]
    (step,) = finding.remedies[0].task.steps
    assert " ".join(step.argv) == f"{asked} mtu 1500"
    assert " ".join(step.undo or ()) == f"{asked} mtu 9000"
