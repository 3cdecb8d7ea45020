"""Hosts with a jail, pair, bridge or VLAN for each case that a rule tells apart, so that the order of all counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jailtui.formats.mount import Mount
from jailtui.formats.netstat import Connection
from jailtui.model.state import Address, Bridge, End, Interface, Jail, JailState, Port, Vlan, Where
from jailtui.rules.context import Context
from jailtui.rules.finding import RULES
from tests.support.contexts import BOOT, context, found
from tests.support.epair_hosts import near, pair, within
from tests.support.jail_hosts import inside, running, template
from tests.support.link_hosts import address, nic, vlan

HOOK = '"/sbin/ifconfig ${epair}b inet ${ip} up"'
ROUTE = '"/sbin/route add default ${gateway}"'
RC = '"/bin/sh /etc/rc"'
CLEARS = 'exec.prestart  = "/sbin/ifconfig ${epair}a destroy 2>/dev/null || true";\n    exec.prestart +='
Members = list[tuple[str, Jail]]


def told(one: Context, codes: Iterable[str] = RULES) -> str:
    """A line for each rule that finds something: its code, and the subjects in their order."""
    subjects = ((code, [finding.subject.name for finding in found(one, code)]) for code in codes)
    return "".join(f"{code} {' '.join(names)}\n" for code, names in subjects if names)


def live(name: str, number: int, *has: Interface | str, changes: dict[str, str] | None = None, **more: Any) -> Any:
    """A jail of the template that runs with these interfaces; a text is the address of its own epair end."""
    text = template(name, number, **(changes or {}))
    ends = [inside(f"epair{number}b", number, one) if isinstance(one, str) else one for one in has]
    return text, running(text, name, number, *ends, **more)


def host(members: Members, rest: str = "", **state: Any) -> Context:
    """A host with these jails, and with the text of others."""
    return context("".join(text for text, _ in members) + rest, running=[jail for _, jail in members], **state)


def own(number: int) -> str:
    return f"192.168.1.{number}/24"


def routeless() -> Members:
    """Running jails, with their routes and addresses as the kernel has them; the last ones lack some."""
    v6 = {HOOK: '"/sbin/ifconfig ${epair}b inet6 fd00::${id}/64"', '"192.168.1.1"': '"fd00::1"'}
    both = {HOOK: f'{HOOK}, "/sbin/ifconfig ${{epair}}b inet6 fd00::${{id}}/64"'}
    two = both | {ROUTE: f'{ROUTE}, "/sbin/route add -inet6 default fd00::1"'}
    dhcp = {HOOK: '"/sbin/dhclient ${epair}b"'}
    slaac = {HOOK: '"/sbin/ifconfig ${epair}b inet6 accept_rtadv"'}
    empty = {HOOK: '"true"', ROUTE: '"true"'}
    return [
        live("starting", 101, own(101), gateways=(), state=JailState.STARTING),
        live("shared", 102, own(102), gateways=(), vnet=False),
        live("blind", 103, own(103), interfaces=None, addresses=()),
        live("leased", 104, own(104), gateways=(), dhcp=True),
        live("client", 105, own(105), gateways=(), changes=dhcp),
        live("client0", 106, inside("epair106b", 106), gateways=(), changes=dhcp),
        live("routed", 107, inside("epair107b", 107, "fe80::1/64"), addresses=(), gateways=(), changes=slaac),
        live("sound", 108, own(108), gateways=("192.168.1.1",)),
        live("bare", 109, inside("epair109b", 109), gateways=()),
        live("bare6", 110, inside("epair110b", 110), gateways=(), changes=both),
        live("lost", 111, own(111), gateways=()),
        live("lost6", 112, "fd00::112/64", gateways=(), changes=v6),
        live("half", 113, own(113), gateways=("192.168.1.1",), changes=two),
        live("island", 114, own(114), gateways=(), changes=empty),
        live("nothing", 115, inside("epair115b", 115), gateways=(), changes=empty),
        ("", Jail("lab", "lab", 116, JailState.RUNNING, True, interfaces=(inside("e", 116),), gateways=())),
        ("", Jail("lan", "lan", 117, JailState.RUNNING, True, interfaces=(inside("e", 117, "10.0.0.1/8"),),
                  addresses=(Address("10.0.0.1", 8),), gateways=())),
    ]  # fmt: skip


def drifting() -> Members:
    """Running jails beside their file: the first ones as it says, or not to be compared."""
    plain = {RC: '"true"', "exec.clean;": "exec.clean; persist;"}
    both = {HOOK: f'{HOOK}, "/sbin/ifconfig ${{epair}}b inet6 fd00::${{id}}/64"'}
    two = both | {ROUTE: f'{ROUTE}, "/sbin/route add -inet6 default fd00::1"'}
    script = {HOOK: f'{HOOK}, "/root/net"'}
    fixed = {HOOK: f'{HOOK}, "/sbin/ifconfig ${{epair}}b ether 02:00:00:00:0A:b mtu 1400"'}
    mac = "02:00:00:00:0a:0b"
    return [
        live("unlike", 118, own(118), vnet=True, changes={"vnet;": ""}),
        live("random", 119, inside("epair119b", 119, own(119), mac=mac),
             changes={HOOK: f'{HOOK}, "/sbin/ifconfig ${{epair}}b ether random"'}),
        live("fdless", 120, own(120), params=(("mount.fdescfs", "false"), ("sysvshm", "inherit")),
             changes={"mount.devfs;": "mount.devfs; sysvshm = new;"}),
        ("six { path = /jails/six; ip6.addr = fd00::6; }\n", Jail("six", "six", 117, JailState.RUNNING, False,
             path="/jails/six", interfaces=None, addresses=(Address("fd00::7", None, "inet6"),))),
        live("same", 121, own(121), gateways=("192.168.1.1",)),
        live("unread", 122, "192.168.7.1/24", gateways=(), changes=script),
        live("away", 123, gateways=()),
        live("extra", 124, inside("epair124b", 124, own(124), "192.168.1.99/24", "fe80::1/64", "fd00::9/64")),
        live("extra6", 125, inside("epair125b", 125, own(125), "fd00::125/64", "fd00::9/64"), changes=both | plain),
        live("lacks", 126, inside("epair126b", 126, own(126)), changes=both),
        live("lacks4", 127, inside("epair127b", 127, "fd00::127/64"), changes=both | plain),
        live("other", 128, inside("epair128b", 128, "192.168.1.98/24", "fd00::128/64"), changes=both | plain),
        live("other6", 129, inside("epair129b", 129, own(129), "fd00::98/64"), changes=both),
        live("through", 130, inside("epair130b", 130, own(130)), gateways=("192.168.1.7", "fe80::1%epair130b")),
        live("through6", 131, inside("epair131b", 131, own(131), "fd00::131/64"), changes=two | plain,
             gateways=("192.168.1.1", "fd00::7")),
        live("right", 132, inside("epair132b", 132, own(132), mac=mac, mtu=1400), changes=fixed),
        live("unknown", 133, inside("epair133b", 133, own(133), mtu=0), changes=fixed),
        live("wrong", 134, inside("epair134b", 134, own(134), mac="02:00:00:00:0a:0c", mtu=1500), changes=fixed),
        live("moved", 135, own(135), path="/elsewhere"),
        live("linked", 136, own(136), path="/mnt/linked"),
        live("pathless", 137, own(137), path=None),
        live("named", 138, own(138), hostname="named"),
        live("renamed", 139, own(139), hostname="box"),
        live("strange", 140, own(140), hostname="b\tx"),
        live("sets", 141, own(141), ruleset=5, children_max=0, securelevel=-1),
        live("reset", 142, own(142), ruleset=4, children_max=1, securelevel=0,
             changes={"exec.clean;": "exec.clean; children.max = 3; securelevel = 2;"}),
        live("raised", 143, own(143), securelevel=3, children_max=3,
             changes={"exec.clean;": "exec.clean; children.max = 3; securelevel = 2;"}),
        live("allowed", 144, own(144), params=(("allow.chflags", "false"), ("allow.mount.tmpfs", "true"),
             ("allow.suser", "true"), ("allow.raw_sockets", "false"), ("linux", "new"), ("enforce_statfs", "2")),
             changes={"exec.clean;": "exec.clean; allow.chflags; allow.mount.notmpfs; allow.nosuser; enforce_statfs=1;"
                                     "linux = disable;"}),
    ]  # fmt: skip


def cabled(can: tuple[str, ...] = ()) -> Context:
    """Pairs of running jails: in their bridges, in none, in others, down, outside; and some that are not told of."""
    bare = {"/sbin/ifconfig ${bridge} addm ${epair}a up": "true"}
    routed = {"/sbin/ifconfig ${bridge} addm ${epair}a up": "/sbin/ifconfig ${epair}a inet 10.0.0.1/30 up"}
    lan0 = {'ifconfig ${epair}b inet ${ip} up"': 'ifconfig ${epair}b name lan0", "ifconfig lan0 inet ${ip} up"'}
    both = {HOOK: f'{HOOK}, "/sbin/ifconfig ${{epair}}b inet6 fd00::${{id}}/64"'}
    two = both | {ROUTE: f'{ROUTE}, "/sbin/route add -inet6 default fd00::1"'}
    given: list[tuple[Any, Any]] = []

    def cable(member: Any, a: End | None = None, b: End | None = None, **more: Any) -> None:
        name, number = member[1].name, member[1].jid
        ends = (a or near(f"epair{number}a"), b or within(f"epair{number}b", name, number))
        given.append((member, pair(*ends, f"epair{number}", owner=name, **more)))

    def out(number: int, **more: Any) -> End:
        return near(f"epair{number}b", **{"bridge": None, "up": False, **more})

    def at(number: int, **more: Any) -> End:
        return near(f"epair{number}a", **more)

    held = (Address("10.0.0.1", 30),)
    cable(live("sound", 151, own(151)))
    cable(live("starting", 152, state=JailState.STARTING), b=out(152))
    cable(live("shared", 153, vnet=False), b=out(153))
    cable(live("blind", 154, interfaces=None), b=out(154))
    cable(live("doubt", 155), b=out(155), orphan=None)
    cable(live("joined", 156), b=out(156, bridge="bridge1"))
    cable(live("inside", 157, own(157)), b=out(157))
    cable(live("outside", 158, gateways=()), b=out(158))
    cable(live("outdown", 159, gateways=None, changes=two), at(159, up=False, bridge=None), out(159))
    cable(live("outlan", 160, gateways=("fd00::1",), changes=lan0), at(160, up=False), out(160))
    cable(live("nobridge", 161, own(161)), at(161, bridge=None))
    cable(live("nowhere", 162, own(162), changes=bare), at(162, bridge=None, up=False))
    cable(live("routes", 163, own(163), changes=routed), at(163, bridge=None, addresses=held))
    cable(live("routesdown", 164, own(164), changes=routed), at(164, bridge=None, up=False, addresses=held))
    cable(live("wrong", 165, own(165)), at(165, bridge="bridge1"))
    cable(live("wrongdown", 166, own(166)), at(166, bridge="bridge1", up=False))
    cable(live("down", 167, own(167)), at(167, up=False), manager="Bastille")
    cable(live("twins", 168), at(168), out(168), ambiguous=("epair168b",))
    cable(live("spare", 169, own(169)), near("epair7a"), near("epair7b", bridge=None, up=False))
    cable(live("sparetwin", 170, own(170)), near("epair8a"), near("epair8b", bridge=None), ambiguous=("epair8b",))
    cable(live("empty", 172, interfaces=()), b=out(172))
    cable(live("cloned", 171, own(171), changes={'"bridge0"': '"bridge9"'}), at(171, bridge=None))
    pairs = [it for _, it in given]
    named = ("epair7", "epair8")
    pairs[18], pairs[19] = (it._replace(key=name, name=name) for it, name in zip(pairs[18:20], named, strict=True))
    ends = [end for it in pairs for end in (it.a, it.b) if end.where is Where.HOST]
    return host(
        [member for member, _ in given],
        can=can,
        epairs=tuple(pairs),
        bridges=(Bridge("bridge0", up=True, mtu=1500), Bridge("bridge1", up=True, mtu=1500)),
        interfaces=tuple(Interface(end.name or "", "epair", up=end.up, mtu=1500, groups=("epair",)) for end in ends),
    )


def left_behind(release: str = "15.1-RELEASE", *, can: tuple[str, ...] = (), from_here: bool = False) -> Context:
    """Jails that die, failed, or left a pair, and pairs of nobody."""
    lan0 = {'ifconfig ${epair}b inet ${ip} up"': 'ifconfig ${epair}b name lan0", "ifconfig lan0 inet ${ip} up"'}
    names = {"dying": 201, "dying2": 202, "failed": 203, "failedlog": 204, "starting": 205, "twin": 206}
    text = "".join(template(name, number) for name, number in names.items())
    text += template("gone", 207, **lan0) + template("fails", 208)
    text += template("blocked", 209).replace(CLEARS, "exec.prestart  =")

    def dead(name: str, jid: int) -> Jail:
        return Jail(f"{name}#{jid}", name, jid, JailState.DYING, True, path=f"/jails/{name}")

    def out(number: int, **more: Any) -> tuple[End, End]:
        return near(f"epair{number}a"), near(f"epair{number}b", bridge=None, **{"up": False, **more})

    def lost(name: str, number: int, jid: int | None) -> Any:
        ends = (near(f"epair{number}a"), End(None, Where.LOST, name if jid else None, jid))
        return pair(*ends, f"epair{number}", owner=name, orphan=True, why="lost", paired_by="none")

    def left(number: int, owner: str | None, **more: Any) -> Any:
        told = {"orphan": True, "why": "nobody uses it", **more}
        a, b = told.pop("ends", out(number))
        return pair(a, b, f"epair{number}", owner=owner, **told)

    pairs = (
        lost("dying", 201, 3),
        lost("dying2", 202, None),
        lost("strange", 210, 5),
        lost("strange", 214, 5)._replace(a=End(None, Where.LOST, "strange", 5), b=near("epair214b")),
        lost("strange", 215, 5)._replace(a=near("uplink")),
        lost("strange", 216, 5)._replace(manager="pot"),
        left(203, "failed", manager="Bastille"),
        left(204, "failedlog"),
        left(205, "starting"),
        left(206, "twin", ambiguous=("epair206b",)),
        left(207, "gone", ends=(near("epair207a"), near("lan0", bridge=None, up=False))),
        left(208, "fails"),
        left(209, "blocked", orphan=False),
        left(211, None),
        left(212, None, ends=(near("epair212a"), near("vnet7", bridge=None, up=False))),
        left(213, "removed", ends=out(213, up=True)),
    )
    ends = [end for it in pairs for end in (it.a, it.b) if end.where is Where.HOST]
    configured = {name: running(text, name, 1).configured for name in names}

    def rest(name: str, state: JailState, **more: Any) -> Jail:
        return Jail(name, name, None, state, True, path=f"/jails/{name}", configured=configured[name], **more)

    return context(
        text,
        release=release,
        can=can,
        from_here=from_here,
        running=[
            running(text, "dying2", 9),
            dead("dying", 3),
            dead("strange", 5),
            dead("mounted", 6),
            rest("failed", JailState.FAILED, start_status=1),
            rest("failedlog", JailState.FAILED, start_status=1, console=("1", "2", "3", "4", "5", "6", "no route")),
            rest("starting", JailState.STARTING),
            rest("twin", JailState.FAILED, start_status=1),
        ],
        epairs=pairs,
        interfaces=(
            *(Interface(end.name or "", "epair", up=end.up, mtu=1500, groups=("epair",)) for end in ends),
            Interface("bridge0", "bridge", up=True, mtu=1500),
        ),
        bridges=(Bridge("bridge0", ("epair201a",), up=True, mtu=1500),),
        mounts=(
            Mount("devfs", "/jails/mounted/dev", "devfs"),
            Mount("tmpfs", "/jails/mounted/mnt", "tmpfs"),
            Mount("zroot/x", "/jails/mounted/x", "zfs"),
        ),
        connections=(
            Connection("192.168.1.10", 50001, "192.168.1.201", 80, "ESTABLISHED"),
            Connection("192.168.1.10", 50002, "192.168.1.201", 443, "FIN_WAIT_2"),
            Connection("192.168.1.10", 22, "192.168.1.201", 40000, "ESTABLISHED"),
            Connection("192.168.1.10", 50003, "192.168.1.77", 80, "ESTABLISHED"),
        ),
    )  # fmt: skip


def segmented(release: str = "15.1-RELEASE") -> Context:
    """Bridges and VLANs: sound, down, not at boot, with members of every sort; and what rc.conf names in vain."""
    told: dict[str, Any] = {"up": True, "mtu": 1500}
    jails = [live("web", 221, own(221)), live("db", 222, own(222), state=JailState.STOPPING)]
    options = ("RXCSUM", "TXCSUM", "TSO4")
    filters = Interface(
        "bridge4", "bridge", up=True, mtu=1500, members=("em3", "epair221a", "tap1", "wg0", "em9"), filtering=True,
        ports=(Port("em3", None, "7"), Port("tap1")),
    )  # fmt: skip
    return host(
        jails,
        release=release,
        rcconf=BOOT
        | {
            "cloned_interface": "bridge1 bridge2:x vlan99",
            "cloned_interfaces": "bridge0 bridge3 bridge6 tap5 vlan7 dmz.12",
            "ifconfig_bridge0": "addm em0 addm em1 up",
            "ifconfig_bridge3": "addm em8 untagged 4 addm em0 addm tap5 addm em7 mtu 1500 up",
            "ifconfig_bridge6": "addm em6",
            "vlans_em0": "10 20 dmz",
            "create_args_dmz": "vlan 10",
            "create_args_vlan7": "vlan 10 vlandev em0",
            "create_args_bad": "vlan ten",
            "vlans_em1": "bad 30",
            "ifconfig_em1_30_name": "lan",
            "vlans_em9": "5 6",
            "vlans_em2": " ",
            "vlans_later0": "9",
            "ifconfig_em3_name": "later0",
        },
        bridges=(
            Bridge("bridge0", ("em0",), persistent=True, jails=("web",), **told),
            Bridge("bridge1", ("epair222a",), persistent=False, jails=("db",), **told),
            Bridge("bridge2", persistent=False, nics=("em4",), vlans=("em0.40",), **told),
            Bridge("bridge3", persistent=True, jails=("web", "db"), **told),
            Bridge("bridge4", filters.members, nics=("em3",), persistent=None, jails=("web",), **told),
            Bridge("bridge5", ("em5", "epair222a"), persistent=False, mtu=1400),
            Bridge("bridge7", persistent=False, addresses=(address("10.7.0.1/24"),), **told),
            Bridge("bridge9", ("lagg0", "epair222a"), persistent=True, **told),
            Bridge("bridge8", persistent=False, jails=("a", "b", "c", "d", "e", "f"), **told),
        ),
        interfaces=(
            nic("em0", "192.168.1.10/24"),
            nic("em1", up=False),
            nic("em3", "fe80::1/64", "fd00::3/64")._replace(options=options),
            nic("em4"),
            nic("em5", mtu=1500)._replace(options=options[:2]),
            Interface("lagg0", "lagg", up=True, mtu=1500, options=("LRO",)),
            Interface("epair221a", "epair", up=True, mtu=1500, options=options[:1]),
            Interface("epair222a", "epair", up=True, mtu=1400, options=("TXCSUM", "LRO")),
            Interface("tap1", "tap", up=True, mtu=1500),
            Interface("wg0", "wg", up=True, mtu=1420),
            Interface("bridge0", "bridge", up=True, mtu=1500, members=("em0",)),
            *(Interface(f"bridge{number}", "bridge", up=True, mtu=1500) for number in (1, 2, 3, 5, 7, 8)),
            filters,
            vlan("em0.40", 40, "em0"),
            vlan("vlan99", 99, "em1"),
        ),
        epairs=(
            pair(near("epair221a", bridge="bridge4"), within("epair221b", "web", 221), "epair221", manager="Bastille"),
            pair(
                near("epair222a", bridge="bridge5"),
                within("epair222b", "db", 222),
                "epair222",
                owner="db",
                manager="iocage",
            ),
        ),
        vlans=(
            Vlan("em0.10", 10, "em0", persistent=True, up=True, jails=("web",)),
            Vlan("vlan20", 20, "em0", persistent=False, up=True),
            Vlan("em0.40", 40, "em0", bridge="bridge2", persistent=False, up=False),
            Vlan("vlan99", 99, "em1", persistent=False, up=False, jails=("web",), addresses=(address("10.9.0.1/24"),)),
            Vlan("epair221a.5", 5, "epair221a", persistent=False, up=True, jails=("web",)),
            Vlan("em3.7", 0, None, persistent=None, jails=("web",)),
            Vlan("em3.x", None, None),
            Vlan("em3.9", 9, "em3", persistent=False, up=True),
            Vlan("lost.9", 9, None, bridge="bridge0"),
        ),
    )
