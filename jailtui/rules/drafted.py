"""A draft judged by the rules: what new texts of files would bring about that the files of now do not.

The jails that a draft changes are judged as they next start: at rest, without what they have in the kernel now. How a
running jail then differs from its file is no fault of the draft, it is what the draft is for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.state import HostState, Jail, JailState, Where
from jailtui.rules.finding import RULES, Finding
from jailtui.rules.registry import judge

if TYPE_CHECKING:
    from collections.abc import Collection

    from jailtui.config.world import World
    from jailtui.rules.context import Context


class Comparison(NamedTuple):
    """Findings about a draft, worst first: those it brings about, and those that stand whether it is saved or not."""

    new: tuple[Finding, ...]
    standing: tuple[Finding, ...]


def compared(before: Context, after: World, jails: Collection[str]) -> Comparison:
    """What the rules about files find once the jails of these names are configured as in `after`.

    `before` is the host as it is; `after` its configured jails with the draft in their files.
    """
    names = frozenset(jails)
    state = at_rest(before.state, names)

    def asked(files: World) -> tuple[Finding, ...]:
        mine = (jail for jail in files.jails if jail.name in names)
        index = before.usage.drafted(state, mine, names)
        return found(replace(before, state=state, world=files, only=names, index=index))

    known = {(one.identity, one.text) for one in asked(before.world)}
    drafted = asked(after)
    new = tuple(one for one in drafted if (one.identity, one.text) not in known)
    return Comparison(new, tuple(one for one in drafted if (one.identity, one.text) in known))


def found(context: Context) -> tuple[Finding, ...]:
    """What the rules about files find of the jails that the context judges, and of files."""
    codes = {code for code, rule in RULES.items() if rule.drafts}
    only = context.only or frozenset()
    return tuple(one for one in judge(context, codes) if one.subject.kind != "jail" or one.subject.name in only)


def at_rest(state: HostState, names: frozenset[str]) -> HostState:
    """The host with these jails stopped, as if each had cleaned up behind itself."""
    jids = {jail.jid for jail in state.jails if jail.name in names and jail.running}
    if not jids:
        return state
    used = [pair for pair in state.epairs if jids & {pair.a.jid, pair.b.jid}]
    gone = {end.name for pair in used for end in (pair.a, pair.b) if end.where is Where.HOST}
    return state._replace(
        jails=tuple(_stopped(jail) if jail.jid in jids else jail for jail in state.jails),
        epairs=tuple(pair for pair in state.epairs if not jids & {pair.a.jid, pair.b.jid}),
        interfaces=tuple(
            one for one in state.interfaces if one.jid not in jids and not (one.jid is None and one.name in gone)
        ),
    )


def _stopped(jail: Jail) -> Jail:
    return jail._replace(jid=None, state=JailState.STOPPED, addresses=(), interfaces=(), gateways=None)
