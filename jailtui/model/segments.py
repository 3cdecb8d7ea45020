"""Bridges and VLANs of the host, and what sits on them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from jailtui.model.state import Bridge, Interface, Jail, Vlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def bridges(host: Iterable[Interface], jails: Iterable[Jail], boot: frozenset[str] | None) -> tuple[Bridge, ...]:
    """The host's bridges. `boot` are the interfaces that rc.conf makes, None when it was not read."""
    by_name = {one.name: one for one in host}
    users = users_of(jails, lambda jail: jail.bridges)
    return tuple(
        Bridge(
            name=one.name,
            members=one.members,
            addresses=one.addresses,
            up=one.up,
            mtu=one.mtu,
            nics=tuple(name for name in one.members if known_kind(by_name, name) in ("ether", "lagg")),
            vlans=tuple(name for name in one.members if known_kind(by_name, name) == "vlan"),
            jails=users.get(one.name, ()),
            persistent=None if boot is None else one.name in boot,
            description=one.description,
            problems=bridge_problems(one, boot),
        )
        for one in by_name.values()
        if one.kind == "bridge"
    )


def bridge_problems(one: Interface, boot: frozenset[str] | None) -> tuple[str, ...]:
    """What is wrong with a bridge at a glance."""
    found = [] if one.up else ["down"]
    if boot is not None and one.name not in boot:
        found.append("not after boot")
    return tuple(found)


def vlans(
    host: Iterable[Interface], jails: Iterable[Jail], bridge_of: Mapping[str, str], boot: frozenset[str] | None
) -> tuple[Vlan, ...]:
    """The host's vlan(4) interfaces."""
    users = users_of(jails, lambda jail: jail.vlans)
    return tuple(
        Vlan(
            name=one.name,
            tag=one.tag or None,
            parent=one.parent,
            bridge=bridge_of.get(one.name),
            jails=users.get(one.name, ()),
            addresses=one.addresses,
            up=one.up,
            mtu=one.mtu,
            persistent=None if boot is None else one.name in boot,
            problems=("lost its parent",) if one.parent is None else () if one.up else ("down",),
        )
        for one in host
        if one.kind == "vlan"
    )


def users_of(jails: Iterable[Jail], names: Callable[[Jail], Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The jails by each name they use."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for jail in jails:
        for name in names(jail):
            found[name][jail.name] = None
    return {name: tuple(users) for name, users in found.items()}


def known_kind(by_name: Mapping[str, Interface], name: str) -> str | None:
    one = by_name.get(name)
    return one.kind if one else None
