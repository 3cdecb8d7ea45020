"""Jails that our own action is working on: how their rows look until the host was read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jailtui.exchange import Verb
from jailtui.model.state import JailState

if TYPE_CHECKING:
    from jailtui.model.state import HostState
    from jailtui.plans.run import RunEvent

BUSY = {Verb.START: JailState.STARTING, Verb.STOP: JailState.STOPPING, Verb.RESTART: JailState.STOPPING}
"""The state a jail is shown in while our verb works on it; a restart is `starting` once its first step is over."""


@dataclass(slots=True)
class BusyJails:
    """Which jails our own action works on, and until which read of the host that holds."""

    states: dict[str, JailState] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)

    def over(self, state: HostState) -> HostState:
        """`state` with these jails in the states that our own action has put them in."""
        if not any(jail.key in self.states for jail in state.jails):
            return state
        return state._replace(
            jails=tuple(jail._replace(state=self.states.get(jail.key, jail.state)) for jail in state.jails)
        )

    def advance(self, verb: Verb, event: RunEvent) -> None:
        """Take note of what happened in a run of `verb`."""
        if verb in BUSY and event.kind == "task-started":
            self.states[event.key] = BUSY[verb]
        elif verb is Verb.RESTART and event.kind == "step-ended" and event.result is not None and event.result.ok:
            self.states[event.key] = JailState.STARTING

    def ended(self, key: str, ticket: int) -> None:
        """The task is over; the first state read with at least `ticket` tells the truth again."""
        if key in self.states:
            self.until[key] = ticket

    def read(self, ticket: int) -> None:
        """A state of that ticket came in."""
        for key in [key for key, least in self.until.items() if ticket >= least]:
            self.until.pop(key)
            self.states.pop(key, None)
