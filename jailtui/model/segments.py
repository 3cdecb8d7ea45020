"""Bridges and VLANs of the host, and the chain NIC, VLAN, bridge, epair, jail of each cable, with its broken links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from jailtui.model.commands import near_and_far
from jailtui.model.state import Bridge, End, Epair, Hop, Interface, Jail, Vlan, Where
from jailtui.text import by_number

MEMBER_KINDS = {"ether": 0, "lagg": 0, "vlan": 1}
"""The ranks of members in the order of display: NICs, VLANs; other kinds come after them."""


class Wiring:
    """The host's interfaces by name, and the NICs and VLANs of each bridge."""

    def __init__(self, host: Iterable[Interface]) -> None:
        self.host = {interface.name: interface for interface in host}
        bridges = [interface for interface in self.host.values() if interface.kind == "bridge"]
        self.uplinks = {bridge.name: uplink(bridge, self.host) for bridge in bridges}

    def nics(self, bridge: str) -> tuple[str, ...]:
        """The NICs by which a bridge reaches the network."""
        return self.uplinks.get(bridge, ((), ()))[0]

    def vlans(self, bridge: str) -> tuple[str, ...]:
        """The VLANs between a bridge and its NICs."""
        return self.uplinks.get(bridge, ((), ()))[1]

    def up(self, name: str) -> bool:
        """Whether an interface of the host exists and is up."""
        return name in self.host and self.host[name].up

    def hop(self, kind: str, name: str) -> Hop:
        up = self.up(name)
        return Hop(kind, name, up, "" if up else "down")


def uplink(bridge: Interface, host: Mapping[str, Interface]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The NICs among the members of a bridge or below its VLANs, and the VLANs."""
    members = [host[name] for name in bridge.members if name in host]
    vlans = [member for member in members if member.kind == "vlan"]
    nics = [member.name for member in members if member.kind in ("ether", "lagg")]
    nics += [vlan.parent for vlan in vlans if vlan.parent]
    return tuple(dict.fromkeys(nics)), tuple(vlan.name for vlan in vlans)


def chains(
    name: str, jid: int | None, dying: bool, pairs: Iterable[Epair], inside: Iterable[Interface], wiring: Wiring
) -> tuple[tuple[Hop, ...], ...]:
    """One chain for each pair of the jail, then one for each NIC or VLAN that was moved into it."""
    note = "dying" if dying else "" if jid is not None else "not running"
    end = Hop("jail", name, jid is not None and not dying, note)
    moved = [interface for interface in inside if interface.kind in ("ether", "vlan")]
    hops = [Hop("vlan" if interface.kind == "vlan" else "nic", interface.name, interface.up) for interface in moved]
    return (*((*pair_chain(pair, wiring), end) for pair in pairs), *((hop, end) for hop in hops))


def pair_chain(pair: Epair, wiring: Wiring) -> Iterator[Hop]:
    """The NIC, the VLAN and the bridge of the host's end, then both ends."""
    near, far = near_and_far(pair)
    if near.bridge is not None:
        yield from (wiring.hop("nic", name) for name in wiring.nics(near.bridge)[:1])
        yield from (wiring.hop("vlan", name) for name in wiring.vlans(near.bridge)[:1])
        yield wiring.hop("bridge", near.bridge)
    elif near.where is Where.HOST and not near.addresses:
        yield Hop("bridge", "no bridge", False, "in no bridge")
    yield end_hop("epair-a", near, pair.name)
    yield end_hop("epair-b", far, pair.name)


def end_hop(kind: str, end: End, pair: str) -> Hop:
    """The hop of one end: whole, lost, unknown, or on the host instead of in the jail."""
    name = end.name or pair
    if end.where is Where.LOST:
        return Hop(kind, name, False, f"lost with jail {end.jid}" if end.jid is not None else "lost")
    if end.where is Where.UNKNOWN:
        return Hop(kind, name, True, "unknown")
    if kind == "epair-b" and end.where is Where.HOST:
        return Hop(kind, name, False, "on the host")
    return Hop(kind, name, end.up, "" if end.up else "down")


def with_ordered_members(host: Sequence[Interface]) -> tuple[Interface, ...]:
    """The host's interfaces, with the members of each bridge sorted: NICs, VLANs, then the rest, each by number.

    ifconfig prints the member that was added last first.
    """
    ranks = {interface.name: MEMBER_KINDS.get(interface.kind, 2) for interface in host}

    def place(name: str) -> tuple[int, tuple[tuple[str, int], ...]]:
        return ranks.get(name, 2), by_number(name)

    return tuple(
        interface._replace(members=tuple(sorted(interface.members, key=place))) if interface.members else interface
        for interface in host
    )


def bridges(host: Iterable[Interface], jails: Iterable[Jail], boot: frozenset[str] | None) -> tuple[Bridge, ...]:
    """The host's bridges. `boot` are the interfaces that rc.conf creates, None if it was not read."""
    by_name = {interface.name: interface for interface in host}
    kinds = {name: interface.kind for name, interface in by_name.items()}
    users = users_of(jails, lambda jail: jail.bridges)
    return tuple(
        Bridge(
            name=interface.name,
            members=interface.members,
            addresses=interface.addresses,
            up=interface.up,
            mtu=interface.mtu,
            nics=tuple(name for name in interface.members if kinds.get(name) in ("ether", "lagg")),
            vlans=tuple(name for name in interface.members if kinds.get(name) == "vlan"),
            jails=users.get(interface.name, ()),
            persistent=None if boot is None else interface.name in boot,
            description=interface.description,
        )
        for interface in by_name.values()
        if interface.kind == "bridge"
    )


def vlans(
    host: Iterable[Interface], jails: Iterable[Jail], bridge_of: Mapping[str, str], boot: frozenset[str] | None
) -> tuple[Vlan, ...]:
    """The host's vlan(4) interfaces."""
    users = users_of(jails, lambda jail: jail.vlans)
    return tuple(
        Vlan(
            name=interface.name,
            tag=interface.tag or None,
            parent=interface.parent,
            bridge=bridge_of.get(interface.name),
            jails=users.get(interface.name, ()),
            addresses=interface.addresses,
            up=interface.up,
            mtu=interface.mtu,
            persistent=None if boot is None else interface.name in boot,
        )
        for interface in host
        if interface.kind == "vlan"
    )


def users_of(jails: Iterable[Jail], names: Callable[[Jail], Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The names of the jails that use each name."""
    users: dict[str, dict[str, None]] = defaultdict(dict)
    for jail in jails:
        for name in names(jail):
            users[name][jail.name] = None
    return {name: tuple(jails) for name, jails in users.items()}
