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
    """Two ends of one cable, or one end whose partner was nowhere. `by` says how they were joined."""

    a: Interface | None
    b: Interface | None
    by: str

    @property
    def ends(self) -> tuple[Interface | None, Interface | None]:
        return self.a, self.b


def pair_ends(ends: Iterable[Interface]) -> tuple[JoinedEnds, ...]:
    """Join the ends, the surest way first. What stays alone comes as a pair with one end and `by` "none"."""
    left = list(ends)
    pairs: list[JoinedEnds] = []
    for by, key in (("drivername", own_vnet), ("drivername", driver), ("mac", mac), ("name", name)):
        left = join(left, by, key, pairs)
    alone = (JoinedEnds(None, end, "none") if side(end) == "b" else JoinedEnds(end, None, "none") for end in left)
    return (*pairs, *alone)


def join(
    ends: list[Interface], by: str, key: Callable[[Interface], Hashable | None], pairs: list[JoinedEnds]
) -> list[Interface]:
    """Join ends that alone share a key; give those still alone. Three of one key are no pair."""
    groups: dict[Hashable, list[Interface]] = defaultdict(list)
    left: list[Interface] = []
    for end in ends:
        shared = key(end)
        if shared is None:
            left.append(end)
        else:
            groups[shared].append(end)
    for group in groups.values():
        if len(group) == 2 and joinable(by, *group):
            pairs.append(sided(group[0], group[1], by))
        else:
            left += group
    return left


def joinable(by: str, first: Interface, second: Interface) -> bool:
    """A MAC or a name joins an a end and a b end only; a driver name both, whatever they are called now."""
    if by == "drivername":
        return True
    if by == "mac":
        return first.ether != second.ether
    return {side(first), side(second)} == {"a", "b"} and not (first.drivername and second.drivername)


def may_join(first: Interface, second: Interface) -> bool:
    """Whether two ends that stayed alone may still be a pair: no driver name or MAC of theirs differs.

    A jail that creates pairs counts from 0 again, so that four ends may have one driver name (FREEBSD.md 10).
    """
    keys = [(key(first), key(second)) for key in (driver, mac)]
    return all(ours is None or theirs is None or ours == theirs for ours, theirs in keys)


def sided(first: Interface, second: Interface, by: str) -> JoinedEnds:
    """The two as a pair: a is the end that says so, else the first. Joining by driver puts the host's ends first."""
    return JoinedEnds(second, first, by) if side(first) == "b" or side(second) == "a" else JoinedEnds(first, second, by)


def side(end: Interface) -> str | None:
    """Which end it was made as, by its name or by a MAC of the older form."""
    if letter := end_letter(end.name):
        return letter
    if end.ether and EPAIR_MAC.fullmatch(end.ether):
        return end.ether[-1]
    return None


def own_vnet(end: Interface) -> Hashable | None:
    """Both ends inside one jail: made there, since each vnet numbers its own pairs."""
    return (end.drivername, end.jid) if end.drivername and end.jid is not None else None


def driver(end: Interface) -> Hashable | None:
    return end.drivername


def mac(end: Interface) -> Hashable | None:
    """The first five bytes, where the MAC is of the form that makes them tell (13, 14)."""
    return end.ether[:14] if end.ether and EPAIR_MAC.fullmatch(end.ether) else None


def name(end: Interface) -> Hashable | None:
    return stem(end.name)
