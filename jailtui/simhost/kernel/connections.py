"""Simulated TCP connections between jails and their host (FREEBSD.md 3.1, 3.5; recordings dying/tcpdrop-one).

State: kernel.extra["connections"], a list of [holder, address, port, peer, peer port], with a sixth word "reset" once
the host has dropped its end of it and the jail's end could not hear of it. The holder is what keeps the
jail of the first end (`Kernel.hold`) as long as the connection stands; "" is a connection of the host with a machine
outside. The program at the host's end is alive, so its socket stays to be seen, CLOSED, when the connection is dropped.
"""

from __future__ import annotations

from jailtui.simhost.kernel import jails
from jailtui.simhost.kernel.state import HOST, Kernel, Prison

HELD_BY = "tcp:"
"""What the name of a connection as a holder of its jail begins with; a number follows."""

FIRST_PORT = 49152
SSH = 22

Entry = list[object]
Socket = tuple[str, int, str, int, str]
"""Address, port, the peer's, and the state."""


def table(kernel: Kernel) -> list[Entry]:
    """All connections, oldest first; the list itself, to be changed in place."""
    return kernel.extra.setdefault("connections", [])  # type: ignore[return-value]


def from_host(kernel: Kernel, jid: int, address: str, port: int, own: str) -> None:
    """A program of the host, at address `own`, connects to a port of jail `jid` and stays connected."""
    number = kernel.next_serial()
    holder = f"{HELD_BY}{number}"
    table(kernel).append([holder, address, port, own, FIRST_PORT + number % (65536 - FIRST_PORT)])
    kernel.hold(jid, holder)


def from_outside(kernel: Kernel, own: str, peer: str, peer_port: int) -> None:
    """An ssh session from another machine to the host."""
    table(kernel).append(["", own, SSH, peer, peer_port])


def sockets(kernel: Kernel, vnet: int) -> list[Socket]:
    """The connections with an end in that network stack, the youngest first as netstat prints them."""
    listed: list[Socket] = []
    for holder, address, port, peer, peer_port, *reset in reversed(table(kernel)):
        near, far = (str(address), int(str(port))), (str(peer), int(str(peer_port)))
        if not holder:
            if vnet == HOST:
                listed.append((*near, *far, "ESTABLISHED"))
            continue
        held = next((jail for jail in kernel.jails.values() if holder in jail.holders), None)
        if held is not None and held.vnet == vnet:
            listed.append((*near, *far, "FIN_WAIT_2" if held.dying else "ESTABLISHED"))
        if vnet == HOST:
            state = "CLOSED" if held is None or reset else "CLOSE_WAIT" if held.dying else "ESTABLISHED"
            listed.append((*far, *near, state))
    return listed


def drop(kernel: Kernel, vnet: int, ends: tuple[str, int, str, int]) -> bool:
    """Reset the connection of that stack with those ends. False if no such connection is open."""
    for entry in table(kernel):
        near, far = (str(entry[1]), int(str(entry[2]))), (str(entry[3]), int(str(entry[4])))
        if ends not in ((*near, *far), (*far, *near)) or not stands(kernel, vnet, ends):
            continue
        for jail in [held for held in kernel.jails.values() if entry[0] and entry[0] in held.holders]:
            if vnet == HOST and not reached(kernel, jail):
                entry.append("reset")
            else:
                jails.let_go(kernel, jail.jid, str(entry[0]))
        if not entry[0]:
            table(kernel).remove(entry)
        return True
    return False


def reached(kernel: Kernel, jail: Prison) -> bool:
    """Whether a reset gets into the jail: not once its pair is destroyed (FREEBSD.md 12: still dying at 112 s)."""
    return not jail.own_vnet or any(interface.kind != "lo" for interface in kernel.listed(jail.vnet))


def stands(kernel: Kernel, vnet: int, ends: tuple[str, int, str, int]) -> bool:
    """Whether the stack has a connection with those ends, its own first, that is not closed."""
    return any(socket[:4] == ends and socket[4] != "CLOSED" for socket in sockets(kernel, vnet))
