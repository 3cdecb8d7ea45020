"""`jailtui shell`: a shell in a jail, or a command there, at a terminal of its own."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from jailtui.cli.actions import jail_key
from jailtui.cli.hosts import opened
from jailtui.cli.talk import talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.exchange import shell_line

if TYPE_CHECKING:
    from jailtui.cli.verb import Arguments
    from jailtui.model.state import HostState, Jail
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    host_options(to)
    to.add_argument("jail", metavar="JAIL", help="a running jail, by name or jid")
    to.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="what to run there (default: login -f root, or /bin/sh)",
    )


def run(arguments: Arguments, config: Config) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("A shell needs a terminal as its standard input and output.", Exit.USAGE)
    from jailtui.entering import NoEntry, enter, entrance

    with opened(arguments, config) as backend:
        try:
            way = entrance(backend, jail_of(arguments.jail, backend.read().state), tuple(arguments.command))
        except NoEntry as why:
            raise Stop(str(why), Exit.REFUSED) from why
        if not arguments.command:
            talk(f"{way.jail} on {backend.name}: {shell_line(way.line)}")
        result = enter(backend, way)
    if result.note:
        talk(result.note)
    return Exit.FAILED if result.rc is None else result.rc


def jail_of(name: str, state: HostState) -> Jail:
    """The jail of that name or jid. Raises Stop."""
    jail = state.jail(jail_key(name, state))
    if jail is None:
        raise Stop(f"There is no jail {name}.", Exit.REFUSED)
    return jail


VERBS = {"shell": CommandVerb(options, run)}
