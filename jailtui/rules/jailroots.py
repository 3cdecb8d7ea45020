"""Rules about a jail's root directory and the mounts below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Step
from jailtui.model.state import Jail, JailState
from jailtui.rules.finding import Evidence, Finding, Remedy, rule
from jailtui.rules.jailwords import about, written
from jailtui.rules.mounts import commandable, mount_fstab, own_mounts, places, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.world import JailSettings
    from jailtui.formats.mount import Mount
    from jailtui.rules.context import Context

AT_REST = (JailState.STOPPED, JailState.FAILED, JailState.DYING)
SHOWN = 3
"""How many mount points a sentence names."""
NO_SUCH_FILE = "No such file or directory"


@rule("JAIL-NO-ROOT", "error", "Root directory missing", preflight=True)
def no_root(context: Context) -> Iterator[Finding]:
    """The directory that `path` names does not exist, so the jail can't be started. jail(8) says so when it mounts
    below it; without mounts it looks for the directory only after exec.prestart, and each failed start leaves the pair
    that its hooks create. Create the directory with what the jail needs in it, mount the file system that it is on, or
    correct `path`. What this user may not look at is not judged.
    """
    # Sources: FREEBSD.md 2.4, 12; recorded: jail-basic/blog/56, jail-basic/create-modify-remove/62.
    for settings, jail in _at_rest(context):
        root = root_of(settings)
        if root not in context.state.missing:
            continue
        why = "Create it, mount the file system it is on, or correct path in the file."
        yield Finding.of(
            about(jail),
            f"{jail.name} can't be started: its root directory {root} does not exist.",
            [Evidence(f"ls -d {root}", NO_SUCH_FILE), written(settings, "path")],
            [Remedy.of(f"Create {root}", why=why)],
        )


@rule("JAIL-NO-FSTAB", "error", "File of mounts missing", preflight=True)
def no_fstab(context: Context) -> Iterator[Finding]:
    """The file that `mount.fstab` names does not exist, so the jail can't be started: jail(8) mounts what it lists
    before it creates the jail. Write the file as fstab(5) says, or take `mount.fstab` out.
    """
    # Sources: FREEBSD.md 2.4, 12.
    for settings, jail in _at_rest(context):
        file = mount_fstab(settings)
        if file not in context.state.missing:
            continue
        yield Finding.of(
            about(jail),
            f"{jail.name} can't be started: its mount.fstab {file} does not exist.",
            [Evidence(f"ls {file}", NO_SUCH_FILE), written(settings, "mount.fstab")],
            [Remedy.of(f"Write {file}", why="Write it as fstab(5) says, or take mount.fstab out of the file.")],
        )


@rule("JAIL-MOUNTS-LEFT", "warning", "Mounts left behind", preflight=True)
def mounts_left(context: Context) -> Iterator[Finding]:
    """The jail is not running, and what jail(8) mounts for it is still mounted: it was removed by `jail -R`, its last
    process ended, or its start was cut off. The next start mounts a second time on the same place, and the stop after
    it unmounts only one of the two. Unmount what is left. Only mount points that the jail's file names are meant; what
    /etc/fstab mounts stays.
    """
    # Sources: FREEBSD.md 2.4; recorded: orphan/jail-R-mount.
    for settings, jail in _at_rest(context):
        left = own_mounts(context, settings)
        if not left:
            continue
        paths = list(dict.fromkeys(mount.path for mount in left))
        more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
        verb = "is" if len(paths) == 1 else "are"
        yield Finding.of(
            about(jail),
            f"{jail.name} is not running, but {', '.join(paths[:SHOWN])}{more} {verb} still mounted: its next start "
            f"mounts over {'it' if len(paths) == 1 else 'them'}.",
            [*_shown(left), *_named(context, settings, paths)],
            [_unmount(context, settings, left)],
        )


def _at_rest(context: Context) -> Iterator[tuple[JailSettings, Jail]]:
    """The configured jails that are not running, starting or stopping."""
    for settings in context.judged:
        jail = context.jails.get(settings.name)
        if jail is not None and jail.state in AT_REST and settings.name not in context.live:
            yield settings, jail


def _shown(left: tuple[Mount, ...]) -> Iterator[Evidence]:
    yield from (Evidence("mount", f"{mount.device} on {mount.path} ({mount.kind})") for mount in left)


def _named(context: Context, settings: JailSettings, paths: list[str]) -> Iterator[Evidence]:
    """Where the jail's file names these mount points."""
    parameters = dict.fromkeys(place.parameter for place in places(context, settings) if place.path in paths)
    yield from (written(settings, parameter) for parameter in parameters)


def _unmount(context: Context, settings: JailSettings, left: tuple[Mount, ...]) -> Remedy:
    """The remedy that unmounts these, the last first, since it is on top."""
    name, root, mounts = settings.name, root_of(settings), context.state.mounts or ()
    why = f"The start of {name} mounts it again"
    if not all(commandable(mount, root, mounts) for mount in left):
        paths = ", ".join(mount.path for mount in reversed(left))
        why += f". The root of {name} may have put a link into the path: look at it first, then unmount it by hand"
        return Remedy.of("Unmount by hand what is left", why=f"{why}: {paths}.", undo=f"start {name}", force="firm")
    steps = tuple(Step(("umount", mount.path), f"{mount.kind} of {mount.device}") for mount in reversed(left))
    return Remedy.of("Unmount what is left", steps, f"{why}.", "nothing that is running", f"start {name}", "firm")
