"""The lines of a path check: the cable with a mark at each place, the hops, the remedies. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import shell_line
from jailtui.text import width
from jailtui.ui.lines import Cell, Line, Tone, hanging, line, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.pathcheck.hops import Course, PathHop, PathNode, PathReport, Result
    from jailtui.rules.finding import Evidence, Remedy
    from jailtui.ui.glyphs import Glyphs

KEYS = (
    ("j k, up down", "Scroll; pgup and pgdn one page."),
    ("enter", "Show the plan or the form of the first fix that is not by hand."),
    ("1-9", "Show the plan or the form of that fix."),
    ("t", "Type a target: an address, a name, or either with :PORT."),
    ("r", "Check the path again."),
    ("y", "Copy the check as text (OSC 52)."),
    ("/", "Show the lines that match a text or regex; ! inverts."),
    ("esc q", "Back: lifts the filter first."),
)
HOP = 17
"""Cells of a hop's name."""
TONES: dict[Result, Tone] = {"ok": "ok", "broken": "bad", "unknown": "warn", "skipped": "dim"}
SEVEREST: tuple[Result, ...] = ("broken", "unknown", "ok", "skipped")


class PathShown(NamedTuple):
    """What is known of a path up to now; `report` once it has ended, `problem` if it could not be checked."""

    course: Course | None = None
    hops: tuple[PathHop, ...] = ()
    report: PathReport | None = None
    problem: str = ""


def mark(result: Result, glyphs: Glyphs) -> Cell:
    sign = {"ok": glyphs.marked, "broken": glyphs.broken, "unknown": "?", "skipped": glyphs.dot}[result]
    return Cell(sign, TONES[result])


def path_lines(shown: PathShown, glyphs: Glyphs, room: int, *, brief: bool = False) -> list[Line]:
    """The whole check: it grows as hops are known. `brief`: once a fault is found, good hops share lines."""
    if shown.course is None:
        state = Cell(shown.problem, "bad") if shown.problem else Cell(f"Reading the host{glyphs.ellipsis}", "dim")
        return [Line(), line(state), Line()]
    lines = [*hanging(Cell(""), shown.course.sends, room, "dim"), *([] if brief else [Line()])]
    lines += [*cable(shown, glyphs, room), Line()]
    lines += (
        brief_hops(shown.hops, glyphs, room)
        if brief and shown.report and shown.report.faults
        else [each for hop in shown.hops for each in hop_lines(hop, glyphs, room)]
    )
    if shown.problem:
        lines += hanging(Cell(f"{glyphs.broken} ", "bad"), shown.problem, room, "bad")
    elif shown.report is None:
        lines.append(line(Cell(f"  asking{glyphs.ellipsis}", "dim")))
    else:
        lines += ending(shown.report, room)
    return lines


def brief_hops(hops: Sequence[PathHop], glyphs: Glyphs, room: int) -> list[Line]:
    """The hops, those with the same good result on one line."""
    lines: list[Line] = []
    for result, group in groupby(hops, lambda hop: hop.result):
        same = list(group)
        if result in ("ok", "skipped"):
            lead = mark(result, glyphs)
            names = ", ".join(hop.hop for hop in same)
            first, *rest = hanging(Cell("  "), names, room, "dim" if result == "skipped" else "")
            lines += [Line((lead, Cell(" "), *first.cells[1:])), *rest]
        else:
            lines += [each for hop in same for each in hop_lines(hop, glyphs, room)]
    return lines


def cable(shown: PathShown, glyphs: Glyphs, room: int) -> list[Line]:
    """The places of the path side by side, the first broken link marked, and the result under each.

    An end whose name is not known, and which is not looked at, is left out.
    """
    assert shown.course is not None
    above: list[Cell] = [Cell(" ")]
    below: list[Cell] = [Cell(" ")]
    lines: list[Line] = []
    broken_hop = next((hop.hop for hop in shown.hops if hop.result == "broken"), None)
    beyond = False
    judged = [(node, worst(node, shown.hops)) for node in shown.course.nodes]
    places = [(node, result) for node, result in judged if node.name or result not in (None, "skipped")]
    for at, (node, result) in enumerate(places):
        broken = broken_hop in node.hops
        wire = joint(node, glyphs, broken=broken, first=at == 0)
        name = Cell(node.name or glyphs.none, "bad" if broken else "dim" if beyond else "strong" if at == 0 else "")
        if at and used(above) + wire.width + name.width > room:
            lines += [Line(tuple(above)), Line(tuple(below))]
            above, below = [Cell("  ")], [Cell("  ")]
        above += [wire, name]
        if result is not None:
            below += [Cell(" " * (used(above) - name.width - used(below))), mark(result, glyphs)]
        beyond = beyond or broken
    return [*lines, Line(tuple(above)), Line(tuple(below))]


def joint(node: PathNode, glyphs: Glyphs, *, broken: bool, first: bool) -> Cell:
    """The link before a place, marked if that is where the path ends."""
    if first:
        return Cell("")
    piece = (glyphs.cable if node.pair else glyphs.wire)[0]
    return Cell(f" {piece}{glyphs.broken}{piece} ", "bad") if broken else Cell(f" {piece}{piece} ", "dim")


def worst(node: PathNode, hops: Sequence[PathHop]) -> Result | None:
    """The gravest result of the hops about a place; None if none is known yet."""
    results = {hop.result for hop in hops if hop.hop in node.hops}
    return next((result for result in SEVEREST if result in results), None)


def hop_lines(hop: PathHop, glyphs: Glyphs, room: int) -> list[Line]:
    sign = mark(hop.result, glyphs)
    tone: Tone = "dim" if hop.result == "skipped" else "bad" if hop.result == "broken" else ""
    first, *rest = hanging(Cell(f"  {hop.hop:<{HOP}}"), hop.text, room, tone)
    lines = [Line((sign, Cell(first.cells[0].text[1:]), *first.cells[1:])), *rest]
    return lines + (evidence_lines(hop.evidence, room) if hop.result in ("broken", "unknown") else [])


def evidence_lines(evidence: Sequence[Evidence], room: int) -> list[Line]:
    """Each source beside what it said; in one column where a source takes half of the room."""
    wide = max((width(fact.source) for fact in evidence), default=0) + 2
    lines: list[Line] = []
    for fact in evidence:
        if wide < room // 2:
            lead = Cell(f"    {fact.source}{' ' * (wide - width(fact.source))}", "accent")
            lines += hanging(lead, fact.said, room, "dim")
        else:
            lines += hanging(Cell("    "), f"{fact.source}: {fact.said}", room, "dim")
    return lines


def ending(report: PathReport, room: int) -> list[Line]:
    """The remedies of the first fault, and what else was seen."""
    if report.first is None:
        return [Line(), line(Cell(report.summary, "ok" if report.verdict == "ok" else "warn"))]
    lines: list[Line] = [Line()]
    for number, remedy in enumerate(report.first.finding.remedies, 1):
        lead = Cell(f"{'Fix' if number == 1 else '   '}  {number}  ", "title")
        lines += hanging(lead, f"{remedy.task.label}: {what(remedy)}", room)
    if not report.first.finding.remedies:
        lines.append(line(Cell("No fix is known.", "dim")))
    for fault in report.also:
        lines += hanging(Cell("Also seen  ", "title"), fault.text, room)
    return lines


def carried_out(remedy: Remedy) -> bool:
    """Whether the program does it: by a form or by commands."""
    return remedy.form is not None or bool(remedy.task.steps)


def what(remedy: Remedy) -> str:
    """What a remedy does: its commands, or the form that it opens."""
    if remedy.form is not None:
        return f"opens the form, at {remedy.form[2]}"
    return " && ".join(shell_line(step.argv) for step in remedy.task.steps) or remedy.task.why
