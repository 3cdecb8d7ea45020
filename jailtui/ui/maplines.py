"""The map as lines: one for each chain of hops; what branches stands below its parent. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.state import JailState
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.lines import Cell, Line, severity_cell, used
from jailtui.ui.panelrows import STATE_TONES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jailtui.model.hostmap import Branch, Place
    from jailtui.rules.finding import Severity
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.lines import Tone

BRIEF = 100
"""Cells below which the end in the jail is named by its last letter."""
GAP = Cell("  ")


class MapLine(NamedTuple):
    """A line of the map. `places` are what stands on it; the last hangs on `holder`, directly or not."""

    places: tuple[Place, ...]
    holder: Place
    line: Line

    @property
    def key(self) -> str:
        """Names the line for a cursor."""
        return "\n".join(f"{kind} {name}" for kind, name in (self.holder, *self.places))


class _Row(NamedTuple):
    """A line before its columns are aligned: the hops, and what is known of the last."""

    places: tuple[Place, ...]
    holder: Place
    hops: tuple[Cell, ...]
    address: Cell
    rest: tuple[Cell, ...]


def no_traffic(_place: Place) -> str:
    return ""


def map_lines(
    nodes: Sequence[Branch],
    glyphs: Glyphs,
    room: int,
    findings: Findings = UNJUDGED,
    traffic: Callable[[Place], str] = no_traffic,
    *,
    addresses: bool = True,
) -> list[MapLine]:
    """The lines of these trees for `room` cells. `traffic` gives the words for the traffic of a part, or "".

    Without `addresses`, traffic stands in their column.
    """
    drawing = _Drawing(glyphs, findings, traffic, brief=room < BRIEF, addressed=addresses)
    rows = [row for node in nodes for row in drawing.root(node)]
    column = max((row.address.width for row in rows), default=0)
    most = room - column - 2 * GAP.width - 1  # with room for the sign of a state
    hops = max((wide for row in rows if row.address.text and (wide := used(row.hops)) <= most), default=0)
    return [MapLine(row.places, row.holder, aligned(row, hops, column, room)) for row in rows]


def aligned(row: _Row, hops: int, addresses: int, room: int) -> Line:
    """The row as a line, its address and what follows in their columns; what does not fit is left out."""
    if not row.address.text and not row.rest:
        return Line(row.hops)
    cells = [*row.hops]
    if row.address.text:
        cells += [Cell(" " * max(0, hops - used(cells))), GAP, row.address]
        cells.append(Cell(" " * (addresses - row.address.width)))
    for cell in row.rest:
        left = room - used(cells) - GAP.width
        if cell.width > left and cell.short:
            cell = Cell(cell.short, cell.tone)
        if cell.width <= left:
            cells += [GAP, cell]
    return Line(tuple(cells))


class _Drawing:
    """How the parts of a map look."""

    def __init__(
        self, glyphs: Glyphs, findings: Findings, traffic: Callable[[Place], str], *, brief: bool, addressed: bool
    ) -> None:
        self.glyphs, self.findings, self.traffic, self.brief = glyphs, findings, traffic, brief
        self.addressed = addressed
        self.down, self.fork, self.last, self.begin = tuple(glyphs.tree)

    def root(self, node: Branch) -> Iterator[_Row]:
        """A tree: its root has a line of its own."""
        lead = tuple(self.named(node))
        if node.hop.kind == "group" and len(node.children) == 1:
            yield from self.branch(
                node.children[0], (*lead, self.link(node.children[0])), " ", (node.place,), node.place
            )
            return
        words = (self.traffic(node.place), *self.codes((node.place,)))
        yield _Row((node.place,), node.place, lead, Cell(""), tuple(Cell(word, "dim") for word in words if word))
        for at, child in enumerate(node.children):
            is_last = at == len(node.children) - 1
            sign, below = (self.last, "   ") if is_last else (self.fork, f"{self.down}  ")
            yield from self.branch(child, (Cell(f"{sign}{self.glyphs.edge} ", "dim"),), below, (), node.place)

    def branch(
        self, node: Branch, lead: tuple[Cell, ...], below: str, before: tuple[Place, ...], holder: Place
    ) -> Iterator[_Row]:
        """A node behind `lead`, and what hangs on it; further lines begin with `below`."""
        cells, places = (*lead, *self.named(node)), (*before, node.place)
        if not node.children:
            yield self.row(node, cells, places, holder)
            return
        first, *others = node.children
        if not others:
            held = node.place if node.hop.kind in ("bridge", "vlan") else holder
            yield from self.branch(first, (*cells, self.link(first)), below, places, held)
            return
        edge = self.glyphs.edge
        cells += () if self.brief else tuple(Cell(f" {code}", "dim") for code in self.codes((node.place,)))
        pad = below + " " * (used(cells) + 2 - len(below))
        lead = (*cells, Cell(f" {edge}{self.begin}{edge} ", "dim"))
        yield from self.branch(first, lead, f"{pad}{self.down}  ", (), node.place)
        for child in others:
            sign, deeper = (self.last, "   ") if child is others[-1] else (self.fork, f"{self.down}  ")
            yield from self.branch(child, (Cell(f"{pad}{sign}{edge} ", "dim"),), pad + deeper, (), node.place)

    def link(self, node: Branch) -> Cell:
        """The wire before a hop."""
        wire = self.glyphs.cable if node.hop.kind == "epair-b" else self.glyphs.wire
        return Cell(f" {wire} ", "dim" if node.hop.ok else "bad")

    def named(self, node: Branch) -> Iterator[Cell]:
        """A hop's name, its problem's mark, its facts; a broken hop has its reason."""
        hop, broken = node.hop, self.glyphs.broken
        if hop.kind == "epair-b" and not hop.ok and hop.note.startswith("lost"):
            yield Cell(f"{broken} {hop.note}", "bad")
            return
        name = hop.name[-1:] if self.is_brief(node) else hop.name
        tone: Tone = "strong" if hop.kind in ("jail", "nic") else "dim" if hop.kind in ("fold", "group", "none") else ""
        yield Cell(name, tone if hop.ok else "bad")
        if hop.kind != "epair-b" and (worst := self.worst(node.place)) is not None:
            sign = severity_cell(worst, self.glyphs)
            yield Cell(f" {sign.text}", sign.tone)
        if not hop.ok:
            yield Cell(f" {broken} {hop.note}", "bad")
        elif hop.note and hop.kind != "jail":
            yield Cell(f" {hop.note}", "dim")
        if node.again:
            yield Cell(" (above)", "dim")
        if hop.kind != "jail":
            yield from (Cell(f" {fact}", "dim") for fact in node.facts)

    def is_brief(self, node: Branch) -> bool:
        """Whether the last letter of the end's name is enough: the other end stands before it."""
        pair = node.place[1].partition("#")[0]
        return self.brief and node.hop.kind == "epair-b" and node.hop.name == f"{pair}b"

    def worst(self, place: Place) -> Severity | None:
        worst = self.findings.worst(*place)
        return None if worst == "note" else worst

    def row(self, node: Branch, cells: tuple[Cell, ...], places: tuple[Place, ...], holder: Place) -> _Row:
        """The line that ends with this node: a jail's address and state, traffic, and codes of problems."""
        written = node.facts[0] if node.hop.kind == "jail" and node.facts else ""
        address = Cell(written.partition("/")[0] if self.brief else written)
        moved = [Cell(words) for words in dict.fromkeys(map(self.traffic, places)) if words]
        if not self.addressed:
            address, moved = (moved or [Cell("")])[0], []
        rest: list[Cell] = []
        if node.hop.kind == "jail":
            state = JailState(node.hop.note)
            word = "" if state is JailState.RUNNING else f" {state.value}"
            sign = self.glyphs.states[state]
            rest.append(Cell(sign + word, STATE_TONES[state], short=sign))
            address = address if address.text else Cell(self.glyphs.none, "dim")
        rest += moved
        rest += [Cell(code, "dim") for code in self.codes(places)]
        return _Row(places, holder, cells, address, tuple(rest))

    def codes(self, places: Sequence[Place]) -> list[str]:
        """The codes of the problems of these parts, each once."""
        findings = [finding for place in dict.fromkeys(places) for finding in self.findings.of(*place)]
        return list(dict.fromkeys(finding.code for finding in findings if finding.severity != "note"))
