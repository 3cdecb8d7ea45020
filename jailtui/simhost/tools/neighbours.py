"""arp(8), ndp(8), and the addresses that a bridge has learned from its epairs (path/healthy/14, /17)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import connections
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 1200
"""How long an entry is kept."""


def main(call: Call) -> int:
    """`arp -an` and `ndp -an`: whom the stack has asked for or, on the host, has a connection with, and its own."""
    v6 = call.name == "ndp"
    if v6:
        call.out("Neighbor                             Linklayer Address  Netif Expire    S Flags\n")
    with call.transaction(write=False) as kernel:
        jail = kernel.jails.get(call.jid)
        if jail is not None and not jail.own_vnet:
            return 0
        for address, mac, name, kept in entries(kernel, call.vnet(kernel), v6=v6):
            call.out((line6 if v6 else line)(address, mac, name, kept))
    return 0


Entry = tuple[str, str, str, bool]
"""An address, its MAC ("" while nobody answers), the interface, and whether it is the interface's own."""


def entries(kernel: Kernel, vnet: int, *, v6: bool) -> Iterator[Entry]:
    table: dict[str, dict[str, list[str]]] = kernel.extra.get("arp", {})  # type: ignore[assignment]
    asked = {address: entry for address, entry in table.get(str(vnet), {}).items() if (":" in address) is v6}
    if vnet == HOST and not v6:
        for _, address, _, own, *_ in connections.table(kernel):
            far, near = with_address(kernel, str(address), inside=True), with_address(kernel, str(own), inside=False)
            if far is not None and near is not None:
                asked[str(address)] = [far.mac, near.name]
    for address, (mac, name) in asked.items():
        yield address, mac, name, False
    for interface in kernel.listed(vnet) if asked else ():
        for entry in interface.addresses:
            if interface.mac and (entry["family"] == "inet6") is v6:
                yield str(entry["address"]), interface.mac, interface.name, True


def line(address: str, mac: str, name: str, own: bool) -> str:
    state = "permanent" if own else f"expires in {SECONDS - 3} seconds" if mac else "expired"
    return f"? ({address}) at {mac or '(incomplete)'} on {name} {state} [ethernet]\n"


def line6(address: str, mac: str, name: str, own: bool) -> str:
    zone = f"{address}%{name}" if address.startswith("fe80:") else address
    state = "permanent R" if own else "23h59m57s S" if mac else "1s        I"
    return f"{zone:<36} {mac or '(incomplete)':<17} {name:>9} {state}\n"


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
    members_of = {far.mac: member.name for far, member in ends}
    tables: dict[str, dict[str, str]] = kernel.extra.get("learned", {})  # type: ignore[assignment]
    members_of |= tables.get(str(bridge.uid), {})
    return "".join(f"{mac} {vlan} {member} {SECONDS} flags=0<>\n" for mac, member in members_of.items())
