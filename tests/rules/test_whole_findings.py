"""Every rule fires in a context that is built from texts, and each finding is one of the golden file wholly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jailtui.model.state import Address, Bridge, Interface, Port, Vlan
from jailtui.rules.context import Context
from jailtui.rules.finding import RULES
from jailtui.rules.registry import judge
from tests.support.contexts import BOOT, context, found
from tests.support.epair_hosts import near, pair, within
from tests.support.healthy_hosts import FILTERING, SEVERAL
from tests.support.jail_hosts import inside, running, template
from tests.support.whole_findings import golden

WEB = template("web")
UP = "/sbin/ifconfig ${epair}b inet ${ip} up"
SET = WEB.replace(f'"{UP}"', f'"{UP}", "/sbin/ifconfig ${{epair}}b ether 02:00:00:00:00:0a mtu 1450"')
LEASE = WEB.replace(f'"{UP}"', f'"{UP}", "/sbin/dhclient ${{epair}}b"')
ADDRESS = "192.168.1.${id}/24"
RENAMES = WEB.replace(
    '    exec.start  = "/sbin/ifconfig ${epair}b',
    '    exec.start  = "/sbin/ifconfig ${epair}b name NEW", "/sbin/ifconfig NEW',
)
EM0 = Interface("em0", "ether", up=True, mtu=1500)
UP_BRIDGE = Interface("bridge0", "bridge", up=True, mtu=1500)
DOWN: dict[str, Any] = {
    "bridges": (Bridge("bridge0", ("epair154a",), jails=("web",), mtu=1500),),
    "interfaces": (EM0, Interface("bridge0", "bridge", mtu=1500, members=("epair154a",))),
}


def lives(text: str, *addresses: str, **more: Any) -> Context:
    """The template jail as it runs with these addresses; `more` are fields of its epair end."""
    jail = {name: more.pop(name) for name in ("path", "hostname", "vnet") if name in more}
    return context(text, running=[running(text, "web", 4, inside("epair154b", 4, *addresses, **more), **jail)])


SCENARIOS: dict[str, Callable[[], Context]] = {
    "network address": lambda: context(WEB.replace(ADDRESS, "192.168.1.0/24")),
    "broadcast address": lambda: context(WEB.replace(ADDRESS, "192.168.1.255/24")),
    "DHCP and an address": lambda: context(LEASE),
    "name too long": lambda: context(RENAMES.replace("NEW", "network_of_web_0")),
    "name of the host's": lambda: context(WEB, interfaces=(Interface("epair154a", "tap", mtu=1500),)),
    "same name inside": lambda: context(SEVERAL.replace("lan0", "wan0")),
    "other MAC and MTU": lambda: lives(SET, "192.168.1.154/24", mac="02:00:00:00:00:0b", mtu=1400),
    "VLAN of the jail": lambda: context(WEB.replace('"${epair}b"', '"em0.40"'), interfaces=(EM0,)),
    "no such VLAN": lambda: context(FILTERING, interfaces=(EM0, UP_BRIDGE)),
    "another pair": lambda: context(
        WEB,
        running=[running(WEB, "web", 4, inside("epair9b", 4, "192.168.1.154/24"))],
        epairs=(pair(near("epair9a"), within("epair9b"), "epair9"),),
    ),
    "another VLAN of the port": lambda: context(
        FILTERING,
        running=[running(FILTERING, "in10", 4, inside("epair31b", 4, "192.168.10.31/24"))],
        epairs=(pair(near("epair31a"), within("epair31b", "in10"), "epair31", owner="in10"),),
        interfaces=(EM0, UP_BRIDGE._replace(filtering=True, ports=(Port("epair31a", 20),))),
    ),
    "address of a VLAN": lambda: context(
        rcconf=BOOT | {"vlans_em0": "40", "ifconfig_em0_40": "inet 10.4.0.1/24"},
        interfaces=(
            EM0,
            Interface("em0.40", "vlan", up=True, mtu=1500, parent="em0", tag=40, addresses=(Address("10.4.0.2", 24),)),
        ),
    ),
    "one pair for two": lambda: context(WEB + template("db")),
    "other address": lambda: lives(WEB, "192.168.1.99/24"),
    "other path and host name": lambda: lives(WEB, "192.168.1.154/24", path="/old", hostname="old"),
    "without vnet": lambda: lives(WEB, "192.168.1.154/24", vnet=False),
    "bridge is down": lambda: context(WEB, **DOWN),
    "no such interface": lambda: context(
        WEB.replace('vnet.interface = "${epair}b"', 'vnet.interface = "nosuch0"'), **DOWN
    ),
    "VLAN is down": lambda: context(
        rcconf=BOOT | {"vlans_em0": "40"},
        interfaces=(EM0, Interface("em0.40", "vlan", mtu=1500)),
        vlans=(Vlan("em0.40", 40, "em0", jails=("web",)),),
    ),
}  # fmt: skip

CODES = {
    "network address": "ADDR-NETWORK",
    "broadcast address": "ADDR-BROADCAST",
    "DHCP and an address": "ADDR-DHCP CONF-DHCP-BPF",
    "name too long": "NAME-LONG",
    "name of the host's": "BRIDGE-MISSING NAME-TAKEN",
    "same name inside": "CONF-NO-RELEASE NAME-INSIDE",
    "other MAC and MTU": "DRIFT-MAC DRIFT-MTU",
    "VLAN of the jail": "BRIDGE-GONE IF-MISSING",
    "no such VLAN": "BRIDGE-MISSING BRIDGE-MISSING VLAN-MISSING VLAN-MISSING",
    "another pair": "DRIFT-INTERFACE",
    "another VLAN of the port": "BRIDGE-MISSING BRIDGE-MISSING DRIFT-BRIDGE DRIFT-PORT",
    "address of a VLAN": "BRIDGE-GONE DRIFT-VLAN DRIFT-VLAN",
    "one pair for two": "ADDR-TWICE ADDR-TWICE EPAIR-TWICE EPAIR-TWICE",
    "other address": "DRIFT-ADDRESS",
    "other path and host name": "DRIFT-HOSTNAME DRIFT-PATH",
    "without vnet": "DRIFT-VNET",
    "bridge is down": "BRIDGE-DOWN",
    "no such interface": "BRIDGE-DOWN IF-MISSING",
    "VLAN is down": "BRIDGE-GONE VLAN-DOWN",
}
"""What each of them has, by code: a rule that falls silent is missed here."""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_findings_are_those_of_the_golden_file(scenario: str) -> None:
    made = SCENARIOS[scenario]()
    codes = sorted(finding.code for finding in judge(made))
    assert codes == CODES[scenario].split()
    for code in sorted(set(codes)):
        assert found(made, code)


def test_golden_file_has_every_rule() -> None:
    assert RULES.keys() - golden().keys() == set()
