"""Interfaces made, named and destroyed (FREEBSD.md 3.4, 4.2; sys/net/if_clone.c, if_epair.c)."""

from __future__ import annotations

from binascii import crc32

from jailtui.simhost.kernel import bridges, moves, vlans
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel, KernelError

CLONERS = ("epair", "bridge", "vlan", "lo", "tap", "tun", "wg", "lagg", "gif", "gre")
MODULES = ("epair", "bridge", "wg", "lagg", "gre")
MAX_UNIT = 32767
NAME_SIZE = 16
EPAIR_MEDIA = "Ethernet 10Gbase-T (10Gbase-T <full-duplex>)"


def clone(kernel: Kernel, vnet: int, word: str, load: bool = True) -> Ifnet:
    """`create` for a cloner's name with or without a number: the new interface (a pair's a end).

    Without `load` a cloner whose module is not loaded does not exist.

    KernelError EEXIST if number or name is taken, EINVAL for no such cloner, ENOSPC for a number too big.
    """
    kind, digits = split_unit(word)
    if word.count(".") and (dotted := clone_dotted(kernel, vnet, word)) is not None:
        return dotted
    load_module(kernel, vnet, kind, load)
    if kind not in CLONERS or (digits and (digits != str(int(digits)))):
        if kernel.find(vnet, word) is not None:
            raise KernelError("EEXIST")
        raise KernelError("EINVAL")
    if digits and int(digits) > 0x7FFFFFFF:
        raise KernelError("EINVAL")
    if digits and int(digits) > MAX_UNIT:
        raise KernelError("ENOSPC")
    unit = int(digits) if digits else free_unit(kernel, vnet, kind)
    if unit in taken_units(kernel, vnet, kind):
        raise KernelError("EEXIST")
    return new_pair(kernel, vnet, unit) if kind == "epair" else new_single(kernel, vnet, kind, unit)


def split_unit(word: str) -> tuple[str, str]:
    """A name and the digits at its end."""
    kind = word.rstrip("0123456789")
    return kind, word[len(kind) :]


def load_module(kernel: Kernel, vnet: int, kind: str, load: bool) -> None:
    """ifconfig loads a missing module on the host; in a jail the cloner is then unknown."""
    if kind not in MODULES or kind in kernel.modules:
        return
    if vnet != HOST or not load:
        raise KernelError("EINVAL")
    kernel.modules.append(kind)


def taken_units(kernel: Kernel, vnet: int, kind: str) -> set[int]:
    """The numbers of interfaces made in this stack, whatever stack and name they have now."""
    everywhere = kind in ("tap", "tun")  # their numbers are those of device nodes
    same_kind = (interface for interface in kernel.interfaces.values() if interface.kind == kind)
    return {interface.unit for interface in same_kind if interface.home == vnet or everywhere}


def free_unit(kernel: Kernel, vnet: int, kind: str) -> int:
    """The lowest free number. For others than pairs one whose name is in use is passed over (recorded: bridge)."""
    taken = taken_units(kernel, vnet, kind)
    unit = 0
    while unit in taken or (kind != "epair" and kernel.find(vnet, f"{kind}{unit}") is not None):
        unit += 1
    return unit


def new_interface(kernel: Kernel, vnet: int, kind: str, name: str, unit: int, **more: object) -> Ifnet:
    """Add an interface to the end of the stack's list."""
    values: dict[str, object] = {
        "uid": kernel.next_serial(),
        "name": name,
        "kind": kind,
        "driver": f"{kind}{unit}",
        "unit": unit,
        "vnet": vnet,
        "home": vnet,
        "index": kernel.free_index(vnet),
        "mac": "",
        "groups": [],
        "flags": [],
        "addresses": [],
        "options": kernel.release.options.get(kind, ""),
        "members": [],
        "settings": {},
    }
    interface = Ifnet(**values | more)
    interface.nd6 = moves.nd6_at_attach(interface)
    kernel.interfaces[interface.uid] = interface
    kernel.attach(interface, vnet)
    return interface


def new_pair(kernel: Kernel, vnet: int, unit: int) -> Ifnet:
    """Create an epair; returns its a end."""
    name = f"epair{unit}"
    if any(kernel.find(vnet, taken) is not None for taken in (name, name + "a", name + "b")):
        raise KernelError("EEXIST")
    number = crc32(f"{kernel.next_serial()}{name}".encode())
    stem = "02:" + ":".join(f"{number >> shift & 255:02x}" for shift in (24, 16, 8, 0))
    ends = []
    for letter, tail in (("a", "0a"), ("b", "0b")):
        mac = kernel.make_mac(name + letter, vnet) if kernel.release.fixed_macs else f"{stem}:{tail}"
        flags = ["BROADCAST", "RUNNING", "SIMPLEX", "MULTICAST"]
        ends.append(
            new_interface(
                kernel, vnet, "epair", name + letter, unit, mac=mac, flags=flags, media=EPAIR_MEDIA, status="active"
            )
        )
    a, b = ends
    a.peer, b.peer = b.uid, a.uid
    kernel.join_group(b, "epair")
    kernel.join_group(a, "epair")
    return a


def new_single(kernel: Kernel, vnet: int, kind: str, unit: int) -> Ifnet:
    """Create a cloned interface that is no epair."""
    name = f"{kind}{unit}"
    if kernel.find(vnet, name) is not None:
        raise KernelError("EEXIST")
    if kind == "lo":
        return new_loopback(kernel, vnet, unit)
    flags = ["POINTOPOINT", "MULTICAST"] if kind in ("tun", "gif", "gre") else ["BROADCAST", "SIMPLEX", "MULTICAST"]
    if kind == "wg":
        flags = ["NOARP", "MULTICAST"]
    more: dict[str, object] = {"flags": flags}
    if kind == "wg":
        more["mtu"] = 1420
    if kind == "bridge":
        more |= {"mac": kernel.make_mac(name, vnet), "settings": bridges.settings()}
    elif kind == "vlan":
        more |= {"mac": "00:00:00:00:00:00", "flags": ["BROADCAST", "MULTICAST"]}
    elif kind == "tap":
        more |= {"mac": kernel.make_mac(name, vnet), "media": kernel.release.tap_media, "status": "no carrier"}
    interface = new_interface(kernel, vnet, kind, name, unit, **more)
    kernel.join_group(interface, kind)
    return interface


def new_loopback(kernel: Kernel, vnet: int, unit: int) -> Ifnet:
    """A loopback interface that is down, as every new stack has one."""
    flags = ["LOOPBACK", "MULTICAST"]
    interface = new_interface(kernel, vnet, "lo", f"lo{unit}", unit, mtu=16384, flags=flags)
    kernel.join_group(interface, "lo")
    return interface


def clone_dotted(kernel: Kernel, vnet: int, word: str) -> Ifnet | None:
    """`PARENT.TAG create`; None if there is no such parent. KernelError EINVAL "invalid vlan tag" for a bad tag."""
    stem, _, digits = word.rpartition(".")
    if kernel.find(vnet, stem) is None:
        return None
    if not digits.isdecimal() or not 0 < int(digits) < 4095:
        raise KernelError("EINVAL", "invalid vlan tag")
    if kernel.find(vnet, word) is not None:
        raise KernelError("EEXIST")
    return clone_vlan(kernel, vnet, word, stem, int(digits))


def clone_vlan(
    kernel: Kernel, vnet: int, word: str, parent_name: str, tag: int, proto: str = "802.1q", pcp: int = 0
) -> Ifnet:
    """A vlan(4) made with tag and parent: named `word`, or the next `vlanN` if that is the bare cloner."""
    kind, digits = split_unit(word)
    parent = vlans.check(kernel, vnet, tag, parent_name)
    if kernel.find(vnet, word) is not None:
        raise KernelError("EEXIST")
    if kind == "vlan":
        unit = int(digits) if digits else free_unit(kernel, vnet, "vlan")
        vlan = new_single(kernel, vnet, "vlan", unit)
    elif "." not in word:
        raise KernelError("EINVAL")
    else:
        vlan = new_interface(
            kernel, vnet, "vlan", word, -1, flags=["BROADCAST", "MULTICAST"], mac="00:00:00:00:00:00", driver="vlan"
        )
        kernel.join_group(vlan, "vlan")
    vlan.pcp = pcp
    vlans.configure(kernel, vlan, parent, tag, proto)
    return vlan


def rename(kernel: Kernel, interface: Ifnet, name: str) -> None:
    """KernelError ENAMETOOLONG, EINVAL for an empty name, EEXIST for one in use here."""
    if len(name.encode("utf-8", "surrogateescape")) >= NAME_SIZE:
        raise KernelError("ENAMETOOLONG")
    if not name:
        raise KernelError("EINVAL")
    if name != interface.name and kernel.find(interface.vnet, name) is not None:
        raise KernelError("EEXIST")
    interface.name = name


def destroy(kernel: Kernel, vnet: int, interface: Ifnet) -> None:
    """`destroy`: a pair goes as a whole, wherever its ends are. KernelError EINVAL for hardware.

    From inside a jail a guest can't be destroyed on 13 (ENXIO); since 14 it can (FREEBSD.md 3.4).
    """
    if interface.kind in ("em", "vtnet") or (interface.kind == "lo" and interface.unit == 0):
        raise KernelError("EINVAL")
    if interface.kind == "vlan" and vlans.children(kernel, interface):
        raise KernelError("EBUSY")
    if interface.home != vnet and not kernel.release.destroy_inside:
        raise KernelError("ENXIO")
    erase(kernel, interface)


def erase(kernel: Kernel, interface: Ifnet) -> None:
    """Destroy the interface, and a pair's other end with it."""
    ends = [interface] + ([kernel.interfaces[interface.peer]] if interface.peer else [])
    for end in ends:
        if end.bridge:
            bridges.drop_member(kernel, end)
        if end.kind == "bridge":
            bridges.drop_all(kernel, end)
        vlans.orphan_children(kernel, end)
    for end in ends:
        kernel.detach(end)
        del kernel.interfaces[end.uid]
    gone = {end.uid for end in ends}
    for stack in kernel.vnets.values():
        stack.routes = [route for route in stack.routes if route["uid"] not in gone]
