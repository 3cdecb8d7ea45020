"""The edits of the network form: change a value, add a line, remove a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hooks.trace import Node, Spot, render, trace, traced
from jailtui.config.hooks.walk import Stated
from jailtui.config.rcconf import MANGLED, variable
from jailtui.config.syntax import major
from jailtui.exchange import Step
from jailtui.forms.protocol import ON, Scope
from jailtui.forms.written import Edits, at, changes, element, put_in, take_out
from jailtui.jailconf import EditError, EditPlace, Set, Written
from jailtui.jailconf.quote import within_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.config.network import Cable
    from jailtui.forms.network.fields import Entry, JailNetwork
    from jailtui.jailconf import JailDefinition

ORDER = {"id": 0, "epair": 1, "interface": 1, "bridge": 2, "address": 4, "gateway": 6}


def turn(name: str, value: str) -> int:
    """When an answer is put in: a number first, since others follow from it; a switch that takes addresses away before
    those, a switch that makes room for them after."""
    return ORDER.get(name, 5) if value != ON else 3


class Putting(NamedTuple):
    """The answer `value` for the field of `entry`, its scope if the place is shared, and the edits so far."""

    net: JailNetwork
    entry: Entry
    value: str
    scope: Scope | None
    edits: Edits

    @property
    def jail(self) -> JailDefinition:
        return self.net.jail.jail

    @property
    def cable(self) -> Cable:
        """The interface of the field."""
        assert self.entry.cable is not None, "only the fields of an interface ask for it"
        return self.entry.cable

    def insert(self, hook: str, lines: list[str], before: int | None = None) -> None:
        """Put commands into a hook, before its element `before` or at the end."""
        put_in(self.jail, hook, [_line(line) for line in lines], before, self.edits)

    def remove(self, spots: list[Spot]) -> None:
        """Remove the elements of the spots. Raises EditError if one says more."""
        take_out(self.jail, _alone(self.net, spots), self.scope, self.edits)

    def start(self, line: str) -> None:
        """Add a command in the jail before its /etc/rc, so that services find its effect."""
        rc = self.net.network.reader.rc
        self.insert("exec.start", [line], rc.index if rc is not None else None)

    def prepare(self, lines: list[str]) -> None:
        """Add commands on the host after the one that creates the pair; in the jail if no hook creates it."""
        if (node := self.net.network.reader.creating(self.cable.pair)) is not None:
            self.insert(node.name, lines, node.index + 1)
        else:
            self.start(lines[-1].replace(_given(self.cable), _inside(self.cable)))


def change(net: JailNetwork, key: str, value: str, scope: Scope | None) -> JailNetwork:
    """`net` with `value` in the field `key`. Raises EditError with the reason."""
    putting = Putting(net, net.entries[key], value, scope, {})
    name, cable = putting.entry.name, putting.entry.cable
    steps: tuple[Step, ...] = ()
    rc_text = net.rc_text
    if name == "dhcp" and net.network.reader.runs_rc and not (cable and cable.dhcp):
        rc_text, steps = _rc_dhcp(putting)
        if value == ON:
            _without_addresses(putting)
    else:
        _SWITCHES.get(name, _value)(putting)
    edits = putting.edits
    changed = {edit.path: edit.new for edit in net.sources.apply(edits)}
    after = net.edited({**net.sources.texts, **changed} if edits else net.sources.texts, rc_text, steps)
    return _rc_follows(net, after) if edits else after


def _value(putting: Putting) -> None:
    """Change, add or remove a value."""
    entry, value = putting.entry, putting.value
    stated, cable = entry.stated, entry.cable
    if entry.name == "epair" and cable and cable.pair and cable.pair.created and not cable.pair.stem.spots:
        raise EditError("a tool makes this name from the jail's: it changes with that.")
    if stated is not None and stated.value and value:
        changes(putting.jail, stated, value, putting.scope, render, putting.edits)
    elif value and entry.name in _ADDING:
        _ADDING[entry.name](putting)
    elif value:
        raise EditError("it is not written anywhere: write it in the file.")
    elif entry.name in ("epair", "interface", "id"):
        raise EditError("it can't be empty.")
    elif stated is not None:
        putting.remove(stated.spots)


def _alone(net: JailNetwork, spots: list[Spot]) -> list[Node]:
    """The elements of the spots; EditError if one says more, or if there is none."""
    nodes = {spot.node.place: spot.node for spot in spots}
    for node in nodes.values():
        if node.place in net.network.reader.longer:
            raise EditError(f"it is part of a longer command: remove it in {at(node)}.")
    if not nodes:
        raise EditError("it is not written in jail.conf.")
    return list(nodes.values())


# Switches.


def _release(putting: Putting) -> None:
    """The line that returns the jail's end (FREEBSD.md 3.5, 0a). It must not keep the jail from stopping."""
    cable, jail = putting.cable, putting.jail
    if putting.value == ON:
        line = f"{_tool(putting.net)} {_inside(cable)} -vnet {_jail_name(putting.net)} || true"
        putting.insert("exec.prestop", [line], 0 if traced(jail, "exec.prestop") else None)
    elif cable.release is not None:
        putting.remove([Spot(cable.release.node, 0, 0)])


def _dhcp(putting: Putting) -> None:
    """A DHCP client in the hooks, for a jail that does not run its /etc/rc."""
    if putting.value == ON:
        _without_addresses(putting)
        putting.start(f"dhclient {_inside(putting.cable)}")
    else:
        putting.remove(putting.cable.dhcp)


def _rc_dhcp(putting: Putting) -> tuple[str, tuple[Step, ...]]:
    """`SYNCDHCP` in the jail's own rc.conf: devd, which starts plain DHCP, does not run in a jail (FREEBSD.md 7)."""
    name, sysrc = variable("ifconfig", putting.cable.last_name), _sysrc(putting.net)
    before = putting.cable.rc.get(name)
    undo = (*sysrc, "-x", name) if before is None else (*sysrc, f"{name}={before}")
    text = putting.net.rc_text or ""
    if putting.value == ON:
        step = Step((*sysrc, f"{name}=SYNCDHCP"), "the jail's own rc.conf asks for an address", undo=undo)
        return f"{text}\n{name}=SYNCDHCP\n", (step,)
    step = Step((*sysrc, "-x", name), "stop using DHCP", undo=undo)
    return f"{text}\n{name}=\n", (step,)


def _rc_follows(net: JailNetwork, after: JailNetwork) -> JailNetwork:
    """`after` with the variables of the jail's own rc.conf renamed after its interfaces."""
    text, steps, sysrc = after.rc_text or "", [], _sysrc(net)
    for old, new in zip(net.network.cables, after.network.cables, strict=False):
        was, now = variable("ifconfig", old.inside), variable("ifconfig", new.inside)
        for name, value in () if was == now else net.network.rc.items():
            if not value or not re.fullmatch(rf"{was}(_.+)?", name):
                continue
            name_now = now + name[len(was) :]
            if MANGLED & set(value):
                raise EditError(f"sysrc can't write {name_now} to the jail's rc.conf: change it by hand.")
            steps += [
                Step((*sysrc, f"{name_now}={value}"), f"configure {new.inside}", undo=(*sysrc, "-x", name_now)),
                Step((*sysrc, "-x", name), f"the jail has no {old.inside} any more", undo=(*sysrc, f"{name}={value}")),
            ]
            text += f'\n{name}=\n{name_now}="{value}"\n'
    return after.edited(after.sources.texts, text, tuple(steps)) if steps else after


def _sysrc(net: JailNetwork) -> tuple[str, ...]:
    """sysrc on the jail's own rc.conf."""
    live = net.sources.state.jail(net.name)
    path = net.jail.jail.get("path") or net.jail.jail.get("name")
    root = path.values[-1] if path is not None and path.values else "/"
    return ("sysrc", "-j", str(live.jid)) if live is not None and live.running else ("sysrc", "-R", root)


def _without_addresses(putting: Putting) -> None:
    """DHCP gives the IPv4 address and the default route: fixed ones go."""
    fixed = [*putting.cable.addresses, *putting.net.network.gateways]
    spots = [stated.spots for stated in fixed if ":" not in stated.value and stated.spots]
    nodes = {node.place: node for places in spots for node in _alone(putting.net, places)}
    for name in dict.fromkeys(node.name for node in nodes.values()):
        of_hook = [node for node in nodes.values() if node.name == name]
        take_out(putting.jail, of_hook, putting.scope, putting.edits)


def _slaac(putting: Putting) -> None:
    if putting.value == ON:
        putting.start(f"{_tool(putting.net)} {_inside(putting.cable)} inet6 -ifdisabled accept_rtadv up")
    else:
        putting.remove(putting.cable.slaac)


_SWITCHES: Mapping[str, Callable[[Putting], None]] = {"release": _release, "dhcp": _dhcp, "slaac": _slaac}


# What was not written before.


def _add_address(putting: Putting) -> None:
    cable, value = putting.cable, putting.value
    if putting.net.network.vnet:
        putting.start(f"{_tool(putting.net)} {_inside(cable)} {'inet6' if ':' in value else 'inet'} {value} up")
        return
    name = "ip6.addr" if ":" in value else "ip4.addr"
    put_in(putting.jail, name, [f"{cable.given}|{value}" if cable.given else value], None, putting.edits)


def _add_gateway(putting: Putting) -> None:
    family = "-inet6 " if ":" in putting.value else ""
    putting.start(f"{_tool(putting.net, 'route')} add {family}default {putting.value}")


def _add_bridge(putting: Putting) -> None:
    line = f"{_tool(putting.net)} {putting.value} addm {_host_end(putting.cable)} up"
    putting.insert("exec.prestart", [line])


def _add_mtu(putting: Putting) -> None:
    """Both ends of a pair have their own MTU, which the bridge requires when an end joins: so it is set before that.

    Where one text creates the pair and joins it, nothing fits in between: since 14 the bridge sets the host end's MTU,
    13 refuses the end (FREEBSD.md 8).
    """
    net, cable = putting.net, putting.cable
    ends = [_given(cable), *([_host_end(cable)] if cable.host_end else [])]
    creating = net.network.reader.creating(cable.pair)
    if cable.host_end and creating is not None and creating is cable.joined:
        if major(net.sources.release) < 14:
            raise EditError(f"{at(creating)} creates the pair and joins it in one text: set the MTU there by hand.")
        ends = ends[:1]
    putting.prepare([f"{_tool(net)} {end} mtu {putting.value}" for end in reversed(ends)])


def _add_mac(putting: Putting) -> None:
    putting.prepare([f"{_tool(putting.net)} {_given(putting.cable)} ether {putting.value}"])


def _add_vlan(putting: Putting) -> None:
    """Behind the host's end in the command that adds it to a bridge which filters (FREEBSD.md 8)."""
    cable = putting.cable
    if not cable.member:
        raise EditError("the command that adds the host's end to the bridge is not written in the file.")
    behind = [Spot(spot.node, spot.end, spot.end, "untagged") for spot in cable.member[-1:]]
    changes(putting.jail, Stated("", behind), putting.value, putting.scope, render, putting.edits)


def _add_interface(putting: Putting) -> None:
    """For the addresses that name none themselves (jail(8), interface)."""
    edit = Set(EditPlace(jail=putting.net.name), "interface", (putting.value,))
    putting.edits.setdefault(putting.jail.block.file, []).append(edit)


_ADDING: Mapping[str, Callable[[Putting], None]] = {
    "interface": _add_interface,
    "address": _add_address,
    "address6": _add_address,
    "gateway": _add_gateway,
    "gateway6": _add_gateway,
    "bridge": _add_bridge,
    "mtu": _add_mtu,
    "mac": _add_mac,
    "vlan": _add_vlan,
}


# The spelling of a new line, after that of the file.


def _line(text: str) -> str:
    """A command as a value: in double quotes if it contains variables, else plain, for the quotes of the file."""
    return Written(f'"{text}"') if "$" in text else text


def _tool(net: JailNetwork, name: str = "ifconfig") -> str:
    """A tool with the directory that the file writes before tools."""
    return f"{net.network.reader.folder or ''}{name}"


def _given(cable: Cable) -> str:
    """The interface as vnet.interface names it, with variables."""
    node = cable.given_spots[0].node if cable.given_spots else None
    if node is not None and node.name == "vnet.interface" and node.text == cable.given:
        return within_quotes(node.definition.file, element(node))
    return cable.given


def _inside(cable: Cable) -> str:
    """The final name of the interface in the jail."""
    return _given(cable) if cable.inside == cable.given else cable.inside


def _host_end(cable: Cable) -> str:
    given = _given(cable)
    if cable.host_end == f"{cable.given[:-1]}a" and given.endswith("b"):
        return f"{given[:-1]}a"
    return cable.host_end


def _jail_name(net: JailNetwork) -> str:
    """The jail's name for a hook: a variable if the jail uses variables."""
    nodes = [node for setting in net.jail.jail.params for node in trace(setting)]
    used = [within_quotes(node.definition.file, element(node)) for node in nodes if node.parts]
    if not used:
        return net.name
    return "${name}" if any("${name}" in text for text in used) else "$name"
