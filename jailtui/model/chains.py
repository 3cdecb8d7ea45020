"""The chain NIC, VLAN, bridge, epair, jail of each cable, with the link that is broken marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jailtui.model.state import End, Epair, Hop, Interface, Where


class Wiring:
    """The host's interfaces by name, the bridge of each member, and what each bridge rides on."""

    def __init__(self, host: Iterable[Interface]) -> None:
        self.host = {interface.name: interface for interface in host}
        self.uplinks = {
            interface.name: uplink(interface, self.host)
            for interface in self.host.values()
            if interface.kind == "bridge"
        }

    def nics(self, bridge: str) -> tuple[str, ...]:
        """The NICs a bridge reaches the world by."""
        return self.uplinks.get(bridge, ((), ()))[0]

    def vlans(self, bridge: str) -> tuple[str, ...]:
        """The VLANs between a bridge and its NICs."""
        return self.uplinks.get(bridge, ((), ()))[1]

    def up(self, name: str) -> bool:
        """Whether an interface of the host is up; one that is nowhere counts as down."""
        return name in self.host and self.host[name].up

    def hop(self, kind: str, name: str) -> Hop:
        up = self.up(name)
        return Hop(kind, name, up, "" if up else "down")


def uplink(bridge: Interface, host: Mapping[str, Interface]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The NICs below a bridge, directly or through a VLAN, and the VLANs, from its members."""
    members = [host[name] for name in bridge.members if name in host]
    vlans = [member for member in members if member.kind == "vlan"]
    nics = [member.name for member in members if member.kind in ("ether", "lagg")]
    nics += [vlan.parent for vlan in vlans if vlan.parent]
    return tuple(dict.fromkeys(nics)), tuple(vlan.name for vlan in vlans)


def chains(
    name: str, jid: int | None, dying: bool, pairs: Iterable[Epair], inside: Iterable[Interface], wiring: Wiring
) -> tuple[tuple[Hop, ...], ...]:
    """One chain for each pair of the jail, then one for each NIC or VLAN that was moved in whole."""
    note = "dying" if dying else "" if jid is not None else "not running"
    end = Hop("jail", name, jid is not None and not dying, note)
    found = [(*pair_chain(pair, wiring), end) for pair in pairs]
    found += [
        (Hop(hop_kind(interface), interface.name, interface.up), end)
        for interface in inside
        if interface.kind in ("ether", "vlan")
    ]
    return tuple(found)


def pair_chain(pair: Epair, wiring: Wiring) -> Iterator[Hop]:
    """NIC, VLAN and bridge below the host's end, then both ends."""
    near, far = (pair.a, pair.b) if pair.a.where is Where.HOST else (pair.b, pair.a)
    if near.bridge is not None:
        yield from (wiring.hop("nic", one) for one in wiring.nics(near.bridge)[:1])
        yield from (wiring.hop("vlan", one) for one in wiring.vlans(near.bridge)[:1])
        yield wiring.hop("bridge", near.bridge)
    elif near.where is Where.HOST and not near.addresses:
        yield Hop("bridge", "no bridge", False, "in no bridge")
    yield end_hop("epair-a", near, pair.name)
    yield end_hop("epair-b", far, pair.name)


def end_hop(kind: str, end: End, pair: str) -> Hop:
    """One end: whole, lost, unknown, or on the host where it should be inside."""
    name = end.name or pair
    if end.where is Where.LOST:
        return Hop(kind, name, False, f"lost with jail {end.jid}" if end.jid is not None else "lost")
    if end.where is Where.UNKNOWN:
        return Hop(kind, name, True, "unknown")
    if kind == "epair-b" and end.where is Where.HOST:
        return Hop(kind, name, False, "on the host")
    return Hop(kind, name, end.up, "" if end.up else "down")


def hop_kind(interface: Interface) -> str:
    return "vlan" if interface.kind == "vlan" else "nic"
