"""What several rules about epairs need: the subject, evidence about an end, the configured link of a pair."""

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
    """The link in the configuration of the pair's owner, or None."""
    view = context.view(pair.owner) if pair.owner else None
    near, far = near_and_far(pair)
    for link in view.links if view is not None else ():
        if link.pair == pair.name or (near.name and near.name in (link.host_end, link.given)):
            return link
        if far.name and (far.name == link.given or (far.name == link.inside and far.where is Where.JAIL)):
            return link
    return None


def end_evidence(context: Context, end: End) -> Evidence:
    """What ifconfig prints about an end, on the host or in a jail."""
    assert end.name is not None
    facts = ["up" if end.up else "down"]
    if end.where is Where.HOST:
        facts.append(f"member of {end.bridge}" if end.bridge else "member of no bridge")
    facts.append(", ".join(str(address) for address in end.addresses) or "no address")
    if end.where is not Where.JAIL and not_grouped(context, end):
        facts.append("no group epair")
    return Evidence(show_command(context, end), "; ".join(facts))


def show_command(context: Context, end: End) -> str:
    """The command that shows an end."""
    if end.where is not Where.JAIL:
        return f"ifconfig {end.name}"
    return " ".join(in_vnet(context.state, end.jid, "ifconfig", end.name or ""))


def not_grouped(context: Context, end: End) -> bool:
    """Whether an end on the host has lost its group, as on 13 every end does that returns (FREEBSD.md 3.3)."""
    interface = context.host.get(end.name or "")
    return context.major == 13 and interface is not None and "epair" not in interface.groups


def paired(pair: Epair) -> str:
    """How the two ends were joined, as a phrase, if that is a guess; else ""."""
    return {"name": "by their names only", "mac": "by their MACs"}.get(pair.paired_by, "")
