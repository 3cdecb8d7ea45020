"""Who has an address or a MAC, over the whole host at once, so that rules find what two have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import plain_ip
from jailtui.config.view import Link
from jailtui.model.state import Interface, Jail, JailState, Where
from jailtui.rules.finding import Evidence, Subject
from jailtui.rules.jailwords import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.rules.context import Context

Raw = tuple[Jail | None, Interface | Link | None]
"""A jail (None: the host) and what of it has the thing: an interface, a link as configured, or the jail itself."""

TUNNELS = ("loopback", "tun", "wg")
"""Their addresses are not on a segment that others share."""


class Holder(NamedTuple):
    """One who has an address or a MAC. `live`: it has it now, else by its configuration only.

    `segment` are names of the interfaces and bridges it is joined with on the host, empty where that is not known.
    """

    jail: Jail | None
    subject: Subject
    text: str
    live: bool
    segment: frozenset[str]
    evidence: Evidence

    def apart(self, other: Holder) -> bool:
        """Whether the two are known to be in different bridges."""
        return bool(self.segment and other.segment and not self.segment & other.segment)


def address_holders(context: Context) -> Iterator[tuple[str, list[Holder]]]:
    """Each address that two of the host and its jails have, with all of them, in the order of the state."""
    found: dict[str, list[Raw]] = defaultdict(list)
    by_jid = {jail.jid: jail for jail in context.state.jails if jail.running}
    for one in context.state.interfaces:
        jail = by_jid.get(one.jid) if one.jid is not None else None
        if (one.jid is None) is (jail is None) and not (jail is not None and one.kind in TUNNELS):
            for given in one.addresses:
                found[given.address].append((jail, one))
    for jail in context.state.jails:
        for address, raw in _told(context, jail):
            found[address].append((jail, raw))
    bridge_of = _bridge_of(context)
    for address, raws in found.items():
        if len(raws) < 2 or all(_by_carp(context, raw, address) for raw in raws):
            continue
        if not address.lower().startswith(("fe80:", "127.")) and address != "::1":
            yield address, [_holder(context, raw, bridge_of, _address_evidence(context, raw, address)) for raw in raws]


def _by_carp(context: Context, raw: Raw, address: str) -> bool:
    """Whether CARP hands the address from one to the other: then several have it by design (carp(4))."""
    jail, one = raw
    if isinstance(one, Interface):
        given = (it for it in one.addresses if it.address == address)
        return any(flag.startswith("vhid ") for it in given for flag in it.flags)
    if jail is None or jail.name not in context.settings:
        return False
    texts = (text for values in context.settings[jail.name].params.values() for text in values)
    return any("vhid" in text and address in text for text in texts)


def _told(context: Context, jail: Jail) -> Iterator[tuple[str, Link | None]]:
    """The addresses of a jail that ifconfig does not show: without vnet what jls tells, of one at rest the file's."""
    if jail.state is JailState.DYING:
        return
    if jail.running and not jail.vnet:
        yield from ((given.address, None) for given in jail.addresses)
        return
    if jail.running and jail.interfaces is not None:
        return
    view = context.view(jail.name)
    for link in view.links if view is not None else ():
        for text in () if link.dhcp else link.addresses:
            address = text.partition("/")[0]
            yield plain_ip(address) if ":" in address else address, link


def _address_evidence(context: Context, raw: Raw, address: str) -> Evidence:
    jail, one = raw
    if isinstance(one, Interface):
        return Evidence(_ifconfig(context, jail, one), f"inet{'6' if ':' in address else ''} {address}")
    assert jail is not None
    if jail.running and one is None:
        return Evidence(f"jls -j {jail.jid} -n ip4.addr ip6.addr", address)
    return _written(context, jail, address)


def mac_holders(context: Context) -> Iterator[tuple[str, list[Holder]]]:
    """Each MAC that two interfaces have which are not meant to share it, with all of them.

    A VLAN has its parent's, a bridge may have a member's (net.link.bridge.inherit_mac), members of a lagg its own:
    only NICs, taps and epair ends count, and none that has the MAC of a lagg.
    """
    found: dict[str, list[Raw]] = defaultdict(list)
    by_jid = {jail.jid: jail for jail in context.state.jails if jail.running}
    laggs = {_mac(one) for one in context.state.interfaces if one.kind == "lagg"}
    for one in context.state.interfaces:
        mac = _mac(one)
        jail = by_jid.get(one.jid) if one.jid is not None else None
        if mac and one.kind in ("ether", "epair", "tap") and mac not in laggs and (one.jid is None) is (jail is None):
            found[mac].append((jail, one))
    for jail in context.state.jails:
        view = context.view(jail.name) if not jail.running and jail.state is not JailState.DYING else None
        for link in view.links if view is not None else ():
            if link.mac and link.mac != "random":
                found[link.mac.lower().replace("-", ":")].append((jail, link))
    bridge_of = _bridge_of(context)
    for mac, raws in found.items():
        if len(raws) > 1:
            yield mac, [_holder(context, raw, bridge_of, _mac_evidence(context, raw, mac)) for raw in raws]


def _mac(one: Interface) -> str:
    return (one.mac or one.ether or "").lower()


def _mac_evidence(context: Context, raw: Raw, mac: str) -> Evidence:
    jail, one = raw
    if isinstance(one, Interface):
        return Evidence(_ifconfig(context, jail, one), f"ether {mac}")
    assert jail is not None
    return _written(context, jail, mac)


def _ifconfig(context: Context, jail: Jail | None, one: Interface) -> str:
    return f"ifconfig {one.name}" if jail is None else " ".join(inside(context, jail, "ifconfig", one.name))


def _written(context: Context, jail: Jail, what: str) -> Evidence:
    """The jail's block: the value may be put together of variables and stand in several lines."""
    file, line = context.settings[jail.name].place("")
    return Evidence(f"{file}:{line}", f"{jail.name} {{ … {what} … }}")


def _bridge_of(context: Context) -> dict[str, str]:
    """The bridge of each member."""
    return {member: bridge.name for bridge in context.state.bridges for member in bridge.members}


def _holder(context: Context, raw: Raw, bridge_of: dict[str, str], evidence: Evidence) -> Holder:
    jail, one = raw
    on = f" on {one.name}" if isinstance(one, Interface) else ""
    if jail is None:
        assert isinstance(one, Interface)
        joined = frozenset(name for name in (one.name, bridge_of.get(one.name)) if name)
        return Holder(None, Subject("interface", one.name, one.name), f"the host{on}", True, joined, evidence)
    subject = Subject("jail", jail.key, jail.name)
    joined = _joined(context, jail, one) or frozenset(jail.bridges)
    live = jail.running and not isinstance(one, Link)
    text = f"{jail.name} (jid {jail.jid}){on}" if live else f"{jail.name}, by its configuration"
    return Holder(jail, subject, text, live, joined, evidence)


def _joined(context: Context, jail: Jail, one: Interface | Link | None) -> frozenset[str]:
    """The segments of one interface of a jail; empty where they are not known."""
    if isinstance(one, Link):
        return frozenset((one.bridge,)) - {""}
    return frozenset(_reached(context, jail.jid, one.name, set())) if one is not None else frozenset()


def _reached(context: Context, jid: int | None, name: str, been: set[tuple[int | None, str]]) -> Iterator[str]:
    """What an interface in a jail is joined with, also by way of bridges in the jail around it."""
    if (jid, name) in been:
        return
    been.add((jid, name))
    for one in context.inside.get(jid or 0, ()):
        if one.kind == "bridge" and name in (one.name, *one.members):
            yield f"{one.name} of jid {jid}"
            for member in one.members:
                yield from _reached(context, jid, member, been)
    other = context.far_ends.get((jid, name))
    if other is not None and other.where is Where.HOST and other.bridge:
        yield other.bridge
    elif other is not None and other.jid is not None and other.name:
        yield from _reached(context, other.jid, other.name, been)
