"""`ezjail-admin list`: the jails of ezjail, which share the host's network.

    STA JID  IP              Hostname                       Root Directory
    --- ---- --------------- ------------------------------ ------------------------
    DR  3    127.0.2.3       test.example.com               /usr/jails/test.example.com
        3    em0|10.1.0.53
    ZS  N/A  127.0.0.3       clean                          /usr/jails/clean

A jail's further addresses are on lines of their own. Source: tomster/ezjail (a mirror), ezjail-admin (list).
"""

from __future__ import annotations

import re

from jailtui.formats.listed import JailList, ListedJail, addresses, is_name, listed

HEADING = re.compile(r"STA +JID +IP\b.*|[- ]*-[- ]*")
ROW = re.compile(r"[A-Z]{2,3} +(?:[0-9]+|N/A) +(?P<ip>\S+) +(?P<name>\S+) +(?P<path>/.*)", re.ASCII)
MORE = re.compile(r" +(?:[0-9]+|N/A) +(?P<ip>\S+) *", re.ASCII)


def parse(text: str) -> JailList:
    """The jails. Raises FormatError."""
    rows: list[str] = []
    for line in text.split("\n"):
        if rows and (more := MORE.fullmatch(line)):
            rows[-1] += f"\n{more['ip']}"
        elif not HEADING.fullmatch(line):
            rows.append(line)
    return listed("ezjail-admin", rows, jail)


def jail(line: str) -> ListedJail | None:
    """The jail of a line, below which its further addresses stand."""
    first, *more = line.split("\n")
    match = ROW.fullmatch(first)
    if match is None or not is_name(match["name"]):
        return None
    return ListedJail(match["name"], addresses(",".join((match["ip"], *more))), match["path"].rstrip(), vnet=False)
