"""A verb of the command line: exit statuses, and the options that several verbs share."""

from __future__ import annotations

import argparse
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui.preferences import INTERVAL, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.exchange import PlanMark
    from jailtui.preferences import Config


class Exit(IntEnum):
    """Exit statuses of jailtui."""

    OK = 0
    """What was asked for is true now; of `doctor`: no finding is as severe as `--fail-on` says; of `path`: all hops are
    good."""
    FAILED = 1
    """Something was done, but what was asked for is not true; of `doctor`: a finding is as severe as that; of `path`: a
    hop is broken."""
    USAGE = 2
    """The command line or the configuration file is not valid."""
    UNREACHABLE = 3
    """The host could not be read, or not in full: jls or ifconfig failed there; of `path`: it is not known."""
    REFUSED = 4
    """Something was refused, because the object does not exist or the verb does not apply to it; the rest was done.
    Nothing was done if a value is not valid, the host is read-only, or --take or --cut is missing."""
    DECLINED = 5
    """Nothing was done: the operator did not say yes, could not be asked, or the host changed before the answer."""
    INTERRUPTED = 130
    """Interrupted by ctrl-c."""


class Stop(Exception):
    """Ends a verb. `text` is for the operator, `status` the exit status."""

    plan: PlanMark | None = None
    """What is not carried out, if a plan was made."""

    def __init__(self, text: str, status: Exit) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


Arguments = argparse.Namespace


class CommandVerb(NamedTuple):
    """A verb: `options` adds its arguments to a parser, `run` gives the exit status or raises `Stop`.

    Without `configured` the configuration file is not read, and `run` gets the defaults. `lower`: the verbs below it,
    each with its help; the one that was called is `lower_verb` of the arguments.
    """

    options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Arguments, Config], int]
    configured: bool = True
    lower: Mapping[str, tuple[str, CommandVerb]] = MappingProxyType({})


Parser = argparse.ArgumentParser


def host_options(to: Parser, default: Any = argparse.SUPPRESS) -> None:
    """Add the options of the host. A verb suppresses the defaults: they would overwrite options before the verb."""
    group = to.add_argument_group("host")
    group.add_argument(
        "--host",
        metavar="HOST",
        default=default,
        help="local, demo, a file written by collect, or [ssh://]user@box[:port]",
    )
    group.add_argument("--ssh-config", metavar="FILE", default=default, help="a configuration file for ssh (ssh -F)")
    group.add_argument(
        "--become",
        choices=("doas", "sudo", "mdo"),
        default=default,
        help="become root with this command, without a password",
    )
    group.add_argument("--read-only", action="store_true", default=default, help="change nothing: no plan can run")
    group.add_argument("--demo-dir", metavar="DIR", default=default, help="where the embedded host keeps its state")
    group.add_argument("--config", metavar="FILE", default=default, help="read this configuration file")


def screen_options(to: Parser, default: Any = argparse.SUPPRESS) -> None:
    group = to.add_argument_group("screen")
    group.add_argument("--interval", type=seconds, metavar="S", default=default, help="seconds between refreshes")
    group.add_argument("--theme", choices=THEMES, default=default, help="the colours of the screen")
    for flag, key, value, text in (
        ("--ascii", "ascii", True, "draw with ASCII characters only"),
        ("--unicode", "ascii", False, "draw with Unicode characters, whatever TERM and the locale say"),
        ("--colour", "colour", True, "draw with colours, whatever TERM, the locale and NO_COLOR say"),
        ("--slow-link", "slow_link", True, "no animation, fewer frames"),
    ):
        group.add_argument(flag, dest=key, action="store_const", const=value, default=default, help=text)


def change_options(to: Parser, dry_run: str = "print the commands as a shell script and run nothing") -> None:
    to.add_argument("--dry-run", action="store_true", help=dry_run)
    to.add_argument("--yes", action="store_true", help="do not ask")
    text = "do what may cut your own ssh session to the host of this name; --yes does not answer that"
    to.add_argument("--cut", metavar="HOSTNAME", default="", help=text)


def take_option(to: Parser) -> None:
    text = "take what another running jail uses: its epair, address or MAC; --yes does not answer that"
    to.add_argument("--take", action="store_true", help=text)


def seconds(text: str) -> float:
    """A number of seconds between refreshes, within the limits."""
    least, most = INTERVAL
    if not least <= float(text) <= most:
        raise argparse.ArgumentTypeError(f"{least:g} to {most:g} seconds")
    return float(text)
