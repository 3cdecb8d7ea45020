"""A command in a jail at a terminal of its own, on this machine or through ssh."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Result
from jailtui.host.shell import script
from jailtui.host.terminal import at_terminal

if TYPE_CHECKING:
    from jailtui.host.shell import Shell

TERM = re.compile(r"[\w.+-]{1,64}")


def enter(shell: Shell, jid: int, argv: Argv, clean: bool, called: Argv) -> Result:
    """Run `argv` in the jail; its exit status is the command's. Never raises."""
    if shell.at_terminal is None:
        return Result(called, None, note="this connection has no terminal")
    term = os.environ.get("TERM", "")
    words = (term if TERM.fullmatch(term) else "dumb", "-l" if clean else "-", str(jid), *argv)
    try:
        return Result(called, at_terminal(shell.at_terminal(script("path.sh", "enter.sh"), words)))
    except OSError as error:
        return Result(called, None, note=f"it can't be started: {error.strerror}")
