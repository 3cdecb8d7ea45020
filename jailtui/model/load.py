"""The load of a host's jails: counters of one reading, and rates between two. Pure.

It is no part of a HostState: it differs at each reading, and a state tells by its equality that nothing changed.
Seen from the host, the end of a pair that is there counts the mirror of what the jail's end counts (FREEBSD.md, NOTES-2
a): what the host's end sent is what the jail got.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import LOAD, Section
from jailtui.formats import load as formats
from jailtui.formats import rctl, sysctl
from jailtui.formats.errors import FormatError
from jailtui.formats.load import Counters, JailSum, JailSums
from jailtui.model.state import Where

if TYPE_CHECKING:
    from jailtui.model.state import Epair, HostState, Jail


class Load(NamedTuple):
    """One reading of the load, `at` seconds by the clock of this machine.

    `sums` and `links` are None if they could not be read, `why` is the reason for either. `hidden`: this user may not
    see the processes of others. `racct`: the kernel accounts for resources, so that rctl(8) knows more.
    """

    at: float
    sums: JailSums | None = None
    links: Mapping[str, Counters] | None = None
    why: str = ""
    hidden: bool = False
    racct: bool = False

    def sum_of(self, jail: Jail) -> JailSum | None:
        """The sum of a jail's processes; None if it is not known, or the jail does not run."""
        if self.sums is None or self.hidden or jail.jid is None:
            return None
        return self.sums.jails.get(jail.jid)

    def since(self, jail: Jail) -> tuple[int, bool] | None:
        """When the jail started, by the host's clock, and whether that is exact; else it started before."""
        summed = self.sums.jails.get(jail.jid) if self.sums is not None and jail.jid is not None else None
        if self.sums is None or summed is None or summed.age is None or (self.hidden and not summed.exact):
            return None
        return self.sums.clock - summed.age, summed.exact

    def of_pair(self, pair: Epair) -> Counters | None:
        """The counters of a pair as seen from its far end: `in` is what came to the jail. None if not known."""
        if self.links is None or pair.a.where is not Where.HOST or pair.a.name is None or pair.ambiguous:
            return None
        counters = self.links.get(pair.a.name)
        return None if counters is None else mirrored(counters)

    def of_jail(self, jail: Jail, state: HostState) -> Counters | None:
        """The counters of all pairs of a jail together; None if not known, or if it has none."""
        pairs = pairs_of(jail, state)
        counters = [self.of_pair(pair) for pair in pairs]
        return total(each for each in counters if each is not None) if pairs and None not in counters else None


HIDING = ("security.bsd.see_other_uids", "security.bsd.see_jail_proc")
"""Where one of these is 0, only root sees the processes of jails. Not every release has the second."""


def load_of(sections: Iterable[Section], at: float, *, root: bool) -> Load | None:
    """The load in the sections of a reading, made by root or another user; None if it has none."""
    parts = {section.name.removeprefix(LOAD): section for section in sections if section.name.startswith(LOAD)}
    if not parts:
        return None
    settings = dict(sysctl.parse(parts["host"].out)) if "host" in parts else {}
    why = []
    sums: JailSums | None = None
    links: Mapping[str, Counters] | None = None
    try:
        sums = formats.jails(_text(parts, "jails", "ps"))
    except FormatError as error:
        why.append(str(error))
    try:
        links = formats.links(_text(parts, "links", "netstat"))
    except FormatError as error:
        why.append(str(error))
    hidden = not root and (settings.get(HIDING[0]) != "1" or settings.get(HIDING[1]) == "0")
    if hidden:
        why.append(f"this user may not see the processes of jails ({HIDING[0]} and {HIDING[1]} are not known to be 1)")
    return Load(at, sums, links, "; ".join(why), hidden, settings.get("kern.racct.enable") == "1")


def is_plain(name: str) -> bool:
    """Whether rctl(8) takes the name of a jail as it is: a colon would end it, and a number would be no name."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name) is not None


def account_of(section: Section) -> Mapping[str, int]:
    """The amounts by resource; nothing if rctl(8) failed."""
    try:
        return {} if section.rc else rctl.parse(section.out)
    except FormatError:
        return {}


def _text(parts: Mapping[str, Section], name: str, tool: str) -> str:
    """What the part printed. Raises FormatError if it failed."""
    section = parts.get(name)
    if section is None or section.rc:
        complaint = section.err.strip().split("\n")[0] if section is not None and section.err.strip() else "no answer"
        status = "" if section is None else f" (exit status {section.rc})"
        raise FormatError(f"{tool}: {complaint}{status}")
    return section.out


def mirrored(counters: Counters) -> Counters:
    """The same counters as the other end of the pair has them."""
    ins, outs = counters[:2], counters[2:4]
    return Counters(*outs, *ins, counters.errors)


def total(several: Iterable[Counters]) -> Counters:
    return Counters(*map(sum, zip(*several, strict=True)))


def pairs_of(jail: Jail, state: HostState) -> tuple[Epair, ...]:
    """The pairs with an end in the jail."""
    if jail.jid is None:
        return ()
    return tuple(pair for pair in state.epairs if pair.b.where is Where.JAIL and pair.b.jid == jail.jid)


class Rate(NamedTuple):
    """Bytes a second, as the jail sees them; `failing`: the errors or drops grew."""

    into: float
    out: float
    failing: bool = False


def rate(before: Counters | None, now: Counters | None, seconds: float) -> Rate | None:
    """The rate between two readings; None if one is missing, or a counter fell: then it is another pair."""
    if before is None or now is None or seconds <= 0:
        return None
    if any(later < earlier for earlier, later in zip(before, now, strict=True)):
        return None
    into, out = now.in_bytes - before.in_bytes, now.out_bytes - before.out_bytes
    return Rate(into / seconds, out / seconds, now.errors > before.errors)


def percent(before: JailSum | None, now: JailSum | None, seconds: float) -> float | None:
    """The CPU use of a jail in percent of one processor, between two readings.

    Where the time fell, a process has ended, and its share is not known: then it is the average that ps(1) shows.
    """
    if now is None:
        return None
    if before is None or seconds <= 0 or now.cpu < before.cpu:
        return now.percent
    return (now.cpu - before.cpu) / seconds
