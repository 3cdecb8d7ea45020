"""The words of ifconfig for vlan(4) (FREEBSD.md 4.2; sbin/ifconfig/ifvlan.c)."""

from __future__ import annotations

from jailtui.simhost.kernel import interfaces, vlans
from jailtui.simhost.kernel.state import ERRORS, Ifnet, KernelError
from jailtui.simhost.tools.ifconfig_work import Failed, Work

VLAN_WORDS = ("vlan", "vlandev", "-vlandev", "vlanpcp", "vlanproto")


def create_vlan(work: Work, words: dict[str, str]) -> Ifnet:
    if "vlandev" in words and "vlan" not in words:
        raise Failed("must specify a tag for vlan create")
    if "vlandev" not in words:
        raise Failed("must specify a parent device for vlan create")
    proto, pcp = words.get("vlanproto", "802.1q"), int(words.get("vlanpcp", "0"))
    return interfaces.clone_vlan(work.kernel, work.vnet, work.name, words["vlandev"], int(words["vlan"]), proto, pcp)


def vlan_word(work: Work, words: list[str]) -> int:
    """Keep a word of vlan(4) until tag and parent are both known; returns the number of words used."""
    word = words[0]
    if word == "-vlandev":
        if work.target.parent:
            vlans.unconfigure(work.target)
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
    words = work.vlan
    if not words:
        return
    vlan = work.target
    if work.lost:
        return
    if ("vlan" in words) != ("vlandev" in words):
        raise Failed("both vlan and vlandev must be specified")
    if "vlan" in words:
        if vlan.parent and not work.kernel.release.vlan_change_attached:
            raise Failed(f"SIOCSETVLAN: {ERRORS['EBUSY']}")
        try:
            parent = vlans.check(work.kernel, work.vnet, int(words["vlan"]), words["vlandev"], but=vlan)
        except KernelError as error:
            raise Failed(f"SIOCSETVLAN: {error}") from None
        vlans.configure(work.kernel, vlan, parent, int(words["vlan"]))
    if "vlanpcp" in words:
        vlan.pcp = int(words["vlanpcp"])
    if "vlanproto" in words and work.kernel.release.vlan_protocol_changes:
        vlan.proto = words["vlanproto"]
