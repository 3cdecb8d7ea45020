"""The index of the users of an address, a MAC, a name, a bridge, a VLAN, a path or a jid on a host.

Uses by the kernel are what interfaces and jails have now, uses by files what configured jails will have. A draft of an
index keeps only the differences, so that a draft of one jail among 1,000 copies nothing.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.config.names import stem
from jailtui.model.interfaces import EPAIR_MAC
from jailtui.model.state import JailState, Where
from jailtui.net import plain_ip, plain_mac

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.view import Link, View
    from jailtui.config.world import JailSettings
    from jailtui.model.state import End, Epair, HostState, Interface, Jail

Kind = Literal["address", "gateway", "mac", "name", "bridge", "vlan", "path", "jid"]
"""A `name` is that of an interface on the host, or of a pair as it is created (`epair154`). A `vlan` is a tag."""
Source = Literal["file", "kernel"]
SEPARATE = ("loopback", "tun", "wg")
"""Interfaces of a jail whose addresses are on no segment that others share."""


class Use(NamedTuple):
    """A use of a value by a jail or the host. Several values may share one use.

    `jail` is the jail's name, "" for the host; `key` its row key; `jid` is None if it is not running. `interface` is
    the interface that has the value, for a link in a file its name inside; `bridge` the bridge that such a link joins.
    `owner` is the jail to whose pair an interface of the host belongs. `floating`: CARP shares the address.
    """

    by: Source
    jail: str = ""
    key: str = ""
    jid: int | None = None
    interface: str = ""
    bridge: str = ""
    owner: str = ""
    dying: bool = False
    vnet: bool = True
    floating: bool = False

    @property
    def live(self) -> bool:
        """Whether the value is in use now."""
        return self.by == "kernel"

    @property
    def text(self) -> str:
        """The user, for a sentence: `the host on em0`, `db (jid 5) on epair155b`, `mail, by its configuration`."""
        on = f" on {self.interface}" if self.interface else ""
        if not self.jail:
            return f"the host{on}"
        if self.by == "file":
            return f"{self.jail}, by its configuration"
        return f"{self.jail} (jid {self.jid}{', dying' if self.dying else ''}){on}"


Used = tuple[Kind, str, Use]
"""A value and its use."""


class UsageIndex:
    """All uses on a host. `jails` are the configured jails.

    With `below` it is a draft of that index: `jails` replace the jails named in `instead`, whose uses by the kernel do
    not count, since a draft takes effect after they stop. `changed` is an interface of the host as it would be; then
    `by_file("")` returns what the host would use.
    """

    def __init__(
        self,
        state: HostState,
        jails: Iterable[JailSettings],
        below: UsageIndex | None = None,
        instead: frozenset[str] = frozenset(),
        changed: Interface | None = None,
    ) -> None:
        self._below, self._instead, self._changed = below, instead, changed
        self._jails: dict[str, list[JailSettings]] = defaultdict(list)
        self._table: dict[Kind, dict[str, list[Use]]] = defaultdict(lambda: defaultdict(list))
        if below is None:
            self._add(kernel_uses(state))
        if changed is not None:
            self._add(_of_interface(changed, None, "", set()))
        for jail in jails:
            self._jails[jail.name].append(jail)
            self._add(file_uses(jail))

    def _add(self, uses: Iterable[Used]) -> None:
        table = self._table
        for kind, value, use in uses:
            table[kind][value].append(use)

    def drafted(self, state: HostState, jails: Iterable[JailSettings], names: frozenset[str]) -> UsageIndex:
        """The index with the jails of these names configured as in `jails`, or removed if they are not in it."""
        return UsageIndex(state, jails, self, names)

    def with_interface(self, state: HostState, changed: Interface) -> UsageIndex:
        """The index with an interface of the host changed."""
        return UsageIndex(state, (), self, changed=changed)

    def users(self, kind: Kind, value: str) -> tuple[Use, ...]:
        """All uses of that value: those by the kernel first, then those by files."""
        own = self._table[kind].get(value, ())
        if self._below is None:
            return tuple(own)
        below = self._below.users(kind, value)
        return (*(use for use in below if not self._replaced(use)), *own)

    def _replaced(self, use: Use) -> bool:
        if use.jail in self._instead or use.owner in self._instead:
            return True
        return self._changed is not None and not use.jail and use.interface == self._changed.name

    def all_values(self, kind: Kind) -> Iterator[str]:
        """All values of that kind that are in use."""
        yield from self._table[kind]
        yield from self._below.all_values(kind) if self._below is not None else ()

    def owner(self, kind: Kind, value: str) -> str:
        """The user of a value: `web`, `the host`; "" for none. Jails come first."""
        uses = self.users(kind, value)
        jails = [name for use in uses if (name := use.jail or use.owner)]
        return jails[0] if jails else "the host" if uses else ""

    def by_file(self, jail: str) -> tuple[Used, ...]:
        """The values that a jail uses according to its files."""
        if not jail and self._changed is not None:
            return tuple(_of_interface(self._changed, None, "", set()))
        if self._below is None or jail in self._instead:
            return tuple(chain.from_iterable(map(file_uses, self._jails.get(jail, ()))))
        return self._below.by_file(jail)

    def values(self, kind: Kind, jails: Iterable[str] | None = None) -> Iterator[str]:
        """The values with several uses, or those that the files of these jails name."""
        if jails is not None:
            uses = chain.from_iterable(self.by_file(name) for name in jails)
            yield from dict.fromkeys(value for named, value, _ in uses if named == kind)
        else:
            yield from (value for value, uses in self._table[kind].items() if len(uses) > 1)


def file_uses(jail: JailSettings) -> Iterator[Used]:
    """What a configured jail uses. An address beside DHCP does not count, since the lease replaces it."""
    view = jail.view
    known = {""}
    for link in view.links:
        use = Use("file", jail.name, jail.name, None, link.inside, link.bridge, "", False, view.vnet)
        names = claimed(link) if view.vnet else ()
        known.update(names)
        for name in names:
            yield "name", name, use
        yield from _of_link(link, view, use)
    use = Use("file", jail.name, jail.name, vnet=view.vnet)
    for created in view.created:
        for name in (created.name, *created.names) if created.own else ():
            if name not in known:
                known.add(name)
                yield "name", name, use
    for text in view.gateways:
        if ip := shareable(text):
            yield "gateway", ip, use
    if path := view.path.rstrip("/"):
        yield "path", path, use
    for jid in jail.params.get("jid", ())[-1:]:
        yield "jid", jid, use


def _of_link(link: Link, view: View, use: Use) -> Iterator[Used]:
    """What a link uses besides names."""
    for text in () if link.dhcp else link.addresses:
        if ip := shareable(text):
            yield "address", ip, use._replace(floating=True) if ip in view.shared else use
    if view.vnet and link.mac and link.mac != "random":
        yield "mac", plain_mac(link.mac), use
    if link.bridge:
        yield "bridge", link.bridge, use
    if link.vlan is not None:
        yield "vlan", str(link.vlan), use


def shareable(text: str) -> str:
    """An address without its prefix as the index has it; "" for link-local and loopback addresses."""
    ip = plain_ip(text) if ":" in text else text.partition("/")[0]  # IPv4 addresses have only one spelling
    return "" if ip == "::1" or ip.startswith(("fe80:", "127.")) else ip


def claimed(link: Link) -> tuple[str, ...]:
    """The names on the host that a link of a VNET jail uses: those of its pair and of both ends."""
    names = {link.pair: None, stem(link.given) or "": None, link.given: None, link.host_end: None}
    return tuple(filter(None, names))


def kernel_uses(state: HostState) -> Iterator[Used]:
    """What the host and its jails use now."""
    live = {jail.jid: jail for jail in state.jails if jail.running}
    owners = {end.name: pair.owner for pair in state.epairs for end in (pair.a, pair.b) if end.where is Where.HOST}
    laggs = {_mac(interface) for interface in state.interfaces if interface.kind == "lagg"}
    for interface in state.interfaces:
        jail = live.get(interface.jid) if interface.jid is not None else None
        if interface.jid is None:
            yield from _of_interface(interface, None, owners.get(interface.name) or "", laggs)
        elif jail is not None and interface.kind not in SEPARATE:
            yield from _of_interface(interface, jail, "", laggs)
    for jail in state.jails:
        if jail.jid is not None:
            yield from _of_jail(jail)
    for pair in state.epairs:
        yield from _of_pair(pair, early=state.facts.release.startswith(("13", "14")))


def _of_interface(interface: Interface, jail: Jail | None, owner: str, laggs: set[str]) -> Iterator[Used]:
    """What an interface uses. Only NICs outside laggs, taps and ends of pairs have a MAC that nothing else has."""
    name, key, jid = (jail.name, jail.key, jail.jid) if jail is not None else ("", interface.name, None)
    use = Use("kernel", name, key, jid, interface.name, "", owner)
    for address in interface.addresses:
        if ip := shareable(address.address):
            shared = address.flags and any(flag.startswith("vhid ") for flag in address.flags)
            yield "address", ip, use._replace(floating=True) if shared else use
    mac = _mac(interface)
    if mac and interface.kind in ("ether", "epair", "tap") and mac not in laggs:
        yield "mac", mac, use
    for text in {interface.name: None, interface.drivername: None} if jail is None else ():
        if text:
            yield "name", text, use


def _mac(interface: Interface) -> str:
    return (interface.mac or interface.ether or "").lower()


def _of_jail(jail: Jail) -> Iterator[Used]:
    """What a jail uses besides its interfaces: addresses of a jail without vnet, its path, jid and bridges."""
    dying = jail.state is JailState.DYING
    use = Use("kernel", jail.name, jail.key, jail.jid, dying=dying, vnet=bool(jail.vnet))
    for address in jail.addresses if dying or not jail.vnet else ():
        if ip := shareable(address.address):
            yield "address", ip, use
    yield "jid", str(jail.jid), use
    if not dying and jail.path and jail.path != "/":
        yield "path", jail.path.rstrip("/"), use
    for name in jail.bridges:
        yield "bridge", name, use


def _of_pair(pair: Epair, *, early: bool) -> Iterator[Used]:
    """The number of a pair is taken as long as the pair exists, even if its ends are renamed (FREEBSD.md 3.4)."""
    if pair.a.where is Where.JAIL and pair.a.jid == pair.b.jid:
        return  # created inside a jail, where numbers are others
    yield "name", pair.name, Use("kernel", key=pair.key, interface=pair.name, owner=pair.owner or "")
    for seen, unseen in ((pair.a, pair.b), (pair.b, pair.a)) if early else ():
        yield from _derived(pair, seen, unseen)


def _derived(pair: Epair, seen: End, unseen: End) -> Iterator[Used]:
    """The MAC of an unseen end: on 13 and 14 it differs from the other end's only in the last byte (FREEBSD.md 10)."""
    if seen.ether and not unseen.ether and EPAIR_MAC.fullmatch(seen.ether):
        mac = seen.ether[:-1] + ("b" if seen.ether.endswith("a") else "a")
        name = unseen.name or f"the other end of {seen.name or pair.name}"
        yield "mac", mac, Use("kernel", key=pair.key, interface=name, owner=pair.owner or "")
