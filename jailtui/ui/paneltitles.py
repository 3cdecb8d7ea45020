"""The titles of the four panels: their names, how many rows they have, and how these are narrowed and sorted. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.boxes import LOWER, PANELS
from jailtui.ui.columns import TITLES
from jailtui.ui.lines import SEVERITY_TONES, Cell

if TYPE_CHECKING:
    from jailtui.model.state import HostState
    from jailtui.ui.boxes import Layout
    from jailtui.ui.findings import Findings
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.widgets.rowlist import RowList


def title(name: str, count: Cell, layout: Layout, glyphs: Glyphs) -> tuple[Cell, ...]:
    """The name of a panel with its count, among those of the panels that share its place."""
    counted = (Cell("  "), count)
    if layout == "wide" or (name == "jails" and layout != "single"):
        return (Cell(TITLES[name], "title"), *counted)
    names = PANELS if layout == "single" else LOWER
    dot = Cell(f" {glyphs.dot} ", "dim")
    cells: list[Cell] = []
    for other in names:
        cells += [dot] if cells else []
        cells.append(Cell(TITLES[other], "title" if other == name else "dim", f"screen.command('panel.{other}')"))
    return (*cells, *counted)


def right_end(rowlist: RowList, sorted_by: str, glyphs: Glyphs) -> tuple[Cell, ...]:
    """The filter, the order and the marks of a panel."""
    cells = [Cell(rowlist.filter.words, "accent")] if rowlist.filter else []
    if sorted_by:
        cells.append(Cell(sorted_by, "accent"))
    if rowlist.marks:
        hidden = len(rowlist.marks - {row.key for row in rowlist.shown})
        cells.append(Cell(f"{len(rowlist.marks)} marked" + (f", {hidden} hidden" if hidden else ""), "accent"))
    gap = Cell(f" {glyphs.dot} ", "dim")
    return tuple(piece for at, cell in enumerate(cells) for piece in ((gap, cell) if at else (cell,)))


def count(name: str, rows: int, state: HostState | None, findings: Findings, glyphs: Glyphs) -> Cell:
    """How many rows a panel has: of jails how many are up, of pairs how many are orphans."""
    if not rows or state is None:
        return Cell("none", "dim")
    if name == "jails":
        return Cell(f"{sum(jail.running for jail in state.jails)} up of {len(state.jails)}", "dim")
    if name == "epairs" and (orphans := len(state.orphans)):
        tone = SEVERITY_TONES[findings.worst_orphan(state)]
        return Cell(f"{orphans} orphan{'s' * (orphans != 1)} {glyphs.dot} o jumps", tone)
    return Cell(str(rows), "dim")
