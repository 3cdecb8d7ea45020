"""Running jails with their configuration: each configured interface with the interface in the jail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.network import Cable, Network, read
from jailtui.rules.finding import Evidence, Remedy
from jailtui.rules.jailwords import in_vnet, settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.hooks.trace import Spot
    from jailtui.config.view import Link, View
    from jailtui.config.world import JailSettings
    from jailtui.exchange import Argv
    from jailtui.model.state import End, Epair, HostState, Interface, Jail
    from jailtui.rules.context import Context


class Wire(NamedTuple):
    """A configured interface, the `number`th of its jail, with its `interface` in the jail, None if it is missing.

    `end` is the host's end of the pair, None for other interfaces.
    """

    number: int
    link: Link
    interface: Interface | None
    end: End | None = None

    def field(self, name: str) -> str:
        """The key of the field of that name in the network form."""
        return f"{self.number + 1}.{name}" if self.number else name


class Run(NamedTuple):
    """A running jail and the block that defines it. `strange` are pairs in it that its configuration does not name."""

    jail: Jail
    settings: JailSettings
    wires: tuple[Wire, ...] = ()
    strange: tuple[Epair, ...] = ()

    @property
    def view(self) -> View:
        return self.settings.view

    @property
    def network(self) -> Network:
        """The configuration with the place of every value, which takes long to read."""
        return read(self.settings.jail)

    def written(self, spots: list[Spot], text: str) -> Evidence:
        """Where a value is written; without a spot, where the jail's block begins."""
        if not spots:
            return Evidence(f"{self.settings.file}:{self.settings.line}", text)
        origin = spots[0].innermost().node.origin
        return Evidence(f"{origin.file}:{origin.line}", text)

    def cable(self, wire: Wire) -> Cable:
        """The configured cable of a wire, with its places."""
        return self.network.cables[wire.number]

    def inside(self, state: HostState, *argv: str) -> Argv:
        """An ifconfig command in the jail."""
        return in_vnet(state, self.jail.jid, "ifconfig", *argv)


def runs(context: Context) -> tuple[Run, ...]:
    """Every settled jail that exactly one block defines, which jail(8) accepts."""
    return context.cached(_runs)


def run_of(context: Context, jail: Jail) -> Run | None:
    """The run of that jail, if `runs` has it."""
    return context.cached(_by_key).get(jail.key)


def wires(context: Context) -> tuple[tuple[Run, Wire, Interface], ...]:
    """The configured interfaces that exist, of jails whose hooks were understood."""
    return context.cached(_all_wires)


def _all_wires(context: Context) -> tuple[tuple[Run, Wire, Interface], ...]:
    understood = (run for run in runs(context) if not run.view.unread)
    return tuple((run, wire, wire.interface) for run in understood for wire in run.wires if wire.interface is not None)


def edit(jail: Jail, form: str, field: str, why: str = "Writes the current value to the file.") -> Remedy:
    """The remedy that writes the running value to the file."""
    return Remedy.of(f"Edit {jail.name}", why=why, form=(form, jail.key, field))


def _by_key(context: Context) -> Mapping[str, Run]:
    return {run.jail.key: run for run in runs(context)}


def _runs(context: Context) -> tuple[Run, ...]:
    running = []
    for jail in context.state.jails:
        settings = context.settings.get(jail.name) if settled(jail) else None
        if settings is None or settings.failed or settings.legacy or settings.others:
            continue
        if len(context.world.defined.get(jail.name, ())) > 1:
            continue
        if settings.view.vnet and jail.vnet and jail.interfaces:
            running.append(Run(jail, settings, *_wires(jail, settings.view, context.pairs.get(jail.name, ()))))
        else:
            running.append(Run(jail, settings))
    return tuple(running)


def _wires(jail: Jail, view: View, pairs: tuple[Epair, ...]) -> tuple[tuple[Wire, ...], tuple[Epair, ...]]:
    """The jail's links with their interfaces. A pair is matched by the name of either end, since names may change."""
    inside = {interface.name: interface for interface in jail.interfaces or ()}
    spanning = [(pair, *ends) for pair in pairs if (ends := _ends(pair, jail.jid)) is not None]
    wires, known = [], set()
    for number, link in enumerate(view.links):
        pair, inner, outer = next((ends for ends in spanning if _carries(link, *ends)), (None, None, None))
        interface = inside.get(link.inside) or inside.get(link.given)
        if pair is not None and inner is not None:
            known.add(pair.key)
            interface = interface or inside.get(inner.name or "")
        wires.append(Wire(number, link, interface, outer))
    return tuple(wires), tuple(pair for pair, _, _ in spanning if pair.key not in known)


def _carries(link: Link, pair: Epair, inner: End, outer: End) -> bool:
    """Whether the pair is that of the link."""
    if pair.name == link.pair or inner.name in (link.inside, link.given):
        return True
    return outer.name not in ("", "a") and outer.name in (link.host_end, f"{link.pair}a")


def _ends(pair: Epair, jid: int | None) -> tuple[End, End] | None:
    """The end in that jail and the end on the host; None for pairs between other places."""
    if pair.b.jid == jid and pair.a.where == "host":
        return pair.b, pair.a
    return (pair.a, pair.b) if pair.a.jid == jid and pair.b.where == "host" else None
