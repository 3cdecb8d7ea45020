"""The copy of a jail: which jails can be copied, and the values that the copy gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.names import ends, epair_number
from jailtui.forms.jails.free import (
    Holdings,
    Used,
    free_address,
    free_bridge,
    free_epair,
    free_jid,
    free_mac,
    free_number,
)
from jailtui.forms.jails.named import with_name
from jailtui.forms.jails.outcome import free_roots, new_file
from jailtui.forms.jails.unique import NAME, Part, edits, parts_of
from jailtui.forms.notes import unfit
from jailtui.forms.protocol import Field
from jailtui.jailconf import AddJail, RenameJail
from jailtui.net import family, ipv4_in_network, plain_ip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui import jailconf
    from jailtui.exchange import FileEdit
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources

HOSTNAME = "What hostname(1) prints in the jail."
HELP = {
    "id": "Number used to build the jail's names and addresses; no other jail may have it.",
    "hostname": HOSTNAME,
    "path": "The root of the jail on the host, an existing directory.",
    "address": "An address with its prefix, like 192.168.1.20/24.",
    "gateway": "Set as the default route when the jail starts.",
    "bridge": "The bridge that the host's end of the pair joins.",
    "epair": "The pair's name, without a or b.",
}
TRIES = 4096


class Example(NamedTuple):
    """A configured jail that can be copied. `file` has its block; `alone`: the file is named after the jail."""

    jail: jailconf.HostJail
    held: Holdings
    parts: tuple[Part, ...]
    file: str
    alone: bool

    @property
    def name(self) -> str:
        return self.jail.name

    def file_for(self, name: str) -> str:
        """The file of a copy of that name."""
        return file_named(self.file, self.name, name) if self.alone else self.file


def file_named(file: str, old: str, new: str) -> str:
    """The path of a file named after the jail `old`, with the name `new`."""
    return f"{file.removesuffix(f'{old}.conf')}{new}.conf"


def example(sources: Sources, jail: jailconf.HostJail, held: Holdings) -> Example:
    file = jail.jail.block.file
    return Example(jail, held, parts_of(jail.jail, held), file, stands_alone(sources, jail))


def stands_alone(sources: Sources, jail: jailconf.HostJail) -> bool:
    """Whether the file of the jail's block is named after the jail, and defines no other."""
    file = jail.jail.block.file
    if file.rpartition("/")[2] not in (f"{jail.name}.conf", f"jail.{jail.name}.conf"):
        return False
    return not shares_file(sources, jail)


def shares_file(sources: Sources, jail: jailconf.HostJail) -> bool:
    """Whether the file of the jail's block defines another jail too."""
    file = jail.jail.block.file
    return any(other.jail.block.file == file and other.name != jail.name for other in sources.config.jails)


def vnet_examples(sources: Sources, taken: Used) -> tuple[Example, ...]:
    """The VNET jails whose blocks can be copied, in the order of the files."""
    managed = {jail.name for jail in sources.state.jails if jail.manager}
    fit = [
        (jail, held)
        for jail, held in taken.jails
        if held.configured.vnet and "." not in jail.name and jail.name not in managed
    ]
    return tuple(
        example(sources, jail, held)
        for jail, held in fit
        if not jail.jail.failed and not jail.others and not jail.legacy and jail.jail.block.file in sources.texts
    )


def values_for(example: Example, taken: Used, name: str, answers: Mapping[str, str]) -> dict[str, str]:
    """The value of each part of a copy called `name`, by field key: answered, else following others, else free."""
    known = {NAME: name}
    values: dict[str, str] = {}
    taken = taken.apart()
    for part in example.parts:
        if part.number:
            known[part.key] = values[part.key] = answers.get(part.key) or _number(example, part, taken, known)
    pair = _pair_number(example, taken, known)
    for part in example.parts:
        if not part.number:
            fixed = not part.settable(example.name)
            proposed = part.rendered(known) if fixed else _default(example, part, taken, known, pair)
            values[part.key] = proposed if fixed else answers.get(part.key, proposed)
            taken.take(part.key.rpartition(".")[2], values[part.key])
    return values


def changes_for(example: Example, values: Mapping[str, str], name: str) -> list[tuple[Part, str]]:
    """The parts of the copy that do not follow from its name and its numbers, with their values."""
    known = {NAME: name} | {part.key: values[part.key] for part in example.parts if part.number}
    return [
        (part, values[part.key])
        for part in example.parts
        if values[part.key] != (part.value if part.number else part.rendered(known))
    ]


def _default(example: Example, part: Part, taken: Used, known: Mapping[str, str], pair: int | None) -> str:  # noqa: C901
    following = part.rendered(known)
    if part.shared or following != part.value:
        return following
    name = known[NAME]
    pair = pair if part.key in ("epair", "address") else None
    if name and (renamed := with_name(part.value, example.name, name)) != part.value:
        return renamed
    match part.key.rpartition(".")[2]:
        case "address":
            near = taken.around(part.value)
            if near is None:
                return ""
            if pair is not None:
                return f"{near.network.network_address + pair}/{near.network.prefixlen}"
            address = free_address(taken, near)
            return part.value.replace(str(near.ip), address.partition("/")[0]) if address else ""
        case "epair":
            number = epair_number(part.value)
            if pair is not None:
                return f"epair{pair}"
            return free_epair(taken, number) if number is not None else ""
        case "interface":
            return free_bridge(taken, part.value)
        case "log":
            return part.value
        case "ether":
            return free_mac(taken, part.value)
        case "jid":
            return free_jid(taken)
        case "path":
            return f"{part.value.rstrip('/').rpartition('/')[0]}/{name}"
        case _:
            return name


def _number(example: Example, number: Part, taken: Used, known: Mapping[str, str]) -> str:
    """The first number after the original's with which all values that follow it are free."""
    parts = [part for part in example.parts if not part.shared and not part.number and number.key in part.follows()]

    def fits(candidate: int) -> bool:
        value = str(candidate)
        if (number.key, value) in taken.variables:
            return False
        return all(_free(part, part.rendered({**known, number.key: value}), taken) for part in parts)

    free = free_number(int(number.value), fits, max(TRIES, int(number.value)))
    return "" if free is None else str(free)


def _free(part: Part, value: str, taken: Used) -> bool:
    match part.key.rpartition(".")[2]:
        case "epair" | "interface":
            return taken.free("name", value, *ends(value))
        case "address":
            near, new = ipv4_in_network(part.value), ipv4_in_network(value)
            if near is None or new is None:
                return plain_ip(value) != "" and taken.free("address", plain_ip(value))
            edges = (new.network.network_address, new.network.broadcast_address)
            return taken.free("address", str(new.ip)) and new.ip not in edges
        case "path":
            return taken.free("path", value.rstrip("/"))
        case "ether":
            return taken.free("mac", value.lower())
        case _:
            return part.key != "jid" or taken.free("jid", value)


def _pair_number(example: Example, taken: Used, known: Mapping[str, str]) -> int | None:
    """A number for both pair and address, if the original has one for both and neither is made of variables."""
    parts = {part.key: part for part in example.parts if not part.number and part.rendered(known) == part.value}
    if "epair" not in parts or "address" not in parts:
        return None
    pair, near = epair_number(parts["epair"].value), ipv4_in_network(parts["address"].value)
    if pair is None or near is None or int(near.ip) - int(near.network.network_address) != pair:
        return None
    first, last = near.network.network_address, near.network.num_addresses - 2
    return free_number(
        pair,
        lambda number: taken.epair_free(number) and taken.free("address", str(first + number)),
        min(last, TRIES),
    )


def part_fields(
    sources: Sources, taken: Used, example: Example, values: Mapping[str, str], *, shared: bool
) -> Iterator[Field]:
    """The fields of a copy's own values, and with `shared` those of values that it may share with others."""
    bridges = tuple(bridge.name for bridge in sources.state.bridges)
    choices = {"path": free_roots(sources, taken), "bridge": bridges}
    for part in example.parts:
        if part.shared and not shared:
            continue
        kind, label = part.key.rpartition(".")[2], part.label[:1].upper() + part.label[1:]
        field = Field(part.key, label, values[part.key], where=part.where(), choices=choices.get(kind, ()))
        if part.settable(example.name):
            yield field._replace(help=part_help(part, kind))
        else:
            made = ", ".join(sorted(name if name == NAME else f"${name}" for name in part.follows()))
            yield field._replace(kind="fact", help=f"Made of {made}." if made else "Shared with other jails.")


def part_help(part: Part, kind: str) -> str:
    """The help of a field of a copy."""
    if kind == "address" and family(part.value) == 6:
        return "An address with its prefix, like fd00::20/64."
    if kind == "gateway" and family(part.value) == 6:
        return "Set as the IPv6 default route when the jail starts."
    if part.number:
        return HELP["id"]
    return HELP.get(kind) or f"The value of {part.key} in the copy."


def copied(sources: Sources, example: Example, values: Mapping[str, str], name: str) -> tuple[FileEdit, ...]:
    """The files with the copy in them. Raises EditError."""
    wanted = edits(changes_for(example, values, name), example.jail, name)
    if example.alone:
        text = sources.file(example.file).data
        return (new_file(sources, example.file_for(name), text, [RenameJail(example.name, name), *wanted]),)
    return sources.apply({example.file: [AddJail(name, like=example.name), *wanted]})


def number_notes(example: Example, values: Mapping[str, str], taken: Used) -> Iterator[Note]:
    """Errors for numbers of the copy that another jail has."""
    for part in example.parts:
        if part.number:
            yield from number_fault(taken, part.key, values[part.key])


def number_fault(taken: Used, variable: str, number: str) -> Iterator[Note]:
    """An error, at the field `variable`, if another jail has that value of `$variable`."""
    if owner := taken.variables.get((variable, number)):
        yield unfit(f"${variable} {number} belongs to {owner}.", variable)
