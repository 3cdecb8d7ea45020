"""Faults of the interfaces and routes in the jail, found without a packet: rows 8 to 11, 19 and 23 of NOTES-2 b."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Step, shell_line
from jailtui.model.tunnels import is_tunnel
from jailtui.pathcheck.answers import no_route
from jailtui.pathcheck.hops import PathFault
from jailtui.pathcheck.line import WIRED, covers, same
from jailtui.pathcheck.outside import cures, flags, shown
from jailtui.rules.finding import Evidence, Finding, Remedy
from jailtui.rules.jailwords import in_vnet

if TYPE_CHECKING:
    from jailtui.model.state import Address, Interface
    from jailtui.pathcheck.hops import Question, Reply, Verdict
    from jailtui.pathcheck.line import PathLine


def in_jail(line: PathLine, *words: str) -> Argv:
    return in_vnet(line.state, line.jail.jid, words[0], *words[1:])


def printed(line: PathLine, interface: Interface, text: str) -> Evidence:
    """What ifconfig prints about an interface in the jail."""
    return Evidence(shell_line(in_jail(line, "ifconfig", interface.name)), text)


def setting(line: PathLine, label: str, on: Argv, off: Argv) -> Remedy:
    """A remedy by one command in the jail."""
    undo = in_jail(line, *off)
    return Remedy.of(label, (Step(in_jail(line, *on), undo=undo),), undo=shell_line(undo))


def settings(line: PathLine, family: str, findings: Sequence[Finding], gateway: str) -> Iterator[PathFault]:
    """Rows 8 to 10 and 23: whether the interface in the jail is up and has an address of the gateway's net."""
    inner, jail = line.inner, line.jail
    if inner is None or jail.jid is None:
        return
    name = inner.name
    if not inner.up:
        remedy = setting(line, f"Set {name} up", ("ifconfig", name, "up"), ("ifconfig", name, "down"))
        text = f"{name}, the {'tunnel' if is_tunnel(inner) else 'end'} in {jail.name}, is down."
        yield PathFault.of("settings", "b-down", jail, text, [printed(line, inner, flags(inner))], [remedy])
    if inner.kind in ("ether", "lagg") and inner.up and inner.status == "no carrier":
        text = f"{name} has no carrier: its cable or the switch's port is off."
        yield PathFault.of("settings", "nic-no-carrier", jail, text, [printed(line, inner, "status: no carrier")])
    if family == "inet":
        yield from _address(line, inner, findings, gateway)
    else:
        yield from _address6(line, inner, findings)
    if "NOARP" in inner.flags and family == "inet" and inner.kind in WIRED:
        remedy = setting(line, f"Switch ARP on for {name}", ("ifconfig", name, "arp"), ("ifconfig", name, "-arp"))
        text = f"{name} has ARP switched off: it finds no neighbour."
        yield PathFault.of("settings", "arp-off", jail, text, [printed(line, inner, flags(inner))], [remedy])
    yield from _loopback(line)


def _loopback(line: PathLine) -> Iterator[PathFault]:
    """Row 10: a loopback that was configured and is down. One without an address was never up, and is not missed."""
    lo0 = line.loopback
    if lo0 is not None and not lo0.up and lo0.addresses:
        remedy = setting(line, f"Set {lo0.name} up", ("ifconfig", lo0.name, "up"), ("ifconfig", lo0.name, "down"))
        text = f"{lo0.name} is down: {line.jail.name} reaches others, but not its own addresses."
        evidence = [printed(line, lo0, flags(lo0))]
        yield PathFault.of("settings", "lo0-down", line.jail, text, evidence, [remedy], cuts=False)


def _address(line: PathLine, inner: Interface, findings: Sequence[Finding], gateway: str) -> Iterator[PathFault]:
    """Row 9. An address is judged only where no default route shows that it is in the gateway's net."""
    jail, own = line.jail, line.own("inet")
    cured = cures(findings, ("DRIFT-ADDRESS", "ADDR-NONE", "ADDR-GATEWAY"), jail.key)
    form = Remedy.of(f"Set the address of {jail.name}", form=("network", jail.name, "address"))
    if not own:
        leased = line.link is not None and line.link.dhcp
        text = f"{inner.name} has no IPv4 address{': DHCP has given it none' if leased else ''}."
        evidence = [printed(line, inner, "no inet line")]
        yield PathFault.of("settings", "no-address", jail, text, evidence, (*cured, form))
    elif not gateway and (misfit := _misfit(line, own)) is not None:
        word, other, source = misfit
        text = f"{own[0]} on {inner.name} is not in the net of {other}."
        evidence = [printed(line, inner, f"inet {own[0]}"), source]
        yield PathFault.of("settings", word, jail, text, evidence, (*cured, form))


def _misfit(line: PathLine, own: Sequence[Address]) -> tuple[Verdict, str, Evidence] | None:
    """How the addresses miss the net of the gateway as configured, or else of the host's address on this segment."""
    configured = line.jail.configured
    gateways = [each for each in (configured.view.gateways if configured else ()) if ":" not in each]
    wanted = [each for each in (line.link.addresses if line.link else ()) if ":" not in each]
    for gateway in gateways:
        if any(covers(each, gateway) for each in own):
            return None
        source = Evidence(configured.file if configured else "", f"default route {gateway}")
        plain = [text.partition("/")[0] for text in wanted]
        if not plain or any(each.address in plain for each in own):
            as_written = any(str(each) in wanted for each in own)
            return None if as_written else ("wrong-mask", gateway, source)
        return ("wrong-net", gateway, source)
    for place, near in line.near("inet") if not gateways else ():
        if any(covers(each, near.address) for each in own):
            return None
        word = "wrong-mask" if any(covers(near, each.address) for each in own) else "wrong-net"
        return (word, str(near), shown(place, f"inet {near}"))
    return None


def _address6(line: PathLine, inner: Interface, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """Row 23: no IPv6 at all, or only a link-local address."""
    if line.own("inet6"):
        return
    local = [each for each in inner.addresses if each.family == "inet6"]
    form = Remedy.of(f"Set the IPv6 address of {line.jail.name}", form=("network", line.jail.name, "address6"))
    remedies = (*cures(findings, ("DRIFT-ADDRESS",), line.jail.key), form)
    if local:
        text = f"{inner.name} has only a link-local IPv6 address."
        evidence = [printed(line, inner, f"inet6 {local[0]}")]
        yield PathFault.of("settings", "ipv6-only-linklocal", line.jail, text, evidence, remedies)
    else:
        text = f"{inner.name} has no IPv6 address: IPv6 is disabled on it."
        evidence = [printed(line, inner, "no inet6 line")]
        yield PathFault.of("settings", "ipv6-disabled", line.jail, text, evidence, remedies)


def route(
    line: PathLine, family: str, findings: Sequence[Finding], asked: Question, answer: Reply, leads: str
) -> Iterator[PathFault]:
    """Row 11: whether there is a default route. `leads` is its gateway; of one without, as a VPN's, its interface."""
    jail = line.jail
    if leads or not no_route(answer):
        return
    configured = jail.configured.view.gateways if jail.configured else ()
    wanted = next((each for each in configured if (":" in each) is (family == "inet6")), "")
    remedies = list(cures(findings, ("DRIFT-GATEWAY", "ADDR-NO-ROUTE", "ADDR-GATEWAY"), jail.key))
    inside = bool(wanted) and any(covers(each, wanted) for each in line.own(family))
    if inside and not remedies:
        option = () if family == "inet" else ("-6",)
        on, off = ("route", *option, "add", "default", wanted), ("route", *option, "delete", "default")
        remedies.append(setting(line, f"Add the default route {wanted}", on, off))
    evidence = [Evidence(asked.line, answer.last)]
    if wanted and not inside and line.own(family):
        evidence.append(Evidence(jail.configured.file if jail.configured else "", f"default route {wanted}"))
        text = f"{jail.name} has no default route: {wanted}, its gateway in the file, is in none of its networks."
        yield PathFault.of("default route", "gateway-not-in-net", jail, text, evidence, remedies)
        return
    text = f"{jail.name} has no default route{' for IPv6' if family == 'inet6' else ''}."
    form = Remedy.of(f"Set the gateway of {jail.name}", form=("network", jail.name, "gateway"))
    word = "no-default-route" if family == "inet" else "ipv6-no-route"
    yield PathFault.of("default route", word, jail, text, evidence, (*remedies, form))


def packet_size(line: PathLine) -> Iterator[PathFault]:
    """Row 19, without a packet: the MTU of the end in the jail beside that of what it is behind."""
    inner = line.inner
    behind = [each for each in (line.bridge, *line.out) if each is not None and each.mtu] or (
        [line.outer] if line.outer is not None and line.outer.mtu else []
    )
    if inner is None or not inner.mtu or not behind:
        return
    least = min(behind, key=lambda each: each.mtu)
    if inner.mtu == least.mtu:
        return
    larger = inner.mtu > least.mtu
    ordinary = larger and inner.mtu <= ORDINARY
    word = f"mtu-bridge-{least.mtu}" if ordinary else f"mtu-b-{inner.mtu}"
    change = ("ifconfig", inner.name, "mtu", str(least.mtu))
    remedy = setting(line, f"Give {inner.name} MTU {least.mtu}", change, (*change[:3], str(inner.mtu)))
    text = f"{inner.name} has MTU {inner.mtu}, {least.name} has {least.mtu}: "
    text += "longer packets are lost." if larger else "others send longer packets than it takes."
    evidence = [printed(line, inner, f"mtu {inner.mtu}"), shown(least, f"mtu {least.mtu}")]
    yield PathFault.of("packet size", word, line.jail, text, evidence, [remedy], cuts=False)


ORDINARY = 1500
"""The MTU of an Ethernet; a larger one has been set on purpose."""


def is_own(line: PathLine, address: str) -> bool:
    return any(same(each.address, address) for each in line.own("inet6" if ":" in address else "inet"))
