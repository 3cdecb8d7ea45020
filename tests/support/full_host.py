"""A host with everything on it: jails in every state, a pair in each of its fates, VLANs, a bridge that filters."""

from __future__ import annotations

from jailtui.exchange import Section
from jailtui.model.state import HostState
from tests.support.captures import conf, row, state
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair

EM1 = """em1: flags=8802<BROADCAST,SIMPLEX,MULTICAST> metric 0 mtu 9000
\tdescription: spare
\tether 52:54:00:65:6d:31
\thwaddr 52:54:00:00:00:01
\tmedia: Ethernet autoselect
\tstatus: no carrier
"""
VLAN = """em0.40: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1496
\tether 52:54:00:65:6d:30
\tinet 10.40.0.1 netmask 0xffffff00 broadcast 10.40.0.255 vhid 7
\tinet6 fd40::1 prefixlen 64 tentative vhid 8
\tgroups: vlan
\tvlan: 40 vlanproto: 802.1q vlanpcp: 0 parent interface: em0
\tdrivername: vlan0
"""
LOST_VLAN = """vlan9: flags=8002<BROADCAST,MULTICAST> metric 0 mtu 1500
\tether 00:00:00:00:00:00
\tgroups: vlan
\tvlan: 0 vlanproto: 802.1q vlanpcp: 0 parent interface: <none>
\tdrivername: vlan1
"""
FILTERING = """br40: flags=8802<BROADCAST,SIMPLEX,MULTICAST> metric 0 mtu 1496
\tdescription: forty
\tether 58:9c:fc:10:ff:40
\tinet 10.41.0.1 netmask 0xffffff00 broadcast 10.41.0.255
\tid 00:00:00:00:00:00 priority 32768 hellotime 2 fwddelay 15
\tmaxage 20 holdcnt 6 proto rstp maxaddr 2000 timeout 1200
\troot id 00:00:00:00:00:00 priority 32768 ifcost 0 port 0
\tbridge flags=1<VLANFILTER>
\tmember: em0.40 flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>
\t        port 1 priority 128 path cost 2000 vlan protocol 802.1q
\tmember: epair9a flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>
\t        port 2 priority 128 path cost 2000 vlan protocol 802.1q untagged 5 tagged 10,20-30
\tgroups: bridge
\tdrivername: bridge1
"""
NETSTAT = """Active Internet connections (including servers)
Proto Recv-Q Send-Q Local Address          Foreign Address        (state)
tcp4       0      0 10.5.0.1.37647         10.5.0.2.5000          CLOSE_WAIT
"""
ROUTES = (
    '{"statistics": {"route-information": {"route-table": {"rt-family": [{"address-family": "Internet", "rt-entry": ['
    '{"destination": "default", "gateway": "192.168.1.1", "flags": "UGS", "interface-name": "epair154b"}]}]}}}}'
)
PARAMS = '{"__version": "2", "jail-information": {"jail": [{"jid": 4, "allow.mount": "true", "children.max": 2}]}}'


def full_host() -> HostState:
    """web runs, old is dying with its end, old two lives on the host's network, broken failed, mail never started."""
    ends = epair(154, "a", description="jail:web") + epair(7, "a") + epair(9, "a", up=False) + epair(9, "b", up=False)
    ends += epair(161, "a") + epair(161, "b", up=False)
    dhcp = 'exec.start += "/sbin/dhclient epair154b"'
    return state(
        rows=[
            row(3, "old", dying=True, path="/jails/old"),
            row(4, "web", **{"host.hostname": "web.home.arpa", "children.max": "2", "securelevel": "1"}),
            row(5, "box", vnet="inherit", parent="4", ip4_addr=["10.0.0.5"], ip6_addr=["fd00::5"], devfs_ruleset="4"),
            row(6, "shut"),
        ],
        host=EM0 + LO0 + EM1 + VLAN + LOST_VLAN + bridge("bridge0", ["em0", "epair154a"]) + FILTERING + ends,
        inside={4: LO0 + epair(154, "b", inet="192.168.1.154"), 6: LO0},
        conf=conf("web", 154, extra=[dhcp]) + conf("old", 7) + conf("broken", 161) + conf("mail", 160),
        commands="77 jail -c mail\n",
        more=[
            Section("routes 4", 0, ROUTES),
            Section("jail-params", 0, PARAMS),
            Section("bridge-sysctls", 0, "net.link.bridge.pfil_member: 1\n"),
            Section("rulesets", 0, "4\n5\n"),
            Section(
                "mounts",
                0,
                '{"mount": {"mounted": [{"special":"tmpfs","node":"/jails/old/mnt","fstype":"tmpfs"}]}}',
            ),
            Section("connections", 0, NETSTAT),
            Section("inside 8", 124, ""),
        ],
        facts={**FACTS, "tool sysrc": "no", "reached": "local"},
    )
