"""A step whose line is cut, or whose console is gone, runs to its end on the host, and its end is fetched."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.carryout import carry_out
from jailtui.exchange import Result, Step, Task, Verb
from jailtui.host import executor
from jailtui.host.auditlog import AuditLog
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.ssh import connect, destination
from jailtui.plans.plan import Plan
from jailtui.plans.run import LINE_BACK, LINE_CUT
from jailtui.simhost.setup import environment
from tests.support.sshd import Sshd
from tests.support.waiting import until

STEP = Step(("/bin/sh", "-c", "echo begun; /bin/sleep 0.7; echo ended; exit 3"))


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that was cut is tried again at once."""
    monkeypatch.setattr(executor, "AGAIN_SECONDS", 0.1)


def host_of(sshd: Sshd, runs: Executor | None = None, become: str | None = None) -> Host:
    where = destination(sshd.destination)
    return Host("box", lambda: connect(where, config=str(sshd.config), become=become), runs)


def forgotten(sshd: Sshd) -> bool:
    """Whether the host soon keeps nothing of any step."""
    until(lambda: not kept(sshd), 10)
    return True


def steps(sshd: Sshd) -> Path:
    return sshd.demo / "var" / "run" / "jailtui" / "steps"


def kept(sshd: Sshd) -> list[str]:
    return [path.name for path in steps(sshd).iterdir()] if steps(sshd).exists() else []


def run_and_do(host: Host, act: threading.Event) -> tuple[threading.Thread, list[Result]]:
    ended: list[Result] = []

    def heard(text: str) -> None:
        if "begun" in text:
            act.set()

    thread = threading.Thread(target=lambda: ended.append(host.execute(STEP, heard)))
    thread.start()
    return thread, ended


def test_step_whose_line_is_cut_is_followed_by_a_new_one(sshd: Sshd) -> None:
    host, begun = host_of(sshd), threading.Event()
    thread, ended = run_and_do(host, begun)
    assert begun.wait(20)
    sshd.drop_connections()
    thread.join(30)
    result = ended[0]
    assert (result.rc, result.output, result.note) == (3, "begun\nended\n", "")
    assert forgotten(sshd)
    host.drop()


def test_verb_says_that_the_line_is_cut_and_that_it_is_back(sshd: Sshd, capsys: pytest.CaptureFixture[str]) -> None:
    backend = HostBackend(host_of(sshd))
    before = backend.read()

    def cut() -> None:
        until(lambda: [place for place in kept(sshd) if (steps(sshd) / place / "pid").exists()])
        sshd.drop_connections()

    cutter = threading.Thread(target=cut)
    cutter.start()
    carry_out(Plan(Verb.SAVE, "box", (Task("it", "it", (STEP,)),)), backend, before)
    cutter.join()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"$ {STEP.line}"
    assert [line for line in lines if line in (LINE_CUT, LINE_BACK)] == [LINE_CUT, LINE_BACK]
    assert lines[-2:] == ["  ended", "  exit status 3"]
    backend.close()


@pytest.mark.parametrize("become", ["doas", "sudo", "mdo"])
def test_step_of_root_by_another_command_is_followed_by_a_new_line(alice_sshd: Sshd, become: str) -> None:
    for words in (("kldload", "mac_do"), ("sysctl", "security.mac.do.rules=uid=1001>uid=0,gid=*,+gid=*")):
        subprocess.run(words, env={**os.environ, **environment(alice_sshd.demo)}, check=True, capture_output=True)
    host, begun = host_of(alice_sshd, become=become), threading.Event()
    thread, ended = run_and_do(host, begun)
    assert begun.wait(20)
    alice_sshd.drop_connections()
    thread.join(30)
    assert (ended[0].rc, ended[0].output, ended[0].note) == (3, "begun\nended\n", "")
    assert forgotten(alice_sshd)
    host.drop()


def test_step_that_somebody_watches_waits_until_the_line_is_back(sshd: Sshd) -> None:
    host, begun = host_of(sshd, Executor(patience=0)), threading.Event()
    seen: list[bool] = []
    host.watch_line(seen.append, watched=True)
    thread, ended = run_and_do(host, begun)
    assert begun.wait(20)
    (sshd.folder / "known_hosts").rename(sshd.folder / "away")
    (sshd.folder / "known_hosts").touch()
    sshd.drop_connections()
    until(lambda: seen == [True])
    thread.join(0.5)
    assert ended == []
    (sshd.folder / "away").rename(sshd.folder / "known_hosts")
    thread.join(30)
    assert (ended[0].rc, ended[0].output, seen) == (3, "begun\nended\n", [True, False])
    host.drop()


def test_step_of_a_line_that_does_not_come_back_has_no_exit_status_and_is_kept(sshd: Sshd, tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "audit.log", "box")
    host, begun = host_of(sshd, Executor(patience=1, audit=audit)), threading.Event()
    thread, ended = run_and_do(host, begun)
    assert begun.wait(20)
    (sshd.folder / "known_hosts").rename(sshd.folder / "away")
    (sshd.folder / "known_hosts").touch()
    sshd.drop_connections()
    thread.join(30)
    assert ended[0].rc is None, "255 is the exit status of ssh, not of the step"
    assert "the line was cut" in ended[0].note
    assert [(line.event, line.rc) for line in audit.lines()] == [("end", None), ("begin", None)]
    (sshd.folder / "away").rename(sshd.folder / "known_hosts")
    listed = until(lambda: [step for step in host.steps() if step.status is not None])
    assert [(step.status, step.lost) for step in listed] == [(3, False)]
    result = host.fetch_step(listed[0].identity, lambda text: None)
    assert (result.rc, result.output) == (3, "begun\nended\n")
    fetched, cut, first = audit.lines()
    assert (fetched.rc, fetched.argv, fetched.output) == (3, [*STEP.argv], "begun\nended")
    assert fetched.id == cut.id == first.id == listed[0].identity
    assert forgotten(sshd)
    host.drop()
