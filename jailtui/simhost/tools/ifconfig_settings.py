"""The words of ifconfig that take effect one by one (FREEBSD.md 4.2, 4.3)."""

from __future__ import annotations

from jailtui.simhost.kernel import addresses, interfaces, moves
from jailtui.simhost.kernel.state import ERRORS, KernelError
from jailtui.simhost.tools import ifconfig_address
from jailtui.simhost.tools.ifconfig_vlan import check_number
from jailtui.simhost.tools.ifconfig_work import Failed, Work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DESCRIPTION = 1024
FLAG_WORDS = {
    "arp": ("NOARP", False),
    "-arp": ("NOARP", True),
    "debug": ("DEBUG", True),
    "-debug": ("DEBUG", False),
    "promisc": ("PPROMISC", True),
    "-promisc": ("PPROMISC", False),
    "monitor": ("MONITOR", True),
    "-monitor": ("MONITOR", False),
    "link0": ("LINK0", True),
    "-link0": ("LINK0", False),
    "link1": ("LINK1", True),
    "-link1": ("LINK1", False),
    "link2": ("LINK2", True),
    "-link2": ("LINK2", False),
}


def set_flag(work: Work, word: str) -> None:
    work.allow(f"{word}: permission denied")
    flag, on = FLAG_WORDS[word]
    flags = work.target.flags
    for name in (flag, "PROMISC") if flag == "PPROMISC" and not work.target.bridge else (flag,):
        if on and name not in flags:
            flags.append(name)
        elif not on and name in flags:
            flags.remove(name)


def up(work: Work) -> None:
    work.allow("up: permission denied")
    addresses.bring_up(work.target)


def down(work: Work) -> None:
    work.allow("down: permission denied")
    interface = work.target
    stops = interface.kind in ("bridge", "em")
    interface.flags = [flag for flag in interface.flags if flag != "UP" and not (flag == "RUNNING" and stops)]
    if interface.kind == "em" and "OACTIVE" not in interface.flags:
        interface.flags.append("OACTIVE")


def destroy(work: Work) -> None:
    work.allow(f"SIOCIFDESTROY: {ERRORS['EPERM']}")
    try:
        interfaces.destroy(work.kernel, work.vnet, work.target)
    except KernelError as error:
        raise Failed(f"SIOCIFDESTROY: {error}") from None
    work.interface, work.destroyed = None, True


def no_description(work: Work) -> None:
    describe(work, "")


def alias(work: Work) -> None:
    work.alias = True


def unalias(work: Work) -> None:
    work.deleting = True


def ifdisabled_off(work: Work) -> None:
    addresses.enable_inet6(work.target)


def accept_rtadv(work: Work) -> None:
    work.target.nd6 = addresses.nd6_with(work.target.nd6, "ACCEPT_RTADV", True)


def no_dad(work: Work) -> None:
    work.target.nd6 = addresses.nd6_with(work.target.nd6, "NO_DAD", True)


def no_pcp(work: Work) -> None:
    work.target.pcp = 0


def anycast(work: Work) -> None:
    work.v6_flags = "anycast"


def nothing(work: Work) -> None:
    """A word that changes nothing the host shows."""


PLAIN: dict[str, Callable[[Work], None]] = {
    "up": up,
    "down": down,
    "destroy": destroy,
    "unplumb": destroy,
    "-descr": no_description,
    "-description": no_description,
    "alias": alias,
    "add": alias,
    "-alias": unalias,
    "delete": unalias,
    "remove": unalias,
    "-ifdisabled": ifdisabled_off,
    "accept_rtadv": accept_rtadv,
    "auto_linklocal": nothing,
    "no_dad": no_dad,
    "anycast": anycast,
    "-pcp": no_pcp,
}
OFFLOADS = {
    "rxcsum": ("RXCSUM", 0x1),
    "txcsum": ("TXCSUM", 0x2),
    "tso4": ("TSO4", 0x100),
    "lro": ("LRO", 0x400),
    "rxcsum6": ("RXCSUM_IPV6", 0x200000),
    "txcsum6": ("TXCSUM_IPV6", 0x400000),
}


def set_offload(work: Work, word: str) -> None:
    """Switch a capability of the driver; one that the driver lacks stays off without a message."""
    name, bit = OFFLOADS[word.removeprefix("-")]
    interface = work.target
    able = work.kernel.release.options.get(interface.kind, "").partition("<")[2].rstrip(">").split(",")
    number, _, names = interface.options.partition("<")
    kept = [other for other in names.rstrip(">").split(",") if other]
    if word.startswith("-") and name in kept:
        kept.remove(name)
        interface.options = f"{int(number, 16) & ~bit:x}<{','.join(kept)}>" if kept else ""
    elif not word.startswith("-") and name in able and name not in kept:
        kept = [other for other in able if other in kept or other == name]
        interface.options = f"{int(number or '0', 16) | bit:x}<{','.join(kept)}>"


# words with an argument


def describe(work: Work, value: str) -> None:
    work.allow(f"ioctl SIOCSIFDESCR (set descr): {ERRORS['EPERM']}")
    if len(value.encode("utf-8", "surrogateescape")) >= MAX_DESCRIPTION:
        raise Failed(f"ioctl SIOCSIFDESCR (set descr): {ERRORS['ENAMETOOLONG']}")
    work.target.description = value


def rename(work: Work, value: str) -> None:
    work.allow(f"ioctl SIOCSIFNAME (set name): {ERRORS['EPERM']}")
    try:
        interfaces.rename(work.kernel, work.target, value)
    except KernelError as error:
        raise Failed(f"ioctl SIOCSIFNAME (set name): {error}") from None
    work.print_name = True


def set_mtu(work: Work, value: str) -> None:
    """Set the MTU within the limits of the kind and of the bridge (FREEBSD.md 8)."""
    work.allow(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EPERM']}")
    interface, kernel = work.target, work.kernel
    number = int(value) if value.removeprefix("-").isdecimal() else 0
    if not 72 <= number <= (16128 if interface.kind in ("em", "vtnet") else 65535):
        raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EINVAL']}")
    if interface.bridge and kernel.release.member_mtu_locked:
        raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['ENOTSUP']}")
    if interface.kind == "vlan" and interface.parent and number > kernel.interfaces[interface.parent].mtu:
        raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EINVAL']}")
    if interface.kind == "bridge":
        members = [kernel.interfaces[int(str(entry["uid"]))] for entry in interface.members]
        if not kernel.release.bridge_mtu_follows and any(member.mtu != number for member in members):
            raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EINVAL']}")
        for member in members:
            member.mtu = number
    interface.mtu = number


def set_group(work: Work, value: str) -> None:
    work.allow(f" SIOCAIFGROUP: {ERRORS['EPERM']}")
    if value[-1:].isdecimal():
        raise Failed("setifgroup: group names may not end in a digit")
    if len(value) >= interfaces.NAME_SIZE:
        raise Failed("setifgroup: group name too long")
    work.kernel.join_group(work.target, value)


def unset_group(work: Work, value: str) -> None:
    work.allow(f" SIOCDIFGROUP: {ERRORS['EPERM']}")
    if value[-1:].isdecimal():
        raise Failed("unsetifgroup: group names may not end in a digit")
    work.kernel.leave_group(work.target, value)


def jail_named(work: Work, value: str) -> str:
    """The jid, as text, of the jail that `value` names; inside a jail names are those of its children."""
    above = work.kernel.jail_of(work.vnet)
    try:
        return str(work.kernel.jail_for_move(value if above is None else f"{above.name}.{value}").jid)
    except KernelError as error:
        if above is None:
            raise
        raise KernelError("ENOENT", str(error).replace(f'"{above.name}.', '"')) from None


def into_vnet(work: Work, value: str) -> None:
    interface = work.target
    try:
        value = jail_named(work, value)
        work.allow(f"SIOCSIFVNET: {ERRORS['EPERM']}")
        moves.move_in(work.kernel, interface.name, value, work.vnet)
    except KernelError as error:
        raise Failed(str(error)) from None
    work.interface, work.print_name = interface, False


def out_of_vnet(work: Work, value: str) -> None:
    try:
        value = jail_named(work, value)
        jail = work.kernel.jail_for_move(value)
        work.allow(f"SIOCSIFRVNET({jail.jid}, {work.name}): {ERRORS['EPERM']}")
        moves.take_back(work.kernel, work.name, value, work.vnet)
    except KernelError as error:
        raise Failed(str(error)) from None
    work.interface = None
    for interface in work.kernel.listed(work.vnet):
        if interface.name == work.name:
            work.interface = interface


def set_broadcast(work: Work, value: str) -> None:
    work.broadcast = value


def set_prefix(work: Work, value: str) -> None:
    work.prefix = value


def set_pcp(work: Work, value: str) -> None:
    check_number("pcp", value, 7)
    work.target.pcp = int(value)


def set_media(work: Work, value: str) -> None:
    """Accept the media of em(4); an epair has no choice."""
    if work.target.kind != "em":
        raise Failed(f"SIOCSIFMEDIA (media): {ERRORS['ENXIO']}")
    if value not in ("autoselect", "1000baseT", "100baseTX", "10baseT/UTP"):
        raise Failed(f"unknown media subtype: {value}")


def set_fib(work: Work, value: str) -> None:
    """There is routing table 0 only; for another 15 fails, and 13 and 14 print a message."""
    if value != "0":
        text = f"ioctl (SIOCSIFFIB): {ERRORS['EINVAL']}"
        if work.kernel.release.explains:
            raise Failed(text)
        work.call.err(f"ifconfig: {text}\n")


def set_metric(work: Work, value: str) -> None:
    work.target.metric = int(value) if value.isdecimal() else 0


VALUED: dict[str, Callable[[Work, str], None]] = {
    "name": rename,
    "descr": describe,
    "description": describe,
    "mtu": set_mtu,
    "metric": set_metric,
    "pcp": set_pcp,
    "media": set_media,
    "fib": set_fib,
    "group": set_group,
    "-group": unset_group,
    "vnet": into_vnet,
    "-vnet": out_of_vnet,
    "netmask": ifconfig_address.set_mask,
    "broadcast": set_broadcast,
    "prefixlen": set_prefix,
}
