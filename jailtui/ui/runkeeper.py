"""The run of one plan from the screen's side: its picture, the rows it holds, and when it can be judged."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from jailtui.ui.runs import Acting, RunPicture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.ui.reader import Reader


class RunKeeper:
    """Knows the last run. Lives on the screen's thread, but for `cancel`, which the run's own thread looks at."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.picture: RunPicture | None = None
        self.acting = Acting()
        self.cancel = threading.Event()
        self.outcomes: Mapping[str, Outcome] = {}
        self._judge_from: int | None = None

    @property
    def under_way(self) -> str | None:
        """What is being run, in words, or None: over means that the host was read again too."""
        if self.picture is None or (self.picture.over and self._judge_from is None):
            return None
        return self.picture.words

    def begin(self, plan: Plan, before: HostState) -> RunPicture:
        self.cancel = threading.Event()
        self.picture = RunPicture.of(plan, before)
        return self.picture

    def heard(self, event: RunEvent) -> bool:
        """Fold one event in; True when rows of the panels look different now."""
        if self.picture is None:
            return False
        self.picture = self.picture.after(event)
        changed = self.acting.heard(self.picture.plan.verb, event)
        if event.kind == "task-ended":
            self.acting.ended(event.key, self._reader.ask())
        return changed

    def over(self, outcomes: Mapping[str, Outcome] | None, error: str) -> None:
        """No command runs any more: ask for the read that tells what came of it."""
        if self.picture is not None:
            self.outcomes = self.picture.outcomes() if outcomes is None else outcomes
            self.picture = self.picture.ended(error)
            self._judge_from = self._reader.ask()
            for key in self.acting.states:
                self.acting.ended(key, self._judge_from)

    def cancel_rest(self) -> None:
        if self.picture is not None and not self.picture.over:
            self.cancel.set()
            self.picture = self.picture.stopped()

    def read(self, ticket: int) -> bool:
        """A state of that ticket came in; True when the run can be judged by it."""
        self.acting.read(ticket)
        if self._judge_from is None or ticket < self._judge_from:
            return False
        self._judge_from = None
        return True

    def judged(self, verdicts: tuple[Verdict, ...]) -> None:
        if self.picture is not None:
            self.picture = self.picture.judged(verdicts)
