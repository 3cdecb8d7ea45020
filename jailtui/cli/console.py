"""The screen, and the screen on the embedded host (`jailtui demo`): it reads before Textual is imported."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options, screen_options
from jailtui.preferences import ConfigError, state_home

if TYPE_CHECKING:
    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

SLOW_LINK = {"TEXTUAL_FPS": "10", "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
"""Textual reads these when it is first imported."""
USUAL_LOAD, SLOW_LOAD = 5.0, 15.0
"""Seconds between two readings of the load, and over a slow link."""


def run(arguments: Arguments, config: Config) -> int:
    """Show the screen until the operator quits; gives the exit status.

    Raises ConfigError for a keymap that is not valid, Stop without a terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("The screen needs a terminal; `jailtui show` works without one.", Exit.USAGE)
    if os.environ.get("TERM") == "dumb":
        raise Stop("TERM is dumb: the screen needs a terminal with a cursor; `jailtui show` works here.", Exit.USAGE)
    if not sys.stderr.isatty():
        sys.__stderr__ = sys.__stdout__  # type: ignore[misc] # Textual draws there
    from jailtui.cli.hosts import open_chosen

    gc.disable()  # until the first screen is drawn; the screen enables it again
    config = with_options(config, arguments)
    backend = open_chosen(arguments, config)
    if config.keys:
        check_keymap(config.keys)
    drawn = threading.Event()
    backend.read_ahead(drawn)
    if config.slow_link:
        os.environ.update(SLOW_LINK)
    from jailtui.ui.app import ConsoleApp

    app = ConsoleApp(
        backend,
        interval=config.interval,
        ascii=config.ascii,
        colour=config.colour,
        slow_link=config.slow_link,
        keymap=config.keys,
        theme=config.theme,
        drawn=drawn.set,
        load_interval=config.load_interval or (SLOW_LOAD if config.slow_link else USUAL_LOAD),
        remembered=state_home() / "screen",
        saves=state_home() / "saved",
    )
    try:
        app.run()
    finally:
        backend.close()
    return app.return_code or 0


def with_options(config: Config, arguments: Arguments) -> Config:
    """The configuration, in which the screen options of the command line replace its own."""
    given = {name: getattr(arguments, name) for name in ("interval", "theme", "ascii", "colour", "slow_link")}
    return replace(config, **{name: value for name, value in given.items() if value is not None})


def check_keymap(keys: dict[str, str]) -> None:
    """Raises ConfigError with all problems of the keys."""
    from jailtui.ui.commands import keymap_problems

    if problems := keymap_problems(keys):
        raise ConfigError("\n".join(f"keys: {name}: {problem}" for name, problem in problems))


LARGEST = 10000
"""Jails; an embedded host of more would take minutes to create."""


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("--reset", action="store_true", help="create the embedded host afresh")
    what = to.add_mutually_exclusive_group()
    what.add_argument("--jails", type=size, metavar="N", help="create it with N VNET jails")
    what.add_argument("--manager", type=manager, metavar="NAME", help="create it as a host of Bastille, iocage, …")
    to.add_argument("--busy", action="store_true", help="have its jails work and send")
    to.add_argument("--release", choices=("13.2", "14.2", "15.1"), help="create it with this FreeBSD release")
    host_options(to)
    screen_options(to)
    to.set_defaults(host="demo")


def size(text: str) -> int:
    if not 1 <= int(text) <= LARGEST:
        raise argparse.ArgumentTypeError(f"1 to {LARGEST} jails")
    return int(text)


def manager(text: str) -> str:
    """The name of a manager of jails, however its letters are written."""
    from jailtui.config.managers import MANAGERS

    names = [manager.name for manager in MANAGERS]
    if text.casefold() not in map(str.casefold, names):
        raise argparse.ArgumentTypeError(f"one of {', '.join(names)}")
    return next(name for name in names if name.casefold() == text.casefold())


VERBS = {"demo": CommandVerb(options, run)}
