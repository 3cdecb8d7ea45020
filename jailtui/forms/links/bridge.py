"""The form of a bridge: its members, and on FreeBSD 15 the VLANs that its filter passes for each member.

Sources: bridge(4), ifconfig(8), rc.conf(5); FREEBSD.md 4.2, 4.3 and 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

from jailtui.config.rcconf import NO_TAGS, RcLine, Tags, addm, variable
from jailtui.config.syntax import other_kind, syntax
from jailtui.exchange import Argv, Step
from jailtui.forms.links.common import LinkForm
from jailtui.forms.links.words import Shape, create_steps, doubled, missing, mtu_step, wake_step
from jailtui.forms.notes import listed, saving, unfit
from jailtui.forms.protocol import OFF, ON, Answers, Field, Note

if TYPE_CHECKING:
    from collections.abc import Iterator


OWN_NAME = re.compile(r"bridge\d+")
JOINING = ("ether", "lagg", "vlan", "epair", "tap")
MEMBERS_HELP = "Interface names, separated by spaces."
REFUSED = {"loopback": "a loopback interface", "bridge": "a bridge itself", "tun": "a tunnel", "wg": "a tunnel"}


@dataclass(frozen=True)
class BridgeForm(LinkForm):
    """The form of the bridge `subject` of the host, "" for a new one."""

    kind: ClassVar[Literal["bridge"]] = "bridge"
    label: ClassVar[str] = "bridge"

    @property
    def binds(self) -> bool:
        """Whether a bridge has to have the MTU of its members (13); later releases set its MTU on them."""
        return self.sources.dialect == "13"

    def on_a_bridge(self, name: str) -> bool:
        """Whether the interface is a VLAN on a bridge (since 15), which can't join a bridge."""
        interface = self.host.get(name)
        parent = self.host.get(interface.parent) if interface is not None and interface.parent else None
        return parent is not None and parent.kind == "bridge"

    def first_mtu(self, wanted: Shape) -> str:
        """The MTU of an empty bridge after its members have joined."""
        first = next((self.host[name] for name in wanted.members if name in self.host), None)
        return str(first.mtu) if first is not None else self.live.mtu or "1500"

    # The fields.

    def wanted(self, answers: Answers) -> Shape:
        """The settings that the answers ask for. VLANs count only while the filter is on."""
        common = super().wanted(answers)
        members = self.live.members
        if (answer := answers.values.get("members")) is not None:
            odd = (name for name in members if not is_word(name))
            members = tuple(dict.fromkeys((*answer.replace(",", " ").split(), *odd)))
        filtering = self.filters and answers.values.get("filter", ON if self.live.filtering else OFF) == ON
        tags = {name: self.tags(name, answers, filtering) for name in members}
        return common._replace(members=members, filtering=filtering, tags=tags)

    def tags(self, name: str, answers: Answers, filtering: bool) -> Tags:
        """The VLANs that the answers give a member."""
        untagged, tagged = self.live.tags.get(name, NO_TAGS)
        if not filtering:
            return untagged, tagged
        wanted = answers.values.get(f"tagged.{name}", tagged)
        return answers.values.get(f"untagged.{name}", untagged).strip(), "".join(wanted.split())

    def own_fields(self, answers: Answers) -> tuple[Field, ...]:
        """Name, members, the filter and each member's VLANs."""
        help = "bridge1, or a name of your own: bridgeN is then created and renamed."
        name = () if self.subject else (Field("name", "Name", choices=(self.cloner(""),), help=help),)
        value, where, help = " ".join(filter(is_word, self.live.members)), self.where("members"), MEMBERS_HELP
        now = value if "members" in self.drift else ""
        members = Field("members", "Members", value, where=where, choices=self.candidates, now=now, help=help)
        return (*name, members, *(self.filter_fields(answers) if self.filters else ()))

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The interfaces that can join: Ethernet interfaces in no other bridge, and the host ends of epairs."""
        out = {pair.b.name for pair in self.sources.state.epairs} | self.doubled
        return tuple(
            interface.name
            for interface in self.host.values()
            if interface.kind in JOINING
            and not self.bridge_of(interface.name)
            and interface.name not in out
            and not self.on_a_bridge(interface.name)
        )

    def filter_fields(self, answers: Answers) -> Iterator[Field]:
        """The switch of the filter, and while it is on, the VLANs of each member."""
        where, wanted = self.where("filter"), self.wanted(answers)
        on = ON if self.live.filtering else OFF
        now, help = on if "filter" in self.drift else "", "Passes only the VLANs named for each member."
        yield Field("filter", "VLAN filter", on, "switch", where=where, now=now, help=help)
        for name in wanted.members if wanted.filtering else ():
            untagged, tagged = self.live.tags.get(name, NO_TAGS)
            yield Field(f"untagged.{name}", "Untagged", untagged, where=where, group=name, help="One VLAN, or empty.")
            yield Field(
                f"tagged.{name}", "Tagged", tagged, where=where, group=name, help="VLANs as 10,20-30, or empty."
            )

    def own_drift(self) -> set[str]:
        """Whether members, and whether the filter and its VLANs, differ from rc.conf."""
        boot, live = self.at_boot, self.live
        drift = set()
        if set(boot.members) != {name for name in live.members if self.bootable(name)}:
            drift.add("members")
        both = [name for name in boot.members if name in live.members]
        if boot.filtering != live.filtering or any(boot.tags[name] != live.tags.get(name, NO_TAGS) for name in both):
            drift.add("filter")
        return drift

    def mtu_at_boot(self, members: tuple[str, ...]) -> str:
        """The MTU of the first member, which the bridge has at boot."""
        for name in members:
            interface = self.host.get(name)
            through = self.boot.line(name).mtu or (
                self.boot.line(interface.parent).mtu if interface and interface.parent else ""
            )
            return through or "1500"
        return "1500"

    def own_notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """The notes on name, members, MTU and filter."""
        name = self.name(answers)
        fault = f"{name} is the name of a VLAN." if re.fullmatch(r".+\.\d+", name) else other_kind(name, "bridge")
        if not self.subject and fault:
            yield unfit(fault, "name")
        yield from bridge_notes(self, answers, changed)

    # The steps for now.

    def cloner(self, name: str) -> str:
        """The name that the bridge is created by: its own if that is bridgeN, else the lowest free bridgeN."""
        if OWN_NAME.fullmatch(name):
            return name
        own = self.interface.drivername if self.interface is not None else None
        if own is not None and OWN_NAME.fullmatch(own) and own not in self.boot.cloned:
            return own
        return self.free_name("bridge")

    def live_steps(self, answers: Answers) -> Iterator[Step]:
        """An ifconfig command for each change: members that leave, MTU and members that join, VLANs, the filter."""
        name, wanted = self.name(answers), self.wanted(answers)
        if not self.subject:
            yield from create_steps(name, self.cloner(name), (), "create the bridge")
        if self.live.filtering and not wanted.filtering:
            yield self.filter_step(name, False)
        before, after = frozenset(self.live.members), frozenset(wanted.members)
        for member in self.live.members:
            if member not in after:
                yield self.member_step(name, member, self.live.tags.get(member, NO_TAGS), False)
        joining = tuple(member for member in wanted.members if member not in before)
        yield from self.bound_mtu_steps(name, wanted) if self.binds else ()
        yield from self.wake_steps(joining)
        for member in joining:
            yield self.member_step(name, member, wanted.tags[member], True)
        yield from () if self.binds else self.passed_mtu_steps(name, wanted)
        yield from self.tag_steps(name, wanted)
        if wanted.filtering and not self.live.filtering:
            yield self.filter_step(name, True)
        if not self.subject:
            yield wake_step(name)
        yield from self.common_steps(name, wanted)

    def member_step(self, name: str, member: str, tags: Tags, joins: bool) -> Step:
        """The step by which a member joins or leaves, with its VLANs."""
        add: Argv = ("ifconfig", name, *addm(member, tags))
        drop: Argv = ("ifconfig", name, "deletem", member)
        if joins:
            return Step(add, f"{member} joins", undo=drop)
        return Step(drop, f"{member} leaves", f"traffic between {member} and {name}", add)

    def filter_step(self, name: str, on: bool) -> Step:
        """The step that turns the filter on or off."""
        argv, undo = ("ifconfig", name, "vlanfilter"), ("ifconfig", name, "-vlanfilter")
        if on:
            return Step(argv, "filter by VLAN", "traffic of VLANs that are not named", undo)
        return Step(undo, "stop filtering by VLAN", undo=argv)

    def bound_mtu_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """The MTU on 13: first of the members, else the bridge refuses it; an empty bridge gets its first member's."""
        if not wanted.mtu or wanted.mtu == self.live.mtu:
            return
        for member in wanted.members:
            interface = self.host.get(member)
            if interface is not None and str(interface.mtu) != wanted.mtu:
                yield mtu_step(member, wanted.mtu, str(interface.mtu), "a bridge has the MTU of its members")
        if not wanted.members or set(self.live.members) & set(wanted.members):
            step = mtu_step(name, wanted.mtu, self.live.mtu or "1500", "set the same MTU on the bridge")
            yield step._replace(undo=None) if wanted.members else step

    def passed_mtu_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """The MTU since 14: the bridge sets it on its members."""
        had = self.live.mtu if set(self.live.members) & set(wanted.members) else self.first_mtu(wanted)
        if wanted.mtu and wanted.mtu != had and (wanted.mtu != self.live.mtu or self.live.members):
            yield mtu_step(name, wanted.mtu, had, "its members get it too")

    def tag_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """The steps for VLANs of members that stay. They may be set while the filter is off."""
        before = frozenset(self.live.members)
        for member in filter(before.__contains__, wanted.members):
            old, new = self.live.tags.get(member, NO_TAGS), wanted.tags[member]
            if old[0] != new[0]:
                why = f"untagged frames of {member} are in VLAN {new[0]}" if new[0] else f"{member} is tagged only"
                yield Step(untag(name, member, new[0]), why, undo=untag(name, member, old[0]))
            if old[1] != new[1]:
                argv, undo = (("ifconfig", name, "iftagged", member, tagged or "none") for tagged in (new[1], old[1]))
                yield Step(argv, f"set the VLANs of {member}", undo=undo)

    # The steps for the boot.

    def boot_steps(self, answers: Answers) -> Iterator[Step]:
        """The steps for `cloned_interfaces` and the ifconfig line, whose other words stay."""
        name, wanted, rc = self.name(answers), self.wanted(answers), self.boot
        if name not in self.made_at_boot:
            cloner = self.cloner(name)
            yield from rc.add("cloned_interfaces", cloner, "create it at boot")
            if cloner != name:
                yield from rc.assign(variable("ifconfig", cloner, "_name"), name, "rename it at boot")
        line = rc.line(name)
        members = self.boot_members(line, wanted)
        resized = bool(wanted.mtu) and wanted.mtu != (line.mtu or self.mtu_at_boot(tuple(members)))
        if resized and self.binds and members:
            yield from self.bound_boot_steps(tuple(members), wanted.mtu)
        else:
            yield from self.boot_wake_steps(tuple(member for member in members if member not in line.members))
        line = line.with_up().with_members(members)
        if wanted.address != (self.at_boot.address if self.subject else ""):
            line = line.with_address(wanted.address)
        if resized:
            line = line.with_value("mtu", "" if self.binds and members else wanted.mtu)
        line = line.with_word("vlanfilter", wanted.filtering)
        yield from rc.assign(variable("ifconfig", name), str(line), "set it up at boot")
        yield from self.common_boot_steps(name, wanted)

    def boot_members(self, line: RcLine, wanted: Shape) -> dict[str, Tags]:
        """The members that rc.conf will add: those it adds already and keeps, and new ones that exist at boot."""
        kept = {
            name: tags for name, tags in line.members.items() if name in wanted.members or name not in self.live.members
        }
        new = {
            name: wanted.tags[name]
            for name in wanted.members
            if name in kept or (is_word(name) and self.bootable(name))
        }
        return kept | new

    def bound_boot_steps(self, members: tuple[str, ...], mtu: str) -> Iterator[Step]:
        """The MTU at boot on 13: set on each member before it joins, so that the bridge gets it."""
        for member in members:
            line = self.boot.line(member).with_up().with_value("mtu", mtu)
            yield from self.boot.assign(variable("ifconfig", member), str(line), "a bridge has the MTU of its members")


def is_word(name: str) -> bool:
    """Whether a name can be in the list of members: one with blanks or commas can't, and stays a member."""
    return name.replace(",", " ").split() == [name]


def untag(name: str, member: str, vlan: str) -> Argv:
    """The command that sets a member's untagged VLAN, or removes it."""
    return ("ifconfig", name, "ifuntagged", member, vlan) if vlan else ("ifconfig", name, "-ifuntagged", member)


# The notes on members, MTU and VLAN filter (FREEBSD.md 4.3 and 8).


def bridge_notes(form: BridgeForm, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
    """The notes on members, MTU and filter."""
    wanted = form.wanted(answers)
    before, after = frozenset(form.live.members), frozenset(wanted.members)
    joining = [name for name in wanted.members if name not in before]
    for name in joining:
        yield from joining_notes(form, answers, name)
    for name in form.live.members:
        if name not in after:
            yield from leaving_notes(form, name)
    known = [name for name in joining if name in form.host]
    yield from mtu_notes(form, wanted, known, "mtu" in changed)
    if wanted.filtering:
        yield from filter_notes(wanted)
    if form.on("boot", answers):
        yield from left_out_notes(form, wanted)


def joining_notes(form: BridgeForm, answers: Answers, name: str) -> Iterator[Note]:
    """Notes on an interface that joins."""
    interface = form.host.get(name)
    if interface is None:
        if form.on("now", answers) or not form.bootable(name):
            yield unfit(missing(name), "members")
        return
    if name in form.doubled:
        yield unfit(doubled(name), "members")
    if interface.kind in REFUSED:
        yield unfit(f"{name} is {REFUSED[interface.kind]}: no bridge accepts it.", "members")
        return
    if other := form.bridge_of(name):
        yield unfit(f"{name} is already a member of {other}.", "members")
    if form.on_a_bridge(name):
        yield unfit(f"{name} is a VLAN on the bridge {interface.parent}: it can't join a bridge.", "members")
    if interface.kind in ("ether", "lagg"):
        text = f"{name} may lose its link for a second as it joins; so may an ssh session."
        yield saving("link-drops", text, "members")


def leaving_notes(form: BridgeForm, name: str) -> Iterator[Note]:
    """A warning about what a member that leaves cuts off."""
    interface = form.host.get(name)
    if interface is None or interface.kind not in ("ether", "lagg", "vlan"):
        return
    text = f"The other members of {form.subject} lose the network of {name}"
    if interface.kind != "vlan":
        text += f"; {name} may lose its link for a second, and with it an ssh session"
    addresses = [form.live.address, *map(str, interface.addresses)]
    if router := next(filter(None, map(form.router_through, addresses)), ""):
        text += f". The default route through {router} may use it"
    yield saving("member-leaves", f"{text}.", "members")


def mtu_notes(form: BridgeForm, wanted: Shape, joining: list[str], changed: bool) -> Iterator[Note]:
    """Notes on the MTU, which a bridge and its members share."""
    before = frozenset(form.live.members)
    staying = [name for name in wanted.members if name in before]
    chosen = changed and bool(wanted.mtu)
    kept = staying or (form.live.members and not form.binds)
    mtu = wanted.mtu if chosen else form.live.mtu if kept else form.first_mtu(wanted)
    affected = [*staying, *joining] if chosen else joining
    for name in affected:
        interface = form.host.get(name)
        if interface is None or str(interface.mtu) == mtu:
            continue
        parent = form.host.get(interface.parent) if interface.parent else None
        if parent is not None and parent.mtu < int(mtu):
            text = f"{name} can't have MTU {mtu}: its parent {parent.name} has {parent.mtu}."
            yield unfit(text, "mtu" if chosen else "members")
        elif not chosen and form.binds:
            text = f"{name} has MTU {interface.mtu} and the bridge {mtu}, which FreeBSD 13 refuses: set one MTU here."
            yield unfit(text, "members")
        elif not chosen:
            yield saving("gets-mtu", f"{name} gets the bridge's MTU {mtu}.", "members")


def filter_notes(wanted: Shape) -> Iterator[Note]:
    """Errors of VLANs, and a note on an address that is in no VLAN."""
    for name in wanted.members:
        untagged, tagged = wanted.tags[name]
        if fault := syntax("vlan", untagged):
            yield unfit(fault, f"untagged.{name}")
        if tagged and tagged != "all" and not is_set(tagged):
            yield unfit(f"{tagged} is not a set of VLANs like 10,20-30, from 1 to 4094.", f"tagged.{name}")
    if wanted.address or wanted.address6:
        text = "The address is in no VLAN: for an address in a VLAN, create a VLAN on this bridge."
        yield saving("address-beside", text, "address" if wanted.address else "address6")


def left_out_notes(form: BridgeForm, wanted: Shape) -> Iterator[Note]:
    """A note on members that rc.conf can't add, since they do not exist at boot."""
    out = [name for name in wanted.members if name in form.host and not form.bootable(name)]
    if not out:
        return
    owners = {pair.a.name: pair.owner for pair in form.sources.state.epairs if pair.owner}
    users = {owners.get(name, "") for name in out}
    if "" in users:
        how = "not all of them are created at boot" if len(out) > 1 else "it is not created at boot"
    else:
        how = "their jails add them as they start" if len(out) > 1 else f"{users.pop()} adds it as it starts"
    yield saving("left-out", f"Left out of rc.conf: {listed(out)}; {how}.", "boot")


def is_set(text: str) -> bool:
    """Whether a text is a set of VLANs for ifconfig (recordings ifconfig/bridge-vlan/05, /34)."""
    spans = [piece.split("-") for piece in text.split(",")]
    numbers = [number for span in spans for number in span]
    if any(not number or syntax("vlan", number) for number in numbers):
        return False
    return all(len(span) < 3 and int(span[0]) <= int(span[-1]) for span in spans)
