"""`route -n monitor`: the changes in a network stack, printed as they happen, in the form of the release.

Sources: FREEBSD.md 6; recordings monitor/host (15.1), monitor/interfaces-linebuffered (13.2). It prints interfaces
that come, go, change flags or MTU, or get members, and addresses, but no descriptions, groups and MACs.
"""

from __future__ import annotations

import os
import select
import sys
import time

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import Ifnet, Kernel

EVERY_MS = 100

Seen = tuple[str, int, tuple[str, ...], int, tuple[int, ...], tuple[tuple[str, str], ...]]
"""Name, index, flags, MTU, members, (address, length)."""


def watch(call: Call, jail: str | None) -> int:
    """Print changes until standard output closes or the jail ends. `jail`: of `-j`."""
    with call.transaction(write=False) as kernel:
        vnet = call.vnet(kernel)
        if jail is not None:
            entered = kernel.jail_by(jail)
            if entered is None or not call.privileged:
                return call.fail("Jail not found" if call.privileged else "Cannot attach to jail")
            vnet = entered.vnet
        netlink = kernel.release.netlink_monitor
        before = snapshot(kernel, vnet)
    gone = select.poll()
    gone.register(sys.stdout.fileno(), 0)
    path = call.root + "/generation"
    last = stamp(path)
    while not gone.poll(EVERY_MS):
        now = stamp(path)
        if now == last:
            continue
        last = now
        with store.transaction(call.root, write=False) as kernel:
            if vnet not in kernel.vnets:
                return 0
            after = snapshot(kernel, vnet)
        for line in changes(before, after, netlink):
            call.out(line)
        sys.stdout.flush()
        before = after
    return 0


def stamp(path: str) -> tuple[int, int]:
    """A value that differs after each change of the state."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_ino


def snapshot(kernel: Kernel, vnet: int) -> dict[int, Seen]:
    """The properties of each interface that the monitor compares, by uid."""
    return {interface.uid: _seen(interface) for interface in kernel.listed(vnet)}


def _seen(interface: Ifnet) -> Seen:
    members = tuple(int(str(entry["uid"])) for entry in interface.members)
    addresses = tuple((str(a["address"]), str(a.get("mask", a.get("prefix")))) for a in interface.addresses)
    return interface.name, interface.index, tuple(interface.flags), interface.mtu, members, addresses


def changes(before: dict[int, Seen], after: dict[int, Seen], netlink: bool) -> list[str]:
    """The messages for the differences of two snapshots."""
    messages: list[str] = []
    for uid, old in before.items():
        new = after.get(uid)
        if new is None or new[0] != old[0]:
            messages.append(message("delete", old, netlink))
        if new is not None and new[0] == old[0] and new[2:5] != old[2:5]:
            messages.append(message("add/repl", new, netlink))
        if new is not None and new[5] != old[5]:
            messages += addresses(old, new, netlink)
    for uid, new in after.items():
        if uid not in before or before[uid][0] != new[0]:
            messages.append(message("add/repl", new, netlink))
            messages.append(message("change", new, netlink))
    return [line for line in messages if line]


def message(what: str, seen: Seen, netlink: bool) -> str:
    """The message for `delete`, `add/repl` or `change` of an interface (only 13.2 has a message for `change`)."""
    name, index, flags, mtu, _, _ = seen
    if netlink:
        if what == "change":
            return ""
        link = "UP" if "RUNNING" in flags else "DOWN"
        admin = "UP" if "UP" in flags else "DOWN"
        return f"{clock()}{what} iface iface#{index} {name} admin {admin} oper {link} mtu {mtu} \n"
    if what == "change":
        link = "up" if "RUNNING" in flags else "down"
        text = f"RTM_IFINFO: iface messages change: len 168, if# {index}, link: {link}, flags:<{','.join(flags)}>"
        return block(168, text)
    event = "departure" if what == "delete" else "arrival"
    return block(24, f"RTM_IFANNOUNCE: interface arrival/departure: len 24, if# {index}, what: {event}")


def addresses(old: Seen, new: Seen, netlink: bool) -> list[str]:
    """The messages for addresses that were added or removed."""
    messages = []
    for verb, kind, changed in (
        ("delete", "DELADDR: address being removed from", set(old[5]) - set(new[5])),
        ("add/repl", "NEWADDR: address being added to", set(new[5]) - set(old[5])),
    ):
        for address, width in sorted(changed):
            if netlink:
                length = bin(int(width)).count("1") if int(width) > 128 else width
                messages.append(f"{clock()}{verb} addr {address}/{length} iface {new[0]} \n")
            else:
                messages.append(
                    block(124, f"RTM_{kind} iface: len 124, metric 0, flags:\nsockaddrs: <IFA>\n {address}")
                )
    return messages


def clock() -> str:
    """The beginning of a netlink line: time of day in milliseconds, and a pid."""
    now = time.time()
    return time.strftime("%H:%M:%S", time.localtime(now)) + f".{int(now * 1000) % 1000:03d} PID {0:4d} "


def block(size: int, text: str) -> str:
    """A routing-socket message as 13.2 prints it."""
    return f"\ngot message of size {size} on {time.strftime('%a %b %e %H:%M:%S %Y')}\n{text}\n"
