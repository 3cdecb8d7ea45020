"""The timeline of a session: it forgets the oldest events, and runs that do not end."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.exchange import HostError, PlanMark
from jailtui.host.auditlog import AuditLog
from jailtui.timeline import MOST_EVENTS, OwnRuns, Timeline
from tests.support.screens import ValueSnapshot, home


def test_the_newest_events_stay_with_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_EVENTS == 10_000
    monkeypatch.setattr("jailtui.timeline.MOST_EVENTS", 3)
    timeline = Timeline("nas", clock=lambda: 0.0)
    for _ in range(3):
        timeline.lose(HostError("the line is cut"))
        timeline.take(ValueSnapshot(home()))
    texts = ["nas can be read again", "nas can't be read: the line is cut", "nas can be read again"]
    assert [(number, event.text) for number, event in timeline.numbered()] == list(zip((6, 5, 4), texts, strict=True))


def test_run_that_does_not_end_is_forgotten_once_it_has_too_many_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jailtui.timeline.MOST_LINES", 10)
    log, mark = AuditLog(tmp_path / "audit.log", "nas"), PlanMark("p1", "Stop web", "stop", ("web",))
    runs = OwnRuns(log)
    for step in range(25):
        log.begin(f"s{step}", mark, ("jail", "-r", "web"))
        assert list(runs.events()) == []
        assert sum(map(len, runs._open.values())) <= 10
    log.end("p1", mark, None, 0, "web: done")
    (event,) = runs.events()
    assert event.text.startswith("Stop web: ")
    assert runs._open == {}
