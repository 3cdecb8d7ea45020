"""The exit statuses of jailtui."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses of jailtui."""

    OK = 0
    """All that was asked for is true now; of `doctor`, nothing was found as bad as `--fail-on` says."""
    FAILED = 1
    """Something was done, and the host is not as it was asked to be; of `doctor`, something was found."""
    USAGE = 2
    """The command line or the config file can't be used."""
    UNREACHABLE = 3
    """The host could not be read, or not in full: jls or ifconfig failed there."""
    REFUSED = 4
    """Something was refused: no such object, or the verb can't be done to it. stderr says why; the rest was done."""
    DECLINED = 5
    """Nothing was done: the operator did not say yes, could not be asked, or the host changed before the answer."""
    INTERRUPTED = 130
    """Ctrl-C."""
