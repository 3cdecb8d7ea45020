"""What `ifconfig` tells of one interface, as values. `jailtui.formats.ifconfig` makes them."""

from __future__ import annotations

from typing import NamedTuple


class Inet(NamedTuple):
    """An IPv4 address. `prefix` is None where the netmask has holes; `peer` is the far end of a point-to-point link."""

    address: str
    prefix: int | None = None
    peer: str | None = None
    broadcast: str | None = None
    vhid: int | None = None


class Inet6(NamedTuple):
    """An IPv6 address without its zone, which is `scope` (`em0` of `fe80::1%em0`). `flags` as `tentative`."""

    address: str
    prefix: int | None = None
    scope: str | None = None
    flags: tuple[str, ...] = ()
    peer: str | None = None
    vhid: int | None = None


class Vlan(NamedTuple):
    """vlan(4). `tag` 0 and `parent` None: it lost its parent, or never had one."""

    tag: int
    proto: str | None = None
    pcp: int | None = None
    parent: str | None = None


class Stp(NamedTuple):
    """A member's part in the spanning tree, told only where STP is on."""

    proto: str | None = None
    role: str | None = None
    state: str | None = None


class Member(NamedTuple):
    """A member of a bridge. `ifmaxaddr` is told by 13 and 14 always, by 15 when it is not 0.

    `vlan_protocol`, `untagged` (a VLAN) and `tagged` (a set as `10,20-30`) are told by 15 only.
    """

    name: str
    flags: tuple[str, ...] = ()
    port: int | None = None
    priority: int | None = None
    path_cost: int | None = None
    ifmaxaddr: int | None = None
    stp: Stp | None = None
    vlan_protocol: str | None = None
    untagged: int | None = None
    tagged: str | None = None


class Bridge(NamedTuple):
    """if_bridge(4). Times are seconds; `members` in printed order, the last added first.

    `flags` (`VLANFILTER`) and `defuntagged` (a VLAN) are told by 15 only.
    """

    members: tuple[Member, ...] = ()
    id: str | None = None
    priority: int | None = None
    hellotime: int | None = None
    fwddelay: int | None = None
    maxage: int | None = None
    holdcnt: int | None = None
    proto: str | None = None
    maxaddr: int | None = None
    timeout: int | None = None
    root_id: str | None = None
    root_priority: int | None = None
    root_ifcost: int | None = None
    root_port: int | None = None
    flags: tuple[str, ...] = ()
    defuntagged: int | None = None


class LaggPort(NamedTuple):
    """A port of a lagg. `flags` as `MASTER`, `ACTIVE`."""

    name: str
    flags: tuple[str, ...] = ()


class Lagg(NamedTuple):
    """lagg(4). `hash` is the layers hashed (`l2,l3,l4`)."""

    proto: str | None = None
    hash: str | None = None
    ports: tuple[LaggPort, ...] = ()


class Carp(NamedTuple):
    """A carp(4) address group on an interface. `state` is `MASTER`, `BACKUP` or `INIT`."""

    state: str
    vhid: int | None = None
    advbase: int | None = None
    advskew: int | None = None
    peer: str | None = None
    peer6: str | None = None


class Vxlan(NamedTuple):
    """vxlan(4). Addresses with their port, as `10.0.0.1:4789`; `group` is the multicast form of `remote`."""

    vni: int
    local: str | None = None
    remote: str | None = None
    group: str | None = None


class Tunnel(NamedTuple):
    """The outer addresses of a gif(4), gre(4) or stf(4); `family` is `inet` or `inet6`."""

    family: str
    source: str
    destination: str


class Interface(NamedTuple):
    """One stanza of `ifconfig`. Text is as printed, so hostile; `name` may hold blanks and slashes.

    Flags, options and capabilities are names: the number before them is hexadecimal and its bits move between
    releases. `ether` is the link address in use, `hwaddr` the hardware's own where it differs. `more_ether` holds
    further link addresses: 13 prints two interfaces of one name as one stanza with two `ether` lines, of which
    nobody can say what belongs to which. `lladdr` is that of a link that is not Ethernet. `status` is the word
    alone, `status_reason` what may stand behind it in brackets. `opened_by` are pids. `unread` holds the lines of
    this stanza that nothing here knows.
    """

    name: str
    flags: tuple[str, ...] = ()
    metric: int = 0
    mtu: int = 0
    description: str | None = None
    options: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    ether: str | None = None
    hwaddr: str | None = None
    more_ether: tuple[str, ...] = ()
    lladdr: str | None = None
    pcp: int | None = None
    fib: int | None = None
    inet: tuple[Inet, ...] = ()
    inet6: tuple[Inet6, ...] = ()
    groups: tuple[str, ...] = ()
    media: str | None = None
    status: str | None = None
    status_reason: str | None = None
    vlan: Vlan | None = None
    bridge: Bridge | None = None
    lagg: Lagg | None = None
    carp: tuple[Carp, ...] = ()
    vxlan: Vxlan | None = None
    tunnel: Tunnel | None = None
    drivername: str | None = None
    opened_by: tuple[int, ...] = ()
    nd6: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A whole output: the interfaces in printed order, and every line nothing here knows with its number from 1."""

    interfaces: tuple[Interface, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
