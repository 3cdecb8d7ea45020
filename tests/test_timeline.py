"""The timeline of a session: it forgets the oldest events."""

from __future__ import annotations

import pytest

from jailtui.exchange import HostError
from jailtui.timeline import MOST_EVENTS, Timeline
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
