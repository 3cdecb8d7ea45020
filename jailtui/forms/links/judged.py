"""What the rules find of a bridge or VLAN of the host as a form would make it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jailtui.config.rcconf import persistent_names
from jailtui.forms.judged import note
from jailtui.forms.links.words import shape
from jailtui.model.segments import bridges, vlans
from jailtui.model.state import Address, Interface, Port
from jailtui.rules.registry import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.links.words import Shape
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources
    from jailtui.model.state import Epair, HostState
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Finding

ASKED = frozenset(
    (
        "ADDR-TWICE",
        "MEMBER-ADDRESS",
        "MTU-MISMATCH",
        "BRIDGE-PORT",
        "BRIDGE-DOWN",
        "BRIDGE-NOT-AT-BOOT",
        "DRIFT-BRIDGE",
        "VLAN-DOWN",
        "VLAN-NO-PARENT",
        "VLAN-NOT-AT-BOOT",
        "DRIFT-VLAN",
    )
)
"""The rules about bridges, VLANs and what they have."""


def changed(one: Interface, wanted: Shape, tag: str = "", parent: str = "") -> Interface:
    """An interface set to what is wanted; addresses that the form does not show stay."""
    now = shape(one)
    gone = {now.address, now.address6} - {wanted.address, wanted.address6}
    kept = tuple(it for it in one.addresses if str(it) not in gone)
    new = {wanted.address, wanted.address6} - {"", *map(str, kept)}
    ports = (Port(name, _tag(first), rest) for name, (first, rest) in wanted.tags.items() if first or rest)
    return one._replace(
        up=True,
        mtu=int(wanted.mtu) if wanted.mtu.isdecimal() else one.mtu,
        addresses=(*kept, *map(_address, sorted(new))),
        members=wanted.members,
        filtering=wanted.filtering,
        ports=tuple(ports),
        tag=_tag(tag) or one.tag,
        parent=parent or one.parent,
    )


def _tag(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _address(text: str) -> Address:
    address, _, prefix = text.partition("/")
    return Address(address, int(prefix or 0), "inet6" if ":" in address else "inet")


def drafted(state: HostState, one: Interface) -> HostState:
    """The host with that interface as it would be. A bridge has one MTU with its members, and brings them up."""
    members = frozenset(one.members)
    host = {it.name: it for it in state.interfaces if it.jid is None}
    for name in members & host.keys():
        mtu = one.mtu if host[name].kind != "vlan" else host[name].mtu
        host[name] = host[name]._replace(up=True, mtu=mtu or host[name].mtu)
    if one.parent in host:
        host[one.parent] = host[one.parent]._replace(up=True)
    host[one.name] = one
    inside = (it for it in state.interfaces if it.jid is not None)
    boot = persistent_names(None if state.rcconf is None else dict(state.rcconf))
    joined = {name: it.name for it in host.values() if it.kind == "bridge" for name in it.members}

    def pair(it: Epair) -> Epair:
        if it.a.name not in members:
            return it
        return it._replace(a=it.a._replace(bridge=one.name, mtu=host[it.a.name].mtu if it.a.name in host else it.a.mtu))

    return state._replace(
        interfaces=(*host.values(), *inside),
        epairs=tuple(map(pair, state.epairs)),
        bridges=bridges(host.values(), state.jails, boot),
        vlans=vlans(host.values(), state.jails, joined, boot),
    )


def notes(form: str, sources: Sources, one: Interface, before: Interface | None) -> Iterator[Note]:
    """What is found of an interface once it is as `one`, and what stands of it as it is, `before`.

    How it then differs from rc.conf is no fault of the draft: its switches say what is written there.
    """
    context = sources.context
    known = {(it.identity, it.text) for it in _found(context, before, context.state)} if before is not None else set()
    for it in _found(context, one, drafted(context.state, one)):
        standing = (it.identity, it.text) in known
        if (not standing and not it.drift) or (standing and it.field(form) is not None):
            yield note(form, it, standing=standing)


def _found(context: Context, one: Interface, state: HostState) -> Iterator[Finding]:
    """What the rules find of the interface, of what is joined to it, and of its addresses."""
    index = context.usage.with_interface(state, one)
    told = judge(replace(context, state=state, only=frozenset(("",)), index=index), ASKED)
    joined = {one.name, *one.members}
    for it in told:
        pair = state.epair(it.subject.key) if it.subject.kind == "epair" else None
        around = it.subject.kind == "bridge" and any(one.name in line.members for line in state.bridges
                                                     if line.name == it.subject.key)  # fmt: skip
        if it.code == "ADDR-TWICE" or it.subject.name in joined or around or (pair and pair.a.name in one.members):
            yield it
