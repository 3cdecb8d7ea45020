"""resolv.conf: the name servers and options of the resolver.

    search home.arpa
    nameserver 192.168.1.1

A line that begins with `#` or `;` is a comment. Source: resolver(5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.net import is_ip

if TYPE_CHECKING:
    from collections.abc import Iterator


class ResolverLine(NamedTuple):
    """A keyword with its value, "" for none."""

    keyword: str
    value: str


def parse(text: str) -> tuple[ResolverLine, ...]:
    """The lines of `text` that are no comments, in their order; never raises."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[ResolverLine]:
    for line in text.split("\n"):
        keyword, *value = line.split(None, 1)[:2] or ("",)
        if keyword and keyword[0] not in "#;":
            yield ResolverLine(keyword, value[0].strip() if value else "")


def name_servers(text: str) -> tuple[str, ...]:
    """The addresses of the name servers, in the order in which they are asked; never raises."""
    servers = (line.value.split() for line in parse(text) if line.keyword == "nameserver")
    return tuple(words[0] for words in servers if words and is_ip(words[0]))
