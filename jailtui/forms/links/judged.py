"""The findings about a bridge or VLAN as a form would set it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jailtui.config.rcconf import persistent_names
from jailtui.forms.links.words import shape
from jailtui.forms.notes import note
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
    "ADDR-TWICE MEMBER-ADDRESS MTU-MISMATCH BRIDGE-PORT BRIDGE-DOWN BRIDGE-NOT-AT-BOOT DRIFT-BRIDGE "
    "VLAN-DOWN VLAN-NO-PARENT VLAN-NOT-AT-BOOT DRIFT-VLAN".split()
)
"""The rules about bridges and VLANs, their members and addresses."""


def changed(interface: Interface, wanted: Shape, tag: str = "", parent: str = "") -> Interface:
    """The interface with the wanted settings; addresses that the form does not show stay."""
    now = shape(interface)
    gone = {now.address, now.address6} - {wanted.address, wanted.address6}
    kept = tuple(address for address in interface.addresses if str(address) not in gone)
    new = {wanted.address, wanted.address6} - {"", *map(str, kept)}
    ports = (Port(name, _tag(first), rest) for name, (first, rest) in wanted.tags.items() if first or rest)
    return interface._replace(
        up=True,
        mtu=int(wanted.mtu) if wanted.mtu.isdecimal() else interface.mtu,
        addresses=(*kept, *map(_address, sorted(new))),
        members=wanted.members,
        filtering=wanted.filtering,
        ports=tuple(ports),
        tag=_tag(tag) or interface.tag,
        parent=parent or interface.parent,
    )


def _tag(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _address(text: str) -> Address:
    address, _, prefix = text.partition("/")
    return Address(address, int(prefix or 0), "inet6" if ":" in address else "inet")


def drafted(state: HostState, interface: Interface) -> HostState:
    """The host with that interface changed. A bridge sets its MTU on its members, and brings them up."""
    members = frozenset(interface.members)
    host = {interface.name: interface for interface in state.interfaces if interface.jid is None}
    for name in members & host.keys():
        mtu = interface.mtu if host[name].kind != "vlan" else host[name].mtu
        host[name] = host[name]._replace(up=True, mtu=mtu or host[name].mtu)
    if interface.parent in host:
        host[interface.parent] = host[interface.parent]._replace(up=True)
    host[interface.name] = interface
    inside = (interface for interface in state.interfaces if interface.jid is not None)
    boot = persistent_names(None if state.rcconf is None else dict(state.rcconf))
    joined = {
        name: interface.name for interface in host.values() if interface.kind == "bridge" for name in interface.members
    }

    def pair(epair: Epair) -> Epair:
        if epair.a.name not in members:
            return epair
        mtu = host[epair.a.name].mtu if epair.a.name in host else epair.a.mtu
        return epair._replace(a=epair.a._replace(bridge=interface.name, mtu=mtu))

    return state._replace(
        interfaces=(*host.values(), *inside),
        epairs=tuple(map(pair, state.epairs)),
        bridges=bridges(host.values(), state.jails, boot),
        vlans=vlans(host.values(), state.jails, joined, boot),
    )


def notes(form: str, sources: Sources, interface: Interface, before: Interface | None) -> Iterator[Note]:
    """The findings about the drafted interface; those about `before` are standing.

    Drift from rc.conf is left out: the form's switches say what is written there.
    """
    context = sources.context
    standing_findings = () if before is None else _findings(context, before, context.state)
    known = {(finding.identity, finding.text) for finding in standing_findings}
    for finding in _findings(context, interface, drafted(context.state, interface)):
        standing = (finding.identity, finding.text) in known
        if (not standing and not finding.drift) or (standing and finding.field(form) is not None):
            yield note(form, finding, standing=standing)


def _findings(context: Context, interface: Interface, state: HostState) -> Iterator[Finding]:
    """The findings about the interface, its members and bridges, and its addresses."""
    index = context.usage.with_interface(state, interface)
    joined = {interface.name, *interface.members}
    own_bridges = {bridge.name for bridge in state.bridges if interface.name in bridge.members}
    for finding in judge(replace(context, state=state, only=frozenset(("",)), index=index), ASKED):
        pair = state.epair(finding.subject.key) if finding.subject.kind == "epair" else None
        around = finding.subject.kind == "bridge" and finding.subject.key in own_bridges
        of_pair = pair is not None and pair.a.name in interface.members
        if finding.code == "ADDR-TWICE" or finding.subject.name in joined or around or of_pair:
            yield finding
