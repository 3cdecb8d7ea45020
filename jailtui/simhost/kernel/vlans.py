"""VLAN interfaces and their parents (FREEBSD.md 3.3, 4.2; sys/net/if_vlan.c)."""

from __future__ import annotations

from jailtui.simhost.kernel.state import Ifnet, Kernel


def check(kernel: Kernel, vnet: int, tag: int, parent_name: str, but: Ifnet | None = None) -> Ifnet:
    """The parent, on which `tag` is valid and free (but for the vlan `but`).

    KernelError EINVAL (tag), ENXIO (no parent), EPROTONOSUPPORT (not an Ethernet), EEXIST (tag in use there).
    """
    parent = kernel.find(vnet, parent_name)
    if parent is None:
        raise kernel.fail("ENXIO")
    if not 0 < tag < 4095:
        raise kernel.fail("EINVAL")
    ethernet = parent.kind in ("em", "vtnet", "epair", "vlan", "tap", "lagg")
    if not ethernet and not (parent.kind == "bridge" and kernel.release.vlan_on_bridge):
        raise kernel.fail("EPROTONOSUPPORT")
    if any(child.tag == tag and child is not but for child in children(kernel, parent)):
        raise kernel.fail("EEXIST")
    return parent


def children(kernel: Kernel, parent: Ifnet) -> list[Ifnet]:
    return [child for child in kernel.interfaces.values() if child.parent == parent.uid]


def configure(kernel: Kernel, vlan: Ifnet, parent: Ifnet, tag: int, proto: str = "802.1q") -> None:
    """Put a vlan(4) on its parent: it takes MAC, link and offload from there, and 4 bytes less where it must."""
    vlan.parent, vlan.tag, vlan.proto = parent.uid, tag, proto
    vlan.mac = parent.mac
    hardware = parent.kind in ("em", "vtnet", "epair", "tap")
    vlan.mtu = parent.mtu if hardware else parent.mtu - 4
    vlan.options = kernel.release.options.get(f"vlan-{parent.kind}", "")
    vlan.media, vlan.status = parent.media, parent.status
    for flag in ("RUNNING", "SIMPLEX"):
        if flag not in vlan.flags:
            vlan.flags.append(flag)


def unconfigure(vlan: Ifnet) -> None:
    """The parent is gone: no tag, no link; the MAC stays."""
    vlan.parent, vlan.tag, vlan.proto, vlan.mtu = 0, 0, "0x0000", 1500
    vlan.media = vlan.status = ""
    if "RUNNING" in vlan.flags:
        vlan.flags.remove("RUNNING")


def orphan_children(kernel: Kernel, parent: Ifnet) -> None:
    """Take tag and parent from the vlans of an interface that moves or is destroyed."""
    for child in children(kernel, parent):
        unconfigure(child)
