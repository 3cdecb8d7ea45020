"""Embedded hosts in the style of a manager: its jail web runs, its jail db is stopped."""

from __future__ import annotations

from pathlib import Path

from jailtui.config.managers import BY_NAME
from jailtui.exchange import Argv, Verb
from jailtui.simhost import setup
from tests.support.form_hosts import Embedded

RELEASES = ("13.2", "14.2", "15.1")


class ManagedHost(Embedded):
    """Such a host, and its manager; `words` name it on the command line."""

    def __init__(self, folder: Path, manager: str, release: str = "15.1") -> None:
        self.folder = folder
        self.manager = BY_NAME[manager.partition(" ")[0]]
        self.environment = setup.prepare(folder, release=release, manager=manager)
        self.words = ("--host", "demo", "--demo-dir", str(folder))

    def restarts(self, name: str) -> Argv:
        """The command that restarts a jail, or that starts it again where the manager has none."""
        return self.manager.argv(Verb.RESTART, name) or self.manager.argv(Verb.START, name)

    def act(self, verb: Verb, name: str) -> str:
        """What the manager's command prints; AssertionError if it fails."""
        return self.ask(*self.manager.argv(verb, name))

    def running(self) -> list[str]:
        return sorted(self.ask("jls", "name").split())

    def replace(self, body: str | None) -> None:
        """Put a shell script in the place of the manager's command, or take it away."""
        file = self.folder / "bin" / self.manager.command
        file.unlink()
        if body is not None:
            file.write_text(f"#!/bin/sh\n{body}\n")
            file.chmod(0o755)

    def left_over(self) -> list[str]:
        """The interfaces beside those of rc.conf and the bridges that AppJail and jib keep, and the mounts of jails."""
        of_rc = ["em0", "lo0", "bridge0", "bridge1", "ajnet", "em0bridge"]
        interfaces = [name for name in self.ask("ifconfig", "-l").split() if name not in of_rc]
        return interfaces + self.ask("mount").splitlines()[2:]
