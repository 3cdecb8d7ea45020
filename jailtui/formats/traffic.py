"""`netstat -I NAME -bdnW -f link`: the counters of one interface; and counters of `netstat -s`.

    Name        Mtu Network   Address              Ipkts Ierrs Idrop     Ibytes    Opkts Oerrs     Obytes  Coll  Drop
    epair154a  1500 <Link#5>  58:9c:fc:10:7e:56        7     0     0        462        6     0        442     0     0

Source: netstat(1); recorded: path/healthy/18, /33, /34.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NUMBERS = 9
DIGITS = 20
"""Of a counter of 64 bits."""


class Traffic(NamedTuple):
    """Packets received and sent, and packets that could not be sent."""

    received: int
    sent: int
    lost: int


def traffic(text: str) -> Traffic | None:
    """The counters on the last line; None where it is the heading, as of an interface that is not there."""
    words = text.rstrip("\n").rpartition("\n")[2].split()[-NUMBERS:]
    if len(words) < NUMBERS or not all(word.isascii() and word.isdecimal() and len(word) <= DIGITS for word in words):
        return None
    return Traffic(int(words[0]), int(words[4]), int(words[5]))


def count(text: str, what: str) -> int | None:
    """The number on the line of `netstat -s` that goes on with these words (`packets not forwardable`)."""
    match = re.search(rf"^[ \t]*([0-9]{{1,20}}) {re.escape(what)}", text, re.MULTILINE)
    return int(match[1]) if match else None
