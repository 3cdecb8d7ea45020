"""What `jail -m` changes in a jail that runs.

It is given the jid and the parameters as words, so that it reads no jail.conf: of what it ignores (exec.start,
vnet.interface, mount.devfs) it would say "updated" too, and of a line taken out of the file it takes nothing back
(FREEBSD.md 2.2; recorded in jail-basic/create-modify-remove and inside/sysv).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jailtui.config.permission_table import ALLOW, DENY, SYSTEM_V, Permission, negated
from jailtui.exchange import Argv, Step

FLAGS = {"true": ALLOW, "false": DENY}


class Running(NamedTuple):
    """A running jail: its jid and the values it has, as the form's answers (None: they could not be read)."""

    jid: int
    values: Mapping[str, str] | None

    def value(self, permission: Permission) -> str | None:
        """The present value of the permission; None if unknown."""
        value = (self.values or {}).get(permission.key)
        return FLAGS.get(value, value) if value is not None and permission.kind == "three" else value


def expected(permission: Permission, values: Mapping[str, str], written: Iterable[str]) -> str:
    """What the kernel shows of a permission once a jail has been started from files with these `values`."""
    if permission.key in SYSTEM_V and permission.key not in written and values.get("allow.sysvipc") == ALLOW:
        return "inherit"
    return values[permission.key]


def differing(running: Running, permission: Permission, wanted: str) -> bool:
    """Whether the running jail is known to have another value."""
    now = running.value(permission)
    return now is not None and wanted != "" and now != wanted


def modification(jail: str, running: Running, wanted: Mapping[Permission, str]) -> Step | None:
    """The command that gives the running jail these values; None if there are none."""
    if not wanted:
        return None
    argv = ("jail", "-m", f"jid={running.jid}")
    names = ", ".join(permission.key for permission in wanted)
    lost = ", ".join(permission.key for permission, value in wanted.items() if value == DENY)
    return Step(
        (*argv, *words(wanted)),
        f"changes {names} in the running {jail}",
        f"what programs in {jail} do with {lost}" if lost else "",
        undo=way_back(argv, running, wanted),
    )


def words(values: Mapping[Permission, str]) -> Argv:
    """The parameters as jail(8) takes them: `allow.mount`, `allow.nomount`, `children.max=3`."""
    return tuple(
        (permission.key if value == ALLOW else negated(permission.key))
        if permission.kind == "three"
        else f"{permission.key}={value}"
        for permission, value in values.items()
    )


def way_back(argv: Argv, running: Running, wanted: Mapping[Permission, str]) -> Argv | None:
    """The command that restores the present values; None if one is unknown."""
    now = {permission: value for permission in wanted if (value := running.value(permission)) is not None}
    return (*argv, *words(now)) if len(now) == len(wanted) else None
