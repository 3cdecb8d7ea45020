"""Simulated commands run in the calling process: a process for each takes ten milliseconds."""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.commands import is_simulated
from jailtui.simhost.run import run
from jailtui.simhost.tools import hooks

ENDING = ("ifconfig", "route", "mount", "umount", "devfs", "sysctl", "sysrc", "service", "dhclient", "daemon", "logger")
"""Commands that end by themselves and do not use their process id."""

BOOT_SCRIPTS = (["/etc/rc"], ["/etc/rc.shutdown"])
FORGIVEN = " || true"
SILENCED = " 2>/dev/null"


def answer(call: Call, words: list[str], environ: dict[str, str]) -> int | None:
    """Run a hook's words in this process; None, and nothing is done, if they need a process of their own."""
    forgiven = silenced = False
    if words[:2] == ["/bin/sh", "-c"]:
        text = words[2].removesuffix(FORGIVEN)
        plain = text.removesuffix(SILENCED)
        forgiven, silenced = text != words[2], plain != text
        if not hooks.SHELL_CHARACTERS.isdisjoint(plain) or "#" in plain or "\n" in plain:
            return None
        words = plain.split()
    bindir = call.root + "/bin"
    name, args = os.path.basename(words[0]), [hooks.map_paths(word, bindir) for word in words[1:]]
    path = hooks.executable(hooks.map_paths(words[0], bindir), bindir)
    if path is None:
        return None
    if name == "sh" and args[:1] in BOOT_SCRIPTS:
        name = "rc"
    elif name not in ENDING or "monitor" in args or not is_simulated(path):
        return None
    own = call.becomes(name, args, environ)
    if silenced:
        own.errors = []
    status = run(own)
    return 0 if forgiven else status
