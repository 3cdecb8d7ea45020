"""`jailtui map`: the host's wiring as a drawing, or as a graph for dot(1)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jailtui.cli.hosts import opened, unreadable
from jailtui.cli.talk import put, talk_troubles
from jailtui.cli.verb import CommandVerb, Exit, host_options
from jailtui.model.hostmap import wiring_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from jailtui.cli.verb import Arguments
    from jailtui.model.hostmap import Branch, Place
    from jailtui.preferences import Config

WIDE = 1000
"""Cells of a line that is not for a screen: nothing is shortened."""


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("--dot", action="store_true", help="print a graph for dot(1) of graphviz")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    with opened(arguments, config) as backend:
        snapshot = backend.read()
    nodes = wiring_of(snapshot.state)
    if arguments.dot:
        put("\n".join(dot(nodes)))
    else:
        from jailtui.ui.findings import Findings
        from jailtui.ui.glyphs import ASCII, UNICODE
        from jailtui.ui.maplines import map_lines

        glyphs = UNICODE if encodes(UNICODE.tree + UNICODE.cable + UNICODE.bad) else ASCII
        lines = map_lines(nodes, glyphs, WIDE, Findings(tuple(snapshot.shown)))
        put("\n".join(each.line.text.rstrip() for each in lines))
    talk_troubles(snapshot.state.errors)
    return Exit.UNREACHABLE if unreadable(snapshot.state) else Exit.OK


def encodes(text: str) -> bool:
    """Whether standard output can hold that text."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def dot(nodes: Sequence[Branch]) -> Iterator[str]:
    """The graph. Its names are numbers; what the host's objects are called stands in quoted labels only."""
    yield "graph jailtui {"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    names: dict[tuple[Place, str], str] = {}
    for node in nodes:
        yield from branch(node, "", names)
    yield "}"


def branch(node: Branch, above: str, names: dict[tuple[Place, str], str]) -> Iterator[str]:
    """A node, its wire from the node `above`, and what hangs on it. Groups are no nodes: nothing hangs on them."""
    if node.hop.kind == "group":
        name = ""
    else:
        place = (node.place, node.hop.name) if node.place[0] in ("epair", "group") else (node.place, "")
        if place not in names:
            names[place] = f"n{len(names)}"
            words = (node.hop.name, *node.facts, *((node.hop.note,) if node.hop.note else ()))
            yield f"  {names[place]} [label={quoted(*words)}{SHAPES.get(node.hop.kind, '')}];"
        name = names[place]
        if above:
            broken = " [color=red, style=dashed]" if not node.hop.ok else ""
            yield f"  {above} -- {name}{broken};"
    for child in node.children:
        yield from branch(child, name, names)


SHAPES = {
    "jail": ", style=rounded",
    "bridge": ", shape=ellipse",
    "epair-a": ", shape=plain",
    "epair-b": ", shape=plain",
}


def quoted(*lines: str) -> str:
    """A label: in it dot(1) takes a backslash for the begin of an escape, and a quote for the end."""
    from jailtui.text import unescaped

    shown = (unescaped(text).replace("\\", "\\\\").replace('"', '\\"') for text in lines)
    return '"' + "\\n".join(shown) + '"'


VERBS = {"map": CommandVerb(options, run)}
