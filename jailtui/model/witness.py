"""Which interfaces there are, by two witnesses: what ifconfig prints, where names and descriptions come raw, and what
netstat lists, which escapes names and prints no description.

A jail's root may name and describe an interface so that ifconfig's text looks like other interfaces (FREEBSD.md 12).
The names that netstat lists are the interfaces there are. Where ifconfig's differ, what ifconfig prints of each one
alone is read. Of what stays doubtful only what netstat says counts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jailtui.config.names import is_epair_end
from jailtui.formats import ifconfig
from jailtui.model.interfaces import EPAIR_MAC, interface
from jailtui.model.state import Interface

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jailtui.formats.ifconfig_lines import InterfaceRecord
    from jailtui.formats.netstat import LinkRow


def agree(names: Sequence[str], links: Sequence[LinkRow]) -> bool:
    """Whether ifconfig printed these names, and no others, as often as netstat."""
    return sorted(names) == sorted(link.name for link in links)


def doubled(links: Sequence[LinkRow]) -> frozenset[str]:
    """The names that two interfaces have."""
    return frozenset(name for name, count in Counter(link.name for link in links).items() if count > 1)


def settled(
    links: Sequence[LinkRow], listed: Sequence[Interface], stanzas: Mapping[int, str], jid: int | None
) -> tuple[Interface, ...]:
    """The interfaces that netstat lists. `listed` is what ifconfig printed of all, `stanzas` of each alone, by its
    place in `links`.
    """
    return tuple(_settled(links, listed, stanzas, jid))


def _settled(
    links: Sequence[LinkRow], listed: Sequence[Interface], stanzas: Mapping[int, str], jid: int | None
) -> Iterator[Interface]:
    often = Counter(known.name for known in listed)
    by_name = {known.name: known for known in listed if often[known.name] == 1}
    for at, link in enumerate(links):
        if (text := stanzas.get(at)) is not None:
            record = ifconfig.alone(text, link.name)
            yield interface(record, jid) if record is not None and _fits(record, link) else bare(link, jid)
        else:
            known = by_name.get(link.name)
            yield known if known is not None and _plain(known, link) else bare(link, jid)


def _fits(record: InterfaceRecord, link: LinkRow) -> bool:
    """Whether the stanza has the MAC that netstat gives; one whose description has line breaks must be read whole."""
    whole = "\n" not in (record.description or "") or not (record.unread or record.more_ether)
    return whole and link.ether in (record.ether, record.hwaddr)


def _plain(known: Interface, link: LinkRow) -> bool:
    """Whether an interface among others is as netstat has it, and has no description that may reach further."""
    return "\n" not in (known.description or "") and link.ether in (known.mac, known.ether) and known.up is link.up


def bare(link: LinkRow, jid: int | None) -> Interface:
    """An interface of which only netstat's word counts."""
    pair = is_epair_end(link.name) or bool(link.ether and EPAIR_MAC.fullmatch(link.ether))
    kind = "epair" if pair else "ether" if link.ether else "loopback" if link.name.startswith("lo") else "other"
    return Interface(link.name, kind, jid, link.up, link.mtu, ether=link.ether, mac=link.ether, doubtful=True)
