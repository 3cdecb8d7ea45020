"""networks.txt: jail.confs, each with all of the network that is read of it, and with every place that says it.

A block is a jail.conf, then its view (what is at its default left out), its interfaces, and the places by what they
say: `TEXT@OFFSET` in the value of the parameter, or `$name:` in that of a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from jailtui import jailconf
from jailtui.config.hooks.trace import Spot, render
from jailtui.config.network import Network, read
from tests.support.form_hosts import MAIN

TABLE = Path(__file__).with_name("networks.txt").read_text(encoding="utf-8")
RC = """ifconfig_epair5b="inet 10.0.0.2/24 SYNCDHCP"
ifconfig_epair5b_ipv6="inet6 fd00::2/64 accept_rtadv"
defaultrouter="10.0.0.1"
ipv6_defaultrouter="NO"
"""
"""The rc.conf of every jail: it counts where /etc/rc runs."""


def network(text: str, *, placed: bool = True) -> Network:
    (host_jail,) = jailconf.choose({MAIN: text.encode()}, "15", {}).jails
    return read(host_jail.jail, RC, placed=placed)


def stated(value: object) -> str:
    """A named tuple without what is at its default."""
    fields, defaults = value._fields, value._field_defaults  # type: ignore[attr-defined]
    told = {name: getattr(value, name) for name in fields}
    return " ".join(f"{name}={told[name]!r}" for name in fields if told[name] != defaults.get(name))


def shown(network: Network) -> list[str]:
    view = network.view
    places = [f"{name}: {' '.join(spots)}" for name, values in said(network) if (spots := list(map(at, values)))]
    links, created = map(stated, view.links), map(stated, view.created)
    short = view._replace(links=(), created=(), effects=())  # tests/config/test_effects.py
    return [stated(short), *links, *(f"created {one}" for one in created), *places]


def said(network: Network) -> Iterator[tuple[str, Iterable[Spot]]]:
    """Every value of the network with the places that say it."""
    for cable in network.cables:
        yield cable.name.value, cable.name.spots
        singles = (cable.bridge, cable.mtu, cable.mac, cable.vlan, *cable.addresses)
        yield from ((one.value, one.spots) for one in singles if one is not None)
        yield from (("dhcp", cable.dhcp), ("slaac", cable.slaac), ("names", cable.names), ("given", cable.given_spots))
        yield "joined", [Spot(cable.joined, 0, len(cable.joined.text))] if cable.joined is not None else []
        creating = network.reader.creating(cable.pair)
        yield "creating", [Spot(creating, 0, len(creating.text))] if creating is not None else []
    yield from ((gateway.value, gateway.spots) for gateway in network.gateways)
    yield from network.reader.named.items()
    yield from (("unread " + unread.name, [Spot(unread.node, 0, 4)]) for unread in network.unread)
    for release in network.reader.releases:
        yield f"release {release.iface.name}", [Spot(release.node, 0, len(release.node.text))]
    yield "rc", [Spot(network.reader.rc, 0, 99)] if network.reader.rc is not None else []


def at(spot: Spot) -> str:
    inner = spot.innermost()
    variable = f"{inner.node.name}:" if inner.node.name.startswith("$") else ""
    form = f"({inner.form})" if inner.form else ""
    return f"{variable}{inner.node.index}:{inner.text}@{inner.start}{form}"


def rows() -> Iterator[tuple[str, list[str]]]:
    for block in re.split(r"\n(?=\S)", TABLE.strip()):
        first, *lines = block.split("\n")
        yield first, [line.strip() for line in lines]


@pytest.mark.parametrize(("text", "wanted"), rows())
def test_a_jail_conf_comes_to_this_network(text: str, wanted: list[str]) -> None:
    found = network(text)
    assert shown(found) == wanted
    assert network(text, placed=False).view == found.view
    spots = [spot.innermost() for _, spots in said(found) for spot in spots]
    assert all(spot.text in text or spot.node.parts for spot in spots)


def test_member_of_a_bridge_in_the_jail_is_none_of_the_host() -> None:
    inner = "exec.start = 'ifconfig bridge5 create', 'ifconfig bridge5 addm epair5b';"
    view = network(f"web {{ vnet; vnet.interface = epair5b; {inner} }}").view
    assert (view.bridges, view.links[0].bridge, [link.inside for link in view.links]) == ((), "", ["epair5b"])


def test_word_that_only_the_shell_knows_has_its_command_for_a_place() -> None:
    text = "web { vnet; vnet.interface = epair5b; exec.start = 'IF=epair5b; dhclient $IF', 'dhclient epair5b'; }"
    assert [spot.text for spot in network(text).cables[0].dhcp] == ["dhclient $IF", "epair5b"]


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("", "epair5", "epair5"),
        ("address", "10.0.0.2/24", "10.0.0.2"),
        ("prefix", "10.0.0.2/24", "24"),
        ("mask", "10.0.0.2/24", "255.255.255.0"),
        ("hexmask", "10.0.0.2/24", "0xffffff00"),
        ("bare", "10.0.0.2/32", "10.0.0.2/32"),
        ("nic", "em0bridge", "em0"),
    ],
)
def test_a_value_is_written_in_the_form_of_its_place(form: str, value: str, text: str) -> None:
    (node,) = network("web { path = /j; }").reader.values("path")
    assert render(Spot(node, 0, 1, form), value) == text
