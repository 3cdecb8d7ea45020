"""Which commands of exec.start had their effect in a running jail: a cut start lacks the last ones, drift lacks any."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.net import family
from jailtui.rules.jailwords import value_written
from jailtui.rules.running import run_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Jail
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Evidence
    from jailtui.rules.running import Run

HOOK = "exec.start"
ROUTE = "the default route through "


class Effect(NamedTuple):
    """An address or a router that exec.start sets. `other`: the jail has another one in its place."""

    value: str
    there: bool
    other: bool = False


def cut_off(context: Context, jail: Jail) -> tuple[str, tuple[Evidence, ...]] | None:
    """What a start that was cut off has not set, as a phrase and what shows it.

    All of the last commands are without effect, and all before them had theirs; one without effect in the middle, and
    one whose value was replaced, is drift. So is a default route that alone is missing: it has a rule of its own.
    """
    run = run_of(context, jail)
    if run is None or run.view.unread or all(effect.there for effect in _effects(run)):
        return None
    numbers = _commands(run)
    effects = sorted((numbers[effect.value], effect) for effect in _effects(run) if effect.value in numbers)
    commands = sorted({number for number, _ in effects})
    lacking = [all(not effect.there for own, effect in effects if own == number) for number in commands]
    last = lacking.index(True) if True in lacking else 0
    whole = all(effect.there for number, effect in effects if number in commands[:last])
    if not last or not all(lacking[last:]) or not whole or any(effect.other for _, effect in effects):
        return None
    values = [effect.value for number, effect in effects if number in commands[last:]]
    if all(value.startswith(ROUTE) for value in values):
        return None
    text = f"the last commands of its {HOOK} have had no effect: it lacks {', '.join(values)}"
    return text, tuple(value_written(run.settings, HOOK, number) for number in commands[last:])


def _effects(run: Run) -> Iterator[Effect]:
    for wire in run.wires:
        held = {address.address for address in wire.interface.addresses} if wire.interface is not None else set()
        wanted = {address.partition("/")[0] for address in wire.link.addresses}
        for text in wire.link.addresses if not (wire.link.dhcp or wire.link.slaac) else ():
            bare = text.partition("/")[0]
            others = {address for address in held - wanted if family(address) == family(bare) and address[:4] != "fe80"}
            yield Effect(text, bare in held, bool(others))
    for router in run.view.gateways if run.jail.gateways is not None else ():
        same = [held for held in run.jail.gateways or () if family(held) == family(router)]
        yield Effect(ROUTE + router, router in same, bool(same) and router not in same)


def _commands(run: Run) -> dict[str, int]:
    """The number of the first command of exec.start that sets a value, by that value."""
    network = run.network
    stated = [(address.value, address.spots) for cable in network.cables for address in cable.addresses]
    stated += [(ROUTE + gateway.value, gateway.spots) for gateway in network.gateways]
    numbers: dict[str, int] = {}
    for value, spots in stated:
        for spot in spots:
            if spot.node.name == HOOK:
                numbers.setdefault(value, spot.node.index)
    return numbers
