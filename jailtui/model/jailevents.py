"""What happened to jails between two pictures of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.events import EventSubject, listed
from jailtui.model.state import JailState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.events import Fact, HostPicture
    from jailtui.model.state import Jail

ACTING = {JailState.STARTING: "starting", JailState.STOPPING: "stopping"}


def jail_events(before: HostPicture, after: HostPicture) -> Iterator[Fact]:
    """Jails that came, went, or changed; then what became of those that do not run."""
    old, new = before.jails or {}, after.jails or {}
    if before.jails is None or after.jails is None:
        return
    same = {jid for jid, jail in new.items() if jid in old and _same(old[jid], jail)}
    fresh = {jail.name: jail for jid, jail in new.items() if jid not in same and jail.state is not JailState.DYING}
    again = {jail.name for jid, jail in old.items() if jid not in same and jail.running} & fresh.keys()
    for jid, jail in old.items():
        if jid in same and jail != new[jid]:
            yield from _changed(jail, new[jid])
        elif jid in same:
            continue
        elif jail.state is JailState.DYING:
            yield "jail-gone", _about(jail), f"{jail.name} is gone ({_dying(before, after, jid)})"
        elif jail.name in again:
            now = fresh[jail.name]
            yield "jail-restarted", _about(now), f"{jail.name} was restarted (jid {jid}, now {now.jid})"
        else:
            yield "jail-stopped", _about(jail), f"{jail.name} stopped"
    for jid, jail in new.items():
        if jid not in same and jail.name not in again:
            yield _came(jail)
    yield from _idle_events(before, after)
    yield from _defined(before, after)


def _same(old: Jail, new: Jail) -> bool:
    """Whether the jails of one jid are one jail: a jid of jail.conf may be given again."""
    return old.name == new.name or (old.path is not None and old.path == new.path)


def _about(jail: Jail) -> tuple[EventSubject, ...]:
    """The row of the jail; that of a dying jail stands under its name, too, once no other has it."""
    keys = dict.fromkeys((jail.key, jail.name))
    return tuple(EventSubject("jail", key) for key in keys)


def _came(jail: Jail) -> Fact:
    """A jail is in the kernel that was not there before."""
    if jail.state is JailState.DYING:
        return "jail-dying", _about(jail), f"{jail.name} is dying (jid {jail.jid})"
    if jail.state in ACTING:
        return f"jail-{ACTING[jail.state]}", _about(jail), f"{jail.name} is {ACTING[jail.state]} (jid {jail.jid})"
    return "jail-started", _about(jail), f"{jail.name} started (jid {jail.jid})"


def _dying(before: HostPicture, after: HostPicture, jid: int) -> str:
    """How long a jail was dying, if its end was seen."""
    since = before.dying_since.get(jid, 0.0)
    return f"was dying for {_duration(after.at - since)}" if since else f"jid {jid} was dying"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(0, round(seconds))} s"
    if seconds < 7200:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def _changed(old: Jail, new: Jail) -> Iterator[Fact]:
    """What happened to a jail that is still in the kernel."""
    about = _about(new)
    if old.name != new.name:
        both = (*about, EventSubject("jail", old.name))
        yield "jail-renamed", both, f"{old.name} is now named {new.name} (jid {new.jid})"
    if old.state is not new.state:
        yield from _state_changed(old, new)
    elif new.state is JailState.RUNNING:
        yield from _network_changed(old, new)


def _state_changed(old: Jail, new: Jail) -> Iterator[Fact]:
    about, name = _about(new), new.name
    if new.state is JailState.DYING:
        yield "jail-dying", about, f"{name} stopped and is dying (jid {new.jid})"
    elif old.state is JailState.DYING:
        yield "jail-started", about, f"{name} is no longer dying (jid {new.jid})"
    elif new.state in ACTING:
        yield f"jail-{ACTING[new.state]}", about, f"{name} is {ACTING[new.state]}"
    elif old.state is JailState.STARTING:
        yield "jail-started", about, f"{name} started (jid {new.jid})"
    else:
        yield "jail-started", about, f"{name} is still running: its stop ended without effect (jid {new.jid})"


def _network_changed(old: Jail, new: Jail) -> Iterator[Fact]:
    """The addresses and the default route of a running jail."""
    about = _about(new)
    if not (new.vnet and (old.interfaces is None or new.interfaces is None)):
        had, has = (tuple(map(str, jail.addresses)) for jail in (old, new))
        if came := [each for each in dict.fromkeys(has) if each not in had]:
            yield "jail-address", about, f"{new.name} got {listed(came)}"
        if went := [each for each in dict.fromkeys(had) if each not in has]:
            yield "jail-address", about, f"{new.name} lost {listed(went)}"
    if old.gateways is not None and new.gateways is not None and old.gateways != new.gateways:
        route = f"has the default route {listed(new.gateways)}" if new.gateways else "lost its default route"
        yield "jail-route", about, f"{new.name} {route}"


def _idle_events(before: HostPicture, after: HostPicture) -> Iterator[Fact]:
    """What became of the start of jails that are not in the kernel."""
    for name, jail in after.idle.items():
        was = before.idle.get(name)
        if jail.state is JailState.FAILED and (was is None or was.state is not JailState.FAILED):
            status = "" if jail.start_status is None else f", exit {jail.start_status}"
            yield "jail-failed", _about(jail), f"{name} failed to start{status}"
        elif jail.state is JailState.STARTING and (was is None or was.state is not JailState.STARTING):
            yield "jail-starting", _about(jail), f"{name} is starting"
        elif was is not None and was.state is JailState.STARTING and jail.state is JailState.STOPPED:
            yield "jail-stopped", _about(jail), f"{name} is not running: its start has ended"


def _defined(before: HostPicture, after: HostPicture) -> Iterator[Fact]:
    """Jails that a file defines since, or no longer."""
    if before.defined is None or after.defined is None:
        return
    for name, file in after.defined.items():
        if name not in before.defined:
            yield "jail-defined", (EventSubject("jail", name),), f"{name} is defined in {file}"
    for name, file in before.defined.items():
        if name not in after.defined:
            yield "jail-undefined", (EventSubject("jail", name),), f"{name} is no longer defined (was in {file})"
