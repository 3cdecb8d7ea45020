"""What shows between two readings that a host must be read again: lines of its monitor, and the list of jls(8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.formats.errors import FormatError
from jailtui.formats.jls import parse
from jailtui.formats.routemon import events
from jailtui.model.state import HostState, JailState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.exchange import Section

WHO = ("jls", "-d", "-n", "--libxo", "json", "jid", "dying")
TELLING = ("interface", "address", "route")
"""Kinds of messages after which the host is read. Neighbours come and go on a host where nothing changes."""


def tells(lines: Sequence[str]) -> bool:
    """Whether these lines of `route -n monitor` report a change that the screen shows."""
    return any(event.kind in TELLING for event in events(lines))


def jails_changed(answer: Section, state: HostState) -> bool:
    """Whether the answer to WHO has other jails than this state, or some began to die: no message reports that."""
    try:
        now = {(jail.jid, jail.dying) for jail in parse(answer.out)} if not answer.rc else None
    except FormatError:
        now = None
    return now != {(jail.jid, jail.state is JailState.DYING) for jail in state.jails if jail.jid is not None}
