"""The command line: runs a verb. Data goes to stdout, messages to stderr."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jailtui import __version__
from jailtui.cli import console
from jailtui.cli.interrupt import Ended, ended_by_signals
from jailtui.cli.streams import OutputLost, complete_streams, to_nowhere
from jailtui.cli.talk import printable, talk, talk_traceback
from jailtui.cli.verb import Exit, Stop, host_options, screen_options
from jailtui.preferences import Config, ConfigError, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jailtui.cli.verb import Arguments, CommandVerb

VERBS = {
    "show": ("show", "print jails, epairs, bridges and VLANs"),
    "map": ("map", "draw the wiring of the host: NICs, VLANs, bridges, epairs, jails"),
    "doctor": ("doctor", "print problems with evidence and remedies"),
    "watch": ("watch", "print what happens on the host, as it happens"),
    "path": ("path", "say where the path of a jail to the network is broken"),
    "explain": ("explain", "explain a rule of the doctor, or list all rules"),
    "start": ("actions", "start jails"),
    "stop": ("actions", "stop jails"),
    "restart": ("actions", "stop jails and start them again"),
    "reclaim": ("actions", "destroy epairs that nothing uses"),
    "inside": ("inside", "print what runs in a jail, and how its network is set"),
    "logs": ("logs", "print the console log of a jail and its messages"),
    "shell": ("shell", "open a shell in a jail, or run a command there"),
    "conf": ("conf", "read, check and change jail.conf, rc.conf and interfaces"),
    "undo": ("actions", "undo the last save of a file"),
    "steps": ("steps", "list the steps that run on the host, or wait to be fetched"),
    "keep": ("keep", "keep what was done, from a new login, before the host undoes it"),
    "log": ("log", "print what was done, the newest first, without a host"),
    "collect": ("show", "write what one refresh reads into a file, without secrets"),
    "demo": ("console", "open the screen on the embedded host"),
    "schema": ("documents", "print the JSON Schema of data that jailtui reads or writes"),
    "help": ("explain", "print the manual, or its section on a topic"),
}
"""The verbs: the module of `jailtui.cli`, and the help of each."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    sys.excepthook = talk_traceback
    try:
        complete_streams()
        try:
            with ended_by_signals():
                return carried_out(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()
    except ConfigError as error:
        talk(f"jailtui: {error}")
        return Exit.USAGE
    except Stop as stop:
        talk(f"jailtui: {stop.text}")
        return stop.status
    except Ended as ended:
        return ended.status
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except OutputLost as why:
        if str(why):  # a reader that has seen enough needs no message
            talk(f"jailtui: standard output: {why}")
        to_nowhere(1)  # for what is left of it
        return Exit.FAILED


def carried_out(argv: Sequence[str]) -> int:
    """Carry out the verb of the command line; gives its exit status."""
    arguments = parsed(argv)
    arguments.words = tuple(argv)
    path = Path(arguments.config) if arguments.config else None
    return int(arguments.run(arguments, load(path) if arguments.configured else Config()))


class CleanParser(argparse.ArgumentParser):
    """A parser whose messages hold nothing that a terminal would act on: a word may be the name of a jail's file."""

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(f"{printable(message)}\n", file)


def parsed(argv: Sequence[str]) -> Arguments:
    """The parsed command line. FIELD=VALUE may also follow options, where argparse does not take it."""
    top = parser(argv)
    arguments, rest = top.parse_known_args(argv)
    if rest and (not hasattr(arguments, "answers") or any(word.startswith("-") for word in rest)):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.answers += rest
    return arguments


def parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the command line, or of any. Only verbs among the words are imported and have their options.

    A verb that comes first is the only one that it has: nothing that is printed then names another.
    """
    top = CleanParser(prog="jailtui", description="A terminal console for FreeBSD VNET jails.")
    top.add_argument("--version", action="version", version=f"jailtui {__version__}")
    host_options(top, None)
    screen_options(top, None)
    top.set_defaults(run=console.run, configured=True)
    verbs = top.add_subparsers(metavar="VERB", title="verbs")
    for name in first_or_all(argv or (), VERBS):
        module, text = VERBS[name]
        added = verbs.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if argv is None or name in argv:
            verb: CommandVerb = import_module(f"jailtui.cli.{module}").VERBS[name]
            verb.options(added)
            add_lower(added, verb, argv[1:] if argv and argv[0] == name else ())
            added.set_defaults(run=verb.run, configured=verb.configured)
    return top


def add_lower(to: argparse.ArgumentParser, verb: CommandVerb, words: Sequence[str]) -> None:
    """Add the verbs below a verb, behind which these words stand."""
    if verb.lower:
        verbs = to.add_subparsers(metavar="VERB", title="verbs", dest="lower_verb", required=True)
        for name in first_or_all(words, verb.lower):
            text, lower = verb.lower[name]
            lower.options(verbs.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}."))


def first_or_all(words: Sequence[str], verbs: Iterable[str]) -> Iterable[str]:
    """The verb that the first of the words is, or all verbs."""
    return words[:1] if words and words[0] in verbs else verbs
