"""`route -n monitor`: what changes in one network stack, as it happens. Source: route(8), route(4), netlink(4).

13 prints blocks, of which the `RTM_` line tells the kind; it names no interface, only its index:

    got message of size 24 on Tue Nov 24 07:30:12 2026
    RTM_IFANNOUNCE: interface arrival/departure: len 24, if# 4, what: arrival

14 and 15 print one line each:

    07:22:32.507 PID 1205 add/repl iface iface#4 epair0a admin DOWN oper UP mtu 1500
    07:23:12.657 PID    0 add/repl addr 10.1.1.1/24 iface epair0a

An event is a hint that the host should be read again, no more: descriptions, groups and link addresses are never
announced, nor is a jail that ends without an interface.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Kind = Literal["interface", "address", "route", "neighbour", "other"]

LINE = re.compile(r"[0-9:.]+ PID +[0-9]+ (add/repl|delete) (iface|addr|route|neigh) (.*)")
IFACE = re.compile(r"iface#[0-9]+ (.+) admin [A-Z]+ oper ")
ON_IFACE = re.compile(r".* iface (.+?)(?: mtu [0-9]+.*)?")
BLOCK_LINES = ("got message of size ", "locks:", "sockaddrs:", " ")
LINE_KINDS: dict[str, Kind] = {"iface": "interface", "addr": "address", "route": "route", "neigh": "neighbour"}
BLOCK_KINDS: dict[str, tuple[Kind, str]] = {
    "RTM_IFANNOUNCE": ("interface", "announced"),
    "RTM_IFINFO": ("interface", "status"),
    "RTM_NEWADDR": ("address", "add"),
    "RTM_DELADDR": ("address", "delete"),
    "RTM_ADD": ("route", "add"),
    "RTM_CHANGE": ("route", "change"),
    "RTM_DELETE": ("route", "delete"),
}


class Event(NamedTuple):
    """One announcement. `what` is `add` (new or changed), `delete`, `change`, `arrival`, `departure` or `link up`,
    `link down`, `link unknown`; of an `other` it is "". `interface` is None where the line names none; `raw` the line.
    """

    kind: Kind
    what: str
    interface: str | None
    raw: str


def events(lines: Iterable[str]) -> Iterator[Event]:
    """An event for each line that announces something, at once; lines that go on from it give none.

    `lines` may still have their line ends. A line nothing here knows is an event of kind `other`.
    """
    for raw in lines:
        line = raw.rstrip("\r\n")
        if line.strip() and not line.startswith(BLOCK_LINES):
            yield event(line)


def event(line: str) -> Event:
    """One line as an event."""
    match = LINE.fullmatch(line)
    if match is None:
        return block_event(line)
    verb, noun, rest = match.groups()
    named = IFACE.match(rest) if noun == "iface" else ON_IFACE.fullmatch(" " + rest.rstrip())
    interface = named.group(1) if named else None
    if interface and re.fullmatch(r"if#[0-9]+", interface):
        interface = None  # an interface that is gone already
    return Event(LINE_KINDS[noun], "add" if verb == "add/repl" else "delete", interface, line)


def block_event(line: str) -> Event:
    """The `RTM_` line of a block as an event."""
    message, _, rest = line.partition(":")
    kind, what = BLOCK_KINDS.get(message, ("other", ""))
    if message == "RTM_IFANNOUNCE":
        what = rest.rpartition("what: ")[2] or what
    elif message == "RTM_IFINFO":
        link = re.search(r", link: ([a-z]+),", rest)
        what = f"link {link.group(1)}" if link else what
    elif kind == "route" and "LLINFO" in rest:
        kind = "neighbour"
    return Event(kind, what, None, line)
