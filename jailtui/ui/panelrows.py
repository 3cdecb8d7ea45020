"""The rows of the four panels. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.namefiles import jail_names
from jailtui.model.starts import start_state
from jailtui.model.state import MOVED_AWAY, Address, Bridge, End, Epair, HostState, Jail, JailState, Vlan, Where
from jailtui.text import by_number
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.lines import SEVERITY_TONES, Cell, Tone, severity_cell
from jailtui.ui.meter import NOTHING, Vitals
from jailtui.ui.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jailtui.model.namefiles import JailName
    from jailtui.rules.finding import Severity
    from jailtui.ui.glyphs import Glyphs

    JailParts = tuple[Jail, Severity | None, str, Vitals, tuple[JailName, ...]]

STATE_TONES: dict[JailState, Tone] = {
    JailState.RUNNING: "ok",
    JailState.STOPPED: "dim",
    JailState.STARTING: "busy",
    JailState.STOPPING: "busy",
    JailState.DYING: "warn",
    JailState.FAILED: "bad",
}

PASSING = (JailState.STARTING, JailState.STOPPING)
"""The states that end by themselves: what is found meanwhile is of no use."""
TROUBLED = (JailState.DYING, JailState.FAILED)
"""The states that are a problem even without a finding."""


def jail_parts(state: HostState, findings: Findings, loads: Mapping[str, Vitals]) -> Iterator[JailParts]:
    """What a row shows of each jail, in their order."""
    names = jail_names(state)
    for jail in jail_order(state, findings):
        mark, vitals = state.way_in.mark(jail=jail.key), loads.get(jail.key, NOTHING)
        yield jail, findings.worst("jail", jail.key), mark, vitals, names.get(jail.key, ())


def jail_row(
    jail: Jail,
    glyphs: Glyphs,
    worst: Severity | None = None,
    you: str = "",
    vitals: Vitals = NOTHING,
    known_as: tuple[JailName, ...] = (),
) -> Row:
    """The mark, name, jid, state, load, manager, address, epair, bridge, VLAN, and the mark of an ssh session.

    A filter finds also the manager and the names of its addresses.
    """
    live = jail.running or jail.state in PASSING
    tone: Tone = "" if live else "dim"
    bridges = Cell("(host)", "dim") if jail.vnet is False else Cell(names(jail.bridges, glyphs), tone)
    cells = (
        jail_mark(jail, glyphs, worst),
        Cell(jail.name, "strong" if live else ""),
        Cell(glyphs.none if jail.jid is None else str(jail.jid), tone),
        state_cell(jail, glyphs),
        Cell(vitals.up, "dim", passing=True),
        Cell(vitals.cpu, passing=True),
        Cell(vitals.memory, passing=True),
        *moving_cells(vitals),
        Cell(vitals.line, "accent", passing=True),
        Cell(jail.manager, tone),
        Cell(jail_address(jail, glyphs), tone),
        epair_cell(jail, glyphs, tone),
        bridges,
        Cell(names(jail.vlans, glyphs), tone),
        you_cell(you),
    )
    problem = weighty(worst) or bool(jail.left) or jail.state in TROUBLED
    tags = [*([f"manager:{jail.manager}"] if jail.manager else []), *(each.name for each in known_as)]
    return Row(jail.key, cells, problem, vitals.amounts, " ".join(tags))


def moving_cells(vitals: Vitals) -> tuple[Cell, Cell]:
    """What comes in and goes out; marked while packets get lost."""
    mark = "!" if vitals.failing else ""
    return Cell(vitals.into + mark, "warn" if mark else "", passing=True), Cell(vitals.out, passing=True)


def jail_mark(jail: Jail, glyphs: Glyphs, worst: Severity | None) -> Cell:
    """`‼` for an error, `!` for a warning; nothing while the jail starts or stops."""
    busy = jail.state in PASSING
    return mark(None if busy else worst, glyphs)


def mark(worst: Severity | None, glyphs: Glyphs) -> Cell:
    """The mark of a row by its worst finding: a note has none."""
    return Cell("") if worst in (None, "note") else severity_cell(worst, glyphs)


def weighty(worst: Severity | None) -> bool:
    return worst in ("error", "warning")


def state_cell(jail: Jail, glyphs: Glyphs) -> Cell:
    """The state; of a stopped jail that left a pair `stopped, left epair7`, in the panel `pair left`."""
    sign = glyphs.states[jail.state]
    if not left_pairs(jail):
        return Cell(f"{sign} {start_state(jail)}", STATE_TONES[jail.state], short=f"{sign} {jail.state.value}")
    return Cell(f"{sign} {state_words(jail)}", "warn", short=f"{sign} pair left")


def left_pairs(jail: Jail) -> bool:
    """Whether the jail is stopped and left pairs."""
    return bool(jail.left) and jail.state is JailState.STOPPED


def state_words(jail: Jail) -> str:
    more = f" +{len(jail.left) - 1}" if len(jail.left) > 1 else ""
    return f"{jail.state.value}, left {jail.left[0]}{more}" if left_pairs(jail) else start_state(jail)


def jail_address(jail: Jail, glyphs: Glyphs) -> str:
    """The first address and the number of others; `dhcp`, `alias` or `conf` (only in files) says where it is from."""
    known = [str(address) for address in jail.addresses] or list(jail.assumed)
    if not known:
        return "dhcp" if jail.dhcp else glyphs.none
    more = f" +{len(known) - 1}" if len(known) > 1 else ""
    kind = " conf" if jail.assumed else " dhcp" if jail.dhcp else " alias" if jail.vnet is False else ""
    return f"{known[0]}{kind}{more}"


def epair_cell(jail: Jail, glyphs: Glyphs, tone: Tone) -> Cell:
    """The pairs of a jail; of a dying jail the lost end."""
    broken = next((hop for chain in jail.chains for hop in chain if not hop.ok and hop.kind.startswith("epair")), None)
    if broken is not None and jail.epairs and jail.state is JailState.DYING:
        pair = jail.epairs[0]
        return Cell(f"{pair} {broken.kind[-1]} lost", "bad", short=f"{pair} {glyphs.broken}")
    return Cell(names(jail.epairs, glyphs), tone)


def names(several: Sequence[str], glyphs: Glyphs, shown: int = 1) -> str:
    """The first names and the number of others."""
    if not several:
        return glyphs.none
    more = f" +{len(several) - shown}" if len(several) > shown else ""
    return " ".join(several[:shown]) + more


def addresses(several: Sequence[Address], glyphs: Glyphs) -> str:
    return names(tuple(map(str, several)), glyphs)


def epair_order(state: HostState) -> tuple[Epair, ...]:
    """Orphans, then pairs that can't be judged, then others; each group by number."""
    ranks = {True: 0, None: 1, False: 2}
    return tuple(sorted(state.epairs, key=lambda pair: (ranks[pair.orphan], by_number(pair.name))))


def jail_order(state: HostState, findings: Findings) -> tuple[Jail, ...]:
    """Jails with an error, then with a warning, then others; each group by name."""

    def rank(jail: Jail) -> int:
        worst = findings.worst("jail", jail.key)
        return 0 if worst == "error" else 1 if worst == "warning" or jail.left or jail.state in TROUBLED else 2

    return tuple(sorted(state.jails, key=lambda jail: (rank(jail), by_number(jail.name))))


def you_cell(mark: str) -> Cell:
    """`you`: it carries the session by which jailtui was reached, or `you?`, perhaps; `ssh`: it carries another."""
    return Cell(mark, "dim" if mark == "ssh" else "accent")


def epair_row(
    pair: Epair,
    glyphs: Glyphs,
    fresh: bool,
    worst: Severity | None = None,
    you: str = "",
    vitals: Vitals = NOTHING,
) -> Row:
    owner = pair.owner or ("nobody" if pair.orphan else glyphs.none)
    cells = (
        epair_mark(pair, glyphs, worst),
        Cell(pair.name, SEVERITY_TONES[worst] if pair.orphan and worst else "strong"),
        Cell("new", "new") if fresh else you_cell(you),
        end_cell(pair.a),
        end_cell(pair.b),
        *moving_cells(vitals),
        Cell(owner + (f" ({pair.manager})" if pair.manager else ""), "" if pair.owner else "dim"),
        Cell(pair.why if pair.orphan or pair.orphan is None else "", "dim"),
    )
    problem = pair.orphan is not False or bool(pair.ambiguous) or weighty(worst)
    return Row(pair.key, cells, problem, vitals.amounts)


def epair_mark(pair: Epair, glyphs: Glyphs, worst: Severity | None) -> Cell:
    """The mark of the worst finding; `?` if it is unknown whether the pair is an orphan."""
    return Cell("?", "warn") if pair.orphan is None and not weighty(worst) else mark(worst, glyphs)


def end_cell(end: End) -> Cell:
    """The place of an end: `in bridge0`, `on the host`, `in web as epair154b`, `lost: jail 3 dying`, `unknown`."""
    if end.where is Where.HOST:
        return Cell(f"in {end.bridge}" if end.bridge else "on the host")
    if end.where is Where.JAIL:
        return Cell(f"in {end.jail or end.jid} as {end.name}")
    if end.where is Where.LOST:
        holder = f": jail {end.jid} dying" if end.jid is not None else ""
        return Cell(f"lost{holder}", "bad")
    return Cell("unknown", "warn")


def bridge_rows(state: HostState, glyphs: Glyphs, findings: Findings = UNJUDGED) -> tuple[Row, ...]:
    return tuple(
        bridge_row(bridge, glyphs, findings.worst("bridge", bridge.name), state.way_in.mark(bridge.name))
        for bridge in state.bridges
    )


def bridge_row(bridge: Bridge, glyphs: Glyphs, worst: Severity | None = None, you: str = "") -> Row:
    members = bridge.members
    cells = (
        mark(worst, glyphs),
        Cell(bridge.name, "strong" if bridge.up else ""),
        Cell(" ".join(members) or glyphs.none, "" if members else "dim", short=names(members, glyphs, 2)),
        Cell(addresses(bridge.addresses, glyphs), "" if bridge.addresses else "dim"),
        boot_cell(bridge.persistent, glyphs),
        you_cell(you),
    )
    return Row(bridge.name, cells, problem=weighty(worst))


def vlan_rows(state: HostState, glyphs: Glyphs, findings: Findings = UNJUDGED) -> tuple[Row, ...]:
    """The host's VLANs, then those in jails."""
    vlans = (*state.vlans, *state.held_vlans)
    return tuple(
        vlan_row(vlan, glyphs, findings.worst("vlan", vlan.key), state.way_in.mark(vlan.key)) for vlan in vlans
    )


def vlan_row(vlan: Vlan, glyphs: Glyphs, worst: Severity | None = None, you: str = "") -> Row:
    cells = (
        mark(worst, glyphs),
        Cell(vlan.name, "strong" if vlan.up else ""),
        Cell(str(vlan.tag) if vlan.tag else glyphs.none),
        parent_cell(vlan),
        Cell(vlan.bridge or glyphs.none, "" if vlan.bridge else "dim"),
        Cell(addresses(vlan.addresses, glyphs), "" if vlan.addresses else "dim"),
        Cell(
            (" ".join(vlan.jails) if vlan.jid is None else f"in {vlan.jails[0]}") or glyphs.none,
            "" if vlan.jails else "dim",
        ),
        you_cell(you),
    )
    return Row(vlan.key, cells, problem=weighty(worst))


def parent_cell(vlan: Vlan) -> Cell:
    """The parent; of a VLAN that was moved into a jail, that it is not there."""
    if vlan.parent:
        return Cell(vlan.parent)
    return Cell("no parent", "bad") if vlan.jid is None else Cell(MOVED_AWAY, "dim", short="gone")


def boot_cell(persistent: bool | None, glyphs: Glyphs) -> Cell:
    if persistent is None:
        return Cell(glyphs.none, "dim")
    return Cell("rc.conf", "dim") if persistent else Cell("not in rc.conf", "warn")
