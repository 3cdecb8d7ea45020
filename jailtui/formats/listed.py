"""What the lists of the managers of jails have in common: a jail, and a name that may be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from jailtui.formats.errors import FormatError, shown

ADDRESS = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(?:/[0-9]{1,3})?", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9_][\w.@+-]{,254}")
"""The names that jails of managers have. What has other characters is a message: `WARNING:`, `###>`."""


class ListedJail(NamedTuple):
    """A jail that a manager lists, by the name that the manager gives it. `vnet` None: the list does not tell."""

    name: str
    addresses: tuple[str, ...] = ()
    path: str = ""
    vnet: bool | None = None


class JailList(NamedTuple):
    """The jails of a list, and its first line that is none of a jail's, "" if all were understood."""

    jails: tuple[ListedJail, ...]
    unread: str = ""


def listed(tool: str, lines: Iterable[str], read: Callable[[str], ListedJail | None]) -> JailList:
    """The jails on these lines; `read` returns None for a line that names none. Raises FormatError if no line does."""
    jails: dict[str, ListedJail] = {}
    unread = ""
    for line in lines:
        jail = read(line) if line.strip() else None
        if jail is not None:
            jails.setdefault(jail.name, jail)
        elif line.strip():
            unread = unread or line.strip()
    if unread and not jails:
        raise FormatError(f"{tool} printed {shown(unread)}, not its jails.")
    return JailList(tuple(jails.values()), unread)


def is_name(word: str) -> bool:
    """Whether the word may be the name of a manager's jail."""
    return NAME.fullmatch(word) is not None


def addresses(text: str) -> tuple[str, ...]:
    """The addresses in a list with commas, each perhaps after its interface and a bar: `vnet0|10.0.0.2/24`."""
    words = (word.rpartition("|")[2] for word in text.split(","))
    return tuple(word for word in words if ADDRESS.fullmatch(word))
