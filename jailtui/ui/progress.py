"""A run as values, as far as it has come: what the run screen and the rows show. Folded from `RunEvent`s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.exchange import Verb, shell_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.snapshot import Snapshot


Status = Literal["waiting", "running", "done", "failed", "skipped"]


class StepProgress(NamedTuple):
    """One command of a run: how far it is, what it printed, how it ended. `rescue`: it runs only where others fail."""

    command: str
    status: Status = "waiting"
    output: str = ""
    ending: str = ""
    rescue: bool = False


class TaskProgress(NamedTuple):
    """One object of a run with its commands; `note` is why it was skipped."""

    key: str
    subject: str
    steps: tuple[StepProgress, ...]
    status: Status = "waiting"
    note: str = ""


class RunProgress(NamedTuple):
    """A plan while it runs and after. `over` is set when no command runs any more; then the host is read again.

    `error` is why the run broke off; `verdicts` are None until the host was read again. `cut`: a step waits for a line
    that was cut. `undone` says that the host took back what was done.
    """

    plan: Plan
    before: Snapshot
    tasks: tuple[TaskProgress, ...]
    over: bool = False
    cancelled: bool = False
    error: str = ""
    verdicts: tuple[Verdict, ...] | None = None
    cut: bool = False
    undone: str = ""

    @classmethod
    def of(cls, plan: Plan, before: Snapshot) -> RunProgress:
        """`plan` before its first command."""
        tasks = []
        for task in plan.tasks:
            steps = tuple(StepProgress(shell_line(step.argv), rescue=bool(step.rescues)) for step in task.steps)
            tasks.append(TaskProgress(task.key, task.label or task.subject, steps))
        return cls(plan, before, tuple(tasks))

    def after(self, event: RunEvent) -> RunProgress:
        """The progress once `event` has happened; an event of a task that is not in the plan changes nothing."""
        tasks = tuple(_task_after(task, event) if task.key == event.key else task for task in self.tasks)
        return self._replace(tasks=tasks)

    def outcomes(self) -> Mapping[str, Outcome]:
        """Outcome by task key, for a run that broke off: what was under way counts as failed."""
        known: dict[Status, Outcome] = {"done": "done", "failed": "failed", "running": "failed"}
        return {task.key: known.get(task.status, "skipped") for task in self.tasks}

    @property
    def finished(self) -> int:
        return sum(task.status in ("done", "failed", "skipped") for task in self.tasks)

    @property
    def now(self) -> tuple[str, ...]:
        return tuple(task.subject for task in self.tasks if task.status == "running")

    @property
    def saved(self) -> bool:
        """Whether it left nothing to be saved: each file is written, or what has none ended well."""
        done = {task.key: [step.status == "done" for step in task.steps] for task in self.tasks}
        files = [
            well
            for task in self.plan.tasks
            for well, step in zip(done[task.key], task.steps, strict=True)
            if step.file and not step.rescues
        ]
        return all(files) if files else all(task.status == "done" for task in self.tasks)

    @property
    def undoable(self) -> bool:
        """Whether a save went well and what came after it did not, the start of a jail for example."""
        failed = self.verdicts is not None and not all(verdict.ok for verdict in self.verdicts)
        return failed and not self.undone and self.plan.verb is Verb.SAVE and self.plan.called != "Undo" and self.saved

    @property
    def failed(self) -> tuple[str, ...]:
        """The row keys of what is not as asked, once the run is judged."""
        return tuple(verdict.key for verdict in self.verdicts or () if not verdict.ok)

    @property
    def words(self) -> str:
        """`start web`, or `start 3 of 7`."""
        if len(self.tasks) == 1:
            return self.plan.title[:1].lower() + self.plan.title[1:]
        return f"{self.plan.verb.value} {self.finished} of {len(self.tasks)}"


def _task_after(task: TaskProgress, event: RunEvent) -> TaskProgress:
    if event.kind == "task-started":
        return task._replace(status="running")
    if event.kind == "task-skipped":
        return task._replace(status="skipped", note=event.text)
    if event.kind == "task-ended":
        return task._replace(status="failed" if event.text == "failed" else "done")
    if event.step is None or event.step >= len(task.steps):
        return task
    step = _step_after(task.steps[event.step], event)
    return task._replace(steps=(*task.steps[: event.step], step, *task.steps[event.step + 1 :]))


def _step_after(step: StepProgress, event: RunEvent) -> StepProgress:
    if event.kind == "step-started":
        return step._replace(status="running")
    if event.kind == "output":
        return step._replace(output=step.output + event.text)
    if event.kind != "step-ended" or event.result is None:
        return step
    result = event.result
    status = "" if result.rc is None else "ok" if result.ok else f"exit {result.rc}"
    ending = ": ".join(filter(None, (status, result.note))) or "no exit status"
    return step._replace(status="done" if result.ok else "failed", ending=ending, output=step.output or result.output)
