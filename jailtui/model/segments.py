"""Bridges and VLANs of the host, and what sits on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from jailtui.model.state import Bridge, Interface, Jail, Vlan


def bridges(host: Iterable[Interface], jails: Iterable[Jail], boot: frozenset[str] | None) -> tuple[Bridge, ...]:
    """The host's bridges. `boot` are the interfaces that rc.conf makes, None when it was not read."""
    by_name = {interface.name: interface for interface in host}
    users = users_of(jails, lambda jail: jail.bridges)
    return tuple(
        Bridge(
            name=interface.name,
            members=interface.members,
            addresses=interface.addresses,
            up=interface.up,
            mtu=interface.mtu,
            nics=tuple(name for name in interface.members if known_kind(by_name, name) in ("ether", "lagg")),
            vlans=tuple(name for name in interface.members if known_kind(by_name, name) == "vlan"),
            jails=users.get(interface.name, ()),
            persistent=None if boot is None else interface.name in boot,
            description=interface.description,
        )
        for interface in by_name.values()
        if interface.kind == "bridge"
    )


def vlans(
    host: Iterable[Interface], jails: Iterable[Jail], bridge_of: Mapping[str, str], boot: frozenset[str] | None
) -> tuple[Vlan, ...]:
    """The host's vlan(4) interfaces."""
    users = users_of(jails, lambda jail: jail.vlans)
    return tuple(
        Vlan(
            name=interface.name,
            tag=interface.tag or None,
            parent=interface.parent,
            bridge=bridge_of.get(interface.name),
            jails=users.get(interface.name, ()),
            addresses=interface.addresses,
            up=interface.up,
            mtu=interface.mtu,
            persistent=None if boot is None else interface.name in boot,
        )
        for interface in host
        if interface.kind == "vlan"
    )


def users_of(jails: Iterable[Jail], names: Callable[[Jail], Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The jails by each name they use."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for jail in jails:
        for name in names(jail):
            found[name][jail.name] = None
    return {name: tuple(users) for name, users in found.items()}


def known_kind(by_name: Mapping[str, Interface], name: str) -> str | None:
    interface = by_name.get(name)
    return interface.kind if interface else None
