"""A Python that has loaded jailtui, which forks for each command line that it is asked for (forked_program.py).

python waiting_program.py SOCKET
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import socket
import sys
from importlib import import_module

import jailtui
from jailtui.cli.main import main
from tests.support.as_python import ending

MOST = 1 << 16
ROOMS = ("jailtui.simhost", "jailtui.ui", "jailtui.man")
"""What no verb but the screen loads in its own process, or only as data."""


def load() -> None:
    for module in pkgutil.walk_packages(jailtui.__path__, "jailtui."):
        if not module.name.startswith(ROOMS) and not module.name.endswith("__main__"):
            import_module(module.name)


def become(words: list[str], environment: dict[str, str], streams: list[int | None]) -> None:
    """Be the program with these streams, each a file that is open here, or closed: as Python starts and ends."""
    for number, descriptor in enumerate(streams):
        if descriptor is None:
            os.close(number)
        else:
            os.dup2(descriptor, number)
    os.closerange(3, 1024)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["jailtui", *words]
    stdin, stdout, stderr = (
        None if descriptor is None else open(number, mode, closefd=False, encoding="utf-8")  # noqa: SIM115
        for number, (descriptor, mode) in enumerate(zip(streams, "rww", strict=True))
    )
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[assignment, misc]
    sys.stdout = sys.__stdout__ = stdout  # type: ignore[assignment, misc]
    sys.stderr = sys.__stderr__ = stderr  # type: ignore[assignment, misc]
    status = ending(main)
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError:
        status = 120
    os._exit(status if isinstance(status, int) else 1 if status else 0)


def serve(line: socket.socket) -> None:
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, MOST, 3)
        if not request:
            return
        pid = os.fork()
        if not pid:
            try:
                words, environment, closed = json.loads(request)
                left = iter(descriptors)
                become(words, environment, [None if is_closed else next(left) for is_closed in closed])
            finally:
                os._exit(1)
        for descriptor in descriptors:
            os.close(descriptor)
        line.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    load()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
