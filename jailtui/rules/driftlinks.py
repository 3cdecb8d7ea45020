"""Rules about the MTU, the MAC and the VLAN of a jail's interface that are otherwise than its file says.

A pair in another bridge than configured is EPAIR-WRONG-BRIDGE.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.exchange import Step
from jailtui.rules.drifthost import vlan_set
from jailtui.rules.finding import Evidence, Finding, Remedy, rule
from jailtui.rules.running import Run, Wire, drifted, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Interface, Port
    from jailtui.rules.context import Context

MAC = re.compile(r"[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}")


def _wires(context: Context) -> Iterator[tuple[Run, Wire, Interface]]:
    """The interfaces that are there, of jails whose hooks were understood."""
    for run in runs(context):
        if not run.view.unread:
            for wire in run.wires:
                if wire.interface is not None:
                    yield run, wire, wire.interface


@rule("DRIFT-MTU", "warning", "MTU differs from the file")
def drift_mtu(context: Context) -> Iterator[Finding]:
    """Neither end of a jail's pair has the MTU that its hooks set. Packets larger than the smaller of two MTUs are lost
    or fragmented on the way. The end in the jail can be changed while it is running. Since 14 the end in a bridge has
    the MTU of the bridge whatever the hooks set, so it is compared only where the jail's end differs too.
    """
    # Sources: FREEBSD.md 8.
    for run, wire, interface in _wires(context):
        wanted = wire.link.mtu
        if wanted is None or interface.mtu in (wanted, 0) or (wire.end is not None and wire.end.mtu == wanted):
            continue
        jail, name = run.jail, interface.name
        stated = run.cable(wire).mtu
        evidence = (
            Evidence(" ".join(run.inside(context.state, name)), f"mtu {interface.mtu}"),
            run.written(stated.spots if stated is not None else [], f"mtu {wanted}"),
        )
        set_mtu, back = (run.inside(context.state, name, "mtu", str(one)) for one in (wanted, interface.mtu))
        remedies = (
            Remedy.of("Set it now", (Step(set_mtu, "as its file says", undo=back),), undo=f"mtu {interface.mtu} again"),
            Remedy.of(
                f"Edit {jail.name}",
                why="Writes the current value to the file.",
                form=("network", jail.key, wire.field("mtu")),
            ),
        )
        text = f"{name} in {jail.name} has MTU {interface.mtu}; its file says {wanted}."
        yield drifted("DRIFT-MTU", context, run, text, evidence, remedies, "live")


@rule("DRIFT-MAC", "warning", "MAC differs from the file")
def drift_mac(context: Context) -> Iterator[Finding]:
    """The interface in the jail has another MAC than its hooks set. A DHCP server or a switch that knows the jail by
    its MAC will not recognise it after the next start, or does not now. The MAC can be set while the jail is running;
    neighbours then need a moment to learn it. Letter case and leading zeros do not count.
    """
    for run, wire, interface in _wires(context):
        wanted, held = wire.link.mac, interface.mac
        if not held or not wanted or wanted == held or not MAC.fullmatch(wanted) or _octets(wanted) == _octets(held):
            continue
        jail, name = run.jail, interface.name
        stated = run.cable(wire).mac
        evidence = (
            Evidence(" ".join(run.inside(context.state, name)), f"ether {held}"),
            run.written(stated.spots if stated is not None else [], f"ether {wanted}"),
        )
        set_mac, back = (run.inside(context.state, name, "ether", one) for one in (wanted, held))
        breaks = f"connections of {jail.name}, until its neighbours have learned the new MAC"
        remedies = (
            Remedy.of("Set it now", (Step(set_mac, "as its file says", breaks, back),), breaks=breaks),
            Remedy.of(
                f"Edit {jail.name}",
                why="Writes the current value to the file.",
                form=("network", jail.key, wire.field("mac")),
            ),
        )
        text = f"{name} in {jail.name} has MAC {held}; its file says {wanted}."
        yield drifted("DRIFT-MAC", context, run, text, evidence, remedies, "live")


@rule("DRIFT-PORT", "warning", "VLAN of a jail's port differs from the file")
def drift_port(context: Context) -> Iterator[Finding]:
    """The jail's pair is in a bridge that filters by VLAN (15), and its port has another untagged VLAN than the jail's
    hooks set: until its next start the jail is on the wrong segment. The VLAN can be changed while the jail is running,
    by `ifconfig bridge0 ifuntagged epair7a 10`. A port that passes the VLAN tagged is not reported, since the jail may
    remove the tag itself.
    """
    # Sources: FREEBSD.md 8.
    for run, wire, _ in _wires(context):
        end, wanted = wire.end, wire.link.vlan
        bridge = context.host.get(end.bridge or "") if end is not None and wanted else None
        if bridge is None or not bridge.filtering or not wire.link.untagged:
            continue
        port = next((port for port in bridge.ports if end is not None and port.name == end.name), None)
        if port is None or port.untagged in (None, wanted) or wanted in vlan_set(("", port.tagged))[1]:
            continue
        yield _port(context, run, wire, bridge.name, port)


def _port(context: Context, run: Run, wire: Wire, bridge: str, port: Port) -> Finding:
    jail, wanted, held = run.jail, str(wire.link.vlan), str(port.untagged)
    stated = run.cable(wire).vlan
    evidence = (
        Evidence(f"ifconfig {bridge}", f"member {port.name} untagged {held}"),
        run.written(stated.spots if stated is not None else [], f"untagged {wanted}"),
    )
    set_vlan, back = (("ifconfig", bridge, "ifuntagged", port.name, one) for one in (wanted, held))
    breaks = f"what {jail.name} has open in VLAN {held}"
    now = Remedy.of(
        "Set it now", (Step(set_vlan, "as its file says", breaks, back),), breaks=breaks, undo=" ".join(back)
    )
    twice = any(port.name in pair.ambiguous for pair in context.pairs.get(jail.name, ()))
    edit = Remedy.of(
        f"Edit {jail.name}", why="Writes the current value to the file.", form=("network", jail.key, wire.field("vlan"))
    )
    text = f"{port.name}, the port of {jail.name}, is in VLAN {held} of {bridge}; its file says {wanted}."
    return drifted("DRIFT-PORT", context, run, text, evidence, (edit,) if twice else (now, edit), "live")


def _octets(mac: str) -> list[int]:
    return [int(one, 16) for one in mac.split(":")]
