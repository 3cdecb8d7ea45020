"""Follows the commands of a jail's hooks: which interfaces they create, join, name and configure.

The order is jail(8)'s (FREEBSD.md 2.4). Nothing is guessed: a command that is not understood is kept as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hooks.commands import ShellCommand, Word, cannot_fail, decides
from jailtui.config.hooks.shell import commands
from jailtui.config.hooks.trace import Node, Spot, trace
from jailtui.config.view import ENDING, Removal

if TYPE_CHECKING:
    from jailtui.jailconf import JailDefinition

BEFORE = ("exec.prepare", "exec.prestart", "exec.created")
INSIDE = ("exec.start", "command")
STOPPING = ("exec.prestop", "exec.stop")
"""A stop ends if one of their commands fails."""
GOING = frozenset(("-vnet", "deletem", "destroy"))
"""Words of ifconfig that fail if the interface is missing, or not where it was."""
MORE = frozenset(("mtu", "ether", "addm", "name", "create"))
"""Words of ifconfig with a further effect, so that their command can't be removed as a whole."""
PAIR_END = re.compile(r"(epair(?:\d+|\?\d*))([ab])")
"""With `?` for a number that the kernel chooses."""
HARMLESS = frozenset(
    "true : echo logger mount mount_nullfs umount sleep cp mkdir chmod chown rm touch sysctl zfs devfs test [ kldload "
    "cat ln date exit cd printf wait nice env rctl cpuset mdconfig su export set false grep pgrep kldstat jls".split()
)
"""Tools that do nothing to a jail's network, as far as their names tell."""
RUNNERS = frozenset("su cpuset".split())
"""Harmless tools that run the command in their arguments."""
QUIET = frozenset("ifconfig route dhclient jexec service".split())
"""Tools that create no numbered pair, except by a command that is understood."""
BESIDE_PATH = re.compile(r"[\s='\"]+")
"""What separates paths in a word."""
NETWORK = re.compile(r"\b(ifconfig|route|dhclient|jib|jng|netif|routing)\b")
DEFAULTS = frozenset(("default", "0.0.0.0/0", "::/0", "0/0", "-default"))


@dataclass(slots=True, eq=False)
class Stated:
    """A value that the hooks give, every place where it is written, and the command that gives it."""

    value: str
    spots: list[Spot] = field(default_factory=list)
    line: HookLine | None = None


@dataclass(slots=True, eq=False)
class HookPair:
    """An epair as it is created or named."""

    stem: Stated
    created: bool = False
    guarded: bool = False  # an earlier command destroys it first, or the start does not fail if it exists
    ends: list[HookInterface] = field(default_factory=list)

    @property
    def numbered(self) -> bool:
        """Whether it is created by a number of its own, as `epair7`."""
        return self.stem.value[5:].isdigit()

    @property
    def nameless(self) -> bool:
        """Whether the kernel chooses its number."""
        return "?" in self.stem.value


@dataclass(slots=True, eq=False)
class HookInterface:
    """One interface, by the name it has at the moment."""

    name: str
    pair: HookPair | None = None
    end: str = ""
    bridge: Stated | None = None
    addresses: list[Stated] = field(default_factory=list)
    mtu: Stated | None = None
    mac: Stated | None = None
    vlan: Stated | None = None
    untagged: Stated | None = None
    up: Stated | None = None
    description: Stated | None = None
    renamed: Stated | None = None
    dhcp: list[Spot] = field(default_factory=list)
    slaac: list[Spot] = field(default_factory=list)
    names: list[Spot] = field(default_factory=list)
    called: list[str] = field(default_factory=list)  # the names it had on the host before
    joined: Node | None = None  # the text that adds it to `bridge`
    member: list[Spot] = field(default_factory=list)  # its name in that text


@dataclass(slots=True, eq=False)
class Creation:
    """Interfaces that one command creates on the host: both ends of a pair, or another kind of interface.

    `cleared` are the names that were destroyed before. `own`: no other jail shares it (a bridge that jib makes).
    """

    interfaces: list[HookInterface]
    line: HookLine
    pair: HookPair | None = None
    guarded: bool = False
    cleared: frozenset[str] = frozenset()
    own: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it has on the host; none that the kernel chooses."""
        stems = [self.pair.stem.value] if self.pair is not None and self.pair.numbered else []
        called = [name for iface in self.interfaces for name in (*iface.called, iface.name)]
        return tuple(dict.fromkeys(name for name in (*stems, *called) if "?" not in name))

    @property
    def idempotent(self) -> bool:
        """Whether a start works if it exists already."""
        guarded = self.guarded or (self.pair is not None and self.pair.guarded)
        return guarded or not self.cleared.isdisjoint(self.names)


@dataclass(slots=True, eq=False)
class MovedIn:
    """An interface that is moved into the jail, the name it is moved by (`outer`), and the spots of that name.

    `line` is the command that moves it; None if vnet.interface does.
    """

    iface: HookInterface
    outer: str
    spots: list[Spot]
    line: HookLine | None = None


@dataclass(slots=True, eq=False)
class Release:
    """The line of exec.prestop that returns `iface` to the host."""

    iface: HookInterface
    node: Node


@dataclass(slots=True, eq=False)
class Unread:
    """A text of a hook that was not understood, or only in part. `hides`: it may create an interface on the host."""

    name: str
    text: str
    node: Node
    hides: bool = False


class HookReader:
    """One jail's hooks, followed from the first to the last. `tools` are the readers of commands, by tool."""

    def __init__(self, jail: JailDefinition, tools: Mapping[str, Tool], *, placed: bool = True) -> None:
        """Without `placed` most spots are left out."""
        self.jail = jail
        self.placed = placed
        self.tools = tools
        self.settings = {setting.name: setting for setting in jail.params}
        self.names = {jail.name, *(node.text for name in ("name", "jid") for node in self.values(name)[-1:])}
        self.host: dict[str, HookInterface] = {}
        self.inside: dict[str, HookInterface] = {}
        self.given: list[MovedIn] = []
        self.gateways: list[Stated] = []
        self.releases: list[Release] = []
        self.unread: list[Unread] = []
        self.named: dict[str, list[Spot]] = {}
        self.members: dict[str, list[HookInterface]] = {}
        self.cleared: set[str] = set()
        self.creations: list[Creation] = []
        self.routes: list[str] = []
        self.shared: list[str] = []
        self.lent: dict[str, list[str]] = {}
        self.failing: list[tuple[str, str]] = []
        self.touched: set[str] = set()
        self.paths: set[str] = set()
        self.raised: set[str] = set()
        self.removals: list[Removal] = []
        self.drops = False
        self.folder: str | None = None
        self.longer: set[tuple[str, int, int]] = set()
        self.runs_rc = False
        self.rc: Node | None = None
        path = self.values("path")[-1:]
        self.environment = {"JID": "$JID", "JNAME": jail.name, "JPATH": path[0].text if path else ""}
        self.names.add("$JID")
        for hook in BEFORE:
            self.follow(hook, inside=False)
        for node in self.values("vnet.interface"):
            self.move_in(node.text, [Spot(node, 0, len(node.text))] if placed else [])
        for hook in INSIDE:
            self.follow(hook, inside=True)
        for hook in ("exec.poststart", *ENDING):
            self.follow(hook, inside=hook == "exec.stop")
        for creation in self.creations:
            if creation.pair is not None and not creation.names:
                self.unread.append(creation.line.unread(hides=True))

    def values(self, name: str) -> tuple[Node, ...]:
        """The values of a parameter, or of a hook."""
        setting = self.settings.get(name)
        return trace(setting) if setting is not None else ()

    def move_in(self, name: str, spots: list[Spot], line: HookLine | None = None) -> None:
        """Move the interface of that name into the jail. It loses its addresses and the flag UP (FREEBSD.md 3.3)."""
        iface = self.host.pop(name, None) or self.known(name, inside=False)
        self.host.pop(name, None)
        lost = [*(spot for stated in iface.addresses for spot in stated.spots), *iface.slaac]
        self.unread += [Unread(node.name, node.text, node) for node in dict.fromkeys(spot.node for spot in lost)]
        if iface.up is not None:
            self.raised.add(name)
        iface.addresses, iface.slaac, iface.up = [], [], None
        if iface.pair is not None and iface.end:
            self.note_pair(iface.pair, name, spots)
        self.inside[name] = iface
        self.given.append(MovedIn(iface, name, spots, line))

    def note_pair(self, pair: HookPair, word: str, spots: list[Spot]) -> None:
        """Note that a name like `epair5b` names its pair, in its letters but the last."""
        if word[:-1] == pair.stem.value and word[-1:] in ("a", "b"):
            pair.stem.spots += [Spot(spot.node, spot.start, spot.end - 1) for spot in spots]

    def known(self, name: str, *, inside: bool) -> HookInterface:
        """The interface of that name; one that is new to the reader existed before."""
        names = self.inside if inside else self.host
        if name not in names:
            if (match := PAIR_END.fullmatch(name)) and not inside:
                self.make_pair(match[1], [], created=False)
            else:
                names[name] = HookInterface(name)
        return names[name]

    def make_pair(self, stem: str, spots: list[Spot], *, created: bool) -> HookPair:
        there = self.host.get(f"{stem}a") or self.host.get(f"{stem}b")
        pair = there.pair if there is not None and there.pair is not None else HookPair(Stated(stem))
        pair.stem.spots += spots
        pair.created |= created
        for end in "ab":
            if f"{stem}{end}" not in self.host:
                self.host[f"{stem}{end}"] = iface = HookInterface(f"{stem}{end}", pair, end)
                pair.ends.append(iface)
        return pair

    def create(
        self, line: HookLine, interfaces: list[HookInterface], pair: HookPair | None = None, *, own: bool = True
    ) -> Creation:
        """Note that a command creates these on the host."""
        creation = Creation(interfaces, line, pair, line.guarded, frozenset(self.cleared), own)
        self.creations.append(creation)
        return creation

    def creating(self, pair: HookPair | None) -> Node | None:
        """The text that creates that pair."""
        lines = (creation.line for creation in self.creations if pair is not None and creation.pair is pair)
        return next((line.node for line in lines), None)

    def follow(self, hook: str, *, inside: bool) -> None:
        """Follow all texts of one hook."""
        on_host = not inside and hook not in ENDING
        for node in self.values(hook):
            listed = commands(node.text, self.environment)
            if self.placed and not does_one_thing(listed):
                self.longer.add(node.place)
            if listed is None:
                self.unread.append(Unread(hook, node.text, node, on_host))
                continue
            if hook in STOPPING:
                self.judge_stop(hook, listed)
            for number, command in enumerate(listed):
                if command.argv[0] == "exit" and not command.maybe and command.after not in ("&&", "||"):
                    break
                line = HookLine(hook, node, listed, number, inside, command, placed=self.placed)
                if not inside:
                    self.paths.update(line.paths)
                if not self.understood(line):
                    self.unread.append(line.unread(hides=on_host and line.may_create))

    def judge_stop(self, hook: str, listed: Sequence[ShellCommand]) -> None:
        """Note whether the stop drops the jail's connections, and the command by which it fails if its interface is
        missing. Of several lists the last one counts.
        """
        self.drops |= any(word.text.rpartition("/")[2] == "tcpdrop" for command in listed for word in command.words)
        starts = [number for number, command in enumerate(listed) if command.after in (";", "\n", "&")]
        for number in range(starts[-1] if starts else 0, len(listed)):
            command = listed[number]
            goes = command.argv[0] == "ifconfig" and not GOING.isdisjoint(command.argv[2:])
            if goes and not command.ends and command.after not in ("then", "else") and not cannot_fail(listed, number):
                self.failing.append((hook, " ".join(command.argv)))
                return

    def understood(self, line: HookLine) -> bool:
        """Note what one command does; False if that is not known."""
        tool = line.command.argv[0]
        if tool in ("ifconfig", "route") and self.folder is None:
            self.folder = line.command.words[0].text.removesuffix(tool)
        work = self.tools.get(tool) if line.command.plain else None
        if work is not None:
            return work(self, line)
        runs = tool in RUNNERS or not line.command.plain
        return tool in HARMLESS and not (runs and any(NETWORK.search(word.text) for word in line.command.words))


class HookLine(NamedTuple):
    """One command: that of `number` in `all` of the value `node`. `jail` is another jail that it runs in."""

    hook: str
    node: Node
    all: tuple[ShellCommand, ...]
    number: int
    inside: bool
    command: ShellCommand
    jail: str = ""
    placed: bool = True

    @property
    def words(self) -> tuple[Word, ...]:
        """The words after the tool's name."""
        return self.command.words[1:]

    @property
    def paths(self) -> Iterator[str]:
        """The absolute paths in its words, as in `mountpoint=/jails/web/data` too."""
        pieces = (piece for word in self.words if "/" in word.text for piece in BESIDE_PATH.split(word.text))
        return (piece for piece in pieces if piece.startswith("/"))

    @property
    def guarded(self) -> bool:
        """Whether the start goes on if it fails."""
        return not decides(self.all, self.number)

    @property
    def doubtful(self) -> bool:
        """Whether it may not run: after `||`, in an `if`, or after a test and `&&`."""
        return self.command.maybe

    @property
    def may_create(self) -> bool:
        """Whether it may create an interface, though it is not understood."""
        argv = self.command.argv
        return not self.command.plain or argv[0] not in QUIET or "epair" in argv

    def unread(self, *, hides: bool) -> Unread:
        """The command as a text that was not understood."""
        text = self.node.text[self.command.start : self.command.end] or self.node.text
        return Unread(self.hook, text, self.node, hides)

    def spot(self, word: Word, form: str = "", start: int = 0, end: int | None = None) -> list[Spot]:
        """The place of (a part of) a word, if it has one; with a `form` always, since an address may get lost."""
        if word.start < 0 or not (form or self.placed):
            return []
        stop = word.end if end is None else word.start + end
        return [Spot(self.node, word.start + start, stop, form)]

    def mark(self, word: Word) -> list[Spot]:
        """The place of a word, or of the whole command if the word has none."""
        start, end = (word.start, word.end) if word.start >= 0 else (self.command.start, self.command.end)
        return [Spot(self.node, start, end)]


def does_one_thing(listed: Sequence[ShellCommand] | None) -> bool:
    """Whether a text is one command, `|| true` aside, that does one thing: then the whole text may be removed."""
    if listed is None or len([command for command in listed if command.argv != ("true",)]) > 1:
        return False
    return MORE.isdisjoint(word.text for command in listed[:1] for word in command.words[2:])


Tool = Callable[[HookReader, HookLine], bool]
"""Notes what one command does; returns whether all of it was understood."""
