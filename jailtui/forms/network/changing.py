"""What an answer of the network form does to the files: change a value, add a line, take one out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.hooks.trace import Node, Spot, render, trace, traced
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

ORDER = {"id": 0, "epair": 1, "interface": 1, "bridge": 2, "address": 4, "gateway": 6}


def turn(name: str, value: str) -> int:
    """When an answer is put in: a number first, since others follow from it; a switch that takes addresses away before
    those, one that makes room for them after."""
    return ORDER.get(name, 5) if value != ON else 3


def change(net: JailNetwork, key: str, value: str, scope: Scope | None) -> JailNetwork:
    """`net` with the field `key` as `value`. Raises EditError, with a sentence that says why it can't be."""
    entry = net.entries[key]
    edits: Edits = {}
    steps: tuple[Step, ...] = ()
    rc_text = net.rc_text
    if entry.name == "dhcp" and net.network.reader.runs_rc and not (entry.cable and entry.cable.dhcp):
        rc_text, steps = _rc_dhcp(net, entry, value)
        if value == ON:
            _without_addresses(net, entry, scope, edits)
    else:
        _WAYS.get(entry.name, _value)(net, entry, value, scope, edits)
    texts = dict(net.sources.texts)
    for edit in net.sources.apply(edits):
        texts[edit.path] = edit.new
    after = net.edited(texts if edits else net.sources.texts, rc_text, steps)
    return _rc_follows(net, after) if edits else after


def _value(net: JailNetwork, entry: Entry, value: str, scope: Scope | None, edits: Edits) -> None:
    """A value that is said somewhere, or has to be said from now on."""
    jail = net.found.jail
    stated, cable = entry.said, entry.cable
    if entry.name == "epair" and cable and cable.pair and cable.pair.created and not cable.pair.stem.spots:
        raise EditError("a tool makes its name out of the jail's: it changes with that.")
    if stated is not None and stated.value and value:
        changes(jail, stated, value, scope, render, edits)
    elif value and entry.name in _ADDING:
        _ADDING[entry.name](net, entry.cable, value, edits)
    elif value:
        raise EditError("it is not said anywhere: write it in the file.")
    elif entry.name in ("epair", "interface", "id"):
        raise EditError("it can't be empty.")
    elif stated is not None:
        take_out(jail, _alone(net, stated.spots), scope, edits)


def _alone(net: JailNetwork, spots: list[Spot]) -> list[Node]:
    """The elements that say nothing but this; EditError where there is more in them."""
    nodes = {spot.node.place: spot.node for spot in spots}
    for node in nodes.values():
        if node.place in net.network.reader.longer:
            raise EditError(f"it stands in a longer command: take it out in {at(node)}.")
    if not nodes:
        raise EditError("it is not written in jail.conf.")
    return list(nodes.values())


# Switches.


def _release(net: JailNetwork, entry: Entry, value: str, scope: Scope | None, edits: Edits) -> None:
    """Add or remove the line that gives end b back (FREEBSD.md 3.5, 0a). It must not keep the jail from stopping."""
    cable, jail = entry.cable, net.found.jail
    assert cable is not None, "only an interface has this switch"
    if value == ON:
        name = _jail_name(net)
        line = _line(f"{_tool(net)} {_inside(cable)} -vnet {name} || true")
        put_in(jail, "exec.prestop", [line], 0 if traced(jail, "exec.prestop") else None, edits)
    elif cable.release is not None:
        take_out(jail, _alone(net, [Spot(cable.release.node, 0, 0)]), scope, edits)


def _dhcp(net: JailNetwork, entry: Entry, value: str, scope: Scope | None, edits: Edits) -> None:
    """A DHCP client in the hooks, for a jail that does not run its /etc/rc."""
    cable = entry.cable
    assert cable is not None, "only an interface has this switch"
    if value == ON:
        _without_addresses(net, entry, scope, edits)
        _start(net, f"dhclient {_inside(cable)}", edits)
    else:
        take_out(net.found.jail, _alone(net, cable.dhcp), scope, edits)


def _rc_dhcp(net: JailNetwork, entry: Entry, value: str) -> tuple[str, tuple[Step, ...]]:
    """`SYNCDHCP` in the jail's own rc.conf: devd, which starts plain DHCP, does not run in a jail (FREEBSD.md 7)."""
    assert entry.cable is not None, "only an interface has this switch"
    name, sysrc = variable("ifconfig", entry.cable.inside), _sysrc(net)
    before = entry.cable.rc.get(name)
    back = (*sysrc, "-x", name) if before is None else (*sysrc, f"{name}={before}")
    text = net.rc_text or ""
    if value == ON:
        step = Step((*sysrc, f"{name}=SYNCDHCP"), "the jail's own rc.conf asks for an address", undo=back)
        return f"{text}\n{name}=SYNCDHCP\n", (step,)
    step = Step((*sysrc, "-x", name), "no DHCP any more", undo=back)
    return f"{text}\n{name}=\n", (step,)


def _rc_follows(net: JailNetwork, after: JailNetwork) -> JailNetwork:
    """`after`, where the variables of the jail's own rc.conf take on the names that its interfaces have got."""
    text, steps, sysrc = after.rc_text or "", [], _sysrc(net)
    for old, new in zip(net.network.cables, after.network.cables, strict=False):
        was, now = variable("ifconfig", old.inside), variable("ifconfig", new.inside)
        said = {} if was == now else net.network.rc
        for name, value in said.items():
            if not value or not re.fullmatch(rf"{was}(_.+)?", name):
                continue
            name_now = now + name[len(was) :]
            if MANGLED & set(value):
                raise EditError(f"sysrc can't write {name_now} to the jail's rc.conf: change it by hand.")
            why = f"its interface is {new.inside} from now on"
            steps += [
                Step((*sysrc, f"{name_now}={value}"), why, undo=(*sysrc, "-x", name_now)),
                Step((*sysrc, "-x", name), f"{old.inside} is no more", undo=(*sysrc, f"{name}={value}")),
            ]
            text += f'\n{name}=\n{name_now}="{value}"\n'
    return after.edited(after.sources.texts, text, tuple(steps)) if steps else after


def _sysrc(net: JailNetwork) -> tuple[str, ...]:
    """sysrc on the jail's own rc.conf."""
    live = net.sources.state.jail(net.name)
    path = net.found.jail.get("path") or net.found.jail.get("name")
    root = path.values[-1] if path is not None and path.values else "/"
    return ("sysrc", "-j", str(live.jid)) if live is not None and live.running else ("sysrc", "-R", root)


def _without_addresses(net: JailNetwork, entry: Entry, scope: Scope | None, edits: Edits) -> None:
    """DHCP gives the IPv4 address and the default route: fixed ones go."""
    jail, cable = net.found.jail, entry.cable
    assert cable is not None, "only an interface has this switch"
    said = [stated for stated in [*cable.addresses, *net.network.gateways] if ":" not in stated.value and stated.spots]
    nodes = {node.place: node for stated in said for node in _alone(net, stated.spots)}
    for name in dict.fromkeys(node.name for node in nodes.values()):
        take_out(jail, [node for node in nodes.values() if node.name == name], scope, edits)


def _slaac(net: JailNetwork, entry: Entry, value: str, scope: Scope | None, edits: Edits) -> None:
    cable = entry.cable
    assert cable is not None, "only an interface has this switch"
    if value == ON:
        _start(net, f"{_tool(net)} {_inside(cable)} inet6 -ifdisabled accept_rtadv up", edits)
    else:
        take_out(net.found.jail, _alone(net, cable.slaac), scope, edits)


_WAYS: Mapping[str, Callable[[JailNetwork, Entry, str, Scope | None, Edits], None]] = {
    "release": _release,
    "dhcp": _dhcp,
    "slaac": _slaac,
}


# What was not said before.


def _add_address(net: JailNetwork, cable: Cable | None, value: str, edits: Edits) -> None:
    assert cable is not None, "only an interface has an address"
    if not net.network.vnet:
        name = "ip6.addr" if ":" in value else "ip4.addr"
        put_in(net.found.jail, name, [f"{cable.given}|{value}" if cable.given else value], None, edits)
        return
    family = "inet6" if ":" in value else "inet"
    _start(net, f"{_tool(net)} {_inside(cable)} {family} {value} up", edits)


def _add_gateway(net: JailNetwork, _cable: Cable | None, value: str, edits: Edits) -> None:
    _start(net, f"{_tool(net, 'route')} add {'-inet6 ' if ':' in value else ''}default {value}", edits)


def _add_bridge(net: JailNetwork, cable: Cable | None, value: str, edits: Edits) -> None:
    assert cable is not None, "only an interface has a bridge"
    line = _line(f"{_tool(net)} {value} addm {_host_end(cable)} up")
    put_in(net.found.jail, "exec.prestart", [line], None, edits)


def _add_mtu(net: JailNetwork, cable: Cable | None, value: str, edits: Edits) -> None:
    """Both ends of a pair have their own; the bridge wants its own MTU when an end joins, so before that.

    Where one text makes the pair and joins it there is no place between: since 14 the bridge sets the host end's MTU,
    13 refuses the end (FREEBSD.md 8).
    """
    assert cable is not None, "only an interface has an MTU"
    ends = [_given(cable), *([_host_end(cable)] if cable.host_end else [])]
    if cable.host_end and (node := _joined_as_made(net, cable)) is not None:
        if major(net.sources.release) < 14:
            raise EditError(f"{at(node)} makes the pair and joins it in one text: set the MTU there by hand.")
        ends = ends[:1]
    _prepare(net, cable, [f"{_tool(net)} {end} mtu {value}" for end in reversed(ends)], edits)


def _joined_as_made(net: JailNetwork, cable: Cable) -> Node | None:
    """The text that makes the pair and adds its host end to a bridge, if that is one."""
    node = net.network.reader.creating(cable.pair)
    return node if node is not None and node is cable.joined else None


def _add_mac(net: JailNetwork, cable: Cable | None, value: str, edits: Edits) -> None:
    assert cable is not None, "only an interface has a MAC"
    _prepare(net, cable, [f"{_tool(net)} {_given(cable)} ether {value}"], edits)


def _add_interface(net: JailNetwork, _cable: Cable | None, value: str, edits: Edits) -> None:
    """For the addresses that name none themselves (jail(8), interface)."""
    edits.setdefault(net.found.jail.block.file, []).append(Set(EditPlace(jail=net.name), "interface", (value,)))


_ADDING: Mapping[str, Callable[[JailNetwork, Cable | None, str, Edits], None]] = {
    "interface": _add_interface,
    "address": _add_address,
    "address6": _add_address,
    "gateway": _add_gateway,
    "gateway6": _add_gateway,
    "bridge": _add_bridge,
    "mtu": _add_mtu,
    "mac": _add_mac,
}


def _prepare(net: JailNetwork, cable: Cable, lines: list[str], edits: Edits) -> None:
    """On the host, right behind the command that makes the pair; in the jail where its hooks do not make it."""
    if (node := net.network.reader.creating(cable.pair)) is not None:
        put_in(net.found.jail, node.name, [_line(line) for line in lines], node.index + 1, edits)
        return
    _start(net, lines[-1].replace(_given(cable), _inside(cable)), edits)


def _start(net: JailNetwork, line: str, edits: Edits) -> None:
    """In the jail, before its /etc/rc runs, so that services find it; behind an address that is given there."""
    rc = net.network.reader.rc
    put_in(net.found.jail, "exec.start", [_line(line)], rc.index if rc is not None else None, edits)


# How a line is written, in the habits of the file.


def _line(text: str) -> str:
    """A command as a value: text in double quotes where it holds variables, else plain, for the file's own quotes."""
    return Written(f'"{text}"') if "$" in text else text


def _tool(net: JailNetwork, name: str = "ifconfig") -> str:
    """A tool with the folder that the file gives its tools."""
    return f"{net.network.reader.folder or ''}{name}"


def _given(cable: Cable) -> str:
    """The interface as vnet.interface names it, variables and all."""
    node = cable.given_spots[0].node if cable.given_spots else None
    if node is not None and node.name == "vnet.interface" and node.text == cable.given:
        return within_quotes(node.definition.file, element(node))
    return cable.given


def _inside(cable: Cable) -> str:
    """Its name in the jail at the end."""
    return _given(cable) if cable.inside == cable.given else cable.inside


def _host_end(cable: Cable) -> str:
    given = _given(cable)
    if cable.host_end == f"{cable.given[:-1]}a" and given.endswith("b"):
        return f"{given[:-1]}a"
    return cable.host_end


def _jail_name(net: JailNetwork) -> str:
    """The jail's name as the file's hooks would write it: the variable where the jail uses variables."""
    jail = net.found.jail
    nodes = [node for setting in jail.params for node in trace(setting)]
    used = [within_quotes(node.definition.file, element(node)) for node in nodes if node.parts]
    if not used:
        return net.name
    return "${name}" if any("${name}" in text for text in used) else "$name"
