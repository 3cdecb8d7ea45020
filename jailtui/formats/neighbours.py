"""`arp -an` and `ndp -an`, the MACs of addresses, and `ifconfig BRIDGE addr`, the members behind which MACs are.

    ? (192.168.1.154) at 58:9c:fc:10:85:6e on em0 expires in 1197 seconds [ethernet]
    ? (192.168.1.1) at (incomplete) on epair154b expired [ethernet]

    fd00:1::50                           (incomplete)      epair154b 1s        I

    58:9c:fc:10:85:6e Vlan0 epair154a 1200 flags=0<>

Source: arp(8), ndp(8), ifconfig(8); recorded: path/healthy/14, /17, path/ipv6-no-route/12.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ADDRESS = r"\d+\.\d+\.\d+\.\d+"
MAC = r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"
LEARNED = re.compile(rf"^[ \t]*({MAC}) (?:Vlan\d+ )?(\S+) \d+ flags=", re.MULTILINE)
ARP = re.compile(rf"^\S+ \(({ADDRESS})\) at ({MAC}|\(incomplete\)) on (\S+)(.*)$", re.MULTILINE)
NDP = re.compile(rf"^([0-9a-f:]+)(?:%\S+)? +({MAC}|\(incomplete\)) +(\S+)(.*)$", re.MULTILINE)


class Neighbour(NamedTuple):
    """The entry of an address. `mac`: None until a machine answers. `fixed`: set by hand, or the host's own."""

    address: str
    mac: str | None
    interface: str
    fixed: bool


def neighbours(text: str) -> tuple[Neighbour, ...]:
    """The entries of `arp -an` or `ndp -an`, in printed order."""
    entries = (*ARP.findall(text), *NDP.findall(text))
    return tuple(
        Neighbour(address, None if mac.startswith("(") else mac, interface, "permanent" in rest)
        for address, mac, interface, rest in entries
    )


def addresses(text: str) -> tuple[tuple[str, str], ...]:
    """Each address with its MAC, in order of the addresses; addresses without a MAC are left out."""
    return tuple(sorted({(entry.address, entry.mac) for entry in neighbours(text) if entry.mac is not None}))


def learned(text: str) -> tuple[tuple[str, str], ...]:
    """Each MAC with the member of the bridge behind which it is."""
    return tuple(sorted(set(LEARNED.findall(text))))
