"""A jail that is not running: its bridge and the way out, as its configuration names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.pathcheck import outside
from jailtui.pathcheck.hops import PathFault
from jailtui.pathcheck.line import WAYS_OUT
from jailtui.pathcheck.wording import out_text
from jailtui.rules.finding import Evidence

if TYPE_CHECKING:
    from jailtui.pathcheck.record import Checking


def stopped(check: Checking) -> None:
    """The hops that need neither the jail nor a packet."""
    jail = check.jail
    check.say("end in the jail", "skipped", f"{jail.name} is {jail.state}: its own end is not checked")
    _bridge(check)
    _default_route(check)


def _bridge(check: Checking) -> None:
    """Add the bridge, and the interface by which it leaves the host."""
    jail = check.jail
    links = jail.configured.view.links if jail.configured is not None else ()
    name = next((link.bridge for link in links if link.bridge), "")
    if jail.jid is not None and check.line.bridge is not None:
        name = check.line.bridge.name
    if not name:
        check.say("bridge", "unknown", f"no bridge of {jail.name} is known")
        return
    bridge = check.line.host.get(name)
    if bridge is None:
        remedies = outside.cures(check.findings, ("BRIDGE-MISSING", "BRIDGE-GONE"), jail.key, name)
        text = f"There is no bridge {name}, which {jail.name} joins when it starts."
        evidence = [Evidence(f"ifconfig {name}", f"interface {name} does not exist")]
        check.settle("bridge", [PathFault.of("bridge", "bridge-missing", jail, text, evidence, remedies)], "")
        return
    out = (check.line.host[member] for member in bridge.members if member in check.line.host)
    check.line = check.line._replace(bridge=bridge, out=tuple(each for each in out if each.kind in WAYS_OUT))
    gateways = jail.configured.view.gateways if jail.configured is not None else ()
    down = list(outside.bridge_down(check.line, bridge, check.findings))
    joins = "" if jail.jid is not None else f"; {jail.name} joins it when it starts"
    check.settle("bridge", down, f"{name} is up{joins}")
    faults = list(outside.way_out(check.line, check.findings, gateways[0] if gateways else ""))
    check.settle("way out", faults, out_text(check.line))


def _default_route(check: Checking) -> None:
    """The gateway of the configuration, as the doctor judges it. What it only guesses is not judged here."""
    faults = [
        PathFault.of("default route", "gateway-not-in-net", check.jail, each.text, each.evidence, each.remedies)
        for each in check.findings
        if (each.code, each.subject.key) == ("ADDR-GATEWAY", check.jail.key) and each.confidence == "certain"
    ]
    if faults:
        check.settle("default route", faults, "")
