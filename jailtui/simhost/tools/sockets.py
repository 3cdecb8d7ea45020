"""tcpdrop(8). Sources: recordings dying/tcpdrop-one, dying/help-it-along, dying/stop-processes-first."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import connections
from jailtui.simhost.kernel.state import ERRORS

USAGE = "usage: tcpdrop local-address local-port foreign-address foreign-port\n       tcpdrop -a\n"
DEAD = ("CLOSED", "LISTEN")


def main(call: Call) -> int:
    """`tcpdrop -l -a` lists the connections of this stack as commands, `-a` resets all, four words reset one."""
    letters = "".join(word[1:] for word in call.args if word.startswith("-"))
    words = [word for word in call.args if not word.startswith("-")]
    if "a" in letters and not words:
        return drop_all(call, only_list="l" in letters)
    if len(words) != len(("address", "port", "peer", "peer port")) or not (words[1] + words[3]).isdecimal():
        call.err(USAGE)
        return 1
    return drop(call, (words[0], int(words[1]), words[2], int(words[3])))


def drop_all(call: Call, only_list: bool) -> int:
    """List all connections that are not closed as commands, or reset them."""
    with call.transaction(write=False) as kernel:
        standing = [ends[:4] for ends in connections.sockets(kernel, call.vnet(kernel)) if ends[4] not in DEAD]
    status = 0
    for ends in standing:
        if only_list:
            call.out(f"tcpdrop {shown(ends)}\n")
        else:
            status |= drop(call, ends)
    return status


def drop(call: Call, ends: tuple[str, int, str, int]) -> int:
    """Reset one connection, which holds its jail no longer (FREEBSD.md 3.5, 0b and 3)."""
    if not call.privileged:
        return call.fail(f"{shown(ends)}: {ERRORS['EPERM']}")
    with call.transaction(write=True) as kernel:
        dropped = connections.drop(kernel, call.vnet(kernel), ends)
    if not dropped:
        return call.fail(f"{shown(ends)}: {ERRORS['ESRCH']}")
    call.out(f"{shown(ends)}: dropped\n")
    return 0


def shown(ends: tuple[str, int, str, int]) -> str:
    return " ".join(map(str, ends))
