"""`jailtui steps`: what runs on the host goes on without us, is listed, stopped and fetched."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.support.program import PROGRAM, environ
from tests.support.stopped import await_step, stopped_and_held
from tests.support.waiting import until

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """An embedded host on which the start of web waits until the file `go` is there."""
    stopped_and_held(tmp_path / "demo")
    return tmp_path / "demo"


def listed(capsys: Capsys, demo: Path) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["steps", "--json", "--host", "demo", "--demo-dir", str(demo)]) == Exit.OK
    steps: list[dict[str, object]] = json.loads(capsys.readouterr().out)["steps"]
    return steps


@contextmanager
def starting(demo: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`jailtui start web`, once its step runs."""
    words = (*PROGRAM, "start", "web", "--yes", "--host", "demo", "--demo-dir", str(demo))
    with subprocess.Popen(words, env=environ(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        await_step(demo)
        yield process
        (demo / "tmp" / "go").touch()
        if process.stdout and not process.stdout.closed:
            process.communicate(timeout=30)


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_begun_step_runs_to_its_end_when_the_verb_is_killed(
    demo: Path, tmp_path: Path, capsys: Capsys, way: signal.Signals
) -> None:
    with starting(demo, tmp_path) as process:
        process.send_signal(way)
        if way is signal.SIGKILL:
            process.wait(30)
    if way is signal.SIGTERM:
        assert process.returncode == 128 + way
        assert listed(capsys, demo) == []
    else:
        (step,) = until(lambda: [step for step in listed(capsys, demo) if step["state"] != "runs"])
        assert (step["state"], step["rc"]) == ("ended", 0)
        assert main(["steps", str(step["id"]), "--host", "demo", "--demo-dir", str(demo)]) == Exit.OK
        assert "hook ended" in capsys.readouterr().out
        until(lambda: listed(capsys, demo) == [])
    (web,) = (jail for jail in shown(demo, capsys) if jail["name"] == "web")
    assert web["state"] == "running"


def test_stop_sends_term_and_says_what_that_leaves(demo: Path, tmp_path: Path, capsys: Capsys) -> None:
    with starting(demo, tmp_path) as process:
        (step,) = listed(capsys, demo)
        stop = ["steps", str(step["id"]), "--stop", "--host", "demo", "--demo-dir", str(demo)]
        assert main(stop) == Exit.DECLINED
        assert "jail(8) ends at once and undoes nothing" in capsys.readouterr().err
        assert main([*stop, "--yes"]) == Exit.FAILED
        assert "exit status 143" in capsys.readouterr().err
        assert "exit status 143" in process.communicate(timeout=30)[1].decode()


def shown(demo: Path, capsys: Capsys) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["show", "--json", "--host", "demo", "--demo-dir", str(demo)]) == Exit.OK
    jails: list[dict[str, object]] = json.loads(capsys.readouterr().out)["jails"]
    return jails
