"""mount(8), umount(8), devfs(8) and the kld tools, as far as jails meet them (13.2 jail-basic/file/62).

State: kernel.extra["mounts"], a list of [source, target, type, options].
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import Kernel

ALWAYS = (["/dev/gpt/rootfs", "/", "ufs", "local"], ["devfs", "/dev", "devfs", ""])

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
    for path in (source if kind == "nullfs" else "/", target):
        if not os.path.isdir(inside(call, path)):  # noqa: PTH112
            missing = "/" + path.strip("/").split("/")[0] if kind == "nullfs" else path
            name = f"mount_{kind}" if kind == "nullfs" else "mount"
            call.err(f"{name}: {missing}: No such file or directory\n")
            return 1
    with call.transaction(write=True) as kernel:
        table(kernel).append(["devfs" if kind == "devfs" else source, target, kind, options])
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
    with call.transaction(write=True) as kernel:
        mounted = table(kernel)
        for index in range(len(mounted) - 1, -1, -1):
            if mounted[index][1] == (words[0].rstrip("/") or "/"):
                del mounted[index]
                return 0
    return call.fail(f"{words[0]}: not a file system root directory")
