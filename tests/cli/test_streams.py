"""Standard streams that are closed, full or without a reader: a sentence, if a stream is left for it, and a status."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.forked_program import CLOSED, run
from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Screen

FULL = "/dev/full"
VERBS = (
    "",
    "show",
    "show --json",
    "doctor --json",
    "explain",
    "explain CONF-CREATE",
    "start mail --dry-run",
    "stop web --dry-run",
    "restart web --dry-run",
    "reclaim --all --dry-run",
    "conf get web path",
    "conf network web",
    "schema show",
    "help",
    "--help",
    "--version",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def shell(home: Path, words: str, streams: str) -> subprocess.CompletedProcess[str]:
    """The program run by sh(1) with these redirections."""
    line = f"{shlex.join(PROGRAM)} {words} {streams}"
    environment = environ(home)
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, env=environment, timeout=60)


@pytest.mark.parametrize("words", VERBS)
def test_closed_and_full_output_are_told_on_stderr(home: Path, words: str) -> None:
    for stdout, message, status in (
        (CLOSED, "jailtui: Standard output is closed; nothing was done.\n", 2),
        (FULL, "jailtui: standard output: No space left on device\n", 1),
    ):
        ended = run(words.split(), environ(home), stdout=stdout)
        if words == "" and stdout == FULL:
            message, status = "jailtui: The screen needs a terminal; `jailtui show` works without one.\n", 2
        assert (ended.returncode, ended.stderr) == (status, message), (words, stdout)


def undated(ended: subprocess.CompletedProcess[str]) -> str:
    return re.sub(r'"taken_at": .*', "", ended.stdout)


@pytest.mark.parametrize("words", VERBS)
def test_without_input_or_messages_a_verb_does_the_same(home: Path, words: str) -> None:
    usual = run(words.split(), environ(home))
    for streams in ({"stdin": CLOSED}, {"stdin": CLOSED, "stderr": CLOSED}, {"stderr": FULL}):
        ended = run(words.split(), environ(home), **streams)
        assert (ended.returncode, undated(ended)) == (usual.returncode, undated(usual)), (words, streams)
        assert "Traceback" not in ended.stderr
        assert "Exception" not in ended.stderr


def test_closed_and_full_streams_that_a_shell_leaves(home: Path) -> None:
    for streams, status in ((">&-", 2), (">/dev/full", 1), ("<&- 2>&-", 0), ("2>/dev/full", 0)):
        assert shell(home, "explain", streams).returncode == status, streams


def test_all_streams_closed_end_in_a_status(home: Path) -> None:
    for words in ("", "show", "start mail --yes"):
        assert shell(home, words, "<&- >&- 2>&-").returncode == 2
    assert "mail     stopped" not in shell(home, "show jails", "").stderr
    assert shell(home, "show nothing", "2>/dev/full").returncode == 2


def test_a_reader_that_leaves_early_is_no_error_to_talk_about(home: Path) -> None:
    ended = shell(home, "help", "| head -n 1")
    assert ended.stderr == ""
    assert len(ended.stdout.splitlines()) == 1


def test_what_changes_the_host_is_done_though_no_message_can_be_written(home: Path) -> None:
    ended = shell(home, "start mail --yes", "</dev/null 2>/dev/full")
    assert ended.returncode == 0
    assert "mail runs" in ended.stdout


def on_a_terminal(home: Path, streams: str, **more: str) -> Screen:
    line = f"{shlex.join(PROGRAM)} demo --demo-dir {home}/demo {streams}"
    return Screen(("sh", "-c", line), environ(home, **more), 100, 30)


@pytest.mark.parametrize(
    ("streams", "more", "sentence", "status"),
    [
        ("", {"TERM": "dumb"}, "TERM is dumb: the screen needs a terminal with a cursor", 2),
        ("<&-", {}, "The screen needs a terminal", 2),
        (">&-", {}, "Standard output is closed", 2),
        (">/dev/full", {}, "The screen needs a terminal", 2),
        (">&- 2>&-", {}, "", 2),
    ],
)
def test_the_screen_is_refused_with_a_sentence(
    home: Path, streams: str, more: dict[str, str], sentence: str, status: int
) -> None:
    screen = on_a_terminal(home, streams, **more)
    try:
        assert screen.ended() == status
        assert sentence in " ".join(screen.lines())
        assert "Traceback" not in " ".join(screen.lines())
    finally:
        screen.close()


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "2>/dev/null"])
def test_the_screen_stands_without_a_place_for_messages(home: Path, streams: str) -> None:
    screen = on_a_terminal(home, streams)
    try:
        screen.shows("orphan", "running")
        screen.send("q")
        assert screen.ended() == 0
    finally:
        screen.close()


def test_a_question_that_cannot_be_seen_is_not_answered(home: Path) -> None:
    screen = Screen(("sh", "-c", f"{shlex.join(PROGRAM)} stop web 2>/dev/full"), environ(home), 100, 30)
    try:
        screen.pump(0.2)
        screen.send("y\n")
        assert screen.ended() == 5
    finally:
        screen.close()
