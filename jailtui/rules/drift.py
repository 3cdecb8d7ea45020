"""Rules about a jail's addresses, routes and interfaces that are otherwise than its file says.

Nothing is said of a jail whose hooks were not understood (`View.unread`): what differs may be their work.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING

from jailtui.exchange import Step
from jailtui.model.interfaces import assigned
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, rule
from jailtui.rules.jailwords import about, manager, restart, routes
from jailtui.rules.running import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.model.state import Interface
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
    for run in runs(context):
        if not run.view.unread:
            for wire in run.wires:
                if wire.interface is not None and wire.link.addresses:
                    yield from _addresses(context, run, wire, wire.interface)


def _addresses(context: Context, run: Run, wire: Wire, interface: Interface) -> Iterator[Finding]:
    link = wire.link
    has = [str(address) for address in interface.addresses if assigned(address, address.family)]
    if has == list(link.addresses):
        return
    wanted = dict.fromkeys(map(_canonical, link.addresses))
    held = dict.fromkeys(map(_canonical, has))
    missing = [one for one in wanted if one not in held and ("/" in one or one not in map(_bare, held))]
    asked = {_bare(one) for one in wanted if "/" not in one}
    ruled = {":" in one for one in wanted} - ({False} if link.dhcp else set()) - ({True} if link.slaac else set())
    extra = [one for one in held if one not in wanted and _bare(one) not in asked and (":" in one) in ruled]
    if missing or extra:
        yield _differing(context, run, wire, interface, missing, extra)


def _differing(
    context: Context, run: Run, wire: Wire, interface: Interface, missing: list[str], extra: list[str]
) -> Finding:
    """The finding of one interface, by which side lacks what."""
    jail, name = run.jail, interface.name
    shown = f"inet {', '.join(map(str, interface.addresses))}" if interface.addresses else "no address"
    evidence = [Evidence(" ".join(run.inside(context.state, name)), shown)]
    said = {_canonical(stated.value): stated.spots for stated in run.cable(wire).addresses}
    evidence += [run.written(said.get(one, []), f"{name} gets {one}") for one in missing or wire.link.addresses]
    ours, theirs = ", ".join(extra), ", ".join(missing)
    edit = Remedy.of(f"Edit {jail.name}", why=f"Writes the address that {jail.name} has now to the file.")
    form = edit._replace(form=("network", jail.key, wire.field(_address_field((missing or extra)[0]))))
    again = restart(jail, f"{jail.name} starts with the addresses of its file.")
    if missing and extra:
        text, drift = f"{jail.name} has {ours} on {name}; its file says {theirs}.", "restart"
        remedies: tuple[Remedy, ...] = (form, *again)
    elif missing:
        text, drift = f"{jail.name} lacks {theirs} on {name}, which its file sets.", "live"
        remedies = (*([_add(context, run, name, missing)] if any("/" in one for one in missing) else []), *again)
    else:
        text, drift = f"{jail.name} has {ours} on {name}, which no file sets: its next start drops it.", "reboot"
        why = f"To keep it, write {ours} to a hook of {jail.name} or to the rc.conf inside."
        remedies = (Remedy.of("Write it to a file", why=why), _drop(context, run, name, extra))
    likely: Confidence = "likely" if run.view.runs_rc else "certain"
    severity: Severity = "note" if run.view.runs_rc and not missing else "warning"
    owner = manager(context, jail)
    return Finding(
        "DRIFT-ADDRESS", severity, about(jail), text, tuple(evidence), likely, owner, remedies, drift
    )  # fmt: skip


def _add(context: Context, run: Run, name: str, addresses: Iterable[str]) -> Remedy:
    """Give the running jail what it lacks."""
    steps = tuple(
        Step(
            run.inside(context.state, name, _family(one), one, "alias"),
            f"the address {one}",
            undo=run.inside(context.state, name, _family(one), _bare(one), "-alias"),
        )
        for one in addresses
        if "/" in one
    )
    return Remedy.of("Add it now", steps, f"{run.jail.name} has it at once.", undo="remove it again")


def _drop(context: Context, run: Run, name: str, addresses: Iterable[str]) -> Remedy:
    """Take away what the file does not know."""
    steps = tuple(
        Step(
            run.inside(context.state, name, _family(one), _bare(one), "-alias"),
            f"remove {one}",
            f"what reaches {run.jail.name} by {_bare(one)}",
            run.inside(context.state, name, _family(one), one, "alias"),
        )
        for one in addresses
    )
    gone = ", ".join(map(_bare, addresses))
    return Remedy.of("Remove it now", steps, "As its next start does.", f"what reaches it by {gone}", "add it again")


@rule("DRIFT-ALIAS", "warning", "Address of a jail without vnet differs from the file")
def drift_alias(context: Context) -> Iterator[Finding]:
    """A running jail without vnet has other addresses (ip4.addr and ip6.addr of jls(8)) than its file lists. `jail -m`
    can change the list of a running jail, but only a start by jail(8) adds the alias to the host's interface, and only
    a stop removes it: restart the jail. Host names in the file are not looked up, and with ip_hostname nothing is
    compared.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        params = run.settings.params
        if run.jail.vnet is not False or run.view.vnet or "ip_hostname" in params:
            continue
        said = [one for link in run.view.links for one in link.addresses]
        if len(said) != len(params.get("ip4.addr", ())) + len(params.get("ip6.addr", ())) or not said:
            continue
        wanted, held = [_bare(one) for one in said], [address.address for address in run.jail.addresses]
        if wanted == held or set(map(_plain, wanted)) == set(map(_plain, held)):
            continue
        jail = run.jail
        text = f"{jail.name} has {', '.join(held) or 'no address'}; its file says {', '.join(wanted)}."
        name = "ip4.addr" if "ip4.addr" in params else "ip6.addr"
        field = "address" if name == "ip4.addr" else "address6"
        file, line = run.settings.place(name)
        evidence = (
            Evidence(f"jls -j {jail.jid} ip4.addr ip6.addr", ", ".join(held) or "none"),
            Evidence(f"{file}:{line}", f"{name} = {', '.join(params[name])}"),
        )
        remedies = (
            Remedy.of(
                f"Edit {jail.name}", why="Writes the current value to the file.", form=("network", jail.key, field)
            ),
            *restart(jail, f"{jail.name} starts with the addresses of its file."),
        )
        yield Finding(
            "DRIFT-ALIAS", "warning", about(jail), text, evidence,
            owner=manager(context, jail), remedies=remedies, drift="restart",
        )  # fmt: skip


@rule("DRIFT-GATEWAY", "warning", "Default route differs from the file")
def drift_gateway(context: Context) -> Iterator[Finding]:
    """The default route of a VNET jail is not the one that its hooks add, or is missing. It can be set while the jail
    is running, by `route -j` or by the jail's own route(8). It is compared only where the routes inside were read, not
    with DHCP or SLAAC, and only for an address family for which the hooks add a route.
    """
    for run in runs(context):
        if run.jail.gateways is None or run.view.unread or not run.view.gateways or not run.wires:
            continue
        if any(wire.interface is None for wire in run.wires):  # no route without its interface: another rule's
            continue
        for six in (False, True):
            automatic = any(wire.link.slaac if six else wire.link.dhcp for wire in run.wires)
            wanted = [one for one in run.view.gateways if (":" in one) == six]
            held = [one for one in run.jail.gateways if (":" in one) == six]
            if wanted and not automatic and {_plain(one) for one in wanted} != {_plain(one) for one in held}:
                yield _route(context, run, wanted, held, six)


def _route(context: Context, run: Run, wanted: list[str], held: list[str], six: bool) -> Finding:
    jail, jid = run.jail, str(run.jail.jid)
    host = context.state.facts.can("ifconfig -j")  # route and netstat have it where ifconfig has (FREEBSD.md 11)
    route = ("route", "-j", jid) if host else ("jexec", jid, "route")
    listed = f"netstat -j {jid} -rn" if host else f"jexec {jid} netstat -rn"
    now = ", ".join(held)
    text = f"{jail.name} has {f'its default route through {now}' if held else 'no default route'}; "
    text += f"its file says {', '.join(wanted)}."
    stated = next((stated for stated in run.network.gateways if stated.value == wanted[0]), None)
    evidence = (
        Evidence(listed, f"default {now}" if held else "no default"),
        run.written(stated.spots if stated is not None else [], f"route add default {wanted[0]}"),
    )
    family = ("-6",) if six else ()
    delete = Step(
        (*route, "delete", *family, "default"), f"remove the route through {now}", f"what {jail.name} reaches"
    )
    add = Step((*route, "add", *family, "default", wanted[0]), f"set {wanted[0]} as its router")
    breaks = "what uses the old route" if held else "nothing"
    live = Remedy.of("Set it now", (delete, add) if held else (add,), "As its next start does.", breaks)
    edit = Remedy.of(f"Edit {jail.name}", form=("network", jail.key, "gateway6" if six else "gateway"))
    likely: Confidence = "likely" if run.view.runs_rc else "certain"
    return Finding(
        "DRIFT-GATEWAY", "warning", about(jail), text, evidence, likely,
        owner=manager(context, jail), remedies=(live, edit), drift="live",
        causes=routes(jail, (6 if six else 4,)),
    )  # fmt: skip


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
        missing = [wire for wire in run.wires if wire.interface is None and wire.link.pair]
        for number, pair in enumerate(run.strange):
            jail, end = run.jail, pair.b if pair.b.jid == run.jail.jid else pair.a
            evidence = [Evidence(" ".join(run.inside(context.state, end.name or "")), f"{end.name} is in {jail.name}")]
            owner = pair.manager or manager(context, jail)
            if number >= len(missing):
                text = f"{jail.name} has {pair.name}, which no file gives it: its next start does not add it."
                note = Remedy.of(
                    "Write it to the file", why=f"To keep it, add {end.name} to vnet.interface of {jail.name}."
                )
                finding = Finding("DRIFT-INTERFACE", "warning", about(jail), text, tuple(evidence), owner=owner)
                yield finding._replace(remedies=(note,), drift="reboot")
                continue
            wire = missing[number]
            text = f"{jail.name} runs with {pair.name}; its file names {wire.link.pair}."
            evidence.append(run.written(run.cable(wire).given_spots, f"vnet.interface is {wire.link.given}"))
            key = ("network", jail.key, wire.field("epair"))
            back = Remedy.of(
                f"Edit {jail.name}", why=f"Restore {pair.name} in its file until it has been stopped.", form=key
            )
            finding = Finding("DRIFT-INTERFACE", "warning", about(jail), text, tuple(evidence), owner=owner)
            yield finding._replace(remedies=(back, *_afresh(run, pair.a.name, pair.ambiguous)), drift="restart")


def _afresh(run: Run, end: str | None, ambiguous: tuple[str, ...]) -> Iterator[Remedy]:
    """A restart that destroys the pair that the stop does not know."""
    if end is None or ambiguous:
        return
    why = f"{run.jail.name} starts with the pair of its file, and the old one is destroyed."
    for remedy in restart(run.jail, why):
        destroy = Step(("ifconfig", end, "destroy"), "its stop hooks do not name it", "both its ends", may_fail=True)
        first, *rest = remedy.task.steps
        yield remedy._replace(task=remedy.task._replace(steps=(first, destroy, *rest), undo=""), force="forced")


def _family(address: str) -> str:
    return "inet6" if ":" in address else "inet"


def _address_field(address: str) -> str:
    return "address6" if ":" in address else "address"


def _bare(address: str) -> str:
    return address.partition("/")[0]


def _canonical(text: str) -> str:
    """An address in its usual spelling, without a prefix where it has none."""
    try:
        return ip_interface(text).with_prefixlen if "/" in text else str(ip_address(text))
    except ValueError:
        return text


def _plain(text: str) -> str:
    """A gateway's address, a zone left out."""
    return _canonical(_bare(text).partition("%")[0])
