"""Which two epair ends are one cable: by driver name, else by MAC, else by name (FREEBSD.md 10)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.names import end_letter, stem
from jailtui.model.interfaces import EPAIR_MAC

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from jailtui.model.state import Interface


class JoinedEnds(NamedTuple):
    """The two ends of a pair, or one end without its partner. `by` says how they were joined."""

    a: Interface | None
    b: Interface | None
    by: str

    @property
    def ends(self) -> tuple[Interface | None, Interface | None]:
        return self.a, self.b


def pair_ends(ends: Iterable[Interface]) -> tuple[JoinedEnds, ...]:
    """Join the ends, by the surest sign first. An end without a partner becomes a pair with `by` "none"."""
    remaining = list(ends)
    pairs: list[JoinedEnds] = []
    for by, key in (("drivername", own_vnet), ("drivername", driver), ("mac", mac), ("name", name)):
        remaining = join(remaining, by, key, pairs)
    alone = (JoinedEnds(None, end, "none") if side(end) == "b" else JoinedEnds(end, None, "none") for end in remaining)
    return (*pairs, *alone)


def join(
    ends: list[Interface], by: str, key: Callable[[Interface], Hashable | None], pairs: list[JoinedEnds]
) -> list[Interface]:
    """Add to `pairs` the ends that exactly two have a key in common, and return the others."""
    groups: dict[Hashable, list[Interface]] = defaultdict(list)
    remaining: list[Interface] = []
    for end in ends:
        shared = key(end)
        if shared is None:
            remaining.append(end)
        else:
            groups[shared].append(end)
    for group in groups.values():
        if len(group) == 2 and joinable(by, *group):
            pairs.append(sided(group[0], group[1], by))
        else:
            remaining += group
    return remaining


def joinable(by: str, first: Interface, second: Interface) -> bool:
    """Whether two ends with a common key may be a pair: by MAC or name only an a end and a b end."""
    if by == "drivername":
        return True
    if by == "mac":
        return first.ether != second.ether
    return {side(first), side(second)} == {"a", "b"} and not (first.drivername and second.drivername)


def may_join(first: Interface, second: Interface) -> bool:
    """Whether two ends without partners may still be a pair: neither their driver names nor their MACs differ.

    Pairs created in a jail are numbered from 0, so that four ends may have one driver name (FREEBSD.md 10).
    """
    keys = [(key(first), key(second)) for key in (driver, mac)]
    return all(None in (one_end, other) or one_end == other for one_end, other in keys)


def sided(first: Interface, second: Interface, by: str) -> JoinedEnds:
    """The pair of two ends: a is the end made as a, else the first. Joining by driver puts the host's ends first."""
    return JoinedEnds(second, first, by) if side(first) == "b" or side(second) == "a" else JoinedEnds(first, second, by)


def side(end: Interface) -> str | None:
    """Whether the end was made as a or b, by its name or by a MAC of the older form."""
    if letter := end_letter(end.name):
        return letter
    if end.ether and EPAIR_MAC.fullmatch(end.ether):
        return end.ether[-1]
    return None


def own_vnet(end: Interface) -> Hashable | None:
    """The key of pairs with both ends in one jail: each vnet numbers its own pairs."""
    return (end.drivername, end.jid) if end.drivername and end.jid is not None else None


def driver(end: Interface) -> Hashable | None:
    return end.drivername


def mac(end: Interface) -> Hashable | None:
    """The first five bytes of a MAC of the older form (13, 14), which both ends share."""
    return end.ether[:14] if end.ether and EPAIR_MAC.fullmatch(end.ether) else None


def name(end: Interface) -> Hashable | None:
    return stem(end.name)
