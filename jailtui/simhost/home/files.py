"""The files of the home network, as an operator wrote them over years: alike, but not the same for each jail."""

from __future__ import annotations

JAIL_CONF = """\
# The jails of nas.home.arpa. The last part of the address is $id, and the pair is epair$id.
* {
    $gateway = "192.168.1.1";
    $bridge = "bridge0";
    path = "/jails/${name}";
    host.hostname = "${name}.home.arpa";
    mount.devfs;
    devfs_ruleset = 4;
    exec.clean;
}

# The one that heals itself: it clears what a failed start left, and gives end b back before it stops.
web {
    $id = "154";
    $epair = "epair${id}";
    $ip = "192.168.1.${id}/24";
    devfs_ruleset = 5;
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair}a destroy 2>/dev/null || true";
    exec.prestart += "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b inet ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop   = "/bin/sh /etc/rc.shutdown jail";
    exec.prestop   = "/sbin/ifconfig ${epair}b -vnet ${name} || true";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a || true";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy || true";
}

# PostgreSQL
db {
    $id = "155";
    $epair = "epair${id}";
    $ip = "192.168.1.${id}/24";
    sysvshm = new;
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

# dnsmasq for VLAN 10
dns {
    $id = "2";
    $epair = "epair${id}";
    $bridge = "br10";
    $gateway = "192.168.10.1";
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b 192.168.10.${id}/24 up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.prestop = "/sbin/ifconfig ${epair}b -vnet ${name} || true";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

proxy {
    $id = "3";
    $epair = "epair${id}";
    $bridge = "br20";
    $gateway = "192.168.20.1";
    depend = "dns";
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b 192.168.20.2/24 up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.prestop = "/sbin/ifconfig ${epair}b -vnet ${name} || true";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

# WireGuard: wg0 is made inside
vpn {
    $id = "4";
    $epair = "epair${id}";
    $bridge = "br30";
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b up";
    exec.start += "/sbin/ifconfig wg0 create";
    exec.start += "/sbin/ifconfig wg0 inet 10.8.0.2/24 up";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.prestop = "/sbin/ifconfig ${epair}b -vnet ${name} || true";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

# takes its address from the router; ruleset 11 shows it bpf
lease {
    $id = "5";
    $epair = "epair${id}";
    devfs_ruleset = 11;
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/dhclient ${epair}b";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

# from before VNET
legacy {
    ip4.addr = "em0|192.168.1.60/32";
    exec.start = "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    persist;
}

mail {
    $id = "160";
    $epair = "epair${id}";
    $ip = "192.168.1.${id}/24";
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.prestop = "/sbin/ifconfig ${epair}b -vnet ${name} || true";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

# copied from a machine in another net: its gateway is out of reach here
broken {
    $id = "161";
    $epair = "epair${id}";
    $ip = "192.168.1.${id}/24";
    $gateway = "10.99.99.1";
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}

# the backup of the host fetches from here; may mount inside
old {
    $id = "7";
    $epair = "epair${id}";
    $ip = "192.168.1.157/24";
    allow.mount;
    allow.mount.tmpfs;
    enforce_statfs = 1;
    vnet;
    vnet.interface = "${epair}b";
    exec.prestart  = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start  = "/sbin/ifconfig ${epair}b ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.start += "/bin/sh /etc/rc";
    exec.stop = "/bin/sh /etc/rc.shutdown jail";
    exec.poststop  = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
}
"""

RC_CONF = """\
hostname="nas.home.arpa"
ifconfig_em0="inet 192.168.1.10/24"
defaultrouter="192.168.1.1"
vlans_em0="10 20 30"
ifconfig_em0_10="up"
ifconfig_em0_20="up"
ifconfig_em0_30="up"
cloned_interfaces="bridge0 bridge10 bridge20"
ifconfig_bridge0="addm em0 up"
ifconfig_bridge10_name="br10"
ifconfig_br10="addm em0.10 up"
ifconfig_bridge20_name="br20"
ifconfig_br20="addm em0.20 up"
kld_list="if_wg"
sshd_enable="YES"
jail_enable="YES"
jail_list="web db dns proxy vpn lease legacy"
"""

DEVFS_RULES = """\
[devfsrules_jail_dhcp=11]
add include $devfsrules_hide_all
add include $devfsrules_unhide_basic
add include $devfsrules_unhide_login
add include $devfsrules_jail
add path 'bpf*' unhide
"""

DNSMASQ_CONF = """\
domain=home.arpa
host-record=web.home.arpa,192.168.1.154
host-record=db.home.arpa,192.168.1.155
host-record=proxy.home.arpa,192.168.20.2
address=/nas.home.arpa/192.168.1.10
"""

FILES = {
    "etc/jail.conf": JAIL_CONF,
    "etc/rc.conf": RC_CONF,
    "etc/devfs.rules": DEVFS_RULES,
    "jails/dns/usr/local/etc/dnsmasq.conf": DNSMASQ_CONF,
}
"""Path below the host's folder to text."""
