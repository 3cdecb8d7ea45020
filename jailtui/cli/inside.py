"""`jailtui inside`: what runs in a jail, and how its network is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.actions import jail_of
from jailtui.cli.hosts import opened
from jailtui.cli.talk import put, table
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.model.tables import InsideTable
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("jail", metavar="JAIL", help="a running jail, by name or jid")
    to.add_argument("--json", action="store_true", help="print one JSON object")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    from jailtui.looking import closed, look_inside

    with opened(arguments, config) as backend:
        state = backend.read().state
        jail = jail_of(arguments.jail, state)
        if why := closed(jail):
            raise Stop(why, Exit.REFUSED)
        tables = look_inside(backend, state, jail)
    if arguments.json:
        from jailtui.cli.inside_document import InsideDocument

        put(InsideDocument.of(jail, tables, backend.name).as_json())
    else:
        put("\n\n".join(map(text_of, tables)))
    return Exit.OK if any(not each.problem for each in tables) else Exit.FAILED


def text_of(shown: InsideTable) -> str:
    """A table under its title, with the command that shows it."""
    head = f"{shown.title}: {shown.command}"
    if shown.problem:
        return f"{head}\n  ? {shown.problem}"
    if not shown.rows:
        return f"{head}\n  none"
    lines = table([shown.columns, *shown.rows]).split("\n")
    return "\n".join((head, *(f"  {line}" for line in lines)))


VERBS = {"inside": CommandVerb(options, run)}
