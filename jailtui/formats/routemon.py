"""`route -n monitor`: the changes in one network stack, as they happen. Source: route(8), route(4), netlink(4).

13 prints blocks with a line that begins with `RTM_`; it has the index of an interface, not its name:

    got message of size 24 on Tue Nov 24 07:30:12 2026
    RTM_IFANNOUNCE: interface arrival/departure: len 24, if# 4, what: arrival

14 and 15 print one line each:

    07:22:32.507 PID 1205 add/repl iface iface#4 epair0a admin DOWN oper UP mtu 1500
    07:23:12.657 PID    0 add/repl addr 10.1.1.1/24 iface epair0a

An event means only that the host should be read again: changes of descriptions, groups and link addresses give no
event, nor does the end of a jail without an interface.
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
    """One event. `change` is `add` (new or changed), `delete`, `change`, `arrival`, `departure` or `link up`,
    `link down`, `link unknown`; "" for the kind `other`. `interface` is None if the line names none; `raw` is the line.
    """

    kind: Kind
    change: str
    interface: str | None
    raw: str


def events(lines: Iterable[str]) -> Iterator[Event]:
    """An event for each line, at once, but for continuation lines. `lines` may have line ends.

    A line that can't be read is an event of kind `other`.
    """
    for raw in lines:
        line = raw.rstrip("\r\n")
        if line.strip() and not line.startswith(BLOCK_LINES):
            yield event(line)


def event(line: str) -> Event:
    """The event of a line."""
    match = LINE.fullmatch(line)
    if match is None:
        return block_event(line)
    verb, noun, rest = match.groups()
    named = IFACE.match(rest) if noun == "iface" else ON_IFACE.fullmatch(" " + rest.rstrip())
    interface = named.group(1) if named else None
    if interface and re.fullmatch(r"if#[0-9]+", interface):
        interface = None  # the interface no longer exists
    return Event(LINE_KINDS[noun], "add" if verb == "add/repl" else "delete", interface, line)


def block_event(line: str) -> Event:
    """The event of the `RTM_` line of a block."""
    message, _, rest = line.partition(":")
    kind, change = BLOCK_KINDS.get(message, ("other", ""))
    if message == "RTM_IFANNOUNCE":
        change = rest.rpartition("what: ")[2] or change
    elif message == "RTM_IFINFO":
        link = re.search(r", link: ([a-z]+),", rest)
        change = f"link {link.group(1)}" if link else change
    elif kind == "route" and "LLINFO" in rest:
        kind = "neighbour"
    return Event(kind, change, None, line)
