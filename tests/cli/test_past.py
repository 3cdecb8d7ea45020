"""An interrupted run: which one is, what became of its steps, and what remains of it on the embedded host."""

from __future__ import annotations

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.exchange import Argv, PlanMark, Verb, difference
from jailtui.host.files import FileText
from jailtui.host.shell import local_shell
from jailtui.host.steprun import new_id, run_step
from jailtui.past import Past
from jailtui.plans.interrupted import account
from jailtui.preferences import Config
from tests.support.form_hosts import execute
from tests.support.waiting import until

CONF = "/etc/jail.conf"

PLAN = PlanMark("f00d", "Stop 2 jails", "stop", ("web", "db"))
STOP = ("jail", "-r", "web")


@pytest.fixture
def backend(tmp_path: Path) -> HostBackend:
    opened = open_host(Choice(host="demo", demo_dir=tmp_path / "demo"), Config())
    opened.read()
    return opened


def begun(backend: HostBackend, step: str, pid: int, time: str = "") -> None:
    """Record that a run and its first step began in the process `pid`."""
    assert backend.audit is not None
    backend.audit.begin(PLAN.id, PLAN)
    backend.audit.begin(step, PLAN, STOP)
    log = backend.audit.path
    lines = [json.loads(line) | {"pid": pid} | ({"time": time} if time else {}) for line in log.open()]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture
def gone() -> int:
    """The ID of a process that has ended."""
    process = subprocess.Popen(("true",))
    process.wait()
    return process.pid


def test_run_of_a_process_that_is_there_is_not_interrupted(backend: HostBackend) -> None:
    begun(backend, new_id(), os.getpid())
    past = Past(backend)
    assert past.interrupted() == ()
    plan = past.rest_plan(past.history()[0], backend.read())  # `h`, enter
    assert (plan.tasks, [refusal.subject for refusal in plan.refused]) == ((), ["Stop 2 jails"])


def test_run_that_was_begun_before_its_process_is_that_of_another_one(backend: HostBackend) -> None:
    begun(backend, new_id(), os.getpid(), "2026-01-02T03:04:05+0000")  # before a boot
    (run,) = Past(backend).interrupted()
    assert "jail -r web: no end is known" in account(run)


def test_what_remains_is_planned_by_the_host_as_it_is_now(backend: HostBackend, gone: int) -> None:
    execute(backend, "jail", "-r", "web")
    begun(backend, new_id(), gone)
    past = Past(backend)
    (run,) = past.interrupted()
    assert past.still_runs(run) == ()
    plan = past.rest_plan(run, backend.read())
    assert [step.argv for task in plan.tasks for step in task.steps] == [("jail", "-r", "db")]
    assert [refusal.subject for refusal in plan.refused] == ["web"]
    assert past.note_told(run, account(run)) == ""
    assert past.interrupted() == ()
    assert next(past for past in past.history() if past.mark.id == "f00d").outcome == "interrupted"


def test_step_that_the_host_still_runs_is_told_as_such(backend: HostBackend, gone: int, tmp_path: Path) -> None:
    identity, waits = new_id(), f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done"
    shell = local_shell(environment={"JAILTUI_ROOT": str(tmp_path / "demo")})
    run_step(shell, identity, ("/bin/sh", "-c", f"{waits}; echo late; exit 3"), print, 0.1)
    begun(backend, identity, gone)
    past = Past(backend)
    (run,) = past.interrupted()
    assert [step.line for step in past.still_runs(run)] == ["jail -r web"]
    plan = past.rest_plan(run, backend.read())
    assert (plan.tasks, [refusal.reason for refusal in plan.refused]) == (
        (),
        [f"it still runs on the host: jailtui steps {identity}"],
    )
    assert run.steps[0].ending == "no end is known"
    (tmp_path / "go").touch()
    run_step(shell, identity, (), print, 30, 0)  # it has ended, and is fetched
    run_step(shell, again := new_id(), ("/bin/sh", "-c", "echo late; exit 3"), print, 0)
    begun(backend, again, gone)
    while not backend.steps():
        pass
    (run,) = past.interrupted()
    while past.still_runs(run):
        (run,) = past.interrupted()
    assert (run.steps[1].status, run.steps[1].output) == (3, "late")
    assert backend.steps() == ()


def test_the_stop_of_a_step_is_recorded(backend: HostBackend, tmp_path: Path) -> None:
    shell = local_shell(environment={"JAILTUI_ROOT": str(tmp_path / "demo")})
    run_step(shell, identity := new_id(), ("/bin/sleep", "20"), print, 0.5)
    assert backend.stop_step(identity) == ""
    assert backend.stop_step("0" * 16) != ""
    assert [(run.title, run.outcome) for run in Past(backend).history()] == [
        (f"jailtui steps {'0' * 16} --stop", f"jailtui steps {'0' * 16} --stop: exit status 1"),
        (f"jailtui steps {identity} --stop", "done"),
    ]


def test_the_end_of_a_run_says_why_a_task_was_skipped(backend: HostBackend) -> None:
    plan = backend.plan(Verb.STOP, backend.read(), ["web"])
    backend.run(plan, lambda _: None, lambda: True)
    (run,) = Past(backend).history()
    assert (run.title, run.outcome, run.output) == ("Stop web", "failed", "web: skipped (cancelled)")


def interrupted_save(backend: HostBackend, pid: int, old: bytes | None, new: bytes, *before: Argv) -> None:
    """Record that a run was interrupted in the save of jail.conf, after these commands had ended well."""
    mark = PlanMark("feed", "Save network of web", "save", ("web",))
    audit = backend.audit
    assert audit is not None
    audit.begin(mark.id, mark)
    for argv in before:
        audit.begin(step := new_id(), mark, argv)
        audit.end(step, mark, argv, 0)
    digests = sha256(old or b"").hexdigest() if old is not None else "-", sha256(new).hexdigest()
    audit.begin(new_id(), mark, ("save", CONF, *digests), "\n".join(difference(old or b"", new, CONF)))
    lines = [json.loads(line) | {"pid": pid} for line in audit.path.open()]
    audit.path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_save_that_was_not_come_to_is_planned_again_before_the_start(backend: HostBackend, gone: int) -> None:
    file = backend.source.read_file(CONF)
    assert isinstance(file, FileText)
    new = file.data.replace(b'"192.168.1.${id}/24"', b'"192.168.1.222/24"', 1) + b"# no line end"
    execute(backend, "jail", "-r", "web")
    interrupted_save(backend, gone, file.data, new, STOP)
    past = Past(backend)
    (run,) = past.interrupted()
    plan = past.rest_plan(run, backend.read())
    assert [step.argv for task in plan.tasks for step in task.steps] == [("save", CONF), ("jail", "-c", "web")]
    assert plan.refused == ()
    assert set(backend.run(plan, lambda _: None, lambda: False).values()) == {"done"}
    saved = backend.source.read_file(CONF)
    assert isinstance(saved, FileText)
    assert saved.data == new
    web = backend.read().state.jail("web")
    assert web is not None
    assert [str(address) for address in web.addresses] == ["192.168.1.222/24"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [(b"# another\n", "it has another text by now"), (b"new\n", "it has the new text")],
)
def test_save_of_a_file_that_has_changed_since_is_only_told(
    backend: HostBackend, gone: int, tmp_path: Path, text: bytes, reason: str
) -> None:
    interrupted_save(backend, gone, b"old\n", b"new\n")
    (tmp_path / "demo" / "etc" / "jail.conf").write_bytes(text)
    past = Past(backend)
    (run,) = past.interrupted()
    plan = past.rest_plan(run, backend.read())
    assert (plan.tasks, [refusal.reason for refusal in plan.refused]) == ((), [reason])


def test_steps_that_nobody_here_follows_are_those_of_others(backend: HostBackend, gone: int, tmp_path: Path) -> None:
    shell = local_shell(environment={"JAILTUI_ROOT": str(tmp_path / "demo")})
    stranger, told, ours = new_id(), new_id(), new_id()
    for identity in (stranger, told, ours):
        run_step(shell, identity, ("/bin/sh", "-c", "sleep 0.1"), print, 0)
    begun(backend, told, gone)
    assert backend.audit is not None
    other = PlanMark("fade", "Stop db", "stop", ("db",))
    backend.audit.begin(other.id, other)
    backend.audit.begin(ours, other, ("jail", "-r", "db"))
    until(lambda: len(backend.steps()) == 3)
    assert [step.identity for step in Past(backend).kept({"f00d"})] == [stranger]


def test_undo_of_an_earlier_rename_gives_jail_list_its_old_name_too(backend: HostBackend, tmp_path: Path) -> None:
    words = ("--host", "demo", "--demo-dir", str(tmp_path / "demo"))
    execute(backend, "jail", "-r", "web")
    assert main(["conf", "rename", "web", "name=www", "--yes", *words]) == Exit.OK
    saved = Past(backend).history()[0]
    assert saved.commands == (("save", CONF), ("sysrc", "jail_list=www db dns proxy vpn lease legacy"))
    plan = backend.undo_plan(CONF)
    assert set(backend.run(plan, lambda _: None, lambda: False).values()) == {"done"}
    rcconf = backend.understood(backend.capture(fresh=True)).state.rcconf
    assert dict(rcconf or ())["jail_list"] == "web db dns proxy vpn lease legacy"
