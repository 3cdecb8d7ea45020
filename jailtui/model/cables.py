"""The epairs: where their ends are, and which pairs are orphans."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.names import stem
from jailtui.model.interfaces import assigned
from jailtui.model.owners import Owners, manager
from jailtui.model.pairs import JoinedEnds, may_join, pair_ends, side
from jailtui.model.state import End, Epair, Interface, Where

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from jailtui.config.view import Configured


class Surroundings(NamedTuple):
    """What pairs are judged by.

    `live` and `dying` map jids to names, if they could be read (`jails_read`). `host_seen`: root has read the jails and
    the host's interfaces in full, `unseen` are the names of live jails that could not be read, or not in full.
    `files_read`: every jail.conf was read, `torn`: a jail was started during the reading. `parents` are the parents of
    the host's VLANs. `looks_in`: ifconfig of the host has looked into jails, else only their own programs have. `busy`
    are the names of jails that jail(8) is changing, as on its command line: may be a pattern, or a jid that no longer
    exists.
    """

    live: Mapping[int, str]
    dying: Mapping[int, str]
    configured: Mapping[str, Configured]
    bridge_of: Mapping[str, str]
    parents: frozenset[str]
    laggs: Mapping[str, str]
    looks_in: bool
    doubled: frozenset[str]
    persistent: frozenset[str]
    jails_read: bool
    host_seen: bool
    unseen: frozenset[str]
    torn: bool
    files_read: bool
    busy: frozenset[str]


def cables(interfaces: Iterable[Interface], around: Surroundings) -> tuple[Epair, ...]:
    """Every epair that has an end on the host or in a jail; orphans first, else in the host's order."""
    pairs = pair_ends(interface for interface in interfaces if interface.kind == "epair")
    names = [pair_name(pair) for pair in pairs]
    totals = Counter(names)
    owners = Owners(around.configured)
    numbers: Counter[str] = Counter()
    alone = [end for pair in pairs if pair.by == "none" for end in pair.ends if end is not None]
    inside = [end for end in alone if end.jid is not None]
    epairs: list[Epair] = []
    for pair, name in zip(pairs, names, strict=True):
        numbers[name] += 1
        key = name if totals[name] == 1 else f"{name}#{numbers[name]}"
        epairs.append(cable(pair, key, name, owners, around, inside))
    return tuple(sorted(epairs, key=lambda epair: not epair.orphan))


def pair_name(pair: JoinedEnds) -> str:
    """The name of the pair: `epair7` of `epair7a`; if the ends were renamed, that of the end on the host."""
    ends = [end for end in pair.ends if end is not None]
    for end in ends:
        if (whole := stem(end.name)) and whole.startswith("epair"):
            return whole
    return next((end.name for end in ends if end.jid is None), ends[0].name)


def cable(
    pair: JoinedEnds, key: str, name: str, owners: Owners, around: Surroundings, strays: Sequence[Interface] = ()
) -> Epair:
    """One pair, placed and judged. `strays` are the ends in jails that have no partner."""
    owner = owners.owner(pair)
    interface = pair.a or pair.b if pair.by == "none" else None
    unclear = interface is not None and interface.jid is None and any(may_join(interface, stray) for stray in strays)
    unsure = unclear or not (around.host_seen and (not around.unseen or dead(owner, pair, name, owners, around)))
    a, b = (End(None, Where.UNKNOWN) if end is None and unsure else place(end, owner, around) for end in pair.ends)
    live = next((end.jail for end in (b, a) if end.where is Where.JAIL), None)
    orphan, why = judge(a, b, pair, name, owner, owners, around)
    if unclear:
        why = "which of the ends in jails is its other end can't be told"
    on_host = [end.name for end in (pair.a, pair.b) if end is not None and end.jid is None]
    return Epair(
        key=key,
        name=name,
        a=a,
        b=b,
        paired_by=pair.by,
        orphan=orphan,
        why=why,
        owner=live or owner,
        manager=manager(pair, a.bridge or b.bridge),
        ambiguous=tuple(sorted(around.doubled.intersection(on_host))),
        description=next((end.description for end in (pair.a, pair.b) if end and end.description), None),
    )


def dead(owner: str | None, pair: JoinedEnds, name: str, owners: Owners, around: Surroundings) -> bool:
    """Whether what is known ties the pair's missing end to a jail that is dying, and not to one that was not seen.

    So one jail whose root keeps the host from looking into it hides no pair that another jail has lost.
    """
    if owner not in around.dying.values() or owner in around.unseen:
        return False
    names = [name, f"{name}a", f"{name}b", *(end.name for end in pair.ends if end is not None)]
    return not owners.named_by(around.unseen, names)


def place(end: Interface | None, owner: str | None, around: Surroundings) -> End:
    """Where an end is. A missing one is lost: it is in no live vnet."""
    if end is None:
        jid, jail = holder(owner, around)
        return End(None, Where.LOST, jail, jid)
    where = Where.HOST if end.jid is None else Where.JAIL
    return End(
        end.name,
        where,
        around.live.get(end.jid) if end.jid is not None else None,
        end.jid,
        around.bridge_of.get(end.name) if end.jid is None else None,
        end.up,
        end.addresses,
        end.mtu,
        end.ether,
    )


def holder(owner: str | None, around: Surroundings) -> tuple[int | None, str | None]:
    """The dying jail that probably holds a lost end: that of its owner, else the only one."""
    owners = [jid for jid, name in around.dying.items() if name == owner]
    jids = owners or (list(around.dying) if owner is None else [])
    if len(jids) == 1:
        return jids[0], around.dying[jids[0]]
    return (owners[-1], owner) if owners else (None, None)


def judge(
    a: End, b: End, pair: JoinedEnds, name: str, owner: str | None, owners: Owners, around: Surroundings
) -> tuple[bool | None, str]:
    """Whether the pair is an orphan (None: unknown), and the reason as a phrase.

    An orphan has one end on the host and the other lost, or both on the host and unused.
    """
    ends = (a, b)
    if any(end.where is Where.UNKNOWN for end in ends):
        return None, "one end is not on the host, and not every jail could be looked into"
    if carried := next(filter(None, (carries(end, around) for end in (b, a))), ""):
        return False, carried
    lost = next((end for end in ends if end.where is Where.LOST), None)
    if lost is not None:
        return judge_lost(lost, next(end for end in ends if end is not lost), around)
    inside = next((end for end in (b, a) if end.where is Where.JAIL), None)
    if inside is not None:
        return False, f"one end is in {inside.jail or 'a jail'}, jid {inside.jid}"
    orphan, why = judge_on_host(a, b, pair, name, owner, owners, around)
    used = in_use(a, b, pair, around.configured.get(owner or "")) if orphan else ""
    return (False, used) if used else (orphan, why)


def judge_lost(lost: End, other: End, around: Surroundings) -> tuple[bool | None, str]:
    """Judge a pair with a lost end: an orphan only if the other end is on the host.

    Where only a jail's own programs list its interfaces (13), its root may hide one: a lost end needs a dying jail.
    """
    if around.live and not around.dying and not around.looks_in:
        return None, "one end is in no jail by what the jails themselves say, and no jail is dying"
    reason = "one end is nowhere; a dying jail holds it" if around.dying else "one end is nowhere"
    if lost.jid is not None:
        reason = f"one end is lost with {lost.jail}, jid {lost.jid}, dying"
    return other.where is Where.HOST, reason


def judge_on_host(  # noqa: C901
    a: End, b: End, pair: JoinedEnds, name: str, owner: str | None, owners: Owners, around: Surroundings
) -> tuple[bool | None, str]:
    """Judge a pair with both ends on the host."""
    if pair.by == "none":
        return None, "the other end is not known"
    if name in around.persistent:
        return False, "made at boot by rc.conf"
    if b.bridge or b.addresses:
        return False, "both ends are in use on the host"
    if owner in around.busy:
        return False, f"jail(8) is working on {owner}"
    if owner in around.live.values():
        return False, f"on the host while {owner} runs without it"
    if not around.jails_read:
        return None, "which jails run is not known"
    if working := unsettled(owner, around):
        return None, f"{working}: its owner is known when that has ended"
    config = around.configured.get(owner) if owner else None
    if config is not None:
        return judge_configured(config, names_of(a, b, name), owner)
    if not around.files_read:
        return None, "its owner is not known: not every jail.conf could be read"
    if owner:
        return True, f"{owner} is neither configured nor running"
    if suspect := owners.suspect(names_of(a, b, name), around.configured.keys() - around.live.values()):
        return None, f"{suspect} may create it: {unfollowed(around.configured[suspect])}"
    return True, "no configured or running jail names it"


def carries(end: End, around: Surroundings) -> str:
    """What is on top of an end on the host, as a phrase, or ""."""
    if end.where is not Where.HOST or end.name is None:
        return ""
    if end.name in around.parents:
        return f"a VLAN of the host rides on {end.name}"
    return f"{end.name} is a port of {around.laggs[end.name]}" if end.name in around.laggs else ""


def in_use(a: End, b: End, pair: JoinedEnds, owner: Configured | None) -> str:
    """What shows that the host itself uses a pair with both ends there, as a phrase, or "".

    A pair is created with end b down, and an end comes back from a jail down (FREEBSD.md 3.3; recorded: 13.2, 14.2 and
    15.1 orphan/failed-start/07, orphan/no-poststop). What the owner's hooks do to an end shows nothing.
    """
    own = [address.address for address in a.addresses if assigned(address, address.family)]
    if foreign := next((address for address in own if owner is None or not owner.view.touches(address)), ""):
        return f"{a.name} has the address {foreign}"
    if pair.b is None:
        return ""
    if "PROMISC" in pair.b.flags:
        return f"{b.name} is promiscuous, outside a bridge"
    raised = pair.b.up and (a.up or side(pair.b) == "b")  # `create up` sets up one end, which may be this one
    if raised and (owner is None or not owner.view.raises(pair.b.name)):
        return f"{b.name} is up, outside a bridge"
    return ""


def unsettled(owner: str | None, around: Surroundings) -> str:
    """What is happening that may create or destroy the pair, as a phrase, or "".

    A jail that is not configured or not given by name may create any pair, and so may hooks that run a script.
    """
    if around.torn:
        return "a jail has just been started"
    for name in sorted(around.busy):
        config = around.configured.get(name)
        creates_any = config is None or (config.vnet and not config.creates)
        if name.isdigit() or "*" in name or (owner is None and creates_any):
            return f"jail(8) is working on {'several jails' if '*' in name else name}"
    return ""


def judge_configured(config: Configured, names: Collection[str], owner: str | None) -> tuple[bool | None, str]:
    """Judge a pair of a jail that is not running, by whether the jail's hooks create it."""
    if config.view.creation(names) is not None:
        return True, f"{owner} is not running: its start failed, or its poststop was skipped"
    if config.view.hidden:
        return None, f"{owner} may create it: {unfollowed(config)}"
    return False, f"waiting for {owner}, which does not create it itself"


def unfollowed(config: Configured) -> str:
    """The command that was not understood, as the end of a sentence."""
    return f"what `{config.view.hidden[0].strip()}` does is not known"


def names_of(a: End, b: End, name: str) -> tuple[str, ...]:
    """The names of a pair on the host: those of its ends, and the name by which it was created."""
    ends = [end.name for end in (a, b) if end.name is not None]
    return tuple(dict.fromkeys((*ends, *(whole for end in ends if (whole := stem(end))), name)))
