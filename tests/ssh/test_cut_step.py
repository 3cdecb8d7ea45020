"""A step whose line is cut, or whose console is gone, runs to its end on the host, and its end is fetched."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from jailtui.exchange import Result, Step
from jailtui.host.auditlog import AuditLog
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.ssh import connect, destination
from tests.support.sshd import Sshd

STEP = Step(("/bin/sh", "-c", "echo begun; /bin/sleep 1.5; echo ended; exit 3"))


def host_of(sshd: Sshd, executor: Executor | None = None) -> Host:
    return Host("box", lambda: connect(destination(sshd.destination), config=str(sshd.config)), executor)


def forgotten(sshd: Sshd) -> bool:
    """Whether the host soon keeps nothing of any step."""
    until = time.monotonic() + 10
    while kept(sshd) and time.monotonic() < until:
        time.sleep(0.05)
    return not kept(sshd)


def kept(sshd: Sshd) -> list[str]:
    return [path.name for path in (sshd.demo / "var" / "run" / "jailtui" / "steps").iterdir()]


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
    until = time.monotonic() + 10
    while (steps := host.steps()) and steps[0].status is None and time.monotonic() < until:
        time.sleep(0.1)
    assert [(step.status, step.lost) for step in steps] == [(3, False)]
    result = host.fetch_step(steps[0].identity, lambda text: None)
    assert (result.rc, result.output) == (3, "begun\nended\n")
    fetched, cut, first = audit.lines()
    assert (fetched.rc, fetched.argv, fetched.output) == (3, [*STEP.argv], "begun\nended")
    assert fetched.id == cut.id == first.id == steps[0].identity
    assert forgotten(sshd)
    host.drop()
