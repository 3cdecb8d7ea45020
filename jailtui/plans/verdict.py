"""The result of a run, judged by the host's state afterwards and not by exit statuses alone."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Task, Verb
from jailtui.model.commands import starts
from jailtui.model.state import HostState, JailState
from jailtui.plans.remedy import about

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome


class Verdict(NamedTuple):
    """What is true now of one object of a plan. `text` is a sentence that names it."""

    key: str
    subject: str
    ok: bool
    text: str


def verdicts(
    plan: Plan,
    outcomes: Mapping[str, Outcome],
    before: HostState,
    after: HostState,
    left: Mapping[str, str] = MappingProxyType({}),
    unsaved: Collection[str] = (),
) -> tuple[Verdict, ...]:
    """One verdict for each task of `plan`, in its order. `outcomes` are those of `run_plan`, `left` the sentences of
    findings that are still there after their remedies, by task key; `unsaved` the keys of tasks whose files have not
    the text that was to be saved.
    """
    judged = []
    for task in plan.tasks:
        outcome = outcomes.get(task.key, "skipped")
        if (why := after.unknown("jails", "interfaces")) and plan.verb_of(task) is not Verb.SAVE:
            judged.append(
                Verdict(task.key, task.subject, False, f"{task.subject}: what came of it is not known: {why}.")
            )
        elif plan.verb_of(task) is Verb.REMEDY:
            judged.append(_judge_remedy(task, outcome, left.get(task.key), after, _failed_after(plan, task, outcomes)))
        elif plan.verb is Verb.SAVE and outcome == "failed":
            judged.append(_judge_failed_save(task, before, after, saved=task.key not in unsaved))
        else:
            judged.append(_with_it(plan, task, _judge(plan.verb, task, outcome, before, after), before, after))
    return tuple(judged)


def _failed_after(plan: Plan, task: Task, outcomes: Mapping[str, Outcome]) -> str:
    """The jail whose start waited for that remedy, and then failed; "" for none."""
    waiting = (other.subject for other in plan.tasks if task.key in other.needs and outcomes.get(other.key) == "failed")
    return next(waiting, "")


def _judge_remedy(task: Task, outcome: Outcome, left: str | None, after: HostState, failed: str) -> Verdict:
    """A remedy has worked if its finding is gone, even if the pair or jail is still there. A start that `failed` after
    it may have left the same again.
    """
    what = task.label or task.subject
    if left is not None and outcome == "done" and failed:
        return Verdict(task.key, task.subject, False, f"{what}: done, and then the start of {failed} failed. {left}")
    if left is not None:
        how = "not run" if outcome == "skipped" else "did not help"
        return Verdict(task.key, task.subject, False, f"{what}: {how}. {left}")
    how = {"failed": "problem solved, though a command failed", "skipped": "not run, problem gone"}.get(outcome, "done")
    now = " ".join(filter(None, (f"{what}: {how}.", _what_is(task, after))))
    return Verdict(task.key, task.subject, outcome != "failed", now)


def _what_is(task: Task, after: HostState) -> str:
    """A sentence on the pair or the jail that a remedy was for, "" for anything else."""
    _, kind, key = about(task.key)
    if kind == "epair":
        pair = after.epair(key)
        if pair is None:
            return f"{key} is gone."
        if pair.orphan is False:
            return f"{pair.name} is in use."
        return f"{pair.name} is still left over: {pair.why}." if pair.orphan else f"{pair.name} is there: {pair.why}."
    jail = after.jail(key) if kind == "jail" else None
    if jail is None:
        return ""
    if jail.running:
        return f"{jail.name} runs, jid {jail.jid}."
    return f"{jail.name} is dying, jid {jail.jid}." if jail.state is JailState.DYING else f"{jail.name} is not running."


def _with_it(plan: Plan, task: Task, verdict: Verdict, before: HostState, after: HostState) -> Verdict:
    """The verdict, with the jails that jail(8) has stopped too because they depend on this one."""
    if plan.verb not in (Verb.STOP, Verb.RESTART):
        return verdict
    asked = {task.key for task in plan.tasks}
    down = [
        jail.name
        for jail in before.jails
        if jail.running
        and jail.configured
        and task.subject in jail.configured.depend
        and jail.key not in asked
        and not ((now := after.jail(jail.key)) and now.running)
    ]
    if not down:
        return verdict
    also = f"{', '.join(down)} {'was' if len(down) == 1 else 'were'} stopped with it."
    return verdict._replace(text=f"{verdict.text} {also}")


def _judge(verb: Verb, task: Task, outcome: Outcome, before: HostState, after: HostState) -> Verdict:
    if outcome == "skipped" and verb is Verb.RECLAIM:
        return _judge_unreclaimed(task, before, after)
    if outcome == "skipped":
        return Verdict(task.key, task.subject, False, f"{task.subject} was not touched.")
    if verb is Verb.SAVE:
        return _judge_save(task, outcome, before, after)
    if verb is Verb.RECLAIM:
        return _judge_reclaim(task, before, after)
    if verb is Verb.STOP:
        return _judge_stop(task, outcome, after)
    return _judge_start(verb, task, outcome, before, after)


def _judge_save(task: Task, outcome: Outcome, before: HostState, after: HostState) -> Verdict:
    """What was saved, and of a jail that was restarted with it, whether it runs."""
    files = _saved_files(task)
    done = f"{files} is saved." if files else f"{task.label or task.subject}: done."
    restarted = _restarted(task)
    if not restarted:
        effect = f" {task.why[:1].upper()}{task.why[1:]}." if task.why else ""
        return Verdict(task.key, task.subject, True, done + effect)
    if why := after.unknown("jails"):
        return Verdict(task.key, task.subject, False, f"{done} Whether {restarted} is running is not known: {why}.")
    key = next((jail.key for jail in before.jails if jail.name == restarted), restarted)
    again = _judge_start(Verb.RESTART, Task(key, restarted, ()), outcome, before, after)
    return Verdict(task.key, task.subject, again.ok, f"{done} {again.text}")


def _saved_files(task: Task) -> str:
    edits = [step.file for step in task.steps if step.file is not None and not step.rescues]
    return ", ".join(dict.fromkeys(edit.path for edit in edits))


def _restarted(task: Task) -> str:
    """The jail that is restarted with the save, by name; "" for none."""
    return next((name for step in task.steps if (name := starts(step.argv))), "")


def _judge_failed_save(task: Task, before: HostState, after: HostState, *, saved: bool) -> Verdict:
    """What became of a save that did not end well, and of the jail that was to be restarted with it."""
    name, files = _restarted(task), _saved_files(task) or task.subject
    if not name:
        return Verdict(task.key, task.subject, False, f"{task.subject}: not everything was done.")
    was, now = before.jail(name), after.jail(name)
    behind = ", ".join(pair.name for pair in after.orphans if pair.owner == name)
    down = f"{name} is not running{f'; {behind} is left over' if behind else ''}"
    text = f"{files} was not saved, and {down}."
    if now is not None and now.running and was is not None and now.jid == was.jid:
        text = f"{files} was not saved: {name} was not stopped, and still runs as before, jid {now.jid}."
    elif now is not None and now.running and not saved:
        text = f"{files} was not saved. {name} was started again as before, jid {now.jid}."
    elif now is not None and now.running:
        text = f"{files} is saved. {name} runs, jid {now.jid}, though a command failed."
    elif saved:
        text = f"{files} is saved, but {down}. To take the save back: u, or jailtui undo {files}"
    return Verdict(task.key, task.subject, False, text)


def _judge_reclaim(task: Task, before: HostState, after: HostState) -> Verdict:
    was, now = before.epair(task.key), after.epair(task.key)
    if now is None:
        return Verdict(task.key, task.subject, True, f"{task.subject} is gone.")
    same = was is not None and (was.a.ether, was.b.ether) == (now.a.ether, now.b.ether)
    left = f"{task.subject} is still there" if same else f"a pair named {task.subject} is there again"
    return Verdict(task.key, task.subject, False, f"{left}: {now.why}")


def _judge_unreclaimed(task: Task, before: HostState, after: HostState) -> Verdict:
    """Of a pair that was left alone, why, by what it is now."""
    was, now = before.epair(task.key), after.epair(task.key)
    if now is None:
        left = f"{task.subject} is gone already." if was is not None else f"{task.subject} was not touched."
        return Verdict(task.key, task.subject, was is not None, left)
    return Verdict(task.key, task.subject, False, f"{task.subject} was not touched: {now.why}.")


def _judge_stop(task: Task, outcome: Outcome, after: HostState) -> Verdict:
    jail = after.jail(task.key)
    if jail is not None and jail.running:
        return Verdict(task.key, task.subject, False, f"{task.subject} still runs, jid {jail.jid}.")
    left = tuple(pair.name for pair in after.orphans if pair.owner == task.subject)
    if jail is not None and jail.state is JailState.DYING:
        lost = f"; {', '.join(left)} waits for it" if left else ""
        return Verdict(task.key, task.subject, not left, f"{task.subject} is dying, jid {jail.jid}{lost}.")
    if left:
        return Verdict(task.key, task.subject, False, f"{task.subject} is stopped, but {', '.join(left)} is left over.")
    if outcome == "failed":
        return Verdict(task.key, task.subject, False, f"{task.subject} is stopped, though a command failed.")
    return Verdict(task.key, task.subject, True, f"{task.subject} is stopped.")


def _judge_start(verb: Verb, task: Task, outcome: Outcome, before: HostState, after: HostState) -> Verdict:
    jail, was = after.jail(task.key), before.jail(task.key)
    if jail is None or not jail.running:
        left = tuple(pair.name for pair in after.orphans if pair.owner == task.subject)
        behind = f"; {', '.join(left)} is left over" if left else ""
        return Verdict(task.key, task.subject, False, f"{task.subject} is not running{behind}.")
    if verb is Verb.RESTART and was is not None and was.jid == jail.jid:
        return Verdict(task.key, task.subject, False, f"{task.subject} still runs as before, jid {jail.jid}.")
    where = f", {jail.addresses[0]}" if jail.addresses else ""
    text = f"{task.subject} runs, jid {jail.jid}{where}"
    if outcome == "failed":
        return Verdict(task.key, task.subject, False, f"{text}, though a command failed.")
    return Verdict(task.key, task.subject, True, f"{text}.")
