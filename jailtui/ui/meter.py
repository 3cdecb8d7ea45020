"""The load of jails and pairs as their rows show it, made of readings as they come. Pure."""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.load import Load, Rate, percent, rate
from jailtui.model.state import Where
from jailtui.ui.amounts import QUIET, duration, memory, per_second, percentage
from jailtui.ui.graphs import Measured, sparkline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jailtui.model.state import Epair, HostState, Jail
    from jailtui.ui.glyphs import Glyphs

AT_ONCE = 0.5
"""Seconds: a rate between two readings that are closer would be mostly chance."""
KEPT = 128
"""Readings of the load that are kept."""
IDLE = 1.0
"""Percent of a processor below which a jail does nothing."""
GROUP = 4
"""Readings that the sparkline of a row takes together, so that it moves seldom."""
CELLS = 8
"""Cells of the sparkline of a row: 5 minutes, where the load is read every 5 seconds."""


class Vitals(NamedTuple):
    """What a row shows of the load, rounded; "" is not known yet, `?` can't be known.

    `amounts` are the same as numbers, by which rows are sorted; None is not known. `failing`: packets get lost.
    """

    up: str = ""
    cpu: str = ""
    memory: str = ""
    into: str = ""
    out: str = ""
    line: str = ""
    failing: bool = False
    amounts: tuple[float | None, ...] = (None,) * 5


NOTHING = Vitals()


class Meter:
    """The last two readings of the load, the rates between them, and the traffic of the last minutes."""

    def __init__(self, glyphs: Glyphs) -> None:
        self._glyphs = glyphs
        self.load: Load | None = None
        self._before: Load | None = None
        self.account: tuple[str, Mapping[str, int]] = ("", {})
        """The jail in the details, and what the kernel accounts to it."""
        self._rates: dict[str, Rate | None] = {}
        self._history: dict[str, array[float]] = {}
        self._times: deque[float] = deque(maxlen=KEPT + 1)
        """When the readings were taken of which samples are kept, and the one before them."""
        self._count = 0

    @property
    def ascii(self) -> bool:
        """Whether graphs are drawn in ASCII."""
        return self._glyphs.ascii

    @property
    def seconds(self) -> float:
        """Seconds between the last two readings; 0 if there was one."""
        return self.load.at - self._before.at if self.load is not None and self._before is not None else 0.0

    def take(self, load: Load, state: HostState) -> None:
        """Take a reading, and note what jails used and pairs carried. Of two that come at once the later counts."""
        if self.load is None or not 0 <= load.at - self.load.at < AT_ONCE:
            self._before = self.load
            self._count += 1
        self.load = load
        self._times.append(load.at)
        self._rates = {pair.key: self._rate_now(pair) for pair in state.epairs}
        before, self._history = self._history, {}
        for key, amount, least in self._amounts(state):
            samples = before.get(key)
            if samples is None:
                if amount < least:
                    continue
                samples = array("f")
            samples.append(amount)
            del samples[:-KEPT]
            if any(samples):
                self._history[key] = samples

    def _amounts(self, state: HostState) -> Iterable[tuple[str, float, float]]:
        """What is kept of this reading, by key, and below what it is quiet."""
        held = pairs_by_jid(state)
        for jail in state.jails:
            yield jail_key(jail), _both_ways(self.rate_of_jail(held.get(jail.jid or 0, ()))), QUIET
            yield use_key(jail), self._measured_use(jail), IDLE
        for pair in state.epairs:
            yield pair_key(pair), _both_ways(self.rate_of_pair(pair)), QUIET

    def _measured_use(self, jail: Jail) -> float:
        """Percent between two readings; none where a jail does next to nothing or it is not known."""
        use = self.percent_of(jail) if jail.running and self._before is not None else None
        return use if use is not None and use >= IDLE else 0.0

    def rate_of_pair(self, pair: Epair) -> Rate | None:
        """What moves through a pair, as its far end sees it; None if not known."""
        return self._rates.get(pair.key)

    def _rate_now(self, pair: Epair) -> Rate | None:
        if self.load is None or self._before is None:
            return None
        return rate(self._before.of_pair(pair), self.load.of_pair(pair), self.seconds)

    def rate_of_jail(self, pairs: Sequence[Epair]) -> Rate | None:
        """What moves through all pairs of a jail; None if one of them is not known, or it has none."""
        rates = [each for each in map(self.rate_of_pair, pairs) if each is not None]
        if not rates or len(rates) < len(pairs):
            return None
        return Rate(sum(each.into for each in rates), sum(each.out for each in rates), any(r.failing for r in rates))

    def percent_of(self, jail: Jail) -> float | None:
        """The jail's use of a processor in percent; None if not known."""
        before = self._before.sum_of(jail) if self._before is not None else None
        return percent(before, self.load.sum_of(jail), self.seconds) if self.load is not None else None

    def of_jails(self, state: HostState) -> Mapping[str, Vitals]:
        """What the rows of running jails show, by their keys."""
        held = pairs_by_jid(state)
        return {
            jail.key: self._of_jail(self.load, jail, held.get(jail.jid or 0, ()))
            for jail in state.jails
            if jail.running and self.load is not None
        }

    def of_pairs(self, state: HostState) -> Mapping[str, Vitals]:
        """What the rows of pairs show, by their keys."""
        if self.load is None:
            return {}
        return {pair.key: self._moving(self.rate_of_pair(pair), NOTHING) for pair in state.epairs}

    def on_links(self, state: HostState) -> Mapping[tuple[str, str], str] | None:
        """The traffic of NICs, as the host sees it, and of pairs, by kind and name; what is quiet is left out.

        None before the second reading: no rate is known.
        """
        if self.load is None or self._before is None:
            return None
        before, now = self._before.links or {}, self.load.links or {}
        nics = {each.name for each in state.interfaces if each.jid is None and each.kind in ("ether", "lagg")}
        rates = [(("interface", name), rate(before.get(name), now.get(name), self.seconds)) for name in sorted(nics)]
        rates += [(("epair", pair.key), self.rate_of_pair(pair)) for pair in state.epairs]
        return {place: self._both(moved) for place, moved in rates if moved is not None and max(moved[:2]) >= QUIET}

    def _both(self, moved: Rate) -> str:
        into, out = (per_second(amount, self._glyphs.dot) for amount in moved[:2])
        return f"{self._glyphs.down}{into:>4} {self._glyphs.up}{out:>4}"

    def _of_jail(self, load: Load, jail: Jail, pairs: Sequence[Epair]) -> Vitals:
        summed, since, use = load.sum_of(jail), load.since(jail), self.percent_of(jail)
        unknown = "?" if load.sums is None or load.hidden else self._glyphs.none
        age = load.sums.clock - since[0] if since is not None and load.sums is not None else None
        sign = "" if since is None or since[1] else self._glyphs.least
        vitals = Vitals(
            up=f"{sign}{duration(age)}" if age is not None else unknown,
            cpu=percentage(use) if use is not None else unknown,
            memory=memory(summed.memory * 1024) if summed is not None else unknown,
            amounts=(
                None if age is None else age // 60,
                None if use is None else round(use, 1) if use >= 0.5 else 0.0,
                None if summed is None else summed.memory >> 10,
                None,
                None,
            ),
        )
        if not pairs:
            moving = "?" if unseen(jail) else self._glyphs.none
            return vitals._replace(into=moving, out=moving)
        return self._moving(self.rate_of_jail(pairs), vitals._replace(line=self._line(jail_key(jail))))

    def _moving(self, moved: Rate | None, vitals: Vitals) -> Vitals:
        """The vitals with what moves in and out."""
        if moved is None:
            unread = "?" if self.load is not None and self.load.links is None else ""
            return vitals._replace(into=unread, out=unread)
        into, out = (per_second(amount, self._glyphs.dot) for amount in moved[:2])
        return vitals._replace(
            into=into,
            out=out,
            failing=moved.failing,
            amounts=(*vitals.amounts[:3], *(round(amount, -2) if amount >= QUIET else 0.0 for amount in moved[:2])),
        )

    def _line(self, key: str) -> str:
        """The sparkline of a row: the highest of each group of readings."""
        samples = self._history.get(key, ())
        if not samples:
            return ""
        first = self._count - len(samples)
        groups: dict[int, float] = defaultdict(float)
        for at, sample in enumerate(samples, start=first):
            groups[at // GROUP] = max(groups[at // GROUP], sample)
        return sparkline(list(groups.values()), CELLS, ascii=self._glyphs.ascii).rstrip()

    def past(self, key: str) -> Measured:
        """What is kept of a jail's or pair's traffic, or of a jail's use; two samples go on together."""
        samples = list(self._history.get(key, ()))
        ages = [self._times[-1] - at for at in list(self._times)[-len(samples) - 1 : -1]] if samples else []
        half = [0.0] if samples and self._count % 2 else []
        return Measured([*samples, *half], [*ages, *half], IDLE if key.startswith("use ") else QUIET)

    def has_past(self, panel: str, key: str) -> bool:
        """Whether a graph may be drawn in the details of that row."""
        kinds = {"jails": ("jail", "use"), "epairs": ("epair",)}.get(panel, ())
        return any(f"{kind} {key}" in self._history for kind in kinds)


def _both_ways(moved: Rate | None) -> float:
    """Bytes a second in and out; none where it is quiet or not known."""
    amount = moved.into + moved.out if moved is not None else 0.0
    return amount if amount >= QUIET else 0.0


def unseen(jail: Jail) -> bool:
    """Whether a jail without a known pair may have traffic: it can't be looked into, or has a NIC of its own."""
    return bool(jail.vnet) and (jail.interfaces is None or any(each.kind == "ether" for each in jail.interfaces))


def pairs_by_jid(state: HostState) -> Mapping[int, Sequence[Epair]]:
    """The pairs of each jail with an end in it, by jid."""
    held: dict[int, list[Epair]] = defaultdict(list)
    for pair in state.epairs:
        if pair.b.where is Where.JAIL and pair.b.jid is not None:
            held[pair.b.jid].append(pair)
    return held


def jail_key(jail: Jail) -> str:
    return f"jail {jail.key}"


def use_key(jail: Jail) -> str:
    return f"use {jail.key}"


def pair_key(pair: Epair) -> str:
    return f"epair {pair.key}"
