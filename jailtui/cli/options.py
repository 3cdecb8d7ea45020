"""Options that verbs of the command line share, and those of the doctor."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from jailtui.preferences import INTERVAL, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable


def common_options(to: argparse.ArgumentParser, default: Callable[[object], object]) -> None:
    """Options of the host. A verb suppresses its defaults, so that what stood before it is not lost."""
    group = to.add_argument_group("host")
    group.add_argument(
        "--host",
        metavar="HOST",
        default=default(None),
        help="local, demo, a file of `collect`, or [ssh://]user@box[:port]",
    )
    group.add_argument("--ssh-config", metavar="FILE", default=default(None), help="handed to ssh as -F")
    group.add_argument(
        "--become", choices=("doas", "sudo"), default=default(None), help="become root by it, never asking"
    )
    group.add_argument(
        "--demo-dir", metavar="DIR", default=default(None), help="where the embedded host keeps its state"
    )
    group.add_argument("--config", metavar="FILE", default=default(None), help="another config file")


def screen_options(to: argparse.ArgumentParser, default: Callable[[object], object]) -> None:
    """Options of the screen."""
    group = to.add_argument_group("screen")
    group.add_argument("--interval", type=seconds, metavar="S", default=default(None), help="seconds between refreshes")
    group.add_argument("--theme", choices=THEMES, default=default(None), help="its colours")
    group.add_argument("--ascii", action="store_true", default=default(False), help="no glyphs beyond ASCII")
    group.add_argument("--slow-link", action="store_true", default=default(False), help="no animation, fewer frames")


def seconds(text: str) -> float:
    """A number of seconds that a refresh can keep to."""
    value = float(text)
    least, most = INTERVAL
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{least:g} to {most:g} seconds")
    return value


def size(text: str) -> int:
    """How many jails an embedded host is made with; more would take minutes to make."""
    value = int(text)
    if not 1 <= value <= 10000:
        raise argparse.ArgumentTypeError("1 to 10000 jails")
    return value


def doctor_options(to: argparse.ArgumentParser) -> None:
    """Options of `jailtui doctor`."""
    form = to.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as one JSON object")
    form.add_argument("--openmetrics", action="store_true", help="as counts, for Prometheus")
    for name, text in (("--select", "look for these only"), ("--ignore", "but not for these")):
        to.add_argument(name, action="append", default=[], metavar="CODE[,CODE]", help=text)
    to.add_argument(
        "--fail-on",
        choices=("error", "warning", "note"),
        default="warning",
        help="exit with 1 from this severity on (default: warning)",
    )
