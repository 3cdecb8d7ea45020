"""A program in a pseudo-terminal, watched from outside: what it writes, and what the kernel says it used."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    """`argv` running in a terminal of `columns` by `rows`. Counts the bytes it writes; answers no queries."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], columns: int = 160, rows: int = 45) -> None:
        self.started = time.monotonic()
        self.written = b""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), {**environ, "TERM": "xterm-256color"})
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, seconds: float) -> bytes:
        """Take what is written within `seconds`."""
        begun, until = len(self.written), time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self.descriptor], [], [], left)[0]:
                try:
                    self.written += os.read(self.descriptor, 65536)
                except OSError:
                    break
        return self.written[begun:]

    def wait_for(self, text: bytes, seconds: float = 30) -> float:
        """Seconds from the start until `text` was written."""
        while text not in self.written:
            if time.monotonic() - self.started > seconds:
                raise TimeoutError(f"{text!r} never came; last came {self.written[-300:]!r}")
            self.pump(0.005)
        return time.monotonic() - self.started

    def processor_seconds(self) -> float:
        """Processor time used so far, by proc(5)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_megabytes(self) -> float:
        """Memory in use, by proc(5)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise ValueError("no VmRSS")

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.descriptor)
