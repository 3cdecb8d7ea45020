"""What tells, between two readings, that a host is to be read again: its monitor's lines, and whom jls(8) lists."""

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
    """Whether these lines of `route -n monitor` tell of a change that is shown."""
    return any(event.kind in TELLING for event in events(lines))


def jails_changed(answer: Section, state: HostState) -> bool:
    """Whether WHO answers with other jails than this state has, or some began to die: no message tells of that."""
    try:
        now = {(jail.jid, jail.dying) for jail in parse(answer.out)} if not answer.rc else None
    except FormatError:
        now = None
    return now != {(jail.jid, jail.state is JailState.DYING) for jail in state.jails if jail.jid is not None}
