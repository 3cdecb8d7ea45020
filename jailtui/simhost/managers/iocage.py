"""iocage(8): start, stop, restart and list, for VNET jails.

Source: iocage/iocage, iocage_lib/ioc_start.py (start_network_vnet_iface and the rest), ioc_stop.py, ioc_list.py and
iocage_cli/list.py. A jail's properties are in config.json; jail(8) gets a file of /var/run that lives as long as it.
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.managers import asking

JAILS = "/zroot/iocage/jails"
CONSOLE = "/zroot/iocage/log/{}-console.log"
PARAMETERS = """\
{name} {{
  vnet;
  mount.devfs = 1;
  allow.set_hostname = 1;
  sysvmsg = new;
  sysvsem = new;
  sysvshm = new;
  host.hostname = "{hostname}";
  path = "{path}/root";
  securelevel = 2;
  devfs_ruleset = 4;
  enforce_statfs = 2;
  children.max = 0;
  exec.clean = 1;
  exec.timeout = 60;
  stop.timeout = 30;
  mount.fstab = "{path}/fstab";
  allow.dying;
  exec.consolelog = "/zroot/iocage/log/{name}-console.log";
  persist;
}}
"""


def main(call: Call) -> int:
    verb, *words = call.args or ("",)
    if verb == "list":
        return show(call, words)
    if verb not in VERBS or not words:
        call.err("Usage: iocage [OPTIONS] COMMAND [ARGS]...\n")
        return 2
    if not call.privileged:
        asking.complain(call, "Root privileges are required for this command.")
        return 1
    for target in list(names(call)) if "ALL" in words else words:
        if not (name := jail_named(call, target)):
            return 1
        if status := VERBS[verb](call, name):
            return status
    return 0


def names(call: Call) -> dict[str, dict[str, str]]:
    """Each jail's properties, by its name."""
    import json

    jails = {}
    for name in asking.listed(call, JAILS):
        if (text := asking.text(call, f"{JAILS}/{name}/config.json")) is not None:
            jails[name] = json.loads(text)
    return jails


def jail_named(call: Call, target: str) -> str:
    """The jail of that name, else the only one whose name begins so; "" and a message without one."""
    jails = list(names(call))
    begins = [target] if target in jails else [name for name in jails if name.startswith(target)]
    if len(begins) == 1:
        return begins[0]
    asking.complain(call, f"Multiple jails found for {target}:" if begins else f"jail '{target}' not found!")
    return ""


def kernel_name(name: str) -> str:
    return f"ioc-{name.replace('.', '_')}"


def conf_of(name: str) -> str:
    return f"/var/run/jail.{kernel_name(name)}.conf"


def start(call: Call, name: str) -> int:
    """jail(8) first, then its network, then its services."""
    own = kernel_name(name)
    if asking.jid_of(call, own):
        asking.complain(call, f"{name} is already running!")
        return 1
    properties, path = names(call)[name], f"{JAILS}/{name}"
    call.out(f"* Starting {name}\n")
    asking.write(call, conf_of(name), PARAMETERS.format(name=own, hostname=properties["host_hostname"], path=path))
    status, _, err = asking.ask(call, "jail", "-f", conf_of(name), "-c")
    if status:
        call.out("  + Start FAILED\n")
        asking.complain(call, err)
        return 1
    call.out("  + Started OK\n  + Using devfs_ruleset: 4\n")
    if problem := connect(call, name, properties, asking.jid_of(call, own)):
        call.out("  + Configuring VNET FAILED\n")
        asking.complain(call, f"  {problem}\n\nStopped {name} due to VNET failure")
        end(call, name)
        return 1
    call.out("  + Configuring VNET OK\n  + Using IP options: vnet\n")
    asking.logged(call, CONSOLE.format(name), "jexec", own, *properties["exec_start"].split())
    call.out("  + Starting services OK\n  + Executing poststart OK\n")
    return 0


def connect(call: Call, name: str, properties: dict[str, str], jid: str) -> str:
    """A pair for each of `interfaces` (`vnet0:bridge0`), and its address in the jail. The error, or ""."""
    own, gateway = kernel_name(name), properties["defaultrouter"]
    for definition in properties["interfaces"].split(","):
        nic, bridge = definition.split(":")
        pair = asking.ask(call, "ifconfig", "epair", "create")[1].strip()
        a, b, inside = f"{nic}.{jid}", f"{pair[:-1]}b", f"{nic.replace('vnet', 'epair')}b"
        mac_a, mac_b = map(colons, properties[f"{nic}_mac"].split())
        renamed = [] if b == inside else [("jexec", own, "ifconfig", b, "name", inside)]
        asking.ask(call, "ifconfig", bridge, "addm", "em0")
        commands = [
            ("ifconfig", pair, "name", a, "mtu", "1500"),
            ("ifconfig", a, "link", mac_a),
            ("ifconfig", a, "description", f"associated with jail: {name} as nic: {inside}"),
            ("ifconfig", b, "vnet", own),
            ("jexec", own, "ifconfig", b, "mtu", "1500"),
            *renamed,
            ("jexec", own, "ifconfig", inside, "link", mac_b),
            ("ifconfig", bridge, "addm", a, "up"),
            ("ifconfig", a, "up"),
            ("jexec", own, "ifconfig", inside, properties["ip4_addr"].partition("|")[2], "alias"),
        ]
        if problem := asking.first_failure(call, commands):
            return problem
    return asking.first_failure(call, [("jexec", own, "route", "add", "default", gateway)])


def colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))


def stop(call: Call, name: str) -> int:
    """A jail that is stopped already is no error."""
    if not asking.jid_of(call, kernel_name(name)):
        asking.complain(call, f"{name} is not running!")
        return 0
    call.out(f"* Stopping {name}\n  + Executing prestop OK\n")
    asking.logged(call, CONSOLE.format(name), "jexec", kernel_name(name), *names(call)[name]["exec_stop"].split())
    call.out("  + Stopping services OK\n  + Tearing down VNET OK\n")
    if problem := end(call, name):
        asking.complain(call, f"  + Removing jail process FAILED:\n{problem}")
        return 1
    call.out("  + Removing jail process OK\n  + Executing poststop OK\n")
    return 0


def end(call: Call, name: str) -> str:
    """Destroy its pairs, and remove it by the file of /var/run; what jail(8) complains of."""
    own = kernel_name(name)
    jid = asking.jid_of(call, own)
    for definition in names(call)[name]["interfaces"].split(","):
        asking.ask(call, "ifconfig", f"{definition.partition(':')[0]}.{jid}", "destroy")
    if problem := asking.ask(call, "jail", "-q", "-f", conf_of(name), "-r", own)[2]:
        return problem
    os.unlink(call.root + conf_of(name))
    return ""


def restart(call: Call, name: str) -> int:
    return stop(call, name) or start(call, name)


def show(call: Call, words: list[str]) -> int:
    """`iocage list`, a table (in frames that are left out here); with -h or -H words between tabs, without a header,
    and with -l all of each jail.
    """
    rows: list[tuple[str, ...]] = []
    for name, properties in names(call).items():
        jid, release, ip4 = asking.jid_of(call, kernel_name(name)), properties["release"], properties["ip4_addr"]
        state = "up" if jid else "down"
        if "-l" in words:
            rows.append((jid or "-", name, "off", state, "jail", release, ip4, "-", "-", "no"))
        else:
            rows.append((jid or "-", name, state, release, ip4.partition("|")[2].partition("/")[0]))
    if {"-h", "-H"} & set(words):
        call.out("".join("\t".join(row) + "\n" for row in rows))
        return 0
    asking.table(call, [("JID", "NAME", "STATE", "RELEASE", "IP4"), *rows])
    return 0


VERBS = {"start": start, "stop": stop, "restart": restart}
