"""`netstat -rnW --libxo json`: the routes of one network stack, and `netstat -anW -p tcp`: its TCP connections.

    tcp4       0      0 10.5.0.1.37647         10.5.0.2.5000          CLOSE_WAIT

Without `-W` names and addresses are cut, in JSON too. Missing jail and no rights both print `{ }` and fail.
Source: netstat(1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from jailtui.formats.errors import FormatError, shown


class Route(NamedTuple):
    """One route; `destination` may be `default`."""

    destination: str
    gateway: str | None = None


def parse(text: str) -> tuple[Route, ...]:
    """`text` as routes in printed order, () for a stack without any. FormatError if it is not what netstat prints."""
    try:
        return tuple(
            route(entry)
            for family in objects(families(json.loads(text)), "rt-family")
            for entry in objects(family.get("rt-entry", []), "rt-entry")
        )
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"netstat gave no JSON that can be read: {error}.") from error


def families(document: Any) -> Any:
    """The list of address families inside the document, [] where there are no routes."""
    inside = document
    for key in ("statistics", "route-information", "route-table", "rt-family"):
        if not isinstance(inside, dict):
            raise FormatError(f'netstat gave JSON in which "{key}" has no place.')
        inside = inside.get(key, [] if key == "rt-family" else {})
    return inside


def objects(inside: Any, what: str) -> Iterator[dict[str, Any]]:
    """The members of a list of objects."""
    if not isinstance(inside, list) or not all(isinstance(one, dict) for one in inside):
        raise FormatError(f'netstat gave JSON whose "{what}" is no list of objects.')
    yield from inside


def route(entry: dict[str, Any]) -> Route:
    """One entry as a route."""
    for key in ("destination", "gateway"):
        if not isinstance(entry.get(key), str | None):
            raise FormatError(f"netstat gave a route's {key} as {shown(entry[key])}, not as text.")
    if entry.get("destination") is None:
        raise FormatError("netstat gave a route without destination.")
    return Route(entry["destination"], entry.get("gateway"))


class ConnectionRecord(NamedTuple):
    """A TCP socket with a peer: own address and port, the peer's, and its state (`CLOSE_WAIT`)."""

    address: str
    port: int
    peer: str
    peer_port: int
    state: str


def connections(text: str) -> tuple[ConnectionRecord, ...]:
    """The text of `netstat -an -p tcp` as connections, in printed order; sockets without a peer are passed over."""
    rows = (line.split() for line in text.split("\n") if line.startswith("tcp"))
    found = (connection(words) for words in rows if len(words) >= len(("proto", "in", "out", "own", "peer", "state")))
    return tuple(one for one in found if one is not None)


def connection(words: list[str]) -> ConnectionRecord | None:
    """One line's words; None where an end is `*.*`, or the line is another one."""
    (address, port), (peer, peer_port) = (word.rpartition(".")[::2] for word in words[3:5])
    if {"", "*"} & {address, peer} or not (is_port(port) and is_port(peer_port)):
        return None
    return ConnectionRecord(address, int(port), peer, int(peer_port), words[5])


def is_port(word: str) -> bool:
    """Whether it is a port's number."""
    return word.isascii() and word.isdecimal() and len(word) < len("100000")
