"""Rules about one jail's addresses and routes: what it can't start with, or can't be reached by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.syntax import key
from jailtui.config.view import may_have_more, placed, reached
from jailtui.exchange import Step
from jailtui.net import Interface, family, plain_ip
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, rule
from jailtui.rules.jails import find
from jailtui.rules.jailwords import about, inside, manager, routes, settled, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    for settings in context.judged:
        if not settings.view.vnet:
            continue
        bare = [text for link in settings.view.links for text in link.addresses if "/" not in text and ":" not in text]
        if not bare or _has_live(context, settings, bare):
            continue
        refused = context.major >= 15
        does = f"FreeBSD {context.major} refuses it, and the start fails" if refused else "FreeBSD 15 will refuse it"
        field = next(address.key for address in placed(settings.view) if address.text == bare[0])
        remedy = Remedy.of("Write it with its prefix", form=("network", settings.name, field))
        yield Finding(
            "ADDR-NO-MASK",
            "error" if refused else "note",
            about(settings),
            f"{settings.name} sets {bare[0]} without a prefix: {does}.",
            (written(settings, "exec.start", bare[0]),),
            "likely" if settings.view.unread else "certain",
            remedies=(remedy,),
        )


def _has_live(context: Context, settings: JailSettings, addresses: Sequence[str]) -> bool:
    """Whether the running jail has these, so that its host takes them somehow."""
    jail = context.jails.get(settings.name)
    live = {address.address for address in jail.addresses} if jail is not None and jail.running else set()
    return context.major >= 15 and live.issuperset(addresses)


@rule("ADDR-NETWORK", "error", "Address that is a network's own", drafts=True)
def network(context: Context) -> Iterator[Finding]:
    """The first address of an IPv4 network stands for the network itself: no host may have it, and others do not answer
    it. The first address of an IPv6 network is that of any of its routers (RFC 4291, 2.6.1): it works until a router of
    that network answers too. Networks of one or two addresses have no such address (RFC 3021).
    """
    for jail, it in _in_networks(context):
        network = it.network
        if it.ip != network.network_address:
            continue
        if it.version == 6:
            text = f"{it.ip} of {jail.name} is the address of any router of {network}."
            yield _change(context, "ADDR-NETWORK", "warning", jail, it, text)
        else:
            text = f"{it.ip} of {jail.name} is the network {network} itself, no address in it."
            yield _change(context, "ADDR-NETWORK", "error", jail, it, text)


@rule("ADDR-BROADCAST", "error", "Address that is a network's broadcast address", drafts=True)
def broadcast(context: Context) -> Iterator[Finding]:
    """The last address of an IPv4 network is its broadcast address: no host may have it, and what is sent to it reaches
    every host of the network. Networks of one or two addresses have none (RFC 3021), nor has IPv6.
    """
    for jail, it in _in_networks(context):
        if it.version == 4 and it.ip == it.network.broadcast_address:
            text = f"{it.ip} of {jail.name} is the broadcast address of {it.network}."
            yield _change(context, "ADDR-BROADCAST", "error", jail, it, text)


ENDS = re.compile(r":|\.(?:0|255)/|/(?:2[5-9]|3[0-2])$")
"""An address that may be the first or last one of its network: of most others the parsing can be spared."""


def _in_networks(context: Context) -> Iterator[tuple[JailSettings, Interface]]:
    """The judged jails with each of their addresses whose network is known and has more than two."""
    for jail in context.judged:
        if not any(ENDS.search(text) for link in jail.view.links for text in link.addresses):
            continue
        for placed_address in placed(jail.view):
            known = placed_address.address if placed_address.network_known else None
            if known is not None and known.network.max_prefixlen - known.network.prefixlen > 1:
                yield jail, known


def _change(
    context: Context, code: str, severity: Severity, jail: JailSettings, address: Interface, text: str
) -> Finding:
    field = next(placed_address.key for placed_address in placed(jail.view) if placed_address.address == address)
    remedy = Remedy.of(f"Give {jail.name} another address", form=("network", jail.name, field))
    at = written(jail, "exec.start" if jail.view.vnet else "ip4.addr", str(address.ip))
    return Finding(code, severity, about(jail), text, (at,), "certain", manager(context, jail), (remedy,))


@rule("ADDR-DHCP", "warning", "DHCP beside a fixed address", drafts=True)
def dhcp_beside(context: Context) -> Iterator[Finding]:
    """An interface of the jail has a DHCP client and a fixed IPv4 address. The client replaces the address and the
    default route with those of its lease, or a later command replaces those of the lease: what the jail ends up with
    depends on which came last (dhclient(8)). Use one of them.
    """
    for jail in context.judged:
        for number, link in enumerate(jail.view.links, 1) if jail.view.vnet else ():
            fixed = next((text for text in link.addresses if family(text) == 4), None) if link.dhcp else None
            if fixed is not None:
                text = f"{jail.name} has DHCP and the address {fixed} on one interface: the last one set wins."
                remedy = Remedy.of("Take one of them", form=("network", jail.name, key(number, "dhcp")))
                at = written(jail, "exec.start", fixed.partition("/")[0])
                owner = manager(context, jail)
                yield Finding("ADDR-DHCP", "warning", about(jail), text, (at,), "certain", owner, (remedy,))


@rule("ADDR-GATEWAY", "error", "Gateway outside every network", preflight=True, drafts=True)
def gateway(context: Context) -> Iterator[Finding]:
    """The gateway of the default route is in none of the jail's networks, or is the jail's own address. route(8)
    refuses it (`Network is unreachable` on 13, `Invalid argument` on 14 and 15), and in exec.start that makes the start
    fail. If the jail may have more addresses than its file shows (DHCP, a script of its own), this is a guess.
    """
    # Recorded: inside/network/30, orphan/failed-start.
    for settings in context.judged:
        view = settings.view
        for router in view.gateways if view.vnet else ():
            if _near(router, view) or _routed(context, settings, router):
                continue
            version = family(router)
            mine = [placed_address for placed_address in placed(view) if family(placed_address.text) == version]
            own = plain_ip(router) in {plain_ip(placed_address.text) for placed_address in mine}
            if not own and reached(router, mine):
                continue
            guessed = not own and (may_have_more(view, version, mine) or _by_interface(settings, router))
            text = f"{router} is {'its own address' if own else 'in none of its networks'}"
            has = ", ".join(it for link in view.links for it in link.addresses) or "none that is known"
            field = "gateway6" if version == 6 else "gateway"
            remedy = Remedy.of("Change the gateway", form=("network", settings.name, field))
            yield Finding(
                "ADDR-GATEWAY",
                "note" if guessed else "error",
                about(settings),
                f"{settings.name} can't get its default route: {text}.",
                (written(settings, "exec.start", router), Evidence("its addresses", has)),
                "guess" if guessed else "certain",
                remedies=(remedy,),
                causes=routes(settings, (version,)),
            )
            break


def _near(router: str, view: View) -> bool:
    """The usual case without arithmetic: the first three numbers of an address with a prefix of at most 24 bits."""
    net = router.rpartition(".")[0]
    for link in view.links:
        for text in link.addresses:
            address, _, prefix = text.partition("/")
            beside = address.rpartition(".")[0] == net and address != router
            if net and beside and prefix.isdigit() and int(prefix) <= 24:
                return True
    return False


def _by_interface(settings: JailSettings, router: str) -> bool:
    """Whether a hook makes a route to the gateway by an interface (`route add -host 10.9.0.1 -interface epair7b`)."""
    return router in (text.partition("/")[0] for text in settings.view.routes)


def _routed(context: Context, settings: JailSettings, router: str) -> bool:
    """Whether the running jail has that very route."""
    jail = context.jails.get(settings.name)
    return jail is not None and jail.running and router in (jail.gateways or ())


@rule("ADDR-NO-ROUTE", "note", "No default route inside")
def no_route(context: Context) -> Iterator[Finding]:
    """The running jail has addresses but no default route: it reaches its own networks only, and nothing beyond them
    can answer it. If its configuration sets a route, the route was lost with the address of its interface, or the start
    was cut off before. If it sets none, that may be intended.
    """
    # Sources: FREEBSD.md 2.4; recorded: orphan/kill-jail-command.
    for jail in context.state.jails:
        if not settled(jail) or not jail.vnet or jail.gateways is None or not jail.addresses or jail.dhcp:
            continue
        view = context.view(jail.name)
        links = view.links if view is not None else ()
        if any(link.dhcp or link.slaac for link in links):
            continue
        live = {family(one) for one in jail.gateways}
        lost = [one for one in (view.gateways if view is not None else ()) if family(one) not in live]
        if not lost and jail.gateways:
            continue
        asked = Evidence(" ".join(inside(context, jail, "netstat", "-rn")), "no default route")
        if not lost:
            text = f"{jail.name} has no default route, and its configuration sets none."
            yield Finding("ADDR-NO-ROUTE", "note", about(jail), text, (asked,), "certain", manager(context, jail))
            continue
        steps = tuple(_route_step(context, jail, one) for one in lost)
        remedy = Remedy.of("Add the route", steps, "As its file says.", "nothing", "route delete removes it")
        text = f"{jail.name} has no default route, though {lost[0]} is configured."
        evidence = (asked, written(context.settings[jail.name], "exec.start", lost[0]))
        owner, causes = manager(context, jail), routes(jail, map(family, lost))
        yield Finding(
            "ADDR-NO-ROUTE", "warning", about(jail), text, evidence, "certain", owner, (remedy,), causes=causes
        )


def _route_step(context: Context, jail: Jail, router: str) -> Step:
    version = ("-6",) if family(router) == 6 else ()
    undo = inside(context, jail, "route", "delete", *version, "default", router)
    return Step(inside(context, jail, "route", "add", *version, "default", router), f"through {router}", undo=undo)


@rule("ADDR-NONE", "error", "Running jail without any address")
def no_address(context: Context) -> Iterator[Finding]:
    """The running jail has interfaces of its own but no address on them besides loopback and link-local ones: nothing
    reaches it. If its configuration sets one, the address was lost: moving the interface drops it, and so does
    `ifconfig IF -alias`. If none is configured, it may be set inside, or be absent on purpose. A jail that waits for a
    DHCP lease is not reported.
    """
    # Sources: FREEBSD.md 3.3.
    for jail in context.state.jails:
        if not settled(jail) or not jail.vnet or jail.addresses or jail.dhcp:
            continue
        has = jail.interfaces or ()
        view = context.view(jail.name)
        links = view.links if view is not None else ()
        if all(interface.kind == "loopback" for interface in has):
            continue
        if any(link.dhcp or link.slaac for link in links):
            continue
        pairs = [(there, link) for link in links if link.addresses and (there := find(has, link)) is not None]
        wanted = ", ".join(text for _, link in pairs for text in link.addresses)
        steps = tuple(
            _address_step(context, jail, there.name, text) for there, link in pairs for text in link.addresses
        )
        remedy = Remedy.of("Set its addresses", steps, "As its file says, without its routes.", "nothing")
        names = " ".join(interface.name for interface in has)
        told = f", though {wanted} is configured" if wanted else ""
        yield Finding(
            "ADDR-NONE",
            "error" if wanted else "note",
            about(jail),
            f"{jail.name} is running without any address{told}.",
            (Evidence(" ".join(inside(context, jail, "ifconfig")), f"{names}: no inet line"),),
            "certain",
            manager(context, jail),
            (remedy,) if steps else (),
        )


def _address_step(context: Context, jail: Jail, name: str, text: str) -> Step:
    version = "inet6" if family(text) == 6 else "inet"
    undo = inside(context, jail, "ifconfig", name, version, text.partition("/")[0], "-alias")
    return Step(inside(context, jail, "ifconfig", name, version, text, "alias"), f"the address {text}", undo=undo)
