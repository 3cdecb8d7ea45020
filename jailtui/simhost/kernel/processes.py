"""Processes as the kernel has them: the jail(8) commands at work, and the pretended daemons of jails.

State: kernel.extra["commands"], a real pid to its command line, written by jail(8) while it works;
kernel.extra["daemons"], for each daemon the jid of its jail; kernel.extra["daemon_words"], a jid to its command line;
kernel.extra["others"], whatever else runs: a list of [pid, jid, command line, uid, program].
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.kernel.state import Kernel


def commands(kernel: Kernel) -> dict[int, str]:
    """The jail(8) commands by pid, to be changed in place; the process of one may have been killed."""
    return kernel.extra.setdefault("commands", {})  # type: ignore[return-value]


def daemons(kernel: Kernel) -> list[int]:
    """The jids of the jails in which a process runs on after their start command, to be changed in place."""
    return kernel.extra.setdefault("daemons", [])  # type: ignore[return-value]


def others(kernel: Kernel) -> list[list[object]]:
    """The other processes, to be changed in place."""
    return kernel.extra.setdefault("others", [])  # type: ignore[return-value]


def daemon_words(kernel: Kernel) -> dict[int, str]:
    """What daemon(8) was given in each jail, to be changed in place."""
    return kernel.extra.setdefault("daemon_words", {})  # type: ignore[return-value]


def end_daemons(kernel: Kernel, jid: int) -> None:
    """All daemons of a jail end."""
    kernel.extra["daemons"] = [other for other in daemons(kernel) if other != jid]


def alive(pid: int) -> bool:
    """Whether a process of this machine has that pid: one that was killed could not take itself off the list."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
