"""The keys that a bar shows, as cells that fit its width. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from jailtui.ui.lines import Cell, used

WIDE = 100
"""Cells from which on labels stand apart."""


class Key(NamedTuple):
    """A key with its label; `action` is what a click on it does, `off` whether it can't be pressed now."""

    name: str
    label: str = ""
    action: str = ""
    off: bool = False

    def cells(self, gap: str) -> tuple[Cell, ...]:
        """Name and label, and `gap` behind a label."""
        label = f" {self.label}{gap}" if self.label else ""
        name = Cell(f" {self.name}", "dim" if self.off else "key", self.action)
        return name, Cell(label, "dim" if self.off else "", self.action)


ENDS = (Key("?", "", "screen.command('app.help')"), Key("esc", "back", "screen.back"))
"""The right end of the bar of a form and of the doctor."""
FILTER = Key("/", "filter", "screen.command('view.filter')")


def bar(keys: Iterable[Key], always: Sequence[Key], room: int) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The left and the right end of a bar `room` cells wide; of `keys` one that finds no room is left out whole."""
    gap = " " if room >= WIDE else ""
    right = (*(cell for key in always for cell in key.cells(gap)), Cell(" "))
    left: list[Cell] = []
    for key in keys:
        if used((*left, *key.cells(gap), *right)) <= room:
            left += key.cells(gap)
    return tuple(left), right
