"""What `jail -m` changes in a jail that runs.

It is given the jid and the parameters as words, so that it reads no jail.conf: of what it ignores (exec.start,
vnet.interface, mount.devfs) it would say "updated" too, and of a line taken out of the file it takes nothing back
(FREEBSD.md 2.2; recorded in jail-basic/create-modify-remove and inside/sysv).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_table import ALLOW, DENY, SYSTEM_V, Permission, negated
from jailtui.exchange import Argv, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FLAGS = {"true": ALLOW, "false": DENY}


class Running(NamedTuple):
    """A running jail: its jid and the values it has, as the form's answers (None: they could not be read)."""

    jid: int
    values: Mapping[str, str] | None

    def value(self, one: Permission) -> str | None:
        """What it has now of that permission; None where that was not told."""
        told = (self.values or {}).get(one.key)
        return FLAGS.get(told, told) if told is not None and one.kind == "three" else told


def expected(one: Permission, values: Mapping[str, str], said: Iterable[str]) -> str:
    """What the kernel shows of a permission once a jail has been started from files that say `values`."""
    if one.key in SYSTEM_V and one.key not in said and values.get("allow.sysvipc") == ALLOW:
        return "inherit"
    return values[one.key]


def differing(running: Running, one: Permission, wanted: str) -> bool:
    """Whether the running jail is known to have something else."""
    now = running.value(one)
    return now is not None and wanted != "" and now != wanted


def modification(jail: str, running: Running, wanted: Mapping[Permission, str]) -> Step | None:
    """The one command that gives the running jail these values; None where there are none."""
    if not wanted:
        return None
    argv = ("jail", "-m", f"jid={running.jid}")
    names = ", ".join(one.key for one in wanted)
    lost = ", ".join(one.key for one, value in wanted.items() if value == DENY)
    return Step(
        (*argv, *words(wanted)),
        f"changes {names} in the running {jail}",
        f"what programs in {jail} do with {lost}" if lost else "",
        undo=way_back(argv, running, wanted),
    )


def words(values: Mapping[Permission, str]) -> Argv:
    """The parameters as jail(8) takes them: `allow.mount`, `allow.nomount`, `children.max=3`."""
    return tuple(
        (one.key if value == ALLOW else negated(one.key)) if one.kind == "three" else f"{one.key}={value}"
        for one, value in values.items()
    )


def way_back(argv: Argv, running: Running, wanted: Mapping[Permission, str]) -> Argv | None:
    """The command that restores what it has now, where all of that is known."""
    now = {one: value for one in wanted if (value := running.value(one)) is not None}
    return (*argv, *words(now)) if len(now) == len(wanted) else None
