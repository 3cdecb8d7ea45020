"""What a jail's own hooks make on the host before it starts, so that nobody misses it there until then."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hooks import summary as hooks

if TYPE_CHECKING:
    from jailtui.config.configured import Configured

DOTTED = re.compile(r".+\.([0-9]+)")


class Made(NamedTuple):
    """Names of interfaces that are created, and tags of VLANs that are."""

    names: frozenset[str] = frozenset()
    tags: frozenset[int] = frozenset()


@lru_cache(maxsize=64)
def made(config: Configured) -> Made:
    """What plain `ifconfig X create` and `jib addm` commands of the hooks make (share/examples/jails/jib)."""
    params = dict(config.params)
    names, tags = set(config.creates), set()
    for words in hooks.commands(text for name in hooks.HOOKS for text in params.get(name, ())):
        tool, *rest = words
        tool = tool.rpartition("/")[2]
        if tool == "jib" and rest[:1] == ["addm"]:
            names |= {name for name in config.bridges if name.endswith("bridge")}
        elif tool == "ifconfig" and "create" in rest:
            names |= {rest[0], *_after(rest[1:], "name")}
            tags |= {int(tag) for tag in _after(rest[1:], "vlan") if tag.isascii() and tag.isdigit()}
            if match := DOTTED.fullmatch(rest[0]):
                tags.add(int(match[1]))
    return Made(frozenset(names), frozenset(tags))


def _after(words: list[str], word: str) -> list[str]:
    """The word that follows `word`, where there is one."""
    return words[words.index(word) + 1 :][:1] if word in words else []
