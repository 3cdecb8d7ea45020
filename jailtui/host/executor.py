"""Runs the steps that change a host, and records them. Nothing else changes a host."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, HostError, Result, Step
from jailtui.host import steprun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jailtui.exchange import PlanMark
    from jailtui.host.auditlog import AuditLog
    from jailtui.host.shell import Shell

    Connect = Callable[[Shell | None], Shell]

STEP_SECONDS = 600.0
PATIENCE_SECONDS = 60.0
AGAIN_SECONDS = 1.0
NOTHING_KEPT = "the host has no record of its end: the host was booted since, or another process fetched it"
NOT_SEEN = "the host has no record of the command: it had not begun when the line was cut, or the host was booted since"


class Executor:
    """Runs steps and adds each to the log `audit`, if that is set. `read_only`: the reason why no step may run.

    A step that takes longer than `limit` seconds is not waited for; it continues on the host. So does one whose line is
    cut: for `patience` seconds, which do not count, it is asked for by a new one.
    """

    def __init__(
        self,
        *,
        read_only: str | None = None,
        audit: AuditLog | None = None,
        limit: float = STEP_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._read_only = read_only
        self.audit = audit
        self.limit = limit
        self.patience = patience
        self._left = threading.Event()
        self._running: dict[str, Argv] = {}
        self._cut: set[str] = set()
        self._cutting = threading.Lock()
        self._on_cut: Callable[[bool], None] = lambda cut: None
        self._watched = False

    @property
    def longest(self) -> tuple[str, Argv] | None:
        """The ID and the command of the step that has run longest of those that run now."""
        return next(iter(tuple(self._running.items())), None)

    def patient(self) -> Callable[[], bool]:
        """A function that waits a moment for a line that was cut, and is false once that took too long."""
        end = time.monotonic() + self.patience

        def wait() -> bool:
            return not self._left.wait(AGAIN_SECONDS) and (self._watched or time.monotonic() < end)

        return wait

    def watch(self, on_cut: Callable[[bool], None], *, watched: bool = False) -> None:
        """Call `on_cut` when steps wait for a line that was cut, and when none does any more. As long as somebody has
        `watched` this, they wait without end.
        """
        self._on_cut, self._watched = on_cut, watched

    def _waits(self, identity: str, *, cut: bool) -> None:
        """That step waits for a line that was cut, or no longer does."""
        with self._cutting:
            before = bool(self._cut)
            (self._cut.add if cut else self._cut.discard)(identity)
            if before != bool(self._cut):
                self._on_cut(cut)

    @contextmanager
    def waiting(self, identity: str) -> Iterator[None]:
        """In the body a new line looks for the save of that ID, whose own line was cut."""
        self._waits(identity, cut=True)
        try:
            yield
        finally:
            self._waits(identity, cut=False)

    def leave(self) -> None:
        """Follow no step any more: those that run go on on their host."""
        self._left.set()

    @property
    def read_only(self) -> str | None:
        """Why no step may run, or None."""
        return self._read_only or (self.audit.barred() if self.audit is not None else None)

    def run(self, step: Step, connect: Connect, output: Callable[[str], None], plan: PlanMark | None = None) -> Result:
        """Run `step` and pass its output to `output` as it comes; where the line is cut, follow it by a new one.

        `connect` gives a shell on the host, another one than that it is given, which is broken. Never raises.
        """
        if self._read_only:
            return Result(step.argv, None, note=self._read_only)
        identity = steprun.new_id()
        if problem := self.begin(identity, step.command, plan):
            return Result(step.argv, None, note=problem)
        self._running[identity] = step.argv
        _, result = self._followed(step.command, identity, connect, output, None)
        del self._running[identity]
        return self.end(identity, result, plan)

    def fetch(self, identity: str, connect: Connect, output: Callable[[str], None]) -> Result:
        """Follow a step that was begun before, from its first output to its end. Never raises."""
        kind, result = self._followed((), identity, connect, output, 0)
        begun = self.audit.begun(identity) if self.audit is not None and kind in ("ended", "lost") else None
        if begun is None:
            return result
        return self.end(identity, result._replace(argv=tuple(begun.argv or ())), begun.mark())

    def _followed(
        self, argv: Argv, identity: str, connect: Connect, output: Callable[[str], None], shown: int | None
    ) -> tuple[str, Result]:
        """Begin the step, unless `shown` bytes of its output are here, and follow it to its end, over several lines if
        need be: how that ended (`Ending.kind`), and the result.
        """
        pieces: list[str] = []

        def take(text: str) -> None:
            pieces.append(text)
            output(text)

        shell, line_returns, left = None, self.patient(), self.limit
        while True:
            try:
                shell = connect(shell)
                self._waits(identity, cut=False)
                since = time.monotonic()
                ending = steprun.run_step(shell, identity, argv, take, left, shown, self._left.is_set)
                left -= time.monotonic() - since
            except HostError as error:
                ending = steprun.Ending("cut" if shown is not None else "refused", None, shown or 0, str(error))
            if ending.shown != shown:  # the line was good until now
                line_returns = self.patient()
            shown = ending.shown
            self._waits(identity, cut=ending.kind == "cut")
            if ending.kind != "cut" or left <= 0 or not line_returns():
                self._waits(identity, cut=False)
                return ending.kind, Result(argv, ending.status, "".join(pieces), _note(ending, self.limit))

    def begin(self, identity: str, argv: Argv, plan: PlanMark | None, diff: str | None = None) -> str:
        """Record that a step begins; why it must not, since it can't be recorded, or ""."""
        problem = self.audit.begin(identity, plan, argv, diff) if self.audit is not None else ""
        return problem if self.audit is not None and self.audit.required else ""

    def end(self, identity: str, result: Result, plan: PlanMark | None) -> Result:
        """Record how a step ended, and return that, with a note if it could not be recorded."""
        if self.audit is None:
            return result
        output = "\n".join(filter(None, (result.output, result.note)))
        problem = self.audit.end(identity, plan, result.argv, result.rc, output)
        return result._replace(note="; ".join(filter(None, (result.note, problem))))


def _note(ending: steprun.Ending, limit: float) -> str:
    """Why a step has no exit status; "" where it has one."""
    notes = {
        "running": f"still running after {limit:g} s; it continues on the host (`jailtui steps`)",
        "left": "it continues on the host (`jailtui steps`)",
        "cut": "the line was cut; it continues on the host (`jailtui steps`)",
        "lost": "it was killed before it ended",
        "unknown": NOTHING_KEPT if ending.shown else NOT_SEEN,
        "refused": "" if ending.complaint else "it was not begun",
    }
    note = notes.get(ending.kind, "")
    return ": ".join(filter(None, (note, ending.complaint)))
