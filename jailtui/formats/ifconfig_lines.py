"""The detail lines of an `ifconfig` stanza, one reader a line. Source: sbin/ifconfig of FreeBSD 13.2 and 15.1.

A reader takes what stands behind the line's first word and gives a `Fact`, or None where it can't.
"""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Any

from jailtui.formats.ifconfig_records import Inet, Inet6, LaggPort, Tunnel, Vlan, Vxlan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Fact = tuple[str, Any, bool]
"""One line: which part of the record it belongs to, its value, and whether every word was understood."""

UNREAD: Fact = ("unread", None, False)
STRAY: Fact = ("stray", None, False)
BLANK: Fact = ("blank", None, True)

NUMBERED_NAMES = re.compile(r"[0-9a-fA-F]+(?:<([^<>]*)>)?")
LONGEST_NAMES = 600
INET6_FLAGS = frozenset(
    ("anycast", "tentative", "duplicated", "detached", "deprecated", "autoconf", "temporary", "prefer_source")
)
INET6_TIMES = frozenset(("pltime", "vltime", "scopeid"))


def number(text: str) -> int | None:
    """`text` as an unsigned decimal number of at most ten digits, or None."""
    return int(text) if text.isdecimal() and len(text) <= 10 else None


def _names(text: str) -> tuple[str, ...] | None:
    match = NUMBERED_NAMES.fullmatch(text)
    if match is None:
        return None
    inside = match.group(1)
    return tuple(map(intern, inside.split(","))) if inside else ()  # 40,000 words of 1,000 jails are 20 different ones


def names(text: str) -> tuple[str, ...] | None:
    """The names in `8863<UP,BROADCAST>`; () for `0` or `0<>`, None for anything else."""
    return _names(text) if len(text) <= LONGEST_NAMES else None


def prefixes() -> dict[str, int]:
    """Each contiguous IPv4 netmask, hexadecimal (the default form) and dotted, with its length."""
    found: dict[str, int] = {}
    for length in range(33):
        mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
        found[f"0x{mask:08x}"] = length
        found[".".join(str(byte) for byte in mask.to_bytes(4, "big"))] = length
    return found


PREFIXES = prefixes()


UNKNOWN = ("", False)


def pairs(words: list[str], fields: Mapping[str, tuple[str, bool]]) -> tuple[dict[str, Any], bool]:
    """`port 4 priority 128` as fields, and whether all of it was understood.

    `fields` gives for each printed word the field's name and whether its value is a number.
    """
    found: dict[str, Any] = {}
    whole = len(words) % 2 == 0
    for word, text in zip(words[::2], words[1::2], strict=False):
        name, numeric = fields.get(word, UNKNOWN)
        if not name or (numeric and not (text.isdecimal() and len(text) <= 10)):
            whole = False
        else:
            found[name] = int(text) if numeric else text
    return found, whole


def _text(key: str) -> Callable[[str], Fact | None]:
    return lambda rest: (key, rest, True)


def _number(key: str) -> Callable[[str], Fact | None]:
    def read(rest: str) -> Fact | None:
        value = number(rest)
        return None if value is None else (key, value, True)

    return read


def _names_line(key: str) -> Callable[[str], Fact | None]:
    def read(rest: str) -> Fact | None:
        value = names(rest)
        return None if value is None else (key, value, True)

    return read


def _word(key: str) -> Callable[[str], Fact | None]:
    def read(rest: str) -> Fact | None:
        return (key, rest, True) if rest and " " not in rest else None

    return read


def _pairs_line(key: str, fields: Mapping[str, tuple[str, bool]], first: str = "") -> Callable[[str], Fact | None]:
    """A line of pairs; `first` is the word that the line's own first word stands for."""

    def read(rest: str) -> Fact | None:
        words = rest.split()
        found, whole = pairs([first, *words] if first else words, fields)
        return (key, found, whole) if found else None

    return read


def _inet(rest: str) -> Fact | None:
    words = rest.split()
    if not words:
        return None
    address, slash, length = words[0].partition("/")
    prefix = number(length) if slash else None
    peer = broadcast = vhid = None
    whole = len(words) % 2 == 1
    for word, text in zip(words[1::2], words[2::2], strict=False):
        if word == "netmask":
            prefix = PREFIXES.get(text)
        elif word == "broadcast":
            broadcast = text
        elif word == "-->":
            peer = text
        elif word == "vhid":
            vhid = number(text)
        else:
            whole = False
    return ("inet", Inet(address, prefix, peer, broadcast, vhid), whole)


def _inet6(rest: str) -> Fact | None:
    before, long_form, after = rest.partition(" prefixlen ")
    if long_form:
        first, _, peer = before.partition(" --> ")
        length, *words = after.split() or [""]
    else:
        first, *words = rest.split() or [""]
        first, _, length = first.partition("/") if "%" not in first else first.rpartition("/")
        peer = ""
        if words[:1] == ["-->"]:
            peer, words = (words[1] if len(words) > 1 else ""), words[2:]
    address, _, scope = first.partition("%")
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
    return ("inet6", Inet6(address, number(length), scope or None, tuple(flags), peer or None, vhid), whole)


def _nd6(rest: str) -> Fact | None:
    value = names(rest[8:]) if rest.startswith("options=") else None
    return None if value is None else ("nd6", value, True)


def _groups(rest: str) -> Fact | None:
    return ("groups", tuple(rest.split()), True)


def _status(rest: str) -> Fact | None:
    status, bracket, reason = rest.partition(" (")
    if not bracket:
        return ("status", status, True)
    return ("status+", {"status": status, "status_reason": reason.removesuffix(")")}, True)


def _vlan(rest: str) -> Fact | None:
    before, said, parent = rest.partition(" parent interface: ")
    tag, *words = before.split() or [""]
    value = number(tag)
    if value is None:
        return None
    found, whole = pairs(words, {"vlanproto:": ("proto", False), "vlanpcp:": ("pcp", True)})
    known = parent if said and parent != "<none>" else None
    return ("vlan", Vlan(value, found.get("proto"), found.get("pcp"), known), whole)


def _member(rest: str) -> Fact | None:
    name, _, flags = rest.rpartition(" flags=")
    value = names(flags)
    return None if value is None or not name else ("member", {"name": name, "flags": value}, True)


def _laggport(rest: str) -> Fact | None:
    name, _, flags = rest.rpartition(" flags=")
    value = names(flags)
    return None if value is None or not name else ("laggport", LaggPort(name, value), True)


def _bridge(rest: str) -> Fact | None:
    flags, _, more = rest.removeprefix("flags=").partition(" defuntagged=")
    value = names(flags)
    if value is None or not rest.startswith("flags="):
        return None
    untagged = number(more)
    found = {"flags": value} if untagged is None else {"flags": value, "defuntagged": untagged}
    return ("bridge+", found, not more or untagged is not None)


def _carp(rest: str) -> Fact | None:
    state, *words = rest.split() or [""]
    found, whole = pairs(words, {word: (word, True) for word in ("vhid", "advbase", "advskew")})
    return ("carp", {"state": state, **found}, whole) if found else None


def _vxlan(rest: str) -> Fact | None:
    texts = {word: (word, False) for word in ("local", "remote", "group")}
    found, whole = pairs(rest.split(), {"vni": ("vni", True), **texts})
    return ("vxlan", Vxlan(**found), whole) if "vni" in found else None


def _tunnel(rest: str) -> Fact | None:
    words = rest.split()
    if len(words) != 4 or words[2] != "-->":
        return None
    return ("tunnel", Tunnel(words[0], words[1], words[3]), True)


def _opened(rest: str) -> Fact | None:
    pid = number(rest.removeprefix("by PID "))
    return None if pid is None else ("opened_by", pid, True)


def _numbers(*words: str, **renamed: str) -> dict[str, tuple[str, bool]]:
    return {word: (word, True) for word in words} | {word: (field, True) for word, field in renamed.items()}


MEMBER_FIELDS = _numbers("ifmaxaddr", "port", "priority", "path_cost", "untagged") | {
    word: (word, False) for word in ("vlan_protocol", "tagged", "proto", "role", "state")
}


def _member_more(line: str) -> Fact | None:
    words = line.replace("path cost ", "path_cost ").replace("vlan protocol ", "vlan_protocol ").split()
    found, whole = pairs(words, MEMBER_FIELDS)
    return ("member+", found, whole) if found else None


def _carp_more(line: str) -> Fact | None:
    found, whole = pairs(line.split(), {"peer": ("peer", False), "peer6": ("peer6", False)})
    return ("carp+", found, whole)


READERS: dict[str, Callable[[str], Fact | None]] = {
    "ether": _word("ether"),
    "hwaddr": _word("hwaddr"),
    "lladdr": _word("lladdr"),
    "inet": _inet,
    "inet6": _inet6,
    "groups:": _groups,
    "media:": _text("media"),
    "status:": _status,
    "nd6": _nd6,
    "member:": _member,
    "drivername:": _text("drivername"),
    "vlan:": _vlan,
    "pcp": _number("pcp"),
    "fib:": _number("fib"),
    "id": _pairs_line("bridge+", {"id": ("id", False)} | _numbers("priority", "hellotime", "fwddelay"), first="id"),
    "maxage": _pairs_line(
        "bridge+", {"proto": ("proto", False)} | _numbers("maxage", "holdcnt", "maxaddr", "timeout"), first="maxage"
    ),
    "root": _pairs_line(
        "bridge+",
        {"id": ("root_id", False)} | _numbers(priority="root_priority", ifcost="root_ifcost", port="root_port"),
    ),
    "bridge": _bridge,
    "laggproto": _pairs_line("lagg+", {"laggproto": ("proto", False), "lagghash": ("hash", False)}, first="laggproto"),
    "laggport:": _laggport,
    "carp:": _carp,
    "vxlan": _vxlan,
    "tunnel": _tunnel,
    "Opened": _opened,
    "description:": _text("description"),
}
NUMBERED = {"options": _names_line("options"), "capabilities": _names_line("capabilities")}
CONTINUED = {"ifmaxaddr": _member_more, "port": _member_more, "role": _member_more, "peer": _carp_more}


def read_line(line: str) -> Fact:
    """One line below a stanza's head, its leading tab included."""
    if line[:1] != "\t":
        return STRAY if line else BLANK
    if line[1:2] == " ":
        more = CONTINUED.get(line.split(None, 1)[0]) if line.strip() else None
        return (more and more(line)) or UNREAD
    word, _, rest = line[1:].partition(" ")
    reader = READERS.get(word)
    if reader is None:
        word, _, rest = line[1:].partition("=")
        reader = NUMBERED.get(word)
    return (reader and reader(rest)) or UNREAD
