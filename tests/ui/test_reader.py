"""The thread that reads the host."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from jailtui.backend import Snapshot
from jailtui.exchange import HostError
from jailtui.rules.finding import Finding, Subject
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.reader import BACK_OFF, Answer, HostReader, pause_after
from tests.support.screens import ValueSnapshot, home, many

HOME = ValueSnapshot(home())


class Desk:
    """A host that answers what a test lays before it, and the answers that were told."""

    def __init__(self) -> None:
        self.answers: queue.Queue[Snapshot | Exception] = queue.Queue()
        self.heard: queue.Queue[Answer] = queue.Queue()
        self.inside = threading.Semaphore(1)
        self.overlapped = False

    def read(self) -> Snapshot:
        if not self.inside.acquire(blocking=False):
            self.overlapped = True
        try:
            answer = self.answers.get(timeout=10)
        finally:
            self.inside.release()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def next(self) -> Answer:
        return self.heard.get(timeout=10)


@pytest.fixture
def desk() -> Iterator[tuple[Desk, HostReader]]:
    it = Desk()
    reader = HostReader(it.read, it.heard.put, interval=None)
    reader.start()
    yield it, reader
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)
    assert not reader.is_alive()
    assert not it.overlapped


def test_waits_grow_with_failures_and_end_with_the_first_answer() -> None:
    assert [pause_after(failures, 2.0) for failures in range(7)] == [2.0, *BACK_OFF, BACK_OFF[-1]]
    assert pause_after(0, None) is None


def test_the_first_read_needs_no_asking(desk: tuple[Desk, HostReader]) -> None:
    it, _ = desk
    it.answers.put(HOME)
    assert it.next().snapshot is HOME


def test_a_read_asked_for_while_another_is_under_way_begins_after_the_asking(desk: tuple[Desk, HostReader]) -> None:
    it, reader = desk
    ticket = reader.ask()
    later = reader.ask()
    it.answers.put(HOME)
    it.answers.put(ValueSnapshot(many(1)))
    answers = [it.next()]
    while answers[-1].ticket < later:
        answers.append(it.next())
    assert answers[-1].snapshot is not None
    assert answers[-1].ticket >= later > ticket


def test_an_error_is_told_with_its_reason_and_a_bug_as_one(desk: tuple[Desk, HostReader]) -> None:
    it, reader = desk
    it.answers.put(HostError("refused"))
    assert str(it.next().error) == "refused"
    it.answers.put(ValueError("odd"))
    reader.ask()
    error = it.next().error
    assert "ValueError: odd" in str(error)


def test_equal_states_are_told_only_to_who_asked() -> None:
    it = Desk()
    reader = HostReader(it.read, it.heard.put, interval=0.0)
    other = ValueSnapshot(many(1))
    for answer in (HOME, ValueSnapshot(home()), ValueSnapshot(home()), other):
        it.answers.put(answer)
    reader.start()
    assert [it.next().snapshot for _ in range(3)] == [HOME, HOME, other], "the first comes unjudged, then judged"
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)


def test_a_stopped_reader_tells_nothing_of_the_read_that_was_under_way() -> None:
    it = Desk()
    reader = HostReader(it.read, it.heard.put, interval=0.0)
    reader.start()
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)
    assert it.heard.empty()


def test_the_first_state_is_told_before_it_is_judged_and_a_later_one_with_what_was_found() -> None:
    it = Desk()
    odd = Finding("ODD", "warning", Subject("jail", "jail1", "jail1"), "It is odd.")
    reader = HostReader(it.read, it.heard.put, interval=0.0)
    for jails in (1, 1, 2):
        it.answers.put(ValueSnapshot(many(jails), lambda state: (odd,) * len(state.jails)))
    reader.start()
    assert [it.next().findings for _ in range(3)] == [UNJUDGED, Findings((odd,)), Findings((odd, odd))]
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)
