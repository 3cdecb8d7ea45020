"""`jailtui watch`: what happens on a host, a line each; what this program did is told by its audit log."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from jailtui.cli.event_document import EventEntry
from jailtui.cli.hosts import Choice, open_host
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.cli.watch import EventPrinter
from jailtui.exchange import HostError, PlanMark
from jailtui.host.auditlog import AuditLog
from jailtui.model.events import EventSubject, HostEvent
from jailtui.model.state import JailState
from jailtui.preferences import Config
from jailtui.timeline import Timeline
from tests.support.program import PROGRAM, environ
from tests.support.screens import ValueHost, ValueSnapshot, home, with_jail

Capsys = pytest.CaptureFixture[str]
STOP = ("jail", "-r", "web")


def test_events_come_a_line_each_until_nobody_reads_them(tmp_path: Path) -> None:
    words = ("--host", "demo", "--demo-dir", str(tmp_path / "demo"))
    assert main(["show", *words]) == Exit.OK
    watch = subprocess.Popen(
        (*PROGRAM, "watch", "--json", "--interval", "0.5", *words),
        env=environ(tmp_path),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert watch.stdout is not None
    assert watch.stderr is not None
    with watch:
        assert watch.stderr.readline() == "Watching demo.\n"
        with (tmp_path / "demo" / "etc" / "jail.conf").open("a") as file:
            file.write("# by an editor\n")
        entry = EventEntry(**json.loads(watch.stdout.readline()))
        assert (entry.kind, entry.subject) == ("file-saved", "/etc/jail.conf")
        assert entry.text == "/etc/jail.conf was saved, not by jailtui"
        watch.stdout.close()
        assert watch.wait(10) == Exit.FAILED, "it ends though nothing happens any more"
        assert watch.stderr.read() == ""


def test_first_reading_that_fails_ends_it_and_a_file_is_refused(tmp_path: Path, capsys: Capsys) -> None:
    collected = tmp_path / "host.json"
    assert main(["collect", str(collected), "--host", "demo", "--demo-dir", str(tmp_path / "demo")]) == Exit.OK
    assert main(["watch", "--host", str(collected)]) == Exit.REFUSED
    assert capsys.readouterr().err.endswith(": nothing happens in it.\n")
    assert main(["watch", "--host", "nobody@127.0.0.1:1"]) == Exit.UNREACHABLE


def texts(timeline: Timeline) -> list[str]:
    return [event.text for event in timeline.events]


def test_host_that_goes_away_and_comes_back_is_told_once_each() -> None:
    heard: list[HostEvent] = []
    timeline = Timeline("nas", heard=heard.extend, clock=lambda: 60.0)
    timeline.take(ValueSnapshot(home()))
    for _ in range(3):
        timeline.lose(HostError("the line is cut"))
    timeline.take(ValueSnapshot(with_jail(home(), "mail", jid=11, state=JailState.RUNNING)))
    assert [event.kind for event in heard] == ["host-lost", "host-back", "jail-started"]
    assert [event.text for event in heard[:2]] == ["nas can't be read: the line is cut", "nas can be read again"]


def test_runs_of_every_process_are_told_with_who_and_what_came_of_them(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    AuditLog(log, "nas").end("0", None, ("jail", "-c", "old"), 0)
    timeline = Timeline("nas", AuditLog(log, "nas"))
    timeline.take(ValueSnapshot(home()))
    assert texts(timeline) == [], "what was done before is for the history"
    other, mark = AuditLog(log, "nas"), PlanMark("p1", "Stop web", "stop", ("web",))
    other.begin("p1", mark)
    other.begin("s1", mark, STOP)
    timeline.take(ValueSnapshot(home()))
    assert texts(timeline) == [], "it goes on"
    other.end("s1", mark, STOP, 1)
    other.end("p1", mark, None, 1, "web: failed")
    AuditLog(log, "box").end("s2", None, STOP, 0)
    timeline.take(ValueSnapshot(home()))
    (event,) = timeline.about("jail", "web", 3)
    assert event.text.startswith("Stop web: jail -r web: exit status 1 (jailtui, ")
    assert timeline.about("jail", "db", 3) == ()
    assert len(timeline.events) == 1


def test_refusal_is_told_unless_it_is_a_part_of_a_run(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    timeline, other = Timeline("nas", AuditLog(log, "nas")), AuditLog(log, "nas")
    other.refused(PlanMark("p1", "Start nosuch", "start", ("nosuch",)), "nosuch: there is no such jail")
    whole = PlanMark("p2", "Stop web", "stop", ("web",))
    other.begin("p2", whole)
    other.refused(whole, "mail: not running")
    timeline.take(ValueSnapshot(home()))
    assert [event.text.partition(" (")[0] for event in timeline.events] == [
        "Start nosuch: refused: nosuch: there is no such jail"
    ]
    other.end("p2", whole, None, 0, "web: done")
    timeline.take(ValueSnapshot(home()))
    assert [event.kind for event in timeline.events] == ["refused", "run"]


def test_save_of_ours_is_told_as_a_run_only(tmp_path: Path) -> None:
    demo = ("--host", "demo", "--demo-dir", str(tmp_path / "demo"))
    backend = open_host(Choice(host="demo", demo_dir=tmp_path / "demo"), Config())
    timeline = Timeline("demo", backend.audit)
    timeline.take(backend.read())
    assert main(["conf", "set", "web", "host.hostname", "new.example", "--yes", *demo]) == Exit.OK
    timeline.take(backend.read())
    backend.close()
    assert [(event.kind, event.text.partition(" (")[0]) for event in timeline.events] == [
        ("run", "save /etc/jail.conf: done")
    ]
    assert len(timeline.about("file", "/etc/jail.conf", 3)) == 1


def test_nothing_that_a_terminal_acts_on_is_printed(capsys: Capsys) -> None:
    evil = "e\x1b]52;c;eA==\x07\x9b\udcff\n"
    event = HostEvent(0.0, "jail-started", (EventSubject("jail", evil),), f"{evil} started")
    for as_json in (False, True):
        EventPrinter(ValueHost(home()), 1.0, as_json=as_json).show(event)  # type: ignore[arg-type]
        out = capsys.readouterr().out
        assert out.count("\n") == 1
        assert out.strip().isprintable()
