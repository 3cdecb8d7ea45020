"""The real console behind a real sshd: its line is cut while a start runs, and comes back after the start has ended."""

from __future__ import annotations

from pathlib import Path

from jailtui.cli.hosts import Choice, open_host
from jailtui.preferences import Config
from tests.support.forked_screen import ForkedScreen
from tests.support.program import environ
from tests.support.sshd import Sshd
from tests.support.stopped import start_held, stopped_and_held
from tests.support.waiting import until


def test_run_says_that_its_line_is_cut_and_tells_the_end_once_it_is_back(sshd: Sshd, tmp_path: Path) -> None:
    stopped_and_held(sshd.demo)
    through = ("--host", sshd.destination, "--ssh-config", str(sshd.config))
    screen = ForkedScreen(through, environ(tmp_path), 100, 30)
    try:
        start_held(screen, sshd.demo)
        (sshd.folder / "known_hosts").rename(sshd.folder / "away")
        (sshd.folder / "known_hosts").touch()
        sshd.drop_connections()
        screen.shows("The line is cut.")
        (sshd.demo / "tmp" / "go").touch()
        until(lambda: list((sshd.demo / "var/run/jailtui/steps").glob("*/status")))
        (sshd.folder / "away").rename(sshd.folder / "known_hosts")
        screen.shows("hook ended", "web runs, jid ")
        assert not any("The line is cut." in line for line in screen.lines())
    finally:
        (sshd.demo / "tmp" / "go").touch()
        screen.close()
    backend = open_host(Choice(host="demo", demo_dir=sshd.demo), Config())
    until(lambda: not backend.steps())
