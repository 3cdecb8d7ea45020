"""What this program ran and saved on a host before: its history, undoing it, and the rest of an interrupted run."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from jailtui.exchange import Refusal, Verb
from jailtui.host.auditlog import goes_on
from jailtui.plans.history import PastRun, PastStep, later_save, past_runs
from jailtui.plans.interrupted import after, by_what, joined, left_over, rest_of_save
from jailtui.plans.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Collection

    from jailtui.backend import HostBackend
    from jailtui.exchange import Task
    from jailtui.host.steprun import KeptStep
    from jailtui.snapshot import Snapshot

LINES_READ = 5000
"""Lines of the audit log that are read at most."""
LINES_OF_LATE = 500
"""Lines in which the start of the console looks for a run that was interrupted."""


class Past:
    """The runs in the audit log. Methods may block, and may be called from any thread."""

    def __init__(self, backend: HostBackend) -> None:
        self._backend = backend

    def history(self, most: int = LINES_READ) -> tuple[PastRun, ...]:
        """What this program ran and saved on the host, the newest first, by so many lines of the log."""
        audit = self._backend.audit
        return past_runs(islice(audit.lines(), most)) if audit is not None else ()

    def interrupted(self) -> tuple[PastRun, ...]:
        """The runs that did not end although their process is gone, the newest first; the ends of their steps that the
        host keeps are fetched. Raises HostError.
        """

        def gone() -> tuple[PastRun, ...]:
            return tuple(run for run in self.history(LINES_OF_LATE) if run.is_open and not goes_on(run.pid, run.begun))

        if not (runs := gone()):
            return ()
        ended = {step.identity for step in self._backend.steps() if step.status is not None or step.lost}
        unfetched = [step.id for run in runs for step in run.steps if step.id in ended]
        for identity in unfetched:
            self._backend.fetch_step(identity, lambda _: None)
        return gone() if unfetched else runs

    def kept(self, reported: Collection[str]) -> tuple[KeptStep, ...]:
        """The steps that the host keeps, the oldest first, without those of the runs that were `reported`, by ID, and
        those of processes of this machine that are at work. Raises HostError.
        """
        steps = self._backend.steps()
        runs = self.history(LINES_OF_LATE) if steps else ()
        of_runs = {
            step.id
            for run in runs
            if run.mark.id in reported or (run.is_open and goes_on(run.pid, run.begun))
            for step in run.steps
        }
        return tuple(step for step in steps if step.identity not in of_runs)

    def kept_besides(self, reported: Collection[str]) -> str:
        """How many of those steps run and how many have ended, in a sentence; "" for none. Raises HostError."""
        steps = self.kept(reported)
        running = sum(step.status is None and not step.lost for step in steps)
        parts = [f"{count} {word}" for count, word in ((running, "running"), (len(steps) - running, "ended")) if count]
        return f"Steps that the host keeps: {', '.join(parts)}. `jailtui steps` lists them." if parts else ""

    def still_runs(self, run: PastRun) -> tuple[PastStep, ...]:
        """The steps of a run that still run on the host. Raises HostError."""
        running = {step.identity for step in self._backend.steps() if step.status is None and not step.lost}
        return tuple(step for step in run.steps if step.id in running)

    def rest_plan(self, run: PastRun, snapshot: Snapshot) -> Plan:
        """What remains of an interrupted run, by the host as it is now; nothing as long as a step of it runs there, or
        the process that runs it is there. Raises HostError.
        """
        if run.is_open and goes_on(run.pid, run.begun):
            refusal = Refusal(run.mark.id, run.title, f"it is under way: process {run.pid} of this machine runs it")
            return Plan(Verb.SAVE, self._backend.name, (), (refusal,), run.title)
        if steps := self.still_runs(run):
            refused = tuple(
                Refusal(step.id, step.line, f"it still runs on the host: jailtui steps {step.id}") for step in steps
            )
            return Plan(Verb.SAVE, self._backend.name, (), refused, run.title)
        files = dict.fromkeys(step.file for step in run.steps if step.file)
        texts = {path: getattr(self._backend.source.read_file(path), "data", None) for path in files}
        rest, refused = rest_of_save(run, texts)
        parts, by = left_over(run, snapshot.state), by_what(run, snapshot.state)
        plans = [self._backend.plan(verb, snapshot, keys, by) for verb, keys in parts]
        if rest is not None:
            plans = [self._saving(rest), *(after(plan, rest) for plan in plans)]
        return self._backend.guard.promised(joined(self._backend.name, plans, refused))

    def _saving(self, task: Task) -> Plan:
        return self._backend.without_losses(Plan(Verb.SAVE, self._backend.name, (task,)))

    def note_told(self, run: PastRun, account: str) -> str:
        """Record that the operator knows what became of a run; why that can't be recorded, or ""."""
        audit = self._backend.audit
        return audit.end(run.mark.id, run.mark, None, None, account) if audit is not None else ""

    def undo_of(self, run: PastRun) -> Plan:
        """The plan that undoes the saves of a run, or redoes those of an undo. Raises HostError."""
        redo = run.mark.verb == "undo"
        history = self.history()
        later = {path: later_save(history, run, path) for path in run.files}
        refused = tuple(
            Refusal(path, path, f"{again.title} ({again.begun[:16]}) came after it: undo that first")
            for path, again in later.items()
            if again is not None
        )
        if refused:
            return Plan(Verb.SAVE, self._backend.name, (), refused, "Redo" if redo else "Undo")
        return joined(self._backend.name, [self._backend.undo_plan(path, redo=redo) for path in run.files])
