"""bastille(8): start, stop, restart and list, for VNET jails, as Bastille 1.0 does.

Source: BastilleBSD/bastille, usr/local/bin/bastille and usr/local/share/bastille/{common,start,stop,restart,list}.sh.
A loop over the jails that no `exit` leaves ends with 0, whatever jail(8) said; 1 is for wrong words and users.
"""

from __future__ import annotations

import re

from jailtui.simhost.call import Call
from jailtui.simhost.managers import asking

CONF = "/usr/local/etc/bastille/bastille.conf"
USAGE = "Usage: bastille {} [option(s)] TARGET\n"


def main(call: Call) -> int:
    verb, *words = call.args or ("help",)
    if verb not in VERBS:
        call.out("Usage:\n  bastille [option(s)] command TARGET [args]\n")
        return 1
    conf = asking.settings(call, CONF)
    if not conf:
        call.out(f"Configuration not found: {CONF}\n")
        return 1
    if not call.privileged:
        call.err("Bastille: Permission Denied\nroot / sudo / doas required\n")
        return 1
    jails = conf.get("bastille_jailsdir") or "/usr/local/bastille/jails"
    if verb == "list":
        return show(call, jails, words)
    targets = [word for word in words if not word.startswith("-")]
    if len(targets) != 1:
        call.err(USAGE.format(verb))
        return 1
    for name in selected(call, jails, targets[0]):
        VERBS[verb](call, jails, name)
    return 0


def names(call: Call, jails: str) -> list[str]:
    """`bastille list jails`: the directories that have a jail.conf."""
    return [name for name in asking.listed(call, jails) if asking.text(call, f"{jails}/{name}/jail.conf") is not None]


def selected(call: Call, jails: str, target: str) -> list[str]:
    """set_target of common.sh: ALL, a name, else the only name that begins so (or that the word matches as one)."""
    there = names(call, jails)
    if target in ("ALL", "all"):
        return there
    if matches(target, there):
        return [target]
    longer = [name for name in there if matches(f"{target}.*", [name])]
    if len(longer) > 1:
        asking.complain(call, "\n".join((f"Multiple jails found for {target}:", *longer)))
    elif not longer:
        asking.complain(call, f'Jail not found "{target}"')
    return longer if len(longer) == 1 else []


def matches(target: str, there: list[str]) -> bool:
    """`grep -Eq "^TARGET$"`."""
    try:
        return any(re.fullmatch(target, name) for name in there)
    except re.error:
        return False


def depends(call: Call, jails: str, name: str) -> list[str]:
    """The jails that must run before this one."""
    return asking.settings(call, f"{jails}/{name}/settings.conf").get("depend", "").split()


def start(call: Call, jails: str, name: str) -> None:
    for other in depends(call, jails, name):
        if other not in asking.running(call):
            start(call, jails, other)
    call.out(f"\n[{name}]:\n")
    if matches(name, asking.running(call)):
        asking.complain(call, "Jail is already running.")
        return
    asking.do(call, "jail", "-f", f"{jails}/{name}/jail.conf", "-c", name)


def stop(call: Call, jails: str, name: str) -> None:
    """Jails that depend on it are stopped first."""
    for other in names(call, jails):
        if name in depends(call, jails, other) and other in asking.running(call):
            stop(call, jails, other)
    call.out(f"\n[{name}]:\n")
    if not matches(name, asking.running(call)):
        asking.complain(call, "Jail is already stopped.")
        return
    asking.do(call, "jail", "-f", f"{jails}/{name}/jail.conf", "-r", name)


def restart(call: Call, jails: str, name: str) -> None:
    """A stopped jail is started, too."""
    stop(call, jails, name)
    start(call, jails, name)


def show(call: Call, jails: str, words: list[str]) -> int:
    """`bastille list`, a table of all jails, and `bastille list jails`, their names."""
    if words and words[0] in ("jail", "jails", "container", "containers"):
        call.out("".join(f"{name}\n" for name in names(call, jails)))
        return 0
    rows = [("JID", "Name", "Boot", "Prio", "State", "Type", "IP Address", "Published Ports", "Release", "Tags")]
    for name in names(call, jails):
        jid = asking.jid_of(call, name)
        kept = asking.settings(call, f"{jails}/{name}/settings.conf")
        inside = asking.settings(call, f"{jails}/{name}/root/etc/rc.conf")
        address = inside.get("ifconfig_vnet0", "").removeprefix("inet ").partition("/")[0]
        state = "Up" if jid else "Down"
        boot, priority = kept.get("boot", "-"), kept.get("priority", "-")
        rows.append((jid or "-", name, boot, priority, state, "thin", address or "-", "-", "-", "-"))
    asking.table(call, rows)
    return 0


VERBS = {"start": start, "stop": stop, "restart": restart, "list": start}
