"""Rules about the members of a bridge: MTU, addresses, VLANs, offloads (FREEBSD.md 6 and 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.rcconf import clauses, variable
from jailtui.config.syntax import key
from jailtui.exchange import Argv, Step
from jailtui.model.state import Bridge, Epair, Interface, Where
from jailtui.net import inet
from jailtui.rules.epairwords import about_pair, show_command
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, rule
from jailtui.rules.interfaces import links
from jailtui.rules.jailwords import about, in_vnet, written
from jailtui.rules.segments import about_bridge, held, rc_of, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link
    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

IFADDRS = "net.link.bridge.member_ifaddrs"
OFFLOADS = frozenset(("TXCSUM", "TXCSUM_IPV6", "TSO4", "TSO6", "LRO"))
"""The offloads that all members of a bridge should have."""
EPAIR_LACKS = {13: ("TXCSUM",), 14: ("TXCSUM",)}
TSO = ("TSO4", "TSO6")
"""What an epair of later releases lacks and a NIC has (recordings orphan/link-flap/04, /08; FREEBSD.md 11)."""
SHOWN = 4


@rule("MTU-MISMATCH", "warning", "MTUs that differ along a cable", drafts=True)
def mtu_mismatch(context: Context) -> Iterator[Finding]:
    """The members of a bridge, and the far ends in the jails, should have one MTU: what is longer than the next hop
    takes is dropped silently, so ping works and large transfers hang. On 13 the first member sets the bridge's MTU and
    others have to match it, but a member's MTU can be changed later. Since 14 the bridge gives a new member its own
    MTU, which is changed on the bridge only; on 15 a member refuses a change. The end inside a jail keeps its MTU
    whatever the bridge does: set it there, and where the hooks set it.
    """
    # Sources: FREEBSD.md 8.
    differing: set[str | None] = set()
    for bridge in context.state.bridges:
        others = [member for member in _members(context, bridge) if member.mtu and member.mtu != bridge.mtu]
        if bridge.mtu and others:
            differing |= {interface.name for interface in others}  # one finding a cable: the far end follows
            yield _members_differ(context, bridge, others)
    for pair in context.state.epairs:
        apart = pair.a.where is Where.HOST and pair.b.where is Where.JAIL
        if apart and pair.a.mtu != pair.b.mtu and pair.a.mtu and pair.b.mtu and pair.a.name not in differing:
            yield _ends_differ(context, pair)
    for jail, number, link in links(context):
        joined = context.bridges.get(link.bridge)
        if jail.name not in context.live and joined is not None:
            yield from _will_differ(context, jail, number, link, joined)


def _members(context: Context, bridge: Bridge) -> list[Interface]:
    return [context.host[name] for name in bridge.members if name in context.host]


def _members_differ(context: Context, bridge: Bridge, others: list[Interface]) -> Finding:
    mtus = ", ".join(f"{interface.name} {interface.mtu}" for interface in others[:SHOWN])
    remedies = [
        Remedy.of("Set the MTU of the bridge", why="Its members get it too.", form=("bridge", bridge.name, "mtu"))
    ]
    if context.major == 13 and not any(interface.kind == "vlan" for interface in others):
        steps = tuple(_set_mtu(("ifconfig", interface.name), bridge.mtu, interface.mtu) for interface in others)
        why = "A bridge and its members have one MTU."
        remedies.insert(0, Remedy.of(f"Give them MTU {bridge.mtu}", steps, why, undo="the old MTU"))
    return Finding.of(
        about_bridge(bridge),
        f"{bridge.name} has MTU {bridge.mtu}, its members another: {mtus}.",
        [
            Evidence(f"ifconfig {name}", f"mtu {mtu}")
            for name, mtu in [(bridge.name, bridge.mtu), *((other.name, other.mtu) for other in others[:SHOWN])]
        ],
        remedies,
    )


USUAL_MTU = 1500


def _will_differ(context: Context, jail: JailSettings, number: int, link: Link, bridge: Bridge) -> Iterator[Finding]:
    """The finding about a stopped jail whose pair would not have its bridge's MTU. An empty bridge takes any MTU."""
    mtu = link.mtu or USUAL_MTU
    members = (use for name in bridge.members for use in context.usage.users("name", name) if use.by == "kernel")
    if not link.pair or bridge.mtu in (0, mtu) or not any(use.owner != jail.name for use in members):
        return
    refused = context.major == 13
    does = f"{jail.name} will have MTU {mtu} behind {bridge.name}, which has {bridge.mtu}: what is longer is dropped."
    fails = f"{jail.name} can't start: {bridge.name} has MTU {bridge.mtu} and refuses a member with {mtu}."
    at = written(jail, "exec.prestart", str(link.mtu or ""))
    yield Finding.of(
        about(jail),
        fails if refused else does,
        [Evidence(f"ifconfig {bridge.name}", f"mtu {bridge.mtu}"), at],
        [Remedy.of(f"Give it MTU {bridge.mtu}", form=("network", jail.name, key(number, "mtu")))],
        severity="error" if refused else "warning",
        confidence="likely" if jail.view.unread else "certain",
    )


def _set_mtu(tool: Argv, wanted: int, old: int) -> Step:
    return Step((*tool, "mtu", str(wanted)), f"MTU {wanted}", undo=(*tool, "mtu", str(old)))


def _ends_differ(context: Context, pair: Epair) -> Finding:
    """The finding about an end in a jail whose MTU differs from that of the end on the host."""
    end, mtu = pair.b, pair.a.mtu
    bridge = context.bridges.get(pair.a.bridge or "")
    measure = f"as {bridge.name} has" if bridge is not None else "as the other end has"
    remedies = []
    if end.name is not None and not pair.ambiguous:
        step = _set_mtu(in_vnet(context.state, end.jid, "ifconfig", end.name), mtu, end.mtu)
        remedies.append(Remedy.of(f"Give {end.name} MTU {mtu} now", (step,), undo=f"mtu {end.mtu} again"))
    if end.jail is not None and end.jail in context.settings:
        form = ("network", end.jail, "mtu")
        remedies.append(Remedy.of("Set it at every start", why="In its hooks, with the form.", form=form))
    return Finding.of(
        about_pair(pair),
        f"{end.name} in {end.jail} has MTU {end.mtu}, not {mtu} {measure}: what is longer is dropped.",
        [Evidence(show_command(context, shown), f"mtu {shown.mtu}") for shown in (pair.a, end)],
        remedies,
        fields=(("bridge", "mtu"),),
    )


@rule("MEMBER-ADDRESS", "warning", "Member of a bridge with an address")
def member_address(context: Context) -> Iterator[Finding]:
    """An address belongs on the bridge and not on a member (bridge(4)). With net.link.bridge.member_ifaddrs=0, which
    the release notes of 15 call the default, a bridge refuses a member that has an address, and a member refuses an
    address: at boot the `addm` fails, and with it the rest of its line. On 15.1 the value is 1, and the kernel only
    logs a warning; 16 is to behave as with 0. On 13 and 14 it works. Moving the host's own address cuts the session
    that uses it: do it in rc.conf, or at the console.
    """
    # Sources: FREEBSD.md 8.
    allows = dict(context.state.sysctls or ()).get(IFADDRS)
    if allows is None and context.major >= 15:
        return
    for bridge in context.state.bridges:
        for interface in _members(context, bridge):
            if addresses := held(interface):
                yield _addressed(bridge, interface.name, addresses[0], allows)


def _addressed(bridge: Bridge, name: str, address: str, allows: str | None) -> Finding:
    severity: Severity = "note" if allows is None else "error" if allows == "0" else "warning"
    problem = {
        "note": "it belongs on the bridge",
        "warning": "a later release refuses that",
        "error": "with member_ifaddrs=0 it can't join again",
    }[severity]
    why = f"In rc.conf put it into {variable('ifconfig', bridge.name)}, leave `up` in {variable('ifconfig', name)}, "
    why += "and reboot or do the same at the console."
    breaks = f"every session through {address} while it moves"
    return Finding.of(
        about_bridge(bridge),
        f"{name}, a member of {bridge.name}, has the address {address}: {problem}.",
        [
            Evidence(f"ifconfig {name}", f"{inet(address)} {address}"),
            *([] if allows is None else [Evidence(f"sysctl {IFADDRS}", allows)]),
        ],
        [Remedy.of(f"Move {address} to {bridge.name}", why=why, breaks=breaks)],
        severity=severity,
        fields=(("bridge", "members"), ("vlan", "address6" if ":" in address else "address")),
    )


@rule("BRIDGE-PORT", "error", "Member that the VLAN filter lets nothing through")
def bridge_port(context: Context) -> Iterator[Finding]:
    """The bridge filters by VLAN (15), and a member has neither an untagged VLAN nor a tagged one: all of its frames
    are dropped silently. Hooks and tools from before 15 add members without a VLAN. Use `ifconfig BRIDGE ifuntagged
    MEMBER TAG` now, and `addm ${epair}a untagged TAG` in the jail's hooks. defuntagged gives new members a VLAN.
    """
    # Sources: FREEBSD.md 8.
    for bridge in context.state.bridges:
        interface = context.host.get(bridge.name)
        if interface is None or not interface.filtering:
            continue
        passing = {port.name for port in interface.ports if port.untagged is not None or port.tagged}
        for member in _members(context, bridge):
            if member.name not in passing and member.kind in ("ether", "lagg", "epair", "tap", "vlan"):
                shown = f"VLANFILTER; member {member.name} has no untagged and no tagged"
                why = "With the form; in the hooks of its jail, `addm NAME untagged N`."
                form = ("bridge", bridge.name, f"untagged.{member.name}")
                yield Finding.of(
                    about_bridge(bridge),
                    f"{bridge.name} filters by VLAN and drops all frames of {member.name}, which has no VLAN.",
                    [Evidence(f"ifconfig {bridge.name}", shown)],
                    [Remedy.of(f"Set a VLAN for {member.name}", why=why, form=form)],
                )


@rule("BRIDGE-OFFLOAD", "note", "Members of a bridge with different offloads")
def bridge_offload(context: Context) -> Iterator[Finding]:
    """The members differ in what they leave to the hardware: checksums of what they send (TXCSUM), segmentation (TSO),
    joining of what they receive (LRO). This is usual for a NIC beside an epair, and mostly harmless. It is the first
    thing to look at when ping works but DNS or TCP does not: switch the offloads off on the NIC with `ifconfig NIC
    -txcsum -tso -lro`, which takes its link down for a moment (ifconfig(8)).
    """
    # Sources: USERS.md 12.
    for bridge in context.state.bridges:
        known = [interface for interface in _members(context, bridge) if interface.options]
        of_options = {options: OFFLOADS.intersection(options) for options in {member.options for member in known}}
        sets = {member.name: of_options[member.options] for member in known}
        nics = [interface for interface in known if interface.kind in ("ether", "lagg")]
        odd = sorted(frozenset().union(*sets.values()) - frozenset.intersection(*sets.values())) if sets else []
        if not nics or not odd:
            continue
        shown = dict.fromkeys((nics[0].name, next(name for name in sets if odd[0] not in sets[name])))
        yield Finding.of(
            about_bridge(bridge),
            f"The members of {bridge.name} differ in {', '.join(odd)}.",
            [Evidence(f"ifconfig {name}", f"options: {', '.join(sorted(sets[name])) or 'none'}") for name in shown],
            [Remedy.of("Leave it, or switch it off on the NIC", why="Only where ping works and TCP does not.")],
        )


class Flap(NamedTuple):
    """A NIC that restarts with the first or last epair of its bridge, because of these offloads."""

    nic: Interface
    offloads: tuple[str, ...]
    confidence: Confidence


@rule("NIC-FLAP", "note", "NIC that loses its link when jails start and stop")
def nic_flap(context: Context) -> Iterator[Finding]:
    """A bridge disables on its members the offloads that one of them lacks, and restores them when that one leaves. An
    epair lacks some that a NIC has. So em(4) restarts when the first epair joins and when the last one leaves; it has
    no link for 0.1 to 1.2 seconds, and ssh through it stalls or breaks. `ifconfig NIC -txcsum` prevents this on 13.2,
    but not on 15.1.
    """
    # Sources: FREEBSD.md 6.
    for bridge in context.state.bridges:
        for name in bridge.nics if bridge.jails else ():
            if name in context.host and (flap := _flap(context, bridge, context.host[name])):
                yield _flapping(context, bridge, flap)


def loses_link(nic: Interface, major: int) -> bool:
    """Whether the NIC may lose its link with the first or last pair of its bridge: by its options, as `_flap`."""
    return nic.kind == "ether" and (
        not nic.options or {"RXCSUM", *EPAIR_LACKS.get(major, TSO)} & {*nic.options} != set()
    )


def _flap(context: Context, bridge: Bridge, nic: Interface) -> Flap | None:
    """While an epair is in the bridge its missing offloads are off, so that only RXCSUM shows what the NIC can do."""
    if not nic.options or not context.major or not loses_link(nic, context.major):
        return None
    lacking = EPAIR_LACKS.get(context.major, TSO)
    if offloads := tuple(offload for offload in lacking if offload in nic.options):
        return Flap(nic, offloads, "likely")
    with_epair = any(member.kind == "epair" for member in _members(context, bridge))
    off = (context.rcconf or {}).get(variable("ifconfig", nic.name), "").split()
    if with_epair and "RXCSUM" in nic.options and "-txcsum" not in off:
        return Flap(nic, lacking[:1], "guess")
    return None


def _flapping(context: Context, bridge: Bridge, flap: Flap) -> Finding:
    nic = flap.nic
    waiting = Remedy.of("Start and stop jails from the console, or in tmux", why="The link is back within two seconds.")
    return Finding.of(
        about_bridge(bridge),
        f"{nic.name} loses its link for a second when the first jail joins {bridge.name} and when the last one leaves.",
        [
            Evidence(f"ifconfig {nic.name}", f"options: {', '.join(nic.options)}"),
            Evidence(f"ifconfig {bridge.name}", f"an epair has no {', '.join(flap.offloads)}"),
        ],
        [*([_steady(context, nic)] if context.major == 13 else []), waiting],
        confidence=flap.confidence,
    )


def _steady(context: Context, nic: Interface) -> Remedy:
    """The remedy for 13.2: switch off TXCSUM, now and at boot."""
    undo = ("ifconfig", nic.name, "txcsum")
    now = Step(("ifconfig", nic.name, "-txcsum"), "no TXCSUM to be taken away", f"the link of {nic.name}, once", undo)
    rc = rc_of(context)
    name = variable("ifconfig", nic.name)
    line = rc.values.get(name, rc.values.get("ifconfig_DEFAULT", "")) if rc is not None else ""
    boot = tuple(rc.assign(name, f"{line} -txcsum".strip(), "at boot too")) if rc is not None else ()
    plain = all(clause[0].upper() not in ("DHCP", "SYNCDHCP") for clause in clauses(line))
    steps = (now, *boot) if plain and writable(*boot) else (now,)
    breaks = f"the link of {nic.name} for a second, once; its checksums are made by the CPU"
    return Remedy.of(f"Switch off TXCSUM on {nic.name}", steps, breaks=breaks, undo=" ".join(undo))
