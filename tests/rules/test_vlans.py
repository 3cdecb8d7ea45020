"""VLANs: there after boot, with a parent, up, and one of each tag. Each remedy is run on the embedded host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.model.state import Interface, Vlan
from jailtui.rules.finding import Finding
from tests.support.contexts import BOOT, context, findings, found
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import RC, apply, fill, house, template
from tests.support.link_hosts import address, nic
from tests.support.releases import OLD_AND_NEW

CODES = ("VLAN-NOT-AT-BOOT", "VLAN-NO-PARENT", "VLAN-DOWN", "VLAN-TWICE")


def one(backend: HostBackend, code: str) -> Finding:
    (finding,) = findings(backend, code)
    return finding


def host(folder: Path, rc: str = RC, release: str = "15.1") -> Embedded:
    """A host with em0.10 in bridge0."""
    here = house(folder / "host", template("web"), "web", rc=rc, release=release)
    here.ask("ifconfig", "em0.10", "create")
    here.ask("ifconfig", "em0.10", "up")
    here.ask("ifconfig", "bridge0", "addm", "em0.10")
    return here


def vlans(*ones: Vlan, rcconf: Mapping[str, str] = BOOT, parent_up: bool = True) -> tuple[Finding, ...]:
    """What all rules about VLANs find on a host with em0, em1 and these."""
    interfaces = (
        nic("em0", up=parent_up),
        nic("em1"),
        *(Interface(it.name, "vlan", up=it.up, tag=it.tag) for it in ones),
    )
    here = context(rcconf=rcconf, vlans=ones, interfaces=interfaces)
    return tuple(it for code in CODES for it in found(here, code))


def used(name: str = "em0.10", tag: int = 10, parent: str | None = "em0", *, up: bool = True) -> Vlan:
    return Vlan(name, tag, parent, bridge="bridge0", up=up, mtu=1500, persistent=False)


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_vlan_that_rc_conf_makes_is_sound(tmp_path: Path, release: str) -> None:
    backend = host(tmp_path, f'{RC}vlans_em0="10"\n', release).backend()
    assert findings(backend, *CODES) == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_vlan_by_hand_is_gone_after_a_boot_and_the_form_writes_it(tmp_path: Path, release: str) -> None:
    backend = host(tmp_path, release=release).backend()
    finding = one(backend, "VLAN-NOT-AT-BOOT")
    assert (finding.severity, finding.subject.kind, finding.subject.key) == ("warning", "vlan", "em0.10")
    assert finding.drift == "reboot"
    assert ("ifconfig em0.10", "used by web, a member of bridge0") in {(it.source, it.said) for it in finding.evidence}
    fill(backend, finding, "on")
    assert findings(backend, "VLAN-NOT-AT-BOOT") == ()


def test_vlan_in_the_variable_without_its_s(tmp_path: Path) -> None:
    backend = host(tmp_path, f'{RC}cloned_interface="em0.10"\n').backend()
    finding = one(backend, "VLAN-NOT-AT-BOOT")
    assert any(it.source == "sysrc -n cloned_interface" for it in finding.evidence)
    apply(backend, finding.remedies[0])
    assert findings(backend, "VLAN-NOT-AT-BOOT") == ()


def test_vlan_that_nothing_uses_or_that_is_not_known_may_go() -> None:
    assert vlans(Vlan("em0.10", 10, "em0", up=True, persistent=False)) == ()
    assert vlans(Vlan("em0.10", 10, "em0", bridge="bridge0", up=True, persistent=None)) == ()


def test_vlan_on_a_jails_pair_comes_and_goes_with_it() -> None:
    one = Vlan("epair7a.5", 5, "epair7a", bridge="bridge0", up=True, mtu=1500, persistent=False)
    pair = Interface("epair7a", "epair", up=True)
    assert found(context(vlans=(one,), interfaces=(pair,)), "VLAN-NOT-AT-BOOT") == ()
    nic_too = Interface("epair7a", "ether", up=True)
    assert len(found(context(vlans=(one,), interfaces=(nic_too,)), "VLAN-NOT-AT-BOOT")) == 1


def test_vlan_on_a_parent_with_a_dot_is_made_at_boot() -> None:
    told = BOOT | {"vlans_em0": "10", "vlans_em0_10": "20"}
    assert vlans(used("em0.10.20", 20, "em0.10"), rcconf=told) == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_vlan_whose_parent_went_into_a_jail_and_came_back(tmp_path: Path, release: str) -> None:
    here = house(tmp_path / "host", template("web"), "web", rc=f'{RC}vlans_em0="10"\n', release=release)
    here.ask("ifconfig", "em0.10", "create")
    here.ask("jail", "-c", "name=box", "path=/", "vnet", "persist")
    here.ask("ifconfig", "em0", "vnet", "box")
    here.ask("ifconfig", "em0", "-vnet", "box")
    backend = here.backend()
    finding = one(backend, "VLAN-NO-PARENT")
    assert (finding.severity, finding.subject.key) == ("error", "em0.10")
    assert "<none>" in finding.evidence[0].said
    apply(backend, finding.remedies[0])
    assert findings(backend, "VLAN-NO-PARENT") == ()


def test_vlans_of_rc_conf_on_an_interface_that_is_not_there() -> None:
    (finding,) = vlans(rcconf={"vlans_em9": "10 20"})
    assert (finding.code, finding.severity, str(finding.subject)) == ("VLAN-NO-PARENT", "warning", "interface em9")
    assert [(it.source, it.said) for it in finding.evidence] == [
        ("sysrc -n vlans_em9", "10 20"),
        ("ifconfig em9", "does not exist"),
    ]


@pytest.mark.parametrize(
    "rcconf",
    [
        {"vlans_em0": "10"},
        {"vlans_em9": ""},
        {"vlans_wan": "10", "ifconfig_em1_name": "wan"},
        {"vlans_lagg0": "10", "cloned_interfaces": "lagg0"},
        {"vlans_em0_10": "20", "vlans_em0": "10"},
    ],
)
def test_parent_that_is_there_or_comes_at_boot(rcconf: Mapping[str, str]) -> None:
    assert vlans(rcconf=rcconf) == ()


def test_vlan_is_only_put_back_where_its_name_says_it_and_the_tag_is_free() -> None:
    (finding,) = vlans(Vlan("dmz", None, None, persistent=True))
    assert [it.form for it in finding.remedies] == [("vlan", "dmz", "parent")]
    lost, other = Vlan("em0.10", None, None, persistent=True), Vlan("lan", 10, "em0", persistent=True)
    (finding,) = [it for it in vlans(lost, other) if it.code == "VLAN-NO-PARENT"]
    assert [it.task.steps for it in finding.remedies] == [()]


@pytest.mark.parametrize("name", ["em0", "em0.10"])
def test_vlan_or_its_parent_that_is_down_is_brought_up(tmp_path: Path, name: str) -> None:
    here = host(tmp_path, f'{RC}vlans_em0="10"\n')
    here.ask("ifconfig", name, "down")
    backend = here.backend()
    finding = one(backend, "VLAN-DOWN")
    assert (finding.severity, finding.subject.key) == ("warning", "em0.10")
    assert finding.text.startswith(f"{name} is down")
    apply(backend, finding.remedies[0])
    assert findings(backend, "VLAN-DOWN") == ()


def test_unused_vlan_may_be_down() -> None:
    assert vlans(Vlan("em0.10", 10, "em0", up=False, persistent=True)) == ()


@pytest.mark.parametrize(
    ("rcconf", "there"),
    [
        ({"vlans_em0": "10 dmz", "create_args_dmz": "vlan 10"}, ()),
        ({"vlans_em0": "10"}, (Vlan("vlan10", 10, "em0", persistent=True),)),
        ({"vlans_em0": "10", "cloned_interfaces": "vlan7", "create_args_vlan7": "vlan 10 vlandev em0"}, ()),
    ],
)
def test_tag_that_is_wanted_twice(rcconf: Mapping[str, str], there: tuple[Vlan, ...]) -> None:
    (finding,) = vlans(*there, rcconf=BOOT | dict(rcconf))
    assert (finding.code, finding.severity) == ("VLAN-TWICE", "warning")
    assert finding.text.startswith("VLAN 10 of em0 is wanted as em0.10")
    assert finding.evidence[0].source == "sysrc -n vlans_em0"


@pytest.mark.parametrize(
    ("rcconf", "there"),
    [
        ({"vlans_em0": "10 20"}, (Vlan("em0.10", 10, "em0", persistent=True),)),
        ({"vlans_em0": "10", "vlans_em1": "10"}, ()),
        ({"vlans_em0": "10", "cloned_interfaces": "bridge0 em0.10"}, ()),
        ({"vlans_em0": "10", "ifconfig_em0_10_name": "lan"}, (Vlan("lan", 10, "em0", persistent=True),)),
        ({"vlans_em0": "dmz", "create_args_dmz": "vlan 102"}, (Vlan("dmz", 102, "em0", persistent=True),)),
    ],
)
def test_tags_that_are_wanted_once(rcconf: Mapping[str, str], there: tuple[Vlan, ...]) -> None:
    assert vlans(*there, rcconf=BOOT | dict(rcconf)) == ()


def test_address_is_a_use() -> None:
    one = Vlan("em0.10", 10, "em0", addresses=(address("10.0.0.1/24"),), up=True, persistent=False)
    assert [it.code for it in vlans(one)] == ["VLAN-NOT-AT-BOOT"]


def test_one_of_two_names_is_taken_out_of_rc_conf(tmp_path: Path) -> None:
    here = host(tmp_path, f'{RC}vlans_em0="10 dmz"\ncreate_args_dmz="vlan 10"\n')
    backend = here.backend()
    apply(backend, one(backend, "VLAN-TWICE").remedies[0])
    assert findings(backend, "VLAN-TWICE") == ()
    assert here.ask("sysrc", "-n", "vlans_em0").strip() == "10"


def test_word_that_sysrc_would_mangle_is_left_to_a_human() -> None:
    (finding,) = vlans(rcconf={"vlans_em0": "10 d$mz", "create_args_d_mz": "vlan 10", "create_args_d$mz": "vlan 10"})
    assert finding.code == "VLAN-TWICE"
    assert [it.task.steps for it in finding.remedies] == [()]
