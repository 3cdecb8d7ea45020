"""The steps of a jail's start and stop, and what a failed start undoes (FREEBSD.md 2.4, command.c)."""

from __future__ import annotations

import os

from jailtui.simhost.call import rooted
from jailtui.simhost.kernel import jails
from jailtui.simhost.kernel.processes import daemons, end_daemons
from jailtui.simhost.kernel.state import Kernel, KernelError
from jailtui.simhost.tools import jail_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.tools.jail_job import Job

DEVFS_RULESET = "4"


def start(job: Job, old_jid: int = 0) -> bool:
    """Create the jail. `old_jid`: its jid before `jail -rc`, which 15.1 still uses for vnet.interface."""
    undo: list[str] = []
    moved: list[str] = []
    done = (
        job.commands("exec.prepare")
        and aliases(job, undo)
        and mounts(job, undo)
        and job.commands("exec.prestart")
        and create(job)
        and job.commands("exec.created")
        and interfaces(job, moved, old_jid)
        and job.commands("exec.start", inside=True)
        and job.commands("command", inside=True)
        and job.commands("exec.poststart")
    )
    if not done:
        take_back(job, moved, undo)
        return False
    finish(job)
    return True


def take_back(job: Job, moved: list[str], undo: list[str]) -> None:
    """Undo jail(8)'s own steps of a failed start, without exec.poststop: what exec.prestart created stays."""
    for name in reversed(moved):
        job.step(["/sbin/ifconfig", name, "-vnet", reference(job)])
    if job.jid:
        job.remove()
        job.note("removed")
    for command in reversed(undo):
        job.command(command)
    job.failed = True


def reference(job: Job, old_jid: int = 0) -> str:
    """The jail in the words of ifconfig: its jid on 15, its name before."""
    return str(old_jid or job.jid) if job.release == "15" else job.name


def alias_words(job: Job, sign: str) -> list[str]:
    """The ifconfig calls for ip4.addr and ip6.addr that name an interface."""
    commands = []
    for family, name, whole in (("inet", "ip4.addr", 32), ("inet6", "ip6.addr", 128)):
        for value in job.jail.values(name):
            interface, bar, address = value.partition("|")
            if not bar:
                interface, address = job.jail.last("interface") or "", value
            if interface and address:
                head, _, rest = address.partition(" ")
                head = head if "/" in head else f"{head}/{whole}"
                words = f"{rest.strip()} {sign}" if rest.strip() and sign == "alias" else sign
                commands.append(f"/sbin/ifconfig {interface} {family} {head} {words}")
    return commands


def aliases(job: Job, undo: list[str]) -> bool:
    for add, drop in zip(alias_words(job, "alias"), alias_words(job, "-alias"), strict=True):
        if not job.command(add):
            return False
        undo.append(drop)
    return True


def mounts(job: Job, undo: list[str]) -> bool:
    """Mount mount, mount.fstab, mount.devfs, mount.fdescfs and mount.procfs, in this order."""
    fstab = job.jail.last("mount.fstab")
    lines = [("mount", line) for line in job.jail.values("mount")]
    if fstab:
        try:
            with open(rooted(job.call.root, fstab), encoding="utf-8", errors="surrogateescape") as file:
                text = [line.partition("#")[0].strip() for line in file]
        except OSError as error:
            return job.fail(f"mount.fstab: {fstab}: {error.strerror}")
        lines += [("mount.fstab", line) for line in text if line]
    for name, line in lines:
        words = line.split()
        if len(words) < 3:
            return job.fail(f"{name}: {line}: missing information")
        options = f" -o {words[3]}" if len(words) > 3 and words[3] != "rw" else ""
        if not mounted(job, undo, f"/sbin/mount -t {words[2]}{options} {words[0]} {words[1]}", words[1]):
            return False
    return special_mounts(job, undo)


def special_mounts(job: Job, undo: list[str]) -> bool:
    base = job.path.rstrip("/")
    ruleset = job.jail.last("devfs_ruleset") or DEVFS_RULESET
    for name, where, words in (
        ("mount.devfs", f"{base}/dev", f"-t devfs -oruleset={ruleset}"),
        ("mount.fdescfs", f"{base}/dev/fd", "-t fdescfs"),
        ("mount.procfs", f"{base}/proc", "-t procfs"),
    ):
        if not job.setting(name):
            continue
        if not os.path.isdir(rooted(job.call.root, where)) and not where.endswith("/dev/fd"):
            return job.fail(f"{name}: {where}: No such file or directory")
        if not mounted(job, undo, f"/sbin/mount {words} . {where}", where):
            return False
    return True


def mounted(job: Job, undo: list[str], command: str, where: str) -> bool:
    if not job.command(command):
        return False
    undo.append(f"/sbin/umount {where}")
    return True


def create(job: Job) -> bool:
    """jail_set(2)."""
    try:
        values = jail_values.kernel_values(job.jail)
    except jail_values.BadValue as error:
        return job.fail(str(error))
    persist = "" if job.jail.spelling("persist") else "persist "
    job.note(f"jail_set(JAIL_CREATE) {persist}{jail_values.shown(job.jail)}", 1)
    if not job.call.privileged:
        return job.fail("jail_set: Operation not permitted")
    if (problem := path_problem(job.call.root, job.path)) or (problem := name_problem(values)):
        return job.fail(problem)
    try:
        with job.call.transaction(write=True) as kernel:
            place_in_tree(kernel, values, job.call.jid)
            job.jid = jails.create(kernel, values)
    except KernelError as error:
        return job.fail(str(error))
    if job.print_jid:
        job.call.out(f"{job.jid}\n")
        job.call.flush()
    else:
        job.note("created")
    return True


def path_problem(root: str, path: str) -> str:
    real_path = rooted(root, path)
    if not path.startswith("/") or not os.path.exists(real_path):
        return f"path {path}: No such file or directory"
    return "" if os.path.isdir(real_path) else f"path {path}: Not a directory"


def name_problem(values: dict[str, object]) -> str:
    name = str(values.get("name") or "")
    if len(name) > 255:
        return "jail_set: File name too long"
    if name.isdigit() and name != values.get("jid"):
        if int(name) == 0:
            return "name cannot be numeric (unless it is the jid)"
        values["jid"] = str(int(name))
    return ""


def place_in_tree(kernel: Kernel, values: dict[str, object], above: int) -> None:
    """`a.b` is a child of `a`. KernelError if there is none."""
    if above and values.get("name"):
        values["name"] = f"{kernel.jails[above].name}.{values['name']}"
    parent, dot, _ = str(values.get("name") or "").rpartition(".")
    values["vnet"] = values.get("vnet") == "new"
    values["path"] = os.path.normpath(str(values.get("path") or "/"))
    values["parent"] = above
    if dot:
        parent_jail = kernel.jail_by(parent)
        if parent_jail is None:
            raise KernelError("ENOENT", f'jail "{parent}" not found')
        values["parent"] = parent_jail.jid
    cpusets = {jail.params.get("cpuset") for jail in kernel.jails.values()}
    values["cpuset"] = next(number for number in range(3, 3 + len(cpusets) + 1) if number not in cpusets)


def interfaces(job: Job, moved: list[str], old_jid: int) -> bool:
    """Move each vnet.interface into the jail."""
    for name in job.jail.values("vnet.interface"):
        if not job.step(["/sbin/ifconfig", name, "vnet", reference(job, old_jid)]):
            return False
        moved.append(name)
    return True


def finish(job: Job) -> None:
    """Remove a jail without `persist` and without a process; no command is run."""
    if job.setting("persist"):
        return
    job.note(f"jail_set(JAIL_UPDATE) jid={job.jid} nopersist", 1)
    with job.call.transaction(write=True) as kernel:
        jail = kernel.jails.get(job.jid)
        if jail is None or jail.dying:
            return
        jail.params["persist"] = False
        if job.jid not in daemons(kernel):
            jails.remove(kernel, job.jid)


def stop(job: Job, restart: bool = False) -> bool:
    """Remove a running jail. A failing exec.prestop or exec.stop leaves it running; a `restart` says less."""
    if not (job.commands("exec.prestop") and job.commands("exec.stop", inside=True)):
        return False
    job.remove()
    job.note("removed", 1 if restart else 0)
    return after_removal(job)


def after_removal(job: Job) -> bool:
    """Run exec.poststop, unmount, remove aliases, run exec.release; a failure stops none of them."""
    for text in job.jail.values("exec.poststop"):
        job.command(text)
    for where in unmounts(job):
        job.command(f"/sbin/umount {where}")
    for command in reversed(alias_words(job, "-alias")):
        job.command(command)
    for text in job.jail.values("exec.release"):
        job.command(text)
    return not job.failed


def unmounts(job: Job) -> list[str]:
    """The mount points of the jail, last mounted first."""
    base = job.path.rstrip("/")
    places = [line.split()[1] for line in job.jail.values("mount") if len(line.split()) > 1]
    if fstab := job.jail.last("mount.fstab"):
        try:
            with open(rooted(job.call.root, fstab), encoding="utf-8", errors="surrogateescape") as file:
                places += [line.split()[1] for line in file if len(line.partition("#")[0].split()) > 1]
        except OSError:
            pass
    special = (("mount.devfs", "/dev"), ("mount.fdescfs", "/dev/fd"), ("mount.procfs", "/proc"))
    places += [base + where for name, where in special if job.setting(name)]
    return places[::-1]


def remove_only(job: Job) -> None:
    """`jail -R`: no command, no unmounting."""
    with job.call.transaction(write=True) as kernel:
        jails.remove(kernel, job.jid)
        end_daemons(kernel, job.jid)
