"""Rules about bridges: there now, there after boot, up, and with the members that rc.conf names (FREEBSD.md 4.3, 8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.rcconf import RcConf, RcLine, variable
from jailtui.config.syntax import key
from jailtui.exchange import Step
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.segments import (
    made_at_boot,
    made_by_hooks,
    made_by_vm,
    managers,
    misspelt,
    rc_of,
    respelt,
    uses,
    writable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Link
    from jailtui.config.world import JailSettings
    from jailtui.model.state import Bridge, Jail
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
    if not context.host:
        return
    for jail in context.judged:
        for number, link in enumerate(jail.view.links, 1) if jail.view.vnet else ():
            if link.bridge and link.bridge not in context.bridges and not _made(context, jail, link):
                yield _missing(context, jail, link.bridge, number)
                break


def _made(context: Context, jail: JailSettings, link: Link) -> bool:
    """Whether the jail's hooks make the bridge, or may do so by a command that was not understood."""
    return jail.view.doubts(link.bridge) or made_by_hooks(context, link.bridge, [jail.name])


def _missing(context: Context, jail: JailSettings, name: str, number: int) -> Finding:
    live = context.jails.get(jail.name)
    runs = live is not None and live.running
    what = "is cut off from it" if runs else "does not start without it"
    doubt = bool(jail.view.unread) and not runs
    what = "does not start unless a command that was not understood makes it" if doubt else what
    file, line = jail.place("exec.prestart")
    other = f"{name} is no bridge" if name in context.host else f"interface {name} does not exist"
    return Finding(
        "BRIDGE-MISSING",
        "note" if doubt else "error",
        Subject("jail", jail.name, jail.name),
        f"There is no bridge {name}, and {jail.name} {what}.",
        (
            Evidence(f"ifconfig {name}", other),
            Evidence(f"{file}:{line}", f"its hooks add an interface to {name}"),
            *_cloned(context),
            *misspelt(context, name),
        ),
        "guess" if doubt else "certain",
        remedies=tuple(_making(context, name)) if name not in context.host else (),
        fields=(("network", key(number, "bridge")),),
    )


def _cloned(context: Context) -> tuple[Evidence, ...]:
    """What rc.conf makes at boot, where it was read."""
    if context.rcconf is None:
        return ()
    return (Evidence("sysrc -n cloned_interfaces", context.rcconf.get("cloned_interfaces", "") or "(not set)"),)


def _making(context: Context, name: str) -> Iterator[Remedy]:
    """Make it as rc.conf says; else an empty one, and the form, which gives it members and writes it to rc.conf."""
    undo = ("ifconfig", name, "destroy")
    rc = rc_of(context)
    if rc is not None and OWN_NAME.fullmatch(name) and name in rc.cloned:
        start = Step(("service", "netif", "start", name), "set it up as ifconfig_IF of rc.conf says")
        steps = (Step(("ifconfig", name, "create"), "make the bridge", undo=undo), start)
        yield Remedy.of(f"Make {name} as rc.conf says", steps, undo=f"ifconfig {name} destroy")
        return
    if OWN_NAME.fullmatch(name):
        up = Step(("ifconfig", name, "up"), "a bridge passes nothing while it is down", undo=("ifconfig", name, "down"))
        steps = (Step(("ifconfig", name, "create"), "make the bridge", undo=undo), up)
        why = "It has no NIC and will be missing after a reboot: its form changes both."
        yield Remedy.of(f"Make an empty {name}", steps, why, undo=f"ifconfig {name} destroy")
    yield Remedy.of(f"Make {name} with its members", why="Now and at boot, by the form.", form=("bridge", "", "name"))


@rule("BRIDGE-NOT-AT-BOOT", "warning", "Bridge that will be missing after a reboot")
def not_at_boot(context: Context) -> Iterator[Finding]:
    """The bridge was made by hand, and rc.conf does not create it: after a reboot it is missing, everything that uses
    it has no network, and jails whose hooks add to it do not start. cloned_interfaces creates bridges at boot;
    `cloned_interface`, without the last s, has no effect. A bridge that a jail's hooks create is not reported. One of
    another tool (iocage, AppJail, pot, CBSD) may be recreated by that tool.
    """
    # Sources: FREEBSD.md 8, 10.
    rc = rc_of(context)
    for bridge in context.state.bridges:
        used = uses(bridge)
        if bridge.persistent is not False or not used or made_by_hooks(context, bridge.name, bridge.jails):
            continue
        if made_by_vm(context, bridge.name):
            continue
        owner = managers(context, bridge.name)
        yield Finding(
            "BRIDGE-NOT-AT-BOOT",
            "note" if owner else "warning",
            _subject(bridge),
            f"{bridge.name} will be missing after a reboot: rc.conf does not create it.",
            (
                *_cloned(context),
                *misspelt(context, bridge.name),
                Evidence(f"ifconfig {bridge.name}", used),
            ),
            "likely",
            owner,
            tuple(_writing(rc, bridge, [*misspelt(context, bridge.name)] != [])),
            "reboot",
        )


def _writing(rc: RcConf | None, bridge: Bridge, is_misspelt: bool) -> Iterator[Remedy]:
    """The variable's right name; else the form, which writes the members too."""
    if rc is not None and is_misspelt and writable(*(steps := respelt(rc))):
        yield Remedy.of(
            "Spell cloned_interfaces with its s", steps, "At boot all that it names is made.", undo="by sysrc"
        )
    yield Remedy.of(
        f"Write {bridge.name} to rc.conf", why="With its members, by the form.", form=("bridge", bridge.name, "boot")
    )


@rule("BRIDGE-DOWN", "error", "Bridge that is down")
def down(context: Context) -> Iterator[Finding]:
    """The bridge has members and is not UP: it passes nothing between them, and no jail behind it reaches anything. Set
    it up with `ifconfig bridge0 up`. For the next boot, ifconfig_bridge0 in rc.conf has to say `up` (ifconfig(8)).
    """
    for bridge in context.state.bridges:
        if bridge.up or not bridge.members:
            continue
        name = bridge.name
        step = Step(
            ("ifconfig", name, "up"), "a bridge passes nothing while it is down", undo=("ifconfig", name, "down")
        )
        yield Finding(
            "BRIDGE-DOWN",
            "error",
            _subject(bridge),
            f"{name} is down: nothing passes between its members.",
            (
                Evidence(
                    f"ifconfig {name}", f"no UP among its flags; {uses(bridge) or 'members: ' + bridge.members[0]}"
                ),
            ),
            owner=managers(context, name),
            remedies=(Remedy.of(f"Bring {name} up", (step,), undo=f"ifconfig {name} down"),),
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
    for name in sorted({*(bridge.name for bridge in context.state.bridges), *boot}):
        line = rc.line(name)
        missing = [one for one in line.members if one not in context.host and not _comes(one, boot)]
        if missing and (name in context.bridges or name in boot):
            yield _gone(rc, name, line, missing)
        bridge = context.bridges.get(name)
        if bridge is not None:
            yield from (_left(context, bridge, one) for one in line.members if _is_out(context, bridge, one))


def _comes(name: str, boot: frozenset[str]) -> bool:
    """Whether rc.conf makes it, so that it is there at boot."""
    return name in boot or re.sub("[ab]$", "", name) in boot


def _is_out(context: Context, bridge: Bridge, name: str) -> bool:
    """Whether an interface of the host should be in the bridge and is in none."""
    return name in context.host and name not in bridge.members and name not in context.bridge_of


def _gone(rc: RcConf, name: str, line: RcLine, missing: list[str]) -> Finding:
    told = variable("ifconfig", name)
    words = str(line).split()
    after = " ".join(words[words.index(missing[0]) + 1 :])
    kept = {one: tags for one, tags in line.members.items() if one not in missing}
    steps = tuple(rc.assign(told, str(line.with_members(kept)), f"without {', '.join(missing)}"))
    remedies = [
        Remedy.of(f"Wait for {missing[0]}", why="Nothing is to be done if it is plugged in or made before boot.")
    ]
    if writable(*steps):
        remedies.append(Remedy.of(f"Take {', '.join(missing)} out of rc.conf", steps, undo="by sysrc"))
    return Finding(
        "BRIDGE-MEMBER-GONE",
        "warning",
        Subject("bridge", name, name),
        f"rc.conf adds {', '.join(missing)} to {name}, and there is no such interface"
        + (f": at boot `{after}` is not applied." if after else "."),
        (Evidence(f"sysrc -n {told}", str(line)), Evidence(f"ifconfig {missing[0]}", "does not exist")),
        remedies=tuple(remedies),
        drift="reboot",
    )


def _left(context: Context, bridge: Bridge, name: str) -> Finding:
    told = variable("ifconfig", bridge.name)
    severity: Severity = "error" if any(jail.running for jail in _jails(context, bridge)) else "warning"
    add, drop = ("ifconfig", bridge.name, "addm", name), ("ifconfig", bridge.name, "deletem", name)
    breaks = f"{name} may lose its link for a second as it joins; so may an ssh session through it"
    wake = ("ifconfig", name, "up")
    asleep = () if context.host[name].up else (Step(wake, "it passes nothing while it is down"),)
    steps = (*asleep, Step(add, f"{name} joins", breaks, drop))
    return Finding(
        "BRIDGE-MEMBER-GONE",
        severity,
        _subject(bridge),
        f"{name} is not in {bridge.name}, where rc.conf has it.",
        (
            Evidence(f"sysrc -n {told}", (context.rcconf or {}).get(told, "")),
            Evidence(f"ifconfig {bridge.name}", f"members: {', '.join(bridge.members) or 'none'}"),
        ),
        owner=managers(context, bridge.name),
        remedies=(Remedy.of(f"Add {name} to {bridge.name}", steps, breaks=breaks, undo=" ".join(drop)),),
        drift="live",
    )


def _jails(context: Context, bridge: Bridge) -> Iterator[Jail]:
    return (context.jails[name] for name in bridge.jails if name in context.jails)


def _subject(bridge: Bridge) -> Subject:
    return Subject("bridge", bridge.name, bridge.name)
