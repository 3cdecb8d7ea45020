"""route(8): add, change, delete, get, monitor.

Sources: FREEBSD.md 6, 9, 11; recordings inside/network, inside/main, own/netstat, path/gateway-nobody.
"""

from __future__ import annotations

import ipaddress

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import addresses
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel, KernelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Route = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str, Ifnet]

WORDS = {
    # release: (an unreachable gateway, stderr of a refused add, of a missing delete, end of a missing get, its status)
    "13.2": ("Network is unreachable", "writing to routing socket: ", True, "", 255),
    "14.2": ("Invalid argument", "", False, ": No error: 0", 0),
    "15.1": ("Invalid argument", "message indicates error: ", True, "", 255),
}
USAGE = "usage: route [-46dnqtv] command [[modifiers] args]"
ALTERING = ("add", "delete", "del", "change", "flush")


def main(call: Call) -> int:
    """`route [-n] [-j JAIL] add|change|delete|get|monitor ...`."""
    words = list(call.args)
    jail = None
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option == "-j":
            with call.transaction(write=False) as kernel:
                known = kernel.release.route_jail_option
            if not known:
                call.err(f"route: illegal option -- j\nroute: {USAGE}\n")
                return 64
            jail = words.pop(0) if words else ""
    if not words:
        call.err(f"route: {USAGE}\n")
        return 64
    verb, rest = words[0], words[1:]
    if verb == "monitor":
        from jailtui.simhost.tools import route_monitor

        return route_monitor.watch(call, jail)
    if verb in ALTERING and not call.privileged:
        return call.fail("must be root to alter routing table", 77)
    with call.transaction(write=verb in ALTERING) as kernel:
        vnet = stack(call, kernel, jail)
        return vnet if vnet < 0 else answer(call, kernel, vnet, verb, rest)


def stack(call: Call, kernel: Kernel, jail: str | None) -> int:
    """The network stack of the call; a negative exit status where the jail can't be entered, which is printed."""
    if jail is None:
        return call.vnet(kernel)
    if jail == "0" or not call.privileged:
        return -call.fail("Cannot attach to jail")
    entered = kernel.jail_by(jail)
    if entered is None:
        return -call.fail("Jail not found")
    return entered.vnet


def answer(call: Call, kernel: Kernel, vnet: int, verb: str, words: list[str]) -> int:
    """Carry out one verb on one stack."""
    plain = [word for word in words if not word.startswith("-")]
    if not plain:
        call.err(f"route: {USAGE}\n")
        return 64
    if verb == "get":
        return get(call, kernel, vnet, plain[0])
    kind = (
        "host" if "-host" in words or (plain[0] != "default" and "/" not in plain[0] and "-net" not in words) else "net"
    )
    if verb == "add":
        return add(call, kernel, vnet, kind, plain)
    if verb == "change":
        return change(call, kernel, vnet, kind, plain)
    if verb in ("delete", "del"):
        return delete(call, kernel, vnet, kind, plain)
    call.err(f"route: {USAGE}\n")
    return 64


def refuse(call: Call, kernel: Kernel, what: str, text: str, error: str) -> int:
    """Print a refused change: a line on stdout, and one on stderr on 13 and 15."""
    prefix = WORDS[kernel.release.name][1]
    call.out(f"{what} fib 0: {text}\n")
    return call.fail(prefix + error) if prefix else 1


def add(call: Call, kernel: Kernel, vnet: int, kind: str, plain: list[str]) -> int:
    """`add DEST GATEWAY`."""
    if len(plain) < 2:
        call.err(f"route: {USAGE}\n")
        return 64
    destination, gateway = plain[0], plain[1]
    what = f"add {kind} {destination.partition('/')[0]}: gateway {gateway}"
    release = kernel.release.name
    if call.jid and vnet == HOST:
        if release == "13.2":
            return call.fail("writing to routing socket: Operation not permitted")
        return refuse(call, kernel, what, "Operation not permitted", "Operation not permitted")
    try:
        addresses.add_route(kernel, vnet, destination, gateway)
    except ValueError:
        return call.fail(f"bad address: {gateway}", 68)
    except KernelError as error:
        if error.code != "EEXIST":
            return refuse(call, kernel, what, WORDS[release][0], WORDS[release][0])
        call.out(f"{what} fib 0: route already in table\n")
        return call.fail("message indicates error: File exists") if release == "15.1" else 1
    call.out(what + "\n")
    return 0


def change(call: Call, kernel: Kernel, vnet: int, kind: str, plain: list[str]) -> int:
    """`change DEST GATEWAY`: the old route stays where the new gateway is refused.

    The success is recorded (path/gateway-nobody/01); the refusal is that of `add`, a guess.
    """
    if len(plain) < 2:
        call.err(f"route: {USAGE}\n")
        return 64
    what = f"change {kind} {plain[0].partition('/')[0]}: gateway {plain[1]}"
    try:
        addresses.change_route(kernel, vnet, plain[0], plain[1])
    except ValueError:
        return call.fail(f"bad address: {plain[1]}", 68)
    except KernelError as error:
        if error.code == "ESRCH":
            return refuse(call, kernel, what, "not in table", "route has not been found")
        return refuse(call, kernel, what, *[WORDS[kernel.release.name][0]] * 2)
    call.out(what + "\n")
    return 0


def delete(call: Call, kernel: Kernel, vnet: int, kind: str, plain: list[str]) -> int:
    """`delete DEST [GATEWAY]`."""
    what = f"delete {kind} {plain[0].partition('/')[0]}" + (f": gateway {plain[1]}" if plain[1:] else "")
    try:
        addresses.delete_route(kernel, vnet, plain[0])
    except KernelError:
        call.out(what + " fib 0: not in table\n")
        return call.fail("route has not been found") if WORDS[kernel.release.name][2] else 1
    call.out(what + "\n")
    return 0


def get(call: Call, kernel: Kernel, vnet: int, destination: str) -> int:
    """`get DEST`: the narrowest route to a destination."""
    routes = [*connected(kernel, vnet), *static(kernel, vnet)]
    if destination == "default":
        routes = [route for route in routes if route[0].version == IPV4 and not route[0].prefixlen]
        target = "0.0.0.0"
    else:
        target, _, zone = destination.partition("%")
        address = ipaddress.ip_address(target)
        routes = [route for route in routes if address in route[0] and zone in ("", route[2].name)]
    if not routes:
        _, _, _, end, status = WORDS[kernel.release.name]
        return call.fail("route has not been found" + end, status)
    net, gateway, through = max(routes, key=lambda route: route[0].prefixlen)
    flags = "UP,GATEWAY,DONE,STATIC" if gateway else "UP,DONE,PINNED"
    call.out(answer_of(target, str(net.network_address), str(net.netmask), gateway, through, flags))
    return 0


IPV4 = 4


def connected(kernel: Kernel, vnet: int) -> Iterator[Route]:
    """The networks of the addresses of interfaces that are up."""
    for interface in kernel.listed(vnet):
        for entry in interface.addresses if "UP" in interface.flags else ():
            if entry["family"] == "inet":
                length = addresses.prefix_of(int(str(entry["mask"])))
                yield ipaddress.IPv4Network(f"{entry['address']}/{length}", strict=False), "", interface
            elif entry["family"] == "inet6":
                yield ipaddress.IPv6Network(f"{entry['address']}/{entry['prefix']}", strict=False), "", interface


def static(kernel: Kernel, vnet: int) -> Iterator[Route]:
    """The static routes, which are of IPv4 only."""
    for route in kernel.vnets[vnet].routes:
        destination = str(route["destination"]).replace("default", "0.0.0.0/0")
        through = kernel.interfaces[int(str(route["uid"]))]
        yield ipaddress.IPv4Network(destination, strict=False), str(route["gateway"]), through


def answer_of(target: str, net: str, mask: str, gateway: str, through: Ifnet, flags: str) -> str:
    """What `get` prints."""
    via = f"    gateway: {gateway}\n" if gateway else ""
    return (
        f"   route to: {target}\ndestination: {net}\n       mask: {mask}\n{via}        fib: 0\n"
        f"  interface: {through.name}\n      flags: <{flags}>\n"
        " recvpipe  sendpipe  ssthresh  rtt,msec    mtu        weight    expire\n"
        f"       0         0         0         0  {through.mtu:8d}         1         0 \n"
    )
