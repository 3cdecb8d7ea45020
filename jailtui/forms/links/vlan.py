"""The form of a VLAN: a tag on a parent, and what the interface is set to.

Sources: vlan(4), ifconfig(8), rc.conf(5); FREEBSD.md 3.3, 4.2, 4.3 and 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jailtui.config.rcconf import variable
from jailtui.config.syntax import other_kind
from jailtui.exchange import Step
from jailtui.forms.links import judged
from jailtui.forms.links.common import LinkForm
from jailtui.forms.links.words import doubled, missing, mtu_step
from jailtui.forms.notes import saving, unfit
from jailtui.forms.protocol import Answers, Field, Form, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources
    from jailtui.model.state import Interface

OWN_NAME = re.compile(r"vlan\d+")
DOTTED = re.compile(r"(.+)\.(\d+)")
TAGS = range(1, 4095)
PARENTS = ("ether", "lagg", "epair", "vlan", "tap")
WIDTH = 4
"""Bytes of a tag, which a VLAN on a VLAN or on a bridge has less (recordings ifconfig/vlan/27, bridge-vlan/40)."""


def form(subject: str, sources: Sources) -> Form:
    """The form of the VLAN `subject`, "" for a new one. Raises NoForm where the host has no such VLAN."""
    return VlanForm(subject, sources)


@dataclass(frozen=True)
class VlanForm(LinkForm):
    """A vlan(4) interface of the host, or a new one."""

    label: ClassVar[str] = "VLAN"

    @property
    def open(self) -> bool:
        """Whether tag and parent can be given: of a new one, and of one that lost its parent (FREEBSD.md 3.3)."""
        return self.one is None or not self.one.parent

    def tag(self, answers: Answers) -> str:
        """The tag it has or shall have."""
        held = str(self.one.tag or "") if self.one is not None else ""
        return answers.values.get("tag", held).strip() if self.open else held

    def parent(self, answers: Answers) -> str:
        """The interface it sits on or shall sit on."""
        held = (self.one.parent or "") if self.one is not None else ""
        return answers.values.get("parent", held).strip() if self.open else held

    def name(self, answers: Answers) -> str:
        """Its name; without a word about it, that of its parent and tag: em0.10."""
        named = super().name(answers)
        tag, parent = self.tag(answers), self.parent(answers)
        return named or (f"{parent}.{tag}" if tag and parent else "")

    def in_vlans(self, parent: str, tag: str, name: str) -> str:
        """Its word in rc.conf's `vlans_PARENT`: the tag alone where the name is made of both."""
        return tag if name == f"{parent}.{tag}" else name

    @property
    def made(self) -> bool:
        """Whether rc.conf makes it at boot; the model can't know a parent with a dot by its variable."""
        if self.one is None or self.one.parent is None or self.rc is None:
            return super().made
        word = self.in_vlans(self.one.parent, str(self.one.tag), self.subject)
        return super().made or word in self.boot.values.get(variable("vlans", self.one.parent), "").split()

    # The fields.

    def own_fields(self, answers: Answers) -> tuple[Field, ...]:
        """Tag, parent and name; facts, once they stand."""
        held = self.tag(Answers()), self.parent(Answers())
        if not self.open:
            help = "Can't be changed on an existing VLAN; create a new one."
            where = self.where_made(*held)
            return (
                Field("tag", "Tag", held[0], "fact", where=where, help=help),
                Field("parent", "Parent", held[1], "fact", where=where, help=help),
            )
        tag = Field("tag", "Tag", held[0], help="From 1 to 4094.")
        parents = tuple(name for name in self.host if not self.parent_fault(name))
        parent = Field("parent", "Parent", held[1], choices=parents, help="The interface that carries it.")
        if self.subject:
            return tag, parent
        proposed = self.name(Answers({key: answers.values.get(key, "") for key in ("tag", "parent")}))
        help = "em0.10, vlan10, or a name of your own; empty for PARENT.TAG."
        return tag, parent, Field("name", "Name", choices=(proposed,) if proposed else (), help=help)

    def where_made(self, tag: str, parent: str) -> str:
        """The variable of rc.conf that makes it."""
        if self.rc is None or not self.made:
            return self.where("tag")
        for name in (variable("vlans", parent), "cloned_interfaces"):
            value = self.boot.values.get(name, "")
            if {self.subject, self.in_vlans(parent, tag, self.subject)} & set(value.split()):
                return f'rc.conf: {name}="{value}"'
        return "rc.conf"

    def own_drift(self) -> set[str]:
        """Nothing: what rc.conf makes of this name has this tag and parent."""
        return set()

    def mtu_at_boot(self, members: tuple[str, ...]) -> str:
        """A VLAN has the MTU of its parent, or 4 less."""
        parent = self.host.get(self.one.parent or "") if self.one is not None else None
        return self.first_mtu(parent, self.boot.line(parent.name).mtu if parent is not None else "")

    def first_mtu(self, parent: Interface | None, mtu: str = "") -> str:
        """The MTU of a new VLAN on that parent, whose own is `mtu` (else the common 1500)."""
        whole = int(mtu) if mtu.isdecimal() else 1500
        return str(whole - WIDTH if parent is not None and parent.kind in ("vlan", "bridge") else whole)

    # What is to be said.

    def own_notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """Whether tag, parent and name go together, and what the MTU is bound by."""
        tag, parent, name = self.tag(answers), self.parent(answers), self.name(answers)
        if not self.subject or tag or parent:
            yield from self.tag_notes(tag, parent) if self.open else ()
        if not self.subject and name:
            yield from self.name_notes(name, tag, parent)
        if "mtu" in changed:
            yield from self.mtu_notes(self.wanted(answers).mtu, parent)
        if self.on("boot", answers) and parent in self.host and not self.bootable(parent):
            yield saving("no-parent-at-boot", f"{parent} is not made at boot, so the VLAN will be missing too.", "boot")

    def changed(self, interface: Interface, answers: Answers) -> Interface:
        """The VLAN with what is wanted of it."""
        return judged.changed(interface, self.wanted(answers), self.tag(answers), self.parent(answers))

    def tag_notes(self, tag: str, parent: str) -> Iterator[Note]:
        """A tag is free once on each parent."""
        if not (tag.isascii() and tag.isdecimal() and int(tag) in TAGS):
            yield unfit(f"A tag is a number from 1 to 4094, not {tag or 'empty'}.", "tag")
            return
        if fault := self.parent_fault(parent):
            yield unfit(fault, "parent")
            return
        for interface in self.host.values():
            if interface.parent == parent and interface.tag == int(tag) and interface.name != self.subject:
                yield unfit(f"Tag {tag} on {parent} is {interface.name} already.", "tag")

    def parent_fault(self, name: str) -> str:
        """Why an interface can't carry a VLAN, as a sentence, or ""."""
        interface = self.host.get(name)
        if interface is None:
            return missing(name) if name else "A VLAN needs a parent."
        if name in self.doubled:
            return doubled(name)
        if interface.kind == "vlan" and not interface.parent:
            return f"{name} has lost its own parent."
        if name == self.subject:
            return f"{name} can't carry itself."
        if interface.kind == "bridge":
            return "" if self.sources.dialect == "15" else f"{name} is a bridge: it carries VLANs since FreeBSD 15."
        return "" if interface.kind in PARENTS else f"{name} carries no VLANs: it is no Ethernet."

    def name_notes(self, name: str, tag: str, parent: str) -> Iterator[Note]:
        """A name that says a parent and a tag must mean these; that of another kind is none (FREEBSD.md, trap 10)."""
        dotted = DOTTED.fullmatch(name)
        if dotted and name != f"{parent}.{tag}":
            yield unfit(f"{name} says tag {dotted[2]} on {dotted[1]}.", "name")
        elif fault := other_kind(name, "vlan"):
            yield unfit(fault, "name")

    def mtu_notes(self, mtu: str, parent: str) -> Iterator[Note]:
        """Not above the parent's; since 14 a member's is its bridge's."""
        above = self.host.get(parent)
        if mtu and above is not None and int(mtu) > above.mtu:
            yield unfit(f"MTU {mtu} is above that of {parent}, {above.mtu}.", "mtu")
        bridge = self.bridge_of(self.subject)
        if bridge and self.sources.dialect != "13":
            yield unfit(f"{self.subject} has the MTU of {bridge}, as a member of it: change it there.", "mtu")
        elif bridge:
            text = f"{self.subject} is in {bridge}, whose MTU stays {self.host[bridge].mtu}."
            yield saving("bridge-mtu-stays", text, "mtu")

    # The steps.

    def live_steps(self, answers: Answers) -> Iterator[Step]:
        """One ifconfig a change; the name last, else tag and parent are lost (FREEBSD.md 4.2)."""
        name, wanted = self.name(answers), self.wanted(answers)
        tag, parent = self.tag(answers), self.parent(answers)
        had = self.live.mtu
        if self.open and parent:
            yield from self.wake_steps((parent,))
            yield from self.create_steps(name, tag, parent) if not self.subject else self.attach_steps(tag, parent)
            above = self.host[parent]
            had = self.first_mtu(above, str(above.mtu))
        if wanted.mtu not in ("", had, self.live.mtu):
            yield mtu_step(name, wanted.mtu, had, "its MTU")
        if not self.subject:
            yield Step(("ifconfig", name, "up"), "it passes nothing while it is down", undo=("ifconfig", name, "down"))
        yield from self.common_steps(name, wanted)

    def create_steps(self, name: str, tag: str, parent: str) -> Iterator[Step]:
        """By its own name where that says what it is, else as vlanN, renamed."""
        if name == f"{parent}.{tag}":
            yield Step(("ifconfig", name, "create"), f"tag {tag} on {parent}", undo=("ifconfig", name, "destroy"))
            return
        cloner = name if OWN_NAME.fullmatch(name) else self.free(int(tag))
        argv = ("ifconfig", cloner, "create", "vlan", tag, "vlandev", parent)
        yield Step(argv, f"tag {tag} on {parent}", undo=("ifconfig", cloner, "destroy"))
        if cloner != name:
            yield Step(("ifconfig", cloner, "name", name), "name it", undo=("ifconfig", name, "name", cloner))

    def attach_steps(self, tag: str, parent: str) -> Iterator[Step]:
        """A VLAN that lost its parent gets one (recording 13.2 ifconfig/vlan/41)."""
        argv = ("ifconfig", self.subject, "vlan", tag, "vlandev", parent)
        yield Step(argv, f"tag {tag} on {parent}", undo=("ifconfig", self.subject, "-vlandev"))

    def free(self, first: int) -> str:
        """The first vlanN from that number on that nobody has."""
        used = self.host.keys() | self.made_at_boot | {interface.drivername for interface in self.host.values()}
        return next(one for one in (f"vlan{first + more}" for more in range(len(used) + 1)) if one not in used)

    def boot_steps(self, answers: Answers) -> Iterator[Step]:
        """`vlans_PARENT`, `create_args_NAME` for a name of its own, and the ifconfig line."""
        name, wanted, rc = self.name(answers), self.wanted(answers), self.boot
        tag, parent = self.tag(answers), self.parent(answers)
        if not self.made and parent:
            word = self.in_vlans(parent, tag, name)
            if word == name:
                yield from rc.assign(variable("create_args", name), f"vlan {tag}", f"tag {tag} at boot")
            yield from rc.add(variable("vlans", parent), word, "make it at boot")
            yield from self.boot_wake_steps((parent,))
        line = rc.line(name).with_up()
        if wanted.address != (self.at_boot.address if self.subject else ""):
            line = line.with_address(wanted.address)
        implied = self.first_mtu(self.host.get(parent), rc.line(parent).mtu)
        if wanted.mtu and wanted.mtu != (line.mtu or implied):
            line = line.with_value("mtu", wanted.mtu)
        yield from rc.assign(variable("ifconfig", name), str(line), "set it up at boot")
        yield from self.common_boot_steps(name, wanted)
