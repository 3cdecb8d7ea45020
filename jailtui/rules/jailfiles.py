"""Rules about jails as files define them: what jail(8) refuses, or takes for something else than was meant."""

from __future__ import annotations

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from jailtui.config.world import FileMessage, failures, refusals
from jailtui.model.commands import MAIN_FILE
from jailtui.rules.conftext import CRASH
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject, rule
from jailtui.rules.jailwords import about, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.rules.context import Context

SHOWN_FAULTS = 5


@rule("CONF-SYNTAX", "error", "jail(8) refuses a file", preflight=True, drafts=True)
def syntax(context: Context) -> Iterator[Finding]:
    """jail(8) does not load the file: none of its jails can be started from it, and a stop runs none of their hooks.
    Jails that are running keep running. The evidence gives the place as jail(8) numbers it, the line where the token
    ends. The cause may stand above it: a missing `;` or `}` is noticed late. A block without a name makes jail(8) crash
    after the same message. `jail -f FILE -e '|'` says whether a file is good and changes nothing; add no other words to
    it.
    """
    # Sources: FREEBSD.md 1.2, 1.3.
    for path, told in refusals(context.world).items():
        fatal = [one for one in told if CRASH not in one.message]  # CONF-LIST-VARIABLE tells of those
        if not fatal:
            continue
        path = path or MAIN_FILE
        yield Finding(
            "CONF-SYNTAX",
            "error",
            Subject("file", path, path),
            f"jail(8) refuses {path} at line {fatal[0].line}, so none of its jails can be started: {fatal[0].message}.",
            tuple(_seen(one) for one in fatal[:SHOWN_FAULTS]),
            remedies=(
                Remedy.of("Correct the line", why=f"With an editor; jail -f {path} -e '|' says whether it is good."),
            ),
        )


def _seen(one: FileMessage) -> Evidence:
    return Evidence(f"{one.file or MAIN_FILE}:{one.line}", one.picture)


@rule("JAIL-CONF-FAILS", "error", "Jail fails as configured", preflight=True, drafts=True)
def conf_fails(context: Context) -> Iterator[Finding]:
    """jail(8) loads the file and marks this jail as failed: a variable is not defined, refers to itself or holds a
    list, a boolean has an unknown value, or a name is defined again. The other jails of the file are not affected.
    `jail -f FILE -e '|'` prints the message, but also prints the jail and exits 0.
    """
    # Sources: FREEBSD.md 1.2, 1.3.
    told = failures(context.world)
    for settings in context.judged:
        if not settings.failed:
            continue
        said = told.get(settings.name, ())
        why = said[0].message.removeprefix(f"{settings.name}: ") if said else "a parameter is wrong"
        yield Finding(
            "JAIL-CONF-FAILS",
            "error",
            about(settings),
            f"jail(8) does not start {settings.name} as configured: {why.rstrip('.')}.",
            tuple(_seen(it) for it in said[:SHOWN_FAULTS]),
            remedies=(
                Remedy.of("Correct the line", why=f"With an editor; jail -f {settings.file} -e '|' says what is left."),
            ),
        )


@rule("JAIL-DEPEND", "error", "depend that can't be met", preflight=True, drafts=True)
def depend(context: Context) -> Iterator[Finding]:
    """The jail's `depend` names a jail that its file does not define, or leads back to the jail itself. jail(8) then
    does not start it, and says so at every command with that file, for any jail. A jail in another file does not count
    unless that file is included: jail(8) reads one file.
    """
    # Sources: FREEBSD.md 1.3; recorded: jail-basic/file/08, /33.
    in_file: dict[str, set[str]] = defaultdict(set)
    for settings in context.world.jails:
        for file in (settings.file, *settings.others):
            in_file[file].add(settings.name)
    graph: dict[str, tuple[str, ...]] = {}
    for settings in context.judged:
        needs = tuple(name.strip() for text in settings.params.get("depend", ()) for name in text.split(","))
        if not needs:
            continue
        graph[settings.name] = needs
        unknown = [name for name in needs if name and name not in in_file[settings.file]]
        if unknown:
            elsewhere = [name for name in unknown if name in context.settings]
            where = f", which {settings.file} does not define"
            text = f"{settings.name} can't be started: it depends on {', '.join(unknown)}{where}."
            why = "this file has to include the other one" if elsewhere else "name a jail that exists, or none"
            yield Finding(
                "JAIL-DEPEND",
                "error",
                about(settings),
                text,
                (written(settings, "depend"),),
                "likely" if elsewhere else "certain",
                remedies=(Remedy.of("Change depend", why=f"With an editor: {why}."),),
            )
    yield from _loop(context, graph)


def _loop(context: Context, graph: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """The first circle of `depend`, told of each jail in it."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
        for name in dict.fromkeys(circle):
            settings = context.settings[name]
            text = f"{name} can't be started: its depend is circular ({' → '.join(circle)})."
            remedy = Remedy.of("Change depend", why="With an editor: one of them must not depend on the other.")
            yield Finding(
                "JAIL-DEPEND", "error", about(settings), text, (written(settings, "depend"),), remedies=(remedy,)
            )


@rule("JAIL-NO-PATH", "warning", "Jail without a path", preflight=True, drafts=True)
def no_path(context: Context) -> Iterator[Finding]:
    """The jail is configured without `path`, so its root is the host's root: all of the host's files are the jail's
    too, and with /bin/sh /etc/rc as exec.start it runs the host's rc scripts and rc.local a second time. For a jail
    that is meant to share the host's files, write `path = "/";`.
    """
    # Sources: FREEBSD.md, trap 10; recorded: jail-basic/create-modify-remove/05.
    for settings in context.judged:
        if settings.params.get("path") or settings.failed or settings.legacy:
            continue
        runs_rc = settings.view.runs_rc
        does = " and its exec.start runs the host's own /etc/rc" if runs_rc else ""
        yield Finding(
            "JAIL-NO-PATH",
            "error" if runs_rc else "warning",
            about(settings),
            f"{settings.name} has no path: its root is the host's{does}.",
            (written(settings, "path"), *((written(settings, "exec.start"),) if runs_rc else ())),
            remedies=(
                Remedy.of(
                    "Set its path", why=f'With an editor: path = "/jails/{settings.name}"; or another directory.'
                ),
            ),
        )


@rule("JAIL-TWICE", "error", "Jail defined twice", drafts=True)
def twice(context: Context) -> Iterator[Finding]:
    """Two blocks of one file have the same name: jail(8) makes two records of them and merges nothing, and which one a
    command uses can't be predicted. Or two files define the jail: `service jail start` uses /etc/jail.NAME.conf, then
    /etc/jail.conf.d/NAME.conf, then jail.conf, while `jail -c NAME` uses jail.conf, so settings and stop hooks depend
    on the command. Keep one.
    """
    # Sources: FREEBSD.md 1.2, 1.4.
    for settings in context.judged:
        places = tuple(dict.fromkeys(context.world.defined.get(settings.name, ())))
        if len(places) < 2:
            continue
        files = tuple(dict.fromkeys(file for file, _ in places))
        where = f"in {len(files)} files" if len(files) > 1 else f"twice in {files[0]}"
        takes = f"service jail start uses {settings.file}" if len(files) > 1 else "jail(8) merges nothing"
        yield Finding(
            "JAIL-TWICE",
            "warning" if len(files) == len(places) else "error",
            about(settings),
            f"{settings.name} is defined {where}: {takes}.",
            tuple(Evidence(f"{file}:{line}", f"{settings.name} {{") for file, line in places),
            remedies=(
                Remedy.of("Keep one of them", why="With an editor: move what is still needed and remove the other."),
            ),
        )


@rule("JAIL-PATH-TWICE", "warning", "Root used by two jails", drafts=True)
def path_twice(context: Context) -> Iterator[Finding]:
    """Two configured jails have the same path. Both write to the same /etc, /var/run and /var/db, and the services of
    one stop or overwrite those of the other. If the two never run at the same time this may be intended. A jail with
    the host's root (`path = "/";`) is not reported.
    """
    for settings in context.judged:
        path = settings.view.path.rstrip("/")
        others = [use.jail for use in context.usage.users("path", path) if use.jail != settings.name] if path else []
        if others:
            yield Finding(
                "JAIL-PATH-TWICE",
                "warning",
                about(settings),
                f"{path} is the root of {settings.name} and of {others[0]}.",
                (written(settings, "path"),),
                remedies=(Remedy.of("Change its path", why="With an editor, if the two are to run at the same time."),),
            )


@rule("JAIL-JID-TWICE", "error", "jid used by two jails", preflight=True, drafts=True)
def jid_twice(context: Context) -> Iterator[Finding]:
    """The jail's file gives it a jid (`jid = 7;`) that another jail has, or is given by its file. jail(8) refuses to
    create a second jail with the same jid.
    """
    for settings in context.judged:
        jid = (settings.params.get("jid") or ("",))[-1]
        others = [use.jail for use in context.usage.users("jid", jid) if use.jail != settings.name] if jid else []
        if others:
            yield Finding(
                "JAIL-JID-TWICE",
                "error",
                about(settings),
                f"The jid {jid} of {settings.name} belongs to {others[0]}.",
                (written(settings, "jid"),),
                remedies=(Remedy.of("Change its jid", why="With an editor; without one the kernel chooses it."),),
            )
