"""Make the folder of a simulated host: its state file, its commands and the environment to run them in."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from jailtui.simhost.kernel import store


class SetupError(OSError):
    """The folder can't become a simulated host; the text is a sentence."""


def prepare(
    directory: Path,
    *,
    jails: int = 0,
    reset: bool = False,
    release: str = "15.1",
    user: str = "root",
    busy: bool | None = None,
    manager: str = "",
) -> dict[str, str]:
    """Make `directory` a simulated host unless it is one; returns the environment of its commands.

    An empty folder becomes the home network, a host with `jails` VNET jails, or one in the style of a `manager`
    (home/managed.py). So does a simulated host with `reset`, or whose state has another format.
    `release` is "13", "14", "15" or a full number (ValueError); `user` calls the commands, unprivileged unless root.
    `busy`: its jails work and send from now on, or stop. SetupError if the folder holds anything else.
    """
    root = directory.absolute()
    mark = f"{sys.executable} {version()}"
    if reset or marked(root) != mark or not ours(root) or not store.readable(str(root)):
        make(root, jails, release, reset, manager)
        (root / MARK).write_text(mark)
    if busy is not None:
        keep_busy(root, busy)
    return environment(root, user)


def keep_busy(root: Path, busy: bool) -> None:
    """Have the jails work from now on, or stop."""
    import time

    from jailtui.simhost.kernel.busy import since

    if bool(since(store.load(str(root)))) != busy:
        with store.transaction(str(root), write=True) as kernel:
            kernel.extra["busy"] = time.time() if busy else 0


MARK = "made-by"
"""The file that names the version of jailtui that made or last renewed the folder."""


def marked(root: Path) -> str:
    """The text of the mark, "" without one."""
    mark = root / MARK
    return mark.read_text(errors="replace") if mark.is_file() else ""


@cache
def version() -> str:
    """The folder of this package, and when one of its files was last changed (in ns) before this process asked."""
    here = Path(__file__).absolute().parent
    files = (entry for folder in (here, *here.iterdir()) if folder.is_dir() for entry in os.scandir(folder))
    return f"{here} {max(entry.stat().st_mtime_ns for entry in files if entry.name.endswith('.py'))}"


def make(root: Path, jails: int, release: str, reset: bool, manager: str) -> None:
    """Renew the commands of the host in `root`, or create a host there."""
    from jailtui.simhost import kept
    from jailtui.simhost.home import large, network
    from jailtui.simhost.machine import booted, write_commands
    from jailtui.simhost.run import run

    if not reset and ours(root) and store.readable(str(root)):
        write_commands(root, store.load(str(root)))
        store.forget_all(str(root))
    else:
        clear(root)
        if jails:
            large.build(root, jails, release)
        elif manager:
            from jailtui.simhost.home import managed

            managed.build(root, release, manager)
        else:
            booted(root, release)
            network.build(str(root))
    kept.warm(str(root), run)


def environment(root: Path, user: str = "root") -> dict[str, str]:
    """The environment of the commands of the host in `root`: nothing of this machine is on PATH."""
    return {
        "SSH_CONNECTION": reached_by(root),
        "PATH": f"{root}/bin",
        "HOME": "/root" if user == "root" else f"/home/{user}",
        "USER": user,
        "LC_ALL": "C",
        "JAILTUI_ROOT": str(root),
        "JAILTUI_SIM": f"{root}/state",
        "JAILTUI_SIM_USER": user,
    }


def reached_by(root: Path) -> str:
    """SSH_CONNECTION: the session of the home network's operator, or "" for a host without one."""
    from jailtui.simhost.kernel import connections

    sessions = [entry for entry in connections.table(store.load(str(root))) if not entry[0]]
    return " ".join(
        str(word) for own, port, *peer in (each[1:5] for each in sessions[:1]) for word in (*peer, own, port)
    )


def ours(root: Path) -> bool:
    """Whether the folder is a simulated host: it has a boot.py that `machine` wrote."""
    boot = root / "boot.py"
    return boot.is_file() and "from jailtui.simhost.run import main" in boot.read_text(errors="replace")


def clear(root: Path) -> None:
    """Empty a folder that is a simulated host; refuse one that holds anything else."""
    if root.exists():
        if any(root.iterdir()) and not ours(root):
            raise SetupError(f"{root} is not empty and holds no simulated host: give another folder.")
        import shutil

        shutil.rmtree(root)
    root.mkdir(parents=True)
