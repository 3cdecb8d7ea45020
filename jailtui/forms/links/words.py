"""Names, numbers, addresses and descriptions of interfaces: what is wrong with them, and the steps that set them."""

from __future__ import annotations

import re
from ipaddress import ip_interface
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.rcconf import MANGLED, Tags
from jailtui.config.syntax import size_fault
from jailtui.exchange import Argv, Step
from jailtui.forms.notes import unfit
from jailtui.model.interfaces import assigned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.forms.protocol import Note
    from jailtui.model.state import Interface

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
DESCRIPTION_BYTES = 1023
EXAMPLES = {4: "192.168.1.10/24", 6: "fd00::1/64"}


class Shape(NamedTuple):
    """What an interface is set to. Addresses are ADDRESS/PREFIX, "" for none; the last three are a bridge's."""

    mtu: str = ""
    address: str = ""
    address6: str = ""
    description: str = ""
    members: tuple[str, ...] = ()
    filtering: bool = False
    tags: Mapping[str, Tags] = MappingProxyType({})


def shape(interface: Interface) -> Shape:
    """What an interface is set to now. Of several addresses the first counts; those it gave itself don't."""

    def first(family: str) -> str:
        return next((str(address) for address in interface.addresses if assigned(address, family)), "")

    tags = {port.name: (str(port.untagged or ""), port.tagged) for port in interface.ports}
    return Shape(
        str(interface.mtu),
        first("inet"),
        first("inet6"),
        interface.description or "",
        interface.members,
        interface.filtering,
        tags,
    )


# What is wrong.


def address_fault(value: str, version: int) -> str:
    """Why an address can't be taken, as a sentence."""
    try:
        found = ip_interface(value)
    except ValueError:
        return f"{value} is no IPv{version} address with a prefix, as {EXAMPLES[version]}."
    if found.version != version:
        return f"{value} is an IPv{found.version} address; it has a field of its own."
    return f"{value} has no prefix: write {value}/{24 if version == 4 else 64}. FreeBSD 15 refuses an address without."


def missing(name: str) -> str:
    return f"There is no interface {name} on the host."


def doubled(name: str) -> str:
    return f"Two interfaces of the host are called {name}: a command may hit the wrong one."


def name_fault(value: str, taken: Mapping[str, str]) -> str:
    """Why a new interface can't have that name, as a sentence; `taken` says of each name by whom. "": it can."""
    if not value:
        return "A name is needed."
    if fault := size_fault(value):
        return fault
    if not NAME.fullmatch(value):
        return f"{value} is no name for an interface: a letter, then letters, digits, and . _ + -"
    if value in taken:
        return f"{value} is taken: {taken[value]}."
    return ""


def description_notes(value: str, boot: bool) -> Iterator[Note]:
    """Whether a description can be set, and written to rc.conf if `boot`."""
    if len(value.encode("utf-8", "surrogateescape")) > DESCRIPTION_BYTES:
        yield unfit(f"A description has at most {DESCRIPTION_BYTES} bytes.", "description")
    if not value.isprintable():
        yield unfit("A description is one line of text that a terminal can show.", "description")
    if boot and MANGLED & set(value):
        signs = " ".join(sorted(MANGLED & set(value)))
        yield unfit(f"sysrc can't write {signs} to rc.conf: leave it out, or out of rc.conf.", "description")


# The steps.


def describe(name: str, value: str) -> Argv:
    """The command that describes an interface, or takes its description away."""
    return ("ifconfig", name, "descr", value) if value else ("ifconfig", name, "-descr")


def mtu_step(name: str, new: str, old: str, why: str) -> Step:
    """An interface's new MTU."""
    return Step(("ifconfig", name, "mtu", new), why, undo=("ifconfig", name, "mtu", old))


def address_steps(name: str, family: str, old: str, new: str, *, alone: bool) -> Iterator[Step]:
    """An address that comes, goes or changes. One that is `alone` is replaced by one command.

    Else the new one comes before the old one goes, so that the way in is not cut between two commands: without
    `alias`, ifconfig replaces the first address of an interface, whichever it is (FREEBSD.md 4.2).
    """

    def add(address: str) -> Argv:
        return ("ifconfig", name, family, address, "alias")

    def drop(address: str) -> Argv:
        return ("ifconfig", name, family, address.partition("/")[0], "-alias")

    if old and new and alone:
        yield Step(("ifconfig", name, family, new), f"in the place of {old}", undo=("ifconfig", name, family, old))
        return
    gone = (
        Step(drop(old), f"{old} goes", f"what reaches the host by {old.partition('/')[0]}", add(old)) if old else None
    )
    if gone and drop(old) == drop(new):
        yield gone
        gone = None
    if new:
        yield Step(add(new), f"the address {new}", undo=drop(new))
    if gone:
        yield gone


def wake_step(name: str) -> Step:
    """A NIC that is down comes up."""
    return Step(("ifconfig", name, "up"), f"{name} passes nothing while it is down", undo=("ifconfig", name, "down"))
