"""What a verb of the command line is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.preferences import Config

Arguments = argparse.Namespace


class CommandVerb(NamedTuple):
    """A verb: `options` adds its words to a parser, `run` carries it out and gives the exit status.

    `run` raises `exits.Stop` where it can't go on. Without `configured` the configuration file is not read, and `run`
    gets the defaults.
    """

    options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Arguments, Config], int]
    configured: bool = True
