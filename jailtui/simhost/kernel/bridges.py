"""Bridges and their members (FREEBSD.md 4.1, 4.3, 8; sys/net/if_bridge.c)."""

from __future__ import annotations

from jailtui.simhost.kernel.state import Ifnet, Kernel

PATH_COST = {"em": 20000, "vtnet": 2000, "epair": 2000, "tap": 55}
MEMBER_KINDS = ("em", "vtnet", "epair", "vlan", "tap")
MEMBER_FLAGS = (
    ("LEARNING", 0x1),
    ("DISCOVER", 0x2),
    ("STP", 0x4),
    ("SPAN", 0x8),
    ("STICKY", 0x10),
    ("PRIVATE", 0x800),
    ("EDGE", 0x20),
    ("AUTOEDGE", 0x40),
    ("PTP", 0x80),
    ("AUTOPTP", 0x100),
    ("QINQ", 0x1000),
)


ADMIN_EDGE, ADMIN_COST = 0x200, 0x400
"""Member bits that have no name: the operator has set `edge`, or a path cost."""


def settings() -> dict[str, object]:
    """The settings of a new bridge."""
    return {
        "priority": 32768,
        "root": 0,
        "maxaddr": 2000,
        "timeout": 1200,
        "holdcnt": 6,
        "proto": "rstp",
        "table": [],
        "flags": [],
    }


def path_cost(kernel: Kernel, member: Ifnet) -> int:
    if member.kind == "vlan" and member.parent:
        return path_cost(kernel, kernel.interfaces[member.parent])
    return PATH_COST.get(member.kind, 2000)


def add_member(kernel: Kernel, bridge: Ifnet, name: str) -> None:
    """`addm`: KernelError EEXIST, EBUSY, ENOENT or EINVAL as the kernel says it."""
    member = check_new(kernel, bridge, name)
    adopt_mtu(kernel, bridge, member)
    entry = new_entry(kernel, member, 0x143)
    entry["untagged"] = bridge.settings.get("defuntagged", 0)
    bridge.members.insert(0, entry)
    member.bridge = bridge.uid
    set_promiscuous(kernel, member, True)
    refresh_offload(kernel, bridge)


def add_span(kernel: Kernel, bridge: Ifnet, name: str) -> None:
    """`span`: a port that only sees copies; it stands last among the members."""
    member = kernel.find(bridge.vnet, name)
    if member is None:
        raise kernel.fail("ENOENT", "No such interface")
    if member.bridge or any(entry["uid"] == member.uid for entry in bridge.members):
        raise kernel.fail(kernel.release.span_of_member, "Interface is already a bridge member")
    bridge.members.append(new_entry(kernel, member, 0x8))
    member.bridge = bridge.uid


def new_entry(kernel: Kernel, member: Ifnet, flags: int) -> dict[str, object]:
    return {
        "uid": member.uid,
        "flags": flags,
        "ifmaxaddr": 0,
        "priority": 128,
        "cost": path_cost(kernel, member),
        "untagged": 0,
        "tagged": "",
    }


def check_new(kernel: Kernel, bridge: Ifnet, name: str) -> Ifnet:
    """The interface `name` may become a member of `bridge`, or KernelError."""
    if bridge.kind != "bridge":
        raise kernel.fail("EINVAL" if bridge.kind == "epair" else "ENOTSUP")
    member = kernel.find(bridge.vnet, name)
    if member is None:
        raise kernel.fail("ENOENT", "No such interface")
    if member.bridge == bridge.uid:
        raise kernel.fail("EEXIST", "Interface is already a member of this bridge")
    if member.bridge:
        raise kernel.fail("EBUSY", "Interface is already a member of another bridge")
    if member.kind not in MEMBER_KINDS:
        raise kernel.fail("EINVAL", "Unsupported interface type")
    if member.parent and kernel.interfaces[member.parent].kind == "bridge":
        raise kernel.fail("EINVAL", "Bridge SVI cannot be added to a bridge")
    if member.addresses and not kernel.member_addresses:
        raise kernel.fail("EINVAL", "Member interface may not have an IP address assigned")
    return member


def adopt_mtu(kernel: Kernel, bridge: Ifnet, member: Ifnet) -> None:
    """The first member sets the bridge's MTU; a later one must fit on 13 and is fitted since 14 (FREEBSD.md 8)."""
    if not bridge.members and not (kernel.release.bridge_mtu_follows and bridge.settings.get("mtu_set")):
        bridge.mtu = member.mtu
    elif member.mtu != bridge.mtu:
        if not kernel.release.bridge_mtu_follows:
            raise kernel.fail("EINVAL")
        member.mtu = bridge.mtu


def entry_of(kernel: Kernel, bridge: Ifnet, name: str) -> dict[str, object]:
    """The bridge's record of its member `name`, or KernelError ENOENT."""
    for entry in bridge.members:
        if kernel.interfaces[int(str(entry["uid"]))].name == name:
            return entry
    raise kernel.fail("ENOENT", "Interface is not a bridge member")


def delete_member(kernel: Kernel, bridge: Ifnet, name: str) -> None:
    entry = entry_of(kernel, bridge, name)
    drop_member(kernel, kernel.interfaces[int(str(entry["uid"]))])


def drop_member(kernel: Kernel, member: Ifnet, leaving: bool = False) -> None:
    """Take an interface out of its bridge, by command or because it leaves the stack (then PROMISC may stay set)."""
    bridge = kernel.interfaces[member.bridge]
    bridge.members = [entry for entry in bridge.members if entry["uid"] != member.uid]
    member.bridge = 0
    if not (leaving and kernel.release.promisc_kept_on_move):
        set_promiscuous(kernel, member, False)
    table = bridge.settings["table"]
    assert isinstance(table, list)
    bridge.settings["table"] = [line for line in table if line["uid"] != member.uid]
    refresh_offload(kernel, bridge)
    refresh_own_offload(kernel, member, "")


def drop_all(kernel: Kernel, bridge: Ifnet) -> None:
    for entry in list(bridge.members):
        drop_member(kernel, kernel.interfaces[int(str(entry["uid"]))])


def set_promiscuous(kernel: Kernel, member: Ifnet, on: bool) -> None:
    """Set or clear PROMISC; the parent of a vlan has it while one of its vlans is in a bridge."""
    if on and "PROMISC" not in member.flags:
        member.flags.append("PROMISC")
    if not on and "PROMISC" in member.flags:
        member.flags.remove("PROMISC")
    parent = kernel.interfaces.get(member.parent)
    if parent is not None and not parent.bridge:
        siblings = [other for other in kernel.interfaces.values() if other.parent == parent.uid and other.bridge]
        set_promiscuous(kernel, parent, bool(siblings))


def refresh_offload(kernel: Kernel, bridge: Ifnet) -> None:
    """Members lose the offload capabilities that not all of them have (if_bridge.c bridge_mutecaps)."""
    members = [kernel.interfaces[int(str(entry["uid"]))] for entry in bridge.members if entry["flags"] != 0x8]
    mixed = len({member.kind for member in members}) > 1
    for member in members:
        refresh_own_offload(kernel, member, "bridged" if mixed else "member")


def refresh_own_offload(kernel: Kernel, member: Ifnet, place: str) -> None:
    """`place`: "bridged" beside other kinds, "member" beside its own kind only, "" in no bridge."""
    options = kernel.release.options
    kind = member.kind
    if kind == "vlan" and member.parent:
        kind = f"vlan-{kernel.interfaces[member.parent].kind}"
    if f"{kind}-bridged" in options or f"{kind}-member" in options:
        plain = options[kind]
        alone = options.get(f"{kind}-member", plain)
        member.options = {"": plain, "member": alone}.get(place, options.get(f"{kind}-bridged", alone))
        if member.peer in kernel.interfaces:
            kernel.interfaces[member.peer].options = member.options  # a pair has its capabilities in common
