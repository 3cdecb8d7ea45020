"""The thread that reads the host."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from jailtui.exchange import HostError
from jailtui.model.state import HostState
from jailtui.rules.finding import Finding, Subject
from jailtui.snapshot import Snapshot
from jailtui.timeline import Timeline
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.pace import BACK_OFF, QUIET_SECONDS, Pace, Quiet, pause_after
from jailtui.ui.reader import Answer, HostReader, noted
from jailtui.ui.watch import Watch
from tests.support.screens import ValueSnapshot, home, many
from tests.support.waiting import until

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
    assert BACK_OFF == (2.0, 4.0, 8.0, 16.0, 30.0)
    assert [pause_after(failures, 1.0) for failures in range(7)] == [1.0, *BACK_OFF, BACK_OFF[-1]]
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


def test_equal_state_is_passed_on_where_a_jail_was_looked_into_since() -> None:
    it = Desk()
    reader = HostReader(it.read, it.heard.put, interval=0.0)
    views = [ValueSnapshot(home()) for _ in range(3)]
    views[1].looked_at = views[2].looked_at = {3: 100.0}
    for answer in (*views, ValueSnapshot(many(1))):
        it.answers.put(answer)
    reader.start()
    assert [it.next().snapshot for _ in range(3)] == [views[0], views[0], views[1]]
    assert it.next().snapshot is not views[2]
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


def test_equal_states_count_as_readings_though_they_are_not_passed_on() -> None:
    it = Desk()
    now = iter([100.0, 200.0, 300.0])
    reader = HostReader(it.read, it.heard.put, interval=0.0, clock=lambda: next(now))
    for answer in (HOME, ValueSnapshot(home()), ValueSnapshot(home()), HostError("gone")):
        it.answers.put(answer)
    reader.start()
    while it.next().error is None:
        pass
    assert reader.read_at == 300.0
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)


def test_pause_of_a_host_shows_within_two_intervals() -> None:
    pace = Pace(2.0)
    for began in range(0, 100, 2):
        pace.begin(began)
        assert not pace.overdue(began + 0.5)
        pace.end(began + 0.5, read=True)
        assert not pace.under_way
        assert not pace.overdue(began + 1000), "none is under way"
    # the host was paused at 98.5, right after the reading that began at 98; the next begins an interval later
    pace.begin(100.5)
    assert not pace.overdue(101.9)
    assert pace.overdue(102.1)


def test_host_that_takes_long_each_time_is_not_marked_and_one_long_answer_makes_it_no_such_host() -> None:
    slow, quick = Pace(2.0), Pace(2.0)
    for pace, seconds in ((slow, 4.0), (quick, 0.2)):
        for _ in range(3):
            pace.begin(0)
            pace.end(seconds, read=True)
    slow.begin(0)
    assert not slow.overdue(5.9)
    assert slow.overdue(6.1)
    quick.begin(0)
    quick.end(25.0, read=True)
    quick.begin(30.0)
    quick.end(60.0, read=False)
    quick.begin(70.0)
    assert quick.overdue(71.6)


def test_time_in_which_the_host_was_asked_for_something_else_is_not_counted() -> None:
    pace = Pace(2.0)
    pace.begin(100.0)
    assert pace.overdue(103.0)
    assert not pace.overdue(103.0, asked_at=102.0)
    assert pace.overdue(104.0, asked_at=102.0)
    assert not pace.overdue(102.8, asked_at=99.9), "it waits for a reading that began just before"
    assert pace.overdue(103.0, asked_at=99.9), "which does not take that long"
    assert pace.overdue(101.6, asked_at=0.0), "none is under way"


@pytest.mark.parametrize("waits", [False, True])
def test_reading_that_waits_for_another_one_is_not_overdue(waits: bool) -> None:
    it = Desk()
    asked_at = time.monotonic if waits else lambda: float("-inf")
    reader = HostReader(it.read, it.heard.put, interval=0.01, asked_at=asked_at)
    reader.start()
    until(lambda: reader.pace.under_way)
    until(lambda: reader.pace.overdue(time.monotonic()))
    assert reader.overdue is not waits
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)


def test_reader_says_whether_its_readings_fail() -> None:
    it = Desk()
    reader = HostReader(it.read, it.heard.put, interval=None)
    reader.start()
    for answer, failing in ((HostError("gone"), True), (HOME, False)):
        reader.ask()
        it.answers.put(answer)
        until(lambda: reader.failing is failing)  # noqa: B023
    reader.stop()
    it.answers.put(HOME)
    reader.join(10)


class QuietDesk:
    """A host that is read at once, and says whether its jails changed."""

    def __init__(self) -> None:
        self.full = self.glances = self.questions = 0
        self.changed: bool | HostError = False
        self.asked = threading.Event()
        self.heard: queue.Queue[Answer] = queue.Queue()
        self.snapshot = HOME

    def read(self) -> Snapshot:
        self.full += 1
        return self.snapshot

    def glance(self) -> Snapshot:
        self.glances += 1
        return self.snapshot

    def jails_changed(self, state: HostState) -> bool:
        self.questions += 1
        self.asked.set()
        if isinstance(self.changed, HostError):
            raise self.changed
        return self.changed


class Always(Quiet):
    """A host on which nothing happens."""

    def lasts(self, now: float) -> bool:
        return True


@pytest.fixture
def quiet() -> Iterator[tuple[QuietDesk, HostReader]]:
    """A host that has been quiet for long."""
    it = QuietDesk()
    reader = HostReader(
        it.read, it.heard.put, interval=0.01, glance=it.glance, changed=it.jails_changed, quiet=Always()
    )
    reader.hear(True)
    reader.start()
    yield it, reader
    reader.stop()
    reader.join(10)


def test_quiet_host_is_asked_for_its_jails_alone(quiet: tuple[QuietDesk, HostReader]) -> None:
    it, _ = quiet
    until(lambda: it.questions > 3)
    assert (it.full, it.glances) == (1, 0)


@pytest.mark.parametrize("answer", [True, HostError("gone")])
def test_quiet_host_is_read_when_its_jails_changed_or_do_not_answer(
    quiet: tuple[QuietDesk, HostReader], answer: bool | HostError
) -> None:
    it, _ = quiet
    it.changed = answer
    until(lambda: it.glances > 0)


def test_quiet_host_is_read_at_once_when_it_announces_something(quiet: tuple[QuietDesk, HostReader]) -> None:
    it, reader = quiet
    until(lambda: it.questions > 0)
    reader.stir()
    until(lambda: it.glances > 0)


def test_who_asks_gets_a_full_reading(quiet: tuple[QuietDesk, HostReader]) -> None:
    it, reader = quiet
    until(lambda: it.questions > 0)
    reader.ask()
    until(lambda: it.full > 1)


def test_host_that_announces_nothing_is_read_by_interval(quiet: tuple[QuietDesk, HostReader]) -> None:
    it, reader = quiet
    reader.hear(False)
    until(lambda: it.glances > 3)


def test_host_is_quiet_some_time_after_its_last_change_and_is_read_now_and_then() -> None:
    quiet = Quiet()
    assert not quiet.lasts(0.0)
    quiet.read(100.0, changed=True)
    assert not quiet.lasts(101.0)
    quiet.read(100.0 + QUIET_SECONDS, changed=False)
    assert quiet.lasts(101.0 + QUIET_SECONDS)
    assert not quiet.lasts(100.0 + 2 * QUIET_SECONDS)
    assert quiet.left(103.0 + QUIET_SECONDS) == QUIET_SECONDS - 3
    assert quiet.left(103.0 + 2 * QUIET_SECONDS) == 0


def test_next_reading_of_a_quiet_host_is_not_the_next_question_for_its_jails() -> None:
    it, calm = QuietDesk(), Quiet()
    reader = HostReader(it.read, it.heard.put, interval=2.0, changed=it.jails_changed, quiet=calm)
    now = time.monotonic()
    calm.read(now - 2 * QUIET_SECONDS, changed=True)
    calm.read(now, changed=False)
    assert reader.next_reading is None  # none is due before it runs
    reader.hear(True)
    left = reader.next_reading
    assert left is not None
    assert QUIET_SECONDS - 2 < left <= QUIET_SECONDS


def test_fault_inside_jailtui_is_an_event_as_a_host_that_can_not_be_read() -> None:
    it, timeline = Desk(), Timeline("nas")
    read = noted(it.read, lambda: timeline)
    for answer in (HOME, ValueError("odd"), ValueError("odd"), HOME):
        it.answers.put(answer)
        with contextlib.suppress(ValueError):
            read()
    assert [event.text for event in timeline.events] == [
        "nas can't be read: Reading failed inside jailtui: ValueError: odd",
        "nas can be read again",
    ]


class Announcing:
    """A host whose announcements jailtui can't understand."""

    def listen(self, stopped: threading.Event, listening: Callable[[], None], stir: Callable[[], None]) -> None:
        listening()
        stopped.set()
        raise ValueError("odd")


class Ending:
    """A host whose monitor ends at once, the third time for good."""

    opened = 0

    def listen(self, stopped: threading.Event, listening: Callable[[], None], stir: Callable[[], None]) -> None:
        listening()
        stir()
        self.opened += 1
        if self.opened == 3:
            stopped.set()


def test_host_is_listened_to_again_each_time_that_its_monitor_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jailtui.ui.watch.AGAIN", (0.0,))
    hears: list[bool] = []
    stirs: list[int] = []
    watch = Watch(Ending(), hears.append, lambda: stirs.append(1))  # type: ignore[arg-type]
    watch.begin()
    watch.join(10)
    assert hears == [True, False] * 3
    assert len(stirs) == 3


def test_host_that_is_not_understood_counts_as_one_that_announces_nothing() -> None:
    hears: list[bool] = []
    watch = Watch(Announcing(), hears.append, lambda: None)  # type: ignore[arg-type]
    watch.begin()
    watch.join(10)
    assert hears == [True, False]
    watch.begin()
