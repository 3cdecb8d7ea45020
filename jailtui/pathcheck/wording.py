"""The texts of good hops, and the cable as it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.tunnels import is_tunnel
from jailtui.pathcheck.hops import HopName, PathNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Interface
    from jailtui.pathcheck.beyond import PathTarget
    from jailtui.pathcheck.line import Carrier, PathLine

TWINS_GOOD = "no other machine has its address or its MAC"


def inner_text(line: PathLine) -> str:
    if line.inner is None:
        return ""
    own = ", ".join(str(each) for each in line.inner.addresses[:2])
    return f"{line.inner.name}{f', {own}' if own else ''}"


def own_text(inner: Interface) -> str:
    """The text about an interface that is no end of a pair of the host."""
    return f"{inner.name} is in the jail itself"


def way_text(inner: Interface | None, name: str, gateway: str) -> str:
    """The text about a default route, or the route to the target, over the interface of that name."""
    if inner is not None and is_tunnel(inner) and inner.name == name:
        return f"through the tunnel {name}{f', by {gateway}' if gateway else ''}"
    return f"{gateway} over {name}" if gateway else f"over {name}, without a gateway"


def bridge_text(line: PathLine) -> str:
    if line.bridge is not None:
        return f"member of {line.bridge.name}"
    addresses = line.outer.addresses if line.outer is not None else ()
    return f"none: the host routes, {line.outer.name if line.outer else ''} has {', '.join(map(str, addresses))}"


def out_text(line: PathLine) -> str:
    names = [f"{each.name}{f' on {each.parent}' if each.parent else ''}" for each in line.out]
    return f"{', '.join(names)} up" if names else "not needed: the gateway is on this host"


def nodes(line: PathLine, via: str, target: PathTarget | None, carried: Carrier | None = None) -> tuple[PathNode, ...]:
    """The cable from the jail outwards, with the hops about each place."""
    return tuple(_nodes(line, via, target, carried))


def _nodes(line: PathLine, via: str, target: PathTarget | None, carried: Carrier | None) -> Iterator[PathNode]:
    yield PathNode(line.jail.name, ("default route",))
    if line.inner is not None or line.outer is not None:
        name = line.inner.name if line.inner is not None else ""
        unknown: tuple[HopName, ...] = ("tunnel",) if carried is not None and carried.line is None else ()
        yield PathNode(name, ("end in the jail", "settings", "packet size", *unknown))
    yield from _outwards(line)
    if carried is not None and carried.line is not None and carried.line.inner is not None:
        yield PathNode(carried.line.inner.name, ("tunnel",))
        yield from _outwards(carried.line)
        if carried.gateway:
            yield PathNode(carried.gateway, ("outer gateway",))
    if via:
        last: tuple[HopName, ...] = ("name", "target") if target is not None and target.host == via else ()
        yield PathNode(via, ("gateway", "handshake", "duplicates", "IPv6 gateway", "routing", *last))
    if target is not None and target.host != via:
        yield PathNode(target.text, ("name", "target"))


def _outwards(line: PathLine) -> Iterator[PathNode]:
    """The places on the host: the end of the pair, the bridge, and what leads out of it."""
    if line.outer is not None:
        yield PathNode(line.outer.name, ("end on the host",), pair=True)
    if line.outer is not None and line.bridge is None and not line.routed:
        yield PathNode("", ("bridge",))
    if line.bridge is not None:
        yield PathNode(line.bridge.name, ("bridge",))
        yield PathNode(" ".join(each.name for each in line.out), ("way out",))
