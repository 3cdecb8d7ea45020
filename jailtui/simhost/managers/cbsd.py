"""cbsd(1): jstart, jstop, jrestart and jls, for VNET jails.

Source: cbsd/cbsd, sudoexec/{jstart,jstop}, jailctl/{jrestart,jls}, subr/vnet.subr; the description of the first end
and the name of the second in the jail as in FREEBSD.md 10. A jail's settings are in a database: here in rc.conf_NAME of
its folder, as `jmkrcconf` writes them. jail(8) gets a file that is made anew for each command.
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.managers import asking

SYSTEM = "/usr/jails/jails-system"
CONF = "/usr/jails/ftmp/{}.conf"
PARAMETERS = """\
{jname} {{
	path = "{path}";
	host.hostname = "{host_hostname}";
	mount.devfs;
	devfs_ruleset = 4;
	allow.raw_sockets;
	enforce_statfs = 2;
	exec.clean;
	exec.start = "/bin/sh /etc/rc";
	exec.stop = "/bin/sh /etc/rc.shutdown";
	exec.consolelog = "/var/log/jail_{jname}_console.log";
	persist;
	vnet;
	vnet.interface = "{pair}b";
}}
"""


def main(call: Call) -> int:
    verb, *words = call.args or ("",)
    if verb == "jls":
        return show(call, words)
    names = [word.removeprefix("jname=") for word in words if not word.startswith("inter=")]
    if verb not in VERBS:
        call.err(f"{verb}: no such command\n")
        return 1
    if not call.privileged:
        return error(call, "Not for regular user")
    for name in names:
        own = asking.settings(call, f"{SYSTEM}/{name}/rc.conf_{name}")
        if not own:
            return error(call, f"No such jail: {name}")
        if status := VERBS[verb](call, name, own):
            return status
    return 0


def error(call: Call, text: str) -> int:
    asking.complain(call, text)
    return 1


def pair_of(call: Call, name: str) -> str:
    """The pair whose first end is described as this jail's, without its last letter, or ""."""
    for end in asking.ask(call, "ifconfig", "-g", "epair")[1].split():
        if f"\tdescription: {name}-eth0\n" in asking.ask(call, "ifconfig", end)[1]:
            return end[:-1]
    return ""


def start(call: Call, name: str, own: dict[str, str]) -> int:
    """Put a pair into the bridge of the uplink, then jail(8). It ends with 0 where jail(8) failed."""
    if asking.jid_of(call, name):
        return error(call, f"Jail {name} already running, jid: {asking.jid_of(call, name)}")
    bridge = next(
        bridge
        for bridge in asking.ask(call, "ifconfig", "-g", "bridge")[1].split()
        if f"member: {own['interface']} " in asking.ask(call, "ifconfig", bridge)[1]
    )
    pair = asking.ask(call, "ifconfig", "epair", "create")[1].strip()[:-1]
    problem = asking.first_failure(
        call,
        [
            ("ifconfig", f"{pair}a", "mtu", "1500"),
            ("ifconfig", f"{pair}b", "mtu", "1500"),
            ("ifconfig", bridge, "addm", f"{pair}a"),
            ("ifconfig", f"{pair}b", "ether", own["macb"]),
            ("ifconfig", f"{pair}a", "description", f"{name}-eth0", "up"),
        ],
    )
    if problem:
        return error(call, problem)
    call.out(f"Starting jail: {name}, parallel timeout=5\n")
    asking.write(call, CONF.format(name), PARAMETERS.format(pair=pair, **own))
    status = asking.do(call, "jail", "-f", CONF.format(name), "-c", name)
    os.unlink(call.root + CONF.format(name))
    if status:
        asking.ask(call, "ifconfig", f"{pair}a", "destroy")
        return 0
    commands = [
        ("jexec", name, "ifconfig", f"{pair}b", "name", "eth0"),
        ("jexec", name, "ifconfig", "eth0", "inet", own["ip4_addr"], "up"),
        ("jexec", name, "route", "add", "default", own["ci_gw4"]),
    ]
    if problem := asking.first_failure(call, commands):
        asking.complain(call, problem)
    return 0


def stop(call: Call, name: str, own: dict[str, str]) -> int:
    if not asking.jid_of(call, name):
        return error(call, f"Not Running: {name}")
    pair = pair_of(call, name)
    if not pair:
        call.out(f"Warning: Cant find epair for vnet-type jail:{name}\n")
    call.out(f"Stoping jail: {name}, parallel timeout=5\n")
    asking.write(call, CONF.format(name), PARAMETERS.format(pair=pair, **own))
    asking.do(call, "jail", "-f", CONF.format(name), "-r", name)
    os.unlink(call.root + CONF.format(name))
    if pair:
        asking.ask(call, "ifconfig", f"{pair}a", "destroy")
    return 0


def restart(call: Call, name: str, own: dict[str, str]) -> int:
    """It ends with 0 where either failed."""
    stop(call, name, own)
    start(call, name, own)
    return 0


def show(call: Call, words: list[str]) -> int:
    """`cbsd jls [header=0] [display=COLUMN,...]`."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    columns = options.get("display", "jname,jid,ip4_addr,host_hostname,path,status").split(",")
    rows = [] if options.get("header") == "0" else [tuple(column.upper() for column in columns)]
    for name in asking.listed(call, SYSTEM):
        own = asking.settings(call, f"{SYSTEM}/{name}/rc.conf_{name}")
        jid = asking.jid_of(call, name) if own else ""
        own |= {"jid": jid or "0", "status": "On" if jid else "Off"}
        if "jname" in own:
            rows.append(tuple(own.get(column) or "-" for column in columns))
    if rows:
        asking.table(call, rows)
    return 0


VERBS = {"jstart": start, "jstop": stop, "jrestart": restart}
