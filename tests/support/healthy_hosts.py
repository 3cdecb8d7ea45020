"""Sound hosts in the manner of hands, for the rules to say nothing of: files, and what makes them so.

Those in the style of a manager are in managed_hosts.py.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from tests.support.form_hosts import MAIN, Embedded
from tests.support.jail_hosts import template

RC = """\
jail_enable="YES"
defaultrouter="192.168.1.1"
cloned_interfaces="bridge0"
ifconfig_em0="up"
ifconfig_bridge0="inet 192.168.1.10/24 addm em0 up"
"""
BOOTED = """\
ifconfig em0 inet 192.168.1.10 -alias
ifconfig bridge0 create
ifconfig bridge0 inet 192.168.1.10/24 addm em0 up
"""
HANDS = """\
* {
    $gateway = "192.168.1.1";
    $epair = "epair${id}";
    path = "/jails/${name}";
    host.hostname = "${name}.home.arpa";
    mount.devfs;
    exec.clean;
    persist;
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair}a destroy 2>/dev/null || true";
    exec.prestart += "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b inet ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.prestop = "/sbin/ifconfig ${epair}b -vnet ${name} || true";
    exec.poststop = "/sbin/ifconfig ${epair}a destroy || true";
}
"""
WILDCARD = f"""{HANDS}
www {{ $id = "21"; $ip = "192.168.1.21/24"; $bridge = "bridge0"; }}
mail {{ $id = "22"; $ip = "192.168.1.22/24"; $bridge = "bridge0"; depend = "www"; }}
"""
VLANS = f"""{HANDS}
dns {{ $id = "10"; $ip = "10.10.0.2/24"; $bridge = "br10"; $gateway = "10.10.0.1"; }}
cam {{ $id = "20"; $ip = "10.20.0.2/24"; $bridge = "br20"; $gateway = "10.20.0.1"; }}
"""
VLAN_RC = """\
jail_enable="YES"
defaultrouter="192.168.1.1"
cloned_interfaces="bridge10 bridge20"
vlans_em0="10 20"
ifconfig_em0="inet 192.168.1.10/24"
ifconfig_em0_10="up"
ifconfig_em0_20="up"
ifconfig_bridge10_name="br10"
ifconfig_bridge20_name="br20"
ifconfig_br10="inet 10.10.0.1/24 addm em0.10 up"
ifconfig_br20="inet 10.20.0.1/24 addm em0.20 up"
"""
VLAN_BOOTED = """\
ifconfig em0.10 create up
ifconfig em0.20 create up
ifconfig bridge10 create
ifconfig bridge10 name br10
ifconfig bridge20 create
ifconfig bridge20 name br20
ifconfig br10 inet 10.10.0.1/24 addm em0.10 up
ifconfig br20 inet 10.20.0.1/24 addm em0.20 up
"""
FILTERING = HANDS.replace("addm ${epair}a up", "addm ${epair}a untagged ${vlan} up") + (
    'in10 { $id = "31"; $ip = "192.168.10.31/24"; $bridge = "bridge0"; $vlan = "10"; $gateway = "192.168.10.1"; }\n'
    'in20 { $id = "32"; $ip = "192.168.20.32/24"; $bridge = "bridge0"; $vlan = "20"; $gateway = "192.168.20.1"; }\n'
)
JIB = """\
web {
    path = "/jails/web";
    host.hostname = "web";
    mount.devfs;
    persist;
    vnet;
    vnet.interface = "e0b_$name";
    exec.prestart = "jib addm $name em0";
    exec.start = "/sbin/ifconfig e0b_$name inet 192.168.1.80/24 up";
    exec.start += "/sbin/route add default 192.168.1.1";
    exec.prestop = "/sbin/ifconfig e0b_$name -vnet $name || true";
    exec.poststop = "jib destroy $name";
}
"""
CLASSIC = """\
mount.devfs;
path = "/jails/${name}";
host.hostname = "${name}";
persist;
www { ip4.addr = "em0|192.168.1.50/32", "em0|192.168.1.51/32"; }
shared { ip4 = inherit; ip6 = inherit; }
"""
DHCP = template("lease", 87).replace("devfs_ruleset = 5", "devfs_ruleset = 11")
DHCP = DHCP.replace("/sbin/ifconfig ${epair}b inet ${ip} up", "/sbin/dhclient ${epair}b")
DHCP = DHCP.replace('    exec.start += "/sbin/route add default ${gateway}";\n', "")
RULES = """\
[devfsrules_jail_dhcp=11]
add include $devfsrules_hide_all
add include $devfsrules_unhide_basic
add include $devfsrules_unhide_login
add include $devfsrules_jail
add path 'bpf*' unhide
"""
SEVERAL = """\
router {
    path = "/jails/router";
    mount.devfs;
    persist;
    vnet;
    vnet.interface = "epair61b", "epair62b";
    exec.prestart  = "ifconfig epair61a destroy || true", "ifconfig epair62a destroy || true";
    exec.prestart += "ifconfig epair61 create up", "ifconfig epair62 create up";
    exec.prestart += "ifconfig bridge0 addm epair61a up", "ifconfig bridge1 addm epair62a up";
    exec.start  = "ifconfig epair61b name wan0", "ifconfig epair62b name lan0";
    exec.start += "ifconfig wan0 ether 02:00:00:00:00:0A", "ifconfig wan0 mtu 1500";
    exec.start += "ifconfig wan0 inet 192.168.1.61 netmask 0xffffff00 up";
    exec.start += "ifconfig lan0 inet 10.1.0.1/24 up", "ifconfig lan0 inet6 fd00:1::1/64";
    exec.start += "route add default 192.168.1.1";
    exec.prestop  = "ifconfig wan0 -vnet router || true", "ifconfig lan0 -vnet router || true";
    exec.poststop = "ifconfig epair61a destroy || true", "ifconfig epair62a destroy || true";
}
"""
NESTED = """\
outer {
    path = "/jails/outer";
    children.max = 4;
    persist;
    vnet;
    vnet.interface = "epair70b";
    exec.prestart  = "ifconfig epair70a destroy || true", "ifconfig epair70 create up";
    exec.prestart += "ifconfig bridge0 addm epair70a up";
    exec.start = "ifconfig epair70b inet 192.168.1.70/24 up", "route add default 192.168.1.1";
    exec.prestop = "ifconfig epair70b -vnet outer || true";
    exec.poststop = "ifconfig epair70a destroy || true";
}
"""
INSIDE = "name=inner path=/jails/inner host.hostname=inner vnet persist"


@dataclass(frozen=True)
class Healthy:
    """One host: its files, the commands that bring it into its state, one a line, the jails of jail.conf that run."""

    name: str
    conf: str = ""
    commands: str = ""
    jails: tuple[str, ...] = ()
    rc: str = RC
    booted: str = BOOTED
    releases: tuple[str, ...] = ("13.2", "14.2", "15.1")
    devfs: str = ""
    folders: tuple[str, ...] = ()

    def build(self, folder: Path, release: str) -> Embedded:
        """The host, its jails not started yet."""
        texts = {"/etc/rc.conf": self.rc.encode()}
        texts |= {MAIN: self.conf.encode()} if self.conf else {}
        texts |= {"/etc/devfs.rules": self.devfs.encode()} if self.devfs else {}
        folders = ("/jails/web", *(f"/jails/{name}" for name in self.jails), *self.folders)
        host = Embedded(folder, texts, release=release, folders=folders)
        run(host, self.booted)
        if self.devfs:
            host.ask("service", "devfs", "restart")
        return host

    def start(self, host: Embedded) -> None:
        """Start the jails, and do what the tools do beside jail.conf."""
        for name in self.jails:
            host.ask("jail", "-c", name)
        run(host, self.commands)


def run(host: Embedded, commands: str) -> None:
    for line in commands.splitlines():
        host.ask(*shlex.split(line))


def jail(name: str, path: str, *ends: str) -> str:
    """The commands that make a jail by hand and move interfaces in, each `NAME=NEW ADDRESS`."""
    lines = [f"jail -c name={name} path={path} host.hostname={name} vnet persist"]
    for end in ends:
        names, inet = end.split()
        old, _, new = names.partition("=")
        lines.append(f"ifconfig {old} vnet {name}")
        lines += [f"jexec {name} ifconfig {old} name {new}"] if new else []
        lines.append(f"jexec {name} ifconfig {new or old} inet {inet} up")
    lines.append(f"jexec {name} route add default 192.168.1.1")
    return "\n".join(lines) + "\n"


JIB_BOOTED = """\
ifconfig bridge0 create
ifconfig bridge0 name em0bridge
ifconfig em0bridge addm em0 up
ifconfig epair0 create
ifconfig epair0a name e0a_web
ifconfig epair0b name e0b_web
ifconfig e0a_web ether 02:f0:00:00:00:0a
ifconfig e0b_web ether 0e:f0:00:00:00:0a
ifconfig em0bridge addm e0a_web
ifconfig e0a_web up
"""
"""What `jib addm web em0` does (share/examples/jails/jib; FREEBSD.md 10), by hand."""
JIB_RC = RC.replace('cloned_interfaces="bridge0"\n', "").replace('ifconfig_bridge0="inet', 'ifconfig_em0="inet')
JIB_RC = JIB_RC.replace('ifconfig_em0="up"\n', "").replace(" addm em0 up", "")
OLD = ("13.2", "14.2")
"""jib leaves the address on the NIC; that 15 is to refuse it is MEMBER-ADDRESS, and no false alarm."""
FILTER_RC = RC.replace("addm em0 up", "vlanfilter addm em0 untagged 1 tagged 10,20 up")
FILTER_BOOTED = BOOTED.replace("addm em0 up", "vlanfilter addm em0 untagged 1 tagged 10,20 up")
TWO_RC = RC.replace('"bridge0"', '"bridge0 bridge1"') + 'ifconfig_bridge1="up"\n'
INNER = "ifconfig epair71 create up\nifconfig bridge0 addm epair71a up\n" + jail(
    "inner", "/jails/inner", "epair71b 192.168.1.71/24"
)

HOSTS = (
    Healthy("template", template("web"), jails=("web",)),
    Healthy("wildcard", WILDCARD, jails=("www", "mail")),
    Healthy("vlans", VLANS, jails=("dns", "cam"), rc=VLAN_RC, booted=VLAN_BOOTED),
    Healthy("filter", FILTERING, jails=("in10", "in20"), rc=FILTER_RC, booted=FILTER_BOOTED, releases=("15.1",)),
    Healthy("aliases", CLASSIC, jails=("www", "shared"), rc=JIB_RC, booted=""),
    Healthy("dhcp", DHCP, jails=("lease",), devfs=RULES),
    Healthy("several", SEVERAL, jails=("router",), rc=TWO_RC, booted=f"{BOOTED}ifconfig bridge1 create up\n"),
    Healthy("jib", JIB, JIB_BOOTED + jail("web", "/jails/web", "e0b_web 192.168.1.80/24"), (), JIB_RC, "", OLD),
    Healthy("nested", NESTED, INNER, ("outer",), folders=("/jails/inner",)),
)
