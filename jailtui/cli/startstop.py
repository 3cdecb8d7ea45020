"""`jailtui start`, `stop` and `restart`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from jailtui.cli.carryout import agree_and_run
from jailtui.cli.opening import opened
from jailtui.cli.options import change_options, host_options
from jailtui.cli.talk import talk
from jailtui.cli.verb import CommandVerb
from jailtui.exchange import Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from jailtui.backend import Snapshot
    from jailtui.cli.verb import Arguments
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.preferences import Config


def options(verb: Verb, to: argparse.ArgumentParser) -> None:
    """The words of these verbs."""
    to.add_argument("names", nargs="+", metavar="NAME", help="a jail, by name or jid")
    if verb is not Verb.STOP:
        to.add_argument("--clear", action="store_true", help="first remove leftovers that would make the start fail")
    change_options(to)
    host_options(to)


def run(verb: Verb, arguments: Arguments, config: Config) -> int:
    """Start, stop or restart the jails."""
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        keys = [jail_key(name, snapshot.state) for name in arguments.names]

        def planned(now: Snapshot) -> Plan:
            plan = backend.plan(verb, now, keys)
            offers = [offer.key for offer in plan.offers] if getattr(arguments, "clear", False) else []
            return backend.plan(verb, now, [*keys, *offers]) if offers else plan

        return agree_and_run(planned, snapshot, backend, arguments)


def jail_key(name: str, state: HostState) -> str:
    """The row key of the jail of this name or jid, else the name itself, of which the plan knows no row."""
    if state.jail(name):
        return name
    return only(name, (jail.key for jail in state.jails if name == str(jail.jid)))


def only(name: str, keys: Iterable[str]) -> str:
    """The one key among `keys`, else the name itself; says where there are several."""
    fitting = list(keys)
    if len(fitting) > 1:
        talk(f"{name}: several have this name: {', '.join(fitting)}")
    return fitting[0] if len(fitting) == 1 else name


VERBS = {
    verb.value: CommandVerb(partial(options, verb), partial(run, verb))
    for verb in (Verb.START, Verb.STOP, Verb.RESTART)
}
