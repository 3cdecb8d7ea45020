"""The tunnels that jails hold, tun(4) and wg(4), and whether the default route goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.exchange import Argv
    from jailtui.formats.netstat import Route
    from jailtui.model.state import Address, HostState, Interface, Jail

TUNNELS = ("tun", "wg")
"""The kinds of interfaces by which a VPN is made."""
HALVES = (frozenset(("0.0.0.0/1", "128.0.0.0/1")), frozenset(("::/1", "8000::/1")))
"""Two routes that together stand before the default route: what OpenVPN's `redirect-gateway def1` sets."""

MOST = 100
"""In how many jails each reading reads routes."""


class Tunnel(NamedTuple):
    """A tunnel in a jail. `default_route`: whether the default route goes through it; None if routes were not read."""

    name: str
    kind: str
    up: bool
    addresses: tuple[Address, ...]
    default_route: bool | None


def is_tunnel(interface: Interface) -> bool:
    return interface.kind in TUNNELS


def tunnels(jail: Jail) -> tuple[Tunnel, ...]:
    """The tunnels in a jail; none where its interfaces could not be read."""
    return tuple(
        Tunnel(
            each.name,
            each.kind,
            each.up,
            each.addresses,
            None if jail.default_over is None else each.name in jail.default_over,
        )
        for each in jail.interfaces or ()
        if is_tunnel(each)
    )


def outside_tunnels(jail: Jail) -> tuple[Address, ...]:
    """The addresses of a jail that are not of a tunnel."""
    inner = {address for tunnel in tunnels(jail) for address in tunnel.addresses}
    return tuple(address for address in jail.addresses if address not in inner)


def route_questions(state: HostState) -> Argv:
    """The words by which each reading also reads the routes inside running jails that hold a tunnel."""
    holders = (jail for jail in state.jails if jail.running and jail.vnet and tunnels(jail))
    return tuple(f"route={jail.jid}" for jail in holders)[:MOST]


def route_text(tunnel: Tunnel) -> str:
    """Where the default route goes, as a phrase; "" if that is unknown."""
    return {True: "the default route goes through it", False: "not the default route", None: ""}[tunnel.default_route]


def default_over(routes: Iterable[Route]) -> tuple[str, ...]:
    """The interfaces through which the default routes of one network stack go, also where they are cut in halves."""
    with_interface = [route for route in routes if route.interface]
    over = [route.interface for route in with_interface if route.destination == "default"]
    for halves in HALVES:
        for name in dict.fromkeys(route.interface for route in with_interface if route.destination in halves):
            if halves <= {route.destination for route in with_interface if route.interface == name}:
                over.append(name)
    return tuple(dict.fromkeys(over))
