"""Jails that are not running because their last start by this program failed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jailtui.model.commands import starts, stops
from jailtui.model.state import HostState, JailState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui.exchange import EndedCommand
    from jailtui.model.state import Jail

SSH_FAILED = 255
"""The exit status of ssh for a lost connection, which tells nothing about the start (FREEBSD.md 12)."""


LINES = 20
LONGEST = 200
"""How much of a start's output is remembered."""
SAME = 5.0
"""Seconds within which a start in the record is the one that this process knows already."""


class StartRecord(Protocol):
    """What all processes of this program did on a host."""

    def ended(self) -> Iterable[EndedCommand]:
        """The commands that ended since this was asked last, the oldest first."""

    def seen_running(self, jail: str) -> None:
        """Note that a jail whose last start failed runs."""

    def seen_gone(self, jail: str) -> None:
        """Note that no file defines a jail any more whose last start failed."""


class FailedStart(NamedTuple):
    """The start of a jail that failed: its exit status, when it ended, and the last lines that it printed."""

    status: int
    at: float = 0.0
    output: tuple[str, ...] = ()


Failed = dict[str, FailedStart]


class FailedStarts:
    """The last starts that failed, by jail; `record` holds those of other processes too."""

    def __init__(self, record: StartRecord | None = None) -> None:
        self._record = record
        self._failed: Failed = {}
        self._marked: tuple[HostState, Failed, HostState] | None = None

    def note(self, command: EndedCommand) -> None:
        """Remember how a command ended."""
        self._failed = noted(self._failed, command)

    def mark(self, state: HostState) -> HostState:
        """The state with jails whose last start failed marked as failed; the same object if nothing changed.

        The failed start of a jail that is running, or that no file defines any more, is forgotten.
        """
        if self._record is not None:
            for command in self._record.ended():
                self.note(command)
        running = {jail.name for jail in state.jails if jail.state is JailState.RUNNING}
        gone = set() if state.unknown("jails", "files") else self._failed.keys() - {jail.name for jail in state.jails}
        if self._record is not None:
            for name in sorted(self._failed.keys() & running):
                self._record.seen_running(name)
            for name in sorted(gone):
                self._record.seen_gone(name)
        failed = self._failed = {name: each for name, each in self._failed.items() if name not in running | gone}
        if self._marked is None or self._marked[0] is not state or self._marked[1] != failed:
            self._marked = (state, failed, with_failed(state, failed))
        return self._marked[2]


def noted(failed: Failed, command: EndedCommand) -> Failed:
    """The failed starts by jail, after one more command has ended."""
    argv, status = command.argv, command.status
    own = starts(argv) or stops(argv) or (argv[-1] if argv[:1] == ("jail",) and len(argv) > 2 else "")
    if not own:
        return failed
    others = {name: earlier for name, earlier in failed.items() if name != own}
    if (name := starts(argv)) and status is not None and 0 < status < SSH_FAILED:
        before = failed.get(name)
        if before is not None and before.status == status and abs(before.at - command.at) < SAME:
            return failed
        return others | {name: FailedStart(status, command.at, last_lines(command.output))}
    return others


def last_lines(output: str) -> tuple[str, ...]:
    """The last lines of an output, each with a bounded length."""
    lines = [line[:LONGEST] for line in output.splitlines() if line.strip()]
    return tuple(lines[-LINES:])


def with_failed(state: HostState, failed: Mapping[str, FailedStart]) -> HostState:
    """The state with each stopped jail in `failed` marked as failed, with what is known of its start.

    The start was of the jail whose key is the name: what only a manager lists has another key.
    """
    if not any(jail.state is JailState.STOPPED and jail.key in failed for jail in state.jails):
        return state
    jails = (
        jail._replace(
            state=JailState.FAILED,
            start_status=failed[jail.key].status,
            start_at=failed[jail.key].at or None,
            start_output=failed[jail.key].output,
        )
        if jail.state is JailState.STOPPED and jail.key in failed
        else jail
        for jail in state.jails
    )
    return state._replace(jails=tuple(jails))


def start_state(jail: Jail) -> str:
    """The state; of a jail whose start failed with its exit status and the time of that."""
    status = "" if jail.start_status is None else f", exit {jail.start_status}"
    at = "" if jail.start_at is None else time.strftime(" at %H:%M", time.localtime(jail.start_at))
    return f"{jail.state.value}{status}{at}" if jail.state is JailState.FAILED else jail.state.value
