"""The home network: a host whose ten jails have every state a console must show, made from its own jail.conf.

Each jail is started as by jail(8), with its hooks, all in this process. The start of `broken` failed; `old` was removed
while a connection of the host held it.
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.home.files import FILES
from jailtui.simhost.kernel import connections, store
from jailtui.simhost.run import run
from jailtui.simhost.tools import jail_config, jail_steps
from jailtui.simhost.tools.jail_job import Job

BOOT = """\
bridge0 create
bridge10 create name br10
bridge20 create name br20
bridge30 create name br30
em0.10 create up
em0.20 create up
em0.30 create up
bridge0 addm em0 up
br10 addm em0.10 up
br20 addm em0.20 up
br30 addm em0.30 up
"""
"""What rc.conf created at boot, and br30, which was created by hand."""

ROUTERS = (("em0", 0, "192.168.1.1"), ("em0", 10, "192.168.10.1"), ("em0", 21, "192.168.20.1"))
"""The machines outside: the router, untagged and on VLAN 10. For proxy it has another tag than em0.20, so that what
proxy sends is not answered, which nothing but the path check shows."""
RUNNING = ("web", "db", "dns", "proxy", "vpn", "lease", "legacy")
FIRST_JID = 2
BACKED_UP = ("192.168.1.157", "873")
"""Address and port of `old`, to which a program of the host is connected."""
OPERATOR = ("192.168.1.10", "192.168.1.20", 50396)
"""An ssh session: the host's address, the client's address and port."""


def build(root: str) -> None:
    """Give the freshly booted host in folder `root` its files, interfaces and jails, in one transaction."""
    write_files(root)
    with store.transaction(root, write=True) as kernel:
        host = Call(root, "sh", [], {}, kernel)
        for line in BOOT.splitlines():
            answer(host, "ifconfig", line.split())
        answer(host, "service", ["devfs", "start"])
        kernel.modules.append("wg")
        kernel.extra["outside"] = [list(machine) for machine in ROUTERS]
        kernel.last_jid = FIRST_JID - 1
        connections.from_outside(kernel, *OPERATOR)
        configured, _ = jail_config.load(root, "", kernel.release.name.partition(".")[0])
        jails = {jail.name: jail for jail in configured}
        start(host, jails["broken"])
        lose(host, start(host, jails["old"]))
        for name in RUNNING:
            start(host, jails[name])
        answer(host, "ifconfig", ["epair9", "create"])


def write_files(root: str) -> None:
    jails = ("broken", "mail", "old", *RUNNING)
    for folder in [f"jails/{name}/{part}" for name in jails for part in ("dev", "etc", "mnt", "root")]:
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    for path, text in FILES.items():
        os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
        with open(f"{root}/{path}", "w", encoding="utf-8") as file:
            file.write(text)


def start(host: Call, jail: jail_config.ConfiguredJail) -> int:
    """Start one jail as `jail -c` does. Returns its jid."""
    job = Job(host.other("jail", ["-c", jail.name]), jail)
    jail_steps.start(job)
    return job.jid


def lose(host: Call, jid: int) -> None:
    """Remove a jail with `jail -R` while the host's backup has a connection to it: it stays dying, with its epair end.

    Its /dev, which `jail -R` leaves mounted, was unmounted by hand.
    """
    answer(host, "daemon", ["-f", "nc", *BACKED_UP])
    answer(host, "jail", ["-R", str(jid)])
    answer(host, "umount", ["/jails/old/dev"])


def answer(host: Call, name: str, args: list[str]) -> int:
    """Run a simulated command on the host. Returns its exit status."""
    return run(host.other(name, args))
