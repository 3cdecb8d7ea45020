"""Which commands of a start took effect in a running jail; after a start that was cut off the last did not."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from jailtui.net import family, is_loopback, plain_ip
from jailtui.rules.driftjails import MAC, octets
from jailtui.rules.jailwords import value_written
from jailtui.rules.running import run_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jailtui.config.view import Effect, EffectKind, Link
    from jailtui.model.state import Interface, Jail
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Evidence
    from jailtui.rules.running import Run

    Seen = Literal["there", "lacking", "replaced", "unseen"]

DEFAULT_MTU = 1500
"""That of a pair as it is created."""
VANISHING = frozenset(("route", "member"))
"""Effects that go with an interface or a bridge. Where nothing else is missing they have rules of their own."""


def cut_off(context: Context, jail: Jail) -> tuple[str, tuple[Evidence, ...]] | None:
    """What a start that was cut off has not done, as a phrase and what shows it.

    All of the last commands are without effect, and all before them had theirs; one without effect in the middle, and
    one whose value was replaced, is drift. What can't be seen is neither.
    """
    run = run_of(context, jail)
    if run is None:
        return None
    if not _lacks_last(context, run):
        return None
    effects = [(effect, _state(context, run, effect)) for effect in run.view.effects]
    lacking = _last_ones(list(_doubted(context, run, effects)))
    if not lacking or VANISHING.issuperset(effect.kind for effect in lacking):
        return None
    hooks = " and ".join(dict.fromkeys(effect.hook for effect in lacking))
    text = f"the last commands of its {hooks} have had no effect: it lacks {', '.join(map(_named, lacking))}"
    values = dict.fromkeys((effect.hook, effect.number) for effect in lacking)
    return text, tuple(value_written(run.settings, *value) for value in values)


def _lacks_last(context: Context, run: Run) -> bool:
    """Whether the last effect that proves something is lacking; it nearly never is."""
    for effect in reversed(run.view.effects):
        seen = _state(context, run, effect)
        if seen == "lacking":
            return True
        if seen == "replaced" or (seen == "there" and not _had_anyway(run, effect)):
            return False
    return False


def _last_ones(effects: Sequence[tuple[Effect, Seen]]) -> list[Effect]:
    """The effects of the last commands, if these had none, and all commands before them had theirs."""
    lacking: list[Effect] = []
    had = False
    for _, command in groupby(effects, lambda pair: pair[0].place):
        seen = {effect: state for effect, state in command if state != "unseen"}
        states = set(seen.values())
        if len(states) > 1 or "replaced" in states or (lacking and "there" in states):
            return []
        had |= "there" in states
        lacking += [effect for effect, state in seen.items() if state == "lacking"]
    return lacking if had else []


def _doubted(context: Context, run: Run, effects: Sequence[tuple[Effect, Seen]]) -> Iterator[tuple[Effect, Seen]]:
    """The effects without what proves nothing.

    A command may fail if the start then goes on, and a later one that was not understood may undo what it did. An
    interface that is up, but has none of the addresses that would have raised it, was changed after the start.
    """
    unread = max((effect.place for effect, _ in effects if effect.kind == "unread"), default=())
    raised: set[str] = set()
    for _, command in groupby(effects, lambda pair: pair[0].place):
        states = dict(command)
        for effect, seen in states.items():
            interface = _interface(context, run, effect)
            up = interface is not None and interface.up
            if seen == "lacking" and (effect.guarded or effect.place < unread):
                yield effect, "unseen"
            elif seen == "lacking" and effect.kind == "address" and up and effect.interface not in raised:
                yield effect, "replaced"
            else:
                yield effect, "unseen" if seen == "there" and _had_anyway(run, effect) else seen
        raised |= {
            effect.interface for effect, seen in states.items() if seen == "there" and effect.kind in ("address", "up")
        }


def _had_anyway(run: Run, effect: Effect) -> bool:
    """Whether a jail may have it without this command: an address raises its interface, and lo0 gets ::1 when it is
    raised, and 127.0.0.1 from /etc/rc.
    """
    if effect.kind == "address" and is_loopback(effect.value):
        return family(effect.value) == 6 or run.view.runs_rc
    return effect.kind == "up" or (effect.kind == "mtu" and effect.value == str(DEFAULT_MTU))


def _state(context: Context, run: Run, effect: Effect) -> Seen:
    if effect.kind == "route":
        return _route(run, effect.value)
    interface = _interface(context, run, effect)
    if interface is None:
        return "lacking" if effect.inside and effect.kind != "unread" and not _has_strangers(run) else "unseen"
    if interface.doubtful:
        return "unseen"
    if effect.kind == "member":
        return _member(context, effect)
    if effect.kind == "mtu":
        in_bridge = not effect.inside and effect.interface in context.cached(_bridges)
        return "unseen" if in_bridge else _mtu(effect, interface)
    return OF_INTERFACE[effect.kind](run, effect, interface)


def _interface(context: Context, run: Run, effect: Effect) -> Interface | None:
    if not effect.inside:
        return context.host.get(effect.interface)
    for wire in run.wires:
        if effect.interface == wire.link.inside:
            return wire.interface
    return next((held for held in run.jail.interfaces or () if held.name == effect.interface), None)


def _has_strangers(run: Run) -> bool:
    """Whether the jail holds an interface that may be a configured one under another name."""
    known = {wire.interface.name for wire in run.wires if wire.interface is not None}
    return any(held.kind != "loopback" and held.name not in known for held in run.jail.interfaces or ())


def _link(run: Run, effect: Effect) -> Link | None:
    return next((wire.link for wire in run.wires if effect.inside and wire.link.inside == effect.interface), None)


def _name(run: Run, effect: Effect, interface: Interface) -> Seen:
    if interface.name == effect.value:
        return "there"
    link = _link(run, effect)
    return "lacking" if link is not None and interface.name == link.given else "replaced"


def _address(run: Run, effect: Effect, interface: Interface) -> Seen:
    link = _link(run, effect)
    if link is not None and (link.dhcp or link.slaac):
        return "unseen"
    if effect.value.partition("/")[0] in [address.address for address in interface.addresses]:
        return "there"
    held = {plain_ip(address.address) for address in interface.addresses}
    address = plain_ip(effect.value)
    if address in held:
        return "there"
    given = {plain_ip(other.value) for other in run.view.effects if other.interface == effect.interface}
    loopback = is_loopback(address)
    others = (
        other
        for other in held - given
        if family(other) == family(address) and not other.startswith("fe80") and is_loopback(other) == loopback
    )
    return "replaced" if any(others) else "lacking"


def _mac(_: Run, effect: Effect, interface: Interface) -> Seen:
    if not interface.mac or not MAC.fullmatch(effect.value):  # `ether random`, for instance
        return "unseen"
    return "there" if octets(interface.mac) == octets(effect.value) else "lacking"


def _description(_: Run, effect: Effect, interface: Interface) -> Seen:
    if interface.description == effect.value:
        return "there"
    return "replaced" if interface.description else "lacking"


OF_INTERFACE: Mapping[EffectKind, Callable[[Run, Effect, Interface], Seen]] = {
    "moved": lambda _run, _effect, _interface: "there",
    "name": _name,
    "up": lambda _run, _effect, interface: "there" if interface.up else "lacking",
    "address": _address,
    "mac": _mac,
    "description": _description,
}


def _mtu(effect: Effect, interface: Interface) -> Seen:
    if interface.mtu == 0 or not effect.value.isdecimal():
        return "unseen"
    if interface.mtu == int(effect.value):
        return "there"
    return "lacking" if interface.mtu == DEFAULT_MTU else "replaced"


def _bridges(context: Context) -> Mapping[str, str]:
    """The bridge that each interface of the host is a member of."""
    return {member: name for name, bridge in context.host.items() for member in bridge.members}


def _member(context: Context, effect: Effect) -> Seen:
    if effect.value not in context.host:
        return "unseen"
    held = context.cached(_bridges).get(effect.interface)
    if held == effect.value:
        return "there"
    return "replaced" if held is not None else "lacking"


def _route(run: Run, router: str) -> Seen:
    if run.jail.gateways is None:
        return "unseen"
    held = [gateway for gateway in run.jail.gateways if family(gateway) == family(router)]
    if plain_ip(router) in map(plain_ip, held):
        return "there"
    return "replaced" if held else "lacking"


def _named(effect: Effect) -> str:
    """What the jail lacks, as a noun."""
    place = f"of {effect.interface}"
    return {
        "moved": effect.interface,
        "name": f"the name {effect.value}",
        "up": f"the flag UP {place}",
        "address": effect.value,
        "mtu": f"MTU {effect.value} {place}",
        "mac": f"MAC {effect.value} {place}",
        "description": f"the description {place}",
        "member": f"{effect.interface} in {effect.value}",
        "route": f"the default route through {effect.value}",
    }[effect.kind]
