"""Which interfaces exist, by ifconfig, which prints names and descriptions unescaped, and by netstat, which escapes
names.

A jail's root may name or describe an interface so that ifconfig's text looks like other interfaces (FREEBSD.md 12). The
interfaces that netstat lists exist. If ifconfig lists others, each interface is read by itself. Of an interface that
stays doubtful only what netstat prints counts.
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
    """Whether ifconfig printed the same names as netstat."""
    return sorted(names) == sorted(link.name for link in links)


def doubled(links: Sequence[LinkRow]) -> frozenset[str]:
    """The names that two interfaces have."""
    return frozenset(name for name, count in Counter(link.name for link in links).items() if count > 1)


def settled(
    links: Sequence[LinkRow], listed: Sequence[Interface], stanzas: Mapping[int, str], jid: int | None
) -> tuple[Interface, ...]:
    """The interfaces that netstat lists. `listed` are those of `ifconfig -a`, `stanzas` what `ifconfig NAME` printed,
    by the place in `links`.
    """
    return tuple(_settled(links, listed, stanzas, jid))


def _settled(
    links: Sequence[LinkRow], listed: Sequence[Interface], stanzas: Mapping[int, str], jid: int | None
) -> Iterator[Interface]:
    counts = Counter(known.name for known in listed)
    by_name = {known.name: known for known in listed if counts[known.name] == 1}
    for at, link in enumerate(links):
        if (text := stanzas.get(at)) is not None:
            record = ifconfig.alone(text, link.name)
            yield interface(record, jid) if record is not None and _fits(record, link) else bare(link, jid)
        else:
            known = by_name.get(link.name)
            yield known if known is not None and _plain(known, link) else bare(link, jid)


def _fits(record: InterfaceRecord, link: LinkRow) -> bool:
    """Whether the record has netstat's MAC, and, if its description has line breaks, was read completely."""
    whole = "\n" not in (record.description or "") or not (record.unread or record.more_ether)
    return whole and link.ether in (record.ether, record.hwaddr)


def _plain(known: Interface, link: LinkRow) -> bool:
    """Whether an interface is as in netstat, and has no description with line breaks."""
    return "\n" not in (known.description or "") and link.ether in (known.mac, known.ether) and known.up is link.up


def bare(link: LinkRow, jid: int | None) -> Interface:
    """An interface by netstat alone."""
    pair = is_epair_end(link.name) or bool(link.ether and EPAIR_MAC.fullmatch(link.ether))
    kind = "epair" if pair else "ether" if link.ether else "loopback" if link.name.startswith("lo") else "other"
    return Interface(link.name, kind, jid, link.up, link.mtu, ether=link.ether, mac=link.ether, doubtful=True)
