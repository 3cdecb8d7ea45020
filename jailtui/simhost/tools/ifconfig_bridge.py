"""ifconfig's words for bridges (FREEBSD.md 4.1, 4.3; sbin/ifconfig/ifbridge.c)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import bridges
from jailtui.simhost.kernel.state import ERRORS, Ifnet, Kernel, KernelError
from jailtui.simhost.tools import ifconfig_filter

ADDM_USAGE = "usage: addm <interface> [opts ...]"
PORT_FLAGS = {
    "stp": "STP",
    "discover": "DISCOVER",
    "learn": "LEARNING",
    "sticky": "STICKY",
    "edge": "EDGE",
    "autoedge": "AUTOEDGE",
    "ptp": "PTP",
    "autoptp": "AUTOPTP",
    "private": "PRIVATE",
    "qinq": "QINQ",
}
MEMBER_VALUES = {"ifpriority": "priority", "ifpathcost": "cost", "ifmaxaddr": "ifmaxaddr"}
NUMBERS = ("maxaddr", "timeout", "priority", "holdcnt")
BRIDGE_ONLY = ("addr", "deladdr", "static", "proto", "flush", "flushall")
TIMERS = {"hellotime": "BRDGSHT", "fwddelay": "BRDGSFD", "maxage": "BRDGSMA"}


def step(  # noqa: C901
    call: Call, kernel: Kernel, bridge: Ifnet | None, words: list[str], lost: bool = False
) -> int | str | None:
    """Do one bridge word: the number of words used, the text of its failure, or None if it is no bridge word.

    `lost`: 13 asks the driver under a name the interface no longer (or not yet) has.
    """
    word = words[0]
    if bridge is None:
        return None
    if bridge.kind != "bridge" and word not in MEMBERSHIP and is_bridge_word(word):
        return "unable to get address cache size" if word == "addr" else f"{word}: {ERRORS['ENOTSUP']}"
    if lost and word in MEMBERSHIP and len(words) > 1:
        return f"{MEMBERSHIP[word]} {words[1]}: {ERRORS['ENXIO']}"
    if word in ("flush", "flushall"):
        return 1
    if word == "addr":
        call.out(table(kernel, bridge))
        return 1
    if kernel.release.bridge_flags and (taken := ifconfig_filter.step(kernel, bridge, words)) is not None:
        return taken
    if word in MEMBERSHIP or word.removeprefix("-") in PORT_FLAGS or word == "deladdr":
        if len(words) < 2:
            return ADDM_USAGE if word == "addm" and kernel.release.arguments_usage else f"'{word}' requires argument"
        return one_argument(call, kernel, bridge, word, words)
    if word in MEMBER_VALUES or word == "static":
        return two_arguments(kernel, bridge, words) if len(words) > 2 else f"'{word}' requires argument"
    if word in NUMBERS or word in TIMERS or word == "proto":
        return set_number(bridge, word, words[1]) if len(words) > 1 else f"'{word}' requires argument"
    return None


MEMBERSHIP = {"addm": "BRDGADD", "deletem": "BRDGDEL", "span": "BRDGADDS", "-span": "BRDGDELS"}


def is_bridge_word(word: str) -> bool:
    bare = word.removeprefix("-")
    return bare in PORT_FLAGS or word in (*MEMBER_VALUES, *NUMBERS, *TIMERS, *BRIDGE_ONLY)


def one_argument(call: Call, kernel: Kernel, bridge: Ifnet, word: str, words: list[str]) -> int | str:
    value = words[1]
    request = MEMBERSHIP.get(word)
    try:
        if request and not call.privileged:
            raise kernel.fail("EPERM", "PRIV_NET_BRIDGE required")
        if word == "addm":
            bridges.add_member(kernel, bridge, value)
            return 2 + addm_options(kernel, bridge, value, words[2:])
        if word in ("deletem", "-span"):
            bridges.delete_member(kernel, bridge, value)
        elif word == "span":
            bridges.add_span(kernel, bridge, value)
        elif word == "deladdr":
            return forget_address(kernel, bridge, value)
        else:
            set_port_flag(kernel, bridge, word, value)
    except KernelError as error:
        return f"{request} {value}: {error}" if request else f"unable to get bridge flags: {error}"
    return 2


def addm_options(kernel: Kernel, bridge: Ifnet, name: str, words: list[str]) -> int:
    """15: `addm IF [untagged N] [tagged LIST]`."""
    taken = 0
    entry = bridges.entry_of(kernel, bridge, name)
    while kernel.release.vlan_protocol and len(words) > taken + 1 and words[taken] in ("untagged", "tagged"):
        entry[words[taken]] = int(words[taken + 1]) if words[taken] == "untagged" else words[taken + 1]
        taken += 2
    return taken


def set_port_flag(kernel: Kernel, bridge: Ifnet, word: str, name: str) -> None:
    entry = bridges.entry_of(kernel, bridge, name)
    flag = PORT_FLAGS[word.removeprefix("-")]
    bit = dict(bridges.MEMBER_FLAGS)[flag]
    flags = int(str(entry["flags"]))
    if flag == "EDGE":
        bit |= bridges.ADMIN_EDGE
    member = kernel.interfaces[int(str(entry["uid"]))]
    if flag == "STP":
        bridge.settings["root"] = bridge.settings["priority"]
    if word == "stp" and "UP" in member.flags:
        # a port with a full-duplex link is point to point once it speaks STP
        bit |= dict(bridges.MEMBER_FLAGS)["PTP"]
    entry["flags"] = flags & ~bit if word.startswith("-") else flags | bit


def two_arguments(kernel: Kernel, bridge: Ifnet, words: list[str]) -> int | str:
    word, name, value = words[:3]
    try:
        entry = bridges.entry_of(kernel, bridge, name)
    except KernelError as error:
        return f"{word} {name}: {error}"
    if word == "static":
        kept = bridge.settings["table"]
        assert isinstance(kept, list)
        kept.append({"mac": value, "uid": entry["uid"]})
        return 3
    entry[MEMBER_VALUES[word]] = int(value) if value.isdecimal() else 0
    if word == "ifpathcost":
        entry["flags"] = int(str(entry["flags"])) | bridges.ADMIN_COST
    return 3


def set_number(bridge: Ifnet, word: str, value: str) -> int | str:
    """A setting of the bridge. STP's timers can't be changed while it speaks RSTP (recorded: bridge/79)."""
    if word in TIMERS:
        return f"{TIMERS[word]} {value}: {ERRORS['EPERM']}"
    if word == "proto":
        if value not in ("stp", "rstp"):
            return "unknown stp protocol"
        bridge.settings["proto"] = value
        return 2
    if not value.isdecimal():
        return f"invalid value: {value}"
    # priorities are multiples of 4096
    bridge.settings[word] = int(value) // 4096 * 4096 if word == "priority" else int(value)
    if word == "priority" and "RUNNING" in bridge.flags:
        bridge.settings["root"] = bridge.settings["priority"]
    return 2


def table(kernel: Kernel, bridge: Ifnet) -> str:
    """`addr`: the static entries of the address table."""
    kept = bridge.settings["table"]
    assert isinstance(kept, list)
    vlan = "Vlan0" if kernel.release.lower_up else "Vlan1"
    return "".join(
        f"{entry['mac']} {vlan} {kernel.interfaces[entry['uid']].name} 0 flags=1<STATIC>\n" for entry in kept
    )


def forget_address(kernel: Kernel, bridge: Ifnet, mac: str) -> int | str:
    kept = bridge.settings["table"]
    assert isinstance(kept, list)
    rest = [entry for entry in kept if entry["mac"] != mac]
    if len(rest) == len(kept):
        named = f" {mac}" if kernel.release.deladdr_names_mac else ""
        return f"BRDGDADDR{named}: {ERRORS['ENOENT']}"
    bridge.settings["table"] = rest
    return 2
