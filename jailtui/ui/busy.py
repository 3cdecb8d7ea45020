"""The jails that our own run works on: shown as they were before it, until the host is read again after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.model.commands import starts, stops
from jailtui.model.state import JailState
from jailtui.plans.actions import dependents
from jailtui.ui.findings import UNJUDGED, Findings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Protocol, TypeVar

    from jailtui.exchange import Argv
    from jailtui.model.state import Bridge, Epair, HostState, Jail, Vlan
    from jailtui.rules.finding import Finding

    class Named(Protocol):
        @property
        def name(self) -> str: ...

    N = TypeVar("N", bound=Named)


@dataclass
class BusyJails:
    """The jails that a run works on, the state each is in by the run's commands, and until which reading of the host.

    `before` and `findings` are the host's of before the run. In the middle of it a pair may stand on the host, or look
    left over, and a jail lacks what its hooks have yet to set: that is no fact worth a row.
    """

    before: HostState
    findings: Findings = UNJUDGED
    states: dict[str, JailState] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)
    _tasks: dict[str, set[str]] = field(default_factory=dict)

    def advance(self, task: str, argv: Argv) -> None:
        """A command of the task of that key begins. jail(8) first stops what depends on a jail, and starts what a jail
        depends on.
        """
        if name := stops(argv):
            self._passes(task, name, JailState.STOPPING, lambda jail: dependents(jail, self.before))
        elif name := starts(argv):
            self._passes(task, name, JailState.STARTING, lambda jail: jail.configured.depend if jail.configured else ())

    def _passes(self, task: str, name: str, state: JailState, others: Callable[[Jail], Iterable[str]]) -> None:
        """The jail of that name is in that state now, and so are those `others` that are not yet where it leads
        and had no task of their own.
        """
        waiting, passing = [self._key(name)], set[str]()
        others_own = {key for own, keys in self._tasks.items() if own != task for key in keys}
        while waiting:
            key = waiting.pop()
            passing.add(key)
            if (jail := self.before.jail(key)) is not None:
                known = (self.before.jail(self._key(other)) for other in others(jail))
                stopping = state is JailState.STOPPING
                more = {other.key for other in known if other is not None and other.running is stopping}
                waiting += more - passing - others_own
        self.states.update(dict.fromkeys(passing, state))
        self._tasks.setdefault(task, set()).update(passing)

    def _key(self, name: str) -> str:
        """The row key of the jail that a command calls so."""
        return next((jail.key for jail in self.before.jails if name in (jail.key, jail.name, str(jail.jid))), name)

    def ended(self, task: str, ticket: int) -> None:
        """The task is over; the first state read with at least `ticket` replaces ours."""
        self.until.update(dict.fromkeys(self._tasks.get(task, ()), ticket))

    def over(self, ticket: int) -> None:
        """So is the whole run."""
        self.until.update(dict.fromkeys(self.states, ticket))

    def read(self, ticket: int) -> None:
        """A state of that ticket came in."""
        for key in [key for key, least in self.until.items() if ticket >= least]:
            self.until.pop(key)
            self.states.pop(key, None)

    def picture(self, state: HostState, findings: Findings) -> tuple[HostState, Findings]:
        """`state` and `findings` with what the run works on as before it, and these jails as the run has them."""
        if not self.states:
            return state, findings
        ours = _Ours(self, state)
        return ours.state, ours.found(findings)

    def jail(self, jail: Jail) -> Jail:
        """That jail as it is shown."""
        if jail.key not in self.states:
            return jail
        return (self.before.jail(jail.key) or jail)._replace(state=self.states[jail.key])


class _Ours:
    """What the run works on, in one reading from its middle."""

    def __init__(self, busy: BusyJails, now: HostState) -> None:
        self._busy, self._before, self._now = busy, busy.before, now
        known = [jail for jail in (*busy.before.jails, *now.jails) if jail.key in busy.states]
        self._jails = {jail.name for jail in known}
        self._named = {pair for jail in known for pair in jail.epairs}
        self._there = {pair.key for pair in busy.before.epairs}

    @cached_property
    def pairs(self) -> dict[str, Epair]:
        """The pairs of these jails, by key, as they are or were; one that came during the run is theirs if it is
        nobody else's.
        """
        return {
            pair.key: pair
            for pair in (*self._now.epairs, *self._before.epairs)
            if pair.owner in self._jails
            or pair.name in self._named
            or (pair.key not in self._there and pair.orphan is not False)
        }

    @cached_property
    def _ends(self) -> frozenset[str]:
        pairs = self.pairs.values()
        return frozenset(end.name for pair in pairs for end in (pair.a, pair.b) if end.name is not None)

    @cached_property
    def state(self) -> HostState:
        now, before = self._now, self._before
        return now._replace(
            jails=tuple(map(self._busy.jail, now.jails)),
            epairs=tuple(
                [pair for pair in now.epairs if pair.key not in self.pairs]
                + [pair for pair in before.epairs if pair.key in self.pairs]
            ),
            bridges=self._held(now.bridges, before.bridges, self._joins),
            vlans=self._held(now.vlans, before.vlans, self._carries),
            interfaces=tuple(
                [link for link in now.interfaces if link.name not in self._ends]
                + [link for link in before.interfaces if link.name in self._ends]
            ),
        )

    def _joins(self, bridge: Bridge) -> bool:
        return bool(self._ends.intersection(bridge.members) or self._jails.intersection(bridge.jails))

    def _carries(self, vlan: Vlan) -> bool:
        return bool(self._jails.intersection(vlan.jails))

    @staticmethod
    def _held(now: Iterable[N], before: Iterable[N], ours: Callable[[N], bool]) -> tuple[N, ...]:
        """Those of now; of one that is or was ours, what it was."""
        was = {link.name: link for link in before}
        return tuple(
            was[link.name] if link.name in was and (ours(link) or ours(was[link.name])) else link for link in now
        )

    def found(self, findings: Findings) -> Findings:
        """Those about other jails and pairs; the rest, which may follow from the middle of the run, as before it."""
        from jailtui.rules.finding import SEVERITIES

        keys = {"jail": self._busy.states.keys(), "epair": self.pairs.keys()}
        held = [each for each in self._busy.findings.findings if _is_of(each, keys)]
        others = [each for each in findings.findings if not _is_of(each, keys)]
        both = sorted((*held, *others), key=lambda each: SEVERITIES.index(each.severity))
        return findings._replace(findings=tuple(both))


def _is_of(finding: Finding, keys: Mapping[str, Collection[str]]) -> bool:
    return finding.subject.kind not in keys or finding.subject.key in keys[finding.subject.kind]
