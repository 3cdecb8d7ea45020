"""`jailtui shell`: a shell in a jail, or a command there, at a terminal of its own."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from jailtui.cli.actions import jail_of
from jailtui.cli.hosts import opened
from jailtui.cli.streams import put_bytes
from jailtui.cli.talk import put, talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.exchange import shell_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.cli.verb import Arguments
    from jailtui.host.pipes import Pipes
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
    command = tuple(arguments.command[arguments.command[:1] == ["--"] :])
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if command[:1] and command[0].startswith("-"):
        raise Stop(f"{command[0]}: options stand before JAIL.", Exit.USAGE)
    if not (at_terminal or command):
        raise Stop("A shell needs a terminal as its standard input and output, or a COMMAND.", Exit.USAGE)
    from jailtui.entering import NoEntry, enter, entrance

    with opened(arguments, config) as backend:
        try:
            way = entrance(backend, jail_of(arguments.jail, backend.read().state), command)
        except NoEntry as why:
            raise Stop(str(why), Exit.REFUSED) from why
        if not command:
            talk(f"{way.jail} on {backend.name}: {shell_line(way.line)}")
        result = enter(backend, way, None if at_terminal else piped())
    if result.note:
        talk(result.note)
    return Exit.FAILED if result.rc is None else result.rc


def piped() -> Pipes:
    """Exact bytes from pipe to pipe; to a terminal, clean lines."""
    from jailtui.host.pipes import Pipes

    out = WholeLines(put).take if sys.stdout.isatty() else put_bytes
    return Pipes(out, WholeLines(talk).take, None if sys.stdin.isatty() else 0)


class WholeLines:
    """Passes whole lines of bytes on as text; the rest at most so many bytes later."""

    MOST = 65536

    def __init__(self, to: Callable[[str], None]) -> None:
        self._to = to
        self._begun = b""

    def take(self, chunk: bytes) -> None:
        whole, ended, self._begun = (self._begun + chunk).rpartition(b"\n")
        if len(self._begun) > self.MOST or not chunk:
            whole, ended, self._begun = whole + ended + self._begun, b"\n", b""
        if whole or (ended and chunk):
            self._to(whole.decode("utf-8", "surrogateescape"))


VERBS = {"shell": CommandVerb(options, run)}
