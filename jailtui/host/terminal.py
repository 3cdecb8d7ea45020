"""A terminal of its own for a command, whose bytes are passed between it and the operator's terminal.

What runs in a jail never gets the operator's terminal: whoever holds that may read what is typed, and type (TIOCSTI).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import tty
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.host.shell import LocalCommand

LOOK_SECONDS = 0.2
DRAIN_SECONDS = 0.3
QUIET_SECONDS = 0.1
ANSWER_SECONDS = 1.0
MOST_TYPED = 65536
"""Bytes that wait to be read by the command; then the operator's keyboard waits too."""
ENDING = (signal.SIGTERM, signal.SIGHUP)
SIZE = struct.Struct("HHHH")

KEEP = "\x1b[22;0t"
"""Has the terminal keep its titles (XTPUSHTITLE)."""
PUT_BACK = (
    "\x18\x1b\\"  # whatever sequence was begun ends here
    "\x1b[?1047l"  # the alternate screen
    "\x1b7"  # the cursor stays, whatever of the following moves it, or is printed by a terminal that does not know it
    "\x1b[?69l\x1b[r"  # margins
    "\x1b[?9;1000;1001;1002;1003;1005;1006;1015;1016l"  # the mouse
    "\x1b[?2004;1004;2026;2048l"  # paste, focus, updates at once, size reports
    "\x1b[?1;5;45;66l\x1b[?7;25h\x1b>"  # keys, reversed colours, wrap, the cursor
    "\x1b[2;4;20l\x1b[12h\x1b[4i"  # the keyboard locked, insert, line feeds, echo, the printer
    "\x1b[<99u\x1b[=0u\x1b[>4m"  # keyboard protocols
    "\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\"  # the palette
    "\x1b]8;;\x1b\\\x1b[0 q"  # a link, the cursor's shape
    "\x1b[23;0t"  # the titles
    "\x1b8"
    "\x1b(B\x1b)B\x0f\x1b[0m"  # character sets, colours
    "\x1b[J"
)
ORIGIN = re.compile(rb"\?(?:\d+;)*0*6(?:;\d+)*[hr]")
"""Lines counted from the margin (DECOM)."""
FROM_THE_TOP = "\x1b[?6l\x1b[999;1H"
"""Ends that. It moves the cursor, so it is sent only where it may be needed."""
ASK = "\x1b[c"
"""What every terminal answers: once it has, it has answered what the command asked, too."""


def at_terminal(command: LocalCommand, *, keyboard: int = 0, screen: int = 1) -> int:
    """Run `command` at a terminal of its own: its exit status. `keyboard` and `screen` are the operator's terminal,
    which is put back afterwards, and what it still answers is thrown away.

    A signal that ends this program ends the command, and is raised again. Raises OSError if it can't be started.
    """
    ours, theirs = pty.openpty()
    try:
        _copy_size(screen, ours)
        termios.tcsetattr(theirs, termios.TCSANOW, termios.tcgetattr(keyboard))  # its keys, such as erase
        process = command.popen(new_session=True, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=_take_terminal)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    passing = _Passing(ours, keyboard, screen)
    with _noted((*ENDING, signal.SIGWINCH)) as noted, _raw(passing):
        try:
            passing.on(process, noted)
        finally:
            os.close(ours)
            _end(process)
    for number in noted:
        if number in ENDING:
            os.kill(os.getpid(), number)
    status: int = process.returncode
    return status if status >= 0 else 128 - status


def _take_terminal() -> None:
    """Make standard input the terminal of this session, in the process that becomes the command."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _copy_size(of: int, to: int) -> None:
    with contextlib.suppress(OSError):
        fcntl.ioctl(to, termios.TIOCSWINSZ, fcntl.ioctl(of, termios.TIOCGWINSZ, bytes(SIZE.size)))


class _Passing:
    """Bytes on their way between the terminal of the command, `ours`, and that of the operator."""

    def __init__(self, ours: int, keyboard: int, screen: int) -> None:
        self.ours, self.keyboard, self.screen = ours, keyboard, screen
        self.origin = False
        self._typed = b""
        self._last = b""

    def on(self, process: subprocess.Popen[bytes], noted: list[int]) -> None:
        """Pass them on until the command has ended, its terminal is closed, or a signal came."""
        while not set(noted) & set(ENDING):
            if signal.SIGWINCH in noted:
                noted.remove(signal.SIGWINCH)
                _copy_size(self.screen, self.ours)
            reading = [self.ours] if len(self._typed) >= MOST_TYPED else [self.ours, self.keyboard]
            ready, writable, _ = select.select(reading, [self.ours] if self._typed else [], [], LOOK_SECONDS)
            if writable:
                self._typed = self._typed[os.write(self.ours, self._typed[:1024]) :]
            if self.ours in ready:
                if not self._printed():
                    return
            elif process.poll() is not None:
                return
            if self.keyboard in ready and not self._keys():
                return

    def _printed(self) -> bool:
        data = _read(self.ours)
        self.origin = self.origin or ORIGIN.search(self._last + data) is not None
        self._last = data[-32:]
        _write(self.screen, data)
        return bool(data)

    def _keys(self) -> bool:
        keys = _read(self.keyboard)
        self._typed += keys
        return bool(keys)


def _read(descriptor: int) -> bytes:
    """What there is; nothing at the end, or where a terminal is closed."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _end(process: subprocess.Popen[bytes]) -> None:
    """See the command end: its terminal is closed, which hangs it up."""
    for number in (0, signal.SIGHUP, signal.SIGKILL):
        if number:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=DRAIN_SECONDS if not number else 3)
            return
    process.returncode = 255


@contextlib.contextmanager
def _noted(numbers: tuple[int, ...]) -> Iterator[list[int]]:
    """In the body these signals are only noted, in this list."""
    noted: list[int] = []
    before: Mapping[int, Any] = {
        number: signal.signal(number, lambda came, _frame: noted.append(came)) for number in numbers
    }
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextlib.contextmanager
def _raw(passing: _Passing) -> Iterator[None]:
    """In the body each key comes as it is typed; afterwards the operator's terminal is as it was."""
    before = termios.tcgetattr(passing.keyboard)
    plain = os.environ.get("TERM", "dumb") == "dumb"
    try:
        tty.setraw(passing.keyboard)
        _write(passing.screen, b"" if plain else KEEP.encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            if not plain:
                _write(passing.screen, (PUT_BACK + FROM_THE_TOP * passing.origin + ASK).encode())
                _throw_away(passing.keyboard)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(passing.keyboard, termios.TCSAFLUSH, before)


def _throw_away(keyboard: int) -> None:
    """Read what the terminal answers to what the command has asked it, so that nobody takes it for typed."""
    end = time.monotonic() + ANSWER_SECONDS
    wait = ANSWER_SECONDS
    while (left := end - time.monotonic()) > 0 and select.select([keyboard], [], [], min(wait, left))[0]:
        if not (answer := _read(keyboard)):
            return
        if answer.endswith(b"c"):
            wait = QUIET_SECONDS
