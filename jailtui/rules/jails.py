"""Rules about jails in the kernel: half-started, dying, failed, with an open /dev, or in no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Step, shell_line
from jailtui.model.commands import managing, reclaim_steps, sight, start_step, why_untouchable
from jailtui.model.state import Epair, Interface, Jail, JailState, Where
from jailtui.rules.epairwords import end_evidence
from jailtui.rules.finding import Evidence, Finding, Remedy, cause, rule
from jailtui.rules.halfstarts import cut_off
from jailtui.rules.jailwords import (
    about,
    dying_line,
    in_jail,
    manager,
    restart,
    routes,
    settled,
    startable,
    written,
)
from jailtui.rules.ladder import inside_mounts, ladder, peer_connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link, View
    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

LOG_LINES = 6
HIDING_NOTHING = (0, 2, 3)
"""Rulesets that hide no device (FREEBSD.md 2.2)."""


@rule("JAIL-HALF-STARTED", "error", "Jail half-started")
def half_started(context: Context) -> Iterator[Finding]:
    """The jail is running, jail(8) is not working on it, and it lacks what its configuration gives it: its interface is
    not inside, or is inside as a move leaves it, down and without an address; or the last commands of its start had no
    effect, while all before them had theirs (one without effect in the middle is drift). jail(8) was killed during a
    start, or a stop was cut off after exec.prestop had returned the interface; or somebody destroyed the pair, took the
    interface out, or added commands to the file since. The last can't be told from a start that was cut off, so a jail
    that has an address and lacks only what the last commands do is a warning. jls lists the jail like any other, and
    `jail -c` says that it already exists. Stop it and start it again; its stop hooks run as usual. If they fail,
    `jail -R` removes the jail without them and leaves its mounts.
    """
    # Sources: FREEBSD.md 2.4, 3.3; recorded: orphan/kill-jail-command.
    for jail in context.state.jails:
        view = context.view(jail.name) if settled(jail) and jail.vnet and jail.interfaces is not None else None
        lacks = (missing(context, jail, link) for link in (view.links if view is not None else ()))
        lack = next(filter(None, lacks), None) or (cut_off(context, jail) if view is not None else None)
        if view is None or lack is None:
            continue
        lacking, evidence = lack
        cut_late = lacking.startswith("the last")
        otherwise = "the jail or its file was changed since" if cut_late else "somebody took it out"
        yield Finding.of(
            about(jail),
            f"{jail.name} is running, but {lacking}: its start or stop was cut off, or {otherwise}.",
            [Evidence("jls -n jid name", f"jid={jail.jid} name={jail.name}"), *evidence],
            [*restart(context, jail, "Its hooks run from the beginning."), _remove(jail)],
            severity="warning" if cut_late and jail.addresses else None,
            confidence="likely" if view.unread or cut_late else "certain",
            causes=(cause("jail", jail.key), *routes(jail, (4, 6))),
        )


def missing(context: Context, jail: Jail, link: Link) -> tuple[str, tuple[Evidence, ...]] | None:
    """What the jail lacks of a configured link, as a phrase, and the evidence; None for nothing."""
    interface = find(jail.interfaces or (), link)
    if interface is not None and (interface.up or interface.addresses):
        return None
    settings = context.settings[jail.name]
    command = " ".join(in_jail(context, jail, "ifconfig"))
    if interface is not None:
        if not link.addresses or link.dhcp or link.slaac or jail.addresses:
            return None
        return f"{interface.name} inside is down and has none of {', '.join(link.addresses)}", (
            Evidence(f"{command} {interface.name}", "not UP, no inet line"),
            written(settings, "exec.start", link.addresses[0]),
        )
    at = written(settings, "vnet.interface")
    if link.given in context.host:
        return f"its interface {link.given} is on the host", (Evidence(f"ifconfig {link.given}", "on the host"), at)
    if link.given and all(interface.kind == "loopback" for interface in jail.interfaces or ()):
        names = " ".join(interface.name for interface in jail.interfaces or ())
        return f"its interface {link.given} is not inside", (Evidence(f"{command} -l", names), at)
    return None


def find(interfaces: tuple[Interface, ...], link: Link) -> Interface | None:
    """The interface of a link in the jail, even if it was renamed."""
    for interface in interfaces:
        if interface.name in (link.inside, link.given) or (link.pair and interface.drivername == link.pair):
            return interface
    return None


def _remove(jail: Jail) -> Remedy:
    """The remedy `jail -R JID`."""
    step = Step(("jail", "-R", str(jail.jid)), "remove it without running hooks")
    why = "For a jail whose stop hooks fail. What they clean up stays behind."
    breaks = f"everything that runs in {jail.name}; its mounts stay, and the next start mounts over them"
    return Remedy.of(f"Remove {jail.name} by force", (step,), why, breaks, "none", "forced")


@rule("JAIL-DYING", "note", "Jail is dying")
def dying(context: Context) -> Iterator[Finding]:
    """The jail has been removed, but something still refers to it. Until that ends, its interfaces are listed nowhere
    and still answer. A TCP connection that the jail closed first takes about a minute (TIME_WAIT). One whose peer keeps
    its side open takes 11 to 12 minutes (CLOSE_WAIT at the peer), and one over a cut link about 3, or as long as TCP
    retries. A file system mounted inside the jail holds it until the host unmounts it; what the host mounted below its
    root, a thin root for instance, holds nothing, and unmounting that destroys the root. Only the host's own mounts and
    connections can be seen from outside: jexec, ifconfig -j, ps and sockstat refuse a dying jail. The same jail can be
    started beside it once its pair is free.
    """
    # Sources: FREEBSD.md 3.1, 3.5.
    for jail in context.state.jails:
        if jail.state is not JailState.DYING:
            continue
        pairs = [pair for pair in context.state.epairs if jail.jid in (pair.a.jid, pair.b.jid)]
        mounts, peers = tuple(_mounts(context, jail)), tuple(_peers(context, jail))
        holds = f" and holds an end of {', '.join(pair.name for pair in pairs)}" if pairs else ""
        if peers:
            why = "a connection of this host holds it, for up to 12 minutes"
        elif mounts:
            why = "a file system mounted inside holds it until the host unmounts it"
        else:
            why = "the host can't show what holds it; it takes 1 to 12 minutes"
        yield Finding.of(
            about(jail),
            f"{jail.name} (jid {jail.jid}) is dying{holds}: {why}.",
            [dying_line(jail), *peers, *mounts],
            ladder(context, jail=jail, pair=pairs[0] if pairs else None),
            severity="warning" if pairs or mounts else None,
            confidence="likely" if mounts or peers else "certain",
            owner=next((pair.manager for pair in pairs if pair.manager), ""),
        )


def _mounts(context: Context, jail: Jail) -> Iterator[Evidence]:
    for mount in inside_mounts(context, jail):
        yield Evidence("mount", f"{mount.device} on {mount.path} ({mount.kind})")


def _peers(context: Context, jail: Jail) -> Iterator[Evidence]:
    for connection in peer_connections(context, jail):
        ends = f"{connection.address}.{connection.port} {connection.peer}.{connection.peer_port}"
        yield Evidence("netstat -an -p tcp", f"{ends} {connection.state}")


@rule("JAIL-FAILED", "error", "Jail did not start")
def failed(context: Context) -> Iterator[Finding]:
    """The jail is not running because its last start by jailtui failed, and it has not been seen running since; starts
    by other programs are not known. A failed start does not run exec.poststop, so what exec.prestart made stays, and
    the next start fails with `interface epairN already exists` unless the hooks destroy the pair first. Read the lines
    of exec.consolelog (only commands inside the jail write there), or start the jail with `jail -v`; then destroy what
    was left and start it again. A stopped jail of which only a pair is left is reported as EPAIR-FAILED-START: its last
    process may have ended, `jail -R` may have removed it, or it was dying when exec.poststop ran.
    """
    # Sources: FREEBSD.md 1.4, 2.4.
    for jail in context.state.jails:
        if jail.state is not JailState.FAILED or not (jail.configured or managing(jail, context.state)):
            continue
        left = [pair for pair in context.pairs.get(jail.name, ()) if pair.orphan]
        names = ", ".join(pair.name for pair in left)
        ends = (end for pair in left for end in (pair.a, pair.b) if end.where is Where.HOST)
        command = shell_line(start_step(jail, context.state).argv)
        yield Finding.of(
            about(jail),
            f"{jail.name} is not running: its last start exited with {jail.start_status}"
            + (f", and {names} is left over." if left else "."),
            [
                Evidence(command, f"exit status {jail.start_status}"),
                *(Evidence(command, text) for text in jail.start_output[-LOG_LINES:]),
                *(end_evidence(context, end) for end in ends),
                *_console(context, jail),
            ],
            [_start_again(context, jail, left)],
            owner=next((pair.manager for pair in left if pair.manager), ""),
            causes=tuple(cause("epair", pair.key) for pair in left),
        )


def _console(context: Context, jail: Jail) -> Iterator[Evidence]:
    """The last lines of the jail's console log, or its path."""
    settings = context.settings.get(jail.name)
    path = (settings.params.get("exec.consolelog") or ("",))[-1] if settings is not None else ""
    if jail.console:
        yield from (Evidence(f"tail {path or 'the console log'}", line) for line in jail.console[-LOG_LINES:])
    elif settings is not None and path:
        yield written(settings, "exec.consolelog")


def _start_again(context: Context, jail: Jail, left: list[Epair]) -> Remedy:
    """The remedy that destroys the pairs and starts the jail, unless a name is ambiguous."""
    if not startable(context, jail) or any(why_untouchable(pair) for pair in left):
        why = "Two interfaces have the name of its pair: rename one first."
        return Remedy.of(f"Find out why {jail.name} fails", why=why)
    by_manager = managing(jail, context.state) is not None
    tool = next((pair.manager for pair in left if pair.manager and not by_manager), "")
    seen = sight(context.state)
    steps = [step for pair in left for step in reclaim_steps(pair, seen)]
    why = f"{'The start recreates the pair; what' if left else 'What'} failed before may fail again."
    why += f" {tool} made the pair: prefer its own commands." if tool else ""
    label = f"Destroy the leftover pair, then start {jail.name}" if left else f"Start {jail.name} again"
    steps.append(start_step(jail, context.state))
    return Remedy.of(label, tuple(steps), why, "nothing that is running", f"stop {jail.name}", "firm")


@rule("JAIL-RULESET", "error", "devfs ruleset hides nothing", preflight=True, drafts=True)
def ruleset(context: Context) -> Iterator[Finding]:
    """The jail's /dev shows every device of the host: memory, disks, bpf. A devfs_ruleset that is not loaded has this
    effect, and so have 0, 2 and 3, which hide nothing; jail(8) says nothing and exits 0. Root in such a jail can read
    and write the host's memory and disks. Without devfs_ruleset, jail(8) uses ruleset 4. Your own rulesets are in
    /etc/devfs.rules; `service devfs restart` loads them, and `devfs rule -s NUMBER show` prints the rules of a loaded
    one. `devfs rule showsets` also lists a number that a mounted /dev uses without any rules. A running jail keeps the
    /dev it was started with: restart it.
    """
    # Sources: FREEBSD.md 2.2; recorded: jail-basic/devfs-rulesets, found/ruleset.
    loaded = context.state.rulesets
    for jail in context.state.jails if loaded is not None else ():
        if jail.state is JailState.DYING:
            continue
        settings = context.settings.get(jail.name)
        view = settings.view if settings is not None else None
        shown = _shown(jail, view) if jail.running else None
        number = _configured_ruleset(view) if shown is None else shown
        if number is not None and (number in HIDING_NOTHING or number not in (loaded or ())):
            yield _open(context, jail, settings, number, shown is not None)


def _shown(jail: Jail, view: View | None) -> int | None:
    """The ruleset of a running jail's /dev, None for none or unknown. jls prints 0 for the default, 4."""
    if view is not None and not view.mounts_devfs:
        return None
    return _configured_ruleset(view) if jail.ruleset == 0 else jail.ruleset


def _configured_ruleset(view: View | None) -> int | None:
    """The ruleset with which jail(8) mounts /dev; None without mount.devfs."""
    if view is None or not view.mounts_devfs:
        return None
    return 4 if view.ruleset is None else view.ruleset


def _open(context: Context, jail: Jail, settings: JailSettings | None, number: int, now: bool) -> Finding:
    why = "hides nothing" if number in HIDING_NOTHING else "is not loaded"
    does = "shows" if now else "will show"
    evidence = [] if number in HIDING_NOTHING else [Evidence(f"devfs rule -s {number} show", "no rules")]
    if now:
        evidence.append(Evidence("jls -n name devfs_ruleset", f"name={jail.name} devfs_ruleset={jail.ruleset}"))
    remedies: list[Remedy] = []
    if settings is not None:
        evidence.append(written(settings, "devfs_ruleset" if "devfs_ruleset" in settings.params else "mount.devfs"))
        label, form = f"Give {jail.name} a ruleset that hides devices", ("permissions", jail.name, "devfs_ruleset")
        how = "Ruleset 4 is for jails, 5 for VNET jails with pf. A running jail has to be restarted."
        remedies.append(Remedy.of(label, why=how, form=form))
    if number not in HIDING_NOTHING:
        load = Step(("service", "devfs", "restart"), "load the rulesets of /etc/devfs.rules")
        how = f"Helps if /etc/devfs.rules has a ruleset {number}. A running jail keeps its /dev until it is restarted."
        alone = Remedy.of("Load the rulesets", (load,), how, "nothing", "none")
        remedies += restart(context, jail, how, load) if now else [alone]
    return Finding.of(
        about(jail),
        f"The /dev of {jail.name} {does} every device of the host: devfs ruleset {number} {why}.",
        evidence,
        remedies,
        confidence="certain" if settings is not None else "likely",
    )


@rule("JAIL-NOT-CONFIGURED", "note", "Running jail in no file", parts=("jails", "interfaces", "files"))
def not_configured(context: Context) -> Iterator[Finding]:
    """The jail is running, and no jail.conf of the host defines it: it was made on the command line, or its block has
    since been renamed or removed. It can't be started again from here and is not back after a reboot. Stopping it runs
    neither exec.stop nor exec.poststop, so its pair stays behind. Jails of managers that keep no jail.conf (iocage,
    CBSD, pot) are not reported, nor are jails inside jails.
    """
    # Sources: FREEBSD.md 2.4; recorded: orphan/config-removed.
    if context.world.faults or any(trouble.subject.startswith("/") for trouble in context.state.errors):
        return  # which jails are defined is not known
    for jail in context.state.jails:
        known = jail.configured is not None or jail.name in context.settings
        if known or not settled(jail) or jail.parent_jid or "." in jail.name or manager(context, jail):
            continue
        text = f"{jail.name} is running, but no jail.conf defines it: "
        text += "a stop runs no hooks, and it can't be started again."
        why = "Write its block with its current path and interfaces; the form makes a new one to start from."
        remedy = Remedy.of("Define it in jail.conf", why=why, form=("new", "", "name"))
        line = Evidence("jls -n jid name path", f"jid={jail.jid} name={jail.name} path={jail.path}")
        yield Finding.of(about(jail), text, [line], [remedy])
