"""Jails that are not running because their last start by this program failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from jailtui.model.commands import starts
from jailtui.model.state import HostState, JailState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui.exchange import Argv

SSH_FAILED = 255
"""The exit status of ssh for a lost connection, which tells nothing about the start (FREEBSD.md 12)."""


class StartRecord(Protocol):
    """What all processes of this program did on a host."""

    def ended(self) -> Iterable[tuple[Argv, int | None]]:
        """The commands that ended since this was asked last, with their exit statuses, the oldest first."""

    def seen_running(self, jail: str) -> None:
        """Note that a jail whose last start failed runs."""


class FailedStarts:
    """The exit statuses of the last starts that failed, by jail; `record` holds those of other processes too."""

    def __init__(self, record: StartRecord | None = None) -> None:
        self._record = record
        self._statuses: Mapping[str, int] = {}
        self._marked: tuple[HostState, Mapping[str, int], HostState] | None = None

    def note(self, argv: Argv, status: int | None) -> None:
        """Remember how a command ended."""
        self._statuses = noted(self._statuses, argv, status)

    def mark(self, state: HostState) -> HostState:
        """The state with jails whose last start failed marked as failed; the same object if nothing changed.

        The failed start of a jail that is running is forgotten.
        """
        if self._record is not None:
            for argv, status in self._record.ended():
                self.note(argv, status)
        running = {jail.name for jail in state.jails if jail.state is JailState.RUNNING}
        if self._record is not None:
            for name in sorted(self._statuses.keys() & running):
                self._record.seen_running(name)
        failed = self._statuses = {name: status for name, status in self._statuses.items() if name not in running}
        if self._marked is None or self._marked[0] is not state or self._marked[1] != failed:
            self._marked = (state, failed, with_failed(state, failed))
        return self._marked[2]


def noted(failed: Mapping[str, int], argv: Argv, status: int | None) -> Mapping[str, int]:
    """The exit statuses of failed starts by jail, after one more command ended with `status`."""
    if argv[:1] != ("jail",) or len(argv) < 3:
        return failed
    others = {name: earlier for name, earlier in failed.items() if name != argv[-1]}
    if (name := starts(argv)) and status is not None and 0 < status < SSH_FAILED:
        return others | {name: status}
    return others


def with_failed(state: HostState, failed: Mapping[str, int]) -> HostState:
    """The state with each stopped jail in `failed` marked as failed, with the exit status of its start."""
    if not any(jail.state is JailState.STOPPED and jail.name in failed for jail in state.jails):
        return state
    jails = (
        jail._replace(state=JailState.FAILED, start_status=failed[jail.name])
        if jail.state is JailState.STOPPED and jail.name in failed
        else jail
        for jail in state.jails
    )
    return state._replace(jails=tuple(jails))
