"""`jailtui collect`: what one refresh read, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jailtui.cli.exits import Exit, Stop
from jailtui.cli.opening import opened
from jailtui.cli.options import host_options
from jailtui.cli.verb import CommandVerb

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    """The words of `collect`."""
    to.add_argument("file", metavar="FILE")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    """Read the host in full and write it to the file."""
    from jailtui.host.collect import dump

    with opened(arguments, config) as backend:
        capture = backend.source.capture(everything=True)
    try:
        Path(arguments.file).write_text(dump(capture), encoding="utf-8")
    except OSError as error:
        raise Stop(f"{arguments.file}: {error.strerror}", Exit.FAILED) from error
    return Exit.OK


VERBS = {"collect": CommandVerb(options, run)}
