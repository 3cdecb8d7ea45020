"""What jailtui knows of each permission: one sentence, its risk, its default, and when a change takes hold.

Sources: jail(8), FREEBSD.md 2.1 (where the risks were graded by hand) and 2.2. A host's own list of parameters says
which of them there are; this table stands in where it could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui.jailconf import Dialect

INHERIT, ALLOW, DENY = "inherit", "allow", "deny"
THREE = (INHERIT, ALLOW, DENY)

PERMISSIONS, MOUNTING, SYSV, LIMITS = "Permissions", "File systems", "System V IPC", "Devices, children and level"
SYSTEM_V = ("sysvshm", "sysvsem", "sysvmsg")
MOUNT = "allow.mount"


class Permission(NamedTuple):
    """One parameter of the form.

    `default` is what holds where no file says anything: `allow` or `deny`, or a value ("" where it depends on the
    host). `live` tells whether `jail -m` changes it in a running jail, or only the next start. `since` is the first
    release that has it. With `module` it is there only once a kernel module that jail(8) does not load is.
    """

    key: str
    text: str
    risk: str
    default: str = DENY
    group: str = PERMISSIONS
    kind: Literal["three", "choice", "text"] = "three"
    choices: tuple[str, ...] = THREE
    live: Literal["live", "restart"] = "live"
    since: int = 13
    module: bool = False

    @property
    def unset(self) -> str:
        """The answer that means: not said."""
        return INHERIT if self.kind == "three" else ""

    @property
    def default_text(self) -> str:
        """The default as the form shows it."""
        return SHOWN_DEFAULTS.get(self.key) or word(self.default)


def word(value: str) -> str:
    """A value of a form in a sentence: `allowed` for `allow`."""
    return {ALLOW: "allowed", DENY: "denied"}.get(value, value)


def negated(key: str) -> str:
    """The name that denies it: `allow.nomount` of `allow.mount`."""
    head, dot, last = key.rpartition(".")
    return f"{head}{dot}no{last}"


def canonical(name: str) -> str:
    """The parameter that a name of jail.conf is about: `allow.mount` of `allow.nomount`."""
    head, dot, last = name.rpartition(".")
    return f"{head}{dot}{last.removeprefix('no')}" if name.startswith("allow.") else name


SHOWN_DEFAULTS = {
    "devfs_ruleset": "4 for mount.devfs",
    "securelevel": "the host's",
    "mount.devfs": "not mounted",
    "mount.fdescfs": "not mounted",
    "mount.procfs": "not mounted",
}

TABLE = (
    Permission("allow.set_hostname", "The jail may change its own host name.", "low", ALLOW),
    Permission("allow.reserved_ports", "Ports below 1024 may be bound.", "low", ALLOW),
    Permission(
        "allow.raw_sockets",
        "Raw sockets, which ping takes in a jail without vnet; a jail with vnet has them anyway.",
        "medium",
    ),
    Permission(
        "allow.suser",
        "Root in the jail has root's privileges there; denied, no one in it has.",
        "low; if denied, root has no privileges",
        ALLOW,
    ),
    Permission("allow.chflags", "Root in the jail may change system file flags.", "medium"),
    Permission("allow.quotas", "Root in the jail may administer quotas of its file system.", "medium"),
    Permission(
        "allow.mlock", "Memory pages may be locked, so that they are never swapped out.", "medium, takes memory"
    ),
    Permission(
        "allow.read_msgbuf",
        "Unprivileged users may read the kernel's messages (dmesg).",
        "medium, tells about the host",
    ),
    Permission(
        "allow.unprivileged_proc_debug", "Unprivileged users may debug their processes.", "low to medium", ALLOW
    ),
    Permission(
        "allow.unprivileged_parent_tampering",
        "Unprivileged processes of the parent may signal and debug those of the same user in the jail.",
        "medium to high",
        since=15,
    ),
    Permission(
        "allow.socket_af", "Sockets of families other than local, IPv4, IPv6 and route may be made.", "medium to high"
    ),
    Permission("allow.extattr", "System-level extended attributes may be set.", "medium to high", since=15),
    Permission("allow.setaudit", "The jail may set audit session state.", "medium", since=15),
    Permission("allow.nfsd", "An NFS server may run in this jail, which must have vnet.", "high", since=14),
    Permission("allow.routing", "The host's routing table may be changed from a jail without vnet.", "high", since=15),
    Permission("allow.adjtime", "The host's clock may be slowed down and sped up.", "high", since=15),
    Permission("allow.settime", "The host's clock may be set.", "high", since=15),
    Permission("allow.vmm", "Virtual machines may be run with bhyve.", "high", module=True),
    Permission("allow.vmm_ppt", "PCI devices may be passed through to bhyve.", "very high", since=15, module=True),
    Permission(
        MOUNT,
        "Root in the jail may mount and unmount the file systems allowed below; takes enforce_statfs of 0 or 1.",
        "medium to high",
        group=MOUNTING,
    ),
    *(
        Permission(f"{MOUNT}.{name}", f"{name} may be mounted in the jail; takes {MOUNT} too.", risk, group=MOUNTING)
        for name, risk in (
            ("tmpfs", "medium, takes memory"),
            ("devfs", "medium"),
            ("fdescfs", "medium"),
            ("procfs", "medium"),
            ("linprocfs", "medium"),
            ("linsysfs", "medium"),
            ("nullfs", "high"),
            ("fusefs", "high"),
            ("zfs", "high"),
        )
    ),
    Permission(
        "enforce_statfs",
        "Which mounts the jail sees: 0 all of the host's, 1 those below its root, 2 its root alone.",
        "high at 0, low at 1",
        "2",
        MOUNTING,
        "choice",
        ("", "0", "1", "2"),
    ),
    Permission(
        "mount.devfs",
        "A devfs is mounted on the jail's /dev at each start; devfs_ruleset says what it shows.",
        "by devfs_ruleset",
        group=MOUNTING,
        live="restart",
    ),
    Permission(
        "mount.fdescfs",
        "A fdescfs is mounted on the jail's /dev/fd at each start.",
        "low",
        DENY,
        MOUNTING,
        live="restart",
    ),
    Permission(
        "mount.procfs",
        "A procfs is mounted on the jail's /proc at each start.",
        "medium",
        DENY,
        MOUNTING,
        live="restart",
    ),
    *(
        Permission(
            name,
            f"System V {text}: `new` is the jail's own, `inherit` the host's, `disable` none.",
            "low as new, high as inherit",
            "disable",
            SYSV,
            "choice",
            ("", "disable", "new", "inherit"),
            live="restart",
        )
        for name, text in zip(SYSTEM_V, ("shared memory", "semaphores", "message queues"), strict=True)
    ),
    Permission(
        "allow.sysvipc",
        "Deprecated: all three of System V IPC as `inherit`, shared with the host and other jails.",
        "high",
        group=SYSV,
        live="restart",
    ),
    Permission(
        "devfs_ruleset",
        "The number of the devfs ruleset for the jail's /dev; one that is not loaded shows it every device. Changed in "
        "a running jail, only the number changes.",
        "very high if not loaded",
        "0",
        LIMITS,
        "text",
        (),
        live="restart",
    ),
    Permission(
        "children.max",
        "How many jails root in this jail may make; they have at most what this one has.",
        "medium",
        "0",
        LIMITS,
        "text",
        (),
    ),
    Permission(
        "securelevel",
        "The jail's securelevel(7), which can't be lower than the host's.",
        "low",
        "",
        LIMITS,
        "text",
        ("-1", "0", "1", "2", "3"),
    ),
)


def permissions_of(dialect: Dialect, told: Mapping[str, str] | None, written: Iterable[str]) -> tuple[Permission, ...]:
    """The permissions of a host, by group.

    told: the parameters its kernel lists, with the kernel's words (None: not known). written: names that jail.conf
    gives the jail; they are shown even if the kernel knows them not.
    """
    names = {canonical(name) for name in written} - {"allow.dying"}
    found = [permission for permission in TABLE if permission.key in names or offered(permission, int(dialect), told)]
    have = {permission.key for permission in found}
    more = dict.fromkeys(name for name in (*(told or ()), *sorted(names)) if name.startswith("allow."))
    found += [unknown(name, (told or {}).get(name, "")) for name in more if name not in have]
    groups = (PERMISSIONS, MOUNTING, SYSV, LIMITS)
    return tuple(sorted(found, key=lambda permission: (groups.index(permission.group), rank(permission.key))))


def offered(permission: Permission, release: int, told: Mapping[str, str] | None) -> bool:
    """Whether that host has it, or gets it by a module that jail(8) loads (FREEBSD.md 5.1)."""
    if not permission.key.startswith("allow."):
        return True
    if told is None or permission.key.startswith(f"{MOUNT}."):
        return permission.since <= release and not permission.module
    return permission.key in told


def unknown(name: str, text: str) -> Permission:
    """A permission that only the kernel or jail.conf tells of."""
    said = f"{text}." if text else "Neither this host's kernel nor jailtui says what this is."
    return Permission(name, said, "not graded", group=MOUNTING if name.startswith(f"{MOUNT}.") else PERMISSIONS)


def rank(key: str) -> int:
    """The place in the table; file systems that it has not stand behind those it has."""
    if key in RANKS:
        return RANKS[key]
    return RANKS[f"{MOUNT}.zfs"] if key.startswith(f"{MOUNT}.") else len(RANKS)


RANKS = {permission.key: at for at, permission in enumerate(TABLE)}
