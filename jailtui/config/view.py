"""The configured network of a jail, as rules judge it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from jailtui.config.syntax import address_key
from jailtui.net import Interface, family, parsed


class Link(NamedTuple):
    """One interface of a jail, as configured. What is not configured is None or "".

    `inside` is its name in the jail (after renames there), `given` the name by which it is moved in (vnet.interface).
    Of an epair: `pair` as it is created (`epair154`), `host_end` the last name of its end a, `created` whether the
    jail's own hooks create it, `idempotent` whether that works if it exists. `bridge` is the one that the host end
    joins, `vlan` the tag of the VLAN below, or with `untagged` the one that the bridge's filter does not tag.
    `addresses` have their prefix, if one is given (`192.168.1.2/24`). `release`: exec.prestop returns it to the host.
    """

    inside: str
    given: str = ""
    pair: str = ""
    host_end: str = ""
    created: bool = False
    idempotent: bool = False
    bridge: str = ""
    vlan: int | None = None
    addresses: tuple[str, ...] = ()
    dhcp: bool = False
    slaac: bool = False
    mtu: int | None = None
    mac: str = ""
    untagged: bool = False
    release: bool = False


class Created(NamedTuple):
    """An interface that the hooks create on the host, before the jail starts.

    `name` is the one it is created by (`epair154`, `bridge5`; if the kernel chooses the number, the name that end a
    gets, or ""), `names` all that it has on the host, of a pair both ends'. `idempotent`: a start works if it exists.
    `own`: no other jail shares it (as it does a bridge of jib). `tag` is a VLAN's.
    """

    name: str
    names: tuple[str, ...]
    idempotent: bool = False
    own: bool = True
    tag: int | None = None


class Removal(NamedTuple):
    """An interface of the host that a hook destroys or takes out of its bridge; with `jail` one that it takes back from
    that other jail. `hook` is the name of the parameter."""

    name: str
    hook: str
    jail: str = ""

    @property
    def at_stop(self) -> bool:
        return self.hook in ENDING


class Effect(NamedTuple):
    """What a command of a start does that can be seen while the jail runs.

    `hook` is the parameter, `number` the number of its value, and `command` that of the command in this value.
    `interface` is the interface by its last name, "" of a route, and `inside` whether it is in the jail in the end.
    `guarded`: the start goes on if the command fails. A command that was not understood is `unread`.
    """

    hook: str
    number: int
    command: int
    kind: EffectKind
    value: str = ""
    interface: str = ""
    inside: bool = True
    guarded: bool = False

    @property
    def place(self) -> tuple[int, int, int]:
        """Where its command stands in the order of the start."""
        return (STARTING.index(self.hook), self.number, self.command)


EffectKind = Literal["moved", "name", "up", "address", "mtu", "mac", "description", "member", "route", "unread"]
STARTING = (
    "exec.prepare",
    "exec.prestart",
    "exec.created",
    "vnet.interface",
    "exec.start",
    "command",
    "exec.poststart",
)
"""The parameters whose values a start carries out, in its order."""
ENDING = ("exec.prestop", "exec.stop", "exec.poststop", "exec.release")
"""The hooks of a stop."""


class View(NamedTuple):
    """A jail's network as its configuration says. A jail without vnet has `links` of the host's interfaces, by name.

    `created` are the interfaces that its hooks create, `bridges` those that they add members to, `gateways` its default
    routes. `unread` are the commands that were not understood: what is missing here may be done by them; `hidden` are
    those that may create an interface on the host. `routes` are the destinations it reaches by an interface, `shared`
    the addresses that CARP shares (vhid), `lent` the addresses that its hooks give to other jails, by name; `failing`
    the hooks with the command by which a stop fails if its interface is missing. `touched` are the names and addresses
    that its hooks give to ifconfig on the host, `raised` the interfaces that they set up there and the start then moves
    into the jail, `removals` the interfaces that they destroy or take away there, `paths` the absolute paths in the
    commands that run on the host. `may_release`: a stop drops the jail's connections first, or does something unknown,
    so that its interfaces may come back. `runs_rc`: its own /etc/rc runs at its start, so that its rc.conf may set more
    than this. `effects` are those of the commands of a start, in their order.
    """

    jail: str
    vnet: bool
    links: tuple[Link, ...] = ()
    gateways: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    path: str = ""
    ruleset: int | None = None
    mounts_devfs: bool = False
    runs_rc: bool = False
    created: tuple[Created, ...] = ()
    bridges: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    lent: tuple[tuple[str, tuple[str, ...]], ...] = ()
    failing: tuple[tuple[str, str], ...] = ()
    touched: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    may_release: bool = False
    removals: tuple[Removal, ...] = ()
    paths: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()

    def creation(self, names: Iterable[str]) -> Created | None:
        """The interface of these names that the hooks create, if they do."""
        wanted = frozenset(names)
        return next((created for created in self.created if not wanted.isdisjoint(created.names)), None)

    def doubts(self, name: str) -> bool:
        """Whether a command that was not understood contains this name or address."""
        return any(name in text for text in self.unread)

    def touches(self, name: str) -> bool:
        """Whether the hooks use, or may use, this interface or address on the host."""
        return name in self.touched or self.doubts(name)

    def raises(self, name: str) -> bool:
        """Whether the hooks set, or may set, this interface up before it is moved into the jail."""
        return name in self.raised or self.doubts(name)

    def names_path(self, path: str) -> bool:
        """Whether a command of the hooks on the host names, or may name, the path or a path below it."""
        return any(f"{named}/".startswith(f"{path}/") for named in self.paths) or self.doubts(path)


class Configured(NamedTuple):
    """A jail that jail.conf defines, as jail(8) reads it; `file` is the one that defines it.

    `params` holds every parameter with its values, in jail(8)'s order; a flag has no values. The rest is read from
    them: the interfaces to be moved in, the addresses of the hooks and of `ip4.addr`, the bridges to which the hooks
    add members, the jails it depends on, the pairs (`epair154`) that its own hooks create. `view` is its network.
    """

    file: str
    params: tuple[tuple[str, tuple[str, ...]], ...]
    vnet: bool
    path: str | None = None
    interfaces: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    depend: tuple[str, ...] = ()
    creates: tuple[str, ...] = ()
    dhcp: bool = False
    view: View = View("", False)


class PlacedAddress(NamedTuple):
    """One address of a jail, as written, with the key of its field. `address` is None if it is not valid."""

    text: str
    key: str
    address: Interface | None

    @property
    def network_known(self) -> bool:
        """IPv6 without a prefix is a /64 (recorded: 15.1 ifconfig/addr/29, /30); IPv4's depends on the release."""
        return "/" in self.text or family(self.text) == 6


def placed(view: View) -> tuple[PlacedAddress, ...]:
    """All addresses of a jail, in order."""
    addresses: list[PlacedAddress] = []
    for number, link in enumerate(view.links, 1):
        places = {4: 0, 6: 0}
        for text in link.addresses:
            version = family(text)
            places[version] += 1
            address = parsed(text if "/" in text or version == 4 else f"{text}/64")
            addresses.append(PlacedAddress(text, address_key(number, version, places[version]), address))
    return tuple(addresses)


def reached(gateway: str, addresses: Sequence[PlacedAddress]) -> bool:
    """Whether a gateway is in a network of these addresses, or has its interface in its zone."""
    router = parsed(gateway)
    if router is None or router.ip.is_link_local:
        return True
    networks = [own.address.network for own in addresses if own.address is not None and own.network_known]
    return any(router.ip in network for network in networks)


def may_have_more(view: View, version: int, addresses: Sequence[PlacedAddress]) -> bool:
    """Whether the jail may have more addresses of that IP version than these, the ones in its files."""
    asks = any(link.slaac if version == 6 else link.dhcp for link in view.links)
    return asks or bool(view.unread) or any(own.address is None or not own.network_known for own in addresses)
