"""A run as values: what the run screen shows, and what the rows show meanwhile. Folded from `RunEvent`s."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.exchange import shell_line
from jailtui.model.state import HostState, JailState
from jailtui.plans.plan import Plan, Verb
from jailtui.ui.overlay import BUSY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.plans.verdict import Verdict

Progress = Literal["waiting", "running", "done", "failed", "skipped"]


class StepPicture(NamedTuple):
    """One command of a run: how far it is, what it printed, how it ended."""

    command: str
    progress: Progress = "waiting"
    output: str = ""
    ending: str = ""


class TaskPicture(NamedTuple):
    """One object of a run with its commands; `note` is why it was skipped."""

    key: str
    subject: str
    steps: tuple[StepPicture, ...]
    progress: Progress = "waiting"
    note: str = ""


class RunPicture(NamedTuple):
    """A plan while it runs and after. `over` is set when no command runs any more; then the host is read again.

    `error` is why the run broke off; `verdicts` are None until the host was read again.
    """

    plan: Plan
    before: HostState
    tasks: tuple[TaskPicture, ...]
    over: bool = False
    cancelled: bool = False
    error: str = ""
    verdicts: tuple[Verdict, ...] | None = None

    @classmethod
    def of(cls, plan: Plan, before: HostState) -> RunPicture:
        """`plan` before its first command."""
        steps = {task.key: tuple(StepPicture(shell_line(step.argv)) for step in task.steps) for task in plan.tasks}
        return cls(plan, before, tuple(TaskPicture(task.key, task.subject, steps[task.key]) for task in plan.tasks))

    def after(self, event: RunEvent) -> RunPicture:
        """The picture once `event` has happened; an event of a task that is not in the plan changes nothing."""
        tasks = tuple(_task_after(task, event) if task.key == event.key else task for task in self.tasks)
        return self._replace(tasks=tasks)

    def ended(self, error: str = "") -> RunPicture:
        """The picture once no command runs any more."""
        return self._replace(over=True, error=error)

    def stopped(self) -> RunPicture:
        """The picture once the operator cancelled what has not begun."""
        return self._replace(cancelled=True)

    def judged(self, verdicts: tuple[Verdict, ...]) -> RunPicture:
        """The picture once the host was read again."""
        return self._replace(verdicts=verdicts)

    def outcomes(self) -> Mapping[str, Outcome]:
        """Outcome by task key, for a run that broke off: what was under way counts as failed."""
        known: dict[Progress, Outcome] = {"done": "done", "failed": "failed", "running": "failed"}
        return {task.key: known.get(task.progress, "skipped") for task in self.tasks}

    @property
    def finished(self) -> int:
        """Tasks that won't change any more."""
        return sum(task.progress in ("done", "failed", "skipped") for task in self.tasks)

    @property
    def now(self) -> tuple[str, ...]:
        """Subjects of the tasks that run at this moment."""
        return tuple(task.subject for task in self.tasks if task.progress == "running")

    @property
    def saved(self) -> bool:
        """Whether it left nothing to be saved: each file is written, or what has none ended well."""
        done = {task.key: [step.progress == "done" for step in task.steps] for task in self.tasks}
        files = [
            well for task in self.plan.tasks for well, step in zip(done[task.key], task.steps, strict=True) if step.file
        ]
        return all(files) if files else all(task.progress == "done" for task in self.tasks)

    @property
    def words(self) -> str:
        """`start web`, or `start 3 of 7`."""
        verb = self.plan.verb.value
        if len(self.tasks) == 1:
            return f"{verb} {self.tasks[0].subject}"
        return f"{verb} {self.finished} of {len(self.tasks)}"


def _task_after(task: TaskPicture, event: RunEvent) -> TaskPicture:
    if event.kind == "task-started":
        return task._replace(progress="running")
    if event.kind == "task-skipped":
        return task._replace(progress="skipped", note=event.text)
    if event.kind == "task-ended":
        return task._replace(progress="failed" if event.text == "failed" else "done")
    if event.step is None or event.step >= len(task.steps):
        return task
    step = _step_after(task.steps[event.step], event)
    return task._replace(steps=(*task.steps[: event.step], step, *task.steps[event.step + 1 :]))


def _step_after(step: StepPicture, event: RunEvent) -> StepPicture:
    if event.kind == "step-started":
        return step._replace(progress="running")
    if event.kind == "output":
        return step._replace(output=step.output + event.text)
    if event.kind != "step-ended" or event.result is None:
        return step
    result = event.result
    ending = result.note or ("ok" if result.ok else "no exit status" if result.rc is None else f"exit {result.rc}")
    return step._replace(progress="done" if result.ok else "failed", ending=ending, output=step.output or result.output)


@dataclass(slots=True)
class Acting:
    """Which jails our own action works on, and until which read of the host that holds."""

    states: dict[str, JailState] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)

    def heard(self, verb: Verb, event: RunEvent) -> bool:
        """Take note of `event`; True when a row looks different now."""
        if verb not in BUSY:
            return False
        if event.kind == "task-started":
            self.states[event.key] = BUSY[verb]
            return True
        if verb is Verb.RESTART and event.kind == "step-ended" and event.result is not None and event.result.ok:
            self.states[event.key] = JailState.STARTING
            return True
        return False

    def ended(self, key: str, ticket: int) -> None:
        """The task is over; the first state read with at least `ticket` tells the truth again."""
        if key in self.states:
            self.until[key] = ticket

    def read(self, ticket: int) -> None:
        """A state of that ticket came in."""
        for key in [key for key, least in self.until.items() if ticket >= least]:
            self.until.pop(key)
            self.states.pop(key, None)
