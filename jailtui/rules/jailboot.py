"""Rules about what starts a jail: the boot, `service jail`, and variables of rc.conf that win over the files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.rcconf import ENABLED, RcConf
from jailtui.exchange import Step, shell_line
from jailtui.model.commands import MAIN_FILE
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject, rule
from jailtui.rules.jailwords import about, manager, settled, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

RC_CONF = "/etc/rc.conf"


@rule("JAIL-DOTTED", "note", "Dotted name that service(8) can't start", drafts=True)
def dotted(context: Context) -> Iterator[Finding]:
    """rc.d/jail turns every `/` and `.` of a name into `_`: `service jail start a.b`, and the boot for a name in
    jail_list, look for a jail `a_b`, say that there is none, and exit 0. `jail -c a.b` starts it. Without jail_list the
    boot starts all jails of jail.conf, also those with dots in their names.
    """
    # Sources: FREEBSD.md 1.4.
    listed = _listed(context)
    for settings in context.judged:
        if "." not in settings.name:
            continue
        at_boot = settings.name in listed
        does = "it does not start at boot, though it is in jail_list" if at_boot else "jail -c can"
        evidence = [written(settings, "")]
        if at_boot:
            evidence.append(Evidence("sysrc jail_list", " ".join(listed)))
        yield Finding(
            "JAIL-DOTTED",
            "warning" if at_boot else "note",
            about(settings),
            f"service(8) can't start {settings.name} because of the dot in its name; {does}.",
            tuple(evidence),
            remedies=(Remedy.of("Give it a name without dots", form=("rename", settings.name, "name")),),
        )


@rule("JAIL-NOT-AT-BOOT", "warning", "Running jail that does not start at boot")
def not_at_boot(context: Context) -> Iterator[Finding]:
    """The jail is running now, but will not be after a reboot. rc.d/jail starts nothing without jail_enable=YES. With
    it, it starts the jails in jail_list, or without such a list all jails of jail.conf and of the files it includes; it
    does not look for files in /etc/jail.conf.d by itself. A stopped jail that nothing starts is assumed to be intended.
    Jails with a manager's marks are not reported: managers start them in their own way.
    """
    # Sources: FREEBSD.md 1.4.
    rcconf = context.rcconf
    if rcconf is None or context.world.faults:
        return
    running = [jail for jail in context.state.jails if settled(jail) and jail.name in context.settings]
    lost = [
        context.settings[jail.name]
        for jail in running
        if context.settings[jail.name].boot_file is None and not context.settings[jail.name].legacy
        if "." not in jail.name and not manager(context, jail)
    ]
    if not lost:
        return
    if rcconf.get("jail_enable", "NO").lower() not in ENABLED:
        yield _disabled(context, len(lost))
        return
    listed = _listed(context)
    for settings in lost:
        why = "not in jail_list" if listed else f"{MAIN_FILE} does not include {settings.file}"
        evidence = Evidence("sysrc jail_list", " ".join(listed) or "(empty)")
        remedies = _list_it(context, settings, listed)
        text = f"{settings.name} is running but will not start at boot: {why}."
        yield Finding(
            "JAIL-NOT-AT-BOOT", "warning", about(settings), text, (evidence, written(settings, "")), remedies=remedies
        )


def _disabled(context: Context, count: int) -> Finding:
    value = (context.rcconf or {}).get("jail_enable", "NO")
    step = Step(("sysrc", "jail_enable=YES"), "start jails at boot", undo=("sysrc", f"jail_enable={value}"))
    runs = "1 jail is" if count == 1 else f"{count} jails are"
    return Finding(
        "JAIL-NOT-AT-BOOT",
        "warning",
        Subject("file", RC_CONF, RC_CONF),
        f"{runs} running, but no jail starts at boot: rc.conf has no jail_enable=YES.",
        (Evidence("sysrc jail_enable", value),),
        "likely",
        remedies=(
            Remedy.of(
                "Start jails at boot", (step,), "Takes effect at the next boot; nothing is started now.", "nothing"
            ),
        ),
    )


def _list_it(context: Context, settings: JailSettings, listed: list[str]) -> tuple[Remedy, ...]:
    """Into jail_list; where there is none, a list of all that starts now and of this one."""
    if " " in settings.name or not settings.by_service:
        command = shell_line(("jail", "-f", settings.file, "-c", settings.name))
        return (Remedy.of("Start it by hand", why=f"service(8) does not find it; {command} does."),)
    conf = RcConf(context.rcconf or {})
    if listed:
        steps = tuple(conf.add("jail_list", settings.name, f"start {settings.name} at boot, after the others"))
        return (Remedy.of(f"Add {settings.name} to jail_list", steps, "It starts after the others.", "nothing"),)
    include = Remedy.of(
        "Include its file", why=f'With an editor: .include "{settings.file}"; in {MAIN_FILE}, from FreeBSD 14 on.'
    )
    names = [*context.world.boot_names, settings.name]
    if any("." in name or " " in name for name in names):
        return (include,)
    steps = tuple(conf.assign("jail_list", " ".join(names), "all jails that start now, then this one"))
    why = "From then on only the jails in the list start at boot: a new jail has to be added to it."
    return (*((include,) if context.major >= 14 else ()), Remedy.of("Create jail_list", steps, why, "nothing"))


@rule("JAIL-LEGACY", "warning", "Variables in rc.conf override jail.conf")
def legacy(context: Context) -> Iterator[Finding]:
    """rc.conf sets jail_NAME_rootdir and jail_NAME_hostname, as was usual before jail.conf. With both of them rc.d/jail
    writes /var/run/jail.NAME.conf from the variables and starts the jail from that. The jail's block in jail.conf then
    counts for jail(8) alone, not for service(8) and the boot. Move what is still needed to jail.conf and remove the
    variables.
    """
    # Sources: FREEBSD.md 1.4.
    rcconf = context.rcconf or {}
    for settings in context.judged:
        if not settings.legacy:
            continue
        stem = f"jail_{re.sub('[^A-Za-z0-9]', '_', settings.name)}_"
        both = [f"{stem}rootdir", f"{stem}hostname"]
        steps = tuple(
            Step(("sysrc", "-x", name), "so that the file is used", undo=("sysrc", f"{name}={rcconf[name]}"))
            for name in both
        )
        yield Finding(
            "JAIL-LEGACY",
            "warning",
            about(settings),
            f"service(8) and the boot start {settings.name} from variables in rc.conf, not from {settings.file}.",
            (*(Evidence(f"sysrc {name}", rcconf[name]) for name in both), written(settings, "")),
            remedies=(
                Remedy.of(
                    "Remove the two variables", steps, f"{settings.file} is used then.", "nothing that is running"
                ),
            ),
        )


def _listed(context: Context) -> list[str]:
    return (context.rcconf or {}).get("jail_list", "").split()
