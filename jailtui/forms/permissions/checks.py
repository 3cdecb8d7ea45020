"""What a set of permissions can't be, or would not be what it looks like: told before it is saved.

Sources: FREEBSD.md 2.1, 2.2, 7, 9 and its traps 8 to 10; jail(8). What an answer brings about and the kernel refuses,
or what opens the host, is an error; what stood in the files before is a warning, so that other things can be saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_table import ALLOW, DENY, MOUNT, SYSTEM_V, Permission
from jailtui.forms.protocol import Level, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OPEN_SETS = (2, 3)
"""Rulesets that are loaded and hide nothing (FREEBSD.md 2.2)."""

ADDRESSES = ("ip4.addr", "ip6.addr", "ip4", "ip6")


class Situation(NamedTuple):
    """A jail with the answers in place.

    `values` has what will hold for each permission, defaults put in; `said` are the keys that some file sets,
    `changed` those that the answers change. `placed` are the places of `ADDRESSES` that are set. `told`, `rulesets` and
    `level` are what the host was asked: its parameters, its loaded rulesets, its securelevel (None: not known).
    `parent` has what the jail around this one may do, None for a jail of the host, or one that no file defines.
    """

    jail: str
    release: str
    vnet: bool
    permissions: Mapping[str, Permission]
    values: Mapping[str, str]
    said: frozenset[str]
    changed: frozenset[str]
    placed: Mapping[str, str]
    told: Mapping[str, str] | None
    rulesets: frozenset[int] | None
    level: int | None
    parent_name: str = ""
    parent: Mapping[str, str] | None = None

    def allowed(self, key: str) -> bool:
        return self.values.get(key) == ALLOW

    def level_of(self, *keys: str) -> Level:
        """How bad: an error where the answers brought it about."""
        return "error" if self.changed & set(keys) else "warning"


def check(now: Situation) -> tuple[Note, ...]:
    """All there is to say about it, in the order of the form."""
    return tuple(note for one in CHECKS for note in one(now))


def unknown_to_kernel(now: Situation) -> Iterator[Note]:
    """A parameter the kernel does not list: jail(8) makes no jail with it."""
    if now.told is None:
        return
    for key in sorted(now.said):
        if key.startswith("allow.") and not key.startswith(f"{MOUNT}.") and key not in now.told:
            text = f"FreeBSD {now.release} knows no {key}: {now.jail} would not start (unknown parameter)."
            yield Note(now.level_of(key), text, key)


def answers(now: Situation) -> Iterator[Note]:
    """Texts that are none of the values there are."""
    for key in sorted(now.changed):
        one, value = now.permissions[key], now.values[key]
        if one.kind == "choice" and value not in one.choices and value != one.default:
            said = ", ".join(choice for choice in one.choices if choice)
            yield Note("error", f"{key} is one of {said}, not {value}.", key)


def raw_sockets(now: Situation) -> Iterator[Note]:
    key = "allow.raw_sockets"
    if now.vnet and now.allowed(key) and key in now.said:
        yield Note("note", f"{key} does nothing in a jail with vnet: it has raw sockets anyway.", key)


def root(now: Situation) -> Iterator[Note]:
    if now.values.get("allow.suser") == DENY:
        yield Note("warning", f"Without allow.suser root in {now.jail} has no privileges at all.", "allow.suser")


def nfs(now: Situation) -> Iterator[Note]:
    if now.allowed("allow.nfsd") and not now.vnet:
        text = f"An NFS server runs only in a jail with vnet, and {now.jail} has none."
        yield Note(now.level_of("allow.nfsd"), text, "allow.nfsd")


def routing(now: Situation) -> Iterator[Note]:
    if now.vnet and now.allowed("allow.routing"):
        text = "allow.routing is for jails without vnet: with vnet the jail has a routing table of its own."
        yield Note("note", text, "allow.routing")


def mounting(now: Situation) -> Iterator[Note]:
    systems = [key for key in now.values if key.startswith(f"{MOUNT}.") and now.allowed(key)]
    statfs = now.values.get("enforce_statfs")
    if now.allowed(MOUNT) and statfs == "2":
        text = f"{MOUNT} does nothing while enforce_statfs is 2: every mount in {now.jail} is refused. Set it to 1."
        yield Note("warning", text, "enforce_statfs")
    if systems and not now.allowed(MOUNT):
        yield Note("warning", f"{', '.join(systems)} without {MOUNT}: nothing can be mounted.", systems[0])
    if now.allowed(MOUNT) and not systems:
        yield Note("note", f"{MOUNT} alone allows no file system: allow one below it too.", MOUNT)
    if now.allowed(f"{MOUNT}.zfs") and not now.allowed("mount.devfs"):
        yield Note("warning", "ZFS in a jail takes /dev/zfs, and mount.devfs is off.", "mount.devfs")


def ipc(now: Situation) -> Iterator[Note]:
    key = "allow.sysvipc"
    own = [one for one in SYSTEM_V if now.values.get(one) == "new"]
    if now.allowed(key):
        text = f"{key} is deprecated and shares System V IPC with the host and other jails; sysvshm = new does not."
        yield Note("warning", text, key)
    if own and key in now.said:
        text = f"{key} speaks of all three of System V IPC, and {', '.join(own)} says otherwise: take {key} out."
        yield Note("warning", text, key)


def ruleset(now: Situation) -> Iterator[Note]:
    """The gravest: a ruleset that hides nothing gives the jail every device of the host."""
    key = "devfs_ruleset"
    if key not in now.said:
        return
    value, level = now.values[key], now.level_of(key)
    if not number(value, 65535):
        yield Note(level, f"{key} is a number from 0 to 65535, not {value}: jail(8) takes no name.", key)
        return
    shows = f"{now.jail} would see all of /dev: memory, disks, bpf"
    if int(value) == 0 or int(value) in OPEN_SETS:
        yield Note(level, f"devfs ruleset {value} hides nothing: {shows}.", key)
    elif now.rulesets is None:
        if int(value) not in (1, 4, 5):
            text = f"Whether devfs ruleset {value} is loaded is not known; if it is not, {shows}. Look at `devfs rule "
            yield Note("warning", text + "showsets` first.", key)
    elif int(value) not in now.rulesets:
        text = f"devfs ruleset {value} is not loaded: {shows}. Write it to /etc/devfs.rules and run `service devfs "
        yield Note(level, text + "restart` first.", key)


def children(now: Situation) -> Iterator[Note]:
    key, value = "children.max", now.values.get("children.max", "")
    if key in now.said and not number(value, 2**31 - 1):
        yield Note(now.level_of(key), f"{key} is a number, 0 or more, not {value}.", key)
    elif key in now.said and int(value) > 0 and not (now.allowed(MOUNT) and now.allowed(f"{MOUNT}.devfs")):
        text = f"Jails in {now.jail} get no /dev: for that it takes {MOUNT}, {MOUNT}.devfs and enforce_statfs = 1."
        yield Note("note", text, key)


def secure(now: Situation) -> Iterator[Note]:
    key, value = "securelevel", now.values.get("securelevel", "")
    if key not in now.said:
        return
    lowest = -1 if now.level is None else now.level
    if not number(value.removeprefix("-"), 2**31 - 1):
        yield Note(now.level_of(key), f"{key} is a number, -1 to 3, not {value}.", key)
    elif int(value) < lowest:
        text = f"The host's securelevel is {lowest}, and no jail's can be lower: {now.jail} would not start."
        yield Note(now.level_of(key), text, key)


def addresses(now: Situation) -> Iterator[Note]:
    for name, where in now.placed.items() if now.vnet else ():
        text = f"{now.jail} has vnet and {name} ({where}): the kernel refuses that (vnet jails cannot have IP address "
        yield Note("warning", text + "restrictions), so it does not start.")


def parent(now: Situation) -> Iterator[Note]:
    """A jail in a jail has at most what the one around it has."""
    if now.parent is None:
        return
    for key, value in now.values.items():
        theirs = now.parent.get(key, DENY)
        if key not in now.said or not exceeds(key, value, theirs):
            continue
        text = (
            f"{now.parent_name} has {key} {'denied' if value == ALLOW else 'at ' + (theirs or 'its default')}, and a "
        )
        yield Note(now.level_of(key), text + f"jail in it can't have more: {now.jail} would not start.", key)


def exceeds(key: str, value: str, theirs: str) -> bool:
    """Whether a child may not have `value` while its parent has `theirs` (recorded: jail-errors/children)."""
    if key.startswith("allow."):
        return value == ALLOW and theirs != ALLOW
    if not (number(value, 2**31) and number(theirs, 2**31)):
        return False
    if key == "children.max":
        return int(value) > int(theirs)
    return key == "enforce_statfs" and int(value) < int(theirs)


def number(text: str, most: int) -> bool:
    """Whether it is a number from 0 on, in ASCII digits."""
    return text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= most


CHECKS: tuple[Callable[[Situation], Iterator[Note]], ...] = (
    unknown_to_kernel,
    answers,
    raw_sockets,
    root,
    nfs,
    routing,
    mounting,
    ipc,
    ruleset,
    children,
    secure,
    addresses,
    parent,
)
