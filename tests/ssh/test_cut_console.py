"""The real console behind a real sshd: its line is cut while a start runs, and comes back after the start has ended."""

from __future__ import annotations

from pathlib import Path

from jailtui.cli.hosts import Choice, open_host
from jailtui.preferences import Config
from tests.support.program import PROGRAM, environ, row
from tests.support.pseudo_terminal import Screen
from tests.support.sshd import Sshd
from tests.support.stopped import stopped
from tests.support.waiting import until


def test_run_says_that_its_line_is_cut_and_tells_the_end_once_it_is_back(sshd: Sshd, tmp_path: Path) -> None:
    stopped(sshd.demo, "web")
    file = sshd.demo / "etc" / "jail.conf"
    hook = f'\texec.created = "while ! ls {sshd.demo}/tmp/go; do sleep 0.05; done; echo hook ended";\n'
    file.write_text(file.read_text().replace("web {\n", "web {\n" + hook, 1))
    through = ("--host", sshd.destination, "--ssh-config", str(sshd.config))
    screen = Screen((*PROGRAM, *through), environ(tmp_path), 100, 30)
    try:
        screen.shows("6 up of 10")
        screen.send("/web\r")
        screen.until(lambda lines: "stopped" in row(lines, "web"))
        screen.send("s")
        screen.shows("Start web", "Cancel")
        screen.send("\t\r")
        steps = sshd.demo / "var" / "run" / "jailtui" / "steps"
        until(lambda: list(steps.glob("*/pid")))
        (sshd.folder / "known_hosts").rename(sshd.folder / "away")
        (sshd.folder / "known_hosts").touch()
        sshd.drop_connections()
        screen.shows("The line is cut.")
        (sshd.demo / "tmp" / "go").touch()
        until(lambda: list(steps.glob("*/status")))
        (sshd.folder / "away").rename(sshd.folder / "known_hosts")
        screen.shows("hook ended", "web runs, jid ")
        assert not any("The line is cut." in line for line in screen.lines())
    finally:
        (sshd.demo / "tmp" / "go").touch()
        screen.close()
    backend = open_host(Choice(host="demo", demo_dir=sshd.demo), Config())
    until(lambda: not backend.steps())
