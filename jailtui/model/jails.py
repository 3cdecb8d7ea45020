"""The jails, configured, running or dying, with their cables."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from jailtui.config.managers import BASTILLE, Managed, by_file, by_kernel
from jailtui.config.names import stem
from jailtui.model.listed import Kept, KeptJail
from jailtui.model.segments import Wiring, chains
from jailtui.model.state import Address, Epair, Interface, Jail, JailState, Where
from jailtui.net import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jailtui.config.view import Configured
    from jailtui.formats.jls import JailRow
    from jailtui.model.reading import Records


class Lookups:
    """The host's interfaces, and the pairs by the jail they are in and by their owner."""

    def __init__(self, host: Iterable[Interface], pairs: Iterable[Epair]) -> None:
        self.wiring = Wiring(host)
        self.in_jail: dict[int, list[Epair]] = defaultdict(list)
        self.owned: dict[str, list[Epair]] = defaultdict(list)
        for pair in pairs:
            jids = {end.jid for end in (pair.a, pair.b) if end.where in (Where.JAIL, Where.LOST)}
            for jid in jids - {None}:
                self.in_jail[jid].append(pair)  # type: ignore[index]
            if pair.owner and not jids - {None}:
                self.owned[pair.owner].append(pair)


def jail_rows(records: Records, lookups: Lookups) -> tuple[Jail, ...]:
    """The jails of the kernel by jid, then those that are only configured, in the order of their files, then those that
    only a manager lists.
    """
    doing = {command.name: command.action for command in records.commands if command.name}
    if records.rows is None:  # a configured jail may be running
        return ()
    live = {row.name for row in records.rows if not row.dying}
    kept = Kept(records.managed)
    last_dying = {row.name: row.jid for row in records.rows if row.dying and row.name not in live}
    rows: list[Jail] = []
    for row in records.rows:
        named = row.name or str(row.jid)
        own_name = not row.dying or last_dying.get(row.name) == row.jid
        config = records.configured.get(named) if own_name else None
        rows.append(in_kernel(row, named if own_name else f"{named}#{row.jid}", config, doing, records, lookups, kept))
    present = {jail.key for jail in rows}
    rows += [
        only_configured(name, config, doing, lookups, records.bastille)
        for name, config in records.configured.items()
        if name not in present
    ]
    rows += only_kept(kept, rows, doing, lookups)
    return tuple(rows)


def only_kept(kept: Kept, rows: Iterable[Jail], doing: Mapping[str, str], lookups: Lookups) -> Iterator[Jail]:
    """The jails that only their manager lists. What has the name of another's jail is called by its manager too."""
    managers = {jail.key: jail.manager for jail in rows}
    running = {(jail.name, by_kernel(jail.name, jail.path or "").manager) for jail in rows if jail.jid is not None}
    for jail in kept:
        key = f"{jail.name} ({jail.manager.name})" if jail.name in managers else jail.name
        if (jail.name, jail.manager.name) in running:
            continue
        if managers.get(jail.name) != jail.manager.name and key not in managers:
            managers[key] = jail.manager.name
            yield only_listed(jail, key, doing, lookups)


def only_listed(jail: KeptJail, key: str, doing: Mapping[str, str], lookups: Lookups) -> Jail:
    """A jail that does not run, with what its manager's list tells."""
    listed, alone = jail.listed, key == jail.name
    pairs = lookups.owned.get(jail.name, []) if alone else []
    state = acting(doing, jail.name, None) if alone else None
    return Jail(
        key=key,
        name=jail.name,
        jid=None,
        state=state or JailState.STOPPED,
        vnet=listed.vnet,
        path=listed.path or None,
        addresses=tuple(map(address, listed.addresses)),
        left=tuple(pair.name for pair in pairs if pair.orphan) if state is None else (),
        manager=jail.manager.name,
        manager_name=listed.name,
    )


def in_kernel(
    row: JailRow,
    key: str,
    config: Configured | None,
    doing: Mapping[str, str],
    records: Records,
    lookups: Lookups,
    kept: Kept,
) -> Jail:
    """A jail that is in the kernel."""
    name = row.name or str(row.jid)
    inside = records.inside.get(row.jid) if row.vnet and not row.dying else ()
    pairs = lookups.in_jail.get(row.jid, [])
    if not row.dying:
        pairs = [*pairs, *lookups.owned.get(name, [])]
    shared = [*map(Address, row.ip4), *(Address(ip, None, "inet6") for ip in row.ip6)]
    shared.sort(key=lambda address: is_loopback(address.address))
    state = JailState.DYING if row.dying else acting(doing, name, row.jid) or JailState.RUNNING
    bridges, vlans = segments(pairs, lookups)
    defaults = None if row.dying else records.defaults.get(row.jid)
    managed = whose(config, kept, name, records.bastille, row)
    return Jail(
        key=key,
        name=name,
        jid=row.jid,
        state=state,
        vnet=row.vnet,
        path=row.path,
        hostname=row.hostname,
        addresses=tuple(inside_addresses(inside or ()) if row.vnet else shared),
        interfaces=inside,
        epairs=tuple(pair.name for pair in pairs),
        bridges=bridges,
        vlans=vlans,
        configured=config,
        parent_jid=row.parent or None,
        osrelease=row.osrelease,
        dhcp=config is not None and config.dhcp,
        chains=chains(name, row.jid, row.dying, pairs, inside or (), lookups.wiring),
        ruleset=row.devfs_ruleset,
        children_max=row.children_max,
        securelevel=row.securelevel,
        gateways=defaults.gateways if defaults else None,
        default_over=defaults.over if defaults else None,
        params=None if row.dying else records.params.get(row.jid),
        manager=managed.manager,
        manager_name=managed.name,
    )


def only_configured(name: str, config: Configured, doing: Mapping[str, str], lookups: Lookups, bastille: str) -> Jail:
    """A jail that is only in jail.conf, with what its configuration would use."""
    pairs = lookups.owned.get(name, [])
    state = acting(doing, name, None) or JailState.STOPPED
    managed = by_file(config.file, name, bastille)
    bridges = config.bridges or segments(pairs, lookups)[0]
    vlans = tuple(vlan for bridge in bridges for vlan in lookups.wiring.vlans(bridge))
    return Jail(
        key=name,
        name=name,
        jid=None,
        state=state,
        vnet=config.vnet,
        path=config.path,
        addresses=tuple(map(address, config.addresses)),
        epairs=tuple(dict.fromkeys(stem(name) or name for name in config.interfaces)) or config.creates,
        bridges=bridges,
        vlans=vlans,
        configured=config,
        dhcp=config.dhcp,
        chains=chains(name, None, False, pairs, (), lookups.wiring),
        left=tuple(pair.name for pair in pairs if pair.orphan) if state is JailState.STOPPED else (),
        manager=managed.manager,
        manager_name=managed.name,
    )


def whose(config: Configured | None, kept: Kept, name: str, bastille: str, row: JailRow) -> Managed:
    """The manager of a jail: by the file that defines it, else of a jail of the host by lists and the kernel.

    A root of a manager that the file does not give is that of a jail of the manager, which has the file's name.
    Bastille's list is its files: a name that none of them has it completes to another jail's, so that it gets none.
    """
    filed = by_file(config.file, name, bastille) if config is not None else Managed()
    if filed.manager or row.parent:
        return filed
    path = row.path or ""
    owner = kept.owner(name, path)
    if config is not None:
        other_root = (config.path or "").rstrip("/") != path
        if not (other_root and owner.name and by_kernel(name, path).name):
            return filed
    return owner._replace(name="") if owner.manager == BASTILLE.name else owner


def acting(doing: Mapping[str, str], name: str, jid: int | None) -> JailState | None:
    """The state of a jail that jail(8) is starting or stopping; None for others."""
    action = doing.get(name) or doing.get(str(jid))
    return {"create": JailState.STARTING, "remove": JailState.STOPPING}.get(action or "")


def segments(pairs: Iterable[Epair], lookups: Lookups) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bridges that these pairs are in, and the VLANs in those bridges."""
    bridges = tuple(dict.fromkeys(end.bridge for pair in pairs for end in (pair.a, pair.b) if end.bridge))
    return bridges, tuple(dict.fromkeys(vlan for bridge in bridges for vlan in lookups.wiring.vlans(bridge)))


def inside_addresses(inside: Iterable[Interface]) -> Iterator[Address]:
    """The addresses of a VNET jail, except loopback and link-local ones."""
    for interface in inside:
        for address in interface.addresses if interface.kind != "loopback" else ():
            if not (address.address.lower().startswith("fe80:") or is_loopback(address.address)):
                yield address


def address(text: str) -> Address:
    """A configured address, with or without a prefix."""
    plain, _, prefix = text.partition("/")
    return Address(plain, int(prefix) if prefix.isdigit() else None, "inet6" if ":" in plain else "inet")
