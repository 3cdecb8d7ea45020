"""Interfaces moving between network stacks (FREEBSD.md 3.1 to 3.3; sys/net/if.c if_vmove, vnet_if_return)."""

from __future__ import annotations

from jailtui.simhost.kernel import bridges, vlans
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel, KernelError


def move_in(kernel: Kernel, name: str, jail_name: str, vnet: int = HOST) -> None:
    """Move `name` from stack `vnet` into a jail. KernelError with the text that ifconfig prints after its name."""
    interface = kernel.find(vnet, name)
    if interface is None:
        raise KernelError("ENXIO", f"interface {name} does not exist")
    jail = kernel.jail_for_move(jail_name)
    if jail.vnet == vnet or kernel.find(jail.vnet, name) is not None:
        raise KernelError("EEXIST", "SIOCSIFVNET: File exists")
    move(kernel, interface, jail.vnet)


def take_back(kernel: Kernel, name: str, jail_name: str, vnet: int = HOST) -> None:
    """Take `name` (as it is called inside) out of a jail. The kernel does not check that the name is free here."""
    jail = kernel.jail_for_move(jail_name)
    interface = kernel.find(jail.vnet, name) if jail.vnet != vnet else None
    if interface is None:
        raise KernelError("ENXIO", f"SIOCSIFRVNET({jail.jid}, {name}): Device not configured")
    move(kernel, interface, vnet)


def move(kernel: Kernel, interface: Ifnet, vnet: int) -> None:
    """Move an interface out of bridge, addresses and routes; name, MAC, MTU, description and driver name stay."""
    returning = vnet == interface.home
    if interface.bridge:
        bridges.drop_member(kernel, interface, leaving=True)
    if interface.kind == "bridge":
        bridges.drop_all(kernel, interface)
    vlans.orphan_children(kernel, interface)
    kernel.detach(interface)
    stack = kernel.vnets[interface.vnet]
    stack.routes = [route for route in stack.routes if route["uid"] != interface.uid]
    interface.addresses = []
    interface.flags = [flag for flag in interface.flags if flag not in ("UP", "ALLMULTI")]
    own_group = interface.kind
    interface.groups = []
    if not (returning and kernel.release.group_lost_on_return) and own_group not in ("em", "vtnet"):
        kernel.join_group(interface, own_group)
    interface.nd6 = nd6_at_attach(interface)
    if kernel.release.index_per_vnet:
        interface.index = kernel.free_index(vnet)
    kernel.attach(interface, vnet)


def nd6_at_attach(interface: Ifnet) -> str:
    """The nd6 options of an interface that enters a stack."""
    return {
        "lo": "21<PERFORMNUD,AUTO_LINKLOCAL>",
        "bridge": "9<PERFORMNUD,IFDISABLED>",
        "wg": "109<PERFORMNUD,IFDISABLED,NO_DAD>",
    }.get(interface.kind, "29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>")
