"""The header: the host, its problems, and the age of the reading. Pure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.lines import SEVERITY_TONES, Cell

if TYPE_CHECKING:
    from jailtui.model.state import HostState


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


def header(
    name: str,
    state: HostState | None,
    age: Age,
    read_only: str | None,
    run: str,
    room: int,
    findings: Findings = UNJUDGED,
    way_back: str = "",
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The two ends of the header for a terminal of `room` cells. `way_back` says when a plan is undone."""
    right = [*_counts(state, findings), *_age(age), *([Cell(run, "busy")] if run else [])]
    right += [Cell(way_back, "bad")] if way_back else []
    if read_only is not None:
        right.append(Cell("read-only" if room < 120 else f"read-only: {read_only}", "warn"))
    left = [Cell(" jailtui ", "title"), Cell(f" {name}", "strong")]
    if state is not None:
        facts = state.facts
        if facts.hostname and facts.hostname != name and room >= 100:
            left.append(Cell(f"  {facts.hostname}"))
        if facts.release and room >= 70:
            left.append(Cell(f"  {facts.release}", "dim"))
        if facts.user and room >= 50:
            left.append(Cell(f"  {facts.user}", "dim"))
    spaced = [piece for cell in right for piece in (Cell("  "), cell)]
    return tuple(left), (*spaced, Cell(" "))


def _counts(state: HostState | None, findings: Findings) -> list[Cell]:
    """The numbers of orphans, dying jails, problems and failed readings, without zeros."""
    if state is None:
        return []

    orphans = len(state.orphans)
    dying = sum(jail.state == "dying" for jail in state.jails)
    problems, worst = findings.problems, SEVERITY_TONES[findings.worst_orphan(state)]
    cells = [
        Cell(f"{orphans} orphan{'s' * (orphans != 1)}", worst) if orphans else None,
        Cell(f"{dying} dying", "warn") if dying else None,
        Cell(f"{problems} problem{'s' * (problems != 1)}", "warn") if problems else None,
        Cell(f"{len(state.errors)} not read", "bad") if state.errors else None,
    ]
    return [cell for cell in cells if cell is not None]


def _age(age: Age) -> list[Cell]:
    cells: list[Cell] = []
    if age.collected_at is not None:
        cells.append(Cell(f"read {day_time(age.collected_at)}", "warn"))
    if age.stale_since is not None:
        cells.append(Cell(f"stale since {clock_time(age.stale_since)}", "bad"))
    elif age.reason:
        cells.append(Cell("not read", "bad"))
    if age.paused_since is not None:
        cells.append(Cell(f"paused since {clock_time(age.paused_since)}", "warn"))
    return cells


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
