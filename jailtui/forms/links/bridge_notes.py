"""What is to be said of a bridge's members, MTU and VLAN filter. Sources: FREEBSD.md 4.3 and 8."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jailtui.forms.links.common import LinkForm
from jailtui.forms.links.words import doubled, missing
from jailtui.forms.notes import saving, unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.links.words import Shape
    from jailtui.forms.protocol import Answers, Note

REFUSED = {"loopback": "a loopback interface", "bridge": "a bridge itself", "tun": "a tunnel", "wg": "a tunnel"}
SPAN = re.compile(r"(\d+)(?:-(\d+))?")
VLANS = range(1, 4095)


@dataclass(frozen=True)
class Bridging(LinkForm):
    """What is known of a bridge and of what could join it."""

    @property
    def binds(self) -> bool:
        """Whether a bridge's MTU is bound by its members', as on 13; later it is passed on to them."""
        return self.sources.dialect == "13"

    def on_a_bridge(self, name: str) -> bool:
        """Whether it is a VLAN that sits on a bridge: no bridge takes it (15; earlier there is none)."""
        interface = self.host.get(name)
        parent = self.host.get(interface.parent) if interface is not None and interface.parent else None
        return parent is not None and parent.kind == "bridge"

    def first_mtu(self, wanted: Shape) -> str:
        """The MTU that an empty bridge has once its members have joined."""
        first = next((self.host[name] for name in wanted.members if name in self.host), None)
        return str(first.mtu) if first is not None else self.live.mtu or "1500"


def bridge_notes(form: Bridging, answers: Answers, changed: frozenset[str]) -> Iterator[Note]:
    """Everything of a bridge that is no address, name or description."""
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


def joining_notes(form: Bridging, answers: Answers, name: str) -> Iterator[Note]:
    """Whether an interface can join, and what happens to it."""
    interface = form.host.get(name)
    if interface is None:
        if form.on("now", answers) or not form.bootable(name):
            yield unfit(missing(name), "members")
        return
    if name in form.doubled:
        yield unfit(doubled(name), "members")
    if interface.kind in REFUSED:
        yield unfit(f"{name} is {REFUSED[interface.kind]}: no bridge takes it.", "members")
        return
    if other := form.bridge_of(name):
        yield unfit(f"{name} is a member of {other}: an interface is in one bridge only.", "members")
    if form.on_a_bridge(name):
        yield unfit(f"{name} is a VLAN on the bridge {interface.parent}: no bridge takes it.", "members")
    if interface.kind in ("ether", "lagg"):
        text = f"{name} may lose its link for a second as it joins; so may an ssh session."
        yield saving("link-drops", text, "members")


def leaving_notes(form: Bridging, name: str) -> Iterator[Note]:
    """What is cut when a member leaves."""
    interface = form.host.get(name)
    if interface is None or interface.kind not in ("ether", "lagg", "vlan"):
        return
    text = f"What is behind {form.subject} loses the network of {name}"
    if interface.kind != "vlan":
        text += f"; {name} may lose its link for a second, and with it an ssh session"
    held = [form.live.address, *(str(address) for address in interface.addresses)]
    if router := next((found for address in held if (found := form.router_through(address))), ""):
        text += f". The default route through {router} may go this way"
    yield saving("member-leaves", f"{text}.", "members")


def mtu_notes(form: Bridging, wanted: Shape, joining: list[str], changed: bool) -> Iterator[Note]:
    """One MTU for all that is in a bridge, and who sets whose."""
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
            text = (
                f"{name} has MTU {interface.mtu} and the bridge {mtu}: FreeBSD 13 refuses it. Set the MTU here for all."
            )
            yield unfit(text, "members")
        elif not chosen:
            yield saving("gets-mtu", f"{name} gets MTU {mtu}, as the bridge has.", "members")


def filter_notes(wanted: Shape) -> Iterator[Note]:
    """VLAN numbers that are none."""
    for name in wanted.members:
        untagged, tagged = wanted.tags[name]
        if untagged and not is_vlan(untagged):
            yield unfit(f"{untagged} is no VLAN: one number from 1 to 4094.", f"untagged.{name}")
        if tagged and tagged != "all" and not is_set(tagged):
            yield unfit(f"{tagged} is no set of VLANs: as 10,20-30, from 1 to 4094.", f"tagged.{name}")
    if wanted.address or wanted.address6:
        text = "For an address of the host inside a VLAN make a VLAN on this bridge."
        yield saving("address-beside", text, "address" if wanted.address else "address6")


def left_out_notes(form: Bridging, wanted: Shape) -> Iterator[Note]:
    """Members that rc.conf can't add, as they are not there at boot."""
    out = [name for name in wanted.members if name in form.host and not form.bootable(name)]
    if not out:
        return
    names = ", ".join(out[:3]) + (f" and {len(out) - 3} more" if len(out) > 3 else "")
    owners = {pair.a.name: pair.owner for pair in form.sources.state.epairs if pair.owner}
    users = {owners.get(name, "") for name in out}
    if "" in users:
        how = "not every one of them is made at boot" if len(out) > 1 else "it is not made at boot"
    else:
        how = "their jails add them as they start" if len(out) > 1 else f"{users.pop()} adds it as it starts"
    yield saving("left-out", f"Left out of rc.conf: {names}; {how}.", "boot")


def is_vlan(text: str) -> bool:
    """Whether it is the number of a VLAN."""
    return text.isascii() and text.isdecimal() and int(text) in VLANS


def is_set(text: str) -> bool:
    """Whether it is a set of VLANs as ifconfig reads it (recordings ifconfig/bridge-vlan/05, /34)."""
    spans = [SPAN.fullmatch(piece) for piece in text.split(",")]
    return all(
        one and is_vlan(one[1]) and is_vlan(one[2] or one[1]) and int(one[1]) <= int(one[2] or one[1]) for one in spans
    )
