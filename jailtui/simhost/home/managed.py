"""Hosts in the style of a manager of jails: its files, a VNET jail that runs and one that is stopped.

The running one was started by the manager's own command, so that what stands on the host is what that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import store
from jailtui.simhost.run import run

if TYPE_CHECKING:
    from pathlib import Path

    from jailtui.simhost.home.style import HostStyle

ROUTER = ["em0", 0, "192.168.1.1"]


def styles() -> dict[str, HostStyle]:
    """The managers by name; Bastille has two ways to connect a jail."""
    from jailtui.simhost.home import appjail, bastille, cbsd, ezjail, iocage, pot

    return {
        "Bastille": bastille.host(jib=False),
        "Bastille -V": bastille.host(jib=True),
        "iocage": iocage.HOST,
        "AppJail": appjail.HOST,
        "pot": pot.HOST,
        "CBSD": cbsd.HOST,
        "ezjail": ezjail.HOST,
    }


def build(root: Path, release: str, manager: str) -> None:
    """Make the host of that manager in the empty folder `root`. KeyError if there is no such manager."""
    from jailtui.simhost.machine import booted, write_commands

    host = styles()[manager]
    booted(root, release)
    with store.transaction(str(root), write=True) as kernel:
        kernel.extra["managers"] = list(host.commands)
        kernel.extra["outside"] = [ROUTER]
        full = f"{kernel.release.name}-RELEASE"
        write_commands(root, kernel)
    for folder in host.folders:
        (root / folder.replace("@RELEASE@", full)).mkdir(parents=True, exist_ok=True)
    for path, text in {"etc/rc.conf": host.rc, **host.files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.replace("@RELEASE@", full), encoding="utf-8")
    call = Call(str(root), "sh", [], {"PATH": f"{root}/bin"})
    for line in (host.boot + "service devfs start\n" + host.started).splitlines():
        own = call.other(line.split()[0], line.split()[1:])
        if status := run(own):
            text = "".join((*(own.errors or ()), *(own.captured or ())))
            raise ValueError(f"{line}: exit status {status}: {text}")
