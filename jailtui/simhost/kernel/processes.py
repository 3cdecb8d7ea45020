"""Processes as the kernel has them: running jail(8) commands, and the simulated daemons of jails.

State: kernel.extra["commands"], a real pid to its command line, written by jail(8) while it works;
kernel.extra["daemons"], for each daemon the jid of its jail; kernel.extra["daemon_words"], a jid to its command line;
kernel.extra["others"], all other processes: a list of [pid, jid, command line, uid, program].
"""

from __future__ import annotations

import os

from jailtui.simhost.kernel.state import Kernel


def commands(kernel: Kernel) -> dict[int, str]:
    """The jail(8) commands by pid, to be changed in place; the process of one may have been killed."""
    return kernel.extra.setdefault("commands", {})  # type: ignore[return-value]


def daemons(kernel: Kernel) -> list[int]:
    """The jids of the jails in which a daemon runs, to be changed in place."""
    return kernel.extra.setdefault("daemons", [])  # type: ignore[return-value]


def others(kernel: Kernel) -> list[list[object]]:
    """The other processes, to be changed in place."""
    return kernel.extra.setdefault("others", [])  # type: ignore[return-value]


def daemon_words(kernel: Kernel) -> dict[int, str]:
    """The command of daemon(8) by jid, to be changed in place."""
    return kernel.extra.setdefault("daemon_words", {})  # type: ignore[return-value]


def end_daemons(kernel: Kernel, jid: int) -> None:
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
