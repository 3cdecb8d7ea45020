"""Notes on renaming or removing a configured jail: that it runs, what it left, which jails need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.jails.copies import shares_file
from jailtui.forms.notes import saving, unfit
from jailtui.model.state import JailState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources
    from jailtui.jailconf import HostJail


def running_notes(sources: Sources, name: str, what: str) -> Iterator[Note]:
    """An error if the jail runs: without its configuration a stop runs no hook, and exits 0 (FREEBSD.md 2.4)."""
    jail = sources.state.jail(name)
    if jail is None:
        return
    if jail.running:
        yield unfit(f"{name} is running as jid {jail.jid}: {what} a stop would run none of its hooks. Stop it first.")
    elif jail.state in (JailState.STARTING, JailState.STOPPING):
        yield unfit(f"jail(8) is {jail.state.value} {name}: wait until it has finished.")


def left_notes(sources: Sources, name: str) -> Iterator[Note]:
    """Leftover pairs of the jail, whose owner the configuration would no longer show."""
    for pair in sources.state.orphans:
        if pair.owner == name:
            text = f"{pair.name} of {name} is left over: reclaim it first, while its owner is known."
            yield saving("pair-left", text)


def dependents(sources: Sources, name: str) -> tuple[str, ...]:
    """The configured jails whose `depend` names the jail."""
    depends = {jail.name: jail.jail.get("depend") for jail in sources.config.jails if jail.name != name}
    return tuple(jail for jail, depend in depends.items() if depend is not None and name in depend.values)


def inside_notes(sources: Sources, name: str, instead: str) -> Iterator[Note]:
    """An error if jails are configured inside the jail (`web.inner`)."""
    if inside := [jail.name for jail in sources.config.jails if jail.name.startswith(f"{name}.")]:
        yield unfit(f"{', '.join(inside)} would be inside {name}: {instead}.")


def other_files(jail: HostJail, then: str) -> Iterator[Note]:
    """Notes on other files that define the jail, which are not changed."""
    for other in jail.others:
        yield saving("other-file", f"{other} defines {jail.name} too{then}.")


def file_notes(sources: Sources, jail: HostJail) -> Iterator[Note]:
    """A note if the jail's file has no other jail."""
    if not shares_file(sources, jail):
        yield saving("file-stays", f"{jail.jail.block.file} stays, without a jail in it.")
