"""What `ifconfig` tells of one interface, as values. `jailtui.formats.ifconfig` makes them."""

from __future__ import annotations

from typing import NamedTuple


class Inet(NamedTuple):
    """An IPv4 address. `prefix` is None where the netmask has holes."""

    address: str
    prefix: int | None = None
    vhid: int | None = None


class Inet6(NamedTuple):
    """An IPv6 address without its zone. `flags` as `tentative`."""

    address: str
    prefix: int | None = None
    flags: tuple[str, ...] = ()
    vhid: int | None = None


class VlanRecord(NamedTuple):
    """vlan(4). `tag` 0 and `parent` None: it lost its parent, or never had one."""

    tag: int
    parent: str | None = None


class Member(NamedTuple):
    """A member of a bridge. `untagged` (a VLAN) and `tagged` (a set as `10,20-30`) are printed by 15 only."""

    name: str
    untagged: int | None = None
    tagged: str | None = None


class BridgeRecord(NamedTuple):
    """if_bridge(4). `members` in printed order, the last added first; `flags` (`VLANFILTER`) are printed by 15 only."""

    members: tuple[Member, ...] = ()
    flags: tuple[str, ...] = ()


class InterfaceRecord(NamedTuple):
    """One stanza of `ifconfig`. Text is as printed, so hostile; `name` may hold blanks and slashes.

    Flags and options are names: the number before them is hexadecimal and its bits move between releases.
    `ether` is the link address in use, `hwaddr` the hardware's own where it differs. `more_ether` holds
    further link addresses: 13 prints two interfaces of one name as one stanza with two `ether` lines, of which
    nobody can say what belongs to which. `status` is without the reason that may stand behind it in brackets.
    `unread` holds the lines of this stanza that nothing here knows.
    """

    name: str
    flags: tuple[str, ...] = ()
    mtu: int = 0
    description: str | None = None
    options: tuple[str, ...] = ()
    ether: str | None = None
    hwaddr: str | None = None
    more_ether: tuple[str, ...] = ()
    inet: tuple[Inet, ...] = ()
    inet6: tuple[Inet6, ...] = ()
    groups: tuple[str, ...] = ()
    media: str | None = None
    status: str | None = None
    vlan: VlanRecord | None = None
    bridge: BridgeRecord | None = None
    drivername: str | None = None
    unread: tuple[str, ...] = ()


class IfconfigReading(NamedTuple):
    """A whole output: the interfaces in printed order, and every line nothing here knows with its number from 1."""

    interfaces: tuple[InterfaceRecord, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
