"""/etc/rc and /etc/rc.shutdown in a jail, as far as a console sees them: addresses, a daemon, a few lines.

Sources: rc(8); recordings 15.1 jail/thin/03 and /04, 13.2 orphan/full-rc and full-rc-daemon.
"""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.processes import daemons
from jailtui.simhost.run import run

UNKNOWN = 127
DAEMONS = ("syslogd", "cron")
"""Started by every rc.conf that does not say NO (defaults/rc.conf)."""


def main(call: Call) -> int:
    """`rc SCRIPT WORD...`. On the host the script is not found: nothing may boot the host."""
    script = call.args[0]
    if script == "/etc/rc" and call.jid:
        return boot(call)
    if script == "/etc/rc.shutdown":
        return shutdown(call)
    call.err(f"{script}: not found\n")
    return UNKNOWN


def boot(call: Call) -> int:
    """Set up lo0 and the interfaces of the jail's rc.conf in its own stack, and start its daemons."""
    with call.transaction(write=False) as kernel:
        jail = kernel.jails[call.jid]
        path, own, names = jail.path, jail.own_vnet, [i.name for i in kernel.listed(call.vnet(kernel))]
    settings = rc_conf(call.root + path.rstrip("/") + "/etc/rc.conf")
    call.out("ELF ldconfig path: /lib /usr/lib /usr/lib/compat\n32-bit compatibility ldconfig path:\n")
    if own:
        configure(call, settings, names)
    started = [name for name in DAEMONS if settings.get(f"{name}_enable", "YES").upper() != "NO"]
    for name in started:
        call.out(f"Starting {name}.\n")
    if started:
        with call.transaction(write=True) as kernel:
            daemons(kernel).append(call.jid)
    return 0


def configure(call: Call, settings: dict[str, str], names: list[str]) -> None:
    """`Starting Network`: lo0, every interface the jail's rc.conf names, the default route."""
    run(call.becomes("ifconfig", ["lo0", "inet", "127.0.0.1/8", "up"]))
    started = ["lo0"]
    for driver in names:
        if name := settings.get(variable(driver) + "_name", ""):
            run(call.becomes("ifconfig", [driver, "name", name]))
        else:
            name = driver
        words = settings.get(variable(name), "").split()
        if "DHCP" in words or "SYNCDHCP" in words:
            run(call.becomes("dhclient", [name]))
        elif words:
            run(call.becomes("ifconfig", [name, *words]))
        if words:
            started.append(name)
    call.out(f"Starting Network: {' '.join(started)}.\n")
    for name in started:
        run(call.becomes("ifconfig", [name]))
    gateway = settings.get("defaultrouter", "NO")
    if gateway.upper() not in ("NO", ""):
        run(call.becomes("route", ["add", "default", gateway]))


def variable(name: str) -> str:
    """The variable of rc.conf for an interface."""
    return "ifconfig_" + "".join(c if c.isalnum() else "_" for c in name)


def shutdown(call: Call) -> int:
    """End the jail's daemons."""
    if call.jid:
        with call.transaction(write=True) as kernel:
            running = daemons(kernel)
            if call.jid in running:
                running.remove(call.jid)
                call.out("Stopping cron.\n")
    return 0


def rc_conf(path: str) -> dict[str, str]:
    """The assignments of an rc.conf; a missing file has none."""
    from jailtui.simhost.tools.sysrc import assignments

    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return assignments(file.read())
    except OSError:
        return {}
