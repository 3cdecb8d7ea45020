"""Readings of the load: of the home network, and of a large host as load.sh prints them."""

from __future__ import annotations

from jailtui.exchange import Section
from jailtui.formats.load import Counters, JailSum, JailSums
from jailtui.model.load import Load

WEB, EPAIR = 4, "epair154a"
DAY = 86400


def reading(
    at: float, into: int = 0, out: int = 0, cpu: int = 0, *, errors: int = 0, age: int = DAY, exact: bool = True
) -> Load:
    """A reading in which web has used and moved that much; of the other jails nothing is known."""
    sums = JailSums(1_000_000 + int(at), {WEB: JailSum(cpu, 1.5, 180 << 10, age, exact)})
    return Load(at, sums, {EPAIR: Counters(out // 900, out, into // 900, into, errors)})


def load_sections(jails: int, turn: int, *, busy: bool) -> tuple[Section, ...]:
    """What load.sh prints of a host of `large_host`, of which every figure changes with the turn if it is busy."""
    rows, links = [], ['["em0",0,0,0,0]']
    for jid in range(1, jails + 1):
        # by the golden ratio, so that the rates of no two readings are alike
        turns = turn if busy else 0
        moved = sum(int(50_000 * jid * (1 + (at * 0.618 + jid * 0.31) % 1)) for at in range(turns % 50)) + turns // 50
        used = sum(int(100 * (at * 0.382 + jid * 0.17 % 1) % 97) for at in range(turns % 50)) + turns // 50
        rows.append(f"{jid} {used} 25 {262_144 + (jid + turns * 7919) % 4096 * 100} d{86_400 * jid}")
        links.append(f'["epair{jid}a",{moved // 900},{moved},{moved // 1800},{moved // 2}]')
    settings = "security.bsd.see_other_uids: 1\nsecurity.bsd.see_jail_proc: 1\nkern.racct.enable: 0\n"
    return (
        Section("load-host", 0, settings),
        Section("load-jails", 0, "\n".join([str(1_700_000_000 + turn), *rows])),
        Section("load-links", 0, f'{{"statistics": {{"interface": [{", ".join(links)}]}}}}'),
    )
