"""Hosts with bridges and VLANs for the forms' tests, made of values; and what is asked of their drafts."""

from __future__ import annotations

from collections.abc import Mapping

from jailtui.config.rcconf import persistent_names
from jailtui.exchange import Section
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Draft, Field, Form
from jailtui.forms.sources import Sources
from jailtui.model.segments import bridges, vlans
from jailtui.model.state import Address, End, Epair, HostFacts, HostState, Interface, Jail, JailState, Where

RELEASES = ("13.2", "14.2", "15.1")
RCCONF = {
    "cloned_interfaces": "bridge0",
    "defaultrouter": "192.168.1.1",
    "ifconfig_bridge0": "addm em0 up",
    "ifconfig_em0": "inet 192.168.1.10/24",
}


def address(text: str) -> Address:
    value, _, prefix = text.partition("/")
    return Address(value, int(prefix), "inet6" if ":" in value else "inet")


def nic(name: str, *addresses: str, up: bool = True, mtu: int = 1500) -> Interface:
    return Interface(name, "ether", up=up, mtu=mtu, addresses=tuple(address(one) for one in addresses))


def bridge(name: str, *members: str, addresses: tuple[str, ...] = (), mtu: int = 1500) -> Interface:
    held = tuple(address(one) for one in addresses)
    return Interface(name, "bridge", up=True, mtu=mtu, addresses=held, members=members, drivername=name)


def vlan(name: str, tag: int, parent: str | None, mtu: int = 1500) -> Interface:
    return Interface(name, "vlan", up=True, mtu=mtu, tag=tag, parent=parent)


LO0 = Interface("lo0", "loopback", up=True, mtu=16384, addresses=(address("127.0.0.1/8"),))
HOME = (
    nic("em0", "192.168.1.10/24"),
    nic("em1", up=False),
    LO0,
    bridge("bridge0", "epair154a", "em0"),
    bridge("bridge1"),
    Interface("epair154a", "epair", up=True, mtu=1500),
    Interface("epair154b", "epair", jid=4, up=True, mtu=1500, addresses=(address("192.168.1.154/24"),)),
    vlan("em0.10", 10, "em0"),
)
WEB = Jail("web", "web", 4, JailState.RUNNING, vnet=True)
PAIR = Epair(
    "epair154",
    "epair154",
    End("epair154a", Where.HOST, bridge="bridge0", mtu=1500),
    End("epair154b", Where.JAIL, jail="web", jid=4, mtu=1500),
    "drivername",
    orphan=False,
    why="",
    owner="web",
)


def read(
    release: str = "15.1",
    interfaces: tuple[Interface, ...] = HOME,
    rcconf: Mapping[str, str] | None = RCCONF,
    member_ifaddrs: str = "1",
) -> Sources:
    """A host of that release. `member_ifaddrs` is what 15 says of that sysctl; earlier hosts don't have it."""
    facts = HostFacts("nas", release=f"{release}-RELEASE", user="root", uid=0)
    told = "net.link.bridge.pfil_member: 0\n"
    if release.startswith("15"):
        told += f"net.link.bridge.member_ifaddrs: {member_ifaddrs}\n"
    host = [one for one in interfaces if one.jid is None]
    boot = persistent_names(rcconf)
    joined = {name: one.name for one in host if one.kind == "bridge" for name in one.members}
    state = HostState(
        facts,
        jails=(WEB,),
        epairs=(PAIR,),
        bridges=bridges(host, (WEB,), boot),
        vlans=vlans(host, (WEB,), joined, boot),
        interfaces=interfaces,
        rcconf=None if rcconf is None else tuple(rcconf.items()),
        sysctls=(("net.link.bridge.member_ifaddrs", member_ifaddrs),) if release.startswith("15") else (),
    )
    return Sources(state, {}, rcconf, {"bridge-sysctls": Section("bridge-sysctls", 0, told)})


def changing(*others: Interface) -> tuple[Interface, ...]:
    """The home's interfaces, with these in the place of those of their names, or behind them."""
    mine = {one.name: one for one in others}
    kept = [mine.pop(one.name, one) for one in HOME]
    return (*kept, *mine.values())


def draft(name: FormName, subject: str, sources: Sources, /, **values: str) -> Draft:
    """The draft of these answers; a key with a dot is written with two underscores."""
    told = {key.replace("__", "."): value for key, value in values.items()}
    return open_form(name, subject, sources).draft(Answers(told))


def commands(one: Draft) -> list[str]:
    """The commands of a draft that has no error."""
    assert not one.errors, one.errors
    return [" ".join(step.argv) for step in one.commands]


def undo(one: Draft) -> list[str]:
    """What takes each step back."""
    return [" ".join(step.undo or ("none",)) for step in one.commands]


def told(one: Draft, level: str = "", field: str | None = None) -> list[str]:
    """The notes of that level, at that field, without those of what stands already."""
    said = (note for note in one.notes if not note.standing)
    return [note.text for note in said if level in ("", note.level) and field in (None, note.field)]


def standing(one: Draft) -> list[tuple[str, str, str]]:
    """Rule, level and field of what stands whether the draft is saved or not."""
    return [(note.code, note.level, note.field) for note in one.notes if note.standing]


def field(form: Form, key: str, /, **values: str) -> Field:
    """One field of a form."""
    return next(one for one in form.fields(Answers(values)) if one.key == key)


def described(one: Interface, text: str) -> Interface:
    return one._replace(description=text)
