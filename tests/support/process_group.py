"""A process that leads a group of its own, and forks into it."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

SECONDS_TO_END = 5


def end(leader: subprocess.Popen[bytes]) -> None:
    """Let the leader end by itself, and kill what is left of its group."""
    with suppress(subprocess.TimeoutExpired):
        leader.wait(SECONDS_TO_END)
    with suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)
    leader.wait()
