"""The tunnels in jails, and the default route through them."""

from __future__ import annotations

import json

from jailtui.exchange import Section
from jailtui.model.state import HostState
from jailtui.model.tunnels import Tunnel, route_questions, tunnels
from jailtui.ui.detail import jail_detail
from jailtui.ui.glyphs import UNICODE
from tests.support.captures import running_web, state
from tests.support.large_hosts import LO0, epair

WG0 = "wg0: flags=10080c1<UP,RUNNING,NOARP,MULTICAST,LOWER_UP> metric 0 mtu 1420\n\tgroups: wg\n"
TUN3 = "tun3: flags=8010<POINTOPOINT,MULTICAST> metric 0 mtu 1500\n\tgroups: tun\n"


def routed(*found: tuple[str, str]) -> Section:
    """The answer about routes inside web: to these nets, through these interfaces."""
    entries = [{"destination": net, "gateway": "link#3", "interface-name": over} for net, over in found]
    family = {"address-family": "Internet", "rt-entry": entries}
    text = json.dumps({"statistics": {"route-information": {"route-table": {"rt-family": [family]}}}})
    return Section("routes 4", 0, text)


def vpn(*more: Section) -> HostState:
    told = running_web()
    told["inside"] = {4: told["inside"][4] + WG0 + TUN3}
    return state(**told, more=more)


def through(*more: Section) -> dict[str, bool | None]:
    return {tunnel.name: tunnel.default_route for tunnel in tunnels(vpn(*more).jails[0])}


def test_tunnels_are_up_or_down_with_the_default_route_through_one() -> None:
    wg0, tun3 = tunnels(vpn(routed(("default", "wg0"), ("10.0.0.0/8", "tun3"))).jails[0])
    assert wg0 == Tunnel("wg0", "wg", True, (), True)
    assert tun3 == Tunnel("tun3", "tun", False, (), False)


def test_two_halves_are_a_default_route_and_one_half_is_not() -> None:
    whole = ("default", "epair154b")
    assert through(routed(("0.0.0.0/1", "tun3"), whole, ("128.0.0.0/1", "tun3"))) == {"wg0": False, "tun3": True}
    assert through(routed(("0.0.0.0/1", "tun3"), whole, ("128.0.0.0/1", "wg0"))) == {"wg0": False, "tun3": False}


def test_without_routes_nothing_is_said_of_the_default_route() -> None:
    assert through() == {"wg0": None, "tun3": None} == through(Section("routes 4", 124, ""))


def test_routes_are_asked_for_in_running_jails_with_a_tunnel_alone() -> None:
    assert route_questions(vpn()) == ("route=4",)
    assert route_questions(state(**running_web())) == ()


def test_default_route_without_a_gateway_has_its_interface_in_place_of_one() -> None:
    jail = vpn(routed(("default", "wg0"))).jails[0]
    assert (jail.gateways, jail.default_over) == (("wg0",), ("wg0",))


def test_details_name_the_tunnels_of_a_jail() -> None:
    def inside(host: HostState) -> list[str]:
        lines = ("".join(cell.text for cell in each.cells) for each in jail_detail(host.jails[0], host, UNICODE, 100))
        return [line.split(None, 1)[1].strip() for line in lines if line.startswith("Inside")]

    assert inside(vpn(routed(("default", "wg0")))) == [
        "wg0 (wg) up, mtu 1420, the default route goes through it",
        "tun3 (tun) down, mtu 1500, not the default route",
    ]
    assert inside(vpn()) == ["wg0 (wg) up, mtu 1420", "tun3 (tun) down, mtu 1500"]


def test_address_of_a_tunnel_does_not_stand_below_the_end_of_the_cable() -> None:
    told = running_web()
    told["inside"] = {4: LO0 + epair(154, "b") + WG0 + "\tinet 10.8.0.2 netmask 0xffffff00\n"}
    host = state(**told)
    drawn = "\n".join(
        "".join(cell.text for cell in each.cells) for each in jail_detail(host.jails[0], host, UNICODE, 100)
    )
    cable = drawn.partition("Network")[0]
    assert "no address" in cable
    assert "10.8.0.2" not in cable
    assert "10.8.0.2" in drawn
