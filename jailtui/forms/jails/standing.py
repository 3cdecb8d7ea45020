"""What stands in the way of renaming or removing a configured jail: that it runs, what it left, who needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.protocol import Note
from jailtui.model.state import JailState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources


def running_notes(sources: Sources, name: str, what: str) -> Iterator[Note]:
    """An error while the jail runs: without its configuration a stop runs no hook, and exits 0 (FREEBSD.md 2.4)."""
    jail = sources.state.jail(name)
    if jail is None:
        return
    if jail.running:
        text = f"{name} runs, jid {jail.jid}: {what} a stop would run none of its hooks. Stop it first."
        yield Note("error", text)
    elif jail.state in (JailState.STARTING, JailState.STOPPING):
        yield Note("error", f"jail(8) is {jail.state.value} {name}: wait for its end.")


def left_notes(sources: Sources, name: str) -> Iterator[Note]:
    """Pairs the jail has left, which nobody could tell the owner of by the configuration afterwards."""
    for pair in sources.state.orphans:
        if pair.owner == name:
            yield Note("warning", f"{pair.name} of {name} is left over: reclaim it first, while its owner is known.")


def dependents(sources: Sources, name: str) -> tuple[str, ...]:
    """The configured jails whose `depend` names it."""
    found = []
    for jail in sources.config.jails:
        depend = jail.jail.get("depend")
        if depend is not None and name in depend.values and jail.name != name:
            found.append(jail.name)
    return tuple(found)


def nested(sources: Sources, name: str) -> tuple[str, ...]:
    """The configured jails that are inside of it by their names."""
    return tuple(jail.name for jail in sources.config.jails if jail.name.startswith(f"{name}."))


def sentence(text: str) -> str:
    """A text of the editing rooms with a capital letter."""
    return text[:1].upper() + text[1:]
