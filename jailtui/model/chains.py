"""The chain NIC, VLAN, bridge, epair, jail of each cable, with the link that is broken marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jailtui.model.state import End, Epair, Hop, Interface, Where


def chains(
    name: str,
    jid: int | None,
    dying: bool,
    pairs: Iterable[Epair],
    inside: Iterable[Interface],
    host: Mapping[str, Interface],
    bridge_of: Mapping[str, str],
) -> tuple[tuple[Hop, ...], ...]:
    """One chain for each pair of the jail, then one for each NIC or VLAN that was moved in whole."""
    note = "dying" if dying else "" if jid is not None else "not running"
    end = Hop("jail", name, jid is not None and not dying, note)
    found = [(*pair_chain(pair, jid, host), end) for pair in pairs]
    found += [(Hop(hop_kind(one), one.name, one.up), end) for one in inside if one.kind in ("ether", "vlan")]
    return tuple(found)


def pair_chain(pair: Epair, jid: int | None, host: Mapping[str, Interface]) -> Iterator[Hop]:
    """NIC, VLAN and bridge below the host's end, then both ends."""
    near, far = (pair.a, pair.b) if pair.a.where is Where.HOST else (pair.b, pair.a)
    if near.bridge is not None:
        nics, vlans = uplink(near.bridge, host)
        yield from (Hop("nic", one, is_up(host, one), "" if is_up(host, one) else "down") for one in nics[:1])
        yield from (Hop("vlan", one, is_up(host, one), "" if is_up(host, one) else "down") for one in vlans[:1])
        up = is_up(host, near.bridge)
        yield Hop("bridge", near.bridge, up, "" if up else "down")
    elif near.where is Where.HOST and not near.addresses:
        yield Hop("bridge", "no bridge", False, "in no bridge")
    yield end_hop("epair-a", near, pair.name, jid)
    yield end_hop("epair-b", far, pair.name, jid)


def end_hop(kind: str, end: End, pair: str, jid: int | None) -> Hop:
    """One end: whole, lost, unknown, or on the host where it should be inside."""
    name = end.name or pair
    if end.where is Where.LOST:
        return Hop(kind, name, False, f"lost with jail {end.jid}" if end.jid is not None else "lost")
    if end.where is Where.UNKNOWN:
        return Hop(kind, name, True, "unknown")
    if kind == "epair-b" and end.where is Where.HOST:
        return Hop(kind, name, False, "on the host")
    return Hop(kind, name, end.up, "" if end.up else "down")


def uplink(bridge: str, host: Mapping[str, Interface]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The NICs a bridge reaches the world by, and the VLANs between, from its members."""
    one = host.get(bridge)
    members = [host[name] for name in one.members if name in host] if one else []
    vlans = [member for member in members if member.kind == "vlan"]
    nics = [member.name for member in members if member.kind in ("ether", "lagg")]
    nics += [vlan.parent for vlan in vlans if vlan.parent]
    return tuple(dict.fromkeys(nics)), tuple(vlan.name for vlan in vlans)


def is_up(host: Mapping[str, Interface], name: str) -> bool:
    """Whether an interface of the host is up; one that is nowhere counts as down."""
    return name in host and host[name].up


def hop_kind(one: Interface) -> str:
    return "vlan" if one.kind == "vlan" else "nic"
