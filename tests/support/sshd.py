"""A real sshd that a test started, and the processes below it."""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Sshd:
    """`destination` and `config` are what `--host` and `--ssh-config` take; `demo` is the embedded host's folder."""

    folder: Path
    destination: str
    config: Path
    demo: Path
    process: subprocess.Popen[bytes]

    def drop_connections(self) -> None:
        """Cut every connection; the listener stays."""
        for child in children(self.process.pid):
            for grandchild in children(child):
                kill(grandchild)
            kill(child)

    def pause(self) -> None:
        """Stop everything that serves a connection, as a paused machine does."""
        self._signal("STOP")

    def go_on(self) -> None:
        self._signal("CONT")

    def _signal(self, name: str) -> None:
        for pid in (*children(self.process.pid), self.process.pid):
            for served in (*children(pid), pid):
                subprocess.run(["kill", f"-{name}", str(served)], check=False, capture_output=True)


def children(pid: int) -> list[int]:
    told = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in told.split()]


def kill(pid: int) -> None:
    subprocess.run(["kill", "-9", str(pid)], check=False, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
