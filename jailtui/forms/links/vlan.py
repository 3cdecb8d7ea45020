"""The form of a VLAN: tag, parent, and the settings of the interface.

Sources: vlan(4), ifconfig(8), rc.conf(5); FREEBSD.md 3.3, 4.2, 4.3 and 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from jailtui.config.rcconf import variable
from jailtui.config.syntax import other_kind, syntax
from jailtui.exchange import Step
from jailtui.forms.links import judged
from jailtui.forms.links.common import LinkForm
from jailtui.forms.links.words import create_steps, doubled, missing, mtu_step, wake_step
from jailtui.forms.notes import saving, unfit
from jailtui.forms.protocol import Answers, Field, Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Interface

OWN_NAME = re.compile(r"vlan\d+")
DOTTED = re.compile(r"(.+)\.(\d+)")
PARENTS = ("ether", "lagg", "epair", "vlan", "tap")
OFFERED = ("ether", "lagg", "vlan", "bridge")
"""Kinds of parents that are suggested: an epair belongs to a jail, a tap to a virtual machine."""
WIDTH = 4
"""Bytes of a tag, by which a VLAN on a VLAN or bridge has a smaller MTU (ifconfig/vlan/27, bridge-vlan/40)."""


@dataclass(frozen=True)
class VlanForm(LinkForm):
    """The form of the vlan(4) interface `subject` of the host, "" for a new one."""

    kind: ClassVar[Literal["vlan"]] = "vlan"
    label: ClassVar[str] = "VLAN"

    @property
    def open(self) -> bool:
        """Whether tag and parent can be set: of a new VLAN, and of one that lost its parent (FREEBSD.md 3.3)."""
        return self.interface is None or not self.interface.parent

    def tag(self, answers: Answers) -> str:
        """The tag, present or answered."""
        held = str(self.interface.tag or "") if self.interface is not None else ""
        return answers.values.get("tag", held).strip() if self.open else held

    def parent(self, answers: Answers) -> str:
        """The parent, present or answered."""
        held = (self.interface.parent or "") if self.interface is not None else ""
        return answers.values.get("parent", held).strip() if self.open else held

    def name(self, answers: Answers) -> str:
        """The name; without an answer that of parent and tag: em0.10."""
        named = super().name(answers)
        tag, parent = self.tag(answers), self.parent(answers)
        return named or (f"{parent}.{tag}" if tag and parent else "")

    def in_vlans(self, parent: str, tag: str, name: str) -> str:
        """The word in rc.conf's `vlans_PARENT`: the tag, if the name is made of parent and tag."""
        return tag if name == f"{parent}.{tag}" else name

    @property
    def made(self) -> bool:
        """Whether rc.conf creates it at boot; the model can't tell a parent with a dot by the variable."""
        interface = self.interface
        if interface is None or interface.parent is None or self.rc is None:
            return super().made
        word = self.in_vlans(interface.parent, str(interface.tag), self.subject)
        return super().made or word in self.boot.values.get(variable("vlans", interface.parent), "").split()

    # The fields.

    def own_fields(self, answers: Answers) -> tuple[Field, ...]:
        """Tag, parent and name; facts of an existing VLAN."""
        held = self.tag(Answers()), self.parent(Answers())
        if not self.open:
            help = "Can't be changed on an existing VLAN; create a new one."
            where = self.where_made(*held)
            return (
                Field("tag", "Tag", held[0], "fact", where=where, help=help),
                Field("parent", "Parent", held[1], "fact", where=where, help=help),
            )
        tag = Field("tag", "Tag", held[0], help="From 1 to 4094.")
        parents = tuple(
            name for name, interface in self.host.items() if interface.kind in OFFERED and not self.parent_fault(name)
        )
        parent = Field("parent", "Parent", held[1], choices=parents, help="The interface that carries it.")
        if self.subject:
            return tag, parent
        proposed = self.name(Answers({key: answers.values.get(key, "") for key in ("tag", "parent")}))
        help = "If empty, parent and tag: em0.10. Else vlan10, or a name of your own."
        return tag, parent, Field("name", "Name", choices=(proposed,) if proposed else (), help=help)

    def where_made(self, tag: str, parent: str) -> str:
        """The variable of rc.conf that creates the VLAN."""
        if self.rc is None or not self.made:
            return self.where("tag")
        for name in (variable("vlans", parent), "cloned_interfaces"):
            value = self.boot.values.get(name, "")
            if {self.subject, self.in_vlans(parent, tag, self.subject)} & set(value.split()):
                return f'rc.conf: {name}="{value}"'
        return "rc.conf"

    def own_drift(self) -> set[str]:
        """None: a VLAN of this name in rc.conf has this tag and parent."""
        return set()

    def mtu_at_boot(self, members: tuple[str, ...]) -> str:
        """The MTU of the parent, or 4 less."""
        parent = self.host.get(self.interface.parent or "") if self.interface is not None else None
        return self.first_mtu(parent, self.boot.line(parent.name).mtu if parent is not None else "")

    def first_mtu(self, parent: Interface | None, mtu: str = "") -> str:
        """The MTU of a new VLAN on that parent, whose own is `mtu` (else the common 1500)."""
        whole = int(mtu) if mtu.isdecimal() else 1500
        return str(whole - WIDTH if parent is not None and parent.kind in ("vlan", "bridge") else whole)

    # The notes.

    def own_notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """The notes on tag, parent, name and MTU."""
        tag, parent, name = self.tag(answers), self.parent(answers), self.name(answers)
        if not self.subject or tag or parent:
            yield from self.tag_notes(tag, parent) if self.open else ()
        if not self.subject and name:
            yield from self.name_notes(name, tag, parent)
        if "mtu" in changed:
            yield from self.mtu_notes(self.wanted(answers).mtu, parent)
        if self.on("boot", answers) and parent in self.host and not self.bootable(parent):
            yield saving("no-parent-at-boot", f"{parent} is not created at boot: the VLAN will be missing too.", "boot")

    def changed(self, interface: Interface, answers: Answers) -> Interface:
        """The VLAN as the answers would set it."""
        return judged.changed(interface, self.wanted(answers), self.tag(answers), self.parent(answers))

    def tag_notes(self, tag: str, parent: str) -> Iterator[Note]:
        """Errors of tag and parent, and of a tag that the parent has already."""
        faults = {
            "tag": syntax("vlan", tag) or ("" if tag else "A VLAN needs a tag."),
            "parent": self.parent_fault(parent),
        }
        yield from (unfit(fault, key) for key, fault in faults.items() if fault)
        if any(faults.values()):
            return
        for interface in self.host.values():
            if interface.parent == parent and interface.tag == int(tag) and interface.name != self.subject:
                yield unfit(f"Tag {tag} on {parent} is already used by {interface.name}.", "tag")

    def name_fault(self, answers: Answers) -> str:
        """The fault of the name; without a name, tag or parent are missing, which other notes say."""
        return super().name_fault(answers) if self.name(answers) else ""

    def parent_fault(self, name: str) -> str:
        """Why an interface can't carry a VLAN, as a sentence, or ""."""
        interface = self.host.get(name)
        if interface is None:
            return missing(name) if name else "A VLAN needs a parent."
        if name in self.doubled:
            return doubled(name)
        if interface.kind == "vlan" and not interface.parent:
            return f"{name} has lost its parent."
        if name == self.subject:
            return f"{name} can't carry itself."
        if interface.kind == "bridge":
            return "" if self.sources.dialect == "15" else f"{name} is a bridge: only FreeBSD 15 has VLANs on bridges."
        return "" if interface.kind in PARENTS else f"{name} can't carry VLANs: it is not an Ethernet interface."

    def name_notes(self, name: str, tag: str, parent: str) -> Iterator[Note]:
        """Errors of the name: with a dot it has to be PARENT.TAG, and can't be another kind's (FREEBSD.md, trap 10)."""
        dotted = DOTTED.fullmatch(name)
        if dotted and name != f"{parent}.{tag}":
            yield unfit(f"{name} means tag {dotted[2]} on {dotted[1]}.", "name")
        elif fault := other_kind(name, "vlan"):
            yield unfit(fault, "name")

    def mtu_notes(self, mtu: str, parent: str) -> Iterator[Note]:
        """Errors of an MTU above the parent's, or of a bridge's member."""
        above = self.host.get(parent)
        if mtu and above is not None and int(mtu) > above.mtu:
            yield unfit(f"MTU {mtu} is above the MTU {above.mtu} of {parent}.", "mtu")
        bridge = self.bridge_of(self.subject)
        if bridge and self.sources.dialect != "13":
            yield unfit(f"{self.subject} has the MTU of its bridge: change {bridge}.", "mtu")
        elif bridge:
            text = f"{self.subject} is in {bridge}, whose MTU stays {self.host[bridge].mtu}."
            yield saving("bridge-mtu-stays", text, "mtu")

    # The steps.

    def live_steps(self, answers: Answers) -> Iterator[Step]:
        """An ifconfig command for each change; the name last, else tag and parent are lost (FREEBSD.md 4.2)."""
        name, wanted = self.name(answers), self.wanted(answers)
        tag, parent = self.tag(answers), self.parent(answers)
        had = self.live.mtu
        if self.open and parent:
            yield from self.wake_steps((parent,))
            if self.subject:  # a VLAN that lost its parent gets one (recording 13.2 ifconfig/vlan/41)
                argv = ("ifconfig", name, "vlan", tag, "vlandev", parent)
                yield Step(argv, f"tag {tag} on {parent}", undo=("ifconfig", name, "-vlandev"))
            elif name == f"{parent}.{tag}":
                yield from create_steps(name, name, (), f"tag {tag} on {parent}")
            else:
                cloner = name if OWN_NAME.fullmatch(name) else self.free_name("vlan", int(tag))
                yield from create_steps(name, cloner, ("vlan", tag, "vlandev", parent), f"tag {tag} on {parent}")
            above = self.host[parent]
            had = self.first_mtu(above, str(above.mtu))
        if wanted.mtu not in ("", had, self.live.mtu):
            yield mtu_step(name, wanted.mtu, had, "set its MTU")
        if not self.subject:
            yield wake_step(name)
        yield from self.common_steps(name, wanted)

    def boot_steps(self, answers: Answers) -> Iterator[Step]:
        """The steps for `vlans_PARENT`, `create_args_NAME` for a name of its own, and the ifconfig line."""
        name, wanted, rc = self.name(answers), self.wanted(answers), self.boot
        tag, parent = self.tag(answers), self.parent(answers)
        if not self.made and parent:
            word = self.in_vlans(parent, tag, name)
            if word == name:
                yield from rc.assign(variable("create_args", name), f"vlan {tag}", f"tag {tag} at boot")
            yield from rc.add(variable("vlans", parent), word, "create it at boot")
            yield from self.boot_wake_steps((parent,))
        line = rc.line(name).with_up()
        if wanted.address != (self.at_boot.address if self.subject else ""):
            line = line.with_address(wanted.address)
        implied = self.first_mtu(self.host.get(parent), rc.line(parent).mtu)
        if wanted.mtu and wanted.mtu != (line.mtu or implied):
            line = line.with_value("mtu", wanted.mtu)
        yield from rc.assign(variable("ifconfig", name), str(line), "set it up at boot")
        yield from self.common_boot_steps(name, wanted)
