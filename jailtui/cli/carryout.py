"""A plan on the command line: shown, agreed to, run, and what is true afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli import report
from jailtui.cli.exits import Exit, Stop
from jailtui.cli.talk import talk
from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import HostBackend, Snapshot
    from jailtui.cli.verb import Arguments
    from jailtui.plans.plan import Plan


def agree_and_run(
    planned: Callable[[Snapshot], Plan], snapshot: Snapshot, backend: HostBackend, arguments: Arguments
) -> int:
    """Show the plan, ask, and run it; gives the exit status.

    `planned` makes the plan by a reading: by `snapshot`, and by a new one after the question was answered, since that
    may have taken an hour. Raises Stop, HostError.
    """
    plan = planned(snapshot)
    for refusal in plan.refused:
        talk(f"{refusal.subject}: {refusal.reason}")
    for offer in plan.offers:
        talk(f"{offer.subject}: --clear does this first: {offer.label}")
    if arguments.dry_run:
        report.put_script(plan)
    if arguments.dry_run or not plan.tasks:
        return Exit.REFUSED if plan.refused or not plan.tasks else Exit.OK
    if backend.read_only:
        raise Stop(backend.read_only, Exit.REFUSED)
    if arguments.yes:
        return carry_out(plan, backend, snapshot)
    if not report.agreed(plan):
        return Exit.DECLINED
    now = backend.read()
    refuse_changes(plan, planned(now))
    return carry_out(plan, backend, now)


def refuse_changes(plan: Plan, again: Plan) -> None:
    """Raises Stop, after the diffs of files, where the plan made again does something else."""
    if again.does(plan):
        return
    for line in report.other_edits(plan, again):
        talk(line)
    raise Stop("The host has changed in the meantime and needs other commands: run the verb again.", Exit.DECLINED)


def carry_out(plan: Plan, backend: HostBackend, before: Snapshot) -> int:
    """Run the plan, read the host again and say what is true now. Raises HostError."""
    for task in plan.tasks:
        if task.warning:
            talk(f"{task.subject}: {task.warning}")
    outcomes = backend.run(plan, report.reporter(plan, talk), lambda: False)
    verdicts = backend.verdict(plan, outcomes, before, backend.read())
    for verdict in verdicts:
        print(clean(verdict.text))
    if not all(verdict.ok for verdict in verdicts):
        return Exit.FAILED
    return Exit.REFUSED if plan.refused else Exit.OK
