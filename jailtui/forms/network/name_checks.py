"""Rules about the names of a jail's interfaces: whether they can be made, and whose they are already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.syntax import EPAIR, key, name_fault, other_kind, syntax
from jailtui.forms.links.words import NAME_BYTES
from jailtui.forms.network.address_checks import problem
from jailtui.forms.network.in_use import InUse, claimed
from jailtui.forms.protocol import Note
from jailtui.model.pairs import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link, View


def name_notes(view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """All rules about names, link by link."""
    known = {name for link in before.links for name in _names(link)}
    inside = [link.inside for link in before.links]
    for number, link in enumerate(view.links, 1):
        yield from _shapes(link, number, known)
        if not view.vnet:
            continue
        if link.inside and link.inside in [other.inside for other in view.links[: number - 1]]:
            text = f"Two interfaces would be {link.inside} in the jail."
            yield problem(inside.count(link.inside) < 2, text, key(number, "epair"))
        if note := next(_taken(link, number, view, known, in_use), None):
            yield note
        elif _missing(link, view, in_use):
            text = f"{link.given} is not on the host, and nothing that is known makes it."
            yield Note("warning", text, key(number, "epair"))


def _names(link: Link) -> Iterator[str]:
    """Every name of a link, those that follow from its pair too."""
    ends = (f"{link.pair}a", f"{link.pair}b") if EPAIR.fullmatch(link.pair) else ()
    yield from dict.fromkeys(name for name in (link.pair, *ends, link.given, link.host_end, link.inside) if name)


def _shapes(link: Link, number: int, known: set[str]) -> Iterator[Note]:
    """Names that no interface can have. One of the file is only told when it is too long: FreeBSD takes any letter."""
    made = link.created and link.pair not in known
    if made and (fault := syntax("epair", link.pair) or other_kind(link.pair, "epair")):
        yield Note("error", fault, key(number, "epair"))
        return
    for name, field in (*((one, "epair") for one in _names(link)), (link.bridge, "bridge")):
        fault = name_fault(name) if name else None
        if fault and (name not in known or len(name.encode("utf-8", "surrogateescape")) > NAME_BYTES):
            yield problem(name not in known, fault, key(number, field))
            return


def _taken(link: Link, number: int, view: View, known: set[str], in_use: InUse) -> Iterator[Note]:
    """Who has the pair, or one of its names, already; the surest first."""
    field = key(number, "epair")
    if claim := in_use.claim(claimed(link), view.jail):
        yield problem(claim[0] not in known, f"{claim[0]} is configured for {claim[1]} too.", field)
    yield from _pair_taken(link, view, link.pair not in known, in_use, field)
    for name in dict.fromkeys((link.host_end, link.given)):
        if link.created and name in in_use.host and not _of(name, view.jail, link, in_use):
            yield problem(name not in known, f"There is another interface {name} on the host already.", field)


def _pair_taken(link: Link, view: View, changed: bool, in_use: InUse, field: str) -> Iterator[Note]:
    """A number stays taken while its pair lives, whatever its ends are called now (FREEBSD.md 3.4)."""
    pair = link.pair or stem(link.given) or ""
    held = in_use.pairs.get(pair, []) if pair else []
    for one in held:
        called = pair if one.name == pair else f"{pair}, now {one.name},"
        if one.owner and one.owner != view.jail:
            yield problem(changed, f"{called} is on the host and belongs to {one.owner}.", field)
        elif link.created and not one.owner:
            text = f"{called} is on the host already and belongs to nobody."
            yield Note("warning", text, field) if link.idempotent else problem(changed, text, field)
        elif link.created and one.orphan and not link.idempotent:
            text = f"{called} is left over from {view.jail}: its next start fails until it is destroyed."
            yield Note("note", text, field)
    ends = [f"{pair}{end}" for end in "ab"] if link.created and EPAIR.fullmatch(pair) and not held else []
    for name in ends:
        if name in in_use.host:
            yield problem(changed, f"An interface of the host is called {name}, so {pair} can't be made.", field)


def _of(name: str, jail: str, link: Link, in_use: InUse) -> bool:
    """Whether an interface of the host is an end of this jail's pair, or of the very pair that is judged already."""
    judged = in_use.pairs.get(link.pair, [])
    return in_use.end_owners.get(name) == jail or any(name in (one.a.name, one.b.name) for one in judged)


def _missing(link: Link, view: View, in_use: InUse) -> bool:
    """Whether the jail's start would find nothing to move in: `interface X does not exist` (FREEBSD.md 3.1)."""
    if not link.given or link.created or view.unread or link.given in in_use.host or link.given in in_use.pairs:
        return False
    whole = stem(link.given) or link.given
    live = in_use.running(view.jail)
    inside = {one.name for one in (live.interfaces or () if live else ())}
    at_boot = in_use.boot is None or not in_use.boot.isdisjoint((whole, link.given))
    return not at_boot and whole not in in_use.pairs and inside.isdisjoint((link.given, link.inside))


def renamed_notes(view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """The stop runs by the new file: it would clean up another pair than the jail has (FREEBSD.md 2.4)."""
    if in_use.running(view.jail) is None or not before.vnet:
        return
    now = {name for link in view.links for name in claimed(link)}
    for number, link in enumerate(before.links, 1):
        if gone := next((name for name in (link.pair, link.given) if name and name not in now), None):
            text = f"{view.jail} runs with {gone}: stop it first, or its stop cleans up the wrong pair."
            yield Note("warning", text, key(min(number, max(len(view.links), 1)), "epair"))
