"""What stands in the way of renaming or removing a configured jail: that it runs, what it left, who needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.notes import saving, unfit
from jailtui.model.state import JailState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources
    from jailtui.jailconf import HostJail


def running_notes(sources: Sources, name: str, what: str) -> Iterator[Note]:
    """An error while the jail runs: without its configuration a stop runs no hook, and exits 0 (FREEBSD.md 2.4)."""
    jail = sources.state.jail(name)
    if jail is None:
        return
    if jail.running:
        text = f"{name} runs, jid {jail.jid}: {what} a stop would run none of its hooks. Stop it first."
        yield unfit(text)
    elif jail.state in (JailState.STARTING, JailState.STOPPING):
        yield unfit(f"jail(8) is {jail.state.value} {name}: wait until it has.")


def left_notes(sources: Sources, name: str) -> Iterator[Note]:
    """Pairs the jail has left, which nobody could tell the owner of by the configuration afterwards."""
    for pair in sources.state.orphans:
        if pair.owner == name:
            yield saving(
                "pair-left", f"{pair.name} of {name} is left over: reclaim it first, while its owner is known."
            )


def dependents(sources: Sources, name: str) -> tuple[str, ...]:
    """The configured jails whose `depend` names it."""
    found = []
    for jail in sources.config.jails:
        depend = jail.jail.get("depend")
        if depend is not None and name in depend.values and jail.name != name:
            found.append(jail.name)
    return tuple(found)


def inside_notes(sources: Sources, name: str, instead: str) -> Iterator[Note]:
    """An error where jails are configured inside of it, by their names (`web.inner`)."""
    if inside := [jail.name for jail in sources.config.jails if jail.name.startswith(f"{name}.")]:
        yield unfit(f"{', '.join(inside)} would be inside {name}: {instead}.")


def other_files(jail: HostJail, then: str) -> Iterator[Note]:
    """The files that define the jail too, which are left as they are."""
    for other in jail.others:
        yield saving("other-file", f"{other} defines {jail.name} too{then}.")


def file_notes(sources: Sources, jail: HostJail) -> Iterator[Note]:
    """A note where the jail's file has no other jail."""
    file = jail.jail.block.file
    if not any(other.jail.block.file == file and other.name != jail.name for other in sources.config.jails):
        yield saving("file-stays", f"{file} stays, without a jail in it.")
