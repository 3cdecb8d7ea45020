"""Rules about definitions of jails that jail(8) refuses or misreads."""

from __future__ import annotations

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Literal

from jailtui.config.world import FileMessage, failures, refusals
from jailtui.model.commands import MAIN_FILE
from jailtui.model.console import around, root_of
from jailtui.rules.conftext import CRASH
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Subject, rule
from jailtui.rules.jailwords import about, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

SHOWN_FAULTS = 5


@rule("CONF-SYNTAX", "error", "jail(8) refuses a file", preflight=True, drafts=True, parts=())
def syntax(context: Context) -> Iterator[Finding]:
    """jail(8) does not load the file: none of its jails can be started from it, and a stop runs none of their hooks.
    Jails that are running keep running. The evidence gives the place as jail(8) numbers it, the line where the token
    ends. The cause may stand above it: a missing `;` or `}` is noticed late. A block without a name makes jail(8) crash
    after the same message. `jail -f FILE -e '|'` says whether a file is good and changes nothing; add no other words to
    it.
    """
    # Sources: FREEBSD.md 1.2, 1.3.
    for path, faults in refusals(context.world).items():
        fatal = [fault for fault in faults if CRASH not in fault.message]  # the others are CONF-LIST-VARIABLE's
        if fatal:
            path = path or MAIN_FILE
            message = fatal[0].message.removeprefix(f"{path} line {fatal[0].line}: ").removeprefix(f"{path}: ")
            why = f"With an editor; jail -f {path} -e '|' says whether it is good."
            yield Finding.of(
                Subject("file", path, path),
                f"jail(8) refuses {path} at line {fatal[0].line}, so none of its jails can be started: {message}.",
                map(_shown, fatal[:SHOWN_FAULTS]),
                [Remedy.of("Correct the line", why=why)],
            )


def _shown(fault: FileMessage) -> Evidence:
    return Evidence(f"{fault.file or MAIN_FILE}:{fault.line}", fault.picture)


@rule("JAIL-CONF-FAILS", "error", "Jail fails as configured", preflight=True, drafts=True, parts=())
def conf_fails(context: Context) -> Iterator[Finding]:
    """jail(8) loads the file and marks this jail as failed: a variable is not defined, refers to itself or holds a
    list, a boolean has an unknown value, or a name is defined again. The other jails of the file are not affected.
    `jail -f FILE -e '|'` prints the message, but also prints the jail and exits 0.
    """
    # Sources: FREEBSD.md 1.2, 1.3.
    by_jail = failures(context.world)
    for jail in context.judged:
        if jail.failed:
            faults = by_jail.get(jail.name, ())
            why = faults[0].message.removeprefix(f"{jail.name}: ") if faults else "a parameter is wrong"
            text = f"jail(8) does not start {jail.name} as configured: {why.rstrip('.')}."
            how = f"With an editor; jail -f {jail.file} -e '|' says what is left."
            yield Finding.of(
                about(jail), text, map(_shown, faults[:SHOWN_FAULTS]), [Remedy.of("Correct the line", why=how)]
            )


@rule(
    "JAIL-DEPEND",
    "error",
    "depend that can't be met",
    preflight=True,
    drafts=True,
    parts=("jails", "interfaces", "files"),
)
def depend(context: Context) -> Iterator[Finding]:
    """The jail's `depend` names a jail that its file does not define, or leads back to the jail itself. jail(8) then
    does not start it, and says so at every command with that file, for any jail. A jail in another file does not count
    unless that file is included: jail(8) reads one file.
    """
    # Sources: FREEBSD.md 1.3; recorded: jail-basic/file/08, /33.
    depending = context.setting("depend")
    in_file: dict[str, set[str]] = defaultdict(set)
    for settings in context.world.jails if depending else ():
        for file in (settings.file, *settings.others):
            in_file[file].add(settings.name)
    graph: dict[str, tuple[str, ...]] = {}
    for settings in depending:
        needs = tuple(name.strip() for text in settings.params.get("depend", ()) for name in text.split(","))
        if not needs:
            continue
        graph[settings.name] = needs
        unknown = [name for name in needs if name and name not in in_file[settings.file]]
        if unknown:
            elsewhere = any(name in context.settings for name in unknown)
            text = f"it depends on {', '.join(unknown)}, which {settings.file} does not define"
            why = "this file has to include the other one" if elsewhere else "name a jail that exists, or none"
            yield _depends(settings, text, why, "likely" if elsewhere else "certain")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
        for name in dict.fromkeys(circle):
            text = f"its depend is circular ({' → '.join(circle)})"
            yield _depends(context.settings[name], text, "one of them must not depend on the other")


def _depends(jail: JailSettings, text: str, why: str, confidence: Confidence = "certain") -> Finding:
    remedy = Remedy.of("Change depend", why=f"With an editor: {why}.")
    at = written(jail, "depend")
    return Finding.of(about(jail), f"{jail.name} can't be started: {text}.", [at], [remedy], confidence=confidence)


@rule("JAIL-NO-PATH", "warning", "Jail without a path", preflight=True, drafts=True)
def no_path(context: Context) -> Iterator[Finding]:
    """The jail is configured without `path`, so its root is the host's root: all of the host's files are the jail's
    too, and with /bin/sh /etc/rc as exec.start it runs the host's rc scripts and rc.local a second time. For a jail
    that is meant to share the host's files, write `path = "/";`.
    """
    # Sources: FREEBSD.md, trap 10; recorded: jail-basic/create-modify-remove/05.
    for jail in context.judged:
        if jail.params.get("path") or jail.failed or jail.legacy:
            continue
        runs_rc = jail.view.runs_rc
        does = " and its exec.start runs the host's own /etc/rc" if runs_rc else ""
        how = f'With an editor: path = "/jails/{jail.name}"; or another directory.'
        yield Finding.of(
            about(jail),
            f"{jail.name} has no path: its root is the host's{does}.",
            [written(jail, name) for name in ("path", "exec.start")[: 1 + runs_rc]],
            [Remedy.of("Set its path", why=how)],
            severity="error" if runs_rc else None,
        )


@rule("JAIL-TWICE", "error", "Jail defined twice", drafts=True)
def twice(context: Context) -> Iterator[Finding]:
    """Two blocks of one file have the same name: jail(8) makes two records of them and merges nothing, and which one a
    command uses can't be predicted. Or two files define the jail: `service jail start` uses /etc/jail.NAME.conf, then
    /etc/jail.conf.d/NAME.conf, then jail.conf, while `jail -c NAME` uses jail.conf, and a manager the file that it
    keeps, so settings and stop hooks depend on the command. Keep one.
    """
    # Sources: FREEBSD.md 1.2, 1.4.
    for jail in context.judged:
        places = tuple(dict.fromkeys(context.world.defined.get(jail.name, ())))
        if len(places) < 2:
            continue
        files = tuple(dict.fromkeys(file for file, _ in places))
        where = f"in {len(files)} files" if len(files) > 1 else f"twice in {files[0]}"
        by = "jailtui" if jail.alone else "service jail start"
        takes = f"{by} uses {jail.file}" if len(files) > 1 else "jail(8) merges nothing"
        yield Finding.of(
            about(jail),
            f"{jail.name} is defined {where}: {takes}.",
            [Evidence(f"{file}:{line}", f"{jail.name} {{") for file, line in places],
            [Remedy.of("Keep one of them", why="With an editor: move what is still needed and remove the other.")],
            severity="warning" if len(files) == len(places) else None,
        )


@rule("CONF-IN-JAIL", "error", "File of a jail below a jail's root", preflight=True)
def in_jail(context: Context) -> Iterator[Finding]:
    """The file that defines the jail is below the root of a jail, so root of that jail can write it, and with it the
    hooks that jail(8) runs on the host as root. Keep files that define jails where only root of the host can write.
    """
    roots = {path: jail.name for jail in context.state.jails if (path := root_of(jail).rstrip("/"))}
    files = {file for jail in context.judged for file in (jail.file, jail.jail.header.file.name)}
    exposed = {file: root for file in files if (root := around(file, roots))}
    for jail in context.judged if exposed else ():
        for file in dict.fromkeys((jail.file, jail.jail.header.file.name)):
            if root := exposed.get(file, ""):
                where = f"below {root}, the root of {roots[root]}"
                yield Finding.of(
                    about(jail),
                    f"{file}, which defines {jail.name}, is {where}: root in there can change what runs on the host.",
                    [written(jail, ""), Evidence(f"path of {roots[root]}", root)],
                    [Remedy.of("Move the file", why="To a directory that no jail has in its root.")],
                )


@rule("JAIL-PATH-TWICE", "warning", "Root used by two jails", drafts=True)
def path_twice(context: Context) -> Iterator[Finding]:
    """Two configured jails have the same path. Both write to the same /etc, /var/run and /var/db, and the services of
    one stop or overwrite those of the other. If the two never run at the same time this may be intended. A jail with
    the host's root (`path = "/";`) is not reported.
    """
    for jail in context.judged:
        path = jail.view.path.rstrip("/")
        if other := _other_user(context, jail, "path", path):
            text = f"{path} is the root of {jail.name} and of {other}."
            remedy = Remedy.of("Change its path", why="With an editor, if the two are to run at the same time.")
            yield Finding.of(about(jail), text, [written(jail, "path")], [remedy])


def _other_user(context: Context, jail: JailSettings, kind: Literal["path", "jid"], value: str) -> str:
    """Another jail with the same path or jid, "" for none."""
    users = context.usage.users(kind, value) if value else ()
    return next((use.jail for use in users if use.jail != jail.name), "")


@rule("JAIL-JID-TWICE", "error", "jid used by two jails", preflight=True, drafts=True)
def jid_twice(context: Context) -> Iterator[Finding]:
    """The jail's file gives it a jid (`jid = 7;`) that another jail has, or is given by its file. jail(8) refuses to
    create a second jail with the same jid.
    """
    for jail in context.setting("jid"):
        jid = (jail.params.get("jid") or ("",))[-1]
        if other := _other_user(context, jail, "jid", jid):
            text = f"The jid {jid} of {jail.name} belongs to {other}."
            remedy = Remedy.of("Change its jid", why="With an editor; without one the kernel chooses it.")
            yield Finding.of(about(jail), text, [written(jail, "jid")], [remedy])
