"""Whether another machine has the jail's address or its MAC: rows 17 and 18 of NOTES-2 b."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from jailtui.exchange import shell_line
from jailtui.formats import neighbours
from jailtui.formats.traffic import count
from jailtui.pathcheck.hops import PathFault
from jailtui.pathcheck.line import same
from jailtui.pathcheck.outside import cures
from jailtui.rules.finding import Evidence, Finding

if TYPE_CHECKING:
    from jailtui.model.state import Interface
    from jailtui.pathcheck.hops import Question, Reply
    from jailtui.pathcheck.line import PathLine

DUPLICATES = "Duplicate IPs seen"


def twins(
    line: PathLine, findings: Sequence[Finding], asked: Question, answer: Reply, tables: Sequence[Reply]
) -> Iterator[PathFault]:
    """Both rows, by the other interfaces of this host, by what the jail's kernel has seen, and by the bridge."""
    own = line.own("inet")
    sharing = next((each for each in line.beside() if _shares(each, [address.address for address in own])), None)
    seen = count(answer.text, DUPLICATES) or 0
    if own and (sharing is not None or seen):
        names = {jail.jid: jail.name for jail in line.state.jails}
        who = "another machine" if sharing is None else f"{sharing.name} {_place(names.get(sharing.jid))}"
        evidence = [Evidence(asked.line, f"{seen} {DUPLICATES}")]
        if sharing is not None:
            evidence.append(Evidence(_ifconfig(sharing), f"inet {own[0].address}"))
        cured = cures(findings, ("ADDR-TWICE",), line.jail.key, names.get(sharing.jid) if sharing else None)
        since = "" if sharing is not None else f", seen {seen} times since {line.jail.name} started"
        text = f"{own[0].address} is also used by {who}{since}: answers reach one or the other."
        yield PathFault.of("duplicates", "duplicate-ip", line.jail, text, evidence, cured, cuts=False)
    yield from _macs(line, findings, tables)


def _shares(other: Interface, addresses: Sequence[str]) -> bool:
    """Whether it has one of the addresses for itself, not by CARP."""
    alone = [each.address for each in other.addresses if not any(flag.startswith("vhid") for flag in each.flags)]
    return any(same(address, mine) for address in alone for mine in addresses)


def _place(jail: str | None) -> str:
    return "of the host" if jail is None else f"in {jail}"


def _ifconfig(interface: Interface) -> str:
    inside = () if interface.jid is None else ("jexec", str(interface.jid))
    return shell_line((*inside, "ifconfig", interface.name))


def _macs(line: PathLine, findings: Sequence[Finding], tables: Sequence[Reply]) -> Iterator[PathFault]:
    mac = line.inner.mac or line.inner.ether if line.inner is not None else None
    if mac is None or line.outer is None or line.bridge is None:
        return
    entries = (entry for table in tables for entry in neighbours.learned(table.text))
    elsewhere = next((member for learned, member in entries if learned == mac and member != line.outer.name), "")
    other = next((each for each in line.beside() if each.jid is not None and (each.mac or each.ether) == mac), None)
    if not elsewhere and other is None:
        return
    source = Evidence(f"ifconfig {line.bridge.name} addr", f"{mac} at {elsewhere or line.outer.name}")
    evidence = [source, *([] if other is None else [Evidence(_ifconfig(other), f"ether {mac}")])]
    where = f"behind {elsewhere}" if other is None else f"on {other.name}"
    text = f"The MAC {mac} of {line.jail.name} is also {where}: the bridge sends packets for it to one or the other."
    names = {jail.jid: jail.name for jail in line.state.jails}
    cured = cures(findings, ("MAC-TWICE",), line.jail.key, names.get(other.jid) if other else None)
    yield PathFault.of("duplicates", "duplicate-mac", line.jail, text, evidence, cured, cuts=False)
