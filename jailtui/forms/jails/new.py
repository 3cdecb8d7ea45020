"""The form of a new jail: a copy of a configured jail, or the built-in VNET template."""

from __future__ import annotations

import ipaddress
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.forms.jails.boot import boot_field
from jailtui.forms.jails.copies import HELP, Example, number_fault, part_fields, values_for, vnet_examples
from jailtui.forms.jails.copy import NAME_FIELD, copy_draft, new_jail_draft
from jailtui.forms.jails.free import Used, free_address, free_number, used
from jailtui.forms.jails.outcome import free_roots, new_file, roots
from jailtui.forms.jails.rootdir import mounts, root_fields
from jailtui.forms.jails.template import Choices, vnet
from jailtui.forms.jails.values import name_notes, value_notes
from jailtui.forms.notes import refused, unfit
from jailtui.forms.protocol import Answers, Draft, Field, form_title, held
from jailtui.jailconf import AddJail, EditError
from jailtui.jailconf.hostfiles import FOLDER, MAIN
from jailtui.net import ipv4_in_network, plain_ip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.exchange import FileEdit
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources

BUILT_IN = "built-in VNET"
OF_THE_TEMPLATE = {"address": "0.0.0.0/0", "epair": "epair0"}
"""Sample values of the built-in template, for checks by kind."""
TEMPLATE_HELP = "The built-in template, or (as NAME) a copy of that jail's block."
FILE_HELP = "The file of the host that gets the jail's block."
KEYS = ("path", "id", "epair", "bridge", "address", "gateway", "hostname")


class NewForm:
    """The form of a new jail: `subject` is ""."""

    title = form_title("new", "")

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self._sources = sources

    @cached_property
    def _taken(self) -> Used:
        return used(self._sources)

    @cached_property
    def _examples(self) -> dict[str, Example]:
        return {f"as {example.name}": example for example in vnet_examples(self._sources, self._taken)}

    def _template(self, answers: Answers) -> str:
        chosen = answers.values.get("template", BUILT_IN)
        return chosen if chosen in self._examples else BUILT_IN

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """Name, template, and the values of the template."""
        return held(self._proposed, answers)

    def _proposed(self, answers: Answers) -> tuple[Field, ...]:
        name = answers.values.get("name", "")
        template = self._template(answers)
        choices = (BUILT_IN, *self._examples)
        first = (
            Field("name", "Name", name, help=NAME_FIELD),
            Field("template", "Template", template, "choice", choices=choices, help=TEMPLATE_HELP),
        )
        example = self._examples.get(template)
        if example is None:
            root = root_fields(self._sources, answers.values, thin=True)
            return (*first, *self._built_in_fields(answers), *root, *boot_field(self._sources))
        values = values_for(example, self._taken, name, answers.values)
        file = Field("file", "File", example.file_for(name), "fact", help=FILE_HELP)
        parts = part_fields(self._sources, self._taken, example, values, shared=True)
        root = root_fields(self._sources, answers.values, thin=False)
        return (*first, file, *parts, *root, *boot_field(self._sources, example.file))

    def draft(self, answers: Answers) -> Draft:
        """The new block in its file."""
        if wrong := tuple(self._misfits(answers)):
            return Draft(notes=wrong)
        example = self._examples.get(self._template(answers))
        if example is not None:
            return copy_draft(self._sources, self._taken, example, answers)
        name = answers.values.get("name", "")
        values = self._values(answers)
        notes = list(name_notes(self._sources, name))
        if name:
            notes += value_notes(values, OF_THE_TEMPLATE, answers)
        notes += number_fault(self._taken, "id", values["id"])
        if any(note.level == "error" for note in notes):
            return Draft(notes=tuple(notes))
        try:
            files = self._added(self._file(answers), name, Choices(name=name, **values, mounts=mounts(answers)))
        except EditError as error:
            return Draft(notes=(*notes, refused(error)))
        return new_jail_draft(self._sources, files, name, answers, notes)

    def _misfits(self, answers: Answers) -> Iterator[Note]:
        """Errors for answers that are none of the choices."""
        for field in self._proposed(answers):
            value = answers.values.get(field.key, field.value)
            if field.kind == "choice" and value not in field.choices:
                yield unfit(f"{field.label} {value} is not one of: {', '.join(field.choices)}.", field.key)

    def _added(self, path: str, name: str, chosen: Choices) -> tuple[FileEdit, ...]:
        add = AddJail(name, vnet(chosen))
        if path in self._sources.texts:
            return self._sources.apply({path: [add]})
        return (new_file(self._sources, path, b"", [add]),)

    # The built-in template.

    def _built_in_fields(self, answers: Answers) -> tuple[Field, ...]:
        values = self._values(answers)
        bridges = tuple(bridge.name for bridge in self._sources.state.bridges)
        choices = {"path": free_roots(self._sources, self._taken), "bridge": bridges}
        file = Field("file", "File", self._file(answers), "choice", choices=self._files(answers), help=FILE_HELP)
        fields = [Field(key, key.capitalize(), values[key], help=HELP.get(key, "")) for key in KEYS]
        return (file, *(field._replace(choices=choices.get(field.key, ())) for field in fields))

    def _files(self, answers: Answers) -> tuple[str, ...]:
        """The files that can get the block; first a file of its own, if most jails have one."""
        main = (self._sources.rcconf or {}).get("jail_conf") or MAIN
        name = answers.values.get("name", "")
        if not any(path.startswith(FOLDER) for path in self._sources.texts):
            return (main,)
        alone = sum(jail.jail.block.file.startswith(FOLDER) for jail in self._sources.config.jails)
        own = f"{FOLDER}{name}.conf"
        return (own, main) if alone * 2 > len(self._sources.config.jails) else (main, own)

    def _file(self, answers: Answers) -> str:
        choices = self._files(answers)
        chosen = answers.values.get("file", "")
        return chosen if chosen in choices else choices[0]

    def _values(self, answers: Answers) -> dict[str, str]:
        """The values by field key, answered or proposed."""
        name, given = answers.values.get("name", ""), answers.values
        near = ipv4_in_network(given.get("address", "")) or self._network
        number = given.get("id") or self._number(near, "address" in given)
        proposed = self._address(near, number) or (free_address(self._taken, near) if near else "")
        address = given.get("address", proposed)
        return {
            "path": given.get("path", f"{self._parent}/{name}"),
            "id": number,
            "epair": given.get("epair", f"epair{number}"),
            "bridge": given.get("bridge", self._bridge(near)),
            "address": address,
            "gateway": given.get("gateway", self._gateway(near)),
            "hostname": given.get("hostname", name),
        }

    @cached_property
    def _network(self) -> ipaddress.IPv4Interface | None:
        """The last address in the network with most jails; without jails, an address of the host's bridge or NIC."""
        if addresses := list(self._taken.networks()):
            most = Counter(address.network for address in addresses).most_common(1)[0][0]
            return [address for address in addresses if address.network == most][-1]
        state = self._sources.state
        first = [name for bridge in state.bridges for name in (bridge.name, *bridge.nics)]
        hosts = [interface for interface in state.interfaces if interface.jid is None and interface.kind != "loopback"]
        hosts.sort(key=lambda interface: interface.name not in first)
        own = (ipv4_in_network(str(address)) for interface in hosts for address in interface.addresses)
        return next(filter(None, own), None)

    def _number(self, near: ipaddress.IPv4Interface | None, given: bool) -> str:
        """The first number after that of `near` that is free for $id, the epair and the address."""
        start = int(near.ip) % 256 if near else -1

        def unused(number: int) -> bool:
            return self._taken.epair_free(number) and ("id", str(number)) not in self._taken.variables

        def fits(number: int) -> bool:
            return unused(number) and (near is None or given or self._address(near, str(number)) != "")

        if given and fits(start):
            return str(start)
        number = free_number(start, fits, 254)
        if number is None:  # no number of one byte is free in the network
            number = free_number(start, unused)
        return "" if number is None else str(number)

    def _address(self, near: ipaddress.IPv4Interface | None, number: str) -> str:
        """The address of the network that ends with that number, with its prefix; "" if it is invalid or in use."""
        if near is None or not number.isdigit() or int(number) > 255:
            return ""
        network = near.network
        ip = ipaddress.IPv4Address(int(near.ip) // 256 * 256 + int(number))
        edges = (network.network_address, network.broadcast_address)
        if ip not in network or ip in edges or not self._taken.free("address", str(ip)):
            return ""
        return f"{ip}/{network.prefixlen}"

    def _in_network(self, near: ipaddress.IPv4Interface | None) -> list[Example]:
        """The examples with an address in the network of `near`; without that, all."""

        def fits(example: Example) -> bool:
            addresses = filter(None, map(ipv4_in_network, example.held.configured.addresses))
            return near is None or any(address.network == near.network for address in addresses)

        return list(filter(fits, self._examples.values()))

    def _bridge(self, near: ipaddress.IPv4Interface | None) -> str:
        """The bridge of most jails of the network, else the host's first bridge."""
        names = Counter(name for example in self._in_network(near) for name in example.held.configured.bridges)
        first = next((bridge.name for bridge in self._sources.state.bridges), "")
        return names.most_common(1)[0][0] if names else first

    def _gateway(self, near: ipaddress.IPv4Interface | None) -> str:
        """The gateway of most jails of the network; else an address of a bridge there, or the host's own gateway."""
        names = Counter(name for example in self._in_network(near) for name in example.held.configured.view.gateways)
        if near is None:
            return ""
        bridges = [plain_ip(address.address) for bridge in self._sources.state.bridges for address in bridge.addresses]
        own = (self._sources.rcconf or {}).get("defaultrouter", "")
        for gateway in (*(name for name, _ in names.most_common()), *bridges, plain_ip(own)):
            host = ipv4_in_network(f"{gateway}/32")
            if host is not None and host.ip in near.network:
                return gateway
        return ""

    @cached_property
    def _parent(self) -> str:
        """The parent directory of most roots."""
        paths = [held.configured.path or "" for _, held in self._taken.jails]
        parents = Counter(parent for path in paths if (parent := path.rstrip("/").rpartition("/")[0]))
        seen = roots(self._sources)[1]
        return parents.most_common(1)[0][0] if parents else (seen or [""])[0]
