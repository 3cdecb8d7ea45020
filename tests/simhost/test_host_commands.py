"""A command forked from a Python that waits does what the same command does as a process of its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from jailtui.simhost import setup
from tests.support import host_commands

LINES = (
    "ifconfig -a",
    "ifconfig em9",
    "jls -d",
    "jail -r web",
    "jail -v -c web",
    "jail -c web",
    "jail -f /etc/nothing -c web",
    "jexec db ifconfig -a",
    "jexec db sh -c 'echo out; echo err >&2; exit 3'",
    "jexec db sh -c 'echo $USER $HOME $JAILTUI_SIM_JID'",
    "daemon -f sleep 0",
    "sysrc -e jail_enable",
)


def of_another(text: str, folder: Path) -> str:
    """The text without what differs between two hosts."""
    return re.sub(r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}|fe80::[0-9a-f:]*ff:fe[0-9a-f:]*", "MAC", text).replace(
        str(folder), ""
    )


def test_a_command_says_what_it_says_as_a_process(tmp_path: Path) -> None:
    hosts = {name: setup.prepare(tmp_path / name) for name in ("asked", "started")}
    for line in LINES:
        words = subprocess.run(
            ["/bin/sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        said = []
        for name, environment in hosts.items():
            path = f"{environment['PATH']}/{words[0]}"
            if name == "asked":
                done = host_commands.ask(path, words[1:], environment)
            else:
                done = subprocess.run([path, *words[1:]], env=environment, capture_output=True, text=True, check=False)
            said.append((done.returncode, *(of_another(text, tmp_path / name) for text in (done.stdout, done.stderr))))
        assert said[0] == said[1], line


def test_what_a_test_put_in_the_place_of_a_command_is_run(tmp_path: Path) -> None:
    environment = setup.prepare(tmp_path / "host")
    command = tmp_path / "host/bin/jls"
    command.write_text("#!/bin/sh\necho mine; exit 4\n")

    done = host_commands.ask(command, (), environment)

    assert (done.returncode, done.stdout) == (4, "mine\n")


def test_a_command_that_is_not_there_can_not_be_asked(tmp_path: Path) -> None:
    environment = setup.prepare(tmp_path / "host")
    with pytest.raises(FileNotFoundError):
        host_commands.ask(tmp_path / "host/bin/nothing", (), environment)
