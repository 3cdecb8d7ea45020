"""jailtui as a process, with standard streams of its own, forked from a Python that has loaded it."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

SECONDS = 60
KEPT, CLOSED = "kept", "closed"
"""What a standard stream is, where it is no file: read by the caller, or closed."""


@cache
def waiting() -> socket.socket:
    """The line to that Python, which is started once in each process of pytest."""
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    program = str(Path(__file__).with_name("waiting_program.py"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        (sys.executable, program, str(theirs.fileno())), pass_fds=(theirs.fileno(),), env=environment
    )
    theirs.close()
    line.settimeout(SECONDS)

    def end() -> None:
        line.close()
        process.wait()

    atexit.register(end)
    return line


def run(
    words: Sequence[str],
    environment: Mapping[str, str],
    stdin: str = "/dev/null",
    stdout: str = KEPT,
    stderr: str = KEPT,
) -> subprocess.CompletedProcess[str]:
    """The program's end. A stream is the path of a file, KEPT or CLOSED."""
    with TemporaryFile() as out, TemporaryFile() as err, Path("/dev/null").open("rb") as nothing:
        files = [nothing, out, err]
        streams = (stdin, stdout, stderr)
        opened = []
        for file, stream in zip(files, streams, strict=True):
            if stream == KEPT:
                opened.append(os.dup(file.fileno()))
            elif stream != CLOSED:
                opened.append(os.open(stream, os.O_RDWR))
        closed = [stream == CLOSED for stream in streams]
        socket.send_fds(waiting(), [json.dumps([list(words), dict(environment), closed]).encode()], opened)
        for descriptor in opened:
            os.close(descriptor)
        status = int(waiting().recv(64))
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(list(words), status, *texts)
