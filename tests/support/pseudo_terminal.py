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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    """`argv` running in a terminal of `columns` by `rows`. Counts the bytes it writes; answers no queries."""

    def __init__(
        self, argv: Sequence[str], environ: Mapping[str, str], columns: int = 160, rows: int = 45, cwd: str = "."
    ) -> None:
        self.started = time.monotonic()
        self.written = b""
        self.pid = 0
        self.start(argv, environ, (columns, rows), cwd)

    def start(self, argv: Sequence[str], environ: Mapping[str, str], size: tuple[int, int], cwd: str) -> None:
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            time.sleep(0.02)  # until the size is set
            os.chdir(cwd)
            os.execvpe(argv[0], list(argv), {"TERM": "xterm-256color", **environ})
        self.resize(*size)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as a window that is dragged does."""
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

    def send(self, keys: str) -> None:
        """Type `keys`."""
        os.write(self.descriptor, keys.encode())

    def ended(self, seconds: float = 15) -> int:
        """Wait for the program to end by itself: its exit status."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.pump(0.05)
            status = self.status()
            if status is not None:
                self.pid = 0
                return status
        raise TimeoutError("it goes on")

    def status(self) -> int | None:
        """The exit status of the program, None as long as it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)


class Screen(Terminal):
    """A terminal whose screen can be read, as pyte understands what was written."""

    def __init__(
        self, argv: Sequence[str], environ: Mapping[str, str], columns: int = 160, rows: int = 45, cwd: str = "."
    ) -> None:
        super().__init__(argv, environ, columns, rows, cwd)
        self.picture = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.picture)
        self._fed = 0
        self._lines: list[str] = []

    def resize(self, columns: int, rows: int) -> None:
        super().resize(columns, rows)
        if hasattr(self, "picture"):
            self.picture.resize(rows, columns)
            self._lines = []

    def lines(self) -> list[str]:
        """What stands on the screen now."""
        self.pump(0.02)
        if not self._lines or len(self.written) > self._fed:
            self._stream.feed(self.written[self._fed :])
            self._fed = len(self.written)
            self._lines = [line.rstrip() for line in self.picture.display]
        return self._lines

    def until(self, true: Callable[[list[str]], object], seconds: float = 30) -> list[str]:
        """The screen as soon as `true` of it, else TimeoutError with what stands there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            lines = self.lines()
            if true(lines):
                return lines
            self.pump(0.05)
        raise TimeoutError("never seen; the screen holds\n" + "\n".join(self.lines()))

    def shows(self, *texts: str, seconds: float = 30) -> list[str]:
        """The screen as soon as all `texts` are on it, each somewhere."""
        return self.until(lambda lines: all(any(text in line for line in lines) for text in texts), seconds)

    def opens(self, key: str, *texts: str) -> list[str]:
        """Press a key until what it opens is on the screen: as long as an answer of the host is overdue, it is refused.

        On a busy machine that happens to a host that is read twice a second.
        """

        def opened(lines: list[str]) -> bool:
            return all(any(text in line for line in lines) for text in texts)

        while True:
            self.send(key)
            lines = self.until(lambda lines: opened(lines) or overdue(lines))
            if not opened(lines):  # it may open yet: the answer can be overdue for a moment only
                lines = self.until(lambda lines: opened(lines) or not overdue(lines))
            if opened(lines):
                return lines


def overdue(lines: list[str]) -> bool:
    """Whether the console says so of the host."""
    return any("No answer since" in line for line in lines)
