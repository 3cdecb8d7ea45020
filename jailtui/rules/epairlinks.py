"""Rules about the pairs of running jails: both ends on the host, host end in no bridge or in another, or down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Step
from jailtui.model.commands import why_untouchable
from jailtui.model.state import Epair, Jail, Where
from jailtui.net import inet
from jailtui.rules.epairwords import about_pair, end_evidence, link_of
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, cause, rule
from jailtui.rules.jails import find
from jailtui.rules.jailwords import in_jail, restart, settled, written
from jailtui.rules.ladder import destroy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.view import Link
    from jailtui.rules.context import Context


class RunningCable(NamedTuple):
    """A pair of a running jail, with its configuration, if any."""

    pair: Epair
    jail: Jail
    link: Link | None

    @property
    def bridge(self) -> str:
        """The bridge that the configuration names, "" for none."""
        return self.link.bridge if self.link is not None else ""

    @property
    def name(self) -> str:
        """The host's end, as the beginning of a sentence."""
        return f"{self.pair.a.name}, the host's end of {self.jail.name}'s pair,"


@rule("EPAIR-OUTSIDE", "error", "Epair on the host while its jail is running")
def outside(context: Context) -> Iterator[Finding]:
    """The jail is running, and both ends of its pair are on the host, so the jail has no network through it. Either
    exec.prestop returned the inner end and the stop was cut off later (a failing exec.stop keeps the jail running), or
    somebody took it out with `ifconfig IF -vnet JAIL`. A move drops addresses, routes and the UP flag, so moving the
    end in again is not enough: they have to be set again, as the remedy does, or the jail restarted. If the jail has
    every interface that its configuration names, it runs with another pair; this one is left from a start before the
    file was changed, and can be destroyed.
    """
    # Sources: FREEBSD.md 2.4, 3.2, 3.3.
    for cable in _cables(context, Where.HOST):
        pair, jail = cable.pair, cable.jail
        inside = [interface.name for interface in jail.interfaces or ()]
        if pair.b.bridge or pair.b.addresses or not context.riding.isdisjoint((pair.a.name, pair.b.name)):
            continue
        if cable.link is not None and cable.link.inside in inside:
            continue
        if cable.link is None and _complete(context, jail):
            yield _spare(context, cable)
            continue
        listed = Evidence(" ".join(in_jail(context, jail, "ifconfig", "-l")), " ".join(inside) or "nothing")
        yield Finding.of(
            about_pair(pair),
            f"{jail.name} (jid {jail.jid}) is running, but both ends of {pair.name} are on the host.",
            [end_evidence(context, pair.a), end_evidence(context, pair.b), listed],
            [*_move_in(context, cable), *restart(context, jail, "Its hooks recreate the pair and move it in.")],
            confidence="certain" if cable.link is not None else "likely",
            causes=(cause("jail", jail.key),),
        )


def _complete(context: Context, jail: Jail) -> bool:
    """Whether the jail has every interface that its configuration names."""
    view = context.view(jail.name)
    return view is not None and bool(view.links) and all(find(jail.interfaces or (), link) for link in view.links)


def _spare(context: Context, cable: RunningCable) -> Finding:
    """The finding about a pair that the jail owns but does not use, since it runs with the pairs of its file."""
    pair, jail = cable.pair, cable.jail
    text = f"{pair.name} is left over from an earlier start of {jail.name}, which now runs with another pair."
    evidence = (
        end_evidence(context, pair.a),
        end_evidence(context, pair.b),
        written(context.settings[jail.name], "vnet.interface"),
    )
    remedies = () if why_untouchable(pair) else (destroy(context, pair, undo="none: nothing recreates this pair"),)
    return Finding.of(about_pair(pair), text, evidence, remedies, severity="warning", confidence="likely")


@rule("EPAIR-NO-BRIDGE", "error", "Host end of an epair in no bridge")
def no_bridge(context: Context) -> Iterator[Finding]:
    """The jail is running, and the host's end of its pair is not a member of any bridge: nothing reaches the jail
    through it. Moving an end into a jail and back ends its membership; so does destroying and recreating the bridge
    (`service netif restart`). A host end with an address routes instead, as does one with a VLAN on it: these are
    reported only if the configuration names a bridge. Add the end to its bridge; the jail can stay running.
    """
    # Sources: FREEBSD.md 3.3, 8.
    for cable in _cables(context, Where.JAIL):
        near, wanted = cable.pair.a, cable.bridge
        routed = any(not address.address.lower().startswith("fe80:") for address in near.addresses)
        if near.bridge or (not wanted and (routed or near.name in context.riding)):
            continue
        text = f"{cable.name} is in no bridge{f'; the file says {wanted}' if wanted else ''}."
        yield _near_finding(context, cable, text, _join(context, cable), severity=None if wanted else "warning")


@rule("EPAIR-WRONG-BRIDGE", "warning", "Host end of an epair in another bridge than configured")
def wrong_bridge(context: Context) -> Iterator[Finding]:
    """The jail is running, and the host's end of its pair is a member of a bridge other than the one its configuration
    names. The jail is on the wrong segment, with other neighbours and another gateway, and its next start puts it where
    the file says. Either somebody moved it by hand, or the file was changed after the start. Move it to the configured
    bridge, or write the current one to the file.
    """
    # Sources: FREEBSD.md 8.
    for cable in _cables(context, Where.JAIL):
        near = cable.pair.a
        if near.bridge and cable.bridge not in ("", near.bridge):
            form = ("network", cable.jail.name, "bridge")
            edit = Remedy.of(f"Write {near.bridge} to the file", why="With the form.", form=form)
            text = f"{cable.name} is in {near.bridge}; the file says {cable.bridge}."
            yield _near_finding(context, cable, text, [*_join(context, cable), edit], drift="live")


@rule("EPAIR-DOWN", "error", "Host end of an epair down")
def down(context: Context) -> Iterator[Finding]:
    """The jail is running, and the host's end of its pair is not UP: it carries nothing, although the jail sees no
    difference at its own end. A move clears the UP flag, `ifconfig epairN create up` sets it on the a end only, and
    adding an end to a bridge does not set it. Set it up; the jail can stay running.
    """
    # Sources: FREEBSD.md 3.3.
    for cable in _cables(context, Where.JAIL):
        near, wanted = cable.pair.a, cable.bridge
        elsewhere = wanted and near.bridge not in (None, wanted)  # EPAIR-WRONG-BRIDGE
        if near.up or elsewhere or not (near.bridge or (near.addresses and not wanted)):
            continue
        assert near.name is not None
        remedy = Remedy.of(f"Set {near.name} up", (_up(near.name),), undo=f"ifconfig {near.name} down")
        yield _near_finding(context, cable, f"{cable.name} is down.", _usable(cable, remedy), confidence="certain")


def _cables(context: Context, far: Where) -> Iterator[RunningCable]:
    """The pairs of settled VNET jails with end a on the host and end b at `far`."""
    return (cable for cable in context.cached(_all_cables) if cable.pair.b.where is far)


def _all_cables(context: Context) -> tuple[RunningCable, ...]:
    cables = []
    for pair in context.state.epairs:
        if pair.orphan is not False or pair.a.where is not Where.HOST or not pair.owner:
            continue
        jail = context.live.get(pair.owner)
        if jail is not None and settled(jail) and jail.vnet is not False and jail.interfaces is not None:
            cables.append(RunningCable(pair, jail, link_of(context, pair)))
    return tuple(cables)


def _near_finding(
    context: Context,
    cable: RunningCable,
    text: str,
    remedies: Iterable[Remedy],
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    drift: str = "",
) -> Finding:
    """A finding about the host's end of a cable, likely unless the configuration is fully known."""
    pair, settings = cable.pair, context.settings.get(cable.jail.name)
    evidence = [end_evidence(context, pair.a), end_evidence(context, pair.b)]
    if settings is not None and cable.bridge:
        evidence.append(written(settings, "exec.prestart", cable.bridge))
    unsure = settings is None or settings.view.unread or cable.link is None
    sure = confidence or ("likely" if unsure else "certain")
    return Finding.of(about_pair(pair), text, evidence, remedies, severity=severity, confidence=sure, drift=drift)


def _usable(cable: RunningCable, remedy: Remedy) -> tuple[Remedy, ...]:
    """The remedy, unless the name is ambiguous (NAME-TWICE)."""
    return () if cable.pair.ambiguous else (remedy,)


def _up(name: str) -> Step:
    return Step(("ifconfig", name, "up"), "carry traffic", undo=("ifconfig", name, "down"))


def _join(context: Context, cable: RunningCable) -> tuple[Remedy, ...]:
    """The remedy that adds the host's end to its bridge, or creates the bridge."""
    near, bridge = cable.pair.a, cable.bridge
    assert near.name is not None
    if not bridge:
        why, form = "Its configuration names none that jailtui understands.", ("network", cable.jail.name, "bridge")
        return (Remedy.of("Choose a bridge for it", why=why, form=form),)
    if bridge not in context.bridges:
        return (Remedy.of(f"Create {bridge} first", why=f"The host has no {bridge}.", form=("bridge", "", "name")),)
    steps = tuple(_join_steps(near.name, near.bridge, bridge, near.up))
    breaks = f"what {cable.jail.name} has open on {near.bridge}" if near.bridge else "nothing"
    why = "Takes effect at once; the member gets the MTU of the bridge."
    undo = f"ifconfig {bridge} deletem {near.name}"
    if near.bridge:
        undo += f", ifconfig {near.bridge} addm {near.name}"
    return _usable(cable, Remedy.of(f"Put {near.name} into {bridge}", steps, why, breaks, undo))


def _join_steps(name: str, now: str | None, bridge: str, up: bool) -> Iterator[Step]:
    if now is not None:
        yield Step(("ifconfig", now, "deletem", name), f"out of {now}", undo=("ifconfig", now, "addm", name))
    yield Step(("ifconfig", bridge, "addm", name), f"into {bridge}", undo=("ifconfig", bridge, "deletem", name))
    if not up:
        yield _up(name)


def _move_in(context: Context, cable: RunningCable) -> tuple[Remedy, ...]:
    """The remedy that moves end b into the jail and configures it, if its addresses are known and static."""
    link, jail, end = cable.link, cable.jail, cable.pair.b
    if link is None or end.name is None or not link.addresses or link.dhcp or link.slaac:
        return ()
    names = {interface.name for interface in jail.interfaces or ()}
    if {end.name, link.inside} & names:
        return ()
    steps = tuple(_move_steps(context, cable, link, end.name))
    breaks = f"nothing: {jail.name} has no network through this pair now"
    undo = f"ifconfig {link.inside} -vnet {jail.jid}"
    why = "Moves it in and sets the configured addresses and gateway, but nothing else that the hooks set."
    return _usable(cable, Remedy.of(f"Move {end.name} into {jail.name} again", steps, why, breaks, undo))


def _move_steps(context: Context, cable: RunningCable, link: Link, name: str) -> Iterator[Step]:
    jail, near = cable.jail, cable.pair.a
    assert near.name is not None
    if link.bridge in context.bridges and near.bridge is None:
        yield from _join_steps(near.name, None, link.bridge, near.up)
    elif not near.up:
        yield _up(near.name)
    jid = str(jail.jid)
    yield Step(("ifconfig", name, "vnet", jid), f"into {jail.name}", undo=("ifconfig", name, "-vnet", jid))
    if link.inside and link.inside != name:
        yield Step(in_jail(context, jail, "ifconfig", name, "name", link.inside), "the name it has inside")
    inside = link.inside or name
    for address in link.addresses:
        words = (inside, inet(address), address, "up")
        yield Step(in_jail(context, jail, "ifconfig", *words), "its address as configured")
    view = context.view(jail.name)
    routed = {inet(gateway) for gateway in jail.gateways or ()}
    for gateway in view.gateways if view is not None else ():
        if inet(gateway) not in routed:
            words = ("add", f"-{inet(gateway)}", "default", gateway)
            yield Step(in_jail(context, jail, "route", *words), "its default route", may_fail=True)
