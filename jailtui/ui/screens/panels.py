"""The panels: one `HostState` drawn, and moving about in it. Knows no host and runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widgets import Static

from jailtui.ui import detail, panels
from jailtui.ui.arrange import LOWER, PANELS, Layout, layout_for, shown
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.lines import TONE_CLASSES, Cell, Line
from jailtui.ui.rows import Filter, Row, RowMaker
from jailtui.ui.screens.filtering import FilteringScreen
from jailtui.ui.widgets.lineview import TextLines
from jailtui.ui.widgets.rowlist import RowList
from jailtui.ui.widgets.statusline import StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from jailtui.model.state import Epair, HostState, Jail
    from jailtui.rules.finding import Severity
    from jailtui.ui.glyphs import Glyphs

TITLES = {"jails": "1 Jails", "epairs": "2 Epairs", "bridges": "3 Bridges", "vlans": "4 VLANs"}
COLUMNS = {"jails": panels.JAILS, "epairs": panels.EPAIRS, "bridges": panels.BRIDGES, "vlans": panels.VLANS}


class PanelsScreen(FilteringScreen):
    """Four lists and the details of the row under the cursor, arranged to the size of the terminal."""

    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.picture: HostState | None = None
        self.found = UNJUDGED
        self.lists = {name: RowList(COLUMNS[name], glyphs=glyphs, id=name) for name in PANELS}
        self.details = TextLines(framed=True, glyphs=glyphs, id="detail")
        self.head = StatusLine(glyphs=glyphs, id="head")
        self.bar = StatusLine(glyphs=glyphs, id="bar")
        self.notice = Static("", markup=False, id="notice")
        self.notice.display = False
        self.active = "jails"
        self.lower = "epairs"
        self.zoomed = False
        self.arrangement: Layout = "wide"
        self._jail_rows: RowMaker[tuple[Jail, Severity | None]] = RowMaker(
            lambda known: panels.jail_row(known[0], glyphs, known[1])
        )
        self._epair_rows: RowMaker[tuple[Epair, bool, Severity | None]] = RowMaker(
            lambda known: panels.epair_row(known[0], glyphs, known[1], known[2])
        )
        self._fresh: frozenset[str] = frozenset()
        self._known_orphans: frozenset[str] | None = None
        self._looked_at: str | None = None

    def compose(self) -> ComposeResult:
        self.place_panels()
        yield self.head
        with Container(id="body"):
            yield self.lists["jails"]
            yield self.details
            for name in LOWER:
                yield self.lists[name]
        yield self.notice
        yield self.bar

    # Arrangement.

    def on_resize(self) -> None:
        self.place_panels()

    def place_panels(self) -> None:
        """Give the panels their places for this size; those that have none are hidden."""
        before = self.arrangement
        width, height = self.size or self.app.size
        self.arrangement = layout_for(width, height, self.zoomed)
        if not self.has_class(f"-{self.arrangement}"):
            self.remove_class(f"-{before}", update=False)
            self.add_class(f"-{self.arrangement}")
        visible = shown(self.arrangement, self.active, self.lower)
        for widget in (*self.lists.values(), self.details):
            widget.display = widget.id in visible
        self.titles()

    @property
    def rows(self) -> RowList:
        """The list that keys act on."""
        return self.lists[self.active]

    def activate(self, name: str) -> None:
        """Go to that panel; where it shares its place, it takes it."""
        self.active = name
        self.lower = name if name in LOWER else self.lower
        self.zoomed = False
        self.place_panels()
        self.set_focus(self.rows)
        self.show_details()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id
        if name in self.lists and name != self.active:
            self.active = name
            self.lower = name if name in LOWER else self.lower
            self.show_details()
            self.situation_changed()

    def situation_changed(self) -> None:
        """What can be done may be something else now."""

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        if event.control.id == "epairs":
            self._look_at(event.key if self.active == "epairs" else None)
        if event.control is self.rows:
            self.show_details()
            self.situation_changed()

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        self.titles()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.zoom(True)

    def zoom(self, zoomed: bool) -> None:
        """The details on the whole screen, or the panels again."""
        self.zoomed = zoomed
        self.place_panels()
        (self.details if zoomed else self.rows).focus()
        self.call_after_refresh(self.show_details)

    # Drawing a state.

    def draw(self, picture: HostState, found: Findings) -> None:
        """Show that picture of the host with what was found. Nothing that looks as before is painted."""
        self.picture, self.found = picture, found
        self._notice_orphans(picture)
        all_rows: dict[str, tuple[Row, ...]] = {
            "jails": self._jail_rows((jail, found.worst("jail", jail.key)) for jail in picture.jails),
            "epairs": self._epair_rows(
                (pair, pair.key in self._fresh, found.worst("epair", pair.key)) for pair in panels.epair_order(picture)
            ),
            "bridges": panels.bridge_rows(picture, self.glyphs, found),
            "vlans": panels.vlan_rows(picture, self.glyphs, found),
        }
        for name, one in self.lists.items():
            one.empty = f"no {TITLES[name].partition(' ')[2].lower() if name != 'vlans' else 'VLANs'}"
            one.show(all_rows[name])
        self.titles()
        self.show_details()

    def _notice_orphans(self, picture: HostState) -> None:
        """A pair that could not be judged for a moment is no new orphan when it can be again."""
        orphans = frozenset(pair.key for pair in picture.orphans)
        known = orphans if self._known_orphans is None else self._known_orphans
        unjudged = {pair.key for pair in picture.epairs if pair.orphan is None}
        self._fresh = (self._fresh | (orphans - known)) & (orphans | unjudged)
        self._known_orphans = orphans | (known & unjudged)

    def _look_at(self, key: str | None) -> None:
        """An orphan is new until the cursor has been on it and left."""
        left, self._looked_at = self._looked_at, key
        if left in self._fresh and left != key and self.picture is not None:
            self._fresh -= {left or ""}
            self.lists["epairs"].show(panels.epair_rows(self.picture, self.glyphs, self._fresh, self.found))

    def titles(self) -> None:
        """Title and counts of every panel."""
        for name, one in self.lists.items():
            one.entitle(self._title(name), self._title_right(name))

    def _title(self, name: str) -> tuple[Cell, ...]:
        count = (Cell("  "), self._count(name))
        if name == "jails" or self.arrangement == "wide":
            return (Cell(TITLES[name], "title"), *count)
        names = PANELS if self.arrangement == "single" else LOWER
        dot = Cell(f" {self.glyphs.dot} ", "dim")
        cells: list[Cell] = []
        for other in names:
            cells += [dot] if cells else []
            cells.append(Cell(TITLES[other], "title" if other == name else "dim", f"screen.panel_{other}"))
        return (*cells, *count)

    def _title_right(self, name: str) -> tuple[Cell, ...]:
        one = self.lists[name]
        told: list[Cell] = [Cell(one.filter.words, "accent")] if one.filter else []
        if one.marks:
            hidden = len(one.marks - {row.key for row in one.shown})
            told.append(Cell(f"{len(one.marks)} marked" + (f", {hidden} hidden" if hidden else ""), "accent"))
        gap = Cell(f" {self.glyphs.dot} ", "dim")
        return tuple(piece for at, cell in enumerate(told) for piece in ((gap, cell) if at else (cell,)))

    def _count(self, name: str) -> Cell:
        if self.picture is None:
            return Cell("reading", "dim")
        if name == "jails":
            up = sum(jail.running for jail in self.picture.jails)
            return Cell(f"{up} up of {len(self.picture.jails)}", "dim")
        if name == "epairs" and (orphans := len(self.picture.orphans)):
            return Cell(f"{orphans} orphan{'s' * (orphans != 1)} {self.glyphs.dot} o jumps", "bad")
        return Cell(str(len(self.lists[name].rows)), "dim")

    def show_details(self) -> None:
        """The details of the row under the cursor of the active panel."""
        if self.picture is None or not self.details.size:
            return
        key = self.rows.cursor
        more = Cell("esc: back" if self.zoomed else "enter: more", "dim")
        self.details.entitle((Cell(key or "nothing chosen", "title"),), (more,))
        lines = self.detail_lines(self.picture, self.active, key)
        if self.details.page < 10:
            lines = [one for one in lines if one.cells]
        self.details.show([Line((Cell(" "), *one.cells), one.tone) for one in lines])

    def detail_lines(self, picture: HostState, panel: str, key: str | None) -> list[Line]:
        """What is known of that object, and what could not be read at all."""
        room = self.details.room - 2
        lines: list[Line] = []
        found = self._object_lines(picture, panel, key or "")
        if found is not None:
            lines += found(room)
        return lines + detail.trouble_lines(picture, room)

    def _object_lines(self, picture: HostState, panel: str, key: str) -> Callable[[int], list[Line]] | None:
        glyphs, found = self.glyphs, self.found
        if panel == "jails" and (jail := picture.jail(key)) is not None:
            return lambda room: detail.jail_detail(jail, picture, glyphs, room, found)
        if panel == "epairs" and (pair := picture.epair(key)) is not None:
            return lambda room: detail.epair_detail(pair, glyphs, room, found)
        if panel == "bridges":
            bridge = next((one for one in picture.bridges if one.name == key), None)
            return None if bridge is None else lambda room: detail.bridge_detail(bridge, glyphs, room, found)
        vlan = next((one for one in picture.vlans if one.name == key), None)
        return None if vlan is None else lambda room: detail.vlan_detail(vlan, glyphs, room, found)

    # Moving about.

    def action_panel_jails(self) -> None:
        self.activate("jails")

    def action_panel_epairs(self) -> None:
        self.activate("epairs")

    def action_panel_bridges(self) -> None:
        self.activate("bridges")

    def action_panel_vlans(self) -> None:
        self.activate("vlans")

    def action_panel_next(self) -> None:
        self.activate(PANELS[(PANELS.index(self.active) + 1) % len(PANELS)])

    def action_panel_previous(self) -> None:
        self.activate(PANELS[PANELS.index(self.active) - 1])

    def next_orphan(self) -> str | None:
        """Key of the orphan after the cursor in the epair panel, from the top again after the last."""
        if self.picture is None:
            return None
        orphans = [pair.key for pair in panels.epair_order(self.picture) if pair.orphan]
        cursor = self.lists["epairs"].cursor
        if cursor in orphans and self.active == "epairs":
            return orphans[(orphans.index(cursor) + 1) % len(orphans)]
        return orphans[0] if orphans else None

    def go_to(self, panel: str, key: str) -> None:
        """Go to that row; a filter that hides it is lifted."""
        one = self.lists[panel]
        if key not in {row.key for row in one.shown}:
            one.narrow(Filter())
        self.activate(panel)
        if not one.point(key):
            return
        if panel == "epairs":
            self._look_at(key)

    def jail_names(self) -> list[tuple[str, str]]:
        """Key and name of every jail, for the palette."""
        return [(jail.key, jail.name) for jail in self.picture.jails] if self.picture is not None else []

    def go_to_jail(self, key: str) -> None:
        self.go_to("jails", key)
