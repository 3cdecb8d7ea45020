"""getent(1) `hosts`: /etc/hosts, then the name server of /etc/resolv.conf, which never knows anything.

Sources: recordings path/dns-*: no name server answered there; without one, and where one refuses, look-ups fail at
once, and where nobody has its address they hang.
"""

from __future__ import annotations

import time

from jailtui.simhost.call import Call
from jailtui.simhost.tools.packets import exchange

LOCAL = """\
::1               localhost  localhost.my.domain
127.0.0.1         localhost  localhost.my.domain
"""
NOT_FOUND = 2
PATIENCE = 150
"""Seconds after which a look-up that nobody answers fails (path/dns-nobody/03)."""
QUERY = 60


def main(call: Call) -> int:
    if call.args[:1] != ["hosts"] or len(call.args) < 2:
        return call.fail("usage: getent database [key ...]")
    name = call.args[1]
    with call.transaction(write=False) as kernel:
        top = call.root + (kernel.jails[call.jid].path if call.jid else "")
    for line in lines(f"{top}/etc/hosts"):
        words = line.partition("#")[0].split()
        if name in words[1:]:
            call.out(f"{words[0]:<17} {'  '.join(words[1:])}\n")
            return 0
    if name == "localhost":
        call.out(LOCAL)
        return 0
    servers = [line.split()[1] for line in lines(f"{top}/etc/resolv.conf") if line.startswith("nameserver ")]
    with call.transaction(write=True) as kernel:
        hangs = False
        for server in servers[:1]:
            if server.replace(".", "").isdecimal():
                sent = exchange(kernel, call.vnet(kernel), server, QUERY)
                arp: dict[str, dict[str, list[str]]] = kernel.extra.get("arp", {})  # type: ignore[assignment]
                unknown = arp.get(str(call.vnet(kernel)), {}).get(server, ["-"])[0] == ""
                hangs = not sent.answered and not sent.error and unknown
    if hangs:
        time.sleep(PATIENCE)
    return NOT_FOUND


def lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []
