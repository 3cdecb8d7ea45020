"""The common part of the forms of bridges and VLANs: MTU, addresses, description, and when they take effect.

ifconfig changes the interface now, in a step for each change: it stops at the first word that fails (FREEBSD.md 4.3),
and each step can be undone alone. sysrc changes what is set up at boot.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address, ip_interface
from itertools import count
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from jailtui.config.rcconf import MANGLED, RcConf, variable
from jailtui.config.syntax import mtu_fault, syntax
from jailtui.exchange import Step
from jailtui.forms.links import judged
from jailtui.forms.links.words import (
    Shape,
    address_steps,
    describe,
    description_notes,
    doubled,
    name_fault,
    shape,
    wake_step,
)
from jailtui.forms.notes import no_prefix, saving, unfit
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, NoForm, Note, form_title, is_on
from jailtui.model.interfaces import assigned
from jailtui.model.state import Interface
from jailtui.net import cidr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jailtui.forms.sources import Sources

COMMON = {
    "mtu": ("MTU", "Bytes in a packet."),
    "address": ("Address", "With its prefix, 192.168.1.10/24; empty for none."),
    "address6": ("IPv6 address", "With its prefix, fd00::1/64; empty for none."),
    "description": ("Description", "Free text, shown by ifconfig."),
}
PREFIXES = {4: "24", 6: "64"}
FAMILIES = (("address", "inet", 4), ("address6", "inet6", 6))
IFADDRS = re.compile(r"^net\.link\.bridge\.member_ifaddrs: (\d)", re.MULTILINE)
SUFFIXES = {"address6": "_ipv6", "description": "_descr"}

SYSRC = "Writes rc.conf with sysrc."
UNREAD = "rc.conf could not be read"
UNREAD_HELP = "What is set up at boot can't be changed."


def mangled_notes(steps: Sequence[Step]) -> tuple[Note, ...]:
    """An error if sysrc(8) can't write the values of these steps."""
    signs = MANGLED & {sign for step in steps for word in step.argv for sign in word}
    text = f"sysrc can't write {' '.join(sorted(signs))} to rc.conf: change that line by hand."
    return (unfit(text, "boot"),) if signs else ()


@dataclass(frozen=True)
class LinkForm(Protocol):
    """A form of the interface `subject` of the host, "" for a new one. `label` is `kind` in titles."""

    subject: str
    sources: Sources
    kind: ClassVar[Literal["bridge", "vlan"]]
    label: ClassVar[str]

    def own_fields(self, answers: Answers) -> tuple[Field, ...]: ...
    def own_notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]: ...
    def own_drift(self) -> set[str]: ...
    def mtu_at_boot(self, members: tuple[str, ...]) -> str: ...
    def live_steps(self, answers: Answers) -> Iterator[Step]: ...
    def boot_steps(self, answers: Answers) -> Iterator[Step]: ...

    def __post_init__(self) -> None:
        if self.subject and (self.interface is None or self.interface.kind != self.kind):
            raise NoForm(f"{self.label[:1].upper()}{self.label[1:]} {self.subject} does not exist on the host.")

    # What the host has.

    @cached_property
    def host(self) -> dict[str, Interface]:
        """The host's interfaces by name."""
        return {interface.name: interface for interface in self.sources.state.interfaces if interface.jid is None}

    @cached_property
    def doubled(self) -> frozenset[str]:
        """Names that two interfaces of the host have."""
        names = Counter(interface.name for interface in self.sources.state.interfaces if interface.jid is None)
        return frozenset(name for name, count in names.items() if count > 1)

    @cached_property
    def rc(self) -> RcConf | None:
        """rc.conf, None if it could not be read."""
        return None if self.sources.rcconf is None else RcConf(self.sources.rcconf)

    @cached_property
    def boot(self) -> RcConf:
        """rc.conf, empty if it could not be read."""
        return self.rc or RcConf({})

    @cached_property
    def made_at_boot(self) -> frozenset[str]:
        """The interfaces rc.conf creates."""
        return self.boot.made

    @property
    def interface(self) -> Interface | None:
        """The interface of the form, None for a new one."""
        return self.host.get(self.subject)

    @property
    def title(self) -> str:
        """`Network of bridge0`."""
        return form_title(self.label, self.subject)

    @cached_property
    def live(self) -> Shape:
        """The present settings of the interface."""
        return Shape() if self.interface is None else shape(self.interface)

    @property
    def made(self) -> bool:
        """Whether rc.conf creates the interface at boot."""
        return bool(self.subject) and self.subject in self.made_at_boot

    @property
    def member_ifaddrs(self) -> bool | None:
        """Whether a member may have an address (15); None if that is not known."""
        section = self.sources.about.get("bridge-sysctls")
        match = IFADDRS.search(section.out) if section is not None else None
        return None if match is None else match[1] != "0"

    @property
    def filters(self) -> bool:
        """Whether the host's bridges can filter by VLAN: the release that has member_ifaddrs can (FREEBSD.md 11)."""
        section = self.sources.about.get("bridge-sysctls")
        loaded = section is not None and "net.link.bridge." in section.out
        return self.member_ifaddrs is not None or (not loaded and self.sources.dialect == "15")

    def bridge_of(self, name: str) -> str:
        """The other bridge an interface is a member of, or ""."""
        bridges = (interface for interface in self.host.values() if interface.kind == "bridge")
        return next((bridge.name for bridge in bridges if name in bridge.members and bridge.name != self.subject), "")

    def bootable(self, name: str) -> bool:
        """Whether an interface exists after a boot: it is hardware, or rc.conf creates it."""
        interface = self.host.get(name)
        hardware = interface is not None and interface.kind == "ether"
        return hardware or name in self.made_at_boot or re.sub("[ab]$", "", name) in self.made_at_boot

    def free_name(self, kind: str, first: int = 0) -> str:
        """The first name of that kind, numbered from `first`, that no interface has now or after a boot."""
        used = self.host.keys() | {interface.drivername for interface in self.host.values()}
        used |= self.made_at_boot | set(self.boot.cloned)
        return next(name for number in count(first) if (name := f"{kind}{number}") not in used)

    def name(self, answers: Answers) -> str:
        """The name of the interface, present or new."""
        return self.subject or answers.values.get("name", "").strip()

    # What the operator wants.

    def wanted(self, answers: Answers) -> Shape:
        """The settings that the answers ask for."""
        values = {key: answers.values.get(key, getattr(self.live, key)).strip() for key in COMMON}
        values |= {key: cidr(values[key], version) or values[key] for key, _, version in FAMILIES}
        return self.live._replace(**values)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The fields in their order."""
        common = []
        for key, (label, help) in COMMON.items():
            value = str(getattr(self.live, key))
            now = value if key in self.drift else ""
            common.append(Field(key, label, value, where=self.where(key), now=now, help=help))
        return (*self.own_fields(answers), *common, *self.when_fields())

    def where(self, key: str) -> str:
        """The line of rc.conf that sets a value."""
        if self.rc is None:
            return "rc.conf: not known"
        if not self.made:
            return "not in rc.conf" if self.subject else ""
        name = variable("ifconfig", self.subject, SUFFIXES.get(key, ""))
        value = self.boot.values.get(name)
        return f"rc.conf: {name} is not set" if value is None else f'rc.conf: {name}="{value}"'

    @cached_property
    def drift(self) -> frozenset[str]:
        """The keys of fields that will differ after a boot."""
        if not self.made:
            return frozenset()
        differing = {key for key in COMMON if getattr(self.at_boot, key) != getattr(self.live, key)}
        return frozenset(differing | self.own_drift())

    @cached_property
    def at_boot(self) -> Shape:
        """The settings of rc.conf. The present address counts if it is an alias there, or if rc.conf has DHCP."""
        line, further = self.boot.line(self.subject), self.boot.aliases(self.subject)
        v4 = self.live.address if line.dhcp or self.live.address in further else line.address()
        v6 = self.live.address6 if self.live.address6 in further else self.boot.address6(self.subject)
        members = tuple(line.members)
        mtu = line.mtu or self.mtu_at_boot(members)
        about = self.boot.description(self.subject)
        return Shape(mtu, v4, v6, about, members, line.filtering, line.members)

    def when_fields(self) -> tuple[Field, Field]:
        """The two switches. `boot` is on if rc.conf sets up the interface as it is now."""
        now = Field("now", "Apply now", ON, "switch", help="Changes the interface with ifconfig.")
        if self.rc is None:
            return now, Field("boot", "Set up at boot", "not known", "fact", where=UNREAD, help=UNREAD_HELP)
        agrees = not self.subject or (self.made and not self.drift)
        where = "set in rc.conf" if agrees else "different in rc.conf" if self.made else "not in rc.conf"
        boot = Field("boot", "Set up at boot", ON if agrees else OFF, "switch", help=SYSRC)
        return now, boot._replace(where=where if self.subject else "")

    def on(self, key: str, answers: Answers) -> bool:
        """Whether one of the two switches is on."""
        return is_on(key, self.when_fields(), answers)

    def draft(self, answers: Answers) -> Draft:
        """The steps of both switches, or errors only."""
        changed = frozenset(field.key for field in self.fields(answers) if answers.changed(field))
        now, boot = self.on("now", answers), self.on("boot", answers)
        if self.subject and not changed - {"now", "boot"} and not (boot and "boot" in changed):
            return Draft(notes=tuple(self.standing_notes()))
        notes = tuple(dict.fromkeys(self.notes(answers, changed)))
        if any(note.level == "error" for note in notes):
            return Draft(notes=notes)
        notes = (*notes, *self.findings(answers))
        if any(note.level == "error" and not note.standing for note in notes):
            return Draft(notes=notes)
        live = tuple(self.live_steps(answers)) if now else ()
        written = tuple(self.boot_steps(answers)) if boot else ()
        if mangled := mangled_notes(written):
            return Draft(notes=(*notes, *mangled))
        when = "at boot" if not live else "now and at boot" if boot else "now, until the next boot"
        becomes = self.name(answers) if live and not self.subject else ""
        effect = f"takes effect {when}" if live or written else ""
        return Draft(commands=(*live, *written), notes=notes, effect=effect, becomes=becomes)

    # The notes.

    def standing_notes(self) -> Iterator[Note]:
        """The notes on an unchanged interface."""
        findings = tuple(self.findings(Answers({"now": OFF})))
        yield from findings
        if not self.made and not any(note.field == "boot" for note in findings):
            yield from self.forgotten(self.subject)

    def findings(self, answers: Answers) -> Iterator[Note]:
        """The findings about the interface as the answers would set it, without those that the save to rc.conf ends."""
        interface = self.interface
        if self.on("now", answers):
            interface = self.changed(interface or Interface(self.name(answers), self.kind), answers)
        if interface is not None:
            boot = self.on("boot", answers)
            notes = judged.notes(self.kind, self.sources, interface, self.interface)
            yield from (note for note in notes if not (boot and note.field == "boot"))

    def changed(self, interface: Interface, answers: Answers) -> Interface:
        """The interface as the answers would set it."""
        return judged.changed(interface, self.wanted(answers))

    def forgotten(self, name: str) -> Iterator[Note]:
        """A note on the next boot, if rc.conf is not written."""
        if self.rc is None:
            text = "rc.conf could not be read: it is not known what happens at boot."
        elif self.made:
            text = f"rc.conf is not changed: a boot sets up {name} as before."
        else:
            text = f"rc.conf is not changed: it does not create {name or self.label} at boot."
        yield saving("after-boot", text, "boot")

    def notes(self, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
        """Errors of the answers, and notes on what they do."""
        now, boot = self.on("now", answers), self.on("boot", answers)
        if not now and not boot:
            yield unfit("Neither applied now nor set up at boot: nothing would change.", "now")
        elif not boot:
            yield from self.forgotten(self.name(answers))
        if self.subject in self.doubled:
            yield unfit(doubled(self.subject))
        if not self.subject and (fault := self.name_fault(answers)):
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

    def name_fault(self, answers: Answers) -> str:
        """Why the new interface can't have its name, as a sentence, or ""."""
        return name_fault(self.name(answers), self.taken)

    @property
    def taken(self) -> dict[str, str]:
        """The names that a new interface can't have, and why. A renamed interface keeps its number."""
        renamed = [name for name in self.made_at_boot if variable("ifconfig", name, "_name") in self.boot.values]
        taken = dict.fromkeys(renamed, "rc.conf renames an interface of that name at boot")
        for name, interface in self.host.items():
            if interface.drivername:
                taken[interface.drivername] = f"{name} was created as that"
        return taken | {name: f"the host has {interface.kind} {name}" for name, interface in self.host.items()}

    def address_lost(self, old: str, new: str, key: str) -> Note:
        """A warning about what is cut off when `new`, or nothing, replaces an address."""
        lost = f"Connections to {old.partition('/')[0]} break, an ssh session too"
        router = self.router_through(old)
        route = f", and the default route through {router} is lost" if router else ""
        return saving("address-lost", f"{lost}{route if router != self.router_through(new) else ''}.", key)

    def address_notes(self, key: str, version: int, value: str) -> Iterator[Note]:
        """Errors of an address, and warnings about the old one."""
        old = str(getattr(self.live, key))
        if value and (fault := syntax(key, value) or ("/" not in value and no_prefix(value, PREFIXES[version]))):
            yield unfit(fault, key)
            return
        if old and old.partition("/")[0] != value.partition("/")[0]:
            yield self.address_lost(old, value, key)
        further = self.boot.aliases(self.subject) if self.subject else {}
        if old in further and value != old:
            yield saving("alias-stays", f"{further[old]} of rc.conf still sets {old}: change it by hand.", key)

    def router_through(self, value: str) -> str:
        """rc.conf's default router if it is in the network of that address, else ""."""
        router = self.boot.values.get("defaultrouter", "")
        try:
            return router if value and ip_address(router) in ip_interface(value).network else ""
        except ValueError:
            return ""

    # The steps that bridges and VLANs share.

    def common_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """The steps that set addresses and description now."""
        held = () if self.interface is None else self.interface.addresses
        for key, family, version in FAMILIES:
            old, new = getattr(self.live, key), getattr(wanted, key)
            alone = version == 4 and len([address for address in held if assigned(address, family)]) == 1
            if old != new:
                yield from address_steps(name, family, old, new, alone=alone)
        if wanted.description != self.live.description:
            old = describe(name, self.live.description)
            yield Step(describe(name, wanted.description), "set its description", undo=old)

    def common_boot_steps(self, name: str, wanted: Shape) -> Iterator[Step]:
        """The steps that set IPv6 address and description at boot."""
        if wanted.address6 != (self.at_boot.address6 if self.subject else ""):
            line = self.boot.line(name, "_ipv6").with_address(wanted.address6, "inet6")
            yield from self.boot.assign(variable("ifconfig", name, "_ipv6"), str(line), "set its IPv6 address at boot")
        about = variable("ifconfig", name, "_descr")
        yield from self.boot.assign(about, wanted.description, "set its description at boot")

    def wake_steps(self, names: tuple[str, ...]) -> Iterator[Step]:
        """The steps that bring up interfaces that are down."""
        yield from (wake_step(name) for name in names if name in self.host and not self.host[name].up)

    def boot_wake_steps(self, names: tuple[str, ...]) -> Iterator[Step]:
        """The steps that bring up at boot the NICs that rc.conf does not mention."""
        for name in names:
            if name in self.host and self.host[name].kind == "ether" and not self.boot.says(name):
                yield from self.boot.assign(variable("ifconfig", name), "up", f"bring {name} up at boot")
