"""`jailtui demo`: the screen on the embedded host."""

from __future__ import annotations

import argparse

from jailtui.cli import console
from jailtui.cli.options import host_options, screen_options
from jailtui.cli.verb import CommandVerb

LARGEST = 10000
"""Jails; an embedded host of more would take minutes to create."""


def options(to: argparse.ArgumentParser) -> None:
    """The words of `demo`."""
    to.add_argument("--reset", action="store_true", help="create its home network afresh")
    to.add_argument("--jails", type=size, metavar="N", help="create it with N VNET jails")
    to.add_argument("--release", choices=("13.2", "14.2", "15.1"), help="answer as this release of FreeBSD does")
    host_options(to)
    screen_options(to)
    to.set_defaults(host="demo")


def size(text: str) -> int:
    """A number of jails."""
    if not 1 <= int(text) <= LARGEST:
        raise argparse.ArgumentTypeError(f"1 to {LARGEST} jails")
    return int(text)


VERBS = {"demo": CommandVerb(options, console.run)}
