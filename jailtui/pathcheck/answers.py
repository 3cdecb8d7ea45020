"""The questions of the path check, and the readers of their answers. A text that is not the tool's has no meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.formats import neighbours, routeget, sysctl
from jailtui.formats.errors import FormatError
from jailtui.net import inet, is_ip
from jailtui.pathcheck.hops import LONGEST, Question, Reply
from jailtui.pathcheck.line import same

if TYPE_CHECKING:
    from jailtui.exchange import Argv

RECEIVED = re.compile(r"^\d+ packets transmitted, (\d+) packets received", re.MULTILINE)
FORWARDING = {"inet": "net.inet.ip.forwarding", "inet6": "net.inet6.ip6.forwarding"}
PFIL = ("net.link.bridge.pfil_member", "net.link.bridge.pfil_bridge")
HEADERS = {"inet": 28, "inet6": 48}
"""Bytes of a ping that are not its data."""


def ping(address: str, size: int = 0) -> Argv:
    """One ping; with a `size` in bytes one of that length that may not be cut into pieces."""
    v6 = inet(address) == "inet6"
    whole = ("-D", "-s", str(size - HEADERS[inet(address)])) if size else ()
    return ("ping", *(["-6"] if v6 else []), "-n", "-c", "1", "-t", "1", *whole, address)


def answered(answer: Reply) -> bool:
    """Whether the ping was answered."""
    match = RECEIVED.search(answer.text)
    return answer.rc == 0 and match is not None and match[1] != "0"


def silent(answer: Reply) -> bool:
    """Whether the ping was sent, or at least begun, and not answered. One that had to be ended is no ping."""
    return answer.rc not in (None, 0) and not answer.late and RECEIVED.search(answer.text) is not None


def summary(answer: Reply) -> str:
    """One line of what ping printed: its complaint, else how many packets came back."""
    lines = answer.text.splitlines()
    telling = (line for line in lines if not answer.late and (line.startswith("ping: ") or RECEIVED.match(line)))
    return max(telling, key=lambda line: line.startswith("ping: "), default=answer.last)[:LONGEST]


def default_route(family: str) -> Argv:
    return ("route", "-n", "get", *(["-inet6"] if family == "inet6" else []), "default")


def route_to(address: str) -> Argv:
    return ("route", "-n", "get", *(["-inet6"] if inet(address) == "inet6" else []), address)


def no_route(answer: Reply) -> bool:
    """Whether route(8) says that there is none, on 14.2 with exit status 0. Any other failure leaves it unknown."""
    return answer.rc is not None and not answer.late and "route has not been found" in answer.text


def denied(answer: Reply) -> bool:
    """Whether ping may not open a raw socket (path/raw-denied)."""
    return answer.rc != 0 and re.search(r"^ping: .*Operation not permitted", answer.text, re.MULTILINE) is not None


class PathRoute(NamedTuple):
    """The interface, the gateway ("" for the own net), and whether packets are refused (`-reject`, `-blackhole`)."""

    interface: str = ""
    gateway: str = ""
    refused: bool = False


def route(answer: Reply) -> PathRoute:
    """The route that route(8) printed, empty for none."""
    if answer.rc != 0:
        return PathRoute()
    try:
        path = routeget.parse(answer.text)
    except FormatError:
        return PathRoute()
    refused = re.search(r"^ +flags: <[^>]*(REJECT|BLACKHOLE)", answer.text, re.MULTILINE) is not None
    gateway = path.gateway if is_ip(path.gateway) else ""
    return PathRoute(path.interface, gateway, refused)


def table(address: str) -> Argv:
    """The question for the MACs of neighbours."""
    return ("ndp", "-an") if inet(address) == "inet6" else ("arp", "-an")


def neighbour(answer: Reply, address: str) -> neighbours.Neighbour | None:
    """The entry of an address."""
    entries = neighbours.neighbours(answer.text) if answer.rc == 0 else ()
    return next((entry for entry in entries if same(entry.address, address)), None)


def variables(answer: Reply) -> dict[str, str]:
    """The values that sysctl(8) printed; it fails where one of the names is unknown."""
    return dict(sysctl.parse(answer.text)) if answer.rc is not None else {}


def counters(name: str) -> Argv:
    return ("netstat", "-I", name, "-bdnW", "-f", "link")


def inside(line: Argv, jid: int | None) -> Question:
    return Question(line, jid)
