"""The cable of a jail as the last reading has it: the ends of its pair, the bridge, and what leads out of that."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.state import Address, Epair, HostState, Interface, Jail, Where

if TYPE_CHECKING:
    from jailtui.config.view import Link
    from jailtui.rules.finding import Evidence

WIRED = ("epair", "ether", "vlan", "lagg")
WAYS_OUT = ("ether", "lagg", "vlan", "tap", "other")
"""Kinds of members of a bridge by which packets may leave the host."""


class PathLine(NamedTuple):
    """`inner` is the interface in the jail, `outer` the end of its pair on the host, `bridge` what that is in.

    `out` are the members of the bridge that lead out of the host. `links` are the jail's interfaces as configured.
    """

    state: HostState
    jail: Jail
    host: Mapping[str, Interface]
    inner: Interface | None = None
    pair: Epair | None = None
    outer: Interface | None = None
    bridge: Interface | None = None
    out: tuple[Interface, ...] = ()
    link: Link | None = None

    @property
    def loopback(self) -> Interface | None:
        inside = self.jail.interfaces or ()
        return next((interface for interface in inside if interface.kind == "loopback"), None)

    @property
    def routed(self) -> bool:
        """Whether the host's end has an address in place of a bridge."""
        return self.bridge is None and self.outer is not None and any(map(usable, self.outer.addresses))

    def own(self, family: str) -> tuple[Address, ...]:
        """The addresses of the interface in the jail, without link-local ones."""
        return tuple(each for each in (self.inner.addresses if self.inner else ()) if is_global(each, family))

    def near(self, family: str) -> tuple[tuple[Interface, Address], ...]:
        """The host's own addresses on this segment: of the host's end, the bridge, or what leads out of that."""
        places = [interface for interface in (self.outer, self.bridge, *self.out) if interface is not None]
        return tuple((place, each) for place in places for each in place.addresses if is_global(each, family))

    def holders(self, address: str) -> Iterator[Interface]:
        """The interfaces of the host and of other jails that have this address."""
        for interface in self.state.interfaces:
            mine = interface.jid is not None and interface.jid == self.jail.jid
            if not mine and any(same(each.address, address) for each in interface.addresses):
                yield interface

    def beside(self) -> Iterator[Interface]:
        """The interfaces of the host and of other jails on the same bridge."""
        if self.bridge is None:
            return
        yield self.bridge
        yield from self.out
        for pair in self.state.epairs:
            far = pair.b if pair.a.bridge == self.bridge.name else pair.a
            if self.bridge.name in (pair.a.bridge, pair.b.bridge) and far.jid not in (None, self.jail.jid):
                yield from (each for each in self.state.interfaces if (each.jid, each.name) == (far.jid, far.name))

    def is_beside(self, address: str) -> bool:
        """Whether one of them has that address, so that no way out is needed to get there."""
        return any(same(each.address, address) for interface in self.beside() for each in interface.addresses)


class Carrier(NamedTuple):
    """What carries a tunnel: the cable, and the gateway on it ("": none). `why` tells how that is known, or, where
    `line` is None, why it is not.
    """

    line: PathLine | None
    gateway: str
    why: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def family(self) -> str:
        return "inet6" if ":" in self.gateway else "inet"


def usable(address: Address) -> bool:
    return is_global(address, address.family)


def is_global(address: Address, family: str) -> bool:
    """Whether it is an address of that family that is neither link-local nor loopback."""
    text = address.address.lower()
    return address.family == family and not text.startswith(("fe80:", "127.")) and text != "::1"


def same(first: str, second: str) -> bool:
    """Whether two texts are one address."""
    if first == second:
        return True
    if ":" not in first or ":" not in second:
        return False
    try:
        return ipaddress.ip_address(first) == ipaddress.ip_address(second)
    except ValueError:
        return False


def covers(address: Address, other: str) -> bool:
    """Whether `other` is in the net of an address."""
    try:
        net = ipaddress.ip_interface(str(address)).network
        return ipaddress.ip_address(other.partition("%")[0]) in net
    except ValueError:
        return False


def line_of(state: HostState, jail: Jail, over: str = "") -> PathLine:
    """The cable of `jail` that has the interface `over`, else its first."""
    host = {interface.name: interface for interface in state.interfaces if interface.jid is None}
    pairs = [pair for pair in state.epairs if jail.jid is not None and jail.jid in (pair.a.jid, pair.b.jid)]
    pairs.sort(key=lambda pair: over not in (pair.a.name, pair.b.name))
    interfaces = (each for each in jail.interfaces or () if each.kind != "loopback")
    inside = [each for each in interfaces if each.kind in WIRED or each.name == over]
    inside.sort(key=lambda each: (each.name != over, each.kind != "epair"))
    pair = pairs[0] if pairs else _left_out(state, jail)
    inner = inside[0] if inside else None
    if inner is not None and inner.kind != "epair":
        pair = None
    outer = _host_end(pair, host)
    bridge = next((each for each in host.values() if outer is not None and outer.name in each.members), None)
    return _with_bridge(PathLine(state, jail, host, inner, pair, outer, bridge, link=_link(jail, inner, pair)))


def _with_bridge(line: PathLine) -> PathLine:
    """The line with what leads out of its bridge: NICs and VLANs; without any, tunnels and pairs of the host."""
    members = [line.host[name] for name in (line.bridge.members if line.bridge else ()) if name in line.host]
    on_host = {pair.a.name for pair in line.state.epairs if pair.a.where is pair.b.where is Where.HOST}
    wired = [member for member in members if member.kind in ("ether", "lagg", "vlan")]
    others = [member for member in members if member.kind in WAYS_OUT or member.name in on_host]
    return line._replace(out=tuple(wired or others))


def _left_out(state: HostState, jail: Jail) -> Epair | None:
    """The pair of the jail whose ends are both on the host."""
    return next((pair for pair in state.epairs if pair.owner == jail.name and pair.b.where is Where.HOST), None)


def _host_end(pair: Epair | None, host: Mapping[str, Interface]) -> Interface | None:
    ends = (pair.a, pair.b) if pair is not None else ()
    names = (end.name for end in ends if end.name is not None and end.where is Where.HOST)
    return next((host[name] for name in names if name in host), None)


def _link(jail: Jail, inner: Interface | None, pair: Epair | None) -> Link | None:
    """The interface of the jail's configuration that this is."""
    links = jail.configured.view.links if jail.configured is not None else ()
    names = {name for name in (inner and inner.name, pair and pair.name) if name}
    named = (link for link in links if names & {link.inside, link.pair, link.given})
    return next(named, links[0] if links and not names else None)
