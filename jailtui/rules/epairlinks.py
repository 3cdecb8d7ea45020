"""Rules about the pairs of jails that run: both ends outside, the a end in no bridge or in another, or down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Argv, Step
from jailtui.model.commands import why_untouchable
from jailtui.model.state import Epair, Jail, Where
from jailtui.rules.epairwords import about, link_of, seen
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, cause, rule
from jailtui.rules.jails import find
from jailtui.rules.jailwords import restart, settled, written
from jailtui.rules.ladder import destroy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link
    from jailtui.rules.context import Context


class RunningCable(NamedTuple):
    """A pair of a jail that runs, and what its configuration says of it, if anything."""

    pair: Epair
    jail: Jail
    link: Link | None


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
        if pair.b.bridge or pair.b.addresses or not context.riding.isdisjoint((pair.a.name, pair.b.name)):
            continue
        if cable.link is not None and any(interface.name == cable.link.inside for interface in jail.interfaces or ()):
            continue
        if cable.link is None and _complete(context, jail):
            yield _spare(context, cable)
            continue
        names = " ".join(interface.name for interface in jail.interfaces or ()) or "nothing"
        evidence = (seen(context, pair.a), seen(context, pair.b), Evidence(_asked(context, jail, "-l"), names))
        text = f"{jail.name} (jid {jail.jid}) is running, but both ends of {pair.name} are on the host."
        remedies = (*_move_in(context, cable), *restart(jail, "Its hooks recreate the pair and move it in."))
        sure: Confidence = "certain" if cable.link is not None else "likely"
        finding = _finding("EPAIR-OUTSIDE", "error", cable, text, evidence, sure, remedies)
        yield finding._replace(causes=(cause("jail", jail.key),))


def _complete(context: Context, jail: Jail) -> bool:
    """Whether the jail has every interface that its configuration names."""
    view = context.view(jail.name)
    return view is not None and bool(view.links) and all(find(jail.interfaces or (), link) for link in view.links)


def _spare(context: Context, cable: RunningCable) -> Finding:
    """A pair that bears the jail's name, while the jail runs with those that its file names."""
    pair, jail = cable.pair, cable.jail
    text = f"{pair.name} is left over from an earlier start of {jail.name}, which now runs with another pair."
    evidence = (seen(context, pair.a), seen(context, pair.b), written(context.settings[jail.name], "vnet.interface"))
    remedy = None if why_untouchable(pair) else destroy(context, pair, undo="none: nothing recreates this pair")
    return _finding("EPAIR-OUTSIDE", "warning", cable, text, evidence, "likely", (remedy,) if remedy else ())


@rule("EPAIR-NO-BRIDGE", "error", "Host end of an epair in no bridge")
def no_bridge(context: Context) -> Iterator[Finding]:
    """The jail is running, and the host's end of its pair is not a member of any bridge: nothing reaches the jail
    through it. Moving an end into a jail and back ends its membership; so does destroying and recreating the bridge
    (`service netif restart`). A host end with an address routes instead, as does one with a VLAN on it: these are
    reported only if the configuration names a bridge. Add the end to its bridge; the jail can stay running.
    """
    # Sources: FREEBSD.md 3.3, 8.
    for cable in _cables(context, Where.JAIL):
        near, wanted = cable.pair.a, cable.link.bridge if cable.link is not None else ""
        routed = any(not address.address.lower().startswith("fe80:") for address in near.addresses)
        if near.bridge or (not wanted and (routed or near.name in context.riding)):
            continue
        text = f"{near.name}, the host's end of {cable.jail.name}'s pair, is in no bridge"
        text += f"; the file says {wanted}." if wanted else "."
        severity: Severity = "error" if wanted else "warning"
        remedies = _join(context, cable, wanted)
        yield _finding(
            "EPAIR-NO-BRIDGE", severity, cable, text, _evidence(context, cable), _sure(context, cable), remedies
        )


@rule("EPAIR-WRONG-BRIDGE", "warning", "Host end of an epair in another bridge than configured")
def wrong_bridge(context: Context) -> Iterator[Finding]:
    """The jail is running, and the host's end of its pair is a member of a bridge other than the one its configuration
    names. The jail is on the wrong segment, with other neighbours and another gateway, and its next start puts it where
    the file says. Either somebody moved it by hand, or the file was changed after the start. Move it to the configured
    bridge, or write the current one to the file.
    """
    # Sources: FREEBSD.md 8.
    for cable in _cables(context, Where.JAIL):
        near, link = cable.pair.a, cable.link
        if link is None or not link.bridge or not near.bridge or near.bridge == link.bridge:
            continue
        text = f"{near.name}, the host's end of {cable.jail.name}'s pair, is in {near.bridge}"
        text += f"; the file says {link.bridge}."
        edit = Remedy.of(
            f"Write {near.bridge} to the file", why="With the form.", form=("network", cable.jail.name, "bridge")
        )
        remedies = (*_join(context, cable, link.bridge), edit)
        evidence = _evidence(context, cable)
        yield _finding("EPAIR-WRONG-BRIDGE", "warning", cable, text, evidence, _sure(context, cable), remedies, "live")


@rule("EPAIR-DOWN", "error", "Host end of an epair down")
def down(context: Context) -> Iterator[Finding]:
    """The jail is running, and the host's end of its pair is not UP: it carries nothing, although the jail sees no
    difference at its own end. A move clears the UP flag, `ifconfig epairN create up` sets it on the a end only, and
    adding an end to a bridge does not set it. Set it up; the jail can stay running.
    """
    # Sources: FREEBSD.md 3.3.
    for cable in _cables(context, Where.JAIL):
        near = cable.pair.a
        routed = bool(near.addresses) and not (cable.link is not None and cable.link.bridge)
        if near.up or not (near.bridge or routed) or _elsewhere(cable):
            continue
        assert near.name is not None
        text = f"{near.name}, the host's end of {cable.jail.name}'s pair, is down."
        remedies = _usable(
            cable, Remedy.of(f"Set {near.name} up", (_up(near.name),), undo=f"ifconfig {near.name} down")
        )
        yield _finding("EPAIR-DOWN", "error", cable, text, _evidence(context, cable), "certain", remedies)


def _cables(context: Context, far: Where) -> Iterator[RunningCable]:
    """The pairs of settled VNET jails with end a on the host and end b there."""
    for pair in context.state.epairs:
        if pair.orphan is not False or pair.a.where is not Where.HOST or pair.b.where is not far or not pair.owner:
            continue
        jail = context.live.get(pair.owner)
        if jail is not None and settled(jail) and jail.vnet is not False and jail.interfaces is not None:
            yield RunningCable(pair, jail, link_of(context, pair))


def _elsewhere(cable: RunningCable) -> bool:
    """Whether it is in another bridge than configured, which is the finding to make."""
    wanted = cable.link.bridge if cable.link is not None else ""
    return bool(wanted) and cable.pair.a.bridge not in (None, wanted)


def _finding(
    code: str,
    severity: Severity,
    cable: RunningCable,
    text: str,
    evidence: tuple[Evidence, ...],
    sure: Confidence,
    remedies: tuple[Remedy, ...],
    drift: str = "",
) -> Finding:
    pair = cable.pair
    return Finding(code, severity, about(pair), text, evidence, sure, pair.manager or "", remedies, drift)


def _sure(context: Context, cable: RunningCable) -> Confidence:
    view = context.view(cable.jail.name)
    return "likely" if view is None or view.unread or cable.link is None else "certain"


def _evidence(context: Context, cable: RunningCable) -> tuple[Evidence, ...]:
    settings = context.settings.get(cable.jail.name)
    near, bridge = cable.pair.a, cable.link.bridge if cable.link is not None else ""
    said = (written(settings, "exec.prestart", bridge),) if settings is not None and bridge else ()
    return (seen(context, near), seen(context, cable.pair.b), *said)


def _usable(cable: RunningCable, remedy: Remedy) -> tuple[Remedy, ...]:
    """The remedy, unless a command could hit another interface of the name (NAME-TWICE says so)."""
    return () if cable.pair.ambiguous else (remedy,)


def _up(name: str) -> Step:
    return Step(("ifconfig", name, "up"), "carry traffic", undo=("ifconfig", name, "down"))


def _join(context: Context, cable: RunningCable, bridge: str) -> tuple[Remedy, ...]:
    """Put the host's end into its bridge, if that is there."""
    near = cable.pair.a
    assert near.name is not None
    if not bridge:
        form = ("network", cable.jail.name, "bridge")
        return (
            Remedy.of(
                "Choose a bridge for it", why="Its configuration names none that jailtui understands.", form=form
            ),
        )
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


def _asked(context: Context, jail: Jail, *words: str) -> str:
    return " ".join(_inside(context, jail, "ifconfig", *words))


def _inside(context: Context, jail: Jail, tool: str, *words: str) -> Argv:
    """A command in the jail's network stack; where the host's own tool can't, by the jail's (13)."""
    jid = str(jail.jid)
    return (tool, "-j", jid, *words) if context.state.facts.can("ifconfig -j") else ("jexec", jid, tool, *words)


def _move_in(context: Context, cable: RunningCable) -> tuple[Remedy, ...]:
    """End b moved in and configured again, where its addresses are known: DHCP is left to a restart."""
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
        yield Step(_inside(context, jail, "ifconfig", name, "name", link.inside), "the name it has inside")
    inside = link.inside or name
    for one in link.addresses:
        family = "inet6" if ":" in one else "inet"
        yield Step(_inside(context, jail, "ifconfig", inside, family, one, "up"), "its address as configured")
    view = context.view(jail.name)
    there = {":" in one for one in jail.gateways or ()}
    for gateway in view.gateways if view is not None else ():
        if (":" in gateway) not in there:
            family = "-inet6" if ":" in gateway else "-inet"
            words = _inside(context, jail, "route", "add", family, "default", gateway)
            yield Step(words, "its default route", may_fail=True)
