"""The rules about pairs of jails that run: each fires, is silent on the near miss, and its remedy removes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.model.state import Address, Epair, Interface, JailState, Where
from tests.support.contexts import context, findings, found
from tests.support.epair_hosts import BRIDGES, RENAMED, WEB, codes, leaky, near, on_host, pair, within
from tests.support.jail_hosts import apply, house, inside, running, template
from tests.support.releases import OLD_AND_NEW

CODES = ("EPAIR-OUTSIDE", "EPAIR-NO-BRIDGE", "EPAIR-WRONG-BRIDGE", "EPAIR-DOWN")
SOUND = pair(near(), within())
OUT = pair(near(), near("epair154b", bridge=None, up=False), why="on the host while web runs without it")


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def said(one: Epair, text: str = WEB, **more: Any) -> set[str]:
    """The codes found on a host where web, jid 4, runs with this pair."""
    has = [inside(one.b.name or "", 4)] if one.b.where is Where.JAIL else []
    jail = running(WEB, "web", 4, *has, **more)
    made = context(text, running=(jail,), epairs=(one,), interfaces=on_host(one), bridges=BRIDGES)
    return {code for code in CODES if found(made, code)}


def host_with(folder: Path, release: str, *words: str, text: str = WEB) -> Any:
    """A host where web runs, and then somebody gave a command."""
    host = leaky(folder / "host", release, text)
    host.ask("ifconfig", "bridge", "create", "name", "bridge1", "up")
    host.ask("jail", "-c", "web")
    assert not codes(host.backend()).intersection(CODES)
    host.ask(*words)
    return host


@pytest.mark.parametrize("release", OLD_AND_NEW)
@pytest.mark.parametrize("text", [WEB, RENAMED])
def test_end_that_was_taken_out_is_moved_in_again(tmp_path: Path, release: str, text: str) -> None:
    name = "lan0" if text is RENAMED else "epair154b"
    host = host_with(tmp_path, release, "ifconfig", name, "-vnet", "web", text=text)
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-OUTSIDE")
    assert (one.severity, str(one.subject)) == ("error", "epair epair154")
    assert one.text == "web (jid 1) is running, but both ends of epair154 are on the host."
    assert any(it.source == f"ifconfig {name}" and it.said.startswith("down") for it in one.evidence)
    assert [remedy.force for remedy in one.remedies] == ["gentle", "firm"]
    apply(backend, one.remedies[0])
    assert not codes(backend).intersection(CODES)
    (jail,) = backend.read().state.jails
    assert [str(it) for it in jail.addresses] == ["192.168.1.154/24"]


def test_restart_brings_the_end_back_too(tmp_path: Path) -> None:
    host = host_with(tmp_path, "15.1", "ifconfig", "epair154b", "-vnet", "web")
    backend = host.backend()
    apply(backend, findings(backend, "EPAIR-OUTSIDE")[0].remedies[1])
    assert codes(backend) == set()


def test_pair_of_an_earlier_start_is_left_over_and_destroyed(tmp_path: Path) -> None:
    """As recorded in orphan/config-changed: the number in the file was changed while the jail ran."""
    host = house(tmp_path / "host", template("web"), "web")
    host.ask("jail", "-c", "web")
    host.ask("ifconfig", "epair154a", "description", "jail:web")
    (host.folder / "etc/jail.conf").write_text(template("web", 155))
    host.ask("jail", "-r", "web")
    host.ask("jail", "-c", "web")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-OUTSIDE")
    assert (one.severity, one.subject.name, one.confidence) == ("warning", "epair154", "likely")
    assert "left over from an earlier start of web" in one.text
    apply(backend, one.remedies[0])
    assert findings(backend, "EPAIR-OUTSIDE") == ()
    assert backend.read().state.jails[0].interfaces, "web runs on with its own"


def test_pair_outside_is_only_judged_of_a_settled_vnet_jail_that_was_looked_into() -> None:
    assert said(OUT) == {"EPAIR-OUTSIDE"}
    assert said(OUT, state=JailState.STARTING) == set()
    assert said(OUT, state=JailState.STOPPING) == set()
    assert said(OUT, interfaces=None) == set()
    assert said(OUT, vnet=False) == set()


@pytest.mark.parametrize("more", [{"bridge": "bridge1"}, {"addresses": (Address("10.0.0.1", 24),)}])
def test_pair_that_the_host_uses_is_not_outside(more: dict[str, Any]) -> None:
    assert said(OUT._replace(b=OUT.b._replace(**more))) == set()


def test_pair_that_cannot_be_judged_is_not_outside() -> None:
    assert said(OUT._replace(orphan=None)) == set()


def test_addresses_by_dhcp_are_left_to_a_restart() -> None:
    text = WEB.replace("ifconfig epair154b inet 192.168.1.154/24 up", "dhclient epair154b")
    jail = running(text, "web", 4)
    made = context(text, running=(jail,), epairs=(OUT,), interfaces=on_host(OUT), bridges=BRIDGES)
    (one,) = found(made, "EPAIR-OUTSIDE")
    assert [remedy.task.label for remedy in one.remedies] == ["Restart web"]


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_end_that_left_its_bridge_is_added(tmp_path: Path, release: str) -> None:
    backend = host_with(tmp_path, release, "ifconfig", "bridge0", "deletem", "epair154a").backend()
    (one,) = findings(backend, "EPAIR-NO-BRIDGE")
    assert (one.severity, one.subject.name, one.confidence) == ("error", "epair154", "certain")
    assert one.text == "epair154a, the host's end of web's pair, is in no bridge; the file says bridge0."
    assert "member of no bridge" in one.evidence[0].said
    assert one.evidence[-1].source == "/etc/jail.conf:10"
    apply(backend, one.remedies[0])
    assert codes(backend) == set()


def test_end_in_no_bridge_and_down_is_one_finding() -> None:
    assert said(SOUND._replace(a=near(bridge=None, up=False))) == {"EPAIR-NO-BRIDGE"}


def test_routed_jail_needs_no_bridge() -> None:
    text = WEB.replace("ifconfig bridge0 addm epair154a up", "ifconfig epair154a inet 10.0.0.1/30 up")
    routed = SOUND._replace(a=near(bridge=None, addresses=(Address("10.0.0.1", 30),)))
    assert said(routed, text) == set()
    assert said(routed) == {"EPAIR-NO-BRIDGE"}
    link_local = SOUND._replace(a=near(bridge=None, addresses=(Address("fe80::1", 64, "inet6"),)))
    assert said(link_local, text) == {"EPAIR-NO-BRIDGE"}


def test_end_that_a_vlan_rides_on_needs_no_bridge() -> None:
    text = WEB.replace("ifconfig bridge0 addm epair154a up", "ifconfig epair154a.5 create up")
    bare = SOUND._replace(a=near(bridge=None))
    vlan = Interface("epair154a.5", "vlan", tag=5, parent="epair154a", up=True, mtu=1500)
    assert said(bare, text) == {"EPAIR-NO-BRIDGE"}
    jail = running(text, "web", 4, inside("epair154b", 4, "192.168.1.154/24"))
    told = context(text, running=(jail,), epairs=(bare,), interfaces=(*on_host(bare), vlan), bridges=BRIDGES)
    assert found(told, "EPAIR-NO-BRIDGE") == ()


def test_bridge_that_is_missing_has_to_be_made_first() -> None:
    one = SOUND._replace(a=near(bridge=None))
    jail = running(WEB, "web", 4, inside("epair154b", 4))
    made = context(WEB, running=(jail,), epairs=(one,), interfaces=on_host(one))
    (it,) = found(made, "EPAIR-NO-BRIDGE")
    assert [(remedy.task.label, remedy.task.steps) for remedy in it.remedies] == [("Create bridge0 first", ())]


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_end_in_another_bridge_is_put_into_its_own(tmp_path: Path, release: str) -> None:
    host = host_with(tmp_path, release, "ifconfig", "bridge0", "deletem", "epair154a")
    host.ask("ifconfig", "bridge1", "addm", "epair154a")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-WRONG-BRIDGE")
    assert (one.severity, one.subject.name, one.drift) == ("warning", "epair154", "live")
    assert one.text == "epair154a, the host's end of web's pair, is in bridge1; the file says bridge0."
    assert one.remedies[1].form == ("network", "web", "bridge")
    apply(backend, one.remedies[0])
    assert codes(backend) == set()


def test_bridge_that_no_file_names_is_as_good_as_any() -> None:
    assert said(SOUND._replace(a=near(bridge="bridge1")), "") == set()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_end_that_is_down_is_set_up(tmp_path: Path, release: str) -> None:
    backend = host_with(tmp_path, release, "ifconfig", "epair154a", "down").backend()
    (one,) = findings(backend, "EPAIR-DOWN")
    assert (one.severity, one.subject.name) == ("error", "epair154")
    assert one.evidence[0].said.startswith("down; member of bridge0")
    apply(backend, one.remedies[0])
    assert codes(backend) == set()


def test_end_that_is_down_in_a_jail_that_starts_is_not_told() -> None:
    downed = SOUND._replace(a=near(up=False))
    assert said(downed) == {"EPAIR-DOWN"}
    assert said(downed, state=JailState.STARTING) == set()
    assert said(SOUND) == set()


def test_end_down_in_another_bridge_is_one_finding() -> None:
    assert said(SOUND._replace(a=near(bridge="bridge1", up=False))) == {"EPAIR-WRONG-BRIDGE"}


def test_name_that_two_carry_is_in_no_command() -> None:
    for a in (near(up=False), near(bridge=None)):
        one = SOUND._replace(a=a, ambiguous=("epair154a",))
        jail = running(WEB, "web", 4, inside("epair154b", 4))
        made = context(WEB, running=(jail,), epairs=(one,), interfaces=on_host(one), bridges=BRIDGES)
        told = [it for code in CODES for it in found(made, code)]
        assert len(told) == 1
        assert not any(remedy.task.steps for remedy in told[0].remedies)


def test_owner_is_told_by_the_marks_of_its_tool() -> None:
    one = SOUND._replace(a=near(up=False), manager="Bastille")
    jail = running(WEB, "web", 4, inside("epair154b", 4))
    made = context(WEB, running=(jail,), epairs=(one,), interfaces=on_host(one), bridges=BRIDGES)
    assert found(made, "EPAIR-DOWN")[0].owner == "Bastille"
