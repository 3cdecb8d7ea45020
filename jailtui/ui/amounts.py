"""Amounts as the screen shows them: short, and rounded so that what hardly changes stands still. Pure."""

from __future__ import annotations

UNITS = "BkMGTPE"
QUIET = 100.0
"""Bytes a second below which nothing is said to move: neighbours and bridges are never quite silent."""


def scaled(amount: float, base: int) -> str:
    """An amount with its unit, in at most four cells: `820k`, `1.2M`."""
    unit = 0
    while amount >= base and unit < len(UNITS) - 1:
        amount /= base
        unit += 1
    if unit and amount < 9.95:
        return f"{amount:.1f}{UNITS[unit]}"
    if round(amount) >= base and unit < len(UNITS) - 1:
        return f"1.0{UNITS[unit + 1]}"
    return f"{amount:.0f}{UNITS[unit]}"


def memory(size: int) -> str:
    """Bytes of memory, by 1024."""
    return scaled(size, 1024) if size else "0"


def per_second(rate: float, quiet: str) -> str:
    """Bytes a second, by 1000; `quiet` where next to nothing moves."""
    return quiet if rate < QUIET else f"{rate / 1000:.1f}k" if rate < 1000 else scaled(rate, 1000)


def percentage(percent: float) -> str:
    """Percent of one processor."""
    return "0%" if percent < 0.5 else f"{percent:.1f}%" if percent < 9.95 else f"{percent:.0f}%"


def duration(seconds: int) -> str:
    """How long something has lasted: `3d 4h`, `5h`, `12m`, `<1m`."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days >= 10:
        return f"{days}d"
    if days:
        return f"{days}d {hours % 24}h"
    return f"{hours}h" if hours else f"{minutes}m" if minutes else "<1m"
