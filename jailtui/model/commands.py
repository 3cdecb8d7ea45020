"""The commands that start and stop a jail of the state, and those that reclaim a pair (FREEBSD.md 3.4, 3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from jailtui.config.managers import BY_NAME, Manager, jail_of
from jailtui.exchange import Argv, Step, Verb, shell_line
from jailtui.model.interfaces import EPAIR_MAC
from jailtui.model.state import End, Epair, HostState, Interface, Jail, JailState, Where

MAIN_FILE = "/etc/jail.conf"
"""The file that jail(8) reads without `-f FILE`."""
By = Literal["manager", "jail"]
"""What starts and stops a jail that has a manager: the manager's command, where it is on the host, or jail(8)."""


def jail_c(jail: Jail) -> Argv:
    """`jail -c NAME`."""
    return ("jail", *_from_file(jail), "-c", jail.name)


def jail_r(jail: Jail) -> Argv:
    """`jail -r NAME`; with the jid if no file defines the jail."""
    return ("jail", *_from_file(jail), "-r", jail.name if jail.configured else str(jail.jid))


def starts(argv: Argv) -> str:
    """The jail that the command starts, or starts again, by name; "" for another command."""
    if argv[:1] != ("jail",):
        return jail_of(argv, Verb.START, Verb.RESTART)
    return argv[-1] if argv[-2:-1] == ("-c",) else ""


def stops(argv: Argv) -> str:
    """The jail that the command stops with its hooks, or starts again; "" for another command."""
    if argv[:1] != ("jail",):
        return jail_of(argv, Verb.STOP, Verb.RESTART)
    return argv[-1] if argv[-2:-1] == ("-r",) else ""


def managing(jail: Jail, state: HostState, by: By = "manager") -> Manager | None:
    """The manager whose command starts and stops the jail; None: jail(8) does."""
    return BY_NAME[jail.manager] if by == "manager" and jail.manager in state.managers else None


def start_step(jail: Jail, state: HostState, by: By = "manager") -> Step:
    """The step that starts a jail which a file defines, or a manager."""
    if manager := managing(jail, state, by):
        start, stop = (manager.argv(verb, jail.manager_name) for verb in (Verb.START, Verb.STOP))
        return Step(start, f"create {jail.name} as {manager.name} has it", undo=stop)
    assert jail.configured is not None
    return Step(jail_c(jail), f"create {jail.name} as {jail.configured.file} says", undo=jail_r(jail))


def stop_step(jail: Jail, state: HostState, by: By = "manager") -> Step:
    """The step that stops a jail."""
    if manager := managing(jail, state, by):
        start, stop = (manager.argv(verb, jail.manager_name) for verb in (Verb.START, Verb.STOP))
        return Step(stop, "run its stop hooks and remove it", undo=start)
    return Step(jail_r(jail), "run its stop hooks and remove it", undo=jail_c(jail) if jail.configured else None)


def restart_steps(jail: Jail, state: HostState, by: By = "manager") -> tuple[Step, ...]:
    """The steps that stop a jail and start it again: the manager's restart, if it has one. Of jail(8) they are two:
    `jail -rc` of a VNET jail is broken on 15.1 (FREEBSD.md 2.4).

    The stop may fail: the jail may have been removed with one that it depends on, and a half-started jail is removed
    though some of its stop hooks fail.
    """
    manager = managing(jail, state, by)
    if manager is not None and (argv := manager.argv(Verb.RESTART, jail.manager_name)):
        return (Step(argv, f"stop {jail.name}, and create it as {manager.name} has it"),)
    stop, start = stop_step(jail, state, by), start_step(jail, state, by)
    return stop._replace(may_fail=True), start


def by_whom(jail: Jail, state: HostState, by: By = "manager") -> str:
    """Why the manager's command starts and stops the jail, or what jail(8) leaves undone; "" without a manager."""
    manager = BY_NAME.get(jail.manager)
    if manager is None:
        return ""
    if managing(jail, state, by):
        return f"{manager.name} manages it, and sees to {manager.also} too"
    return f"{manager.name} manages it: jail(8) does not see to {manager.also}"


def removed(jail: Jail) -> str:
    """That the jail is removed, in POSIX shell."""
    return f"! jls -j {jail.jid} jid >/dev/null 2>&1"


def _from_file(jail: Jail) -> Argv:
    if jail.configured is None or jail.configured.file == MAIN_FILE:
        return ()
    return ("-f", jail.configured.file)


def why_untouchable(pair: Epair) -> str:
    """Why no command may touch the pair, or ""."""
    if pair.ambiguous:
        return f"two interfaces of the host are called {', '.join(pair.ambiguous)}: a command acts on the first"
    if Where.HOST not in (pair.a.where, pair.b.where):
        return "neither end is on the host"
    if pair.orphan is None:
        return f"whether it is in use is not known: {pair.why}"
    return ""


def made_by(manager: str | None) -> tuple[str, ...]:
    """A note about a resource that a manager created; none for others."""
    return (f"created by {manager}: prefer its own commands",) if manager else ()


def near_and_far(pair: Epair) -> tuple[End, End]:
    """The end that commands on the host can name, and the other end."""
    return (pair.a, pair.b) if pair.a.where is Where.HOST else (pair.b, pair.a)


class Sight(NamedTuple):
    """What a shell on the host can look at: its interfaces by name, and the jids of the dying jails. `looks_in`: its
    ifconfig can look into jails (`-j`).
    """

    on_host: Mapping[str, Interface]
    dying: tuple[int, ...] = ()
    looks_in: bool = False


def sight(state: HostState) -> Sight:
    """What a shell on the host of this state can look at."""
    on_host: dict[str, Interface] = {}
    for interface in state.interfaces:
        if interface.jid is None:
            on_host.setdefault(interface.name, interface)
    dying = tuple(jail.jid for jail in state.jails if jail.state is JailState.DYING and jail.jid is not None)
    return Sight(on_host, dying, state.facts.can("ifconfig -j"))


def reclaim_steps(pair: Epair, seen: Sight) -> Iterator[Step]:
    """The commands that destroy a pair with an end on the host: remove it from its bridge, return the other end from a
    live jail, destroy. Destroying one end destroys both, even in a dying jail.

    Each runs only if both ends are still where they were judged to be: the shell that runs it looks right before.
    """
    near, far = near_and_far(pair)
    assert near.name is not None
    there = [*_still(near, seen), *_still(far, seen), *_unused(pair, seen)]
    for end in (near, far):
        if end.where is Where.HOST and end.bridge is not None and end.name is not None:
            undo = ("ifconfig", end.bridge, "addm", end.name)
            out = ("ifconfig", end.bridge, "deletem", end.name)
            yield Step(out, f"out of {end.bridge}", undo=undo, guard=" && ".join(there))
    # The kernel does not check whether the name of a returning interface is taken (FREEBSD.md 3.3).
    if far.where is Where.JAIL and far.name is not None and far.name not in seen.on_host:
        jid = str(far.jid)
        undo = ("ifconfig", far.name, "vnet", jid)
        release = ("ifconfig", far.name, "-vnet", jid)
        yield Step(release, f"release it while {far.jail} lives", undo=undo, guard=" && ".join(there))
        back = far._replace(where=Where.HOST, jid=None)
        there = [*_still(near, seen), *_still(back, seen)]
    yield Step(("ifconfig", near.name, "destroy"), "destroys both ends", guard=" && ".join(there))


def destroy_after(jail: Jail, pair: Epair, seen: Sight) -> Step:
    """The command that destroys a pair of which the jail has an end, once the jail is removed.

    The far end is then on the host again, or lost with the dying jail: it must be in no jail that lives.
    """
    near, _ = near_and_far(pair)
    assert near.name is not None
    there = seen.on_host.get(near.name)
    unused = _in_no_jail(there) if there is not None and seen.looks_in else ()
    guard = (removed(jail), *_still(near, seen), *unused)
    return Step(("ifconfig", near.name, "destroy"), f"destroys both ends of {pair.name}", guard=" && ".join(guard))


GREP = "/usr/bin/grep"


def _still(end: End, seen: Sight) -> Iterator[str]:
    """What holds as long as the end is where it is, in POSIX shell.

    On 13 the host can't look for an end in a jail; the command that releases it fails if it is not there.
    """
    if end.where is Where.LOST:
        yield from (f"jls -d -j {jid} -n dying | {GREP} -qw dying" for jid in _holders(end, seen))
    elif end.where is Where.JAIL and not seen.looks_in:
        yield f"jls -j {end.jid} jid >/dev/null"
    elif end.name is not None:
        place = ("-j", str(end.jid)) if end.where is Where.JAIL else ()
        shown = shell_line(("ifconfig", *place, end.name))
        yield f"{shown} | {GREP} -q {shell_line((end.ether,))}" if end.ether else f"{shown} >/dev/null"


def _holders(lost: End, seen: Sight) -> Iterator[int]:
    """The dying jails that must still be dying, so that the end is in none that lives.

    Where only the jails themselves could list the end (13), those are all: an end comes back only when the jail that
    holds it is gone or revived, and which one that is is only believed.
    """
    if not seen.looks_in:
        yield from seen.dying
    elif lost.jid is not None:
        yield lost.jid


def _unused(pair: Epair, seen: Sight) -> Iterator[str]:
    """That no jail has got a pair that none had, in POSIX shell: no live jail lists the lost end, and jail(8) is not at
    work on the owner.

    On 15 a pair that a start has just made anew has the MACs of the old one (FREEBSD.md 3.4) and its interface indexes
    (recorded: 15.1 monitor/injail/08, /09); nothing else tells them apart.
    """
    near, far = near_and_far(pair)
    there = seen.on_host.get(near.name or "")
    if far.where is Where.LOST and seen.looks_in and there is not None:
        yield from _in_no_jail(there)
    old_form = [end.ether for end in (near, far) if end.ether and EPAIR_MAC.fullmatch(end.ether)]
    if far.where is not Where.JAIL and pair.owner and not old_form:
        yield f"! pgrep -j none -U 0 -fl jail | {GREP} -qwF -e {shell_line((pair.owner,))}"


def _in_no_jail(near: Interface) -> Iterator[str]:
    """That no live jail lists the lost end of the pair of `near`, in POSIX shell.

    A pair that a jail has made for itself may have the same driver name (FREEBSD.md 10): then it lists two ends.
    """
    if near.ether and EPAIR_MAC.fullmatch(near.ether):
        options, mark = "-a", near.ether[:-1] + ("b" if near.ether.endswith("a") else "a")
    elif near.drivername:
        options, mark = "-aD", f"drivername: {near.drivername}$"
    else:
        return
    count = f"ifconfig -j $jid {options} | {GREP} -c {shell_line((mark,))}"
    listed = f"jls vnet jid | while read -r vnet jid; do [ $vnet != new ] || {count}; done"
    yield f"! {listed} | {GREP} -qx 1"
