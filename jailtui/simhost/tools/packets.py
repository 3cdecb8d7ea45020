"""Packets between network stacks, and to the machines outside: what routes, ARP and the wire make of them.

State: kernel.extra["arp"], by stack what it knows of neighbours, [MAC or "", interface] by address; kernel.extra
["learned"], by bridge the members behind which MACs of machines outside are; kernel.extra["forwarded"], what the host
forwarded, and what it could not. Sources: recordings path/*, NOTES-2 b.
"""

from __future__ import annotations

import ipaddress

from jailtui.simhost.kernel import wire
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel
from jailtui.simhost.tools import route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

ARP_SIZE = 28
MACHINE_TTL, STACK_TTL = 255, 64


class Sent:
    """What became of one packet: whether an answer came, with its TTL, or what the kernel said."""

    def __init__(self, answered: bool = False, error: str = "", ttl: int = STACK_TTL) -> None:
        self.answered = answered
        self.error = error
        self.ttl = ttl


def exchange(kernel: Kernel, vnet: int, address: str, size: int, *, whole: bool = False) -> Sent:
    """Send a packet from a stack, and have its receiver answer. `whole`: it may not be cut into pieces."""
    if address in addresses(kernel, vnet):
        return own(kernel, vnet)
    way = narrowest(kernel, vnet, address)
    if way is None:
        return Sent(error="Network is unreachable" if ":" not in address else "No route to host")
    gateway, out = way
    if refused := refusal(out, size if whole else 0):
        return Sent(error=refused)
    hop = gateway or address
    at = delivered(kernel, vnet, out, hop, size)
    source = source_of(out, hop)
    if at is None or not source:
        return Sent()
    if at == "outside":
        return Sent(not gateway, ttl=MACHINE_TTL)
    if gateway:
        return Sent(forwarded(kernel, at, source, address, size), ttl=STACK_TTL - 1)
    return Sent(returned(kernel, at.vnet, source, out, size))


def addresses(kernel: Kernel, vnet: int) -> list[str]:
    """The addresses of a stack."""
    return [str(entry["address"]) for interface in kernel.listed(vnet) for entry in interface.addresses]


def own(kernel: Kernel, vnet: int) -> Sent:
    """An own address answers over lo0, if that is up (path/lo0-down/09)."""
    lo0 = next((interface for interface in kernel.listed(vnet) if interface.kind == "lo"), None)
    up = lo0 is not None and "UP" in lo0.flags
    return Sent(up, "" if up else "No route to host")


def refusal(out: Ifnet, size: int) -> str:
    """What the kernel says of an interface that sends nothing."""
    if "UP" not in out.flags:
        return "Network is down"
    if "NOARP" in out.flags:
        return "Invalid argument"
    return "Message too long" if size > out.mtu else ""


def narrowest(kernel: Kernel, vnet: int, address: str) -> tuple[str, Ifnet] | None:
    """The gateway ("" in an own net) and the interface of the narrowest route."""
    target = ipaddress.ip_address(address.partition("%")[0])
    routes = [each for each in (*route.connected(kernel, vnet), *route.static(kernel, vnet)) if target in each[0]]
    if not routes:
        return None
    _, gateway, out = max(routes, key=lambda each: each[0].prefixlen)
    return gateway, out


def source_of(out: Ifnet, hop: str) -> str:
    """The address of the interface that a packet to `hop` carries."""
    family = "inet6" if ":" in hop else "inet"
    return next((str(entry["address"]) for entry in out.addresses if entry["family"] == family), "")


def delivered(kernel: Kernel, vnet: int, out: Ifnet, hop: str, size: int) -> Ifnet | Literal["outside"] | None:
    """Who on the wire has the address of the next hop, by ARP, and gets the packet; None for nobody."""
    asked = wire.Frame(kernel, ARP_SIZE)
    asked.leave(out)
    holder, way = owner(kernel, asked, hop)
    mac = "" if holder is None else wire.outside_mac(hop) if holder == "outside" else holder.mac
    remember(kernel, vnet, hop, mac, out.name)
    if holder is None:
        for lost in asked.outside.values():
            wire.count(kernel, lost, ARP_SIZE + 14)
        if not asked.outside:
            wire.count_lost(kernel, max(asked.dead_ends, key=len, default=((out, "sent"),)), ARP_SIZE + 14)
        return None
    if holder == "outside":
        learn(kernel, way, mac)
    frame = wire.Frame(kernel, size)
    frame.leave(out)
    if owner(kernel, frame, hop)[0] is None:
        return None
    wire.count(kernel, way, size + 14)
    wire.count_back(kernel, way, size + 14)
    return holder


def owner(kernel: Kernel, frame: wire.Frame, address: str) -> tuple[Ifnet | Literal["outside"] | None, wire.Way]:
    """Who of those that a frame got to has the address. A member's IPv6 address is not found (path/ipv6-ok-to-host)."""
    for uid, way in frame.stacks.items():
        interface = kernel.interfaces[uid]
        hidden = ":" in address and uid in frame.members
        if not hidden and any(entry["address"] == address for entry in interface.addresses):
            return interface, (way if way and way[0][1] == "sent" else ((interface, "received"),))
    for name, tag, machine in wire.machines(kernel):
        if machine == address and (name, tag) in frame.outside:
            return "outside", frame.outside[str(name), int(str(tag))]
    return None, ()


def returned(kernel: Kernel, vnet: int, source: str, out: Ifnet, size: int) -> bool:
    """Whether an answer from that stack gets back to the interface that sent the packet."""
    way = narrowest(kernel, vnet, source)
    if way is None or refusal(way[1], 0):
        return False
    frame = wire.Frame(kernel, size)
    frame.leave(way[1])
    return out.uid in frame.stacks


def forwarded(kernel: Kernel, at: Ifnet, source: str, address: str, size: int) -> bool:
    """Whether the host forwards a packet, and an answer comes back. There is no NAT (path/routed-forwarding1)."""
    changed = kernel.extra.get("sysctl", {})
    forwards = at.vnet == HOST and isinstance(changed, dict) and str(changed.get("net.inet.ip.forwarding", "0")) != "0"
    counts: list[int] = kernel.extra.setdefault("forwarded", [0, 0])  # type: ignore[assignment]
    way = narrowest(kernel, at.vnet, address)
    if at.vnet == HOST:
        counts[0 if forwards and way is not None else 1] += 1
    if not forwards or way is None:
        return False
    hop = way[0] or address
    holder = delivered(kernel, at.vnet, way[1], hop, size)
    if holder is None or holder == "outside" or way[0]:
        return False
    back = narrowest(kernel, holder.vnet, source)
    return back is not None and back[0] in addresses(kernel, HOST)


def remember(kernel: Kernel, vnet: int, address: str, mac: str, name: str) -> None:
    """Keep what ARP or neighbour discovery found. A MAC that is known stays (path/a-down-warm)."""
    table: dict[str, dict[str, list[str]]] = kernel.extra.setdefault("arp", {})  # type: ignore[assignment]
    neighbours = table.setdefault(str(vnet), {})
    if mac or not neighbours.get(address, [""])[0]:
        neighbours[address] = [mac, name]


def learn(kernel: Kernel, way: wire.Way, mac: str) -> None:
    """Have the bridge know behind which member a machine outside is."""
    tables: dict[str, dict[str, str]] = kernel.extra.setdefault("learned", {})  # type: ignore[assignment]
    for interface, _ in way:
        if interface.bridge and interface.kind != "epair":
            tables.setdefault(str(interface.bridge), {})[mac] = interface.name
