"""Addresses and static routes (FREEBSD.md 4.2, 4.3; sys/netinet/in.c, in6.c)."""

from __future__ import annotations

from jailtui.simhost.kernel.state import Ifnet, Kernel, KernelError


def pack(address: str) -> int:
    a, b, c, d = (int(part) for part in address.split("."))
    return a << 24 | b << 16 | c << 8 | d


def unpack(number: int) -> str:
    return f"{number >> 24 & 255}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def prefix_of(mask: int) -> int:
    """The prefix length of a mask as `-f cidr` prints it: 32 less the zeros at its end."""
    length = 32
    while length and not mask & 1:
        mask >>= 1
        length -= 1
    return length


def class_mask(address: str) -> int:
    """The mask of an address given without one, by its class."""
    first = int(address.split(".")[0])
    return 0xFF000000 if first < 128 else 0xFFFF0000 if first < 192 else 0xFFFFFF00


def set_inet(kernel: Kernel, interface: Ifnet, address: str, mask: int, broadcast: str = "") -> None:
    """Add (or change the mask of) an IPv4 address; the interface comes up. KernelError EEXIST for a /0."""
    if mask == 0 and kernel.release.zero_mask_refused:
        raise KernelError("EEXIST")
    refuse_member(kernel, interface)
    drop(interface, "inet", address)
    if "BROADCAST" in interface.flags and not broadcast:
        # a /31 has none of its own
        broadcast = "255.255.255.255" if mask == 0xFFFFFFFE else unpack(pack(address) | ~mask & 0xFFFFFFFF)
    if interface.kind == "wg":
        broadcast = ""
    interface.addresses.append({"family": "inet", "address": address, "mask": mask, "broadcast": broadcast})
    bring_up(interface)


def refuse_member(kernel: Kernel, interface: Ifnet) -> None:
    """With member_ifaddrs=0 a bridge member takes no address: KernelError EINVAL (FREEBSD.md 8)."""
    if interface.bridge and not kernel.member_addresses:
        raise KernelError("EINVAL")


def set_inet6(kernel: Kernel, interface: Ifnet, address: str, prefix: int, flags: str = "") -> None:
    """Add an IPv6 address; the first one brings the link-local address too."""
    refuse_member(kernel, interface)
    drop(interface, "inet6", address)
    interface.addresses.append({"family": "inet6", "address": address, "prefix": prefix, "flags": flags})
    if interface.kind != "lo":
        enable_inet6(interface)
        bring_up(interface)


ND6 = (("PERFORMNUD", 0x1), ("ACCEPT_RTADV", 0x2), ("IFDISABLED", 0x8), ("AUTO_LINKLOCAL", 0x20), ("NO_DAD", 0x100))


def nd6_with(shown: str, name: str, on: bool) -> str:
    """The nd6 options, as ifconfig prints them, with one more or one less."""
    names = shown.partition("<")[2].rstrip(">").split(",")
    kept = [pair for pair in ND6 if (pair[0] in names and pair[0] != name) or (pair[0] == name and on)]
    return f"{sum(bit for _, bit in kept):x}<{','.join(word for word, _ in kept)}>"


def enable_inet6(interface: Ifnet) -> None:
    """IPv6 is no longer disabled here, so the automatic link-local address appears."""
    interface.nd6 = nd6_with(interface.nd6, "IFDISABLED", False)
    local = any(str(entry["address"]).startswith("fe80:") for entry in interface.addresses)
    if interface.mac and "AUTO_LINKLOCAL" in interface.nd6 and not local:
        address = {"family": "inet6", "address": link_local(interface.mac), "prefix": 64, "flags": ""}
        interface.addresses.append(address)


def link_local(mac: str) -> str:
    """fe80:: with the modified EUI-64 of a MAC."""
    octets = [int(part, 16) for part in mac.split(":")]
    octets = [octets[0] ^ 2, *octets[1:3], 0xFF, 0xFE, *octets[3:]]
    return "fe80::" + ":".join(f"{octets[i] << 8 | octets[i + 1]:x}" for i in range(0, 8, 2))


def bring_up(interface: Ifnet) -> None:
    """IFF_UP, and what comes up with it: lo0's own IPv6 addresses, the RUNNING of a bridge, tun, wg or loopback."""
    if "UP" not in interface.flags:
        interface.flags.insert(0, "UP")
    if interface.kind == "bridge":
        interface.settings["root"] = interface.settings["priority"]
    if interface.kind == "em" and "OACTIVE" in interface.flags:
        interface.flags.remove("OACTIVE")
    if interface.kind in ("bridge", "lo", "wg", "em") and "RUNNING" not in interface.flags:
        interface.flags.append("RUNNING")
    if interface.kind == "lo" and not any(entry["family"] == "inet6" for entry in interface.addresses):
        if interface.unit == 0:
            interface.addresses.append({"family": "inet6", "address": "::1", "prefix": 128, "flags": ""})
        interface.addresses.append({"family": "inet6", "address": "fe80::1", "prefix": 64, "flags": ""})
        interface.addresses.sort(key=lambda entry: entry["family"] != "inet6")


def drop(interface: Ifnet, family: str, address: str) -> bool:
    """Remove an address; false if it wasn't there."""
    kept = [entry for entry in interface.addresses if (entry["family"], entry["address"]) != (family, address)]
    removed = len(kept) != len(interface.addresses)
    interface.addresses = kept
    return removed


def first(interface: Ifnet, family: str) -> str | None:
    for entry in interface.addresses:
        if entry["family"] == family:
            return str(entry["address"])
    return None


def delete(kernel: Kernel, interface: Ifnet, family: str, address: str) -> None:
    """Remove an address and the routes through its network. KernelError EADDRNOTAVAIL if the interface lacks it."""
    if not drop(interface, family, address):
        raise KernelError("EADDRNOTAVAIL")
    prune_routes(kernel, interface.vnet)


def reachable(kernel: Kernel, vnet: int, gateway: str) -> Ifnet | None:
    """The interface of the stack whose network holds an IPv4 gateway."""
    number = pack(gateway)
    for interface in kernel.listed(vnet):
        for entry in interface.addresses:
            if entry["family"] == "inet" and "UP" in interface.flags:
                mask = int(str(entry["mask"]))
                if pack(str(entry["address"])) & mask == number & mask:
                    return interface
    return None


def add_route(kernel: Kernel, vnet: int, destination: str, gateway: str) -> None:
    """Add a static route. KernelError EEXIST if there is one, EINVAL "Network is unreachable" for a far gateway."""
    interface = reachable(kernel, vnet, gateway)
    if interface is None:
        raise KernelError("EINVAL", "Network is unreachable")
    if any(route["destination"] == destination for route in kernel.vnets[vnet].routes):
        raise KernelError("EEXIST")
    kernel.vnets[vnet].routes.append({"destination": destination, "gateway": gateway, "uid": interface.uid})


def change_route(kernel: Kernel, vnet: int, destination: str, gateway: str) -> None:
    """Change the gateway of a static route. KernelError ESRCH if there is no route, else as `add_route`."""
    interface = reachable(kernel, vnet, gateway)
    routes = kernel.vnets[vnet].routes
    number = next((number for number, route in enumerate(routes) if route["destination"] == destination), None)
    if number is None:
        raise KernelError("ESRCH")
    if interface is None:
        raise KernelError("EINVAL", "Network is unreachable")
    routes[number] = {"destination": destination, "gateway": gateway, "uid": interface.uid}


def delete_route(kernel: Kernel, vnet: int, destination: str) -> str:
    """Remove a static route and return its gateway. KernelError ESRCH if there is none."""
    for route in kernel.vnets[vnet].routes:
        if route["destination"] == destination:
            kernel.vnets[vnet].routes.remove(route)
            return str(route["gateway"])
    raise KernelError("ESRCH")


def prune_routes(kernel: Kernel, vnet: int) -> None:
    """Remove the static routes whose gateway no network of the stack holds any more."""
    stack = kernel.vnets[vnet]
    stack.routes = [route for route in stack.routes if reachable(kernel, vnet, str(route["gateway"])) is not None]
