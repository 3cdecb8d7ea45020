"""Rules about the effects of a jail's configuration (FREEBSD.md 2, 3.5 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.permission_table import MOUNT, canonical
from jailtui.config.syntax import key
from jailtui.rules.finding import Evidence, Finding, Remedy, rule
from jailtui.rules.jailwords import about, manager, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

NO_BPF = frozenset((None, 1, 4, 5))
"""Rulesets of /etc/defaults/devfs.rules that hide bpf; None is 4 (FREEBSD.md 2.2, 7)."""
LAST_SYSTEM_RULESET = 5
ADDRESSES = ("ip4", "ip4.addr", "ip6", "ip6.addr")
NOOPS = {
    True: (
        ("allow.raw_sockets", "a jail with vnet has raw sockets anyway"),
        ("allow.routing", "a jail with vnet has a routing table of its own"),
    ),
    False: (("allow.nfsd", "an NFS server runs only in a jail with vnet"),),
}
"""The parameters that have no effect with vnet, and without."""


@rule("CONF-NO-RELEASE", "note", "Jail that does not return its interface before it stops", drafts=True)
def no_release(context: Context) -> Iterator[Finding]:
    """jail(8) does not return an interface to the host when a jail stops; the kernel does, when nothing holds the jail
    any more. Until then the jail is dying and its end of the pair can't be seen: for 1 to 12 minutes, or for ever if
    something is mounted inside. `exec.prestop = "ifconfig ${epair}b -vnet $name || true";` returns the end while the
    jail still runs; without the `|| true` it could keep the jail from stopping. A tool's own stop command may do this
    in another way.
    """
    # Sources: FREEBSD.md 3.1.
    for jail in context.judged:
        view = jail.view
        if not view.vnet or view.may_release:
            continue
        kept = [(at, link) for at, link in enumerate(view.links, 1) if link.pair and link.given and not link.release]
        if not kept:
            continue
        number, link = kept[0]
        line = f"/sbin/ifconfig {link.inside or link.given} -vnet {jail.name} || true"
        why = f"Adds `{line}`. exec.prestop runs before exec.stop: services stop without a network."
        form = ("network", jail.name, key(number, "release"))
        hook = f"exec.prestop has no -vnet {jail.name}" if "exec.prestop" in jail.params else "no exec.prestop"
        yield Finding.of(
            about(jail),
            f"{jail.name} does not return {', '.join(link.given for _, link in kept)} to the host before it stops.",
            [written(jail, "vnet.interface"), Evidence(jail.file, hook)],
            [Remedy.of("Return it in exec.prestop", why=why, form=form, answer="on")],
        )


@rule("CONF-STOP-CAN-FAIL", "warning", "Clean-up that can keep a jail from stopping", drafts=True)
def stop_can_fail(context: Context) -> Iterator[Finding]:
    """When a command of exec.prestop or exec.stop exits with a status other than 0, the stop ends there: the jail stays
    running, and `service jail stop` still exits 0. A line that returns an end, takes it out of its bridge or destroys
    it fails if the end was renamed or is gone, and from then on the jail can't be stopped at all. End such a line with
    `|| true`; `A || B` is not enough, since B fails too.
    """
    # Sources: FREEBSD.md 2.4.
    for jail in context.judged:
        for name, command in jail.view.failing:
            file, line = jail.place(name)
            why = f"`{command} || true` does the same and can't fail. The next stop reads the file again."
            yield Finding.of(
                about(jail),
                f"{jail.name} can't be stopped if `{command}` in {name} fails.",
                [Evidence(f"{file}:{line}", f"{name}: {command}")],
                [Remedy.of(f"End the command with || true in {file}", why=why)],
                severity="note" if manager(context, jail) else None,
                fields=(("network", "release"),),
            )


@rule("CONF-CREATE", "note", "Creation of an epair that fails if it exists already", drafts=True)
def create_fails(context: Context) -> Iterator[Finding]:
    """A start that fails runs none of its clean-up commands: the epair stays, and every later start fails with
    `interface epairN already exists` until somebody destroys it. With a first line `exec.prestart = "ifconfig
    ${epair}a destroy 2>/dev/null || true";` the next start removes it by itself.
    """
    # Sources: FREEBSD.md 2.4, trap 3.
    for jail in context.judged:
        links = (link for link in jail.view.links if link.created and not link.idempotent)
        pairs = [link.pair for link in links if link.pair.startswith("epair")]  # jib and the like are not ours
        if pairs:
            why = (
                f'Put exec.prestart = "/sbin/ifconfig {pairs[0]}a destroy 2>/dev/null || true"; before the line '
                "that creates it, and let that line use +=."
            )
            text = f"The prestart of {jail.name} fails if {', '.join(pairs)} still exists after a failed start."
            remedy = Remedy.of("Destroy the old pair first in exec.prestart", why=why)
            yield Finding.of(about(jail), text, [written(jail, "exec.prestart", pairs[0])], [remedy])


@rule("CONF-DHCP-BPF", "error", "DHCP in a jail that has no /dev/bpf", preflight=True, drafts=True)
def dhcp_without_bpf(context: Context) -> Iterator[Finding]:
    """dhclient(8) opens /dev/bpf, and devfs rulesets 1, 4 and 5 hide it: 5 shows only pf, and without devfs_ruleset
    jail(8) uses 4. The client says `Can't find free bpf`, and the jail gets no address. Add a ruleset of your own with
    `add path 'bpf*' unhide` to /etc/devfs.rules, load it with `service devfs restart`, and only then set devfs_ruleset
    to its number: one that is not loaded shows the jail all of /dev. With bpf the jail sees all traffic on its
    interfaces. allow.raw_sockets is not needed.
    """
    # Sources: FREEBSD.md 7.
    for jail in context.judged:
        view = jail.view
        clients = [(at, link) for at, link in enumerate(view.links, 1) if link.dhcp]
        if not clients or (view.mounts_devfs and view.ruleset not in NO_BPF) or _has_address(context, jail.name):
            continue
        number, link = clients[0]
        own = sorted(loaded for loaded in context.state.rulesets or () if loaded > LAST_SYSTEM_RULESET)
        first = f"Loaded beyond the system's: {', '.join(map(str, own))};" if own else "Write and load it first;"
        how = f"{first} see `devfs rule -s NUMBER show`."
        if view.mounts_devfs:
            name, why = "devfs_ruleset", f"devfs ruleset {view.ruleset or 4} hides /dev/bpf"
            value = "is not set: 4" if view.ruleset is None else f"= {view.ruleset}"
            label = "Use a ruleset that shows bpf"
        else:
            name, why, value = "mount.devfs", "it mounts no /dev", "is not set"
            label, how = "Mount a /dev that shows bpf", f"Set mount.devfs and devfs_ruleset. {how}"
        yield Finding.of(
            about(jail),
            f"{jail.name} runs a DHCP client on {link.inside or link.given}, but {why}.",
            [Evidence("{}:{}".format(*jail.place(name)), f"{name} {value}")],
            [Remedy.of(label, why=f"{how} Takes effect at the next start.", form=("permissions", jail.name, name))],
            confidence="likely",
            fields=(("network", key(number, "dhcp")),),
        )


def _has_address(context: Context, name: str) -> bool:
    """Whether the running jail has an IPv4 address: then its DHCP client has found a bpf."""
    live = context.jails.get(name)
    if live is None or not live.running:
        return False
    return any(address.family == "inet" and not address.address.startswith("127.") for address in live.addresses)


@rule("CONF-SYSVIPC", "warning", "allow.sysvipc shares System V IPC with the host", drafts=True)
def sysvipc(context: Context) -> Iterator[Finding]:
    """allow.sysvipc is deprecated and means `inherit` for messages, semaphores and shared memory: the jail shares them
    with the host and with every other jail that sets it. Two PostgreSQL servers of one uid can clash, and one jail can
    read another's memory. `sysvshm = new;` gives the jail its own, and PostgreSQL since 10 needs no more (jail(8)).
    Restart the jail after such a change.
    """
    # Sources: FREEBSD.md 7.
    for jail in context.setting("allow.sysvipc"):
        own = [
            name for name in ("sysvmsg", "sysvsem", "sysvshm") if jail.params.get(name, ("",))[-1:] in ((), ("new",))
        ]
        form = ("permissions", jail.name, "allow.sysvipc")
        if own:
            text = f"allow.sysvipc of {jail.name} contradicts {' and '.join(own)}: remove allow.sysvipc."
            remedy = Remedy.of("Remove allow.sysvipc", form=form)
        elif jail.flag("allow.sysvipc"):
            text = f"{jail.name} shares System V IPC with the host: allow.sysvipc is set."
            why = "Remove allow.sysvipc and set sysvshm to new (for PostgreSQL before 10 also sysvsem)."
            breaks = "what shares memory with another jail on purpose"
            remedy = Remedy.of("Give it System V IPC of its own", why=why, breaks=breaks, form=form)
        else:
            continue
        yield Finding.of(about(jail), text, [written(jail, "allow.sysvipc")], [remedy])


@rule("CONF-NOOP-PERMISSION", "note", "Permission that does nothing", drafts=True)
def noop_permission(context: Context) -> Iterator[Finding]:
    """A permission without effect misleads those who read the file. With vnet a jail has raw sockets and a routing
    table of its own, so allow.raw_sockets and allow.routing add nothing; allow.nfsd works only with vnet; allow.mount
    does nothing while enforce_statfs is 2, its default.
    """
    # Sources: FREEBSD.md 2.1, 7.
    systems = [name for name in context.parameters if name.startswith(f"{MOUNT}.")]
    judged = [name for rows in NOOPS.values() for name, _ in rows]
    for jail in context.setting(MOUNT, *systems, *judged):
        reasons = {name: why for name, why in NOOPS[jail.view.vnet] if jail.flag(name)} | dict(_mounting(jail))
        if reasons:
            does, why = "do" if len(reasons) > 1 else "does", "; ".join(dict.fromkeys(reasons.values()))
            text = f"{', '.join(reasons)} of {jail.name} {does} nothing: {why}."
            remedy = Remedy.of("Remove it", form=("permissions", jail.name, next(iter(reasons))))
            yield Finding.of(about(jail), text, [written(jail, name) for name in reasons], [remedy])


def _mounting(jail: JailSettings) -> Iterator[tuple[str, str]]:
    """The permissions to mount that have no effect, each with the reason."""
    systems = [name for name in jail.params if name.startswith(f"{MOUNT}.") and canonical(name) == name]
    systems = [name for name in systems if jail.flag(name)]
    if jail.flag("allow.mount"):
        if jail.params.get("enforce_statfs", ("2",))[-1:] == ("2",):
            yield "allow.mount", "enforce_statfs is 2, so every mount is refused"
        elif not systems:
            yield "allow.mount", "no file system below it is allowed"
    else:
        yield from ((name, "allow.mount is not set") for name in systems)


@rule("CONF-VNET-ADDRESS", "error", "vnet and a list of addresses exclude each other", preflight=True, drafts=True)
def vnet_address(context: Context) -> Iterator[Finding]:
    """With vnet the kernel refuses ip4.addr and ip6.addr, and ip4 and ip6 with any value: `vnet jails cannot have IP
    address restrictions`. The jail is not created. Set its address inside, by a line like `exec.start = "ifconfig
    ${epair}b inet ADDRESS/PREFIX up";`. If the jail's own block does not set the list, look for a wildcard that sets it
    for all jails.
    """
    # Sources: FREEBSD.md 2.2.
    for jail in context.setting(*ADDRESSES):
        names = [name for name in ADDRESSES if name in jail.params and (jail.params[name] or "." not in name)]
        if not jail.view.vnet or not names:
            continue
        file, line = jail.place(names[0])
        why = "Set the address inside the jail instead, in exec.start or its own rc.conf."
        yield Finding.of(
            about(jail),
            f"{jail.name} has vnet and {names[0]}: the kernel refuses both together, so it can't be started.",
            [written(jail, name) for name in names],
            [Remedy.of(f"Remove {names[0]} from {file} at line {line}", why=why)],
        )
