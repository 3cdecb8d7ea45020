"""The commands of the embedded host: those that it simulates, and the tools of this machine that it lends."""

from __future__ import annotations

import os

COMMANDS = {
    "ifconfig": "ifconfig",
    "rctl": "rctl",
    "route": "route",
    "netstat": "netstat",
    "sysctl": "sysctl",
    "uname": "identity",
    "id": "identity",
    "whoami": "identity",
    "hostname": "identity",
    "logger": "identity",
    "jail": "jail",
    "jls": "jls",
    "jexec": "jexec",
    "service": "service",
    "sysrc": "sysrc",
    "pgrep": "processes",
    "pkill": "processes",
    "kill": "processes",
    "ps": "processes",
    "mount": "mounts",
    "umount": "mounts",
    "devfs": "mounts",
    "kldload": "kld",
    "kldunload": "kld",
    "kldstat": "kld",
    "mdo": "mdo",
    "stat": "stat",
    "tcpdrop": "sockets",
    "arp": "neighbours",
    "ndp": "neighbours",
    "pfctl": "kld",
    "dhclient": "dhclient",
    "ping": "ping",
    "nc": "ping",
    "getent": "names",
    "sockstat": "sockstat",
    "rc": "rcscript",
    "daemon": "daemon",
    "hooksh": "hook_limits",
    "login": "jail_shell",
    "insidefiles": "inside_files",
    **dict.fromkeys(("mkdir", "rmdir", "rm", "cp", "chmod", "chflags", "tar"), "trees"),
}
"""Command name to the module that answers it: `jailtui.simhost.tools.MODULE.main(call) -> exit status`."""

MANAGERS = {
    "jib": "jib",
    "bastille": "bastille",
    "iocage": "iocage",
    "appjail": "appjail",
    "pot": "pot",
    "cbsd": "cbsd",
    "ezjail-admin": "ezjail",
}
"""The same, `jailtui.simhost.managers.MODULE`: only the hosts that `kernel.extra["managers"]` says so have them."""

REAL_TOOLS = (
    "cat sed grep printf true false echo sleep test [ expr env head tail tr wc sort timeout stdbuf ls date awk cut "
    "cksum seq basename dirname xargs uniq"
).split()
"""Tools of this machine that hooks and jailtui's scripts use; none of them writes files or sends signals:
`jexec web kill -9 -1` must find no kill."""


def is_simulated(path: str) -> bool:
    """Whether the file at `path` is the command that `machine.write_commands` wrote there."""
    with open(path, "rb") as file:
        return file.read().endswith(f'/boot.py {os.path.basename(path)} "$@"\n'.encode())
