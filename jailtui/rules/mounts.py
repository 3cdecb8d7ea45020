"""Which mounts below a jail's root are the host's, and which may be the jail's.

The system does not tell who made a mount. A mount that a file explains is the host's; another one may be the jail's
only if the jail may mount such a file system (FREEBSD.md 3.1, 12).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.formats import fstab
from jailtui.model.paths import HOST_FSTAB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.world import JailSettings
    from jailtui.formats.mount import Mount
    from jailtui.model.state import Jail
    from jailtui.rules.context import Context

JAILABLE = frozenset("devfs fdescfs fusefs linprocfs linsysfs nullfs p9fs procfs tmpfs zfs".split())
"""File systems that may be mounted from inside a jail (jail(8), allow.mount.*)."""
SPECIAL = (
    ("mount.devfs", "/dev", "devfs"),
    ("mount.fdescfs", "/dev/fd", "fdescfs"),
    ("mount.procfs", "/proc", "procfs"),
)
ALL_HIDDEN = 2
"""The default of enforce_statfs, with which the jail may mount nothing."""
PLAIN = re.compile(r"[\w./@:+,-]+", re.ASCII)
"""A path without characters that a shell acts on."""


class Place(NamedTuple):
    """Where jail(8) mounts for a jail, with what type, by which parameter."""

    path: str
    kind: str
    parameter: str


class Below(NamedTuple):
    """The mounts below the root of a jail that no file explains, the deepest first.

    `own`: the jail may have made them; `unknown`: it could not, so that they are probably the host's.
    """

    own: tuple[Mount, ...] = ()
    unknown: tuple[Mount, ...] = ()


def places(context: Context, settings: JailSettings) -> tuple[Place, ...]:
    """Where jail(8) mounts for a configured jail, in its order (FREEBSD.md 2.4)."""
    lines = fstab.parse("\n".join(settings.params.get("mount", ())))
    mounted = [Place(line.path, line.kind, "mount") for line in lines]
    if listed := context.fstabs.get(mount_fstab(settings)):
        mounted += [Place(line.path, line.kind, "mount.fstab") for line in listed]
    root = root_of(settings)
    mounted += [Place(f"{root}{where}", kind, name) for name, where, kind in SPECIAL if root and settings.flag(name)]
    return tuple(mounted)


def root_of(settings: JailSettings) -> str:
    """The root directory of a configured jail without a closing slash; "" for none or the host's root."""
    return (settings.params.get("path") or ("",))[-1].rstrip("/")


def mount_fstab(settings: JailSettings) -> str:
    """The file of mount.fstab, "" for none."""
    return (settings.params.get("mount.fstab") or ("",))[-1]


def own_mounts(context: Context, settings: JailSettings) -> tuple[Mount, ...]:
    """The mounts that jail(8) made for that jail, in the order of mounting, except those of /etc/fstab."""
    named = {(place.path, place.kind) for place in places(context, settings)}
    fixed = {line.path for line in context.fstabs.get(HOST_FSTAB, ())}
    return tuple(
        mount
        for mount in context.state.mounts or ()
        if (mount.path, mount.kind) in named and mount.path not in fixed and not _lives_on(context, mount.path)
    )


def below(context: Context, jail: Jail) -> Below:
    """The mounts below the root of a dying jail that no file explains, except those of live jails.

    None if the file of its mount.fstab could not be read.
    """
    root = (jail.path or "").rstrip("/")
    settings = context.settings.get(jail.name)
    unread = settings is not None and mount_fstab(settings) not in ("", *context.fstabs)
    if not root or unread:
        return Below()
    explained = frozenset(_explained(context, root, settings))
    rest = [
        mount
        for mount in context.state.mounts or ()
        if mount.path.startswith(f"{root}/") and mount.path not in explained and not _lives_on(context, mount.path)
        if settings is None or not settings.view.names_path(mount.path)  # a hook that names it mounts it
    ]
    rest.sort(key=lambda mount: -mount.path.count("/"))
    own = tuple(mount for mount in rest if settings is not None and may_mount(settings, mount.kind))
    return Below(own, tuple(mount for mount in rest if mount not in own))


def _explained(context: Context, root: str, settings: JailSettings | None) -> Iterator[str]:
    """The mount points that files name; those of the jail itself also if its path is a link to `root`."""
    yield from (line.path for line in context.fstabs.get(HOST_FSTAB, ()))
    yield from (place.path for other in context.world.jails for place in places(context, other))
    yield from (f"{root}{where}" for _, where, _ in SPECIAL)
    configured = root_of(settings) if settings is not None else ""
    for place in places(context, settings) if settings is not None and configured else ():
        if place.path.startswith(f"{configured}/"):
            yield root + place.path.removeprefix(configured)


def _lives_on(context: Context, path: str) -> bool:
    """Whether the path is below the root of a live jail."""
    return any(path.startswith(f"{root.rstrip('/')}/") for root in context.live_paths if root != "/")


def may_mount(settings: JailSettings, kind: str) -> bool:
    """Whether a configured jail may mount a file system of that type (jail(8), allow.mount)."""
    hidden = (settings.params.get("enforce_statfs") or ("",))[-1]
    shows = hidden.isdecimal() and int(hidden) < ALL_HIDDEN
    return kind in JAILABLE and shows and settings.flag("allow.mount") and settings.flag(f"allow.mount.{kind}")


def commandable(mount: Mount, root: str, mounts: Iterable[Mount]) -> bool:
    """Whether a mount point may stand in a command, below the root of a jail whoever chose it.

    umount(8) follows links, and the jail's root may have put one in the place of a directory, but not in that of one on
    which something is mounted.
    """
    inside = mount.path.startswith(f"{root}/")
    above = mount.path.removeprefix(f"{root}/").split("/")[:-1] if inside else []
    parents = {f"{root}/{'/'.join(above[:depth])}" for depth in range(1, len(above) + 1)}
    return PLAIN.fullmatch(mount.path) is not None and parents <= {other.path for other in mounts}
