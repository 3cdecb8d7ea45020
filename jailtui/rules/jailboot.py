"""Rules about starts of jails at boot and by service(8), and variables of rc.conf that override files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.managers import BASTILLE
from jailtui.exchange import Step, shell_line
from jailtui.model.commands import MAIN_FILE
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.jailwords import about, manager, settled, written
from jailtui.rules.segments import rc_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.rcconf import RcConf
    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

RC_CONF = "/etc/rc.conf"
NOTHING_NOW = "Takes effect at the next boot; nothing is started now."
REFUSAL = re.compile(r"(/[^:\n]+): (\d+): (.*) \(exit status \d+\)")
"""The error of sysrc for a file that sh can't read (recorded: rc-service/sysrc/87)."""


@rule("RC-SYNTAX", "error", "sh(1) can't read rc.conf")
def rc_syntax(context: Context) -> Iterator[Finding]:
    """A file of rc.conf(5) is not a sound shell text. At boot rc(8) takes nothing from the line on: interfaces, routes
    and services of the lines below are missing. service(8) exits with 2 and sysrc(8) with 1, so that nothing can be
    set; what else jailtui says of the boot it can't judge. An unterminated quote is reported where the file ends: look
    for it above. `sh -n /etc/rc.conf` says whether the file is sound and changes nothing.
    """
    # Sources: FREEBSD.md 8; recorded: rc-service/sysrc/85 to /89.
    for trouble in context.state.errors:
        if trouble.subject != "sysrc" or (refusal := REFUSAL.fullmatch(trouble.message)) is None:
            continue
        path, line, why = refusal.groups()
        yield Finding.of(
            Subject("file", path, path),
            f"sh(1) can't read {path} at line {line}, so a boot and service(8) take nothing from there: {why}.",
            [Evidence(f"{path}:{line}", why), Evidence("sysrc -ae", "exit status 1")],
            [Remedy.of("Correct the line", why=f"With an editor; sh -n {path} says whether it is sound.")],
        )


@rule("JAIL-DOTTED", "note", "Dotted name that service(8) can't start", drafts=True)
def dotted(context: Context) -> Iterator[Finding]:
    """rc.d/jail turns every `/` and `.` of a name into `_`: `service jail start a.b`, and the boot for a name in
    jail_list, look for a jail `a_b`, say that there is none, and exit 0. `jail -c a.b` starts it. Without jail_list the
    boot starts all jails of jail.conf, also those with dots in their names.
    """
    # Sources: FREEBSD.md 1.4.
    rc = rc_of(context)
    listed = rc.jail_list if rc is not None else ()
    for jail in context.judged:
        if "." not in jail.name or jail.alone:
            continue
        at_boot = jail.name in listed
        does = "it does not start at boot, though it is in jail_list" if at_boot else f"`jail -c {jail.name}` can"
        yield Finding.of(
            about(jail),
            f"service(8) can't start {jail.name} because of the dot in its name; {does}.",
            [written(jail, ""), *([Evidence("sysrc jail_list", " ".join(listed))] if at_boot else ())],
            [Remedy.of("Give it a name without dots", form=("rename", jail.name, "name"))],
            severity="warning" if at_boot else None,
        )


@rule("JAIL-NOT-AT-BOOT", "warning", "Running jail that does not start at boot")
def not_at_boot(context: Context) -> Iterator[Finding]:
    """The jail is running now, but will not be after a reboot. rc.d/jail starts nothing without jail_enable=YES. With
    it, it starts the jails in jail_list, or without such a list all jails of jail.conf and of the files it includes; it
    does not look for files in /etc/jail.conf.d by itself. A stopped jail that nothing starts is assumed to be intended.
    Jails of Bastille start at boot with bastille_enable=YES, but for those with boot=off in their settings.conf; before
    Bastille 1.0, which has no such file, only those in bastille_list. Jails with the marks of other managers are not
    reported: those start them in their own way.
    """
    # Sources: FREEBSD.md 1.4; BastilleBSD/bastille: usr/local/etc/rc.d/bastille, docs/chapters/boot-and-priority.rst.
    rc = rc_of(context)
    if rc is None:
        return
    lost = [
        (jail, settings)
        for jail in context.state.jails
        if settled(jail) and (settings := context.settings.get(jail.name)) is not None
        if settings.boot_file is None and not settings.legacy
    ]
    bastille = [settings for jail, settings in lost if settings.alone and jail.manager == BASTILLE.name]
    yield from _without_bastille(context, rc, bastille)
    unmanaged = [settings for jail, settings in lost if not manager(context, jail)]
    yield from (_of_other_file(settings) for settings in unmanaged if settings.alone)
    if context.world.boot_known:
        own = [settings for settings in unmanaged if not settings.alone and "." not in settings.name]
        yield from _without_service(context, rc, own)


def _without_service(context: Context, rc: RcConf, lost: list[JailSettings]) -> Iterator[Finding]:
    """The jails of the files of rc.d/jail that it does not start."""
    if not lost:
        return
    if not rc.starts_jails:
        yield _disabled(context, len(lost))
        return
    listed = rc.jail_list
    for jail in lost:
        why = "not in jail_list" if listed else f"{MAIN_FILE} does not include {jail.file}"
        text = f"{jail.name} is running but will not start at boot: {why}."
        evidence = (Evidence("sysrc jail_list", " ".join(listed) or "(empty)"), written(jail, ""))
        yield Finding.of(about(jail), text, evidence, _list_it(context, rc, jail))


def _without_bastille(context: Context, rc: RcConf, jails: list[JailSettings]) -> Iterator[Finding]:
    """Those of Bastille's running jails that its script does not start."""
    if not jails:
        return
    if not rc.starts_bastille:
        runs = "1 jail of Bastille is" if len(jails) == 1 else f"{len(jails)} jails of Bastille are"
        steps = tuple(rc.assign("bastille_enable", "YES", "start Bastille's jails at boot"))
        yield Finding.of(
            Subject("file", RC_CONF, RC_CONF),
            f"{runs} running, but Bastille starts none at boot: rc.conf has no bastille_enable=YES.",
            [Evidence("sysrc bastille_enable", rc.values.get("bastille_enable", "(not set)")), written(jails[0], "")],
            [Remedy.of("Start Bastille's jails at boot", steps, NOTHING_NOW, "nothing")],
            confidence="likely",
        )
        return
    if context.state.bastille_boots is None:
        return
    boots = dict(context.state.bastille_boots)
    for jail in jails:
        boot = boots.get(jail.name)
        if boot is None and not rc.bastille_lists(jail.name):
            steps = tuple(rc.add("bastille_list", jail.name, f"start {jail.name} at boot, after the others"))
            remedy = Remedy.of(f"Add {jail.name} to bastille_list", steps, "It starts after the others.", "nothing")
            evidence = Evidence("sysrc bastille_list", rc.values["bastille_list"])
            yield _not_by_bastille(jail, "not in bastille_list", evidence, remedy)
        elif boot == "off":
            file = f"{jail.file.rpartition('/')[0]}/settings.conf"
            command = shell_line(("bastille", "config", jail.name, "set", "boot", "on"))
            remedy = Remedy.of("Start it at boot", why=f"{command} does that.")
            yield _not_by_bastille(jail, f"boot is off in {file}", Evidence(file, "boot=off"), remedy, "note")


def _not_by_bastille(
    jail: JailSettings, why: str, shown: Evidence, remedy: Remedy, severity: Severity | None = None
) -> Finding:
    text = f"{jail.name} is running but will not start at boot: {why}."
    return Finding.of(about(jail), text, [shown, written(jail, "")], [remedy], confidence="likely", severity=severity)


def _of_other_file(jail: JailSettings) -> Finding:
    """A running jail of a file that rc.d/jail never reads, and without a manager."""
    command = shell_line(("jail", "-f", jail.file, "-c", jail.name))
    return Finding.of(
        about(jail),
        f"{jail.name} is running but will not start at boot: rc.d/jail does not read {jail.file}.",
        [written(jail, "")],
        [Remedy.of("Start it by hand", why=f"{command}; or include its file in {MAIN_FILE}, from FreeBSD 14 on.")],
        confidence="likely",
        severity="note",
    )


def _disabled(context: Context, count: int) -> Finding:
    value = (context.rcconf or {}).get("jail_enable", "NO")
    step = Step(("sysrc", "jail_enable=YES"), "start jails at boot", undo=("sysrc", f"jail_enable={value}"))
    runs = "1 jail is" if count == 1 else f"{count} jails are"
    return Finding.of(
        Subject("file", RC_CONF, RC_CONF),
        f"{runs} running, but no jail starts at boot: rc.conf has no jail_enable=YES.",
        [Evidence("sysrc jail_enable", value)],
        [Remedy.of("Start jails at boot", (step,), NOTHING_NOW, "nothing")],
        confidence="likely",
    )


def _list_it(context: Context, rc: RcConf, jail: JailSettings) -> tuple[Remedy, ...]:
    """The remedies that add the jail to jail_list, or create a list of all jails that start now and this one."""
    if " " in jail.name or not jail.by_service:
        command = shell_line(("jail", "-f", jail.file, "-c", jail.name))
        return (Remedy.of("Start it by hand", why=f"service(8) does not find it; {command} does."),)
    if rc.jail_list:
        steps = tuple(rc.add("jail_list", jail.name, f"start {jail.name} at boot, after the others"))
        return (Remedy.of(f"Add {jail.name} to jail_list", steps, "It starts after the others.", "nothing"),)
    why = f'With an editor: .include "{jail.file}"; in {MAIN_FILE}, from FreeBSD 14 on.'
    include = Remedy.of("Include its file", why=why)
    names = [*context.world.boot_names, jail.name]
    if any("." in name or " " in name for name in names):
        return (include,)
    steps = tuple(rc.assign("jail_list", " ".join(names), "all jails that start now, then this one"))
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
    for jail in context.judged:
        if not jail.legacy:
            continue
        stem = f"jail_{re.sub('[^A-Za-z0-9]', '_', jail.name)}_"
        both = [f"{stem}rootdir", f"{stem}hostname"]
        steps = tuple(
            Step(("sysrc", "-x", name), "so that the file is used", undo=("sysrc", f"{name}={rcconf[name]}"))
            for name in both
        )
        why = f"{jail.file} is used then."
        yield Finding.of(
            about(jail),
            f"service(8) and the boot start {jail.name} from variables in rc.conf, not from {jail.file}.",
            [*(Evidence(f"sysrc {name}", rcconf[name]) for name in both), written(jail, "")],
            [Remedy.of("Remove the two variables", steps, why, "nothing that is running")],
        )
