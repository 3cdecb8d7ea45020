"""The keys of the forms' fields, and what each of them may contain, whatever the host is like.

The values end up in the shell text of hooks, so only characters that mean nothing to a shell are allowed.
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
"""What an epair accepts; recorded: 60 and 65536 refused, 65535 accepted (ifconfig/epair-basic/40-42)."""
HOSTNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
ID = re.compile(r"[A-Za-z0-9_]+")
TAGS = range(1, 4095)
"""Tags that a vlan(4) accepts; recorded: 0, 4095 and 5000 refused (ifconfig/vlan/18-21)."""


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
    """`15` of `15.1-RELEASE`; also if the release is unknown, since 15 accepts least."""
    number = release.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 15


def syntax(name: str, value: str) -> str | None:
    """What is wrong with a value of the field of that key, as a sentence, or None. An empty value is never wrong."""
    if not value:
        return None
    base = name.rpartition(".")[2]
    if base == "address6" or base.startswith("alias6"):
        return _address(value, 6)
    if base == "address" or base.startswith("alias"):
        return _address(value, 4)
    rule = RULES.get(base)
    return rule(value) if rule is not None else None


def name_size(name: str) -> int:
    """How many bytes a name has for the kernel."""
    return len(name.encode("utf-8", "surrogateescape"))


def size_fault(value: str) -> str:
    """Why a name is too long for an interface, or ""."""
    size = name_size(value)
    return f"{value} has {size} bytes; an interface name has at most {NAME_BYTES}." if size > NAME_BYTES else ""


def name_fault(value: str) -> str | None:
    """What is wrong with the name of an interface, or None."""
    if fault := size_fault(value):
        return fault
    if NAME.fullmatch(value) is None:
        return "An interface name may contain only letters, digits, _, . and -, and does not begin with . or -."
    return None


def _address(value: str, version: int) -> str | None:
    example = "192.168.1.10/24" if version == 4 else "fd00::10/64"
    address = parsed(value)
    if address is None:
        return f"{value} is not an IPv{version} address like {example}."
    if address.version != version:
        return f"{value} is an IPv{address.version} address; enter an IPv{version} address like {example}."
    if address.ip.is_unspecified or address.ip.is_multicast or str(address.ip) == "255.255.255.255":
        return f"{address.ip} can't be the address of an interface."
    # ifconfig prints "File exists" for it (recorded: ifconfig/addresses/31).
    return "The prefix can't be 0." if version == 4 and address.network.prefixlen == 0 else None


def _gateway(value: str, version: int) -> str | None:
    text, percent, scope = value.partition("%")
    if percent and (version == 4 or NAME.fullmatch(scope) is None):
        return f"{value} is not an IPv{version} address."
    if "/" in text:
        return "Enter the gateway without a prefix."
    return _address(text, version)


def _epair(value: str) -> str | None:
    if fault := name_fault(value):
        return fault
    if is_epair_end(value):
        return f"{value} is one end of a pair; enter the pair, {value[:-1]}."
    if (number := epair_number(value)) is not None:
        if value != f"epair{number}":
            return f"{value} can't be created: its number begins with 0."
        return None if number <= LAST_EPAIR else f"{value} can't be created: the last pair is epair{LAST_EPAIR}."
    return f"{value} belongs to the firewall." if FIREWALL.fullmatch(value) else None


def other_kind(value: str, wanted: str) -> str | None:
    """What is wrong with a name by which an interface of the kind `wanted` is to be created (`bridge`, `epair`)."""
    if CLONERS.fullmatch(value) is None or re.fullmatch(rf"{wanted}\d+", value):
        return None
    return f"{value} is the name of another kind of interface."


def mtu_fault(value: str) -> str:
    """Why an MTU can't be set, or ""."""
    return "" if _within(value, MTU) else f"The MTU must be {MTU[0]} to {MTU[-1]}, not {value or 'empty'}."


def _within(value: str, numbers: range) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10 and int(value) in numbers


def _mac(value: str) -> str | None:
    """ifconfig too accepts `random` and dashes (recorded: ifconfig/epair-basic/51, /55), but also group addresses."""
    if value == "random":
        return None
    if MAC.fullmatch(value) is None:
        return "A MAC is six pairs of hexadecimal digits, like 02:00:00:00:00:0b."
    first = int(value[:2], 16)
    if first & 1:
        return f"{value} is a group's MAC: the first pair must be even."
    return None if set(value) - set("0:-") else f"{value} can't be the MAC of an interface."


def _path(value: str) -> str | None:
    return None if value.startswith("/") and value.isprintable() else "A path must begin with a /."


def _matching(pattern: re.Pattern[str], fault: str) -> Callable[[str], str | None]:
    return lambda value: None if pattern.fullmatch(value) else fault


RULES: dict[str, Callable[[str], str | None]] = {
    "gateway": lambda value: _gateway(value, 4),
    "gateway6": lambda value: _gateway(value, 6),
    "epair": _epair,
    "bridge": lambda value: name_fault(value) or other_kind(value, "bridge"),
    "mtu": lambda value: mtu_fault(value) or None,
    "vlan": lambda value: None if _within(value, TAGS) else f"The VLAN tag must be {TAGS[0]} to {TAGS[-1]}.",
    "mac": _mac,
    "ether": _mac,
    "interface": name_fault,
    "path": _path,
    "log": _path,
    "hostname": _matching(HOSTNAME, "A host name may contain only letters, digits, dots, - and _."),
    "id": _matching(ID, "An id may contain only letters, digits and _."),
}
