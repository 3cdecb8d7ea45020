"""The themes, NO_COLOR, and the paths of the style sheets, which say how a tone looks."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

from rich.segment import Segment
from rich.style import Style
from textual.css.stylesheet import Stylesheet
from textual.filter import LineFilter
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.color import Color


def _theme(kind: Literal["dark", "light"], **colours: Any) -> Theme:
    variables = {"block-cursor-text-style": "none"}
    return Theme(f"jailtui-{kind}", dark=kind == "dark", variables=variables, **colours)


DARK = _theme(
    "dark",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#ffd75f",
    foreground="#d0d0d0",
    background="#121417",
    surface="#16191d",
    panel="#20252b",
    success="#87d787",
    warning="#ffaf5f",
    error="#ff6b6b",
)
LIGHT = _theme(
    "light",
    primary="#005f87",
    secondary="#3a6363",
    accent="#875f00",
    foreground="#22262a",
    background="#fbfbf8",
    surface="#f3f3ee",
    panel="#e3e5e1",
    success="#1d6f1d",
    warning="#9a5200",
    error="#b80000",
)
THEMES = (DARK, LIGHT)

SIXTEEN = (
    _theme(
        "dark",
        primary="#55ffff",
        secondary="#00aaaa",
        accent="#ffff55",
        foreground="#aaaaaa",
        background="#000000",
        surface="#000000",
        panel="#555555",
        success="#55ff55",
        warning="#aa5500",
        error="#ff5555",
    ),
    _theme(
        "light",
        primary="#0000aa",
        secondary="#00aaaa",
        accent="#aa00aa",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#aaaaaa",
        success="#00aa00",
        warning="#aa5500",
        error="#aa0000",
    ),
)
"""The themes for a terminal of 16 colours, which would draw others as the nearest colour, often grey."""


@lru_cache(1024)
def without_colour(style: Style) -> Style:
    """`style` with the terminal's own colours."""
    return style.without_color + Style.from_meta(style.meta) if style.meta else style.without_color


class NoColour(LineFilter):
    """Removes all colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, None if style is None else without_colour(style), control)
            for text, style, control in segments
        ]


class ParsedOnce(Stylesheet):
    """Reads each source once. Textual reads all of them again for the first screen of each kind that is opened."""

    def reparse(self) -> None:
        self.parse()


_PACKAGE = Path(__file__).parent.parent


def style_sheets(*names: str) -> list[str | PurePath]:
    """Paths of the style sheets of those names (`console` for `console.tcss`). Raises FileNotFoundError."""
    for folder in (_PACKAGE / "styles", _PACKAGE.parent / "styles"):
        if folder.is_dir():
            return [folder / f"{name}.tcss" for name in names]
    raise FileNotFoundError(f"no styles beside {_PACKAGE}: the installation is incomplete")
