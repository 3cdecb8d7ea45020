"""The plans of start, stop, restart and reclaim, from a state and row keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from jailtui.config.managers import BY_NAME
from jailtui.exchange import Argv, Refusal, Task, Verb, shell_line
from jailtui.model.commands import (
    MAIN_FILE,
    By,
    Sight,
    by_whom,
    made_by,
    managing,
    reclaim_steps,
    restart_steps,
    sight,
    start_step,
    stop_step,
    why_untouchable,
)
from jailtui.model.state import Epair, HostState, Jail, JailState, Where
from jailtui.plans.plan import Plan


def plan(verb: Verb, state: HostState, keys: Sequence[str], by: By = "manager") -> Plan:
    """The plan of `verb` for the row keys of jails, or for a reclaim those of jails or epairs.

    The key of a jail with RECLAIM stands for the orphaned pairs of the jail. Every key becomes a task or a refusal. A
    task comes after those it needs.
    """
    planned = reclaims(state, keys) if verb is Verb.RECLAIM else jail_tasks(verb, state, keys, by)
    checked = [legible(task) if isinstance(task, Task) else task for task in planned]
    tasks = in_order([task for task in checked if isinstance(task, Task)])
    refused = tuple(task for task in checked if isinstance(task, Refusal))
    return Plan(verb, state.facts.name, tasks, refused, by=by if has_choice(verb, state, keys) else None)


def has_choice(verb: Verb, state: HostState, keys: Sequence[str]) -> bool:
    """Whether the manager's command or jail(8) may do it to one of these jails."""
    ready = [jail for jail in state.jails if jail.key in keys and jail.running is (verb is not Verb.START)]
    return verb is not Verb.RECLAIM and any(managing(jail, state) for jail in ready)


def legible(task: Task) -> Task | Refusal:
    """The task; a refusal if a terminal can't show its commands, or an interface is named like an option of ifconfig.

    A command runs only if it can be shown first. For an interface named `-a` ifconfig would destroy all interfaces.
    """
    if not all(showable(step.argv) for step in task.steps):
        return Refusal(task.key, task.subject, "a name in its commands has characters that a terminal can't show")
    names = (interface_of(step.argv) for step in task.steps)
    if option := next((name for name in names if name.startswith("-")), ""):
        return Refusal(task.key, task.subject, f"ifconfig would take the interface {option} for an option")
    return task


def showable(argv: Argv) -> bool:
    """Whether a terminal can show every word, or the command gives an interface a name that it can show: `shell_line`
    writes the bytes of the old name.
    """
    renames = argv[-2:-1] == ("name",) and argv[-1].isprintable() and interface_of(argv) == argv[-3]
    return all(word.isprintable() for word in argv) or (renames and shell_line(argv).isprintable())


def interface_of(argv: Argv) -> str:
    """The interface of an ifconfig command, on the host or in a jail; "" for other commands."""
    words = argv[2:] if argv[0] == "jexec" else argv
    if words[:1] != ("ifconfig",):
        return ""
    return next(iter(words[3:] if words[1:2] == ("-j",) else words[1:]), "")


def in_order(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks in an order in which a script can run them; in their old order if `depend` is circular."""
    by_key = {task.key: task for task in tasks}
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(by_key, ()))
    for task in tasks:
        sorter.add(task.key, *(task.needs & by_key.keys()))
    try:
        return tuple(by_key[key] for key in sorter.static_order())
    except CycleError:
        return tuple(tasks)


def jail_tasks(verb: Verb, state: HostState, keys: Sequence[str], by: By = "manager") -> list[Task | Refusal]:
    """One task for each jail, since `jail -c` takes one name; `needs` has their order."""
    make: Mapping[Verb, Callable[[Jail, HostState, By], Task | Refusal]] = {
        Verb.START: start_task,
        Verb.STOP: stop_task,
        Verb.RESTART: restart_task,
    }
    jails = {jail.key: jail for jail in state.jails}
    tasks: list[Task | Refusal] = []
    for key in dict.fromkeys(keys):
        jail = jails.get(key)
        if jail is None:
            tasks.append(Refusal(key, key, no_such_jail(state)))
        elif jail.name.startswith("-") or "=" in jail.name:
            tasks.append(Refusal(key, jail.name, "jail(8) would take its name for an option or a parameter"))
        elif verb is Verb.START and jail.jid is None and key != jail.name:
            tasks.append(Refusal(key, jail.name, "another jail has that name, and the kernel takes it once"))
        elif (manager := managing(jail, state, by)) and (why := manager.refuses(jail.manager_name)):
            tasks.append(Refusal(key, jail.name, f"{why}; --by jail uses jail(8)"))
        else:
            tasks.append(with_manager(make[verb](jail, state, by), jail, state, by))
    return tasks


def with_manager(task: Task | Refusal, jail: Jail, state: HostState, by: By) -> Task | Refusal:
    """The task of a jail with a manager: why that runs its command, or that jail(8) does."""
    text = by_whom(jail, state, by)
    if isinstance(task, Refusal) or not text:
        return task
    if managing(jail, state, by):
        return task._replace(why=text)
    return task.warned(text)


def no_such_jail(state: HostState) -> str:
    """Why a jail that is not in the state is refused."""
    if why := state.unknown("jails"):
        return f"which jails are running is not known: {why}"
    if why := state.unknown("files"):
        return f"no jail of that name is running, and whether a file defines one is not known: {why}"
    return "there is no such jail"


def undefined(jail: Jail, state: HostState, consequence: str = "") -> Refusal:
    """The refusal of a jail that no file defines."""
    why = state.unknown("files")
    reason = f"whether a file defines it is not known: {why}" if why else f"no jail.conf defines it{consequence}"
    if (manager := BY_NAME.get(jail.manager)) is not None and not why:
        there = "starts it" if jail.manager in state.managers else "is not on this host"
        reason += f"; {manager.name} manages it, and its command {manager.command} {there}"
    return Refusal(jail.key, jail.name, reason)


def start_task(jail: Jail, state: HostState, by: By = "manager") -> Task | Refusal:
    """`jail -c NAME`, or the manager's start. Problems that would make it fail are added later (plans/remedy.py)."""
    if jail.running:
        return Refusal(jail.key, jail.name, f"already running, jid {jail.jid}")
    if jail.configured is None and not managing(jail, state, by):
        return undefined(jail, state)
    if jail.state is JailState.STARTING:
        return Refusal(jail.key, jail.name, "jail(8) is starting it")
    return Task(
        key=jail.key,
        subject=jail.name,
        steps=(start_step(jail, state, by),),
        needs=depends(jail),
        undo=f"stop {jail.name}",
    )


def stop_task(jail: Jail, state: HostState, by: By = "manager") -> Task | Refusal:
    """`jail -r NAME`, which first removes the jails that depend on it, or the manager's stop."""
    if refusal := not_running(jail):
        return refusal
    defined = jail.configured is not None or managing(jail, state, by) is not None
    if not defined and state.unknown("files"):
        return undefined(jail, state)  # a stop by jid runs no hooks
    return Task(
        key=jail.key,
        subject=jail.name,
        steps=(stop_step(jail, state, by),),
        needs=frozenset(dependents(jail, state)),
        breaks=losses(jail, state, by),
        undo=f"start {jail.name}" if defined else "none: no jail.conf defines it",
        warnings=() if defined else ("no jail.conf defines it: it is removed without running stop hooks",),
    )


def restart_task(jail: Jail, state: HostState, by: By = "manager") -> Task | Refusal:
    """A stop and a start."""
    if refusal := not_running(jail):
        return refusal
    if jail.configured is None and not managing(jail, state, by):
        return undefined(jail, state, ", so it could not be started again")
    steps = tuple(step._replace(undo=None) for step in restart_steps(jail, state, by))
    return Task(jail.key, jail.name, steps, depends(jail), breaks=losses(jail, state, by))


def depends(jail: Jail) -> frozenset[str]:
    """The jails that the jail depends on, by its file."""
    return frozenset(jail.configured.depend if jail.configured is not None else ())


def not_running(jail: Jail) -> Refusal | None:
    """The refusal to stop a jail that is not running; None for one that is."""
    if jail.state is JailState.DYING:
        return Refusal(jail.key, jail.name, f"it is dying, jid {jail.jid}: it has been removed, and something holds it")
    if not jail.running:
        return Refusal(jail.key, jail.name, "not running")
    if jail.state is JailState.STOPPING:
        return Refusal(jail.key, jail.name, "jail(8) is stopping it")
    return None


def losses(jail: Jail, state: HostState, by: By = "manager") -> str:
    """What stops with the jail, in one line."""
    addresses = ", ".join(address.address for address in jail.addresses[:3])
    others = filter(None, map(state.jail, dependents(jail, state)))
    stopped = [other.name for other in others if other.running and _of_its_file(other, jail)]
    services = f"what {jail.name} serves{f' on {addresses}' if addresses else ''}"
    manager = managing(jail, state, by)
    also = f"; {manager.name} first stops {manager.stops_first}" if manager is not None and manager.stops_first else ""
    return services + (f"; jail(8) stops {', '.join(stopped)} with it" if stopped else "") + also


def _of_its_file(other: Jail, jail: Jail) -> bool:
    """Whether jail(8) knows of the other jail when it stops this one: given a file with -f, it reads no other."""
    own = jail.configured.file if jail.configured is not None else MAIN_FILE
    return own == MAIN_FILE or (other.configured is not None and other.configured.file == own)


def dependents(jail: Jail, state: HostState) -> list[str]:
    """The row keys of the jails that depend on this one."""
    return [other.key for other in state.jails if other.configured and jail.name in other.configured.depend]


NO_PAIR = "there is no such epair or jail"


def reclaims(state: HostState, keys: Sequence[str]) -> list[Task | Refusal]:
    """One task or refusal for each pair."""
    seen = sight(state)
    tasks: dict[str, Task | Refusal] = {}
    for key in keys:
        pair, jail = state.epair(key), state.jail(key)
        if pair is not None:
            tasks[pair.key] = reclaim_task(pair, seen)
        elif jail is not None:
            orphans = [epair for epair in state.orphans if epair.owner == jail.name]
            tasks |= {epair.key: reclaim_task(epair, seen) for epair in orphans}
            if not orphans:
                why = state.unknown("jails", "interfaces")
                reason = f"whether it has a leftover pair is not known: {why}" if why else "no leftover pair"
                tasks[key] = Refusal(key, jail.name, reason)
        else:
            why = state.unknown("jails", "interfaces", "files")
            reason = f"whether there is such an epair or jail is not known: {why}" if why else NO_PAIR
            tasks[key] = Refusal(key, key, reason)
    return list(tasks.values())


def reclaim_task(pair: Epair, seen: Sight) -> Task | Refusal:
    """The steps that destroy `pair`."""
    if reason := why_untouchable(pair):
        return Refusal(pair.key, pair.name, reason)
    return Task(
        key=pair.key,
        subject=pair.name,
        steps=tuple(reclaim_steps(pair, seen)),
        why=pair.why,
        breaks=_breaks(pair),
        undo=f"starting {pair.owner} recreates it" if pair.owner else "no: nothing recreates this pair",
        warnings=warnings(pair),
        owner=pair.manager or "",
    )


def _breaks(pair: Epair) -> str:
    """What stops with the pair: a dying jail still answers through an end in it (FREEBSD.md 3.1)."""
    if not pair.orphan:
        return f"the network of {pair.owner or 'the jail that uses it'}"
    lost = next((end for end in (pair.b, pair.a) if end.where is Where.LOST), None)
    return "nothing that is running" if lost is None else f"what {lost.jail or 'a dying jail'} still answers"


def warnings(pair: Epair) -> tuple[str, ...]:
    """That the pair is in use, that another tool made it."""
    used = [] if pair.orphan else [f"this pair is no orphan: {pair.why}"]
    return (*used, *made_by(pair.manager))


def left_over(state: HostState) -> tuple[tuple[Epair, ...], tuple[Epair, ...]]:
    """The orphans that "reclaim all" destroys, and those that it leaves to their managers."""
    unmanaged = tuple(pair for pair in state.orphans if not pair.manager)
    return unmanaged, tuple(pair for pair in state.orphans if pair.manager)
