"""What is to be said about a jail's network while it is typed, against the host and all other jails.

Errors keep from saving, and are only about what differs from the file; what the file has already is a warning at most.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.config.syntax import address_key, key, syntax
from jailtui.config.view import View
from jailtui.forms.network.address_checks import address_notes, gateway_notes
from jailtui.forms.network.in_use import InUse
from jailtui.forms.network.link_checks import link_notes
from jailtui.forms.network.name_checks import name_notes, renamed_notes
from jailtui.forms.protocol import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["InUse", "address_key", "check", "key", "syntax"]

NO_IDS: Mapping[str, str] = MappingProxyType({})
ORDER = {"error": 0, "warning": 1, "note": 2}


def check(view: View, before: View, in_use: InUse, ids: Mapping[str, str] = NO_IDS) -> tuple[Note, ...]:
    """What speaks against `view`, the network that the jail would have, where `before` is the one of its file.

    `ids` are the `$id` variables by jail, this one's as it would be. Errors come first; no note comes twice.
    """
    renamed = renamed_notes(view, before, in_use)
    if view.vnet != before.vnet:
        before = View(before.jail, view.vnet)
    notes = (
        *renamed,
        *address_notes(view, before, in_use),
        *gateway_notes(view, before),
        *name_notes(view, before, in_use),
        *link_notes(view, before, in_use),
        *id_notes(view.jail, ids),
    )
    return tuple(sorted(dict.fromkeys(notes), key=lambda note: ORDER[note.level]))


def id_notes(jail: str, ids: Mapping[str, str]) -> tuple[Note, ...]:
    """Jails number their pairs and addresses by it, so one of two with the same id can't start."""
    mine = ids.get(jail)
    other = next((name for name, one in ids.items() if one == mine and name != jail), None) if mine else None
    return () if other is None else (Note("warning", f"{other} has the id {mine} too.", "id"),)
