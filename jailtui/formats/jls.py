"""`jls -d -n --libxo json PARAMETER…`: the jails of a host, including dying ones. Source: jls(8).

    {"__version": "2", "jail-information": {"jail": [{"jid":"1","name":"web","vnet":"new","dying":false,
      "ip4.addr": []}, …]}}

With `-n` booleans are JSON booleans and all other values strings; without it booleans are the strings "true" and
"false", and a few numbers are numbers. Both are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from jailtui.formats.errors import FormatError, from_json, objects_at, shown


class JailRow(NamedTuple):
    """One jail; a parameter that was not printed is None.

    `parent` is the jid of the parent jail, 0 for the host. `other` are the parameters that have no field here.
    """

    jid: int
    name: str | None = None
    path: str | None = None
    hostname: str | None = None
    vnet: bool | None = None
    dying: bool = False
    parent: int | None = None
    osrelease: str | None = None
    ip4: tuple[str, ...] = ()
    ip6: tuple[str, ...] = ()
    devfs_ruleset: int | None = None
    children_max: int | None = None
    securelevel: int | None = None
    other: tuple[tuple[str, str], ...] = ()


def parse(text: str) -> tuple[JailRow, ...]:
    """The jails in `text`, in order of jid. Raises FormatError."""
    return from_json(
        "jls", text, lambda document: tuple(map(row, objects_at("jls", document, "jail-information", "jail")))
    )


def row(parameters: dict[str, Any]) -> JailRow:
    """The jail of a JSON object. Raises FormatError if a value is not of its parameter's type."""
    if "jid" not in parameters:
        raise FormatError("jls printed a jail without a jid.")
    known: dict[str, Any] = {}
    other: list[tuple[str, str]] = []
    for key, value in parameters.items():
        field = FIELDS.get(key)
        if key in SKIPPED:
            continue
        if field is None:
            other.append((key, value if isinstance(value, str) else json.dumps(value)))
        else:
            known[field[0]] = field[1](key, value)
    return JailRow(**known, other=tuple(other))


def as_text(key: str, value: Any) -> str:
    """A parameter's value as text."""
    if not isinstance(value, str):
        raise FormatError(f"jls printed {key} as {shown(value)}, not as text.")
    return value


def as_number(key: str, value: Any) -> int:
    """A parameter's value as a number, from a JSON string or number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.removeprefix("-").isdecimal():
        return int(value)
    raise FormatError(f"jls printed {key} as {shown(value)}, not as a number.")


def as_flag(key: str, value: Any) -> bool:
    """A boolean parameter's value."""
    if value is True or value == "true":
        return True
    if value is False or value == "false":
        return False
    raise FormatError(f"jls printed {key} as {shown(value)}, not as true or false.")


def as_new(key: str, value: Any) -> bool:
    """Whether a value is `new` (and not `inherit` or `disable`)."""
    return as_text(key, value) == "new"


def as_list(key: str, value: Any) -> tuple[str, ...]:
    """A list of addresses; without `-n` a single address may be a string."""
    if isinstance(value, str):
        return (value,) if value else ()
    if not isinstance(value, list) or not all(isinstance(address, str) for address in value):
        raise FormatError(f"jls printed {key} as {shown(value)}, not as a list of addresses.")
    return tuple(value)


FIELDS: dict[str, tuple[str, Callable[[str, Any], Any]]] = {
    "jid": ("jid", as_number),
    "name": ("name", as_text),
    "path": ("path", as_text),
    "host.hostname": ("hostname", as_text),
    "vnet": ("vnet", as_new),
    "dying": ("dying", as_flag),
    "parent": ("parent", as_number),
    "osrelease": ("osrelease", as_text),
    "ip4.addr": ("ip4", as_list),
    "ip6.addr": ("ip6", as_list),
    "devfs_ruleset": ("devfs_ruleset", as_number),
    "children.max": ("children_max", as_number),
    "securelevel": ("securelevel", as_number),
}
SKIPPED = frozenset(("ip4", "ip6", "persist", "children.cur"))
"""Parameters that are not used."""
