"""A plan and its run told line by line, for a terminal without the screen."""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING

from jailtui.cli.talk import asked, talk
from jailtui.exchange import Step, difference, shell_line
from jailtui.plans.reclaim import left_over
from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import RunEvent


def step_text(step: Step) -> str:
    """What a step does, before it runs: its command, or the diff of its file."""
    if step.file is None:
        return shell_line(step.argv)
    return "\n".join(difference(step.file.old or b"", step.file.new, step.file.path))


def agreed(plan: Plan) -> bool:
    """Show the commands and the changes of files, and ask. Without a terminal nobody can say yes."""
    talk(plan.title + ":")
    saves = False
    for task in plan.tasks:
        for step in task.steps:
            talk(step_text(step) if step.file else f"  {step_text(step)}")
            if step.breaks:
                talk(f"    breaks: {step.breaks}")
            saves = saves or step.file is not None
        holds = task.why if saves else ""
        for label, text in (("holds", holds), ("breaks", task.breaks), ("undo", task.undo), ("warning", task.warning)):
            if text:
                talk(f"    {label}: {text}")
    if saves:
        return asked("Save it?", "give --yes to save it")
    owners = " and ".join(dict.fromkeys(task.owner for task in plan.tasks if task.owner))
    if not asked("Run these commands?", "give --yes to run them"):
        return False
    return not owners or asked(f"Part of it is {owners}'s, not yours. Run them all the same?", "give --yes to run them")


def everything(state: HostState, named: Sequence[str]) -> list[str]:
    """The row keys that `reclaim --all` means beside those that are `named`; says what it leaves alone, and why."""
    free, managed = left_over(state)
    for pair in managed:
        if pair.key not in named:
            talk(f"{pair.name}: {pair.manager} made it: name it too to take it back")
    unknown = [pair.name for pair in state.epairs if pair.orphan is None]
    if unknown:
        talk(f"Not known whether anybody uses them: {', '.join(unknown)}")
    keys = list(dict.fromkeys((*named, *(pair.key for pair in free))))
    if not keys:
        talk("No pair is left over that could be reclaimed.")
    return keys


def meanwhile(plan: Plan, again: Plan) -> Iterator[str]:
    """What somebody else has done to the files of a plan that was made again, as diffs."""
    edits = {step.file.path: step.file for task in plan.tasks for step in task.steps if step.file}
    for now in (step.file for task in again.tasks for step in task.steps if step.file):
        was = edits.get(now.path)
        if was and was.old != now.old:
            yield f"{now.path} was changed by somebody else in between. Their change:"
            yield from difference(was.old or b"", now.old or b"", now.path)


def put(plan: Plan) -> None:
    """Print a plan as a script: byte for byte, but to a terminal nothing that it would act on."""
    script = plan.script()
    if not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(script.encode("utf-8", "surrogateescape"))
        return
    told = "\n".join("\t".join(clean(part) for part in line.split("\t")) for line in script.split("\n"))
    print(told, end="")
    if told != script:
        talk("The script holds characters that a terminal can't show: run it from a file, not as it stands here.")


def reporter(plan: Plan, talk: Callable[[str], None]) -> Callable[[RunEvent], None]:
    """A listener for `run_plan` that says each command, what it prints line by line as it comes, and how it ended."""
    tasks = {task.key: task for task in plan.tasks}
    several = len(tasks) > 1
    unended = dict.fromkeys(tasks, "")
    lock = Lock()

    def report(event: RunEvent) -> None:
        task = tasks[event.key]
        before = f"{task.subject}: " if several else ""
        with lock:
            if event.kind == "step-started" and event.step is not None:
                talk(f"{before}$ {shell_line(task.steps[event.step].argv)}")
            elif event.kind == "output":
                *lines, unended[event.key] = (unended[event.key] + event.text).split("\n")
                for line in lines:
                    talk(f"{before}  {line}")
            elif event.kind == "step-ended" and event.result is not None:
                if unended[event.key]:
                    talk(f"{before}  {unended[event.key]}")
                    unended[event.key] = ""
                if not event.result.ok:
                    status = "no exit status" if event.result.rc is None else f"exit status {event.result.rc}"
                    talk(f"{before}  {status}{f': {event.result.note}' if event.result.note else ''}")
            elif event.kind == "task-skipped":
                talk(f"{before}skipped: {event.text}")

    return report
