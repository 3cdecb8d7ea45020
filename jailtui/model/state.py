"""`HostState`: the state of a host, frozen and compared by value.

A refresh that changes nothing gives an equal state. Texts are as the host printed them, so hostile: clean them before
they are drawn.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.model.sessions import WayIn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.view import Configured
    from jailtui.exchange import Trouble
    from jailtui.formats.dnsmasq import DnsmasqInclude
    from jailtui.formats.fstab import FstabLine
    from jailtui.formats.hosts import NamedAddress
    from jailtui.formats.mount import Mount
    from jailtui.formats.netstat import Connection


class JailState(StrEnum):
    """The state of a jail. `failed`: the jail is not running because its last start by this program failed."""

    RUNNING = "running"
    STOPPED = "stopped"
    STARTING = "starting"
    STOPPING = "stopping"
    DYING = "dying"
    FAILED = "failed"


class Where(StrEnum):
    """Where an epair end is. `lost`: on no list, although every live vnet was read."""

    HOST = "host"
    JAIL = "jail"
    LOST = "lost"
    UNKNOWN = "unknown"


class Address(NamedTuple):
    """An address as the host printed it. `prefix` is None if none was printed (a jail's `ip4.addr`).

    `flags` are words such as `tentative`, or `vhid 1` for an address that CARP shares between hosts.
    """

    address: str
    prefix: int | None = None
    family: str = "inet"
    flags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.address if self.prefix is None else f"{self.address}/{self.prefix}"


class Port(NamedTuple):
    """The VLANs that a bridge's filter lets through a member: `untagged` is one VLAN, `tagged` a set (`10,20-30`)."""

    name: str
    untagged: int | None = None
    tagged: str = ""


class Interface(NamedTuple):
    """An interface on the host (`jid` None) or in the VNET jail of that jid.

    `kind` is one of ether, loopback, epair, bridge, vlan, lagg, wg, tap, tun, other. `parent` and `tag` are a vlan's;
    `members` a bridge's: NICs, VLANs, then the rest. `filtering`: the bridge filters by VLAN; `ports` are its members
    with VLANs (15 only). `options` are offloads and the like that are on (`TXCSUM`). `ether` is the MAC at creation,
    `mac` the present MAC. `doubtful`: ifconfig's text about it may be forged by its name or description.
    """

    name: str
    kind: str
    jid: int | None = None
    up: bool = False
    mtu: int = 0
    ether: str | None = None
    description: str | None = None
    status: str | None = None
    groups: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    drivername: str | None = None
    tag: int | None = None
    parent: str | None = None
    members: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    filtering: bool = False
    ports: tuple[Port, ...] = ()
    options: tuple[str, ...] = ()
    mac: str | None = None
    doubtful: bool = False
    laggports: tuple[str, ...] = ()


class Hop(NamedTuple):
    """A part of a cable: `kind` is nic, vlan, bridge, epair-a, epair-b or jail.

    `ok` is False if it is broken; then `note` says how (`lost with jail 3`).
    """

    kind: str
    name: str
    ok: bool = True
    note: str = ""


class Jail(NamedTuple):
    """A jail that is running, dying or configured, or several of these.

    `key` identifies the row: the name of a live or configured jail, `NAME#JID` for a dying jail beside it.
    `interfaces` is None if they could not be read, () if it has none. `epairs`, `bridges` and `vlans` are the names of
    what its cables use, or would use if it is not running; `chains` has one entry for each cable. `ruleset` is its
    devfs_ruleset (0: not set), `gateways` its default routes, `default_over` the interfaces that these go through,
    `console` the last lines of its exec.consolelog, `left` the names of the orphaned pairs of a stopped jail,
    `start_status` the exit status of the start that failed, which ended at `start_at` and printed `start_output`,
    `params` all its parameters, booleans as `true` or `false`. What was not read is None. `last_addresses` are those by
    which a dying VNET jail was last seen or reached, which no command lists. `manager` is the tool that manages the
    jail (`config/managers.py`), "" for none, `manager_name` the name by which the tool knows it, "" if unknown.
    """

    key: str
    name: str
    jid: int | None
    state: JailState
    vnet: bool | None
    path: str | None = None
    hostname: str | None = None
    addresses: tuple[Address, ...] = ()
    interfaces: tuple[Interface, ...] | None = ()
    epairs: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    vlans: tuple[str, ...] = ()
    configured: Configured | None = None
    parent_jid: int | None = None
    osrelease: str | None = None
    dhcp: bool = False
    chains: tuple[tuple[Hop, ...], ...] = ()
    ruleset: int | None = None
    gateways: tuple[str, ...] | None = None
    console: tuple[str, ...] | None = None
    params: tuple[tuple[str, str], ...] | None = None
    children_max: int | None = None
    securelevel: int | None = None
    last_addresses: tuple[Address, ...] = ()
    left: tuple[str, ...] = ()
    start_status: int | None = None
    start_at: float | None = None
    start_output: tuple[str, ...] = ()
    default_over: tuple[str, ...] | None = None
    manager: str = ""
    manager_name: str = ""

    @property
    def running(self) -> bool:
        """Whether the jail is in the kernel and not dying, even if jail(8) is starting or stopping it."""
        return self.jid is not None and self.state is not JailState.DYING

    @property
    def assumed(self) -> tuple[str, ...]:
        """The configured addresses of a jail in the kernel whose own addresses can't be read."""
        unseen = self.interfaces is None or self.state is JailState.DYING
        if self.jid is None or self.addresses or self.configured is None or not unseen:
            return ()
        return self.configured.addresses

    @property
    def inside(self) -> tuple[Interface, ...]:
        """The interfaces in the jail that no cable shows: VLANs, taps, bridges, further loopbacks."""
        interfaces = self.interfaces or ()
        return tuple(each for each in interfaces if each.kind not in ("epair", "ether") and each.name != "lo0")


class End(NamedTuple):
    """One end of an epair. `name` is its present name; None if it was not seen.

    `jail` and `jid` are the jail that it is in; for a lost end the dying jail that probably holds it, or None.
    `bridge` is the bridge of the host of which it is a member.
    """

    name: str | None
    where: Where
    jail: str | None = None
    jid: int | None = None
    bridge: str | None = None
    up: bool = False
    addresses: tuple[Address, ...] = ()
    mtu: int = 0
    ether: str | None = None


class Epair(NamedTuple):
    """A pair of epair ends. `a` is the end that is on the host, or was made for it.

    `paired_by` is how the ends were joined: drivername, mac, name, or none (only one end was seen). `orphan` is None if
    that is unknown (no right to look inside jails), `why` the reason. `owner` is the jail it belongs to, `manager` the
    tool whose marks it has (Bastille, iocage, ...). `ambiguous` are those of its names that two interfaces of the host
    have, so that no command may use them.
    """

    key: str
    name: str
    a: End
    b: End
    paired_by: str
    orphan: bool | None
    why: str
    owner: str | None = None
    manager: str | None = None
    ambiguous: tuple[str, ...] = ()
    description: str | None = None


class Bridge(NamedTuple):
    """A bridge of the host. `persistent`: rc.conf creates it at boot (None: unknown)."""

    name: str
    members: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    up: bool = False
    mtu: int = 0
    nics: tuple[str, ...] = ()
    vlans: tuple[str, ...] = ()
    jails: tuple[str, ...] = ()
    persistent: bool | None = None
    description: str | None = None


MOVED_AWAY = "on the host: gone"
"""In place of the parent of a VLAN that a jail holds: ifconfig inside does not print it."""


class Vlan(NamedTuple):
    """A vlan(4) interface. `parent` and `tag` are None if it has lost its parent.

    `jid` is that of the jail which holds it, alone in `jails`; None: it is the host's.
    """

    name: str
    tag: int | None
    parent: str | None
    bridge: str | None = None
    jails: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    up: bool = False
    mtu: int = 0
    persistent: bool | None = None
    jid: int | None = None

    @property
    def key(self) -> str:
        """Its row's: the name on the host, `em0.20 in web` in a jail."""
        return self.name if self.jid is None else f"{self.name} in {self.jails[0]}"


class Capability(NamedTuple):
    """Something that the host can or can't do, and what it is used for."""

    name: str
    present: bool
    note: str = ""


class HostFacts(NamedTuple):
    """The host: the name it was reached by, its own name and release, the user, and its capabilities.

    `read_only` is the reason why no action can run, or None. `local`: jailtui runs on the host itself.
    """

    name: str
    hostname: str = ""
    release: str = ""
    user: str = ""
    uid: int | None = None
    capabilities: tuple[Capability, ...] = ()
    read_only: str | None = None
    local: bool = False

    def can(self, name: str) -> bool:
        """Whether the host has the capability."""
        return any(capability.name == name and capability.present for capability in self.capabilities)


class NameFile(NamedTuple):
    """A file that gives names addresses: its path on the host, the row key of the jail that it is in ("": the host).

    `includes` are the files that it has read too.
    """

    path: str
    jail: str
    names: tuple[NamedAddress, ...]
    includes: tuple[DnsmasqInclude, ...] = ()


Part = Literal["jails", "interfaces", "files"]
"""The parts of a reading from whose absence something is concluded: jls, the host's ifconfig, the files of jails."""


class HostState(NamedTuple):
    """All that one refresh read. It has no time, so that states of an unchanged host are equal.

    What was not read is None: `rcconf`, the variables of rc.conf; `sysctls`, those below net.link.bridge; `rulesets`,
    the devfs rulesets with rules; `mounts`, read while a configured jail is not running, and `connections`, while a
    jail is dying; `bastille_boots`, `boot` in the settings.conf of each of Bastille's jails, by name. `fstabs` are
    files like fstab(5) by path; `missing` are the paths in the configuration that do not exist. `unread` are the parts
    that were not read in full, each with the reason. `way_in` are the sessions of sshd.
    `name_files` are files such as /etc/hosts, of jails only in a full reading. `managers` are those whose command is on
    the host.
    """

    facts: HostFacts
    jails: tuple[Jail, ...] = ()
    epairs: tuple[Epair, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    errors: tuple[Trouble, ...] = ()
    rcconf: tuple[tuple[str, str], ...] | None = None
    sysctls: tuple[tuple[str, str], ...] | None = None
    rulesets: frozenset[int] | None = None
    mounts: tuple[Mount, ...] | None = None
    connections: tuple[Connection, ...] | None = None
    fstabs: tuple[tuple[str, tuple[FstabLine, ...]], ...] = ()
    bastille_boots: tuple[tuple[str, str], ...] | None = None
    missing: frozenset[str] = frozenset()
    unread: tuple[tuple[Part, str], ...] = ()
    way_in: WayIn = WayIn()
    name_files: tuple[NameFile, ...] | None = None
    managers: frozenset[str] = frozenset()

    def unknown(self, *parts: Part) -> str:
        """Why one of these parts was not read in full, as a phrase; "" if all were."""
        return next((why for part, why in self.unread if part in parts), "")

    def jail(self, key: str) -> Jail | None:
        """The jail of that row key, or None."""
        return next((jail for jail in self.jails if jail.key == key), None)

    @property
    def held_vlans(self) -> tuple[Vlan, ...]:
        """The VLANs that jails hold. Inside ifconfig prints tag and parent only of one made there (FREEBSD.md 3.3)."""
        return tuple(
            Vlan(
                name=interface.name,
                tag=interface.tag or None,
                parent=interface.parent,
                jails=(jail.name,),
                addresses=interface.addresses,
                up=interface.up,
                mtu=interface.mtu,
                jid=jail.jid,
            )
            for jail in self.jails
            for interface in jail.interfaces or ()
            if interface.kind == "vlan"
        )

    @property
    def configured(self) -> Mapping[str, Configured]:
        """The configured jails by name."""
        return {jail.name: jail.configured for jail in self.jails if jail.configured is not None}

    def epair(self, key: str) -> Epair | None:
        """The epair of that row key, or None."""
        return next((pair for pair in self.epairs if pair.key == key), None)

    @property
    def orphans(self) -> tuple[Epair, ...]:
        """The pairs that are known to be orphans."""
        return tuple(pair for pair in self.epairs if pair.orphan)
