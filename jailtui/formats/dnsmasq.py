"""dnsmasq.conf: the names of addresses in lines `host-record=` and `address=`.

    host-record=web.home.arpa,web,192.168.1.154,fd00::154
    address=/nas.home.arpa/192.168.1.10

A value in quotes gives nothing, nor do files that such a file includes. Source: dnsmasq(8).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.formats.hosts import NamedAddress, plain_name
from jailtui.net import plain_ip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMENT = re.compile(r"(?:^|\s)#.*")


def parse(text: str) -> tuple[NamedAddress, ...]:
    """The names in `text`, in the order of its lines; never raises."""
    return tuple(_names(text))


def _names(text: str) -> Iterator[NamedAddress]:
    for number, line in enumerate(text.split("\n"), 1):
        option, _, value = COMMENT.sub("", line).partition("=")
        option, value = option.strip(), value.strip()
        if option == "host-record":
            yield from _record(number, [word.strip() for word in value.split(",")])
        elif option == "address" and value.startswith("/"):
            *domains, address = value[1:].split("/")
            yield from _record(number, [*filter(None, domains), address])


def _record(number: int, words: Sequence[str]) -> Iterator[NamedAddress]:
    """Each name with each address of a record, which has at most one of IPv4 and one of IPv6."""
    addresses = [ip for word in words if (ip := plain_ip(word))][:2]
    names = [plain_name(word) for word in words if word and not plain_ip(word) and not word.isdecimal()]
    yield from (NamedAddress(number, name, ip) for name in names for ip in addresses)
