"""What a command leaves half done that is ended by TERM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.commands import starts, stops

if TYPE_CHECKING:
    from jailtui.exchange import Argv

OF_JAIL = (
    "jail(8) ends at once and undoes nothing: a start may leave a pair on the host, or a jail that runs without the "
    "rest of its commands; a stop may leave the jail running, or its pair. What a hook has started goes on by itself."
)
"""Recorded: orphan/kill-term-jail-command/04 to /07, orphan/kill-jail-command/04, the same on 13.2, 14.2 and 15.1."""
OF_MANAGER = (
    "It ends at once and undoes nothing, and the jail(8) that it runs may go on by itself: a start may leave a pair on "
    "the host, or a jail that runs in part; a stop may leave the jail running, or its pair, mounts or pf rules."
)


def left_by(argv: Argv) -> str:
    """What TERM to this command leaves, in sentences."""
    if argv[:1] == ("jail",):
        return OF_JAIL
    return OF_MANAGER if starts(argv) or stops(argv) else "What it was doing is left half done."
