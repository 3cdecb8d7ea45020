"""The embedded host behind a real sshd: the same picture, the same commands, and a line that breaks."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.exchange import BASTILLE_CONF, Result, Step
from jailtui.host.host import Host
from jailtui.host.ssh import connect, destination
from tests.support.captures import conf
from tests.support.forked_screen import ForkedScreen
from tests.support.program import environ, row
from tests.support.pseudo_terminal import Screen
from tests.support.sshd import Sshd

Capsys = pytest.CaptureFixture[str]


def shown(capsys: Capsys, *words: str) -> dict[str, object]:
    assert main(["show", "--json", *words]) == Exit.OK
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    del told["host"], told["taken_at"], told["way_in"]  # one login more
    return told


FOO = "/usr/local/bastille/jails/foo/jail.conf"


def through(sshd: Sshd) -> tuple[str, ...]:
    return ("--host", sshd.destination, "--ssh-config", str(sshd.config))


def test_picture_is_the_one_seen_without_ssh(sshd: Sshd, capsys: Capsys) -> None:
    assert shown(capsys, *through(sshd)) == shown(capsys, "--host", "demo", "--demo-dir", str(sshd.demo))


def test_verbs_change_the_host_behind_ssh(sshd: Sshd, capsys: Capsys) -> None:
    assert main(["stop", "web", "--yes", *through(sshd)]) == Exit.OK
    assert "web is stopped." in capsys.readouterr().out
    jails = shown(capsys, "--host", "demo", "--demo-dir", str(sshd.demo))["jails"]
    assert isinstance(jails, list)
    assert next(jail["state"] for jail in jails if jail["name"] == "web") == "stopped"


def test_form_is_read_saved_and_taken_back_behind_ssh(sshd: Sshd, capsys: Capsys) -> None:
    for path, text in {BASTILLE_CONF: "", FOO: conf("foo", 12)}.items():
        file = sshd.demo / path.lstrip("/")
        file.parent.mkdir(parents=True)
        file.write_text(text)
    before = file.read_bytes()
    assert main(["conf", "network", "foo", "address=192.168.1.222/24", "--yes", *through(sshd)]) == Exit.OK
    assert file.read_bytes() == before.replace(b"inet 192.168.1.12/24", b"inet 192.168.1.222/24", 1)
    assert main(["undo", FOO, "--yes", *through(sshd)]) == Exit.OK, capsys.readouterr()
    assert file.read_bytes() == before


def test_no_connection_and_no_folder_of_ours_stays_behind(
    sshd: Sshd, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="jt", dir="/tmp") as short:  # a socket's path has room for 104 bytes
        monkeypatch.setattr(tempfile, "tempdir", short)
        shown(capsys, *through(sshd))
        assert main(["stop", "nosuch", "--yes", *through(sshd)]) == Exit.REFUSED
        assert main(["collect", f"{sshd.folder}/nas.json", *through(sshd)]) == Exit.OK
        assert list(Path(short).iterdir()) == []
        assert until_gone(short) == ""


def test_console_that_is_killed_leaves_no_master_connection(sshd: Sshd, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="jt", dir="/tmp") as short:
        screen = ForkedScreen(through(sshd), environ(tmp_path, TMPDIR=short), 160, 45)
        try:
            screen.shows("3 orphans", "running")
            assert subprocess.run(["pgrep", "-f", f"ControlPath={short}"], check=False).returncode == 0
            os.kill(screen.pid, signal.SIGKILL)
            assert screen.ended() == -signal.SIGKILL
            assert until_gone(short) == ""
            assert list(Path(short).iterdir()) == []
        finally:
            screen.close()


def until_gone(word: str, seconds: float = 10) -> str:
    """The processes that still have `word` on their command line after a while."""
    until, left = time.monotonic() + seconds, "?"
    while left and time.monotonic() < until:
        left = subprocess.run(["pgrep", "-f", word], capture_output=True, text=True, check=False).stdout
    return left


def test_step_under_way_survives_a_reading_that_fails(sshd: Sshd) -> None:
    """A dropped connection would end jail(8) half-way, and leave half a jail."""
    host = Host("box", lambda: connect(destination(sshd.destination), config=str(sshd.config)))
    host.capture()
    ended: list[Result] = []
    begun = threading.Event()
    step = Step(("/bin/sh", "-c", "echo begun; /bin/sleep 2; echo ended"))

    def heard(text: str) -> None:
        if "begun" in text:
            begun.set()

    thread = threading.Thread(target=lambda: ended.append(host.execute(step, heard)))
    thread.start()
    assert begun.wait(20)
    host.drop()
    thread.join(20)
    assert ended[0].rc == 0
    # the login shell's own start-up files may say something too, at any moment
    assert [line for line in ended[0].output.splitlines() if line in ("begun", "ended")] == ["begun", "ended"]


def test_unknown_host_key_is_told_with_the_command_by_which_it_is_accepted(sshd: Sshd, capsys: Capsys) -> None:
    (sshd.folder / "known_hosts").write_text("")
    assert main(["show", *through(sshd)]) == Exit.UNREACHABLE
    told = capsys.readouterr().err
    assert "host key is not known" in told
    assert "has changed" not in told
    command = shlex.split(told.splitlines()[-1])
    assert command == [
        *("ssh", "-o", "StrictHostKeyChecking=ask", "-F", str(sshd.config)),
        *("-p", sshd.destination.rpartition(":")[2], sshd.destination.rpartition(":")[0]),
    ]
    subprocess.run([command[0], "-o", "StrictHostKeyChecking=accept-new", *command[3:], "true"], check=True)
    assert main(["show", *through(sshd)]) == Exit.OK


def test_unknown_host_key_is_told_where_ssh_would_ask_too(sshd: Sshd, capsys: Capsys) -> None:
    (sshd.folder / "known_hosts").write_text("")
    sshd.config.write_text(sshd.config.read_text().replace("StrictHostKeyChecking yes", "StrictHostKeyChecking ask"))
    assert main(["show", *through(sshd)]) == Exit.UNREACHABLE
    told = capsys.readouterr().err
    assert "host key is not known" in told
    assert told.splitlines()[-1].startswith("  ssh -F ")


@pytest.mark.parametrize("checking", ["yes", "ask"])
def test_changed_host_key_is_told_with_the_command_by_which_the_old_one_is_removed(
    sshd: Sshd, capsys: Capsys, checking: str
) -> None:
    known = sshd.folder / "known_hosts"
    name, kind, _ = known.read_text().split()
    other = (sshd.folder / "user_key.pub").read_text().split()[1]
    known.write_text(f"# mine\n{name} {kind} {other}\n")
    text = sshd.config.read_text()
    sshd.config.write_text(text.replace("StrictHostKeyChecking yes", f"StrictHostKeyChecking {checking}"))
    assert main(["show", *through(sshd)]) == Exit.UNREACHABLE
    told = capsys.readouterr().err
    assert "host key has changed" in told
    assert "not known" not in told
    fingerprint = subprocess.run(
        ["ssh-keygen", "-lf", f"{sshd.folder}/host_key.pub"], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    assert f"It sends {fingerprint}." in told
    command = shlex.split(told.splitlines()[-1])
    assert command == ["ssh-keygen", "-f", str(known), "-R", name]
    subprocess.run(command, check=True, capture_output=True)
    assert name not in known.read_text()
    assert main(["show", *through(sshd)]) == Exit.UNREACHABLE
    assert "host key is not known" in capsys.readouterr().err


def test_refused_key_is_told(sshd: Sshd, capsys: Capsys) -> None:
    (sshd.folder / "user_key.pub").write_text("")
    assert main(["show", *through(sshd)]) == Exit.UNREACHABLE
    assert "Permission denied" in capsys.readouterr().err


def test_host_that_is_paused_is_marked_within_two_intervals_and_goes_on(sshd: Sshd, tmp_path: Path) -> None:
    screen = ForkedScreen((*through(sshd), "--interval", "3"), environ(tmp_path), 160, 45)
    try:
        screen.shows("3 orphans", "running")
        quiet(screen, 5)  # two readings by interval
        sshd.pause()
        marked = screen.shows("stale since", "No answer since", seconds=6.5)
        assert "running" in row(marked, "web"), "the last picture stays"
        sshd.go_on()
        screen.until(lambda lines: not any("stale since" in line for line in lines), seconds=30)
        screen.send("q")
        assert screen.ended() == 0
    finally:
        sshd.go_on()
        screen.close()


def quiet(screen: Screen, seconds: float) -> None:
    """Look on for a while; nothing is marked."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert not any("stale since" in line for line in screen.lines())
        time.sleep(0.1)


def test_line_that_breaks_leaves_the_picture_stale_and_the_console_reconnects(sshd: Sshd, tmp_path: Path) -> None:
    screen = ForkedScreen((*through(sshd), "--interval", "0.5"), environ(tmp_path), 160, 45)
    try:
        screen.shows("3 orphans", "running")
        known = (sshd.folder / "known_hosts").read_text()
        (sshd.folder / "known_hosts").write_text("")  # so that it can't come back at once
        sshd.drop_connections()
        stale = screen.shows("stale since")
        assert "running" in row(stale, "web"), "the last picture stays"
        (sshd.folder / "known_hosts").write_text(known)
        screen.until(lambda lines: not any("stale since" in line for line in lines), seconds=60)
        assert "running" in row(screen.lines(), "web")
        screen.send("q")
        assert screen.ended() == 0
    finally:
        screen.close()
