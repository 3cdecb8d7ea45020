"""Names, descriptions and addresses of interfaces: their faults, and the steps that set them."""

from __future__ import annotations

import re
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


class Shape(NamedTuple):
    """The settings of an interface. Addresses are ADDRESS/PREFIX, "" for none; the last three are a bridge's."""

    mtu: str = ""
    address: str = ""
    address6: str = ""
    description: str = ""
    members: tuple[str, ...] = ()
    filtering: bool = False
    tags: Mapping[str, Tags] = MappingProxyType({})


def shape(interface: Interface) -> Shape:
    """The present settings of an interface, with the first address of each family that is not automatic."""

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


# Faults.


def missing(name: str) -> str:
    return f"The host has no interface {name}."


def doubled(name: str) -> str:
    return f"The host has two interfaces named {name}: a command may change the wrong one."


def name_fault(value: str, taken: Mapping[str, str]) -> str:
    """The fault of a new interface's name, as a sentence, or ""; `taken` are names that are taken, and why."""
    if not value:
        return "An interface needs a name."
    if fault := size_fault(value):
        return fault
    if not NAME.fullmatch(value):
        return f"{value} can't be the name of an interface: a letter, then letters, digits, and . _ + -"
    if value in taken:
        return f"{value} is taken: {taken[value]}."
    return ""


def description_notes(value: str, boot: bool) -> Iterator[Note]:
    """Errors of a description; `boot`: it is also written to rc.conf."""
    if len(value.encode("utf-8", "surrogateescape")) > DESCRIPTION_BYTES:
        yield unfit(f"A description has at most {DESCRIPTION_BYTES} bytes.", "description")
    if not value.isprintable():
        yield unfit("A description is one line of printable text.", "description")
    if boot and MANGLED & set(value):
        signs = " ".join(sorted(MANGLED & set(value)))
        yield unfit(f"sysrc can't write {signs} to rc.conf: change the description, or don't write it.", "description")


# The steps.


def describe(name: str, value: str) -> Argv:
    """The command that sets the description of an interface, or removes it."""
    return ("ifconfig", name, "descr", value) if value else ("ifconfig", name, "-descr")


def create_steps(name: str, cloner: str, words: tuple[str, ...], why: str) -> Iterator[Step]:
    """The steps that create an interface by the name of its kind, and rename it (FREEBSD.md, trap 10)."""
    yield Step(("ifconfig", cloner, "create", *words), why, undo=("ifconfig", cloner, "destroy"))
    if cloner != name:
        yield Step(("ifconfig", cloner, "name", name), "rename it", undo=("ifconfig", name, "name", cloner))


def mtu_step(name: str, new: str, old: str, why: str) -> Step:
    return Step(("ifconfig", name, "mtu", new), why, undo=("ifconfig", name, "mtu", old))


def address_steps(name: str, family: str, old: str, new: str, *, alone: bool) -> Iterator[Step]:
    """The steps that add, remove or change an address. The only one of its family (`alone`) is replaced at once.

    Otherwise the new address is added before the old one is removed, so that the host stays reachable in between:
    without `alias`, ifconfig replaces the first address of an interface, whichever it is (FREEBSD.md 4.2).
    """

    def add(address: str) -> Argv:
        return ("ifconfig", name, family, address, "alias")

    def drop(address: str) -> Argv:
        return ("ifconfig", name, family, address.partition("/")[0], "-alias")

    if old and new and alone:
        yield Step(("ifconfig", name, family, new), f"replaces {old}", undo=("ifconfig", name, family, old))
        return
    steps = []
    if new:
        steps.append(Step(add(new), f"add {new}", undo=drop(new)))
    if old:
        cut = f"connections to {old.partition('/')[0]}"
        place = 0 if drop(old) == drop(new) else len(steps)
        steps.insert(place, Step(drop(old), f"remove {old}", cut, add(old)))
    yield from steps


def wake_step(name: str) -> Step:
    """The step that brings an interface up."""
    return Step(("ifconfig", name, "up"), f"{name} passes nothing while it is down", undo=("ifconfig", name, "down"))
