"""A hook of the embedded host may end itself, and never a process of this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.simhost import machine, setup


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process of this machine; it ends when its input does."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True) as process:
        yield process


def shell(folder: Path, text: str) -> int:
    machine.booted(folder)
    environment = setup.environment(folder)
    return subprocess.run([folder / "bin/sh", "-c", text], env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    "text", ["kill -9 PID", "kill PID", "kill -s KILL PID", "kill -9 $$ PID", "sh -c 'kill -9 PID'"]
)
def test_the_shells_own_kill_does_not_reach_a_process_of_this_machine(
    text: str, tmp_path: Path, bystander: subprocess.Popen[bytes]
) -> None:
    shell(tmp_path / "host", text.replace("PID", str(bystander.pid)))
    assert bystander.poll() is None
    out, _ = bystander.communicate(b"")
    assert out is None
    assert bystander.returncode == 0


@pytest.mark.parametrize(("text", "signal"), [("kill -9 $$", 9), ("kill -TERM $$", 15), ("kill -s HUP $$", 1)])
def test_a_shell_may_signal_itself(text: str, signal: int, tmp_path: Path) -> None:
    assert shell(tmp_path / "host", text) == -signal


def test_a_shell_may_end_its_child(tmp_path: Path) -> None:
    assert shell(tmp_path / "host", "sleep 600 & kill -9 $!; wait $!") == 128 + 9


def test_words_after_the_text_stay_the_texts_own(tmp_path: Path) -> None:
    machine.booted(tmp_path / "host")
    words = [str(tmp_path / "host/bin/sh"), "-c", 'echo "$0 $1"', "name", "one two"]
    done = subprocess.run(words, env=setup.environment(tmp_path / "host"), capture_output=True, check=True, text=True)
    assert done.stdout == "name one two\n"
