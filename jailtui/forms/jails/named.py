"""The places that name a jail: `depend` of other jails, and its own values that contain its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hooks.trace import Node, Spot, trace
from jailtui.forms.written import at, edit_place
from jailtui.jailconf import Edit, EditError, EditPlace, HostJail, SetElement, Written
from jailtui.jailconf import Set as SetValue
from jailtui.jailconf.edits_scope import applied_scopes, elements, scopes
from jailtui.jailconf.faults import decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources

HOOKS = frozenset(
    "exec.prepare exec.prestart exec.created exec.start exec.poststart exec.prestop exec.stop exec.poststop "
    "exec.release command vnet.interface".split()
)
"""The parameters with commands or names of interfaces."""
TO_A_JAIL = r"(?:-?vnet|jexec|-j|jib[ \t]+(?:addm|show|destroy))[ \t]+"
"""The words before the name of a jail in a hook."""
TO_AN_INTERFACE = r"(?:ifconfig|addm|deletem|name)[ \t]+"
"""The words before the name of an interface in a hook."""


class Mention(NamedTuple):
    """A value of a jail that contains its name.

    `follows`: a rename may change it. `needed`: a hook that passes the name to a command, which fails for another name.
    """

    node: Node
    text: str
    follows: bool
    needed: bool = False

    def edit(self, old: str, new: str) -> Edit:
        """The edit that changes the value once the jail is renamed to `new`. Raises EditError."""
        node, raw = self.node, source_of(self.node)
        written = Written(decoded(renamed(raw, old, new) if is_hook(node) else with_name(raw, old, new)))
        if node.name.startswith("$") or node.name == "host.hostname":
            return SetValue(EditPlace(jail=new), node.name, (written,))
        return SetElement(EditPlace(jail=new), node.name, node.index, written)


def mentions(jail: HostJail) -> Iterator[Mention]:
    """The values in the jail's own block that contain its name."""
    name = jail.name
    for setting in (*jail.jail.params, *jail.jail.variables):
        for node in trace(setting):
            if node.definition.block != name or node.definition.param is None or setting.name == "depend":
                continue
            raw = source_of(node)
            place = f"{node.origin.file.rpartition('/')[2]} line {node.origin.line}, {node.name}"
            if is_hook(node) and renamed(raw, name, name + "_") != raw:
                needed = re.search(TO_A_JAIL + _alone(name), raw) is not None
                yield Mention(node, place, True, needed)
            elif with_name(raw, name, name + "_") != raw:
                yield Mention(node, place, node.name == "host.hostname")


def is_hook(node: Node) -> bool:
    return node.name in HOOKS


def _alone(name: str) -> str:
    return rf"{re.escape(encoded(name))}(?![\w.:/-])"


def with_name(text: str, old: str, new: str) -> str:
    """`text`, as written, with the name of a jail changed where it is a word of its own and no variable."""
    return re.sub(rf"(?<![A-Za-z0-9${{-]){re.escape(encoded(old))}(?![A-Za-z0-9-])", lambda _: encoded(new), text)


def renamed(raw: str, old: str, new: str) -> str:
    """A hook as written, with the jail's name changed in arguments of commands and in names of interfaces."""
    text = re.sub(f"({TO_A_JAIL}){_alone(old)}", lambda match: match[1] + encoded(new), raw)
    if not re.search(r"ifconfig|addm", text) and re.search(r"\s", text):
        return text
    before = TO_AN_INTERFACE if re.search(r"\s", text) else r"(?<![^\"'])"
    return re.sub(f"({before})([A-Za-z0-9_.]+)", lambda match: match[1] + with_name(match[2], old, new), text)


def depend_edits(sources: Sources, old: str, new: str) -> dict[str, list[Edit]]:
    """The edits, by file, that change the jail's name in `depend` of other jails. Raises EditError."""
    edits: dict[str, list[Edit]] = {}
    edited = set()
    for jail in sources.config.jails:
        setting = jail.jail.get("depend")
        for node in trace(setting) if setting is not None else ():
            if decoded(node.text) != old or jail.name == old:
                continue
            spot = Spot(node, 0, len(node.text)).innermost()
            if spot.node.place not in edited:
                edited.add(spot.node.place)
                edits.setdefault(spot.node.definition.file.name, []).append(_edit(sources, spot.node, new))
    return edits


def _edit(sources: Sources, node: Node, new: str) -> Edit:
    if node.parts:
        raise EditError(f"{at(node)} is made of variables: change it by hand.")
    where = edit_place(node.definition.block)
    if node.name.startswith("$"):
        return SetValue(where, node.name, (new,))
    param = node.definition.param
    assert param is not None, "depend is a parameter"
    start = param.values[node.number].start
    file = sources.file(node.definition.file.name)
    index = [element.value.start for element in elements(applied_scopes(scopes(file), where), "depend")].index(start)
    return SetElement(where, "depend", index, new)


def source_of(node: Node) -> str:
    """A value as it is written, quotes included, its bytes as latin-1."""
    param = node.definition.param
    assert param is not None, "the name of a block is no value of a parameter"
    value = param.values[node.number]
    return param.text[value.start : value.end]
