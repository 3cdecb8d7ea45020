"""What changed between two readings of a host, as sentences. Pure: two pictures in, events out.

What could not be read is carried on from the picture before: an unknown jail has not stopped, and an end that nobody
could look for is not lost. Names are as the host printed them: clean the sentences before they are drawn.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.model.state import JailState, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui.model.state import End, Epair, HostState, Interface, Jail

SubjectKind = Literal["jail", "epair", "bridge", "vlan", "interface", "file", "host", ""]


class EventSubject(NamedTuple):
    """What an event is about. `key` is that of its row, or a name; the kind "" is any that has such a row."""

    kind: SubjectKind
    key: str


class HostEvent(NamedTuple):
    """Something that happened at `time`, seconds since the epoch. `about` has its subject first, then what else it
    touches. `kind` is one of a fixed set of words (`jail-started`); `text` is a sentence without its full stop; `more`
    are lines that show it: what a save changed, or what a start printed.
    """

    time: float
    kind: str
    about: tuple[EventSubject, ...]
    text: str
    more: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The name of what it is about."""
        return self.about[0].key if self.about else ""

    def concerns(self, kind: str, key: str) -> bool:
        """Whether it is about the object of that kind and key, or touches it."""
        return any(subject.key == key and subject.kind in (kind, "") for subject in self.about)


class HostPicture(NamedTuple):
    """What of a reading is compared with the next one. None: it was not read.

    `jails` are those in the kernel by jid, `idle` the others by name, `host` the host's interfaces by name without
    those that share a name or whose text may be forged (`vague`). `unseen`: a running VNET jail could not be
    looked into. `files` are the texts of the files that define jails, by path. `dying_since` has the time of the first
    picture in which a jail that was seen running was dying.
    """

    at: float
    name: str
    jails: Mapping[int, Jail] | None
    idle: Mapping[str, Jail]
    defined: Mapping[str, str] | None
    pairs: Mapping[str, Epair]
    host: Mapping[str, Interface] | None
    vague: frozenset[str]
    unseen: bool
    rcconf: Mapping[str, str] | None
    files: Mapping[str, bytes] | None
    unread: Mapping[str, str]
    dying_since: Mapping[int, float]


def picture(state: HostState, files: Mapping[str, bytes], at: float) -> HostPicture:
    """The picture of a state that was read at that time, with the texts of the files that define its jails."""
    outside = [interface for interface in state.interfaces if interface.jid is None]
    names = Counter(interface.name for interface in outside)
    vague = {interface.name for interface in outside if interface.doubtful or names[interface.name] > 1}
    jails_read, files_read = not state.unknown("jails"), not state.unknown("files")
    return HostPicture(
        at=at,
        name=state.facts.name,
        jails={jail.jid: jail for jail in state.jails if jail.jid is not None} if jails_read else None,
        idle={jail.name: jail for jail in state.jails if jail.jid is None},
        defined={name: jail.file for name, jail in state.configured.items()} if jails_read and files_read else None,
        files=files if files_read else None,
        pairs={pair.key: pair for pair in state.epairs},
        host=None if state.unknown("interfaces") else {each.name: each for each in outside if each.name not in vague},
        vague=frozenset(vague),
        unseen=any(jail.running and jail.vnet and jail.interfaces is None for jail in state.jails),
        rcconf=None if state.rcconf is None else dict(state.rcconf),
        unread=dict(state.unread),
        dying_since={},
    )


def carried(before: HostPicture, after: HostPicture) -> HostPicture:
    """`after` with what was not read as it was `before`."""
    jails = before.jails if after.jails is None else after.jails
    pairs = before.pairs if after.host is None or after.jails is None else after.pairs
    if before.jails is not None and after.jails is not None:
        jails = {jid: _seen_again(before.jails.get(jid), jail) for jid, jail in after.jails.items()}
    return after._replace(
        jails=jails,
        idle=before.idle if after.jails is None else after.idle,
        defined=before.defined if after.defined is None else after.defined,
        pairs={key: _pair_seen_again(before.pairs.get(key), pair) for key, pair in pairs.items()},
        host=before.host if after.host is None else after.host,
        vague=before.vague if after.host is None else after.vague,
        rcconf=before.rcconf if after.rcconf is None else after.rcconf,
        files=before.files if after.files is None else after.files,
        dying_since=_dying_since(before, after.at, jails or {}),
    )


def _dying_since(before: HostPicture, at: float, jails: Mapping[int, Jail]) -> dict[int, float]:
    """Since when the jails that were seen running have been dying."""
    dying = {jid for jid, jail in jails.items() if jail.state is JailState.DYING}
    running = {jid for jid, jail in (before.jails or {}).items() if jail.state is not JailState.DYING}
    return {jid: since for jid, since in before.dying_since.items() if jid in dying} | dict.fromkeys(
        dying & running, at
    )


def _seen_again(before: Jail | None, jail: Jail) -> Jail:
    """The jail, with what is unknown of it as it was before."""
    if before is None or before.name != jail.name:
        return jail
    if jail.interfaces is None and jail.vnet:
        jail = jail._replace(interfaces=before.interfaces, addresses=before.addresses)
    if jail.gateways is None:
        jail = jail._replace(gateways=before.gateways, default_over=before.default_over)
    return jail


def _pair_seen_again(before: Epair | None, pair: Epair) -> Epair:
    """The pair, with its ends and its verdict as they were where they are unknown now."""
    if before is None or (Where.UNKNOWN not in (pair.a.where, pair.b.where) and pair.orphan is not None):
        return pair
    ends = zip(ends_of(before, pair), (pair.a, pair.b), strict=True)
    a, b = (was if now.where is Where.UNKNOWN else now for was, now in ends)
    return pair._replace(a=a, b=b, orphan=before.orphan if pair.orphan is None else pair.orphan)


def ends_of(before: Epair, now: Epair) -> tuple[End, End]:
    """The ends of the pair of before, in the order of those of now: an end alone may have changed its side."""
    crossed = (before.a.ether is not None and before.a.ether == now.b.ether) or (
        before.b.ether is not None and before.b.ether == now.a.ether
    )
    straight = before.a.ether == now.a.ether or before.b.ether == now.b.ether
    return (before.b, before.a) if crossed and not straight else (before.a, before.b)


Fact = tuple[str, tuple[EventSubject, ...], str]
"""The kind, the subjects and the sentence of an event."""


def listed(names: Iterable[str], most: int = 3) -> str:
    """`a, b and c`; of more than `most` the first ones and how many others."""
    every = list(names)
    if len(every) > most:
        every = [*every[: most - 1], f"{len(every) - most + 1} more"]
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1]))) if every else ""
