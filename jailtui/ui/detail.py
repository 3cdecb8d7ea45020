"""The lines of the detail pane; the cable of a jail is drawn as a line. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.namefiles import jail_names
from jailtui.model.state import MOVED_AWAY, JailState
from jailtui.model.tunnels import route_text, tunnels
from jailtui.text import width
from jailtui.ui.cable import cable_of_bridge, cable_of_pair, cable_of_vlan, draw_chain, holder_of
from jailtui.ui.eventlines import event_lines
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.header import clock_time, day_time
from jailtui.ui.lines import SEVERITY_TONES, Cell, Line, hanging, labelled, line, severity_cell
from jailtui.ui.loadlines import jail_load, pair_load
from jailtui.ui.panelrows import PASSING, end_cell, jail_address, state_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.events import HostEvent
    from jailtui.model.sessions import SshSession
    from jailtui.model.state import Bridge, Epair, HostState, Interface, Jail, Vlan
    from jailtui.rules.finding import Finding
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.meter import Meter

LABEL = 16
"""Cells of a label."""
MOST_NAMES = 8
"""Names of one address that are shown, and how many addresses and files."""
MISSING = "missing after a reboot: not in rc.conf"
PAIRED = {
    "drivername": "ends matched by driver name",
    "mac": "ends matched by MAC address",
    "name": "ends matched by name",
    "none": "one end only",
}
"""How the two ends were matched, by `Epair.paired_by`."""


def object_detail(
    row: tuple[str, str],
    state: HostState,
    glyphs: Glyphs,
    room: int,
    findings: Findings,
    meter: Meter | None,
    spare: int = 0,
) -> list[Line]:
    """The details of the object of that panel and key, with `spare` lines for graphs; none if it is gone."""
    panel, key = row
    if panel == "jails":
        jail = state.jail(key)
        return [] if jail is None else jail_detail(jail, state, glyphs, room, findings, meter, spare)
    if panel == "epairs":
        pair = state.epair(key)
        return [] if pair is None else epair_detail(pair, state, glyphs, room, findings, meter, spare)
    if panel == "bridges":
        bridges = (bridge for bridge in state.bridges if bridge.name == key)
        return [each for bridge in bridges for each in bridge_detail(bridge, state, glyphs, room, findings)]
    vlans = (vlan for vlan in (*state.vlans, *state.held_vlans) if vlan.key == key)
    return [each for vlan in vlans for each in vlan_detail(vlan, state, glyphs, room, findings)]


def around(
    row: tuple[str, str],
    state: HostState,
    happened: tuple[float, Sequence[HostEvent]],
    looked_at: float | None,
    room: int,
) -> list[Line]:
    """What stands below the details of an object: its last events, the ways in, and what could not be read."""
    panel, key = row
    pair = state.epair(key) if panel == "epairs" else None
    names: tuple[str | None, ...] = (key,) if pair is None else (pair.a.name, pair.b.name)
    carried = state.way_in.through(jail=key) if panel == "jails" else state.way_in.through(*names)
    now, events = happened
    return [
        *section("Recent events", event_lines(events, now, room)),
        *section("Ways in", way_in_lines(carried, room)),
        *older_lines(looked_at, room),
        *section("Host", trouble_lines(state, room)),
    ]


def jail_detail(
    jail: Jail,
    state: HostState,
    glyphs: Glyphs,
    room: int,
    findings: Findings = UNJUDGED,
    meter: Meter | None = None,
    spare: int = 0,
) -> list[Line]:
    """State and cables, then problems, network, load, and hooks."""
    dot = f" {glyphs.dot} "
    kind = {True: "VNET", False: "shares the host's network", None: "VNET unknown"}[jail.vnet]
    facts = [f"jid {jail.jid}" if jail.jid is not None else "", kind, jail.path or "", jail.osrelease or ""]
    lines = [line(state_cell(jail, glyphs), Cell(dot + dot.join(fact for fact in facts if fact)))]
    lines += fact_lines("Name", jail.name, room) if width(jail.name) > 20 else []
    for chain in jail.chains:
        lines += [Line(), *draw_chain(chain, state, jail, glyphs, room)]
    return [
        *lines,
        *jail_problems(jail, glyphs, room, findings),
        *section("Last start", start_lines(jail, room)),
        *section("Network", [*jail_network(jail, glyphs, room), *name_lines(jail, state, room)]),
        *section("Load", jail_load(jail, state, meter, room, LABEL, spare) if meter is not None else ()),
        *section("Hooks", file_lines(jail, room)),
    ]


def start_lines(jail: Jail, room: int) -> list[Line]:
    """How the start of a jail failed, and what it printed."""
    if jail.state is not JailState.FAILED or jail.start_at is None:
        return []
    lines = fact_lines("Failed", f"exit {jail.start_status}, {day_time(jail.start_at)}", room)
    return lines + [each for text in jail.start_output for each in hanging(Cell(""), text, room, "dim")]


def section(title: str, lines: Sequence[Line]) -> list[Line]:
    """Lines under a title; nothing if there are no lines."""
    return [Line(), line(Cell(title, "head")), *lines] if lines else []


def problem_section(findings: Findings, about: Sequence[Finding], glyphs: Glyphs, room: int) -> list[Line]:
    """The problems of one row under their title; that there are none is a sentence without a title."""
    lines = finding_lines(findings, about, glyphs, room)
    return section("Problems", lines) if about or not lines else [Line(), *lines]


def without_titles(lines: Sequence[Line]) -> list[Line]:
    """For a low pane: no blank lines, and no titles of sections."""
    return [each for each in lines if each.cells and each.cells[0].tone != "head"]


def fact_lines(label: str, value: str, room: int, *, tone_bad: bool = False) -> list[Line]:
    """A label and its value: every label of a pane is as wide as the longest name of an interface."""
    return labelled(label, value, room, wide=LABEL, tone_bad=tone_bad)


def jail_network(jail: Jail, glyphs: Glyphs, room: int) -> list[Line]:
    """The addresses, the default routes, what is inside beside the epairs, and the host name."""
    lines: list[Line] = []
    several = [str(address) for address in jail.addresses]
    if len(several) > 1:
        lines += fact_lines("Addresses", " ".join(several), room)
    elif several or not jail.chains:
        lines += fact_lines("Address", jail_address(jail, glyphs), room)
    if jail.vnet and jail.gateways is not None and jail.running:
        lines += fact_lines("Gateway", " ".join(jail.gateways) or "no default route", room)
    if jail.interfaces is None:
        lines += fact_lines("Inside", "unknown: no permission to look inside", room)
    routes = {tunnel.name: route_text(tunnel) for tunnel in tunnels(jail)}
    for interface in jail.inside:
        words = filter(None, (inside_text(interface), routes.get(interface.name)))
        lines += fact_lines("Inside", ", ".join(words), room)
    if jail.hostname and jail.hostname != jail.name:
        lines += fact_lines("Hostname", jail.hostname, room)
    return lines


def name_lines(jail: Jail, state: HostState, room: int) -> list[Line]:
    """The names that files give the jail's addresses, those of one file and one address together."""
    by_file: dict[tuple[str, str], list[str]] = {}
    for name, address, file in jail_names(state, (jail,)).get(jail.key, ()):
        by_file.setdefault((address, file), []).append(name)
    lines: list[Line] = []
    for (address, file), names in list(by_file.items())[:MOST_NAMES]:
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        of_which = f"{address} in " if len(jail.addresses) > 1 else "in "
        lines += fact_lines("Names", f"{' '.join(names[:MOST_NAMES])}{more} ({of_which}{file})", room)
    return lines


def jail_problems(jail: Jail, glyphs: Glyphs, room: int, findings: Findings) -> list[Line]:
    """The findings about a jail, but not in the middle of its start or stop."""
    if jail.state not in PASSING:
        return problem_section(findings, findings.of("jail", jail.key), glyphs, room)
    done = "started" if jail.state is JailState.STARTING else "stopped"
    return [Line(), line(Cell(f"Its problems are shown once it has {done}.", "dim"))]


def inside_text(interface: Interface) -> str:
    """An interface in a jail. ifconfig inside prints no tag and no parent of a VLAN (FREEBSD.md 3.3)."""
    facts = ["up" if interface.up else "down", f"mtu {interface.mtu}" if interface.mtu else ""]
    facts += map(str, interface.addresses)
    if interface.kind == "bridge" and interface.members:
        facts.append(f"members {' '.join(interface.members)}")
    kind = "VLAN" if interface.kind == "vlan" else interface.kind
    if interface.kind == "vlan":
        tagged = bool(interface.tag and interface.parent)
        kind += f" {interface.tag} on {interface.parent}" if tagged else f", its tag and parent {MOVED_AWAY}"
    return f"{interface.name} ({kind}) {', '.join(fact for fact in facts if fact)}"


def file_lines(jail: Jail, room: int) -> list[Line]:
    """The manager of a jail, the file that defines it, and its network parameters."""
    configured = jail.configured
    known_as = f", as {jail.manager_name}" if jail.manager_name not in ("", jail.name) else ""
    lines = fact_lines("Manager", jail.manager + known_as, room) if jail.manager else []
    if configured is None:
        kept = f"kept by {jail.manager}" if jail.manager else "not in any jail.conf that was read"
        return lines + fact_lines("File", kept, room)
    lines += fact_lines("File", configured.file, room)
    if configured.depend:
        lines += fact_lines("Depends on", " ".join(configured.depend), room)
    facts = dict(configured.params)
    for name in ("vnet.interface", "ip4.addr", "ip6.addr", "exec.prestart", "exec.prestop", "exec.poststop"):
        for value in facts.get(name, ()):
            lines += fact_lines(name, value, room)
    return lines


def epair_detail(
    pair: Epair,
    state: HostState,
    glyphs: Glyphs,
    room: int,
    findings: Findings = UNJUDGED,
    meter: Meter | None = None,
    spare: int = 0,
) -> list[Line]:
    """Its cable, both ends, the owner, and why the pair is an orphan or not."""
    verdict = {
        True: Cell("orphan", SEVERITY_TONES[findings.worst_of_pair(pair) or "warning"]),
        None: Cell("? unknown", "warn"),
        False: Cell("in use", "ok"),
    }[pair.orphan]
    return [
        line(verdict, Cell(f" {glyphs.dot} {PAIRED[pair.paired_by]}", "dim")),
        Line(),
        *draw_chain(cable_of_pair(pair, state), state, holder_of(pair, state), glyphs, room),
        *problem_section(findings, findings.about_pair(pair), glyphs, room),
        *section("Network", pair_network(pair, room)),
        *section("Load", pair_load(pair, meter, room, LABEL, spare) if meter is not None else ()),
    ]


def pair_network(pair: Epair, room: int) -> list[Line]:
    """Whose the pair is, and its two ends."""
    lines = fact_lines("Why", pair.why, room) if pair.why else []
    lines += fact_lines("Owner", pair.owner or "nobody", room)
    lines += fact_lines("Created by", pair.manager, room) if pair.manager else []
    if pair.ambiguous:
        lines += fact_lines("Ambiguous", f"{' '.join(pair.ambiguous)}: two interfaces have that name", room)
    lines += fact_lines("Description", pair.description, room) if pair.description else []
    for end, name in ((pair.a, f"{pair.name}a"), (pair.b, f"{pair.name}b")):
        facts = [end_cell(end).text, end.ether or "", "up" if end.up else "", f"mtu {end.mtu}" if end.mtu else ""]
        words = ", ".join(fact for fact in (*facts, *map(str, end.addresses)) if fact)
        lines += fact_lines(end.name or name, words, room)
    return lines


def up_cell(up: bool) -> Cell:
    return Cell("up", "ok") if up else Cell("down", "warn")


def bridge_detail(
    bridge: Bridge, state: HostState, glyphs: Glyphs, room: int, findings: Findings = UNJUDGED
) -> list[Line]:
    """Its cable, members by kind, addresses, and whether rc.conf creates it."""
    network: list[Line] = []
    boot = {True: "created by rc.conf", False: MISSING, None: "unknown"}[bridge.persistent]
    for label, value in (
        ("Members", " ".join(bridge.members)),
        ("NICs", " ".join(bridge.nics)),
        ("VLANs", " ".join(bridge.vlans)),
        ("Jails", " ".join(bridge.jails)),
        ("Addresses", " ".join(map(str, bridge.addresses))),
        ("Boot", boot),
        ("Description", bridge.description or ""),
    ):
        network += fact_lines(label, value, room) if value else []
    return [
        line(up_cell(bridge.up), f" {glyphs.dot} mtu {bridge.mtu}"),
        Line(),
        *draw_chain(cable_of_bridge(bridge), state, None, glyphs, room),
        *problem_section(findings, findings.of("bridge", bridge.name), glyphs, room),
        *section("Network", network),
    ]


def vlan_detail(vlan: Vlan, state: HostState, glyphs: Glyphs, room: int, findings: Findings = UNJUDGED) -> list[Line]:
    """Parent, tag, bridge and jails."""
    tag = f"tag {vlan.tag}" if vlan.tag or vlan.jid is None else f"tag {MOVED_AWAY}"
    lines = [line(up_cell(vlan.up), f" {glyphs.dot} {tag}"), Line()]
    lines += draw_chain(cable_of_vlan(vlan), state, None, glyphs, room)
    network = fact_lines("Addresses", " ".join(map(str, vlan.addresses)), room) if vlan.addresses else []
    if vlan.persistent is False:
        network += fact_lines("Boot", MISSING, room)
    return [
        *lines,
        *problem_section(findings, findings.of("vlan", vlan.key), glyphs, room),
        *section("Network", network),
    ]


def way_in_lines(sessions: Sequence[SshSession], room: int) -> list[Line]:
    """The ssh sessions that run through what the row is about."""
    return [
        each
        for session in sessions
        for each in fact_lines("Ssh", f"{'your' if session.own else 'a'} session from {session.client}", room)
    ]


def older_lines(looked_at: float | None, room: int) -> list[Line]:
    """When a jail was looked into, if that was before the last reading."""
    return fact_lines("Inside", f"as it was at {clock_time(looked_at)}", room) if looked_at is not None else []


def trouble_lines(state: HostState, room: int) -> list[Line]:
    """What the last refresh could not read."""
    lines: list[Line] = []
    for trouble in state.errors:
        lines += fact_lines("Not read", f"{trouble.subject}: {trouble.message}", room, tone_bad=True)
    return lines


def finding_lines(findings: Findings, about: Sequence[Finding], glyphs: Glyphs, room: int) -> list[Line]:
    """The findings about one row, worst first, as sentence and code."""
    if not findings.judged:
        return []
    if not about and findings.error:
        return hanging(Cell(""), findings.error, room, "warn")
    if not about:
        return [line(Cell("No problems.", "dim"))]
    return [each for finding in about for each in _finding(finding, glyphs, room)]


def _finding(finding: Finding, glyphs: Glyphs, room: int) -> list[Line]:
    lines = hanging(severity_cell(finding.severity, glyphs, 3), finding.text, room)
    if lines[-1].width + 1 + len(finding.code) <= room:
        return [*lines[:-1], Line((*lines[-1].cells, Cell(f" {finding.code}", "dim")))]
    return [*lines, line("   ", Cell(finding.code, "dim"))]
