"""What a jail may be called: what jail(8), rc.d/jail and the hooks make of a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.forms.protocol import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LONGEST = 255
"""Bytes of a name that the kernel takes (MAXHOSTNAMELEN without its NUL)."""


def name_notes(sources: Sources, name: str) -> Iterator[Note]:
    """What speaks against a new jail of that name, beside the field `name`.

    Hooks put it into shell commands (`ifconfig epair1b -vnet ${name}`), so only letters that mean nothing to a shell
    are taken; a number is taken for a jid (FREEBSD.md 1.2), and `service jail` loses a dot (1.4).
    """
    for level, text in _faults(sources, name):
        yield Note("error" if level else "warning", text, "name")


def _faults(sources: Sources, name: str) -> Iterator[tuple[bool, str]]:
    """Sentences, each with whether it is an error."""
    if not name:
        yield True, "A jail needs a name."
    elif "*" in name:
        yield True, f"{name} would be a wildcard block, not a jail."
    elif not NAME.fullmatch(name):
        yield True, "A name begins with a letter or digit and has only letters, digits, _, - and . in it."
    elif name.isdigit():
        yield True, f"jail(8) takes {name} for a jid, not for a name."
    elif len(name) > LONGEST:
        yield True, f"A name has at most {LONGEST} letters."
    elif (there := sources.config.get(name)) is not None:
        yield True, f"{there.file} line {there.jail.block.line} defines a jail {name} already."
    elif sources.running(name):
        yield True, f"A jail {name} runs, though no jail.conf defines it."
    elif "." in name:
        parent = name.rpartition(".")[0]
        yield False, f"It would be a jail inside of {parent}, and service(8) can't start it by name."
