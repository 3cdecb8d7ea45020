"""The simulated kernel: network stacks, interfaces and jails, with the operations on them.

Values are plain objects whose attributes are what is stored. Rules live in the modules beside this, one subject
each; this module holds the objects, looking things up, and what the rules share.
"""

from __future__ import annotations

from binascii import crc32

from jailtui.simhost.kernel.releases import KernelRelease, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

HOST = 0
"""The vnet of the host itself."""

HOSTUUID = "12345678-1234-1234-1234-123456789abc"

ERRORS = {
    "EPERM": "Operation not permitted",
    "ENOENT": "No such file or directory",
    "ENXIO": "Device not configured",
    "EEXIST": "File exists",
    "EINVAL": "Invalid argument",
    "EBUSY": "Device busy",
    "ENOSPC": "No space left on device",
    "ENOTSUP": "Operation not supported",
    "EPROTONOSUPPORT": "Protocol not supported",
    "ENAMETOOLONG": "File name too long",
    "EADDRNOTAVAIL": "Can't assign requested address",
    "ESRCH": "No such process",
}


class KernelError(Exception):
    """A refusal of the kernel. `code` names the errno; `str()` is its text, with 15's explanation if any."""

    def __init__(self, code: str, text: str | None = None) -> None:
        super().__init__(ERRORS[code] if text is None else text)
        self.code = code


class Record:
    """An object that is stored as the dict of its attributes without the defaults."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)

    @classmethod
    def thaw(cls, values: dict[str, object]) -> Self:
        record = cls.__new__(cls)
        record.__dict__ = values
        return record


class Ifnet(Record):
    """A network interface (struct ifnet). `uid` never changes, `name` may. `flags`: what `ifconfig` prints first.

    `driver` is its driver name (both ends of a pair have the same), `home` the vnet it was made in, `peer` the uid
    of a pair's other end, `bridge` the uid of the bridge it is a member of, `parent` the uid of a vlan's parent.
    `groups` are [name, order of joining]; `addresses` are dicts: family, address, prefix or mask, broadcast, flags.
    """

    uid: int
    name: str
    kind: str
    driver: str
    unit: int
    vnet: int
    home: int
    index: int
    mac: str
    groups: list[list[object]]
    flags: list[str]
    addresses: list[dict[str, object]]
    mtu: int = 1500
    metric: int = 0
    hwaddr: str = ""
    description: str = ""
    options: str = ""
    capabilities: str = ""
    media: str = ""
    status: str = ""
    nd6: str = "29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>"
    peer: int = 0
    bridge: int = 0
    parent: int = 0
    tag: int = 0
    proto: str = "0x0000"
    pcp: int = 0
    members: list[dict[str, object]]
    settings: dict[str, object]


class Prison(Record):
    """A jail as the kernel has it (struct prison). `vnet` is its own network stack, or that of the jail it is in.

    `params` is what jail(8) set, `holders` what keeps it dying once it is removed, `parent` a jid (0: the host).
    """

    jid: int
    name: str
    path: str
    vnet: int
    own_vnet: bool
    parent: int
    dying: bool
    params: dict[str, object]
    holders: list[str]


class Vnet(Record):
    """A network stack: its interfaces in order, by uid, and its static routes."""

    interfaces: list[int]
    routes: list[dict[str, object]]


class Kernel:
    """The whole state of a host. `extra`: the state of single commands, each under its own key."""

    generation: int
    release: type[KernelRelease]
    hostname: str
    serial: int
    last_jid: int
    last_vnet: int
    interfaces: dict[int, Ifnet]
    vnets: dict[int, Vnet]
    jails: dict[int, Prison]
    modules: list[str]
    extra: dict[str, object]

    @classmethod
    def new(cls, release_name: str, hostname: str) -> Kernel:
        """A host without interfaces. `release_name`: see `releases.release`."""
        kernel = cls()
        kernel.generation = kernel.serial = kernel.last_jid = kernel.last_vnet = 0
        kernel.release = release(release_name)
        kernel.hostname = hostname
        kernel.interfaces, kernel.jails, kernel.extra, kernel.modules = {}, {}, {}, []
        kernel.vnets = {HOST: Vnet(interfaces=[], routes=[])}
        return kernel

    def freeze(self) -> dict[str, object]:
        """The state as builtin types."""
        state = dict(vars(self))
        state["release"] = self.release.name
        for part in ("interfaces", "vnets", "jails"):
            state[part] = {key: vars(value) for key, value in state[part].items()}
        return state

    @classmethod
    def thaw(cls, state: dict[str, object]) -> Kernel:
        """The kernel of a frozen state. KeyError, TypeError or ValueError for anything else."""
        kernel = cls()
        kernel.__dict__.update(state)
        kernel.release = release(str(state["release"]))
        kernel.interfaces = {uid: Ifnet.thaw(v) for uid, v in kernel.interfaces.items()}  # type: ignore[arg-type]
        kernel.vnets = {number: Vnet.thaw(v) for number, v in kernel.vnets.items()}  # type: ignore[arg-type]
        kernel.jails = {jid: Prison.thaw(v) for jid, v in kernel.jails.items()}  # type: ignore[arg-type]
        return kernel

    @property
    def member_addresses(self) -> bool:
        """Whether a bridge member may have addresses: net.link.bridge.member_ifaddrs, where there is one."""
        changed = self.extra.get("sysctl")
        return not isinstance(changed, dict) or str(changed.get("net.link.bridge.member_ifaddrs", "1")) != "0"

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    # looking up

    def listed(self, vnet: int) -> list[Ifnet]:
        """The interfaces of a network stack in the order ifconfig prints them."""
        return [self.interfaces[uid] for uid in self.vnets[vnet].interfaces]

    def find(self, vnet: int, name: str) -> Ifnet | None:
        """The first interface of that name in the stack (two of one name are possible, FREEBSD.md 3.3)."""
        for uid in self.vnets[vnet].interfaces:
            if self.interfaces[uid].name == name:
                return self.interfaces[uid]
        return None

    def jail_by(self, name_or_jid: str, dying: bool = False) -> Prison | None:
        """A jail by jid or name as libjail looks it up; a dying one only if asked for, and after a live one."""
        named = [jail for jail in self.jails.values() if name_or_jid in (jail.name, str(jail.jid))]
        live = [jail for jail in named if not jail.dying]
        if live or not dying:
            return live[0] if live else None
        return named[0] if named else None

    def jail_of(self, vnet: int) -> Prison | None:
        """The jail that owns a network stack; None for the host's."""
        return next((jail for jail in self.jails.values() if jail.own_vnet and jail.vnet == vnet), None)

    def jail_for_move(self, name_or_jid: str) -> Prison:
        """The jail that ifconfig's `vnet` and jexec name. KernelError with the text of libjail."""
        if (jail := self.jail_by(name_or_jid)) is not None:
            return jail
        shown = name_or_jid if name_or_jid.isdecimal() else f'"{name_or_jid}"'
        if self.jail_by(name_or_jid, dying=True) is not None:
            raise KernelError("ENOENT", f"jail {shown} is dying")
        raise KernelError("ENOENT", f"jail {shown} not found")

    def fail(self, code: str, why: str = "") -> KernelError:
        """A refusal; `why` is what 15 adds in brackets."""
        return KernelError(code, f"{ERRORS[code]} ({why})" if why and self.release.explains else None)

    # shared by the rules

    def free_index(self, vnet: int) -> int:
        """The lowest free interface index: of each stack on 13, of all stacks together later."""
        if self.release.index_per_vnet:
            taken = {self.interfaces[uid].index for uid in self.vnets[vnet].interfaces}
        else:
            taken = {interface.index for interface in self.interfaces.values()}
        index = 1
        while index in taken:
            index += 1
        return index

    def make_mac(self, name: str, vnet: int) -> str:
        """A MAC as FreeBSD generates it: from host uuid and name on the host, random in a jail."""
        if vnet == HOST:
            number = crc32(f"{HOSTUUID}{name}".encode("utf-8", "surrogateescape"))
            return f"58:9c:fc:10:{number >> 8 & 255:02x}:{number & 255:02x}"
        number = crc32(f"{self.next_serial()}.{name}".encode("utf-8", "surrogateescape")) * 2654435761
        return f"{(number & 0xFC) | 2:02x}:" + ":".join(f"{number >> shift & 255:02x}" for shift in (8, 16, 24, 32, 40))

    def join_group(self, interface: Ifnet, group: str) -> None:
        if all(entry[0] != group for entry in interface.groups):
            interface.groups.append([group, self.next_serial()])

    def leave_group(self, interface: Ifnet, group: str) -> None:
        interface.groups = [entry for entry in interface.groups if entry[0] != group]

    def detach(self, interface: Ifnet) -> None:
        """Take an interface out of its stack's list; the caller attaches it elsewhere or deletes it."""
        self.vnets[interface.vnet].interfaces.remove(interface.uid)

    def attach(self, interface: Ifnet, vnet: int) -> None:
        interface.vnet = vnet
        self.vnets[vnet].interfaces.append(interface.uid)

    def hold(self, jid: int, why: str) -> None:
        """Keep a jail dying, once it is removed, until `why` lets go of it."""
        self.jails[jid].holders.append(why)
