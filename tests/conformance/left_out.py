"""Recorded lines in scope that the simulated host does not answer, each with the reason."""

from __future__ import annotations

from fnmatch import fnmatchcase

ALL = "*"
LEFT_OUT: tuple[tuple[str, str, str], ...] = (
    # (pattern of the line's id, release or ALL, reason)
    ("dying/blog-release/05", ALL, "`sent SIGTERM to: PIDS`: nothing really runs in a simulated jail"),
    ("dying/blog-norelease/06", ALL, "`sent SIGTERM to: PIDS`: nothing really runs in a simulated jail"),
    ("dying/reset-by-release/19", "14.2", "ends by the clock"),
    ("ifconfig/epair-basic/11", "13.2", "usage text of a word order nobody uses"),
)


def reason(line_id: str, release: str) -> str | None:
    """Why this line is left out, or None."""
    for pattern, which, why in LEFT_OUT:
        if which in (ALL, release) and fnmatchcase(line_id, pattern):
            return why
    return None
