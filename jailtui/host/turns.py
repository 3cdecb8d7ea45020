"""Reading a host of many jails in turn: a quiet reading looks into some, and keeps what was seen in the others."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jailtui.exchange import Argv, Section

AT_ONCE = 20
"""How many jails a quiet reading looks into. Few enough for each to be seen in every reading need no turns."""
OLDEST = 5
"""How many of them are the ones not looked into for longest, whatever else comes first."""
RECENT = 60.0
"""Seconds for which a jail in which something changed is looked into first."""
LISTS = "lists"
"""The section with the checksum of the lists of jails and of the host's interfaces, of a host with many jails."""


class Look(NamedTuple):
    """What was seen in a jail, when, and when that last changed (seconds since the epoch). `routes` are those of a jail
    with a tunnel: their change tells of no interface that moved.
    """

    sections: tuple[Section, ...]
    looked_at: float
    changed_at: float
    routes: tuple[Section, ...] = ()


class Turns:
    """What was seen in each jail of a host when it was last looked into.

    As long as the host lists the same jails and interfaces, what was seen in a jail can stand in for a new look. When
    the lists change, or something in a jail does, an interface may have gone into any jail: all are looked into.
    """

    def __init__(self) -> None:
        self._lists = ""
        self._views: dict[int, Look] = {}
        self._moved = False

    def words(self, first: Sequence[int], now: float) -> Argv:
        """The words for refresh.sh by which it looks into some jails only if its lists are the same. `first` are the
        jids of those that the operator sees.
        """
        if self._moved or not self._lists or len(self._views) <= AT_ONCE:
            return ()
        oldest = sorted(self._views, key=lambda jid: self._views[jid].looked_at)
        recent = [jid for jid, view in self._views.items() if now - view.changed_at < RECENT]
        preferred = [jid for jid in dict.fromkeys((*first, *recent)) if jid in self._views]
        chosen = dict.fromkeys((*preferred[: AT_ONCE - OLDEST], *oldest))
        return (f"same={self._lists}", *(f"turn={jid}" for jid in tuple(chosen)[:AT_ONCE]))

    def complete(self, sections: tuple[Section, ...], now: float, always: Argv = ()) -> tuple[Section, ...]:
        """These sections, and those of the jails that were not looked into this time. `always` are the words of every
        reading, with `route=JID` for jails whose routes were read too.
        """
        lists = next((section.out.strip() for section in sections if section.name == LISTS and not section.rc), "")
        if lists != self._lists or not lists:
            self._lists, self._views = lists, {}
        seen: dict[int, list[Section]] = {}
        routes: dict[int, tuple[Section, ...]] = {}
        for section in sections:
            kind, _, number = section.name.partition(" ")
            if kind in ("inside", "links-inside") and number.isdigit():
                seen.setdefault(int(number), []).append(section)
            elif kind == "routes" and f"route={number}" in always:
                routes[int(number)] = (section,)
        views = [view for jid, view in self._views.items() if jid not in seen]
        kept = tuple(part for view in views for part in (*view.sections, *view.routes))
        before, self._moved = self._views, False
        looks = {jid: self._look(tuple(parts), before.get(jid), now) for jid, parts in seen.items()}
        self._views = {**before, **{jid: look._replace(routes=routes.get(jid, ())) for jid, look in looks.items()}}
        return (*sections, *kept)

    def _look(self, parts: tuple[Section, ...], before: Look | None, now: float) -> Look:
        if before is None or before.sections == parts:
            return Look(parts, now, before.changed_at if before is not None else 0.0)
        self._moved = True
        return Look(parts, now, now)

    @property
    def looked_at(self) -> Mapping[int, float]:
        """When each jail was looked into last, by jid, in seconds since the epoch; empty where all always are."""
        return MappingProxyType({jid: view.looked_at for jid, view in self._views.items()} if self._lists else {})
