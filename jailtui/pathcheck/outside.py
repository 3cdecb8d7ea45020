"""Faults of the host's interfaces, found without a packet: rows 1 to 7 of NOTES-2 b, and a bridge's VLAN filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Step, shell_line
from jailtui.pathcheck.hops import PathFault
from jailtui.pathcheck.line import covers
from jailtui.rules.finding import Evidence, Finding, Remedy

if TYPE_CHECKING:
    from jailtui.model.state import Interface
    from jailtui.pathcheck.line import PathLine


def shown(interface: Interface, text: str) -> Evidence:
    """What ifconfig prints about an interface of the host."""
    return Evidence(shell_line(("ifconfig", interface.name)), text)


def flags(interface: Interface) -> str:
    return f"flags=<{','.join(interface.flags)}>"


def cures(findings: Sequence[Finding], codes: Argv, *names: str | None) -> tuple[Remedy, ...]:
    """The doctor's remedies for the first of these problems that one of these subjects has."""
    about = (finding for code in codes for finding in findings if finding.code == code)
    return next((each.remedies for each in about if {each.subject.key, each.subject.name} & {*names}), ())


def set_up(name: str) -> Remedy:
    """The remedy that sets an interface of the host up."""
    step = Step(("ifconfig", name, "up"), "carry traffic", undo=("ifconfig", name, "down"))
    return Remedy.of(f"Set {name} up", (step,), undo=shell_line(("ifconfig", name, "down")))


def gone(line: PathLine, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """Row 1: whether the jail has an interface at all."""
    jail = line.jail
    if jail.jid is None or jail.interfaces is None or line.inner is not None:
        return
    names = ", ".join(interface.name for interface in jail.interfaces) or "nothing"
    evidence = [Evidence(f"jexec {jail.jid} ifconfig -l", names)]
    left = "" if line.pair is None or line.pair.b.name is None else f": {line.pair.b.name} is on the host"
    end = line.host.get(line.pair.b.name or "") if line.pair is not None else None
    if end is not None:
        evidence.append(shown(end, flags(end)))
    remedies = cures(findings, ("EPAIR-OUTSIDE",), line.pair.key if line.pair else None)
    text = f"{jail.name} has no interface but its loopback{left}."
    yield PathFault.of("end in the jail", "interface-gone", jail, text, evidence, remedies)


def host_end(line: PathLine, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """Row 2: whether the host's end is up."""
    outer = line.outer
    if outer is not None and not outer.up:
        remedies = cures(findings, ("EPAIR-DOWN",), line.pair.key if line.pair else None) or (set_up(outer.name),)
        text = f"{outer.name}, the host's end, is down; `status: {outer.status}` does not show it."
        yield PathFault.of("end on the host", "a-down", line.jail, text, [shown(outer, flags(outer))], remedies)


def bridge(line: PathLine, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """Rows 3 and 4: whether the host's end is in a bridge that is up, and whether its VLAN filter lets it through."""
    if line.outer is None or line.routed:
        return
    if line.bridge is None:
        evidence = [_members(each) for each in line.host.values() if each.kind == "bridge"]
        remedies = cures(findings, ("EPAIR-NO-BRIDGE",), line.pair.key if line.pair else None) or _join(line)
        text = f"{line.outer.name} is in no bridge and has no address, so it leads nowhere."
        yield PathFault.of("bridge", "a-in-no-bridge", line.jail, text, evidence, remedies)
        return
    yield from bridge_down(line, line.bridge, findings)
    yield from _filtered(line, line.bridge, findings)


def bridge_down(line: PathLine, bridge: Interface, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """Row 4: a bridge that is down."""
    if not bridge.up:
        remedies = cures(findings, ("BRIDGE-DOWN",), bridge.name) or (set_up(bridge.name),)
        yield PathFault.of(
            "bridge", "bridge-down", line.jail, f"{bridge.name} is down.", [shown(bridge, flags(bridge))], remedies
        )


def _members(bridge: Interface) -> Evidence:
    return shown(bridge, f"member: {', '.join(bridge.members) or 'none'}")


def _join(line: PathLine) -> tuple[Remedy, ...]:
    """The remedy that puts the host's end into the only bridge with a way out."""
    assert line.outer is not None
    others = _bridges_with_uplink(line)
    if len(others) != 1:
        return ()
    name, end = others[0].name, line.outer.name
    step = Step(("ifconfig", name, "addm", end), f"into {name}", undo=("ifconfig", name, "deletem", end))
    return (Remedy.of(f"Put {end} into {name}", (step,), undo=shell_line(step.undo or ())),)


def _filtered(line: PathLine, bridge: Interface, findings: Sequence[Finding]) -> Iterator[PathFault]:
    if not bridge.filtering or line.outer is None:
        return
    ports = {port.name: port for port in bridge.ports}
    mine = ports.get(line.outer.name)
    remedies = cures(findings, ("BRIDGE-PORT", "DRIFT-PORT"), bridge.name, line.jail.name)
    own = "none" if mine is None else str(mine.untagged)
    evidence = [shown(bridge, f"bridge flags=<VLANFILTER>; member {line.outer.name} untagged {own}")]
    if mine is None or mine.untagged is None:
        text = f"{bridge.name} filters by VLAN, and {line.outer.name} has no untagged VLAN: its frames are dropped."
        yield PathFault.of("bridge", "vlanfilter-no-untagged", line.jail, text, evidence, remedies)
        return
    others = [ports.get(member.name) for member in line.out]
    if others and not any(port and (port.untagged == mine.untagged or _tags(port.tagged, own)) for port in others):
        evidence += [shown(bridge, f"member {port.name} untagged {port.untagged}") for port in others if port]
        text = f"{line.outer.name} is in VLAN {own} of {bridge.name}; no way out of the bridge is."
        yield PathFault.of("bridge", "vlanfilter-wrong-vlan", line.jail, text, evidence, remedies)


def _tags(tagged: str, tag: str) -> bool:
    """Whether a set of VLANs as ifconfig prints it (`10,20-30`) has this one."""
    for part in tagged.split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and int(first) <= int(tag) <= int(last if last.isdigit() else first):
            return True
    return False


def way_out(line: PathLine, findings: Sequence[Finding], gateway: str) -> Iterator[PathFault]:
    """Rows 3 and 5 to 7: whether the bridge has a member that leads out, and whether one works; `gateway` is who comes
    next, which may be on this side.
    """
    if line.bridge is None or (gateway and line.is_beside(gateway)):
        return
    if not line.out:
        yield from _closed(line, line.bridge, findings)
    faults = [list(_link(line, member, findings)) for member in line.out]
    if all(faults):  # one that works is enough
        yield from (fault for each in faults for fault in each)


def _closed(line: PathLine, bridge: Interface, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """The fault that no NIC and no VLAN is in the bridge."""
    better = _better(line, bridge)
    if better is not None:
        remedies = cures(findings, ("EPAIR-WRONG-BRIDGE",), line.pair.key if line.pair else None)
        end = line.outer.name if line.outer is not None else "the host's end"
        text = f"{end} is in {bridge.name}, which leads nowhere; {better.name} has the way out."
        evidence = [_members(bridge), _members(better)]
        yield PathFault.of("way out", "a-in-other-bridge", line.jail, text, evidence, remedies)
        return
    text = f"{bridge.name} has no NIC and no VLAN, so no packet leaves it."
    form = Remedy.of(f"Choose the members of {bridge.name}", form=("bridge", bridge.name, "members"))
    remedies = (*cures(findings, ("BRIDGE-MEMBER-GONE", "DRIFT-BRIDGE"), bridge.name), *_joining(line, bridge), form)
    yield PathFault.of("way out", "nic-not-member", line.jail, text, [_members(bridge)], remedies)


def _better(line: PathLine, bridge: Interface) -> Interface | None:
    """The bridge where the jail belongs instead: by its configuration, else by the host's address in the jail's net."""
    wanted = line.link.bridge if line.link is not None else ""
    own = [*line.own("inet"), *line.own("inet6")]
    for other in _bridges_with_uplink(line):
        parts = (other, *(line.host[name] for name in other.members if name in line.host))
        near = any(covers(each, mine.address) for part in parts for each in part.addresses for mine in own)
        if other is not bridge and (other.name == wanted if wanted else near):
            return other
    return None


def _joining(line: PathLine, bridge: Interface) -> Iterator[Remedy]:
    """The remedy that adds the NIC of the jail's net to the bridge, if the host has just one."""
    taken = {name for each in line.host.values() for name in each.members}
    own = line.own("inet")
    nics = [
        nic
        for nic in line.host.values()
        if nic.kind in ("ether", "lagg", "vlan") and nic.name not in taken and _meets(nic, own)
    ]
    if len(nics) == 1:
        words = ("ifconfig", bridge.name, "addm", nics[0].name)
        step = Step(words, "the way out", undo=("ifconfig", bridge.name, "deletem", nics[0].name))
        yield Remedy.of(f"Add {nics[0].name} to {bridge.name}", (step,), undo=shell_line(step.undo or ()))


def _meets(nic: Interface, own: Sequence[object]) -> bool:
    return any(covers(mine, str(getattr(address, "address", ""))) for mine in nic.addresses for address in own)


def _bridges_with_uplink(line: PathLine) -> list[Interface]:
    kinds = ("ether", "lagg", "vlan")
    bridges = [each for each in line.host.values() if each.kind == "bridge"]
    return [
        each for each in bridges if any(line.host[name].kind in kinds for name in each.members if name in line.host)
    ]


def _link(line: PathLine, member: Interface, findings: Sequence[Finding]) -> Iterator[PathFault]:
    """Rows 6 and 7: a NIC or VLAN that is down, or without a carrier, and what a VLAN is on."""
    jail = line.jail
    vlan = member.kind == "vlan"
    cured = cures(findings, ("VLAN-DOWN",), member.name)
    if not member.up:
        text = f"{member.name}, the way out of {line.bridge.name if line.bridge else 'the host'}, is down."
        word = "vlan-if-down" if vlan else "nic-down"
        yield PathFault.of("way out", word, jail, text, [shown(member, flags(member))], cured or (set_up(member.name),))
    elif member.status == "no carrier" and not vlan:
        text = f"{member.name} has no carrier: its cable or the switch's port is off."
        yield PathFault.of("way out", "nic-no-carrier", jail, text, [shown(member, "status: no carrier")])
    parent = line.host.get(member.parent or "")
    if vlan and parent is None:
        text = f"{member.name} has lost its parent interface and carries nothing."
        lost = cures(findings, ("VLAN-NO-PARENT",), member.name)
        yield PathFault.of("way out", "vlan-no-parent", jail, text, [shown(member, "parent interface: <none>")], lost)
    elif vlan and parent is not None and not parent.up:
        text = f"{parent.name}, below {member.name}, is down; {member.name} keeps `UP` and `status: active`."
        evidence = [shown(parent, flags(parent)), shown(member, f"parent interface: {parent.name}")]
        yield PathFault.of("way out", "vlan-parent-down", jail, text, evidence, cured or (set_up(parent.name),))
    elif vlan and parent is not None and parent.status == "no carrier":
        text = f"{parent.name}, below {member.name}, has no carrier: its cable or the switch's port is off."
        yield PathFault.of("way out", "nic-no-carrier", jail, text, [shown(parent, "status: no carrier")])
