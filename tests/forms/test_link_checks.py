"""Rules about bridges, MTU, VLANs, MACs, DHCP and the way back, each with the case that must stay silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from jailtui.config.configured import Configured
from jailtui.config.hooks.summary import configured
from jailtui.config.view import Link, View
from jailtui.exchange import Section
from jailtui.forms.network.checks import InUse, check
from jailtui.forms.protocol import Note
from jailtui.model.state import Bridge, End, Epair, Interface, Jail, JailState, Vlan, Where
from tests.support.networks import LINK, NEW, WEB, host, levels, live, notes, texts, web

# Bridges, MTU, VLANs.


def test_a_bridge_that_is_not_there() -> None:
    missing = web(bridge="bridge5")
    assert notes(missing) == [Note("warning", "There is no bridge5 on the host, also after a boot.", "bridge")]
    assert texts(notes(missing, rcconf={"cloned_interfaces": "bridge5"})) == (
        "There is no bridge5 on the host before the next boot."
    )
    made = Configured("/etc/jail.conf", (), True, creates=("epair154", "bridge5"))
    assert notes(missing, missing, jails=[Jail("web", "web", None, JailState.STOPPED, True, configured=made)]) == []
    needs = Configured("/etc/jail.conf", (), True, depend=("net",))
    net = Jail("net", "net", None, JailState.STOPPED, True, configured=made)
    assert notes(missing, jails=[net, Jail("web", "web", None, JailState.STOPPED, True, configured=needs)]) == []
    assert levels(notes(missing, jails=[net]), "bridge") == ["warning"]
    assert notes(missing._replace(unread=("ifconfig bridge5 create || :",))) == []
    assert levels(notes(web(bridge="em0")), "bridge") == ["error"]


def test_jib_makes_its_bridge_itself() -> None:
    params = (("exec.prestart", ("jib addm web em1",)),)
    config = configured(params, "/etc/jail.conf")
    jib = Jail("web", "web", None, JailState.STOPPED, True, configured=config)
    assert notes(web(bridge="em1bridge"), jails=[jib]) == []
    assert levels(notes(web(bridge="em1bridge")), "bridge") == ["warning"]


def test_hooks_that_make_a_vlan_and_its_bridge_make_the_next_one_too() -> None:
    hooks = ("ifconfig em0.30 create up || true", "ifconfig bridge create name br30 || true")
    config = configured((("exec.prestart", hooks),), "/etc/jail.conf")
    jail = Jail("web", "web", None, JailState.STOPPED, True, configured=config)
    before = web(vlan=30, bridge="br30")
    assert notes(before, before, jails=[jail]) == notes(web(vlan=40, bridge="br40"), before, jails=[jail]) == []
    assert [note.field for note in notes(before)] == ["bridge", "vlan"]


@pytest.mark.parametrize("hook", ["ifconfig vlan create vlan 30 vlandev em0", "/sbin/ifconfig em0.30 create up"])
def test_ways_to_make_a_vlan(hook: str) -> None:
    config = configured((("exec.prestart", (hook,)),), "/etc/jail.conf")
    jail = Jail("web", "web", None, JailState.STOPPED, True, configured=config)
    assert notes(web(vlan=30), jails=[jail]) == []
    assert levels(notes(web(vlan=31), jails=[jail]), "vlan") == ["warning"]


def test_a_bridge_that_is_gone_after_a_boot() -> None:
    def said(persistent: bool | None) -> list[Note]:
        return notes(WEB, bridges=[Bridge("bridge0", mtu=1500, persistent=persistent)])

    assert texts(said(False)) == "bridge0 is gone after a boot: cloned_interfaces in rc.conf lacks it."
    assert said(None) == said(True) == []


def test_the_mtu_of_a_bridge() -> None:
    def said(release: str, mtu: int | None, members: tuple[str, ...] = ("em0",), bridge: int = 1500) -> list[str]:
        bridges = [Bridge("bridge0", members, mtu=bridge, persistent=True)]
        return levels(notes(web(mtu=mtu), release=release, bridges=bridges), "mtu")

    assert said("13.2-RELEASE", 9000) == ["error"]
    assert said("14.2-RELEASE", 9000) == said("15.1-RELEASE", 9000) == ["note"]
    assert said("13.2-RELEASE", 1500) == said("13.2-RELEASE", None) == []
    assert said("13.2-RELEASE", None, bridge=9000) == ["error"]
    assert said("15.1-RELEASE", None, bridge=9000) == said("13.2-RELEASE", 9000, bridge=0) == []
    # The first member gives a bridge its MTU, and this jail's own end is no other one.
    assert said("13.2-RELEASE", 9000, ()) == said("13.2-RELEASE", 9000, ("epair154a",)) == []


def test_a_vlan_that_the_bridge_does_not_carry() -> None:
    def said(*vlans: Vlan, members: tuple[str, ...] = ("em0.20",)) -> str:
        bridges = [Bridge("bridge0", members, mtu=1500, persistent=True)]
        return texts(notes(web(vlan=20), vlans=vlans, bridges=bridges))

    assert said() == "There is no VLAN 20 on the host."
    assert notes(web(vlan=20, rest={"unread": ("sh /root/vlans.sh",)})) == []
    assert said(Vlan("em0.20", 20, "em0")) == ""
    assert said(Vlan("dmz", 20, "em0")) == "VLAN 20 is dmz on the host, which is not in bridge0."
    assert said(Vlan("em0.20", 20, None)) == "em0.20, VLAN 20, has lost its parent."


def test_a_vlan_that_is_moved_in() -> None:
    def said(name: str, *vlans: Vlan, interfaces: Sequence[Interface] = ()) -> str:
        link = Link(name, name, vlan=20, release=True, release_safe=True)
        told = notes(View("web", True, (link,), unread=("sh x",)), vlans=vlans, interfaces=interfaces)
        return texts([note for note in told if note.field == "vlan"])

    assert said("em1.20") == "There is no em1 on the host, the parent of em1.20."
    assert said("em0.20") == ""
    assert said("em0.20", Vlan("dmz", 20, "em0")) == "VLAN 20 on em0 is dmz already."
    assert said("em0.20", Vlan("dmz", 20, "em1")) == ""
    assert said("em0.20", Vlan("em0.20", 20, "em0"), interfaces=[Interface("em0.20", "vlan", tag=20)]) == ""


# MACs, DHCP, the way back.


def test_a_mac_that_another_interface_has() -> None:
    mac = "02:00:00:00:01:0b"
    db = live("db", 5, interfaces=(Interface("epair155b", "epair", jid=5, ether=mac),))
    assert texts(notes(web(mac="02-00-00-00-01-0B"), jails=[db])) == f"{mac} is the MAC of db (jid 5)."
    assert texts(notes(web(mac="52:54:00:12:34:56"))) == "52:54:00:12:34:56 is the MAC of em0 on the host."
    other = View("mail", True, (Link("e0", mac=mac),))
    assert texts(notes(web(mac=mac), others=[other])) == f"{mac} is the MAC of mail."
    assert notes(web(mac=mac), jails=[db._replace(key="web", name="web")]) == []
    assert notes(web(mac="02:00:00:00:02:0b"), jails=[db], others=[other]) == notes(web(mac="random")) == []


def test_on_13_and_14_one_end_tells_the_mac_of_the_other() -> None:
    seen = End("epair7a", Where.HOST, ether="02:00:00:00:07:0a")
    lost = Epair("epair7", "epair7", seen, End(None, Where.LOST), "none", True, "", "db")
    asked = web(mac="02:00:00:00:07:0b")
    assert levels(notes(asked, epairs=[lost], release="14.2-RELEASE"), "mac") == ["warning"]
    assert notes(asked, epairs=[lost]) == []


def test_one_mac_twice_in_a_jail() -> None:
    mac = "02:00:00:00:01:0b"
    second = Link("em1", "em1", mac=mac, release=True, release_safe=True)
    asked = WEB._replace(links=(LINK._replace(mac=mac), second))
    assert levels(notes(asked, interfaces=[Interface("em1", "ether")]), "2.mac") == ["warning"]


def test_dhcp_and_an_address_exclude_each_other() -> None:
    asked = web(dhcp=True, rest={"ruleset": 11})
    assert notes(asked) == [Note("error", "DHCP and 192.168.1.154/24 can't both give the address.", "dhcp")]
    assert levels(notes(asked, WEB), "dhcp") == ["error"]
    assert notes(web(dhcp=True, addresses=("fd00::2/64",), rest={"ruleset": 11, "gateways": ()})) == []


@pytest.mark.parametrize("ruleset", [None, 1, 4, 5])
def test_dhcp_needs_bpf(ruleset: int | None) -> None:
    asked = web(dhcp=True, addresses=(), rest={"gateways": (), "ruleset": ruleset})
    (found,) = notes(asked)
    assert (found.level, found.field) == ("warning", "dhcp")
    assert "add path 'bpf*' unhide" in found.text
    assert f"ruleset {ruleset or 4} hides" in found.text
    assert notes(asked._replace(ruleset=11)) == []
    assert texts(notes(asked._replace(ruleset=11, mounts_devfs=False))) == (
        "DHCP needs /dev/bpf in the jail, and mount.devfs is not set."
    )


def test_a_ruleset_that_is_not_loaded_opens_all_of_dev() -> None:
    asked = web(rest={"ruleset": 12})
    text = "devfs ruleset 12 is not loaded: the jail sees all of /dev, kernel memory and disks too."
    assert notes(asked) == [Note("error", text, "")]
    assert notes(asked, rulesets="4\n12\n") == notes(asked, rulesets=None) == []
    assert notes(asked._replace(mounts_devfs=False)) == []
    assert levels(notes(asked, asked._replace(mounts_devfs=False)), "") == ["error"]
    failed = replace(host(), about={"rulesets": Section("rulesets", 1, "", "devfs: not permitted")})
    assert check(asked, NEW, InUse(failed, ())) == ()
    assert levels(notes(web(rest={"ruleset": 3})), "") == ["error"]


def test_the_way_back_out_of_the_jail() -> None:
    (off,) = notes(web(release=False))
    assert (off.level, off.field) == ("note", "release")
    (unsafe,) = notes(web(release_safe=False))
    assert (unsafe.level, unsafe.field) == ("warning", "release")
    assert "|| true" in unsafe.text


def test_two_jails_with_one_id() -> None:
    ids = {"web": "154", "db": "154", "mail": "155"}
    assert notes(WEB, ids=ids) == [Note("warning", "db has the id 154 too.", "id")]
    assert notes(WEB, ids={**ids, "web": "156"}) == notes(WEB, ids={**ids, "web": ""}) == []
