"""A value of jail.conf with its variables, and where each is written.

Texts are bytes as latin-1, so that an offset is a byte; `decoded` of jailconf makes them readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from jailtui.jailconf.faults import encoded
from jailtui.jailconf.origins import MOST_VARIABLES, Definition, Template, TooMany
from jailtui.net import netmask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.jailconf import JailDefinition, Origin, Setting


@dataclass(slots=True, eq=False)
class Node:
    """One value: of a parameter, or of a variable that is used in one. `name` has the variable's `$`.

    `index` counts the values that the jail gets, `number` those of the statement `definition`.
    `parts` are the variables in it: from, to (in `text`), and their values.
    """

    name: str
    text: str
    index: int
    definition: Definition
    number: int
    parts: tuple[tuple[int, int, Node], ...] = ()

    @property
    def origin(self) -> Origin:
        """Where it is written."""
        return self.definition.origin(self.number if self.definition.param is not None else None)

    @property
    def place(self) -> tuple[str, int, int]:
        """What identifies this value: file, offset of its statement, number in it."""
        return (self.definition.file.name, self.definition.start, self.number)


@dataclass(slots=True, eq=False)
class Spot:
    """A span of a value; `form` is how its text follows from the value of a field (see `render`)."""

    node: Node
    start: int
    end: int
    form: str = ""

    @property
    def text(self) -> str:
        return self.node.text[self.start : self.end]

    def innermost(self) -> Spot:
        """The same letters in the smallest value that holds them all: a variable's definition, or this value."""
        node, start, end = self.node, self.start, self.end
        while inner := next((part for part in node.parts if part[0] <= start and end <= part[1] and start < end), None):
            start, end, node = start - inner[0], end - inner[0], inner[2]
        return Spot(node, start, end, self.form)


def trace(setting: Setting) -> tuple[Node, ...]:
    """The values of `setting`, each with its variables unless they are too many."""
    places = ((definition, number) for definition in setting.sources for number in range(len(definition.values)))
    nodes = []
    for index, (definition, number) in enumerate(places):
        try:
            nodes.append(_node(setting, index, definition, number, frozenset(), count()))
        except TooMany:
            nodes.append(_plain(setting, index, definition, number))
    return tuple(nodes)


def _plain(setting: Setting, index: int, definition: Definition, number: int) -> Node:
    """The node of one value without its variables."""
    name = f"${setting.name}" if setting.variable else setting.name
    return Node(name, encoded(setting.values[index]), index, definition, number)


def _node(
    setting: Setting, index: int, definition: Definition, number: int, seen: frozenset[str], counted: Iterator[int]
) -> Node:
    """The node of one value. `seen` are the variables that contain it, since they may be circular. Raises TooMany."""
    value = definition.values[number]
    if not isinstance(value, Template):
        return _plain(setting, index, definition, number)
    name = f"${setting.name}" if setting.variable else setting.name
    text, parts = value.texts[0], []
    for used, behind in zip(value.names, value.texts[1:], strict=True):
        other = setting.table.get(used)
        if other is not None and other.values and used not in seen:
            if next(counted) >= MOST_VARIABLES:
                raise TooMany
            source = next(definition for definition in other.sources if definition.values)
            inner = _node(other, 0, source, 0, seen | {used}, counted)
            parts.append((len(text), len(text) + len(inner.text), inner))
            text += inner.text
        text += behind
    return Node(name, text, index, definition, number, tuple(parts))


def traced(jail: JailDefinition, name: str) -> tuple[Node, ...]:
    """The values of a parameter of a jail."""
    setting = jail.get(name)
    return trace(setting) if setting is not None else ()


def mask_form(mask: str) -> str:
    """The form of a spot with a mask."""
    return "hexmask" if mask.lower().startswith("0x") else "mask"


def render(spot: Spot, value: str) -> str:
    """The text at `spot` if its field has `value`."""
    plain, _, prefix = value.partition("/")
    if spot.form == "address":
        return plain
    if spot.form == "prefix":
        return prefix
    if spot.form in ("mask", "hexmask"):
        return netmask(prefix, hexadecimal=spot.form == "hexmask")
    if spot.form == "untagged":
        return f" untagged {value}"
    if spot.form == "nic":
        return value.removesuffix("bridge")
    return value
