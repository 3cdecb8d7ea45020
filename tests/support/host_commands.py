"""Commands of the embedded host run at a small part of the price of a process each.

A command is a process of its own here too, with its words, its environment, its standard input and output. But the
Python that it runs in has started before, and the modules of the host are loaded: it is forked from one that waits.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jailtui.simhost.commands import is_simulated

SECONDS = 60
LONGEST = 1 << 20

Completed = subprocess.CompletedProcess[str]


def ask(
    command: Path | str, words: Sequence[str], environment: Mapping[str, str], cwd: Path | str | None = None
) -> Completed:
    """What the command, a file in `bin` of a host, prints with these words, and its exit status."""
    argv = [str(command), *words]
    if not is_simulated(argv[0]):
        return subprocess.run(
            argv,
            env=environment,
            cwd=cwd,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    request = [str(Path(command).parents[1]), argv, dict(environment), str(cwd or Path.cwd())]
    status, out, err = waiting().run(json.dumps(request).encode())
    return Completed(argv, status, decoded(out), decoded(err))


def decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


@cache
def waiting() -> Waiting:
    return Waiting()


class Waiting:
    """The Python that waits for commands, started once in each process of pytest."""

    def __init__(self) -> None:
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.lock = threading.Lock()
        flags = (sys.executable, "-I", "-S", "-X", "utf8")
        package = str(Path(__file__).parents[2])
        self.process = subprocess.Popen(
            (*flags, str(Path(__file__).with_name("waiting_python.py")), package, str(theirs.fileno())),
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self.line.settimeout(SECONDS)
        atexit.register(self.end)

    def run(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Exit status, standard output and standard error of one command, once both are closed, as subprocess.run."""
        assert len(request) < LONGEST
        with self.lock, Path(os.devnull).open("rb") as nothing:
            out, err = os.pipe(), os.pipe()
            socket.send_fds(self.line, [request], [nothing.fileno(), out[1], err[1]])
            os.close(out[1])
            os.close(err[1])
            texts = both(out[0], err[0])
            return int(self.line.recv(64)), *texts

    def end(self) -> None:
        self.line.close()
        self.process.wait()


def both(out: int, err: int) -> tuple[bytes, bytes]:
    """All that comes by both pipes."""
    complaint: list[bytes] = []
    reader = threading.Thread(target=lambda: complaint.append(all_of(err)))
    reader.start()
    text = all_of(out)
    reader.join()
    return text, b"".join(complaint)


def all_of(pipe: int) -> bytes:
    with open(pipe, "rb") as file:
        return file.read()
