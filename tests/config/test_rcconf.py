"""rc.conf's ifconfig lines: read as ifconfig reads them, and changed at one place only."""

from __future__ import annotations

import pytest

from jailtui.config.rcconf import RcConf, RcLine, clauses, variable


def line(text: str) -> RcLine:
    return RcLine(clauses(text))


def test_words_come_back_as_they_were() -> None:
    text = "inet 10.0.0.1 netmask 255.255.255.0 addm em0 untagged 5 tagged 1,7-9 stp em0 ifpathcost em0 55 weird up"
    assert str(line(text)) == text


def test_members_and_their_vlans_are_read_from_addm_and_from_words_of_their_own() -> None:
    text = "addm em0 untagged 5 addm em1 tagged 7 ifuntagged em1 9 iftagged em0 10,20 up"
    assert line(text).members == {"em0": ("5", "10,20"), "em1": ("9", "7")}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("inet 10.0.0.1/24 up", "10.0.0.1/24"),
        ("inet 10.0.0.1 netmask 255.255.255.0", "10.0.0.1/24"),
        ("inet 10.0.0.1 netmask 0xffffff00", "10.0.0.1/24"),
        ("10.0.0.1/24", "10.0.0.1/24"),
        ("inet 10.0.0.1 up", ""),
        ("inet6 fd00::1/64", ""),
        ("addm em0 up", ""),
        ("inet nonsense/24", ""),
        ("inet 10.0.0.1 netmask 0xzz", ""),
    ],
)
def test_address_of_a_line(text: str, address: str) -> None:
    assert line(text).address() == address


def test_member_that_goes_takes_all_that_is_said_of_it() -> None:
    text = "addm em0 addm em1 stp em1 ifpathcost em1 55 private em0 mtu 9000 up"
    assert str(line(text).with_members({"em0": ("", "")})) == "addm em0 private em0 mtu 9000 up"


def test_member_that_comes_stands_behind_the_others() -> None:
    assert str(line("addm em0 mtu 9000 up").with_members({"em0": ("", ""), "em1": ("5", "")})) == (
        "addm em0 addm em1 untagged 5 mtu 9000 up"
    )
    assert str(line("mtu 9000 up").with_members({"em1": ("", "")})) == "mtu 9000 addm em1 up"


def test_new_vlans_of_a_member_replace_its_old_ones_wherever_they_stand() -> None:
    text = "addm em0 untagged 5 stp em0 iftagged em0 7 up"
    assert str(line(text).with_members({"em0": ("6", "8")})) == "addm em0 untagged 6 tagged 8 stp em0 up"


def test_address_takes_the_place_of_the_first_one_and_of_dhcp() -> None:
    assert str(line("addm em0 inet 10.0.0.1 netmask 0xffffff00 up").with_address("10.0.0.2/24")) == (
        "addm em0 inet 10.0.0.2/24 up"
    )
    assert str(line("SYNCDHCP addm em0").with_address("10.0.0.2/24")) == "inet 10.0.0.2/24 addm em0"
    assert str(line("inet 10.0.0.1/24 up").with_address("")) == "up"


def test_one_value_or_word_is_put_before_up_or_in_its_place() -> None:
    assert str(line("addm em0 up").with_value("mtu", "9000")) == "addm em0 mtu 9000 up"
    assert str(line("mtu 1400 addm em0").with_value("mtu", "9000")) == "mtu 9000 addm em0"
    assert str(line("mtu 1400 addm em0").with_value("mtu", "")) == "addm em0"
    assert str(line("addm em0 up").with_word("vlanfilter", True)) == "addm em0 vlanfilter up"
    assert str(line("vlanfilter up").with_word("vlanfilter", True)) == "vlanfilter up"
    assert str(line("vlanfilter up").with_word("vlanfilter", False)) == "up"


def test_variable_of_a_name_that_no_shell_could_spell() -> None:
    assert variable("ifconfig", "em0.10", "_ipv6") == "ifconfig_em0_10_ipv6"
    assert variable("vlans", "a-b+c") == "vlans_a_b_c"


def test_value_that_was_unset_is_taken_out_again_and_one_that_was_set_put_back() -> None:
    rc = RcConf({"a": "1"})
    assert [(step.argv, step.undo) for step in rc.assign("a", "2 3", "")] == [(("sysrc", "a=2 3"), ("sysrc", "a=1"))]
    assert [(step.argv, step.undo) for step in rc.assign("b", "2", "")] == [(("sysrc", "b=2"), ("sysrc", "-x", "b"))]
    assert [(step.argv, step.undo) for step in rc.assign("a", "", "")] == [(("sysrc", "-x", "a"), ("sysrc", "a=1"))]
    assert [*rc.assign("a", "1", ""), *rc.assign("b", "", "")] == []


def test_word_of_a_list_is_added_once_sticky_or_not() -> None:
    rc = RcConf({"cloned_interfaces": "bridge0:sticky lo1"})
    assert [*rc.add("cloned_interfaces", "bridge0", "")] == []
    (step,) = rc.add("cloned_interfaces", "bridge1", "")
    assert (step.argv, step.undo) == (("sysrc", "cloned_interfaces+=bridge1"), ("sysrc", "cloned_interfaces-=bridge1"))


def test_further_addresses_are_found_with_their_variable() -> None:
    rc = RcConf(
        {
            "ifconfig_em0_alias0": "inet 10.0.0.2/32",
            "ifconfig_em0_aliases": "inet 10.0.0.3/32 inet6 fd00::3/64",
            "ifconfig_em01_alias0": "inet 10.0.0.9/32",
        }
    )
    assert rc.aliases("em0") == {
        "10.0.0.2/32": "ifconfig_em0_alias0",
        "10.0.0.3/32": "ifconfig_em0_aliases",
        "fd00::3/64": "ifconfig_em0_aliases",
    }
