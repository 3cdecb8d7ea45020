"""Where a simulated command begins: its name finds its module, whose `main(root, argv)` does the work.

Run as `python -I -S -E -c 'BOOT' ROOT NAME WORD...`; so nothing here imports more than it must.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

MODULES = {
    "ifconfig": "ifconfig",
    "route": "route",
    "netstat": "netstat",
    "sysctl": "sysctl",
    "kldstat": "modules",
    "kldload": "modules",
    "kldunload": "modules",
    "jail": "jail",
    "jls": "jls",
    "jexec": "jexec",
    "service": "service",
    "sysrc": "sysrc",
    "pgrep": "pgrep",
    "pkill": "pgrep",
    "ps": "pgrep",
    "mount": "mount",
    "umount": "mount",
    "devfs": "mount",
    "tcpdrop": "tcpdrop",
    "dhclient": "dhclient",
    "rc": "rc",
    "wg": "stubs",
    "logger": "stubs",
    "ping": "stubs",
}
"""Command to module of this package, each with `main(root: str, argv: list[str]) -> int`; argv[0] is the name."""


def main(words: list[str]) -> int:
    """Run `ROOT NAME WORD...`: the exit status."""
    root, argv = words[0], words[1:]
    try:
        status: int = import_module("jailtui.simhost." + MODULES[argv[0]]).main(root, argv)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except KeyboardInterrupt:
        return 130
    return status


def jid() -> int:
    """The jid of the jail the command runs in (jexec and exec.start set JAILTUI_SIM_JID); 0 on the host."""
    word = os.environ.get("JAILTUI_SIM_JID", "")
    return int(word) if word.isdigit() else 0


def privileged() -> bool:
    """Whether root runs the command: JAILTUI_SIM_USER names another user."""
    return os.environ.get("JAILTUI_SIM_USER", "root") == "root"


def error(text: str) -> int:
    """Print a line on standard error, what was written before it first; 1."""
    sys.stdout.flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
    return 1
