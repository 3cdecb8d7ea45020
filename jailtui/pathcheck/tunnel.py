"""The way that carries a tunnel: the cable in the same jail by which packets go to the tunnel's peer.

A wg(4) interface names its peers. What OpenVPN sets, two halves in place of a default route, leaves the default route
that carries the tunnel. Anything else does not tell: a tunnel made on the host and moved into a jail is carried by the
host, which no command shows (FREEBSD.md 11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.formats import wg
from jailtui.model.tunnels import is_tunnel, tunnels
from jailtui.net import is_ip
from jailtui.pathcheck import answers, inside
from jailtui.pathcheck.hops import PathFault, Question
from jailtui.pathcheck.line import Carrier, line_of
from jailtui.rules.finding import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.exchange import Argv
    from jailtui.model.state import Interface, Jail
    from jailtui.pathcheck.answers import PathRoute
    from jailtui.pathcheck.line import PathLine
    from jailtui.pathcheck.record import Checking

FAR = {"inet": "128.0.0.1", "inet6": "8000::1"}
"""An address that only a default route, or its halves, lead to; route(8) is asked, and nothing is sent there."""
FRESH = 180
"""Seconds after which a wg interface makes a new handshake before it sends (REJECT_AFTER_TIME of the protocol)."""
MOST_PEERS = 4
"""Peers whose routes are asked for; with more, the carrier is unknown."""


def far_route(jail: Jail, family: str) -> Argv | None:
    """The question by which way a jail sends what is far away, if its default routes go through a tunnel; else None."""
    through = any(tunnel.default_route for tunnel in tunnels(jail))
    return answers.route_to(FAR[family]) if through else None


def carrier(check: Checking, default: PathRoute, source: str) -> Carrier:
    """What carries the tunnel that is the check's inner interface. `default` is the plain default route of the jail, as
    the command `source` printed it.
    """
    tunnel = check.line.inner
    assert tunnel is not None
    if tunnel.kind == "wg":
        return _to_peers(check, tunnel)
    if not default.interface or default.interface == tunnel.name:
        return Carrier(None, "", f"no other route leads out of {check.jail.name}")
    evidence = (Evidence(source, f"interface: {default.interface}, gateway: {default.gateway}"),)
    return _over(check, default, "its default route without the tunnel", evidence)


def _over(check: Checking, route: PathRoute, why: str, evidence: tuple[Evidence, ...]) -> Carrier:
    line = line_of(check.state, check.jail, route.interface)
    if line.inner is None or line.inner.name != route.interface or is_tunnel(line.inner):
        return Carrier(None, "", f"{why} goes over {route.interface}", evidence)
    return Carrier(line, route.gateway, why, evidence)


def _to_peers(check: Checking, tunnel: Interface) -> Carrier:
    """By the route to the peers of a wg interface; by none where they have several."""
    question = Question(("wg", "show", tunnel.name, "endpoints"), check.jail.jid)
    (answer,) = check.ask((question,))
    peers = wg.endpoints(answer.text) if answer.rc == 0 else ()
    if not peers:
        why = f"no peer of {tunnel.name} has an address" if answer.rc == 0 else "wg can't list its peers"
        return Carrier(None, "", why, (Evidence(question.line, answer.last),))
    evidence = [Evidence(question.line, ", ".join(peers[:MOST_PEERS]))]
    if len(peers) > MOST_PEERS:
        return Carrier(None, "", f"{tunnel.name} has {len(peers)} peers", tuple(evidence))
    ways = [check.in_stack(answers.route_to(peer)) for peer in peers]
    replies = check.ask(ways)
    routes = {answers.route(reply) for reply in replies}
    to = f"the route to its peer {peers[0]}" if len(peers) == 1 else f"the route to its peers {', '.join(peers[:2])}"
    evidence += [Evidence(way.line, reply.last) for way, reply in zip(ways, replies, strict=True) if reply.rc != 0]
    route = next(iter(routes))
    if len(routes) > 1:
        return Carrier(None, "", "its peers are reached by different routes", tuple(evidence))
    if not route.interface:
        return Carrier(None, "", f"{to} is unknown", tuple(evidence))
    evidence.append(Evidence(ways[0].line, f"interface: {route.interface}, gateway: {route.gateway or 'none'}"))
    return _over(check, route, to, tuple(evidence))


def settle(check: Checking, carried: Carrier) -> None:
    """The hop of a tunnel: what carries it."""
    tunnel, line = check.line.inner, carried.line
    assert tunnel is not None
    kind = f"{tunnel.name}, a {tunnel.kind} tunnel"
    if line is None or line.inner is None:
        check.say("tunnel", "unknown", f"{kind}; its carrier is unknown: {carried.why}", carried.evidence)
        return
    by = f" by {carried.gateway}" if is_ip(carried.gateway) else ""
    good = f"{kind}; {line.inner.name} carries it{by}: {carried.why}"
    check.settle("tunnel", list(_faults(check, carried, line)), good, carried.evidence)


def _faults(check: Checking, carried: Carrier, line: PathLine) -> Iterator[PathFault]:
    """The faults of the interface that carries a tunnel; those of the loopback are the jail's own."""
    assert line.inner is not None
    leads = carried.gateway or line.inner.name
    for fault in inside.settings(line, carried.family, check.findings, leads):
        if fault.verdict != "lo0-down":
            yield fault._replace(hop="tunnel")


def handshake(check: Checking) -> None:
    """The hop of the last handshake of a wg interface, after a packet through it, which makes one, was not answered."""
    tunnel = check.line.inner
    if tunnel is None or tunnel.kind != "wg":
        return
    question = Question(("wg", "show", tunnel.name, "latest-handshakes"), check.jail.jid)
    answer, now = check.ask((question, Question(("date", "+%s"))))
    last = max(wg.handshakes(answer.text), default=None) if answer.rc == 0 else None
    if last is None:
        return
    evidence = [Evidence(question.line, str(last))]
    clock = now.text.strip()
    ago = int(clock) - last if now.rc == 0 and clock.isascii() and clock.isdecimal() else None
    if last == 0:
        text = f"{tunnel.name} never had a handshake with a peer: the peer does not answer, or has another key."
        check.settle("handshake", [PathFault.of("handshake", "tunnel-no-handshake", check.jail, text, evidence)], "")
    elif ago is not None and ago <= FRESH:
        check.say("handshake", "ok", f"the last was {max(0, ago)} s ago", evidence)
    else:
        when = f"{ago} s ago" if ago is not None else "some time ago"
        check.say("handshake", "unknown", f"the last was {when}: the peer may not answer now", evidence)
