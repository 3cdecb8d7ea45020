"""Values in use on a host and in its configuration, and free ones: numbers of pairs, addresses, jids, MACs.

In use are the values of the kernel, on the host and in jails, and those of all configured jails.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config import names
from jailtui.config.names import ends, is_epair, is_epair_end
from jailtui.config.network import configured
from jailtui.net import Interface, ipv4_in_network, is_loopback, plain_ip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jailtui import jailconf
    from jailtui.config.view import Configured
    from jailtui.forms.sources import Sources
    from jailtui.model.usage import Kind, UsageIndex

MOST = 1 << 15
"""The most numbers that are tried."""


class Holdings(NamedTuple):
    """The own values of a configured jail. `configured` is the network that its hooks and parameters create."""

    configured: Configured
    hostname: str = ""
    jid: str = ""

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The names of the jail's interfaces on the host, of an epair both ends."""
        return tuple(dict.fromkeys(name for given in self.pairs_and_others for name in ends(given)))

    @property
    def pairs_and_others(self) -> tuple[str, ...]:
        """The jail's epairs by their stem (`epair154`), and other interfaces by their name."""
        given = [stem(name) for name in (*self.configured.creates, *self.configured.interfaces)]
        return tuple(dict.fromkeys(given))


def holdings(jail: jailconf.JailDefinition, file: str) -> Holdings:
    """The own values of a jail of a file, as far as its hooks are plain commands."""
    config = configured(jail, file)
    last = {setting.name: setting.values[-1] for setting in jail.params if setting.values}
    return Holdings(config, last.get("host.hostname", ""), last.get("jid", ""))


def stem(name: str) -> str:
    """`epair154` for either of its ends; any other name unchanged."""
    return name[:-1] if is_epair_end(name) else name


def is_pair(name: str) -> bool:
    """Whether a name of `pairs_and_others` is that of an epair, or of an end as a known tool names it."""
    return is_epair(name) or names.stem(name) is not None


@dataclass(frozen=True)
class Used:
    """Values in use: the index of users, the jails' own variables, and values proposed since."""

    index: UsageIndex
    jails: tuple[tuple[jailconf.HostJail, Holdings], ...]
    variables: dict[tuple[str, str], str] = field(default_factory=dict)
    live: list[Interface] = field(default_factory=list)
    """Addresses with their networks, those of the host first."""
    proposed: set[tuple[Kind, str]] = field(default_factory=set)

    def apart(self) -> Used:
        """A copy, in which more values can be taken."""
        return replace(self, proposed=set(self.proposed))

    def free(self, kind: Kind, *values: str) -> bool:
        """Whether none of these values is in use; an address neither as a gateway."""
        kinds: tuple[Kind, ...] = ("address", "gateway") if kind == "address" else (kind,)
        uses = [(use, value) for use in kinds for value in values]
        return not any(self.index.users(*use) or use in self.proposed for use in uses)

    def take(self, kind: str, value: str) -> None:
        """Mark a proposed value as in use, if `kind` is epair, interface, address or ether."""
        if kind in ("epair", "interface"):
            self.proposed.update(("name", name) for name in (value, *ends(value)))
        elif kind == "address":
            self.proposed.add(("address", plain_ip(value)))
        elif kind == "ether":
            self.proposed.add(("mac", value.lower()))

    def epair_free(self, number: int) -> bool:
        """Whether the names of the epair of that number are free."""
        return self.free("name", f"epair{number}", f"epair{number}a", f"epair{number}b")

    def networks(self) -> Iterator[ipaddress.IPv4Interface]:
        """The IPv4 addresses of the configured jails, with their networks, in the order of the files."""
        for _, held in self.jails:
            for text in held.configured.addresses:
                address = None if is_loopback(text) else ipv4_in_network(text)
                if address is not None and address.network.prefixlen < 31:
                    yield address

    def around(self, address: str) -> Interface | None:
        """An address with its network: of its prefix, else a known network that contains it."""
        try:
            single = ipaddress.ip_interface(address)
        except ValueError:
            return None
        if single.network.num_addresses > 2:
            return single
        network = next((known.network for known in self.live if single.ip in known.network), None)
        return None if network is None else ipaddress.ip_interface(f"{single.ip}/{network.prefixlen}")


def used(sources: Sources) -> Used:
    """The values in use, of one reading."""
    held = tuple((jail, holdings(jail.jail, jail.file)) for jail in sources.config.jails)
    taken = Used(sources.context.usage, held)
    for jail, _ in held:
        for variable in jail.jail.variables:
            if len(variable.values) == 1:
                taken.variables.setdefault((variable.name, variable.values[0]), jail.name)
    host = (interface for interface in sources.state.interfaces if interface.jid is None)
    taken.live.extend(_networks(str(address) for interface in host for address in interface.addresses))
    taken.live.extend(_networks(text for _, holdings in held for text in holdings.configured.addresses))
    return taken


def _networks(texts: Iterable[str]) -> Iterator[Interface]:
    """The addresses in a network of more than two addresses."""
    for text in texts:
        if "/" in text and plain_ip(text) and not (text.startswith("fe80") or is_loopback(text)):
            address = ipaddress.ip_interface(text)
            if address.network.num_addresses > 2:
                yield address


# Proposals.


def free_number(start: int, fits: Callable[[int], bool], last: int = MOST) -> int | None:
    """The first number after `start` that fits, from 1 again after `last`; None if there is none."""
    order = chain(range(start + 1, last + 1), range(1, min(start, last) + 1))
    return next((number for number in order if fits(number)), None)


def free_address(taken: Used, near: Interface) -> str:
    """The first free address after `near` in its network, with its prefix, or ""."""
    first = near.network.network_address
    start, last = int(near.ip) - int(first), near.network.num_addresses - 2
    number = free_number(start, lambda number: taken.free("address", str(first + number)), min(last, start + MOST))
    return "" if number is None else f"{first + number}/{near.network.prefixlen}"


def free_epair(taken: Used, near: int = -1) -> str:
    """The name of the first free epair after the number `near`, or ""."""
    number = free_number(near, taken.epair_free)
    return "" if number is None else f"epair{number}"


def free_bridge(taken: Used, near: str) -> str:
    """The first free bridge name after `near`; "" if that is not bridgeN: a VLAN would need another tag."""
    if not re.fullmatch(r"bridge\d+", near):
        return ""
    number = free_number(int(near[6:]), lambda number: taken.free("name", f"bridge{number}"))
    return f"bridge{number}"


def free_mac(taken: Used, near: str) -> str:
    """The first free MAC after `near` with the same first three bytes, or ""."""
    head, low = near[:9], near[9:].replace(":", "")
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", near):
        return ""

    def written(number: int) -> str:
        digits = f"{number % (1 << 24):06x}"
        return f"{head}{digits[:2]}:{digits[2:4]}:{digits[4:]}"

    start = int(low, 16)
    number = free_number(start, lambda number: taken.free("mac", written(number).lower()), start + MOST)
    return "" if number is None else written(number)


def free_jid(taken: Used) -> str:
    """A jid above all jids in use."""
    return str(max((int(jid) for jid in taken.index.all_values("jid") if jid.isdigit()), default=0) + 1)
