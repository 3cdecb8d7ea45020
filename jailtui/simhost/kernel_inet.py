"""Addresses and interface flags. Sources: FREEBSD.md 4.2, 4.3; recordings ifconfig/addresses, ifconfig/addr."""

from __future__ import annotations

from typing import Any

from jailtui.simhost.kernel import LOWER_UP, RUNNING, UP, Interface, Kernel, KernelError

AUTO_LINKLOCAL = 0x20
IFDISABLED = 0x8


def up(kernel: Kernel, interface: Interface) -> None:
    """`ifconfig X up`."""
    interface.flags |= UP
    if interface.kind in ("bridge", "lo", "wg", "tun"):
        interface.flags |= RUNNING
        if kernel.release.lower_up and interface.kind != "tun":
            interface.flags |= LOWER_UP


def down(interface: Interface) -> None:
    """`ifconfig X down`."""
    interface.flags &= ~UP
    if interface.kind == "bridge":
        interface.flags &= ~(RUNNING | LOWER_UP)


def add(kernel: Kernel, interface: Interface, address: list[Any]) -> None:
    """Give an interface [family, address, prefix length, broadcast, words]; one it has goes to the end of the list."""
    interface.addresses = [a for a in interface.addresses if (a[0], a[1]) != (address[0], address[1])]
    interface.addresses.append(address)
    first = not interface.flags & UP
    up(kernel, interface)
    if interface.kind == "lo" and first:
        _loopback6(kernel, interface)
    elif address[0] == "inet6" and interface.nd6 & IFDISABLED:
        interface.nd6 &= ~IFDISABLED
        link_local(interface)


def _loopback6(kernel: Kernel, interface: Interface) -> None:
    """lo0 gets ::1 when it first comes up, any loopback its link-local address."""
    six: list[list[Any]] = [["inet6", "fe80::1", 64, "", ""]]
    if interface.unit == 0:
        six.insert(0, ["inet6", "::1", 128, "", ""])
    four = [a for a in interface.addresses if a[0] == "inet"]
    interface.addresses = four + six if kernel.release.addresses_by_family else six + four


def link_local(interface: Interface) -> None:
    """The fe80:: address made of the MAC, after the first address there is."""
    if not interface.mac or not interface.nd6 & AUTO_LINKLOCAL:
        return
    b = [int(octet, 16) for octet in interface.mac.split(":")]
    b[0] ^= 2
    groups = (b[0] << 8 | b[1], b[2] << 8 | 0xFF, 0xFE00 | b[3], b[4] << 8 | b[5])
    address = "fe80::" + ":".join(f"{group:x}" for group in groups)
    if all(a[1] != address for a in interface.addresses):
        interface.addresses.append(["inet6", address, 64, "", ""])


def delete(interface: Interface, family: str, address: str | None) -> None:
    """Take an address away; the first of its family when none is named. Raises KernelError."""
    for known in interface.addresses:
        if known[0] == family and address in (None, known[1]):
            interface.addresses.remove(known)
            return
    ioctl = "SIOCDIFADDR" if family == "inet" else "SIOCDIFADDR"
    raise KernelError(f"ioctl ({ioctl}): Can't assign requested address", 49)
