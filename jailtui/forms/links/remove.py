"""The forms that remove a bridge or a VLAN, now and from rc.conf.

The steps are those that would create it, backwards, so that undo creates all of it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from jailtui.config.rcconf import RcConf, variable, words
from jailtui.exchange import Step, shell_line
from jailtui.forms.links.bridge import BridgeForm
from jailtui.forms.links.common import SYSRC, UNREAD, UNREAD_HELP, mangled_notes
from jailtui.forms.links.vlan import VlanForm
from jailtui.forms.links.words import address_steps, doubled
from jailtui.forms.notes import listed, saving, unfit
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, form_title, is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.links.common import LinkForm
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources
    from jailtui.model.state import Interface

OWN_VARIABLES = ("", "_ipv6", "_descr", "_name", "_aliases")
"""Endings of the variables `ifconfig_IF…` of one interface, besides `_alias0` and so on."""

HELP = {
    "bridge": "Its members stay on the host, without a bridge.",
    "vlan": "Its parent and the other VLANs on it stay.",
    "members": "The interfaces that leave the bridge.",
    "address": "The host loses these addresses.",
    "jails": "They lose their network, or can't start, until they use another one.",
}


@dataclass(frozen=True)
class RemoveLinkForm:
    """The removal of the interface `subject`. Raises NoForm."""

    subject: str
    sources: Sources
    kind: ClassVar[type[LinkForm]]

    def __post_init__(self) -> None:
        self.link  # noqa: B018 - raises NoForm

    @property
    def title(self) -> str:
        """`Remove bridge0`."""
        return form_title("remove", self.subject)

    @cached_property
    def link(self) -> LinkForm:
        """The form of the interface."""
        return self.kind(self.subject, self.sources)

    @cached_property
    def _jails(self) -> tuple[str, ...]:
        """The jails that use the interface, by the host or by their files."""
        state, subject = self.sources.state, self.subject
        users = [name for bridge in state.bridges if bridge.name == subject for name in bridge.jails]
        users += [name for vlan in state.vlans if vlan.name == subject for name in vlan.jails]
        users += [pair.owner for pair in state.epairs if pair.owner and subject in (pair.a.bridge, pair.b.bridge)]
        users += [jail.name for jail in state.jails if jail.configured and subject in jail.configured.bridges]
        return tuple(dict.fromkeys(users))

    # The fields.

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """Facts by which the operator recognizes the interface, and the two switches."""
        facts = {
            "members": ("Members", ", ".join(self.link.live.members)),
            "address": ("Address", ", ".join(filter(None, (self.link.live.address, self.link.live.address6)))),
            "jails": ("Jails", ", ".join(self._jails)),
        }
        shown = [Field(key, label, value, "fact", help=HELP[key]) for key, (label, value) in facts.items() if value]
        now = Field("now", "Destroy now", ON, "switch", help="Destroys the interface with ifconfig.")
        kind, label = self.kind.label.lower(), self.kind.label[:1].upper() + self.kind.label[1:]
        return Field(kind, label, self.subject, "fact", help=HELP[kind]), *shown, now, self._boot

    @property
    def _boot(self) -> Field:
        if self.link.rc is None:
            return Field("boot", "Remove from rc.conf", "not known", "fact", where=UNREAD, help=UNREAD_HELP)
        if not self._written:
            return Field("boot", "Remove from rc.conf", "not in rc.conf", "fact", help="rc.conf does not create it.")
        where = f"rc.conf: {', '.join(self._written)}"
        return Field("boot", "Remove from rc.conf", ON, "switch", where=where, help=SYSRC)

    def draft(self, answers: Answers) -> Draft:
        """The steps of both switches."""
        fields = self.fields(answers)
        now, boot = is_on("now", fields, answers), is_on("boot", fields, answers)
        if not now and not boot:
            return Draft(notes=(unfit("Neither destroyed now nor removed from rc.conf: nothing would change.", "now"),))
        if self.subject in self.link.doubled:
            return Draft(notes=(unfit(doubled(self.subject)),))
        live = tuple(self._live_steps()) if now else ()
        written = tuple(self._boot_steps()) if boot else ()
        if mangled := mangled_notes(written):
            return Draft(notes=mangled)
        when = "now and at boot" if now and boot else "now" if now else "at boot"
        return Draft(commands=(*live, *written), notes=tuple(self._notes(now, boot)), effect=f"takes effect {when}")

    # The notes.

    def _notes(self, now: bool, boot: bool) -> Iterator[Note]:
        vlans = tuple(vlan.name for vlan in self._vlans_on_it)
        for names, loss in ((self._jails, "can't start without it"), (vlans, "will lose the parent")):
            if names:
                yield saving("in-use", f"{listed(names)} {'use' if len(names) > 1 else 'uses'} it, and {loss}.")
        for address in (self.link.live.address, self.link.live.address6) if now else ():
            if address:
                yield self.link.address_lost(address, "", "address")
        if self.link.rc is None or (self._written and not boot):
            yield from self.link.forgotten(self.subject)

    @property
    def _vlans_on_it(self) -> tuple[Interface, ...]:
        """The VLANs whose parent is the interface."""
        return tuple(interface for interface in self.link.host.values() if interface.parent == self.subject)

    # The steps.

    def _live_steps(self) -> Iterator[Step]:
        """Remove it from its bridge, then undo its creation."""
        subject = self.subject
        if bridge := self.link.bridge_of(subject):
            add, drop = (("ifconfig", bridge, word, subject) for word in ("addm", "deletem"))
            yield Step(drop, f"leave {bridge}", undo=add)
        interface = self.link.interface
        shown = (self.link.live.address, self.link.live.address6)
        for address in interface.addresses if interface is not None else ():
            if str(address) not in shown and not address.address.startswith("fe80"):
                yield from address_steps(subject, address.family, str(address), "", alone=False)
        undone = tuple(self._undone())
        yield from undone
        if not any("destroy" in step.argv for step in undone):
            yield Step(("ifconfig", subject, "destroy"), f"destroy it{self._cut}")

    def _undone(self) -> Iterator[Step]:
        """The steps that undo its creation. It is destroyed by the name it would be created by, which undo needs."""
        names = {self.subject}
        for step in reversed(tuple(self._made())):
            if step.undo is None or names.isdisjoint((*step.argv, *step.undo)):
                continue
            what = f"destroy it{self._cut}" if "destroy" in step.undo else f"undoes {shell_line(step.argv)}"
            if step.undo[2] == "name":
                names.add(step.undo[3])
                what = f"undo creates {step.undo[3]} and renames it"
            yield Step(step.undo, what, undo=step.argv)

    @property
    def _cut(self) -> str:
        return f"; cuts off {listed(self._jails)}" if self._jails else ""

    def _made(self) -> Iterator[Step]:
        """The steps that would create it as it is."""
        state, live, interface = self.sources.state, self.link.live, self.link.interface
        rest = tuple(other for other in state.interfaces if other.jid is not None or other.name != self.subject)
        values = {"name": self.subject, "mtu": live.mtu, "address": live.address, "address6": live.address6}
        values |= {"description": live.description, "members": " ".join(live.members)}
        values["filter"] = ON if live.filtering else OFF
        for member, (untagged, tagged) in live.tags.items():
            values |= {f"untagged.{member}": untagged, f"tagged.{member}": tagged}
        if interface is not None and interface.parent:
            values |= {"tag": str(interface.tag or ""), "parent": interface.parent}
        again = self.kind("", replace(self.sources, state=state._replace(interfaces=rest)))
        return again.live_steps(Answers(values))

    # rc.conf.

    @property
    def _written(self) -> tuple[str, ...]:
        """The variables of rc.conf that set it up."""
        return tuple(dict.fromkeys(step.argv[-1].partition("=")[0] for step in self._boot_steps()))

    def _boot_steps(self) -> Iterator[Step]:
        """Remove it from the lists, then its own variables, then its name from the lines of bridges."""
        rc, subject = self.link.boot, self.subject
        own = [variable("ifconfig", subject, ending) for ending in OWN_VARIABLES]
        own += [*rc.aliases(subject).values(), variable("create_args", subject)]
        cloners = {name for name in rc.cloned if rc.values.get(variable("ifconfig", name, "_name")) == subject}
        for name, value in rc.values.items():
            if name == "cloned_interfaces" or name.startswith("vlans_"):
                yield from _without(rc, name, value, {subject, *cloners, *self._in_list(name)})
        for name in (*own, *(variable("ifconfig", cloner, "_name") for cloner in cloners)):
            yield from rc.assign(name, "", f"{subject} is not set up at boot")
        for bridge in self.link.host.values():
            line = rc.line(bridge.name)
            if bridge.kind == "bridge" and bridge.name != subject and subject in line.members:
                kept = {name: tags for name, tags in line.members.items() if name != subject}
                name = variable("ifconfig", bridge.name)
                yield from rc.assign(name, str(line.with_members(kept)), f"{bridge.name} would fail to add {subject}")

    def _in_list(self, name: str) -> set[str]:
        """Its word in `vlans_PARENT`: the tag, if its name is made of parent and tag."""
        interface = self.link.interface
        if interface is None or not interface.parent or name != variable("vlans", interface.parent):
            return set()
        return {str(interface.tag)} if self.subject == f"{interface.parent}.{interface.tag}" else set()


def _without(rc: RcConf, name: str, value: str, out: set[str]) -> Iterator[Step]:
    """The list of that variable without some words."""
    kept = [word for word in value.split() if words(word)[0] not in out]
    if len(kept) < len(value.split()):
        yield from rc.assign(name, " ".join(kept), "not created at boot")


class RemoveBridgeForm(RemoveLinkForm):
    """The removal of a bridge."""

    kind = BridgeForm


class RemoveVlanForm(RemoveLinkForm):
    """The removal of a VLAN."""

    kind = VlanForm
