"""Hosts for the map: every way in which parts of a network hang on one another."""

from __future__ import annotations

from jailtui.model.state import (
    Address,
    Bridge,
    End,
    Epair,
    Hop,
    HostFacts,
    HostState,
    Interface,
    Jail,
    JailState,
    Vlan,
    Where,
)
from tests.support.screens import left_pair, used_pair, vnet_jail

HOSTILE = 'x"];\n}\x1b[31m\\'


def between(number: int, a: str, b: str) -> Epair:
    """A pair with its ends in two bridges of the host."""
    name = f"epair{number}"
    ends = [End(f"{name}{end}", Where.HOST, bridge=bridge, up=True, mtu=1500) for end, bridge in (("a", a), ("b", b))]
    return Epair(name, name, ends[0], ends[1], "name", False, "both ends are in use on the host")


def crossed() -> HostState:
    """A lagg with a VLAN, a bridge of two NICs, bridges joined by pairs, and all that hangs on nothing."""
    routed = used_pair(5, "routed", 5)._replace(
        a=End("epair5a", Where.HOST, up=True, mtu=1500, addresses=(Address("10.5.0.1", 30),))
    )
    inner = used_pair(6, "client", 7)
    inner = inner._replace(a=inner.a._replace(where=Where.JAIL, jail="router", jid=6, bridge=None))
    small = used_pair(4, "app", 4, "br5")
    pairs = (
        small._replace(a=small.a._replace(mtu=1280)),
        routed,
        inner,
        between(20, "bridge0", "inner"),
        between(21, "ring1", "ring2"),
        left_pair(9, None, None, "no jail mentions it"),
    )
    holder = Jail("holder", "holder", 8, JailState.RUNNING, True, chains=((Hop("nic", "em9"), Hop("jail", "holder")),))
    jails = (
        vnet_jail("app", 4, 4, "br5"),
        vnet_jail("routed", 5, 5),
        vnet_jail("router", 6, 6)._replace(addresses=(), epairs=()),
        vnet_jail("client", 7, 6),
        holder,
        Jail(HOSTILE, HOSTILE, 9, JailState.RUNNING, False, addresses=(Address("192.168.1.60"), Address("fd00::60"))),
        vnet_jail("mail", None, 30),
    )
    bridges = (
        Bridge("bridge0", ("em2", "em3", "epair20a", "tap0"), (), True, 1500, ("em2", "em3")),
        Bridge("br5", ("lagg0.5", "epair4a"), (Address("10.0.5.1", 24),), True, 1500, vlans=("lagg0.5",)),
        Bridge("inner", ("epair20b",), up=False, mtu=1500),
        Bridge("ring1", ("epair21a",), up=True, mtu=1500),
        Bridge("ring2", ("epair21b",), up=True, mtu=1500),
    )
    interfaces = (
        Interface("em0", "ether", up=True, mtu=9000, status="active"),
        Interface("em1", "ether", up=True, mtu=9000, status="active"),
        Interface("em2", "ether", up=True, mtu=1500, status="active"),
        Interface("em3", "ether", up=True, mtu=1500, status="no carrier"),
        Interface("em4", "ether", up=False, mtu=1500),
        Interface("lagg0", "lagg", up=True, mtu=9000, status="active", laggports=("em0", "em1")),
        Interface("lagg0.5", "vlan", up=True, mtu=1500, tag=5, parent="lagg0"),
        Interface("lagg0.7", "vlan", up=False, mtu=9000, tag=7, parent="lagg0"),
        Interface("vlan9", "vlan", up=True, mtu=1500),
        Interface("tap0", "tap", up=True, mtu=1500),
        *(Interface(each.name, "bridge", up=each.up, mtu=1500, addresses=each.addresses) for each in bridges),
    )
    vlans = (
        Vlan("lagg0.5", 5, "lagg0", "br5", up=True, mtu=1500),
        Vlan("lagg0.7", 7, "lagg0", mtu=9000),
        Vlan("vlan9", None, None, up=True),
    )
    return HostState(HostFacts("nas"), jails, pairs, bridges, vlans, interfaces)
