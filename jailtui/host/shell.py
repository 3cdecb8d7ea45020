"""Feeding scripts to `/bin/sh -s` on a machine: this one, one reached by ssh, or the embedded host.

Data goes on standard input only, never on a command line: ssh passes that to the login shell, which may be csh.
Every script is a process of its own: plumbum's ShellSession hangs once a command prints more than a pipe holds.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import selectors
import signal
import subprocess
import threading
import time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui.exchange import Argv, Garbled, HostTimeout, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    class Startable(Protocol):
        """A command of a machine with its first arguments, such as a command of plumbum."""

        def popen(self, args: Argv = (), *, new_session: bool, **pipes: Any) -> Any:
            """Start it with `args` added."""


SCRIPTS = Path(__file__).parent


def script(*names: str) -> str:
    """The scripts with these names in this directory, joined."""
    return "".join((SCRIPTS / name).read_text(encoding="utf-8") for name in names)


class LocalCommand(NamedTuple):
    """A command of this machine, with additions to the environment. Importing plumbum takes longer than a reading."""

    argv: Argv
    environment: Mapping[str, str] = MappingProxyType({})

    def popen(self, args: Argv = (), *, new_session: bool, **pipes: Any) -> Any:
        """Start it with `args` added."""
        environment = {**os.environ, **self.environment}
        return subprocess.Popen((*self.argv, *args), env=environment, start_new_session=new_session, **pipes)


SHELL = ("/bin/sh", "-s")
MOST_COMPLAINT = 4096
"""Bytes of its standard error that are kept."""
MOST = 64 << 20
"""Bytes of an answer that are read. A reading of 1,000 jails has 3 million."""
BECOME_OPTIONS: Mapping[str, Argv] = MappingProxyType({"mdo": ("-u", "root")})
"""The options of commands that do not take -n (never ask for a password); mdo(1) has no passwords (FREEBSD.md 12)."""


def become_argv(become: str | None, command: Argv = SHELL) -> Argv:
    """`/bin/sh -s`, or another command, run by doas, sudo or mdo if `become` names one."""
    return (become, *BECOME_OPTIONS.get(Path(become).name, ("-n",)), *command) if become else command


def local_shell(become: str | None = None, environment: Mapping[str, str] | None = None) -> Shell:
    """A shell on this machine. Raises Unreachable if there is no command `become`."""
    if become:
        from shutil import which

        if which(become) is None:
            raise Unreachable(no_command(become))
    added = environment or {}
    plain = LocalCommand(SHELL, added) if become else None

    def run_there(text: str, words: Argv, _tty: bool) -> LocalCommand:
        return LocalCommand(become_argv(become, ("/bin/sh", "-c", text, "sh", *words)), added)

    return Shell(LocalCommand(become_argv(become), added), plain=plain, run_there=run_there)


def no_command(name: str) -> str:
    """The sentence that the host does not have the command `name`, by which jailtui becomes root."""
    since = "; FreeBSD has it since 14.2" if name == "mdo" else ""
    return f"There is no {name} on the host{since}."


class Shell:
    """`/bin/sh -s` on one machine, which `command` starts; `close` calls `on_close` once.

    `plain` is the shell of the user who logged in, if `command` becomes root first. `run_there` gives the command of
    this machine that runs a script with these words there, with the streams, or at the terminal, that it is started on.
    """

    def __init__(
        self,
        command: Startable,
        on_close: Callable[[], None] | None = None,
        plain: Startable | None = None,
        run_there: Callable[[str, Argv, bool], LocalCommand] | None = None,
    ) -> None:
        self.command = command
        self.on_close = on_close
        self.plain = plain
        self.run_there = run_there

    def run(self, text: str, words: Argv, limit: float) -> tuple[int, str, str]:
        """Run the script `text` with the arguments `words`: exit status, standard output, standard error.

        `words` must not come from the host. After `limit` seconds, or MOST bytes, the process is killed. Raises
        HostTimeout, Garbled.
        """
        process = self._start(words, stderr=subprocess.PIPE)
        try:
            out, err = _answer(process, text.encode("utf-8", "surrogateescape"), time.monotonic() + limit)
        except subprocess.TimeoutExpired as error:
            kill(process)
            raise HostTimeout(f"No answer within {limit:g} s.") from error
        except Garbled:
            kill(process)
            raise
        return process.returncode, decoded(out), decoded(err)

    def converse(self, words: Argv, text: str) -> Conversation:
        """Start a shell and hand it the script `text`, which may go on to read. Raises Unreachable."""
        return Conversation(self._start(words, stderr=subprocess.PIPE), text)

    def close(self) -> None:
        """Close the connection to the machine."""
        if self.on_close:
            self.on_close()
            self.on_close = None

    def _start(self, words: Argv, stderr: int) -> Any:
        try:
            return self.command.popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, new_session=True
            )
        except OSError as error:
            raise Unreachable(f"/bin/sh can't be started: {error.strerror}.") from error


def _answer(process: Any, text: bytes, deadline: float) -> tuple[bytearray, bytearray]:
    """Standard output and standard error of a process that is given `text`; of the latter only the end is kept.

    Raises TimeoutExpired at the deadline (by time.monotonic), Garbled after MOST bytes of output.
    """
    out, err = bytearray(), bytearray()
    rest = memoryview(text)
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdin, selectors.EVENT_WRITE, process.stdin)
        pipes.register(process.stdout, selectors.EVENT_READ, process.stdout)
        pipes.register(process.stderr, selectors.EVENT_READ, process.stderr)
        while pipes.get_map():
            ready = pipes.select(max(0.0, deadline - time.monotonic()))
            if not ready or time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("sh", 0)
            for key, _ in ready:
                if key.data is process.stdin:
                    rest = _written(key.fd, rest)
                    done = not rest
                else:
                    chunk = os.read(key.fd, 65536)
                    done = not chunk
                    if key.data is process.stdout:
                        out += chunk
                    else:
                        err += chunk
                        del err[:-MOST_COMPLAINT]
                if done:
                    pipes.unregister(key.fd)
                    key.data.close()
            if len(out) > MOST:
                raise Garbled(f"The host's answer is longer than {MOST >> 20} MiB.")
    process.wait(timeout=max(0.1, deadline - time.monotonic()))
    return out, err


def _written(pipe: int, text: memoryview) -> memoryview:
    """What is left of `text` after as much of it is written as surely fits; nothing if nobody reads it."""
    try:
        return text[os.write(pipe, text[: select.PIPE_BUF]) :]
    except BrokenPipeError:
        return text[:0]


class Conversation:
    """A script that runs: what it prints is read as it comes, and it may be answered."""

    def __init__(self, process: Any, text: str) -> None:
        self._process = process
        self._chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._errors: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        for pipe, chunks in ((process.stdout, self._chunks), (process.stderr, self._errors)):
            # Of its own: once `pipe` is closed its number may be that of another process's pipe.
            own = os.dup(pipe.fileno())
            threading.Thread(target=_pump, args=(own, chunks), daemon=True).start()
        self.answer(text)

    def chunk(self, seconds: float) -> bytes | None:
        """What it printed next: b"" at the end, None where nothing came within so many seconds."""
        try:
            return self._chunks.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def complaint(self) -> str:
        """The last line of its standard error, once it has ended."""
        text = b""
        with contextlib.suppress(queue.Empty):
            while chunk := self._errors.get(timeout=1):
                text = (text + chunk)[-MOST_COMPLAINT:]
        return last_line(decoded(text))

    def answer(self, text: str) -> None:
        """Write to its standard input; nothing where it has gone."""
        with contextlib.suppress(OSError):
            self._process.stdin.write(text.encode("utf-8", "surrogateescape"))
            self._process.stdin.flush()

    def close(self) -> None:
        """End its standard input: a script that reads on learns of it."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()


def _pump(pipe: int, chunks: queue.SimpleQueue[bytes]) -> None:
    """Put what comes from the pipe into `chunks`, b"" at its end, and close it."""
    chunk = b"-"
    while chunk:
        try:
            chunk = os.read(pipe, 65536)
        except OSError:
            chunk = b""
        chunks.put(chunk)
    os.close(pipe)


def kill(process: Any) -> None:
    """Kill a process and its whole session, and close its pipes without waiting for other processes that hold them."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def decoded(data: bytes | bytearray) -> str:
    """Bytes decoded as UTF-8 with surrogateescape."""
    return data.decode("utf-8", "surrogateescape")


def last_line(text: str) -> str:
    """The last line that is not blank, without `ssh: ` and the closing dot."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("ssh: ").rstrip(".") if lines else ""
