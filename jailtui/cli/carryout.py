"""A plan on the command line: it is shown, agreed to and run, and its outcome is printed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from jailtui.cli.hosts import talk_lost
from jailtui.cli.interrupt import run_interrupted
from jailtui.cli.talk import ask, put, put_exact, put_lines, talk, talk_diff
from jailtui.cli.verb import Exit, Stop
from jailtui.exchange import HostError, Verb, difference, taken
from jailtui.plans.plan import comment
from jailtui.plans.run import LINE_BACK, LINE_CUT
from jailtui.plans.shapes import NAME, shapes
from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jailtui.backend import HostBackend
    from jailtui.cli.verb import Arguments
    from jailtui.exchange import FileEdit
    from jailtui.plans.guard import Guard
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.snapshot import Snapshot


def agree_and_run(
    planned: Callable[[Snapshot], Plan], snapshot: Snapshot, backend: HostBackend, arguments: Arguments
) -> int:
    """Show the plan, ask, and run it; gives the exit status.

    `planned` makes the plan by a reading: by `snapshot`, and by a new one after the answer, which may take an hour to
    come. Raises Stop, HostError.
    """
    plan = planned(snapshot)
    for refusal in plan.refused:
        talk(refusal.text)
    for offer in plan.offers:
        when = "last" if plan.verb is Verb.STOP else "first"
        talk(f"{offer.subject}: --clear does this {when}: {offer.label}")
    if arguments.dry_run:
        put_script(plan)
        return Exit.REFUSED if plan.refused or not plan.tasks else Exit.OK
    if not plan.tasks:
        talk_lost(backend.note_refusal(plan.mark(), [refusal.text for refusal in plan.refused]))
        return Exit.REFUSED
    try:
        return agreed_and_run(plan, planned, snapshot, backend, arguments)
    except Stop as stop:
        stop.plan = plan.mark()
        raise


def agreed_and_run(
    plan: Plan,
    planned: Callable[[Snapshot], Plan],
    snapshot: Snapshot,
    backend: HostBackend,
    arguments: Arguments,
) -> int:
    """Ask, make the plan again, and run it; gives the exit status. Raises Stop, HostError."""
    if backend.read_only:
        raise Stop(backend.read_only, Exit.REFUSED)
    take = getattr(arguments, "take", False)
    refuse_cuts(plan, arguments.cut)
    if arguments.yes:
        refuse_takings(plan, take=take)
        refuse_losses(plan)
        return carry_out(plan, backend, snapshot, yes=True)
    if not agreed(plan, take=take):
        return Exit.DECLINED
    now = backend.read()
    refuse_changes(plan, planned(now))
    return carry_out(plan, backend, now)


def refuse_cuts(plan: Plan, hostname: str) -> None:
    """Print why the plan may cut the operator's ssh session; raises Stop unless --cut has the host's own name."""
    for reason in plan.cuts:
        talk(f"May cut your ssh session: {reason}")
    for sentence in plan.way_back:
        talk(sentence)
    if not plan.cuts or plan.named_by(hostname):
        return
    ending = f"this host is {plan.hostname}" if hostname else f"give --cut {plan.hostname} to do it"
    raise Stop(f"Nothing was done: this may cut your ssh session; {ending}.", Exit.REFUSED)


def kept(guard: Guard, *, yes: bool) -> bool:
    """Have the plan confirmed from a new connection, else wait until its way back has undone it: whether it stays."""
    if not guard.elsewhere and (became := guard.look()):
        talk(became)
        return False
    if not guard.elsewhere:
        talk(f"In {guard.armed.left if guard.armed else 0} s the host undoes this: log in again and type: jailtui keep")
        return True
    try:
        guard.reach()
        if yes or ask("You can log in again. Keep what was done?", "give --yes to keep what leaves a way in"):
            guard.keep()
            talk("A new connection works: what was done stays.")
            return True
    except HostError as error:
        talk(f"Not kept: {error}")
    talk("The host will undo it automatically.")
    talk(guard.awaited() or "The host did not report that it was undone.")
    return False


def refuse_takings(plan: Plan, *, take: bool) -> None:
    """Raises Stop if the plan takes something from a running jail, and --take is missing."""
    for task in plan.tasks:
        if task.takes:
            for text in task.warnings or (f"takes {taken((task,))}",):
                talk(f"{task.subject}: {text}")
    if not take and (things := taken(plan.tasks)):
        raise Stop(f"Nothing was done: this takes {things}. Give --take to take it.", Exit.REFUSED)


def refuse_losses(plan: Plan) -> None:
    """If the plan would drop what somebody else has changed, print that as diffs and raise Stop."""
    for edit in plan.lost:
        put_lines(changed_since(edit))
    if plan.lost:
        paths = ", ".join(edit.path for edit in plan.lost)
        raise Stop(
            f"Nothing was done: somebody else changed the same lines of {paths} since. Without --yes you are asked.",
            Exit.DECLINED,
        )


def refuse_changes(plan: Plan, again: Plan) -> None:
    """Raises Stop, and prints diffs of files, if the plan made again does something else."""
    if again.does(plan):
        return
    talk_diff(list(other_edits(plan, again)))
    raise Stop("The host has changed and needs other commands: run jailtui again.", Exit.DECLINED)


def carry_out(plan: Plan, backend: HostBackend, before: Snapshot, *, yes: bool = False) -> int:
    """Run the plan, read the host again and print the outcome. `yes`: keep it without asking. Raises HostError."""
    for task in plan.tasks:
        for warning in task.warnings:
            talk(f"{task.subject}: {warning}")
    backend.watch_line(talk_line)
    with run_interrupted(backend.leave_steps, talk) as interruption:
        outcomes = backend.run(plan, reporter(plan, talk), lambda: bool(interruption))
    if interruption:
        talk_interrupted(plan, outcomes)
    if backend.guard.armed is not None and not kept(backend.guard, yes=yes):
        return Exit.FAILED
    verdicts = backend.verdict(plan, outcomes, before, backend.read())
    for verdict in verdicts:
        put(clean(verdict.text))
    if interruption:
        return interruption.status
    if not all(verdict.ok for verdict in verdicts):
        return Exit.FAILED
    return Exit.REFUSED if plan.refused else Exit.OK


def talk_line(cut: bool) -> None:
    """Say that the line was cut, or that it is back."""
    talk(LINE_CUT if cut else LINE_BACK)


def talk_interrupted(plan: Plan, outcomes: Mapping[str, Outcome]) -> None:
    """Say what ended and what was not begun."""
    words = {"done": "Ended", "failed": "Failed", "skipped": "Not begun"}
    for outcome, word in words.items():
        names = [task.label or task.subject for task in plan.tasks if outcomes.get(task.key) == outcome]
        if names:
            talk(f"{word}: {', '.join(names)}.")


def put_steps(plan: Plan) -> None:
    """Print what the steps do, on standard output: diffs, which patch(1) takes, and commands, which it passes over.

    Steps that run only where others fail are left out: patch(1) would take back what it has just done.
    The name of an interface may hold newlines and what looks like a diff: each line of a command has a sign before it.
    """
    for step in (step for task in plan.tasks for step in task.steps if not step.rescues):
        put_lines(changed_lines(step.file) if step.file else [f"# {line}" for line in step.line.split("\n")])


def changed_lines(edit: FileEdit) -> list[str]:
    """The diff of a file."""
    return difference(edit.old or b"", edit.new, comment(edit.path))


def changed_since(edit: FileEdit) -> list[str]:
    """The diff of what somebody else has changed in a file since it was saved."""
    return difference(edit.base or b"", edit.old or b"", comment(edit.path))


def talk_plan(plan: Plan) -> None:
    """Print the commands and the changes of files; tasks that differ in a name only are printed once with the names."""
    for task, names in shapes(plan.tasks):
        if names:
            talk(f"  {NAME}: {', '.join(names)} ({len(names)})")
        for step in task.steps:
            if step.rescues:
                talk(f"    if a step fails: {step.line}")
            elif step.file:
                talk_file(step.file)
            else:
                talk(f"  {step.line}")
            if step.breaks:
                talk(f"    breaks: {step.breaks}")
        if task.why and any(step.file is not None for step in task.steps):
            talk(f"    {task.why}")  # when it takes effect
        facts = {
            "why": plan.by_whom(task),
            "breaks": task.breaks,
            "takes": taken((task,)),
            "undo": task.undo,
        }
        warnings = (("warning", text) for text in task.warnings)
        for label, text in (*facts.items(), *warnings):
            if text:
                talk(f"    {label}: {text}")


def talk_file(edit: FileEdit) -> None:
    """Print the diff of a file, and before it what somebody else has changed there."""
    if edit.base is not None:
        talk("  Somebody else changed since:")
        talk_diff(changed_since(edit))
        talk("  This would change:")
    talk_diff(changed_lines(edit))


def agreed(plan: Plan, *, take: bool = False) -> bool:
    """Show the plan and ask; ask once more about what it takes from running jails, unless `take` is set."""
    talk(f"{plan.title} on {plan.host}:")
    saves = any(step.file is not None for task in plan.tasks for step in task.steps)
    talk_plan(plan)
    things = "" if take else taken(plan.tasks)
    if saves:
        return ask("Save it?", "give --yes to save it") and (not things or ask_to_take(things))
    owners = " and ".join(dict.fromkeys(task.owner for task in plan.tasks if task.owner))
    if not ask("Run these commands?", "give --yes to run them") or (things and not ask_to_take(things)):
        return False
    return not owners or ask(
        f"Some of these resources were created by {owners}. Run the commands anyway?", "give --yes to run them"
    )


def ask_to_take(things: str) -> bool:
    return ask(f"This takes {things}. Take it?", "give --take to take it")


def other_edits(plan: Plan, again: Plan) -> Iterator[str]:
    """The changes of others to the files of a plan, found when it is made again, as diffs."""
    edits = {step.file.path: step.file for task in plan.tasks for step in task.steps if step.file}
    for new in (step.file for task in again.tasks for step in task.steps if step.file):
        old = edits.get(new.path)
        if old and old.old != new.old:
            yield f"{new.path} was changed by somebody else:"
            yield from difference(old.old or b"", new.old or b"", new.path)


def put_script(plan: Plan) -> None:
    """Print a plan as a script: byte for byte, except that a terminal gets nothing that it would act on."""
    if not put_exact(plan.script(), _with_tabs):
        talk("The script contains characters that a terminal can't show: write it to a file and run the file.")


def _with_tabs(script: str) -> str:
    """The script for a terminal: cleaned, with its tabs."""
    return "\n".join("\t".join(clean(part) for part in line.split("\t")) for line in script.split("\n"))


def reporter(plan: Plan, talk: Callable[[str], None]) -> Callable[[RunEvent], None]:
    """A listener for `run_plan` that prints each command, each line of its output as it comes, and how it ended."""
    tasks = {task.key: task for task in plan.tasks}
    several = len(tasks) > 1
    partial = dict.fromkeys(tasks, "")
    lock = Lock()

    def report(event: RunEvent) -> None:
        task = tasks[event.key]
        before = f"{task.subject}: " if several else ""
        with lock:
            if event.kind == "step-started" and event.step is not None:
                talk(f"{before}$ {task.steps[event.step].line}")
            elif event.kind == "output":
                *lines, partial[event.key] = (partial[event.key] + event.text).split("\n")
                for line in lines:
                    talk(f"{before}  {line}")
            elif event.kind == "step-ended" and event.result is not None:
                if partial[event.key]:
                    talk(f"{before}  {partial[event.key]}")
                    partial[event.key] = ""
                if not event.result.ok:
                    status = "no exit status" if event.result.rc is None else f"exit status {event.result.rc}"
                    talk(f"{before}  {status}{f': {event.result.note}' if event.result.note else ''}")
                elif event.result.note:
                    talk(f"{before}  {event.result.note}")
            elif event.kind == "task-skipped":
                talk(f"{before}skipped: {event.text}")

    return report
