"""How long readings of a host take, and whether one is overdue. Pure: the caller gives the time."""

from __future__ import annotations

from collections import deque

BACK_OFF = (2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds until the next reading after one failure, two in a row, and so on."""
USUAL_INTERVAL = 2.0
"""Seconds; taken for the interval if there is none."""
RECENT = 40
"""Readings whose time is known: in 80 s at least two ask for what takes long (SLOW_EVERY of host/host.py)."""
QUIET_SECONDS = 10.0
"""Seconds without a change after which a host that announces changes is quiet; it is then read as seldom."""


def pause_after(failures: int, interval: float | None) -> float | None:
    """Seconds until the next reading after that many failures in a row; None: only when asked."""
    if not failures:
        return interval
    return BACK_OFF[min(failures, len(BACK_OFF)) - 1]


class Pace:
    """The readings of a host. A reading begins an interval after the last, so one that is overdue three quarters of an
    interval later tells of a paused host within two. A host that usually takes longer is given that time and a half;
    the longest of the last readings counts as an exception.
    """

    def __init__(self, interval: float | None) -> None:
        self._least = 0.75 * (interval or USUAL_INTERVAL)
        self._took: deque[float] = deque(maxlen=RECENT)
        self._began: float | None = None

    @property
    def under_way(self) -> bool:
        return self._began is not None

    @property
    def patience(self) -> float:
        """Seconds after which a reading is overdue."""
        usual = sorted(self._took)[-2] if len(self._took) > 1 else 0.0
        return max(self._least, 1.5 * usual)

    def begin(self, now: float) -> None:
        self._began = now

    def end(self, now: float, *, read: bool) -> None:
        """End the reading; its time counts if the host was `read`."""
        began, self._began = self._began, None
        if read and began is not None:
            self._took.append(now - began)

    def overdue(self, now: float, asked_at: float = float("-inf")) -> bool:
        """Whether the host has not answered for too long. That it was asked for something else first does not count: a
        reading that waits for another one, as of the load, gives that twice the time.
        """
        if self._began is None:
            return False
        if asked_at >= self._began:
            return now - asked_at > self.patience
        return now - max(asked_at, self._began - self.patience) > 2 * self.patience


class Quiet:
    """Whether nothing happens on a host, so that it need not be read at each interval."""

    def __init__(self) -> None:
        self._changed_at = self._read_at = float("-inf")

    def read(self, now: float, *, changed: bool) -> None:
        """The host was read, and had `changed` or not."""
        self._read_at = now
        self._changed_at = now if changed else self._changed_at

    def left(self, now: float) -> float:
        """Seconds until it is read even if nothing changes."""
        return max(0.0, self._read_at + QUIET_SECONDS - now)

    def lasts(self, now: float) -> bool:
        """Whether it has not changed for QUIET_SECONDS, and was read within them."""
        return now - self._changed_at >= QUIET_SECONDS > now - self._read_at
