"""A host of Bastille: jails made by `bastille create -B NAME 14.2-RELEASE ADDRESS bridge0`, or -V and em0.

Source: BastilleBSD/bastille, usr/local/etc/bastille/bastille.conf.sample and usr/local/share/bastille/{create,common,
setup}.sh: jail.conf of generate_vnet_jail_conf and generate_vnet_jail_netblock, devfs.rules of configure_vnet, rc.conf
of a jail by templates/default/vnet, settings.conf of create_jail.
"""

from __future__ import annotations

from jailtui.simhost.home.style import BOOT, RC_CONF, RC_CONF_WITHOUT_BRIDGE, HostStyle

CONF = """\
#####################
## [ BastilleBSD ] ##
#####################

## default paths
bastille_prefix="/usr/local/bastille"                                 ## default: "/usr/local/bastille"
bastille_backupsdir="${bastille_prefix}/backups"                      ## default: "${bastille_prefix}/backups"
bastille_cachedir="${bastille_prefix}/cache"                          ## default: "${bastille_prefix}/cache"
bastille_jailsdir="${bastille_prefix}/jails"                          ## default: "${bastille_prefix}/jails"
bastille_releasesdir="${bastille_prefix}/releases"                    ## default: "${bastille_prefix}/releases"
bastille_templatesdir="${bastille_prefix}/templates"                  ## default: "${bastille_prefix}/templates"
bastille_logsdir="/var/log/bastille"                                  ## default: "/var/log/bastille"
bastille_pf_conf="/etc/pf.conf"                                       ## default: "/etc/pf.conf"
bastille_sharedir="/usr/local/share/bastille"                         ## default: "/usr/local/share/bastille"
bastille_zfs_enable=""                                                ## default: ""
bastille_network_vnet_type="if_bridge"                                ## default: "if_bridge"
bastille_network_loopback="bastille0"                                 ## default: "bastille0"
bastille_network_shared=""                                            ## default: ""
bastille_network_gateway=""                                           ## default: ""
"""
JAIL_CONF = """\
{name} {{
  enforce_statfs = 2;
  devfs_ruleset = 13;
  exec.clean;
  exec.consolelog = /var/log/bastille/{name}_console.log;
  exec.start = '/bin/sh /etc/rc';
  exec.stop = '/bin/sh /etc/rc.shutdown';
  host.hostname = {name};
  mount.devfs;
  mount.fstab = /usr/local/bastille/jails/{name}/fstab;
  path = /usr/local/bastille/jails/{name}/root;
  securelevel = 2;
  osrelease = "@RELEASE@";

{network}}}
"""
BRIDGED = """\
  vnet;
  vnet.interface = e{number}b_{name};
  exec.prestart += "ifconfig epair{number} create";
  exec.prestart += "ifconfig bridge0 addm epair{number}a";
  exec.prestart += "ifconfig epair{number}a up name e{number}a_{name}";
  exec.prestart += "ifconfig epair{number}b up name e{number}b_{name}";
  exec.prestart += "ifconfig e{number}a_{name} description \\"vnet0 host interface for Bastille jail {name}\\"";
  exec.poststop += "ifconfig bridge0 deletem e{number}a_{name}";
  exec.poststop += "ifconfig e{number}a_{name} destroy";
"""
BY_JIB = """\
  vnet;
  vnet.interface = e0b_bastille{number};
  exec.prestart += "jib addm bastille{number} em0";
  exec.prestart += "ifconfig e0a_bastille{number} description \\"vnet0 host interface for Bastille jail {name}\\"";
  exec.poststop += "jib destroy bastille{number}";
"""
JAIL_RC = """\
syslogd_flags="-ss"
sendmail_enable="NONE"
cron_flags="-J 60"
ifconfig_{end}_name="vnet0"
ifconfig_vnet0="inet {address}/24"
defaultrouter="192.168.1.1"
"""
DEVFS_RULES = """\
[bastille_vnet=13]
add include $devfsrules_hide_all
add include $devfsrules_unhide_basic
add include $devfsrules_unhide_login
add include $devfsrules_jail
add include $devfsrules_jail_vnet
add path 'bpf*' unhide
"""
JAILS = "usr/local/bastille/jails"
BASE = "/usr/local/bastille/releases/@RELEASE@"
SETTINGS = 'boot="on"\ndepend=""\npriority="99"\n'


def jail(name: str, number: int, address: str, *, jib: bool) -> dict[str, str]:
    """The files of one jail, in the bridge that jib keeps for em0 or in bridge0."""
    network = (BY_JIB if jib else BRIDGED).format(name=name, number=number)
    end = f"e0b_bastille{number}" if jib else f"e{number}b_{name}"
    return {
        f"{JAILS}/{name}/jail.conf": JAIL_CONF.format(name=name, network=network),
        f"{JAILS}/{name}/fstab": f"{BASE} /{JAILS}/{name}/root/.bastille nullfs ro 0 0\n",
        f"{JAILS}/{name}/settings.conf": SETTINGS,
        f"{JAILS}/{name}/root/etc/rc.conf": JAIL_RC.format(end=end, address=address),
    }


def host(*, jib: bool) -> HostStyle:
    """`web` runs, `db` is stopped; both start at boot."""
    return HostStyle(
        commands=("bastille", "jib") if jib else ("bastille",),
        files={
            "usr/local/etc/bastille/bastille.conf": CONF,
            "etc/devfs.rules": DEVFS_RULES,
            **jail("web", 0, "192.168.1.81", jib=jib),
            **jail("db", 1, "192.168.1.82", jib=jib),
        },
        folders=(
            "var/log/bastille",
            BASE.lstrip("/"),
            *(f"{JAILS}/{name}/root/{part}" for name in ("web", "db") for part in (".bastille", "dev", "tmp")),
        ),
        started="bastille start web\n",
        rc=(RC_CONF_WITHOUT_BRIDGE if jib else RC_CONF) + 'bastille_enable="YES"\n',
        boot="" if jib else BOOT,
    )
