"""A part of the screen painted from its first changed cell on: Textual paints each line from its widget's left edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.control import Control
from textual._compositor import ChopsUpdate

if TYPE_CHECKING:
    from rich.console import Console


class TightUpdate(ChopsUpdate):
    """The same update, of which only the cells of `spans` are written."""

    def render_segments(self, console: Console) -> str:
        written: list[str] = []
        for y, first, end in self.spans:
            for edge, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                start, stop = max(x, first), min(edge, end)
                if strip is not None and start < stop:
                    written.append(Control.move_to(start, y).segment.text)
                    written.append(strip.crop(start - x, stop - x).render(console))
        return "".join(written)


def tight(update: Any) -> Any:
    """The update as one that writes less, if it is one of parts of lines."""
    return TightUpdate(update.chops, update.spans, update.chop_ends) if type(update) is ChopsUpdate else update
