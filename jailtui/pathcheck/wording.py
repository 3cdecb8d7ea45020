"""What is said of a hop that is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jailtui.pathcheck.line import PathLine

TWINS_GOOD = "nobody else has its address or its MAC"


def inner_text(line: PathLine) -> str:
    if line.inner is None:
        return ""
    own = ", ".join(str(each) for each in line.inner.addresses[:2])
    return f"{line.inner.name}{f', {own}' if own else ''}"


def bridge_text(line: PathLine) -> str:
    if line.bridge is not None:
        return f"member of {line.bridge.name}"
    addresses = line.outer.addresses if line.outer is not None else ()
    return f"none: the host routes, {line.outer.name if line.outer else ''} has {', '.join(map(str, addresses))}"


def out_text(line: PathLine) -> str:
    names = [f"{each.name}{f' on {each.parent}' if each.parent else ''}" for each in line.out]
    return f"{', '.join(names)} up" if names else "none is needed: the gateway is on this host"
