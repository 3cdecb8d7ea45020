"""A shell in a jail at the operator's terminal: what it may do there, and how the terminal is found afterwards."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jailtui.simhost import setup
from tests.support.forked_screen import ForkedScreen
from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Screen, Terminal

Open = Callable[..., Terminal]
PROMPT = b"# "


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    setup.prepare(tmp_path / "demo")
    shown: list[Terminal] = []

    def start(*words: str, **more: str) -> Terminal:
        argv = ("shell", "--host", "demo", "--demo-dir", str(tmp_path / "demo"), *words)
        shown.append(ForkedScreen(argv, environ(tmp_path, **more), 100, 24))
        return shown[-1]

    yield start
    for terminal in shown:
        terminal.close()


def prompted(terminal: Terminal, begun: int = 0, seconds: float = 20) -> None:
    """Wait until there is a prompt after a whole line, behind so many bytes."""
    until = time.monotonic() + seconds
    while not (terminal.written.endswith(PROMPT) and b"\n" in terminal.written[begun:]):
        assert time.monotonic() < until, terminal.written[-300:]
        terminal.pump(0.01)


def answer(terminal: Terminal, line: str) -> str:
    """What the shell prints for a line."""
    prompted(terminal)
    begun = len(terminal.written)
    terminal.send(f"{line}\r")
    prompted(terminal, begun)
    return terminal.written[begun:].decode().replace("\r\n", "\n").removeprefix(f"{line}\n").removesuffix("# ")


def audited(folder: Path) -> list[tuple[str, list[str], int | None]]:
    lines = [json.loads(line) for line in (folder / "demo/audit.log").read_text().splitlines()]
    return [(line["event"], line["argv"], line["rc"]) for line in lines]


def test_shell_acts_on_the_jail_alone_and_its_exit_status_is_the_verbs(opened: Open, tmp_path: Path) -> None:
    shell = opened("web")
    assert answer(shell, "hostname; ifconfig -l") == "web.home.arpa\nlo0 epair154b\n"
    assert answer(shell, "cat /etc/passwd") == "cat: /etc/passwd: No such file or directory\n"
    assert "the embedded host refuses > " in answer(shell, f"echo x >{tmp_path}/x")
    assert "the embedded host refuses " in answer(shell, "/bin/ls /")
    assert answer(shell, "echo $?") == "126\n"
    shell.send("exit 7\r")
    assert shell.ended() == 7
    assert not (tmp_path / "x").exists()
    assert audited(tmp_path) == [("begin", ["jailtui", "shell", "web"], None), ("end", ["jailtui", "shell", "web"], 7)]


FLAGS = (
    "alternate_on mouse_any_flag insert_flag keypad_cursor_flag keypad_flag cursor_flag origin_flag wrap_flag "
    "scroll_region_upper scroll_region_lower pane_title"
).split()
ATTACK = (
    r"\033[?1049h\033[?1000;1003;1006;2004h\033[4h\033[?1h\033=\033[?25l\033[?6h\033[?7l\033[2;5r\033]0;evil\007"
    r"\033[c\033[6n\033[>c\033]0;never ends"
)
"""Modes, a title, questions that the terminal answers, and a sequence without an end."""


def test_terminal_is_in_a_real_tmux_as_it_was(tmp_path: Path) -> None:
    setup.prepare(tmp_path / "demo")
    argv = ("tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null")
    shell = shlex.join((*PROGRAM, "shell", "--host", "demo", "--demo-dir", str(tmp_path / "demo"), "web"))
    screen = Screen((*argv, "new-session", f"cat -v; {shell}; echo ended; cat -v"), environ(tmp_path), 100, 24)

    def flags() -> str:
        asked = " ".join(f"#{{{flag}}}" for flag in FLAGS)
        return subprocess.run((*argv, "display", "-p", asked), capture_output=True, text=True, check=True).stdout

    try:
        screen.shows("[0]")
        before = flags()
        screen.send("\x04")
        screen.until(lambda lines: any(line.startswith("#") for line in lines))
        screen.send(f"printf '{ATTACK}'\r")
        screen.until(lambda lines: flags().startswith("1 1 1 1 1 0 1 0 1 4"))
        screen.send("\rexit\r")
        screen.shows("ended")
        assert flags() == before
        screen.send("typed\r")
        screen.until(lambda lines: [line for line in lines if line][-4:-1] == ["ended", "typed", "typed"])
    finally:
        subprocess.run((*argv, "kill-server"), capture_output=True, check=False)
        screen.close()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """The console with its cursor on web."""
    setup.prepare(tmp_path / "demo")
    shown = ForkedScreen(("demo", "--demo-dir", str(tmp_path / "demo")), environ(tmp_path), 100, 30)
    try:
        shown.shows("3 orphans", "running")
        shown.send("/web\r")
        yield shown
    finally:
        shown.close()


def test_screen_is_left_for_a_shell_and_comes_back(screen: Screen) -> None:
    screen.send("$")
    screen.until(lambda lines: any(line.startswith("#") for line in lines))
    screen.send("ifconfig epair154b down\rexit 3\r")
    screen.shows("The shell ended with exit status 3. Enter goes back to jailtui.")
    screen.send("\r")
    screen.shows("The shell in web ended with exit status 3.", "1 Jails")
    screen.send("q")
    assert screen.ended() == 0


def test_the_inside_and_the_log_of_a_jail(screen: Screen) -> None:
    screen.send("i")
    screen.shows("Processes · Listening · Routes", "ps -J 4 ", "/usr/sbin/syslogd -s")
    screen.send("\t\t/default\r")
    screen.shows("netstat -j 4 -rnW", "192.168.1.1")
    screen.send("q")
    screen.shows("Processes · Listening", "127.0.0.1")
    screen.resize(160, 45)
    screen.shows("web  Processes 1  ps -J 4", "Services 3  jexec 4 service -e", "Resolver ?  jexec 4 cat")
    screen.send("ql")
    screen.shows("no log: exec.consolelog is not set", "/var/log/messages: tail: ")
    screen.send("c")
    screen.shows("Console log of web", "Nothing would change.")
    screen.send("\x1b")
    screen.until(lambda lines: not any("Console log of web" in line for line in lines))
    screen.send("q")
    assert screen.ended() == 0
