"""Readings of the load of the home network."""

from __future__ import annotations

from jailtui.formats.load import Counters, JailSum, JailSums
from jailtui.model.load import Load

WEB, EPAIR = 4, "epair154a"
DAY = 86400


def reading(
    at: float, into: int = 0, out: int = 0, cpu: int = 0, *, errors: int = 0, age: int = DAY, exact: bool = True
) -> Load:
    """A reading in which web has used and moved that much; of the other jails nothing is known."""
    sums = JailSums(1_000_000 + int(at), {WEB: JailSum(cpu, 1.5, 180 << 10, age, exact)})
    return Load(at, sums, {EPAIR: Counters(out // 900, out, into // 900, into, errors)})
