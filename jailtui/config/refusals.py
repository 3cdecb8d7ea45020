"""What jail(8) says of a host's files, each message with its place, fit for a terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.jailconf.faults import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui import jailconf
    from jailtui.config.world import World


class Told(NamedTuple):
    """One message, without the name of the program. `picture` is it with the line and carets below, where known."""

    file: str
    line: int
    message: str
    picture: str


def refusals(world: World) -> Mapping[str, tuple[Told, ...]]:
    """Why jail(8) does not load a file, by file ("": none that is known), each once, in the order of the files."""
    return _grouped(world, ((fault.file, fault) for fault in world.faults))


def failures(world: World) -> Mapping[str, tuple[Told, ...]]:
    """Why a jail of a file that loads fails as it is written, by the jail's name."""
    named = ((fault.message.removeprefix("jail: ").partition(": ")[0], fault) for fault in world.warnings)
    return _grouped(world, named)


def _grouped(world: World, keyed: Iterable[tuple[str, jailconf.Fault]]) -> Mapping[str, tuple[Told, ...]]:
    found: dict[str, dict[jailconf.Fault, None]] = defaultdict(dict)
    for key, fault in keyed:
        found[key][fault] = None
    texts = {tree.name: tree.data for tree in world.trees} if found else {}
    return {key: tuple(_told(fault, texts) for fault in faults) for key, faults in found.items()}


def _told(fault: jailconf.Fault, texts: Mapping[str, bytes]) -> Told:
    data = texts.get(fault.file)
    said = printable(fault.message)
    return Told(fault.file, fault.line, said.removeprefix("jail: "), said if data is None else fault.caret(data))
