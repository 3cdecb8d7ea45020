"""Bridges and their members. Sources: FREEBSD.md 4.1, 4.3, 8; recordings ifconfig/bridge, bridge-mtu, bridge-vlan."""

from __future__ import annotations

from typing import Any

from jailtui.simhost.kernel import PROMISC, Interface, Kernel, KernelError

LEARNING, DISCOVER, STP, SPAN, STICKY = 0x1, 0x2, 0x4, 0x8, 0x10
EDGE, AUTOEDGE, PTP, AUTOPTP, PRIVATE = 0x20, 0x40, 0x80, 0x100, 0x800
OWN_COST = 0x400
NEW_MEMBER = LEARNING | DISCOVER | AUTOEDGE | AUTOPTP

REASONS = {
    "here": "Interface is already a member of this bridge",
    "other": "Interface is already a member of another bridge",
    "none": "No such interface",
    "kind": "Unsupported interface type",
    "svi": "Bridge SVI cannot be added to a bridge",
    "not": "Interface is not a bridge member",
    "address": "Member interface may not have an IP address assigned",
}
TEXTS = {
    "here": ("File exists", 17),
    "other": ("Device busy", 16),
    "none": ("No such file or directory", 2),
    "kind": ("Invalid argument", 22),
    "svi": ("Invalid argument", 22),
    "not": ("No such file or directory", 2),
    "address": ("Invalid argument", 22),
}


def refuse(kernel: Kernel, verb: str, name: str, why: str) -> KernelError:
    """The error of `BRDGADD NAME` and its like, with the words in brackets where the release has them."""
    text, errno = TEXTS[why]
    explained = f" ({REASONS[why]})" if kernel.release.explains else ""
    return KernelError(f"{verb} {name}: {text}{explained}", errno)


def members(kernel: Kernel, bridge: Interface) -> list[dict[str, Any]]:
    """The members, last added first, then the span ports."""
    info = bridge.info
    return list(info["members"]) + list(info["spans"])


def add(kernel: Kernel, bridge: Interface, name: str) -> None:
    """`ifconfig BRIDGE addm NAME`. Raises KernelError."""
    if bridge.kind != "bridge":
        raise not_a_bridge("BRDGADD " + name, bridge)
    interface = kernel.find(bridge.vnet, name)
    if interface is None:
        raise refuse(kernel, "BRDGADD", name, "none")
    _may_join(kernel, bridge, interface, name)
    _agree_mtu(kernel, bridge, interface, name)
    bridge.info["members"].insert(0, member(kernel, interface, NEW_MEMBER))
    interface.bridge = bridge.id
    interface.flags |= PROMISC
    if interface.kind == "vlan" and interface.parent:
        kernel.interfaces[interface.parent].flags |= PROMISC
    if interface.kind != "em" and not kernel.sysctls.get("net.link.bridge.allow_llz_overlap", "0") == "1":
        interface.addresses = [a for a in interface.addresses if not str(a[1]).startswith("fe80:")]


def not_a_bridge(what: str, interface: Interface) -> KernelError:
    """What an ioctl for bridges says of another kind of interface (13.2 ifconfig/bridge/26, /27)."""
    if interface.kind in ("epair", "vlan"):
        return KernelError(f"{what}: Invalid argument", 22)
    return KernelError(f"{what}: Operation not supported", 45)


def _may_join(kernel: Kernel, bridge: Interface, interface: Interface, name: str) -> None:
    if interface.bridge == bridge.id:
        raise refuse(kernel, "BRDGADD", name, "here")
    if interface.bridge:
        raise refuse(kernel, "BRDGADD", name, "other")
    if interface.kind in ("bridge", "lo", "tun", "wg"):
        raise refuse(kernel, "BRDGADD", name, "kind")
    if interface.kind == "vlan" and kernel.release.vlan_on_bridge:
        parent = kernel.interfaces.get(interface.parent)
        if parent is not None and parent.kind == "bridge":
            raise refuse(kernel, "BRDGADD", name, "svi")
    if kernel.sysctls.get("net.link.bridge.member_ifaddrs") == "0" and any(
        not str(a[1]).startswith("fe80:") for a in interface.addresses
    ):
        raise refuse(kernel, "BRDGADD", name, "address")


def _agree_mtu(kernel: Kernel, bridge: Interface, interface: Interface, name: str) -> None:
    """The first member gives its MTU; later ones take the bridge's, or on 13.2 must have it (FREEBSD.md 8)."""
    if not bridge.info["members"]:
        bridge.mtu = interface.mtu
    elif interface.mtu != bridge.mtu:
        if not kernel.release.bridge_mtu_follows:
            raise KernelError(f"BRDGADD {name}: Invalid argument", 22)
        interface.mtu = bridge.mtu


def member(kernel: Kernel, interface: Interface, flags: int) -> dict[str, Any]:
    """A bridge's entry for an interface."""
    root: Interface | None = interface
    while root is not None and root.kind == "vlan":
        root = kernel.interfaces.get(root.parent)
    cost = 2000 if root is not None and root.kind in ("epair", "vtnet") else 20000
    if root is not None and root.kind in ("tap", "gif"):
        cost = 2000000
    return {
        "id": interface.id,
        "flags": flags,
        "maxaddr": 0,
        "priority": 128,
        "cost": cost,
        "untagged": 0,
        "tagged": "",
    }


def find_member(kernel: Kernel, bridge: Interface, name: str) -> dict[str, Any] | None:
    """The entry of the member called `name`."""
    for entry in bridge.info.get("members", ()):
        if kernel.interfaces[entry["id"]].name == name:
            found: dict[str, Any] = entry
            return found
    return None


def delete(kernel: Kernel, bridge: Interface, name: str) -> None:
    """`ifconfig BRIDGE deletem NAME`. Raises KernelError."""
    if bridge.kind != "bridge":
        raise not_a_bridge("BRDGDEL " + name, bridge)
    entry = find_member(kernel, bridge, name)
    if entry is None:
        raise refuse(kernel, "BRDGDEL", name, "not")
    leave(kernel, bridge, kernel.interfaces[entry["id"]])


def leave(kernel: Kernel, bridge: Interface, interface: Interface, keep_promisc: bool = False) -> None:
    """Take a member out; `keep_promisc` for a move, which leaves the flag behind."""
    for kept in ("members", "spans"):
        bridge.info[kept] = [entry for entry in bridge.info[kept] if entry["id"] != interface.id]
    if "statics" in bridge.info:
        bridge.info["statics"] = [row for row in bridge.info["statics"] if row[1] != interface.id]
    interface.bridge = 0
    if not keep_promisc:
        interface.flags &= ~PROMISC
        parent = kernel.interfaces.get(interface.parent)
        if interface.kind == "vlan" and parent is not None and not parent.bridge:
            parent.flags &= ~PROMISC


def forget(kernel: Kernel, interface: Interface, keep_promisc: bool = False) -> None:
    """An interface goes, or leaves its stack: out of its bridge, and its own members set free."""
    if interface.bridge in kernel.interfaces:
        leave(kernel, kernel.interfaces[interface.bridge], interface, keep_promisc)
    if interface.kind == "bridge":
        for entry in members(kernel, interface):
            if entry["id"] in kernel.interfaces:
                leave(kernel, interface, kernel.interfaces[entry["id"]])


def set_mtu(kernel: Kernel, bridge: Interface, mtu: int) -> None:
    """A bridge's MTU: passed on to the members; on 13.2 refused when a member differs. Raises KernelError."""
    inside = [kernel.interfaces[entry["id"]] for entry in bridge.info["members"]]
    if kernel.release.bridge_mtu_follows:
        for interface in inside:
            interface.mtu = mtu
    elif any(interface.mtu != mtu for interface in inside):
        raise KernelError("ioctl SIOCSIFMTU (set mtu): Invalid argument", 22)
    bridge.mtu = mtu
