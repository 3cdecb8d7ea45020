"""Rules about a jail's addresses and routes: those that prevent its start, or by which it can't be reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import key
from jailtui.config.view import may_have_more, placed, reached
from jailtui.exchange import Step
from jailtui.net import Interface, family, plain_ip
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, rule
from jailtui.rules.interfaces import links
from jailtui.rules.jails import find
from jailtui.rules.jailwords import about, address_commands, in_jail, routes, settled, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jailtui.config.view import View
    from jailtui.config.world import JailSettings
    from jailtui.model.state import Jail
    from jailtui.rules.context import Context


@rule("ADDR-NO-MASK", "error", "Address without a mask", preflight=True, drafts=True)
def no_mask(context: Context) -> Iterator[Finding]:
    """A hook sets an IPv4 address without a prefix. ifconfig of FreeBSD 15 refuses this (`setting interface address
    without mask is no longer supported`), so the start fails there; 13 and 14 warn and use the mask of the old address
    class. Write the prefix, as in 192.168.1.10/24. An IPv6 address without one is a /64, and addresses of ip4.addr are
    single ones; neither is reported.
    """
    # Sources: FREEBSD.md 4.3, 11; recorded: ifconfig/addr/02.
    for jail in context.judged:
        links = jail.view.links if jail.view.vnet else ()
        bare = [text for link in links for text in link.addresses if "/" not in text and ":" not in text]
        if not bare or _has_live(context, jail, bare):
            continue
        refused = context.major >= 15
        does = f"FreeBSD {context.major} refuses it, and the start fails" if refused else "FreeBSD 15 will refuse it"
        field = next(address.key for address in placed(jail.view) if address.text == bare[0])
        yield Finding.of(
            about(jail),
            f"{jail.name} sets {bare[0]} without a prefix: {does}.",
            [written(jail, "exec.start", bare[0])],
            [Remedy.of("Write it with its prefix", form=("network", jail.name, field))],
            severity="error" if refused else "note",
            confidence="likely" if jail.view.unread else "certain",
        )


def _has_live(context: Context, settings: JailSettings, addresses: Sequence[str]) -> bool:
    """Whether the running jail has these addresses, so that its host accepts them."""
    jail = context.jails.get(settings.name)
    live = {address.address for address in jail.addresses} if jail is not None and jail.running else set()
    return context.major >= 15 and live.issuperset(addresses)


@rule("ADDR-NETWORK", "error", "Address that is a network's own", drafts=True)
def network(context: Context) -> Iterator[Finding]:
    """The first address of an IPv4 network stands for the network itself: no host may have it, and others do not answer
    it. The first address of an IPv6 network is that of any of its routers (RFC 4291, 2.6.1): it works until a router of
    that network answers too. Networks of one or two addresses have no such address (RFC 3021).
    """
    for jail, address in context.cached(_in_networks):
        network = address.network
        if address.ip != network.network_address:
            continue
        if address.version == 6:
            text = f"{address.ip} of {jail.name} is the address of any router of {network}."
            yield _change(jail, address, text, "warning")
        else:
            text = f"{address.ip} of {jail.name} is the network {network} itself, no address in it."
            yield _change(jail, address, text)


@rule("ADDR-BROADCAST", "error", "Address that is a network's broadcast address", drafts=True)
def broadcast(context: Context) -> Iterator[Finding]:
    """The last address of an IPv4 network is its broadcast address: no host may have it, and what is sent to it reaches
    every host of the network. Networks of one or two addresses have none (RFC 3021), nor has IPv6.
    """
    for jail, address in context.cached(_in_networks):
        if address.version == 4 and address.ip == address.network.broadcast_address:
            text = f"{address.ip} of {jail.name} is the broadcast address of {address.network}."
            yield _change(jail, address, text)


ENDS = re.compile(r":|\.(?:0|255)/|/(?:2[5-9]|3[0-2])$")
"""Matches an address that may be the first or last of its network; other addresses need not be parsed."""


def _in_networks(context: Context) -> tuple[tuple[JailSettings, Interface], ...]:
    """The judged jails with each of their addresses whose network is known and has more than two."""
    addresses = []
    for jail in context.judged:
        if any(ENDS.search(text) for link in jail.view.links for text in link.addresses):
            for text in placed(jail.view):
                address = text.address if text.network_known else None
                if address is not None and address.network.max_prefixlen - address.network.prefixlen > 1:
                    addresses.append((jail, address))
    return tuple(addresses)


def _change(jail: JailSettings, address: Interface, text: str, severity: Severity | None = None) -> Finding:
    field = next(text.key for text in placed(jail.view) if text.address == address)
    remedy = Remedy.of(f"Give {jail.name} another address", form=("network", jail.name, field))
    at = written(jail, "exec.start" if jail.view.vnet else "ip4.addr", str(address.ip))
    return Finding.of(about(jail), text, [at], [remedy], severity=severity)


@rule("ADDR-DHCP", "warning", "DHCP beside a fixed address", drafts=True)
def dhcp_beside(context: Context) -> Iterator[Finding]:
    """An interface of the jail has a DHCP client and a fixed IPv4 address. The client replaces the address and the
    default route with those of its lease, or a later command replaces those of the lease: what the jail ends up with
    depends on which came last (dhclient(8)). Use one of them.
    """
    for jail, number, link in links(context):
        fixed = next((text for text in link.addresses if family(text) == 4), None) if link.dhcp else None
        if fixed is not None:
            text = f"{jail.name} has DHCP and the address {fixed} on one interface: the last one set wins."
            remedy = Remedy.of("Choose one of the two", form=("network", jail.name, key(number, "dhcp")))
            at = written(jail, "exec.start", fixed.partition("/")[0])
            yield Finding.of(about(jail), text, [at], [remedy])


@rule("ADDR-GATEWAY", "error", "Gateway outside every network", preflight=True, drafts=True)
def gateway(context: Context) -> Iterator[Finding]:
    """The gateway of the default route is in none of the jail's networks, or is the jail's own address. route(8)
    refuses it (`Network is unreachable` on 13, `Invalid argument` on 14 and 15), and in exec.start that makes the start
    fail. If the jail may have more addresses than its file shows (DHCP, a script of its own), this is a guess.
    """
    # Recorded: inside/network/30, orphan/failed-start.
    for jail in context.judged:
        view = jail.view
        for router in view.gateways if view.vnet else ():
            fault = unreachable(context, jail, router)
            if fault is None:
                continue
            version = family(router)
            addresses = [address for link in view.links for address in link.addresses]
            field = "gateway6" if version == 6 else "gateway"
            yield Finding.of(
                about(jail),
                f"{jail.name} can't get its default route: {router} is {fault.reason}.",
                dict.fromkeys(written(jail, "exec.start", text) for text in (router, *addresses)),
                [Remedy.of("Change the gateway", form=("network", jail.name, field))],
                severity="note" if fault.guessed else None,
                confidence="guess" if fault.guessed else "certain",
                causes=routes(jail, (version,)),
            )
            break


class GatewayFault(NamedTuple):
    """Why route(8) refuses a gateway; `guessed`: the jail may have more addresses than its file shows."""

    reason: str
    guessed: bool


def unreachable(context: Context, jail: JailSettings, router: str) -> GatewayFault | None:
    """Why the jail can't have its default route by this gateway, according to its file; None if it can."""
    view, version = jail.view, family(router)
    if _same_24(router, view) or _routed(context, jail, router):
        return None
    own = [address for address in placed(view) if family(address.text) == version]
    if plain_ip(router) in {plain_ip(address.text) for address in own}:
        return GatewayFault("its own address", guessed=False)
    if reached(router, own):
        return None
    guessed = may_have_more(view, version, own) or _by_interface(jail, router)
    return GatewayFault("in none of its networks", guessed)


def _same_24(router: str, view: View) -> bool:
    """Whether the gateway is in the /24 of an address with a prefix of at most 24 bits, the usual case."""
    net = router.rpartition(".")[0]
    for link in view.links:
        for text in link.addresses:
            address, _, prefix = text.partition("/")
            beside = address.rpartition(".")[0] == net and address != router
            if net and beside and prefix.isdigit() and int(prefix) <= 24:
                return True
    return False


def _by_interface(settings: JailSettings, router: str) -> bool:
    """Whether a hook adds a route to the gateway by an interface (`route add -host 10.9.0.1 -interface epair7b`)."""
    return router in (text.partition("/")[0] for text in settings.view.routes)


def _routed(context: Context, settings: JailSettings, router: str) -> bool:
    """Whether the running jail has a default route by this gateway."""
    jail = context.jails.get(settings.name)
    return jail is not None and jail.running and router in (jail.gateways or ())


@rule("ADDR-NO-ROUTE", "note", "No default route inside")
def no_route(context: Context) -> Iterator[Finding]:
    """The running jail has addresses but no default route: it reaches its own networks only, and nothing beyond them
    can answer it. If its configuration sets a route, the route was lost with the address of its interface, or the start
    was cut off before. If it sets none, that may be intended.
    """
    # Sources: FREEBSD.md 2.4; recorded: orphan/kill-jail-command.
    routed = (jail for jail in context.state.jails if jail.gateways is not None and jail.addresses)
    for jail, view in _without_dhcp(context, routed):
        live = {family(router) for router in jail.gateways or ()}
        lost = [router for router in (view.gateways if view is not None else ()) if family(router) not in live]
        if not lost and jail.gateways:
            continue
        evidence = [Evidence(" ".join(in_jail(context, jail, "netstat", "-rn")), "no default route")]
        if not lost:
            text = f"{jail.name} has no default route, and its configuration sets none."
            yield Finding.of(about(jail), text, evidence)
            continue
        faults = (unreachable(context, context.settings[jail.name], router) for router in lost)
        refused = any(
            fault is not None and not fault.guessed for fault in faults
        )  # ADDR-GATEWAY's: only its form helps
        steps = () if refused else tuple(_route_step(context, jail, router) for router in lost)
        add = Remedy.of("Add the route", steps, "As its file says.", "nothing", "route delete removes it")
        yield Finding.of(
            about(jail),
            f"{jail.name} has no default route, though {lost[0]} is configured.",
            [*evidence, written(context.settings[jail.name], "exec.start", lost[0])],
            [add] if steps else [],
            severity="warning",
            causes=routes(jail, map(family, lost)),
        )


def _without_dhcp(context: Context, jails: Iterable[Jail]) -> Iterator[tuple[Jail, View | None]]:
    """Those of the jails that are settled VNET jails without DHCP or SLAAC, with their configuration."""
    for jail in jails:
        if settled(jail) and jail.vnet and not jail.dhcp:
            view = context.view(jail.name)
            if view is None or not any(link.dhcp or link.slaac for link in view.links):
                yield jail, view


def _route_step(context: Context, jail: Jail, router: str) -> Step:
    words = (*(["-6"] if family(router) == 6 else []), "default", router)
    add, undo = (in_jail(context, jail, "route", verb, *words) for verb in ("add", "delete"))
    return Step(add, f"through {router}", undo=undo)


@rule("ADDR-NONE", "error", "Running jail without any address")
def no_address(context: Context) -> Iterator[Finding]:
    """The running jail has interfaces of its own but no address on them besides loopback and link-local ones: nothing
    reaches it. If its configuration sets one, the address was lost: moving the interface drops it, and so does
    `ifconfig IF -alias`. If none is configured, it may be set inside, or be absent on purpose. A jail that waits for a
    DHCP lease is not reported.
    """
    # Sources: FREEBSD.md 3.3.
    for jail, view in _without_dhcp(context, (jail for jail in context.state.jails if not jail.addresses)):
        interfaces = jail.interfaces or ()
        if all(interface.kind == "loopback" for interface in interfaces):
            continue
        pairs = [
            (interface.name, link)
            for link in (view.links if view is not None else ())
            if link.addresses and (interface := find(interfaces, link))
        ]
        steps = tuple(address_step(context, jail, name, text) for name, link in pairs for text in link.addresses)
        wanted = ", ".join(text for _, link in pairs for text in link.addresses)
        names = " ".join(interface.name for interface in interfaces)
        remedy = Remedy.of("Set its addresses", steps, "As its file says, without its routes.", "nothing")
        yield Finding.of(
            about(jail),
            f"{jail.name} is running without any address{f', though {wanted} is configured' if wanted else ''}.",
            [Evidence(" ".join(in_jail(context, jail, "ifconfig")), f"{names}: no inet line")],
            [remedy] if steps else [],
            severity=None if wanted else "note",
        )


def address_step(context: Context, jail: Jail, name: str, text: str) -> Step:
    """The step that gives a running jail an address."""
    add, undo = address_commands(in_jail(context, jail, "ifconfig", name), text)
    return Step(add, f"the address {text}", undo=undo)
