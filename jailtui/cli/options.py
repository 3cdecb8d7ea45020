"""The options that several verbs share."""

from __future__ import annotations

import argparse
from typing import Any

from jailtui.preferences import INTERVAL, THEMES

Parser = argparse.ArgumentParser


def host_options(to: Parser, default: Any = argparse.SUPPRESS) -> None:
    """Options of the host. A verb suppresses the defaults, so that an option in front of the verb is not lost."""
    group = to.add_argument_group("host")
    group.add_argument(
        "--host",
        metavar="HOST",
        default=default,
        help="local, demo, a file written by collect, or [ssh://]user@box[:port]",
    )
    group.add_argument("--ssh-config", metavar="FILE", default=default, help="a configuration file for ssh (ssh -F)")
    group.add_argument(
        "--become", choices=("doas", "sudo"), default=default, help="become root by this command, without a password"
    )
    group.add_argument("--demo-dir", metavar="DIR", default=default, help="where the embedded host keeps its state")
    group.add_argument("--config", metavar="FILE", default=default, help="another configuration file")


def screen_options(to: Parser, default: Any = argparse.SUPPRESS) -> None:
    """Options of the screen."""
    switch = False if default is None else default
    group = to.add_argument_group("screen")
    group.add_argument("--interval", type=seconds, metavar="S", default=default, help="seconds between refreshes")
    group.add_argument("--theme", choices=THEMES, default=default, help="colours")
    group.add_argument("--ascii", action="store_true", default=switch, help="draw with ASCII characters only")
    group.add_argument("--slow-link", action="store_true", default=switch, help="no animation, fewer frames")


def change_options(to: Parser, dry_run: str = "print the commands as a shell script and run nothing") -> None:
    """Options of a verb that changes the host."""
    to.add_argument("--dry-run", action="store_true", help=dry_run)
    to.add_argument("--yes", action="store_true", help="do not ask")


def seconds(text: str) -> float:
    """A number of seconds that a refresh can keep to."""
    least, most = INTERVAL
    if not least <= float(text) <= most:
        raise argparse.ArgumentTypeError(f"{least:g} to {most:g} seconds")
    return float(text)
