"""Rules about addresses and MACs that several jails or interfaces have, by their segments."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import key
from jailtui.config.view import placed
from jailtui.exchange import Taking
from jailtui.model.state import Where
from jailtui.net import plain_ip, plain_mac
from jailtui.rules.finding import SEVERITIES, Confidence, Evidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.jailwords import in_jail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jailtui.model.usage import Kind, Use
    from jailtui.rules.context import Context


class Holder(NamedTuple):
    """A jail or interface that has a value of that kind, an address or a MAC.

    `segment` are the names of the interfaces and bridges it is joined with on the host, empty if unknown.
    """

    kind: Kind
    use: Use
    subject: Subject
    segment: frozenset[str]
    evidence: Evidence

    @property
    def live(self) -> bool:
        return self.use.live

    @property
    def text(self) -> str:
        return self.use.text

    def apart(self, other: Holder) -> bool:
        """Whether the two are known to be in different bridges."""
        return bool(self.segment and other.segment and not self.segment & other.segment)


def holders(context: Context, kind: Kind) -> Iterator[tuple[str, list[Holder]]]:
    """Each address or MAC with several holders, with all of them; for a draft, only those of its jails."""
    for value in context.usage.values(kind, context.only):
        uses = [use for use in context.usage.users(kind, value) if _counts(context, use)]
        if len(uses) < 2:
            continue
        planned = {use.jail for use in uses if use.by == "file"}
        uses = [use for use in uses if not (kind == "mac" and use.owner in planned)]  # its own pair, back on the host
        if len(uses) > 1 and not all(use.floating for use in uses):
            yield value, [_holder(context, kind, value, use) for use in uses]


def _counts(context: Context, use: Use) -> bool:
    """Whether a use counts: not those of dying jails, nor the file of a running jail that could be read."""
    if use.by == "kernel" or use.jail not in context.live:
        return not use.dying
    jail = context.live[use.jail]
    return use.vnet and jail.vnet is True and jail.interfaces is None


def _holder(context: Context, kind: Kind, value: str, use: Use) -> Holder:
    evidence = _evidence(context, kind, value, use)
    if not use.jail:
        exists = use.interface in context.host
        joined = frozenset(name for name in (use.interface, context.bridge_of.get(use.interface)) if name and exists)
        return Holder(kind, use, Subject("interface", use.key, use.interface), joined, evidence)
    jail = context.jails.get(use.key)
    if use.by == "file":
        joined = frozenset((use.bridge,)) - {""}
    else:
        joined = frozenset(_reached(context, use.jid, use.interface, set())) if use.interface else frozenset()
    joined = joined or frozenset(jail.bridges if jail is not None else ())
    return Holder(kind, use, Subject("jail", use.key, use.jail), joined, evidence)


def _evidence(context: Context, kind: Kind, value: str, use: Use) -> Evidence:
    if use.by == "file":  # the value may be made of variables, or be on several lines
        file, line = context.settings[use.jail].place("")
        return Evidence(f"{file}:{line}", f"{use.jail} {{ … {value} … }}")
    if use.jail and not use.interface:
        return Evidence(f"jls -j {use.jid} -n ip4.addr ip6.addr", value)
    keyword = "ether" if kind == "mac" else "inet6" if ":" in value else "inet"
    command = f"ifconfig {use.interface}"
    if use.jail:
        command = " ".join(in_jail(context, context.jails[use.key], "ifconfig", use.interface))
    return Evidence(command, f"{keyword} {value}")


def _reached(context: Context, jid: int | None, name: str, visited: set[tuple[int | None, str]]) -> Iterator[str]:
    """The bridges that an interface in a jail is joined with, also through bridges in the jail around it."""
    if (jid, name) in visited:
        return
    visited.add((jid, name))
    for bridge in context.inside.get(jid or 0, ()):
        if bridge.kind == "bridge" and name in (bridge.name, *bridge.members):
            yield f"{bridge.name} of jid {jid}"
            for member in bridge.members:
                yield from _reached(context, jid, member, visited)
    other = context.far_ends.get((jid, name))
    if other is not None and other.where is Where.HOST and other.bridge:
        yield other.bridge
    elif other is not None and other.jid is not None and other.name:
        yield from _reached(context, other.jid, other.name, visited)


@rule("ADDR-TWICE", "error", "Address used twice", preflight=True, drafts=True)
def address_twice(context: Context) -> Iterator[Finding]:
    """The host and a jail, or two jails, have the same address. On one segment both answer ARP for it, so connections
    reach one or the other, or break. If both are running this happens now; otherwise when both have started, unless
    they are never to run at the same time. In two bridges without a path between them it may be intended. The addresses
    of a jail without vnet are on the host's interfaces: that is one address, not two. DHCP addresses count where they
    are now.
    """
    # Sources: FREEBSD.md 2.2; USERS.md 9.
    clashes = (_address_clash(context, address, several) for address, several in holders(context, "address"))
    yield from _by_subject(context, filter(None, clashes))


class Clash(NamedTuple):
    """A value with several holders, with severity and confidence (`grade`)."""

    value: str
    holders: Sequence[Holder]
    grade: tuple[Severity, Confidence]
    note: str = ""

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The jails among the holders; if there is none, the first interface."""
        jails = tuple(dict.fromkeys(holder.subject for holder in self.holders if holder.use.jail))
        return jails or tuple(dict.fromkeys(holder.subject for holder in self.holders))[:1]


def _address_clash(context: Context, address: str, several: list[Holder]) -> Clash | None:
    """The clash of the holders of an address; None if there is none."""
    kept = list({holder.use.jail: holder for holder in several}.values())  # one holder for each jail and the host
    if not any(holder.use.jail for holder in several):
        return Clash(address, several, *_grade(context, several))
    classic = [holder for holder in kept if holder.use.jail and not holder.use.vnet]
    if classic:
        kept = [holder for holder in kept if holder.use.jail]
    alone = [holder for holder in several if holder.use.by == "file"]
    if len(kept) == 1 and len(alone) > 1:
        return Clash(address, alone, ("warning", "certain"), "one of them is enough")
    if len(kept) < 2:
        return None
    if len(classic) == len(kept):
        return Clash(address, kept, ("note", "likely"), "jails without vnet may share one")
    return Clash(address, kept, *_grade(context, kept))


def _grade(context: Context, several: Sequence[Holder]) -> tuple[tuple[Severity, Confidence], str]:
    """The severity and confidence, by how many of the holders are running and whether they share a segment."""
    live = [holder for holder in several if holder.live]
    if not any(holder.use.jail for holder in several):
        return ("warning", "likely"), "both work only if they are on different segments"
    if all(holder.apart(other) for at, holder in enumerate(several) for other in several[at + 1 :]):
        return ("note", "likely"), "nothing on this host joins them"
    if len(live) > 1:
        return ("error", "certain"), ""
    if live or all(context.boots(holder.subject.name) for holder in several):
        return ("warning", "likely"), "it breaks once both run"
    return ("note", "guess"), "it breaks once both run"


def _worst_first(clash: Clash) -> int:
    return SEVERITIES.index(clash.grade[0])


def _by_subject(context: Context, clashes: Iterable[Clash]) -> Iterator[Finding]:
    """One finding for each subject, with all its clashes."""
    shared: dict[Subject, list[Clash]] = defaultdict(list)
    for clash in clashes:
        for subject in clash.subjects:
            shared[subject].append(clash)
    for subject, several in shared.items():
        yield _of_subject(context, subject, sorted(several, key=_worst_first))


def _of_subject(context: Context, subject: Subject, clashes: Sequence[Clash]) -> Finding:
    worst, *rest = clashes
    own = next((holder for holder in worst.holders if holder.subject == subject), worst.holders[0])
    more = f" (and {len(rest)} more)" if rest else ""
    note = f": {worst.note}" if worst.note else ""
    severity, confidence = worst.grade
    return Finding.of(
        subject,
        f"{worst.value} is {_uses(own, worst.holders)}{more}{note}.",
        dict.fromkeys(holder.evidence for clash in clashes for holder in clash.holders),
        [_change(context, own, subject, worst.value)],
        severity=severity,
        confidence=confidence,
        fields=tuple((form, _field(worst.value)) for form in ("bridge", "vlan")) if own.kind == "address" else (),
        takes=[taking for clash in clashes for taking in _takes(clash, subject)],
    )


def _takes(clash: Clash, subject: Subject) -> Iterator[Taking]:
    """What a start of the subject takes from other jails on its segment; jails without vnet may share."""
    own = [holder for holder in clash.holders if holder.subject == subject and holder.use.jail]
    for other in clash.holders:
        if other.use.jail and other.subject != subject and any(_meet(holder, other) for holder in own):
            yield Taking(clash.value, other.use.jail, running=other.live)


def _meet(holder: Holder, other: Holder) -> bool:
    return not holder.apart(other) and (holder.use.vnet or other.use.vnet)


def _uses(own: Holder, holders: Sequence[Holder]) -> str:
    """`used by web and by db (jid 5)`; for a value that is only in the subject's file, `also configured for db`."""
    others = dict.fromkeys(_use(holder) for holder in holders if holder.subject != own.subject)
    uses = " and ".join(sorted(others, key=lambda use: use.startswith("configured")))
    if own.use.jail and own.live:
        return f"used by {own.subject.name} and {uses or 'by another interface of the same jail'}"
    if own.use.jail and not uses:
        return f"configured for two interfaces of {own.subject.name}"
    if own.use.jail:
        return f"also {uses if uses.startswith('configured') else f'used {uses}'}"
    return f"used by {own.text} and {uses or 'by another of its interfaces'}"


def _use(holder: Holder) -> str:
    configured = holder.use.jail and not holder.live
    return f"configured for {holder.use.jail}" if configured else f"by {holder.text}"


def _change(context: Context, own: Holder, subject: Subject, value: str) -> Remedy:
    """The remedy that opens the field with the value in the network form of the jail, or one without a form."""
    view = context.view(subject.name) if subject.kind == "jail" else None
    if view is None:
        return Remedy.of("Change one of them", why="Where it was set: no file that jailtui edits sets it.")
    if own.kind == "mac":
        name, field = "MAC", "mac"
        fields = [key(number, "mac") for number, link in enumerate(view.links, 1) if plain_mac(link.mac) == value]
    else:
        name, field = "address", _field(value)
        fields = [address.key for address in placed(view) if plain_ip(address.text) == value]
    form = ("network", subject.name, fields[-1] if fields else field)
    return Remedy.of(f"Give {subject.name} another {name}", form=form)


def _field(address: str) -> str:
    return "address6" if ":" in address else "address"


@rule("MAC-TWICE", "error", "MAC used twice", preflight=True, drafts=True)
def mac_twice(context: Context) -> Iterator[Finding]:
    """Two interfaces have the same MAC. A bridge then learns it behind one and the other in turn, and frames for both
    get lost: each works some of the time. Tools that make MACs from names or numbers cause this, and copies of jails
    with a MAC in their hooks. FreeBSD 15 makes MACs that differ in the last two bytes only (58:9c:fc:10:xx:xx), so
    among many hundred pairs two may be the same by chance. Interfaces that share a MAC by design do not count: a VLAN
    and its parent, a bridge and its member, a lagg and its members.
    """
    # Sources: FREEBSD.md 10; USERS.md 5.
    clashes = (Clash(mac, several, *_grade(context, several)) for mac, several in holders(context, "mac"))
    yield from _by_subject(context, clashes)
