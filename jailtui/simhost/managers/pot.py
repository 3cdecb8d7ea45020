"""pot(1): start, stop and list, for pots of the public bridge. It has no restart.

Source: bsdpot/pot, share/pot/{start,stop,list,vnet-start,common,network}.sh; the name, group and description of a
pot's first end as in FREEBSD.md 10. jail(8) gets the parameters of a pot on its command line: there is no file.
"""

from __future__ import annotations

import os
import time

from jailtui.simhost.call import Call
from jailtui.simhost.managers import asking

CONF = "/usr/local/etc/pot/pot.conf"
FIXED = (
    "allow.set_hostname=false allow.raw_sockets allow.socket_af allow.sysvipc allow.chflags exec.clean mount.devfs"
).split()


def main(call: Call) -> int:
    verb, *words = call.args or ("help",)
    conf = asking.settings(call, CONF)
    pots = f"{conf.get('POT_FS_ROOT', '/opt/pot')}/jails"
    if verb == "list":
        return show(call, pots, words)
    if verb not in ("start", "stop"):
        call.out(f"###>  Unknown command: {verb}\n")
        return 1
    if not words:
        return error(call, "A pot name is mandatory")
    if asking.text(call, f"{pots}/{words[0]}/conf/pot.conf") is None:
        return error(call, f"The pot {words[0]} is not a valid pot")
    if not call.privileged:
        return error(call, "This operation needs to be performed by root")
    return start(call, pots, words[0], conf) if verb == "start" else stop(call, pots, words[0])


def error(call: Call, text: str) -> int:
    asking.complain(call, f"###>  {text}")
    return 1


def properties(call: Call, pots: str, name: str) -> dict[str, str]:
    """The lines `key=value` of a pot.conf."""
    lines = (asking.text(call, f"{pots}/{name}/conf/pot.conf") or "").splitlines()
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


def bridge_of(call: Call, conf: dict[str, str]) -> str:
    """The bridge that has the gateway's address, made where there is none."""
    for bridge in asking.ask(call, "ifconfig", "-g", "bridge")[1].split():
        if f"inet {conf['POT_GATEWAY']} " in asking.ask(call, "ifconfig", bridge, "inet")[1]:
            return bridge
    bridge = asking.ask(call, "ifconfig", "bridge", "create")[1].strip()
    asking.ask(call, "ifconfig", bridge, "inet", conf["POT_GATEWAY"], "netmask", conf["POT_NETMASK"])
    return bridge


def start(call: Call, pots: str, name: str, conf: dict[str, str]) -> int:
    """A pot that runs is no error. What a start that fails left is ended as a stop does."""
    if name in asking.running(call):
        return 0
    own = properties(call, pots, name)
    bridge, pair = bridge_of(call, conf), asking.ask(call, "ifconfig", "epair", "create")[1].strip()
    a, b = f"p{int(time.time()) & 0xFFFFFF:x}{os.getpid() & 0xFFFF:x}", f"{pair[:-1]}b"
    commands = [("ifconfig", pair, "name", a), ("ifconfig", a, "group", "pot", "description", name, "up")]
    problem = asking.first_failure(call, [*commands, ("ifconfig", bridge, "addm", a)])
    if problem:
        return error(call, problem)
    inside = f"{pots}/{name}/m"
    configure(call, f"{inside}/etc/rc.conf", f"ifconfig_{b}", own["ip"], conf)
    call.out(f"===>  Starting the pot {name}\n")
    named = [f"name={name}", f"host.hostname={own['host.hostname']}", f"osrelease={own['osrelease']}", f"path={inside}"]
    network = ["persist", "vnet", f"vnet.interface={b}", "exec.start=sh /etc/rc"]
    asking.do(call, "jail", "-c", "-J", f"/tmp/{name}.jail.conf", *FIXED, *named, *network)
    if name in asking.running(call):
        return 0
    stop(call, pots, name)
    return error(call, f"{name} failed to start")


def configure(call: Call, path: str, variable: str, address: str, conf: dict[str, str]) -> None:
    """Write the address of a pot's interface and the gateway into its rc.conf, over those of its last start."""
    old = (asking.text(call, path) or "").splitlines()
    kept = [line for line in old if not line.startswith(("ifconfig_epair", "defaultrouter="))]
    network = [f'{variable}="inet {address} netmask {conf["POT_NETMASK"]}"', f'defaultrouter="{conf["POT_GATEWAY"]}"']
    asking.write(call, path, "\n".join([*kept, *network, ""]))


def stop(call: Call, pots: str, name: str) -> int:
    """`jail -q -r`, which runs no hook, then its pair and its mounts; a pot that is stopped is no error."""
    if name in asking.running(call):
        asking.do(call, "jail", "-q", "-r", name)
    for end in asking.ask(call, "ifconfig", "-g", "pot")[1].split():
        if f"\tdescription: {name}\n" in asking.ask(call, "ifconfig", end)[1]:
            asking.do(call, "ifconfig", end, "destroy")
    inside = f"{pots}/{name}/m"
    if f" on {inside}/dev (" in asking.ask(call, "mount")[1]:
        asking.do(call, "umount", "-f", f"{inside}/dev")
    return 0


def show(call: Call, pots: str, words: list[str]) -> int:
    """`pot list`, and with -q the names alone."""
    for name in asking.listed(call, pots):
        own = properties(call, pots, name)
        if not own:
            continue
        active = "true" if name in asking.running(call) else "false"
        if "-q" in words:
            call.out(f"{name}\n")
        else:
            call.out(
                f"pot name : {name}\n\tnetwork : {own['network_type']}\n\tip : {own['ip']}\n\tactive : {active}\n\n"
            )
    return 0
