"""jailtui in a terminal, forked from a Python that has loaded it: to start and to import takes longer than to draw.

What Python itself makes of a program's start, as of a locale, is seen only in a process of its own
(pseudo_terminal.py).
"""

from __future__ import annotations

import atexit
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.support import process_group
from tests.support.pseudo_terminal import Screen

SECONDS = 60


@cache
def waiting() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The line to that Python, and its process, which is started once in each process of pytest."""
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        (sys.executable, str(Path(__file__).with_name("waiting_screen.py")), str(theirs.fileno())),
        pass_fds=(theirs.fileno(),),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    theirs.close()
    atexit.register(end, line, process)
    return line, process


def end(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.close()
    process_group.end(process)


class ForkedScreen(Screen):
    """A terminal of jailtui with these words, whose screen can be read."""

    def start(self, argv: Sequence[str], environ: Mapping[str, str], size: tuple[int, int], cwd: str) -> None:
        self.descriptor, terminal = pty.openpty()
        self.resize(*size)
        self._status, pipe = os.pipe()
        environment = {"TERM": "xterm-256color", **environ}
        request = json.dumps([list(argv), environment, str(Path(cwd).resolve())]).encode()
        try:
            socket.send_fds(waiting()[0], [request], [terminal, pipe])
        finally:
            os.close(terminal)
            os.close(pipe)
        self.pid = int(self._answer())

    def _answer(self) -> bytes:
        """The next line of the pipe: the number of the process, or its exit status."""
        text = b""
        while not text.endswith(b"\n"):
            assert select.select([self._status], [], [], SECONDS)[0], f"no answer for {SECONDS} s"
            byte = os.read(self._status, 1)
            if not byte:
                raise EOFError("the Python that waits has ended")
            text += byte
        return text

    def status(self) -> int | None:
        if not select.select([self._status], [], [], 0)[0]:
            return None
        return int(self._answer())

    def close(self) -> None:
        if self.pid and self.status() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._answer()
        self.pid = 0
        os.close(self.descriptor)
        os.close(self._status)
