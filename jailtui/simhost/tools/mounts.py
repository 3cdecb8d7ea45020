"""mount(8), umount(8) and devfs(8), as far as jails use them (13.2 jail-basic/file/62).

State: kernel.extra["mounts"], a list of [source, target, type, options]; kernel.extra["rulesets"], the devfs rulesets
that are loaded beside those of /etc/defaults/devfs.rules, as {number: rules}.
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call, rooted
from jailtui.simhost.kernel import jails, traffic
from jailtui.simhost.kernel.state import Kernel

RULESETS = {
    1: ["path * hide"],
    2: [f"path {name} unhide" for name in ("log", "null", "zero", "crypto", "random", "urandom")],
    3: [f"path {name} unhide" for name in ("ptmx", "pts", "pts/*", "fd", "fd/*", "stdin", "stdout", "stderr")],
    4: ["include 1", "include 2", "include 3", "path fuse unhide", "path zfs unhide"],
    5: ["include 1", "include 2", "include 3", "include 4", "path pf unhide"],
}
"""Of /etc/defaults/devfs.rules: 4 and 5 as recorded (rc-service/netif/82, /83), and what the others do."""

INCLUDED = {"hide_all": 1, "unhide_basic": 2, "unhide_login": 3, "jail": 4, "jail_vnet": 5}

ALWAYS = (["/dev/gpt/rootfs", "/", "ufs", "local"], ["devfs", "/dev", "devfs", ""])

HELD_BY = "mount:"
"""A mount made inside a jail holds it until it is unmounted (FREEBSD.md 3.1): the holder is this and the target."""

USAGE = (
    "usage: umount [-fNnv] special ... | node ... | fsid ...\n"
    "       umount -a | -A [-F fstab] [-fnv] [-h host] [-t type]\n"
)


def main(call: Call) -> int:
    if call.name == "mount":
        return mount(call)
    if call.name == "umount":
        return umount(call)
    return devfs(call)


def table(kernel: Kernel) -> list[list[str]]:
    """The mounts beside the root and /dev, oldest first; the list itself, to be changed in place."""
    return kernel.extra.setdefault("mounts", [])  # type: ignore[return-value]


def mount(call: Call) -> int:
    """`mount [-p]`, `mount --libxo json`, or `mount [-t TYPE] [-o OPTIONS] SOURCE TARGET`."""
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
        return shown(call)
    source, target = rest[0], rest[1].rstrip("/") or "/"
    with call.transaction(write=True) as kernel:
        if call.jid:
            target = kernel.jails[call.jid].path.rstrip("/") + target
        for path in (source if kind == "nullfs" else "/", target):
            if not os.path.isdir(rooted(call.root, path)):
                missing = "/" + path.strip("/").split("/")[0] if kind == "nullfs" else path
                call.err(f"{'mount_nullfs' if kind == 'nullfs' else 'mount'}: {missing}: No such file or directory\n")
                return 1
        table(kernel).append(["devfs" if kind == "devfs" else source, target, kind, options])
        traffic.mounted(kernel, target)
        if call.jid:
            kernel.hold(call.jid, HELD_BY + target)
    return 0


def shown(call: Call) -> int:
    """Print the mounts in the form that is asked for."""
    if call.args == ["--libxo", "json"]:
        return as_json(call)
    return as_fstab(call) if "-p" in call.args else listing(call)


def listing(call: Call) -> int:
    with call.transaction(write=False) as kernel:
        for source, target, kind, options in (*ALWAYS, *table(kernel)):
            local = "local" if kind == "nullfs" or options == "local" else ""
            words = [kind, local, "read-only" if "ro" in options.split(",") else ""]
            call.out(f"{source} on {target} ({', '.join(word for word in words if word)})\n")
    return 0


def as_json(call: Call) -> int:
    """`mount --libxo json` (found/mounts/03): of control characters only the newline is escaped."""
    with call.transaction(write=False) as kernel:
        entries = []
        for source, target, kind, options in (*ALWAYS, *table(kernel)):
            local = ["local"] if kind in ("nullfs", "tmpfs") or options == "local" else []
            opts = [f'"{word}"' for word in (*local, *["read-only"] * ("ro" in options.split(",")))]
            texts = [word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for word in (source, target)]
            shown = f', "opts": [{",".join(opts)}]' if opts else ""
            entries.append(f'{{"special":"{texts[0]}","node":"{texts[1]}","fstype":"{kind}"{shown}}}')
    call.out(f'{{"mount": {{"mounted": [{", ".join(entries)}]}}}}\n')
    return 0


def as_fstab(call: Call) -> int:
    """`mount -p` (probe/capabilities/37): names are filled up with tabs to a width of three."""
    with call.transaction(write=False) as kernel:
        for source, target, kind, options in (*ALWAYS, *table(kernel)):
            writing = "ro" if "ro" in options.split(",") else "rw"
            passes = "0 0" if kind != "ufs" else "1 1" if target == "/" else "2 2"
            call.out(f"{filled(source)}{filled(target)}{kind}\t{writing}\t\t{passes}\n")
    return 0


def filled(name: str) -> str:
    return name + ("\t" * (3 - len(name) // 8) or " ")


def umount(call: Call) -> int:
    """`umount [-f] TARGET`: removes the last mount there."""
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
                    jails.let_go(kernel, jid, HELD_BY + target)
                return 0
    return call.fail(f"{words[0]}: not a file system root directory")


def devfs(call: Call) -> int:
    """`devfs rule showsets` and `devfs rule -s N show`; anything else succeeds and prints nothing."""
    with call.transaction(write=False) as kernel:
        loaded = known_rulesets(kernel)
    words = [word for word in call.args if word != "rule"]
    if words == ["showsets"]:
        call.out("".join(f"{number}\n" for number in sorted(loaded)))
    elif len(words) == 3 and words[0] == "-s" and words[2] == "show":
        rules = loaded.get(int(words[1]) if words[1].isdigit() else -1, [])
        call.out("".join(f"{at}00 {rule}\n" for at, rule in enumerate(rules, 1)))
    return 0


def known_rulesets(kernel: Kernel) -> dict[int, list[str]]:
    """The rulesets that the kernel lists: a devfs mount makes an unloaded one, which has no rules (found/ruleset)."""
    options = (word for _, _, kind, words in table(kernel) if kind == "devfs" for word in words.split(","))
    numbers = (word.removeprefix("ruleset=") for word in options if word.startswith("ruleset="))
    used: dict[int, list[str]] = {int(number): [] for number in numbers if number.isdecimal() and int(number)}
    return used | RULESETS | {int(number): rules for number, rules in rulesets(kernel).items()}


def rulesets(kernel: Kernel) -> dict[str, list[str]]:
    """The rulesets of /etc/devfs.rules that are loaded, by number; the table itself, to be changed in place."""
    return kernel.extra.setdefault("rulesets", {})  # type: ignore[return-value]


def load_rulesets(call: Call) -> int:
    """`service devfs restart`, and what boot does: the rulesets of /etc/devfs.rules, and no others."""
    import re  # it takes 6 ms

    try:
        with open(f"{call.root}/etc/devfs.rules", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        text = ""
    loaded: dict[str, list[str]] = {}
    rules: list[str] = []
    for line in text.splitlines():
        if head := re.match(r"\[\w+=(\d+)\]", line):
            rules = loaded[head[1]] = []
        elif line.startswith("add "):
            rule = re.sub(r"\$devfsrules_(\w+)", lambda name: str(INCLUDED.get(name[1], name[1])), line[4:])
            rules.append(rule.replace("'", ""))
    with call.transaction(write=True) as kernel:
        kernel.extra["rulesets"] = loaded
    return 0
