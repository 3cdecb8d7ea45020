"""The kernel's jail parameters: their names, their kinds, and their values for a jail.

Sources: `sysctl security.jail.param` and `jls -n` of the recordings (jail-basic/jls-none, own/jail-rc).
A jail's own values stand in `jail.params`: booleans as bool, lists as list, everything else as str.
"""

from __future__ import annotations

from jailtui.simhost.kernel.state import Kernel, Prison

FIRST = (
    "devfs_ruleset dying enforce_statfs host ip4 ip6 jid name osreldate osrelease parent path persist securelevel "
    "sysvmsg sysvsem sysvshm vnet"
).split()
ALLOW = (
    "allow.chflags allow.mlock allow.mount allow.mount.devfs allow.mount.procfs allow.mount.tmpfs allow.quotas "
    "allow.raw_sockets allow.read_msgbuf allow.reserved_ports allow.set_hostname allow.socket_af allow.suser "
    "allow.sysvipc allow.unprivileged_proc_debug"
).split()
LAST = (
    "children.cur children.max cpuset.id host.domainname host.hostid host.hostname host.hostuuid ip4.addr "
    "ip4.saddrsel ip6.addr ip6.saddrsel"
).split()
ALLOW_14 = ["allow.nfsd"]
ALLOW_15 = (
    "allow.adjtime allow.extattr allow.nfsd allow.routing allow.setaudit allow.settime "
    "allow.unprivileged_parent_tampering"
).split()
FIRST_15 = ["env", "meta"]
LOADABLE = frozenset("fdescfs fusefs linprocfs linsysfs nullfs".split())
"""File systems whose module brings an `allow.mount.NAME`; asking for it loads the module (FREEBSD.md 5.1)."""

ON_BY_DEFAULT = frozenset(
    "allow.reserved_ports allow.set_hostname allow.suser allow.unprivileged_proc_debug "
    "ip4.saddrsel ip6.saddrsel".split()
)
LISTS = frozenset(("ip4.addr", "ip6.addr"))
READ_ONLY = frozenset("dying parent children.cur cpuset.id".split())
JAIL_SYSTEMS = {"host": "host.", "ip4": "ip4.", "ip6": "ip6."}
"""Subsystems (new, inherit, disable); the parameters below one mean something only while it is `new`."""

TEXTS = {
    "devfs_ruleset": "0",
    "enforce_statfs": "2",
    "host": "new",
    "securelevel": "-1",
    "sysvmsg": "disable",
    "sysvsem": "disable",
    "sysvshm": "disable",
    "children.max": "0",
    "host.domainname": "",
    "host.hostid": "0",
    "host.hostname": "",
    "host.hostuuid": "00000000-0000-0000-0000-000000000000",
    "env": "",
    "meta": "",
}


def names(kernel: Kernel) -> list[str]:
    """Every parameter this kernel has, in the order of `jls -n`."""
    major = kernel.release.name.partition(".")[0]
    first = sorted(FIRST + FIRST_15) if major == "15" else FIRST
    allow = ALLOW + {"13": [], "14": ALLOW_14, "15": ALLOW_15}[major]
    loaded = [f"allow.mount.{name}" for name in kernel.extra.get("filesystems", [])]  # type: ignore[attr-defined]
    return [*first, *sorted([*allow, *loaded]), *LAST]


def load_module(kernel: Kernel, name: str) -> bool:
    """Load the module that brings the parameter `name`; False if there is none."""
    system = name.removeprefix("allow.mount.")
    if system == name or system not in LOADABLE:
        return False
    kernel.extra.setdefault("filesystems", []).append(system)  # type: ignore[attr-defined]
    return True


def is_boolean(name: str) -> bool:
    return name.startswith("allow.") or name in ("dying", "persist", "ip4.saddrsel", "ip6.saddrsel")


def value(kernel: Kernel, jail: Prison, name: str) -> str | bool | list[str]:
    """The value of one parameter of a jail. KeyError for a name that the kernel does not have."""
    if name == "persist" and jail.dying:
        return False
    if name in jail.params and name not in ("jid", "name", "path", "parent", "vnet", "dying"):
        return jail.params[name]  # type: ignore[return-value]
    if (plain := name.replace(".no", ".").removeprefix("no")) != name and is_boolean(plain):
        return not value(kernel, jail, plain)
    if is_boolean(name):
        return jail.dying if name == "dying" else name in ON_BY_DEFAULT
    if name in LISTS:
        return []
    if name.startswith(("meta.", "env.")):
        return ""
    if name in TEXTS:
        return TEXTS[name]
    return computed(kernel, jail, name)


def computed(kernel: Kernel, jail: Prison, name: str) -> str:  # noqa: C901
    match name:
        case "jid":
            return str(jail.jid)
        case "name":
            return jail.name
        case "path":
            return jail.path
        case "parent":
            return str(jail.parent)
        case "vnet":
            return "new" if jail.own_vnet else "inherit"
        case "ip4" | "ip6":
            return "inherit" if jail.own_vnet else "disable"
        case "osreldate":
            return str(kernel.release.osreldate)
        case "osrelease":
            return kernel.release.uname
        case "children.cur":
            return str(sum(other.parent == jail.jid and not other.dying for other in kernel.jails.values()))
        case "cpuset.id":
            return str(jail.params.get("cpuset", jail.jid + 2))
    raise KeyError(name)
