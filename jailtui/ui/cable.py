"""A cable as a line, from the NIC to the jail, with words under its hops. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.segments import Wiring, pair_chain
from jailtui.model.state import MOVED_AWAY, Hop
from jailtui.model.tunnels import outside_tunnels
from jailtui.ui.lines import Cell, Line, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.state import Bridge, Epair, HostState, Interface, Jail, Vlan
    from jailtui.ui.glyphs import Glyphs


def cable_of_pair(pair: Epair, state: HostState) -> tuple[Hop, ...]:
    """The way from the NIC to what holds the far end of a pair."""
    wiring = Wiring(interface for interface in state.interfaces if interface.jid is None)
    holder = pair.b.jail or pair.owner
    return (*pair_chain(pair, wiring), *((Hop("jail", holder),) if holder else ()))


def holder_of(pair: Epair, state: HostState) -> Jail | None:
    """The jail in which the far end of a pair is."""
    return next((jail for jail in state.jails if pair.b.jid is not None and jail.jid == pair.b.jid), None)


def cable_of_bridge(bridge: Bridge) -> tuple[Hop, ...]:
    """What a bridge hangs on, and the jails on it."""
    ways = (("nic", bridge.nics), ("vlan", bridge.vlans))
    hops = [Hop(kind, " ".join(names)) for kind, names in ways if names]
    own = Hop("bridge", bridge.name, bridge.up, "" if bridge.up else f"{bridge.name} down")
    return (*hops, own, *_jails(bridge.jails))


def cable_of_vlan(vlan: Vlan) -> tuple[Hop, ...]:
    """The parent of a VLAN, its bridge, and the jails behind it."""
    lost = vlan.jid is None and vlan.parent is None
    parent = vlan.parent or ("no parent" if lost else f"parent {MOVED_AWAY}")
    bridge = (Hop("bridge", vlan.bridge),) if vlan.bridge else ()
    return (Hop("nic", parent, not lost), Hop("vlan", vlan.name), *bridge, *_jails(vlan.jails))


FEW = 3
"""The most jails that are named at the end of a cable."""


def _jails(names: Sequence[str]) -> tuple[Hop, ...]:
    if not names:
        return ()
    return (Hop("jail", " ".join(names) if len(names) <= FEW else f"{len(names)} jails"),)


def draw_chain(chain: Sequence[Hop], state: HostState, jail: Jail | None, glyphs: Glyphs, room: int) -> list[Line]:
    """NIC, VLAN, bridge, pair and jail as one line with facts under each; a problem is drawn on its link.

    A chain too long for `room` continues in the next line, which begins with the link.
    """
    lines: list[Line] = []
    above, below = [Cell(" ")], [Cell(" ")]
    broken = next((at for at, hop in enumerate(chain) if not hop.ok), len(chain))
    for at, hop in enumerate(chain):
        name, fact = _hop_cells(hop, state, jail, glyphs, beyond=at > broken)
        taken, facts = used(above), used(below)
        link = _link(hop, 0, glyphs) if at else Cell("")
        if fact.text:
            link = _link(hop, max(0, facts + 1 - taken - link.width), glyphs) if at else link
        if at and taken + link.width + max(name.width, fact.width) > room:
            lines += [Line(tuple(above)), Line(tuple(below))]
            link = _link(hop, 0, glyphs)
            above, below, taken, facts = [Cell("  ")], [Cell("  ")], 2, 2
        above += [link, name]
        if fact.text:
            below += [Cell(" " * (taken + link.width - facts)), fact]
    return [*lines, Line(tuple(above)), *([Line(tuple(below))] if len(below) > 1 else [])]


def _link(hop: Hop, longer: int, glyphs: Glyphs) -> Cell:
    """The wire before a hop; a fact wider than the name above it makes the wire longer."""
    joint = glyphs.cable if hop.kind == "epair-b" else glyphs.wire
    return Cell(f" {joint}{joint[0] * longer} ", "dim" if hop.ok else "bad")


def _hop_cells(hop: Hop, state: HostState, jail: Jail | None, glyphs: Glyphs, *, beyond: bool) -> tuple[Cell, Cell]:
    """A hop's name and the fact under it; of a broken hop the reason. `beyond`: it follows a broken hop."""
    if beyond:
        return Cell(hop.name, "dim"), Cell("")
    if not hop.ok:
        return Cell(f"{glyphs.broken} {hop.note or hop.name or 'missing'}", "bad"), Cell("")
    fact = hop.note or _fact(hop, state, jail)
    if hop.kind == "nic" and (mark := state.way_in.mark(hop.name)):
        fact = f"{mark} {fact}"
    return Cell(hop.name, "strong" if hop.kind == "jail" else ""), Cell(fact, "dim")


def _fact(hop: Hop, state: HostState, jail: Jail | None) -> str:
    """The fact shown under a sound hop."""
    if hop.kind == "jail":
        return ""
    inside = (jail.interfaces or ()) if jail is not None else ()
    where = inside if hop.kind == "epair-b" and jail is not None else state.interfaces
    seen: Interface | None = next((interface for interface in where if interface.name == hop.name), None)
    if seen is None:
        return ""
    up = "up" if seen.up else "down"
    if hop.kind == "epair-b":
        addresses = seen.addresses or (outside_tunnels(jail) if jail is not None else ())
        return str(addresses[0]) if addresses else f"{up}, no address"
    if hop.kind == "nic":
        return seen.status or up
    if hop.kind == "vlan":
        return f"tag {seen.tag}" if seen.tag else "no tag"
    return f"mtu {seen.mtu}" if hop.kind == "bridge" and seen.mtu else up
