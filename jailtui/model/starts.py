"""Starts that failed, by this program's own record: the jails that do not run because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.commands import starts
from jailtui.model.state import HostState, JailState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.exchange import Argv

SSH_FAILED = 255
"""ssh's own exit status where the line was cut: it says nothing of the start (FREEBSD.md 12)."""


def noted(failed: Mapping[str, int], argv: Argv, status: int | None) -> Mapping[str, int]:
    """`failed`, the exit statuses of failed starts by jail, after one more command has ended with this status."""
    if argv[:1] != ("jail",) or len(argv) < 3:
        return failed
    rest = {name: before for name, before in failed.items() if name != argv[-1]}
    if (name := starts(argv)) and status is not None and 0 < status < SSH_FAILED:
        return rest | {name: status}
    return rest


def seen(failed: Mapping[str, int], state: HostState) -> Mapping[str, int]:
    """`failed` without the jails that run now, however they were started."""
    running = {jail.name for jail in state.jails if jail.state is JailState.RUNNING}
    return failed if running.isdisjoint(failed) else {name: failed[name] for name in failed if name not in running}


def with_failed(state: HostState, failed: Mapping[str, int]) -> HostState:
    """The state in which each stopped jail whose last start failed says so, with the exit status of that start."""
    if not any(jail.state is JailState.STOPPED and jail.name in failed for jail in state.jails):
        return state
    jails = (
        jail._replace(state=JailState.FAILED, start_status=failed[jail.name])
        if jail.state is JailState.STOPPED and jail.name in failed
        else jail
        for jail in state.jails
    )
    return state._replace(jails=tuple(jails))
