"""Rules about parameters of a running jail that are otherwise than its file says."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, normpath

from jailtui.exchange import Step
from jailtui.findings.finding import Confidence, Evidence, Finding, Remedy, Severity, rule
from jailtui.findings.ground import Ground
from jailtui.findings.jailwords import about, manager, restart, written
from jailtui.findings.runs import Run
from jailtui.model.state import Jail


@rule("DRIFT-VNET", "warning", "Network stack otherwise than in the file")
def drift_vnet(ground: Ground) -> Iterator[Finding]:
    """A jail runs with a network stack of its own (vnet=new) while its file says nothing of vnet, or the other way
    round. That can't be changed in a running jail (FREEBSD.md 2.2): its next start changes its whole network."""
    for run in ground.runs:
        jail = run.jail
        if jail.vnet is None or jail.vnet == run.view.vnet:
            continue
        now, then = ("with", "without") if jail.vnet else ("without", "with")
        text = f"{jail.name} runs {now} a network stack of its own, while its file says {then}."
        shown = Evidence(f"jls -j {jail.jid} vnet", "new" if jail.vnet else "inherit")
        remedies = restart(jail, f"{jail.name} starts {then} a network stack of its own.")
        yield _finding("DRIFT-VNET", ground, run, text, (shown, written(run.settings, "vnet")), remedies, "restart")


@rule("DRIFT-PATH", "note", "Root otherwise than in the file")
def drift_path(ground: Ground) -> Iterator[Finding]:
    """A jail runs in another folder than its file says; its next start takes that of the file. The path of a running
    jail can't be changed (FREEBSD.md 2.2). The kernel shows the path with its symbolic links followed, so that this is
    a guess where the last part of both is the same, and is not told then."""
    for run in ground.runs:
        jail, said = run.jail, run.settings.params.get("path", ())[-1:]
        if not jail.path or not said or jail.path == said[0] or basename(normpath(said[0])) == basename(jail.path):
            continue
        text = f"{jail.name} runs in {jail.path}, while its file says {said[0]}; a symbolic link may explain it."
        evidence = (Evidence(f"jls -j {jail.jid} path", jail.path), written(run.settings, "path"))
        remedies = restart(jail, f"{jail.name} starts in the folder of its file.")
        yield _finding("DRIFT-PATH", ground, run, text, evidence, remedies, "restart", "note", "likely")


@rule("DRIFT-HOSTNAME", "note", "Host name otherwise than in the file")
def drift_hostname(ground: Ground) -> Iterator[Finding]:
    """A jail has another host name than its file says. It may have named itself: allow.set_hostname is on by default
    (FREEBSD.md 2.1), and the hostname of the rc.conf inside wins then. It can be changed while the jail runs; with
    ip_hostname nothing is compared."""
    for run in ground.runs:
        jail, said = run.jail, run.settings.params.get("host.hostname", ())[-1:]
        if not said or not jail.hostname or jail.hostname == said[0] or "ip_hostname" in run.settings.params:
            continue
        text = f"{jail.name} calls itself {jail.hostname}, while its file says {said[0]}."
        evidence = (Evidence(f"jls -j {jail.jid} host.hostname", jail.hostname), written(run.settings, "host.hostname"))
        remedies = _modify(jail, "host.hostname", said[0], jail.hostname)
        yield _finding("DRIFT-HOSTNAME", ground, run, text, evidence, remedies, "live", "note", "likely")


@rule("DRIFT-RULESET", "warning", "devfs ruleset otherwise than in the file")
def drift_ruleset(ground: Ground) -> Iterator[Finding]:
    """A jail was started with another devfs_ruleset than its file says now. Its /dev shows what the old one shows until
    it is started anew: `jail -m` changes the number that jls shows, and nothing in /dev (FREEBSD.md 2.2). Where the
    file sets none, jls shows 0, also when mount.devfs makes it 4."""
    for run in ground.runs:
        jail, wanted = run.jail, run.view.ruleset
        if jail.ruleset is None or wanted is None or jail.ruleset == wanted:
            continue
        text = f"{jail.name} runs with devfs_ruleset {jail.ruleset}, while its file says {wanted}."
        shown = Evidence(f"jls -j {jail.jid} devfs_ruleset", str(jail.ruleset))
        form = ("permissions", jail.key, "devfs_ruleset")
        edit = Remedy(f"Edit {jail.name}", why="The file gets what runs.", form=form)
        remedies = (edit, *restart(jail, f"Its /dev shows what ruleset {wanted} shows."))
        evidence = (shown, written(run.settings, "devfs_ruleset"))
        yield _finding("DRIFT-RULESET", ground, run, text, evidence, remedies, "restart")


@rule("DRIFT-PERMISSION", "warning", "Permission otherwise than in the file")
def drift_permission(ground: Ground) -> Iterator[Finding]:
    """A running jail has another children.max or securelevel than its file says. `jail -m` changes both at once; a line
    that was taken out of the file is not undone by it (FREEBSD.md 2.2). A securelevel above that of the file may be the
    jail's own work, since a system can always raise it, and is not told. allow.* and the rest are not asked for at each
    refresh: the form of the permissions reads them and shows where they differ."""
    for run in ground.runs:
        jail = run.jail
        limit, level = _number(run, "children.max"), _number(run, "securelevel")
        if limit is not None and jail.children_max not in (None, limit):
            yield _parameter(ground, run, "children.max", str(jail.children_max), str(limit))
        if level is not None and jail.securelevel is not None and jail.securelevel < level:
            yield _parameter(ground, run, "securelevel", str(jail.securelevel), str(level))


def _parameter(ground: Ground, run: Run, name: str, now: str, wanted: str) -> Finding:
    jail = run.jail
    text = f"{jail.name} runs with {name} {now}, while its file says {wanted}."
    evidence = (Evidence(f"jls -j {jail.jid} {name}", now), written(run.settings, name))
    edit = Remedy(f"Edit {jail.name}", why="The file gets what runs.", form=("permissions", jail.key, name))
    remedies = (*_modify(jail, name, wanted, now), edit)
    return _finding("DRIFT-PERMISSION", ground, run, text, evidence, remedies, "live")


def _number(run: Run, name: str) -> int | None:
    """The number that the file gives a parameter; None where it gives none."""
    told = "".join(run.settings.params.get(name, ())[-1:])
    return int(told) if told.removeprefix("-").isdecimal() and told.isascii() else None


def _modify(jail: Jail, name: str, wanted: str, now: str) -> tuple[Remedy, ...]:
    """`jail -m` by words alone, so that it reads no file (FREEBSD.md 2.2); none for what no terminal shows."""
    if not (now.isprintable() and wanted.isprintable()):
        return ()
    words = ("jail", "-m", f"jid={jail.jid}")
    step = Step((*words, f"{name}={wanted}"), "as its file says", undo=(*words, f"{name}={now}"))
    return (Remedy("Set it now", (step,), f"{jail.name} has it at once.", undo=f"{name}={now} again"),)


def _finding(
    code: str,
    ground: Ground,
    run: Run,
    text: str,
    evidence: tuple[Evidence, ...],
    remedies: tuple[Remedy, ...],
    drift: str,
    severity: Severity = "warning",
    confidence: Confidence = "certain",
) -> Finding:
    owner = manager(ground, run.jail)
    return Finding(code, severity, about(run.jail), text, evidence, confidence, owner, remedies, drift)
