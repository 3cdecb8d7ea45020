"""The differences of FreeBSD 13.2, 14.2 and 15.1: each release is a class with what is new in it.

Sources: FREEBSD.md (4, 8, 11) and the recordings named there. No other module asks for a release's number.
"""

from __future__ import annotations

EM0_OPTIONS_13 = "481209b<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,VLAN_HWCSUM,WOL_MAGIC,VLAN_HWFILTER,NOMAP>"
EM0_OPTIONS = (
    "48525bb<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU,VLAN_HWCSUM,TSO4,LRO,WOL_MAGIC,VLAN_HWFILTER,"
    "VLAN_HWTSO,HWSTATS,MEXTPG>"
)
LO0_OPTIONS = "680003<RXCSUM,TXCSUM,LINKSTATE,RXCSUM_IPV6,TXCSUM_IPV6>"


class KernelRelease:
    """FreeBSD 13.2."""

    name = "13.2"
    uname = "13.2-RELEASE"
    osreldate = 1302001

    # ifconfig: options, words and lines
    jail_option = False
    drivername = False
    short_cidr = False
    lower_up = False
    needs_epoch_bit = True  # ether drivers have an unnamed flag bit 0x20
    empty_flag_brackets = True
    zero_options = False
    addresses_by_family = False
    family_filters_interfaces = False
    mixes_doubles = True
    name_prints_doubles = True
    explains = False
    mask_required = False
    arguments_usage = False
    capabilities = {
        "epair": "8<VLAN_MTU>",
        "em": (
            "481389b<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,VLAN_HWCSUM,WOL_UCAST,WOL_MCAST,WOL_MAGIC,VLAN_HWFILTER,"
            "NOMAP>"
        ),
    }

    deladdr_names_mac = True
    bad_mac = "ioctl (SIOCAIFADDR): Invalid argument"
    renamed_loses_driver_words = True
    zero_mask_refused = True
    any_address = False  # 0.0.0.0 is an address like others
    loopback6_refusal = "SIOCDIFADDR"
    address_refusals = ("ioctl (SIOCAIFADDR): permission denied", "ioctl (SIOCAIFADDR): permission denied")
    output_active = "OACTIVE"

    # kernel
    group_lost_on_return = True
    index_per_vnet = True
    fixed_macs = False
    destroy_inside = False
    revives_dying = True
    mac_do = False  # with mdo(1)
    renumbers_dying = False

    # bridge
    span_of_member = "EBUSY"
    ifmaxaddr = True
    bridge_flags = False
    vlan_protocol = False
    bridge_mtu_follows = False
    member_mtu_locked = False
    vlan_on_bridge = False
    promisc_kept_on_move = True
    bridge_sysctls: tuple[tuple[str, str], ...] = (
        ("ipfw", "0"),
        ("allow_llz_overlap", "0"),
        ("inherit_mac", "0"),
        ("log_stp", "0"),
        ("pfil_local_phys", "0"),
        ("pfil_member", "1"),
        ("ipfw_arp", "0"),
        ("pfil_bridge", "1"),
        ("pfil_onlyip", "1"),
    )

    # vlan
    vlan_protocol_changes = False
    vlan_change_attached = False

    # options of the drivers
    options = {
        "em": EM0_OPTIONS_13,
        "em-bridged": "4812099<RXCSUM,VLAN_MTU,VLAN_HWTAGGING,VLAN_HWCSUM,WOL_MAGIC,VLAN_HWFILTER,NOMAP>",
        "vtnet": "80028<VLAN_MTU,JUMBO_MTU,LINKSTATE>",
        "lo": LO0_OPTIONS,
        "epair": "8<VLAN_MTU>",
        "epair-bridged": "8<VLAN_MTU>",
        "bridge": "",
        "vlan-em": "4000003<RXCSUM,TXCSUM,NOMAP>",
        "vlan-vlan": "4000000<NOMAP>",
        "tap": "80000<LINKSTATE>",
        "tun": "80000<LINKSTATE>",
        "wg": "80000<LINKSTATE>",
    }

    tap_media = "Ethernet autoselect"

    # route(8), netstat(1), sockstat(1)
    netlink_monitor = False
    route_jail_option = False
    netstat_wide_protocol = False
    sshd_session: tuple[str, ...] = ("sshd",)  # the programs that hold the socket of a session
    sockstat_pid = "<"  # how it is aligned
    sockstat_fd = 2
    sockstat_measures = False  # columns are as wide as their texts


class Release14(KernelRelease):
    """FreeBSD 14.2."""

    name = "14.2"
    uname = "14.2-BETA1"
    osreldate = 1402000
    jail_option = True
    drivername = True
    short_cidr = True
    lower_up = True
    needs_epoch_bit = False
    empty_flag_brackets = False
    zero_options = True
    addresses_by_family = True
    family_filters_interfaces = True
    mixes_doubles = False
    group_lost_on_return = False
    index_per_vnet = False
    destroy_inside = True
    bridge_mtu_follows = True
    member_mtu_locked = True
    bridge_sysctls = (
        ("ipfw", "0"),
        ("log_mac_flap", "1"),
        *((k, "0" if k in ("pfil_member", "pfil_bridge") else v) for k, v in KernelRelease.bridge_sysctls[1:]),
    )
    vlan_protocol_changes = True
    vlan_change_attached = True
    options = KernelRelease.options | {
        "em": EM0_OPTIONS,
        "em-bridged": (
            "48520b9<RXCSUM,VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU,VLAN_HWCSUM,WOL_MAGIC,VLAN_HWFILTER,VLAN_HWTSO,"
            "HWSTATS,MEXTPG>"
        ),
        "vlan-em": "4000503<RXCSUM,TXCSUM,TSO4,LRO,MEXTPG>",
        "vlan-vlan": "4000000<MEXTPG>",
    }
    capabilities = KernelRelease.capabilities | {
        "em": (
            "4953dbb<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU,VLAN_HWCSUM,TSO4,LRO,WOL_UCAST,WOL_MCAST,WOL_MAGIC,"
            "VLAN_HWFILTER,VLAN_HWTSO,NETMAP,HWSTATS,MEXTPG>"
        ),
    }
    output_active = "DRV_OACTIVE"
    tap_media = "Ethernet 1000baseT <full-duplex>"
    renamed_loses_driver_words = False
    zero_mask_refused = False
    any_address = True
    mac_do = True
    loopback6_refusal = "SIOCAIFADDR"
    netlink_monitor = True
    route_jail_option = True
    sockstat_pid = ">"
    sockstat_fd = 3


class Release15(Release14):
    """FreeBSD 15.1."""

    name = "15.1"
    uname = "15.1-RELEASE-p1"
    osreldate = 1501000
    name_prints_doubles = False
    explains = True
    mask_required = True
    arguments_usage = True
    fixed_macs = True
    revives_dying = False
    renumbers_dying = True
    netstat_wide_protocol = True
    sshd_session = ("sshd-session", "sshd-session")
    sockstat_measures = True
    ifmaxaddr = False
    bridge_flags = True
    vlan_protocol = True
    vlan_on_bridge = True
    bridge_sysctls = (
        ("ipfw", "0"),
        ("member_ifaddrs", "1"),
        *Release14.bridge_sysctls[1:],
    )
    options = Release14.options | {
        "vtnet": "880028<VLAN_MTU,JUMBO_MTU,LINKSTATE,HWSTATS>",
        "em-member": (
            "48521bb<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU,VLAN_HWCSUM,TSO4,WOL_MAGIC,VLAN_HWFILTER,VLAN_HWTSO,"
            "HWSTATS,MEXTPG>"
        ),
        "em-bridged": (
            "8520bb<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU,VLAN_HWCSUM,WOL_MAGIC,VLAN_HWFILTER,"
            "VLAN_HWTSO,HWSTATS>"
        ),
        "epair": "60001b<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,RXCSUM_IPV6,TXCSUM_IPV6>",
        "epair-bridged": "20001b<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,RXCSUM_IPV6>",
        "bridge": "10<VLAN_HWTAGGING>",
        "vlan-em-member": "4000103<RXCSUM,TXCSUM,TSO4,MEXTPG>",
        "tap": "4080000<LINKSTATE,MEXTPG>",
    }
    capabilities = Release14.capabilities | {
        "epair": options["epair"],
        "bridge": options["bridge"],
    }
    deladdr_names_mac = False
    address_refusals = (
        "ioctl (SIOCAIFADDR): Operation not permitted",
        "ioctl (SIOCDIFADDR): Operation not permitted",
    )
    bad_mac = "malformed link-level address"
    span_of_member = "EEXIST"


RELEASES: dict[str, type[KernelRelease]] = {cls.name: cls for cls in (KernelRelease, Release14, Release15)}
SHORT = {"13": "13.2", "14": "14.2", "15": "15.1"}


def release(name: str) -> type[KernelRelease]:
    """The table of `name`: "13.2", "14.2", "15.1", or "13", "14", "15". ValueError for any other."""
    try:
        return RELEASES[SHORT.get(name, name)]
    except KeyError:
        raise ValueError(f"no such release: {name} (13.2, 14.2 or 15.1)") from None
