"""Judges drafts: the findings that new texts of files would cause.

The jails that a draft changes are judged as they next start, without what they have in the kernel now: that a running
jail differs from the draft is no problem.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.network import in_short
from jailtui.model.state import HostState, Jail, JailState
from jailtui.rules.finding import RULES, Finding
from jailtui.rules.registry import judge

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jailtui.config.world import JailSettings, World
    from jailtui.rules.context import Context


LINE = re.compile(r"\bline \d+")


class Comparison(NamedTuple):
    """Findings about a draft, worst first: those that it causes, and those that exist without it."""

    new: tuple[Finding, ...]
    standing: tuple[Finding, ...]


class Drafting:
    """Compares drafts of the jails of these names with `before`, their present configuration, on the host `context`."""

    def __init__(self, context: Context, before: World, jails: Collection[str]) -> None:
        self._context, self._before, self._names = context, before, frozenset(jails)

    def compared(self, after: World) -> Comparison:
        """The findings of the rules about files with the jails configured as in `after`."""
        drafted = self._findings(after)
        new = tuple(finding for finding in drafted if _identity(finding) not in self._before_identities)
        return Comparison(new, tuple(finding for finding in drafted if _identity(finding) in self._before_identities))

    @cached_property
    def _before_identities(self) -> frozenset[tuple[tuple[str, str, str], str]]:
        return frozenset(map(_identity, self._findings(self._before)))

    def _findings(self, world: World) -> tuple[Finding, ...]:
        return of_files(as_started(self._context, world, self._names))


def _identity(finding: Finding) -> tuple[tuple[str, str, str], str]:
    """The identity and text of a finding without line numbers, which a draft may change."""
    return finding.identity, LINE.sub("line", finding.text)


def as_started(context: Context, world: World, names: frozenset[str]) -> Context:
    """The context in which only the jails of these names are judged, stopped and configured as in `world`."""
    drafted = tuple(jail for jail in world.jails if jail.name in names)
    state = at_rest(context, drafted, names)
    index = context.usage.drafted(state, drafted, names)
    return replace(context, state=state, world=world, only=names, index=index)


TAKING = ("EPAIR-TWICE", "ADDR-TWICE", "MAC-TWICE")
"""The rules that find what a start or a stop takes from other jails."""


def takings(context: Context, names: frozenset[str]) -> tuple[Finding, ...]:
    """The findings about what stops and starts of these jails take from other jails."""
    findings = judge(as_started(context, context.world, names), TAKING)
    return tuple(finding for finding in findings if finding.takes and finding.subject.name in names)


def of_files(context: Context) -> tuple[Finding, ...]:
    """The findings of the rules about files, on the judged jails and on files."""
    codes = {code for code, rule in RULES.items() if rule.drafts}
    only = context.only or frozenset()
    return tuple(
        finding for finding in judge(context, codes) if finding.subject.kind != "jail" or finding.subject.name in only
    )


def at_rest(context: Context, jails: Sequence[JailSettings], names: frozenset[str]) -> HostState:
    """The host with the jails of these names stopped, and configured as in `jails`.

    The interfaces of a stopped jail are on the host again, except the pairs that its hooks create.
    """
    state = context.state
    rows = {jail.name: jail for jail in state.jails if jail.name in names}
    stopped = {jail.name: _stopped(jail, rows.get(jail.name)) for jail in jails}
    others = tuple(jail for jail in state.jails if jail.name not in stopped or jail.state is JailState.DYING)
    state = state._replace(jails=(*others, *stopped.values()))
    jids = {jail.jid for jail in rows.values() if jail.running}
    if not jids:
        return state
    used = [pair for pair in state.epairs if jids & {pair.a.jid, pair.b.jid}]
    views = {name: context.view(name) for name in names}
    makers = {name for name, view in views.items() if view is not None and any(link.created for link in view.links)}
    lost = {(end.jid, end.name) for pair in used if pair.owner in makers for end in (pair.a, pair.b)}
    interfaces = (
        interface._replace(jid=None) if interface.jid in jids else interface
        for interface in state.interfaces
        if (interface.jid, interface.name) not in lost and not (interface.jid in jids and interface.kind == "loopback")
    )
    return state._replace(
        epairs=tuple(pair for pair in state.epairs if not jids & {pair.a.jid, pair.b.jid}),
        interfaces=tuple(interfaces),
    )


def _stopped(jail: JailSettings, row: Jail | None) -> Jail:
    """The state of a stopped jail, as its file has it."""
    params = tuple(jail.params.items())
    stopped = Jail(jail.name, jail.name, None, JailState.STOPPED, jail.view.vnet)
    return (row or stopped)._replace(
        key=jail.name,
        jid=None,
        state=JailState.STOPPED,
        vnet=jail.view.vnet,
        path=jail.view.path or None,
        addresses=(),
        interfaces=(),
        gateways=None,
        configured=in_short(jail.view, params, jail.file),
    )
