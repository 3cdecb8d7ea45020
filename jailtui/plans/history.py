"""What was run and saved, by the lines of the audit log: each plan with its steps, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from jailtui.exchange import Argv, PlanMark, shell_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class RecordedLine(Protocol):
    """A line of the audit log."""

    id: str
    time: str
    event: Any
    host: str
    who: dict[str, str]
    pid: int | None
    plan: Any
    argv: list[str] | None
    diff: str | None
    rc: int | None
    output: str


class PastStep(NamedTuple):
    """A step that was begun. `ended` is None as long as no line tells its end; its `status` may be None then, too."""

    id: str
    argv: Argv
    diff: str = ""
    ended: bool = False
    status: int | None = None
    output: str = ""

    @property
    def file(self) -> str:
        """The file that it saved; "" for a command."""
        return self.argv[1] if self.argv[:1] == ("save",) and len(self.argv) > 1 else ""

    @property
    def line(self) -> str:
        """What it did, in one line of shell."""
        return f"save {self.file}" if self.file else shell_line(self.argv)


class PastRun(NamedTuple):
    """A plan, or a step that belongs to none, that was run or refused. `begun` is the time of its first line."""

    mark: PlanMark
    host: str
    begun: str
    who: str
    pid: int | None
    steps: tuple[PastStep, ...] = ()
    ended: bool = False
    status: int | None = None
    output: str = ""
    refused: str = ""

    @property
    def title(self) -> str:
        """What the plan was called; of a step that belongs to none, its command."""
        return self.mark.title or "; ".join(step.line for step in self.steps)

    @property
    def outcome(self) -> str:
        """What came of it: done, failed, refused, no end."""
        if not self.steps and self.refused:
            return f"refused: {self.refused}"
        failed = [step for step in self.steps if step.ended and step.status != 0]
        if self.mark.title and self.status != 0 and not failed:
            return "not ended" if not self.ended or self.status is None else "failed"
        if failed:
            status = failed[0].status
            return f"{failed[0].line}: {'no exit status' if status is None else f'exit status {status}'}"
        return "done" if all(step.ended for step in self.steps) else "not ended"


def past_runs(lines: Iterable[RecordedLine]) -> tuple[PastRun, ...]:
    """The runs of these lines, the newest first; the lines come the newest first, too."""
    groups: dict[str, list[RecordedLine]] = {}
    for number, line in enumerate(lines):
        if line.event == "running":
            continue
        key = line.plan.id if line.plan is not None else line.id or f"{number}"
        groups.setdefault(key, []).append(line)
    return tuple(_run(list(reversed(group))) for group in groups.values())


def _run(lines: list[RecordedLine]) -> PastRun:
    """The run of these lines, the oldest of which is the first."""
    first, plan = lines[0], lines[0].plan
    mark = PlanMark(plan.id, plan.title, plan.verb, tuple(plan.keys)) if plan else PlanMark(first.id, "", "")
    run = PastRun(mark, first.host, first.time, doer(first.who), first.pid)
    steps: dict[str, PastStep] = {}
    for number, line in enumerate(lines):
        if line.event == "refused":
            run = run._replace(refused=line.output)
        elif line.argv is not None:
            key = line.id or f"{number}"
            argv = tuple(map(str, line.argv))
            steps[key] = _after(steps.get(key, PastStep(line.id, argv, line.diff or "")), line)
        elif line.event == "end":
            run = run._replace(ended=True, status=line.rc, output=line.output)
    return run._replace(steps=tuple(steps.values()))


def _after(step: PastStep, line: RecordedLine) -> PastStep:
    if line.event != "end":
        return step
    return step._replace(ended=True, status=line.rc, output=line.output)


def doer(who: Mapping[str, str]) -> str:
    """Who it was: the user who became root, else the user."""
    names = (who.get(name) for name in ("SUDO_USER", "DOAS_USER", "USER"))
    return next(filter(None, names), "") or f"uid {who.get('uid', 'unknown')}"
