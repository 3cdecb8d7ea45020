"""The records of what `ifconfig` prints, and a reader for each kind of line below the head of an interface.

Source: sbin/ifconfig of FreeBSD 13.2 and 15.1.

A reader gets the line after its first word and returns a `Fact`, or None if it can't read the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import Any, NamedTuple

Fact = tuple[str, Any, bool]
"""The field of the record that a line is about, its value, and whether every word was understood."""

UNREAD: Fact = ("unread", None, False)
STRAY: Fact = ("stray", None, False)
BLANK: Fact = ("blank", None, True)

NUMBERED_NAMES = re.compile(r"[0-9a-fA-F]+(?:<([^<>]*)>)?")
LONGEST_NAMES = 600
INET6_FLAGS = frozenset(
    ("anycast", "tentative", "duplicated", "detached", "deprecated", "autoconf", "temporary", "prefer_source")
)
INET6_TIMES = frozenset(("pltime", "vltime", "scopeid"))
VLAN = re.compile(r"([0-9]{1,10})(?: vlanproto: \S+)?(?: vlanpcp: [0-9]+)?( .*)?", re.DOTALL)
BRIDGE_ID = re.compile(r"\S+( (priority|hellotime|fwddelay) \d+)*")
MEMBER_NUMBERS = frozenset(("ifmaxaddr", "port", "priority", "path_cost", "untagged"))
MEMBER_WORDS = frozenset(("vlan_protocol", "tagged", "proto", "role", "state"))


class Inet(NamedTuple):
    """An IPv4 address. `prefix` is None if the netmask is not contiguous."""

    address: str
    prefix: int | None = None
    vhid: int | None = None


class Inet6(NamedTuple):
    """An IPv6 address without its zone. `flags` are words such as `tentative`."""

    address: str
    prefix: int | None = None
    flags: tuple[str, ...] = ()
    vhid: int | None = None


class VlanRecord(NamedTuple):
    """vlan(4). `tag` is 0 and `parent` None if it has no parent interface."""

    tag: int
    parent: str | None = None


class Member(NamedTuple):
    """A member of a bridge. Only 15 prints `untagged` (a VLAN) and `tagged` (a set, as `10,20-30`)."""

    name: str
    untagged: int | None = None
    tagged: str | None = None


class BridgeRecord(NamedTuple):
    """if_bridge(4). `members` are in printed order, the last added first; only 15 prints `flags` (`VLANFILTER`)."""

    members: tuple[Member, ...] = ()
    flags: tuple[str, ...] = ()


class InterfaceRecord(NamedTuple):
    """An interface that `ifconfig` prints. Its texts are as printed, so hostile; `name` may have blanks and slashes.

    Flags and options are names: the bits of the number before them differ between releases. `ether` is the link address
    in use, `hwaddr` that of the hardware if it differs, `more_ether` further ones: 13 prints two interfaces of one name
    as one, with two `ether` lines. `status` is without the reason in brackets. `unread` are the lines that could not be
    read.
    """

    name: str
    flags: tuple[str, ...] = ()
    mtu: int = 0
    description: str | None = None
    options: tuple[str, ...] = ()
    ether: str | None = None
    hwaddr: str | None = None
    more_ether: tuple[str, ...] = ()
    inet: tuple[Inet, ...] = ()
    inet6: tuple[Inet6, ...] = ()
    groups: tuple[str, ...] = ()
    media: str | None = None
    status: str | None = None
    vlan: VlanRecord | None = None
    bridge: BridgeRecord | None = None
    drivername: str | None = None
    unread: tuple[str, ...] = ()
    laggports: tuple[str, ...] = ()


class IfconfigReading(NamedTuple):
    """The interfaces in printed order, and the lines that could not be read with their numbers from 1."""

    interfaces: tuple[InterfaceRecord, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()


def number(text: str) -> int | None:
    """`text` as an unsigned decimal number of at most ten digits, or None."""
    return int(text) if text.isdecimal() and len(text) <= 10 else None


def names(text: str) -> tuple[str, ...] | None:
    """The names in `8863<UP,BROADCAST>`; () for `0` or `0<>`, None for anything else."""
    match = NUMBERED_NAMES.fullmatch(text) if len(text) <= LONGEST_NAMES else None
    if match is None:
        return None
    inside = match.group(1)
    return tuple(map(intern, inside.split(","))) if inside else ()


def prefixes() -> dict[str, int]:
    """The prefix length of each contiguous IPv4 netmask, in hexadecimal (the default) and dotted form."""
    lengths: dict[str, int] = {}
    for length in range(33):
        mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
        lengths[f"0x{mask:08x}"] = length
        lengths[".".join(str(byte) for byte in mask.to_bytes(4, "big"))] = length
    return lengths


PREFIXES = prefixes()


def _text(key: str) -> Callable[[str], Fact | None]:
    return lambda rest: (key, rest, True)


def _word(key: str) -> Callable[[str], Fact | None]:
    def read(rest: str) -> Fact | None:
        return (key, rest, True) if rest and " " not in rest else None

    return read


def _inet(rest: str) -> Fact | None:
    words = rest.split()
    if not words:
        return None
    address, slash, length = words[0].partition("/")
    prefix = number(length) if slash else None
    vhid = None
    whole = len(words) % 2 == 1
    for word, text in zip(words[1::2], words[2::2], strict=False):
        if word == "netmask":
            prefix = PREFIXES.get(text)
        elif word == "vhid":
            vhid = number(text)
        elif word not in ("broadcast", "-->"):
            whole = False
    return ("inet", Inet(address, prefix, vhid), whole)


def _inet6(rest: str) -> Fact | None:
    before, long_form, after = rest.partition(" prefixlen ")
    if long_form:
        first = before.partition(" --> ")[0]
        length, *words = after.split() or [""]
    else:
        first, *words = rest.split() or [""]
        first, _, length = first.partition("/") if "%" not in first else first.rpartition("/")
        if words[:1] == ["-->"]:
            words = words[2:]
    address = first.partition("%")[0]
    if not address:
        return None
    flags: list[str] = []
    vhid: int | None = None
    whole = True
    rest_words = iter(words)
    for word in rest_words:
        if word in INET6_FLAGS:
            flags.append(word)
        elif word in INET6_TIMES:
            next(rest_words, None)
        elif word == "vhid":
            vhid = number(next(rest_words, ""))
        else:
            whole = False
    return ("inet6", Inet6(address, number(length), tuple(flags), vhid), whole)


def _vlan(rest: str) -> Fact | None:
    before, _, parent = rest.partition(" parent interface: ")
    match = VLAN.fullmatch(before)
    if match is None:
        return None
    return ("vlan", VlanRecord(int(match[1]), parent if parent not in ("", "<none>") else None), match[2] is None)


def _member(rest: str) -> Fact | None:
    name, _, flags = rest.rpartition(" flags=")
    value = names(flags)
    return None if value is None or not name else ("member", {"name": name}, True)


def _member_more(line: str) -> Fact:
    words = line.replace("path cost ", "path_cost ").replace("vlan protocol ", "vlan_protocol ").split()
    values = dict(zip(words[::2], words[1::2], strict=False))
    known = {
        word: text if word in MEMBER_WORDS else number(text)
        for word, text in values.items()
        if word in MEMBER_WORDS or (word in MEMBER_NUMBERS and number(text) is not None)
    }
    facts = {word: known[word] for word in ("untagged", "tagged") if word in known}
    return ("member+", facts, len(words) % 2 == 0 and known.keys() == values.keys())


def _bridge(rest: str) -> Fact | None:
    flags, _, more = rest.removeprefix("flags=").partition(" defuntagged=")
    value = names(flags)
    if value is None or not rest.startswith("flags="):
        return None
    return ("bridge+", {"flags": value}, not more or number(more) is not None)


LAGGPORT = re.compile(r"(.+) flags=[0-9a-fA-F]+(<[^<>]{0,600}>)?")


def _laggport(rest: str) -> Fact | None:
    match = LAGGPORT.fullmatch(rest)
    return ("laggports", match[1], True) if match else None


READERS: dict[str, Callable[[str], Fact | None]] = {
    "ether": _word("ether"),
    "hwaddr": _word("hwaddr"),
    "inet": _inet,
    "inet6": _inet6,
    "groups:": lambda rest: ("groups", tuple(rest.split()), True),
    "media:": _text("media"),
    "status:": lambda rest: ("status", rest.partition(" (")[0], True),
    "member:": _member,
    "drivername:": _text("drivername"),
    "vlan:": _vlan,
    "id": lambda rest: ("bridge+", {}, True) if BRIDGE_ID.fullmatch(rest) else None,
    "bridge": _bridge,
    "description:": _text("description"),
    "laggport:": _laggport,
}
NAMES = r"[0-9a-fA-F]+(<[^<>]{0,600}>)?"
SKIPPED = {
    "lladdr": r"\S+",
    "pcp": r"\d+",
    "fib:": r"\d+",
    "nd6": rf"options={NAMES}",
    "Opened": r"by PID \d+",
    "maxage": r"\d+( (holdcnt|maxaddr|timeout) \d+| proto \S+)*",
    "root": r"id \S+( (priority|ifcost|port) \d+)*",
    "laggproto": r"\S+( lagghash \S+)?",
    "carp:": r"\S+( (vhid|advbase|advskew) \d+)+",
    "vxlan": r"vni \d+( (local|remote|group) \S+)*",
    "tunnel": r"\S+ \S+ --> \S+",
}
"""What may follow the first word of lines that are not used."""
CAPABILITIES = re.compile(rf"\tcapabilities={NAMES}")
CARP_PEERS = re.compile(r"\t +peer \S+( peer6 \S+)?")


def read_line(line: str) -> Fact:
    """Read a line below a head, which begins with a tab."""
    if line[:1] != "\t":
        return STRAY if line else BLANK
    if line[1:2] == " ":
        return _continued(line)
    word, _, rest = line[1:].partition(" ")
    if (reader := READERS.get(word)) is not None:
        return reader(rest) or UNREAD
    if (skipped := SKIPPED.get(word)) is not None:
        return BLANK if re.fullmatch(skipped, rest) else UNREAD
    if line.startswith("\toptions="):
        options = names(line.removeprefix("\toptions="))
        return UNREAD if options is None else ("options", options, True)
    return BLANK if CAPABILITIES.fullmatch(line) else UNREAD


def _continued(line: str) -> Fact:
    """Read a continuation line, of a member or of carp(4)."""
    if line.lstrip().startswith(("ifmaxaddr ", "port ", "role ")):
        return _member_more(line)
    return BLANK if CARP_PEERS.fullmatch(line) else UNREAD
