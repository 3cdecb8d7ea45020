"""A Python with the modules of the embedded host, which forks for each command that it is asked for (host_commands.py).

python -I -S -X utf8 waiting_python.py PACKAGE SOCKET
"""

import os
import socket
import sys

sys.path.insert(0, sys.argv[1])

import gc
import json
import signal
import subprocess
from pathlib import Path

import jailtui.jailconf
from jailtui import simhost
from jailtui.simhost import run

MOST = 1 << 20
LATE = (jailtui.jailconf, signal, subprocess)
"""What some commands import only when they need it."""


def become(request: bytes, descriptors: list[int]) -> None:
    """Be the command: the same as boot.py of the host, but for answers that are kept."""
    root, argv, environment, folder = json.loads(request)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.closerange(3, max(descriptors) + 1)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    run.KEPT = ()  # type: ignore[assignment]
    run.main(root, argv[0].rpartition("/")[2], argv[1:])


def serve(line: socket.socket) -> None:
    for room in ("kernel", "tools", "managers"):
        for file in sorted(Path(simhost.__path__[0], room).glob("*.py")):
            __import__(f"jailtui.simhost.{room}.{file.stem}")
    gc.disable()  # a fork then leaves the memory as it is
    gc.freeze()
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, MOST, 3)
        if not request:
            return
        pid = os.fork()
        if not pid:
            try:
                become(request, descriptors)
            finally:
                os._exit(70)
        for descriptor in descriptors:
            os.close(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        line.send(b"%d" % status)


serve(socket.socket(fileno=int(sys.argv[2])))
