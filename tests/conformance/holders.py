"""What holds a jail in the recorded scenarios (TCP connections by nc), done in the simulated host's state.

The scenarios open connections with `daemon`, `nc` and `sleep`. Here the line that opens one makes the jail held, and
the line that drops it lets go; how long a connection would have lasted by itself is not simulated.
"""

from __future__ import annotations

import re

from jailtui.simhost import store
from jailtui.simhost.kernel import Jail, Kernel
from tests.conformance.machine import Host
from tests.conformance.replay import Line

CONNECTS = re.compile(r"\bnc (10\.\d+\.\d+\.\d+) \d+")
LISTENS = re.compile(r"\bnc -\w*l\w* ")
INSIDE = re.compile(r"(?:sleep \d+; )?jexec (\S+) (?:daemon|nc)\b")


def adapt(line: Line, host: Host) -> bool:
    """Whether the line was one about connections, which is done then."""
    text = line.text
    if text.startswith("tcpdrop") and "| sh" in text:
        return _change(host, lambda kernel: [kernel.release_jail(jid) for jid in list(kernel.jails)])
    inside = INSIDE.match(text)
    connects = CONNECTS.search(text)
    if connects and not text.startswith(("ping", "jexec ifconfig")):
        name = inside[1] if inside else None
        return _change(host, lambda kernel: _hold(kernel, name, connects[1]))
    return bool(LISTENS.search(text))


def _change(host: Host, change: object) -> bool:
    with store.transaction(str(host.folder), write=True) as kernel:
        assert callable(change)
        change(kernel)
    return True


def _hold(kernel: Kernel, name: str | None, address: str) -> None:
    jail = kernel.jail_by(name) if name is not None else _owner(kernel, address)
    if jail is not None:
        kernel.hold(jail.jid, "tcp")


def _owner(kernel: Kernel, address: str) -> Jail | None:
    """The jail in which an address is."""
    for jail in kernel.jails.values():
        if any(entry["address"] == address for one in kernel.listed(jail.vnet) for entry in one.addresses):
            return jail
    return None
