"""A terminal of its own for a command, between two pseudo-terminals: the operator's is ours."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Iterator

import pytest

from jailtui.host.shell import LocalCommand
from jailtui.host.terminal import ASK, at_terminal

ANSWER = b"\x1b[?62;c"


class Operator:
    """A terminal with somebody before it: `typed` waits to be typed, and the terminal answers what it is asked."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
        self.seen = b""
        self.typed: list[tuple[bytes, bytes]] = []
        """What is typed once something was seen."""
        self.over = False
        self._thread = threading.Thread(target=self._sit, daemon=True)
        self._thread.start()

    def _sit(self) -> None:
        while not self.over:
            if select.select([self.ours], [], [], 0.02)[0]:
                chunk = os.read(self.ours, 65536)
                self.seen += chunk
                if ASK.encode() in chunk:
                    os.write(self.ours, ANSWER)
            if self.typed and self.typed[0][0] in self.seen:
                os.write(self.ours, self.typed.pop(0)[1])

    def run(self, *argv: str) -> int:
        return at_terminal(LocalCommand(argv), keyboard=self.theirs, screen=self.theirs)

    def shown(self) -> bytes:
        """What the command printed."""
        return self.seen.partition(b"\x1b[22;0t")[2].partition(b"\x18\x1b\\")[0].replace(b"\r\n", b"\n")

    def leave(self) -> None:
        self.over = True
        self._thread.join(5)
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    monkeypatch.setenv("TERM", "xterm")
    sitting = Operator()
    yield sitting
    sitting.leave()


def test_the_command_has_another_terminal_of_the_same_size_and_nothing_else_of_ours(operator: Operator) -> None:
    assert operator.run("/bin/sh", "-c", "tty; stty size; ls /proc/self/fd | tr '\\n' ' '; exit 7") == 7
    terminal, size, descriptors = operator.shown().decode().split("\n")
    assert terminal.startswith("/dev/pts/")
    assert terminal != os.ttyname(operator.theirs)
    assert size == "33 77"
    assert descriptors == "0 1 2 3 "  # 3 is the folder that ls reads


def test_the_keys_of_the_terminal_are_those_of_ours(operator: Operator) -> None:
    modes = termios.tcgetattr(operator.theirs)
    modes[6][termios.VERASE] = b"\x08"
    termios.tcsetattr(operator.theirs, termios.TCSANOW, modes)
    assert operator.run("/bin/sh", "-c", "stty -a") == 0
    assert b"erase = ^H;" in operator.shown()


def test_the_terminal_is_put_back_and_its_answers_are_thrown_away(operator: Operator) -> None:
    before = termios.tcgetattr(operator.theirs)
    attack = r"printf '\033[c\033[6n\033]0;evil'"
    assert operator.run("/bin/sh", "-c", attack) == 0
    assert termios.tcgetattr(operator.theirs) == before
    os.set_blocking(operator.theirs, False)
    with pytest.raises(BlockingIOError):
        os.read(operator.theirs, 100)


def test_keys_that_interrupt_and_end_act_on_the_command_alone(operator: Operator) -> None:
    operator.typed = [(b"begun", b"\x03")]
    script = "trap 'echo interrupted; exit 3' INT; echo begun; while :; do sleep 0.02; done"
    assert operator.run("/bin/sh", "-c", script) == 3
    assert b"interrupted\n" in operator.shown()
    operator.typed = [(b"ready", b"typed\r\x04")]
    assert operator.run("/bin/sh", "-c", "echo ready; cat; exit 4") == 4
    assert b"typed\ntyped\n" in operator.seen.replace(b"\r\n", b"\n")


def test_much_is_passed_on_both_ways(operator: Operator) -> None:
    operator.typed = [(b"ready", b"x" * 200_000 + b"\n")]
    script = "stty raw -echo; echo ready; head -c 200001 | wc -c; head -c 500000 /dev/zero | tr '\\0' y"
    assert operator.run("/bin/sh", "-c", script) == 0
    assert b"200001" in operator.shown()
    assert operator.shown().count(b"y") == 500_001


def test_a_new_size_is_passed_on(operator: Operator) -> None:
    def resized() -> None:
        while b"ready" not in operator.seen:
            time.sleep(0.01)
        fcntl.ioctl(operator.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 99, 0, 0))
        os.kill(os.getpid(), signal.SIGWINCH)

    threading.Thread(target=resized).start()
    script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done"
    assert operator.run("/bin/sh", "-c", script) == 0
    assert b"50 99\n" in operator.shown()


def test_a_program_that_stays_does_not_keep_the_terminal(operator: Operator) -> None:
    assert operator.run("/bin/sh", "-c", "trap '' HUP; sleep 30 & echo $!") == 0
    pid = int(operator.shown())
    os.kill(pid, 0)  # it goes on, as with nohup(1)
    os.kill(pid, signal.SIGKILL)


def test_a_signal_that_ends_us_ends_the_command_first_and_the_terminal_is_put_back(operator: Operator) -> None:
    before = termios.tcgetattr(operator.theirs)

    def ended() -> None:
        while b"\n" not in operator.shown():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    def ends(number: int, _frame: object) -> None:
        raise InterruptedError(number)

    old = signal.signal(signal.SIGTERM, ends)
    threading.Thread(target=ended).start()
    try:
        with pytest.raises(InterruptedError):
            operator.run("/bin/sh", "-c", "echo $$; exec sleep 30")
    finally:
        signal.signal(signal.SIGTERM, old)
    assert termios.tcgetattr(operator.theirs) == before
    with pytest.raises(ProcessLookupError):
        os.kill(int(operator.shown()), 0)


def test_a_command_that_is_not_there_is_told(operator: Operator) -> None:
    with pytest.raises(FileNotFoundError):
        operator.run("/nosuch/program")
    assert operator.run("/bin/sh", "-c", "kill -9 $$") == 137
