"""What an operator may put in for a value of a new jail: each goes into shell commands, so little is taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.names import is_epair
from jailtui.forms.jails.free import INTERFACE
from jailtui.forms.protocol import Note
from jailtui.net import family, is_ip, plain_ip

if TYPE_CHECKING:
    from collections.abc import Mapping

PROPOSED = ("address", "epair", "interface", "ether")
MAC = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
HOSTNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254})")
NUMBER = re.compile(r"[0-9]{1,9}")


def value_notes(values: Mapping[str, str], olds: Mapping[str, str]) -> list[Note]:
    """Errors of the form of these values, by field key; `olds` are those of the jail that is copied."""
    found = []
    for key, value in values.items():
        text = fault_of(key.rpartition(".")[2], value, olds.get(key, ""))
        if text:
            found.append(Note("error", text, key))
    return found


def fault_of(kind: str, value: str, old: str) -> str:  # noqa: C901
    """What is wrong with a value, as a sentence; "" for nothing. A kind that is none of ours is a number."""
    if not value and kind in PROPOSED:
        return "Nothing free could be proposed: give one."
    match kind:
        case "path" | "log":
            right = value.startswith("/") and value.isprintable()
            return "" if right else "It has to be an absolute path."
        case "address":
            return _address(value, old)
        case "gateway":
            if plain_ip(value) and not {"/", "%"} & set(value):
                return ""
            return "The start sets a default route: a gateway is an address without prefix."
        case "epair":
            pair = is_epair(old)
            if pair and not is_epair(value):
                return "An epair is named epair and a number; its ends get an a and a b."
            return "" if INTERFACE.fullmatch(value) else f"{value} is no name of an interface."
        case "interface":
            return "" if INTERFACE.fullmatch(value) else f"{value} is no name of an interface."
        case "bridge":
            return "" if INTERFACE.fullmatch(value) else "The host's end has to be a member of a bridge."
        case "ether":
            return "" if MAC.fullmatch(value) else "A MAC is six bytes in hexadecimal, with colons."
        case "hostname":
            return "" if HOSTNAME.fullmatch(value) else "A host name has only letters, digits, dots, - and _ in it."
        case _:
            return "" if NUMBER.fullmatch(value) else "It is a number."


def _address(value: str, old: str) -> str:
    if "/" not in value and "/" in old:
        return "An address needs its prefix, as in 192.168.1.20/24: without one ifconfig(8) of 15 refuses it."
    if not any(is_ip(value, version) for version in (4, 6)):
        return f"{value} is no address."
    return "" if family(value) == family(old) else f"It has to be an IPv{family(old)} address."
