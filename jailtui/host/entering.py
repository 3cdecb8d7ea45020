"""A command in a jail at a terminal of its own, or through pipes, on this machine or through ssh."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Result
from jailtui.host.pipes import Pipes, through_pipes
from jailtui.host.shell import script
from jailtui.host.terminal import at_terminal

if TYPE_CHECKING:
    from jailtui.host.shell import Shell

TERM = re.compile(r"[\w.+-]{1,64}")


def enter(shell: Shell, jid: int, argv: Argv, clean: bool, called: Argv, pipes: Pipes | None = None) -> Result:
    """Run `argv` in the jail; its exit status is the command's. A failure is in the result."""
    if shell.run_there is None:
        return Result(called, None, note="no command can be run by this connection")
    term = os.environ.get("TERM", "")
    words = (term if TERM.fullmatch(term) else "dumb", "-l" if clean else "-", str(jid), *argv)
    command = shell.run_there(script("path.sh", "enter.sh"), words, pipes is None)
    try:
        return Result(called, at_terminal(command) if pipes is None else through_pipes(command, pipes))
    except OSError as error:
        return Result(called, None, note=f"it can't be started: {error.strerror}")
