"""`jailtui start`, `stop`, `restart`, `reclaim` and `undo`: each shows a plan first."""

from __future__ import annotations

from functools import partial
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from jailtui.cli.carryout import agree_and_run, agreed, put_script, refuse_losses
from jailtui.cli.hosts import chosen_read_only, opened
from jailtui.cli.talk import talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, change_options, host_options, take_option
from jailtui.exchange import HostError, Verb
from jailtui.plans.actions import left_over, no_such_jail
from jailtui.plans.save import undo_plan

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from jailtui.cli.verb import Arguments
    from jailtui.model.state import HostState, Jail
    from jailtui.plans.plan import Plan
    from jailtui.preferences import Config
    from jailtui.snapshot import Snapshot


def start_options(to: argparse.ArgumentParser) -> None:
    to.add_argument("names", nargs="+", metavar="NAME", help="a jail, by name or jid")
    to.add_argument(
        "--clear",
        action="store_true",
        help="first remove leftovers that would make the start fail; after a stop reclaim the pairs it leaves over",
    )
    to.add_argument(
        "--by",
        choices=("manager", "jail"),
        default="manager",
        help="what starts and stops a jail that has a manager: the manager's command (default), or jail(8)",
    )
    take_option(to)
    change_options(to)
    host_options(to)


def start(verb: Verb, arguments: Arguments, config: Config) -> int:
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        keys = [jail_key(name, snapshot.state) for name in arguments.names]

        def planned(now: Snapshot) -> Plan:
            plan = backend.plan(verb, now, keys, arguments.by)
            offers = [offer.key for offer in plan.offers] if arguments.clear else []
            return backend.plan(verb, now, [*keys, *offers], arguments.by) if offers else plan

        return agree_and_run(planned, snapshot, backend, arguments)


def jail_key(name: str, state: HostState) -> str:
    """The row key of the jail of this name or jid; the name itself if there is none, which the plan then refuses."""
    if state.jail(name):
        return name
    return only(name, (jail.key for jail in state.jails if name == str(jail.jid)))


def jail_of(name: str, state: HostState) -> Jail:
    """The jail of this name or jid. Raises Stop."""
    jail = state.jail(jail_key(name, state))
    if jail is None:
        raise Stop(f"{name}: {no_such_jail(state)}.", Exit.REFUSED)
    return jail


def only(name: str, keys: Iterable[str]) -> str:
    """The key, if there is exactly one, else the name itself; several are printed."""
    matching = list(keys)
    if len(matching) > 1:
        talk(f"{name} is ambiguous: {', '.join(matching)}")
    return matching[0] if len(matching) == 1 else name


def reclaim_options(to: argparse.ArgumentParser) -> None:
    to.add_argument("names", nargs="*", metavar="NAME", help="an epair, either of its ends, or a jail")
    to.add_argument("--all", action="store_true", help="all orphans, except those that a jail manager created")
    change_options(to)
    host_options(to)


def reclaim(arguments: Arguments, config: Config) -> int:
    if not (arguments.names or arguments.all):
        raise Stop("reclaim needs a NAME, or --all.", Exit.USAGE)
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        keys = [pair_key(name, snapshot.state) for name in arguments.names]
        if arguments.all:
            keys = with_orphans(snapshot.state, keys)
        if why := snapshot.state.unknown("jails", "interfaces"):
            raise Stop(f"It is not known which epairs are orphaned: {why}.", Exit.UNREACHABLE)
        if not keys:
            talk("No epair is orphaned: nothing to reclaim.")
            return Exit.OK
        return agree_and_run(lambda now: backend.plan(Verb.RECLAIM, now, keys), snapshot, backend, arguments)


def pair_key(name: str, state: HostState) -> str:
    """The row key of the pair of this name or with an end of this name, or of the jail."""
    if state.epair(name):
        return name
    jail = jail_key(name, state)
    if state.jail(jail):
        return jail
    return only(name, (pair.key for pair in state.epairs if name in (pair.name, pair.a.name, pair.b.name)))


def with_orphans(state: HostState, named: Sequence[str]) -> list[str]:
    """The row keys of `named` and of the orphans that `--all` means; prints the pairs that it leaves alone, and why."""
    free, managed = left_over(state)
    for pair in managed:
        if pair.key not in named:
            talk(f"{pair.name}: created by {pair.manager}; give its name to reclaim it")
    unknown = [pair.name for pair in state.epairs if pair.orphan is None]
    if unknown:
        talk(f"Not reclaimed, because their use is unknown: {', '.join(unknown)}")
    return list(dict.fromkeys((*named, *(pair.key for pair in free))))


def undo_options(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "path", metavar="PATH", nargs="?", default="/etc/jail.conf", help="a file of the host (default: /etc/jail.conf)"
    )
    to.add_argument("--file", metavar="FILE", help="a file of this machine, without a host")
    to.add_argument("--redo", action="store_true", help="undo the last undo")
    change_options(to, "print the change as a shell script and save nothing")
    host_options(to)


def undo(arguments: Arguments, config: Config) -> int:
    if own := own_file(arguments, config):
        return undo_own(own, arguments, config)
    if not arguments.path.startswith("/"):
        raise Stop(f"{arguments.path} is not an absolute path.", Exit.USAGE)
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        if backend.read_only and not arguments.dry_run:
            raise Stop(backend.read_only, Exit.REFUSED)
        return agree_and_run(
            lambda _: backend.undo_plan(arguments.path, redo=arguments.redo), snapshot, backend, arguments
        )


def own_file(arguments: Arguments, config: Config) -> str | None:
    """The path as a file of this machine; None: it is a file of the host.

    Unless a host is named, a relative path is such a file, and so is one outside of /etc that has a backup here.
    """
    path = Path(arguments.file or arguments.path).absolute()
    if arguments.file:
        return str(path)
    if arguments.host or arguments.demo_dir:
        return None
    if not arguments.path.startswith("/"):
        return str(path)
    if config.host or arguments.path.startswith(("/etc/", "/usr/local/etc/")):
        return None
    file = path.resolve()
    return str(path) if any(file.parent.glob(f".{escape(file.name)}.jailtui-[0-9]*")) else None


def undo_own(path: str, arguments: Arguments, config: Config) -> int:
    """Undo the last save of `conf --file`, without a check by jail(8)."""
    from jailtui.host import files
    from jailtui.host.history import way_back
    from jailtui.host.host import MOVES
    from jailtui.host.shell import local_shell

    shell = local_shell()
    try:
        edit, backup = way_back(partial(files.read_saves, shell), path, redo=arguments.redo)
        plan = undo_plan("this machine", edit, backup.when if backup else "", redo=arguments.redo)
        for refusal in plan.refused:
            raise Stop(f"{path}: {refusal.reason}.", Exit.REFUSED)
        if arguments.dry_run:
            put_script(plan)
            return Exit.OK
        if why := chosen_read_only(arguments, config):
            raise Stop(why, Exit.REFUSED)
        if arguments.yes:
            refuse_losses(plan)
        elif not agreed(plan):
            return Exit.DECLINED
        base = None if edit.old is None else files.digest(edit.old)
        outcome = files.save_file(shell, path, base, edit.new, check=False, keep=config.backups * MOVES)
    except HostError as error:
        raise Stop(str(error), Exit.FAILED) from error
    saved, report = files.report(outcome, edit.old or b"")
    talk(report)
    return Exit.OK if saved else Exit.FAILED


VERBS = {verb.value: CommandVerb(start_options, partial(start, verb)) for verb in (Verb.START, Verb.STOP, Verb.RESTART)}
VERBS |= {"reclaim": CommandVerb(reclaim_options, reclaim), "undo": CommandVerb(undo_options, undo)}
