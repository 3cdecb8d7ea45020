"""The keys of the forms' fields, and what may stand in each of them, whatever the host is like.

What is put in here lands in the shell text of hooks, so every value is held to letters that mean nothing to a shell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jailtui.config.names import CLONERS, LAST_EPAIR, NAME_BYTES, epair_number, is_epair_end
from jailtui.net import MAC, parsed

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
FIREWALL = re.compile(r"ipfw(log)?\d*")
"""`ifconfig ipfw0 create` on 15 loads a firewall that denies all (FREEBSD.md, traps)."""
MTU = range(72, 65536)
HOSTNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
ID = re.compile(r"[A-Za-z0-9_]+")
TAGS = (1, 4094)
"""Tags that a vlan(4) takes; recorded: 0, 4095 and 5000 refused (ifconfig/vlan/18-21)."""


def key(number: int, name: str) -> str:
    """The key of a field of the link of that number, counted from 1: `address`, `2.address`."""
    return name if number == 1 else f"{number}.{name}"


def address_key(number: int, version: int, place: int) -> str:
    """The key of an address of a link: its `place`-th of IPv4 or IPv6 (`version` 4 or 6), both counted from 1.

    address, alias, alias2, alias3 ...; address6, alias6, alias6_2, alias6_3 ... From the sixth alias on, IPv4's are
    alias4_6, alias4_7 ..., since alias6 is IPv6's.
    """
    if place < 3:
        return key(number, f"{'address' if place == 1 else 'alias'}{'6' if version == 6 else ''}")
    first = "alias6_" if version == 6 else "alias" if place < 7 else "alias4_"
    return key(number, f"{first}{place - 1}")


def major(release: str) -> int:
    """`15` of `15.1-RELEASE`; also where the release is not known, since 15 takes least."""
    number = release.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 15


def syntax(name: str, value: str) -> str | None:
    """What is wrong with a value for the field of that key, as a sentence, or None. An empty value is never wrong."""
    if not value:
        return None
    base = name.rpartition(".")[2]
    if base == "address6" or base.startswith("alias6"):
        return _address(value, 6)
    if base == "address" or base.startswith("alias"):
        return _address(value, 4)
    rule = RULES.get(base)
    return rule(value) if rule is not None else None


def size_fault(value: str) -> str:
    """Why a name is too long for an interface; "": it is not."""
    size = len(value.encode("utf-8", "surrogateescape"))
    return f"{value} has {size} bytes, an interface's name has {NAME_BYTES} at most." if size > NAME_BYTES else ""


def name_fault(value: str) -> str | None:
    """What is wrong with an interface's name, however it came about; None for a good one."""
    if fault := size_fault(value):
        return fault
    if NAME.fullmatch(value) is None:
        return "An interface's name has only letters, digits, _, . and - in it, and begins with none of the last two."
    return None


def _address(value: str, version: int) -> str | None:
    example = "192.168.1.10/24" if version == 4 else "fd00::10/64"
    one = parsed(value)
    if one is None:
        return f"{value} is no IPv{version} address like {example}."
    if one.version != version:
        return f"{value} is an IPv{one.version} address, here belongs an IPv{version} one like {example}."
    if one.ip.is_unspecified or one.ip.is_multicast or str(one.ip) == "255.255.255.255":
        return f"{one.ip} can't be the address of a jail."
    # ifconfig says "File exists" to it (recorded: ifconfig/addresses/31).
    return "A prefix of 0 can't be set." if version == 4 and one.network.prefixlen == 0 else None


def _gateway(value: str, version: int) -> str | None:
    text, percent, scope = value.partition("%")
    if percent and (version == 4 or NAME.fullmatch(scope) is None):
        return f"{value} is no IPv{version} address."
    if "/" in text:
        return "A gateway is an address without a prefix."
    return _address(text, version)


def _epair(value: str) -> str | None:
    if fault := name_fault(value):
        return fault
    if is_epair_end(value):
        return f"{value} is one end: give the pair, {value[:-1]}."
    if (number := epair_number(value)) is not None:
        if value != f"epair{number}":
            return f"{value} can't be made: its number begins with 0."
        return None if number <= LAST_EPAIR else f"{value} can't be made: the last one is epair{LAST_EPAIR}."
    return f"{value} belongs to the firewall." if FIREWALL.fullmatch(value) else None


def other_kind(value: str, wanted: str) -> str | None:
    """What is wrong with a name that something of the kind `wanted` is to be created by (`bridge`, `epair`)."""
    if CLONERS.fullmatch(value) is None or re.fullmatch(rf"{wanted}\d+", value):
        return None
    return f"{value} is the name of another kind of interface."


def _bridge(value: str) -> str | None:
    return name_fault(value) or other_kind(value, "bridge")


def mtu_fault(value: str) -> str:
    """Why an MTU can't be set, as a sentence; "": it can, as far as the number goes."""
    if value.isascii() and value.isdecimal() and int(value) in MTU:
        return ""
    return f"The MTU is a number from {MTU.start} to {MTU.stop - 1}, not {value or 'empty'}."


def _mtu(value: str) -> str | None:
    """What an epair takes; recorded: 60 and 65536 refused, 65535 taken (ifconfig/epair-basic/40-42)."""
    return mtu_fault(value) or None if len(value) < 10 else "That is no MTU."


def _vlan(value: str) -> str | None:
    if value.isascii() and value.isdigit() and len(value) < 10 and TAGS[0] <= int(value) <= TAGS[1]:
        return None
    return f"A VLAN's tag is a number from {TAGS[0]} to {TAGS[1]}."


def _mac(value: str) -> str | None:
    """`random` and dashes are ifconfig's too (recorded: ifconfig/epair-basic/51, /55); it takes group addresses."""
    if value == "random":
        return None
    if MAC.fullmatch(value) is None:
        return "A MAC is six pairs of hexadecimal digits, like 02:00:00:00:00:0b."
    first = int(value[:2], 16)
    if first & 1:
        return f"{value} is a group's MAC: the first pair has to be even."
    return None if set(value) - set("0:-") else f"{value} is no interface's MAC."


def _path(value: str) -> str | None:
    return None if value.startswith("/") and value.isprintable() else "A path is absolute: it begins with a /."


def _hostname(value: str) -> str | None:
    return None if HOSTNAME.fullmatch(value) else "A host name has only letters, digits, dots, - and _ in it."


def _id(value: str) -> str | None:
    return None if ID.fullmatch(value) else "An id has only letters, digits and _ in it."


RULES: dict[str, Callable[[str], str | None]] = {
    "gateway": lambda value: _gateway(value, 4),
    "gateway6": lambda value: _gateway(value, 6),
    "epair": _epair,
    "bridge": _bridge,
    "mtu": _mtu,
    "vlan": _vlan,
    "mac": _mac,
    "ether": _mac,
    "interface": name_fault,
    "path": _path,
    "log": _path,
    "hostname": _hostname,
    "id": _id,
}
