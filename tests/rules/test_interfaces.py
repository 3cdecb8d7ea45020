"""What a jail's file gives it, judged as its next start finds it: names, pairs, VLANs, MTUs, each with a near miss."""

from __future__ import annotations

from typing import Any

import pytest

from jailtui.config.view import Configured, Created, Link, View
from jailtui.model.state import Bridge, End, Epair, Interface, Jail, JailState, Vlan, Where
from tests.support.contexts import context, found
from tests.support.epair_hosts import near
from tests.support.epair_hosts import pair as joined
from tests.support.networks import DB, LINK, NEW, WEB, codes, compare, live, notes, pair, web

NIC = Link("em1", "em1", release=True)
EM1 = Interface("em1", "ether")


def test_sound_network_is_silent() -> None:
    assert codes(WEB) == codes(WEB, WEB, jails=[live("web", 9)], epairs=[pair("epair154", "web")]) == []


def test_a_name_has_15_bytes_at_most() -> None:
    (told,) = compare(web(host_end="e0a_averylongname")).new
    assert (told.code, told.severity, told.field("network")) == ("NAME-LONG", "error", "epair")
    assert told.text == "e0a_averylongname of web has 17 bytes: an interface's name has at most 15."
    assert codes(web(host_end="e0a_fifteenletr")) == []
    assert [one.field("network") for one in compare(web(bridge="abcdefghijklmnop")).new if one.code == "NAME-LONG"] == [
        "bridge"
    ]


def test_long_name_is_shown_where_it_is_written_as_a_whole() -> None:
    text = """web {
  vnet; path = /;
  vnet.interface = "epair1b";
  exec.prestart = "echo network_of_web_01";
  exec.prestart += "ifconfig epair1 create up";
  exec.start = "ifconfig epair1b name network_of_web_0";
}
"""
    (long,) = found(context(text), "NAME-LONG")
    assert [(at.source, at.said) for at in long.evidence] == [
        ("/etc/jail.conf:6", "exec.start = ifconfig epair1b name network_of_web_0")
    ]


def test_two_interfaces_of_one_name_in_the_jail() -> None:
    second = LINK._replace(pair="epair160", given="epair160b", host_end="epair160a", addresses=())
    (told,) = compare(WEB._replace(links=(LINK, second))).new
    assert (told.code, told.severity, told.field("network")) == ("NAME-INSIDE", "error", "2.epair")
    assert codes(WEB._replace(links=(LINK, second._replace(inside="epair160b")))) == []


def test_a_pair_of_two_jails() -> None:
    taken = web(pair="epair155", given="epair155b", inside="epair155b", host_end="epair155a")
    (told,) = (one for one in compare(taken, others=[DB]).new if one.code == "EPAIR-TWICE")
    assert (told.code, told.severity, told.field("network")) == ("EPAIR-TWICE", "warning", "epair")
    assert told.text == "epair155 is given to web and to db: the one that starts second fails."
    running: dict[str, Any] = {"jails": [live("db", 5)], "others": [DB]}
    assert "error" in {one.severity for one in compare(taken, **running).new if one.code == "EPAIR-TWICE"}
    assert "EPAIR-TWICE" not in codes(WEB, others=[DB])


def test_a_nic_given_to_two_jails_but_shared_by_one_without_vnet() -> None:
    other = View("db", True, (NIC,))
    nic = View("web", True, (NIC,))
    assert codes(nic, others=[other], interfaces=[EM1]) == ["EPAIR-TWICE"]
    assert codes(nic, others=[other._replace(vnet=False)], interfaces=[EM1]) == []


def test_a_pair_of_the_host_in_the_way() -> None:
    hard = web(idempotent=False)
    (told,) = (one for one in compare(hard, epairs=[pair("epair154", "db")]).new if one.code == "EPAIR-IN-THE-WAY")
    assert (told.severity, told.field("network")) == ("error", "epair")
    assert codes(hard, epairs=[pair("epair15", "db")]) == ["CONF-CREATE"]
    renamed = Interface("e0a_db", "epair", drivername="epair154")
    there = [pair("e0a_db", "db", a=End("e0a_db", Where.HOST))]
    assert "EPAIR-IN-THE-WAY" in codes(hard, epairs=there, interfaces=[renamed])


def test_the_jails_own_left_over_pair_stands_and_keeps_nothing_from_being_saved() -> None:
    hard = web(idempotent=False)
    found = compare(hard, hard, epairs=[pair("epair154", "web", orphan=True)])
    assert found.new == ()
    assert "EPAIR-IN-THE-WAY" in [one.code for one in found.standing]
    runs = compare(hard, hard, epairs=[pair("epair154", "web")], jails=[live("web", 9)])
    assert runs.standing == compare(hard, hard).standing


def test_a_name_that_another_interface_has() -> None:
    named = web(host_end="e0a_web")
    (told,) = compare(named, interfaces=[Interface("e0a_web", "ether")]).new
    assert (told.code, told.severity, told.field("network")) == ("NAME-TAKEN", "error", "epair")
    assert codes(WEB, interfaces=[Interface("epair154b", "ether")]) == ["NAME-TAKEN"]
    mine = [pair("epair154", "web", a=End("e0a_web", Where.HOST))]
    assert codes(named, interfaces=[Interface("e0a_web", "epair")], epairs=mine) == []
    assert codes(named, interfaces=[Interface("e0a_db", "ether")]) == []


def test_an_interface_that_nothing_makes() -> None:
    asked = web(created=False)
    (told,) = compare(asked).new
    assert (told.code, told.severity, told.field("network")) == ("IF-MISSING", "warning", "epair")
    (at_boot,) = compare(asked, rcconf={"cloned_interfaces": "bridge0 epair154"}).new
    assert at_boot.text == "epair154b is not on the host, and rc.conf creates it only at boot: web can't start."
    assert codes(asked, interfaces=[Interface("epair154b", "epair")]) == []
    assert codes(asked._replace(unread=("sh /root/net.sh",))) == []
    db = live("db", 5, interfaces=(Interface("epair154b", "epair", jid=5),))
    assert codes(asked, jails=[db]) == []


def test_a_running_jail_is_judged_as_it_next_starts() -> None:
    """Its NIC is the host's again, its pair is gone, and what it has now is nobody else's."""
    nic = View("web", True, (NIC,))
    inside = Interface("em1", "ether", jid=4)
    assert codes(nic, nic, jails=[live("web", 4, interfaces=(inside,))], interfaces=[inside]) == []
    hard = web(idempotent=False)
    assert codes(hard, hard, jails=[live("web", 9, "192.168.1.154")], epairs=[pair("epair154", "web")]) == []


def test_a_vlan_that_the_bridge_is_to_carry() -> None:
    asked = web(vlan=10)
    (told,) = compare(asked).new
    assert (told.code, told.severity, told.field("network")) == ("VLAN-MISSING", "warning", "vlan")
    assert told.text == "web needs VLAN 10, but the host has no VLAN with that tag."
    on_em0 = Vlan("em0.10", 10, "em0", up=True)
    joined = [Bridge("bridge0", ("em0.10",), mtu=1500, persistent=True)]
    assert codes(asked, vlans=[on_em0], bridges=joined) == []
    assert [one.text for one in compare(asked, vlans=[on_em0]).new] == [
        "web needs VLAN 10, but em0.10 is not in bridge0."
    ]
    assert [one.text for one in compare(asked, vlans=[on_em0._replace(parent=None)]).new] == [
        "web needs VLAN 10, but em0.10 has lost its parent."
    ]
    assert codes(asked._replace(unread=("sh /root/net.sh",))) == []


def test_a_bridge_that_filters_carries_a_vlan_without_an_interface_of_it() -> None:
    filtering = [Interface("bridge1", "bridge", up=True, mtu=1500, filtering=True)]
    one = Bridge("bridge1", ("em0",), mtu=1500, persistent=True)
    assert "VLAN-MISSING" not in codes(web(vlan=10, bridge="bridge1"), bridges=[], interfaces=filtering)
    assert "VLAN-MISSING" in codes(web(vlan=10, bridge="bridge1"), bridges=[one])


def test_a_vlan_that_is_moved_in() -> None:
    link = Link("em1.10", "em1.10", vlan=10, release=True)
    asked = View("web", True, (link,))
    vlan = Interface("em1.10", "vlan")
    assert "VLAN-MISSING" in codes(asked, interfaces=[])
    assert codes(asked, interfaces=[EM1, vlan], vlans=[Vlan("em1.10", 10, "em1")]) == []
    taken = compare(asked, interfaces=[EM1], vlans=[Vlan("dmz", 10, "em1")]).new
    assert "web needs VLAN 10, but dmz of em1 has that tag already." in [one.text for one in taken]


def test_a_vlan_and_bridge_that_the_hooks_make_are_not_missed() -> None:
    made = (Created("em0.30", ("em0.30",), tag=30), Created("br30", ("br30",)))
    assert codes(web(vlan=30, bridge="br30")._replace(created=made)) == []
    assert codes(web(vlan=31, bridge="br31")._replace(created=made)) == ["BRIDGE-MISSING", "VLAN-MISSING"]


@pytest.mark.parametrize(
    ("release", "mtu", "severity"),
    [
        ("13.2-RELEASE", 9000, "error"),
        ("14.2-RELEASE", 9000, "warning"),
        ("15.1-RELEASE", 9000, "warning"),
        ("15.1-RELEASE", 1500, None),
        ("13.2-RELEASE", None, None),
    ],
)
def test_the_mtu_of_the_bridge_that_the_pair_joins(release: str, mtu: int | None, severity: str | None) -> None:
    found = compare(web(mtu=mtu), release=release).new
    told = [(one.code, one.severity, one.field("network")) for one in found]
    assert told == ([("MTU-MISMATCH", severity, "mtu")] if severity else [])
    alone = [Bridge("bridge0", (), mtu=1500, persistent=True)]
    assert codes(web(mtu=mtu), release=release, bridges=alone) == []


def test_a_bridge_that_is_not_there_or_is_none() -> None:
    (told,) = compare(web(bridge="bridge5")).new
    assert (told.code, told.severity, told.field("network")) == ("BRIDGE-MISSING", "error", "bridge")
    assert codes(web(bridge="em0")) == ["BRIDGE-MISSING"]
    needs = Configured("/etc/jail.conf", (), True)
    row = Jail("web", "web", None, JailState.STOPPED, True, configured=needs)
    assert codes(web(bridge="bridge5"), jails=[row]) == ["BRIDGE-MISSING"]
    assert [one.severity for one in compare(web(bridge="bridge5", rest={"unread": ("sh net.sh",)})).new] == ["note"]


def test_a_mac_of_another_and_the_other_end_that_one_end_tells_on_14() -> None:
    seen = End("epair7a", Where.HOST, ether="02:00:00:00:07:0a")
    lost = Epair("epair7", "epair7", seen, End(None, Where.LOST), "none", True, "", "db")
    asked = web(mac="02:00:00:00:07:0b")
    found = compare(asked, epairs=[lost], release="14.2-RELEASE").new
    assert [(one.code, one.severity, one.field("network")) for one in found] == [("MAC-TWICE", "warning", "mac")]
    assert codes(asked, epairs=[lost]) == []
    other = View("mail", True, (Link("e0", mac=asked.links[0].mac),))
    assert codes(asked, others=[other]) == ["MAC-TWICE"]
    assert codes(web(mac="random"), others=[other]) == []


def test_one_mac_or_address_twice_in_a_jail_is_told_at_the_second() -> None:
    second = Link("em1", "em1", mac="02:00:00:00:01:0b", release=True)
    asked = WEB._replace(links=(LINK._replace(mac="02-00-00-00-01-0B"), second))
    assert [(one.code, one.field) for one in notes(asked, interfaces=[EM1])] == [("MAC-TWICE", "2.mac")]
    again = WEB._replace(links=(LINK, second._replace(mac="", addresses=("192.168.1.154/32",))))
    (told,) = notes(again, interfaces=[EM1])
    assert (told.code, told.level, told.field) == ("ADDR-TWICE", "warning", "2.address")


def test_what_stands_in_the_file_is_no_new_finding() -> None:
    broken = web(addresses=("192.168.1.255/24",), mtu=9000)
    found = compare(broken, broken)
    assert found.new == ()
    assert {one.code for one in found.standing} == {"ADDR-BROADCAST", "MTU-MISMATCH"}
    assert codes(broken, NEW) == ["ADDR-BROADCAST", "MTU-MISMATCH"]


def test_pair_that_its_tool_renamed_is_the_jails_own() -> None:
    jib = 'web { path = /w; vnet; vnet.interface = "e0b_web"; exec.prestart = "jib addm web em0"; }'
    end = Interface("e0b_web", "epair", mtu=1500)
    mine = joined(near("e0a_web"), near("e0b_web", bridge=None), "epair3")
    assert found(context(jib, interfaces=(end,), epairs=(mine,)), "NAME-TAKEN") == ()
    assert found(context(jib, interfaces=(end,), epairs=(mine._replace(owner="db"),)), "NAME-TAKEN") != ()


def test_interface_whose_pair_has_its_other_end_on_the_host_is_not_missing() -> None:
    text = 'web { path = /w; vnet; vnet.interface = "epair9b"; }'
    held = joined(near("epair9a"), End(None, Where.LOST, "db", 3), "epair9", owner="db")
    em0 = (Interface("em0", "ether"),)
    assert found(context(text, interfaces=em0, epairs=(held,)), "IF-MISSING") == ()
    assert found(context(text, interfaces=em0), "IF-MISSING") != ()
