"""What the rules about epairs say alike: whom they are about, what was seen of an end, which link of a jail it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.commands import near_and_far
from jailtui.model.state import End, Epair, Where
from jailtui.rules.finding import Evidence, Subject
from jailtui.rules.jailwords import in_vnet

if TYPE_CHECKING:
    from jailtui.config.view import Link
    from jailtui.rules.context import Context


def about_pair(pair: Epair) -> Subject:
    """The pair as the subject of a finding."""
    return Subject("epair", pair.key, pair.name)


def link_of(context: Context, pair: Epair) -> Link | None:
    """What the configuration of the pair's owner says of it, or None."""
    view = context.view(pair.owner) if pair.owner else None
    near, far = near_and_far(pair)
    for link in view.links if view is not None else ():
        if link.pair == pair.name or (near.name and near.name in (link.host_end, link.given)):
            return link
        if far.name and (far.name == link.given or (far.name == link.inside and far.where is Where.JAIL)):
            return link
    return None


def seen(context: Context, end: End) -> Evidence:
    """What ifconfig says of an end: on the host, or in a jail that was looked into."""
    assert end.name is not None
    facts = ["up" if end.up else "down"]
    if end.where is Where.HOST:
        facts.append(f"member of {end.bridge}" if end.bridge else "member of no bridge")
    facts.append(", ".join(str(address) for address in end.addresses) or "no address")
    if end.where is not Where.JAIL and not_grouped(context, end):
        facts.append("no group epair")
    return Evidence(asked(context, end), "; ".join(facts))


def asked(context: Context, end: End) -> str:
    """The command that shows an end where it is."""
    if end.where is not Where.JAIL:
        return f"ifconfig {end.name}"
    return " ".join(in_vnet(context.state, end.jid, "ifconfig", end.name or ""))


def not_grouped(context: Context, end: End) -> bool:
    """Whether an end on the host has lost its group: on 13 each that has been in a jail has (FREEBSD.md 3.3)."""
    interface = context.host.get(end.name or "")
    return context.major == 13 and interface is not None and "epair" not in interface.groups


def paired(pair: Epair) -> str:
    """How the two ends were joined, in words, where that is a guess; else ""."""
    return {"name": "by their names only", "mac": "by their MACs"}.get(pair.paired_by, "")
