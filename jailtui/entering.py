"""The way into a jail: why it can't be entered, and what is run in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import PlanMark, shell_line
from jailtui.model.state import JailState

if TYPE_CHECKING:
    from jailtui.backend import HostBackend
    from jailtui.exchange import Argv, Result
    from jailtui.host.pipes import Pipes
    from jailtui.model.state import Jail

LOGIN = ("login", "-f", "root")
SHELL = ("/bin/sh",)


class NoEntry(Exception):
    """The jail can't be entered. The text is why, as a sentence."""


class Entrance(NamedTuple):
    """What is run in which jail; `home`: by `jexec -l`."""

    jail: str
    jid: int
    argv: Argv
    home: bool
    called: Argv

    @property
    def line(self) -> Argv:
        """The command as an operator types it on the host."""
        return ("jexec", *(("-l",) if self.home else ()), str(self.jid), *self.argv)


def entrance(backend: HostBackend, jail: Jail, command: Argv = ()) -> Entrance:
    """The way into that jail for a command, else for a shell. A refusal is recorded.

    Raises NoEntry, HostError.
    """
    from jailtui.host.steprun import new_id

    called = ("jailtui", "shell", jail.name, *command)
    try:
        return _entrance(backend, jail, command, called)
    except NoEntry as why:
        backend.note_refusal(PlanMark(new_id(), shell_line(called), ""), [str(why)])
        raise


def _entrance(backend: HostBackend, jail: Jail, command: Argv, called: Argv) -> Entrance:
    if (why := backend.read_only) is not None:
        raise NoEntry(why)
    if jail.state is JailState.DYING:
        raise NoEntry(f"{jail.name} is dying: nothing can be run in it any more.")
    if jail.jid is None:
        raise NoEntry(f"{jail.name} is not running: start it first.")
    from jailtui.model.doors import door_questions, doors

    ways = doors(backend.source.ask_each(door_questions(jail.jid)))
    if ways.no_shell and not command:
        raise NoEntry(f"{jail.name} has no shell: {ways.no_shell}.")
    return Entrance(jail.name, jail.jid, command or (LOGIN if ways.login else SHELL), ways.home, called)


def enter(backend: HostBackend, way: Entrance, pipes: Pipes | None = None) -> Result:
    """Run it at the operator's terminal, which is put back afterwards, or through `pipes`. Raises HostError."""
    return backend.source.enter(way.jid, way.argv, clean=way.home, called=way.called, pipes=pipes)
