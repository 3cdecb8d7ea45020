"""What the forms of bridges and VLANs share: MTU, addresses, description, and when it is to hold.

"Now" is done by ifconfig, one step a change so that each can be taken back alone, since ifconfig stops at the first
word that fails (FREEBSD.md 4.3); "after boot" by sysrc.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING, ClassVar

from jailtui.config.rcconf import MANGLED, RcConf, variable
from jailtui.config.syntax import mtu_fault
from jailtui.exchange import Step
from jailtui.forms.links import judged
from jailtui.forms.links.words import (
    Shape,
    address_fault,
    address_steps,
    describe,
    description_notes,
    doubled,
    name_fault,
    shape,
    wake_step,
)
from jailtui.forms.notes import saving, unfit
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, NoForm, Note, form_title
from jailtui.model.interfaces import assigned
from jailtui.model.state import Interface
from jailtui.net import cidr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources

COMMON = {
    "mtu": ("MTU", "Bytes in a packet."),
    "address": ("Address", "With its prefix, 192.168.1.10/24; empty for none."),
    "address6": ("IPv6 address", "With its prefix, fd00::1/64; empty for none."),
    "description": ("Description", "Free text, shown by ifconfig."),
}
FAMILIES = (("address", "inet", 4), ("address6", "inet6", 6))
IFADDRS = re.compile(r"^net\.link\.bridge\.member_ifaddrs: (\d)", re.MULTILINE)
SUFFIXES = {"address6": "_ipv6", "description": "_descr"}


@dataclass(frozen=True)
class LinkForm:
    """A form over one interface of the host, `subject`; "" for a new one. `label` is what sort it is."""

    subject: str
    sources: Sources
    label: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if self.subject and (self.subject not in self.host or self.host[self.subject].kind != self.label.lower()):
            raise NoForm(f"There is no {self.label} {self.subject} on the host now.")

    # What is there.

    @cached_property
    def host(self) -> dict[str, Interface]:
        """The host's interfaces by name."""
        return {interface.name: interface for interface in self.sources.state.interfaces if interface.jid is None}

    @cached_property
    def doubled(self) -> frozenset[str]:
        """Names that two interfaces of the host carry: a command by such a name may hit the wrong one."""
        names = Counter(interface.name for interface in self.sources.state.interfaces if interface.jid is None)
        return frozenset(name for name, count in names.items() if count > 1)

    @cached_property
    def rc(self) -> RcConf | None:
        """rc.conf, None where it could not be read."""
        return None if self.sources.rcconf is None else RcConf(self.sources.rcconf)

    @cached_property
    def boot(self) -> RcConf:
        """rc.conf, where it was read."""
        return self.rc or RcConf({})

    @cached_property
    def made_at_boot(self) -> frozenset[str]:
        """The interfaces rc.conf makes."""
        return self.boot.made

    @property
    def one(self) -> Interface | None:
        """The interface the form is about, None for a new one."""
        return self.host.get(self.subject)

    @property
    def title(self) -> str:
        """`Network of bridge0`."""
        return form_title(self.label, self.subject)

    @cached_property
    def live(self) -> Shape:
        """What the interface is set to now."""
        return Shape() if self.one is None else shape(self.one)

    @property
    def made(self) -> bool:
        """Whether rc.conf makes it at boot."""
        return bool(self.subject) and self.subject in self.made_at_boot

    @property
    def member_ifaddrs(self) -> bool | None:
        """Whether a member may have an address (15); None where the host does not say."""
        section = self.sources.about.get("bridge-sysctls")
        found = IFADDRS.search(section.out) if section is not None else None
        return None if found is None else found[1] != "0"

    @property
    def filters(self) -> bool:
        """Whether the host's bridges can filter by VLAN: the release that has member_ifaddrs can (FREEBSD.md 11)."""
        section = self.sources.about.get("bridge-sysctls")
        loaded = section is not None and "net.link.bridge." in section.out
        return self.member_ifaddrs is not None or (not loaded and self.sources.dialect == "15")

    def bridge_of(self, name: str) -> str:
        """The other bridge an interface is a member of, or ""."""
        found = self.bridges_of.get(name, "")
        return found if found != self.subject else ""

    @cached_property
    def bridges_of(self) -> dict[str, str]:
        """The bridge of each member."""
        return {
            name: interface.name
            for interface in self.host.values()
            if interface.kind == "bridge"
            for name in interface.members
        }

    def bootable(self, name: str) -> bool:
        """Whether an interface is there after boot: the hardware's own, or made by rc.conf."""
        there = self.host.get(name)
        hardware = there is not None and there.kind == "ether"
        return hardware or name in self.made_at_boot or re.sub("[ab]$", "", name) in self.made_at_boot

    def name(self, answers: Answers) -> str:
        """The interface's name, also of one that is to be made."""
        return self.subject or answers.values.get("name", "").strip()

    # What the operator wants.

    def wanted(self, answers: Answers) -> Shape:
        """What it shall be set to."""
        told = {key: answers.values.get(key, getattr(self.live, key)).strip() for key in COMMON}
        told |= {key: cidr(told[key], version) or told[key] for key, _, version in FAMILIES}
        return self.live._replace(**told)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The fields in their order."""
        common = (self.text(key, label, help) for key, (label, help) in COMMON.items())
        return (*self.own_fields(answers), *common, *self.when_fields())

    def text(self, key: str, label: str, help: str) -> Field:
        """A text field that holds what is so now, and tells where rc.conf says it; `now` where that is otherwise."""
        value = str(getattr(self.live, key))
        return Field(key, label, value, where=self.where(key), now=value if key in self.drift else "", help=help)

    def where(self, key: str) -> str:
        """What rc.conf says of that value."""
        if self.rc is None:
            return "rc.conf: not known"
        if not self.made:
            return "not in rc.conf" if self.subject else ""
        name = variable("ifconfig", self.subject, SUFFIXES.get(key, ""))
        said = self.boot.values.get(name)
        return f"rc.conf: {name} is not set" if said is None else f'rc.conf: {name}="{said}"'

    @cached_property
    def drift(self) -> frozenset[str]:
        """The keys of what is otherwise after boot than it is now."""
        if not self.made:
            return frozenset()
        found = {key for key in COMMON if getattr(self.at_boot, key) != getattr(self.live, key)}
        return frozenset(found | self.own_drift())

    @cached_property
    def at_boot(self) -> Shape:
        """What rc.conf sets it to. An address by DHCP, or beside the first one, counts as the one there is now."""
        line, further = self.boot.line(self.subject), self.boot.aliases(self.subject)
        v4 = self.live.address if line.dhcp or self.live.address in further else line.address()
        v6 = self.live.address6 if self.live.address6 in further else self.boot.address6(self.subject)
        members = tuple(line.members)
        mtu = line.mtu or self.mtu_at_boot(members)
        about = self.boot.description(self.subject)
        return Shape(mtu, v4, v6, about, members, line.filtering, line.members)

    def when_fields(self) -> tuple[Field, Field]:
        """The two switches. "After boot" is on where rc.conf makes the interface just as it is now."""
        now = Field("now", "Now", ON, "switch", help="Change it now, by ifconfig.")
        if self.rc is None:
            return now, Field("boot", "After boot", "not known", "fact", where="rc.conf could not be read")
        agrees = not self.subject or (self.made and not self.drift)
        told = "set in rc.conf" if agrees else "different in rc.conf" if self.made else "not in rc.conf"
        return now, Field(
            "boot",
            "After boot",
            ON if agrees else OFF,
            "switch",
            where=told if self.subject else "",
            help="Write it to rc.conf, by sysrc.",
        )

    def on(self, key: str, answers: Answers) -> bool:
        """Whether one of the two switches is on. What can't be edited is not."""
        one = next(one for one in self.when_fields() if one.key == key)
        return one.kind == "switch" and answers.values.get(key, one.value) == ON

    def draft(self, answers: Answers) -> Draft:
        """The steps of both switches, or only what is wrong."""
        changed = frozenset(one.key for one in self.fields(answers) if answers.changed(one))
        now, boot = self.on("now", answers), self.on("boot", answers)
        if self.subject and not changed - {"now", "boot"} and not (boot and "boot" in changed):
            return Draft(notes=tuple(self.standing_notes()))
        notes = tuple(dict.fromkeys(self.notes(answers, changed)))
        if any(note.level == "error" for note in notes):
            return Draft(notes=notes)
        notes = (*notes, *self.found(answers))
        if any(note.level == "error" and not note.standing for note in notes):
            return Draft(notes=notes)
        live = tuple(self.live_steps(answers)) if now else ()
        written = tuple(self.boot_steps(answers)) if boot else ()
        if signs := MANGLED & {sign for step in written for word in step.argv for sign in word}:
            text = f"sysrc can't write {' '.join(sorted(signs))} to rc.conf: change that line by hand."
            return Draft(notes=(*notes, unfit(text, "boot")))
        when = "at boot" if not live else "now and at boot" if boot else "now, until the next boot"
        return Draft(commands=(*live, *written), notes=notes, effect=f"takes effect {when}" if live or written else "")

    # What is to be said of it.

    def standing_notes(self) -> Iterator[Note]:
        """What is to be said of an interface of which nothing was changed."""
        found = tuple(judged.notes(self.form_name, self.sources, self.one, self.one)) if self.one is not None else ()
        yield from found
        if not self.made and not any(note.field == "boot" for note in found):
            yield from self.forgotten(self.subject)

    @property
    def form_name(self) -> str:
        """What the form is opened by."""
        return self.label.lower()

    def found(self, answers: Answers) -> Iterator[Note]:
        """What the rules find of the interface as it would be now."""
        will = self.one
        if self.on("now", answers):
            will = self.changed(self.one or Interface(self.name(answers), self.form_name), answers)
        if will is not None:
            yield from judged.notes(self.form_name, self.sources, will, self.one)

    def changed(self, interface: Interface, answers: Answers) -> Interface:
        """The interface with what is wanted of it."""
        return judged.changed(interface, self.wanted(answers))

    def forgotten(self, name: str) -> Iterator[Note]:
        """What is lost at the next boot, as rc.conf is not written."""
        if self.rc is None:
            text = "rc.conf could not be read: what happens at boot is not known."
        elif self.made:
            text = f"rc.conf is not changed: at boot {name} is set up as it says."
        else:
            text = f"rc.conf is not changed: it does not create {name or self.label} at boot."
        yield saving("after-boot", text, "boot")

    def notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """Everything wrong with the answers, and what they mean."""
        now, boot = self.on("now", answers), self.on("boot", answers)
        if not now and not boot:
            yield unfit("Neither now nor at boot: nothing would change.", "now")
        elif not boot:
            yield from self.forgotten(self.name(answers))
        if self.subject in self.doubled:
            yield unfit(doubled(self.subject))
        if not self.subject and (fault := name_fault(self.name(answers), self.taken)):
            yield unfit(fault, "name")
        wanted = self.wanted(answers)
        if "mtu" in changed and (wanted.mtu or self.subject) and (fault := mtu_fault(wanted.mtu)):
            yield unfit(fault, "mtu")
        else:
            yield from self.own_notes(answers, changed)
        for key, _, version in FAMILIES:
            if key in changed:
                yield from self.address_notes(key, version, getattr(wanted, key))
        writes = boot and wanted.description != self.boot.description(self.name(answers))
        if "description" in changed or writes:
            yield from description_notes(wanted.description, writes)

    @property
    def taken(self) -> dict[str, str]:
        """Names that no new interface can have, and why. A number stays taken while its interface has another name."""
        renamed = [name for name in self.made_at_boot if variable("ifconfig", name, "_name") in self.boot.values]
        found = dict.fromkeys(renamed, "rc.conf renames an interface of that name at boot")
        found |= {
            interface.drivername: f"that number is {name}'s"
            for name, interface in self.host.items()
            if interface.drivername
        }
        return found | {name: f"the host has {interface.kind} {name}" for name, interface in self.host.items()}

    def address_notes(self, key: str, version: int, value: str) -> Iterator[Note]:
        """Whether an address can be set, who has it, and what goes with the old one."""
        old = str(getattr(self.live, key))
        if value and cidr(value, version) is None:
            yield unfit(address_fault(value, version), key)
            return
        if old and old.partition("/")[0] != value.partition("/")[0]:
            lost = f"Who reaches the host by {old.partition('/')[0]} loses it, an ssh session too"
            router = self.router_through(old)
            route = f", and the default route through {router} goes with it" if router else ""
            yield saving("address-lost", f"{lost}{route if router != self.router_through(value) else ''}.", key)
        further = self.boot.aliases(self.subject) if self.subject else {}
        if old in further and value != old:
            yield saving("alias-stays", f"{old} stands in {further[old]} of rc.conf, which stays as it is.", key)

    def router_through(self, value: str) -> str:
        """rc.conf's default router where it is in the net of that address, else ""."""
        router = self.boot.values.get("defaultrouter", "")
        try:
            return router if value and ip_address(router) in ip_interface(value).network else ""
        except ValueError:
            return ""

    # The steps both sorts have.

    def common_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """Addresses and description, now."""
        held = () if self.one is None else self.one.addresses
        for key, family, version in FAMILIES:
            old, new = getattr(self.live, key), getattr(wanted, key)
            alone = version == 4 and len([address for address in held if assigned(address, family)]) == 1
            if old != new:
                yield from address_steps(name, family, old, new, alone=alone)
        if wanted.description != self.live.description:
            old = describe(name, self.live.description)
            yield Step(describe(name, wanted.description), "describe it", undo=old)

    def common_boot_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """IPv6 address and description, after boot."""
        if wanted.address6 != (self.at_boot.address6 if self.subject else ""):
            line = self.boot.line(name, "_ipv6").with_address(wanted.address6, "inet6")
            yield from self.boot.assign(variable("ifconfig", name, "_ipv6"), str(line), "its IPv6 address at boot")
        about = variable("ifconfig", name, "_descr")
        yield from self.boot.assign(about, wanted.description, "its description at boot")

    def wake_steps(self, names: tuple[str, ...]) -> Iterator[Step]:
        """NICs that are down come up."""
        yield from (wake_step(name) for name in names if name in self.host and not self.host[name].up)

    def boot_wake_steps(self, names: tuple[str, ...]) -> Iterator[Step]:
        """NICs of which rc.conf says nothing come up at boot."""
        for name in names:
            if name in self.host and self.host[name].kind == "ether" and not self.boot.says(name):
                yield from self.boot.assign(variable("ifconfig", name), "up", f"{name} is down after boot without it")

    # What a bridge and a VLAN fill in.

    def own_fields(self, answers: Answers) -> tuple[Field, ...]:
        """The fields before the common ones."""
        raise NotImplementedError

    def own_notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """What is to be said of these, and of the MTU."""
        raise NotImplementedError

    def own_drift(self) -> set[str]:
        """Which of these are otherwise after boot."""
        raise NotImplementedError

    def mtu_at_boot(self, members: tuple[str, ...]) -> str:
        """The MTU it has after boot where its own line sets none."""
        raise NotImplementedError

    def live_steps(self, answers: Answers) -> Iterator[Step]:
        """The steps for now."""
        raise NotImplementedError

    def boot_steps(self, answers: Answers) -> Iterator[Step]:
        """The steps for after boot."""
        raise NotImplementedError
