"""Start, stop, restart and reclaim as plans. Pure: a state and row keys in, steps out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from jailtui.exchange import Argv, Refusal, Step, Task, Verb
from jailtui.model.jailcommands import jail_c, jail_r
from jailtui.model.state import HostState, Jail, JailState
from jailtui.plans.plan import Plan
from jailtui.plans.reclaim import reclaim_task


def plan(verb: Verb, state: HostState, keys: Sequence[str]) -> Plan:
    """What `verb` takes for the rows `keys`: of jails, and for a reclaim of jails or epairs.

    A jail's key with RECLAIM means the orphaned pairs it owns. Every key ends as a task or a refusal. A task stands
    behind those it needs.
    """
    made = reclaims(state, keys) if verb is Verb.RECLAIM else jail_tasks(verb, state, keys)
    done = [one if isinstance(one, Refusal) else legible(one) for one in made]
    tasks = in_order([one for one in done if isinstance(one, Task)])
    return Plan(verb, state.facts.name, tasks, tuple(one for one in done if isinstance(one, Refusal)))


def legible(task: Task) -> Task | Refusal:
    """The task, unless a terminal could not show its commands as they are: nothing runs that was not seen before.

    Nor does ifconfig of an interface that is called like an option: of `-a` it would destroy all there are.
    """
    if not all(word.isprintable() for step in task.steps for word in step.argv):
        return Refusal(task.key, task.subject, "a name in its commands holds characters that a terminal can't show")
    if odd := next((name for step in task.steps if (name := asked_of(step.argv)).startswith("-")), ""):
        return Refusal(task.key, task.subject, f"ifconfig would take the interface {odd} for an option")
    return task


def asked_of(argv: Argv) -> str:
    """The interface that an ifconfig command is about, on the host or in a jail; "" for other commands."""
    words = argv[2:] if argv[0] == "jexec" else argv
    if words[:1] != ("ifconfig",):
        return ""
    return next(iter(words[3:] if words[1:2] == ("-j",) else words[1:]), "")


def in_order(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks in an order that a script can run one by one; as given where `depend` goes round in a circle."""
    by_key = {task.key: task for task in tasks}
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(by_key, ()))
    for task in tasks:
        sorter.add(task.key, *(task.needs & by_key.keys()))
    try:
        return tuple(by_key[key] for key in sorter.static_order())
    except CycleError:
        return tuple(tasks)


def jail_tasks(verb: Verb, state: HostState, keys: Sequence[str]) -> list[Task | Refusal]:
    """One task a jail, since `jail -c` takes one name; the order among them is in `needs`."""
    make: Mapping[Verb, Callable[[Jail, HostState], Task | Refusal]] = {
        Verb.START: start_task,
        Verb.STOP: stop_task,
        Verb.RESTART: restart_task,
    }
    jails = {jail.key: jail for jail in state.jails}
    found: list[Task | Refusal] = []
    for key in dict.fromkeys(keys):
        jail = jails.get(key)
        if jail is None:
            found.append(Refusal(key, key, "there is no such jail"))
        elif jail.name.startswith("-") or "=" in jail.name:
            found.append(Refusal(key, jail.name, "jail(8) would take its name for an option or a parameter"))
        else:
            found.append(make[verb](jail, state))
    return found


def start_task(jail: Jail, _state: HostState) -> Task | Refusal:
    """`jail -c NAME`. What would make it fail is told by the rules that have `preflight` (plans/preflight.py)."""
    if jail.running:
        return Refusal(jail.key, jail.name, f"already running, jid {jail.jid}")
    if jail.configured is None:
        return Refusal(jail.key, jail.name, "no jail.conf defines it")
    if jail.state is JailState.STARTING:
        return Refusal(jail.key, jail.name, "jail(8) is starting it")
    return Task(
        key=jail.key,
        subject=jail.name,
        steps=(Step(jail_c(jail), f"create {jail.name} as {jail.configured.file} says", undo=jail_r(jail)),),
        needs=frozenset(jail.configured.depend),
        undo=f"stop {jail.name}",
    )


def stop_task(jail: Jail, state: HostState) -> Task | Refusal:
    """`jail -r NAME`, which removes first what depends on it."""
    refusal = not_running(jail)
    if refusal:
        return refusal
    return Task(
        key=jail.key,
        subject=jail.name,
        steps=(Step(jail_r(jail), "run its stop hooks and remove it", undo=jail_c(jail) if jail.configured else None),),
        needs=frozenset(dependents(jail, state)),
        breaks=losses(jail, state),
        undo=f"start {jail.name}" if jail.configured else "none: no jail.conf defines it",
        warning=unconfigured(jail),
    )


def restart_task(jail: Jail, state: HostState) -> Task | Refusal:
    """`jail -r`, then `jail -c`: `jail -rc` of a VNET jail is broken on 15.1 (FREEBSD.md 2.4).

    The first may fail: a jail that another's restart has removed with its dependents is started all the same.
    """
    refusal = not_running(jail)
    if refusal:
        return refusal
    if jail.configured is None:
        return Refusal(jail.key, jail.name, "no jail.conf defines it, so it could not be started again")
    steps = (
        Step(jail_r(jail), "run its stop hooks and remove it", may_fail=True),
        Step(jail_c(jail), f"create {jail.name} as {jail.configured.file} says"),
    )
    return Task(jail.key, jail.name, steps, frozenset(jail.configured.depend), breaks=losses(jail, state))


def not_running(jail: Jail) -> Refusal | None:
    """Why there is nothing to stop, if so."""
    if jail.state is JailState.DYING:
        return Refusal(jail.key, jail.name, f"it is dying, jid {jail.jid}: it has been removed, and something holds it")
    if not jail.running:
        return Refusal(jail.key, jail.name, "not running")
    if jail.state is JailState.STOPPING:
        return Refusal(jail.key, jail.name, "jail(8) is stopping it")
    return None


def losses(jail: Jail, state: HostState) -> str:
    """What stops with the jail, in one line."""
    served = ", ".join(address.address for address in jail.addresses[:3])
    also = [name for name in dependents(jail, state) if (one := state.jail(name)) and one.running]
    ends = f"what {jail.name} serves{f' on {served}' if served else ''}"
    return f"{ends}; jail(8) stops {', '.join(also)} with it" if also else ends


def dependents(jail: Jail, state: HostState) -> list[str]:
    """The jails whose `depend` names this one."""
    return [one.key for one in state.jails if one.configured and jail.name in one.configured.depend]


def unconfigured(jail: Jail) -> str:
    return "" if jail.configured else "no jail.conf defines it: it is removed without any stop hook"


def reclaims(state: HostState, keys: Sequence[str]) -> list[Task | Refusal]:
    """One task a pair."""
    on_host = frozenset(interface.name for interface in state.interfaces if interface.jid is None)
    found: dict[str, Task | Refusal] = {}
    for key in keys:
        pair, jail = state.epair(key), state.jail(key)
        if pair is not None:
            found[pair.key] = reclaim_task(pair, on_host)
        elif jail is not None:
            own = [epair for epair in state.orphans if epair.owner == jail.name]
            found |= {epair.key: reclaim_task(epair, on_host) for epair in own}
            if not own:
                found[key] = Refusal(key, jail.name, "no leftover pair")
        else:
            found[key] = Refusal(key, key, "there is no such epair or jail")
    return list(found.values())
