"""The tree below security.jail.param, in sysctl's order, as recorded (jail-basic/jls-none/21, jail-errors/params/237).

`sysctl -d` prints every line, `-N` all but the root, and without either only those with a value.
"""

from __future__ import annotations

from jailtui.simhost.kernel.state import Kernel

ROOT = "security.jail.param"

TREE = """\
15 mac: Jail parameters for MAC policy controls
   sysvshm: SYSV shared memory
   sysvshm. 0: SYSV shared memory
   sysvsem: SYSV semaphores
   sysvsem. 0: SYSV semaphores
   sysvmsg: SYSV message queues
   sysvmsg. 0: SYSV message queues
15 env 4096: Jail meta information readable by the jail
15 meta 4096: Jail meta information hidden from the jail
   allow: Jail permission flags
   allow.mount: Jail mount/unmount permission flags
   allow.mount.tmpfs 0: Jail may mount the tmpfs file system
14 allow.mount.procfs 0: Jail may mount the procfs file system
   allow.mount.devfs 0: Jail may mount the devfs file system
13 allow.mount.procfs 0: Jail may mount the procfs file system
   allow.mount. 0: Jail may mount/unmount jail-friendly file systems in general
15 allow.setaudit 0: Jail may set and get audit session state
15 allow.routing 0: Jail may modify routing table
15 allow.settime 0: Jail may set system time
15 allow.adjtime 0: Jail may adjust system time
15 allow.extattr 0: Jail may set system-level filesystem extended attributes
14 allow.nfsd 0: Mountd/nfsd may run in the jail
   allow.suser 0: Processes in jail with uid 0 have privilege
15 allow.unprivileged_parent_tampering 0: Unprivileged parent jail processes may tamper with same-uid processes \
(signal/debug/cpuset)
   allow.unprivileged_proc_debug 0: Unprivileged processes may use process debugging facilities
   allow.read_msgbuf 0: Jail may read the kernel message buffer
   allow.reserved_ports 0: Jail may bind sockets to reserved ports
   allow.mlock 0: Jail may lock (unlock) physical pages in memory
   allow.socket_af 0: Jail may create sockets other than just UNIX/IPv4/IPv6/route
   allow.quotas 0: Jail may set file quotas
   allow.chflags 0: Jail may alter system file flags
   allow.raw_sockets 0: Jail may create raw sockets
   allow.sysvipc 0: Jail may use SYSV IPC
   allow.set_hostname 0: Jail may set hostname
   ip6: Jail IPv6 address virtualization
   ip6.saddrsel 0: Do (not) use IPv6 source address selection rather than the primary jail IPv6 address.
   ip6.addr: Jail IPv6 addresses
   ip6. 0: Jail IPv6 address virtualization
   ip4: Jail IPv4 address virtualization
   ip4.saddrsel 0: Do (not) use IPv4 source address selection rather than the primary jail IPv4 address.
   ip4.addr: Jail IPv4 addresses
   ip4. 0: Jail IPv4 address virtualization
   cpuset: Jail cpuset
   cpuset.id 0: Jail cpuset ID
   host: Jail host info
   host.hostid 0: Jail host ID
   host.hostuuid 64: Jail host UUID
   host.domainname 256: Jail NIS domainname
   host.hostname 256: Jail hostname
   host. 0: Jail host info
   children: Number of child jails
   children.max 0: Maximum number of child jails
   children.cur 0: Current number of child jails
   dying 0: Jail is in the process of shutting down
   vnet 0: Virtual network stack
   persist 0: Jail persistence
   devfs_ruleset 0: Ruleset for in-jail devfs mounts
   enforce_statfs 0: Jail cannot see all mounted file systems
   osrelease 32: Jail value for kern.osrelease and uname -r
   osreldate 0: Jail value for kern.osreldate and uname -K
   securelevel 0: Jail secure level
   path 1024: Jail root path
   name 256: Jail name
   parent 0: Jail parent ID
   jid 0: Jail ID
"""
"""The first column is the first release that has the line (13: only that release); a number is the value."""

AFTER = "allow.mount"
"""After this line come the file systems whose modules are loaded, the last one first."""


def tree(kernel: Kernel) -> list[tuple[str, str, str]]:
    """(name, value, text) of each line; the value is empty where sysctl prints none."""
    major = int(kernel.release.name.partition(".")[0])
    lines = [(ROOT, "", "Jail parameters")]
    for line in TREE.splitlines():
        since, (head, text) = line[:2].strip(), line[3:].split(": ", 1)
        if since and (major != 13 if since == "13" else major < int(since)):
            continue
        name, _, value = head.partition(" ")
        lines.append((f"{ROOT}.{name}", value, text))
        if name == AFTER:
            systems = kernel.extra.get("filesystems", [])
            assert isinstance(systems, list)
            lines += [
                (f"{ROOT}.{AFTER}.{kind}", "0", f"Jail may mount the {kind} file system") for kind in systems[::-1]
            ]
    return lines


def matching(kernel: Kernel, name: str) -> list[tuple[str, str, str]]:
    """The lines of a name and of the names below it."""
    return [line for line in tree(kernel) if not name or line[0] == name or line[0].startswith(name + ".")]
