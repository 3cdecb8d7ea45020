"""Rules about the members of a bridge: MTU, addresses, VLANs, offloads (FREEBSD.md 6 and 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.rcconf import clauses, variable
from jailtui.config.syntax import key
from jailtui.exchange import Argv, Step
from jailtui.model.state import Bridge, End, Epair, Interface, Where
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.interfaces import links
from jailtui.rules.jailwords import manager, written
from jailtui.rules.segments import held, managers, rc_of, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link
    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

IFADDRS = "net.link.bridge.member_ifaddrs"
OFFLOADS = ("TXCSUM", "TXCSUM_IPV6", "TSO4", "TSO6", "LRO")
"""What a sender leaves to the hardware; a member behind it without the same passes on what nobody finished."""
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
        members = [context.host[name] for name in bridge.members if name in context.host]
        if others := [
            interface for interface in members if interface.mtu and bridge.mtu and interface.mtu != bridge.mtu
        ]:
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


def _members_differ(context: Context, bridge: Bridge, others: list[Interface]) -> Finding:
    told = ", ".join(f"{interface.name} {interface.mtu}" for interface in others[:SHOWN])
    steps: tuple[Step, ...] = ()
    if context.major == 13 and not any(interface.kind == "vlan" for interface in others):
        steps = tuple(_set_mtu(("ifconfig", interface.name), bridge.mtu, interface.mtu) for interface in others)
    live = Remedy.of(f"Give them MTU {bridge.mtu}", steps, "A bridge and its members have one MTU.", undo="the old MTU")
    form = Remedy.of("Set the MTU of the bridge", why="Its members get it too.", form=("bridge", bridge.name, "mtu"))
    return Finding(
        "MTU-MISMATCH",
        "warning",
        Subject("bridge", bridge.name, bridge.name),
        f"{bridge.name} has MTU {bridge.mtu}, its members another: {told}.",
        (
            Evidence(f"ifconfig {bridge.name}", f"mtu {bridge.mtu}"),
            *(Evidence(f"ifconfig {interface.name}", f"mtu {interface.mtu}") for interface in others[:SHOWN]),
        ),
        owner=managers(context, bridge.name),
        remedies=(live, form) if steps else (form,),
    )


USUAL_MTU = 1500


def _will_differ(context: Context, jail: JailSettings, number: int, link: Link, bridge: Bridge) -> Iterator[Finding]:
    """A jail at rest whose pair would not have its bridge's MTU; an empty bridge takes that of the first member."""
    mtu = link.mtu or USUAL_MTU
    members = (use for name in bridge.members for use in context.usage.users("name", name) if use.by == "kernel")
    if not link.pair or bridge.mtu in (0, mtu) or not any(use.owner != jail.name for use in members):
        return
    if context.major == 13:
        text = f"{jail.name} can't start: {bridge.name} has MTU {bridge.mtu} and refuses a member with {mtu}."
    else:
        text = (
            f"{jail.name} will have MTU {mtu} behind {bridge.name}, which has {bridge.mtu}: what is longer is dropped."
        )
    yield Finding(
        "MTU-MISMATCH",
        "error" if context.major == 13 else "warning",
        Subject("jail", jail.name, jail.name),
        text,
        (Evidence(f"ifconfig {bridge.name}", f"mtu {bridge.mtu}"), written(jail, "exec.prestart", str(link.mtu or ""))),
        "likely" if jail.view.unread else "certain",
        manager(context, jail),
        (Remedy.of(f"Give it MTU {bridge.mtu}", form=("network", jail.name, key(number, "mtu"))),),
    )


def _set_mtu(tool: Argv, wanted: int, had: int) -> Step:
    return Step((*tool, "mtu", str(wanted)), f"MTU {wanted}", undo=(*tool, "mtu", str(had)))


def _ends_differ(context: Context, pair: Epair) -> Finding:
    """The end in the jail differs: the one on the host has its bridge's MTU, or is in none."""
    bridge = context.bridges.get(pair.a.bridge or "")
    measure = f"as {bridge.name} has" if bridge is not None else "the other end"
    return Finding(
        "MTU-MISMATCH",
        "warning",
        Subject("epair", pair.key, pair.name),
        f"{pair.b.name} in {pair.b.jail} has MTU {pair.b.mtu}, not {pair.a.mtu} {measure}: what is longer is dropped.",
        tuple(Evidence(_asked(context, end), f"mtu {end.mtu}") for end in (pair.a, pair.b)),
        owner=pair.manager or "",
        remedies=_even(context, pair),
        fields=(("bridge", "mtu"),),
    )


def _asked(context: Context, end: End) -> str:
    if end.jid is None:
        return f"ifconfig {end.name}"
    option = context.state.facts.can("ifconfig -j")
    return f"ifconfig -j {end.jid} {end.name}" if option else f"jexec {end.jid} ifconfig {end.name}"


def _even(context: Context, pair: Epair) -> tuple[Remedy, ...]:
    """A step now, where the name is nobody else's, and the form for every start."""
    end, mtu = pair.b, pair.a.mtu
    form: tuple[Remedy, ...] = ()
    if end.jail is not None and end.jail in context.settings:
        form = (
            Remedy.of("Set it at every start", why="In its hooks, by the form.", form=("network", end.jail, "mtu")),
        )
    if end.name is None or pair.ambiguous:
        return form
    looks_inside = context.state.facts.can("ifconfig -j")
    tool: Argv = ("ifconfig", "-j", str(end.jid)) if looks_inside else ("jexec", str(end.jid), "ifconfig")
    step = _set_mtu((*tool, end.name), mtu, end.mtu)
    return (Remedy.of(f"Give {end.name} MTU {mtu} now", (step,), undo=f"mtu {end.mtu} again"), *form)


@rule("MEMBER-ADDRESS", "warning", "Member of a bridge with an address")
def member_address(context: Context) -> Iterator[Finding]:
    """An address belongs on the bridge and not on a member (bridge(4)). With net.link.bridge.member_ifaddrs=0, which
    the release notes of 15 call the default, a bridge refuses a member that has an address, and a member refuses an
    address: at boot the `addm` fails, and with it the rest of its line. On 15.1 the value is 1, and the kernel only
    logs a warning; 16 is to behave as with 0. On 13 and 14 it works. Moving the host's own address cuts the session
    that uses it: do it in rc.conf, or at the console.
    """
    # Sources: FREEBSD.md 8.
    told = dict(context.state.sysctls or ()).get(IFADDRS)
    if told is None and context.major >= 15:
        return
    for bridge in context.state.bridges:
        for name in bridge.members:
            interface = context.host.get(name)
            if interface is not None and (addresses := held(interface)):
                yield _addressed(context, bridge, name, addresses[0], told)


def _addressed(context: Context, bridge: Bridge, name: str, address: str, told: str | None) -> Finding:
    severity: Severity = "note" if told is None else "error" if told == "0" else "warning"
    what = {
        "note": "it belongs on the bridge",
        "warning": "a later release refuses that",
        "error": "with member_ifaddrs=0 it can't join again",
    }[severity]
    sysctl = () if told is None else (Evidence(f"sysctl {IFADDRS}", told),)
    return Finding(
        "MEMBER-ADDRESS",
        severity,
        Subject("bridge", bridge.name, bridge.name),
        f"{name}, a member of {bridge.name}, has the address {address}: {what}.",
        (Evidence(f"ifconfig {name}", f"inet {address}" if ":" not in address else f"inet6 {address}"), *sysctl),
        owner=managers(context, bridge.name),
        remedies=(
            Remedy.of(
                f"Move {address} to {bridge.name}",
                why=f"In rc.conf put it into {variable('ifconfig', bridge.name)}, leave `up` in "
                f"{variable('ifconfig', name)}, and reboot or do the same at the console.",
                breaks=f"every session through {address} while it moves",
            ),
        ),
        fields=(("bridge", "members"), ("vlan", "address6" if ":" in address else "address")),
    )


@rule("BRIDGE-PORT", "error", "Member that the VLAN filter lets nothing through")
def bridge_port(context: Context) -> Iterator[Finding]:
    """The bridge filters by VLAN (15), and a member has neither an untagged VLAN nor a tagged one: all of its frames
    are dropped silently. Hooks and tools from before 15 add members without a VLAN. Use `ifconfig bridge0 ifuntagged
    epair7a 10` now, and `addm epair7a untagged 10` in the jail's hooks. defuntagged gives new members a VLAN.
    """
    # Sources: FREEBSD.md 8.
    for bridge in context.state.bridges:
        interface = context.host.get(bridge.name)
        if interface is None or not interface.filtering:
            continue
        passing = {port.name for port in interface.ports if port.untagged is not None or port.tagged}
        for name in bridge.members:
            there = context.host.get(name)
            if name not in passing and there is not None and there.kind in ("ether", "lagg", "epair", "tap", "vlan"):
                yield _closed(context, bridge, name)


def _closed(context: Context, bridge: Bridge, name: str) -> Finding:
    return Finding(
        "BRIDGE-PORT",
        "error",
        Subject("bridge", bridge.name, bridge.name),
        f"{bridge.name} filters by VLAN and drops all of {name}, for which no VLAN is named.",
        (Evidence(f"ifconfig {bridge.name}", f"VLANFILTER; member {name} has no untagged and no tagged"),),
        owner=managers(context, bridge.name),
        remedies=(
            Remedy.of(
                f"Name a VLAN for {name}",
                why="By the form; in the hooks of its jail, `addm NAME untagged N`.",
                form=("bridge", bridge.name, f"untagged.{name}"),
            ),
        ),
    )


@rule("BRIDGE-OFFLOAD", "note", "Members of a bridge with different offloads")
def bridge_offload(context: Context) -> Iterator[Finding]:
    """The members differ in what they leave to the hardware: checksums of what they send (TXCSUM), segmentation (TSO),
    joining of what they receive (LRO). This is usual for a NIC beside an epair, and mostly harmless. It is the first
    thing to look at when ping works but DNS or TCP does not: switch the offloads off on the NIC with `ifconfig em0
    -txcsum -tso -lro`, which takes its link down for a moment (ifconfig(8)).
    """
    # Sources: USERS.md 12.
    for bridge in context.state.bridges:
        members = [context.host[name] for name in bridge.members if name in context.host]
        known = [interface for interface in members if interface.options]
        sets = {interface.name: frozenset(OFFLOADS) & frozenset(interface.options) for interface in known}
        nics = [interface for interface in known if interface.kind in ("ether", "lagg")]
        odd = sorted(frozenset().union(*sets.values()) - frozenset.intersection(*sets.values())) if sets else []
        if not nics or not odd:
            continue
        shown = dict.fromkeys((nics[0].name, next(name for name in sets if odd[0] not in sets[name])))
        yield Finding(
            "BRIDGE-OFFLOAD",
            "note",
            Subject("bridge", bridge.name, bridge.name),
            f"The members of {bridge.name} differ in {', '.join(odd)}.",
            tuple(
                Evidence(f"ifconfig {name}", f"options: {', '.join(sorted(sets[name])) or 'none'}") for name in shown
            ),
            owner=managers(context, bridge.name),
            remedies=(
                Remedy.of("Leave it, or switch it off on the NIC", why="Only where ping works and TCP does not."),
            ),
        )


class Flap(NamedTuple):
    """A NIC that starts anew with the first or last epair of its bridge, by these offloads."""

    nic: Interface
    offloads: tuple[str, ...]
    confidence: Confidence


@rule("NIC-FLAP", "note", "NIC that loses its link when jails start and stop")
def nic_flap(context: Context) -> Iterator[Finding]:
    """A bridge disables on its members the offloads that one of them lacks, and restores them when that one leaves. An
    epair lacks some that a NIC has. So em(4) restarts when the first epair joins and when the last one leaves; it has
    no link for 0.1 to 1.2 seconds, and ssh through it stalls or breaks. `ifconfig em0 -txcsum` prevents this on 13.2,
    but not on 15.1.
    """
    # Sources: FREEBSD.md 6.
    for bridge in context.state.bridges:
        if bridge.jails:
            for name in bridge.nics:
                if name in context.host and (flap := _flap(context, bridge, context.host[name])):
                    yield _flapping(context, bridge, flap)


def _flap(context: Context, bridge: Bridge, nic: Interface) -> Flap | None:
    """While an epair is in the bridge what it lacks is off, so that only the other offloads tell of the hardware."""
    if nic.kind != "ether" or not nic.options or not context.major:
        return None
    lacking = EPAIR_LACKS.get(context.major, TSO)
    with_epair = any(name in context.host and context.host[name].kind == "epair" for name in bridge.members)
    has = tuple(one for one in lacking if one in nic.options)
    if has:
        return Flap(nic, has, "likely")
    off = (context.rcconf or {}).get(variable("ifconfig", nic.name), "").split()
    if with_epair and "RXCSUM" in nic.options and "-txcsum" not in off:
        return Flap(nic, lacking[:1], "guess")
    return None


def _flapping(context: Context, bridge: Bridge, flap: Flap) -> Finding:
    nic, major = flap.nic, context.major
    waiting = Remedy.of("Start and stop jails from the console, or in tmux", why="The link is back within two seconds.")
    return Finding(
        "NIC-FLAP",
        "note",
        Subject("bridge", bridge.name, bridge.name),
        f"{nic.name} loses its link for a second when the first jail joins {bridge.name} and when the last one leaves.",
        (
            Evidence(f"ifconfig {nic.name}", f"options: {', '.join(nic.options)}"),
            Evidence(f"ifconfig {bridge.name}", f"an epair has no {', '.join(flap.offloads)}"),
        ),
        flap.confidence,
        managers(context, bridge.name),
        (*(_steady(context, nic) if major == 13 else ()), waiting),
    )


def _steady(context: Context, nic: Interface) -> Iterator[Remedy]:
    """13.2: without TXCSUM there is nothing to take away; now and at boot."""
    undo = ("ifconfig", nic.name, "txcsum")
    now = Step(("ifconfig", nic.name, "-txcsum"), "no TXCSUM to be taken away", f"the link of {nic.name}, once", undo)
    rc = rc_of(context)
    told = variable("ifconfig", nic.name)
    line = rc.values.get(told, rc.values.get("ifconfig_DEFAULT", "")) if rc is not None else ""
    boot = tuple(rc.assign(told, f"{line} -txcsum".strip(), "at boot too")) if rc is not None else ()
    plain = all(clause[0].upper() not in ("DHCP", "SYNCDHCP") for clause in clauses(line))
    steps = (now, *boot) if plain and writable(*boot) else (now,)
    breaks = f"the link of {nic.name} for a second, once; its checksums are made by the CPU"
    yield Remedy.of(f"Switch TXCSUM of {nic.name} off", steps, breaks=breaks, undo=" ".join(undo))
