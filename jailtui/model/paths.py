"""What a reading asks about paths after the configuration is known: mounts, directories, files of mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.managers import BASTILLE
from jailtui.model.console import around, roots, usable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Configured
    from jailtui.exchange import Argv
    from jailtui.model.state import HostState

HOST_FSTAB = "/etc/fstab"
MOUNT_FSTAB = "mount.fstab"
MOST = 1000
"""How many words a command line may have."""


def questions(state: HostState) -> Argv:
    """The words for `host/paths.sh` about what the configured jails need, and `mounts` if one of them is not running.

    A file of mounts below the root of a jail is left out, since the jail may have replaced it by a link.
    """
    configured = [jail.configured for jail in state.jails if jail.configured is not None]
    if not configured:
        return ()
    below = roots(state)
    files = {HOST_FSTAB, *(path for jail in configured for path in fstab_of(jail))}
    directories = sorted({jail.path.rstrip("/") for jail in configured if jail.path} - {""})
    words = [f"boots={path}" for path in sorted(filter(askable, bastille_directories(state)))]
    words += [f"dir={path}" for path in directories if askable(path)]
    words += [f"fstab={path}" for path in sorted(files) if askable(path) and not around(path, below)]
    resting = any(jail.configured is not None and not jail.running for jail in state.jails)
    return ("mounts",) * resting + tuple(words[:MOST])


def bastille_directories(state: HostState) -> set[str]:
    """The directories that the jails of Bastille are in: each in one of its own, with its jail.conf."""
    files = (jail.configured.file for jail in state.jails if jail.configured and jail.manager == BASTILLE.name)
    return {file.rsplit("/", 2)[0] for file in files}


def fstab_of(jail: Configured) -> Iterator[str]:
    """The path of the jail's mount.fstab, if it has one."""
    yield from dict(jail.params).get(MOUNT_FSTAB, ())[-1:]


def askable(path: str) -> bool:
    """Whether the path can be a word of a command: csh(1) takes `!` for history even in quotes."""
    return usable(path) and "!" not in path
