"""What a jail's configuration means for its network, in short: what checks and findings judge by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Link(NamedTuple):
    """One interface that a jail is given, as configured. None or "" is: not said.

    `inside` is its name in the jail (after renames there), `given` the name it is moved in by (vnet.interface).
    Of an epair: `pair` as it is created (`epair154`), `host_end` the name its a end has in the end, `created` whether
    the jail's own hooks make it, `idempotent` whether that works when it is there already. `bridge` is the one the
    host end joins, `vlan` the tag of what it rides on.
    `addresses` are with their prefix where one is given (`192.168.1.2/24`, `fd00::2/64`); `mtu` in bytes.
    `release`: its end is given back in exec.prestop.
    `untagged`: `vlan` is what the bridge's filter does not tag for it.
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

    `name` is the one it is created by (`epair154`, `bridge5`; where the kernel chooses the number the one that end a
    gets, "" for none that is known), `names` all that it has on the host, of a pair both ends. `idempotent`: a start
    works where it is there already. `own`: no other jail shares it (a bridge that jib makes). `tag` is a VLAN's.
    """

    name: str
    names: tuple[str, ...]
    idempotent: bool = False
    own: bool = True
    tag: int | None = None


class View(NamedTuple):
    """A jail's network as its configuration says. A jail without vnet has `links` of the host's interfaces, by name.

    `created` are the interfaces that its hooks create, `bridges` those that they add members to.
    `gateways` are default routes that are set (IPv4, IPv6); `unread` the commands that were not understood: with any,
    what is missing here may be done by them. `hidden` are those of them that may create an interface on the host.
    `routes` are the destinations it reaches by an interface, `shared` the addresses that CARP hands round (vhid),
    `lent` what its hooks give to other jails, by their name; `failing` the hooks with the command that makes a stop
    fail once its interface is gone. `ruleset` is devfs_ruleset, None where it is not set.
    `touched` are the names and addresses that its hooks give to ifconfig on the host. `may_release`: a stop drops the
    jail's connections first or does what was not understood, so that its interfaces may come back.
    `runs_rc`: its own /etc/rc runs at its start, so that its rc.conf may set more than is said here.
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
    may_release: bool = False

    def creation(self, names: Iterable[str]) -> Created | None:
        """The interface of these names that the hooks create, if they do."""
        wanted = frozenset(names)
        return next((created for created in self.created if not wanted.isdisjoint(created.names)), None)

    def doubts(self, name: str) -> bool:
        """Whether a command that was not understood has this name or address in it: it may do anything to it."""
        return any(name in text for text in self.unread)

    def touches(self, name: str) -> bool:
        """Whether the hooks do something to the interface, or with the address, of this name on the host, or may."""
        return name in self.touched or self.doubts(name)
