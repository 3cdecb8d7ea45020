"""`jailtui shell JAIL COMMAND` without a terminal: pipes, exact bytes, and the command's exit status."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from jailtui.cli.shell import WholeLines
from jailtui.simhost import setup
from tests.support import forked_program
from tests.support.program import PROGRAM, environ
from tests.support.verbs import Demo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    setup.prepare(tmp_path / "demo")
    return tmp_path


def shell(folder: Path, *words: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    argv = (*PROGRAM, "shell", "--host", "demo", "--demo-dir", str(folder / "demo"), *words)
    return subprocess.run(argv, input=typed, env=environ(folder), capture_output=True, check=False)


def test_bytes_go_through_and_the_status_is_the_commands(folder: Path) -> None:
    done = shell(folder, "web", "--", "/bin/sh", typed=b"hostname\nprintf '\\377\\033[m'\nnosuch\nexit 7\n")
    assert (done.stdout, done.returncode) == (b"web.home.arpa\n\xff\x1b[m", 7)
    assert b"the embedded host refuses nosuch" in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("old", "id"), 4, "old is dying: nothing can be run in it any more."),
        (("mail", "id"), 4, "mail is not running: start it first."),
        (("nosuch", "id"), 4, "nosuch: there is no such jail."),
        (("--read-only", "web", "id"), 4, "--read-only was given"),
        (("web", "--host", "demo"), 2, "--host: options stand before JAIL."),
        (("web",), 2, "A shell needs a terminal"),
    ],
)
def test_why_there_is_no_way_in_is_told_before(
    words: tuple[str, ...], status: int, told: str, demo: Demo, tmp_path: Path
) -> None:
    done = forked_program.run(("shell", *demo.words, *words), environ(tmp_path))
    assert (done.stdout, done.returncode) == ("", status)
    assert told in done.stderr


def test_a_reader_that_has_seen_enough_ends_the_command_and_the_audit_log_tells_of_it(folder: Path) -> None:
    argv = (*PROGRAM, "shell", "--host", "demo", "--demo-dir", str(folder / "demo"), "web", "sh", "-c")
    process = subprocess.Popen(
        (*argv, "while :; do echo y; done"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environ(folder)
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"y\n"
    process.stdout.close()
    assert process.wait(20) == 1
    begun, ended = (json.loads(line) for line in (folder / "demo/audit.log").read_text().splitlines())
    assert (begun["event"], ended["event"], ended["rc"]) == ("begin", "end", None)


def test_whole_lines_are_passed_on_and_the_rest_at_the_end() -> None:
    taken: list[str] = []
    lines = WholeLines(taken.append)
    for chunk in (b"on", b"e\ntwo\nth", b"ree", b""):
        lines.take(chunk)
    assert taken == ["one\ntwo", "three"]
    lines.take(b"x" * (WholeLines.MOST + 1))
    assert len(taken[-1]) == WholeLines.MOST + 1
