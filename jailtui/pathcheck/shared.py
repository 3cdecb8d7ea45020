"""A jail without vnet: it uses the host's interfaces and routes, and may not ping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.pathcheck import answers
from jailtui.pathcheck.hops import PathFault, Question
from jailtui.pathcheck.line import same
from jailtui.pathcheck.outside import flags, set_up, shown
from jailtui.rules.finding import Evidence

if TYPE_CHECKING:
    from jailtui.model.state import Interface
    from jailtui.pathcheck.beyond import PathTarget
    from jailtui.pathcheck.hops import HopName
    from jailtui.pathcheck.record import Checking


def shared(check: Checking) -> None:
    """The hops that apply: its address on an interface that works, the host's route, the gateway, the target."""
    jail = check.jail
    places = [each for each in check.line.host.values() if each.kind != "loopback" and _has(check, each)]
    own = ", ".join(str(each.address) for each in jail.addresses) or "all of the host's"
    _settings(check, places, own)
    for place in places:
        _way_out(check, place)
    question = Question(answers.default_route(check.family))
    (answer,) = check.ask((question,))
    route = answers.route(answer)
    if not route.gateway and not answers.no_route(answer):
        check.say("default route", "unknown", f"{question.line}: {answer.last}")
    else:
        text = f"The host, whose routes {jail.name} uses, has no default route."
        fault = PathFault.of("default route", "no-default-route", jail, text, [Evidence(question.line, answer.last)])
        check.settle(
            "default route", [] if route.gateway else [fault], f"{route.gateway} over {route.interface}, of the host"
        )
    if check.cut or not (route.gateway or check.target):
        names: list[HopName] = ["gateway", "target"]
        check.skip(*(names if check.target else names[:1]))
        return
    _announce(check, route.gateway)
    if route.gateway:
        _gateway(check, route.gateway)
    if check.target is not None:
        _target(check, check.target)


def _has(check: Checking, interface: Interface) -> bool:
    mine = check.jail.addresses
    return any(same(each.address, own.address) for each in interface.addresses for own in mine)


def _settings(check: Checking, places: list[Interface], own: str) -> None:
    jail = check.jail
    if jail.addresses and not places:
        text = f"No interface of the host has {own}, the address of {jail.name}."
        check.settle(
            "settings", [PathFault.of("settings", "no-address", jail, text, [Evidence("ifconfig -a", f"no {own}")])], ""
        )
    else:
        where = f" on {places[0].name} of the host" if places else ""
        check.settle("settings", [], f"{own}{where}")


def _way_out(check: Checking, place: Interface) -> None:
    jail, faults = check.jail, []
    if not place.up:
        text = f"{place.name}, which has its address, is down."
        faults.append(
            PathFault.of("way out", "nic-down", jail, text, [shown(place, flags(place))], [set_up(place.name)])
        )
    elif place.status == "no carrier":
        text = f"{place.name} has no carrier: its cable or the switch's port is off."
        faults.append(PathFault.of("way out", "nic-no-carrier", jail, text, [shown(place, "status: no carrier")]))
    check.settle("way out", faults, f"{place.name} up")


def _announce(check: Checking, gateway: str) -> None:
    check.via = gateway
    packets = [f"a ping to {gateway}"] if gateway else []
    if check.target is not None:
        packets.append(f"a packet to {check.target.text}")
    check.declare(f"sends {', '.join(packets)}")


def _gateway(check: Checking, gateway: str) -> None:
    """The gateway by ping, where the jail may."""
    jail = check.jail
    question = Question(answers.ping(gateway), jail.jid)
    (answer,) = check.ask((question,))
    evidence = [Evidence(question.line, answers.summary(answer))]
    if answers.answered(answer):
        check.settle("gateway", [], f"{gateway} answers", evidence)
    elif answers.silent(answer):
        text = f"{gateway} does not answer {jail.name}."
        check.settle("gateway", [PathFault.of("gateway", "gateway-nobody", jail, text, evidence)], "")
    else:
        check.denied = answers.denied(answer)
        why = "may not ping" if check.denied else "could not ping"
        check.say("gateway", "unknown", f"{jail.name} {why}: {answers.summary(answer)}", evidence)


def _target(check: Checking, target: PathTarget) -> None:
    """The target by ping, or by its port if one was given."""
    address = check.look_up(target, has_route=True) if target.named else target.host
    if address:
        check.reach(target, address, routed=False)
    else:
        check.skip("target")
