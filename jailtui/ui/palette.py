"""What the palette offers for a text: commands, rows to go to, and rules to read about. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.text import clean
from jailtui.ui.commands import COMMANDS, Command, key_names
from jailtui.ui.findings import PANEL_KINDS
from jailtui.ui.lines import Cell, Line, fit, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jailtui.model.state import HostState
    from jailtui.rules.finding import Rule
    from jailtui.ui.glyphs import Glyphs

SYNONYMS: Mapping[str, str] = {
    "form.network": "ip address gateway router mac dhcp mtu ipv6 interface bridge vlan",
    "form.permissions": "allow deny raw sockets sysvipc mount devfs chflags rights",
    "form.new": "create add make",
    "form.copy": "clone duplicate",
    "form.remove": "delete destroy",
    "epair.reclaim": "orphan leftover destroy clean",
    "epair.reclaim-all": "orphan leftover destroy clean",
    "jail.start": "run boot up",
    "jail.stop": "halt kill down",
    "jail.restart": "reboot",
    "jail.shell": "console jexec login terminal root",
    "jail.path": "ping reach internet unreachable route gateway connectivity",
    "jail.inside": "ps processes sockets sockstat netstat routes arp services pf",
    "jail.log": "console messages tail output",
    "view.doctor": "problems errors warnings findings why diagnose check",
    "view.map": "diagram drawing topology wiring cable graph",
    "view.filter": "search find",
    "view.refresh": "reload read again",
    "view.timeline": "events happened changes when",
    "view.history": "audit log past runs saves",
    "view.load": "cpu memory traffic top columns",
    "view.enlarge": "zoom whole full maximize bigger",
    "view.save": "export write dump screen",
    "app.help": "keys manual",
    "app.leave": "exit",
}
"""Words that an operator may look a command up by."""


class Offer(NamedTuple):
    """A line of the palette. `name` is looked through first, then `words`; `key` stands at the right.

    `target` is a command's id, a rule's code, or a row's key in `panel`.
    """

    kind: Literal["command", "row", "rule"]
    target: str
    name: str
    about: str
    key: str = ""
    words: str = ""
    panel: str = ""


def command_entries(why_not: Callable[[Command], str | None], keymap: Mapping[str, str]) -> Iterator[Offer]:
    """The commands that are on, in the order of their table."""
    for command in COMMANDS:
        if command.group != "Move" and command.id != "app.palette" and why_not(command) is None:
            name = f"{command.label[0].upper()}{command.label[1:]}"
            keys = " ".join(key_names(command, keymap))
            yield Offer("command", command.id, name, command.help, keys, SYNONYMS.get(command.id, ""))


def row_entries(state: HostState) -> Iterator[Offer]:
    """The jails, epairs, bridges and VLANs to go to; they are found by their addresses too."""
    for jail in state.jails:
        yield _row("jails", jail.key, jail.name, f"{jail.state.value} jail", jail.addresses or jail.assumed)
    for pair in state.epairs:
        word = "orphaned epair" if pair.orphan else "epair"
        names = [*(end.name for end in (pair.a, pair.b) if end.name), *([pair.why] if pair.orphan else [])]
        yield _row("epairs", pair.key, pair.name, f"{word} of {pair.owner}" if pair.owner else word, names)
    for bridge in state.bridges:
        yield _row("bridges", bridge.name, bridge.name, "bridge", bridge.addresses)
    for vlan in (*state.vlans, *state.held_vlans):
        yield _row("vlans", vlan.key, vlan.name, f"VLAN {vlan.tag}" if vlan.tag else "VLAN", vlan.addresses)


def _row(panel: str, key: str, name: str, about: str, words: Iterable[object]) -> Offer:
    kind, more = PANEL_KINDS[panel], " ".join(map(str, words))
    return Offer("row", key, clean(name), clean(f"{about}  {more}"), "", f"{kind} go to {clean(more)}", panel)


def rule_entries(rules: Iterable[Rule]) -> Iterator[Offer]:
    for rule in rules:
        yield Offer("rule", rule.code, rule.code, f"{rule.severity}: {rule.title}", "", "rule explain")


def ranked(entries: Iterable[Offer], text: str) -> list[Offer]:
    """The entries in which each word of the text occurs, the best first; without a text, the commands."""
    words = text.casefold().split()
    if not words:
        return [entry for entry in entries if entry.kind == "command"]
    scored = []
    for at, entry in enumerate(entries):
        ranks = [rank(entry, word) for word in words]
        if None not in ranks:
            scored.append((sum(each or 0 for each in ranks), at, entry))
    return [entry for _, _, entry in sorted(scored, key=lambda each: each[:2])]


def rank(entry: Offer, word: str) -> int | None:
    """How well a word fits: 0 is the whole name, then its begin, a synonym, a part of it, the help; None: no."""
    name = entry.name.casefold()
    if name == word:
        return 0
    if name.startswith(word):
        return 1
    if any(synonym.startswith(word) for synonym in entry.words.casefold().split()):
        return 2
    if word in name.replace("-", " ").split():
        return 3
    if word in name:
        return 4
    return 5 if word in entry.about.casefold() or word in entry.words.casefold() else None


def entry_line(entry: Offer, text: str, room: int, glyphs: Glyphs, *, here: bool) -> Line:
    """One line: the name, what it is about, and at the right its key."""
    sign = Cell(f"{glyphs.cursor} " if here else "  ", "accent")
    wide = max(12, min(24, room * 2 // 7))
    name = fit(_set_off(entry.name, text), wide, glyphs.ellipsis)
    left = (sign, *name, Cell("  "), Cell(entry.about, "dim"))
    right = (Cell(f"  {entry.key}", "key"), Cell(" ")) if entry.key else ()
    return Line(spread(left, right, room, glyphs.ellipsis), "cursor" if here else "")


def _set_off(name: str, text: str) -> tuple[Cell, ...]:
    """The name, with the first word of the text in it set off."""
    word = next((word for word in text.casefold().split() if word in name.casefold()), "")
    at = name.casefold().find(word) if word else -1
    if at < 0 or len(name.casefold()) != len(name):
        return (Cell(name, "strong"),)
    end = at + len(word)
    return tuple(Cell(part, tone) for part, tone in _split(name, at, end) if part)


def _split(name: str, at: int, end: int) -> Sequence[tuple[str, Literal["strong", "accent"]]]:
    return ((name[:at], "strong"), (name[at:end], "accent"), (name[end:], "strong"))
