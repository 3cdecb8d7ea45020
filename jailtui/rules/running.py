"""The jails that run beside what their files say: each configured interface with the one it is in the jail now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.network import Cable, Network, read
from jailtui.rules.finding import Evidence, Remedy
from jailtui.rules.jailwords import in_vnet, settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.config.hooks.trace import Spot
    from jailtui.config.view import Link, View
    from jailtui.config.world import JailSettings
    from jailtui.exchange import Argv
    from jailtui.model.state import End, Epair, HostState, Interface, Jail
    from jailtui.rules.context import Context


class Wire(NamedTuple):
    """A configured interface, as the `number`th of its jail; None where the jail has no such interface.

    `end` is the host's end of the pair, None for what is no pair.
    """

    number: int
    link: Link
    interface: Interface | None
    end: End | None = None

    def field(self, name: str) -> str:
        """The key of its field in the network form."""
        return f"{self.number + 1}.{name}" if self.number else name


class Run(NamedTuple):
    """A jail that runs, as started from the one place that defines it. `strange` are pairs in it that nobody names."""

    jail: Jail
    settings: JailSettings
    wires: tuple[Wire, ...] = ()
    strange: tuple[Epair, ...] = ()

    @property
    def view(self) -> View:
        return self.settings.view

    @property
    def network(self) -> Network:
        """Its configuration again, with the place of every value: only for what is to be shown."""
        return read(self.settings.jail)

    def written(self, spots: list[Spot], text: str) -> Evidence:
        """Where a value stands; without a place of its own, where the jail's block begins."""
        if not spots:
            return Evidence(f"{self.settings.file}:{self.settings.line}", text)
        origin = spots[0].innermost().node.origin
        return Evidence(f"{origin.file}:{origin.line}", text)

    def cable(self, wire: Wire) -> Cable:
        """The places of one of its wires."""
        return self.network.cables[wire.number]

    def inside(self, state: HostState, *argv: str) -> Argv:
        """An ifconfig command in the jail."""
        return in_vnet(state, self.jail.jid, "ifconfig", *argv)


def runs(context: Context) -> tuple[Run, ...]:
    """Every running jail whose configuration is known for sure: one place defines it, and jail(8) takes it.

    No file is compared with a jail that is started or stopped right now.
    """
    return context.once(_runs)


def run_of(context: Context, jail: Jail) -> Run | None:
    """That jail as one of `runs`."""
    return context.once(_by_key).get(jail.key)


def wires(context: Context) -> Iterator[tuple[Run, Wire, Interface]]:
    """The interfaces that are there, of jails whose hooks were understood."""
    for run in runs(context):
        for wire in run.wires if not run.view.unread else ():
            if wire.interface is not None:
                yield run, wire, wire.interface


def edit(jail: Jail, form: str, field: str, why: str = "Writes the current value to the file.") -> Remedy:
    """The file changed to what is running."""
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
    """The jail's links with their interfaces. A pair is known by either end's name, for names inside may change."""
    inside = {interface.name: interface for interface in jail.interfaces or ()}
    spanning = [(pair, *ends) for pair in pairs if (ends := _ends(pair, jail.jid)) is not None]
    wires, known = [], set()
    for number, link in enumerate(view.links):
        names = {link.inside, link.given}
        host_names = {link.host_end, f"{link.pair}a"} - {"", "a"}
        own = (
            (pair, inner, outer)
            for pair, inner, outer in spanning
            if inner.name in names or outer.name in host_names or pair.name == link.pair
        )
        pair, inner, outer = next(own, (None, None, None))
        interface = inside.get(link.inside) or inside.get(link.given)
        if pair is not None and inner is not None:
            known.add(pair.key)
            interface = interface or inside.get(inner.name or "")
        wires.append(Wire(number, link, interface, outer))
    return tuple(wires), tuple(pair for pair, _, _ in spanning if pair.key not in known)


def _ends(pair: Epair, jid: int | None) -> tuple[End, End] | None:
    """The end in that jail and the one on the host; None where the pair does not lie between the two."""
    if pair.b.jid == jid and pair.a.where == "host":
        return pair.b, pair.a
    return (pair.a, pair.b) if pair.a.jid == jid and pair.b.where == "host" else None
