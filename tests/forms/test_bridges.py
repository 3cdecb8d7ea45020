"""The form of bridges: the commands it comes to on each release, what it warns of, and the near misses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jailtui.forms.opening import open_form
from jailtui.forms.protocol import OFF, ON, Answers
from jailtui.model.state import Port
from tests.support.link_hosts import (
    RCCONF,
    RELEASES,
    bridge,
    changing,
    commands,
    draft,
    field,
    nic,
    read,
    standing,
    told,
    undo,
    vlan,
)

each_release = pytest.mark.parametrize("release", RELEASES)
since_14 = pytest.mark.parametrize("release", RELEASES[1:])


class TestNew:
    """A bridge that is to be made."""

    @each_release
    def test_now_and_after_boot(self, release: str) -> None:
        one = draft(
            "bridge", "", read(release), name="bridge2", members="em1", address="10.0.0.1/24", description="lab"
        )
        assert commands(one) == [
            "ifconfig bridge2 create",
            "ifconfig em1 up",
            "ifconfig bridge2 addm em1",
            "ifconfig bridge2 up",
            "ifconfig bridge2 inet 10.0.0.1/24 alias",
            "ifconfig bridge2 descr lab",
            "sysrc cloned_interfaces+=bridge2",
            "sysrc ifconfig_em1=up",
            "sysrc ifconfig_bridge2=inet 10.0.0.1/24 addm em1 up",
            "sysrc ifconfig_bridge2_descr=lab",
        ]
        assert undo(one) == [
            "ifconfig bridge2 destroy",
            "ifconfig em1 down",
            "ifconfig bridge2 deletem em1",
            "ifconfig bridge2 down",
            "ifconfig bridge2 inet 10.0.0.1 -alias",
            "ifconfig bridge2 -descr",
            "sysrc cloned_interfaces-=bridge2",
            "sysrc -x ifconfig_em1",
            "sysrc -x ifconfig_bridge2",
            "sysrc -x ifconfig_bridge2_descr",
        ]
        assert one.effect == "takes effect now and at boot"

    def test_name_of_its_own_is_given_to_the_lowest_free_bridge(self) -> None:
        one = draft("bridge", "", read(), name="lan")
        assert commands(one) == [
            "ifconfig bridge2 create",
            "ifconfig bridge2 name lan",
            "ifconfig lan up",
            "sysrc cloned_interfaces+=bridge2",
            "sysrc ifconfig_bridge2_name=lan",
            "sysrc ifconfig_lan=up",
        ]
        assert undo(one)[1] == "ifconfig lan name bridge2"

    def test_each_switch_alone(self) -> None:
        now = draft("bridge", "", read(), name="bridge2", boot=OFF)
        assert commands(now) == ["ifconfig bridge2 create", "ifconfig bridge2 up"]
        assert told(now, "note", "boot") == ["rc.conf is not changed: it does not create bridge2 at boot."]
        boot = draft("bridge", "", read(), name="bridge2", now=OFF)
        assert commands(boot) == ["sysrc cloned_interfaces+=bridge2", "sysrc ifconfig_bridge2=up"]
        assert (now.effect, boot.effect) == ("takes effect now, until the next boot", "takes effect at boot")
        assert told(draft("bridge", "", read(), name="bridge2", now=OFF, boot=OFF), "error", "now")

    def test_ipv6_stands_in_a_variable_of_its_own(self) -> None:
        one = draft("bridge", "", read(), name="bridge2", address6="FD00::1/64")
        assert "ifconfig bridge2 inet6 fd00::1/64 alias" in commands(one)
        assert "sysrc ifconfig_bridge2_ipv6=inet6 fd00::1/64" in commands(one)

    @since_14
    def test_mtu_is_set_once_the_members_are_in(self, release: str) -> None:
        one = draft("bridge", "", read(release), name="bridge2", members="em1", mtu="9000")
        assert commands(one)[2:5] == [
            "ifconfig bridge2 addm em1",
            "ifconfig bridge2 mtu 9000",
            "ifconfig bridge2 up",
        ]
        assert commands(one)[-1] == "sysrc ifconfig_bridge2=addm em1 mtu 9000 up"

    def test_mtu_is_that_of_the_members_on_13_so_it_is_set_there(self) -> None:
        one = draft("bridge", "", read("13.2"), name="bridge2", members="em1", mtu="9000")
        assert commands(one) == [
            "ifconfig bridge2 create",
            "ifconfig em1 mtu 9000",
            "ifconfig em1 up",
            "ifconfig bridge2 addm em1",
            "ifconfig bridge2 up",
            "sysrc cloned_interfaces+=bridge2",
            "sysrc ifconfig_em1=mtu 9000 up",
            "sysrc ifconfig_bridge2=addm em1 up",
        ]

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("", "An interface needs a name."),
            ("bridge0", "bridge0 is taken: the host has bridge bridge0."),
            ("em0", "em0 is taken: the host has ether em0."),
            ("a234567890123456", "has at most 15"),
            ("x; reboot", "can't be the name of an interface"),
            ("-a", "can't be the name of an interface"),
            ("1lan", "can't be the name of an interface"),
            ("ipfw0", "another kind"),
            ("wg0", "another kind"),
            ("epair3a", "another kind"),
            ("vlan3", "another kind"),
            ("lan.10", "the name of a VLAN"),
        ],
    )
    def test_names_that_it_can_not_have(self, name: str, fault: str) -> None:
        (text,) = told(draft("bridge", "", read(), name=name), "error", "name")
        assert fault in text

    @pytest.mark.parametrize("name", ["bridge2", "lan", "a23456789012345", "em2", "wgnet", "br-lan"])
    def test_names_that_it_can_have(self, name: str) -> None:
        assert commands(draft("bridge", "", read(), name=name))

    def test_number_of_a_renamed_bridge_stays_taken(self) -> None:
        renamed = bridge("lan")._replace(drivername="bridge7")
        one = draft("bridge", "", read(interfaces=changing(renamed)), name="bridge7")
        assert told(one, "error", "name") == ["bridge7 is taken: lan was created as that."]
        rcconf = RCCONF | {"cloned_interfaces": "bridge0 bridge8", "ifconfig_bridge8_name": "dmz"}
        assert told(draft("bridge", "", read(rcconf=rcconf), name="bridge8"), "error", "name")

    def test_bridge_that_rc_conf_makes_and_somebody_destroyed_is_made_anew(self) -> None:
        rcconf = RCCONF | {"cloned_interfaces": "bridge0 bridge3", "ifconfig_bridge3": "addm em1 up"}
        one = draft("bridge", "", read(rcconf=rcconf), name="bridge3", members="em1")
        assert [text for text in commands(one) if text.startswith("sysrc")] == []


class TestMembers:
    """Who joins and who leaves."""

    def test_each_joins_and_leaves_by_a_step_that_can_be_taken_back(self) -> None:
        one = draft("bridge", "bridge0", read(), members="em0 em1")
        assert commands(one) == [
            "ifconfig bridge0 deletem epair154a",
            "ifconfig em1 up",
            "ifconfig bridge0 addm em1",
            "sysrc ifconfig_em1=up",
            "sysrc ifconfig_bridge0=addm em0 addm em1 up",
        ]
        assert undo(one) == [
            "ifconfig bridge0 addm epair154a",
            "ifconfig em1 down",
            "ifconfig bridge0 deletem em1",
            "sysrc -x ifconfig_em1",
            "sysrc ifconfig_bridge0=addm em0 up",
        ]

    def test_what_rc_conf_says_of_other_things_stays_in_its_order(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0": "ether 02:00:00:00:00:01 addm em0 stp em0 weird up"}
        one = draft("bridge", "bridge0", read(rcconf=rcconf), members="epair154a em0 em1", now=OFF)
        assert commands(one)[-1] == (
            "sysrc ifconfig_bridge0=ether 02:00:00:00:00:01 addm em0 addm em1 stp em0 weird up"
        )
        gone = draft("bridge", "bridge0", read(rcconf=rcconf), members="epair154a", now=OFF)
        assert commands(gone) == ["sysrc ifconfig_bridge0=ether 02:00:00:00:00:01 weird up"]

    def test_pair_of_a_jail_is_left_out_of_rc_conf_and_one_that_rc_conf_makes_is_not(self) -> None:
        one = draft(
            "bridge", "bridge1", read(interfaces=changing(bridge("bridge0", "em0"))), members="epair154a", boot=ON
        )
        assert commands(one) == [
            "ifconfig bridge1 addm epair154a",
            "sysrc cloned_interfaces+=bridge1",
            "sysrc ifconfig_bridge1=up",
        ]
        assert told(one, "note", "boot") == ["Left out of rc.conf: epair154a; web adds it as it starts."]
        rcconf = RCCONF | {"cloned_interfaces": "bridge0 epair154"}
        two = draft(
            "bridge",
            "bridge1",
            read(interfaces=changing(bridge("bridge0", "em0")), rcconf=rcconf),
            members="epair154a",
            boot=ON,
        )
        assert commands(two)[-1] == "sysrc ifconfig_bridge1=addm epair154a up"
        assert not told(two, "note", "boot")

    @pytest.mark.parametrize(
        ("members", "fault"),
        [
            ("nosuch0", "The host has no interface nosuch0."),
            ("lo0", "lo0 is a loopback interface: no bridge accepts it."),
            ("bridge0", "bridge0 is a bridge itself: no bridge accepts it."),
            ("em0", "em0 is already a member of bridge0."),
            ("br0.5", "br0.5 is a VLAN on the bridge bridge0: it can't join a bridge."),
            ("twin", "The host has two interfaces named twin: a command may change the wrong one."),
        ],
    )
    def test_what_can_not_join(self, members: str, fault: str) -> None:
        twins = (nic("twin"), nic("twin"))
        interfaces = (*changing(vlan("br0.5", 5, "bridge0")), *twins)
        assert fault in told(
            draft("bridge", "bridge1", read(interfaces=interfaces), members=members), "error", "members"
        )

    def test_what_could_join_is_proposed(self) -> None:
        assert field(open_form("bridge", "bridge1", read()), "members").choices == ("em1", "em0.10")
        assert field(open_form("bridge", "bridge0", read()), "members").choices == ("em0", "em1", "epair154a", "em0.10")

    def test_member_that_is_there_already_is_not_judged_again(self) -> None:
        one = draft("bridge", "bridge0", read(member_ifaddrs="0"), description="home")
        assert not told(one, field="members")
        assert standing(one) == [("MEMBER-ADDRESS", "error", "members")]
        assert commands(one)

    def test_nic_that_joins_or_leaves_may_lose_its_link_and_a_pair_does_not(self) -> None:
        (joins,) = told(draft("bridge", "bridge0", read(), members="epair154a em0 em1"), "warning", "members")
        assert joins == "em1 may lose its link for a second as it joins; so may an ssh session."
        (leaves,) = told(draft("bridge", "bridge0", read(), members="epair154a"), "warning", "members")
        assert "em0 may lose its link for a second" in leaves
        assert "The default route through 192.168.1.1 may use it" in leaves
        assert not told(draft("bridge", "bridge0", read(), members="em0"), "warning", "members")

    def test_member_with_an_address(self) -> None:
        def about(release: str, member_ifaddrs: str = "1") -> tuple[list[str], list[str], list[str]]:
            interfaces = changing(bridge("bridge0"), nic("em1", "10.1.1.1/24"))
            sources = read(release, interfaces, member_ifaddrs=member_ifaddrs)
            one = draft("bridge", "bridge0", sources, members="em1")
            return tuple(  # type: ignore[return-value]
                [text for text in told(one, level, "members") if "10.1.1.1" in text]
                for level in ("error", "warning", "note")
            )

        assert [len(one) for one in about("15.1", "0")] == [1, 0, 0]
        assert [len(one) for one in about("15.1", "1")] == [0, 1, 0]
        assert [len(one) for one in about("14.2")] == [0, 0, 1]
        assert [len(one) for one in about("13.2")] == [0, 0, 1]

    def test_member_whose_name_is_no_word_stays_whatever_is_answered(self) -> None:
        odd = nic("a b")._replace(kind="epair")
        sources = read(interfaces=changing(bridge("bridge0", "a b", "em0"), odd))
        assert field(open_form("bridge", "bridge0", sources), "members").value == "em0"
        assert commands(draft("bridge", "bridge0", sources, members="em0 em1", boot=OFF)) == [
            "ifconfig em1 up",
            "ifconfig bridge0 addm em1",
        ]
        assert commands(draft("bridge", "bridge0", sources, description="x", boot=OFF)) == ["ifconfig bridge0 descr x"]

    def test_members_all_leave(self) -> None:
        one = draft("bridge", "bridge0", read(), members="", now=OFF)
        assert commands(one) == ["sysrc ifconfig_bridge0=up"]


class TestMtu:
    """One MTU for all in a bridge; who is bound by whom differs."""

    @since_14
    def test_bridge_passes_it_on(self, release: str) -> None:
        one = draft("bridge", "bridge0", read(release), mtu="1400")
        assert commands(one) == ["ifconfig bridge0 mtu 1400", "sysrc ifconfig_bridge0=addm em0 mtu 1400 up"]
        assert undo(one) == ["ifconfig bridge0 mtu 1500", "sysrc ifconfig_bridge0=addm em0 up"]

    def test_members_come_first_on_13(self) -> None:
        one = draft("bridge", "bridge0", read("13.2"), mtu="1400")
        assert commands(one) == [
            "ifconfig epair154a mtu 1400",
            "ifconfig em0 mtu 1400",
            "ifconfig bridge0 mtu 1400",
            "sysrc ifconfig_em0=inet 192.168.1.10/24 mtu 1400",
        ]
        assert undo(one) == [
            "ifconfig epair154a mtu 1500",
            "ifconfig em0 mtu 1500",
            "none",
            "sysrc ifconfig_em0=inet 192.168.1.10/24",
        ]

    def test_end_inside_a_jail_keeps_its_own(self) -> None:
        one = draft("bridge", "bridge0", read(), mtu="1400")
        assert told(one, "warning", "mtu") == [
            "epair154b in web has MTU 1500, not 1400 as bridge0 has: what is longer is dropped."
        ]
        assert not told(draft("bridge", "bridge0", read(), members="em0", mtu="1400"), "warning", "mtu")

    @pytest.mark.parametrize("value", ["", "71", "65536", "abc", "-1", "9000.0", "\u0661\u0665\u0660\u0660"])
    def test_what_is_no_mtu(self, value: str) -> None:
        assert told(draft("bridge", "bridge0", read(), mtu=value), "error", "mtu")

    def test_member_of_another_mtu_is_refused_by_13_and_fitted_later(self) -> None:
        interfaces = changing(nic("em1", mtu=9000))
        old = draft("bridge", "bridge0", read("13.2", interfaces), members="epair154a em0 em1")
        assert told(old, "error", "members") == [
            "em1 has MTU 9000 and the bridge 1500, which FreeBSD 13 refuses: set one MTU here."
        ]
        new = draft("bridge", "bridge0", read("15.1", interfaces), members="epair154a em0 em1")
        assert told(new, "note", "members") == ["em1 gets the bridge's MTU 1500."]
        same = draft("bridge", "bridge0", read("13.2"), members="epair154a em0 em1")
        assert not same.errors

    @each_release
    def test_empty_bridge_takes_that_of_its_first_member(self, release: str) -> None:
        one = draft("bridge", "bridge1", read(release, changing(nic("em1", mtu=9000))), members="em1")
        assert commands(one) == ["ifconfig bridge1 addm em1"]
        assert not told(one, field="mtu")

    @each_release
    def test_vlan_can_not_have_more_than_its_parent(self, release: str) -> None:
        sources = read(release, changing(bridge("br10", "em0.10")))
        assert told(draft("bridge", "br10", sources, mtu="9000"), "error", "mtu") == [
            "em0.10 can't have MTU 9000: its parent em0 has 1500."
        ]
        assert not draft("bridge", "br10", sources, mtu="1400").errors


class TestFilter:
    """The VLAN filter of FreeBSD 15."""

    FILTERING = bridge("bridge0", "em1", "em0")._replace(
        filtering=True,
        ports=(Port("em1", 20), Port("em0", None, "10,30")),
    )
    BOOT = RCCONF | {"ifconfig_bridge0": "addm em0 tagged 10,30 addm em1 untagged 20 vlanfilter up"}

    def test_only_15_has_it(self) -> None:
        keys = [one.key for one in open_form("bridge", "bridge0", read("15.1")).fields(Answers())]
        assert "filter" in keys
        for release in ("13.2", "14.2"):
            assert "filter" not in [one.key for one in open_form("bridge", "bridge0", read(release)).fields(Answers())]
            one = draft("bridge", "bridge0", read(release), filter=ON, untagged__em0="5", description="x")
            assert not any("vlanfilter" in text or "untagged" in text for text in commands(one))

    def test_before_the_module_is_loaded_the_release_tells(self) -> None:
        for release, there in (("15.1", True), ("14.2", False)):
            sources = replace(read(release), about={})
            keys = [one.key for one in open_form("bridge", "", sources).fields(Answers())]
            assert ("filter" in keys) is there

    def test_vlans_come_before_the_filter_goes_on(self) -> None:
        one = draft(
            "bridge",
            "bridge0",
            read(),
            members="em0 em1",
            filter=ON,
            untagged__em1="20",
            tagged__em1="30-40",
            tagged__em0="all",
        )
        assert commands(one) == [
            "ifconfig bridge0 deletem epair154a",
            "ifconfig em1 up",
            "ifconfig bridge0 addm em1 untagged 20 tagged 30-40",
            "ifconfig bridge0 iftagged em0 all",
            "ifconfig bridge0 vlanfilter",
            "sysrc ifconfig_em1=up",
            "sysrc ifconfig_bridge0=addm em0 tagged all addm em1 untagged 20 tagged 30-40 vlanfilter up",
        ]
        assert undo(one)[:5] == [
            "ifconfig bridge0 addm epair154a",
            "ifconfig em1 down",
            "ifconfig bridge0 deletem em1",
            "ifconfig bridge0 iftagged em0 none",
            "ifconfig bridge0 -vlanfilter",
        ]

    def test_members_have_their_vlans_as_fields(self) -> None:
        form = open_form("bridge", "bridge0", read(interfaces=changing(self.FILTERING), rcconf=self.BOOT))
        assert field(form, "filter").value == ON
        assert (field(form, "untagged.em1").value, field(form, "tagged.em1").value) == ("20", "")
        assert (field(form, "untagged.em0").value, field(form, "tagged.em0").value) == ("", "10,30")
        assert field(form, "tagged.em0").group == "em0"
        assert field(form, "boot").value == ON

    def test_vlans_change(self) -> None:
        sources = read(interfaces=changing(self.FILTERING), rcconf=self.BOOT)
        one = draft("bridge", "bridge0", sources, untagged__em1="", tagged__em1="7", untagged__em0="5")
        assert commands(one) == [
            "ifconfig bridge0 -ifuntagged em1",
            "ifconfig bridge0 iftagged em1 7",
            "ifconfig bridge0 ifuntagged em0 5",
            "sysrc ifconfig_bridge0=addm em0 untagged 5 tagged 10,30 addm em1 tagged 7 vlanfilter up",
        ]
        assert undo(one)[:3] == [
            "ifconfig bridge0 ifuntagged em1 20",
            "ifconfig bridge0 iftagged em1 none",
            "ifconfig bridge0 -ifuntagged em0",
        ]

    def test_filter_off_leaves_the_vlans(self) -> None:
        sources = read(interfaces=changing(self.FILTERING), rcconf=self.BOOT)
        one = draft("bridge", "bridge0", sources, filter=OFF)
        assert commands(one) == [
            "ifconfig bridge0 -vlanfilter",
            "sysrc ifconfig_bridge0=addm em0 tagged 10,30 addm em1 untagged 20 up",
        ]

    def test_member_that_leaves_is_put_back_with_its_vlans(self) -> None:
        sources = read(interfaces=changing(self.FILTERING), rcconf=self.BOOT)
        assert undo(draft("bridge", "bridge0", sources, members="em1"))[0] == "ifconfig bridge0 addm em0 tagged 10,30"

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("untagged", "0"),
            ("untagged", "4095"),
            ("untagged", "1,2"),
            ("tagged", "1-"),
            ("tagged", "x"),
            ("tagged", "9-3"),
        ],
    )
    def test_what_is_no_vlan(self, key: str, value: str) -> None:
        sources = read(interfaces=changing(self.FILTERING), rcconf=self.BOOT)
        assert told(draft("bridge", "bridge0", sources, **{f"{key}__em0": value}), "error", f"{key}.em0")

    def test_member_without_a_vlan_passes_nothing(self) -> None:
        sources = read(interfaces=changing(self.FILTERING), rcconf=self.BOOT)
        assert told(draft("bridge", "bridge0", sources, tagged__em0=""), "error", "untagged.em0") == [
            "bridge0 filters by VLAN and drops all frames of em0, which has no VLAN."
        ]
        assert not told(draft("bridge", "bridge0", sources, tagged__em0="1"), "error")
