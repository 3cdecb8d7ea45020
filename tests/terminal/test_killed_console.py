"""The real console in a real pseudo-terminal is ended while a start runs: jail(8) runs to its end, which is kept."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.past import Past
from jailtui.preferences import Config
from tests.support.forked_screen import ForkedScreen
from tests.support.program import environ
from tests.support.pseudo_terminal import Screen
from tests.support.stopped import start_held, stopped_and_held
from tests.support.waiting import until


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """An embedded host on which web is stopped, and its start waits until the file `go` is there."""
    stopped_and_held(tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def starting(demo: Path, tmp_path: Path) -> Iterator[Screen]:
    """The console, once the start of web runs."""
    screen = ForkedScreen(("demo", "--demo-dir", str(demo)), environ(tmp_path), 80, 24)
    try:
        start_held(screen, demo)
        yield screen
    finally:
        (demo / "tmp/go").touch()
        screen.close()


def hang_up(screen: Screen) -> None:
    """The terminal is gone, as when an ssh session breaks."""
    os.close(screen.descriptor)
    screen.descriptor = os.open("/dev/null", os.O_RDONLY)


@pytest.mark.parametrize("way", ["hang-up", "TERM", "KILL"])
def test_start_runs_to_its_end_and_its_exit_status_is_there_later(demo: Path, starting: Screen, way: str) -> None:
    if way == "hang-up":
        hang_up(starting)
    else:
        os.kill(starting.pid, getattr(signal, f"SIG{way}"))
    if way == "KILL":
        starting.ended()
    (demo / "tmp/go").touch()
    if way != "KILL":
        assert starting.ended() == 128 + (signal.SIGTERM if way == "TERM" else signal.SIGHUP)
    backend = open_host(Choice(host="demo", demo_dir=demo), Config())
    until(lambda: all(step.status is not None for step in backend.steps()))
    assert [step.status for step in backend.steps()] == ([0] if way == "KILL" else [])
    interrupted = Past(backend).interrupted()
    (step,) = next(run for run in Past(backend).history() if run.title == "Start web").steps
    assert (step.status, "hook ended" in step.output) == (0, True)
    assert len(interrupted) == (way == "KILL")
    until(lambda: backend.steps() == ())
    web = backend.read().state.jail("web")
    assert web is not None
    assert web.running
