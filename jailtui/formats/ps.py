"""`ps -o pid,user,%cpu,rss,etimes,command`: processes.

      PID USER %CPU  RSS ELAPSED COMMAND
     2359 root  0.0 3616      18 sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups (sshd)

Sources: ps(1); recorded: look-inside/services/32.
"""

from __future__ import annotations

from jailtui.formats.errors import FormatError, shown

COLUMNS = 6


def parse(text: str) -> tuple[tuple[str, ...], ...]:
    """The six columns of each process, in printed order. Raises FormatError."""
    head, *lines = text.split("\n")
    if head.split()[:1] != ["PID"]:
        raise FormatError(f"ps printed {shown(head)} in place of its heading.")
    rows = (line.split(None, COLUMNS - 1) for line in lines)
    return tuple(tuple(row) for row in rows if len(row) == COLUMNS and row[0].isdecimal())
