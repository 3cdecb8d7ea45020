"""A host with everything on it, read whole: every field of the state, as the text of the host says it."""

from __future__ import annotations

from jailtui.exchange import Trouble
from jailtui.formats.mount import Mount
from jailtui.formats.netstat import Connection
from jailtui.model.state import (
    Address,
    Bridge,
    Capability,
    End,
    Epair,
    Hop,
    HostFacts,
    Interface,
    Jail,
    JailState,
    Port,
    Vlan,
    Where,
)
from tests.support.full_host import full_host

UP_AND_RUNNING = ("UP", "BROADCAST", "RUNNING", "SIMPLEX", "MULTICAST", "LOWER_UP")


def test_the_host_and_what_it_can_do() -> None:
    assert full_host().facts == HostFacts(
        "nas",
        "nas.home.arpa",
        "15.1-RELEASE",
        "root",
        0,
        (
            Capability("ifconfig -j", True, "looks into jails without their own binaries"),
            Capability("netstat -j", False, "shows their routes and counters"),
            Capability("ifconfig -D", True, "tells which two ends are one pair"),
            Capability("ifconfig", True),
            Capability("jls", True),
            Capability("jail", True),
            Capability("sysrc", False),
        ),
        local=True,
    )


def test_every_jail_whole() -> None:
    found = full_host()
    configured = {jail.name: jail.configured for jail in found.jails}
    assert [jail.name for jail in found.jails if jail.configured is None] == ["box", "shut"]

    def inside(jid: int) -> tuple[Interface, ...]:
        return tuple(one for one in found.interfaces if one.jid == jid)

    assert found.jails == (
        Jail(
            "old",
            "old",
            3,
            JailState.DYING,
            True,
            "/jails/old",
            "jail3",
            epairs=("epair7",),
            configured=configured["old"],
            osrelease="15.1-RELEASE-p1",
            chains=(
                (
                    Hop("bridge", "no bridge", False, "in no bridge"),
                    Hop("epair-a", "epair7a"),
                    Hop("epair-b", "epair7", False, "lost with jail 3"),
                    Hop("jail", "old", False, "dying"),
                ),
            ),
            ruleset=5,
            children_max=0,
            securelevel=-1,
        ),
        Jail(
            "web",
            "web",
            4,
            JailState.RUNNING,
            True,
            "/jails/web",
            "web.home.arpa",
            (Address("192.168.1.154", 16),),
            inside(4),
            ("epair154",),
            ("bridge0",),
            configured=configured["web"],
            osrelease="15.1-RELEASE-p1",
            dhcp=True,
            chains=(
                (
                    Hop("nic", "em0"),
                    Hop("bridge", "bridge0"),
                    Hop("epair-a", "epair154a"),
                    Hop("epair-b", "epair154b"),
                    Hop("jail", "web"),
                ),
            ),
            ruleset=5,
            gateways=("192.168.1.1",),
            default_over=("epair154b",),
            params=(("allow.mount", "true"), ("children.max", "2")),
            children_max=2,
            securelevel=1,
        ),
        Jail(
            "box",
            "box",
            5,
            JailState.RUNNING,
            False,
            "/jails/box",
            "jail5",
            (Address("10.0.0.5"), Address("fd00::5", family="inet6")),
            parent_jid=4,
            osrelease="15.1-RELEASE-p1",
            ruleset=4,
            children_max=0,
            securelevel=-1,
        ),
        Jail(
            "shut",
            "shut",
            6,
            JailState.RUNNING,
            True,
            "/jails/shut",
            "jail6",
            interfaces=inside(6),
            osrelease="15.1-RELEASE-p1",
            ruleset=5,
            children_max=0,
            securelevel=-1,
        ),
        Jail(
            "broken",
            "broken",
            None,
            JailState.STOPPED,
            True,
            "/jails/broken",
            addresses=(Address("192.168.1.161", 24),),
            epairs=("epair161",),
            bridges=("bridge0",),
            configured=configured["broken"],
            chains=(
                (
                    Hop("bridge", "no bridge", False, "in no bridge"),
                    Hop("epair-a", "epair161a"),
                    Hop("epair-b", "epair161b", False, "on the host"),
                    Hop("jail", "broken", False, "not running"),
                ),
            ),
            left=("epair161",),
        ),
        Jail(
            "mail",
            "mail",
            None,
            JailState.STARTING,
            True,
            "/jails/mail",
            addresses=(Address("192.168.1.160", 24),),
            epairs=("epair160",),
            bridges=("bridge0",),
            configured=configured["mail"],
        ),
    )


def test_every_epair_whole() -> None:
    assert full_host().epairs == (
        Epair(
            "epair9",
            "epair9",
            End("epair9a", Where.HOST, bridge="br40", mtu=1500, ether="58:9c:fc:61:00:09"),
            End("epair9b", Where.HOST, mtu=1500, ether="58:9c:fc:62:00:09"),
            "drivername",
            True,
            "no configured or running jail names it",
        ),
        Epair(
            "epair161",
            "epair161",
            End(
                "epair161a",
                Where.HOST,
                up=True,
                mtu=1500,
                ether="58:9c:fc:61:00:a1",
            ),
            End("epair161b", Where.HOST, mtu=1500, ether="58:9c:fc:62:00:a1"),
            "drivername",
            True,
            "broken is not running: its start failed, or its poststop was skipped",
            "broken",
        ),
        Epair(
            "epair7",
            "epair7",
            End("epair7a", Where.HOST, up=True, mtu=1500, ether="58:9c:fc:61:00:07"),
            End(None, Where.LOST, "old", 3),
            "none",
            True,
            "one end is lost with old, jid 3, dying",
            "old",
        ),
        Epair(
            "epair154",
            "epair154",
            End("epair154a", Where.HOST, bridge="bridge0", up=True, mtu=1500, ether="58:9c:fc:61:00:9a"),
            End(
                "epair154b",
                Where.JAIL,
                "web",
                4,
                up=True,
                addresses=(Address("192.168.1.154", 16),),
                mtu=1500,
                ether="58:9c:fc:62:00:9a",
            ),
            "drivername",
            False,
            "one end is in web, jid 4",
            "web",
            description="jail:web",
        ),
    )


def test_every_bridge_whole() -> None:
    assert full_host().bridges == (
        Bridge(
            "bridge0",
            ("em0", "epair154a"),
            up=True,
            mtu=1500,
            nics=("em0",),
            jails=("web", "broken", "mail"),
            persistent=True,
        ),
        Bridge(
            "br40",
            ("em0.40", "epair9a"),
            (Address("10.41.0.1", 24),),
            mtu=1496,
            vlans=("em0.40",),
            persistent=False,
            description="forty",
        ),
    )


def test_every_vlan_whole() -> None:
    assert full_host().vlans == (
        Vlan(
            "em0.40",
            40,
            "em0",
            "br40",
            addresses=(
                Address("10.40.0.1", 24, flags=("vhid 7",)),
                Address("fd40::1", 64, "inet6", ("tentative", "vhid 8")),
            ),
            up=True,
            mtu=1496,
            persistent=False,
        ),
        Vlan("vlan9", None, None, mtu=1500, persistent=False),
    )


def test_interfaces_whole() -> None:
    found = full_host()
    assert [(one.name, one.jid) for one in found.interfaces] == [
        ("em0", None),
        ("lo0", None),
        ("em1", None),
        ("em0.40", None),
        ("vlan9", None),
        ("bridge0", None),
        ("br40", None),
        ("epair154a", None),
        ("epair7a", None),
        ("epair9a", None),
        ("epair9b", None),
        ("epair161a", None),
        ("epair161b", None),
        ("lo0", 4),
        ("epair154b", 4),
        ("lo0", 6),
    ]
    by_name = {one.name: one for one in found.interfaces}
    for wanted in (
        Interface(
            "em1",
            "ether",
            mtu=9000,
            ether="52:54:00:00:00:01",
            description="spare",
            status="no carrier",
            flags=("BROADCAST", "SIMPLEX", "MULTICAST"),
            mac="52:54:00:65:6d:31",
        ),
        Interface(
            "em0.40",
            "vlan",
            up=True,
            mtu=1496,
            ether="52:54:00:65:6d:30",
            groups=("vlan",),
            addresses=(
                Address("10.40.0.1", 24, flags=("vhid 7",)),
                Address("fd40::1", 64, "inet6", ("tentative", "vhid 8")),
            ),
            drivername="vlan0",
            tag=40,
            parent="em0",
            flags=UP_AND_RUNNING,
            mac="52:54:00:65:6d:30",
        ),
        Interface(
            "vlan9",
            "vlan",
            mtu=1500,
            ether="00:00:00:00:00:00",
            groups=("vlan",),
            drivername="vlan1",
            tag=0,
            flags=("BROADCAST", "MULTICAST"),
            mac="00:00:00:00:00:00",
        ),
        Interface(
            "br40",
            "bridge",
            mtu=1496,
            ether="58:9c:fc:10:ff:40",
            description="forty",
            groups=("bridge",),
            addresses=(Address("10.41.0.1", 24),),
            drivername="bridge1",
            members=("em0.40", "epair9a"),
            flags=("BROADCAST", "SIMPLEX", "MULTICAST"),
            filtering=True,
            ports=(Port("epair9a", 5, "10,20-30"),),
            mac="58:9c:fc:10:ff:40",
        ),
        Interface(
            "epair154b",
            "epair",
            4,
            True,
            1500,
            "58:9c:fc:62:00:9a",
            status="active",
            groups=("epair",),
            addresses=(Address("192.168.1.154", 16),),
            drivername="epair154",
            flags=UP_AND_RUNNING,
            options=("RXCSUM", "TXCSUM", "VLAN_MTU", "VLAN_HWTAGGING", "RXCSUM_IPV6", "TXCSUM_IPV6"),
            mac="58:9c:fc:62:00:9a",
        ),
    ):
        assert by_name[wanted.name] == wanted


def test_the_rest_of_the_reading() -> None:
    found = full_host()
    assert found.errors == (Trouble("jail 8", "can't look inside: no answer in time (exit status 124)"),)
    assert (found.rcconf, found.sysctls, found.rulesets) == (
        (("cloned_interfaces", "bridge0"),),
        (("net.link.bridge.pfil_member", "1"),),
        frozenset((4, 5)),
    )
    assert found.mounts == (Mount("tmpfs", "/jails/old/mnt", "tmpfs"),)
    assert found.connections == (Connection("10.5.0.1", 37647, "10.5.0.2", 5000, "CLOSE_WAIT"),)
