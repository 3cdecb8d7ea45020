"""`route -n monitor` on a host, kept open: its lines as they come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jailtui.host.shell import script

if TYPE_CHECKING:
    from jailtui.host.shell import Shell

SCRIPTS = ("path.sh", "monitor.sh")
GATHERED = 0.05
"""Seconds without a message that end an answer: a plan brings many messages at once."""
AT_MOST = 0.5
"""Seconds after which an answer ends though more messages come."""
LISTENS = 1.0
"""Seconds for which a message is waited for."""
MOST = 1 << 16
"""Bytes of a line that are kept until its end comes."""


class Monitor:
    """The monitor of a host. Raises Unreachable where no shell can be started."""

    def __init__(self, shell: Shell) -> None:
        self._conversation = shell.converse((), script(*SCRIPTS))
        self._rest = b""

    def lines(self, seconds: float) -> list[str] | None:
        """The lines that came within so many seconds, none if none came; None once it has ended."""
        chunk = self._conversation.chunk(seconds)
        if chunk == b"":
            return None
        *whole, rest = (self._rest + (chunk or b"")).split(b"\n")
        self._rest = rest[-MOST:]
        return [line.decode("utf-8", "surrogateescape") for line in whole]

    def gathered(self) -> list[str] | None:
        """The lines of a while that may be empty; those that come close together are one answer. None at the end."""
        lines = self.lines(LISTENS)
        more, until = lines, time.monotonic() + AT_MOST
        while lines is not None and more and time.monotonic() < until:
            more = self.lines(GATHERED)
            lines += more or ()
        return lines

    def close(self) -> None:
        """End it on the host."""
        self._conversation.close()
