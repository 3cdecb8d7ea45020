"""Rules about what a jail's interfaces are joined to: bridge, MTU, VLAN, MAC, DHCP, and the way back out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.syntax import family, key, syntax
from jailtui.forms.network.address_checks import problem
from jailtui.forms.protocol import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link, View
    from jailtui.forms.network.in_use import InUse

USUAL_MTU = 1500
NO_BPF = frozenset((None, 1, 4, 5))
"""Rulesets of /etc/defaults/devfs.rules that hide bpf; None is 4 (FREEBSD.md 2.2, 7)."""
ALL_OF_DEV = frozenset((0, 2, 3))
"""Rulesets that show a jail all of /dev though showsets lists some of them (FREEBSD.md 2.2)."""


def link_notes(view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """All these rules, link by link."""
    for number, link in enumerate(view.links, 1):
        if view.vnet:
            yield from bridge_notes(link, number, view, before, in_use)
            yield from mtu_notes(link, number, view, before, in_use)
            yield from vlan_notes(link, number, view, before, in_use)
            yield from mac_notes(link, number, view, before, in_use)
            yield from dhcp_notes(link, number, view, before)
            yield from release_notes(link, number, view)
    yield from ruleset_notes(view, before, in_use)


def bridge_notes(link: Link, number: int, view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """The bridge should be there at the start, also after a boot (FREEBSD.md 8)."""
    name, field = link.bridge, key(number, "bridge")
    changed = name not in {one.bridge for one in before.links}
    if not name:
        return
    if changed and (fault := syntax("bridge", name)):
        yield Note("error", fault, field)
    elif name not in in_use.bridges and name in in_use.host:
        yield problem(changed, f"{name} is no bridge.", field)
    elif _made_by_hooks(name, view, before, in_use):
        return
    elif name not in in_use.bridges:
        after = (
            "." if in_use.boot is None else " before the next boot." if name in in_use.boot else ", also after a boot."
        )
        yield Note("warning", f"There is no {name} on the host{after}", field)
    elif in_use.bridges[name].persistent is False:
        yield Note("warning", f"{name} is gone after a boot: cloned_interfaces in rc.conf lacks it.", field)


def _made_by_hooks(name: str, view: View, before: View, in_use: InUse) -> bool:
    """Whether hooks make the bridge. Those that make the one of the file are taken to make the new one too."""
    names = {name, *(link.bridge for link in before.links)}
    return any(name in text for text in view.unread) or not names.isdisjoint(in_use.made(view.jail).names)


def mtu_notes(link: Link, number: int, view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """All members of a bridge have one MTU: 13 refuses another one, since 14 the bridge sets its own (FREEBSD.md 8)."""
    field = key(number, "mtu")
    pairs = {(one.bridge, one.mtu) for one in before.links}
    changed = (link.bridge, link.mtu) not in pairs
    if link.mtu is not None and (fault := syntax("mtu", str(link.mtu))):
        yield problem(link.mtu not in {one.mtu for one in before.links}, fault, field)
        return
    bridge = in_use.bridges.get(link.bridge)
    mtu = USUAL_MTU if link.mtu is None else link.mtu
    if (
        bridge is None
        or not bridge.mtu
        or bridge.mtu == mtu
        or not _other_members(bridge.members, view, before, in_use)
    ):
        return
    if in_use.major < 14:
        text = f"{bridge.name} has MTU {bridge.mtu}: a member with {mtu} is refused (BRDGADD: Invalid argument)."
        yield problem(changed, text, field)
    elif link.mtu is not None:
        yield Note("note", f"{bridge.name} sets its own MTU, {bridge.mtu}, on the end that joins it.", field)


def _other_members(members: tuple[str, ...], view: View, before: View, in_use: InUse) -> bool:
    """Whether a bridge has members that are not this jail's; the first member gives it its MTU."""
    mine = {name for one in (*view.links, *before.links) for name in (one.host_end, f"{one.pair}a")}
    return any(one not in mine and in_use.end_owners.get(one) != view.jail for one in members)


def vlan_notes(link: Link, number: int, view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """The VLAN should be on the host, with its parent, and under the name that is used here."""
    tag, field = link.vlan, key(number, "vlan")
    if tag is None:
        return
    if fault := syntax("vlan", str(tag)):
        yield problem(tag not in {one.vlan for one in before.links}, fault, field)
        return
    if not in_use.made(view.jail).tags.isdisjoint((tag, *(one.vlan for one in before.links if one.vlan is not None))):
        return
    text = _given_vlan(link, tag, view, in_use) if not link.pair else _ridden_vlan(link, tag, view, in_use)
    if text:
        yield Note("warning", text, field)


def _given_vlan(link: Link, tag: int, view: View, in_use: InUse) -> str:
    """A VLAN that is itself moved into the jail. A tag is taken once on its parent (FREEBSD.md 4.3)."""
    parent = link.given.rpartition(".")[0]
    live = in_use.running(view.jail)
    if link.given in in_use.host or (live and link.inside in {one.name for one in live.interfaces or ()}):
        return ""
    if parent and parent not in in_use.host:
        return f"There is no {parent} on the host, the parent of {link.given}."
    there = (one for one in in_use.sources.state.vlans if one.tag == tag and parent in ("", one.parent))
    other = next(there, None)
    return f"VLAN {tag} on {other.parent or 'the host'} is {other.name} already." if other else ""


def _ridden_vlan(link: Link, tag: int, view: View, in_use: InUse) -> str:
    """A VLAN that the jail's bridge carries."""
    found = [one for one in in_use.sources.state.vlans if one.tag == tag]
    bridge = in_use.bridges.get(link.bridge)
    if not found:
        return "" if view.unread else f"There is no VLAN {tag} on the host."
    if all(one.parent is None or one.parent not in in_use.host for one in found):
        return f"{found[0].name}, VLAN {tag}, has lost its parent."
    if bridge is not None and not any(one.name in bridge.members for one in found):
        return f"VLAN {tag} is {found[0].name} on the host, which is not in {bridge.name}."
    return ""


def mac_notes(link: Link, number: int, view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """Two interfaces with one MAC in one network lose each other's packets."""
    field, mac = key(number, "mac"), link.mac.lower().replace("-", ":")
    if not mac or mac == "random":
        return
    if fault := syntax("mac", link.mac):
        yield problem(link.mac not in {one.mac for one in before.links}, fault, field)
    elif mac in [one.mac.lower().replace("-", ":") for one in view.links[: number - 1]]:
        yield Note("warning", "Two interfaces of this jail have this MAC.", field)
    elif user := in_use.mac(mac, view.jail):
        yield Note("warning", f"{mac} is the MAC of {user.text}.", field)


def dhcp_notes(link: Link, number: int, view: View, before: View) -> Iterator[Note]:
    """DHCP gives the IPv4 address, and its client reads /dev/bpf (FREEBSD.md 7)."""
    field = key(number, "dhcp")
    static = next((one for one in link.addresses if family(one) == 4), None)
    if not link.dhcp:
        return
    if static:
        both = {address for one in before.links if one.dhcp for address in one.addresses}
        yield problem(static not in both, f"DHCP and {static} can't both give the address.", field)
    if not view.mounts_devfs:
        yield Note("warning", "DHCP needs /dev/bpf in the jail, and mount.devfs is not set.", field)
    elif view.ruleset in NO_BPF:
        text = (
            f"DHCP needs /dev/bpf, which ruleset {view.ruleset or 4} hides: add a ruleset with "
            "`add path 'bpf*' unhide` to /etc/devfs.rules, load it, and set devfs_ruleset to its number."
        )
        yield Note("warning", text, field)


def ruleset_notes(view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """A ruleset that is not loaded hides nothing (FREEBSD.md 2.2). Silent where the loaded ones are not known."""
    number = view.ruleset
    if number is None or not view.mounts_devfs:
        return
    field = next((key(at, "dhcp") for at, link in enumerate(view.links, 1) if link.dhcp), "")
    what = "the jail sees all of /dev, kernel memory and disks too."
    if number in ALL_OF_DEV:
        text = f"devfs_ruleset {number} hides nothing: {what}"
    elif in_use.rulesets is not None and number not in in_use.rulesets:
        text = f"devfs ruleset {number} is not loaded: {what}"
    else:
        return
    yield problem(number != before.ruleset or not before.mounts_devfs, text, field)


def release_notes(link: Link, number: int, view: View) -> Iterator[Note]:
    """What a dying jail does to the end that it was given, and to its stop (FREEBSD.md 3.1, 3.5 step 0a)."""
    field = key(number, "release")
    if not link.given:
        return
    if not link.release:
        text = f"Unless exec.prestop gives {link.inside or link.given} back, a dying jail can keep it for minutes."
        yield Note("note", text, field)
    elif not link.release_safe:
        text = f"The release line in exec.prestop can keep {view.jail} from stopping: end it with `|| true`."
        yield Note("warning", text, field)
