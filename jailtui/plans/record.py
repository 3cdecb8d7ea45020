"""The record of one run: that it begins, what of it is refused or skipped and why, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from jailtui.exchange import Argv, PlanMark
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent

    class Log(Protocol):
        """The audit log of a host. (Each step of a run says if it can't be written.)"""

        def begin(self, identity: str, plan: PlanMark | None, *, commands: Sequence[Argv] | None = None) -> str: ...

        def refused(self, plan: PlanMark, reason: str) -> str: ...

        def end(self, identity: str, plan: PlanMark | None, argv: Argv | None, rc: int | None, output: str) -> str: ...


def commands_of(plan: Plan) -> list[Argv]:
    """The commands and saves of a plan, in their order; what runs only where others fail is left out."""
    return [step.command for task in plan.tasks for step in task.steps if not step.rescues]


class RunRecord:
    """Records a run in that log, if there is one; passes its events on to `report`."""

    def __init__(self, plan: Plan, log: Log | None, report: Callable[[RunEvent], None]) -> None:
        self.mark = plan.mark()
        self._log, self._report = log, report
        self._skipped: dict[str, str] = {}
        if log is not None:
            log.begin(self.mark.id, self.mark, commands=commands_of(plan) if plan.verb is Verb.SAVE else None)
            for refusal in plan.refused:
                log.refused(self.mark, refusal.text)

    def heard(self, event: RunEvent) -> None:
        """Something happened in the run."""
        if event.kind == "task-skipped":
            self._skipped[event.key] = f" ({event.text})"
        self._report(event)

    def over(self, outcomes: Mapping[str, Outcome]) -> None:
        """The run has ended, or without outcomes it broke off."""
        if self._log is not None:
            status = None if not outcomes else int(any(outcome != "done" for outcome in outcomes.values()))
            ends = "\n".join(f"{key}: {outcome}{self._skipped.get(key, '')}" for key, outcome in outcomes.items())
            self._log.end(self.mark.id, self.mark, None, status, ends or "it broke off")
