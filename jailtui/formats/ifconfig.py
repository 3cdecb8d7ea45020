"""`ifconfig -a`, and every other call of ifconfig(8) that prints interfaces, FreeBSD 13 to 15.

    epair0a: flags=8863<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
    \tdescription: jail:web
    \toptions=8<VLAN_MTU>
    \tether 02:ea:54:88:f3:0a
    \tgroups: epair
    \tmedia: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)
    \tstatus: active
    \tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>

Lines may be in any order, with one exception: a description, which may have any text and line breaks, is right below
the head and above `options=`. All lines between them are the description, even if they look like other lines. 13 omits
`options=` if it is 0; then the first `ether` ends the description, or else the first line that can be read. A
description with a head line in it can't be told from another interface; after a line that only resembles a head line,
the rest is unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from jailtui.formats.ifconfig_lines import BridgeRecord, IfconfigReading, InterfaceRecord, Member, names, read_line

NEXT_HEAD: Final = re.compile(r"\n(?=[^\t\n][^\n]*?(?:flags=| mtu ))")
"""A head line, or a line that resembles one: it ends the stanza above even if it can't be read."""
HEAD_TAIL: Final = re.compile(r"([^ ]+) metric -?[0-9]{1,10} mtu ([0-9]{1,10})( .*)?")
DESCRIPTION: Final = "\tdescription: "
MERGED: Final = frozenset(("inet", "inet6", "member", "member+", "bridge+", "laggports"))
NOTHING: Final = frozenset(("blank", "unread"))

DEFAULTS: Final[dict[str, Any]] = dict.fromkeys(InterfaceRecord._fields) | InterfaceRecord._field_defaults

Unread = tuple[tuple[int, str], ...]


def parse(text: str) -> IfconfigReading:
    """The interfaces in `text`, in printed order; never raises. All lines below an unread head line are unread."""
    pieces = NEXT_HEAD.split(text)
    stanzas = [stanza(piece) for piece in pieces]
    interfaces = tuple([interface for interface, _ in stanzas if interface is not None])
    return IfconfigReading(interfaces, tuple(numbered(pieces, stanzas)) if any(unread for _, unread in stanzas) else ())


def alone(text: str, name: str) -> InterfaceRecord | None:
    """The interface `name` in the output of `ifconfig NAME`, whatever its name and its description contain.

    None if it is not the first interface in `text`.
    """
    if not text.startswith(f"{name}: flags="):
        return None
    record, _ = stanza("X" + text[len(name) :].removesuffix("\n"))
    return None if record is None else record._replace(name=name)


def numbered(pieces: list[str], stanzas: list[tuple[InterfaceRecord | None, Unread]]) -> Iterator[tuple[int, str]]:
    """The unread lines of all stanzas with their numbers in the whole text, from 1."""
    first = 1
    for piece, (_, unread) in zip(pieces, stanzas, strict=True):
        for at, line in unread:
            yield first + at, line
        first += piece.count("\n") + 1


def stanza(text: str) -> tuple[InterfaceRecord | None, Unread]:
    """The interface of a head line and the lines below it; None, with all lines unread, if the head can't be read."""
    head, _, below = text.partition("\n")
    name, _, tail = head.rpartition(": flags=")
    values = head_facts(tail) if name else None
    if values is None:
        return None, tuple((at, line) for at, line in enumerate(text.split("\n")) if line)
    facts: dict[str, Any] = {"name": name, "flags": values[0], "mtu": values[1]}
    at = 1
    if below.startswith(DESCRIPTION):
        length = description_length(below)
        facts["description"] = below[len(DESCRIPTION) : length]
        at += below.count("\n", 0, length + 1)
        below = below[length + 1 :]
    unread = [(0, head)] if values[2] else []
    unread += gather(facts, below.split("\n"), at)
    if unread:
        facts["unread"] = tuple(line for _, line in unread)
    return InterfaceRecord._make((DEFAULTS | facts).values()), tuple(unread)


def head_facts(tail: str) -> tuple[tuple[str, ...], int, str | None] | None:
    """Flags, MTU and further words of a head line after `flags=`; None if it is not one."""
    match = HEAD_TAIL.fullmatch(tail)
    flags = names(match[1]) if match else None
    return None if match is None or flags is None else (flags, int(match[2]), match[3])


def description_length(below: str) -> int:
    """The length of the description below a head, with the line breaks in it."""
    end = below.rfind("\n\toptions=")
    if end < 0:
        end = below.find("\n\tether ")
    if end >= 0:
        return end
    end = below.find("\n")
    while end >= 0:
        following = below.find("\n", end + 1)
        line = below[end + 1 : following if following >= 0 else len(below)]
        if line.startswith("\t") and read_line(line)[0] != "unread":
            return end
        end = following
    return len(below.removesuffix("\n"))


def gather(facts: dict[str, Any], lines: list[str], first: int) -> list[tuple[int, str]]:
    """Add the values on `lines` to `facts`, and return the lines that could not be read."""
    parts: dict[str, Any] = {}
    unread: list[tuple[int, str]] = []
    last = ""
    for at, line in enumerate(lines, first):
        key, value, whole = read_line(line)
        if key in MERGED:
            if not merge(parts, key, value, last):
                key, whole = "unread", False
        elif key == "stray":
            unread += [(number, rest) for number, rest in enumerate(lines[at - first :], at) if rest]
            break
        elif key in facts:
            whole = key == "ether" and merge(parts, "more_ether", value, last)
        elif key not in NOTHING:
            facts[key] = value
        if not whole:
            unread.append((at, line))
        last = key
    if parts:
        facts.update(finished(parts))
    return unread


def merge(parts: dict[str, Any], key: str, value: Any, last: str) -> bool:
    """Add a value that several lines may have to `parts`. False for a continuation of a line that is missing."""
    if key == "bridge+":
        parts.setdefault(key, {}).update(value)
    elif key != "member+":
        parts.setdefault(key, []).append(value)
    elif last in ("member", key):
        parts["member"][-1].update(value)
    else:
        return False
    return True


def finished(parts: dict[str, Any]) -> dict[str, Any]:
    """The values of several lines as fields of an `InterfaceRecord`."""
    flags = parts.pop("bridge+", None)
    members = tuple(Member(**facts) for facts in parts.pop("member", ()))
    done: dict[str, Any] = {key: tuple(values) for key, values in parts.items()}
    if flags is not None or members:
        done["bridge"] = BridgeRecord(members, **flags or {})
    return done
