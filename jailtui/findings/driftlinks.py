"""Rules about the MTU and the MAC of a jail's interface that are otherwise than its file says.

A pair in another bridge than configured is EPAIR-WRONG-BRIDGE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jailtui.exchange import Step
from jailtui.findings.finding import Evidence, Finding, Remedy, rule
from jailtui.findings.ground import Ground
from jailtui.findings.jailwords import about, manager
from jailtui.findings.runs import Run, Wire
from jailtui.model.state import Interface

MAC = re.compile(r"[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}")


def _wires(ground: Ground) -> Iterator[tuple[Run, Wire, Interface]]:
    """The interfaces that are there, of jails whose hooks were understood."""
    for run in ground.runs:
        if not run.view.unread:
            for wire in run.wires:
                if wire.interface is not None:
                    yield run, wire, wire.interface


@rule("DRIFT-MTU", "warning", "MTU otherwise than in the file")
def drift_mtu(ground: Ground) -> Iterator[Finding]:
    """Neither end of a jail's pair has the MTU that its hooks set. Packets above the smaller of two MTUs are lost or
    cut on the way. The end in the jail can be changed while it runs; the end in a bridge follows the bridge from 14 on
    (FREEBSD.md 8), so that what the hooks set there does not hold, and counts only where the jail's end has it not
    either."""
    for run, wire, interface in _wires(ground):
        wanted = wire.link.mtu
        if wanted is None or interface.mtu in (wanted, 0) or (wire.end is not None and wire.end.mtu == wanted):
            continue
        jail, name = run.jail, interface.name
        said = run.cable(wire).mtu
        evidence = (
            Evidence(" ".join(run.inside(ground.state, name)), f"mtu {interface.mtu}"),
            run.written(said.spots if said is not None else [], f"mtu {wanted}"),
        )
        set_mtu, back = (run.inside(ground.state, name, "mtu", str(one)) for one in (wanted, interface.mtu))
        remedies = (
            Remedy("Set it now", (Step(set_mtu, "as its file says", undo=back),), undo=f"mtu {interface.mtu} again"),
            Remedy(f"Edit {jail.name}", why="The file gets what runs.", form=("network", jail.key, wire.field("mtu"))),
        )
        text = f"{name} in {jail.name} has MTU {interface.mtu}, while its file says {wanted}."
        yield _finding("DRIFT-MTU", ground, run, text, evidence, remedies, "live")


@rule("DRIFT-MAC", "warning", "MAC otherwise than in the file")
def drift_mac(ground: Ground) -> Iterator[Finding]:
    """The interface in the jail has another MAC than its hooks set. Whoever knows the jail by its MAC, a DHCP server or
    a switch, will not after its next start, or does not now. It can be set while the jail runs; its neighbours then
    need a moment to learn it. Letters and leading zeros are compared as numbers."""
    for run, wire, interface in _wires(ground):
        wanted, held = wire.link.mac, interface.mac
        if not held or not wanted or wanted == held or not MAC.fullmatch(wanted) or _octets(wanted) == _octets(held):
            continue
        jail, name = run.jail, interface.name
        said = run.cable(wire).mac
        evidence = (
            Evidence(" ".join(run.inside(ground.state, name)), f"ether {held}"),
            run.written(said.spots if said is not None else [], f"ether {wanted}"),
        )
        set_mac, back = (run.inside(ground.state, name, "ether", one) for one in (wanted, held))
        breaks = f"connections of {jail.name}, until its neighbours have learned the MAC"
        remedies = (
            Remedy("Set it now", (Step(set_mac, "as its file says", breaks, back),), breaks=breaks),
            Remedy(f"Edit {jail.name}", why="The file gets what runs.", form=("network", jail.key, wire.field("mac"))),
        )
        text = f"{name} in {jail.name} has MAC {held}, while its file says {wanted}."
        yield _finding("DRIFT-MAC", ground, run, text, evidence, remedies, "live")


def _octets(mac: str) -> list[int]:
    return [int(one, 16) for one in mac.split(":")]


def _finding(
    code: str,
    ground: Ground,
    run: Run,
    text: str,
    evidence: tuple[Evidence, ...],
    remedies: tuple[Remedy, ...],
    drift: str,
) -> Finding:
    owner = manager(ground, run.jail)
    return Finding(code, "warning", about(run.jail), text, evidence, owner=owner, remedies=remedies, drift=drift)
