"""arp(8), and the addresses that a bridge has learned from its epairs (path/healthy/14, /17)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import connections
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel

SECONDS = 1200
"""How long an entry is kept."""


def main(call: Call) -> int:
    """`arp -an`: on the host the addresses of jails that it has a connection with; in a jail nothing."""
    with call.transaction(write=False) as kernel:
        for _, address, _, own, *_ in connections.table(kernel) if call.vnet(kernel) == HOST else ():
            far, near = with_address(kernel, str(address), inside=True), with_address(kernel, str(own), inside=False)
            if far is not None and near is not None:
                call.out(f"? ({address}) at {far.mac} on {near.name} expires in {SECONDS - 3} seconds [ethernet]\n")
    return 0


def with_address(kernel: Kernel, address: str, *, inside: bool) -> Ifnet | None:
    """The interface, in a jail or on the host, that has that address."""
    chosen = [interface for interface in kernel.interfaces.values() if (interface.vnet != HOST) is inside]
    return next(
        (interface for interface in chosen if any(entry["address"] == address for entry in interface.addresses)), None
    )


def learned(kernel: Kernel, bridge: Ifnet) -> str:
    """`ifconfig BRIDGE addr`: the MACs of the far ends of pairs that are members."""
    vlan = "Vlan0" if kernel.release.name.startswith("15") else "Vlan1"
    members = [interface for interface in kernel.interfaces.values() if interface.bridge == bridge.uid]
    ends = [(kernel.interfaces[member.peer], member) for member in members if member.peer in kernel.interfaces]
    return "".join(f"{far.mac} {vlan} {member.name} {SECONDS} flags=0<>\n" for far, member in ends)
