"""A shell in a jail at the operator's terminal: what it may do there, and how the terminal is found afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jailtui.simhost import setup
from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Terminal

Open = Callable[..., Terminal]
PROMPT = b"# "


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    setup.prepare(tmp_path / "demo")
    shown: list[Terminal] = []

    def start(*words: str, **more: str) -> Terminal:
        argv = (*PROGRAM, "shell", "--host", "demo", "--demo-dir", str(tmp_path / "demo"), *words)
        shown.append(Terminal(argv, environ(tmp_path, **more), 100, 24))
        return shown[-1]

    yield start
    for terminal in shown:
        terminal.close()


def prompted(terminal: Terminal, seconds: float = 20) -> None:
    """Wait until the last that was written is a prompt."""
    until = time.monotonic() + seconds
    while not terminal.written.endswith(PROMPT):
        assert time.monotonic() < until, terminal.written[-300:]
        terminal.pump(0.01)


def answer(terminal: Terminal, line: str) -> str:
    """What the shell prints for a line."""
    prompted(terminal)
    begun = len(terminal.written)
    terminal.send(f"{line}\r")
    terminal.pump(0.02)
    prompted(terminal)
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
    shell.send("echo $?; sleep 100\r")
    shell.wait_for(b"126\r\n")
    shell.send("\x03")
    assert answer(shell, "echo $?").endswith("130\n")
    shell.send("exit 7\r")
    assert shell.ended() == 7
    assert not (tmp_path / "x").exists()
    assert audited(tmp_path) == [("begin", ["jailtui", "shell", "web"], None), ("end", ["jailtui", "shell", "web"], 7)]
