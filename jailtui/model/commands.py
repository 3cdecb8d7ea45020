"""The commands that start and stop a jail of the state, and those that reclaim a pair (FREEBSD.md 3.4, 3.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jailtui.exchange import Argv, Step
from jailtui.model.state import End, Epair, Jail, Where

MAIN_FILE = "/etc/jail.conf"
"""The file that jail(8) reads without `-f FILE`."""


def jail_c(jail: Jail) -> Argv:
    """`jail -c NAME`."""
    return ("jail", *_from_file(jail), "-c", jail.name)


def jail_r(jail: Jail) -> Argv:
    """`jail -r NAME`; with the jid if no file defines the jail."""
    return ("jail", *_from_file(jail), "-r", jail.name if jail.configured else str(jail.jid))


def starts(argv: Argv) -> str:
    """The jail that the command starts, by name; "" for another command."""
    return argv[-1] if argv[:1] == ("jail",) and argv[-2:-1] == ("-c",) else ""


def stops(argv: Argv) -> str:
    """The jail that the command stops with its hooks; "" for another command."""
    return argv[-1] if argv[:1] == ("jail",) and argv[-2:-1] == ("-r",) else ""


def _from_file(jail: Jail) -> Argv:
    if jail.configured is None or jail.configured.file == MAIN_FILE:
        return ()
    return ("-f", jail.configured.file)


def why_untouchable(pair: Epair) -> str:
    """Why no command may touch the pair, or ""."""
    if pair.ambiguous:
        return f"two interfaces of the host are called {', '.join(pair.ambiguous)}: a command acts on the first"
    if Where.HOST not in (pair.a.where, pair.b.where):
        return "neither end is on the host"
    if pair.orphan is None:
        return f"whether it is in use is not known: {pair.why}"
    return ""


def made_by(manager: str | None) -> tuple[str, ...]:
    """A note about a resource that a manager created; none for others."""
    return (f"created by {manager}: prefer its own commands",) if manager else ()


def near_and_far(pair: Epair) -> tuple[End, End]:
    """The end that commands on the host can name, and the other end."""
    return (pair.a, pair.b) if pair.a.where is Where.HOST else (pair.b, pair.a)


def reclaim_steps(pair: Epair, on_host: Collection[str]) -> Iterator[Step]:
    """The commands that destroy a pair with an end on the host: remove it from its bridge, return the other end from a
    live jail, destroy. Destroying one end destroys both, even in a dying jail.

    `on_host` are the names of the host's interfaces.
    """
    near, far = near_and_far(pair)
    assert near.name is not None
    for end in (near, far):
        if end.where is Where.HOST and end.bridge is not None and end.name is not None:
            undo = ("ifconfig", end.bridge, "addm", end.name)
            yield Step(("ifconfig", end.bridge, "deletem", end.name), f"out of {end.bridge}", undo=undo)
    # The kernel does not check whether the name of a returning interface is taken (FREEBSD.md 3.3).
    if far.where is Where.JAIL and far.name is not None and far.name not in on_host:
        jid = str(far.jid)
        undo = ("ifconfig", far.name, "vnet", jid)
        yield Step(("ifconfig", far.name, "-vnet", jid), f"release it while {far.jail} lives", undo=undo)
    yield Step(("ifconfig", near.name, "destroy"), "destroys both ends")
