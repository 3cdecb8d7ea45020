"""The values that a copy can't share with its original, and the edits that change them.

A value made of the jail's name or of a number of its own (`$id`) follows these; any other is changed where it is
written: in a variable, a parameter or the text of a hook.
"""

from __future__ import annotations

import re
from itertools import filterfalse
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hooks.trace import Node, Spot, trace, traced
from jailtui.forms.jails.free import Holdings, is_pair
from jailtui.forms.jails.named import is_hook, mentions, renamed, source_of
from jailtui.jailconf import Edit, EditError, EditPlace, SetElement, Written
from jailtui.jailconf import Set as SetValue
from jailtui.jailconf.faults import decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jailtui import jailconf

NETWORK = ("vnet.interface", "ip4.addr", "ip6.addr", "command")
NAME = "name"
WHOLE = ("path", "host.hostname", "jid", "exec.consolelog")


class Part(NamedTuple):
    """A value of a jail: `key` and `label` of its field, the present `value`, and `spots`, where that is written.

    `shared`: jails may have the same (a gateway, a bridge). `number`: a variable of the jail that other values use.
    `suffix`: the end of the value that is written elsewhere, of an address in `$ip/$prefix`; the spots are without it.
    """

    key: str
    label: str
    value: str
    spots: tuple[Spot, ...]
    shared: bool = False
    number: bool = False
    suffix: str = ""

    def follows(self) -> frozenset[str]:
        """The variables that the value is made of, `name` among them."""
        return frozenset(leaf.name.removeprefix("$") for spot in self.spots for leaf in _leaves(spot))

    def rendered(self, values: Mapping[str, str]) -> str:
        """The value with these values of variables and of `name`."""
        return decoded(_rendered(self.spots[0], values)) + self.suffix

    def settable(self, block: str) -> bool:
        """Whether a copy of the jail `block` can have another value."""
        return all(_settable(spot, block) for spot in self.spots)

    def where(self) -> str:
        """The place where it is written: `jail.conf:14, $ip`."""
        node = self.spots[0].node
        origin = node.origin
        return f"{origin.file.rpartition('/')[2]}:{origin.line}, {node.name}"


def parts_of(jail: jailconf.JailDefinition, held: Holdings) -> tuple[Part, ...]:
    """The values of a jail that a copy can't share, then those that it may share."""
    nodes = [
        node
        for setting in jail.params
        if setting.name in NETWORK or setting.name.startswith("exec.")
        for node in trace(setting)
    ]
    own = [
        *_whole(jail, "jid", "jid"),
        *_whole(jail, "path", "path"),
        *_in_hooks(nodes, "epair", "epair", filter(is_pair, held.pairs_and_others)),
        *_in_hooks(nodes, "interface", "interface", filterfalse(is_pair, held.pairs_and_others)),
        *_in_hooks(nodes, "address", "address", held.configured.addresses),
        *_in_hooks(nodes, "ether", "MAC", held.configured.view.macs),
        *_whole(jail, "host.hostname", "hostname"),
        *_whole(jail, "exec.consolelog", "log"),
    ]
    bridges = [name for name in held.configured.bridges if name not in held.pairs_and_others]
    shared = [
        *_in_hooks(nodes, "gateway", "gateway", held.configured.view.gateways, shared=True),
        *_in_hooks(nodes, "bridge", "bridge", bridges, shared=True),
    ]
    return (*_numbers(jail, own), *own, *shared)


def _whole(jail: jailconf.JailDefinition, name: str, key: str) -> Iterator[Part]:
    """The last value of a parameter."""
    setting = jail.get(name)
    if setting is None or not setting.values or setting.sources[-1].param is None:
        return
    node = traced(jail, name)[-1]
    spot = Spot(node, 0, len(node.text))
    inner = spot.innermost()
    own = inner.node.definition.block == jail.name and inner.node.definition.param is not None
    yield Part(key, key, setting.values[-1], (inner if own else spot,))


def _in_hooks(
    nodes: list[Node], key: str, label: str, values: Iterable[str], *, shared: bool = False
) -> Iterator[Part]:
    """Values as words of hooks and network parameters; the second of a kind has the key `2.KEY`."""
    number = 0
    for value in values:
        spots = _spots(nodes, value, len(value)) if value.isascii() else ()
        suffix = ""
        if "/" in value and any(not _is_whole(spot) and any(True for _ in _leaves(spot)) for spot in spots):
            suffix = value[value.index("/") :]
            spots = _spots(nodes, value, value.index("/"))
        if spots:
            number += 1
            prefix, behind = (f"{number}.", f" {number}") if number > 1 else ("", "")
            yield Part(f"{prefix}{key}", f"{label}{behind}", value, spots, shared, suffix=suffix)


def _spots(nodes: list[Node], value: str, length: int) -> tuple[Spot, ...]:
    """The places of the first `length` letters of a value, each where it is written."""
    spots: dict[tuple[str, int, int, int, int], Spot] = {}
    for node in nodes:
        for match in word(value).finditer(node.text):
            spot = Spot(node, match.start(), match.start() + length).innermost()
            spots.setdefault((*spot.node.place, spot.start, spot.end), spot)
    return tuple(spots.values())


def word(value: str, behind: str = "") -> re.Pattern[str]:
    """A pattern for `value` as a word; an epair also with the letter of an end, and before `|`.

    `behind` may follow it: the `/` of an address whose prefix is another word.
    """
    end = "[ab]?" if re.fullmatch(r"epair\d+", value) else ""
    return re.compile(rf"(?<![\w.:/-]){re.escape(value)}(?={end}(?![\w.:{'' if behind else '/'}-]))")


def _numbers(jail: jailconf.JailDefinition, parts: list[Part]) -> Iterator[Part]:
    """The numbers in the names of the jail's interfaces, or else in its addresses: `$id`."""
    wanted: dict[str, None] = {}
    for kind in ("epair", "interface", "address", "jid", "path"):
        for part in parts:
            leaves = [leaf for spot in part.spots for leaf in _leaves(spot) if _is_own_number(leaf, jail.name)]
            if part.key.rpartition(".")[2] == kind and not any(leaf.name in wanted for leaf in leaves):
                wanted |= dict.fromkeys(leaf.name for leaf in leaves[-1:])
    for name in wanted:
        setting = next(setting for setting in jail.variables if f"${setting.name}" == name)
        node = trace(setting)[0]
        yield Part(setting.name, name, setting.values[0], (Spot(node, 0, len(node.text)),), number=True)


def _is_own_number(node: Node, block: str) -> bool:
    return node.name.startswith("$") and node.text.isdigit() and node.definition.block == block


def _leaves(spot: Spot) -> Iterator[Node]:
    """The variables in the span that are not made of others."""
    for start, end, node in spot.node.parts:
        low, high = max(start, spot.start), min(end, spot.end)
        if low < high:
            inner = list(_leaves(Spot(node, low - start, high - start)))
            yield from inner or [node]


def _rendered(spot: Spot, values: Mapping[str, str]) -> str:
    """The text of a span with other values of variables; a variable that is only partly in it stays unchanged."""
    node = spot.node
    if not node.parts and _is_whole(spot) and (node.name.startswith("$") or node.definition.param is None):
        return encoded(values.get(node.name.removeprefix("$"), decoded(node.text)))
    text, at = "", spot.start
    for start, end, inner in node.parts:
        low, high = max(start, spot.start), min(end, spot.end)
        if low < high:
            text += node.text[at:low] + _rendered(Spot(inner, low - start, high - start), values)
            at = high
    return text + node.text[at : spot.end]


def _is_whole(spot: Spot) -> bool:
    return spot.start == 0 and spot.end == len(spot.node.text)


def _settable(spot: Spot, block: str) -> bool:
    """Whether the block can have another text there: in a variable, or in a value of its own without variables."""
    node = spot.node
    if node.definition.param is None:
        return False
    if _is_whole(spot) and (node.name.startswith("$") or node.name in WHOLE):
        return True
    return not any(True for _ in _leaves(spot)) and (node.definition.block == block or node.name.startswith("$"))


def edits(changes: Iterable[tuple[Part, str]], jail: jailconf.HostJail, name: str) -> list[Edit]:
    """The edits that give `name`, a copy of `jail`, new values and its name in hooks. Raises EditError."""
    whole: list[Edit] = []
    texts: dict[tuple[str, int, int], tuple[Node, dict[str, str]]] = {}
    for part, new in changes:
        text = new.removesuffix(part.suffix)
        if part.suffix and text == new:
            raise EditError(f"{part.label} of {name} has to end in {part.suffix}, which other jails share.")
        for spot in part.spots:
            node = spot.node
            if _is_whole(spot) and (node.name.startswith("$") or node.name in WHOLE):
                whole.append(SetValue(EditPlace(jail=name), node.name, (text,)))
            elif any(True for _ in _leaves(spot)):
                raise EditError(f"{part.label} of {name} can't be changed: it is made of variables in {node.name}.")
            else:
                texts.setdefault(node.place, (node, {}))[1][part.value.removesuffix(part.suffix)] = text
    for mention in mentions(jail):
        if is_hook(mention.node) and mention.follows:
            texts.setdefault(mention.node.place, (mention.node, {}))
    return whole + [_text_edit(node, words, jail.name, name) for node, words in texts.values()]


def _text_edit(node: Node, words: Mapping[str, str], old: str, name: str) -> Edit:
    """The edit of one value that keeps its spelling and changes words and the name of the jail `old`."""
    raw = written = source_of(node)
    for word_before, word_after in words.items():
        raw = word(word_before, "/").sub(word_after, raw)
    if is_hook(node):
        raw = renamed(raw, old, name)
    if raw == written:
        raise EditError(f"{node.name} of {name} is not written plainly enough to be changed.")
    value = Written(decoded(raw))
    if node.name.startswith("$"):
        return SetValue(EditPlace(jail=name), node.name, (value,))
    return SetElement(EditPlace(jail=name), node.name, node.index, value)
