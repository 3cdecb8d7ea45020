"""The form of a bridge: its members, and on FreeBSD 15 the VLANs its filter lets through each of them.

Sources: bridge(4), ifconfig(8), rc.conf(5); FREEBSD.md 4.2, 4.3 and 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from jailtui.config.rcconf import NO_TAGS, RcLine, Tags, addm, variable
from jailtui.config.syntax import other_kind
from jailtui.exchange import Argv, Step
from jailtui.forms.links.bridge_notes import Bridging, bridge_notes
from jailtui.forms.links.words import Shape, mtu_step
from jailtui.forms.notes import unfit
from jailtui.forms.protocol import OFF, ON, Answers, Field, Form, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources

OWN_NAME = re.compile(r"bridge\d+")
JOINING = ("ether", "lagg", "vlan", "epair", "tap")


def form(subject: str, sources: Sources) -> Form:
    """The form of the bridge `subject`, "" for a new one. Raises NoForm where the host has no such bridge."""
    return BridgeForm(subject, sources)


@dataclass(frozen=True)
class BridgeForm(Bridging):
    """A bridge of the host, or a new one."""

    label: ClassVar[str] = "bridge"

    # The fields.

    def wanted(self, answers: Answers) -> Shape:
        """What the bridge shall be set to. VLANs count only while the filter is on."""
        common = super().wanted(answers)
        members = self.live.members
        if (told := answers.values.get("members")) is not None:
            odd = (name for name in members if not is_word(name))
            members = tuple(dict.fromkeys((*told.replace(",", " ").split(), *odd)))
        filtering = self.filters and answers.values.get("filter", ON if self.live.filtering else OFF) == ON
        tags = {name: self.tags(name, answers, filtering) for name in members}
        return common._replace(members=members, filtering=filtering, tags=tags)

    def tags(self, name: str, answers: Answers, filtering: bool) -> Tags:
        """The VLANs a member shall have."""
        untagged, tagged = self.live.tags.get(name, NO_TAGS)
        if not filtering:
            return untagged, tagged
        wanted = answers.values.get(f"tagged.{name}", tagged)
        return answers.values.get(f"untagged.{name}", untagged).strip(), "".join(wanted.split())

    def own_fields(self, answers: Answers) -> tuple[Field, ...]:
        """Name, members, the filter and each member's VLANs."""
        told = []
        if not self.subject:
            help = "bridge1, or a name of your own: then it is made as bridgeN and renamed."
            told.append(Field("name", "Name", choices=(self.cloner(""),), help=help))
        value, differs = " ".join(filter(is_word, self.live.members)), "members" in self.drift
        told.append(
            Field(
                "members",
                "Members",
                value,
                where=self.where("members"),
                choices=self.candidates,
                now=value if differs else "",
                help="Interface names, separated by spaces.",
            )
        )
        return (*told, *(self.filter_fields(answers) if self.filters else ()))

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The interfaces that could join: Ethernets that are in no other bridge; of a pair its host end."""
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
        """The switch of the filter; while it is on, the VLANs of each member that is wanted."""
        where, wanted = self.where("filter"), self.wanted(answers)
        on = ON if self.live.filtering else OFF
        help = "Pass only the VLANs named for each member."
        yield Field(
            "filter", "VLAN filter", on, "switch", where=where, now=on if "filter" in self.drift else "", help=help
        )
        for name in wanted.members if wanted.filtering else ():
            untagged, tagged = self.live.tags.get(name, NO_TAGS)
            yield Field(f"untagged.{name}", "Untagged", untagged, where=where, group=name, help="One VLAN, or empty.")
            yield Field(f"tagged.{name}", "Tagged", tagged, where=where, group=name, help="As 10,20-30, or empty.")

    def own_drift(self) -> set[str]:
        """Members that rc.conf could add and doesn't, or adds and that are not there; the filter and its VLANs."""
        boot, found = self.at_boot, set[str]()
        if set(boot.members) != {name for name in self.live.members if self.bootable(name)}:
            found.add("members")
        if boot.filtering != self.live.filtering:
            found.add("filter")
        if any(
            boot.tags[name] != self.live.tags.get(name, NO_TAGS) for name in boot.members if name in self.live.members
        ):
            found.add("filter")
        return found

    def mtu_at_boot(self, members: tuple[str, ...]) -> str:
        """A bridge has the MTU of its first member."""
        for name in members:
            interface = self.host.get(name)
            through = self.boot.line(name).mtu or (
                self.boot.line(interface.parent).mtu if interface and interface.parent else ""
            )
            return through or "1500"
        return "1500"

    def own_notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """What is to be said of name, members, MTU and filter."""
        name = self.name(answers)
        fault = f"{name} is the name of a VLAN." if re.fullmatch(r".+\.\d+", name) else other_kind(name, "bridge")
        if not self.subject and fault:
            yield unfit(fault, "name")
        yield from bridge_notes(self, answers, changed)

    # The steps for now.

    def cloner(self, name: str) -> str:
        """The name it is made by: its own if that is a bridge's, else the lowest free bridgeN."""
        if OWN_NAME.fullmatch(name):
            return name
        made = {interface.drivername for interface in self.host.values()} | self.host.keys()
        used = made | set(self.boot.cloned) | self.made_at_boot
        own = self.one.drivername if self.one is not None else None
        if own is not None and OWN_NAME.fullmatch(own) and own not in self.boot.cloned:
            return own
        return next(one for one in (f"bridge{number}" for number in range(len(used) + 1)) if one not in used)

    def live_steps(self, answers: Answers) -> Iterator[Step]:
        """One ifconfig a change: members that go, that come, the MTU between as the release wants it, the filter."""
        name, wanted = self.name(answers), self.wanted(answers)
        if not self.subject:
            yield from self.create_steps(name)
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
            yield Step(
                ("ifconfig", name, "up"), "a bridge passes nothing while it is down", undo=("ifconfig", name, "down")
            )
        yield from self.common_steps(name, wanted)

    def create_steps(self, name: str) -> Iterator[Step]:
        """Only a name of ifconfig's own is created; another is given afterwards (FREEBSD.md, trap 10)."""
        cloner = self.cloner(name)
        yield Step(("ifconfig", cloner, "create"), "make the bridge", undo=("ifconfig", cloner, "destroy"))
        if cloner != name:
            yield Step(("ifconfig", cloner, "name", name), "name it", undo=("ifconfig", name, "name", cloner))

    def member_step(self, name: str, member: str, tags: Tags, joins: bool) -> Step:
        """A member that joins or leaves, with its VLANs."""
        add: Argv = ("ifconfig", name, *addm(member, tags))
        drop: Argv = ("ifconfig", name, "deletem", member)
        if joins:
            return Step(add, f"{member} joins", undo=drop)
        return Step(drop, f"{member} leaves", f"what {member} carries to {name}", add)

    def filter_step(self, name: str, on: bool) -> Step:
        """The filter goes on or off."""
        argv, undo = ("ifconfig", name, "vlanfilter"), ("ifconfig", name, "-vlanfilter")
        if on:
            return Step(argv, "filter by VLAN", "what comes in a VLAN that is not named", undo)
        return Step(undo, "filter no more", undo=argv)

    def bound_mtu_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """13: the members first, else the bridge refuses; an empty bridge takes that of its first member."""
        if not wanted.mtu or wanted.mtu == self.live.mtu:
            return
        for member in wanted.members:
            interface = self.host.get(member)
            if interface is not None and str(interface.mtu) != wanted.mtu:
                yield mtu_step(member, wanted.mtu, str(interface.mtu), "a bridge has the MTU of its members")
        if not wanted.members or set(self.live.members) & set(wanted.members):
            step = mtu_step(name, wanted.mtu, self.live.mtu or "1500", "and the bridge has it too")
            yield step._replace(undo=None) if wanted.members else step

    def passed_mtu_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """Since 14 the bridge passes its MTU on to its members; it had that of the first one that joined."""
        had = self.live.mtu if set(self.live.members) & set(wanted.members) else self.first_mtu(wanted)
        if wanted.mtu and wanted.mtu != had and (wanted.mtu != self.live.mtu or self.live.members):
            yield mtu_step(name, wanted.mtu, had, "its members get it too")

    def tag_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """VLANs of the members that stay. They may be set while the filter is off."""
        before = frozenset(self.live.members)
        for member in (one for one in wanted.members if one in before):
            was, will = self.live.tags.get(member, NO_TAGS), wanted.tags[member]
            if was[0] != will[0]:
                why = (
                    f"untagged frames of {member} are in VLAN {will[0]}"
                    if will[0]
                    else f"{member} takes no untagged frames"
                )
                yield Step(untag(name, member, will[0]), why, undo=untag(name, member, was[0]))
            if was[1] != will[1]:
                undo = ("ifconfig", name, "iftagged", member, was[1] or "none")
                yield Step(
                    ("ifconfig", name, "iftagged", member, will[1] or "none"), f"the VLANs of {member}", undo=undo
                )

    # The steps for after boot.

    def boot_steps(self, answers: Answers) -> Iterator[Step]:
        """`cloned_interfaces` and the ifconfig line; what that says of other things stays."""
        name, wanted, rc = self.name(answers), self.wanted(answers), self.boot
        if name not in self.made_at_boot:
            cloner = self.cloner(name)
            yield from rc.add("cloned_interfaces", cloner, "make it at boot")
            if cloner != name:
                yield from rc.assign(variable("ifconfig", cloner, "_name"), name, "name it at boot")
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
        """The members rc.conf shall add: what it adds but for what was taken out, and what is there at boot."""
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
        """13: each member has the MTU before it joins, then the bridge has it too."""
        for member in members:
            line = self.boot.line(member).with_up().with_value("mtu", mtu)
            yield from self.boot.assign(variable("ifconfig", member), str(line), "a bridge has the MTU of its members")


def is_word(name: str) -> bool:
    """Whether a name can stand in a list of words: one with blanks or commas stays a member, whatever is answered."""
    return name.replace(",", " ").split() == [name]


def untag(name: str, member: str, vlan: str) -> Argv:
    """The command that gives a member its untagged VLAN, or takes it away."""
    return ("ifconfig", name, "ifuntagged", member, vlan) if vlan else ("ifconfig", name, "-ifuntagged", member)
