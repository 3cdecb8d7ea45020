"""A Python that has loaded jailtui and its screen, which forks for each terminal it is given (forked_screen.py).

python waiting_screen.py SOCKET
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import threading
from importlib import import_module

import jailtui
from jailtui.cli.main import main
from tests.support.as_python import ending

MOST = 1 << 16
MOST_FILES = 1024
LEFT_OUT = ("jailtui.simhost", "jailtui.man")
"""What the screen does not load, or seldom."""
LATE = ("jailtui.simhost.setup", "textual.drivers.linux_driver", "textual.widgets._tooltip", "textual.widgets._toast")
"""What is imported only when it is needed, but by each screen."""


def load() -> None:
    for module in pkgutil.walk_packages(jailtui.__path__, "jailtui."):
        if not module.name.startswith(LEFT_OUT) and not module.name.endswith("__main__"):
            import_module(module.name)
    for name in LATE:
        import_module(name)


def become(words: list[str], environment: dict[str, str], folder: str, terminal: int) -> None:
    """Be the program at that terminal, in a session of its own: as Python starts and ends."""
    os.login_tty(terminal)
    os.closerange(3, MOST_FILES)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["jailtui", *words]
    stdin, stdout, stderr = (open(number, mode, closefd=False, encoding="utf-8") for number, mode in enumerate("rww"))  # noqa: SIM115
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[assignment, misc]
    sys.stdout = sys.__stdout__ = stdout  # type: ignore[assignment, misc]
    sys.stderr = sys.__stderr__ = stderr  # type: ignore[assignment, misc]
    status = ending(main)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1 if status else 0)


class Server:
    """Forks for each request that comes by the line, and says by the pipe of each its number and its exit status."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.pipes: dict[int, int] = {}
        self.woken, wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Answer until the line is closed."""
        while True:
            ready, _, _ = select.select([self.line.fileno(), self.woken], [], [])
            if self.woken in ready:
                os.read(self.woken, MOST_FILES)
                self.reap()
            if self.line.fileno() in ready:
                request, descriptors, _, _ = socket.recv_fds(self.line, MOST, 2)
                if not request:
                    return
                self.fork(request, *descriptors)

    def fork(self, request: bytes, terminal: int, pipe: int) -> None:
        pid = os.fork()
        if not pid:
            try:
                words, environment, folder = json.loads(request)
                become(words, environment, folder, terminal)
            finally:
                os._exit(1)
        os.close(terminal)
        self.pipes[pid] = pipe
        os.write(pipe, b"%d\n" % pid)

    def reap(self) -> None:
        while self.pipes:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            pipe = self.pipes.pop(pid)
            os.write(pipe, b"%d\n" % os.waitstatus_to_exitcode(status))
            os.close(pipe)


if __name__ == "__main__":
    load()
    gc.freeze()
    Server(socket.socket(fileno=int(sys.argv[1]))).serve()
