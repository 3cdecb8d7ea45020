"""Following the commands of a jail's hooks: which interfaces they make, join, name and address.

The order is jail(8)'s (FREEBSD.md 2.4). Nothing is guessed: what is not understood is kept as text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hooks.shell import Command, Word, cannot_fail, commands
from jailtui.config.hooks.trace import Node, Spot, traced

if TYPE_CHECKING:
    from jailtui.jailconf import Jail

BEFORE = ("exec.prepare", "exec.prestart", "exec.created")
INSIDE = ("exec.start", "command")
AFTER = ("exec.poststart",)
ENDING = ("exec.prestop", "exec.stop", "exec.poststop", "exec.release")
PAIR_END = re.compile(r"(epair\d+)([ab])")
HARMLESS = frozenset(
    "true : echo logger mount umount sleep cp mkdir chmod chown rm touch sysctl zfs devfs test [ kldload cat ln date "
    "exit cd printf wait nice env rctl cpuset mdconfig su".split()
)
"""Tools that have no say in a jail's network, as far as a name can tell."""
RUNNERS = frozenset("su env nice cpuset".split())
"""Those of them that run what follows."""
TESTS = frozenset("[ test false grep pgrep kldstat jls".split())
"""Tools that are asked whether the next command shall run."""
NETWORK = re.compile(r"\b(ifconfig|route|dhclient|jib|jng|netif|routing)\b")
DEFAULTS = frozenset(("default", "0.0.0.0/0", "::/0", "0/0", "-default"))


@dataclass(slots=True, eq=False)
class Said:
    """A value that the hooks give, and every place that says it."""

    value: str
    spots: list[Spot] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Pair:
    """An epair as it is created or named."""

    stem: Said
    created: bool = False
    guarded: bool = False  # an earlier command clears the way, or a failure of the creation is let pass


@dataclass(slots=True, eq=False)
class Iface:
    """One interface, by the name it has at the moment."""

    name: str
    pair: Pair | None = None
    end: str = ""
    bridge: Said | None = None
    addresses: list[Said] = field(default_factory=list)
    mtu: Said | None = None
    mac: Said | None = None
    vlan: Said | None = None
    untagged: Said | None = None
    dhcp: list[Spot] = field(default_factory=list)
    slaac: list[Spot] = field(default_factory=list)
    names: list[Spot] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Given:
    """An interface that the jail gets: as it comes (`outer`), and the spot that says so."""

    iface: Iface
    outer: str
    spots: list[Spot]


@dataclass(slots=True, eq=False)
class Release:
    """The line of exec.prestop that gives `iface` back; `safe`: it can't keep the jail from stopping."""

    iface: Iface
    node: Node
    safe: bool
    alone: bool


@dataclass(slots=True, eq=False)
class Unread:
    """A text of a hook that was not understood, or not wholly."""

    name: str
    text: str
    node: Node


class Walk:
    """One jail's hooks, followed from the first to the last. `tools` understands a command by its tool's name."""

    def __init__(self, jail: Jail, tools: Mapping[str, Tool]) -> None:
        self.jail = jail
        self.tools = tools
        self.names = {jail.name, *(node.text for name in ("name", "jid") for node in traced(jail, name)[-1:])}
        self.host: dict[str, Iface] = {}
        self.inside: dict[str, Iface] = {}
        self.given: list[Given] = []
        self.gateways: list[Said] = []
        self.releases: list[Release] = []
        self.unread: list[Unread] = []
        self.named: dict[str, list[Spot]] = {}
        self.members: dict[str, list[Iface]] = {}
        self.cleared: set[str] = set()
        self.runs_rc = False
        for hook in BEFORE:
            self.follow(hook, inside=False)
        for node in traced(jail, "vnet.interface"):
            self.move_in(node.text, [Spot(node, 0, len(node.text))])
        for hook in INSIDE:
            self.follow(hook, inside=True)
        for hook in (*AFTER, *ENDING):
            self.follow(hook, inside=hook == "exec.stop")

    def move_in(self, name: str, spots: list[Spot]) -> None:
        """The interface of that name goes into the jail. It loses the addresses it had (FREEBSD.md 3.3)."""
        iface = self.host.pop(name, None) or self.known(name, inside=False)
        self.host.pop(name, None)
        lost = [*(spot for said in iface.addresses for spot in said.spots), *iface.slaac]
        self.unread += [Unread(one.name, one.text, one) for one in dict.fromkeys(spot.node for spot in lost)]
        iface.addresses, iface.slaac = [], []
        if iface.pair is not None and iface.end:
            self.note_pair(iface.pair, name, spots)
        self.inside[name] = iface
        self.given.append(Given(iface, name, spots))

    def note_pair(self, pair: Pair, word: str, spots: list[Spot]) -> None:
        """A name like `epair5b` says which pair it is, in its letters but the last."""
        if word[:-1] == pair.stem.value and word[-1:] in ("a", "b"):
            pair.stem.spots += [Spot(one.node, one.start, one.end - 1) for one in spots]

    def known(self, name: str, *, inside: bool) -> Iface:
        """The interface of that name; one that nothing was said of yet is there from before."""
        names = self.inside if inside else self.host
        if name not in names:
            if (match := PAIR_END.fullmatch(name)) and not inside:
                self.make_pair(match[1], [], created=False)
            else:
                names[name] = Iface(name)
        return names[name]

    def make_pair(self, stem: str, spots: list[Spot], *, created: bool) -> Pair:
        there = self.host.get(f"{stem}a") or self.host.get(f"{stem}b")
        pair = there.pair if there is not None and there.pair is not None else Pair(Said(stem))
        pair.stem.spots += spots
        pair.created |= created
        for end in "ab":
            self.host.setdefault(f"{stem}{end}", Iface(f"{stem}{end}", pair, end))
        return pair

    def follow(self, hook: str, *, inside: bool) -> None:
        """All texts of one hook."""
        for node in traced(self.jail, hook):
            found = commands(node.text)
            if found is None:
                if node.text.strip():
                    self.unread.append(Unread(hook, node.text, node))
                continue
            for number, one in enumerate(found):
                if one.argv[0] == "exit" and one.after not in ("&&", "||"):
                    break
                if one.words and not self.understood(Line(hook, node, found, number, inside, one)):
                    self.unread.append(Unread(hook, node.text[one.start : one.end] or node.text, node))

    def understood(self, line: Line) -> bool:
        """Take in what one command does; False where that is not known."""
        tool = line.command.argv[0]
        work = self.tools.get(tool) if line.command.plain else None
        if work is not None:
            return work(self, line)
        runs = tool in RUNNERS or not line.command.plain
        return tool in HARMLESS and not (runs and speaks_of_network(line.command.words))


class Line(NamedTuple):
    """One command where it stands: hook, value, its number in the text, and whether it runs in the jail."""

    hook: str
    node: Node
    all: tuple[Command, ...]
    number: int
    inside: bool
    command: Command
    skip: int = 1

    @property
    def words(self) -> tuple[Word, ...]:
        """The words behind the tool's name."""
        return self.command.words[self.skip :]

    @property
    def safe(self) -> bool:
        """Whether a failure of it is let pass."""
        return cannot_fail(self.all, self.number)

    @property
    def guarded(self) -> bool:
        """Whether the command runs only after another's success or failure, or its own failure is caught."""
        following = self.all[self.number + 1 : self.number + 2]
        return self.command.after in ("||", "&&") or any(one.after == "||" for one in following)

    @property
    def doubtful(self) -> bool:
        """Whether it is not known here if it runs: behind `||`, or behind a test and `&&`."""
        number = self.number
        if number and self.all[number].after == "||":
            return True
        while number and self.all[number].after == "&&":
            number -= 1
            if self.all[number].argv[0] in TESTS and self.all[number].after != "||":
                return True
        return False

    def spot(self, word: Word, form: str = "", start: int = 0, end: int | None = None) -> list[Spot]:
        """The place of (a part of) a word, where it has one."""
        if word.start < 0:
            return []
        stop = word.end if end is None else word.start + end
        return [Spot(self.node, word.start + start, stop, form)]


def speaks_of_network(words: Iterable[Word]) -> bool:
    """Whether one of the words has a tool in it that sets up a network."""
    return any(NETWORK.search(word.text) for word in words)


@lru_cache(maxsize=4096)
def is_ip(text: str, version: int) -> bool:
    """Whether `text` is an address of that family, with or without a prefix."""
    if (":" in text) != (version == 6) or not (":" in text or text[:1].isdigit()):
        return False
    try:
        return ipaddress.ip_interface(text.partition("%")[0] if "%" in text else text).version == version
    except ValueError:
        return False


Tool = Callable[[Walk, Line], bool]
"""Takes in what one command does; gives whether all of it was understood."""
