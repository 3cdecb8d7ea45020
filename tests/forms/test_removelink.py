"""The forms that remove a bridge or a VLAN: the commands, their undo, and what they warn of."""

from __future__ import annotations

import pytest

from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import OFF, Answers, NoForm
from jailtui.model.state import Interface, Port
from tests.support.link_hosts import (
    RCCONF,
    RELEASES,
    address,
    bridge,
    changing,
    commands,
    described,
    draft,
    read,
    told,
    undo,
    vlan,
)

each_release = pytest.mark.parametrize("release", RELEASES)
BOOT = RCCONF | {
    "cloned_interfaces": "bridge0 bridge1:sticky tap0",
    "ifconfig_bridge1": "addm em0.10 up",
    "ifconfig_bridge1_descr": "dmz",
    "vlans_em0": "10 20",
    "ifconfig_em0_10": "inet 10.0.0.1/24",
    "ifconfig_em0_10_ipv6": "inet6 fd00::1/64",
}


@each_release
def test_bridge_is_taken_apart_and_undo_makes_it_again(release: str) -> None:
    held = described(bridge("bridge1", "em0.10", addresses=("10.9.0.1/24",)), "dmz")
    one = draft("remove-bridge", "bridge1", read(release, changing(held), BOOT))
    assert commands(one) == [
        "ifconfig bridge1 -descr",
        "ifconfig bridge1 inet 10.9.0.1 -alias",
        "ifconfig bridge1 down",
        "ifconfig bridge1 deletem em0.10",
        "ifconfig bridge1 destroy",
        "sysrc cloned_interfaces=bridge0 tap0",
        "sysrc -x ifconfig_bridge1",
        "sysrc -x ifconfig_bridge1_descr",
    ]
    assert undo(one) == [
        "ifconfig bridge1 descr dmz",
        "ifconfig bridge1 inet 10.9.0.1/24 alias",
        "ifconfig bridge1 up",
        "ifconfig bridge1 addm em0.10",
        "ifconfig bridge1 create",
        "sysrc cloned_interfaces=bridge0 bridge1:sticky tap0",
        "sysrc ifconfig_bridge1=addm em0.10 up",
        "sysrc ifconfig_bridge1_descr=dmz",
    ]
    assert one.effect == "takes effect now and at boot"
    assert [step.why for step in one.commands if "down" in step.argv] == ["undoes ifconfig bridge1 up"]


@pytest.mark.parametrize(
    ("form", "held", "kind"),
    [("remove-bridge", bridge("lan"), "bridge"), ("remove-vlan", vlan("dmz", 30, "em0"), "vlan")],
)
def test_link_with_a_name_of_its_own_is_destroyed_by_the_name_that_it_has_then(
    form: FormName, held: Interface, kind: str
) -> None:
    one = draft(form, held.name, read(interfaces=changing(held)))
    rename, destroy = commands(one)[-2:]
    cloner = rename.split()[-1]
    assert cloner.startswith(kind)
    assert (rename, destroy) == (f"ifconfig {held.name} name {cloner}", f"ifconfig {cloner} destroy")
    create = undo(one)[-1]
    assert create.startswith(f"ifconfig {cloner} create")
    assert undo(one)[-2] == f"ifconfig {cloner} name {held.name}"


def test_filtering_bridge_gets_its_vlans_back() -> None:
    held = bridge("bridge1", "em1")._replace(filtering=True, ports=(Port("em1", 20, "30"),))
    one = draft("remove-bridge", "bridge1", read("15.1", changing(held)))
    assert "ifconfig bridge1 addm em1 untagged 20 tagged 30" in undo(one)
    assert "ifconfig bridge1 vlanfilter" in undo(one)


@each_release
def test_vlan_goes_from_its_bridge_and_from_every_line_of_rc_conf(release: str) -> None:
    tagged = vlan("em0.10", 10, "em0")._replace(addresses=(address("10.0.0.1/24"), address("10.0.0.2/24")))
    one = draft("remove-vlan", "em0.10", read(release, changing(tagged, bridge("bridge1", "em0.10")), BOOT))
    assert commands(one) == [
        "ifconfig bridge1 deletem em0.10",
        "ifconfig em0.10 inet 10.0.0.2 -alias",
        "ifconfig em0.10 inet 10.0.0.1 -alias",
        "ifconfig em0.10 down",
        "ifconfig em0.10 destroy",
        "sysrc vlans_em0=20",
        "sysrc -x ifconfig_em0_10",
        "sysrc -x ifconfig_em0_10_ipv6",
        "sysrc ifconfig_bridge1=up",
    ]
    assert undo(one)[:5] == [
        "ifconfig bridge1 addm em0.10",
        "ifconfig em0.10 inet 10.0.0.2/24 alias",
        "ifconfig em0.10 inet 10.0.0.1/24 alias",
        "ifconfig em0.10 up",
        "ifconfig em0.10 create",
    ]


def test_only_one_of_both_can_be_chosen() -> None:
    now = draft("remove-vlan", "em0.10", read(rcconf=BOOT), boot=OFF)
    assert commands(now) == ["ifconfig em0.10 down", "ifconfig em0.10 destroy"]
    assert told(now, field="boot") == ["rc.conf is not changed: a boot sets up em0.10 as before."]
    boot = draft("remove-vlan", "em0.10", read(rcconf=BOOT), now=OFF)
    assert [command.split()[0] for command in commands(boot)] == ["sysrc"] * 4
    assert draft("remove-vlan", "em0.10", read(rcconf=BOOT), now=OFF, boot=OFF).errors


def test_what_uses_it_is_told() -> None:
    one = draft("remove-bridge", "bridge0", read())
    assert "web uses it, and can't start without it." in told(one, "warning")
    riding = draft("remove-vlan", "em0.10", read(interfaces=changing(vlan("em0.10.5", 5, "em0.10"))))
    assert "em0.10.5 uses it, and will lose the parent." in told(riding, "warning")


def test_vlan_without_a_parent_is_destroyed() -> None:
    one = draft("remove-vlan", "em0.10", read(interfaces=changing(vlan("em0.10", 0, None))))
    assert commands(one)[-1] == "ifconfig em0.10 destroy"


def test_interface_of_another_kind_has_no_such_form() -> None:
    with pytest.raises(NoForm):
        open_form("remove-bridge", "em0.10", read())
    assert open_form("remove-vlan", "em0.10", read()).fields(Answers())
