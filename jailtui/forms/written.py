"""The place of a value in jail.conf: how it is shown and changed. No other module edits jail.conf for a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.hooks.trace import Node, Spot, trace
from jailtui.jailconf import (
    Append,
    Edit,
    EditError,
    EditPlace,
    Evaluation,
    JailDefinition,
    Set,
    SetElement,
    Setting,
    Unset,
    Written,
)
from jailtui.jailconf.faults import decoded
from jailtui.jailconf.options import is_wildcard
from jailtui.jailconf.origins import Template
from jailtui.jailconf.quote import respelled, within_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jailtui.config.hooks.walk import Stated
    from jailtui.forms.protocol import Scope
    from jailtui.jailconf.tree import Value

Edits = dict[str, list[Edit]]
"""Edits by the file they are made in."""


def places(spots: Iterable[Spot]) -> list[Node]:
    """The values in which the spots are, each once, in order."""
    nodes: dict[tuple[str, int, int], Node] = {}
    for spot in spots:
        node = spot.innermost().node
        nodes.setdefault(node.place, node)
    return list(nodes.values())


def where_text(jail: str, evaluation: Evaluation, spots: Iterable[Spot]) -> str:
    """The place as `jail.conf:14, $ip`, and if jails share it `…, from *, shared by 9 jails`."""
    nodes = places(spots)
    if not nodes:
        return ""
    node = nodes[0]
    text = f"{node.origin.file.rpartition('/')[2]}:{node.origin.line}, {node.name}"
    if len(nodes) > 1:
        text += f" and {len(nodes) - 1} more"
    foreign = next((node for node in nodes if not is_own(node, jail)), None)
    if foreign is not None:
        block = foreign.definition.block
        count = len(sharing(evaluation, foreign))
        text += f", from {'globals' if block is None else block}" + (f", shared by {count} jails" if count > 1 else "")
    return text


def at(node: Node) -> str:
    """`/etc/jail.conf line 14 ($ip)`, for a sentence."""
    return f"{node.origin.file} line {node.origin.line} ({node.name})"


def shared_text(node: Node) -> str:
    """The sentence that asks for which jails a shared place is changed."""
    return f"{at(node)} is shared with other jails: choose this jail only, or all of them."


def is_own(node: Node, jail: str) -> bool:
    """Whether a value is in the jail's own block."""
    return node.definition.block == jail


def shared_by(jail: str, evaluation: Evaluation, spots: Iterable[Spot]) -> tuple[str, ...]:
    """The jails that get the value from one place outside of the jail's own block; none if there is one jail."""
    for node in places(spots):
        if not is_own(node, jail):
            names = sharing(evaluation, node)
            return names if len(names) > 1 else ()
    return ()


def sharing(evaluation: Evaluation, node: Node) -> tuple[str, ...]:
    """The jails that have a value from the statement of `node`, and use it if it is a variable."""
    place = node.place[:2]
    plain, variable = node.name.removeprefix("$"), node.name.startswith("$")
    return tuple(
        jail.name
        for jail in evaluation.jails
        if any(
            (definition.file.name, definition.start) == place
            for setting in (jail.variables if variable else jail.params)
            if setting.name == plain
            for definition in setting.sources
        )
        and (not variable or uses(jail, plain))
    )


def uses(jail: JailDefinition, variable: str) -> bool:
    """Whether a parameter of the jail is made of that variable, directly or through others."""
    using = {variable}
    while more := {setting.name for setting in jail.variables if setting.name not in using and _names(setting) & using}:
        using |= more
    return any(_names(setting) & using for setting in jail.params)


def _names(setting: Setting) -> set[str]:
    """The variables that a setting is made of."""
    return {
        name
        for source in setting.sources
        if source.has_variables
        for value in source.values
        if isinstance(value, Template)
        for name in value.names
    }


def raw_text(spots: Sequence[Spot], value: str) -> str:
    """The value as it is written, if it contains variables; else ""."""
    nodes = places(spots)
    if len(nodes) != 1 or not nodes[0].parts or decoded(nodes[0].text) != value:
        return ""
    return within_quotes(nodes[0].definition.file, element(nodes[0]))


def element(node: Node) -> Value:
    """The element of the statement; EditError for the name of a block, which is in no statement."""
    if node.definition.param is None:
        raise EditError("it is the jail's own name: rename the jail.")
    return node.definition.param.values[node.number]


def source(node: Node) -> Written:
    """The element as text of jail.conf, with its quotes."""
    value = element(node)
    return Written(node.definition.file.data[value.start : value.end].decode("utf-8", "surrogateescape"))


def changes(
    jail: JailDefinition,
    stated: Stated,
    value: str,
    scope: Scope | None,
    render: Callable[[Spot, str], str],
    edits: Edits,
) -> None:
    """Add the edits that write `value` at every place of `stated`. `scope`: for which jails a shared place is changed.

    Raises EditError if a place can't be changed.
    """
    changed: dict[tuple[str, int, int], tuple[Node, dict[tuple[int, int], str]]] = {}
    if not stated.spots:
        raise EditError("it is not written in one piece.")
    for spot in stated.spots:
        text = render(spot, value)
        if spot.text != text:
            inner = spot.innermost()
            node, spans = changed.setdefault(inner.node.place, (inner.node, {}))
            spans[inner.start, inner.end] = text
    for node, spans in changed.values():
        lengths = [end - start for start, end, _ in node.parts]
        replaced = [(start, end, text) for (start, end), text in spans.items()]
        new = respelled(node.definition.file, element(node), lengths, replaced)
        set_source(jail, node, new, scope, edits)


def set_source(jail: JailDefinition, node: Node, new: Written, scope: Scope | None, edits: Edits) -> None:
    """Add the edit that changes the text of the element `node`: where it is written, or for this jail alone."""
    name = node.name
    if is_own(node, jail.name) or scope == "all":
        path, where, index = place(jail, node)
        edits.setdefault(path, []).append(SetElement(where, name, index, new))
        return
    if scope != "one":
        raise EditError(shared_text(node))
    values = tuple(new if other.index == node.index else source(other) for other in elements(jail, node.name))
    edits.setdefault(jail.block.file, []).append(Set(EditPlace(jail=jail.name), name, values))


def place(jail: JailDefinition, node: Node) -> tuple[str, EditPlace, int]:
    """The file, the place in it, and the element's number there."""
    block, path = node.definition.block, node.definition.file.name
    if block == jail.name:
        return path, edit_place(block), node.index
    nodes = elements(jail, node.name)
    beside = [other.index for other in nodes if other.definition.block == block and other.place[0] == path]
    return path, edit_place(block), beside.index(node.index)


def edit_place(block: str | None) -> EditPlace:
    """The place of statements in that block, or outside of all blocks."""
    if block is None:
        return EditPlace(globally=True)
    return EditPlace(block=block) if is_wildcard(block) else EditPlace(jail=block)


def elements(jail: JailDefinition, name: str) -> tuple[Node, ...]:
    """The values of a jail's parameter, or of its variable (with `$`)."""
    plain, settings = name.removeprefix("$"), jail.variables if name.startswith("$") else jail.params
    setting = next((setting for setting in settings if setting.name == plain), None)
    return trace(setting) if setting is not None else ()


def put_in(jail: JailDefinition, hook: str, lines: Sequence[str], before: int | None, edits: Edits) -> None:
    """Add commands to a hook of the jail: before its element `before`, or at the end."""
    have = elements(jail, hook)
    where = EditPlace(jail=jail.name)
    if before is None or before >= len(have):
        edit: Edit = Append(where, hook, tuple(lines)) if have else Set(where, hook, tuple(lines))
    else:
        kept = texts(jail, have)
        edit = Set(where, hook, (*kept[:before], *lines, *kept[before:]))
    edits.setdefault(jail.block.file, []).append(edit)


def texts(jail: JailDefinition, nodes: Sequence[Node]) -> list[str]:
    """Elements that stay, for a `Set`: as values if all are in the jail's own block, where `Set` keeps their spelling;
    inherited ones are written again, with their variables."""
    own = all(is_own(node, jail.name) for node in nodes)
    return [decoded(node.text) if own else source(node) for node in nodes]


def take_out(jail: JailDefinition, nodes: Sequence[Node], scope: Scope | None, edits: Edits) -> None:
    """Remove elements of one parameter, one by one, so that each change is small."""
    if not nodes:
        return
    have = list(elements(jail, nodes[0].name))
    foreign = next((node for node in nodes if not is_own(node, jail.name)), None)
    path, where = jail.block.file, EditPlace(jail=jail.name)
    if foreign is not None and scope == "all":
        path, where, _ = place(jail, foreign)
        have = [node for node in have if node.definition.block == foreign.definition.block]
    elif foreign is not None and scope != "one":
        raise EditError(shared_text(foreign))
    for node in nodes:
        have = [other for other in have if other.index != node.index]
        values = tuple(texts(jail, have)) or ((Written("true"),) if foreign is not None and scope == "one" else ())
        # An empty list can't be written, and an unset parameter would be inherited again.
        edit: Edit = Set(where, node.name, values) if values else Unset(where, node.name)
        edits.setdefault(path, []).append(edit)
