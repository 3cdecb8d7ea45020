"""Entry of every simulated command: `DIR/bin/NAME` runs this with its own name first."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.call import Call
from jailtui.simhost.commands import COMMANDS, MANAGERS

KEPT = (
    "uname",
    "id",
    "whoami",
    "hostname",
    "pgrep",
    "ifconfig",
    "jls",
    "jexec",
    "netstat",
    "mount",
    "sysctl",
    "devfs",
    "arp",
    "sysrc",
    "sockstat",
    "route",
)
"""Commands whose shim looks for a kept answer first."""


def run(call: Call) -> int:
    """Answer one call. ImportError if its module is missing; a state that can't be read: a message, exit 71."""
    from jailtui.simhost.kernel.store import StoreError

    place = f"managers.{MANAGERS[call.name]}" if call.name in MANAGERS else f"tools.{COMMANDS[call.name]}"
    module = __import__(f"jailtui.simhost.{place}", fromlist=["main"])
    try:
        return int(module.main(call))
    except StoreError as error:
        return call.fail(str(error), 71)


def main(root: str, name: str, args: list[str]) -> None:
    """Run and leave the process at once: an orderly end of the interpreter costs as much as the answer."""
    try:
        call = Call(root, name, args)
        if name in KEPT:
            from jailtui.simhost import kept

            rc = kept.answer(call, run) if kept.worth_keeping(call) else run(call)
        else:
            rc = run(call)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        rc = 141
    except KeyboardInterrupt:
        rc = 130
    os._exit(rc)
