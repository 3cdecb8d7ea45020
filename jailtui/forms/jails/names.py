"""What a jail may be called: what jail(8), rc.d/jail and the hooks make of a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.forms.notes import saving, unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LONGEST = 255
"""Bytes of a name that the kernel takes (MAXHOSTNAMELEN without its NUL)."""


def name_notes(sources: Sources, name: str) -> Iterator[Note]:
    """What speaks against a new jail of that name, beside the field `name`.

    Hooks put it into shell commands (`ifconfig epair1b -vnet ${name}`), so only letters that mean nothing to a shell
    are taken; a number is taken for a jid (FREEBSD.md 1.2).
    """
    if fault := _fault(sources, name):
        yield unfit(fault, "name")
    elif "." in name:
        yield saving("jail-inside", f"{name} is created inside the jail {name.rpartition('.')[0]}.", "name")


def _fault(sources: Sources, name: str) -> str:
    """Why no jail can be called that, as a sentence; "": it can."""
    if not name:
        return "A jail needs a name."
    if "*" in name:
        return f"{name} would be a wildcard block, not a jail."
    if not NAME.fullmatch(name):
        return "A name begins with a letter or digit and has only letters, digits, _, - and . in it."
    if name.isdigit():
        return f"jail(8) takes {name} for a jid, not for a name."
    if len(name) > LONGEST:
        return f"A name has at most {LONGEST} letters."
    if (there := sources.config.get(name)) is not None:
        return f"{there.file} line {there.jail.block.line} defines a jail {name} already."
    return f"A jail {name} runs, though no jail.conf defines it." if sources.running(name) else ""
