"""The thread that reads the host, and the host as it was read last."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jailtui.exchange import HostError
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.header import Age, clock_time
from jailtui.ui.pace import Pace, Quiet, pause_after
from jailtui.ui.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import HostBackend
    from jailtui.model.state import HostState
    from jailtui.snapshot import Snapshot


class Answer(NamedTuple):
    """The result of a reading: a snapshot with its findings, or an error.

    `ticket` is the number of the last `ask` before it began.
    """

    ticket: int
    snapshot: Snapshot | None = None
    error: HostError | None = None
    findings: Findings = UNJUDGED


def judged(snapshot: Snapshot) -> Findings:
    """The findings about a snapshot; an exception in a rule is reported as an error."""
    try:
        shown = snapshot.shown
        why = snapshot.state.unknown("jails", "interfaces", "files")
        error = f"Not everything was judged: {why}." if why else ""
        return Findings(shown, error=error, hidden=len(snapshot.findings) - len(shown))
    except Exception as error:  # noqa: BLE001 a fault of a rule is shown, the console goes on
        return Findings(judged=False, error=f"Judging failed inside jailtui: {type(error).__name__}: {error}")


class Notes(Protocol):
    """What takes note of readings, as the timeline does."""

    def take(self, snapshot: Snapshot) -> None: ...

    def lose(self, error: HostError) -> None: ...


def failure(error: Exception) -> HostError:
    """Why a reading failed: the host, or a fault inside jailtui."""
    if isinstance(error, HostError):
        return error
    return HostError(f"Reading failed inside jailtui: {type(error).__name__}: {error}")


def noted(read: Callable[[], Snapshot], notes: Callable[[], Notes]) -> Callable[[], Snapshot]:
    """`read`, of whose results or failures these notes are taken. They are not asked for before it has ended."""

    def reading() -> Snapshot:
        try:
            snapshot = read()
            notes().take(snapshot)
        except Exception as error:
            notes().lose(failure(error))
            raise
        return snapshot

    return reading


class HostReader(threading.Thread):
    """Reads by interval and when asked, has each new state judged, and passes the answers on, from its own thread.

    The first state is passed on before it is judged, and then again: the first rows do not wait for the rules. An
    equal state is judged and passed on only if somebody asked for it (the rules see more of a file than its state
    does), or passed on if the read before it failed, or looked into other jails. A daemon thread: a host that hangs
    does not keep the program from ending. While paused it reads only when asked.

    As long as it hears what changes in the host's network, and all is `quiet`, only `changed` is asked by interval:
    it costs less than a reading. What nobody asked for is read by `glance`. A reading waits for those of other threads:
    `asked_at` tells when the last of all began to ask the host.
    """

    def __init__(
        self,
        read: Callable[[], Snapshot],
        pass_on: Callable[[Answer], None],
        *,
        interval: float | None,
        clock: Callable[[], float] = time.time,
        glance: Callable[[], Snapshot] | None = None,
        changed: Callable[[HostState], bool] | None = None,
        quiet: Quiet | None = None,
        judge: Callable[[Snapshot], Findings] = judged,
        asked_at: Callable[[], float] = lambda: float("-inf"),
    ) -> None:
        super().__init__(name="reader", daemon=True)
        self._read, self._pass_on, self._interval, self._clock = read, pass_on, interval, clock
        self._glance, self._changed, self._judge, self._asked_at = glance or read, changed, judge, asked_at
        self._failures = 0
        self._hears = False
        self._stirred = False
        self._quiet = quiet or Quiet()
        self._findings = UNJUDGED
        self.pace = Pace(interval)
        self.read_at: float | None = None
        """When the host was read last, in seconds since the epoch."""
        self._due: float | None = None
        self._wake = threading.Condition()
        self._asked = 1
        self._served = 0
        self._paused = False
        self._stopped = False

    def ask(self) -> int:
        """Read at once; returns a number: the answer to this call is the first with a `ticket` of at least that."""
        with self._wake:
            self._asked += 1
            self._wake.notify()
            return self._asked

    def hear(self, hears: bool) -> None:
        """Whether a change of the host's network leads to a call of `stir`."""
        self._hears = hears

    def stir(self) -> None:
        """Something changed on the host: read at once, unless paused."""
        with self._wake:
            self._stirred = True
            self._wake.notify()

    def pause(self, paused: bool) -> None:
        """Stop reading by interval, or resume."""
        with self._wake:
            self._paused = paused
            self._wake.notify()

    def stop(self) -> None:
        """End the thread; the answer of a running reading is dropped."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        last: Snapshot | None = None
        failure_reported = False
        while (ticket := self._next(pause_after(self._failures, self._interval))) is not None:
            asked = ticket > self._served
            if not asked and last is not None and not self.failing and self._nothing_new(last.state):
                continue
            self._stirred = False
            answer = self._read_once(ticket, self._read if asked else self._glance)
            self._served = ticket
            self._failures = self._failures + 1 if answer.error is not None else 0
            changed = answer.snapshot is not None and (last is None or answer.snapshot.state != last.state)
            looked = answer.snapshot is not None and last is not None and answer.snapshot.looked_at != last.looked_at
            first, last = last is None, answer.snapshot or last
            self._quiet.read(time.monotonic(), changed=changed)
            if answer.snapshot is not None and (changed or asked):
                if first:
                    self._answer(answer)
                self._findings = self._judge(answer.snapshot)
            if asked or changed or looked or answer.error is not None or failure_reported:
                self._answer(answer._replace(findings=self._findings))
            failure_reported = answer.error is not None

    def _nothing_new(self, state: HostState) -> bool:
        """Whether a quiet host says that it need not be read yet."""
        if self._changed is None or self._stirred or not self._hears or not self._quiet.lasts(time.monotonic()):
            return False
        self.pace.begin(time.monotonic())
        try:
            same = not self._changed(state)
        except Exception:  # noqa: BLE001 the reading tells it
            same = False
        self.pace.end(time.monotonic(), read=False)
        self.read_at = self._clock() if same else self.read_at
        return same

    def _next(self, pause: float | None) -> int | None:
        """Wait until a reading is due; returns its ticket, or None after `stop`."""
        with self._wake:
            due = self._due = None if pause is None else time.monotonic() + pause
            while not self._stopped and self._asked == self._served:
                if self._stirred and not self._paused:
                    break
                if due is None or self._paused:
                    self._wake.wait()
                elif (left := due - time.monotonic()) > 0:
                    self._wake.wait(left)
                else:
                    break
            self._due = None
            return None if self._stopped else self._asked

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def failing(self) -> bool:
        """Whether the last reading failed, so that the next ones are at growing distances."""
        return self._failures > 0

    @property
    def next_try(self) -> float | None:
        """Seconds until the next reading; None while one is running, and if none is due."""
        due = self._due
        return None if due is None or self._paused else max(0.0, due - time.monotonic())

    @property
    def next_reading(self) -> float | None:
        """As `next_try`, but of a reading of the whole host: of a quiet one only its jails are asked till then."""
        now, left = time.monotonic(), self.next_try
        if self._changed is None or not self._hears or not self._quiet.lasts(now + (left or 0.0)):
            return left
        return max(left or 0.0, self._quiet.left(now))

    @property
    def overdue(self) -> bool:
        """Whether the running reading is overdue."""
        return self.pace.overdue(time.monotonic(), self._asked_at())

    def _read_once(self, ticket: int, read: Callable[[], Snapshot]) -> Answer:
        self.pace.begin(time.monotonic())
        answer = self._answer_of(ticket, read)
        self.pace.end(time.monotonic(), read=answer.snapshot is not None)
        if answer.snapshot is not None:
            self.read_at = self._clock()
        return answer

    def _answer_of(self, ticket: int, read: Callable[[], Snapshot]) -> Answer:
        try:
            return Answer(ticket, read())
        except Exception as error:  # noqa: BLE001 a thread that dies here would leave a state that never gets stale
            return Answer(ticket, error=failure(error))

    def _answer(self, answer: Answer) -> None:
        if not self._stopped:
            self._pass_on(answer)


class WatchedHost:
    """The host as read last. `snapshot` is None until the first reading; `ticket` is that of the last answer. `notes`
    are taken of each reading.
    """

    def __init__(
        self,
        backend: HostBackend,
        pass_on: Callable[[Answer], None],
        *,
        interval: float | None,
        clock: Callable[[], float],
        notes: Callable[[], Notes],
        judge: Callable[[Snapshot], Findings] = judged,
    ) -> None:
        self.reader = HostReader(
            noted(backend.read, notes),
            pass_on,
            interval=interval,
            clock=clock,
            judge=judge,
            glance=noted(backend.glance, notes),
            changed=backend.jails_changed,
            asked_at=lambda: backend.asked_at,
        )
        self.listener = Watch(backend, self.reader.hear, self.reader.stir)
        self._listens = interval is not None
        self.snapshot: Snapshot | None = None
        self.findings = UNJUDGED
        self.age = Age()
        self.ticket = 0
        self._error: HostError | None = None
        self._paused_since: float | None = None
        self._clock = clock

    @property
    def state(self) -> HostState | None:
        return self.snapshot.state if self.snapshot is not None else None

    @property
    def read_only(self) -> str | None:
        """Why the host can't be changed, or None."""
        return self.state.facts.read_only if self.state is not None else None

    @property
    def stale(self) -> str | None:
        """Why the state is stale, or None."""
        return self.age.reason if self.age.stale_since is not None else None

    @property
    def paused(self) -> bool:
        return self._paused_since is not None

    def take(self, answer: Answer) -> None:
        """Take an answer; after an error the last state stays, and is stale."""
        self.ticket = answer.ticket
        if answer.snapshot is not None:
            self.snapshot, self.findings = answer.snapshot, answer.findings
            if self._listens and not answer.snapshot.collected:
                self.listener.begin()
        self._error = answer.error
        self.look()

    def look(self) -> bool:
        """Update `age`; returns whether it changed."""
        before, self.age = self.age, self._age_now()
        return before != self.age

    def _age_now(self) -> Age:
        read_at, snapshot = self.reader.read_at, self.snapshot
        collected = snapshot is not None and snapshot.collected
        age = Age(self._paused_since, collected_at=snapshot.taken_at if snapshot and collected else None)
        if self._error is not None:
            return age._replace(stale_since=read_at, reason=str(self._error), again=self._again())
        if snapshot is not None and self.reader.overdue:
            return age._replace(stale_since=read_at, reason=f"No answer since {clock_time(read_at or 0)}.")
        return age

    def _again(self) -> str:
        """When the host is tried again."""
        if self.reader.pace.under_way:
            return "trying again"
        left = self.reader.next_try
        return "" if left is None else f"next try in {max(1, math.ceil(left))} s"

    def pause(self) -> None:
        """Pause reading by interval, or resume and read at once."""
        resumed = self.paused
        self._paused_since = None if resumed else self._clock()
        self.look()
        self.reader.pause(not resumed)
        if resumed:
            self.reader.ask()
