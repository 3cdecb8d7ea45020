"""What is in use on a host and in its configuration, and what is free: numbers of pairs, addresses, jids, MACs.

In use is what the kernel has now, wherever it is, and what any configured jail would have.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.network import configured
from jailtui.model import pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jailtui import jailconf
    from jailtui.config.configured import Configured
    from jailtui.forms.sources import Sources

EPAIR = re.compile(r"epair(\d+)[ab]?")
PAIR = re.compile(r"epair\d+")
INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
LONGEST_NAME = 15
"""Bytes of an interface's name (IFNAMSIZ without its NUL, FREEBSD.md 4.3)."""
Near = ipaddress.IPv4Interface | ipaddress.IPv6Interface
MOST = 1 << 15
"""Numbers that are tried."""


class Holdings(NamedTuple):
    """What one configured jail has for itself. `configured` is the network its hooks and parameters make."""

    configured: Configured
    hostname: str = ""
    jid: str = ""

    @property
    def interfaces(self) -> tuple[str, ...]:
        """Every name an interface of it has on the host, of an epair both ends."""
        return tuple(dict.fromkeys(name for one in self.pairs_and_others for name in ends(one)))

    @property
    def pairs_and_others(self) -> tuple[str, ...]:
        """Its epairs by their stem (`epair154`), and other interfaces by their name."""
        given = [stem(name) for name in (*self.configured.creates, *self.configured.interfaces)]
        return tuple(dict.fromkeys(given))


def holdings(jail: jailconf.Jail, file: str) -> Holdings:
    """What a jail of a file has, as far as its hooks are plain commands."""
    config = configured(jail, file)
    last = {one.name: one.values[-1] for one in jail.params if one.values}
    return Holdings(config, last.get("host.hostname", ""), last.get("jid", ""))


def stem(name: str) -> str:
    """`epair154` of either of its ends; any other name as it is."""
    return name[:-1] if PAIR.fullmatch(name[:-1]) and name[-1] in "ab" else name


def is_pair(name: str) -> bool:
    """Whether a name of `pairs_and_others` is an epair's, or that of an end in the manner of a known tool."""
    return PAIR.fullmatch(name) is not None or pairs.stem(name) is not None


def ends(name: str) -> tuple[str, ...]:
    """The interfaces that a name of `pairs_and_others` stands for."""
    return (f"{name}a", f"{name}b") if PAIR.fullmatch(name) else (name,)


def plain_address(text: str) -> str:
    """An address without its prefix, in the one way to write it; "" for what is none."""
    try:
        return str(ipaddress.ip_interface(text.partition("%")[0]).ip)
    except ValueError:
        return ""


@dataclass(frozen=True)
class Used:
    """What is taken, each with who has it, in words that end a sentence (`web`, `the host`)."""

    jails: tuple[tuple[jailconf.HostJail, Holdings], ...]
    interfaces: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    macs: dict[str, str] = field(default_factory=dict)
    jids: dict[str, str] = field(default_factory=dict)
    variables: dict[tuple[str, str], str] = field(default_factory=dict)
    live: list[Near] = field(default_factory=list)
    """Addresses with their networks, first the host's own."""

    def apart(self) -> Used:
        """The same, of which more can be taken."""
        return replace(self, interfaces=dict(self.interfaces), addresses=dict(self.addresses), macs=dict(self.macs))

    def take(self, kind: str, value: str) -> None:
        """Count a value that is proposed, of the kind epair, address or ether, as taken."""
        where = {
            "epair": self.interfaces,
            "interface": self.interfaces,
            "address": self.addresses,
            "ether": self.macs,
        }.get(kind, {})
        found = {"epair": ends(value), "interface": (value,), "address": (plain_address(value),)}.get(
            kind, (value.lower(),)
        )
        _take(where, found, "this jail")

    def epair_free(self, number: int) -> bool:
        """Whether no epair of that number is known."""
        return not any(name in self.interfaces for name in (f"epair{number}a", f"epair{number}b"))

    def networks(self) -> Iterator[ipaddress.IPv4Interface]:
        """The IPv4 addresses of the configured jails, with their networks, in the order of the files."""
        for _, held in self.jails:
            for text in held.configured.addresses:
                if (one := interface_of(text)) is not None and one.network.prefixlen < 31:
                    yield one

    def around(self, address: str) -> Near | None:
        """An address with its network: by its prefix, or a single one by a known network that it is in."""
        try:
            one = ipaddress.ip_interface(address)
        except ValueError:
            return None
        if one.network.num_addresses > 2:
            return one
        inside = next((it.network for it in self.live if one.ip in it.network), None)
        return None if inside is None else ipaddress.ip_interface(f"{one.ip}/{inside.prefixlen}")


def interface_of(text: str) -> ipaddress.IPv4Interface | None:
    """An IPv4 address with its network; None where it is none, or has no prefix."""
    try:
        return ipaddress.IPv4Interface(text) if "/" in text else None
    except ValueError:
        return None


def used(sources: Sources, jails: Iterable[jailconf.HostJail] | None = None) -> Used:
    """Everything in use, by one reading; of the configured jails only by `jails` where they are given."""
    wanted = sources.config.jails if jails is None else jails
    held = tuple((one, holdings(one.jail, one.file)) for one in wanted)
    return _used(sources, held)


def _used(sources: Sources, jails: tuple[tuple[jailconf.HostJail, Holdings], ...]) -> Used:
    found = Used(jails)
    for one, held in jails:
        _of_jail(found, one, held)
    _of_host(found, sources)
    found.live.extend(_networks(text for _, held in jails for text in held.configured.addresses))
    return found


def _networks(texts: Iterable[str]) -> Iterator[Near]:
    """Those of these addresses that have a network with others in it."""
    for text in texts:
        if "/" in text and plain_address(text) and not text.startswith("fe80"):
            one = ipaddress.ip_interface(text)
            if one.network.num_addresses > 2:
                yield one


def _of_jail(found: Used, jail: jailconf.HostJail, held: Holdings) -> None:
    name = jail.name
    _take(found.interfaces, held.interfaces, name)
    _take(found.addresses, map(plain_address, held.configured.addresses), name)
    _take(found.addresses, map(plain_address, held.configured.view.gateways), f"a gateway of {name}")
    _take(found.paths, [(held.configured.path or "").rstrip("/")], name)
    _take(found.macs, [mac.lower() for mac in held.configured.view.macs], name)
    _take(found.jids, [held.jid], name)
    for one in jail.jail.variables:
        if len(one.values) == 1:
            found.variables.setdefault((one.name, one.values[0]), name)


def _of_host(found: Used, sources: Sources) -> None:
    live = {jail.jid: jail.name for jail in sources.state.jails if jail.jid is not None}
    for one in sources.state.interfaces:
        owner = "the host" if one.jid is None else live.get(one.jid, f"jail {one.jid}")
        if one.jid is None or EPAIR.fullmatch(one.name):
            _take(found.interfaces, [one.name], owner)
        _take(found.addresses, [plain_address(address.address) for address in one.addresses], owner)
        if one.jid is None:
            found.live.extend(_networks(map(str, one.addresses)))
        _take(found.macs, [(one.ether or "").lower()], owner)
    for pair in sources.state.epairs:
        _take(found.interfaces, ends(stem(pair.name)), pair.owner or "the host")
    for jail in sources.state.jails:
        _take(found.addresses, [plain_address(address.address) for address in jail.addresses], jail.name)
        _take(found.jids, [str(jail.jid or "")], jail.name)
        if jail.running:
            _take(found.paths, [(jail.path or "").rstrip("/")], jail.name)


def _take(where: dict[str, str], what: Iterable[str], owner: str) -> None:
    for one in what:
        if one:
            where.setdefault(one, owner)


# Proposals.


def free_number(start: int, fits: Callable[[int], bool], last: int = MOST) -> int | None:
    """The first number behind `start` that fits, from 1 again after `last`; None where none does."""
    order = chain(range(start + 1, last + 1), range(1, min(start, last) + 1))
    return next((number for number in order if fits(number)), None)


def free_address(taken: Used, near: Near) -> str:
    """An address in the network of `near` that nobody is known to have, with its prefix; "" where there is none.

    The first one behind `near`, since jails are mostly numbered in a row.
    """
    first = near.network.network_address

    def fits(number: int) -> bool:
        return str(first + number) not in taken.addresses

    start, last = int(near.ip) - int(first), near.network.num_addresses - 2
    number = free_number(start, fits, min(last, start + MOST))
    return "" if number is None else f"{first + number}/{near.network.prefixlen}"


def free_epair(taken: Used, near: int = -1) -> str:
    """The name of an epair that nobody is known to have, behind the number `near`."""
    number = free_number(near, taken.epair_free)
    return "" if number is None else f"epair{number}"


def free_bridge(taken: Used, near: str) -> str:
    """The name of a bridge behind `near`; "" where that is none: a VLAN's name would need another tag too."""
    if not re.fullmatch(r"bridge\d+", near):
        return ""
    number = free_number(int(near[6:]), lambda one: f"bridge{one}" not in taken.interfaces)
    return f"bridge{number}"


def free_mac(taken: Used, near: str) -> str:
    """The MAC behind `near` that nobody is known to have; the first three bytes stay."""
    head, low = near[:9], near[9:].replace(":", "")
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", near):
        return ""

    def written(number: int) -> str:
        digits = f"{number % (1 << 24):06x}"
        return f"{head}{digits[:2]}:{digits[2:4]}:{digits[4:]}"

    start = int(low, 16)
    number = free_number(start, lambda one: written(one).lower() not in taken.macs, start + MOST)
    return "" if number is None else written(number)


def free_jid(taken: Used) -> str:
    """A jid above all in use."""
    return str(max((int(one) for one in taken.jids if one.isdigit()), default=0) + 1)
