"""The panels: a `HostState` drawn, and the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container
from textual.message import Message

from jailtui.ui import paneltitles
from jailtui.ui.boxes import AROUND, FOLDED, LEAST, LOWER, PANELS, column_heights, layout_for, shown, spare_lines
from jailtui.ui.columns import COLUMNS, TITLES
from jailtui.ui.findings import PANEL_KINDS, UNJUDGED, Findings
from jailtui.ui.lines import Cell, Line, indented
from jailtui.ui.parts.lately import Lately
from jailtui.ui.parts.sorting import Sorting
from jailtui.ui.rows import Filter, Row, RowMaker
from jailtui.ui.widgets.rowlist import RowList
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.geometry import Size

    from jailtui.model.events import HostEvent
    from jailtui.model.state import Epair, HostState
    from jailtui.rules.finding import Severity
    from jailtui.ui.boxes import Layout
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.meter import Meter, Vitals
    from jailtui.ui.panelrows import JailParts
    from jailtui.ui.remembered import Remembered


class Panels(Container):
    """Four lists and the details of the row under the cursor, arranged for the size of the terminal.

    `active` is the panel with the cursor, `lower` the visible panel of the lower three, if they share a place;
    `zoomed`: the details are alone on the screen, `enlarged`: the active panel is.
    """

    class CursorMoved(Message):
        """The cursor is on another row, or in another panel."""

    def __init__(self, glyphs: Glyphs, remembered: Remembered) -> None:
        self.glyphs = glyphs
        self.lists = {name: RowList(COLUMNS[name], glyphs=glyphs, id=name) for name in PANELS}
        self.sorting = Sorting(self.lists, remembered)
        self.meter: Meter | None = None
        self.details = TextLines(framed=True, glyphs=glyphs, id="detail")
        self.lately = Lately(glyphs)
        self.column = Container(*self.lists.values(), self.lately, id="column")
        super().__init__(self.column, self.details, id="body")
        self.state: HostState | None = None
        self.findings = UNJUDGED
        self.active = "jails"
        self.lower = "epairs"
        self.zoomed = False
        self.enlarged = False
        self.layout_name: Layout = "wide"
        self._rows_of_jails: RowMaker[JailParts] | None = None
        self._rows_of_epairs: RowMaker[tuple[Epair, bool, Severity | None, str, Vitals]] | None = None
        self._fresh: frozenset[str] = frozenset()
        self._known_orphans: frozenset[str] | None = None
        self._looked_at: str | None = None
        self.unread = False
        self._awaited: Mapping[str, str] = {}
        self.happened: Callable[[str, str], tuple[float, Sequence[HostEvent]]] = lambda kind, key: (0.0, ())
        self.show_events: Callable[[], None] = lambda: None
        self._older: Callable[[int | None], float | None] = lambda jid: None
        self._most_rows: dict[str, int] = {}

    # Arrangement.

    def place(self) -> None:
        """Arrange the panels for the size of the screen."""
        before = self.layout_name
        width, height = self._screen_size()
        self.layout_name = layout_for(width, height, self.zoomed, self.enlarged)
        if not self.has_class(f"-{self.layout_name}"):
            self.remove_class(f"-{before}", update=False)
            self.add_class(f"-{self.layout_name}")
        visible = shown(self.layout_name, self.active, self.lower)
        for widget in (*self.lists.values(), self.details):
            widget.display = widget.id in visible
        self.column.display = not self.zoomed
        self.sorting.place(width)
        self.share_height()
        self.draw_titles()

    def share_height(self) -> None:
        """Give each panel the lines that it needs, as far as there are so many."""
        whole = self._screen_size().height - 2
        names = [name for name, rowlist in self.lists.items() if rowlist.display]
        if self.layout_name == "zoom" or not names:
            return
        needs = [self._needed(name) for name in names]
        room = self.size.height or whole
        lines = column_heights(self.layout_name, needs, names.index(self.active), whole, room)
        for name, height in zip(names, lines, strict=True):
            self.lists[name].styles.height = height
        self.lately.display = self.layout_name == "wide" and room > sum(lines)
        self.lately.styles.height = max(0, room - sum(lines))

    def _needed(self, name: str) -> int:
        """The lines of a panel. A row that goes and comes again, as in a restart, moves no frame."""
        rowlist = self.lists[name]
        if self.state is None:
            return 1000
        if not rowlist.rows:
            self._most_rows[name] = 0
            return LEAST if self.state.unknown("jails" if name == "jails" else "interfaces") else FOLDED
        self._most_rows[name] = max(len(rowlist.rows), self._most_rows.get(name, 0))
        return self._most_rows[name] + AROUND

    def on_resize(self) -> None:
        self._most_rows.clear()
        self.share_height()

    def _screen_size(self) -> Size:
        """The size of the screen, also before the first layout."""
        return (self.screen.size if self.is_attached else None) or self.app.size

    @property
    def rows(self) -> RowList:
        return self.lists[self.active]

    @property
    def subject(self) -> tuple[str, str]:
        return PANEL_KINDS[self.active], self.rows.cursor or ""

    def activate(self, name: str) -> None:
        """Go to that panel, and show it."""
        self._enter(name)
        self.zoomed = False
        self.place()
        self.screen.set_focus(self.rows)
        self.show_details()
        self.post_message(self.CursorMoved())

    def _enter(self, name: str) -> None:
        self.active = name
        self.lower = name if name in LOWER else self.lower

    def step(self, way: int) -> None:
        self.activate(PANELS[(PANELS.index(self.active) + way) % len(PANELS)])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id
        if name in self.lists and name != self.active:
            self._enter(name)
            self.share_height()
            self.show_details()
            self.post_message(self.CursorMoved())

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        if event.rows.id == "epairs":
            self._look_at(event.key if self.active == "epairs" else None)
        if event.rows is self.rows:
            self.show_details()
            self.post_message(self.CursorMoved())

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        event.stop()
        self.draw_titles()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        event.stop()
        self.zoom(True)

    def zoom(self, zoomed: bool) -> None:
        """Show the details on the whole screen, or the panels again."""
        self.zoomed = zoomed
        self.place()
        (self.details if zoomed else self.rows).focus()
        self.call_after_refresh(self.show_details)

    def enlarge(self) -> None:
        """Show the active panel alone on the whole screen, or all panels again."""
        self.enlarged = not self.enlarged
        self.zoomed = False
        self.place()
        self.rows.focus()
        self.call_after_refresh(self.show_details)

    def on_text_lines_resized(self, event: TextLines.Resized) -> None:
        """Wrap the details for their new width, and show as many events as there is room for."""
        event.stop()
        self.show_details()
        self.show_events()

    def back(self) -> None:
        """Leave the details, else lift the filter, else the marks, else show all panels again."""
        if self.zoomed:
            self.zoom(False)
        elif self.rows.filter:
            self.rows.narrow(Filter())
        elif self.rows.marks:
            self.rows.mark(frozenset())
        elif self.enlarged:
            self.enlarge()
        self.draw_titles()

    def toggle_problems(self) -> None:
        self.rows.narrow(Filter(self.rows.filter.text, not self.rows.filter.problems))
        self.draw_titles()

    # Drawing a state.

    def draw(self, state: HostState, findings: Findings) -> None:
        """Show that state with its findings. Only changes are painted."""
        if (state, findings) == (self.state, self.findings):
            return
        jails, judged = self.lists["jails"], findings.judged and not self.findings.judged
        at_top = judged and jails.cursor == next((row.key for row in jails.shown), None)
        self.state, self.findings = state, findings
        self._mark_new_orphans(state)
        self._draw_rows(state, findings)
        if at_top and jails.shown:
            jails.point(jails.shown[0].key)
        self.share_height()
        self.draw_titles()
        self.show_details()

    def draw_again(self) -> None:
        """Draw the rows and the details of the same state: something else that they show has changed."""
        if self.state is not None:
            self._draw_rows(self.state, self.findings)
            self.show_details()

    def take_views(self, older_view: Callable[[int | None], float | None]) -> None:
        """Take when jails were looked into, those that the last reading left out."""
        before, self._older = self._older, older_view
        jid = self._selected_jid()
        if before(jid) != older_view(jid):
            self.show_details()

    def _selected_jid(self) -> int | None:
        if self.state is None or self.active not in ("jails", "epairs"):
            return None
        key = self.rows.cursor or ""
        if self.active == "jails":
            return jail.jid if (jail := self.state.jail(key)) is not None else None
        pair = self.state.epair(key)
        return pair.b.jid if pair is not None else None

    def _draw_rows(self, state: HostState, findings: Findings) -> None:
        from jailtui.ui import panelrows
        from jailtui.ui.meter import NOTHING

        if self._rows_of_jails is None or self._rows_of_epairs is None:
            self._rows_of_jails = RowMaker(lambda known: panelrows.jail_row(known[0], self.glyphs, *known[1:]))
            self._rows_of_epairs = RowMaker(lambda known: panelrows.epair_row(known[0], self.glyphs, *known[1:]))
        way_in = state.way_in
        loads = self.meter.of_jails(state) if self.meter is not None else {}
        moving = self.meter.of_pairs(state) if self.meter is not None else {}
        rows = {
            "jails": self._rows_of_jails(panelrows.jail_parts(state, findings, loads)),
            "epairs": self._rows_of_epairs(
                (
                    pair,
                    pair.key in self._fresh,
                    findings.worst_of_pair(pair),
                    way_in.mark(pair.a.name, pair.b.name),
                    moving.get(pair.key, NOTHING),
                )
                for pair in panelrows.epair_order(state)
            ),
            "bridges": panelrows.bridge_rows(state, self.glyphs, findings),
            "vlans": panelrows.vlan_rows(state, self.glyphs, findings),
        }
        for name, rowlist in self.lists.items():
            why = state.unknown("jails" if name == "jails" else "interfaces")
            kind = TITLES[name].partition(" ")[2].lower() if name != "vlans" else "VLANs"
            self._show_rows(rowlist, self.sorting.rows(name, rows[name]))
            rowlist.say(f"unknown: {why}" if why else f"no {kind}")

    def sort(self, way: int) -> None:
        """Sort the panel by its next column, or by the one before; 0 turns the order round."""
        name = self.active
        self.rows.show(self.sorting.step(name, way) if way else self.sorting.invert(name))
        self.draw_titles()

    def toggle_load(self) -> None:
        """Show the load in place of the addresses, or the addresses again."""
        self.sorting.toggle_load(self._screen_size().width)
        self.place()

    def draw_unread(self, name: str, why: Sequence[str], again: str) -> None:
        """Show in each panel why no state is known yet, so that an unread host does not look like one without jails."""
        first = f"{name} cannot be read{f' ({again})' if again else ''}:"
        self.unread = bool(why)
        for rowlist in self.lists.values():
            text = "\n".join((first, *why)) if why else f"reading {name}"
            rowlist.say(text, "bad" if why else "dim")
        self.draw_titles()

    def await_rows(self, awaited: Mapping[str, str]) -> None:
        """Expect the rows that a plan creates or renames: new keys, and the keys of the rows that it was made for.

        The cursor goes to a created row, and stays on a renamed one.
        """
        self._awaited = awaited

    def _show_rows(self, rowlist: RowList, rows: tuple[Row, ...]) -> None:
        before, now, cursor = {row.key for row in rowlist.rows}, {row.key for row in rows}, rowlist.cursor
        come = {new: old for new, old in self._awaited.items() if new in now - before}
        renamed = {old: new for new, old in come.items() if old in before - now}
        rowlist.show(rows, renamed)
        for new, old in come.items():
            if old not in renamed or old == cursor:
                self._point(rowlist, new)
        self._awaited = {new: old for new, old in self._awaited.items() if new not in come}

    def _mark_new_orphans(self, state: HostState) -> None:
        """Mark new orphans; a pair that was an orphan before it could not be judged is none."""
        orphans = frozenset(pair.key for pair in state.orphans)
        known = orphans if self._known_orphans is None else self._known_orphans
        unjudged = {pair.key for pair in state.epairs if pair.orphan is None}
        self._fresh = (self._fresh | (orphans - known)) & (orphans | unjudged)
        self._known_orphans = orphans | (known & unjudged)

    def _look_at(self, key: str | None) -> None:
        """Take the mark `new` from an orphan once the cursor has left it."""
        left, self._looked_at = self._looked_at, key
        if left in self._fresh and left != key and self.state is not None:
            self._fresh -= {left or ""}
            self._draw_rows(self.state, self.findings)

    def draw_titles(self) -> None:
        for name, rowlist in self.lists.items():
            count = paneltitles.count(name, len(rowlist.rows), self.state, self.findings, self.glyphs)
            if self.state is None:
                count = Cell("not read", "bad") if self.unread else Cell("reading", "dim")
            sorted_by = self.sorting.orders[name].words(self.glyphs.up, self.glyphs.down)
            left = paneltitles.title(name, count, self.layout_name, self.glyphs)
            right = paneltitles.right_end(rowlist, sorted_by, self.glyphs)
            rowlist.entitle(left, right or ((Cell("+: all", "dim"),) if self.enlarged else ()))

    def show_details(self) -> None:
        if self.state is None or not self.details.size:
            return
        key = self.rows.cursor
        more = Cell("esc: back" if self.zoomed else "enter: more" if key else "", "dim")
        self.details.entitle((Cell(key or "nothing selected", "title"),), (more,))
        lines = self._detail_lines(self.state, key or "")
        spare = spare_lines(self.details.page, len(lines), zoomed=self.zoomed)
        if self.meter is not None and spare > 0 and self.meter.has_past(self.active, key or ""):
            lines = self._detail_lines(self.state, key or "", spare)
        self.details.show(indented(lines))

    def _detail_lines(self, state: HostState, key: str, spare: int = 0) -> list[Line]:
        """The details of the object under the cursor, with `spare` lines for graphs, and what could not be read."""
        from jailtui.ui import detail

        happened = self.happened(PANEL_KINDS[self.active], key)
        looked_at = self._older(self._selected_jid())
        row, room = (self.active, key), self.details.room - 2
        object_lines = detail.object_detail(row, state, self.glyphs, room, self.findings, self.meter, spare)
        lines = [*object_lines, *detail.around(row, state, happened, looked_at, room)]
        return lines if self.details.page >= 10 else detail.without_titles(lines)

    def jids_in_view(self) -> tuple[int, ...]:
        """The jids of the jails that are to be seen, the selected one first."""
        if self.state is None:
            return ()
        jails = map(self.state.jail, self.lists["jails"].in_view)
        jids = (self._selected_jid(), *(jail.jid for jail in jails if jail is not None))
        return tuple(dict.fromkeys(jid for jid in jids if jid is not None))

    # Moving the cursor.

    def next_orphan(self) -> str | None:
        """The key of the orphan after the cursor in the epair panel; after the last, the first."""
        if self.state is None:
            return None
        from jailtui.ui.panelrows import epair_order

        orphans = [pair.key for pair in epair_order(self.state) if pair.orphan]
        cursor = self.lists["epairs"].cursor
        if cursor in orphans and self.active == "epairs":
            return orphans[(orphans.index(cursor) + 1) % len(orphans)]
        return orphans[0] if orphans else None

    def go_to(self, panel: str, key: str) -> None:
        """Go to that row; a filter that hides it is lifted."""
        self.activate(panel)
        if self._point(self.lists[panel], key) and panel == "epairs":
            self._look_at(key)

    def _point(self, rowlist: RowList, key: str) -> bool:
        """Put the cursor on that row; a filter that hides it is lifted. False if there is no such row."""
        if key not in {row.key for row in rowlist.shown}:
            rowlist.narrow(Filter())
        return rowlist.point(key)
