"""Which host is meant, and how it is reached."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from jailtui.backend import HostBackend
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell
from jailtui.preferences import Config, state_home


class Choice(NamedTuple):
    """Which host, and how to get there: `host` is local, demo, a file or [ssh://]user@box[:port]; None by platform.

    The demo_ fields are for the embedded host: its folder, a size in jails, a release, a fresh start.
    """

    host: str | None = None
    ssh_config: str | None = None
    become: str | None = None
    demo_dir: Path | None = None
    demo_jails: int | None = None
    demo_release: str | None = None
    demo_reset: bool = False

    def kind(self) -> str:
        """local, demo, file or ssh. A file is a word that names one, or ends in .json."""
        host = self.host or ("local" if sys.platform.startswith("freebsd") else "demo")
        if host in ("local", "demo"):
            return host
        return "file" if host.endswith(".json") or ("@" not in host and Path(host).is_file()) else "ssh"


def open_host(choice: Choice, config: Config) -> HostBackend:
    """The backend for `choice`. Nothing is connected yet.

    Raises ValueError for a host that is none, OSError when the embedded host's folder can't be used.
    """
    kind = choice.kind()
    if kind == "file":
        from jailtui.host.collect import FileHost

        return HostBackend(FileHost(Path(choice.host or "")))
    name, connect = {"local": local, "demo": demo, "ssh": remote}[kind](choice)
    executor = Executor(audit=state_home() / "audit.log", limit=config.step_limit)
    return HostBackend(Host(name, connect, executor, keep=config.backups, reached=kind), config.at_once)


Opening = tuple[str, Callable[[], Shell]]


def local(choice: Choice) -> Opening:
    """This machine."""

    return "local", lambda: local_shell(choice.become)


def demo(choice: Choice) -> Opening:
    """The embedded host, made in its folder now if it is not there."""
    from jailtui.simhost.setup import prepare

    folder = choice.demo_dir or state_home() / "demo"
    environment = prepare(
        folder, jails=choice.demo_jails or 0, reset=choice.demo_reset, release=choice.demo_release or "15.1"
    )

    return "demo", lambda: local_shell(environment=environment)


def remote(choice: Choice) -> Opening:
    """A machine reached by ssh."""
    from jailtui.host import ssh

    where = ssh.destination(choice.host or "")
    name = (choice.host or "").removeprefix("ssh://").rstrip("/")
    return name, lambda: ssh.connect(where, config=choice.ssh_config, become=choice.become)
