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

from tests.support import process_group

SECONDS = 60
KEPT, CLOSED = "kept", "closed"
"""What a standard stream is, where it is no file: read by the caller, or closed."""


@cache
def waiting() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The line to that Python, and its process, which is started once in each process of pytest."""
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    program = str(Path(__file__).with_name("waiting_program.py"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        (sys.executable, program, str(theirs.fileno())),
        pass_fds=(theirs.fileno(),),
        env=environment,
        start_new_session=True,
    )
    theirs.close()
    line.settimeout(SECONDS)
    atexit.register(end, line, process)
    return line, process


def end(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.close()
    process_group.end(process)


def status_of(request: bytes, descriptors: Sequence[int]) -> int:
    """The exit status of a program with these streams. One that outlasts SECONDS is killed with the Python it is of."""
    line, process = waiting()
    try:
        socket.send_fds(line, [request], descriptors)
        return int(line.recv(64))
    except TimeoutError:
        waiting.cache_clear()
        atexit.unregister(end)
        end(line, process)
        raise


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
        try:
            status = status_of(json.dumps([list(words), dict(environment), closed]).encode(), opened)
        finally:
            for descriptor in opened:
                os.close(descriptor)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(list(words), status, *texts)
