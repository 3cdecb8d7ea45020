"""mount(8), umount(8), devfs(8) and the kld tools, as far as jails meet them (13.2 jail-basic/file/62).

State: kernel.extra["mounts"], a list of [source, target, type, options].
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import Kernel

ALWAYS = (["/dev/gpt/rootfs", "/", "ufs", "local"], ["devfs", "/dev", "devfs", ""])

HELD_BY = "mount:"
"""A mount made inside a jail holds it until it is unmounted (FREEBSD.md 3.1): the holder is this and the target."""

USAGE = (
    "usage: umount [-fNnv] special ... | node ... | fsid ...\n"
    "       umount -a | -A [-F fstab] [-fnv] [-h host] [-t type]\n"
)


def main(call: Call) -> int:
    """Answer as the name says."""
    if call.name == "mount":
        return mount(call)
    if call.name == "umount":
        return umount(call)
    if call.name == "kldload" and call.jid:
        return call.fail(f"can't load {call.args[-1] if call.args else ''}: Operation not permitted")
    return 0


def table(kernel: Kernel) -> list[list[str]]:
    """What is mounted beside the root and /dev, oldest first; the list itself, to be changed in place."""
    found = kernel.extra.setdefault("mounts", [])
    if not isinstance(found, list):
        raise TypeError("kernel.extra['mounts'] is no list")
    return found


def mount(call: Call) -> int:
    """`mount`, or `mount [-t TYPE] [-o OPTIONS] SOURCE TARGET`."""
    kind, options, words = "ufs", "", list(call.args)
    rest: list[str] = []
    while words:
        word = words.pop(0)
        if word.startswith("-t"):
            kind = word[2:] or words.pop(0)
        elif word.startswith("-o"):
            options = word[2:] or words.pop(0)
        elif not word.startswith("-"):
            rest.append(word)
    if len(rest) < 2:
        return listing(call)
    source, target = rest[0], rest[1].rstrip("/") or "/"
    with call.transaction(write=True) as kernel:
        if call.jid:
            target = kernel.jails[call.jid].path.rstrip("/") + target
        for path in (source if kind == "nullfs" else "/", target):
            if not os.path.isdir(inside(call, path)):
                missing = "/" + path.strip("/").split("/")[0] if kind == "nullfs" else path
                call.err(f"{'mount_nullfs' if kind == 'nullfs' else 'mount'}: {missing}: No such file or directory\n")
                return 1
        table(kernel).append(["devfs" if kind == "devfs" else source, target, kind, options])
        if call.jid:
            kernel.hold(call.jid, HELD_BY + target)
    return 0


def inside(call: Call, path: str) -> str:
    return path if path.startswith(call.root + "/") else call.root + path


def listing(call: Call) -> int:
    with call.transaction(write=False) as kernel:
        for source, target, kind, options in (*ALWAYS, *table(kernel)):
            local = "local" if kind == "nullfs" or options == "local" else ""
            words = [kind, local, "read-only" if "ro" in options.split(",") else ""]
            call.out(f"{source} on {target} ({', '.join(word for word in words if word)})\n")
    return 0


def umount(call: Call) -> int:
    """`umount [-f] TARGET`: the youngest mount there goes."""
    words = [word for word in call.args if not word.startswith("-")]
    if not words:
        call.err(USAGE)
        return 1
    target = words[0].rstrip("/") or "/"
    with call.transaction(write=True) as kernel:
        if call.jid:
            target = kernel.jails[call.jid].path.rstrip("/") + target
        mounted = table(kernel)
        for index in range(len(mounted) - 1, -1, -1):
            if mounted[index][1] == target:
                del mounted[index]
                for jid in [jid for jid, jail in kernel.jails.items() if HELD_BY + target in jail.holders]:
                    kernel.release_jail(jid, HELD_BY + target)
                return 0
    return call.fail(f"{words[0]}: not a file system root directory")
