"""The host's wiring as a tree: NIC, VLAN, bridge, both ends of a pair, jail. Pure.

Each pair is in it once. A bridge that is reached in several ways has its members below the first of them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.commands import near_and_far
from jailtui.model.segments import Wiring, end_hop
from jailtui.model.state import Hop, Where
from jailtui.text import by_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jailtui.model.state import End, Epair, HostState, Interface, Jail

Place = tuple[str, str]
"""What a node stands for: the kind of a finding's subject (or `group`), and the key of its row."""


class Branch(NamedTuple):
    """A part of the wiring, and what hangs on it.

    `facts` are words about it. `again`: it is drawn elsewhere, with what hangs on it.
    """

    place: Place
    hop: Hop
    facts: tuple[str, ...] = ()
    children: tuple[Branch, ...] = ()
    again: bool = False

    def walk(self) -> Iterator[Branch]:
        """The node and all nodes below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def wiring_of(state: HostState) -> tuple[Branch, ...]:
    """The map of a host: a tree for each NIC, then what hangs on none."""
    return tuple(Tree(state).roots())


class Tree:
    """The host's objects by what they hang on, and those that are placed already."""

    def __init__(self, state: HostState) -> None:
        self.state = state
        host = [interface for interface in state.interfaces if interface.jid is None]
        self.wiring = Wiring(host)
        self.host = self.wiring.host
        self.bridges = {bridge.name: bridge for bridge in state.bridges}
        self.pairs: dict[str, Epair] = {}
        for pair in state.epairs:
            self.pairs |= {end.name: pair for end in (pair.a, pair.b) if end.where is Where.HOST and end.name}
        self.bridges_of: dict[str, list[str]] = defaultdict(list)
        for bridge in state.bridges:
            for member in bridge.members:
                self.bridges_of[member].append(bridge.name)
        self.vlans_of: dict[str | None, list[str]] = defaultdict(list)
        for vlan in state.vlans:
            self.vlans_of[vlan.parent].append(vlan.name)
        self.ports = {port: lagg.name for lagg in host for port in lagg.laggports}
        self.by_jid = {jail.jid: jail for jail in state.jails if jail.jid is not None}
        self.by_name = {jail.name: jail for jail in state.jails}
        self.placed: set[Place] = set()

    def new(self, place: Place) -> bool:
        """Whether that is not placed yet; it is from now on."""
        fresh = place not in self.placed
        self.placed.add(place)
        return fresh

    def roots(self) -> Iterator[Branch]:
        named = sorted(self.host.values(), key=lambda interface: by_number(interface.name))
        below = self.vlans_of.keys() - {vlan.name for vlan in self.state.vlans}
        for interface in named:
            nic = interface.kind in ("ether", "lagg") and interface.name not in self.ports
            if nic or (interface.name in below and interface.name not in self.pairs):
                yield self.interface("nic", interface.name)
        for vlan in self.state.vlans:
            if ("vlan", vlan.name) not in self.placed:
                yield self.interface("vlan", vlan.name)
        for bridge in self.state.bridges:
            if ("bridge", bridge.name) not in self.placed and not self.carried(bridge.name):
                yield self.bridge(bridge.name)
        for bridge in self.state.bridges:  # those that hang on one another in a ring
            if ("bridge", bridge.name) not in self.placed:
                yield self.bridge(bridge.name)
        yield from self.rest()

    def carried(self, bridge: str) -> bool:
        """Whether the bridge hangs on another one, by a pair between them."""
        ends = [self.pairs[member] for member in self.bridges[bridge].members if member in self.pairs]
        return any({pair.a.bridge, pair.b.bridge} - {None, bridge} for pair in ends)

    def interface(self, kind: str, name: str) -> Branch:
        """A NIC or VLAN of the host, with the bridges and the VLANs on it."""
        place = ("vlan", name) if kind == "vlan" else ("interface", name)
        if not self.new(place):
            return Branch(place, self.wiring.hop(kind, name), again=True)
        seen = self.host.get(name)
        bridges = [self.bridge(bridge) for bridge in self.bridges_of.get(name, ())]
        vlans = [self.interface("vlan", vlan) for vlan in self.vlans_of.get(name, ())]
        hop = self.wiring.hop(kind, name)
        if kind == "vlan" and seen is not None and not seen.parent:
            hop = Hop(kind, name, False, "no parent")
        elif hop.ok and seen is not None and seen.status == "no carrier":
            hop = Hop(kind, name, False, seen.status)
        if not bridges and not vlans and not hop.ok and kind == "nic":
            hop = Hop(kind, name, note=hop.note)  # nobody uses it
        mark = self.state.way_in.mark(name)
        return Branch(place, hop, (*([mark] if mark else []), *self.facts(seen)), (*bridges, *vlans))

    def facts(self, interface: Interface | None) -> Iterator[str]:
        """The words about a NIC, VLAN or bridge; an MTU only where it is not that of its NIC or VLAN."""
        if interface is None:
            return
        if interface.kind == "vlan" and interface.tag:
            yield f"tag {interface.tag}"
        if interface.kind == "lagg" and interface.laggports:
            yield f"({' '.join(interface.laggports)})"
        if interface.status == "active" and interface.kind in ("ether", "lagg"):
            yield interface.status
        yield from map(str, interface.addresses[:1])
        below = [self.host.get(name) for name in (interface.parent or "", *interface.members[:1])]
        if any(other is not None and other.mtu != interface.mtu for other in below):
            yield f"mtu {interface.mtu}"

    def bridge(self, name: str) -> Branch:
        """A bridge with its members, but for the NIC or VLAN by which it was reached."""
        place, bridge = ("bridge", name), self.bridges[name]
        hop = Hop("bridge", name, bridge.up, "" if bridge.up else "down")
        if not self.new(place):
            return Branch(place, hop, again=True)
        members = [self.member(member) for member in bridge.members]
        uplinks = (*bridge.vlans, *bridge.nics)
        ways = (" ".join(("members", *uplinks)),) if len(uplinks) > 1 else () if uplinks else ("no NIC",)
        facts = (*self.facts(self.host.get(name)), *ways)
        return Branch(place, hop, facts, tuple(node for node in members if node is not None))

    def member(self, name: str) -> Branch | None:
        """A member of a bridge; None for a NIC or VLAN, which the bridge hangs on."""
        if (pair := self.pairs.get(name)) is not None:
            return self.pair(pair, name) if self.new(("epair", pair.key)) else None
        seen = self.host.get(name)
        if seen is not None and seen.kind in ("ether", "lagg", "vlan"):
            return None
        hop = self.wiring.hop("member", name) if seen is not None else Hop("member", name, False, "not there")
        return Branch(("interface", name), hop, tuple(self.facts(seen)))

    def pair(self, pair: Epair, member: str = "") -> Branch:
        """Both ends of a pair, the one called `member` first, and what hangs on the other."""
        near, far = near_and_far(pair)
        if member and far.name == member:
            near, far = far, near
        place = ("epair", pair.key)
        end = Branch(place, self.far_hop(pair, far), (), tuple(self.beyond(pair, far)))
        bridge = self.host.get(near.bridge or "")
        facts = (f"mtu {near.mtu}",) if bridge is not None and near.mtu and near.mtu != bridge.mtu else ()
        carried = (self.interface("vlan", vlan) for vlan in self.vlans_of.get(near.name, ()))
        return Branch(place, end_hop("epair-a", near, pair.name), facts, (end, *carried))

    def far_hop(self, pair: Epair, far: End) -> Hop:
        """The far end; on the host it is a broken link only if the pair is an orphan."""
        if far.where is Where.HOST and pair.orphan is not True:
            return Hop("epair-b", far.name or pair.name, note="" if far.bridge else "on the host")
        return end_hop("epair-b", far, pair.name)

    def beyond(self, pair: Epair, far: End) -> Iterator[Branch]:
        """The jail of the far end, its bridge, or the jail that the pair belongs to."""
        if far.where is Where.HOST and far.bridge is not None:
            yield self.bridge(far.bridge)
            return
        holder = self.by_jid.get(far.jid or 0) if far.where in (Where.JAIL, Where.LOST) else None
        if (jail := holder or self.by_name.get(pair.owner or "")) is not None:
            yield self.jail(jail)
        elif pair.orphan:
            yield Branch(("group", ""), Hop("none", pair.owner or "nobody"))

    def jail(self, jail: Jail) -> Branch:
        self.new(("jail", jail.key))
        addresses = [str(address) for address in jail.addresses] or list(jail.assumed)
        more = f" +{len(addresses) - 1}" if len(addresses) > 1 else ""
        facts = (addresses[0] + more,) if addresses else ()
        return Branch(("jail", jail.key), Hop("jail", jail.name, note=jail.state.value), facts)

    def rest(self) -> Iterator[Branch]:
        """What hangs on no NIC and no bridge, in groups."""
        loose = [pair for pair in self.state.epairs if ("epair", pair.key) not in self.placed]
        routed = [pair for pair in loose if self.near(pair).where is Where.HOST and self.near(pair).addresses]
        inside = [pair for pair in loose if self.near(pair).where is not Where.HOST]
        left = [pair for pair in loose if pair not in routed and pair not in inside]
        on_host = [self.pair(pair) for pair in routed]
        no_bridge, between = [self.pair(pair) for pair in left], [self.between(pair) for pair in inside]
        jails = [jail for jail in self.state.jails if ("jail", jail.key) not in self.placed]
        shared = [self.jail(jail) for jail in jails if jail.vnet is False]
        moved = [
            self.moved(chain[0], jail)
            for jail in self.state.jails
            for chain in jail.chains
            if len(chain) == 2 and chain[0].kind in ("nic", "vlan")
        ]
        others = [jail for jail in jails if ("jail", jail.key) not in self.placed]
        alone = [self.jail(jail) for jail in others if jail.jid is not None]
        idle = [self.jail(jail) for jail in others if jail.jid is None]
        yield from group("(host)", (*on_host, *shared))
        yield from group("(no bridge)", no_bridge)
        yield from group("(between jails)", between)
        yield from group("(moved into jails)", moved)
        yield from group("(no network)", alone)
        yield from group("(not running)", idle)

    def near(self, pair: Epair) -> End:
        return near_and_far(pair)[0]

    def between(self, pair: Epair) -> Branch:
        """A pair without an end on the host: the jail of one end, both ends, and what holds the other."""
        near, far = near_and_far(pair)
        place = ("epair", pair.key)
        chain = Branch(place, end_hop("epair-b", far, pair.name), (), tuple(self.beyond(pair, far)))
        chain = Branch(place, end_hop("epair-a", near, pair.name), (), (chain,))
        holder = self.by_jid.get(near.jid or 0)
        return chain if holder is None else self.jail(holder)._replace(children=(chain,))

    def moved(self, hop: Hop, jail: Jail) -> Branch:
        """A NIC or VLAN that a jail holds, and the jail."""
        place = ("vlan", f"{hop.name} in {jail.name}") if hop.kind == "vlan" else ("interface", hop.name)
        return Branch(place, hop, (), (self.jail(jail),))


def group(title: str, nodes: Iterable[Branch]) -> Iterator[Branch]:
    """The nodes under a title, if there are any."""
    if children := tuple(nodes):
        yield Branch(("group", title), Hop("group", title), (), children)


def folded(node: Branch, closed: Callable[[Place], bool], heavy: Callable[[Place], bool]) -> Branch:
    """The node with what is sound below closed nodes replaced by its number; what is `heavy` is a problem."""
    shut = closed(node.place)
    kept = [child for child in node.children if not (shut and calm(child, heavy))]
    hidden = [child for child in node.children if shut and calm(child, heavy)]
    children = [folded(child, closed, heavy) for child in kept]
    if hidden:
        jails = {each.place for child in hidden for each in child.walk() if each.hop.kind == "jail"}
        count, word = (len(jails), "jail") if jails else (len(hidden), "part")
        children.append(Branch(("fold", node.place[1]), Hop("fold", f"{count} {word}{'s' * (count != 1)} folded")))
    return node._replace(children=tuple(children))


def calm(node: Branch, heavy: Callable[[Place], bool]) -> bool:
    """Whether there is no broken link and no problem here or below."""
    return all(each.hop.ok and not heavy(each.place) for each in node.walk())


def narrowed(node: Branch, lets: Callable[[str], bool], path: str = "") -> Branch | None:
    """The node with the branches whose text is let through; None if there is no such branch."""
    text = " ".join((path, node.hop.name, node.hop.note, *node.facts))
    if not node.children:
        return node if lets(text) else None
    children = [narrowed(child, lets, text) for child in node.children]
    kept = tuple(child for child in children if child is not None)
    return node._replace(children=kept) if kept else None
