"""Who has an address or a MAC that another has too, for the rules: with their segments, and what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.state import Where
from jailtui.rules.finding import Evidence, Subject
from jailtui.rules.jailwords import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.usage import Kind, Use
    from jailtui.rules.context import Context


class Holder(NamedTuple):
    """One who has an address or a MAC.

    `segment` are names of the interfaces and bridges it is joined with on the host, empty where that is not known.
    """

    use: Use
    subject: Subject
    segment: frozenset[str]
    evidence: Evidence

    @property
    def live(self) -> bool:
        return self.use.live

    @property
    def text(self) -> str:
        return self.use.text

    def apart(self, other: Holder) -> bool:
        """Whether the two are known to be in different bridges."""
        return bool(self.segment and other.segment and not self.segment & other.segment)


def holders(context: Context, kind: Kind) -> Iterator[tuple[str, list[Holder]]]:
    """Each address or MAC that several have, with all of them; of a draft, only those of its jails."""
    for value in context.usage.values(kind, context.only):
        uses = [use for use in context.usage.users(kind, value) if _counts(context, use)]
        planned = {use.jail for use in uses if use.by == "file"}
        uses = [use for use in uses if not (kind == "mac" and use.owner in planned)]  # its own pair, back on the host
        if len(uses) > 1 and not all(use.floating for use in uses):
            yield value, [_holder(context, use) for use in uses]


def _counts(context: Context, use: Use) -> bool:
    """What a dying jail has left is nobody's; of a running jail its own word counts, where it could be asked."""
    if use.by == "kernel" or use.jail not in context.live:
        return not use.dying
    jail = context.live[use.jail]
    return use.vnet and jail.vnet is True and jail.interfaces is None


def _holder(context: Context, use: Use) -> Holder:
    if not use.jail:
        there = use.interface in context.host
        joined = frozenset(name for name in (use.interface, context.bridge_of.get(use.interface)) if name and there)
        return Holder(use, Subject("interface", use.key, use.interface), joined, _evidence(context, use))
    jail = context.jails.get(use.key)
    if use.by == "file":
        joined = frozenset((use.bridge,)) - {""}
    else:
        joined = frozenset(_reached(context, use.jid, use.interface, set())) if use.interface else frozenset()
    joined = joined or frozenset(jail.bridges if jail is not None else ())
    return Holder(use, Subject("jail", use.key, use.jail), joined, _evidence(context, use))


def _evidence(context: Context, use: Use) -> Evidence:
    if use.by == "file":  # the value may be put together of variables and stand in several lines
        file, line = context.settings[use.jail].place("")
        return Evidence(f"{file}:{line}", f"{use.jail} {{ … {use.value} … }}")
    if use.jail and not use.interface:
        return Evidence(f"jls -j {use.jid} -n ip4.addr ip6.addr", use.value)
    what = "ether" if use.kind == "mac" else "inet6" if ":" in use.value else "inet"
    command = f"ifconfig {use.interface}"
    if use.jail:
        command = " ".join(inside(context, context.jails[use.key], "ifconfig", use.interface))
    return Evidence(command, f"{what} {use.value}")


def _reached(context: Context, jid: int | None, name: str, been: set[tuple[int | None, str]]) -> Iterator[str]:
    """What an interface in a jail is joined with, also by way of bridges in the jail around it."""
    if (jid, name) in been:
        return
    been.add((jid, name))
    for bridge in context.inside.get(jid or 0, ()):
        if bridge.kind == "bridge" and name in (bridge.name, *bridge.members):
            yield f"{bridge.name} of jid {jid}"
            for member in bridge.members:
                yield from _reached(context, jid, member, been)
    other = context.far_ends.get((jid, name))
    if other is not None and other.where is Where.HOST and other.bridge:
        yield other.bridge
    elif other is not None and other.jid is not None and other.name:
        yield from _reached(context, other.jid, other.name, been)
