"""What happened on a host while it was read: what changed, what this program did, and when the host was away."""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from jailtui.model.changes import OwnSave, changes
from jailtui.model.events import EventSubject, HostEvent, carried, picture
from jailtui.plans.history import past_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jailtui.exchange import HostError
    from jailtui.host.auditline import AuditLine
    from jailtui.host.auditlog import AuditLog
    from jailtui.model.events import HostPicture
    from jailtui.model.state import HostState
    from jailtui.plans.history import PastRun
    from jailtui.snapshot import Snapshot

MOST_EVENTS = 10_000
"""Events that are remembered; the oldest are forgotten first."""
MOST_SAVES = 1000
MOST_LINES = 20_000
"""Lines of runs that have not ended which are remembered."""
LATELY = 8
"""Events that are remembered of each object."""
MOST_OBJECTS = 4 * MOST_EVENTS


class Timeline:
    """The last events of one host, the oldest first. `heard` gets new ones. Methods may be called from any thread.

    `audit` is the log of what this program did on the host. Each reading reads on in it, from now on, or with `older`
    from near its end.
    """

    def __init__(
        self,
        host: str,
        audit: AuditLog | None = None,
        heard: Callable[[Sequence[HostEvent]], None] = lambda events: None,
        clock: Callable[[], float] = time.time,
        *,
        older: bool = False,
    ) -> None:
        self.events: deque[HostEvent] = deque(maxlen=MOST_EVENTS)
        self.since = clock()
        self._host, self._heard, self._clock = host, heard, clock
        self._record = OwnRuns(audit, older=older)
        self._count = 0
        self._lately: dict[EventSubject, deque[tuple[int, HostEvent]]] = {}
        self._last: tuple[HostState, object, HostPicture] | None = None
        self._lost = False
        self._taking = threading.Lock()

    def take(self, snapshot: Snapshot) -> None:
        """The host was read: add what happened since the reading before."""
        with self._taking:
            events = list(self._back(snapshot.taken_at))
            events += self._record.events()
            events += self._changes(snapshot)
            self._lost = False
            self._add(events)

    def lose(self, error: HostError) -> None:
        """The host could not be read: add that, unless the reading before failed, too."""
        with self._taking:
            if not self._lost:
                self._lost = True
                about = (EventSubject("host", self._host),)
                self._add([HostEvent(self._clock(), "host-lost", about, f"{self._host} can't be read: {error}")])

    def about(self, kind: str, key: str, most: int = LATELY) -> tuple[HostEvent, ...]:
        """The last events that concern the object of that kind and key, the newest first."""
        with self._taking:
            kinds = (kind, "")
            events = {pair for each in kinds for pair in self._lately.get(EventSubject(each, key), ())}  # type: ignore[arg-type]
            return tuple(event for _, event in sorted(events, reverse=True)[:most])

    def latest(self, most: int) -> tuple[HostEvent, ...]:
        """So many of the last events, the newest first."""
        with self._taking:
            return tuple(islice(reversed(self.events), most))

    def numbered(self) -> tuple[tuple[int, HostEvent], ...]:
        """All events that are remembered with their numbers, the newest first."""
        with self._taking:
            return tuple(zip(range(self._count, 0, -1), reversed(self.events), strict=False))

    def _back(self, at: float) -> Iterable[HostEvent]:
        if self._lost:
            about = (EventSubject("host", self._host),)
            yield HostEvent(at, "host-back", about, f"{self._host} can be read again")

    def _changes(self, snapshot: Snapshot) -> tuple[HostEvent, ...]:
        state, config = snapshot.state, snapshot.config
        if self._last is not None and self._last[0] is state and self._last[1] is config:
            self._last = (state, config, self._last[2]._replace(at=snapshot.taken_at))
            return ()
        same = self._last is not None and self._last[1] is config
        texts = self._last[2].files if same and self._last is not None else None
        now = picture(state, texts or texts_of(snapshot), snapshot.taken_at)
        events: tuple[HostEvent, ...] = ()
        if self._last is not None:
            now = carried(self._last[2], now)
            events = changes(self._last[2], now, self._record.saves)
        self._last = (state, config, now)
        return events

    def _add(self, events: Sequence[HostEvent]) -> None:
        if events:
            events = sorted(events, key=lambda event: event.time)
            self.events.extend(events)
            for event in events:
                self._count += 1
                for subject in event.about:
                    self._lately.setdefault(subject, deque(maxlen=LATELY)).append((self._count, event))
            if len(self._lately) > MOST_OBJECTS:  # names that nobody has any more
                kept = {subject for event in self.events for subject in event.about}
                self._lately = {subject: last for subject, last in self._lately.items() if subject in kept}
            self._heard(events)


def texts_of(snapshot: Snapshot) -> dict[str, bytes]:
    """The texts of the files that define jails, by path."""
    evaluations = snapshot.config.evaluations.values()
    return {file.name: file.data for evaluation in evaluations for file in evaluation.files}


class OwnRuns:
    """The runs in the audit log: what all processes of this program ran, and how it ended.

    `saves` are the last saves that were begun.
    """

    def __init__(self, audit: AuditLog | None, *, older: bool = False) -> None:
        self.saves: deque[OwnSave] = deque(maxlen=MOST_SAVES)
        self._tail = audit.tail(older=older) if audit is not None else None
        self._open: dict[str, list[AuditLine]] = {}
        self._count = 0

    def events(self) -> Iterable[HostEvent]:
        """What ended or was refused since this was asked last."""
        for line in self._tail.lines() if self._tail is not None else ():
            if line.event in ("running", "gone"):
                continue
            self._note_save(line)
            mark = line.mark()
            key = mark.id if mark is not None else line.id
            lines = self._open.setdefault(key, [])
            lines.append(line)
            self._count += 1
            whole = mark is None or line.argv is None
            if whole and (line.event == "end" or (line.event == "refused" and len(lines) == 1)):
                yield run_event(past_runs(reversed(lines))[0], line.seconds)
                self._forget(key)
            while len(self._open) > MOST_SAVES or self._count > MOST_LINES:  # runs whose end will not come
                self._forget(next(iter(self._open)))

    def _forget(self, key: str) -> None:
        self._count -= len(self._open.pop(key))

    def _note_save(self, line: AuditLine) -> None:
        words = tuple(map(str, line.argv or ()))
        if words[:1] == ("save",) and len(words) == 4:
            self.saves.append(OwnSave(line.seconds, *words[1:]))


def run_event(run: PastRun, at: float) -> HostEvent:
    """A run of this program that has ended, or was refused."""
    keys = [key.rpartition("\n")[2] for key in run.mark.keys]
    about = [EventSubject("", key) for key in keys]
    about += [EventSubject("file", path) for path in run.files if path not in keys]
    text = run.outcome if run.outcome.startswith(run.title) else f"{run.title}: {run.outcome}"
    return HostEvent(
        at,
        "refused" if run.refused and not run.steps and run.status is None else "run",
        tuple(about),
        f"{text} (jailtui, {run.who})",
    )
