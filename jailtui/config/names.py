"""Names of interfaces: those of ifconfig(8), and those that tools give to ends of epairs (FREEBSD.md 10)."""

from __future__ import annotations

import re

NAME_BYTES = 15
"""Bytes of an interface's name: IFNAMSIZ without its NUL (FREEBSD.md 4.3)."""
CLONERS = re.compile(
    r"(epair\d+[ab]?|(bridge|vlan|svlan|wg|ipfw|ipfwlog|lo|tap|tun|vmnet|gif|gre|stf|lagg|vxlan|enc|pfsync|pflog|ipsec|"
    r"edsc|disc|me)\d*)"
)
"""Names that ifconfig makes an interface of; `ipfw0` on 15 shuts the host off the network (FREEBSD.md, trap 10)."""
LAST_EPAIR = 32767
"""Recorded: epair32767 is made, epair99999 is `No space left on device` (15.1, 13.2: ifconfig/epair-basic/72, /73)."""
NUMBERED = re.compile(r"epair(\d+)([ab]?)")
ENDS = (
    re.compile(r"(epair\d+)([ab])()"),
    re.compile(r"(e\d+)([ab])(_.+)"),  # jib, Bastille
    re.compile(r"([es])([ab])(_.+)"),  # AppJail
)
"""What stands before the letter of an end, the letter, and what follows."""


def stem(name: str) -> str | None:
    """`epair7` of `epair7b`, `e0_web` of `e0a_web`; None for a name that is not of an end in a known style."""
    match = _end(name)
    return match[1] + match[3] if match else None


def end_letter(name: str) -> str | None:
    """`a` or `b` of an end's name; None for a name in no known style."""
    match = _end(name)
    return match[2] if match else None


def _end(name: str) -> re.Match[str] | None:
    for pattern in ENDS if name[:1] in ("e", "s") else ():
        if match := pattern.fullmatch(name):
            return match
    return None


def epair_number(name: str) -> int | None:
    """7 of `epair7`, `epair7a` and `epair7b`; None for another name."""
    match = NUMBERED.fullmatch(name)
    return int(match[1]) if match else None


def is_epair(name: str) -> bool:
    """Whether the name is that of a pair as ifconfig creates it, `epair7`."""
    match = NUMBERED.fullmatch(name)
    return match is not None and not match[2]


def is_epair_end(name: str) -> bool:
    """Whether the name is that of an end as ifconfig creates it, `epair7a`."""
    match = NUMBERED.fullmatch(name)
    return match is not None and bool(match[2])


def ends(name: str) -> tuple[str, ...]:
    """Both ends of `epair7`; any other name stands for itself."""
    return (f"{name}a", f"{name}b") if is_epair(name) else (name,)
