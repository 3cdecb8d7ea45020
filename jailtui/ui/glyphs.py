"""The signs of the screen: one set in Unicode, one in ASCII."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Glyphs(NamedTuple):
    """Signs by use; `states` by state. Each has the same width in both sets, except the ellipsis."""

    states: Mapping[str, str]
    bad: str = "‼"
    warn: str = "!"
    cursor: str = "▸"
    marked: str = "✓"
    ellipsis: str = "…"
    none: str = "–"
    dot: str = "·"
    wire: str = "──"
    cable: str = "══"
    broken: str = "✗"
    corners: str = "╭╮╰╯"
    side: str = "│"
    edge: str = "─"
    up: str = "↑"
    down: str = "↓"
    least: str = "≥"
    bar: str = "━"
    times: str = "×"
    tree: str = "│├└┬"
    """What goes on below, what branches off, what branches off last, and where the first branch begins."""
    ascii: bool = False


UNICODE = Glyphs(states={"running": "●", "stopped": "○", "starting": "◔", "stopping": "◕", "dying": "◐", "failed": "✗"})

ASCII = Glyphs(
    states={"running": "*", "stopped": "-", "starting": "+", "stopping": "-", "dying": "~", "failed": "x"},
    bad="!!",
    cursor=">",
    marked="+",
    ellipsis="..",
    none="-",
    dot="-",
    wire="--",
    cable="==",
    broken="x",
    corners="++++",
    side="|",
    edge="-",
    up="^",
    down="v",
    least=">",
    bar="=",
    times="x",
    tree="||`+",
    ascii=True,
)
