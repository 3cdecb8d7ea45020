"""Rules about what two have: addresses and MACs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import key
from jailtui.config.view import placed
from jailtui.net import plain_ip, plain_mac
from jailtui.rules.finding import SEVERITIES, Confidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.jailwords import manager
from jailtui.rules.shared import Holder, holders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jailtui.rules.context import Context


@rule("ADDR-TWICE", "error", "Address used twice", drafts=True)
def address_twice(context: Context) -> Iterator[Finding]:
    """The host and a jail, or two jails, have the same address. On one segment both answer ARP for it, so connections
    reach one or the other, or break. If both are running this happens now; otherwise when both have started, unless
    they are never to run at the same time. In two bridges without a path between them it may be intended. The addresses
    of a jail without vnet are on the host's interfaces: that is one address, not two. DHCP addresses count where they
    are now.
    """
    # Sources: FREEBSD.md 2.2; USERS.md 9.
    clashes = (_address_clash(context, address, several) for address, several in holders(context, "address"))
    yield from _told(context, "ADDR-TWICE", filter(None, clashes))


class Clash(NamedTuple):
    """One thing that several have: `subjects` are those to be told, `grade` how bad it is and how sure that is."""

    what: str
    holders: Sequence[Holder]
    grade: tuple[Severity, Confidence]
    note: str = ""

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The jails among them; interfaces only where there is no jail."""
        jails = tuple(dict.fromkeys(holder.subject for holder in self.holders if holder.use.jail))
        return jails or tuple(dict.fromkeys(holder.subject for holder in self.holders))[:1]


def _address_clash(context: Context, address: str, several: list[Holder]) -> Clash | None:
    """How bad it is that these have one address; None where it is no clash."""
    kept = list({holder.use.jail: holder for holder in several}.values())  # one of each jail, of the host
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
    """By who of them runs: two now, one now, or none; and by whether they can meet at all."""
    live = [holder for holder in several if holder.live]
    if not any(holder.use.jail for holder in several):
        return ("warning", "likely"), "both work only if they are on different segments"
    if all(holder.apart(other) for at, holder in enumerate(several) for other in several[at + 1 :]):
        return ("note", "likely"), "nothing on this host joins them"
    if len(live) > 1:
        return ("error", "certain"), ""
    if live or all(_boots(context, holder) for holder in several):
        return ("warning", "likely"), "it breaks once both run"
    return ("note", "guess"), "it breaks once both run"


def _boots(context: Context, holder: Holder) -> bool:
    settings = context.settings.get(holder.subject.name)
    return settings is not None and settings.boot_file is not None


def _told(context: Context, code: str, clashes: Iterable[Clash]) -> Iterator[Finding]:
    """One finding a subject, for all that it shares."""
    by_subject: dict[Subject, list[Clash]] = defaultdict(list)
    for clash in clashes:
        for subject in clash.subjects:
            by_subject[subject].append(clash)
    for subject, shared in by_subject.items():
        yield _of_subject(context, code, subject, shared)


def _of_subject(context: Context, code: str, subject: Subject, clashes: Sequence[Clash]) -> Finding:
    """The worst first."""
    worst, *rest = sorted(clashes, key=lambda clash: SEVERITIES.index(clash.grade[0]))
    same = next((holder for holder in worst.holders if holder.subject == subject), worst.holders[0])
    more = f" (and {len(rest)} more)" if rest else ""
    note = f": {worst.note}" if worst.note else ""
    jail = context.jails.get(same.use.key) or context.settings.get(same.use.jail)
    return Finding(
        code,
        worst.grade[0],
        subject,
        f"{worst.what} is {_uses(same, worst.holders)}{more}{note}.",
        tuple(dict.fromkeys(holder.evidence for clash in (worst, *rest) for holder in clash.holders)),
        worst.grade[1],
        manager(context, jail) if jail is not None and same.use.jail else "",
        tuple(_change(context, code, subject, worst.what)),
        fields=tuple((form, _field(worst.what)) for form in ("bridge", "vlan")) if code == "ADDR-TWICE" else (),
    )


def _uses(same: Holder, holders: Sequence[Holder]) -> str:
    """`used by web and by db (jid 5)`; of a jail that only its file gives it, `also configured for db`."""
    others = dict.fromkeys(_use(holder) for holder in holders if holder.subject != same.subject)
    told = " and ".join(sorted(others, key=lambda use: use.startswith("configured")))
    if same.use.jail and same.live:
        return f"used by {same.subject.name} and {told or 'by another interface of the same jail'}"
    if same.use.jail and not told:
        return f"configured for two interfaces of {same.subject.name}"
    if same.use.jail:
        return f"also {told if told.startswith('configured') else f'used {told}'}"
    return f"used by {same.text} and {told or 'by another of its interfaces'}"


def _use(holder: Holder) -> str:
    configured = holder.use.jail and not holder.live
    return f"configured for {holder.use.jail}" if configured else f"by {holder.text}"


def _change(context: Context, code: str, subject: Subject, what: str) -> Iterator[Remedy]:
    """The field of the network form that holds the value of this jail; without one, words."""
    view = context.view(subject.name) if subject.kind == "jail" else None
    if view is not None and code == "ADDR-TWICE":
        fields = [placed_address.key for placed_address in placed(view) if plain_ip(placed_address.text) == what]
        field = fields[-1] if fields else _field(what)
        yield Remedy.of(f"Give {subject.name} another address", form=("network", subject.name, field))
    elif view is not None:
        macs = [plain_mac(link.mac) for link in view.links]
        field = key(len(macs) - macs[::-1].index(what) if what in macs else 1, "mac")
        yield Remedy.of(f"Give {subject.name} another MAC", form=("network", subject.name, field))
    else:
        yield Remedy.of("Change one of them", why="Where it was set: no file that jailtui edits sets it.")


def _field(address: str) -> str:
    return "address6" if ":" in address else "address"


@rule("MAC-TWICE", "error", "MAC used twice", drafts=True)
def mac_twice(context: Context) -> Iterator[Finding]:
    """Two interfaces have the same MAC. A bridge then learns it behind one and the other in turn, and frames for both
    get lost: each works some of the time. Tools that make MACs from names or numbers cause this, and copies of jails
    with a MAC in their hooks. FreeBSD 15 makes MACs that differ in the last two bytes only (58:9c:fc:10:xx:xx), so
    among many hundred pairs two may be the same by chance. Interfaces that share a MAC by design do not count: a VLAN
    and its parent, a bridge and its member, a lagg and its members.
    """
    # Sources: FREEBSD.md 10; USERS.md 5.
    clashes = (Clash(mac, several, *_grade(context, several)) for mac, several in holders(context, "mac"))
    yield from _told(context, "MAC-TWICE", clashes)
