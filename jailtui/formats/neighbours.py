"""`arp -an`, the MACs of IPv4 addresses, and `ifconfig BRIDGE addr`, the members of a bridge behind which MACs are.

    ? (192.168.1.154) at 58:9c:fc:10:85:6e on em0 expires in 1197 seconds [ethernet]

    58:9c:fc:10:85:6e Vlan0 epair154a 1200 flags=0<>

Source: arp(8), ifconfig(8); recorded: path/healthy/14, /17.
"""

from __future__ import annotations

import re

MAC = r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"
NEIGHBOUR = re.compile(rf"^\S+ \((\d+\.\d+\.\d+\.\d+)\) at ({MAC}) on ", re.MULTILINE)
LEARNED = re.compile(rf"^[ \t]*({MAC}) (?:Vlan\d+ )?(\S+) \d+ flags=", re.MULTILINE)


def addresses(text: str) -> tuple[tuple[str, str], ...]:
    """Each address with its MAC, in order of the addresses; addresses without a MAC are left out."""
    return tuple(sorted(set(NEIGHBOUR.findall(text))))


def learned(text: str) -> tuple[tuple[str, str], ...]:
    """Each MAC with the member of the bridge behind which it is."""
    return tuple(sorted(set(LEARNED.findall(text))))
