"""Checks of the name and values of a new jail: they go into shell commands, so few characters are allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.names import is_epair
from jailtui.config.syntax import syntax
from jailtui.forms.notes import saving, unfit
from jailtui.net import family

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.forms.protocol import Answers, Note
    from jailtui.forms.sources import Sources

PROPOSED = ("address", "epair", "interface", "ether")
KINDS = (*PROPOSED, "gateway", "bridge", "path", "log", "hostname")
NUMBER = re.compile(r"[0-9]{1,9}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LONGEST = 255
"""The most bytes of a name (MAXHOSTNAMELEN without its NUL)."""


def value_notes(values: Mapping[str, str], olds: Mapping[str, str], answers: Answers) -> list[Note]:
    """Errors of these values by field key; `olds` are the values of the jail that is copied."""
    faults = (
        (key, fault_of(key.rpartition(".")[2], value, olds.get(key, ""), key in answers.values))
        for key, value in values.items()
    )
    return [unfit(text, key) for key, text in faults if text]


def fault_of(kind: str, value: str, old: str, answered: bool = False) -> str | None:
    """The fault of a value, `answered` or suggested, as a sentence, or None. Any other kind is a number."""
    if kind not in KINDS:
        return None if NUMBER.fullmatch(value) else "This has to be a number."
    if not value:
        none_free = kind in PROPOSED and not answered
        return f"The {kind} is missing{': none is free to be suggested' if none_free else ''}."
    if kind == "epair" and is_epair(old) and not is_epair(value):
        return "An epair is named epair and a number; its ends get an a and a b."
    return syntax(f"{kind}6" if kind in ("address", "gateway") and family(old) == 6 else kind, value)


def name_notes(sources: Sources, name: str) -> Iterator[Note]:
    """Notes, at the field `name`, on the name of a new jail.

    Hooks put it into shell commands (`ifconfig epair1b -vnet ${name}`), so characters
    that are special in a shell are refused; a number would be a jid (FREEBSD.md 1.2).
    """
    if fault := _fault(sources, name):
        yield unfit(fault, "name")
    elif "." in name:
        yield saving("jail-inside", f"{name} is created inside the jail {name.rpartition('.')[0]}.", "name")


def _fault(sources: Sources, name: str) -> str:
    """The fault of a jail's name as a sentence, or ""."""
    if not name:
        return "A jail needs a name."
    if "*" in name:
        return f"{name} would be a wildcard block, not a jail."
    if not NAME.fullmatch(name):
        return "A name begins with a letter or digit and contains only letters, digits, _, - and dots."
    if name.isdigit():
        return f"jail(8) takes {name} for a jid, not for a name."
    if len(name) > LONGEST:
        return f"A name has at most {LONGEST} letters."
    if (jail := sources.config.get(name)) is not None:
        return f"{jail.file} line {jail.jail.block.line} already defines a jail {name}."
    return f"A jail {name} is running, though no jail.conf defines it." if sources.running(name) else ""
