"""What interfaces count (FREEBSD.md; telemetry/counters/03 to /11), and when jails and their mounts began.

State: kernel.extra["traffic"], for each interface by uid what netstat -i prints: [Ipkts, Ierrs, Idrop, Ibytes, Opkts,
Oerrs, Obytes, Coll, Drop]; kernel.extra["since"], in seconds since 1970, for each jail by jid;
kernel.extra["mounted"], the same for each mount by its target.

Nothing is counted but what is sent by a command (`kernel.wire`), or while the host is busy (`kernel.busy`).
"""

from __future__ import annotations

import time

from jailtui.simhost.kernel import busy
from jailtui.simhost.kernel.state import Ifnet, Kernel

IPKTS, IERRS, IDROP, IBYTES, OPKTS, OERRS, OBYTES, COLL, DROP = range(9)


def counters(kernel: Kernel, interface: Ifnet) -> list[int]:
    """The counters of an interface, to be changed in place."""
    table: dict[int, list[int]] = kernel.extra.setdefault("traffic", {})  # type: ignore[assignment]
    return table.setdefault(interface.uid, [0] * 9)


def all_counted(kernel: Kernel, interface: Ifnet) -> list[int]:
    """The counters as netstat prints them, with the work of a busy host."""
    table: dict[int, list[int]] = kernel.extra.get("traffic", {})  # type: ignore[assignment]
    shown = list(table.get(interface.uid, [0] * 9))
    for at, more in zip((IPKTS, IBYTES, OPKTS, OBYTES), busy.counted(kernel, interface), strict=True):
        shown[at] += more
    return shown


def began(kernel: Kernel, jid: int) -> None:
    """Note that a jail starts now; of those that are gone nothing stays."""
    since: dict[int, float] = kernel.extra.setdefault("since", {})  # type: ignore[assignment]
    kernel.extra["since"] = {other: at for other, at in since.items() if other in kernel.jails} | {jid: time.time()}


def age(kernel: Kernel, jid: int) -> int:
    """Seconds since the jail started."""
    since: dict[int, float] = kernel.extra.get("since", {})  # type: ignore[assignment]
    return max(0, int(time.time() - since.get(jid, time.time())))


def mounted(kernel: Kernel, target: str) -> None:
    """Note that something is mounted there now."""
    kernel.extra.setdefault("mounted", {})[target] = int(time.time())  # type: ignore[index]


def mounted_at(kernel: Kernel, target: str) -> int:
    mounts: dict[str, int] = kernel.extra.get("mounted", {})  # type: ignore[assignment]
    return mounts.get(target, 0)
