"""The audit log: who did what, for its owner's eyes only; what can't be written; lines of older releases."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jailtui.exchange import PlanMark, Step
from jailtui.host.auditline import LINES_KEPT
from jailtui.host.auditlog import END_READ, AuditLog, newest_first
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import local_shell

PLAN = PlanMark("f00d", "Stop web", "stop", ("web",))
STOP = ("jail", "-r", "web")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "state" / "jailtui" / "audit.log"


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]


def test_step_has_two_lines_that_say_who_and_what(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "alice")
    monkeypatch.setenv("USER", "root")
    monkeypatch.delenv("DOAS_USER", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
    audit = AuditLog(log, "nas")
    assert audit.begin("1", PLAN, STOP) == ""
    assert audit.end("1", PLAN, STOP, 5, "web: removed\n" * 99) == ""
    begin, end = lines(log)
    assert (begin["id"], begin["event"], begin["rc"], begin["host"]) == ("1", "begin", None, "nas")
    assert begin["plan"] == {"id": "f00d", "title": "Stop web", "verb": "stop", "keys": ["web"]}
    assert begin["who"] == {"SUDO_USER": "alice", "USER": "root", "uid": str(os.getuid())}
    assert begin["from"] == "192.0.2.7 50000 192.0.2.1 22"
    assert (end["id"], end["event"], end["argv"], end["rc"]) == ("1", "end", [*STOP], 5)
    assert end["output"] == "\n".join(["web: removed"] * LINES_KEPT)


def test_log_and_its_folder_are_for_the_owner_alone(log: Path) -> None:
    audit = AuditLog(log, "nas")
    log.parent.mkdir(parents=True, mode=0o755)
    log.parent.chmod(0o755)
    log.touch(mode=0o644)
    log.chmod(0o644)
    assert audit.end("1", None, STOP, 0) == ""
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    log.unlink()
    log.parent.rmdir()
    assert audit.end("1", None, STOP, 0) == ""
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def unwritable(log: Path, how: str) -> None:
    log.parent.mkdir(parents=True)
    if how == "link":
        log.symlink_to(log.parent / "elsewhere")
    elif how == "folder":
        log.mkdir()
    elif how == "pipe":
        os.mkfifo(log)
    else:
        log.parent.rmdir()
        log.parent.write_text("no folder")


@pytest.mark.parametrize("how", ["link", "folder", "pipe", "no folder"])
def test_what_can_not_be_recorded_is_said_each_time(log: Path, tmp_path: Path, how: str) -> None:
    unwritable(log, how)
    host = Host(
        "nas", lambda: local_shell(environment={"JAILTUI_ROOT": str(tmp_path)}), Executor(audit=AuditLog(log, "nas"))
    )
    for _ in range(2):
        result = host.execute(Step(("true",)), lambda _: None)
        assert result.rc == 0
        assert result.note.startswith(f"{log}: the audit log can't be written: ")
    assert not (log.parent / "elsewhere").exists()


@pytest.mark.parametrize("how", ["link", "folder", "pipe", "no folder"])
def test_nothing_is_done_where_the_log_is_required_and_can_not_be_written(log: Path, tmp_path: Path, how: str) -> None:
    unwritable(log, how)
    executor = Executor(audit=AuditLog(log, "nas", required=True))
    host = Host("nas", lambda: local_shell(environment={"JAILTUI_ROOT": str(tmp_path)}), executor)
    assert f"{log}: the audit log can't be written" in str(host.read_only)
    result = host.execute(Step(("touch", str(tmp_path / "done"))), lambda _: None)
    assert (result.rc, "audit log can't be written" in result.note) == (None, True)
    assert not (tmp_path / "done").exists()


def test_required_log_that_can_be_written_bars_nothing_and_gets_no_line(log: Path) -> None:
    assert AuditLog(log, "nas", required=True).barred() is None
    assert log.read_bytes() == b""


def test_lines_are_read_the_newest_first_and_those_of_older_releases_too(log: Path) -> None:
    older = {"at": "2026-01-02T03:04:05+0100", "host": "nas", "event": "ended", "argv": [*STOP], "rc": 0}
    by = {"USER": "root", "SUDO_USER": "alice", "SSH_CONNECTION": "192.0.2.7 1 192.0.2.1 22"}
    log.parent.mkdir(parents=True)
    filler = json.dumps({"no": "x" * END_READ})
    log.write_text(f"part of a line\n{json.dumps(older | {'by': by})}\n{filler}\n[]\n\n", encoding="ascii")
    AuditLog(log, "box").end("1", PLAN, STOP, 3)
    newest, strange, old = newest_first(log)
    assert (newest.host, newest.rc, newest.plan and newest.plan.title) == ("box", 3, "Stop web")
    assert (strange.host, strange.argv) == ("", None)
    assert (old.event, old.time, old.argv, old.rc) == ("end", "2026-01-02T03:04:05+0100", [*STOP], 0)
    assert (old.who, old.from_) == ({"USER": "root", "SUDO_USER": "alice"}, "192.0.2.7 1 192.0.2.1 22")
    assert list(AuditLog(log, "nas").ended()) == []
    log.write_text(json.dumps(older) + "\n", encoding="ascii")
    assert [(each.argv, each.status) for each in AuditLog(log, "nas").ended()] == [(STOP, 0)]


@pytest.mark.parametrize("older", [True, False])
def test_log_that_was_replaced_by_a_shorter_one_is_not_told_again(log: Path, older: bool) -> None:
    audit = AuditLog(log, "nas")
    for identity in ("1", "2", "3"):
        audit.end(identity, None, STOP, 0)
    tail = audit.tail(older=older)
    assert [line.id for line in tail.lines()] == (["1", "2", "3"] if older else [])
    kept = log.read_text(encoding="ascii").splitlines(keepends=True)[1:]
    log.write_text("".join(kept), encoding="ascii")
    assert list(tail.lines()) == []
    log.write_text("", encoding="ascii")
    audit.end("4", None, STOP, 0)
    assert [line.id for line in tail.lines()] == ["4"]
