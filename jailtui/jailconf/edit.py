"""Edits of a jail.conf and patches, as data. `apply` (edits_apply.py) makes them.

Names of variables are written with their `$`. Values are what jail(8) shall read, not how it is written:
a `$` or a quote in them is itself. Only `Written` ones are put in as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class EditError(ValueError):
    """An edit that can't be made; the message is a sentence that says why."""


class Written(str):
    """A value given as jail.conf's own text, quotes included: the way to write one with variables, `"/j/$name"`."""


@dataclass(frozen=True, slots=True)
class EditPlace:
    """The place of an edit, exactly one of: a jail's own block, a wildcard block by its name, the global settings."""

    jail: str | None = None
    block: str | None = None
    globally: bool = False

    def __post_init__(self) -> None:
        if (self.jail is not None) + (self.block is not None) + self.globally != 1:
            raise ValueError("a place is one of: a jail, a block, globally")

    def __str__(self) -> str:
        return "the global settings" if self.globally else f"{self.jail if self.block is None else self.block}"


class Set(NamedTuple):
    """Give a parameter or variable these values; none writes it value-less (`persist;`)."""

    where: EditPlace
    name: str
    values: tuple[str, ...] = ()


class Append(NamedTuple):
    """Add values after those that exist."""

    where: EditPlace
    name: str
    values: tuple[str, ...]


class Unset(NamedTuple):
    """Remove the statements of this place about a name, so that those of wildcard blocks and globals take effect."""

    where: EditPlace
    name: str


@dataclass(frozen=True, slots=True)
class SetElement:
    """Change one element of a list. In a jail `index` counts what the jail gets, inherited values included."""

    where: EditPlace
    name: str
    index: int
    value: str


class AddJail(NamedTuple):
    """Add a jail with these parameters; `like` names a jail of the file whose block is copied behind itself first."""

    name: str
    params: tuple[tuple[str, tuple[str, ...]], ...] = ()
    like: str | None = None


class RenameJail(NamedTuple):
    """Rename a jail's block, and with it the jails nested in it. Lists that name it (`depend`) stay."""

    old: str
    new: str


class RemoveJail(NamedTuple):
    """Remove a jail's block. Comments around it stay."""

    name: str


ValueEdit: TypeAlias = Set | Append | Unset | SetElement
Edit: TypeAlias = ValueEdit | AddJail | RenameJail | RemoveJail


class Patch(NamedTuple):
    """Bytes `start` to `end` of the original become `text`; start equal to end inserts."""

    start: int
    end: int
    text: bytes


def patched(data: bytes, patches: Iterable[Patch]) -> bytes:
    """`data` with the patches, which do not overlap, in place."""
    parts: list[bytes] = []
    offset = 0
    for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
        if patch.start < offset:
            raise ValueError("patches overlap")
        parts += (data[offset : patch.start], patch.text)
        offset = patch.end
    return b"".join([*parts, data[offset:]])


class Change(NamedTuple):
    """A file before and after."""

    before: bytes
    after: bytes

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return self.before == self.after
