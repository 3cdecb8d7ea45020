"""Rules about addresses, routes and interfaces of a jail that differ from its file.

A jail whose hooks were not understood (`View.unread`) is not compared: they may have set what differs.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING

from jailtui.exchange import Step
from jailtui.model.commands import removed, start_step, stop_step
from jailtui.model.interfaces import assigned
from jailtui.net import family, inet, parsed
from jailtui.rules.addresses import address_step, unreachable
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, rule
from jailtui.rules.jailwords import about, address_commands, in_jail, restart, routes, written
from jailtui.rules.running import edit, runs, wires

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.model.state import Interface, Jail
    from jailtui.rules.context import Context
    from jailtui.rules.running import Run, Wire


@rule("DRIFT-ADDRESS", "warning", "Address differs from the file")
def drift_address(context: Context) -> Iterator[Finding]:
    """A running VNET jail has another address than its hooks set, lacks one, or has one that no file sets. jail(8)
    reads jail.conf only when it starts or stops a jail: an edit takes effect at the next start, which also drops what
    was added by ifconfig. Addresses from DHCP or router advertisements and link-local ones are not compared, nor those
    of interfaces to which the hooks give no address. If the jail runs its own /etc/rc, its rc.conf may have set the
    address; then this is likely, not certain. If the file is right, restart the jail; if the jail is right, edit the
    file.
    """
    # Sources: FREEBSD.md 2.2, 2.4.
    for run, wire, interface in wires(context):
        link = wire.link
        held_texts = [str(address) for address in interface.addresses if assigned(address, address.family)]
        if not link.addresses or held_texts == list(link.addresses):
            continue
        wanted = dict.fromkeys(map(_canonical, link.addresses))
        held = dict.fromkeys(map(_canonical, held_texts))
        hosts, any_mask = set(map(bare, held)), {address for address in wanted if "/" not in address}
        missing = [address for address in wanted if address not in held and address not in any_mask & hosts]
        families = {inet(address) for address in wanted}
        families -= {family for family, automatic in (("inet", link.dhcp), ("inet6", link.slaac)) if automatic}
        unnamed = [address for address in held if address not in wanted and bare(address) not in any_mask]
        extra = [address for address in unnamed if inet(address) in families]
        if missing or extra:
            yield _differing(context, run, wire, interface, missing, extra)


def _differing(
    context: Context, run: Run, wire: Wire, interface: Interface, missing: list[str], extra: list[str]
) -> Finding:
    """The finding about an interface that lacks addresses of the file, or has extra ones."""
    jail, name = run.jail, interface.name
    shown = f"inet {', '.join(map(str, interface.addresses))}" if interface.addresses else "no address"
    spots = {_canonical(stated.value): stated.spots for stated in run.cable(wire).addresses}
    evidence = [Evidence(" ".join(run.inside(context.state, name)), shown)]
    for address in missing or wire.link.addresses:
        evidence.append(run.written(spots.get(address, []), f"{name} gets {address}"))
    unwanted, wanted = ", ".join(extra), ", ".join(missing)
    restarts = restart(context, jail, f"{jail.name} starts with the addresses of its file.")
    if missing and extra:
        text, drift = f"{jail.name} has {unwanted} on {name}; its file says {wanted}.", "restart"
        field = wire.field("address6" if inet(missing[0]) == "inet6" else "address")
        remedies = [
            edit(jail, "network", field, f"Writes the address that {jail.name} has now to the file."),
            *restarts,
        ]
    elif missing:
        text, drift = f"{jail.name} lacks {wanted} on {name}, which its file sets.", "live"
        steps = tuple(address_step(context, jail, name, address) for address in missing if "/" in address)
        add = Remedy.of("Add it now", steps, f"{jail.name} has it at once.", undo="remove it again")
        remedies = [*([add] if steps else []), *restarts]
    else:
        text, drift = f"{jail.name} has {unwanted} on {name}, which no file sets: its next start drops it.", "reboot"
        why = f"To keep it, write {unwanted} to a hook of {jail.name} or to the rc.conf inside."
        remedies = [Remedy.of("Write it to a file", why=why), _drop(context, run, name, extra)]
    confidence: Confidence = "likely" if run.view.runs_rc else "certain"
    severity: Severity = "note" if run.view.runs_rc and not missing else "warning"
    return Finding.of(about(jail), text, evidence, remedies, severity=severity, confidence=confidence, drift=drift)


def _drop(context: Context, run: Run, name: str, addresses: Iterable[str]) -> Remedy:
    """The remedy that removes addresses that are not in the file."""
    steps = []
    for address in addresses:
        add, remove = address_commands(run.inside(context.state, name), address)
        steps.append(Step(remove, f"remove {address}", f"what reaches {run.jail.name} by {bare(address)}", add))
    breaks = f"what reaches it by {', '.join(map(bare, addresses))}"
    return Remedy.of("Remove it now", tuple(steps), "As its next start does.", breaks, "add it again")


@rule("DRIFT-ALIAS", "warning", "Address of a jail without vnet differs from the file")
def drift_alias(context: Context) -> Iterator[Finding]:
    """A running jail without vnet has other addresses (ip4.addr and ip6.addr of jls(8)) than its file lists. `jail -m`
    can change the list of a running jail, but only a start by jail(8) adds the alias to the host's interface, and only
    a stop removes it: restart the jail. Host names in the file are not looked up, and with ip_hostname nothing is
    compared.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        jail, params = run.jail, run.settings.params
        if jail.vnet is not False or run.view.vnet or "ip_hostname" in params:
            continue
        wanted = [bare(address) for link in run.view.links for address in link.addresses]
        if len(wanted) != len(params.get("ip4.addr", ())) + len(params.get("ip6.addr", ())) or not wanted:
            continue
        held = [address.address for address in jail.addresses]
        if wanted == held or set(map(_plain, wanted)) == set(map(_plain, held)):
            continue
        name = "ip4.addr" if "ip4.addr" in params else "ip6.addr"
        shown = Evidence(f"jls -j {jail.jid} ip4.addr ip6.addr", ", ".join(held) or "none")
        yield Finding.of(
            about(jail),
            f"{jail.name} has {', '.join(held) or 'no address'}; its file says {', '.join(wanted)}.",
            [shown, written(run.settings, name)],
            [
                edit(jail, "network", "address" if name == "ip4.addr" else "address6"),
                *restart(context, jail, f"{jail.name} starts with the addresses of its file."),
            ],
            drift="restart",
        )


@rule("DRIFT-GATEWAY", "warning", "Default route differs from the file")
def drift_gateway(context: Context) -> Iterator[Finding]:
    """The default route of a VNET jail is not the one that its hooks add, or is missing. It can be set while the jail
    is running, by `route -j` or by the jail's own route(8): `route change` keeps the old route if the new gateway is
    refused. A gateway in no network that the jail has is not set so. It is compared only where the routes inside were
    read, not with DHCP or SLAAC, and only for an address family for which the hooks add a route.
    """
    # Recorded: path/gateway-nobody.
    for run in runs(context):
        if run.jail.gateways is None or run.view.unread or not run.view.gateways or not run.wires:
            continue
        if any(wire.interface is None for wire in run.wires):  # no route without its interface: another rule's
            continue
        for version in (4, 6):
            automatic = any(wire.link.slaac if version == 6 else wire.link.dhcp for wire in run.wires)
            wanted = [router for router in run.view.gateways if family(router) == version]
            held = [router for router in run.jail.gateways if family(router) == version]
            if wanted and not automatic and set(map(_plain, wanted)) != set(map(_plain, held)):
                yield _route(context, run, wanted, held, version)


def _route(context: Context, run: Run, wanted: list[str], held: list[str], version: int) -> Finding:
    jail, now = run.jail, ", ".join(held)
    has = f"its default route through {now}" if held else "no default route"
    stated = next((stated for stated in run.network.gateways if stated.value == wanted[0]), None)
    # netstat shows routes inside where ifconfig shows interfaces (FREEBSD.md 11)
    shown = " ".join(in_jail(context, jail, "netstat", "-rn"))
    words = (*(("-6",) if version == 6 else ()), "default")
    change = in_jail(context, jail, "route", "change" if held else "add", *words)
    back = (*change, held[0]) if held else in_jail(context, jail, "route", "delete", *words)
    breaks = f"what {jail.name} reaches through {now}" if held else "nothing"
    set_it = Step((*change, wanted[0]), f"set {wanted[0]} as its router", breaks if held else "", back)
    undo = f"through {held[0]} again" if held else "route delete removes it"
    now_step = Remedy.of("Set it now", (set_it,), "As its next start does.", breaks, undo)
    fault = unreachable(context, run.settings, wanted[0])
    refused = (fault is not None and not fault.guessed) or not _in_reach(jail, wanted[0])
    return Finding.of(
        about(jail),
        f"{jail.name} has {has}; its file says {', '.join(wanted)}.",
        [
            Evidence(shown, f"default {now}" if held else "no default"),
            run.written(stated.spots if stated is not None else [], f"route add default {wanted[0]}"),
        ],
        [
            *([] if refused else [now_step]),
            edit(jail, "network", "gateway6" if version == 6 else "gateway", ""),
        ],
        confidence="likely" if run.view.runs_rc else "certain",
        drift="live",
        causes=routes(jail, (version,)),
    )


def _in_reach(jail: Jail, router: str) -> bool:
    """Whether the gateway is in a network that the running jail has, or its interface is in the gateway's zone."""
    gateway = parsed(router)
    if gateway is None or gateway.ip.is_link_local:
        return True
    return any(net is not None and gateway.ip in net.network for net in map(parsed, map(str, jail.addresses)))


@rule("DRIFT-INTERFACE", "warning", "Epair differs from the file")
def drift_interface(context: Context) -> Iterator[Finding]:
    """A running VNET jail uses a pair that its file does not name. If the file names another pair, which the jail does
    not have, the file was changed while the jail was running (a changed `$id` is enough): its stop hooks will clean up
    the wrong pair and leave this one behind. Restore the old name in the file until the jail has been stopped, or
    restart the jail and destroy the old pair between stop and start. If the jail has all pairs of its file, this one
    was added by hand, and the next start does not add it.
    """
    # Sources: FREEBSD.md 2.4.
    for run in runs(context):
        if not run.strange or run.view.unread:
            continue
        jail = run.jail
        missing = [wire for wire in run.wires if wire.interface is None and wire.link.pair]
        for number, pair in enumerate(run.strange):
            end = pair.b if pair.b.jid == jail.jid else pair.a
            evidence = [Evidence(" ".join(run.inside(context.state, end.name or "")), f"{end.name} is in {jail.name}")]
            if number < len(missing):
                wire = missing[number]
                text = f"{jail.name} runs with {pair.name}; its file names {wire.link.pair}."
                evidence.append(run.written(run.cable(wire).given_spots, f"vnet.interface is {wire.link.given}"))
                why = f"Restore {pair.name} in its file until it has been stopped."
                back = edit(jail, "network", wire.field("epair"), why)
                remedies, drift = [back, *_afresh(context, run, pair.a.name, pair.ambiguous)], "restart"
            else:
                text = f"{jail.name} has {pair.name}, which no file gives it: its next start does not add it."
                why = f"To keep it, add {end.name} to vnet.interface of {jail.name}."
                remedies, drift = [Remedy.of("Write it to the file", why=why)], "reboot"
            yield Finding.of(about(jail), text, evidence, remedies, owner=pair.manager or "", drift=drift)


def _afresh(context: Context, run: Run, end: str | None, ambiguous: tuple[str, ...]) -> Iterator[Remedy]:
    """The remedy that restarts the jail and destroys the pair that its stop hooks do not name."""
    if end is None or ambiguous:
        return
    why = f"{run.jail.name} starts with the pair of its file, and the old one is destroyed."
    for remedy in restart(context, run.jail, why):
        argv, why = ("ifconfig", end, "destroy"), "its stop hooks do not name it"
        destroy = Step(argv, why, "both its ends", may_fail=True, guard=removed(run.jail))
        stop, start = stop_step(run.jail, context.state), start_step(run.jail, context.state)
        steps = (stop._replace(may_fail=True), destroy, start)
        yield remedy._replace(task=remedy.task._replace(steps=steps, undo=""), force="forced")


def bare(address: str) -> str:
    return address.partition("/")[0]


def _canonical(text: str) -> str:
    """An address in its usual spelling, without a prefix where it has none."""
    try:
        return ip_interface(text).with_prefixlen if "/" in text else str(ip_address(text))
    except ValueError:
        return text


def _plain(text: str) -> str:
    """A gateway's address without a zone."""
    return _canonical(bare(text).partition("%")[0])
