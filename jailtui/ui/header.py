"""The header: the host, its problems, and the age of the reading. Pure."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.lines import SEVERITY_TONES, Cell, Tone, severity_cell, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.state import HostState
    from jailtui.rules.finding import Severity
    from jailtui.ui.glyphs import Glyphs


class Age(NamedTuple):
    """Since when reading is paused or the state is stale (seconds since the epoch), and why it is stale or unread.

    `again` is when the host is tried again, `collected_at` when a collected file was read.
    """

    paused_since: float | None = None
    stale_since: float | None = None
    reason: str = ""
    again: str = ""
    collected_at: float | None = None


def clock_time(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def day_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


Group = tuple[Cell, ...]
"""Cells that are left out together."""


def header(
    name: str,
    state: HostState | None,
    age: Age,
    read_only: str | None,
    run: str,
    room: int,
    findings: Findings = UNJUDGED,
    way_back: str = "",
    glyphs: Glyphs = UNICODE,
) -> tuple[Group, Group]:
    """The two ends of the header for a terminal of `room` cells. `way_back` says when a plan is undone.

    What does not fit is left out: first the host's facts, which do not change, last the problems.
    """
    wide = room >= WORDY
    right = [*_problems(state, findings, glyphs, wide), *age_groups(age), *([(Cell(run, "busy"),)] if run else [])]
    right += [(Cell(way_back, "bad"),)] if way_back else []
    if read_only is not None:
        right.append((Cell(f"read-only: {read_only}" if wide else "read-only", "warn"),))
    title, host = Cell(" jailtui ", "title"), Cell(f" {name}", "strong")
    hostname, release, user = _facts(name, state)
    up, other = _jails(state)
    for left, jails in (
        ((title, host, hostname, release, user), up + other),
        ((title, host, release, user), up + other),
        ((title, host, release), up + other),
        ((title, host), up + other),
        ((host,), other),
    ):
        groups = [_joined(jails, glyphs), *right] if jails else right
        spaced = tuple(cell for group in groups for cell in (Cell("  "), *group))
        if used(left) + used(spaced) < room:
            return left, (*spaced, Cell(" "))
    return (host,), (*(cell for group in right for cell in (Cell("  "), *group)), Cell(" "))


WORDY = 120
"""Cells from which on the header has words where else it has signs."""


def _facts(name: str, state: HostState | None) -> Group:
    """The host's own name, its release and the user; "" for what is not known or was said."""
    if state is None:
        return (Cell(""),) * 3
    hostname = state.facts.hostname if state.facts.hostname != name else ""
    texts: tuple[tuple[str, Tone], ...] = ((hostname, ""), (state.facts.release, "dim"), (state.facts.user, "dim"))
    return tuple(Cell(f"  {text}" if text else "", tone) for text, tone in texts)


def _jails(state: HostState | None) -> tuple[list[Cell], list[Cell]]:
    """How many jails are up; and how many are dying or failed, without zeros."""
    if state is None or not state.jails:
        return [], []
    counts: Counter[str] = Counter(jail.state for jail in state.jails)
    troubled: tuple[tuple[str, Tone], ...] = (("dying", "warn"), ("failed", "bad"))
    up = Cell(f"{sum(jail.running for jail in state.jails)} up")
    return [up], [Cell(f"{counts[each]} {each}", tone) for each, tone in troubled if counts[each]]


def _joined(cells: Sequence[Cell], glyphs: Glyphs) -> Group:
    dot = Cell(f" {glyphs.dot} ", "dim")
    return tuple(piece for at, cell in enumerate(cells) for piece in ((dot, cell) if at else (cell,)))


def _problems(state: HostState | None, findings: Findings, glyphs: Glyphs, words: bool) -> list[Group]:
    """The numbers of orphans, errors, warnings and failed readings, without zeros."""
    if state is None:
        return []
    groups: list[Group] = []
    if orphans := len(state.orphans):
        tone = SEVERITY_TONES[findings.worst_orphan(state)]
        groups.append((Cell(f"{orphans} orphan{'s' * (orphans != 1)}", tone),))
    severities: tuple[Severity, ...] = ("error", "warning")
    for severity in severities:
        if count := findings.count(severity):
            sign = severity_cell(severity, glyphs)
            word = f" {severity}{'s' * (count != 1)}" if words else ""
            groups.append((Cell(f"{sign.text} {count}{word}", sign.tone),))
    if state.errors:
        groups.append((Cell(f"{len(state.errors)} not read", "bad"),))
    return groups


def age_groups(age: Age) -> list[Group]:
    """The age of the reading where it is not the present: a clock would repaint a healthy host."""
    cells: list[Cell] = []
    if age.collected_at is not None:
        cells.append(Cell(f"read {day_time(age.collected_at)}", "warn"))
    if age.stale_since is not None:
        cells.append(Cell(f"stale since {clock_time(age.stale_since)}", "bad"))
    elif age.reason:
        cells.append(Cell("not read", "bad"))
    if age.paused_since is not None:
        cells.append(Cell(f"paused since {clock_time(age.paused_since)}", "warn"))
    return [(cell,) for cell in cells]


def notice(state: HostState | None, age: Age, findings: Findings = UNJUDGED) -> str:
    """Sentences: why the state is stale, and what could not be read or judged."""
    sentences = unread_lines(age, age.again) if state is not None else []  # else the panels say it
    sentences += [findings.error] if findings.error else []
    errors = state.errors if state is not None else ()
    sentences += [f"{trouble.subject}: {trouble.message}" for trouble in errors[:2]]
    if len(errors) > 2:
        sentences.append(f"and {len(errors) - 2} more, in the details (enter)")
    return "\n".join(Cell(sentence).text for sentence in sentences)


def unread_lines(age: Age, again: str = "") -> list[str]:
    """Why the host could not be read, as lines; the first ends with `again`, if that is given."""
    if not age.reason:
        return []
    first, *more = age.reason.split("\n")
    return [f"{first} ({again})" if again else first, *more]
