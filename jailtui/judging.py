"""States of a host judged by the rules, and what follows for plans: what is in the way of a start, what a remedy runs.

The rules are imported when the first state is judged: a screen stands sooner without them.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jailtui.plans.plan import Plan, Refusal, Task
from jailtui.plans.preflight import Obstacle
from jailtui.plans.remedy import Cure, about, gone, remedy_plan, remedy_task

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from jailtui.config.world import World
    from jailtui.jailconf import HostConfig
    from jailtui.model.state import HostState
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Finding, Remedy

KEPT = 6
"""States that are remembered: the panels', the doctor's, a form's, and those a run is judged by."""


@dataclass(slots=True)
class Known:
    """A state with the files it was read with, and what it was judged to be."""

    state: HostState
    config: HostConfig
    context: Context | None = None
    findings: tuple[Finding, ...] | None = None


class Judge:
    """Judges the states of one host, each once; may be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._known: deque[Known] = deque(maxlen=KEPT)
        self._world: tuple[HostConfig, World] | None = None
        self._counts: dict[str, int] = {}

    def remember(self, state: HostState, config: HostConfig) -> None:
        """A state was read, and its files came to `config`."""
        with self._lock:
            known = next((one for one in self._known if one.state is state), None) or Known(state, config)
            self._known = deque((*(one for one in self._known if one is not known), known), KEPT)

    def same_files(self, state: HostState, before: HostState) -> None:
        """`state` was made of `before`, which was read."""
        with self._lock:
            self.remember(state, self._of(before).config)

    def context(self, state: HostState) -> Context:
        """What rules judge by."""
        from jailtui.config.world import world
        from jailtui.rules.context import Context

        with self._lock:
            known = self._of(state)
            if known.context is None:
                if self._world is None or self._world[0] is not known.config:
                    last = None if self._world is None else self._world[1]
                    self._world = (known.config, world(known.config, last))
                known.context = Context(state, self._world[1], from_here=state.facts.local)
            return known.context

    def findings(self, state: HostState) -> tuple[Finding, ...]:
        """What is wrong with the host in that state, worst first."""
        from jailtui.rules.registry import judge

        with self._lock:
            context = self.context(state)
            known = self._of(state)
            if known.findings is None:
                known.findings = judge(context)
            return known.findings

    def _of(self, state: HostState) -> Known:
        """What is known of a state. Of one that is long ago the files of the last reading have to do."""
        for known in self._known:
            if known.state is state:
                return known
        if not self._known:
            raise ValueError("Only a state that was read can be judged.")
        self.remember(state, self._known[-1].config)
        return self._known[-1]

    def obstacles(self, state: HostState, keys: Collection[str]) -> tuple[Obstacle, ...]:
        """What a start of the jails of these row keys would fail or go wrong by, worst first."""
        try:
            found = self._preflight(state)
        except Exception as error:  # noqa: BLE001 a fault in a rule must not keep a jail from being started
            text = f"What would make it fail is not known, judging failed inside jailtui: {type(error).__name__}."
            return tuple(Obstacle(key, text) for key in keys)
        return tuple(
            Obstacle(key, f"{one.code}: {one.text}", clearing(one))
            for one in found
            for key in concerned(one, state)
            if key in keys
        )

    def _preflight(self, state: HostState) -> list[Finding]:
        from jailtui.rules.finding import RULES

        return [one for one in self.findings(state) if RULES[one.code].preflight]

    def remedies(self, state: HostState, keys: Sequence[str]) -> Plan:
        """The remedies of these task keys as one plan; refused is what `state` gives no cause for."""
        findings = self.findings(state)
        found = {made.key: made for one in findings for made in tasks(one)}
        counts = Counter(one.identity for one in findings)
        with self._lock:
            self._counts |= {key: counts[about(key)] for key in keys if key in found}
        return remedy_plan(state.facts.name, [found.get(key) or gone(key) for key in dict.fromkeys(keys)])

    def left(self, state: HostState, keys: Sequence[str]) -> Mapping[str, str]:
        """What is found still, by the key of the remedy that was to take it away.

        A subject may have several findings of one code: then one less of them is the one that is gone.
        """
        findings = self.findings(state)
        counts = Counter(one.identity for one in findings)
        texts = {one.identity: one.text for one in reversed(findings)}
        return {
            key: texts[about(key)]
            for key in keys
            if about(key) in texts and counts[about(key)] >= self._counts.get(key, 1)
        }


def concerned(finding: Finding, state: HostState) -> Iterator[str]:
    """The row keys of the jails whose start the finding is about."""
    kind, key = finding.subject.kind, finding.subject.key
    if kind == "jail":
        yield key
    elif kind == "epair":
        pair = state.epair(key)
        yield from (jail.key for jail in state.jails if pair is not None and jail.name == pair.owner)
    elif kind == "file":
        yield from (jail.key for jail in state.jails if jail.configured is not None and jail.configured.file == key)
    elif kind == "bridge":
        yield from (jail.key for jail in state.jails if jail.configured is not None and key in jail.configured.bridges)
    elif kind == "host":
        yield from (jail.key for jail in state.jails)


def clearing(finding: Finding) -> Task | None:
    """The first remedy with commands; one by force, whose warning says so, only where there is no other."""
    ways = sorted((one for one in finding.remedies if one.steps), key=lambda one: one.force == "forced")
    made = (remedy_task(cure(finding, one)) for one in ways)
    return next((one for one in made if isinstance(one, Task)), None)


def cure(finding: Finding, remedy: Remedy) -> Cure:
    """The finding and one of its remedies in plain parts."""
    doubts = (
        "what it is for is only a guess" if finding.confidence == "guess" else "",
        "the last of the ways: it forces what would otherwise go by itself" if remedy.force == "forced" else "",
    )
    return Cure(
        finding.identity,
        finding.subject.name,
        remedy.label,
        remedy.steps,
        why=remedy.why,
        breaks=remedy.breaks,
        undo=remedy.undo,
        owner=finding.owner,
        doubt="; ".join(filter(None, doubts)),
    )


def tasks(finding: Finding) -> Iterator[Task | Refusal]:
    """Its remedies as tasks."""
    return (remedy_task(cure(finding, one)) for one in finding.remedies)
