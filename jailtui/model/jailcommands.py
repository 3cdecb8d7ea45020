"""The commands of jail(8) that start and stop a jail of the state, with the file it is read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jailtui.exchange import Argv
    from jailtui.model.state import Jail

MAIN_FILE = "/etc/jail.conf"
"""What jail(8) reads where no `-f FILE` is given."""


def jail_c(jail: Jail) -> Argv:
    """`jail -c NAME`."""
    return ("jail", *_from_file(jail), "-c", jail.name)


def jail_r(jail: Jail) -> Argv:
    """`jail -r NAME`; by its number where no file defines it."""
    return ("jail", *_from_file(jail), "-r", jail.name if jail.configured else str(jail.jid))


def _from_file(jail: Jail) -> Argv:
    if jail.configured is None or jail.configured.file == MAIN_FILE:
        return ()
    return ("-f", jail.configured.file)
