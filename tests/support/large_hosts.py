"""Hosts of any size as captures, in the form that 15.1 prints."""

from __future__ import annotations

import json

from jailtui.exchange import Capture, Section

FACTS = {
    "uname": "FreeBSD nas.home.arpa 15.1-RELEASE amd64",
    "user": "root",
    "uid": "0",
    "ifconfig-j": "yes",
    "ifconfig-D": "yes",
    **{f"tool {name}": "yes" for name in ("ifconfig", "jls", "jail")},
}
LO0 = """lo0: flags=1008049<UP,LOOPBACK,RUNNING,MULTICAST,LOWER_UP> metric 0 mtu 16384
\toptions=680003<RXCSUM,TXCSUM,LINKSTATE,RXCSUM_IPV6,TXCSUM_IPV6>
\tinet 127.0.0.1 netmask 0xff000000
\tgroups: lo
\tnd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>
\tdrivername: lo0
"""
EM0 = """em0: flags=1008943<UP,BROADCAST,RUNNING,PROMISC,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500
\toptions=48020a9<RXCSUM,VLAN_MTU,VLAN_HWTAGGING,VLAN_HWCSUM,WOL_MAGIC,HWSTATS,MEXTPG>
\tether 52:54:00:65:6d:30
\tinet 192.168.1.10 netmask 0xffffff00 broadcast 192.168.1.255
\tmedia: Ethernet autoselect (1000baseT <full-duplex>)
\tstatus: active
\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>
\tdrivername: em0
"""


def mac(number: int, end: int) -> str:
    return f"58:9c:fc:{end:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def epair(number: int, end: str, inet: str = "", description: str = "", up: bool = True) -> str:
    """One end as `ifconfig -aD` prints it."""
    flags = "UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP" if up else "BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP"
    told = f"\tdescription: {description}\n" if description else ""
    given = f"\tinet {inet} netmask 0xffff0000 broadcast 10.255.255.255\n" if inet else ""
    return (
        f"epair{number}{end}: flags=1008843<{flags}> metric 0 mtu 1500\n{told}"
        "\toptions=60001b<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,RXCSUM_IPV6,TXCSUM_IPV6>\n"
        f"\tether {mac(number, ord(end))}\n{given}\tgroups: epair\n"
        "\tmedia: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)\n\tstatus: active\n"
        f"\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>\n\tdrivername: epair{number}\n"
    )


def bridge(name: str, members: list[str]) -> str:
    told = "".join(
        f"\tmember: {one} flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>\n"
        f"\t        port {number} priority 128 path cost 2000 vlan protocol 802.1q\n"
        for number, one in enumerate(members, start=1)
    )
    return (
        f"{name}: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500\n"
        "\toptions=10<VLAN_HWTAGGING>\n\tether 58:9c:fc:10:ff:eb\n"
        "\tid 00:00:00:00:00:00 priority 32768 hellotime 2 fwddelay 15\n"
        "\tmaxage 20 holdcnt 6 proto rstp maxaddr 2000 timeout 1200\n"
        "\troot id 00:00:00:00:00:00 priority 32768 ifcost 0 port 0\n\tbridge flags=0<>\n"
        f"{told}\tgroups: bridge\n\tnd6 options=9<PERFORMNUD,IFDISABLED>\n\tdrivername: {name}\n"
    )


def address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def jail_row(number: int) -> dict[str, object]:
    name = f"jail{number}"
    return {
        "jid": str(number), "name": name, "path": f"/jails/{name}", "host.hostname": name, "vnet": "new",
        "dying": False, "parent": "0", "osrelease": "15.1-RELEASE-p1", "persist": True, "devfs_ruleset": "5",
        "children.cur": "0", "children.max": "0", "securelevel": "-1", "ip4": "inherit", "ip4.addr": [],
        "ip6": "inherit", "ip6.addr": [],
    }  # fmt: skip


def definition(number: int) -> str:
    name, pair = f"jail{number}", f"epair{number}"
    return (
        f"{name} {{\n    path = /jails/{name};\n    host.hostname = {name};\n    vnet;\n"
        f'    vnet.interface = {pair}b;\n    exec.prestart = "/sbin/ifconfig {pair} create up";\n'
        f'    exec.prestart += "/sbin/ifconfig bridge0 addm {pair}a up";\n'
        f'    exec.start = "/sbin/ifconfig {pair}b inet {address(number)}/16 up", "/bin/sh /etc/rc";\n'
        f'    exec.poststop = "/sbin/ifconfig {pair}a destroy";\n    persist;\n}}\n'
    )


def framed(capture: Capture, mark: str = "==bench") -> str:
    """The capture as `sections.sh` prints it."""
    told = (f"{mark} begin {one.name}\n{one.out}\n{mark} end {one.rc}\n{one.err}\n" for one in capture.sections)
    return "".join(told) + f"{mark} done\n"


def large_host(jails: int, odd: str = "", moved: bool = False) -> Capture:
    """A host with `jails` running VNET jails, a pair each in bridge0.

    `odd` is the description of the first jail's a end; `moved` gives the third another address.
    """
    numbers = range(1, jails + 1)
    members = ["em0", *(f"epair{number}a" for number in numbers)]
    ends = "".join(epair(number, "a", description=odd if number == 1 else "") for number in numbers)
    rows = {"__version": "2", "jail-information": {"jail": [jail_row(number) for number in numbers]}}
    inside = (
        Section(
            f"inside {number}",
            0,
            LO0 + epair(number, "b", inet=address(number + 9000 if moved and number == 3 else number)),
        )
        for number in numbers
    )
    return Capture(
        "nas",
        1_700_000_000.0,
        (
            Section("jls", 0, json.dumps(rows)),
            Section("ifconfig", 0, EM0 + LO0 + bridge("bridge0", members) + ends),
            *inside,
            Section("jail-commands", 1, ""),
            Section("file /etc/jail.conf", 0, "".join(definition(number) + "\n" for number in numbers)),
            Section("sysrc", 0, 'cloned_interfaces="bridge0"\nifconfig_bridge0="addm em0 up"\n'),
        ),
        FACTS,
    )
