"""`jailtui undo`: the text that a file had before its last save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.carryout import agree_and_run
from jailtui.cli.exits import Exit, Stop
from jailtui.cli.opening import opened
from jailtui.cli.options import change_options, host_options
from jailtui.cli.verb import CommandVerb

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    """The words of `undo`."""
    to.add_argument("path", metavar="PATH", nargs="?", default="/etc/jail.conf", help="default: /etc/jail.conf")
    change_options(to, "print the change as a shell script and save nothing")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    """Show the change, ask, and save it."""
    if not arguments.path.startswith("/"):
        raise Stop(f"{arguments.path} is not an absolute path.", Exit.USAGE)
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        if backend.read_only:
            raise Stop(backend.read_only, Exit.REFUSED)
        return agree_and_run(lambda _: backend.undo_plan(arguments.path), snapshot, backend, arguments)


VERBS = {"undo": CommandVerb(options, run)}
