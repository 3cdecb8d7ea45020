"""The table of permissions: one sentence, the risk, the default, and when a change takes effect.

Sources: jail(8), FREEBSD.md 2.1 (where the risks were graded by hand) and 2.2. Which of them a host has is in its own
list of parameters, or by this table if the list could not be read.
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

    `default` is its value if no file sets it: `allow` or `deny`, or a value ("" if it depends on the host). `live`
    says whether `jail -m` changes it in a running jail, or only the next start. `since` is the first release that has
    it. With `module` it needs a kernel module that jail(8) does not load.
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
        """The answer that means "not set"."""
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
    Permission("allow.raw_sockets", "Raw sockets may be used, as by ping; with vnet they always may.", "medium"),
    Permission("allow.suser", "Root in the jail has privileges.", "low; if denied, root has no privileges", ALLOW),
    Permission("allow.chflags", "Root in the jail may change system file flags.", "medium"),
    Permission("allow.quotas", "Root in the jail may administer quotas of its file system.", "medium"),
    Permission("allow.mlock", "Memory pages may be locked, so that they are not swapped out.", "medium, uses memory"),
    Permission("allow.read_msgbuf", "Users may read the kernel's messages (dmesg).", "medium, shows host details"),
    Permission("allow.unprivileged_proc_debug", "Users may debug their processes.", "low to medium", ALLOW),
    Permission(
        "allow.unprivileged_parent_tampering",
        "Unprivileged processes of the parent may signal and debug those of the same user in the jail.",
        "medium to high",
        since=15,
    ),
    Permission("allow.socket_af", "Sockets may be of families besides local, IPv4, IPv6, route.", "medium to high"),
    Permission("allow.extattr", "System-level extended attributes may be set.", "medium to high", since=15),
    Permission("allow.setaudit", "The jail may set audit session state.", "medium", since=15),
    Permission("allow.nfsd", "An NFS server may run in this jail, which must have vnet.", "high", since=14),
    Permission("allow.routing", "The host's routing table may be changed from a jail without vnet.", "high", since=15),
    Permission("allow.adjtime", "The host's clock may be slowed down or sped up.", "high", since=15),
    Permission("allow.settime", "The host's clock may be set.", "high", since=15),
    Permission("allow.vmm", "Virtual machines may be run with bhyve.", "high", module=True),
    Permission("allow.vmm_ppt", "PCI devices may be passed through to bhyve.", "very high", since=15, module=True),
    Permission(
        MOUNT,
        "Root in the jail may mount the file systems allowed below; needs enforce_statfs 0 or 1.",
        "medium to high",
        group=MOUNTING,
    ),
    *(
        Permission(f"{MOUNT}.{name}", f"{name} may be mounted in the jail; needs {MOUNT} too.", risk, group=MOUNTING)
        for name, risk in (
            ("tmpfs", "medium, uses memory"),
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
        "Mounts that the jail sees: 0 all of the host's, 1 those below its root, 2 its root only.",
        "high at 0, low at 1",
        "2",
        MOUNTING,
        "choice",
        ("", "0", "1", "2"),
    ),
    Permission("mount.devfs", "A start mounts devfs on /dev.", "by devfs_ruleset", group=MOUNTING, live="restart"),
    Permission("mount.fdescfs", "A start mounts fdescfs on /dev/fd.", "low", group=MOUNTING, live="restart"),
    Permission("mount.procfs", "A start mounts procfs on /proc.", "medium", group=MOUNTING, live="restart"),
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
        "Deprecated: all System V IPC as `inherit`, shared with the host and other jails.",
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
        "How many jails root in this jail may create; they get at most its permissions.",
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


def permissions_of(dialect: Dialect, kernel: Mapping[str, str] | None, names: Iterable[str]) -> tuple[Permission, ...]:
    """The permissions of a host, by group.

    `kernel` has the parameters that the kernel lists with their descriptions (None: unknown), `names` are the jail's in
    jail.conf; these are shown even if the kernel does not know them.
    """
    own = {canonical(name) for name in names} - {"allow.dying"}
    known = [permission for permission in TABLE if permission.key in own or offered(permission, int(dialect), kernel)]
    keys = {permission.key for permission in known}
    more = dict.fromkeys(name for name in (*(kernel or ()), *sorted(own)) if name.startswith("allow."))
    known += [unknown(name, (kernel or {}).get(name, "")) for name in more if name not in keys]
    groups = (PERMISSIONS, MOUNTING, SYSV, LIMITS)
    return tuple(sorted(known, key=lambda permission: (groups.index(permission.group), rank(permission.key))))


def offered(permission: Permission, release: int, kernel: Mapping[str, str] | None) -> bool:
    """Whether the host has the permission, or a module that jail(8) loads adds it (FREEBSD.md 5.1)."""
    if not permission.key.startswith("allow."):
        return True
    if kernel is None or permission.key.startswith(f"{MOUNT}."):
        return permission.since <= release and not permission.module
    return permission.key in kernel


def unknown(name: str, text: str) -> Permission:
    """A permission that only the kernel or jail.conf names."""
    about = f"{text}." if text else "Neither the kernel nor jailtui describes it."
    return Permission(name, about, "not graded", group=MOUNTING if name.startswith(f"{MOUNT}.") else PERMISSIONS)


def rank(key: str) -> int:
    """The place in the table; other file systems come after those in it."""
    return RANKS.get(key, RANKS[f"{MOUNT}.zfs"] if key.startswith(f"{MOUNT}.") else len(RANKS))


RANKS = {permission.key: at for at, permission in enumerate(TABLE)}
