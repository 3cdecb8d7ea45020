"""Files with a jail for each case that a rule about files tells apart, so that the order of all counts."""

from __future__ import annotations

from jailtui.model.state import Address, Bridge, Interface, Jail, JailState, Vlan
from jailtui.rules.context import Context
from tests.support.contexts import BOOT, context
from tests.support.crowds import CLEARS, HOOK, RC, ROUTE
from tests.support.epair_hosts import near, pair, within
from tests.support.jail_hosts import inside, running, template
from tests.support.link_hosts import address, nic

PRESTOP = 'exec.prestop   = "/sbin/ifconfig ${epair}b -vnet ${name} || true";'
BRIDGED = "/sbin/ifconfig ${bridge} addm ${epair}a up"
GIVEN = 'vnet.interface = "${epair}b"'
IP = '"192.168.1.${id}/24"'


def permitted() -> Context:
    """Jails whose files set permissions, addresses and hooks of every sort."""
    jails = {
        "sound": "",
        "own": "vnet; vnet.interface = em3; exec.prestop = true;",
        "shared": "ip4.addr = em0|10.0.0.0/24, em0|10.0.0.255/24, em0|10.0.0.7/31, em0|10.0.0.8;",
        "shared6": "ip6.addr = em0|fd00::/64, em0|fd00::ffff/112, em0|fd00:1::/127;",
        "sysv": "allow.sysvipc;",
        "sysvown": "allow.sysvipc; sysvshm = new; sysvsem = new; sysvmsg = inherit;",
        "sysvnone": "allow.nosysvipc; sysvshm;",
        "nfsd": "allow.nfsd; allow.raw_sockets; allow.routing;",
        "raw": "vnet; allow.nfsd; allow.raw_sockets; allow.routing;",
        "noraw": "vnet; allow.noraw_sockets;",
        "mounts": "allow.mount; allow.mount.tmpfs; enforce_statfs = 1;",
        "mounts2": "allow.mount; allow.mount.tmpfs;",
        "mounts0": "allow.mount; enforce_statfs = 0;",
        "mountless": "allow.mount.tmpfs; allow.mount.nodevfs; allow.mount.zfs; enforce_statfs = 1;",
        "zfs": "allow.mount; allow.mount.zfs; enforce_statfs = 1; mount.devfs;",
        "lists": "vnet; ip4.addr; ip6.addr = fd00::1; ip6 = new;",
        "lists0": "vnet; ip4.addr;",
        "lists4": "vnet; ip4;",
        "plain4": "ip4 = inherit; ip4.addr = 10.0.0.99;",
        "values": "children.max = x; securelevel = 99999999999; devfs_ruleset = -1; enforce_statfs = 3; sysvmsg = on;",
        "limits": "children.max = 2147483647; securelevel = -2147483648; devfs_ruleset = 65535; enforce_statfs = 0;",
        "over": "children.max = 2147483648; devfs_ruleset = 65536; sysvsem = x; sysvshm = x; securelevel;",
        "low": "securelevel = 0;",
        "level": "securelevel = 1;",
        "around": "children.max = 3; allow.mount; enforce_statfs = 1; allow.mount.devfs;",
        "around.in": "children.max = 3; allow.mount; enforce_statfs = 1; securelevel = 3; persist;",
        "around.out": "children.max = 4; allow.mount; allow.chflags; enforce_statfs = 0; devfs_ruleset = 9;",
        "around.none": "allow.nochflags; enforce_statfs = 2; children.max = x;",
        "stray.in": "children.max = 0;",
        "rootless": "allow.nosuser;",
        "rooted": "allow.suser;",
        "parent": "children.max = 1; allow.mount; allow.mount.devfs; enforce_statfs = 1;",
        "parent2": "children.max = 1; allow.mount;",
        "typo": "allow.chflgs; exec.strat = x;",
        "later": "allow.nfsd; meta = x;",
    }
    text = "".join(f'"{name}" {{\n path = "/jails/{name}";\n {lines}\n}}\n' for name, lines in jails.items())
    return context(text, sysctls=(("kern.securelevel", "1"),), rulesets=frozenset({1, 2, 3, 4, 5, 7, 11}))


def hooked(release: str = "15.1-RELEASE") -> Context:
    """Jails of the template whose hooks and interfaces go wrong, each beside one that does not."""
    dhcp = {HOOK: '"/sbin/dhclient ${epair}b"'}
    both = {HOOK: '"/sbin/ifconfig ${epair}b inet ${ip} up", "/sbin/dhclient ${epair}b"'}
    v6 = {HOOK: '"/sbin/ifconfig ${epair}b inet6 fd00::${id}/64"', '"192.168.1.1"': '"fd01::1"'}
    slaac = {HOOK: '"/sbin/ifconfig ${epair}b inet6 accept_rtadv"', '"192.168.1.1"': '"fd01::1"'}
    two = {GIVEN: 'vnet.interface = "${epair}b", "epair9b"'}
    named = {HOOK: '"/sbin/ifconfig ${epair}b name a_name_of_16_let", "ifconfig a_name_of_16_let inet ${ip} up"'}
    jails = [
        template("sound", 11),
        template("keeps", 12, **{PRESTOP: ""}),
        template("keeps2", 13, **two),
        template("other", 14, **{PRESTOP: 'exec.prestop = "true";'}),
        template("script", 15, **{PRESTOP: 'exec.prestop = "/root/stop";'}),
        template("stuck", 16, **{"${bridge} deletem ${epair}a || true": "${bridge} deletem ${epair}a"}),
        template("stuck2", 17, **{"-vnet ${name} || true": "-vnet ${name}"}),
        template("fresh", 18, **{CLEARS: "exec.prestart  ="}),
        template("lease", 19, **dhcp),
        template("lease0", 20, **dhcp, **{"devfs_ruleset = 5;": ""}),
        template("lease7", 21, **dhcp, **{"devfs_ruleset = 5": "devfs_ruleset = 7"}),
        template("lease11", 22, **dhcp, **{"mount.devfs;": "mount.nodevfs;"}),
        template("both", 23, **both),
        template("bare", 24, **{IP: '"192.168.1.${id}"'}),
        template("net", 25, **{IP: '"192.168.1.0/24"'}),
        template("cast", 26, **{IP: '"192.168.1.255/24"'}),
        template("pair31", 27, **{IP: '"192.168.2.0/31"', '"192.168.1.1"': '"192.168.2.1"'}),
        template("away", 28, **{'"192.168.1.1"': '"10.9.9.1"'}),
        template("itself", 29, **{'"192.168.1.1"': '"192.168.1.${id}"'}),
        template("away6", 30, **v6),
        template("slaac6", 31, **slaac),
        template("leased", 32, **dhcp, **{'"192.168.1.1"': '"10.9.9.1"'}),
        template("long", 33, **named),
        template("longbridge", 34, **{'"bridge0"': '"a_bridge_of_many_letters"'}),
        template("same", 35, **{GIVEN: f"{GIVEN}, {GIVEN.partition('= ')[2]}"}),
        template("twice", 36),
        template("again", 36).replace("192.168.1", "192.168.3"),
        template("taken", 38),
        template("missing", 39, **{GIVEN: 'vnet.interface = "em9"'}),
        template("there", 40, **{GIVEN: 'vnet.interface = "em3"'}),
        template("vlanless", 41, **{GIVEN: 'vnet.interface = "em0.40"'}),
        template("orphaned", 42, **{GIVEN: 'vnet.interface = "em7.40"'}),
        template("tagged", 43, **{GIVEN: 'vnet.interface = "em0.50"'}),
        template("bridgeless", 44, **{'"bridge0"': '"bridge9"'}),
        template("ownbridge", 45, **{'"bridge0"': '"bridge8"', BRIDGED: "/sbin/ifconfig bridge8 create"}),
        template("large", 46, **{RC: f'{RC}, "/sbin/ifconfig ${{epair}}b mtu 9000"'}),
        template("runs", 47, **{ROUTE: '"true"'}),
    ]
    text = "".join(jails)
    ends = ("epair50a", "epair47a")
    return context(
        text,
        release=release,
        rcconf=BOOT | {"jail_list": "sound twice"},
        running=[running(text, "runs", 4, inside("epair47b", 4, "192.168.1.81/24"))],
        epairs=(
            pair(near("epair50a"), near("epair50b", bridge=None), "epair50", owner=None),
            pair(near("epair47a"), within("epair47b", "runs", 4), "epair47", owner="runs"),
        ),
        rulesets=frozenset({1, 2, 3, 4, 5, 7, 11}),
        interfaces=(
            nic("em0"),
            nic("em3"),
            Interface("epair38a", "tap", mtu=1500),
            Interface("bridge0", "bridge", up=True, mtu=1500, members=ends),
            *(Interface(name, "epair", up=True, mtu=1500) for name in ends),
            Interface("vlan50", "vlan", tag=50, parent="em0", mtu=1500),
        ),
        bridges=(Bridge("bridge0", ends, up=True, mtu=1500),),
        vlans=(Vlan("vlan50", 50, "em0"), Vlan("vlan60", 60, None)),
    )


def booted(**rcconf: str) -> Context:
    """Running jails that the boot starts or not, with names of every sort."""
    main = "/etc/jail.conf"
    names = ("web", "web.a", "web b", "old", "ioc-1", "rest", "starts", "halting", "web-2")
    text = "".join(f'"{name}" {{ path = "/jails/{name}"; persist; }}\n' for name in names)
    own = "/etc/jail.conf.d/own.conf"
    texts = {main: text, own: "own { path = /jails/own; persist; }\n"}
    states = {"starts": JailState.STARTING, "halting": JailState.STOPPING}
    live = [name for name in (*names, "own") if name != "rest"]
    jails = [
        Jail(name, name, at, states.get(name, JailState.RUNNING), False, path=f"/jails/{name}", interfaces=None)
        for at, name in enumerate(live, 1)
    ]
    legacy = {
        "jail_old_rootdir": "/o",
        "jail_old_hostname": "old",
        "jail_web_2_rootdir": "/w",
        "jail_web_2_hostname": "two",
    }
    return context(texts, rcconf={**legacy, **rcconf}, running=jails)


def doubled() -> Context:
    """Addresses and MACs that jails, files and the host have more than once, alone and several at a time."""
    mac = '"/sbin/ifconfig ${epair}b ether 02:00:00:00:00:01"'
    six = '"/sbin/ifconfig ${epair}b inet6 fd00::1/64"'
    more = '"/sbin/ifconfig ${epair}b inet 10.1.1.1/24 alias"'
    jails = [
        template("one", 61, **{IP: '"192.168.1.9/24"', HOOK: f"{HOOK}, {mac}, {six}, {more}"}),
        template("two", 62, **{IP: '"192.168.1.9/24"', HOOK: f"{HOOK}, {mac}, {six}"}),
        template("three", 63, **{HOOK: f"{HOOK}, {more}"}),
        template("self", 64, **{HOOK: f'{HOOK}, "/sbin/ifconfig ${{epair}}b inet ${{ip}} alias"'}),
        template("live", 65),
        "classic { path = /jails/classic; ip4.addr = 192.168.1.9, 10.5.5.5; ip6.addr = fd00::77; }\n",
        "classic2 { path = /jails/classic2; ip4.addr = 10.5.5.5; jid = 7; }\n",
        'held { path = /jails/one; jid = 7; }\n"root" { path = /; }\nroot2 { path = /; }\n',
        "needs { path = /n; depend = one, nobody; }\nloops { path = /l; depend = back; }\n",
        'back { path = /b; depend = loops; }\nnowhere { persist; exec.start = "/bin/sh /etc/rc"; }\n',
        template("east", 66, **{IP: '"10.8.8.8/24"'}),
        template("west", 67, **{IP: '"10.8.8.8/24"', '"bridge0"': '"bridge1"'}),
        template("returned", 68, **{HOOK: f"{HOOK}, {mac}".replace(":01", ":03")}),
        "nowhere2 { persist; }\nbroken { path = $nothing; }\n",
    ]
    text = "".join(jails)
    here = inside("epair65b", 5, "192.168.1.9/24", "fd00::1/64", mac="02:00:00:00:00:01")
    return context(
        text,
        rcconf=BOOT | {"jail_list": "one two"},
        running=[
            running(text, "live", 5, here),
            Jail("classic", "classic", 6, JailState.RUNNING, False, addresses=(Address("10.5.5.5"),), interfaces=None),
        ],
        epairs=(
            pair(near("epair65a"), within("epair65b", "live", 5), "epair65", owner="live"),
            pair(near("epair68a"), near("epair68b", bridge=None), "epair68", owner="returned"),
        ),
        bridges=(Bridge("bridge0", ("epair65a",), up=True, mtu=1500), Bridge("bridge1", up=True, mtu=1500)),
        interfaces=(
            here,
            nic("em0", "10.5.5.5/24", "10.6.6.6/24"),
            nic("em1", "10.6.6.6/24")._replace(mac="02:00:00:00:00:02"),
            nic("em2")._replace(mac="02:00:00:00:00:02", addresses=(address("fd00::77/64"),)),
            Interface("bridge0", "bridge", up=True, mtu=1500, members=("epair65a",)),
            Interface("epair65a", "epair", up=True, mtu=1500),
            Interface("epair68b", "epair", mac="02:00:00:00:00:03", mtu=1500),
        ),
    )
