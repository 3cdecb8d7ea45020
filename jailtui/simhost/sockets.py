"""tcpdrop(8) and ping(8). Connections are pretended: a jail held by "tcp" is what `tcpdrop -a` inside it lets go."""

from __future__ import annotations

from jailtui.simhost.call import Call

TCP = "tcp"
"""The holder (Kernel.hold) that a connection of the jail's is."""


def main(call: Call) -> int:
    """Answer as the name says."""
    return tcpdrop(call) if call.name == "tcpdrop" else ping(call)


def tcpdrop(call: Call) -> int:
    """`tcpdrop -a` inside a jail resets its connections, so that nothing holds it (FREEBSD.md 3.5, 0b)."""
    if not call.args:
        call.err("usage: tcpdrop local-address local-port foreign-address foreign-port\n       tcpdrop -a\n")
        return 1
    if call.jid and "-a" in call.args:
        with call.transaction(write=True) as kernel:
            jail = kernel.jails[call.jid]
            jail.holders = [holder for holder in jail.holders if holder != TCP]
    return 0


def ping(call: Call) -> int:
    """No wire is simulated: nobody answers."""
    target = call.args[-1] if call.args else ""
    call.out(f"PING {target} ({target}): 56 data bytes\n\n--- {target} ping statistics ---\n")
    call.out("1 packets transmitted, 0 packets received, 100.0% packet loss\n")
    return 2
