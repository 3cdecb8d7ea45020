"""Which panels share the screen at which size. Pure."""

from __future__ import annotations

from typing import Literal

Layout = Literal["wide", "split", "stack", "single", "zoom"]
PANELS = ("jails", "epairs", "bridges", "vlans")
LOWER = PANELS[1:]


def layout_for(width: int, height: int, zoomed: bool) -> Layout:
    """`wide`: all panels; `split`, `stack`: the lower three share one place; `single`: one panel; `zoom`: details."""
    if zoomed:
        return "zoom"
    if height < 16 or width < 24:
        return "single"
    if width < 130:
        return "stack"
    return "wide" if height >= 30 else "split"


def shown(layout: Layout, active: str, lower: str) -> frozenset[str]:
    """The widgets on screen: `active` is the panel with the cursor, `lower` the one of the lower three in its place."""
    if layout == "wide":
        return frozenset({*PANELS, "detail"})
    if layout == "zoom":
        return frozenset({"detail"})
    if layout == "single":
        return frozenset({active})
    return frozenset({"jails", lower, "detail"})
