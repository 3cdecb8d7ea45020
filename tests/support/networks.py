"""Networks and hosts for the tests of the network checks, and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jailtui.config.view import Created, Link, View
from jailtui.config.world import JailSettings, World
from jailtui.forms.notes import note
from jailtui.forms.protocol import Note
from jailtui.jailconf import evaluate, parse
from jailtui.model.state import (
    Address,
    Bridge,
    End,
    Epair,
    HostFacts,
    HostState,
    Interface,
    Jail,
    JailState,
    Vlan,
    Where,
)
from jailtui.rules.context import Context
from jailtui.rules.drafted import Comparison, Drafting

LINK = Link(
    inside="epair154b",
    given="epair154b",
    pair="epair154",
    host_end="epair154a",
    created=True,
    idempotent=True,
    bridge="bridge0",
    addresses=("192.168.1.154/24",),
    release=True,
)
WEB = View("web", True, (LINK,), ("192.168.1.1",), (), "/jails/web", None, True)
NEW = View("web", True)
"""What a jail without any network of its own has: against it everything is new."""
DB = View("db", True, (LINK._replace(inside="epair155b", given="epair155b", pair="epair155", host_end="epair155a"),))
EM0 = Interface("em0", "ether", mtu=1500, ether="52:54:00:12:34:56", addresses=(Address("192.168.1.50", 24),))
RULESETS = frozenset((1, 2, 3, 4, 5, 11))
PARAMS = {"path": ("/",)}


def host(
    *,
    jails: Sequence[Jail] = (),
    epairs: Sequence[Epair] = (),
    bridges: Sequence[Bridge] = (Bridge("bridge0", ("em0",), mtu=1500, persistent=True),),
    vlans: Sequence[Vlan] = (),
    interfaces: Sequence[Interface] = (),
    release: str = "15.1-RELEASE",
    rulesets: frozenset[int] | None = RULESETS,
    rcconf: Mapping[str, str] | None = None,
) -> HostState:
    """A host with em0 and bridge0, and what is given."""
    told = [EM0, *(Interface(one.name, "bridge", mtu=one.mtu, up=True) for one in bridges), *interfaces]
    rc = {"cloned_interfaces": "bridge0"} if rcconf is None else rcconf
    return HostState(
        HostFacts("nas", release=release),
        tuple(jails),
        tuple(epairs),
        tuple(bridges),
        tuple(vlans),
        tuple(told),
        rcconf=tuple(rc.items()),
        rulesets=rulesets,
    )


def settings(view: View, params: Mapping[str, tuple[str, ...]] = PARAMS) -> JailSettings:
    """A jail of /etc/jail.conf with that network; its hooks create the pairs that are said to be created."""
    created = [
        Created(link.pair, (link.pair, link.given, link.host_end), link.idempotent)
        for link in view.links
        if link.created
    ]
    view = view._replace(created=(*view.created, *created))
    block = evaluate(parse(f"{view.jail} {{ path = /; }}".encode(), "/etc/jail.conf")).jails[0]
    return JailSettings(view.jail, view, params, "/etc/jail.conf", 1, True, None, (), False, False, False, block)


def compare(
    view: View,
    before: View = NEW,
    *,
    others: Sequence[View] = (),
    params: Mapping[str, tuple[str, ...]] = PARAMS,
    **more: Any,
) -> Comparison:
    """What the rules find once a jail has this network."""
    state = host(**more)
    rest = tuple(map(settings, others))
    was, will = World((settings(before, params), *rest)), World((settings(view, params), *rest))
    return Drafting(Context(state, was), was, {view.jail}).compared(will)


def notes(view: View, before: View = NEW, **more: Any) -> list[Note]:
    """The same, as the network form tells it."""
    found = compare(view, before, **more)
    standing = [note("network", one, standing=True) for one in found.standing]
    return [*(note("network", one) for one in found.new), *standing]


def codes(view: View, before: View = NEW, **more: Any) -> list[str]:
    """The rules that find something new."""
    return [one.code for one in compare(view, before, **more).new]


def web(*, rest: Any = None, **more: Any) -> View:
    """web, its link changed; `rest` changes the view."""
    return WEB._replace(links=(LINK._replace(**more),), **(rest or {}))


def levels(found: Sequence[Note], field: str) -> list[str]:
    """The levels of what is said about one field."""
    return [note.level for note in found if note.field == field]


def texts(found: Sequence[Note]) -> str:
    return "\n".join(note.text for note in found)


def live(name: str, jid: int, *addresses: str, **more: Any) -> Jail:
    """A jail that runs with these addresses."""
    told = tuple(Address(one) for one in addresses)
    return Jail(name, name, jid, more.pop("state", JailState.RUNNING), more.pop("vnet", True), addresses=told, **more)


def pair(name: str, owner: str | None, *, orphan: bool | None = False, **more: Any) -> Epair:
    """A pair whose a end is on the host, and whose b end is in a jail."""
    a = more.pop("a", End(f"{name}a", Where.HOST))
    return Epair(name, name, a, End(f"{name}b", Where.JAIL, owner, 9), "name", orphan, "", owner, **more)
