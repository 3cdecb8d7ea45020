"""ifconfig's words for vlan(4), and making one with them (FREEBSD.md 4.2; sbin/ifconfig/ifvlan.c)."""

from __future__ import annotations

from jailtui.simhost.kernel import interfaces, vlans
from jailtui.simhost.kernel.state import ERRORS, Interface, KernelError
from jailtui.simhost.tools.ifconfig_work import Failed, Work

VLAN_WORDS = ("vlan", "vlandev", "-vlandev", "vlanpcp", "vlanproto")


def create_vlan(work: Work, given: dict[str, str]) -> Interface:
    if "vlandev" in given and "vlan" not in given:
        raise Failed("must specify a tag for vlan create")
    if "vlandev" not in given:
        raise Failed("must specify a parent device for vlan create")
    proto, pcp = given.get("vlanproto", "802.1q"), int(given.get("vlanpcp", "0"))
    return interfaces.clone_vlan(work.kernel, work.vnet, work.name, given["vlandev"], int(given["vlan"]), proto, pcp)


def vlan_word(work: Work, words: list[str]) -> int:
    """A word of vlan(4): kept until tag and parent are both known."""
    word = words[0]
    if word == "-vlandev":
        if work.one.parent:
            vlans.unconfigure(work.one)
        return 2 if len(words) > 1 else 1
    if len(words) < 2:
        raise Failed(f"'{word}' requires argument")
    value = words[1]
    if word in ("vlan", "vlanpcp"):
        check_number(word, value, 7 if word == "vlanpcp" else 0xFFFF)
    if word == "vlanproto" and value not in ("802.1q", "802.1ad"):
        raise Failed("invalid value for vlanproto")
    (work.vlan if work.creating is None else work.creating)[word] = value
    return 2


def check_number(word: str, value: str, top: int) -> None:
    if not value.removeprefix("-").isdecimal():
        raise Failed(f"invalid value for {word}")
    if not 0 <= int(value) <= top:
        raise Failed(f"value for {word} out of range")


def finish_vlan(work: Work) -> None:
    """`vlan N vlandev IF` of an interface that exists."""
    given = work.vlan
    if not given:
        return
    vlan = work.one
    if work.lost:
        return
    if ("vlan" in given) != ("vlandev" in given):
        raise Failed("both vlan and vlandev must be specified")
    if "vlan" in given:
        if vlan.parent and not work.kernel.release.vlan_change_attached:
            raise Failed(f"SIOCSETVLAN: {ERRORS['EBUSY']}")
        try:
            parent = vlans.check(work.kernel, work.vnet, int(given["vlan"]), given["vlandev"], but=vlan)
        except KernelError as error:
            raise Failed(f"SIOCSETVLAN: {error}") from None
        vlans.configure(work.kernel, vlan, parent, int(given["vlan"]))
    if "vlanpcp" in given:
        vlan.pcp = int(given["vlanpcp"])
    if "vlanproto" in given and work.kernel.release.vlan_protocol_changes:
        vlan.proto = given["vlanproto"]
