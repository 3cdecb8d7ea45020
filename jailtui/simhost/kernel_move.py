"""Interfaces between network stacks: in, out, and the kernel's own return. Source: FREEBSD.md 3.1 to 3.3."""

from __future__ import annotations

from jailtui.simhost import kernel_bridge, kernel_clone, kernel_vlan
from jailtui.simhost.kernel import PROMISC, UP, Interface, Jail, Kernel, KernelError


def into(kernel: Kernel, vnet: int, name: str, jail: Jail) -> None:
    """`ifconfig NAME vnet JAIL` run in the stack `vnet`. Raises KernelError."""
    interface = kernel.interface(vnet, name)
    if jail.vnet in (0, vnet) or kernel.find(jail.vnet, name):
        raise KernelError("SIOCSIFVNET: File exists", 17)
    move(kernel, interface, jail.vnet)


def out(kernel: Kernel, vnet: int, name: str, jail: Jail) -> None:
    """`ifconfig NAME -vnet JAIL`: no check of the name on this side. Raises KernelError."""
    interface = kernel.find(jail.vnet, name) if jail.vnet not in (0, vnet) else None
    if interface is None:
        text = "Device not configured" if jail.vnet else "File exists"
        raise KernelError(f"SIOCSIFRVNET({jail.jid}, {name}): {text}", 6)
    move(kernel, interface, vnet)


def move(kernel: Kernel, interface: Interface, vnet: int) -> None:
    """Put an interface at the end of another stack's list; it loses what a move loses."""
    back = vnet == interface.home
    kernel_bridge.forget(kernel, interface, keep_promisc=kernel.release.promisc_kept_on_move)
    kernel_vlan.orphan_children(kernel, interface)
    kernel_clone.drop_routes(kernel, interface)
    kernel.vnets[interface.vnet].remove(interface.id)
    interface.vnet = vnet
    kernel.vnets[vnet].append(interface.id)
    if kernel.release.index_per_vnet:
        interface.index = 0
        interface.index = kernel_clone.free_index(kernel, vnet)
    interface.addresses = []
    interface.flags &= ~UP if interface.kind != "lo" else ~(UP | PROMISC)
    lost = back and kernel.release.group_lost_on_return
    interface.groups = []
    if not lost and interface.kind not in ("em", "vtnet"):
        kernel_clone.join(kernel, interface, interface.kind)


def return_all(kernel: Kernel, vnet: int) -> None:
    """A stack is torn down: foreign interfaces go home, its own are destroyed."""
    for interface in kernel.listed(vnet):
        if interface.id not in kernel.interfaces:
            continue
        if interface.home != vnet and interface.home in kernel.vnets:
            move(kernel, interface, interface.home)
        else:
            kernel_clone.detach(kernel, interface)
            if interface.peer in kernel.interfaces:
                kernel_clone.detach(kernel, kernel.interfaces[interface.peer])
    for made_here in [i for i in kernel.interfaces.values() if i.home == vnet]:
        kernel_clone.detach(kernel, made_here)
    del kernel.vnets[vnet]
    kernel.routes.pop(vnet, None)
