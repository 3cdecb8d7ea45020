"""What an action of ours is doing, laid over the host's own picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.state import HostState, JailState
from jailtui.plans.plan import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

BUSY = {Verb.START: JailState.STARTING, Verb.STOP: JailState.STOPPING, Verb.RESTART: JailState.STOPPING}
"""The state a jail is shown in while our verb works on it; a restart is `starting` once its first step is over."""


def overlay(state: HostState, acting: Mapping[str, JailState]) -> HostState:
    """`state` with the jails of those keys in the states our own action has put them; unknown keys are left out."""
    if not any(jail.key in acting for jail in state.jails):
        return state
    jails = tuple(jail._replace(state=acting[jail.key]) if jail.key in acting else jail for jail in state.jails)
    return state._replace(jails=jails)
