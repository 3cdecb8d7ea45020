"""`h` lists runs and saves with what came of each, and undoes a save; an interrupted run is told at the start."""

from __future__ import annotations

import json
import subprocess
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.exchange import PlanMark
from jailtui.host.auditlog import AuditLog
from jailtui.host.steprun import KeptStep
from jailtui.past import Past
from jailtui.preferences import Config
from jailtui.simhost.setup import prepare
from jailtui.ui.screens.history import HistoryScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.program import PROGRAM, environ
from tests.support.screens import ValueHost, home
from tests.support.stage import Stage, stage
from tests.support.waiting import until


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    """Words that name an embedded host."""
    prepare(tmp_path / "demo")
    return "--host", "demo", "--demo-dir", str(tmp_path / "demo")


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
        until(lambda: list(kept.glob("*/pid")))
        process.kill()
    (tmp_path / "demo" / "tmp" / "go").touch()
    until(lambda: list(kept.glob("*/status")))


async def test_interrupted_restart_is_told_at_the_next_start_with_what_remains(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "demo" / "etc" / "jail.conf"
    hook = f'\texec.prestop = "while ! ls {tmp_path}/demo/tmp/go; do sleep 0.05; done";\n'
    file.write_text(file.read_text().replace("web {\n", "web {\n" + hook, 1))
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


def shows_plan(it: Stage, title: str) -> bool:
    return isinstance(it.app.screen, PlanScreen) and title in it.text()


def interrupted(tmp_path: Path, *runs: tuple[str, str, str]) -> None:
    """Record runs of a process that is gone: verb, jail, and the ID of the plan."""
    process = subprocess.Popen(("true",))
    process.wait()
    log = AuditLog(tmp_path / "demo" / "audit.log", "demo")
    for verb, jail, identity in runs:
        log.begin(identity, PlanMark(identity, f"{verb.capitalize()} {jail}", verb, (jail,)))
    lines = [json.loads(line) | {"pid": process.pid} for line in log.path.open()]
    log.path.write_text("".join(json.dumps(line) + "\n" for line in lines))


async def test_all_interrupted_runs_are_told_one_after_the_other_and_enter_shows_what_remains(tmp_path: Path) -> None:
    prepare(tmp_path / "demo")
    interrupted(tmp_path, ("stop", "db", "1"), ("start", "mail", "2"), ("stop", "web", "3"))
    async with stage(backend(tmp_path), (120, 40)) as it:
        for title, left in (("Stop web of", 2), ("Start mail of", 1), ("Stop db of", 0)):
            await it.until(partial(shows_plan, it, title))
            assert (f"({left})" if left else "No command of it was begun.") in it.text()
            await it.press("escape")
        await it.until(lambda: it.app.screen is it.console)
        await it.press("h")
        await it.until(lambda: isinstance(it.app.screen, HistoryScreen) and "Stop web" in it.text())
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "jail -r web" in it.text()
    assert Past(open_host(Choice(host="demo", demo_dir=tmp_path / "demo"), Config())).interrupted() == ()


async def test_steps_that_the_host_keeps_are_told_at_the_start() -> None:
    steps = (
        KeptStep("0" * 16, 1, "jail -c db", None, False),
        KeptStep("1" * 16, 2, "jail -c db", 0, False),
        KeptStep("2" * 16, 3, "jail -r db", None, True),
    )
    async with stage(ValueHost(home(), kept=steps)) as it:
        await it.until(lambda: "Steps that the host keeps: 1 running, 2 ended." in it.text())
