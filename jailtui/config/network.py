"""The configured network of a jail, with the places of all values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jailtui.config.hooks.effects import effects
from jailtui.config.hooks.tools import TOOLS
from jailtui.config.hooks.trace import Node, Spot, traced
from jailtui.config.hooks.walk import (
    STOPPING,
    Creation,
    HookInterface,
    HookPair,
    HookReader,
    MovedIn,
    Release,
    Stated,
    Unread,
)
from jailtui.config.rcconf import variable
from jailtui.config.view import Configured, Created, Link, View
from jailtui.jailconf.faults import decoded
from jailtui.net import is_ip, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jailtui.jailconf import JailDefinition

RC_LINE = re.compile(
    r"""^[ \t]*([A-Za-z_]\w*)=(?:"([^"$`\\\n]*)"|'([^'\n]*)'|([^\s"'$`;#]*))""", re.MULTILINE | re.ASCII
)
ALIAS = re.compile(r"(?:(?P<interface>[^|]*)\|)?(?P<address>[^\s/]+)(?:/(?P<prefix>\S+))?(?P<rest>.*)", re.DOTALL)
NIC = re.compile(r"[a-z]+\d+(\.\d+)?")


@dataclass(slots=True, eq=False)
class Cable:
    """One interface of a jail, and where it is configured. `inside` is its name there after the hooks, `rc_name` the
    one that the jail's own rc.conf gives it then (rc.conf(5), ifconfig_IF_name), `rc` the variables there about it.
    """

    given: str
    inside: str
    given_spots: list[Spot]
    pair: HookPair | None = None
    host_end: str = ""
    bridge: Stated | None = None
    joined: Node | None = None
    member: list[Spot] = field(default_factory=list)
    addresses: list[Stated] = field(default_factory=list)
    mtu: Stated | None = None
    mac: Stated | None = None
    vlan: Stated | None = None
    untagged: bool = False
    dhcp: list[Spot] = field(default_factory=list)
    slaac: list[Spot] = field(default_factory=list)
    release: Release | None = None
    names: list[Spot] = field(default_factory=list)
    rc: dict[str, str] = field(default_factory=dict)
    rc_name: str = ""

    @property
    def last_name(self) -> str:
        """Its name while the jail runs."""
        return self.rc_name or self.inside

    @property
    def name(self) -> Stated:
        """Its name in the form: the pair as it is created, or the interface's own name."""
        if self.pair is not None and self.given[:-1] == self.pair.stem.value:
            return self.pair.stem
        renamed = self.given not in ("", self.inside)
        return Stated(self.given or self.inside, self.given_spots + ([] if renamed else self.names))


@dataclass(slots=True, eq=False)
class Network:
    """The network of one jail."""

    jail: JailDefinition
    vnet: bool
    cables: list[Cable]
    gateways: list[Stated]
    unread: list[Unread]
    reader: HookReader
    rc: Mapping[str, str]

    @property
    def view(self) -> View:
        """The network without the places of values."""
        ruleset = _last_value(self.jail, "devfs_ruleset")
        devfs = self.jail.get("mount.devfs")
        return View(
            jail=self.jail.name,
            vnet=self.vnet,
            links=tuple(_link(cable, self.reader) for cable in self.cables),
            gateways=tuple(decoded(stated.value) for stated in self.gateways) + self.rc_gateways,
            unread=tuple(decoded(unread.text) for unread in self.unread),
            path=_last_value(self.jail, "path"),
            ruleset=int(ruleset) if ruleset.isascii() and ruleset.isdigit() and len(ruleset) < 10 else None,
            mounts_devfs=devfs is not None and devfs.bool is not False,
            runs_rc=self.reader.runs_rc,
            created=tuple(_created(creation) for creation in self.reader.creations),
            bridges=_distinct(iface.bridge for iface in self.reader.host.values()),
            hidden=tuple(decoded(unread.text) for unread in self.unread if unread.hides),
            macs=_distinct(iface.mac for iface in (*self.reader.host.values(), *self.reader.inside.values())),
            routes=tuple(self.reader.routes),
            shared=_by_carp(self.reader),
            lent=tuple((jail, tuple(addresses)) for jail, addresses in self.reader.lent.items()),
            failing=tuple((hook, decoded(text)) for hook, text in self.reader.failing),
            touched=tuple(sorted(map(decoded, self.reader.touched))),
            raised=tuple(sorted(map(decoded, self.reader.raised))),
            paths=tuple(sorted(map(decoded, self.reader.paths))),
            effects=effects(self.reader),
            may_release=self.reader.drops or any(unread.name in STOPPING for unread in self.unread),
            removals=tuple(
                removal._replace(name=decoded(removal.name)) for removal in dict.fromkeys(self.reader.removals)
            ),
        )

    @property
    def rc_gateways(self) -> tuple[str, ...]:
        """Default routes that the jail's own rc.conf sets."""
        gateways = (self.rc.get(name, "") for name in ("defaultrouter", "ipv6_defaultrouter"))
        return tuple(gateway for gateway in gateways if gateway and gateway.lower() != "no")


def read(jail: JailDefinition, rc_text: str | None = None, *, placed: bool = True) -> Network:
    """The network of `jail`. `rc_text` is the rc.conf inside it, None if that was not read.

    Without `placed` most places of values are left out: enough for the view.
    """
    reader = HookReader(jail, TOOLS, placed=placed)
    rc = variables(rc_text) if rc_text and reader.runs_rc else {}
    flag = jail.get("vnet")
    vnet = flag is not None and flag.bool is not False and flag.values[-1:] not in (("inherit",), ("disable",))
    cables = (
        [*(_cable(moved_in, reader, rc) for moved_in in reader.given), *_made_inside(reader)]
        if vnet
        else list(_aliases(reader))
    )
    return Network(jail, vnet, cables, reader.gateways if vnet else [], reader.unread, reader, rc if vnet else {})


def configured(jail: JailDefinition, file: str) -> Configured:
    """A jail of `file`, with its network."""
    return in_short(read(jail, placed=False).view, parameters(jail), file)


def in_short(view: View, params: tuple[tuple[str, tuple[str, ...]], ...], file: str) -> Configured:
    """A jail of `file` with these parameters and this network."""
    values = dict(params)
    aliases = [plain_alias(value) for name in ("ip4.addr", "ip6.addr") for value in values.get(name, ())]
    addresses = [address for link in view.links for address in link.addresses] if view.vnet else []
    addresses = [address for address in addresses if not is_loopback(address)]
    return Configured(
        file=file,
        params=params,
        vnet=view.vnet,
        path=view.path or None,
        interfaces=values.get("vnet.interface", ()),
        addresses=tuple(dict.fromkeys([*sorted(aliases, key=is_loopback), *addresses])),
        bridges=view.bridges,
        depend=values.get("depend", ()),
        creates=tuple(dict.fromkeys(created.name for created in view.created if created.own and created.name)),
        dhcp=any(link.dhcp for link in view.links),
        view=view,
    )


def parameters(jail: JailDefinition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The parameters that jail(8) uses, those that are set and not switched off, with their values."""
    return tuple((setting.name, setting.values) for setting in jail.params if setting.bool is not False)


def plain_alias(value: str) -> str:
    """`em0|192.168.1.60/32 alias words` of ip4.addr as its address."""
    return value.rpartition("|")[2].split(" ")[0]


def _created(creation: Creation) -> Created:
    names = tuple(map(decoded, creation.names))
    tag = next((_number(iface.vlan) for iface in creation.interfaces), None)
    return Created(names[0] if names else "", names, creation.idempotent, creation.own, tag)


def _last_value(jail: JailDefinition, name: str) -> str:
    """The value of a parameter, the last one of a list; "" if it has none."""
    setting = jail.get(name)
    return setting.values[-1] if setting is not None and setting.values else ""


def _distinct(values: Iterable[Stated | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(decoded(stated.value) for stated in values if stated is not None))


def _by_carp(reader: HookReader) -> tuple[str, ...]:
    """The addresses of hooks and of ip4.addr that have a `vhid`."""
    aliases = [node.text for name in ("ip4.addr", "ip6.addr") for node in reader.values(name)]
    return (*reader.shared, *(plain_alias(text).partition("/")[0] for text in aliases if " vhid " in text))


def variables(text: str) -> dict[str, str]:
    """The assignments of an rc.conf without expansions, the last one of each name."""
    return {match[1]: match[2] or match[3] or match[4] or "" for match in RC_LINE.finditer(text)}


def _cable(moved_in: MovedIn, reader: HookReader, rc: Mapping[str, str]) -> Cable:
    """An interface that was moved in, and the other end of its pair."""
    iface = moved_in.iface
    ends = (end for end in reader.host.values() if end.pair is not None and end.pair is iface.pair)
    other = next(ends, None) or _only_member(reader)
    bridge = other.bridge if other is not None else None
    cable = Cable(moved_in.outer, iface.name, moved_in.spots, iface.pair, other.name if other else "", bridge)
    cable.addresses = iface.addresses
    cable.mtu = _both(iface.mtu, other.mtu if other else None)
    cable.mac, cable.dhcp, cable.slaac = iface.mac, iface.dhcp, iface.slaac
    cable.vlan = iface.vlan or (other.untagged if other else None) or _ridden(bridge, reader)
    cable.joined, cable.member = (other.joined, other.member) if other is not None else (None, [])
    cable.untagged = bool(other and other.untagged and not iface.vlan)
    cable.names = iface.names
    cable.release = next((release for release in reader.releases if release.iface is iface), None)
    cable.rc_name = rc.get(variable("ifconfig", iface.name, "_name"), "").strip()
    names = (variable("ifconfig", cable.last_name, suffix) for suffix in ("", "_ipv6"))
    cable.rc = {name: rc[name] for name in names if name in rc}
    return cable


def _made_inside(reader: HookReader) -> Iterator[Cable]:
    """Interfaces that the jail creates itself and gives an address, a wg0 or a VLAN."""
    for iface in reader.inside.values():
        given = any(iface is moved_in.iface for moved_in in reader.given)
        if iface.addresses and not given and not iface.name.startswith("lo"):
            yield Cable(
                "", iface.name, [], addresses=iface.addresses, mtu=iface.mtu, vlan=iface.vlan, names=iface.names
            )


def _only_member(reader: HookReader) -> HookInterface | None:
    """The host end of a jail's only interface, if a command that can't be read creates it: the only interface, NICs and
    VLANs aside, that the hooks add to a bridge.
    """
    members = [iface for members in reader.members.values() for iface in members]
    joined = [iface for iface in members if iface.vlan is None and not NIC.fullmatch(iface.name)]
    return joined[0] if len(reader.given) == 1 and len(joined) == 1 and joined[0].pair is None else None


def _both(stated: Stated | None, other: Stated | None) -> Stated | None:
    """The value of both ends; the jail's if they differ."""
    if stated is not None and other is not None and stated.value == other.value:
        return Stated(stated.value, stated.spots + other.spots)
    return stated or other


def _ridden(bridge: Stated | None, reader: HookReader) -> Stated | None:
    """The tag of a VLAN that the hooks add to the same bridge."""
    members = reader.members.get(bridge.value, []) if bridge is not None else []
    return next((iface.vlan for iface in members if iface.vlan is not None), None)


def _aliases(reader: HookReader) -> Iterator[Cable]:
    """The addresses of a jail without vnet, by interface (jail(8), ip4.addr)."""
    jail = reader.jail
    default = next(iter(traced(jail, "interface")[-1:]), None)
    cables: dict[str, Cable] = {}
    for name in ("ip4.addr", "ip6.addr"):
        for node in traced(jail, name):
            match = ALIAS.fullmatch(node.text)
            text = "/".join(filter(None, match.group("address", "prefix"))) if match is not None else ""
            if match is None or not is_ip(text):
                reader.unread.append(Unread(name, node.text, node))
                continue
            interface = match["interface"] or (default.text if default is not None else "")
            cable = cables.setdefault(interface, Cable(interface, interface, []))
            if match["interface"]:
                cable.given_spots.append(Spot(node, *match.span("interface")))
            elif default is not None:
                cable.given_spots.append(Spot(default, 0, len(default.text)))
            address = Spot(node, *match.span("address"), "address" if match["prefix"] else "bare")
            prefix = [Spot(node, *match.span("prefix"), "prefix")] if match["prefix"] else []
            cable.addresses.append(Stated(text, [address, *prefix]))
    yield from cables.values()


def _link(cable: Cable, reader: HookReader) -> Link:
    rc = rc_words(cable)
    pair = cable.pair.stem.value if cable.pair is not None else ""
    if cable.pair is not None and cable.pair.nameless:
        pair = cable.given
    return Link(
        inside=decoded(cable.last_name),
        given=decoded(cable.given),
        pair=decoded(pair),
        host_end=decoded(cable.host_end),
        created=cable.pair is not None and cable.pair.created,
        idempotent=_idempotent(cable.pair, reader),
        bridge=decoded(cable.bridge.value) if cable.bridge is not None else "",
        vlan=_number(cable.vlan),
        addresses=tuple(decoded(stated.value) for stated in cable.addresses) + tuple(rc_addresses(rc)),
        dhcp=bool(cable.dhcp) or any(word.upper() in ("DHCP", "SYNCDHCP") for word in rc),
        slaac=bool(cable.slaac) or "accept_rtadv" in rc,
        mtu=_number(cable.mtu),
        mac=decoded(cable.mac.value) if cable.mac is not None else "",
        untagged=cable.untagged,
        release=cable.release is not None,
    )


def _idempotent(pair: HookPair | None, reader: HookReader) -> bool:
    """Whether a start works if the pair exists already."""
    return pair is not None and any(creation.pair is pair and creation.idempotent for creation in reader.creations)


def _number(stated: Stated | None) -> int | None:
    return int(stated.value) if stated is not None and stated.value.isascii() and stated.value.isdigit() else None


def rc_words(cable: Cable) -> list[str]:
    """The words in the jail's rc.conf about its interface."""
    return [word for value in cable.rc.values() for word in value.split()]


def rc_addresses(words: list[str]) -> Iterator[str]:
    """The addresses among them."""
    yield from filter(is_ip, words)
