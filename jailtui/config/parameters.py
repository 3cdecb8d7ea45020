"""Which names are parameters of a jail, by release. Sources: jail(8); FREEBSD.md 2.1 to 2.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.permission_table import MOUNT, TABLE
from jailtui.jailconf.options import BOOLEANS, KNOWN, cousins

if TYPE_CHECKING:
    from jailtui.jailconf import Dialect

KERNEL = frozenset(
    "allow children.cur children.max cpuset.id dying enforce_statfs host host.domainname host.hostid host.hostuuid ip4 "
    "ip4.saddrsel ip6 ip6.saddrsel linux linux.osname linux.osrelease linux.oss_version osreldate osrelease parent "
    "sysvmsg sysvsem sysvshm".split()
)
"""The parameters of the kernel of 13 to 15 that neither jail(8) nor the forms know by name."""
OPEN = (f"{MOUNT}.", "linux.", "mac.", "zfs.")
"""Prefixes below which a kernel module may register names."""
LATER = ("meta", "env")
"""Free text and its keys: 15 only."""


def is_parameter(name: str, dialect: Dialect) -> bool:
    """Whether jail(8) and the kernel of that release may know `name`, also with its `no`."""
    return any(_known(spelling, dialect) for spelling in (name, *cousins(name)))


def is_flag(name: str) -> bool:
    """Whether a parameter takes no value of its own: `persist`, `mount.devfs`, `allow.mount`."""
    names = {name, *cousins(name)}
    return bool(names & (BOOLEANS | {"persist", "vnet"})) or any(spelling.startswith("allow.") for spelling in names)


def _known(name: str, dialect: Dialect) -> bool:
    if name in KNOWN or name in KERNEL or name.startswith(OPEN):
        return True
    if name.partition(".")[0] in LATER:
        return dialect == "15"
    since = _SINCE.get(name)
    return since is not None and since <= int(dialect)


_SINCE = {permission.key: permission.since for permission in TABLE}
