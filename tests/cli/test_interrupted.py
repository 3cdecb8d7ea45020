"""Signals in the middle of a verb: what was begun ends, the rest is not begun, and what is true now is told."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.cli.verb import Exit
from jailtui.model.state import JailState
from jailtui.preferences import Config
from jailtui.simhost.setup import prepare
from tests.support.program import PROGRAM, environ
from tests.support.waiting import until

NAMES = ("web", "db", "dns", "proxy", "vpn", "lease")
"""More jails than are stopped at once."""
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """An embedded host on which each stop of a jail waits until the file `go` is there."""
    folder = tmp_path / "demo"
    prepare(folder)
    file = folder / "etc" / "jail.conf"
    hook = f'\texec.prestop += "while ! ls {folder}/tmp/go; do sleep 0.1; done";\n'
    blocks = "|".join(NAMES)
    text, count = re.subn(rf"(?ms)^({blocks}) \{{\n.*?(?=^\}})", lambda block: block[0] + hook, file.read_text())
    assert count == len(NAMES)
    file.write_text(text)
    return folder


@contextmanager
def stopping(demo: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`jailtui stop` of all these jails, once the first are being stopped."""
    words = (*PROGRAM, "stop", *NAMES, "--yes", "--host", "demo", "--demo-dir", str(demo))
    pipe = subprocess.PIPE
    with subprocess.Popen(words, env=environ(tmp_path), stdout=pipe, stderr=pipe, text=True) as process:
        steps = demo / "var" / "run" / "jailtui" / "steps"
        until(lambda: len(list(steps.glob("*/pid"))) == 4)
        yield process
        (demo / "tmp" / "go").touch()


@pytest.mark.parametrize("number", SIGNALS)
def test_signal_lets_what_was_begun_end_and_tells_the_rest(demo: Path, tmp_path: Path, number: signal.Signals) -> None:
    with stopping(demo, tmp_path) as process:
        process.send_signal(number)
        assert process.stderr is not None
        assert any(line.startswith("Interrupted: ") for line in process.stderr)
        (demo / "tmp" / "go").touch()
        out, err = process.communicate(timeout=60)
        assert process.returncode == 128 + number
    (ended,) = (line for line in err.splitlines() if line.startswith("Ended: "))
    (left,) = (line for line in err.splitlines() if line.startswith("Not begun: "))
    begun = ended.removeprefix("Ended: ").removesuffix(".").split(", ")
    waiting = left.removeprefix("Not begun: ").removesuffix(".").split(", ")
    assert {*begun, *waiting} == set(NAMES)
    assert len(waiting) == 2
    assert set(out.splitlines()) == {
        *(f"{name} is stopped." for name in begun),
        *(f"{name} was not touched." for name in waiting),
    }


def test_second_ctrl_c_waits_for_nothing_and_says_what_goes_on(demo: Path, tmp_path: Path) -> None:
    with stopping(demo, tmp_path) as process:
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert any(line.startswith("Interrupted: ") for line in process.stderr)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == Exit.INTERRUPTED
        assert err.count("it continues on the host (`jailtui steps`)") == 4
        assert out.count("jail(8) is still stopping ") == 4
        assert out.count(" was not touched.") == 2
    until(lambda: stopped(demo) == 4)


def test_reader_that_leaves_ends_no_step(demo: Path, tmp_path: Path) -> None:
    with stopping(demo, tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        os.close(os.dup(process.stderr.fileno()))
        process.stderr.close()
        process.stdout.close()
        (demo / "tmp" / "go").touch()
        process.wait(60)
    assert stopped(demo) == len(NAMES)


def stopped(demo: Path) -> int:
    state = open_host(Choice(host="demo", demo_dir=demo), Config()).read().state
    return sum(jail.state is JailState.STOPPED for jail in state.jails if jail.name in NAMES)
