"""The exit statuses of jailtui, and what ends a verb early."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses of jailtui."""

    OK = 0
    """What was asked for is true now; of `doctor`: no finding is as severe as `--fail-on` says."""
    FAILED = 1
    """Something was done, but the host is not as it was asked to be; of `doctor`: there are such findings."""
    USAGE = 2
    """The command line or the configuration file is not valid."""
    UNREACHABLE = 3
    """The host could not be read, or not in full: jls or ifconfig failed there."""
    REFUSED = 4
    """Something was refused, because there is no such object or the verb does not apply to it; the rest was done."""
    DECLINED = 5
    """Nothing was done: the operator did not say yes, could not be asked, or the host changed before the answer."""
    INTERRUPTED = 130
    """Interrupted by ctrl-c."""


class Stop(Exception):
    """A verb ends here. `text` is for the operator, `status` the exit status."""

    def __init__(self, text: str, status: Exit) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
