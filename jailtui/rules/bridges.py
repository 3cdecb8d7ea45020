"""Rules about bridges: missing now or after boot, down, or without a member of rc.conf (FREEBSD.md 4.3, 8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.rcconf import RcConf, RcLine, variable
from jailtui.config.syntax import key
from jailtui.exchange import Step
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject, cause, rule
from jailtui.rules.interfaces import links
from jailtui.rules.jailwords import about, written
from jailtui.rules.segments import (
    about_bridge,
    exists,
    made_at_boot,
    made_by_hooks,
    made_by_vm,
    misspelt,
    rc_line,
    rc_of,
    respelling,
    tools_of,
    up_step,
    uses,
    wait_for,
    writable,
    write_to_rc,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.world import JailSettings
    from jailtui.model.state import Bridge
    from jailtui.rules.context import Context

OWN_NAME = re.compile(r"bridge\d+")


@rule("BRIDGE-MISSING", "error", "A jail's bridge does not exist", preflight=True, drafts=True)
def missing(context: Context) -> Iterator[Finding]:
    """The jail's hooks add an interface to a bridge that the host does not have, and none of them creates it. The
    `addm` fails, and with it the start, and the epair made for it stays behind. A running jail is cut off from
    everything behind the bridge. Create the bridge now, and let rc.conf create it at boot (cloned_interfaces, with the
    s).
    """
    # Sources: FREEBSD.md 4.3, 8.
    bridgeless: set[str] = set()
    for jail, number, link in links(context) if context.host else ():
        name = link.bridge
        if not name or name in context.bridges or jail.name in bridgeless:
            continue
        # Its hooks may create the bridge, also by a command that was not understood.
        if not jail.view.doubts(name) and not made_by_hooks(context, name, [jail.name]):
            bridgeless.add(jail.name)
            yield _missing(context, jail, name, number)


def _missing(context: Context, jail: JailSettings, name: str, number: int) -> Finding:
    runs = jail.name in context.live
    doubt = bool(jail.view.unread) and not runs
    effect = "is cut off from it" if runs else "does not start without it"
    effect = "does not start unless a command that was not understood creates it" if doubt else effect
    shown = f"{name} is not a bridge" if name in context.host else f"interface {name} does not exist"
    evidence = [Evidence(f"ifconfig {name}", shown), written(jail, "exec.prestart", name)]
    if context.rcconf is not None:
        evidence.append(rc_line(context, "cloned_interfaces"))
    return Finding.of(
        about(jail),
        f"There is no bridge {name}, and {jail.name} {effect}.",
        [*evidence, *misspelt(context, name)],
        _making(context, name) if name not in context.host else (),
        severity="note" if doubt else None,
        confidence="guess" if doubt else "certain",
        fields=(("network", key(number, "bridge")),),
        causes=(cause("jail", jail.name), exists("bridge", name)),
    )


def _making(context: Context, name: str) -> Iterator[Remedy]:
    """Create it as rc.conf says; else an empty bridge, or with the form, which adds members and writes to rc.conf."""
    create = Step(("ifconfig", name, "create"), "create the bridge", undo=("ifconfig", name, "destroy"))
    undo = f"ifconfig {name} destroy"
    rc = rc_of(context)
    if rc is not None and OWN_NAME.fullmatch(name) and name in rc.cloned:
        start = Step(("service", "netif", "start", name), "set it up as ifconfig_IF of rc.conf says")
        yield Remedy.of(f"Create {name} as rc.conf says", (create, start), undo=undo)
        return
    if OWN_NAME.fullmatch(name):
        why = "It has no NIC and will be missing after a reboot: its form changes both."
        yield Remedy.of(f"Create an empty {name}", (create, up_step(name)), why, undo=undo)
    yield Remedy.of(
        f"Create {name} with its members", why="Now and at boot, with the form.", form=("bridge", "", "name")
    )


@rule("BRIDGE-GONE", "warning", "Bridge of rc.conf that does not exist now")
def gone(context: Context) -> Iterator[Finding]:
    """rc.conf creates the bridge at boot (cloned_interfaces), but the host has no such bridge now: somebody destroyed
    it, or it was added to rc.conf and never created. What uses it has no network, and jails whose hooks or `interface`
    name it do not start. Create it as rc.conf says, or remove it from rc.conf.
    """
    # Sources: FREEBSD.md 8.
    rc = rc_of(context)
    for name in dict.fromkeys(rc.cloned) if rc is not None and context.host else ():
        renamed = rc.values.get(variable("ifconfig", name, "_name"), name) if rc is not None else name
        if OWN_NAME.fullmatch(name) and context.host.keys().isdisjoint((name, renamed)):
            yield _absent(context, name)


def _absent(context: Context, name: str) -> Finding:
    jails = [jail for jail in context.world.jails if _names(jail, name)]
    users = f", and {', '.join(jail.name for jail in jails)} {'uses' if len(jails) == 1 else 'use'} it" if jails else ""
    return Finding.of(
        Subject("bridge", name, name),
        f"{name} does not exist now: rc.conf creates it at boot{users}.",
        [
            rc_line(context, "cloned_interfaces"),
            Evidence(f"ifconfig {name}", f"interface {name} does not exist"),
            *(written(jail, "", name) for jail in jails[:1]),
        ],
        _making(context, name),
        causes=(exists("bridge", name),),
        drift="live",
    )


def _names(jail: JailSettings, name: str) -> bool:
    """Whether the jail's hooks or parameters use the bridge."""
    return jail.view.touches(name) or any(name in (link.bridge, link.given) for link in jail.view.links)


@rule("BRIDGE-NOT-AT-BOOT", "warning", "Bridge that will be missing after a reboot")
def not_at_boot(context: Context) -> Iterator[Finding]:
    """The bridge was made by hand, and rc.conf does not create it: after a reboot it is missing, everything that uses
    it has no network, and jails whose hooks add to it do not start. cloned_interfaces creates bridges at boot;
    `cloned_interface`, without the last s, has no effect. A bridge that a jail's hooks create is not reported. One of
    another tool (iocage, AppJail, pot, CBSD) may be recreated by that tool.
    """
    # Sources: FREEBSD.md 8, 10.
    for bridge in context.state.bridges:
        used = uses(bridge)
        if bridge.persistent is not False or not used or made_by_hooks(context, bridge.name, bridge.jails):
            continue
        if made_by_vm(context, bridge.name):
            continue
        tools = tools_of(context, bridge.name)
        yield Finding.of(
            about_bridge(bridge),
            f"{bridge.name} will be missing after a reboot: rc.conf does not create it.",
            [
                rc_line(context, "cloned_interfaces"),
                *misspelt(context, bridge.name),
                Evidence(f"ifconfig {bridge.name}", f"{used}; {tools} may create it again" if tools else used),
            ],
            [*respelling(context, bridge.name), write_to_rc("bridge", bridge.name, "With its members, with the form.")],
            severity="note" if tools else None,
            confidence="likely",
            drift="reboot",
        )


@rule("BRIDGE-DOWN", "error", "Bridge that is down")
def down(context: Context) -> Iterator[Finding]:
    """The bridge has members and is not UP: it passes nothing between them, and no jail behind it reaches anything. Set
    it up with `ifconfig BRIDGE up`. For the next boot, ifconfig_BRIDGE in rc.conf has to say `up` (ifconfig(8)).
    """
    for bridge in context.state.bridges:
        if bridge.up or not bridge.members:
            continue
        name = bridge.name
        used = uses(bridge) or f"members: {bridge.members[0]}"
        yield Finding.of(
            about_bridge(bridge),
            f"{name} is down: nothing passes between its members.",
            [Evidence(f"ifconfig {name}", f"no UP among its flags; {used}")],
            [Remedy.of(f"Set {name} up", (up_step(name),), undo=f"ifconfig {name} down")],
        )


@rule("BRIDGE-MEMBER-GONE", "warning", "Member of a bridge that is missing")
def member_gone(context: Context) -> Iterator[Finding]:
    """rc.conf names members of the bridge (ifconfig_bridge0="addm em0 … up"), and one is not in it. If no such
    interface exists, ifconfig stops at that word: nothing after it is applied at boot, neither further members nor
    `up`. If it exists, the bridge lost it, for example when `service netif restart` recreated the clones, or nobody
    added it yet: everything behind the bridge is cut off from that network now.
    """
    # Sources: FREEBSD.md 4.3, 8.
    rc = rc_of(context)
    if rc is None or not context.host:
        return
    boot = made_at_boot(context)
    for name in sorted({*context.bridges, *boot}):
        line = rc.line(name)
        missing = [
            member
            for member in line.members
            if member not in context.host and boot.isdisjoint((member, re.sub("[ab]$", "", member)))
        ]
        if missing and (name in context.bridges or name in boot):
            yield _missing_members(rc, name, line, missing)
        bridge = context.bridges.get(name)
        for member in line.members if bridge is not None else ():
            joined = bridge is not None and (member in bridge.members or member in context.bridge_of)
            if bridge is not None and member in context.host and not joined:
                yield _outside_member(context, bridge, member)


def _missing_members(rc: RcConf, name: str, line: RcLine, missing: list[str]) -> Finding:
    setting, names = variable("ifconfig", name), ", ".join(missing)
    words = str(line).split()
    after = " ".join(words[words.index(missing[0]) + 1 :])
    kept = {member: tags for member, tags in line.members.items() if member not in missing}
    steps = tuple(rc.assign(setting, str(line.with_members(kept)), f"without {names}"))
    remedies = [wait_for(missing[0])]
    if writable(*steps):
        remedies.append(Remedy.of(f"Remove {names} from rc.conf", steps, undo="by sysrc"))
    text = f"rc.conf adds {names} to {name}, but the host has no {' or '.join(missing)}"
    return Finding.of(
        Subject("bridge", name, name),
        f"{text}: at boot `{after}` is not applied." if after else f"{text}.",
        [Evidence(f"sysrc -n {setting}", str(line)), Evidence(f"ifconfig {missing[0]}", "does not exist")],
        remedies,
        drift="reboot",
    )


def _outside_member(context: Context, bridge: Bridge, name: str) -> Finding:
    add, drop = (("ifconfig", bridge.name, verb, name) for verb in ("addm", "deletem"))
    breaks = f"{name} may lose its link for a second as it joins; so may an ssh session through it"
    up_steps = () if context.host[name].up else (up_step(name)._replace(undo=None),)
    steps = (*up_steps, Step(add, f"{name} joins", breaks, drop))
    jails = (context.jails[jail] for jail in bridge.jails if jail in context.jails)
    return Finding.of(
        about_bridge(bridge),
        f"{name} is not in {bridge.name}, where rc.conf has it.",
        [
            rc_line(context, variable("ifconfig", bridge.name)),
            Evidence(f"ifconfig {bridge.name}", f"members: {', '.join(bridge.members) or 'none'}"),
        ],
        [Remedy.of(f"Add {name} to {bridge.name}", steps, breaks=breaks, undo=" ".join(drop))],
        severity="error" if any(jail.running for jail in jails) else None,
        drift="live",
    )
