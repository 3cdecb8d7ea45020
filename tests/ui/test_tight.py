"""Only changed cells are written, in the middle of a line too."""

from __future__ import annotations

from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from jailtui.ui.tight import tight


def written(*spans: tuple[int, int, int]) -> str:
    """What is written of two widgets side by side, each eight cells wide, in two lines."""
    lines = [
        {0: Strip([Segment(f"left{y}"), Segment("abc")]), 8: Strip([Segment(f"right{y}"), Segment("xy")])}
        for y in (1, 2)
    ]
    update = ChopsUpdate(lines, list(spans), [[8, 16], [8, 16]])
    text: str = tight(update).render_segments(Console(color_system=None))
    return text


def test_a_line_is_written_from_its_first_changed_cell_to_its_last() -> None:
    assert written((0, 5, 7)) == "\x1b[1;6Hab"
    assert written((1, 3, 6), (1, 13, 16)) == "\x1b[2;4Ht2a\x1b[2;14H2xy"


def test_a_change_across_two_widgets_is_written_of_both() -> None:
    assert written((0, 7, 9)) == "\x1b[1;8Hc\x1b[1;9Hr"


def test_what_is_no_update_of_parts_stays_as_it_is() -> None:
    assert tight("text") == "text"
    assert tight(None) is None
