"""What happened to epairs and to the host's interfaces between two pictures of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.events import EventSubject, ends_of, listed
from jailtui.model.state import MOVED_AWAY, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.model.events import Fact, HostPicture, SubjectKind
    from jailtui.model.state import End, Epair, Interface

LINKED = ("active", "associated")
"""The status of an interface that has its link, by ifconfig(8)."""


def pair_events(before: HostPicture, after: HostPicture) -> Iterator[Fact]:
    """Pairs that came, went, moved or were orphaned. A pair that a jail made inside is the jail's own business."""
    old, new = _outer(before), _outer(after)
    names = _renamed(old, new)
    for key, pair in old.items():
        now = new.get(names.get(key, key))
        if now is None:
            text = "is no longer on the host" if after.unseen else "was destroyed"
            yield "epair-destroyed", _about(pair), f"{pair.name} {text}"
        elif now != pair:
            yield from _pair_changed(pair, now)
    earlier = {names.get(key, key) for key in old}
    for key, pair in new.items():
        if key not in earlier:
            text = "appeared on the host" if before.unseen else "was created"
            yield "epair-created", _about(pair), f"{pair.name} {text}"
            yield from (_moved(pair, end) for end in (pair.a, pair.b) if end.where is Where.JAIL)


def _outer(picture: HostPicture) -> dict[str, Epair]:
    """The pairs by key, without those of which both ends are in one jail."""
    return {
        key: pair
        for key, pair in picture.pairs.items()
        if pair.a.where is not Where.JAIL or pair.b.where is not Where.JAIL or pair.a.jid != pair.b.jid
    }


def _renamed(old: dict[str, Epair], new: dict[str, Epair]) -> dict[str, str]:
    """The new keys of pairs, by their old ones: pairs with new names are known by the MACs of their ends."""
    came = {end.ether: key for key, pair in new.items() if key not in old for end in (pair.a, pair.b) if end.ether}
    went = {key: pair for key, pair in old.items() if key not in new}
    renamed = {key: came[end.ether] for key, pair in went.items() for end in (pair.a, pair.b) if end.ether in came}
    return renamed if len(set(renamed.values())) == len(renamed) else {}


def _about(pair: Epair, *jails: str | None) -> tuple[EventSubject, ...]:
    """The pair, and the jails that it is or was in, or belongs to."""
    names = dict.fromkeys(name for name in (*jails, pair.a.jail, pair.b.jail, pair.owner) if name)
    return (EventSubject("epair", pair.key), *(EventSubject("jail", name) for name in names))


def _moved(pair: Epair, end: End) -> Fact:
    return "epair-moved", _about(pair), f"{end.name or pair.name} went into {_jail(end)}"


def _jail(end: End) -> str:
    return end.jail or f"jail {end.jid}"


def _pair_changed(old: Epair, new: Epair) -> Iterator[Fact]:
    if old.name != new.name:
        yield "epair-renamed", _about(new), f"{old.name} is now named {new.name}"
    facts = [
        fact for was, now in zip(ends_of(old, new), (new.a, new.b), strict=True) for fact in _end_changed(new, was, now)
    ]
    yield from facts
    lost = any(kind == "epair-lost" for kind, _, _ in facts)
    if new.orphan and old.orphan is False and not lost:
        yield "epair-orphaned", _about(new), f"{new.name} is an orphan: {new.why}"
    elif old.orphan and new.orphan is False and not facts:
        yield "epair-used", _about(new), f"{new.name} is no longer an orphan"


def _end_changed(pair: Epair, was: End, now: End) -> Iterator[Fact]:
    """What happened to one end. An end that was unknown, or is, tells nothing."""
    if Where.UNKNOWN in (was.where, now.where):
        return
    name, about = now.name or was.name or pair.name, _about(pair, was.jail)
    if (was.where, was.jid) == (now.where, now.jid):
        if was.up != now.up and was.name and now.name:
            yield "epair-link", about, f"{name} {'is up' if now.up else 'went down'}"
    elif now.where is Where.LOST and was.where is not Where.LOST:
        holder = f" with jail {now.jid} ({now.jail})" if now.jid is not None else ""
        yield "epair-lost", about, f"{name} was lost{holder}"
    elif now.where is Where.HOST and was.where is Where.LOST:
        yield "epair-returned", about, f"{pair.name} came back{f' from jail {was.jid}' if was.jid is not None else ''}"
    elif now.where is Where.HOST:
        yield "epair-returned", about, f"{name} came back from {_jail(was)}"
    elif now.where is Where.JAIL and was.where is Where.JAIL and was.jail != now.jail:
        yield "epair-moved", about, f"{name} moved from {_jail(was)} to {_jail(now)}"
    elif now.where is Where.JAIL and was.where is not Where.JAIL:
        yield _moved(pair, now)


def interface_events(before: HostPicture, after: HostPicture) -> Iterator[Fact]:
    """What happened to the host's interfaces other than ends of pairs."""
    if before.host is None or after.host is None:
        return
    old, new = before.host, after.host
    vague = before.vague | after.vague
    holders, held = _held(after), _held(before)
    names = _new_names(old, new)
    for name, was in old.items():
        if was.kind == "epair" or name in vague:
            continue
        now = new.get(names.get(name, name))
        if now == was:
            continue
        if now is not None:
            yield from _interface_changed(was, now, after)
        elif jail := holders.get((was.kind, name)):
            yield "interface-moved", (*subject(was), EventSubject("jail", jail)), f"{name} went into {jail}"
        else:
            text = "is no longer on the host" if after.unseen else "is gone"
            yield "interface-destroyed", subject(was), f"{name} {text}"
    for name, came in new.items():
        if came.kind == "epair" or name in vague or name in old or name in names.values():
            continue
        if jail := held.get((came.kind, name)):
            yield "interface-moved", (*subject(came), EventSubject("jail", jail)), f"{name} came back from {jail}"
        else:
            yield "interface-created", subject(came), f"{name} appeared"


def _held(picture: HostPicture) -> dict[tuple[str, str], str]:
    """The jails that hold interfaces, by kind and name."""
    jails = (picture.jails or {}).values()
    return {(each.kind, each.name): jail.name for jail in jails for each in jail.interfaces or ()}


def subject(interface: Interface) -> tuple[EventSubject, ...]:
    """The row of an interface of the host, if it is of a kind that has one."""
    kinds: dict[str, SubjectKind] = {"bridge": "bridge", "vlan": "vlan"}
    return (EventSubject(kinds.get(interface.kind, "interface"), interface.name),)


def _new_names(old: Mapping[str, Interface], new: Mapping[str, Interface]) -> dict[str, str]:
    """The new names of renamed interfaces, by the names that their drivers gave them."""
    came = {each.drivername: name for name, each in new.items() if name not in old and each.drivername}
    return {
        name: came[each.drivername]
        for name, each in old.items()
        if name not in new and each.drivername in came and new[came[each.drivername]].kind == each.kind
    }


def _interface_changed(was: Interface, now: Interface, after: HostPicture) -> Iterator[Fact]:
    name, about = now.name, (*subject(now), *_bridges_of(now.name, after))
    if was.name != name:
        yield "interface-renamed", (*about, EventSubject("interface", was.name)), f"{was.name} is now named {name}"
    if was.up != now.up:
        yield "interface-link", about, f"{name} {'is up' if now.up else 'went down'}"
    if was.status and now.status and was.status != now.status:
        yield "interface-link", about, f"{name} {_link(was.status, now.status)}"
    if was.mtu and now.mtu and was.mtu != now.mtu:
        yield "interface-mtu", about, f"{name} has MTU {now.mtu} (was {was.mtu})"
    if (was.tag, was.parent) != (now.tag, now.parent) and now.parent != MOVED_AWAY:
        on = f"is VLAN {now.tag} on {now.parent}" if now.tag and now.parent else "lost its parent"
        yield "interface-vlan", about, f"{name} {on}"
    had, has = (tuple(dict.fromkeys(map(str, each.addresses))) for each in (was, now))
    if came := [each for each in has if each not in had]:
        yield "interface-address", about, f"{name} got {listed(came)}"
    if went := [each for each in had if each not in has]:
        yield "interface-address", about, f"{name} lost {listed(went)}"
    yield from _members_changed(was, now, after)


def _link(was: str, now: str) -> str:
    """What became of the link, by its status before and now."""
    if now in LINKED:
        return "has its link again"
    return f"lost its link ({now})" if was in LINKED else f"has the status {now}"


def _bridges_of(name: str, picture: HostPicture) -> tuple[EventSubject, ...]:
    """The bridges of which an interface is a member."""
    bridges = (each for each in (picture.host or {}).values() if name in each.members)
    return tuple(EventSubject("bridge", bridge.name) for bridge in bridges)


def _members_changed(was: Interface, now: Interface, after: HostPicture) -> Iterator[Fact]:
    """Members that a bridge got or lost; those that are gone have an event of their own."""
    for member in now.members:
        if member not in was.members:
            yield "bridge-member", _with_member(now, member, after), f"{now.name} got the member {member}"
    for member in was.members:
        if member not in now.members and after.host is not None and member in after.host:
            yield "bridge-member", _with_member(now, member, after), f"{now.name} lost the member {member}"


def _with_member(bridge: Interface, member: str, picture: HostPicture) -> tuple[EventSubject, ...]:
    pairs = (pair for pair in picture.pairs.values() if member in (pair.a.name, pair.b.name))
    return (EventSubject("bridge", bridge.name), *(each for pair in pairs for each in _about(pair)))
