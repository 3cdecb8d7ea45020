"""dnsmasq.conf: the names of addresses in lines `host-record=` and `address=`, and the files that it has read.

    host-record=web.home.arpa,web,192.168.1.154,fd00::154
    address=/nas.home.arpa/192.168.1.10
    addn-hosts="/usr/local/etc/hosts.d"
    conf-dir=/usr/local/etc/dnsmasq.d,*.conf

A value, or a part of it, may be in quotes, in which a comma divides nothing. Sources: dnsmasq(8), option.c.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.formats.hosts import NamedAddress, plain_name
from jailtui.net import plain_ip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMENT = re.compile(r"(?:^|\s)#.*")
QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"')
COMMA, HASH = "\x00", "\x01"
"""In place of a comma and a hash sign in quotes."""


class DnsmasqInclude(NamedTuple):
    """Other files that are read too: the file `path`, or with `folder` those in it; None: `path` may be either.

    Of a folder only names with an ending of `only` are read, if there are any, and none with one of `never`.
    """

    kind: Literal["hosts", "dnsmasq"]
    path: str
    folder: bool | None = False
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Whether the file of that name in the folder is read: no hidden one, and none that an editor left."""
        hidden = name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))
        return not (hidden or name.endswith(self.never)) and (not self.only or name.endswith(self.only))


def parse(text: str) -> tuple[NamedAddress, ...]:
    """The names in `text`, in the order of its lines; never raises."""
    return tuple(_names(text))


def includes(text: str) -> tuple[DnsmasqInclude, ...]:
    """The files and folders that are read too, in the order of the lines; never raises."""
    return tuple(_includes(text))


def _options(text: str) -> Iterator[tuple[int, str, str]]:
    """The number, the option and the value of each line; one with an odd quote has no meaning."""
    for number, line in enumerate(text.split("\n"), 1):
        plain = COMMENT.sub("", QUOTED.sub(_hidden, line))
        option, _, value = plain.partition("=")
        if '"' not in plain:
            yield number, option.strip(), value.strip()


def _hidden(match: re.Match[str]) -> str:
    """The text in quotes, without what would divide it, and without a quote of its own."""
    text = re.sub(r'\\([\\"])', r"\1", match[1]).replace('"', "")
    return text.replace(",", COMMA).replace("#", HASH)


def _shown(text: str) -> str:
    return text.strip().replace(COMMA, ",").replace(HASH, "#")


def _names(text: str) -> Iterator[NamedAddress]:
    for number, option, value in _options(text):
        if option == "host-record":
            yield from _record(number, [_shown(word) for word in value.split(",")])
        elif option == "address" and value.startswith("/"):
            *domains, address = _shown(value)[1:].split("/")
            yield from _record(number, [*filter(None, domains), address])


def _record(number: int, words: Sequence[str]) -> Iterator[NamedAddress]:
    """Each name with each address of a record, which has at most one of IPv4 and one of IPv6."""
    addresses = [ip for word in words if (ip := plain_ip(word))][:2]
    names = [plain_name(word) for word in words if word and not plain_ip(word) and not word.isdecimal()]
    yield from (NamedAddress(number, name, ip) for name in names for ip in addresses)


def _includes(text: str) -> Iterator[DnsmasqInclude]:
    for _, option, value in _options(text):
        path, *endings = map(_shown, value.split(","))
        path = path.rstrip("/")
        if not path.startswith("/"):
            continue
        if option == "addn-hosts":
            yield DnsmasqInclude("hosts", path, folder=None)
        elif option == "hostsdir":
            yield DnsmasqInclude("hosts", path, folder=True)
        elif option == "conf-file":
            yield DnsmasqInclude("dnsmasq", path)
        elif option == "conf-dir":
            only = tuple(ending[1:] for ending in endings if ending.startswith("*"))
            never = tuple(ending for ending in endings if ending and not ending.startswith("*"))
            yield DnsmasqInclude("dnsmasq", path, folder=True, only=only, never=never)
