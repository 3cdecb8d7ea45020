"""What a jail's configuration means for its network, in short: what checks and findings judge by."""

from __future__ import annotations

from typing import NamedTuple


class Link(NamedTuple):
    """One interface that a jail is given, as configured. None or "" is: not said.

    `inside` is its name in the jail (after renames there), `given` the name it is moved in by (vnet.interface).
    Of an epair: `pair` as it is created (`epair154`), `host_end` the name its a end has in the end, `created` whether
    the jail's own hooks make it, `idempotent` whether that works when it is there already. `bridge` is the one the
    host end joins, `vlan` the tag of what it rides on.
    `addresses` are with their prefix where one is given (`192.168.1.2/24`, `fd00::2/64`); `mtu` in bytes.
    `release`: its end is given back in exec.prestop; `release_safe`: by a line that can't keep the jail from stopping.
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
    release: bool = False
    release_safe: bool = False


class View(NamedTuple):
    """A jail's network as its configuration says. A jail without vnet has `links` of the host's interfaces, by name.

    `gateways` are default routes that are set (IPv4, IPv6); `unread` the commands that were not understood: with any,
    what is missing here may be done by them. `ruleset` is devfs_ruleset, None where it is not set.
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
