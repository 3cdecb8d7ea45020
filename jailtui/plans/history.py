"""What was run and saved, by the lines of the audit log: each plan with its steps, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from jailtui.exchange import Argv, PlanMark, shell_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def undoing(identity: str) -> Argv:
    """The command by which a host undoes a plan by itself."""
    return "sh", f"/var/run/jailtui/wayback/{identity}/script"


def is_undoing(argv: Argv) -> bool:
    return argv[:1] == ("sh",) and argv == undoing(argv[-1].split("/")[-2] if "/" in argv[-1] else "")


class RecordedLine(Protocol):
    """A line of the audit log."""

    id: str
    time: str
    event: Any
    host: str
    who: dict[str, str]
    pid: int | None
    argv: list[str] | None
    diff: str | None
    commands: list[list[str]] | None
    rc: int | None
    output: str

    def mark(self) -> PlanMark | None:
        """The plan it belongs to."""


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
    def ending(self) -> str:
        """How it ended."""
        if not self.ended:
            return "no end is known"
        return "no exit status" if self.status is None else f"exit status {self.status}"

    @property
    def line(self) -> str:
        """What it did, in one line of shell."""
        return f"save {self.file}" if self.file else shell_line(self.argv)


class PastRun(NamedTuple):
    """A plan, or a step that belongs to none, that was run or refused. `begun` is the time of its first line.

    `is_open`: it was begun and no line tells its end. `commands` are all those of a save, begun or not.
    """

    mark: PlanMark
    host: str
    begun: str
    who: str
    pid: int | None
    steps: tuple[PastStep, ...] = ()
    is_open: bool = False
    status: int | None = None
    output: str = ""
    refused: str = ""
    commands: tuple[Argv, ...] = ()

    @property
    def title(self) -> str:
        """What the plan was called; of a step that belongs to none, its command."""
        return self.mark.title or "; ".join(step.line for step in self.steps)

    @property
    def interrupted(self) -> bool:
        """Whether it did not come to its end."""
        return self.is_open or (bool(self.mark.keys) and not self.refused and self.status is None)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it saved, the last first."""
        return tuple(dict.fromkeys(step.file for step in reversed(self.steps) if step.file and step.status == 0))

    @property
    def outcome(self) -> str:
        """What came of it: done, failed, refused, undone, not ended; of the first step that failed its exit status."""
        if any(is_undoing(step.argv) for step in self.steps):
            return "undone by the host"
        if self.refused and not self.steps and not self.is_open:
            return f"refused: {self.refused}"
        failed = next((step for step in self.steps if step.ended and step.status != 0), None)
        if failed is not None:
            return f"{failed.line}: {failed.ending}"
        if self.is_open or not self.mark.title:
            return "done" if self.steps and all(step.ended for step in self.steps) and not self.is_open else "not ended"
        return {0: "done", None: "interrupted"}.get(self.status, "failed")


def past_runs(lines: Iterable[RecordedLine]) -> tuple[PastRun, ...]:
    """The runs of these lines, the one first that began last; the lines come the newest first, too."""
    groups: dict[str, list[RecordedLine]] = {}
    for number, line in enumerate(lines):
        if line.event in ("running", "gone"):
            continue
        mark = line.mark()
        key = mark.id if mark is not None else line.id or f"{number}"
        groups[key] = group = groups.pop(key, [])  # their order is that of the lines with which they began
        group.append(line)
    return tuple(_run(list(reversed(group))) for group in groups.values())


def _run(lines: list[RecordedLine]) -> PastRun:
    """The run of these lines, the oldest of which is the first."""
    first = lines[0]
    run = PastRun(first.mark() or PlanMark(first.id, "", ""), first.host, first.time, doer(first.who), first.pid)
    steps: dict[str, PastStep] = {}
    for number, line in enumerate(lines):
        if line.event == "refused":
            run = run._replace(refused=line.output)
        elif line.argv is not None:
            key = line.id or f"{number}"
            steps[key] = _after(steps.get(key, PastStep(line.id, _argv(line.argv), line.diff or "")), line)
        elif line.event == "begin":
            run = run._replace(is_open=True, commands=tuple(_argv(words) for words in line.commands or ()))
        elif line.event == "end":
            run = run._replace(is_open=False, status=line.rc, output=line.output)
    return run._replace(steps=tuple(steps.values()))


def _argv(words: object) -> Argv:
    """The words of a command; none where a log has something else in their place."""
    return tuple(map(str, words)) if isinstance(words, list) else ()


def _after(step: PastStep, line: RecordedLine) -> PastStep:
    if line.event != "end":
        return step
    return step._replace(ended=True, status=line.rc, output=line.output)


def later_save(history: Iterable[PastRun], run: PastRun, path: str) -> PastRun | None:
    """The run that saved the file last, if that is a later one than `run`; `history` is the newest first."""
    last = next((other for other in history if path in other.files), None)
    return None if last is None or last.mark.id == run.mark.id else last


def doer(who: Mapping[str, str]) -> str:
    """Who it was: the user who became root, else the user."""
    names = (who.get(name) for name in ("SUDO_USER", "DOAS_USER", "USER"))
    return str(next(filter(None, names), f"uid {who.get('uid', 'unknown')}"))
