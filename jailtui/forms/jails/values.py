"""What an operator may put in for a value of a new jail: each goes into shell commands, so little is taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.names import is_epair
from jailtui.config.syntax import syntax
from jailtui.forms.notes import unfit
from jailtui.net import family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.forms.protocol import Note

PROPOSED = ("address", "epair", "interface", "ether")
KINDS = (*PROPOSED, "gateway", "bridge", "path", "log", "hostname")
NUMBER = re.compile(r"[0-9]{1,9}")


def value_notes(values: Mapping[str, str], olds: Mapping[str, str]) -> list[Note]:
    """Errors of the form of these values, by field key; `olds` are those of the jail that is copied."""
    faults = ((key, fault_of(key.rpartition(".")[2], value, olds.get(key, ""))) for key, value in values.items())
    return [unfit(text, key) for key, text in faults if text]


def fault_of(kind: str, value: str, old: str) -> str | None:
    """What is wrong with a value, as a sentence; None for nothing. A kind that is none of ours is a number."""
    if kind not in KINDS:
        return None if NUMBER.fullmatch(value) else "This has to be a number."
    if not value:
        return f"The {kind} is missing{': none is free to be suggested' if kind in PROPOSED else ''}."
    if kind == "epair" and is_epair(old) and not is_epair(value):
        return "An epair is named epair and a number; its ends get an a and a b."
    return syntax(f"{kind}6" if kind in ("address", "gateway") and family(old) == 6 else kind, value)
