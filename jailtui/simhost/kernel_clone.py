"""Making, naming and destroying interfaces; which numbers are free; MAC addresses.

Sources: FREEBSD.md 3.3, 3.4, 4.2, 4.3; recordings ifconfig/epair-basic, ifconfig/epair-rename-descr, ifconfig/mac.
"""

from __future__ import annotations

from zlib import crc32

from jailtui.simhost.kernel import (
    BROADCAST,
    HOST,
    LOOPBACK,
    LOWER_UP,
    MULTICAST,
    NEEDSEPOCH,
    NOARP,
    POINTOPOINT,
    RUNNING,
    SIMPLEX,
    Interface,
    Kernel,
    KernelError,
)

EEXIST = 17
EINVAL = 22
NAME_MAX = 15
UNIT_MAX = 32767

MODULES = {"epair": "if_epair", "bridge": "if_bridge", "wg": "if_wg"}
"""Cloners that a module brings; ifconfig loads it on the host, never for a jail (FREEBSD.md 9)."""

BUILT_IN = ("vlan", "lo", "tap", "tun", "gif")

FLAGS = {
    "epair": BROADCAST | RUNNING | SIMPLEX | MULTICAST,
    "bridge": BROADCAST | SIMPLEX | MULTICAST,
    "vlan": BROADCAST | MULTICAST,
    "lo": LOOPBACK | MULTICAST,
    "tap": BROADCAST | SIMPLEX | MULTICAST,
    "tun": POINTOPOINT | MULTICAST,
    "gif": POINTOPOINT | MULTICAST,
    "wg": NOARP | MULTICAST,
    "em": BROADCAST | RUNNING | SIMPLEX | MULTICAST,
    "vtnet": BROADCAST | RUNNING | SIMPLEX | MULTICAST,
}
ND6 = {"bridge": 0x9, "lo": 0x21, "wg": 0x109, "gif": 0x29}
MTU = {"lo": 16384, "wg": 1420, "gif": 1280}
ETHERNET = ("epair", "bridge", "vlan", "tap", "em", "vtnet")


def create(kernel: Kernel, vnet: int, word: str) -> Interface:
    """Clone `word` ("epair", "epair5", "bridge0", "lo1" ...): the interface whose name is printed.

    Raises KernelError with ifconfig's text.
    """
    if kernel.find(vnet, word):
        raise KernelError(f"interface {word} already exists", EEXIST)
    kind, unit = split(kernel, vnet, word)
    if kind == "epair":
        return _epair(kernel, vnet, word, unit)
    if kind == "vlan":
        kernel.modules.append("if_vlan") if "if_vlan" not in kernel.modules else None
    number = _number(kernel, vnet, kind, word, unit)
    name = f"{kind}{number}"
    mac = "00:00:00:00:00:00" if kind == "vlan" else mac_of(kernel, vnet, name) if kind in ETHERNET else ""
    made = attach(kernel, vnet, kind, number, name, mac)
    join(kernel, made, kind)
    return made


def split(kernel: Kernel, vnet: int, word: str) -> tuple[str, int | None]:
    """The cloner and the number in `word`; loads the cloner's module on the host. Raises KernelError."""
    kind = word.rstrip("0123456789")
    digits = word[len(kind) :]
    refused = KernelError(f"SIOCIFCREATE2 ({word}): Invalid argument", EINVAL)
    module = MODULES.get(kind)
    if module and module not in kernel.modules:
        if vnet != HOST:
            raise refused
        kernel.modules.append(module)
    if (not module and kind not in BUILT_IN) or (digits.startswith("0") and digits != "0"):
        raise refused
    if digits and int(digits) > UNIT_MAX:
        raise KernelError(f"SIOCIFCREATE2 ({word}): No space left on device", 28)
    return kind, int(digits) if digits else None


def _number(kernel: Kernel, vnet: int, kind: str, word: str, unit: int | None) -> int:
    """The number asked for, or the lowest that is free among those made in this stack, wherever they are now."""
    taken = {i.unit for i in kernel.interfaces.values() if i.kind == kind and i.home == vnet}
    if unit is None:
        unit = 0
        while unit in taken or (kind != "epair" and kernel.find(vnet, f"{kind}{unit}")):
            unit += 1
    elif unit in taken:
        raise KernelError(f"interface {word} already exists", EEXIST)
    return unit


def _epair(kernel: Kernel, vnet: int, word: str, unit: int | None) -> Interface:
    number = _number(kernel, vnet, "epair", word, unit)
    names = f"epair{number}a", f"epair{number}b"
    if kernel.find(vnet, names[0]) or kernel.find(vnet, names[1]):
        raise KernelError(f"interface {word} already exists", EEXIST)
    a, b = (attach(kernel, vnet, "epair", number, name, "") for name in names)
    a.driver = b.driver = f"epair{number}"
    a.peer, b.peer = b.id, a.id
    if kernel.release.fixed_macs:
        a.mac = a.hwmac = mac_of(kernel, vnet, a.name)
        b.mac = b.hwmac = mac_of(kernel, vnet, b.name)
    else:
        stem = "02:" + octets(f"{kernel.count()} {a.index}", 4)
        a.mac, b.mac = stem + ":0a", stem + ":0b"
        a.hwmac, b.hwmac = a.mac, b.mac
    join(kernel, b, "epair")
    join(kernel, a, "epair")
    return a


def attach(kernel: Kernel, vnet: int, kind: str, unit: int, name: str, mac: str) -> Interface:
    """A new interface at the end of a stack's list, in no group."""
    made = Interface()
    key = kernel.count()
    made.id, made.name, made.kind, made.unit, made.driver = key, name, kind, unit, f"{kind}{unit}"
    made.vnet = made.home = vnet
    made.mac = made.hwmac = mac
    made.flags = FLAGS[kind]
    if kernel.release.lower_up and made.flags & RUNNING:
        made.flags |= LOWER_UP
    if kernel.release.needs_epoch_bit and kind in ("epair", "em", "vtnet"):
        made.flags |= NEEDSEPOCH
    made.mtu, made.metric, made.nd6 = MTU.get(kind, 1500), 0, ND6.get(kind, 0x29)
    made.bridge = made.parent = made.peer = made.tag = made.pcp = made.off = 0
    made.descr = made.proto = ""
    made.addresses, made.groups, made.info = [], [], {}
    if kind == "bridge":
        made.info = {"priority": 32768, "maxaddr": 2000, "timeout": 1200, "proto": "rstp", "members": [], "spans": []}
    made.index = free_index(kernel, vnet)
    kernel.interfaces[key] = made
    kernel.vnets[vnet].append(key)
    return made


def free_index(kernel: Kernel, vnet: int) -> int:
    """The lowest index nobody has: in this stack on 13.2, on the whole host since (FREEBSD.md 3.3)."""
    if kernel.release.index_per_vnet:
        taken = {interface.index for interface in kernel.listed(vnet)}
    else:
        taken = {interface.index for interface in kernel.interfaces.values()}
    index = 1
    while index in taken:
        index += 1
    return index


def join(kernel: Kernel, interface: Interface, group: str) -> None:
    """Put an interface into a group."""
    interface.groups.append([group, kernel.count()])


def mac_of(kernel: Kernel, vnet: int, name: str) -> str:
    """The address of a new interface: on the host fixed by its name, in a jail never the same twice."""
    if vnet == HOST:
        return "58:9c:fc:10:" + octets("12345678-9abc" + name, 2)
    first = crc32(f"{kernel.count()}{name}".encode()) & 0xFC | 0x02
    return f"{first:02x}:" + octets(f"{kernel.counter} {vnet} {name}", 5)


def octets(seed: str, count: int) -> str:
    """`count` bytes made of `seed`, as in a MAC address."""
    number = crc32(seed.encode()) | crc32(seed.encode(), 0xFFFF) << 32
    return ":".join(f"{number >> 8 * n & 255:02x}" for n in range(count))


def rename(kernel: Kernel, interface: Interface, name: str) -> None:
    """`ifconfig X name NAME`. Raises KernelError."""
    if len(name) > NAME_MAX:
        raise KernelError("ioctl SIOCSIFNAME (set name): File name too long", 63)
    if not name:
        raise KernelError("ioctl SIOCSIFNAME (set name): Invalid argument", EINVAL)
    if name == interface.name:
        return
    if kernel.find(interface.vnet, name):
        raise KernelError("ioctl SIOCSIFNAME (set name): File exists", EEXIST)
    interface.name = name


def destroy(kernel: Kernel, vnet: int, interface: Interface) -> None:
    """`ifconfig X destroy`: an epair goes with its other end, wherever that is. Raises KernelError."""
    if interface.kind in ("em", "vtnet") or (interface.kind == "lo" and interface.unit == 0):
        raise KernelError("SIOCIFDESTROY: Invalid argument", EINVAL)
    if interface.home != vnet and not kernel.release.destroy_inside:
        raise KernelError("SIOCIFDESTROY: Device not configured", 6)
    if interface.kind == "vlan" and any(child.parent == interface.id for child in kernel.interfaces.values()):
        raise KernelError("SIOCIFDESTROY: Device busy", 16)
    detach(kernel, interface)
    if interface.peer in kernel.interfaces:
        detach(kernel, kernel.interfaces[interface.peer])


def detach(kernel: Kernel, interface: Interface) -> None:
    """Take an interface off the host, with all that named it."""
    from jailtui.simhost import kernel_bridge, kernel_vlan

    kernel_bridge.forget(kernel, interface)
    kernel_vlan.orphan_children(kernel, interface)
    drop_routes(kernel, interface)
    kernel.vnets[interface.vnet].remove(interface.id)
    del kernel.interfaces[interface.id]


def drop_routes(kernel: Kernel, interface: Interface) -> None:
    """Forget the routes of its stack that go through it."""
    routes = kernel.routes.get(interface.vnet)
    if routes:
        kernel.routes[interface.vnet] = [route for route in routes if route[2] != interface.name]
