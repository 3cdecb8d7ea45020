"""The form of VLANs: the commands it comes to on each release, what it warns of, and the near misses."""

from __future__ import annotations

import pytest

from jailtui.forms.opening import open_form
from jailtui.forms.protocol import OFF, ON, Answers, NoForm
from jailtui.model.state import Interface
from tests.support.link_hosts import (
    HOME,
    RCCONF,
    RELEASES,
    address,
    bridge,
    changing,
    commands,
    draft,
    field,
    nic,
    read,
    told,
    undo,
    vlan,
)

each_release = pytest.mark.parametrize("release", RELEASES)
BOOT = RCCONF | {"vlans_em0": "10", "ifconfig_em0_10": "up"}


class TestNew:
    """A VLAN that is to be made."""

    @each_release
    def test_name_of_parent_and_tag(self, release: str) -> None:
        one = draft(
            "vlan", "", read(release), tag="20", parent="em1", address="10.20.0.1/24", mtu="1400", description="dmz"
        )
        assert commands(one) == [
            "ifconfig em1 up",
            "ifconfig em1.20 create",
            "ifconfig em1.20 mtu 1400",
            "ifconfig em1.20 up",
            "ifconfig em1.20 inet 10.20.0.1/24 alias",
            "ifconfig em1.20 descr dmz",
            "sysrc vlans_em1+=20",
            "sysrc ifconfig_em1=up",
            "sysrc ifconfig_em1_20=inet 10.20.0.1/24 mtu 1400 up",
            "sysrc ifconfig_em1_20_descr=dmz",
        ]
        assert undo(one) == [
            "ifconfig em1 down",
            "ifconfig em1.20 destroy",
            "ifconfig em1.20 mtu 1500",
            "ifconfig em1.20 down",
            "ifconfig em1.20 inet 10.20.0.1 -alias",
            "ifconfig em1.20 -descr",
            "sysrc vlans_em1-=20",
            "sysrc -x ifconfig_em1",
            "sysrc -x ifconfig_em1_20",
            "sysrc -x ifconfig_em1_20_descr",
        ]
        assert one.effect == "takes effect now and at boot"

    def test_name_of_its_own_is_given_when_tag_and_parent_stand(self) -> None:
        one = draft("vlan", "", read(), tag="102", parent="em0", name="dmz")
        assert commands(one) == [
            "ifconfig vlan102 create vlan 102 vlandev em0",
            "ifconfig vlan102 name dmz",
            "ifconfig dmz up",
            "sysrc create_args_dmz=vlan 102",
            "sysrc vlans_em0+=dmz",
            "sysrc ifconfig_dmz=up",
        ]
        assert undo(one)[:2] == ["ifconfig vlan102 destroy", "ifconfig dmz name vlan102"]

    def test_name_that_is_a_vlans_is_created_as_it_is(self) -> None:
        one = draft("vlan", "", read(), tag="21", parent="em0", name="vlan7", boot=OFF)
        assert commands(one)[0] == "ifconfig vlan7 create vlan 21 vlandev em0"
        taken = read(interfaces=changing(vlan("vlan102", 9, "em0")))
        assert commands(draft("vlan", "", taken, tag="102", parent="em0", name="dmz"))[0].startswith(
            "ifconfig vlan103 create"
        )

    def test_each_switch_alone(self) -> None:
        now = draft("vlan", "", read(), tag="20", parent="em0", boot=OFF)
        assert commands(now) == ["ifconfig em0.20 create", "ifconfig em0.20 up"]
        assert told(now, "note", "boot") == ["rc.conf is not changed: it does not create em0.20 at boot."]
        boot = draft("vlan", "", read(rcconf=BOOT), tag="20", parent="em0", now=OFF)
        assert commands(boot) == ["sysrc vlans_em0+=20", "sysrc ifconfig_em0_20=up"]

    def test_dots_of_a_parent_are_none_in_rc_conf(self) -> None:
        one = draft("vlan", "", read(rcconf=BOOT), tag="7", parent="em0.10")
        assert commands(one) == [
            "ifconfig em0.10.7 create",
            "ifconfig em0.10.7 up",
            "sysrc vlans_em0_10+=7",
            "sysrc ifconfig_em0_10_7=up",
        ]

    def test_vlan_on_a_vlan_has_4_bytes_less_by_itself(self) -> None:
        one = draft("vlan", "", read(rcconf=BOOT), tag="7", parent="em0.10", mtu="1496")
        assert not any("mtu" in text for text in commands(one))

    @pytest.mark.parametrize("tag", ["", "0", "4095", "-1", "x", "10 up", "\u0661"])
    def test_what_is_no_tag(self, tag: str) -> None:
        assert told(draft("vlan", "", read(), tag=tag, parent="em0"), "error", "tag")

    @pytest.mark.parametrize("tag", ["1", "4094"])
    def test_what_is_a_tag(self, tag: str) -> None:
        assert commands(draft("vlan", "", read(), tag=tag, parent="em0"))

    def test_tag_is_free_once_on_each_parent(self) -> None:
        assert told(draft("vlan", "", read(), tag="10", parent="em0", name="dmz"), "error", "tag") == [
            "Tag 10 on em0 is already used by em0.10."
        ]
        assert not draft("vlan", "", read(), tag="10", parent="em1").errors

    @pytest.mark.parametrize(
        ("parent", "fault"),
        [
            ("", "A VLAN needs a parent."),
            ("nosuch0", "The host has no interface nosuch0."),
            ("lo0", "lo0 can't carry VLANs: it is not an Ethernet interface."),
            ("lost", "lost has lost its parent."),
        ],
    )
    def test_what_is_no_parent(self, parent: str, fault: str) -> None:
        sources = read(interfaces=changing(vlan("lost", 0, None)))
        assert told(draft("vlan", "", sources, tag="5", parent=parent, name="dmz"), "error", "parent") == [fault]

    def test_bridge_carries_vlans_on_15(self) -> None:
        assert commands(draft("vlan", "", read("15.1"), tag="5", parent="bridge0"))[0] == "ifconfig bridge0.5 create"
        for release in ("13.2", "14.2"):
            assert told(draft("vlan", "", read(release), tag="5", parent="bridge0"), "error", "parent")

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("em0.21", "em0.21 means tag 21 on em0."),
            ("em1.20", "em1.20 means tag 20 on em1."),
            ("bridge7", "bridge7 is the name of another kind of interface."),
            ("ipfw0", "ipfw0 is the name of another kind of interface."),
            ("em0.10", "em0.10 is taken: the host has vlan em0.10."),
            ("a234567890123456", "a234567890123456 has 16 bytes; an interface name has at most 15."),
        ],
    )
    def test_names_that_it_can_not_have(self, name: str, fault: str) -> None:
        assert fault in told(draft("vlan", "", read(), tag="20", parent="em0", name=name), "error", "name")

    def test_long_name_of_a_parent_leaves_no_room_for_the_tag(self) -> None:
        sources = read(interfaces=changing(nic("abcdefghijkl0")))
        assert told(draft("vlan", "", sources, tag="100", parent="abcdefghijkl0"), "error", "name")
        assert not draft("vlan", "", sources, tag="1", parent="abcdefghijkl0").errors

    def test_parent_that_is_not_made_at_boot(self) -> None:
        one = draft("vlan", "", read(), tag="5", parent="epair154a")
        assert told(one, "warning", "boot") == ["epair154a is not created at boot: the VLAN will be missing too."]
        assert not told(draft("vlan", "", read(), tag="5", parent="em1"), "warning", "boot")

    def test_name_is_proposed_and_parents_are_those_that_can(self) -> None:
        form = open_form("vlan", "", read("14.2"))
        assert field(form, "parent").choices == ("em0", "em1", "em0.10")
        assert field(form, "name", tag="20", parent="em0").choices == ("em0.20",)


class TestOne:
    """A VLAN that is there."""

    def test_tag_and_parent_stand(self) -> None:
        form = open_form("vlan", "em0.10", read(rcconf=BOOT))
        assert [(field(form, key).value, field(form, key).kind) for key in ("tag", "parent")] == [
            ("10", "fact"),
            ("em0", "fact"),
        ]
        assert field(form, "tag").where == 'rc.conf: vlans_em0="10"'
        assert field(form, "boot").value == ON
        assert form.draft(Answers({"tag": "11", "parent": "em1"})).empty

    def test_address_mtu_and_description(self) -> None:
        one = draft("vlan", "em0.10", read(rcconf=BOOT), address="10.10.0.1/24", mtu="1400", description="dns")
        assert commands(one) == [
            "ifconfig em0.10 mtu 1400",
            "ifconfig em0.10 inet 10.10.0.1/24 alias",
            "ifconfig em0.10 descr dns",
            "sysrc ifconfig_em0_10=inet 10.10.0.1/24 mtu 1400 up",
            "sysrc ifconfig_em0_10_descr=dns",
        ]
        assert undo(one)[0] == "ifconfig em0.10 mtu 1500"
        assert undo(one)[3] == "sysrc ifconfig_em0_10=up"

    def test_one_of_now_is_written_as_it_is(self) -> None:
        form = open_form("vlan", "em0.10", read())
        assert field(form, "boot").value == OFF
        assert commands(form.draft(Answers({"boot": ON}))) == ["sysrc vlans_em0+=10", "sysrc ifconfig_em0_10=up"]
        named = read(interfaces=changing(vlan("dmz", 40, "em0")))
        assert commands(draft("vlan", "dmz", named, boot=ON)) == [
            "sysrc create_args_dmz=vlan 40",
            "sysrc vlans_em0+=dmz",
            "sysrc ifconfig_dmz=up",
        ]

    def test_one_that_is_cloned_by_name_is_made_at_boot_too(self) -> None:
        rcconf = RCCONF | {
            "cloned_interfaces": "bridge0 vlan20",
            "create_args_vlan20": "vlan 20 vlandev em0",
            "ifconfig_vlan20": "up",
        }
        form = open_form("vlan", "vlan20", read(rcconf=rcconf, interfaces=changing(vlan("vlan20", 20, "em0"))))
        assert field(form, "boot").value == ON
        assert field(form, "tag").where == 'rc.conf: cloned_interfaces="bridge0 vlan20"'
        assert (
            commands(form.draft(Answers({"address": "10.0.0.1/24"})))[-1] == "sysrc ifconfig_vlan20=inet 10.0.0.1/24 up"
        )

    def test_mtu_is_not_above_the_parents(self) -> None:
        assert told(draft("vlan", "em0.10", read(), mtu="1501"), "error", "mtu") == [
            "MTU 1501 is above the MTU 1500 of em0."
        ]
        assert not draft("vlan", "em0.10", read(), mtu="1499").errors
        assert told(draft("vlan", "", read(), tag="5", parent="em0", mtu="9000"), "error", "mtu")

    @pytest.mark.parametrize(("release", "level"), [("13.2", "warning"), ("14.2", "error"), ("15.1", "error")])
    def test_member_has_the_mtu_of_its_bridge_since_14(self, release: str, level: str) -> None:
        sources = read(release, changing(bridge("br10", "em0.10")))
        assert told(draft("vlan", "em0.10", sources, mtu="1400"), level, "mtu")
        assert not told(draft("vlan", "em0.10", read(release), mtu="1400"), field="mtu")

    def test_addresses_are_judged_as_on_a_bridge(self) -> None:
        assert told(draft("vlan", "em0.10", read(), address="10.0.0.1"), "error", "address")
        assert told(draft("vlan", "em0.10", read(), address="192.168.1.10/24"), "warning", "address")
        held = vlan("em0.10", 10, "em0")._replace(addresses=(address("10.0.0.1/24"),))
        assert told(draft("vlan", "em0.10", read(interfaces=changing(held)), address=""), "warning", "address")

    @pytest.mark.parametrize(
        ("release", "member_ifaddrs", "level"),
        [("13.2", "", "note"), ("14.2", "", "note"), ("15.1", "1", "warning"), ("15.1", "0", "error")],
    )
    def test_address_of_a_member_belongs_on_its_bridge(self, release: str, member_ifaddrs: str, level: str) -> None:
        sources = read(release, changing(bridge("br10", "em0.10")), member_ifaddrs=member_ifaddrs)
        one = draft("vlan", "em0.10", sources, address="10.0.0.1/24", boot=OFF)
        (note,) = (note for note in one.notes if note.code == "MEMBER-ADDRESS")
        assert (note.level, note.field, "br10" in note.text) == (level, "address", True)
        alone = read(release, member_ifaddrs=member_ifaddrs)
        assert not told(draft("vlan", "em0.10", alone, address="10.0.0.1/24", boot=OFF), field="address")

    def test_one_that_lost_its_parent_gets_one_again(self) -> None:
        sources = read(interfaces=(*HOME, vlan("dmz", 0, None)))
        one = draft("vlan", "dmz", sources, tag="40", parent="em0", boot=OFF)
        assert commands(one) == ["ifconfig dmz vlan 40 vlandev em0"]
        assert undo(one) == ["ifconfig dmz -vlandev"]
        assert commands(draft("vlan", "dmz", sources, description="x", boot=OFF)) == ["ifconfig dmz descr x"]
        assert told(draft("vlan", "dmz", sources, tag="40", boot=OFF), "error", "parent")

    def test_what_is_no_vlan_has_no_form(self) -> None:
        for subject in ("em0", "bridge0", "em0.99"):
            with pytest.raises(NoForm):
                open_form("vlan", subject, read())

    def test_link_local_and_autoconfigured_addresses_are_not_the_operators(self) -> None:
        held = (
            address("fe80::1/64"),
            address("fd00::5/64")._replace(flags=("autoconf",)),
            address("fd00::6/64"),
        )
        one: Interface = vlan("em0.10", 10, "em0")._replace(addresses=held)
        assert field(open_form("vlan", "em0.10", read(interfaces=changing(one))), "address6").value == "fd00::6/64"
