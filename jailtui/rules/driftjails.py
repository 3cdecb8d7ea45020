"""Rules about parameters of a running jail that are otherwise than its file says."""

from __future__ import annotations

from posixpath import basename, normpath
from typing import TYPE_CHECKING

from jailtui.config.permission_lines import value_of
from jailtui.config.permission_live import Running, differing, modification
from jailtui.config.permission_table import TABLE, Permission, negated, word
from jailtui.exchange import Step
from jailtui.rules.finding import Evidence, Finding, Remedy, rule
from jailtui.rules.jailwords import restart, written
from jailtui.rules.running import Run, drifted, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Jail
    from jailtui.rules.context import Context


@rule("DRIFT-VNET", "warning", "Network stack differs from the file")
def drift_vnet(context: Context) -> Iterator[Finding]:
    """A jail runs with a network stack of its own (vnet=new) while its file does not set vnet, or the other way round.
    This can't be changed in a running jail: its next start changes its whole network.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        jail = run.jail
        if jail.vnet is None or jail.vnet == run.view.vnet:
            continue
        now, then = ("with", "without") if jail.vnet else ("without", "with")
        text = f"{jail.name} runs {now} a network stack of its own; its file says {then}."
        shown = Evidence(f"jls -j {jail.jid} vnet", "new" if jail.vnet else "inherit")
        remedies = restart(jail, f"{jail.name} starts {then} a network stack of its own.")
        yield drifted("DRIFT-VNET", context, run, text, (shown, written(run.settings, "vnet")), remedies, "restart")


@rule("DRIFT-PATH", "note", "Root differs from the file")
def drift_path(context: Context) -> Iterator[Finding]:
    """A jail runs in another directory than its file says; its next start uses that of the file. The path of a running
    jail can't be changed. The kernel shows the path with symbolic links resolved, so nothing is reported if the last
    part of both is the same, and otherwise it is likely, not certain.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        jail, said = run.jail, run.settings.params.get("path", ())[-1:]
        if not jail.path or not said or jail.path == said[0] or basename(normpath(said[0])) == basename(jail.path):
            continue
        text = f"{jail.name} runs in {jail.path}; its file says {said[0]} (a symbolic link may explain it)."
        evidence = (Evidence(f"jls -j {jail.jid} path", jail.path), written(run.settings, "path"))
        remedies = restart(jail, f"{jail.name} starts in the directory of its file.")
        yield drifted("DRIFT-PATH", context, run, text, evidence, remedies, "restart", "note", "likely")


@rule("DRIFT-HOSTNAME", "note", "Host name differs from the file")
def drift_hostname(context: Context) -> Iterator[Finding]:
    """A jail has another host name than its file says. The jail may have set it itself: allow.set_hostname is on by
    default, and then the hostname of the rc.conf inside counts. It can be changed while the jail is running. With
    ip_hostname nothing is compared.
    """
    # Sources: FREEBSD.md 2.1.
    for run in runs(context):
        jail, said = run.jail, run.settings.params.get("host.hostname", ())[-1:]
        if not said or not jail.hostname or jail.hostname == said[0] or "ip_hostname" in run.settings.params:
            continue
        text = f"{jail.name} has the host name {jail.hostname}; its file says {said[0]}."
        evidence = (Evidence(f"jls -j {jail.jid} host.hostname", jail.hostname), written(run.settings, "host.hostname"))
        remedies = _modify(jail, "host.hostname", said[0], jail.hostname)
        yield drifted("DRIFT-HOSTNAME", context, run, text, evidence, remedies, "live", "note", "likely")


@rule("DRIFT-RULESET", "warning", "devfs ruleset differs from the file")
def drift_ruleset(context: Context) -> Iterator[Finding]:
    """A jail was started with another devfs_ruleset than its file says now. Its /dev shows what the old one shows until
    the jail is restarted: `jail -m` changes the number that jls(8) prints, and nothing in /dev. If the file sets none,
    jls prints 0, also where mount.devfs makes it 4.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        jail, wanted = run.jail, run.view.ruleset
        if jail.ruleset is None or wanted is None or jail.ruleset == wanted:
            continue
        text = f"{jail.name} runs with devfs_ruleset {jail.ruleset}; its file says {wanted}."
        shown = Evidence(f"jls -j {jail.jid} devfs_ruleset", str(jail.ruleset))
        form = ("permissions", jail.key, "devfs_ruleset")
        edit = Remedy.of(f"Edit {jail.name}", why="Writes the current value to the file.", form=form)
        remedies = (edit, *restart(jail, f"Its /dev then shows what ruleset {wanted} shows."))
        evidence = (shown, written(run.settings, "devfs_ruleset"))
        yield drifted("DRIFT-RULESET", context, run, text, evidence, remedies, "restart")


@rule("DRIFT-PERMISSION", "warning", "Permission differs from the file")
def drift_permission(context: Context) -> Iterator[Finding]:
    """A permission of a running jail has another value than in its file. `jail -m` changes most at once, but does not
    undo a line that was removed from the file; what the file does not mention is not compared. A securelevel above that
    of the file is not reported: a system can always raise it, so it may be the jail's own doing. An ordinary refresh
    reads only children.max and securelevel; the doctor reads all permissions.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        if (running := _running(run.jail)) is None:
            continue
        for permission in _stated(run, running):
            setting = run.settings.jail.get(permission.key)
            wanted = value_of(permission, setting) if setting is not None else ""
            if differing(running, permission, wanted) and not _raised(permission, running, wanted):
                yield _parameter(context, run, permission, running, wanted)


ELSEWHERE = frozenset(("devfs_ruleset", "allow.sysvipc"))
"""Told by DRIFT-RULESET; told by the kernel in other words, as sysvmsg, sysvsem and sysvshm."""


COMPARED = {
    permission.key: (permission, negated(permission.key)) for permission in TABLE if permission.key not in ELSEWHERE
}


def _stated(run: Run, running: Running) -> Iterator[Permission]:
    """The permissions that the kernel told of and the file mentions."""
    said = run.settings.params
    for key in running.values or ():
        if key in COMPARED and (key in said or COMPARED[key][1] in said):
            yield COMPARED[key][0]


def _running(jail: Jail) -> Running | None:
    """What the kernel shows of the jail, as far as it was read."""
    few = {"children.max": jail.children_max, "securelevel": jail.securelevel}
    told = dict(jail.params) if jail.params is not None else {k: str(v) for k, v in few.items() if v is not None}
    return Running(jail.jid, told) if jail.jid is not None else None


def _raised(permission: Permission, running: Running, wanted: str) -> bool:
    """Whether it is a securelevel that is only higher."""
    now = running.value(permission) or ""
    return permission.key == "securelevel" and _is_number(now) and _is_number(wanted) and int(now) > int(wanted)


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdecimal()


def _parameter(context: Context, run: Run, permission: Permission, running: Running, wanted: str) -> Finding:
    jail, now = run.jail, running.value(permission) or ""
    text = f"{jail.name} runs with {permission.key} {word(now)}; its file says {word(wanted)}."
    # Naming allow.mount.X to jls would load a kernel module (FREEBSD.md 5.1).
    asked = f"jls -n -j {jail.jid}" if permission.kind == "three" else f"jls -j {jail.jid} {permission.key}"
    said = f"{permission.key}={now}" if permission.kind == "three" else now
    edit = Remedy.of(
        f"Edit {jail.name}", why="Writes the current value to the file.", form=("permissions", jail.key, permission.key)
    )
    step = modification(jail.name, running, {permission: wanted}) if permission.live == "live" else None
    legible = step is not None and all(text.isprintable() for text in step.argv)
    now_again = f"{permission.key} {word(now)} again"
    live = (
        (Remedy.of("Set it now", (step,), f"{jail.name} has it at once.", step.breaks, now_again),)
        if step and legible
        else ()
    )
    restarts = restart(jail, f"{jail.name} starts as its file says.") if permission.live == "restart" else ()
    evidence = (Evidence(asked, said), written(run.settings, permission.key))
    return drifted("DRIFT-PERMISSION", context, run, text, evidence, (*live, *restarts, edit), permission.live)


def _modify(jail: Jail, name: str, wanted: str, now: str) -> tuple[Remedy, ...]:
    """`jail -m` by words alone, so that it reads no file (FREEBSD.md 2.2); none for what no terminal shows."""
    if not (now.isprintable() and wanted.isprintable()):
        return ()
    words = ("jail", "-m", f"jid={jail.jid}")
    step = Step((*words, f"{name}={wanted}"), "as its file says", undo=(*words, f"{name}={now}"))
    return (Remedy.of("Set it now", (step,), f"{jail.name} has it at once.", undo=f"{name}={now} again"),)
