"""Rules about names and descriptions of interfaces that can look like other interfaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Step, shell_line
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject, rule
from jailtui.rules.jailwords import in_vnet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Interface
    from jailtui.rules.context import Context

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@+-]*")
"""A name without characters that a shell acts on."""


@rule("IF-DESCRIPTION", "warning", "Description that looks like other lines of ifconfig")
def descriptions(context: Context) -> Iterator[Finding]:
    """The description of an interface holds line breaks or other control characters, and ifconfig(8) prints it raw: it
    can look like addresses, or like interfaces that do not exist. The root of a jail can set it, and it stays when the
    interface returns to the host. Which interfaces there are is taken from netstat(1); remove the description, so that
    other programs are not misled either.
    """
    # Sources: FREEBSD.md 12; recorded: found/forged.
    for interface in context.state.interfaces:
        forged = not (interface.description or "").isprintable()
        if not forged and not (interface.doubtful and PLAIN.fullmatch(interface.name)):
            continue
        problem = "holds line breaks or control characters" if forged else "can't be told from other lines of ifconfig"
        text = f"The description of {interface.name}{_place(context, interface)} {problem}."
        printed = f"description: {interface.description}" if forged else "lines that netstat does not confirm"
        steps = _steps(Step(_command(context, interface, "-descr"), "remove the description"), interface)
        remedy = Remedy.of(
            "Remove the description", steps, breaks="nothing that is running", undo="no: the text is not kept"
        )
        yield Finding.of(_subject(context, interface), text, [_asked(context, interface, printed)], [remedy])


@rule("IF-NAME", "warning", "Interface name that programs misread")
def names(context: Context) -> Iterator[Finding]:
    """The name of an interface holds blanks, line breaks or characters that a shell acts on. ifconfig(8) prints it raw,
    so that it can look like another interface, and a script that lists interfaces takes it for several words or
    commands. The root of a jail can set it, and the interface keeps it when it returns to the host. Rename it.
    """
    # Sources: FREEBSD.md 12; recorded: found/names.
    for interface in context.state.interfaces:
        if PLAIN.fullmatch(interface.name):
            continue
        new = _plain_name(context, interface)
        text = f"The name of {shell_line((interface.name,))}{_place(context, interface)} is not a plain word."
        undo = _command(context, interface._replace(name=new), "name", interface.name)
        step = Step(_command(context, interface, "name", new), f"call it {new}", undo=undo)
        breaks = "what uses the interface by its name" if interface.jid is not None else "nothing that is running"
        remedy = Remedy.of(f"Rename it to {new}", _steps(step, interface), breaks=breaks)
        printed = f"name {shell_line((interface.name,))}"
        yield Finding.of(_subject(context, interface), text, [_asked(context, interface, printed)], [remedy])


def _command(context: Context, interface: Interface, *words: str) -> Argv:
    """An ifconfig command on the interface, on the host or in its jail."""
    if interface.jid is None:
        return ("ifconfig", interface.name, *words)
    return in_vnet(context.state, interface.jid, "ifconfig", interface.name, *words)


def _steps(step: Step, interface: Interface) -> tuple[Step, ...]:
    """The step; none for a name that ifconfig would take for an option."""
    return () if interface.name.startswith("-") else (step,)


def _asked(context: Context, interface: Interface, printed: str) -> Evidence:
    return Evidence(shell_line(_command(context, interface)), printed)


def _place(context: Context, interface: Interface) -> str:
    """The jail that the interface is in, as the end of a phrase; "" for the host."""
    jail = context.kernel.get(interface.jid or 0)
    return f" in {jail.name}" if jail is not None else ""


def _subject(context: Context, interface: Interface) -> Subject:
    """The jail that the interface is in; for an end on the host its pair, else the interface."""
    jail = context.kernel.get(interface.jid or 0)
    if jail is not None:
        return Subject("jail", jail.key, jail.name)
    for pair in context.state.epairs:
        if any(end.name == interface.name and end.jid is None for end in (pair.a, pair.b)):
            return Subject("epair", pair.key, pair.name)
    return Subject("interface", interface.name, interface.name)


def _plain_name(context: Context, interface: Interface) -> str:
    """An unused plain name; for an end preferably the name it was created with."""
    taken = {other.name for other in context.state.interfaces if other.jid == interface.jid}
    for pair in context.state.epairs:
        for letter, end in (("a", pair.a), ("b", pair.b)):
            first = f"{pair.name}{letter}"
            if (end.name, end.jid) == (interface.name, interface.jid) and PLAIN.fullmatch(first) and first not in taken:
                return first
    return next(name for number in range(len(taken) + 1) if (name := f"renamed{number}") not in taken)
