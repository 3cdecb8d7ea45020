"""The jails that run beside what their files say: each configured interface with the one it is in the jail now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.network import Cable, Network, read
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity
from jailtui.rules.jailwords import about, manager, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        """Its configuration again, with the place of every value: only for what is to be told."""
        return read(self.settings.jail)

    def written(self, spots: list[Spot], said: str) -> Evidence:
        """Where a value stands; without a place of its own, where the jail's block begins."""
        if not spots:
            return Evidence(f"{self.settings.file}:{self.settings.line}", said)
        origin = spots[0].innermost().node.origin
        return Evidence(f"{origin.file}:{origin.line}", said)

    def cable(self, wire: Wire) -> Cable:
        """The places of one of its wires."""
        return self.network.cables[wire.number]

    def inside(self, state: HostState, *argv: str) -> Argv:
        """An ifconfig command in the jail: by the host's own binary where that can look inside (FREEBSD.md 4.2)."""
        if state.facts.can("ifconfig -j"):
            return ("ifconfig", "-j", str(self.jail.jid), *argv)
        return ("jexec", str(self.jail.jid), "ifconfig", *argv)


def runs(context: Context) -> tuple[Run, ...]:
    """Every running jail whose configuration is known for sure: one place defines it, and jail(8) takes it.

    No file is compared with a jail that is started or stopped right now.
    """
    return context.once(_runs)


def _runs(context: Context) -> tuple[Run, ...]:
    return tuple(_each_run(context))


def _each_run(context: Context) -> Iterator[Run]:
    defined = context.world.defined
    for jail in context.state.jails:
        settings = context.settings.get(jail.name) if settled(jail) else None
        if (
            settings is None
            or settings.failed
            or settings.legacy
            or settings.others
            or len(defined.get(jail.name, ())) > 1
        ):
            continue
        if not (settings.view.vnet and jail.vnet and jail.interfaces):
            yield Run(jail, settings)
            continue
        wires, strange = _wires(jail, settings.view, context.pairs.get(jail.name, ()))
        yield Run(jail, settings, wires, strange)


def _wires(jail: Jail, view: View, pairs: tuple[Epair, ...]) -> tuple[tuple[Wire, ...], tuple[Epair, ...]]:
    """The jail's links with their interfaces. A pair is known by either end's name, for names inside may change."""
    inside = {interface.name: interface for interface in jail.interfaces or ()}
    ends = [(pair, *ends) for pair in pairs if (ends := _ends(pair, jail.jid)) is not None]
    found, known = [], set()
    for number, link in enumerate(view.links):
        names = {link.inside, link.given}
        hosts = {link.host_end, f"{link.pair}a"} - {"", "a"}
        mine = next((it for it in ends if it[1].name in names or it[2].name in hosts or it[0].name == link.pair), None)
        interface = inside.get(link.inside) or inside.get(link.given)
        if mine is not None:
            known.add(mine[0].key)
            interface = interface or inside.get(mine[1].name or "")
        found.append(Wire(number, link, interface, mine[2] if mine is not None else None))
    return tuple(found), tuple(pair for pair, _, _ in ends if pair.key not in known)


def _ends(pair: Epair, jid: int | None) -> tuple[End, End] | None:
    """The end in that jail and the one on the host; None where the pair does not lie between the two."""
    if pair.b.jid == jid and pair.a.where == "host":
        return pair.b, pair.a
    return (pair.a, pair.b) if pair.a.jid == jid and pair.b.where == "host" else None


def drifted(
    code: str,
    context: Context,
    run: Run,
    text: str,
    evidence: tuple[Evidence, ...],
    remedies: tuple[Remedy, ...],
    when: str,
    severity: Severity = "warning",
    confidence: Confidence = "certain",
) -> Finding:
    """A finding of DRIFT- about a running jail; `when` says how it is put right: live, restart or reboot."""
    owner = manager(context, run.jail)
    return Finding(code, severity, about(run.jail), text, evidence, confidence, owner, remedies, when)
