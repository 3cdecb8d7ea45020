"""hosts(5): names of addresses.

192.168.1.154   web.home.arpa web   # comment
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.net import plain_ip

if TYPE_CHECKING:
    from collections.abc import Iterator


class NamedAddress(NamedTuple):
    """A name that a line of a file gives an address, in lower case and without a final dot."""

    line: int
    name: str
    address: str


def parse(text: str) -> tuple[NamedAddress, ...]:
    """The names in `text`, in the order of its lines. A line without an address gives nothing; never raises."""
    return tuple(_names(text))


def _names(text: str) -> Iterator[NamedAddress]:
    for number, line in enumerate(text.split("\n"), 1):
        address, *names = line.partition("#")[0].split() or [""]
        if names and (ip := plain_ip(address)):
            yield from (NamedAddress(number, plain_name(name), ip) for name in names)


def plain_name(name: str) -> str:
    """A name of DNS as it is compared."""
    return name.lower().removesuffix(".")
