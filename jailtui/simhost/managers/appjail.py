"""appjail(1): start, stop, restart and `jail list`, and the part of `network` that the hooks of its jails run.

Source: DtxdF/AppJail, share/appjail/cmd/{start,stop,restart,jail,network} and lib/sysexits. A jail's template becomes
the jail.conf that jail(8) gets; its hooks call appjail again.
"""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.managers import asking

JAILS = "/usr/local/appjail/jails"
NETWORKS = "/usr/local/appjail/networks"
EX_USAGE, EX_NOINPUT, EX_CONFIG = 64, 66, 78
BRIDGES, PAIRS = "appjail_bridge", "appjail_epair"


def main(call: Call) -> int:
    words = list(call.args)
    if words[:2] == ["jail", "list"]:
        return show(call, words[2:])
    if words[:1] == ["network"] and words[1:2] and words[1] in NETWORK:
        return NETWORK[words[1]](call, words[2:])
    if len(words) != 2 or words[0] not in VERBS:
        call.err("usage: appjail cmd [args ...]\n")
        return EX_USAGE
    if not call.privileged:
        return warn(call, "root privileges are required.", 77)
    verb, name = words
    if name not in asking.listed(call, JAILS):
        return warn(call, f"Cannot find the jail `{name}`", EX_NOINPUT)
    return VERBS[verb](call, name)


def warn(call: Call, text: str, status: int = 0) -> int:
    asking.complain(call, text)
    return status


def start(call: Call, name: str) -> int:
    """A jail that runs is no error. A start that fails ends what it left as a stop does."""
    if name in asking.running(call):
        return warn(call, f"{name} is running.")
    template = asking.text(call, f"{JAILS}/{name}/conf/template.conf")
    if template is None:
        return warn(call, f"Cannot find the template of {name}.", EX_CONFIG)
    call.out(f"Starting {name}...\n")
    conf = f"{JAILS}/{name}/conf/jail.conf"
    asking.write(call, conf, compiled(name, template))
    status = asking.do(call, "jail", "-c", "-f", conf, name)
    if status:
        warn(call, f"The jail '{name}' will be stopped...")
        return warn(call, f"An error has occurred while starting the jail '{name}'", status)
    return 0


def compiled(name: str, template: str) -> str:
    """The jail.conf of a template: a parameter a line, `name: value`, `name+: value` for one more."""
    lines = [line.partition(":") for line in template.splitlines() if line.strip() and not line.startswith("#")]
    texts = [
        f"\t{key.removesuffix('+')} {'+=' if key.endswith('+') else '='} {value.strip()};"
        if value.strip()
        else f"\t{key};"
        for key, _, value in lines
    ]
    root = f"{JAILS}/{name}"
    texts += [
        f'\texec.consolelog = "/var/log/appjail/jails/{name}/console/console.log";',
        f'\tmount.fstab = "{root}/conf/fstab";',
        f'\thost.hostname = "{name}.appjail";',
        f'\tpath = "{root}/jail";',
    ]
    return "\n".join([f"{name} {{", *texts, "}", ""])


def stop(call: Call, name: str) -> int:
    """A jail that does not run is no error."""
    if name not in asking.running(call):
        return warn(call, f"{name} is not running.")
    warn(call, f"Stopping {name}...")
    if status := asking.do(call, "jail", "-r", "-f", f"{JAILS}/{name}/conf/jail.conf", name):
        return warn(call, f"An error has occurred while stopping {name} jail.", status)
    return 0


def restart(call: Call, name: str) -> int:
    warn(call, f"Restarting {name} ...")
    return stop(call, name) or start(call, name)


def show(call: Call, words: list[str]) -> int:
    """`appjail jail list`; with -eHIpt the bare values of the columns that are named."""
    bare = bool(words) and words[0].startswith("-") and "H" in words[0]
    columns = [word for word in words if not word.startswith("-")] or ["status", "name", "type", "version", "ports"]
    rows = [] if bare else [tuple(column.upper() for column in columns)]
    for name in asking.listed(call, JAILS):
        status = "UP" if name in asking.running(call) else "DOWN"
        values = {"status": status, "name": name, "type": "thick", "version": "-", "ports": "-"}
        rows.append(tuple(values.get(column, "-") for column in columns))
    if rows:
        asking.table(call, rows)
    return 0


def options(words: list[str]) -> dict[str, str]:
    """`-e NAME -n NETWORK -j JAIL`, and -d."""
    rest = [word for word in words if word != "-d"]
    return {key[1:]: value for key, value in zip(rest[::2], rest[1::2], strict=False)}


def plug(call: Call, words: list[str]) -> int:
    """`network plug -e NAME -n NETWORK`: a pair ea_NAME and eb_NAME, its first end in the network's bridge.

    The bridge is called as the network; where it has not the group of AppJail's bridges yet, it gets that, and the
    gateway's address.
    """
    values = options(words)
    name, network = values["e"], values["n"]
    conf = asking.settings(call, f"{NETWORKS}/{network}/network.conf")
    names = asking.ask(call, "ifconfig", "-l")[1].split()
    commands: list[tuple[str, ...]] = (
        [] if network in names else [("ifconfig", "bridge", "create", "name", network, "up")]
    )
    if network not in asking.ask(call, "ifconfig", "-g", BRIDGES)[1].split():
        address = ("inet", conf["GATEWAY"], "netmask", conf["NETMASK"], "broadcast", conf["BROADCAST"])
        commands.append(("ifconfig", network, *address, "description", conf["DESCRIPTION"]))
        commands.append(("ifconfig", network, "group", BRIDGES))
    if problem := asking.first_failure(call, commands):
        return warn(call, problem, 1)
    a, b = f"ea_{name}", f"eb_{name}"
    commands = []
    if a not in names and b not in names:
        pair = asking.ask(call, "ifconfig", "epair", "create")[1].strip()
        commands = [("ifconfig", pair, "name", a), ("ifconfig", f"{pair[:-1]}b", "name", b)]
        commands += [("ifconfig", end, "mtu", "1500") for end in (a, b)] + [("ifconfig", end, "up") for end in (a, b)]
    commands.append(("ifconfig", a, "group", PAIRS))
    if f"member: {a} " not in asking.ask(call, "ifconfig", network)[1]:
        commands.append(("ifconfig", network, "addm", a))
    problem = asking.first_failure(call, commands)
    return warn(call, problem, 1) if problem else 0


def assign(call: Call, words: list[str]) -> int:
    """`network assign -d -e NAME -j JAIL -n NETWORK`: the reserved address, and with -d the gateway."""
    values = options(words)
    jail, network = values["j"], values["n"]
    conf = asking.settings(call, f"{NETWORKS}/{network}/network.conf")
    address = (asking.text(call, f"{JAILS}/{jail}/conf/boot/network/reserved.{network}") or "").strip()
    words = ["inet", address, "netmask", conf["NETMASK"], "broadcast", conf["BROADCAST"], "up"]
    if status := asking.do(call, "jexec", jail, "ifconfig", f"eb_{values['e']}", *words):
        return status
    return asking.do(call, "jexec", jail, "route", "add", "default", conf["GATEWAY"])


def unplug(call: Call, words: list[str]) -> int:
    """`network unplug NETWORK NAME`."""
    name = words[1]
    if f"ea_{name}" not in asking.ask(call, "ifconfig", "-g", PAIRS)[1].split():
        return warn(call, f"The ea_{name} epair does not exist.", EX_NOINPUT)
    return asking.do(call, "ifconfig", f"ea_{name}", "destroy")


VERBS = {"start": start, "stop": stop, "restart": restart}
NETWORK = {"plug": plug, "assign": assign, "unplug": unplug}
