"""The wiring as a tree: everything is in it, and each pair and bridge once."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.model.hostmap import Branch, folded, narrowed, wiring_of
from jailtui.model.state import Bridge, End, Epair, HostFacts, HostState, Interface, Vlan, Where
from tests.support.mapped_hosts import crossed
from tests.support.screens import home, many, vnet_jail

NAMES = ("em0", "em1", "em0.1", "em0.2", *(f"epair{number}{end}" for number in range(4) for end in "ab"))
MEMBERS = st.lists(st.sampled_from(NAMES), max_size=5, unique=True).map(tuple)


@st.composite
def hosts(draw: st.DrawFn) -> HostState:
    """Bridges with any members, and pairs whose ends are anywhere."""
    bridges = tuple(Bridge(f"b{number}", members, up=True) for number, members in enumerate(draw(st.lists(MEMBERS))))
    holds = {member: bridge.name for bridge in bridges for member in bridge.members}

    def end(name: str, where: Where) -> End:
        if where is Where.HOST:
            return End(name, where, bridge=holds.get(name), up=draw(st.booleans()))
        return End(name, where, "j1", 1) if where is Where.JAIL else End(None, where)

    places = st.sampled_from((Where.HOST, Where.HOST, Where.JAIL, Where.LOST, Where.UNKNOWN))
    judged, owners = st.sampled_from((True, False, None)), st.sampled_from((None, "j1", "gone"))
    pairs = []
    for name in ("epair0", "epair1", "epair2", "epair3"):
        a, b = end(f"{name}a", draw(places)), end(f"{name}b", draw(places))
        pairs.append(Epair(name, name, a, b, "name", draw(judged), "", draw(owners)))
    vlans = tuple(Vlan(f"em0.{tag}", tag, draw(st.sampled_from((None, "em0", "em0.1", "epair1a")))) for tag in (1, 2))
    nics = [Interface(name, "ether", up=True) for name in ("em0", "em1")]
    tagged = [Interface(vlan.name, "vlan", up=True, tag=vlan.tag, parent=vlan.parent) for vlan in vlans]
    jails = (vnet_jail("j1", 1, 1), vnet_jail("idle", None, 2))
    return HostState(HostFacts("h"), jails, tuple(pairs), bridges, vlans, (*nics, *tagged))


def everything(state: HostState) -> None:
    nodes = [node for root in wiring_of(state) for node in root.walk()]
    drawn = Counter((node.hop.kind, node.place) for node in nodes if not node.again)
    assert all(drawn["epair-a", ("epair", pair.key)] == 1 for pair in state.epairs)
    assert all(drawn["bridge", ("bridge", bridge.name)] == 1 for bridge in state.bridges)
    assert all(drawn["vlan", ("vlan", vlan.name)] == 1 for vlan in state.vlans)
    assert all(drawn["jail", ("jail", jail.key)] >= 1 for jail in state.jails)
    ports = {port for each in state.interfaces for port in each.laggports}
    for nic in state.interfaces:
        if nic.kind in ("ether", "lagg") and nic.name not in ports:
            assert drawn["nic", ("interface", nic.name)] == 1


@given(hosts())
def test_everything_is_on_the_map_and_each_pair_and_bridge_once(state: HostState) -> None:
    everything(state)


@pytest.mark.parametrize("state", [home(), many(30), crossed()])
def test_whole_hosts_are_on_the_map(state: HostState) -> None:
    everything(state)


def text(nodes: tuple[Branch, ...]) -> list[str]:
    return [node.hop.name for root in nodes for node in root.walk()]


def test_a_fold_says_how_many_jails_it_holds_and_keeps_what_is_broken() -> None:
    (root, *_) = wiring_of(home())
    closed = folded(root, lambda place: place == ("bridge", "bridge0"), lambda place: place == ("jail", "db"))
    bridge = next(node for node in closed.walk() if node.place == ("bridge", "bridge0"))
    assert [child.hop.name for child in bridge.children] == ["epair155a", "epair7a", "2 jails folded"]


def test_a_filter_keeps_the_way_to_what_it_lets_through() -> None:
    (root, *_) = wiring_of(home())
    kept = narrowed(root, lambda words: "vpn" in words)
    assert kept is not None
    assert text((kept,)) == ["em0", "em0.30", "br30", "epair4a", "epair4b", "vpn"]
    assert narrowed(root, lambda _: False) is None
