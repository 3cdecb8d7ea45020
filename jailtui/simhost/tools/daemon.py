"""daemon(8): in a jail, a process that stays. It is simulated, so that nothing outlives the host.

On the host, a connection to a jail by nc(1) that stays, and may hold the jail when it is removed; and jailtui's own
scripts (kept.sh), which are real processes below a supervisor (recordings guard/cancel and guard/cancel-group).
"""

from __future__ import annotations

import fcntl
import os
import re
import signal

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import addresses, connections
from jailtui.simhost.kernel.processes import daemon_words, daemons
from jailtui.simhost.kernel.state import HOST, Kernel, Prison

CONNECTING = re.compile(r"\bnc ([\d.]+) (\d+)$")
WITH_VALUE = ("-p", "-P", "-o", "-u", "-t", "-l", "-s", "-T")
KEPT = "/var/run/jailtui/"
"""The folder of jailtui on the host, below which are the only scripts that run for real."""
RUNNING = 3
"""The exit status where the pid file is locked by another daemon."""


def main(call: Call) -> int:
    """`daemon [-fcr] [-p FILE] COMMAND...`: the jail it is called in now has a process; see above for the host."""
    words, file = list(call.args), ""
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in WITH_VALUE and words:
            value = words.pop(0)
            file = value if option == "-P" else file
    if not words:
        return call.fail("no command given", 64)
    if call.jid:
        with call.transaction(write=True) as kernel:
            if call.jid in kernel.jails:
                daemons(kernel).append(call.jid)
                daemon_words(kernel)[call.jid] = " ".join(words)
    elif words[0] == "sh" and all(path.startswith(call.root + KEPT) for path in (file, *words[1:2])):
        return supervised(call, file, words)
    elif match := CONNECTING.search(words[-1] if words[0] == "sh" else " ".join(words)):
        with call.transaction(write=True) as kernel:
            connect(kernel, match[1], int(match[2]))
    return 0


def supervised(call: Call, file: str, words: list[str]) -> int:
    """Run the command below a supervisor, which leads a process group of its own and has its pid in the locked file.

    The file goes when the supervisor ends.
    """
    try:
        lock = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        return call.fail(f"pidfile ``{file}'': {error.strerror}", 2)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        with open(file, encoding="ascii") as held:
            return call.fail(f"process already running, pid: {held.read()}", RUNNING)
    if os.fork() == 0:
        supervise(file, lock, words)
    return 0


def supervise(file: str, lock: int, words: list[str]) -> None:
    """The supervisor: it does not return."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    os.chdir("/")
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    child = os.fork()
    if child == 0:
        os.closerange(3, 256)
        os.execvp(words[0], words)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    os.waitpid(child, 0)
    os.unlink(file)
    os._exit(0)


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
