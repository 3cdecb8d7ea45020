"""The network of a jail as fields, each with its places in the files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.config.hooks.trace import Node, Spot
from jailtui.config.hooks.walk import Stated
from jailtui.config.network import Cable, Network, rc_addresses, rc_words, read
from jailtui.config.syntax import address_key
from jailtui.forms.protocol import OFF, ON, Field, Kind
from jailtui.forms.written import elements, places, raw_text, shared_by, uses, where_text
from jailtui.jailconf.faults import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.exchange import Step
    from jailtui.forms.sources import Sources
    from jailtui.jailconf import Evaluation, HostJail

NUMBER = re.compile(r"\d{1,9}")
LABELS = {
    "epair": "Epair",
    "interface": "Interface",
    "id": "Id",
    "bridge": "Bridge",
    "address": "Address",
    "address6": "IPv6 address",
    "gateway": "Gateway",
    "gateway6": "IPv6 gateway",
    "dhcp": "DHCP",
    "slaac": "SLAAC",
    "mtu": "MTU",
    "mac": "MAC",
    "vlan": "VLAN",
    "release": "Return on stop",
}
HELP = {
    "epair": "The virtual cable: its end a stays on the host, its end b moves into the jail.",
    "interface": "The host's interface that carries the address.",
    "id": "Number used to build the jail's names and addresses.",
    "bridge": "The bridge that the host's end joins.",
    "address": "With its prefix, 192.168.1.2/24.",
    "address6": "With its prefix, fd00::2/64.",
    "gateway": "The IPv4 default route of the jail: an address of its network.",
    "gateway6": "The IPv6 default route of the jail: an address of its IPv6 network, or fe80::1%INTERFACE.",
    "dhcp": "A DHCP server assigns the address; the jail's devfs ruleset has to show bpf.",
    "slaac": "Router advertisements assign the IPv6 address.",
    "mtu": "In bytes; the same as the bridge's.",
    "mac": "If empty, the kernel chooses.",
    "vlan": "The tag of the VLAN that carries it.",
    "release": "Return the jail's end to the host before the jail stops, so that a dying jail can't keep it.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field with its name within the interface, the interface, and the places where it is written."""

    field: Field
    name: str
    cable: Cable | None = None
    stated: Stated | None = None


@dataclass(frozen=True)
class JailNetwork:
    """A jail's network in files that may be edited. `rc_text` is its own rc.conf, `commands` are to be run."""

    name: str
    sources: Sources
    rc_text: str | None
    commands: tuple[Step, ...] = ()

    @cached_property
    def jail(self) -> HostJail:
        """The jail, in the file that rc.d/jail reads for it. Raises NoForm."""
        return self.sources.jail(self.name)

    @property
    def evaluation(self) -> Evaluation:
        return self.sources.config.evaluations[self.jail.file]

    @cached_property
    def network(self) -> Network:
        return read(self.jail.jail, self.rc_text)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The fields by key, in the order of the form."""
        return {entry.field.key: entry for entry in self._all()}

    def edited(self, texts: Mapping[str, bytes], rc_text: str | None, steps: tuple[Step, ...]) -> JailNetwork:
        """The same jail with other texts of files."""
        sources = self.sources.of(texts) if texts is not self.sources.texts else self.sources
        return JailNetwork(self.name, sources, rc_text, (*self.commands, *steps))

    # The fields.

    def _all(self) -> Iterator[Entry]:
        network = self.network
        if (number := self._number() or self._unused_number()) is not None:
            yield self._of_number(number)
        for count, cable in enumerate(network.cables):
            prefix, group = (f"{count + 1}.", decoded(cable.name.value)) if count else ("", "")
            yield from self._of_cable(cable, prefix, group)
        for count, unread in enumerate(network.unread):
            where = where_text(self.name, self.evaluation, [Spot(unread.node, 0, len(unread.node.text))])
            text, group = decoded(unread.text), "Not understood"
            yield Entry(Field(f"unread.{count + 1}", unread.name, text, "fact", where=where, group=group), "")

    def _of_cable(self, cable: Cable, prefix: str, group: str) -> Iterator[Entry]:
        vnet = self.network.vnet
        name = "epair" if vnet else "interface"
        label = "" if cable.given else LABELS["interface"]
        yield self._entry(name, cable.name, cable, prefix=prefix, group=group, label=label)
        if vnet and (cable.pair is not None or cable.bridge is not None):
            bridges = tuple(bridge.name for bridge in self.sources.state.bridges)
            yield self._entry("bridge", cable.bridge, cable, prefix=prefix, group=group, choices=bridges)
        yield from self._addresses(cable, prefix, group)
        if not vnet:
            return
        if not prefix:
            yield from self._gateways()
        inside = self.network.view.links[self.network.cables.index(cable)]
        for switch, on, spots in (("dhcp", inside.dhcp, cable.dhcp), ("slaac", inside.slaac, cable.slaac)):
            stated = Stated(ON if on else OFF, spots)
            entry = self._entry(switch, stated, cable, kind="switch", prefix=prefix, group=group)
            alone = switch == "dhcp" and [word.upper() for word in rc_words(cable)] in (["DHCP"], ["SYNCDHCP"])
            yield entry if spots or not on else _of_rc_conf(entry, cable, "switch" if alone else "fact")
        for name, value in (("mtu", cable.mtu), ("mac", cable.mac)):
            yield self._entry(name, value, cable, prefix=prefix, group=group)
        if cable.vlan is not None or self._filtered(cable):
            yield self._of_vlan(cable, prefix, group)
        if cable.pair is not None or cable.release is not None:
            release = cable.release
            spots = [Spot(release.node, 0, len(release.node.text))] if release is not None else []
            stated = Stated(ON if release is not None else OFF, spots)
            yield self._entry("release", stated, cable, kind="switch", prefix=prefix, group=group)

    def _filtered(self, cable: Cable) -> bool:
        """Whether its host end joins a bridge that filters by VLAN (15)."""
        bridge = decoded(cable.bridge.value) if cable.bridge is not None and cable.host_end else ""
        return any(it.filtering and it.name == bridge and it.jid is None for it in self.sources.state.interfaces)

    def _of_vlan(self, cable: Cable, prefix: str, group: str) -> Entry:
        """The VLAN; where the hooks set none on a bridge that filters, with what comes of that."""
        entry = self._entry("vlan", cable.vlan, cable, prefix=prefix, group=group)
        if cable.vlan is not None or cable.bridge is None:
            return entry
        help = f"{decoded(cable.bridge.value)} filters by VLAN, and drops the frames of a member that has none."
        return replace(entry, field=entry.field._replace(help=help))

    def _addresses(self, cable: Cable, prefix: str, group: str) -> Iterator[Entry]:
        """`address`, `alias`, `alias2`…, and the same for IPv6; an address of its rc.conf is a fact."""
        rc = [Stated(address) for address in rc_addresses(rc_words(cable))]
        for version, first in ((4, "address"), (6, "address6")):
            mine = [stated for stated in [*cable.addresses, *rc] if (":" in stated.value) == (version == 6)]
            for number, stated in enumerate(mine or (None,), start=1):
                key = address_key(1, version, number)
                label = LABELS[first] if number == 1 else "also"
                entry = self._entry(key, stated, cable, prefix=prefix, group=group, label=label, known=first)
                yield _of_rc_conf(entry, cable) if stated is not None and not stated.spots else entry

    def _gateways(self) -> Iterator[Entry]:
        network = self.network
        for key, colon in (("gateway", False), ("gateway6", True)):
            stated = next((stated for stated in network.gateways if (":" in stated.value) == colon), None)
            of_rc = next((gateway for gateway in network.rc_gateways if (":" in gateway) == colon), None)
            if stated is None and of_rc is not None:
                entry = self._entry(key, Stated(of_rc))
                yield Entry(entry.field._replace(kind="fact", where="rc.conf in the jail"), key)
            else:
                yield self._entry(key, stated)

    def _entry(
        self,
        name: str,
        stated: Stated | None,
        cable: Cable | None = None,
        *,
        kind: Kind = "text",
        prefix: str = "",
        group: str = "",
        choices: tuple[str, ...] = (),
        label: str = "",
        known: str = "",
    ) -> Entry:
        """One field. `known` is its name where its key differs, as `alias2` is an `address`."""
        known = known or name
        value = decoded(stated.value) if stated is not None else ""
        spots = stated.spots if stated is not None else []
        field = Field(
            key=f"{prefix}{name}",
            label=label or LABELS[known],
            value=value,
            kind=kind,
            raw="" if kind == "switch" else raw_text(spots, value),
            where=where_text(self.name, self.evaluation, spots),
            group=group,
            choices=choices,
            shared=shared_by(self.name, self.evaluation, spots),
            help=HELP[known],
        )
        return Entry(field, known, cable, stated)

    def _number(self) -> Stated | None:
        """The whole number that several of the fields are made of, `$id`."""
        cables = self.network.cables
        others = [stated for cable in cables for stated in (cable.vlan, cable.mtu) if stated]
        own = {node.place for stated in others for node in places(stated.spots)}
        parts: dict[tuple[str, int, int], Node] = {}
        users: dict[tuple[str, int, int], set[int]] = {}
        made = [stated for cable in cables for stated in (cable.name, cable.bridge, *cable.addresses) if stated]
        for number, stated in enumerate(made):
            for _, _, part in (part for node in places(stated.spots) for part in node.parts):
                if NUMBER.fullmatch(part.text) and part.name.startswith("$") and part.place not in own:
                    parts[part.place] = part
                    users.setdefault(part.place, set()).add(number)
        several = [place for place, numbers in users.items() if len(numbers) > 1]
        several = several or [place for place, part in parts.items() if part.name == "$id"]  # others are literal now
        if len(several) != 1:
            return None
        node = parts[several[0]]
        return Stated(node.text, [Spot(node, 0, len(node.text))])

    def _unused_number(self) -> Stated | None:
        """The number `$id` of the jail if no field uses it any more."""
        nodes = elements(self.jail.jail, "$id")
        number = len(nodes) == 1 and NUMBER.fullmatch(nodes[0].text) is not None
        return Stated(nodes[0].text, [Spot(nodes[0], 0, len(nodes[0].text))]) if number else None

    def _of_number(self, number: Stated) -> Entry:
        """The field of a number; it says so if nothing uses the number."""
        entry = self._entry("id", number)
        if uses(self.jail.jail, number.spots[0].node.name.removeprefix("$")):
            return entry
        where = f"{entry.field.where}; nothing uses it"
        return replace(entry, field=entry.field._replace(where=where, help="No value of the jail uses it."))


def _of_rc_conf(entry: Entry, cable: Cable, kind: Kind = "fact") -> Entry:
    """The field of a value that the jail's own rc.conf sets, which is not jail.conf."""
    variable = next(iter(cable.rc), "")
    where = f"rc.conf in the jail, {variable}" if variable else "rc.conf in the jail"
    return Entry(entry.field._replace(kind=kind, where=where), entry.name, cable)
