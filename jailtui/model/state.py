"""`HostState`: one picture of a host, frozen and compared by value.

A refresh that changes nothing gives an equal state. Text in here is as the host gave it, so hostile: whoever
draws it cleans it. Names are the field's: jail, jid, vnet, epair, bridge, member, VLAN, dying.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.view import Configured
    from jailtui.exchange import Trouble
    from jailtui.formats.fstab import FstabLine
    from jailtui.formats.mount import Mount
    from jailtui.formats.netstat import Connection


class JailState(StrEnum):
    """What a jail is doing. `failed` is a jail that does not run because its last start by this program failed."""

    RUNNING = "running"
    STOPPED = "stopped"
    STARTING = "starting"
    STOPPING = "stopping"
    DYING = "dying"
    FAILED = "failed"


class Where(StrEnum):
    """Where an epair end is. `lost`: nowhere that can be listed, though every live vnet was looked into."""

    HOST = "host"
    JAIL = "jail"
    LOST = "lost"
    UNKNOWN = "unknown"


class Address(NamedTuple):
    """An address as the host printed it. `prefix` is None where none was printed (a jail's `ip4.addr`).

    `flags` are the words after it, as `tentative`, or `vhid 1` for an address that CARP shares between hosts.
    """

    address: str
    prefix: int | None = None
    family: str = "inet"
    flags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.address if self.prefix is None else f"{self.address}/{self.prefix}"


class Port(NamedTuple):
    """What a bridge's VLAN filter lets through a member: `untagged` is a VLAN, `tagged` a set as `10,20-30`."""

    name: str
    untagged: int | None = None
    tagged: str = ""


class Interface(NamedTuple):
    """An interface and where it was seen: `jid` is None on the host, else the VNET jail it sits in.

    `kind` is one of ether, loopback, epair, bridge, vlan, lagg, wg, tap, tun, other.
    `parent` and `tag` are a vlan's; `members` a bridge's: NICs, VLANs, then the rest. `filtering` says whether a
    bridge filters by VLAN, `ports` what it lets through those members that have VLANs (15 only). `options` are the
    offloads and such that are on (`TXCSUM`). `ether` is the MAC it was made with, `mac` the one it has now.
    `doubtful`: what ifconfig prints of it can't be told from what its description or its name feigns.
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


class Hop(NamedTuple):
    """One link of a cable's chain: `kind` is nic, vlan, bridge, epair-a, epair-b or jail.

    `ok` is False on the link that is broken, and `note` says how (`lost with jail 3`).
    """

    kind: str
    name: str
    ok: bool = True
    note: str = ""


class Jail(NamedTuple):
    """A jail that runs, is dying, or is configured, or several of these at once.

    `key` identifies the row: the name of a live or configured jail, `NAME#JID` for a dying one beside it.
    `interfaces` is None if the jail could not be looked into, () if it has none. `epairs`, `bridges` and `vlans` are
    the names of what its cables use, or would use if it is not running; `chains` has one entry for each cable.
    `ruleset` is its devfs_ruleset (0: none was set), `gateways` its default routes, `console` the last lines of its
    exec.consolelog, `left` the names of the orphaned pairs of a jail that does not run, `start_status` the exit status
    of the start that failed, `params` all its parameters, booleans as `true` or `false`. What was not read is None.
    `last_addresses` are those by which a dying jail with its own network was last seen or reached: nothing lists them.
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

    @property
    def running(self) -> bool:
        """Alive in the kernel, whatever jail(8) is doing with it."""
        return self.jid is not None and self.state is not JailState.DYING

    @property
    def assumed(self) -> tuple[str, ...]:
        """The configured addresses of a jail that is in the kernel, where its own can't be seen."""
        unseen = self.interfaces is None or self.state is JailState.DYING
        if self.jid is None or self.addresses or self.configured is None or not unseen:
            return ()
        return self.configured.addresses

    @property
    def inside(self) -> tuple[Interface, ...]:
        """What the jail holds that no cable shows: a VLAN, tap, bridge or further loopback in it."""
        drawn = ("epair", "ether")
        return tuple(held for held in self.interfaces or () if held.kind not in drawn and held.name != "lo0")


class End(NamedTuple):
    """One end of an epair. `name` is the one it has where it is now; None when it was never seen.

    `jail` and `jid` say in which jail it is; of a lost end, the dying jail believed to hold it, or None.
    `bridge` is the host bridge it is a member of.
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
    """A virtual cable with both its ends. `a` is the end that is, or was made for, the host.

    `paired_by` is how the ends were joined: drivername, mac, name, or none (only one end was seen).
    `orphan` is None if that is unknown (no right to look inside jails). `owner` is the jail it belongs to, `manager`
    the tool whose marks it carries (Bastille, iocage, ...), `ambiguous` the names of its ends that two interfaces of
    the host have, so that no command may use them.
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
    """A bridge of the host. `persistent` says whether rc.conf makes it at boot (None: not known)."""

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


class Vlan(NamedTuple):
    """A vlan(4) interface of the host, and what sits on it. `parent` None or `tag` 0: it lost its parent."""

    name: str
    tag: int | None
    parent: str | None
    bridge: str | None = None
    jails: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    up: bool = False
    mtu: int = 0
    persistent: bool | None = None


class Capability(NamedTuple):
    """One thing that the host can or can't do, and what it is used for."""

    name: str
    present: bool
    note: str = ""


class HostFacts(NamedTuple):
    """The host: the name it was reached by, its own name and release, the user, and what it can do.

    `read_only` is the reason why no action can run, or None. `local`: jailtui runs on the host itself, not over ssh.
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
        """Whether the capability `name` was probed and is there."""
        return any(capability.name == name and capability.present for capability in self.capabilities)


Part = Literal["jails", "interfaces", "files"]
"""What a reading is made of, as far as something is concluded from what is not there: jls, the host's ifconfig, the
files that define jails."""


class HostState(NamedTuple):
    """Everything that one refresh read. It holds no clock, so that a quiet host gives equal states.

    What was not read is None: `rcconf`, the variables of rc.conf; `sysctls`, those below net.link.bridge; `rulesets`,
    the devfs rulesets with rules; `mounts`, which are read while a configured jail does not run, and `connections`,
    while a jail is dying. `fstabs` are the files in the manner of fstab(5) that were read, by path; `missing` the paths
    that the configuration names and that do not exist. `unread` are the parts that were not read, or not in full, each
    with the reason.
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
    missing: frozenset[str] = frozenset()
    unread: tuple[tuple[Part, str], ...] = ()

    def unknown(self, *parts: Part) -> str:
        """Why nothing follows from what is missing among these parts, as a phrase; "" where they were read."""
        return next((why for part, why in self.unread if part in parts), "")

    def jail(self, key: str) -> Jail | None:
        """The jail of that row key, or None."""
        return next((jail for jail in self.jails if jail.key == key), None)

    @property
    def configured(self) -> Mapping[str, Configured]:
        """The configured jails by name."""
        return {jail.name: jail.configured for jail in self.jails if jail.configured is not None}

    def epair(self, key: str) -> Epair | None:
        """The epair of that row key, or None."""
        return next((pair for pair in self.epairs if pair.key == key), None)

    @property
    def orphans(self) -> tuple[Epair, ...]:
        """The pairs that nothing uses any more; a pair that can't be judged is not one."""
        return tuple(pair for pair in self.epairs if pair.orphan)
