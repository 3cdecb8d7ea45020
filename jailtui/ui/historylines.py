"""Runs and saves of the past as rows and lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.text import output_lines
from jailtui.ui.lines import FILTER, Cell, Key, Line, Tone, hanging, labelled, line
from jailtui.ui.rows import Column, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.plans.history import PastRun, PastStep

COLUMNS = (
    Column("TIME", low=16, high=16, fixed=True),
    Column("WHAT", low=16, high=48, by_end=True),
    Column("WHO", drop=1, high=16),
    Column("RESULT", low=8, high=60, by_end=True),
)
KEYS = (
    ("j k, up down", "Another run; pgup and pgdn one page."),
    ("u", "Undo its saves, or redo those of an undo. Shows the plan first; other commands are not undone."),
    ("enter", "Of a run that was interrupted: show what remains of it, as a plan."),
    ("/", "Filter the runs; esc shows all."),
    ("ctrl+d ctrl+u", "Scroll the page."),
    ("esc q", "One level back."),
)
DIFF_TONES: dict[str, Tone] = {"-": "bad", "+": "ok", "@": "dim"}


def run_row(run: PastRun, key: str) -> Row:
    """Time, title, who, and the result."""
    tone: Tone = "ok" if run.outcome == "done" else "warn"
    cells = Cell(minute(run)), Cell(run.title, "strong"), Cell(run.who, "dim"), Cell(run.outcome, tone)
    return Row(key, cells, problem=run.outcome != "done")


def minute(run: PastRun) -> str:
    return run.begun[:16].replace("T", " ")


def run_page(run: PastRun, room: int) -> list[Line]:
    """The run with its steps, what they printed and changed, and how they ended."""
    lines = [
        *labelled("Begun", run.begun, room),
        *labelled("By", run.who, room),
        *labelled("Outcome", run.outcome, room),
    ]
    if run.refused:
        lines += labelled("Refused", run.refused.replace("\n", " "), room)
    for step in run.steps:
        lines += [Line(), *_step_lines(step, room)]
    if run.output:
        lines += [Line(), *(line(Cell(text, "dim")) for text in output_lines(run.output))]
    return lines


def _step_lines(step: PastStep, room: int) -> list[Line]:
    tone: Tone = "ok" if step.status == 0 else "warn"
    lines = [*hanging(Cell("$ ", "dim"), step.line, room, "accent"), line(Cell(f"  {step.ending}", tone))]
    lines += [line(Cell(f"  {text}", DIFF_TONES.get(text[:1], "dim"))) for text in step.diff.split("\n") if text]
    return lines + [line(Cell(f"  {text}", "dim")) for text in output_lines(step.output)]


def history_keys(run: PastRun | None) -> Sequence[Key]:
    """The keys of the bar."""
    undo = [Key("u", "redo" if run.mark.verb == "undo" else "undo", "screen.undo")] if run and run.files else []
    rest = [Key("enter", "what remains", "screen.rest")] if run and run.interrupted else []
    return [*rest, *undo, FILTER, Key("^d", "scroll", "screen.scroll_page(1)")]
