"""Commands of the embedded host run at a small part of the price of a process each.

A command is a process of its own here too, with its words, its environment, its standard input and output. But the
Python that it runs in has started before, and the modules of the host are loaded: it is forked from one that waits.

A test asks for one by `ask`. What jailtui, a shell or a hook runs is a script in `bin` of a host: `scripts` has those
of hosts that are made from now on hand over to the Python that waits, where the system can.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jailtui.simhost import machine
from jailtui.simhost.commands import is_simulated
from tests.support import process_group

SECONDS = 60
LONGEST = 1 << 20
SLOTS = 2048
"""How many pipes there are for exit statuses."""

AT_ONCE = (
    "ifconfig netstat jls sysctl ps stat sysrc arp ndp kldstat rctl devfs mount umount sockstat uname id whoami "
    "hostname pgrep getent logger pfctl"
).split()
"""Commands that only ask or change the state of the host: they wait for nothing, and run nothing of anybody's."""
# jail(8) only asks with -f FILE -e SEPARATOR.
INSIDE = ("ifconfig", "netstat", "hostname", "sysctl", "mount", "umount")
"""Those that jexec(8) becomes at once too, where jails have no programs of their own."""

HANDED_OVER = """\
case {{name}} in
jexec) [ ! -e {{root}}/jail-programs ] && case ${{{{2-}}}} in {inside}) ;; *) false ;; esac ;;
route) case "$*" in *monitor*) false ;; esac ;;
jail) [ "${{{{1-}}}} ${{{{3-}}}}" = "-f -e" ] ;;
{at_once}) ;;
*) false ;;
esac && [ -p {folder}/ask ] && command exec 6<&0 7>&1 8<>{folder}/$(($$ % {slots})) && {{{{
	echo $$ {{name}} {{root}} 1<>{folder}/ask
	read -r status <&8
	[ "$status" = - ] || exit "$status"
	exec 6<&- 7>&- 8>&-
}}}}
"""
PYTHON = "exec {python}"
SHIMS = (machine.SHIM, machine.CACHED_SHIM)


def scripts(*, handed_over: bool) -> None:
    """Have the commands of the hosts that are made from now on be handed over to the Python that waits, or not."""
    machine.SHIM, machine.CACHED_SHIM = waiting().shims if handed_over and hasattr(os, "pidfd_open") else SHIMS


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
    try:
        status, out, err = waiting().run(json.dumps(request).encode())
    except TimeoutError as error:
        raise subprocess.TimeoutExpired(argv, SECONDS) from error
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
        self.folder = tempfile.mkdtemp(prefix="jailtui-waiting-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
        for name in ("ask", *range(SLOTS)):
            os.mkfifo(f"{self.folder}/{name}")
        self.ask = os.open(f"{self.folder}/ask", os.O_RDWR)
        """Held open: what is written into a pipe that nobody has open is lost, and Python takes its time to start."""
        text = HANDED_OVER.format(
            at_once=" | ".join(AT_ONCE), inside=" | ".join(INSIDE), folder=self.folder, slots=SLOTS
        )
        self.shims = [shim.replace(PYTHON, text + PYTHON) for shim in SHIMS]
        flags = (sys.executable, "-I", "-S", "-X", "utf8")
        package = str(Path(__file__).parents[2])
        words = (
            str(Path(__file__).with_name("waiting_python.py")),
            package,
            str(theirs.fileno()),
            self.folder,
            str(SLOTS),
        )
        self.process = subprocess.Popen(
            (*flags, *words),
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
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
            try:
                out_text, err_text = all_of(out[0], err[0])
                return int(self.line.recv(64)), out_text, err_text
            except TimeoutError:
                waiting.cache_clear()
                atexit.unregister(self.end)
                self.end()
                raise

    def end(self) -> None:
        self.line.close()
        process_group.end(self.process)
        os.close(self.ask)
        shutil.rmtree(self.folder, ignore_errors=True)


def all_of(*pipes: int) -> list[bytes]:
    """All that comes by the pipes until each is closed: a TimeoutError if that takes longer than SECONDS."""
    texts = dict.fromkeys(pipes, b"")
    end = time.monotonic() + SECONDS
    try:
        with selectors.DefaultSelector() as selector:
            for pipe in pipes:
                selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                left = end - time.monotonic()
                ready = selector.select(left) if left > 0 else []
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    text = os.read(key.fd, 1 << 16)
                    texts[key.fd] += text
                    if not text:
                        selector.unregister(key.fd)
    finally:
        for pipe in pipes:
            os.close(pipe)
    return list(texts.values())
