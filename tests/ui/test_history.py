"""`h` lists runs and saves with what came of each, and undoes a save; an interrupted run is told at the start."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.preferences import Config
from jailtui.ui.screens.history import HistoryScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.program import PROGRAM, environ
from tests.support.stage import stage

if TYPE_CHECKING:
    from tests.support.screens import ValueHost


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    """Words that name an embedded host."""
    named = ("--host", "demo", "--demo-dir", str(tmp_path / "demo"))
    assert main(["show", *named]) == Exit.OK
    return named


def backend(tmp_path: Path) -> ValueHost:
    """The embedded host, which a stage takes in place of a value."""
    return cast("ValueHost", open_host(Choice(host="demo", demo_dir=tmp_path / "demo"), Config()))


async def test_history_lists_runs_and_undoes_a_save(words: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "demo" / "etc" / "jail.conf"
    before = file.read_text()
    assert main(["stop", "web", "--yes", *words]) == Exit.OK
    assert main(["conf", "set", "web", "host.hostname", "new.example", "--yes", *words]) == Exit.OK
    assert file.read_text() != before
    async with stage(backend(tmp_path), (120, 40)) as it:
        await it.press("h")
        await it.until(lambda: isinstance(it.app.screen, HistoryScreen) and "Stop web" in it.text())
        assert "save /etc/jail.conf" in it.text()
        assert "new.example" in it.text(), "the diff of the run under the cursor"
        await it.press("down", "u")
        await it.until(lambda: "This run saved no file." in it.text())
        await it.press("up", "u")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: isinstance(it.app.screen, RunScreen) and it.app.screen.progress.verdicts is not None)
        await it.press("enter")
        await it.until(lambda: "Undo /etc/jail.conf" in it.text())
    assert file.read_text() == before


def interrupt(words: tuple[str, ...], tmp_path: Path, *verb: str) -> None:
    """Kill a verb once its first command runs, and let that command end on the host."""
    held = (*PROGRAM, *verb, "--yes", *words)
    kept = tmp_path / "demo" / "var" / "run" / "jailtui" / "steps"
    with subprocess.Popen(held, env=environ(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 30
        while not list(kept.glob("*/pid")) and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    until = time.monotonic() + 30
    while not list(kept.glob("*/status")) and time.monotonic() < until:
        time.sleep(0.05)


async def test_interrupted_restart_is_told_at_the_next_start_with_what_remains(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "demo" / "etc" / "jail.conf"
    file.write_text(file.read_text().replace("web {\n", 'web {\n\texec.prestop = "sleep 2";\n', 1))
    interrupt(words, tmp_path, "restart", "web")
    async with stage(backend(tmp_path), (120, 40)) as it:
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        text = " ".join(it.text().split())
        assert "Restart web of " in text
        assert "was interrupted." in text
        assert "jail -r web: exit status 0" in text
        assert "Start web" in text
        await it.press("tab", "enter")
        await it.until(lambda: isinstance(it.app.screen, RunScreen) and it.app.screen.progress.verdicts is not None)
        assert "web is running" in it.text() or "web runs" in it.text()
    again = backend(tmp_path)
    async with stage(again, (120, 40)) as it:
        await it.press("h")
        await it.until(lambda: isinstance(it.app.screen, HistoryScreen) and "Restart web" in it.text())
        assert "interrupted" in it.text(), "it is told once, and stays in the history"
