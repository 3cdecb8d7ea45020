"""`jailtui reclaim`: epairs that nothing uses are destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.carryout import agree_and_run
from jailtui.cli.exits import Exit, Stop
from jailtui.cli.opening import opened
from jailtui.cli.options import change_options, host_options
from jailtui.cli.startstop import jail_key, only
from jailtui.cli.talk import talk
from jailtui.cli.verb import CommandVerb
from jailtui.exchange import Verb
from jailtui.plans.actions import left_over

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from jailtui.cli.verb import Arguments
    from jailtui.model.state import HostState
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    """The words of `reclaim`."""
    to.add_argument("names", nargs="*", metavar="NAME", help="an epair, either of its ends, or a jail")
    to.add_argument("--all", action="store_true", help="all orphans except those that a jail manager created")
    change_options(to)
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    """Destroy the pairs."""
    if not (arguments.names or arguments.all):
        raise Stop("reclaim needs a NAME, or --all.", Exit.USAGE)
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        keys = [pair_key(name, snapshot.state) for name in arguments.names]
        if arguments.all:
            keys = with_orphans(snapshot.state, keys)
        if not keys:
            talk("There is no orphaned epair to reclaim.")
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
    """The row keys that `--all` means besides those `named`; says which pairs it leaves alone, and why."""
    free, managed = left_over(state)
    for pair in managed:
        if pair.key not in named:
            talk(f"{pair.name}: created by {pair.manager}: name it to reclaim it, too")
    unknown = [pair.name for pair in state.epairs if pair.orphan is None]
    if unknown:
        talk(f"Left alone, because it is not known whether they are in use: {', '.join(unknown)}")
    return list(dict.fromkeys((*named, *(pair.key for pair in free))))


VERBS = {"reclaim": CommandVerb(options, run)}
