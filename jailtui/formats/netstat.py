"""`netstat -rnW --libxo json`: the routes of one network stack. Source: netstat(1).

Without `-W` interface names are cut, in JSON too. Missing jail and no rights both print `{ }` and fail.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jailtui.formats.errors import FormatError, shown


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `family` is `Internet` or `Internet6`; `destination` may be `default`; `flags` letters as `UGS`.

    `interface` is the one packets leave by, `lo0` for the host's own addresses.
    """

    family: str
    destination: str
    gateway: str | None = None
    flags: str = ""
    interface: str | None = None
    mtu: int | None = None


def parse(text: str) -> tuple[Route, ...]:
    """`text` as routes in printed order, () for a stack without any. FormatError if it is not what netstat prints."""
    try:
        return tuple(
            route(family.get("address-family"), entry)
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


def route(family: Any, entry: dict[str, Any]) -> Route:
    """One entry as a route."""
    told = {"family": family, **{key: entry.get(key) for key in ("destination", "gateway", "flags", "interface-name")}}
    for key, value in told.items():
        if not isinstance(value, str | None):
            raise FormatError(f"netstat gave a route's {key} as {shown(value)}, not as text.")
    if told["family"] is None or told["destination"] is None:
        raise FormatError("netstat gave a route without family or destination.")
    mtu = entry.get("mtu")
    return Route(
        family=told["family"],
        destination=told["destination"],
        gateway=told["gateway"],
        flags=told["flags"] or "",
        interface=told["interface-name"],
        mtu=mtu if isinstance(mtu, int) else None,
    )
