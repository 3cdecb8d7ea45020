"""What is taken on a host, looked up at each key press: addresses, MACs, names and pairs, each with its user.

Built once for a form from one reading; a lookup does not grow with the number of jails.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.made import Made, made
from jailtui.config.rcconf import persistent_names
from jailtui.config.syntax import major, plain_ip
from jailtui.model.interfaces import EPAIR_MAC
from jailtui.model.pairs import stem
from jailtui.model.state import Bridge, End, Epair, Interface, Jail, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.configured import Configured
    from jailtui.config.view import Link, View
    from jailtui.forms.sources import Sources


class User(NamedTuple):
    """Who has something: `jail` ("" is the host or nobody), and a phrase that ends a sentence (`db (jid 5)`).

    `live` is whether it has it now, or by its configuration only.
    """

    jail: str
    text: str
    live: bool = True


class InUse:
    """All that is taken on the host of `sources`, and by the configuration of the `others`, views of other jails."""

    def __init__(self, sources: Sources, others: Iterable[View]) -> None:
        state = sources.state
        self.sources = sources
        self.major = major(sources.release)
        self.host: dict[str, Interface] = {one.name: one for one in state.interfaces if one.jid is None}
        self.bridges: dict[str, Bridge] = {one.name: one for one in state.bridges}
        self.boot = persistent_names(sources.rcconf)
        self.rulesets = _rulesets(sources)
        self.jails: dict[str, Jail] = {one.key: one for one in state.jails}
        self.pairs: dict[str, list[Epair]] = defaultdict(list)
        self.end_owners: dict[str, str] = {}
        self._addresses: dict[str, list[User]] = defaultdict(list)
        self._macs: dict[str, list[User]] = defaultdict(list)
        self._claims: dict[str, list[str]] = defaultdict(list)
        for pair in state.epairs:
            self._read_pair(pair)
        for jail in state.jails:
            self._read_jail(jail)
        self._read_host()
        for other in others:
            self._read_view(other)

    def address(self, ip: str, jail: str) -> User | None:
        """Who but that jail has an address, given without prefix and as `plain_ip` writes it."""
        users = self._addresses.get(ip, ())
        # A jail without vnet has its addresses on the host's interfaces.
        mine = any(one.jail == jail and one.live for one in users)
        return next((one for one in users if one.jail != jail and not (mine and one.jail == "" and one.live)), None)

    def mac(self, mac: str, jail: str) -> User | None:
        """Who but that jail has a MAC, in lower case with colons."""
        return next((one for one in self._macs.get(mac, ()) if one.jail != jail), None)

    def claim(self, names: Iterable[str], jail: str) -> tuple[str, str] | None:
        """The first of these names that another configured jail has for itself, and that jail."""
        return next(((name, one) for name in names for one in self._claims.get(name, ()) if one != jail), None)

    def running(self, name: str) -> Jail | None:
        """The live jail of that name."""
        jail = self.jails.get(name)
        return jail if jail is not None and jail.running else None

    def made(self, name: str) -> Made:
        """What the hooks of that jail make on the host by the file, and those of the jails it depends on."""
        config = self._configured(name)
        needed = [self._configured(one) for one in config.depend] if config is not None else []
        found = [made(one) for one in (config, *needed) if one is not None]
        return Made(frozenset().union(*(one.names for one in found)), frozenset().union(*(one.tags for one in found)))

    def _configured(self, name: str) -> Configured | None:
        jail = self.jails.get(name)
        return jail.configured if jail is not None else None

    def _read_pair(self, pair: Epair) -> None:
        """Under every name that it keeps from being created on the host (FREEBSD.md 3.4)."""
        if pair.a.where is Where.JAIL and pair.a.jid == pair.b.jid:
            return  # Made inside a jail, which numbers its own.
        names = {pair.name}
        for end in (pair.a, pair.b):
            if end.where is Where.HOST and end.name is not None:
                there = self.host.get(end.name)
                names |= {end.name, stem(end.name) or end.name, (there and there.drivername) or pair.name}
                self.end_owners[end.name] = pair.owner or ""
        for name in sorted(names):
            self.pairs[name].append(pair)
        if self.major < 15:
            self._derive(pair, pair.a, pair.b)
            self._derive(pair, pair.b, pair.a)

    def _derive(self, pair: Epair, seen: End, unseen: End) -> None:
        """On 13 and 14 the ends' MACs differ in the last byte alone, so one tells of the other (FREEBSD.md 10)."""
        if seen.ether and not unseen.ether and EPAIR_MAC.fullmatch(seen.ether):
            other = seen.ether[:-1] + ("b" if seen.ether.endswith("a") else "a")
            self._macs[other].append(User(pair.owner or "", f"the other end of {seen.name or pair.name}"))

    def _read_host(self) -> None:
        for one in self.host.values():
            for given in one.addresses:
                self._add_address(given.address, User("", f"the host on {one.name}"))
            if one.ether:
                owner = self.end_owners.get(one.name, "")
                self._macs[one.ether.lower()].append(User(owner, f"{one.name} on the host"))

    def _read_jail(self, jail: Jail) -> None:
        if jail.jid is None:
            return
        user = User(jail.name, f"{jail.name} (jid {jail.jid}{'' if jail.running else ', dying'})")
        for given in jail.addresses:
            self._add_address(given.address, user)
        for one in jail.interfaces or ():
            if one.ether:
                self._macs[one.ether.lower()].append(user)

    def _read_view(self, view: View) -> None:
        user = User(view.jail, view.jail, live=False)
        for link in view.links:
            for text in link.addresses:
                self._add_address(text, user)
            if view.vnet:
                if link.mac:
                    self._macs[link.mac.lower().replace("-", ":")].append(user)
                for name in claimed(link):
                    self._claims[name].append(view.jail)

    def _add_address(self, text: str, user: User) -> None:
        """Link-local ones may stand on many links, and loopback ones are each stack's own."""
        ip = plain_ip(text)
        if ip and not ip.startswith(("fe80:", "127.")) and ip != "::1":
            self._addresses[ip].append(user)


def claimed(link: Link) -> Iterator[str]:
    """Every name that a link of a VNET jail has for itself on the host: its pair and both ends."""
    names = (link.pair, stem(link.given) or "", link.given, link.host_end)
    yield from dict.fromkeys(name for name in names if name)


def _rulesets(sources: Sources) -> frozenset[int] | None:
    """The devfs rulesets that are loaded, by `devfs rule showsets`; None where that was not told."""
    told = sources.about.get("rulesets")
    if told is None or told.rc != 0:
        return None
    return frozenset(int(word) for word in told.out.split() if word.isascii() and word.isdigit())
