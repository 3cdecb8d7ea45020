"""`jailtui steps`: what runs on the host goes on without us, is listed, stopped and fetched."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.support.program import PROGRAM, environ

Capsys = pytest.CaptureFixture[str]
SLOW_HOOK = 'exec.created = "sleep 3; echo hook ended";\n'


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """An embedded host on which the start of web takes three seconds."""
    folder = tmp_path / "demo"
    assert main(["show", "--host", "demo", "--demo-dir", str(folder)]) == Exit.OK
    file = folder / "etc" / "jail.conf"
    text = file.read_text()
    file.write_text(text.replace("web {\n", "web {\n\t" + SLOW_HOOK, 1))
    assert file.read_text() != text
    assert main(["stop", "web", "--yes", "--host", "demo", "--demo-dir", str(folder)]) == Exit.OK
    return folder


def listed(capsys: Capsys, demo: Path) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["steps", "--json", "--host", "demo", "--demo-dir", str(demo)]) == Exit.OK
    steps: list[dict[str, object]] = json.loads(capsys.readouterr().out)["steps"]
    return steps


def state_of(capsys: Capsys, demo: Path) -> str:
    assert main(["show", "--json", "--host", "demo", "--demo-dir", str(demo)]) == Exit.OK
    jails = json.loads(capsys.readouterr().out)["jails"]
    return str(next(jail["state"] for jail in jails if jail["name"] == "web"))


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_begun_step_runs_to_its_end_when_the_verb_is_killed(
    demo: Path, tmp_path: Path, capsys: Capsys, way: signal.Signals
) -> None:
    words = (*PROGRAM, "start", "web", "--yes", "--host", "demo", "--demo-dir", str(demo))
    with subprocess.Popen(words, env=environ(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 30
        while not listed(capsys, demo) and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(way)
        process.wait(30)
    until = time.monotonic() + 30
    while (steps := listed(capsys, demo)) and steps[0]["state"] == "runs" and time.monotonic() < until:
        time.sleep(0.1)
    assert state_of(capsys, demo) == "running", steps
    if way is signal.SIGKILL:
        assert [(step["state"], step["rc"]) for step in steps] == [("ended", 0)]
        identity = str(steps[0]["id"])
        capsys.readouterr()
        assert main(["steps", identity, "--host", "demo", "--demo-dir", str(demo)]) == Exit.OK
        assert "hook ended" in capsys.readouterr().out
        assert listed(capsys, demo) == []


def test_stop_sends_term_and_says_what_that_leaves(demo: Path, tmp_path: Path, capsys: Capsys) -> None:
    words = (*PROGRAM, "start", "web", "--yes", "--host", "demo", "--demo-dir", str(demo))
    with subprocess.Popen(words, env=environ(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 30
        while not (steps := listed(capsys, demo)) and time.monotonic() < until:
            time.sleep(0.1)
        assert process.poll() is None
        stop = ["steps", str(steps[0]["id"]), "--stop", "--host", "demo", "--demo-dir", str(demo)]
        assert main(stop) == Exit.DECLINED
        assert "jail(8) ends at once and undoes nothing" in capsys.readouterr().err
        assert main([*stop, "--yes"]) == Exit.FAILED
        assert "exit status 143" in capsys.readouterr().err
        assert process.stderr is not None
        assert "exit status 143" in process.stderr.read().decode()
