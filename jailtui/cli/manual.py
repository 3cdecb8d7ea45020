"""`jailtui help`: the manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui import man
from jailtui.cli.exits import Exit, Stop
from jailtui.cli.verb import CommandVerb

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    """The words of `help`."""
    to.add_argument("topic", nargs="?", metavar="TOPIC", help="a heading of the manual: keys, conf, exit status…")


def run(arguments: Arguments, _config: Config) -> int:
    """Print it."""
    try:
        print(man.text(arguments.topic), end="")
    except man.NoTopic as error:
        raise Stop(str(error), Exit.USAGE) from error
    return Exit.OK


VERBS = {"help": CommandVerb(options, run, configured=False)}
