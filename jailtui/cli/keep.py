"""`jailtui keep`: typed in a new login, it ends the way back of a plan that could have cut the operator off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.hosts import opened
from jailtui.cli.talk import talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.host.wayback import WayRefused
from jailtui.plans.guard import KEEP

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    with opened(arguments, config) as backend:
        ways = backend.source.ways
        waiting = [way for way in ways.all() if way.state == "armed"]
        if not waiting:
            gone = any(way.state in ("fired", "ended") for way in ways.all())
            raise Stop("The host has undone it already." if gone else "There is nothing to keep.", Exit.REFUSED)
        for way in waiting:
            try:
                ways.keep(way.identity)
            except WayRefused as error:
                raise Stop(f"Nothing was kept: {error}", Exit.REFUSED) from error
            if backend.audit is not None:
                backend.audit.begin(way.identity, None, KEEP)
                backend.audit.end(way.identity, None, KEEP, 0, "What was done stays.")
            talk(f"You came by a new login: what was done stays. (It would have been undone in {way.left} s.)")
    return Exit.OK


VERBS = {"keep": CommandVerb(options, run)}
