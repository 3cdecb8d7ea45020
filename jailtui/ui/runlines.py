"""A plan with its diffs, and a run, as lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jailtui.exchange import FileEdit, difference, shell_line
from jailtui.plans.run import LINE_CUT
from jailtui.text import clean, output_lines
from jailtui.ui.lines import Cell, Line, Tone, chop, hanging, indented, labelled, line, severity_cell, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.exchange import Step, Task
    from jailtui.plans.plan import Plan
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.progress import RunProgress, StepProgress, TaskProgress

TAB = 4
"""Cells between two tab stops: half of what is usual, so that indented lines fit beside their numbers."""

_TONES: dict[str, Tone] = {"-": "bad", "+": "ok", " ": "dim"}
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)")


def edit_lines(edit: FileEdit, room: int, context: int = 3) -> list[Line]:
    """The changes of `edit` in `room` cells; lines are never cut, since they will be written.

    Around each change are up to `context` unchanged lines (3 at most). A number is that of the old line for `-`, of the
    new line for all others; `...` separates places.
    """
    lines: list[Line] = []
    for number, sign, text in _near(list(_changes(edit)), context):
        if not sign:
            lines += [line(Cell(f"{'...':>5}", "dim"))] if lines else []
            continue
        tone = _TONES[sign]
        for at, part in enumerate(chop(clean(text.expandtabs(TAB)), max(10, room - 8))):
            lead = Cell(f"{number:>5} ", "dim") if at == 0 else Cell(" " * 6)
            lines.append(line(lead, Cell(f"{sign} ", tone), Cell(part, tone)))
    return lines


def _changes(edit: FileEdit) -> Iterator[tuple[int, str, str]]:
    """Line number, sign and text of each line of the difference; no sign before a new place."""
    before = after = 0
    for text in difference(edit.old or b"", edit.new, edit.path)[2:]:
        if hunk := _HUNK.match(text):
            before, after = int(hunk[1]), int(hunk[2])
            yield 0, "", ""
            continue
        sign = text[0]
        yield before if sign == "-" else after, sign, text[1:]
        before += sign != "+"
        after += sign != "-"


def _near(changes: list[tuple[int, str, str]], context: int) -> list[tuple[int, str, str]]:
    """The changed lines, and those at most `context` lines away."""
    ranges = (changes[max(0, at - context) : at + context + 1] for at in range(len(changes)))
    return [
        change
        for change, near in zip(changes, ranges, strict=True)
        if not change[1] or any(each[1] in "+-" for each in near if each[1])
    ]


LIVE_LINES = 8
"""Lines of output shown under a running command; all are shown after it ended."""
COMPACT = 4
"""From that many tasks on, a task without a failure is one line."""

NOW = "Now"
"""The heading of the verdicts after a run."""


def plan_lines(plan: Plan, glyphs: Glyphs, room: int) -> list[Line]:
    """The exact commands with why, what breaks and how to undo it; then refusals with their reasons.

    Commands that differ in a name only are shown once, with the names.
    """
    from jailtui.plans.shapes import NAME, shapes

    lines: list[Line] = []
    for task, names in shapes(plan.tasks):
        lines.append(Line())
        if names:
            lines += hanging(Cell(f"{NAME}: ", "title"), f"{', '.join(names)} ({len(names)})", room, "strong")
        elif len(plan.tasks) > 1:
            lines.append(line(Cell(task.label or task.subject, "title")))
        lines += _task_plan(task, glyphs, room)
    if plan.offers:
        lines += [Line(), line(Cell(f"c: {plan.offered}", "title"))]
    for task in plan.offers:
        lines += hanging(Cell("  "), task.label or task.subject, room)
        lines += indented(_warnings(task, glyphs, room - 4), 4)
        for number in range(len(task.steps)):
            lines += command_lines(task.steps, number, Cell("      "), room)
    if plan.refused:
        lines += [Line(), line(Cell("Left out" if plan.tasks else "Nothing to run", "warn"))]
        for refusal in plan.refused:
            lines += hanging(Cell(f"{glyphs.broken} {refusal.subject}  ", "strong"), refusal.reason, room)
    elif not plan.tasks:
        lines += [Line(), line(Cell("Nothing to do.", "dim"))]
    return [*lines, Line()]


def _warnings(task: Task, glyphs: Glyphs, room: int) -> list[Line]:
    lines = []
    for number, warning in enumerate(task.warnings):
        sign = severity_cell("error" if number < task.grave else "warning", glyphs, 3)
        lines += hanging(sign, warning, room, sign.tone)
    return lines


def _task_plan(task: Task, glyphs: Glyphs, room: int) -> list[Line]:
    lines = _warnings(task, glyphs, room)
    for number, step in enumerate(task.steps, start=1):
        lines += command_lines(task.steps, number - 1, Cell(f"{number:>2}  ", "dim"), room)
        words = "; ".join(text for text in (step.why, f"breaks {step.breaks}" if step.breaks else "") if text)
        lines += hanging(Cell("      "), words, room, "dim") if words else []
        if step.file is not None:
            lines += indented(_file_plan(step.file, room - 2), 2)
    saves = any(step.file is not None for step in task.steps)
    why = ("Effect", task.why.removeprefix("takes effect ")) if saves else ("Why", task.why)
    for label, text in (why, ("Breaks", task.breaks), ("Undo", task.undo)):
        lines += labelled(label, text, room, wide=8) if text else []
    return lines


def command_lines(steps: Sequence[Step], at: int, lead: Cell, room: int) -> list[Line]:
    """The command of one of the steps after `lead`, and the condition that the host looks at right before it."""
    step, before = steps[at], steps[at - 1].guard if at else ""
    lines = hanging(lead, shell_line(step.argv), room, "accent")
    if step.guard:
        condition = step.guard.replace(before, "the same holds", 1) if before else step.guard
        lines += hanging(Cell(f"{' ' * len(lead.text)}  only if ", "dim"), condition, room, "dim")
    return lines


def _file_plan(edit: FileEdit, room: int) -> list[Line]:
    """The diff of a file, and before it what somebody else has changed there."""
    lines = edit_lines(edit, room)
    if edit.base is None or edit.old is None:
        return lines
    theirs = edit_lines(edit._replace(old=edit.base, new=edit.old), room)
    return [line(Cell("Somebody else changed since:", "dim")), *theirs, line(Cell("This changes:", "dim")), *lines]


def run_lines(run: RunProgress, glyphs: Glyphs, room: int) -> list[Line]:
    """Progress, the tasks with their commands and output, and at the end the verdicts."""
    lines: list[Line] = []
    if run.cut:
        lines += [*hanging(Cell(f"{glyphs.warn} ", "warn"), LINE_CUT, room, "warn"), Line()]
    if len(run.tasks) > 1:
        lines += [_progress(run, glyphs, room), Line()]
    compact = len(run.tasks) >= COMPACT
    for task in run.tasks:
        lines += _task_run(task, glyphs, room, compact)
    lines += [Line(), *_ending(run, glyphs, room)]
    return lines


def _progress(run: RunProgress, glyphs: Glyphs, room: int) -> Line:
    done, total = run.finished, len(run.tasks)
    size = max(4, min(30, room - 30))
    full = size * done // total
    now = f"  now: {', '.join(run.now[:4])}" if run.now else ""
    bar = Cell(glyphs.bar * full, "ok"), Cell(glyphs.edge * (size - full), "dim")
    return line(*bar, Cell(f"  {done} of {total}", "strong"), now, *([Cell("  cancelled", "warn")] * run.cancelled))


def _task_run(task: TaskProgress, glyphs: Glyphs, room: int, compact: bool) -> list[Line]:
    signs: dict[str, tuple[str, Tone]] = {
        "waiting": (" ", "dim"),
        "running": (glyphs.cursor, "busy"),
        "done": (glyphs.marked, "ok"),
        "failed": (glyphs.broken, "bad"),
        "skipped": (glyphs.none, "warn"),
    }
    sign, tone = signs[task.status]
    note = f": {task.note}" if task.note else ""
    lines = [line(Cell(f"{sign} ", tone), Cell(task.subject, "strong"), Cell(f"  {task.status}{note}", tone))]
    noted = any(step.status == "done" and step.ending != "ok" for step in task.steps)
    if compact and task.status not in ("running", "failed") and not noted:
        return lines
    for number, step in enumerate(task.steps, start=1):
        lines += _step_run(number, step, room) if step.status != "waiting" or not step.rescue else []
    return lines


def _step_run(number: int, step: StepProgress, room: int) -> list[Line]:
    tones: dict[str, Tone] = {"running": "busy", "done": "ok", "failed": "bad"}
    tone = tones.get(step.status, "dim")
    ending = step.ending or ("running" if step.status == "running" else "")
    lines = hanging(Cell(f"  {number:>2}  ", "dim"), step.command, room, "dim" if step.status == "waiting" else "")
    if ending:
        lines[-1] = line(*lines[-1].cells, Cell(f"  {ending}", tone))
    printed = output_lines(step.output.rstrip("\n")) if step.output.strip() else []
    if step.status == "running":
        printed = printed[-LIVE_LINES:]
    for text in printed:
        lines += [line("      ", Cell(part, "dim")) for part in wrap(text, max(10, room - 6))]
    return lines


def _ending(run: RunProgress, glyphs: Glyphs, room: int) -> list[Line]:
    lines = hanging(Cell(f"{glyphs.bad} ", "bad"), run.error, room, "bad") if run.error else []
    if run.undone:
        lines.append(line(Cell(NOW, "title")))
        lines += hanging(Cell(f"{glyphs.broken} ", "bad"), run.undone, room, "bad")
    elif run.verdicts is not None:
        lines.append(line(Cell(NOW, "title")))
        for verdict in run.verdicts:
            sign = Cell(f"{glyphs.marked} ", "ok") if verdict.ok else Cell(f"{glyphs.broken} ", "bad")
            lines += hanging(sign, verdict.text, room, "strong" if verdict.ok else "bad")
    elif run.over:
        lines.append(line(Cell(f"Reading the host again{glyphs.ellipsis}", "dim")))
    return lines
