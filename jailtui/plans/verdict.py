"""The result of a run, judged by the host's state afterwards and not by exit statuses alone."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.managers import MANAGERS
from jailtui.exchange import Task, Verb
from jailtui.model.commands import starts
from jailtui.model.state import HostState, JailState
from jailtui.plans.remedy import identity_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome


AT_WORK = MappingProxyType({JailState.STARTING: "starting", JailState.STOPPING: "stopping"})
"""What jail(8) is doing to a jail that is in such a state."""


class Verdict(NamedTuple):
    """The result of a task, by the state of its object after the run. `text` is a sentence that names the object."""

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
    findings that are still there after their remedies, by task key; `unsaved` are the keys of tasks whose files do not
    have the text that was to be saved.
    """
    judged = []
    for task in plan.tasks:
        outcome = outcomes.get(task.key, "skipped")
        if (why := after.unknown("jails", "interfaces")) and plan.verb_of(task) is not Verb.SAVE:
            judged.append(Verdict(task.key, task.subject, False, f"{task.subject}: the result is not known: {why}."))
        elif plan.verb_of(task) is Verb.REMEDY:
            judged.append(_judge_remedy(task, outcome, left.get(task.key), after, _failed_after(plan, task, outcomes)))
        elif sentence := _at_work(task, outcome, after):
            judged.append(Verdict(task.key, task.subject, False, sentence))
        elif plan.verb is Verb.SAVE and outcome == "failed":
            judged.append(_judge_failed_save(task, before, after, saved=task.key not in unsaved))
        else:
            judged.append(_with_it(plan, task, _judge(plan.verb, task, outcome, before, after), before, after))
    return tuple(judged)


def _at_work(task: Task, outcome: Outcome | None, after: HostState) -> str:
    """What jail(8) is still doing to the jail of a task that was begun, as a sentence; "" for nothing."""
    jail = after.jail(_restarted(task) or task.key)
    if jail is None or jail.state not in AT_WORK or outcome == "skipped":
        return ""
    return f"jail(8) is still {AT_WORK[jail.state]} {jail.name}: what comes of it is not known yet."


def _failed_after(plan: Plan, task: Task, outcomes: Mapping[str, Outcome]) -> str:
    """The jail whose start waited for that remedy, and then failed; "" for none."""
    waiting = (other.subject for other in plan.tasks if task.key in other.needs and outcomes.get(other.key) == "failed")
    return next(waiting, "")


def _judge_remedy(task: Task, outcome: Outcome, left: str | None, after: HostState, failed: str) -> Verdict:
    """A remedy has worked if its finding is gone, even if the pair or jail is still there. The start of `failed` may
    have left it again.
    """
    label = task.label or task.subject
    if left is not None and outcome == "done" and failed:
        return Verdict(task.key, task.subject, False, f"{label}: done, and then the start of {failed} failed. {left}")
    if left is not None:
        failure = "not run" if outcome == "skipped" else "did not help"
        return Verdict(task.key, task.subject, False, f"{label}: {failure}. {left}")
    results = {"failed": "problem solved, though a command failed", "skipped": "not run, problem gone"}
    text = " ".join(filter(None, (f"{label}: {results.get(outcome, 'done')}.", _state_of(task, after))))
    return Verdict(task.key, task.subject, outcome != "failed", text)


def _state_of(task: Task, after: HostState) -> str:
    """A sentence about the state of the pair or the jail of a remedy; "" for other subjects."""
    _, kind, key = identity_of(task.key)
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
    if jail.state in AT_WORK:
        return f"jail(8) is still {AT_WORK[jail.state]} {jail.name}."
    if jail.running:
        return f"{jail.name} runs, jid {jail.jid}."
    return f"{jail.name} is dying, jid {jail.jid}." if jail.state is JailState.DYING else f"{jail.name} is not running."


def _with_it(plan: Plan, task: Task, verdict: Verdict, before: HostState, after: HostState) -> Verdict:
    """The verdict, with the jails that were also stopped because they depend on this one by the file of jail(8), and
    those that may have been by the settings of its manager, which are not read.
    """
    if plan.verb not in (Verb.STOP, Verb.RESTART):
        return verdict
    planned = {task.key for task in plan.tasks}
    ran = {step.argv[0] for step in task.steps}
    managers = {manager.name for manager in MANAGERS if manager.stops_first and manager.command in ran}
    ended = [
        jail
        for jail in before.jails
        if jail.running and jail.key not in planned and not ((new := after.jail(jail.key)) and new.running)
    ]
    stopped = [jail for jail in ended if jail.configured and task.subject in jail.configured.depend]
    others = [jail for jail in ended if jail.manager in managers and jail not in stopped]
    sentences = [verdict.text]
    if stopped:
        names = ", ".join(jail.name for jail in stopped)
        sentences.append(f"{names} {'was' if len(stopped) == 1 else 'were'} stopped with it.")
    if others:
        names, tool = ", ".join(jail.name for jail in others), others[0].manager
        verb = "is" if len(others) == 1 else "are"
        sentences.append(f"{names} {verb} no longer running either; {tool} stops jails that depend on it.")
    return verdict._replace(text=" ".join(sentences))


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
    """Which files were saved, and whether a jail that was restarted with the save runs."""
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
    """The name of the jail that is restarted with the save; "" for none."""
    return next((name for step in task.steps if (name := starts(step.argv))), "")


def _judge_failed_save(task: Task, before: HostState, after: HostState, *, saved: bool) -> Verdict:
    """The result of a save that failed, and of the restart of its jail."""
    name, files = _restarted(task), _saved_files(task) or task.subject
    if not name:
        return Verdict(task.key, task.subject, False, f"{task.subject}: not everything was done.")
    old, new = before.jail(name), after.jail(name)
    leftovers = ", ".join(pair.name for pair in after.orphans if pair.owner == name)
    down = f"{name} is not running{f'; {leftovers} is left over' if leftovers else ''}"
    text = f"{files} was not saved, and {down}."
    if new is not None and new.running and old is not None and new.jid == old.jid:
        text = f"{files} was not saved: {name} was not stopped, and still runs as before, jid {new.jid}."
    elif new is not None and new.running and not saved:
        text = f"{files} was not saved. {name} was started again as before, jid {new.jid}."
    elif new is not None and new.running:
        text = f"{files} is saved. {name} runs, jid {new.jid}, though a command failed."
    elif saved:
        text = f"{files} is saved, but {down}. To undo the save: u, or jailtui undo {files}"
    return Verdict(task.key, task.subject, False, text)


def _judge_reclaim(task: Task, before: HostState, after: HostState) -> Verdict:
    old, new = before.epair(task.key), after.epair(task.key)
    if new is None:
        return Verdict(task.key, task.subject, True, f"{task.subject} is gone.")
    same = old is not None and (old.a.ether, old.b.ether) == (new.a.ether, new.b.ether)
    text = f"{task.subject} is still there" if same else f"a pair named {task.subject} is there again"
    return Verdict(task.key, task.subject, False, f"{text}: {new.why}")


def _judge_unreclaimed(task: Task, before: HostState, after: HostState) -> Verdict:
    """Why a pair was not touched, by what it is now."""
    old, new = before.epair(task.key), after.epair(task.key)
    if new is None:
        text = f"{task.subject} is gone already." if old is not None else f"{task.subject} was not touched."
        return Verdict(task.key, task.subject, old is not None, text)
    return Verdict(task.key, task.subject, False, f"{task.subject} was not touched: {new.why}.")


def _judge_stop(task: Task, outcome: Outcome, after: HostState) -> Verdict:
    jail = after.jail(task.key)
    if jail is not None and jail.running:
        return Verdict(task.key, task.subject, False, f"{task.subject} still runs, jid {jail.jid}.")
    leftovers = ", ".join(pair.name for pair in after.orphans if pair.owner == task.subject)
    if jail is not None and jail.state is JailState.DYING:
        lost = f"; {leftovers} waits for it" if leftovers else ""
        return Verdict(task.key, task.subject, not leftovers, f"{task.subject} is dying, jid {jail.jid}{lost}.")
    if leftovers:
        return Verdict(task.key, task.subject, False, f"{task.subject} is stopped, but {leftovers} is left over.")
    if outcome == "failed":
        return Verdict(task.key, task.subject, False, f"{task.subject} is stopped, though a command failed.")
    return Verdict(task.key, task.subject, True, f"{task.subject} is stopped.")


def _judge_start(verb: Verb, task: Task, outcome: Outcome, before: HostState, after: HostState) -> Verdict:
    old, jail = before.jail(task.key), after.jail(task.key)
    if jail is None or not jail.running:
        leftovers = ", ".join(pair.name for pair in after.orphans if pair.owner == task.subject)
        left = f"; {leftovers} is left over" if leftovers else ""
        return Verdict(task.key, task.subject, False, f"{task.subject} is not running{left}.")
    if verb is Verb.RESTART and old is not None and old.jid == jail.jid:
        return Verdict(task.key, task.subject, False, f"{task.subject} still runs as before, jid {jail.jid}.")
    address = f", {jail.addresses[0]}" if jail.addresses else ""
    text = f"{task.subject} runs, jid {jail.jid}{address}"
    if outcome == "failed":
        return Verdict(task.key, task.subject, False, f"{text}, though a command failed.")
    return Verdict(task.key, task.subject, True, f"{text}.")
