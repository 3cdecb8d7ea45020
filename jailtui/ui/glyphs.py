"""The signs the screen draws with: one set for terminals with Unicode, one in ASCII."""

from __future__ import annotations

from typing import NamedTuple

from jailtui.model.state import JailState


class Glyphs(NamedTuple):
    """Signs by their use. Each of a kind has the same width in both sets, but for the ellipsis."""

    states: dict[JailState, str]
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
    down: str = "↓"
    bar: str = "━"
    ascii: bool = False


UNICODE = Glyphs(
    states={
        JailState.RUNNING: "●",
        JailState.STOPPED: "○",
        JailState.STARTING: "◔",
        JailState.STOPPING: "◕",
        JailState.DYING: "◐",
        JailState.FAILED: "✗",
    }
)

ASCII = Glyphs(
    states={
        JailState.RUNNING: "*",
        JailState.STOPPED: "-",
        JailState.STARTING: "+",
        JailState.STOPPING: "-",
        JailState.DYING: "~",
        JailState.FAILED: "x",
    },
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
    down="v",
    bar="=",
    ascii=True,
)
