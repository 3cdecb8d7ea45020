"""Events as rows, and as lines of a page and of the details. Pure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jailtui.ui.historylines import DIFF_TONES
from jailtui.ui.lines import FILTER, Cell, Key, Line, Tone, hanging, labelled, line
from jailtui.ui.rows import Column, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.events import HostEvent

COLUMNS = (
    Column("TIME", low=8, high=14, fixed=True),
    Column("WHAT HAPPENED", low=20, high=160, by_end=True),
)
KEYS = (
    ("j k, up down", "Another event; pgup and pgdn one page."),
    ("enter", "Go to the row of what it is about."),
    ("/", "Filter the events by text or regex; ! inverts, esc shows all."),
    ("ctrl+d ctrl+u", "Scroll the page."),
    ("esc q E", "Back."),
)
BAD = frozenset({"host-lost", "host-unread", "jail-failed", "epair-lost", "epair-orphaned"})
NOTED = frozenset({"jail-dying", "jail-stopped", "file-saved", "file-gone", "refused"})


def tone(event: HostEvent) -> Tone:
    """How an event stands out."""
    if event.kind in BAD or " lost its link" in event.text:
        return "bad"
    return "warn" if event.kind in NOTED else ""


def moment(seconds: float, now: float) -> str:
    """The time of an event, with its date if that is another day."""
    at = time.localtime(seconds)
    same = at[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M:%S" if same else "%m-%d %H:%M:%S", at)


def event_row(number: int, event: HostEvent, now: float) -> Row:
    """Time and sentence."""
    colour = tone(event)
    cells = Cell(moment(event.time, now), "dim"), Cell(event.text, colour)
    return Row(str(number), cells, problem=colour == "bad")


def event_page(event: HostEvent, others: Sequence[HostEvent], now: float, room: int) -> list[Line]:
    """The whole sentence with what shows it, what it is about, and the other events of that."""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.time))
    lines = hanging(Cell(""), event.text, room, "strong")
    lines += [line(Cell(text, DIFF_TONES.get(text[:1], "dim"))) for text in event.more]
    lines += [Line(), *labelled("Time", when, room), *labelled("Kind", event.kind, room)]
    about = dict.fromkeys(f"{each.kind} {each.key}".strip() for each in event.about)
    lines += labelled("About", ", ".join(about), room) if about else []
    earlier = [other for other in others if other is not event]
    if earlier:
        lines += [Line(), line(Cell(f"Other events of {event.subject}", "head")), *event_lines(earlier, now, room)]
    return lines


def event_lines(events: Sequence[HostEvent], now: float, room: int) -> list[Line]:
    """Events under each other, with their times."""
    return [
        each
        for event in events
        for each in hanging(Cell(f"{moment(event.time, now)}  ", "dim"), event.text, room, tone(event))
    ]


def timeline_keys(event: HostEvent | None) -> Sequence[Key]:
    """The keys of the bar for the event under the cursor, which may be about nothing."""
    go = (Key("enter", "go to"),) if event is not None and event.about else ()
    return *go, FILTER, Key("^d", "scroll", "screen.scroll_page(1)")
