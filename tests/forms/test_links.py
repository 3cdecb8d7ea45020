"""What every form of an interface has: addresses, description, and what rc.conf says of it. Shown on bridges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jailtui.forms.opening import open_form
from jailtui.forms.protocol import OFF, ON, Answers, NoForm
from tests.support.link_hosts import (
    HOME,
    RCCONF,
    bridge,
    changing,
    commands,
    described,
    draft,
    field,
    read,
    standing,
    told,
    undo,
)


class TestAddress:
    """The host's own address on a bridge."""

    def test_only_address_is_replaced_by_one_command(self) -> None:
        sources = read(interfaces=changing(bridge("bridge1", addresses=("10.0.0.1/24",))))
        one = draft("bridge", "bridge1", sources, address="10.0.0.2/24")
        assert commands(one) == ["ifconfig bridge1 inet 10.0.0.2/24"]
        assert undo(one) == ["ifconfig bridge1 inet 10.0.0.1/24"]

    def test_one_of_several_comes_before_the_old_one_goes(self) -> None:
        sources = read(interfaces=changing(bridge("bridge1", addresses=("10.0.0.1/24", "10.0.1.1/24"))))
        one = draft("bridge", "bridge1", sources, address="10.0.0.2/24")
        assert commands(one) == ["ifconfig bridge1 inet 10.0.0.2/24 alias", "ifconfig bridge1 inet 10.0.0.1 -alias"]
        assert undo(one) == ["ifconfig bridge1 inet 10.0.0.2 -alias", "ifconfig bridge1 inet 10.0.0.1/24 alias"]

    def test_another_prefix_of_one_of_several(self) -> None:
        sources = read(interfaces=changing(bridge("bridge1", addresses=("10.0.0.1/24", "10.0.1.1/24"))))
        one = draft("bridge", "bridge1", sources, address="10.0.0.1/25")
        assert commands(one) == ["ifconfig bridge1 inet 10.0.0.1 -alias", "ifconfig bridge1 inet 10.0.0.1/25 alias"]

    def test_last_one_goes(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0": "inet 192.168.1.9/24 addm em0 up", "ifconfig_em0": "up"}
        sources = read(interfaces=changing(bridge("bridge0", "em0", addresses=("192.168.1.9/24",))), rcconf=rcconf)
        one = draft("bridge", "bridge0", sources, address="")
        assert commands(one) == ["ifconfig bridge0 inet 192.168.1.9 -alias", "sysrc ifconfig_bridge0=addm em0 up"]
        assert undo(one)[0] == "ifconfig bridge0 inet 192.168.1.9/24 alias"
        assert told(one, "warning", "address") == [
            "Connections to 192.168.1.9 break, an ssh session too, and the default route through 192.168.1.1 is lost."
        ]
        near = draft("bridge", "bridge0", sources, address="192.168.1.8/24")
        assert told(near, "warning", "address") == ["Connections to 192.168.1.9 break, an ssh session too."]

    @pytest.mark.parametrize(
        ("key", "value", "fault"),
        [
            ("address", "10.0.0.1", "10.0.0.1 has no prefix: write 10.0.0.1/24."),
            ("address", "10.0.0.300/24", "is not an IPv4 address"),
            ("address", "10.0.0.1/33", "is not an IPv4 address"),
            ("address", "fd00::1/64", "is an IPv6 address"),
            ("address", "10.0.0.1/24 up", "is not an IPv4 address"),
            ("address6", "10.0.0.1/24", "is an IPv4 address"),
            ("address6", "fd00::1", "write fd00::1/64"),
        ],
    )
    def test_what_is_no_address(self, key: str, value: str, fault: str) -> None:
        (text,) = told(draft("bridge", "bridge1", read(), **{key: value}), "error", key)
        assert fault in text

    def test_address_that_somebody_has(self) -> None:
        def about(value: str) -> list[str]:
            return told(draft("bridge", "bridge1", sources, address=value), "warning", "address")

        mail = b'mail { path = /; ip4.addr = "em0|192.168.1.160/24"; }\n'
        sources = replace(read(), texts={"/etc/jail.conf": mail})
        assert about("192.168.1.10/24") == [
            "192.168.1.10 is used by the host on em0 and by the host on bridge1: "
            "both work only if they are on different segments."
        ]
        (running,) = told(draft("bridge", "bridge1", sources, address="192.168.1.154/32"), field="address")
        assert running.startswith("192.168.1.154 is used by web and by the host on bridge1")
        assert about("192.168.1.11/24") == []

    def test_dhcp_stays_until_an_address_is_given(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0": "addm em0 SYNCDHCP"}
        sources = read(interfaces=changing(bridge("bridge0", "em0", addresses=("192.168.1.9/24",))), rcconf=rcconf)
        assert field(open_form("bridge", "bridge0", sources), "boot").value == ON
        assert commands(draft("bridge", "bridge0", sources, description="x"))[-1] == "sysrc ifconfig_bridge0_descr=x"
        one = draft("bridge", "bridge0", sources, address="192.168.1.8/24")
        assert commands(one)[-1] == "sysrc ifconfig_bridge0=inet 192.168.1.8/24 addm em0"

    def test_address_that_stands_beside_the_line_is_no_drift_and_is_told_of(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0_alias0": "inet 192.168.1.9/24"}
        sources = read(interfaces=changing(bridge("bridge0", "em0", addresses=("192.168.1.9/24",))), rcconf=rcconf)
        assert field(open_form("bridge", "bridge0", sources), "boot").value == ON
        notes = told(draft("bridge", "bridge0", sources, address="192.168.1.8/24"), "warning", "address")
        assert "ifconfig_bridge0_alias0 of rc.conf still sets 192.168.1.9/24: change it by hand." in notes


class TestDescription:
    """Free text."""

    def test_comes_and_goes(self) -> None:
        assert commands(draft("bridge", "bridge0", read(), description="the house")) == [
            "ifconfig bridge0 descr the house",
            "sysrc ifconfig_bridge0_descr=the house",
        ]
        rcconf = RCCONF | {"ifconfig_bridge0_descr": "old one"}
        sources = read(interfaces=changing(described(HOME[3], "old one")), rcconf=rcconf)
        one = draft("bridge", "bridge0", sources, description="")
        assert commands(one) == ["ifconfig bridge0 -descr", "sysrc -x ifconfig_bridge0_descr"]
        assert undo(one) == ["ifconfig bridge0 descr old one", "sysrc ifconfig_bridge0_descr=old one"]

    def test_it_is_one_word_of_argv_whatever_it_holds(self) -> None:
        (step, _) = draft("bridge", "bridge0", read(), description="; rm -rf / 'x' #").commands
        assert step.argv == ("ifconfig", "bridge0", "descr", "; rm -rf / 'x' #")

    @pytest.mark.parametrize("value", ['a "b"', "a $b", "a `b`", "a \\ b"])
    def test_what_sysrc_would_mangle_can_be_set_now_only(self, value: str) -> None:
        assert told(draft("bridge", "bridge0", read(), description=value), "error", "description")
        assert commands(draft("bridge", "bridge0", read(), description=value, boot=OFF)) == [
            f"ifconfig bridge0 descr {value}"
        ]

    @pytest.mark.parametrize("value", ["x" * 1024, "two\nlines", "\x1b[31m"])
    def test_what_is_no_description(self, value: str) -> None:
        assert told(draft("bridge", "bridge0", read(), description=value, boot=OFF), "error", "description")
        assert not draft("bridge", "bridge0", read(), description="x" * 1023).errors

    def test_odd_one_that_is_there_already_is_in_nobodys_way(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0_descr": "a `b`"}
        sources = read(interfaces=changing(described(HOME[3], "a `b`")), rcconf=rcconf)
        assert not draft("bridge", "bridge0", sources, members="em0 em1 epair154a").errors


class TestBoot:
    """What rc.conf says, and what is not known of it."""

    def test_nothing_changed_is_nothing_done(self) -> None:
        for subject in ("bridge0", "bridge1"):
            assert draft("bridge", subject, read()).empty
            assert draft("bridge", subject, read(), now=OFF).empty
            assert draft("bridge", subject, read(), boot=OFF).empty

    def test_bridge_of_now_is_written_as_it_is(self) -> None:
        interfaces = changing(bridge("bridge0"), described(bridge("bridge1", "em0", addresses=("10.0.0.1/24",)), "lab"))
        form = open_form("bridge", "bridge1", read(interfaces=interfaces))
        assert (field(form, "boot").value, field(form, "boot").where) == (OFF, "not in rc.conf")
        one = form.draft(Answers({"boot": ON}))
        assert commands(one) == [
            "sysrc cloned_interfaces+=bridge1",
            "sysrc ifconfig_bridge1=inet 10.0.0.1/24 addm em0 up",
            "sysrc ifconfig_bridge1_descr=lab",
        ]
        assert one.effect == "takes effect at boot"
        assert "boot" not in [note.field for note in one.notes], "the save writes what rc.conf lacks"
        assert ("BRIDGE-NOT-AT-BOOT", "warning", "boot") in standing(form.draft(Answers()))
        unused = open_form("bridge", "bridge1", read())
        assert told(unused.draft(Answers()), "note", "boot") == [
            "rc.conf is not changed: it does not create bridge1 at boot."
        ]

    def test_bridge_with_a_name_of_its_own_is_made_by_the_number_it_was_made_by(self) -> None:
        lan = bridge("lan")._replace(drivername="bridge30")
        assert commands(draft("bridge", "lan", read(interfaces=changing(lan)), boot=ON))[:2] == [
            "sysrc cloned_interfaces+=bridge30",
            "sysrc ifconfig_bridge30_name=lan",
        ]

    def test_bridge_that_rc_conf_names_is_known_by_that_name(self) -> None:
        rcconf = RCCONF | {
            "cloned_interfaces": "bridge0 bridge30",
            "ifconfig_bridge30_name": "lan",
            "ifconfig_lan": "up",
        }
        one = draft("bridge", "lan", read(interfaces=changing(bridge("lan")), rcconf=rcconf), address="10.0.0.1/24")
        assert commands(one)[-1] == "sysrc ifconfig_lan=inet 10.0.0.1/24 up"

    def test_each_value_tells_what_rc_conf_says(self) -> None:
        form = open_form("bridge", "bridge0", read())
        assert field(form, "members").where == 'rc.conf: ifconfig_bridge0="addm em0 up"'
        assert field(form, "description").where == "rc.conf: ifconfig_bridge0_descr is not set"
        assert field(open_form("bridge", "bridge1", read()), "members").where == "not in rc.conf"

    def test_what_is_otherwise_after_boot_is_told_and_can_be_written(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0": "inet 10.0.0.1/24 addm em1 mtu 9000 up"}
        form = open_form("bridge", "bridge0", read(rcconf=rcconf))
        assert field(form, "boot").value == OFF
        assert {one.key: one.now for one in form.fields(Answers()) if one.now} == {
            "members": "epair154a em0",
            "mtu": "1500",
        }
        assert {(code, field) for code, _, field in standing(form.draft(Answers()))} == {
            ("DRIFT-BRIDGE", "boot"),
            ("MEMBER-ADDRESS", "members"),
        }
        assert commands(form.draft(Answers({"boot": ON}))) == [
            "sysrc ifconfig_bridge0=addm em1 addm em0 mtu 1500 up",
        ]

    def test_rc_conf_that_could_not_be_read_is_never_written(self) -> None:
        form = open_form("bridge", "bridge0", read(rcconf=None))
        assert (field(form, "boot").kind, field(form, "boot").value) == ("fact", "not known")
        one = form.draft(Answers({"boot": ON, "description": "x"}))
        assert commands(one) == ["ifconfig bridge0 descr x"]
        assert told(one, "note", "boot") == ["rc.conf could not be read: it is not known what happens at boot."]

    def test_line_that_sysrc_would_mangle_is_left_to_the_operator(self) -> None:
        rcconf = RCCONF | {"ifconfig_bridge0": "addm em0 descr $x up"}
        one = draft("bridge", "bridge0", read(rcconf=rcconf), members="em0 em1 epair154a")
        assert told(one, "error", "boot") == ["sysrc can't write $ to rc.conf: change that line by hand."]

    def test_bridge_that_is_not_there_has_no_form(self) -> None:
        for subject in ("bridge9", "em0", "epair154b"):
            with pytest.raises(NoForm):
                open_form("bridge", subject, read())

    def test_name_that_two_interfaces_have_is_not_touched(self) -> None:
        twins = (*HOME, bridge("bridge1"))
        assert told(draft("bridge", "bridge1", read(interfaces=twins), description="x"), "error")
