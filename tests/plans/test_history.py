"""Runs of the past, by lines of the audit log; what remains of an interrupted one."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.exchange import FileEdit, PlanMark, Verb, difference
from jailtui.host.auditline import parsed
from jailtui.host.auditlog import AuditLog
from jailtui.model.state import HostState
from jailtui.plans.history import PastRun, later_save, past_runs
from jailtui.plans.interrupted import account, left_over, patched, rest_of_save
from tests.support.screens import home

PLAN = PlanMark("f00d", "Restart web", "restart", ("web",))
STOP, START = ("jail", "-r", "web"), ("jail", "-c", "web")


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "audit.log", "nas")


def only_run(log: AuditLog) -> PastRun:
    (run,) = past_runs(log.lines())
    return run


def test_lines_of_a_plan_are_one_run_with_its_steps(log: AuditLog) -> None:
    log.begin("f00d", PLAN)
    log.begin("1", PLAN, STOP)
    assert only_run(log).outcome == "not ended"
    log.end("1", PLAN, STOP, 0, "web: removed\n")
    log.begin("2", PLAN, START)
    log.end("2", PLAN, START, 1, "web: no such bridge\n")
    log.end("f00d", PLAN, None, 1, "web: failed")
    run = only_run(log)
    assert (run.title, run.is_open, run.outcome) == ("Restart web", False, "jail -c web: exit status 1")
    assert [(step.line, step.ending, step.output) for step in run.steps] == [
        ("jail -r web", "exit status 0", "web: removed"),
        ("jail -c web", "exit status 1", "web: no such bridge"),
    ]


def test_end_that_was_fetched_later_is_the_one_that_counts(log: AuditLog) -> None:
    log.begin("1", None, START)
    log.end("1", None, START, None, "the line was cut")
    assert only_run(log).outcome == "jail -c web: no exit status"
    log.end("1", None, START, 0)
    assert only_run(log).outcome == "done"


def test_refused_plan_says_why_and_is_not_open(log: AuditLog) -> None:
    log.refused(PLAN, "web: it does not run")
    assert (only_run(log).outcome, only_run(log).is_open) == ("refused: web: it does not run", False)


def saved(log: AuditLog, number: str, title: str, path: str) -> None:
    mark = PlanMark(f"f00{number}", title, "save", (path,))
    log.begin(number, mark, ("save", path, "old", "new"), "-a\n+b")
    log.end(number, mark, ("save", path, "old", "new"), 0)


def test_only_the_last_save_of_a_file_is_undone(log: AuditLog) -> None:
    for number, path in (("1", "/etc/jail.conf"), ("2", "/etc/rc.conf"), ("3", "/etc/jail.conf")):
        saved(log, number, f"Save {number}", path)
    third, second, first = history = past_runs(log.lines())
    assert later_save(history, first, "/etc/jail.conf") == third
    assert later_save(history, second, "/etc/rc.conf") is None
    assert later_save(history, third, "/etc/jail.conf") is None


def running(*names: str) -> HostState:
    """A host where only these jails run."""
    host = home()
    return host._replace(jails=tuple(jail for jail in host.jails if jail.name in names))


def interrupted(verb: str, keys: tuple[str, ...], log: AuditLog, *steps: tuple[tuple[str, ...], int | None]) -> PastRun:
    mark = PlanMark("beef", f"{verb.capitalize()} them", verb, keys)
    log.begin("beef", mark)
    for number, (argv, status) in enumerate(steps):
        log.begin(str(number), mark, argv)
        if status is not None:
            log.end(str(number), mark, argv, status)
    return only_run(log)


def test_of_a_restart_remain_the_starts_of_stopped_jails_and_the_restarts_of_untouched_ones(log: AuditLog) -> None:
    run = interrupted("restart", ("web", "db", "dns"), log, (STOP, 0), (START, 0), (("jail", "-r", "db"), None))
    assert left_over(run, running("web", "dns")) == ((Verb.START, ("web", "db")), (Verb.RESTART, ("dns",)))
    assert "jail -r db: no end is known" in account(run)


@pytest.mark.parametrize("verb", ["start", "stop", "reclaim", "carry out"])
def test_of_other_verbs_remains_what_the_host_does_not_have_yet(log: AuditLog, verb: str) -> None:
    assert left_over(interrupted(verb, ("web", "db"), log), running("web")) == ((Verb(verb), ("web", "db")),)


def test_of_a_save_with_a_restart_remains_the_start(log: AuditLog) -> None:
    run = interrupted("save", ("web",), log, (STOP, 0), (("save", "/etc/jail.conf", "aa", "bb"), None))
    assert left_over(run, running("db")) == ((Verb.START, ("web",)),)
    assert left_over(run, running("web")) == ()


def digest(text: bytes) -> str:
    return sha256(text).hexdigest()


def test_of_a_save_remain_its_files_and_the_commands_that_were_not_begun(log: AuditLog) -> None:
    mark = PlanMark("beef", "Rename web to www", "save", ("web",))
    save, other = ("save", "/etc/jail.conf"), ("save", "/etc/rc.conf")
    inside, listed, cloned = (
        ("ifconfig", "-j", "4", "epair1b", "up"),
        ("sysrc", "jail_list=www"),
        ("sysrc", "cloned_interfaces+=bridge1"),
    )
    log.begin("beef", mark, commands=[STOP, save, other, inside, listed, cloned, START])
    log.begin("1", mark, STOP)
    log.end("1", mark, STOP, 0)
    diff = "\n".join(difference(b"web\n", b"www\n", save[1]))
    log.begin("2", mark, (*save, digest(b"web\n"), digest(b"www\n")), diff)
    task, refused = rest_of_save(only_run(log), {save[1]: b"web\n"})
    assert task is not None
    assert [step.argv for step in task.steps] == [save, cloned]
    assert task.steps[0].file == FileEdit(save[1], b"web\n", b"www\n")
    told = {
        "/etc/rc.conf": "it was not saved, and its new text was not recorded",
        "ifconfig -j 4 epair1b up": "it was not begun, and the jid may be another jail's now",
        "sysrc jail_list=www": "it was not begun, and rc.conf may have another value by now",
    }
    assert {refusal.subject: refusal.reason for refusal in refused} == told
    for text, reason in ((b"www\n", "it has the new text"), (b"x\n", "it has another text by now")):
        task, refused = rest_of_save(only_run(log), {save[1]: text})
        assert task is not None
        assert [step.argv for step in task.steps] == [cloned]
        assert refused[0].reason == reason
    log.end("2", mark, save, 1)
    assert rest_of_save(only_run(log), {save[1]: b"x\n"})[0] is None, "the run ended there"


LINES = st.lists(st.sampled_from([b"a", b"-- b", b"++ c", b"\\ d", b"\xff", b"\0", b"\r", b""]), max_size=8)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n"]))


@given(TEXTS, TEXTS)
def test_text_is_made_again_of_its_difference(before: bytes, after: bytes) -> None:
    assert patched(before, "\n".join(difference(before, after, "/etc/jail.conf"))) == after


@given(TEXTS, TEXTS, TEXTS)
def test_difference_of_another_text_gives_none_or_a_text(before: bytes, after: bytes, other: bytes) -> None:
    assert isinstance(patched(other, "\n".join(difference(before, after, "x"))), bytes | None)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "at", "time", "event", "host", "by", "who", "plan", "argv", "keys", "rc", "diff"]),
            inner,
            max_size=8,
        )
    ),
    max_leaves=12,
)


@given(st.lists(VALUES | st.text(), max_size=4))
def test_any_log_is_read(values: list[object]) -> None:
    texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
    lines = [line for line in map(parsed, texts) if line is not None]
    for run in past_runs(lines):
        assert isinstance(run.outcome + run.title + run.who, str)
