"""Rules about a running jail whose parameters, or whose interfaces' MTU, MAC or VLAN, differ from its file.

A pair in another bridge than configured is EPAIR-WRONG-BRIDGE.
"""

from __future__ import annotations

import re
from posixpath import basename, normpath
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_lines import value_of
from jailtui.config.permission_live import Running, differing, expected, modification
from jailtui.config.permission_table import ALLOW, DENY, SYSTEM_V, TABLE, Permission, negated, word
from jailtui.exchange import Step
from jailtui.rules.drifthost import vlan_set
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, rule
from jailtui.rules.jailwords import about, restart, written
from jailtui.rules.running import Run, Wire, edit, runs, wires

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.hooks.walk import Stated
    from jailtui.model.state import Jail, Port
    from jailtui.rules.context import Context


MAC = re.compile(r"[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}")


@rule("DRIFT-MTU", "warning", "MTU differs from the file")
def drift_mtu(context: Context) -> Iterator[Finding]:
    """Neither end of a jail's pair has the MTU that its hooks set. Packets larger than the smaller of two MTUs are lost
    or fragmented on the way. The end in the jail can be changed while it is running. Since 14 the end in a bridge has
    the MTU of the bridge whatever the hooks set, so it is compared only where the jail's end differs too.
    """
    # Sources: FREEBSD.md 8.
    for run, wire, interface in wires(context):
        wanted = wire.link.mtu
        if wanted is not None and interface.mtu not in (wanted, 0) and (wire.end is None or wire.end.mtu != wanted):
            setting = DriftedSetting("MTU", "mtu", str(interface.mtu), str(wanted))
            yield _differs(context, run, wire, interface.name, setting, run.cable(wire).mtu)


class DriftedSetting(NamedTuple):
    """A setting of an interface that differs from its file: its name, and its keyword for ifconfig(8)."""

    name: str
    word: str
    held: str
    wanted: str
    breaks: str = ""


def _differs(
    context: Context, run: Run, wire: Wire, name: str, setting: DriftedSetting, stated: Stated | None
) -> Finding:
    jail, word = run.jail, setting.word
    change, back = (run.inside(context.state, name, word, value) for value in (setting.wanted, setting.held))
    step = Step(change, "as its file says", setting.breaks, back)
    return Finding.of(
        about(jail),
        f"{name} in {jail.name} has {setting.name} {setting.held}; its file says {setting.wanted}.",
        [
            Evidence(" ".join(run.inside(context.state, name)), f"{word} {setting.held}"),
            run.written(stated.spots if stated is not None else [], f"{word} {setting.wanted}"),
        ],
        [
            Remedy.of("Set it now", (step,), breaks=setting.breaks, undo=f"{word} {setting.held} again"),
            edit(jail, "network", wire.field(setting.name.lower())),
        ],
        drift="live",
    )


@rule("DRIFT-MAC", "warning", "MAC differs from the file")
def drift_mac(context: Context) -> Iterator[Finding]:
    """The interface in the jail has another MAC than its hooks set. A DHCP server or a switch that knows the jail by
    its MAC will not recognise it after the next start, or does not now. The MAC can be set while the jail is running;
    neighbours then need a moment to learn it. Letter case and leading zeros do not count.
    """
    for run, wire, interface in wires(context):
        wanted, held = wire.link.mac, interface.mac
        if held and wanted and MAC.fullmatch(wanted) and octets(wanted) != octets(held):
            breaks = f"connections of {run.jail.name}, until its neighbours have learned the new MAC"
            setting = DriftedSetting("MAC", "ether", held, wanted, breaks)
            yield _differs(context, run, wire, interface.name, setting, run.cable(wire).mac)


@rule("DRIFT-PORT", "warning", "VLAN of a jail's port differs from the file")
def drift_port(context: Context) -> Iterator[Finding]:
    """The jail's pair is in a bridge that filters by VLAN (15), and its port has another untagged VLAN than the jail's
    hooks set: until its next start the jail is on the wrong segment. The VLAN can be changed while the jail is running,
    by `ifconfig BRIDGE ifuntagged ${epair}a TAG`. A port that passes the VLAN tagged is not reported, since the jail
    may remove the tag itself.
    """
    # Sources: FREEBSD.md 8.
    for run, wire, _ in wires(context):
        end, wanted = wire.end, wire.link.vlan
        bridge = context.host.get(end.bridge or "") if end is not None and wanted else None
        if bridge is None or not bridge.filtering or not wire.link.untagged:
            continue
        port = next((port for port in bridge.ports if end is not None and port.name == end.name), None)
        if port is None or port.untagged in (None, wanted) or wanted in vlan_set(("", port.tagged))[1]:
            continue
        yield _port(context, run, wire, bridge.name, port)


def _port(context: Context, run: Run, wire: Wire, bridge: str, port: Port) -> Finding:
    jail, wanted, held = run.jail, str(wire.link.vlan), str(port.untagged)
    stated = run.cable(wire).vlan
    change, back = (("ifconfig", bridge, "ifuntagged", port.name, tag) for tag in (wanted, held))
    breaks = f"what {jail.name} has open in VLAN {held}"
    step = Step(change, "as its file says", breaks, back)
    now = Remedy.of("Set it now", (step,), breaks=breaks, undo=" ".join(back))
    twice = any(port.name in pair.ambiguous for pair in context.pairs.get(jail.name, ()))
    return Finding.of(
        about(jail),
        f"{port.name}, the port of {jail.name}, is in VLAN {held} of {bridge}; its file says {wanted}.",
        [
            Evidence(f"ifconfig {bridge}", f"member {port.name} untagged {held}"),
            run.written(stated.spots if stated is not None else [], f"untagged {wanted}"),
        ],
        [*([] if twice else [now]), edit(jail, "network", wire.field("vlan"))],
        drift="live",
    )


def octets(mac: str) -> list[int]:
    return [int(octet, 16) for octet in mac.split(":")]


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
        shown = Evidence(f"jls -j {jail.jid} vnet", "new" if jail.vnet else "inherit")
        if jail.vnet:
            text, then = f"{jail.name} runs with a network stack of its own; its file does not set vnet.", "without"
        else:
            text, then = f"{jail.name} runs without a network stack of its own; its file sets vnet.", "with"
        remedies = restart(context, jail, f"{jail.name} starts {then} a network stack of its own.")
        yield Finding.of(about(jail), text, [shown, written(run.settings, "vnet")], remedies, drift="restart")


@rule("DRIFT-PATH", "note", "Root differs from the file")
def drift_path(context: Context) -> Iterator[Finding]:
    """A jail runs in another directory than its file says; its next start uses that of the file. The path of a running
    jail can't be changed. The kernel shows the path with symbolic links resolved, so nothing is reported if the last
    part of both is the same, and otherwise it is likely, not certain.
    """
    # Sources: FREEBSD.md 2.2.
    for run, path in _stating(context, "path"):
        jail = run.jail
        if not jail.path or jail.path == path or basename(normpath(path)) == basename(jail.path):
            continue
        yield Finding.of(
            about(jail),
            f"{jail.name} runs in {jail.path}; its file says {path} (a symbolic link may explain it).",
            [Evidence(f"jls -j {jail.jid} path", jail.path), written(run.settings, "path")],
            restart(context, jail, f"{jail.name} starts in the directory of its file."),
            confidence="likely",
            drift="restart",
        )


def _stating(context: Context, name: str) -> Iterator[tuple[Run, str]]:
    """The running jails whose file sets the parameter, with its last value."""
    for run in runs(context):
        if values := run.settings.params.get(name):
            yield run, values[-1]


@rule("DRIFT-HOSTNAME", "note", "Host name differs from the file")
def drift_hostname(context: Context) -> Iterator[Finding]:
    """A jail has another host name than its file says. The jail may have set it itself: allow.set_hostname is on by
    default, and then the hostname of the rc.conf inside counts. It can be changed while the jail is running. With
    ip_hostname nothing is compared.
    """
    # Sources: FREEBSD.md 2.1.
    for run, name in _stating(context, "host.hostname"):
        jail = run.jail
        if not jail.hostname or jail.hostname == name or "ip_hostname" in run.settings.params:
            continue
        shown = Evidence(f"jls -j {jail.jid} host.hostname", jail.hostname)
        yield Finding.of(
            about(jail),
            f"{jail.name} has the host name {jail.hostname}; its file says {name}.",
            [shown, written(run.settings, "host.hostname")],
            _modify(jail, "host.hostname", name, jail.hostname),
            confidence="likely",
            drift="live",
        )


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
        shown = Evidence(f"jls -j {jail.jid} devfs_ruleset", str(jail.ruleset))
        again = restart(context, jail, f"Its /dev then shows what ruleset {wanted} shows.")
        yield Finding.of(
            about(jail),
            f"{jail.name} runs with devfs_ruleset {jail.ruleset}; its file says {wanted}.",
            [shown, written(run.settings, "devfs_ruleset")],
            [edit(jail, "permissions", "devfs_ruleset"), *again],
            drift="restart",
        )


@rule("DRIFT-PERMISSION", "warning", "Permission differs from the file")
def drift_permission(context: Context) -> Iterator[Finding]:
    """A permission of a running jail has another value than in its file. `jail -m` changes most at once, but does not
    undo a line that was removed from the file. What the file does not mention is compared with jail(8)'s default, which
    is likely, not certain: security.jail.* of sysctl(8) can set another default. A securelevel above that of the file
    is not reported: a system can always raise it, so it may be the jail's own doing. An ordinary refresh reads only
    children.max and securelevel; the doctor reads all permissions.
    """
    # Sources: FREEBSD.md 2.2.
    for run in runs(context):
        running = _running(run.jail)
        for key in (running.values or ()) if running is not None else ():
            if running is None or key not in COMPARED:
                continue
            permission, negation = COMPARED[key]
            stated = key in run.settings.params or negation in run.settings.params
            wanted = value_of(permission, run.settings.jail.get(key)) if stated else _default(run, permission)
            if differing(running, permission, wanted) and not _raised(permission, running, wanted):
                yield _parameter(context, run, permission, running, wanted, stated)


ELSEWHERE = frozenset(("devfs_ruleset", "allow.sysvipc"))
"""DRIFT-RULESET judges the first; the kernel shows the other as sysvmsg, sysvsem and sysvshm."""


COMPARED = {
    permission.key: (permission, negated(permission.key)) for permission in TABLE if permission.key not in ELSEWHERE
}
SYSVIPC = next(permission for permission in TABLE if permission.key == "allow.sysvipc")


def _default(run: Run, permission: Permission) -> str:
    """The value after a start if the file does not set the permission; "" for a jail in a jail."""
    if run.jail.parent_jid:
        return ""
    if permission.key not in SYSTEM_V:
        return permission.default
    old = run.settings.jail.get("allow.sysvipc")
    shared = old is not None and value_of(SYSVIPC, old) == ALLOW
    return expected(permission, {permission.key: permission.default, "allow.sysvipc": ALLOW if shared else DENY}, ())


def _running(jail: Jail) -> Running | None:
    """The permissions of the running jail that were read."""
    few = {"children.max": jail.children_max, "securelevel": jail.securelevel}
    shown = {key: str(value) for key, value in few.items() if value is not None}
    values = dict(jail.params) if jail.params is not None else shown
    return Running(jail.jid, values) if jail.jid is not None else None


def _raised(permission: Permission, running: Running, wanted: str) -> bool:
    """Whether the permission is the securelevel, and was only raised."""
    now = running.value(permission) or ""
    return permission.key == "securelevel" and _is_number(now) and _is_number(wanted) and int(now) > int(wanted)


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdecimal()


def _parameter(
    context: Context, run: Run, permission: Permission, running: Running, wanted: str, stated: bool
) -> Finding:
    jail, now = run.jail, running.value(permission) or ""
    # Naming allow.mount.X to jls would load a kernel module (FREEBSD.md 5.1).
    if permission.kind == "three":
        shown = Evidence(f"jls -n -j {jail.jid}", f"{permission.key}={now}")
    else:
        shown = Evidence(f"jls -j {jail.jid} {permission.key}", now)
    remedies = [edit(jail, "permissions", permission.key)]
    step = modification(jail.name, running, {permission: wanted}) if permission.live == "live" else None
    if step is not None and all(text.isprintable() for text in step.argv):
        undo = f"{permission.key} {word(now)} again"
        remedies.insert(0, Remedy.of("Set it now", (step,), f"{jail.name} has it at once.", step.breaks, undo))
    if permission.live == "restart":
        remedies = [*restart(context, jail, f"{jail.name} starts as its file says."), *remedies]
    says = f"its file says {word(wanted)}" if stated else f"its file does not set it: {word(wanted)} by default"
    text = f"{jail.name} runs with {permission.key} {word(now)}; {says}."
    evidence = (shown, written(run.settings, permission.key if stated else ""))
    confidence: Confidence = "certain" if stated else "likely"
    return Finding.of(about(jail), text, evidence, remedies, confidence=confidence, drift=permission.live)


def _modify(jail: Jail, name: str, wanted: str, now: str) -> tuple[Remedy, ...]:
    """`jail -m` with parameters as arguments, so that no file is read (FREEBSD.md 2.2); none for unprintable values."""
    if not (now.isprintable() and wanted.isprintable()):
        return ()
    words = ("jail", "-m", f"jid={jail.jid}")
    step = Step((*words, f"{name}={wanted}"), "as its file says", undo=(*words, f"{name}={now}"))
    return (Remedy.of("Set it now", (step,), f"{jail.name} has it at once.", undo=f"{name}={now} again"),)
