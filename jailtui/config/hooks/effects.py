"""What the commands of a start do that can be seen while the jail runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.view import STARTING, Effect
from jailtui.jailconf.faults import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.hooks.walk import HookInterface, HookLine, HookReader, Stated
    from jailtui.config.view import EffectKind

LAST = 1 << 30
"""A command that was not understood is taken for the last one of its text: it may undo what the others do."""


def effects(reader: HookReader) -> tuple[Effect, ...]:
    """The effects that nothing later in the start undoes, in the order of the start."""
    return tuple(sorted(_effects(reader), key=lambda effect: effect.place))


def _effects(reader: HookReader) -> Iterator[Effect]:
    for inside, names in ((False, reader.host), (True, reader.inside)):
        for iface in names.values():
            yield from _of_interface(iface, inside)
    for moved_in in reader.given:
        if moved_in.line is not None:
            yield _effect(moved_in.line, "moved", moved_in.outer, moved_in.iface.name)
    moved = {moved_in.outer: moved_in.iface.name for moved_in in reader.given}
    for node in reader.values("vnet.interface"):
        yield Effect(node.name, node.index, 0, "moved", decoded(node.text), decoded(moved.get(node.text, node.text)))
    for gateway in reader.gateways:
        if gateway.line is not None:
            yield _effect(gateway.line, "route", gateway.value)
    for unread in reader.unread:
        if unread.name in STARTING:
            yield Effect(unread.name, unread.node.index, LAST, "unread")


def _of_interface(iface: HookInterface, inside: bool) -> Iterator[Effect]:
    stated: list[tuple[EffectKind, Stated | None]] = [
        ("name", iface.renamed),
        ("up", iface.up),
        ("mtu", iface.mtu),
        ("mac", iface.mac),
        ("description", iface.description),
        ("member", None if inside else iface.bridge),
        *(("address", address) for address in iface.addresses),
    ]
    for kind, value in stated:
        if value is not None and value.line is not None and value.line.hook in STARTING:
            yield _effect(value.line, kind, value.value, iface.name, inside)


def _effect(line: HookLine, kind: EffectKind, value: str, interface: str = "", inside: bool = True) -> Effect:
    place = (line.hook, line.node.index, line.number)
    return Effect(*place, kind, decoded(value), decoded(interface), inside, line.guarded)
