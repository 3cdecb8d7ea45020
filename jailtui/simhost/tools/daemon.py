"""daemon(8): in a jail, a process that stays. It is simulated, so that nothing outlives the host.

On the host, a connection to a jail by nc(1) that stays, and may hold the jail when it is removed.
"""

from __future__ import annotations

import re

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import addresses, connections
from jailtui.simhost.kernel.processes import daemon_words, daemons
from jailtui.simhost.kernel.state import HOST, Kernel, Prison

CONNECTING = re.compile(r"\bnc ([\d.]+) (\d+)$")


def main(call: Call) -> int:
    """`daemon [-fcr] [-p FILE] COMMAND...`: the jail it is called in now has a process; see above for the host."""
    words = list(call.args)
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-p", "-P", "-o", "-u", "-t", "-l", "-s", "-T"):
            words = words[1:]
    if not words:
        return call.fail("no command given", 64)
    if call.jid:
        with call.transaction(write=True) as kernel:
            if call.jid in kernel.jails:
                daemons(kernel).append(call.jid)
                daemon_words(kernel)[call.jid] = " ".join(words)
    elif match := CONNECTING.search(words[-1] if words[0] == "sh" else " ".join(words)):
        with call.transaction(write=True) as kernel:
            connect(kernel, match[1], int(match[2]))
    return 0


def connect(kernel: Kernel, address: str, port: int) -> None:
    """Connect the host to that address, if a jail has it and the host has an address in its network."""
    jail = jail_at(kernel, address)
    own = address_towards(kernel, address)
    if jail is not None and own:
        connections.from_host(kernel, jail.jid, address, port, own)


def jail_at(kernel: Kernel, address: str) -> Prison | None:
    """The live VNET jail with that address."""
    live = [jail for jail in kernel.jails.values() if jail.own_vnet and not jail.dying]
    return next((jail for jail in live if address in inet_addresses(kernel, jail.vnet)), None)


def address_towards(kernel: Kernel, address: str) -> str:
    """The host's address in the network of that address, "" for none."""
    target = addresses.pack(address)
    own_addresses = inet_addresses(kernel, HOST).items()
    return next((own for own, mask in own_addresses if addresses.pack(own) & mask == target & mask), "")


def inet_addresses(kernel: Kernel, vnet: int) -> dict[str, int]:
    """The IPv4 addresses of a stack with their masks."""
    entries = [entry for interface in kernel.listed(vnet) for entry in interface.addresses if entry["family"] == "inet"]
    return {str(entry["address"]): int(str(entry["mask"])) for entry in entries}
