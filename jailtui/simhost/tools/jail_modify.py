"""`jail -m`: change a running jail; before 15 it also revives a dying one (FREEBSD.md 2.2, 3.5)."""

from __future__ import annotations

from jailtui.simhost.kernel import jail_params, jails
from jailtui.simhost.kernel.processes import daemons
from jailtui.simhost.kernel.state import Kernel, Prison
from jailtui.simhost.tools import jail_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.tools.jail_job import Job
    from jailtui.simhost.tools.jail_select import JailSelection

IDENTITY = ("jid", "name", "path", "vnet", "parent")


def modify(job: Job, select: JailSelection) -> int:
    """Change a jail. Returns the exit status."""
    with job.call.transaction(write=False) as kernel:
        revive = select.words.has("d") and kernel.release.revives_dying
    jid = select.running(job, dying=revive)
    if not jid:
        job.call.err(f'jail: "{job.jail.last("jid") or job.name}" not found\n')
        return 1
    try:
        values = jail_values.kernel_values(job.jail)
        if not job.call.privileged:
            raise jail_values.BadValue("jail_set: Operation not permitted")
        job.note(f"jail_set(JAIL_UPDATE) {jail_values.shown(job.jail, jid)}", 1)
        with job.call.transaction(write=True) as kernel:
            change(kernel, kernel.jails[jid], values)
    except jail_values.BadValue as error:
        job.say(str(error))
        return 1
    job.note("updated")
    return 0


def change(kernel: Kernel, jail: Prison, values: dict[str, object]) -> None:
    """Raises BadValue for a parameter that is fixed at creation."""
    for name in jail_values.CREATE_ONLY:
        if name in values and name != "ip4" and name != "ip6":
            now = jail_params.value(kernel, jail, name)
            if str(values[name]) != str(now):
                raise jail_values.BadValue(f"{name} cannot be changed after creation")
    name = str(values.get("name") or jail.name)
    live = kernel.jail_by(name)
    if live is not None and live.jid != jail.jid and (jail.dying or name != jail.name):
        raise jail_values.BadValue(f'jail "{name}" already exists')
    jail.dying = False
    jail.name = name
    jail.params = jail.params | {key: value for key, value in values.items() if key not in IDENTITY}
    if values.get("persist") is False and jail.jid not in daemons(kernel):
        jails.remove(kernel, jail.jid)
