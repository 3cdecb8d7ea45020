"""VLAN interfaces. Sources: FREEBSD.md 3.3, 4.3; recordings ifconfig/vlan, orphan/vlan-children."""

from __future__ import annotations

from jailtui.simhost import kernel_clone
from jailtui.simhost.kernel import HOST, LOWER_UP, RUNNING, SIMPLEX, Interface, Kernel, KernelError


def dotted(kernel: Kernel, vnet: int, word: str) -> Interface:
    """`ifconfig em0.30 create`. Raises KernelError."""
    if kernel.find(vnet, word):
        raise KernelError(f"interface {word} already exists", 17)
    stem, _, digits = word.rpartition(".")
    if not digits.isdigit() or not 0 < int(digits) < 4095:
        raise KernelError("invalid vlan tag", 0)
    parent = kernel.find(vnet, stem)
    if parent is None:
        raise KernelError(f"SIOCIFCREATE2 ({word}): Invalid argument", 22)
    return create(kernel, vnet, word, int(digits), stem, "802.1q", 0)


def create(kernel: Kernel, vnet: int, word: str, tag: int, parent: str, proto: str, pcp: int) -> Interface:
    """`ifconfig WORD create vlan TAG vlandev PARENT`. Raises KernelError."""
    device = kernel.find(vnet, parent)
    if not 0 < tag < 4095:
        raise KernelError(f"SIOCIFCREATE2 ({word}): Invalid argument", 22)
    if device is None:
        raise KernelError(f"SIOCIFCREATE2 ({word}): Device not configured", 6)
    _may_carry(kernel, device, f"SIOCIFCREATE2 ({word})")
    if taken(kernel, device, tag, proto):
        raise KernelError(f"interface {word} already exists", 17)
    if "." in word:
        made = kernel_clone.attach(kernel, vnet, "vlan", -1, word, "")
        made.driver = "vlan"
        kernel_clone.join(kernel, made, "vlan")
    else:
        made = kernel_clone.create(kernel, vnet, word)
    configure(kernel, made, device, tag, proto, pcp)
    return made


def _may_carry(kernel: Kernel, device: Interface, what: str) -> None:
    bad = ("lo", "tun", "wg", "gif") if kernel.release.vlan_on_bridge else ("lo", "tun", "wg", "gif", "bridge")
    if device.kind in bad:
        raise KernelError(f"{what}: Protocol not supported", 43)


def taken(kernel: Kernel, device: Interface, tag: int, proto: str) -> bool:
    """Whether a VLAN with this tag sits on `device`."""
    return any(i.parent == device.id and i.tag == tag and i.proto == proto for i in kernel.interfaces.values())


def configure(kernel: Kernel, vlan: Interface, device: Interface, tag: int, proto: str, pcp: int) -> None:
    """Give a VLAN its tag and parent. Raises KernelError."""
    if vlan.parent and not kernel.release.vlan_change_attached and (vlan.parent, vlan.tag) != (device.id, tag):
        raise KernelError("SIOCSETVLAN: Device busy", 16)
    _may_carry(kernel, device, "SIOCSETVLAN")
    vlan.parent, vlan.tag, vlan.proto, vlan.pcp = device.id, tag, proto, pcp
    vlan.mac = vlan.hwmac = device.mac
    vlan.mtu = device.mtu - 4 if device.kind in ("vlan", "bridge") else device.mtu
    vlan.flags |= RUNNING | SIMPLEX
    if kernel.release.lower_up:
        vlan.flags |= LOWER_UP
    vlan.info["options"] = "vlan-em" if device.kind == "em" else "vlan-" + device.kind


def unset(vlan: Interface) -> None:
    """`ifconfig VLAN -vlandev`, or its parent is gone: no tag, no parent, for good."""
    vlan.parent = vlan.tag = vlan.pcp = 0
    vlan.proto = ""
    vlan.flags &= ~(RUNNING | LOWER_UP)


def orphan_children(kernel: Kernel, parent: Interface) -> None:
    """What sat on `parent` loses tag and parent."""
    for child in list(kernel.interfaces.values()):
        if child.parent == parent.id:
            unset(child)


def shows_parent(kernel: Kernel, vlan: Interface) -> bool:
    """Whether the `vlan:` line is printed: not where the VLAN is away from its parent (FREEBSD.md 3.3)."""
    parent = kernel.interfaces.get(vlan.parent)
    return parent is None or parent.vnet == vlan.vnet or vlan.vnet == HOST
