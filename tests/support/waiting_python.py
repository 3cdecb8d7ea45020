"""A Python with the modules of the embedded host, which forks for each command that it is asked for (host_commands.py).

python -I -S -X utf8 waiting_python.py PACKAGE SOCKET FOLDER SLOTS

It is asked through the socket, or by a script of the host that is the command's process, through the pipe `ask` in the
folder. It gets standard input and output of that process, and is killed when that process ends. Its exit status goes
into the pipe whose name is the process's number, modulo SLOTS.
"""

import ctypes
import os
import select
import signal
import socket
import sys

sys.path.insert(0, sys.argv[1])

import gc
import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import jailtui.jailconf
from jailtui import simhost
from jailtui.simhost import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 1 << 20
MOST_FILES = 1024
PIDFD_GETFD = 438
"""The number of the call of Linux that takes a file which another process has open."""
STREAMS = 3
THEIRS = (6, 7, 2)
"""Under which numbers the process has its streams: 0 and 1 are pipes of ours while it asks."""

LATE = (jailtui.jailconf, signal, subprocess)
"""What some commands import only when they need it."""

libc = ctypes.CDLL(None, use_errno=True)


class Python:
    """The Python that waits; `line` is the socket, and `folder` holds the pipes of scripts of hosts."""

    def __init__(self, line: socket.socket, folder: str, slots: int) -> None:
        self.line = line
        self.folder = folder
        self.slots = slots
        self.ask = os.open(f"{folder}/ask", os.O_RDWR)
        self.rest = b""
        self.answers: dict[int, Callable[[int], None]] = {}
        self.askers: dict[int, int] = {}
        self.poll = select.poll()
        self.woken, wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for descriptor in (self.line.fileno(), self.ask, self.woken):
            self.poll.register(descriptor, select.POLLIN)

    def serve(self) -> None:
        """Answer until the socket is closed."""
        while True:
            for descriptor, _ in self.poll.poll():
                if descriptor == self.line.fileno():
                    if not self.by_line():
                        return
                elif descriptor == self.ask:
                    self.by_pipe()
                elif descriptor == self.woken:
                    os.read(self.woken, 1024)
                elif descriptor in self.askers:
                    os.kill(self.askers[descriptor], signal.SIGKILL)
            self.reap()

    def by_line(self) -> bool:
        try:
            request, descriptors, _, _ = socket.recv_fds(self.line, MOST, STREAMS)
        except ConnectionResetError:  # it was closed before an answer was read
            return False
        if request:
            root, argv, environment, folder = json.loads(request)

            def command() -> None:
                os.chdir(folder)
                run.KEPT = ()  # type: ignore[assignment]
                become(root, argv[0].rpartition("/")[2], argv[1:], environment)

            self.fork(command, descriptors, lambda status: self.line.sendall(b"%d" % status))
        return bool(request)

    def by_pipe(self) -> None:
        """A request is a line of the process, the command and the folder of the host."""
        *requests, self.rest = (self.rest + os.read(self.ask, 1 << 16)).split(b"\n")
        for request in requests:
            number, name, root = os.fsdecode(request).split(" ", 2)
            self.by_process(int(number), name, root)

    def by_process(self, number: int, name: str, root: str) -> None:
        try:
            process = os.pidfd_open(number)
        except ProcessLookupError:
            return
        except OSError:
            self.reply(number, b"-\n")
            return
        streams = [libc.syscall(PIDFD_GETFD, process, stream, 0) for stream in THEIRS]
        if -1 in streams:
            self.reply(number, b"-\n")
            for descriptor in (process, *(stream for stream in streams if stream != -1)):
                os.close(descriptor)
            return

        def command() -> None:
            os.chdir(f"/proc/{number}/cwd")
            variables = Path(f"/proc/{number}/environ").read_bytes().split(b"\0")[:-1]
            environment = {key: value for key, _, value in (os.fsdecode(line).partition("=") for line in variables)}
            words = [os.fsdecode(word) for word in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")[2:-1]]
            become(root, name, words, environment)

        def answer(status: int) -> None:
            del self.askers[process]
            self.poll.unregister(process)
            os.close(process)
            self.reply(number, b"%d\n" % (status if status >= 0 else 128 - status))

        self.askers[process] = self.fork(command, streams, answer)
        self.poll.register(process, select.POLLIN)

    def reply(self, number: int, text: bytes) -> None:
        with suppress(OSError):  # nobody waits for it any more
            slot = os.open(f"{self.folder}/{number % self.slots}", os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(slot, text)
            finally:
                os.close(slot)

    def end(self) -> None:
        """Have no command handed over any more, and those that wait for an answer fail."""
        Path(self.folder, "ask").unlink(missing_ok=True)
        for slot in range(self.slots):
            self.reply(slot, b"255\n")
        shutil.rmtree(self.folder, ignore_errors=True)

    def fork(self, command: "Callable[[], None]", descriptors: list[int], answer: "Callable[[int], None]") -> int:
        pid = os.fork()
        if not pid:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for stream, descriptor in enumerate(descriptors):
                    os.dup2(descriptor, stream)
                os.closerange(STREAMS, MOST_FILES)
                command()
            except BaseException:  # noqa: BLE001 (shown as at the end of any Python)
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(1)
        for descriptor in descriptors:
            os.close(descriptor)
        self.answers[pid] = answer
        return pid

    def reap(self) -> None:
        """Give the exit status of each command that has ended to who asked."""
        while self.answers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.answers.pop(pid)(os.waitstatus_to_exitcode(status))


def become(root: str, name: str, words: list[str], environment: dict[str, str]) -> None:
    """Be the command, as boot.py of the host is."""
    os.environ.clear()
    os.environ.update(environment)
    run.main(root, name, words)


def load() -> None:
    for room in (".", "kernel", "tools", "managers"):
        for file in sorted(Path(simhost.__path__[0], room).glob("*.py")):
            __import__(".".join(("jailtui.simhost", *Path(room).parts, file.stem)))
    gc.disable()  # a fork then leaves the memory as it is
    gc.freeze()


def main() -> None:
    python = Python(socket.socket(fileno=int(sys.argv[2])), sys.argv[3], int(sys.argv[4]))
    try:
        load()
        python.serve()
    finally:
        python.end()


if __name__ == "__main__":
    main()
