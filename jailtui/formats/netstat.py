"""`netstat -rnW --libxo json`: the routes of one network stack, and `netstat -anW -p tcp`: its TCP connections.

    tcp4       0      0 10.5.0.1.37647         10.5.0.2.5000          CLOSE_WAIT

Without `-W` names and addresses are cut, in JSON too. For a missing jail, and without privileges, netstat prints `{ }`
and fails. Source: netstat(1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from jailtui.formats.errors import FormatError, from_json, objects_at, shown


class Route(NamedTuple):
    """One route; `destination` may be `default`. `interface` is "" if netstat did not print it."""

    destination: str
    gateway: str | None = None
    interface: str = ""


def parse(text: str) -> tuple[Route, ...]:
    """The routes in `text`, in printed order. Raises FormatError."""
    return from_json("netstat", text, lambda document: tuple(map(route, entries(document))))


def entries(document: Any) -> Iterator[dict[str, Any]]:
    """The objects of the routes of all address families. Raises FormatError."""
    keys = ("statistics", "route-information", "route-table", "rt-family")
    for family in objects_at("netstat", document, *keys, optional=True):
        yield from objects_at("netstat", family, "rt-entry", optional=True)


def route(entry: dict[str, Any]) -> Route:
    """The route of a JSON object. Raises FormatError."""
    for key in ("destination", "gateway"):
        if not isinstance(entry.get(key), str | None):
            raise FormatError(f"netstat printed a route's {key} as {shown(entry[key])}, not as text.")
    if entry.get("destination") is None:
        raise FormatError("netstat printed a route without a destination.")
    interface = entry.get("interface-name")
    return Route(entry["destination"], entry.get("gateway"), interface if isinstance(interface, str) else "")


class RouteRow(NamedTuple):
    """A route with its flags and MTU; "" for a column that netstat did not print."""

    destination: str
    gateway: str
    flags: str
    interface: str
    mtu: str


def route_table(text: str) -> tuple[RouteRow, ...]:
    """The routes in `text` as rows, in printed order. Raises FormatError."""
    return from_json("netstat", text, lambda document: tuple(map(route_row, entries(document))))


def route_row(entry: dict[str, Any]) -> RouteRow:
    """The row of a JSON object. Raises FormatError."""
    plain = route(entry)
    more = (entry.get(key) for key in ("flags", "interface-name", "mtu"))
    return RouteRow(plain.destination, plain.gateway or "", *("" if value is None else str(value) for value in more))


class LinkRow(NamedTuple):
    """An interface as `netstat -ibdnW -f link --libxo json` lists it; `ether` is None where it has no MAC."""

    name: str
    up: bool
    mtu: int
    ether: str | None = None


def links(text: str) -> tuple[LinkRow, ...]:
    """The interfaces of one network stack, in printed order. Raises FormatError."""
    return from_json("netstat", text, lambda document: tuple(map(link, interfaces(document))))


def interfaces(document: Any) -> list[dict[str, Any]]:
    """The objects of the interfaces, at least one. Raises FormatError."""
    objects = objects_at("netstat", document, "statistics", "interface", optional=True)
    if not objects:
        raise FormatError("netstat printed JSON that lists no interface.")
    return objects


def link(entry: dict[str, Any]) -> LinkRow:
    """The interface of a JSON object. Raises FormatError."""
    name, flags, mtu, address = (entry.get(key) for key in ("name", "flags", "mtu", "address"))
    if not isinstance(name, str) or not isinstance(flags, str) or not isinstance(mtu, int) or NO_BYTES.search(name):
        raise FormatError(f"netstat printed an interface as {shown(entry)}.")
    ether = address if isinstance(address, str) and MAC.fullmatch(address) else None
    return LinkRow(name, bool(int(flags, 16) & 1), mtu, ether)


NO_BYTES = re.compile("[\\0\ud800-\udc7f\udd00-\udfff]")
"""Characters that JSON may have and a name can't."""
MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


class Connection(NamedTuple):
    """A TCP connection: local address and port, those of the peer, and its state (`CLOSE_WAIT`)."""

    address: str
    port: int
    peer: str
    peer_port: int
    state: str


def connections(text: str) -> tuple[Connection, ...]:
    """The connections that `netstat -an -p tcp` printed, sorted, since their printed order changes."""
    rows = (line.split() for line in text.split("\n") if line.startswith("tcp"))
    columns = len(("proto", "in", "out", "local", "peer", "state"))
    return tuple(sorted(filter(None, (connection(words) for words in rows if len(words) >= columns))))


def connection(words: list[str]) -> Connection | None:
    """The connection on a line; None for a socket without a peer (`*.*`), and for any other line."""
    (address, port), (peer, peer_port) = (word.rpartition(".")[::2] for word in words[3:5])
    if {"", "*"} & {address, peer} or not (is_port(port) and is_port(peer_port)):
        return None
    return Connection(address, int(port), peer, int(peer_port), words[5])


def is_port(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < len("100000")
