"""Which boxes of the console are shown for the size of the terminal, and how high each is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Layout = Literal["wide", "split", "stack", "single", "zoom"]
PANELS = ("jails", "epairs", "bridges", "vlans")
LOWER = PANELS[1:]

WIDEST = 110
"""The most cells of a dialog."""
NARROW = 90
"""Cells of a terminal up to which a dialog is as wide as the terminal."""

FRAMED = 4
"""The least height of a box that has a frame."""
FOLDED = 1
"""The height of a panel without rows: its title."""
AROUND = 3
"""The lines of a panel around its rows: the frame and the titles of its columns."""
EVENTS_LEAST = 5
"""The least height of the box of the last events, which takes the lines that the panels beside the details leave."""
LEAST = 5
"""The height that a panel keeps while another one grows."""


def layout_for(width: int, height: int, zoomed: bool, enlarged: bool = False) -> Layout:
    """`wide`: all panels; `split`, `stack`: jails and one lower panel; `single`: one panel; `zoom`: details.

    `enlarged`: the operator wants the active panel alone.
    """
    if zoomed:
        return "zoom"
    if enlarged or height < 16 or width < 24:
        return "single"
    if width < 130:
        return "stack"
    return "wide" if height >= 30 else "split"


def shown(layout: Layout, active: str, lower: str) -> frozenset[str]:
    """The visible widgets: `active` is the panel with the cursor, `lower` the visible panel of the lower three."""
    if layout == "wide":
        return frozenset({*PANELS, "detail"})
    if layout == "zoom":
        return frozenset({"detail"})
    if layout == "single":
        return frozenset({active})
    return frozenset({"jails", lower, "detail"})


def heights(needs: Sequence[int], active: int, room: int) -> tuple[int, ...]:
    """The heights of panels one above the other in `room` lines.

    Each gets what it needs. If that is too much, each keeps a share, and the active one gets the rest before the
    others.
    """
    if sum(needs) <= room:
        return tuple(needs)
    share = min(max(LEAST, room // (len(needs) + 1)), room // len(needs))
    panels = [min(need, share) for need in needs]
    for at in sorted(range(len(needs)), key=lambda at: at != active):
        panels[at] += min(needs[at] - panels[at], room - sum(panels))
    return tuple(panels)


def column_heights(layout: Layout, needs: Sequence[int], active: int, whole: int, room: int) -> tuple[int, ...]:
    """The heights of the panels in `room` lines, which are `whole` where no notice stands below them.

    A notice takes its lines from the details under the panels, or from the lowest box, so that it moves no other frame.
    Lines that are left beside the details are for the last events, if they are too few for the last panel with rows.
    """
    if layout == "stack":
        panels = heights(needs, active, whole - details_least(whole))
        return panels if room - sum(panels) >= FRAMED else heights(needs, active, max(1, room - details_least(room)))
    panels = heights(needs, active, room)
    if layout == "wide" and room - sum(panels) >= EVENTS_LEAST:
        return panels
    last = max((at for at, need in enumerate(needs) if need > FOLDED), default=0)
    return (*panels[:last], panels[last] + room - sum(panels), *panels[last + 1 :])


def spare_lines(page: int, taken: int, *, zoomed: bool) -> int:
    """The lines for graphs in details that take `taken` lines of a page; those alone on the screen scroll for them."""
    return max(page - taken, 7 if zoomed else 0)


def details_least(height: int) -> int:
    """The lines that the details keep under the panels."""
    return max(6, height // 4)


def most_of_draft(height: int) -> int:
    """The most lines that the draft of a form takes from fields that need them."""
    return 0 if height < 11 else max(5, (height - help_lines(height)) // 3)


def help_lines(height: int) -> int:
    """The lines for the help of a field."""
    return 0 if height < 15 else 3 if height < 29 else 5


def form_heights(fields: int, draft: int, height: int) -> tuple[int, int, int]:
    """The heights of the fields, which need `fields` lines, of the help, and of the draft, which needs `draft`."""
    room = height - help_lines(height)
    draft = min(max(draft, FRAMED), most_of_draft(height))
    fields = max(3, min(fields, room - draft))
    return fields, help_lines(height), max(0, room - fields) if most_of_draft(height) else 0


def dialog_width(cells: int) -> int:
    """The cells of a dialog in a terminal of `cells`."""
    return cells if cells <= NARROW else min(WIDEST, cells * 9 // 10)
