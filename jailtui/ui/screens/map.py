"""The map over the console: how NICs, VLANs, bridges, epairs and jails are joined, as one drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding

from jailtui.ui.lines import ENDS, FILTER, Cell, Key, bar
from jailtui.ui.messages import Copy
from jailtui.ui.screens.listed import ListScreen
from jailtui.ui.widgets.maplist import MapList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jailtui.ui.glyphs import Glyphs

KEYS = (
    ("enter", "Go to the row of the jail, or of what the line ends with."),
    ("-", "Fold what the line hangs on, or unfold it; problems are never folded."),
    ("T", "Show the traffic in place of addresses, or the addresses again."),
    ("/", "Show the chains that match a text or regex; ! inverts."),
    ("y", "Copy the map as text (OSC 52)."),
    ("esc q m", "Back: lifts the filter first."),
)


class MapOwner(Protocol):
    """The part that opened the map, as the map uses it."""

    def go_to(self, kind: str, key: str) -> bool: ...


class MapScreen(ListScreen):
    """Shows the map; its list is kept up to date by the part that opened it."""

    BINDINGS = [
        Binding("m", "back", "back", show=False),
        Binding("y", "copy", "copy"),
    ]

    def __init__(self, owner: MapOwner, glyphs: Glyphs) -> None:
        super().__init__(glyphs, "Keys of the map", KEYS)
        self.list = MapList(glyphs=glyphs, id="map")
        self.age: tuple[Cell, ...] = ()
        """The age of the map, where it is not of the present."""
        self._owner = owner

    @property
    def narrowed(self) -> MapList:
        return self.list

    def compose(self) -> ComposeResult:
        yield self.list
        yield self.bar

    def on_mount(self) -> None:
        self.list.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw)

    def on_map_list_redrawn(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Update title and bar; only changes are painted."""
        state = self.list.state
        counts = [(len(state.jails), "jail"), (len(state.bridges), "bridge")] if state is not None else []
        words = ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts)
        right = Cell(self.list.filter.words, "accent") if self.list.filter else Cell(words, "dim")
        ages = (piece for cell in self.age for piece in (cell, Cell("  ")))
        self.list.entitle((Cell("Map", "title"),), (*ages, right))
        keys = (Key("enter", "go to"), Key("-", "fold"), Key("T", "traffic"), FILTER, Key("y", "copy"))
        if self.is_attached:
            self.bar.show_keys(*bar(keys, ENDS, self.app.size.width))

    def on_map_list_line_opened(self) -> None:
        """Go to the row of the last part on the line that has one."""
        here = self.list.here
        for kind, key in reversed(here.places if here is not None else ()):
            if self._owner.go_to(kind, key):
                self.dismiss(None)
                return
        self.show_message("This line has no row in the panels.")

    def action_copy(self) -> None:
        self.post_message(Copy("\n".join(self.list.text_lines()) + "\n"))
