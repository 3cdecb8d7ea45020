"""The work of a busy host (`jailtui demo --busy`): what jails use and send is a function of the time.

State: kernel.extra["busy"], since when, in seconds since 1970. Every fourth jail stays idle.
"""

from __future__ import annotations

import math
import time

from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel

SIZE = 900
"""Bytes of a packet."""
PERIOD = 40.0
IDLE = 2_800
"""KiB of a daemon that has nothing to do."""
KINDS = ((0.12, 820_000.0, 60_000.0, 46_000), (0.45, 9_000.0, 31_000.0, 310_000), (0.02, 1_200.0, 2_400_000.0, 18_000),
         (0.0, 0.0, 0.0, 2_800))  # fmt: skip
"""By jid modulo 4: processors used, bytes a second into the jail and out of it, KiB of memory."""


def since(kernel: Kernel) -> float:
    """When it began to be busy; 0: it is not."""
    return float(str(kernel.extra.get("busy", 0)))


def amount(kernel: Kernel, jid: int, rate: float) -> float:
    """What a jail has used or sent by now of something that it uses at this rate in the mean, in waves."""
    began = since(kernel)
    if not began or not rate:
        return 0.0
    seconds, wave = max(0.0, time.time() - began), PERIOD * (1 + jid % 5 / 5)
    swing = math.cos(2 * math.pi * seconds / wave + jid) - math.cos(jid)
    return rate * (seconds - 0.6 * wave / (2 * math.pi) * swing)


def processor_seconds(kernel: Kernel, jid: int) -> float:
    return amount(kernel, jid, KINDS[jid % 4][0])


def memory(kernel: Kernel, jid: int) -> int:
    """Resident KiB of the jail's daemon."""
    return KINDS[jid % 4][3] if since(kernel) else IDLE


def share(kernel: Kernel, jid: int) -> float:
    """The percentage that ps(1) shows."""
    return 100 * KINDS[jid % 4][0] if since(kernel) else 0.0


def counted(kernel: Kernel, interface: Ifnet) -> tuple[int, int, int, int]:
    """Packets and bytes that came, packets and bytes that left, of an end of a pair whose other end a jail has."""
    peer = kernel.interfaces.get(interface.peer)
    if peer is None or not since(kernel):
        return 0, 0, 0, 0
    inside = interface if interface.vnet != HOST else peer
    jail = kernel.jail_of(inside.vnet)
    if jail is None or jail.dying or "UP" not in inside.flags:
        return 0, 0, 0, 0
    into, out = (int(amount(kernel, jail.jid, rate)) for rate in KINDS[jail.jid % 4][1:3])
    came, left = (into, out) if inside is interface else (out, into)
    return came // SIZE, came, left // SIZE, left
