"""Makes interfaces of the model from records of ifconfig."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.names import is_epair_end
from jailtui.model.state import Address, Interface, Port

if TYPE_CHECKING:
    from jailtui.formats.ifconfig_lines import InterfaceRecord as Record

EPAIR_MAC = re.compile(r"02(:[0-9a-f]{2}){4}:0[ab]")
KINDS = {"lo": "loopback", "tap": "tap", "tun": "tun", "wg": "wg", "lagg": "lagg", "vlan": "vlan", "bridge": "bridge"}


def interface(record: Record, jid: int | None) -> Interface:
    """The interface of a record of ifconfig, on the host (`jid` None) or in a jail."""
    addresses = [Address(inet.address, inet.prefix, flags=_vhid(inet.vhid)) for inet in record.inet]
    addresses += [
        Address(inet6.address, inet6.prefix, "inet6", inet6.flags + _vhid(inet6.vhid)) for inet6 in record.inet6
    ]
    vlan, bridge = record.vlan, record.bridge
    return Interface(
        name=record.name,
        kind=kind(record),
        jid=jid,
        up="UP" in record.flags,
        mtu=record.mtu,
        ether=record.hwaddr or record.ether,
        description=record.description,
        status=record.status,
        groups=record.groups,
        addresses=tuple(addresses),
        drivername=record.drivername,
        tag=vlan.tag if vlan else None,
        parent=vlan.parent if vlan else None,
        members=tuple(member.name for member in bridge.members) if bridge else (),
        flags=record.flags,
        filtering=bridge is not None and "VLANFILTER" in bridge.flags,
        ports=tuple(
            Port(member.name, member.untagged, member.tagged or "")
            for member in (bridge.members if bridge else ())
            if member.untagged or member.tagged
        ),
        options=record.options,
        mac=record.ether,
        laggports=record.laggports,
    )


def _vhid(vhid: int | None) -> tuple[str, ...]:
    return () if vhid is None else (f"vhid {vhid}",)


def kind(record: Record) -> str:
    """The kind of the interface, by its properties before its name, which can change."""
    if is_epair(record):
        return "epair"
    if record.bridge is not None:
        return "bridge"
    if record.vlan is not None:
        return "vlan"
    for group in record.groups:
        if group in KINDS:
            return KINDS[group]
    if "LOOPBACK" in record.flags:
        return "loopback"
    return "ether" if record.ether else "other"


def is_epair(record: Record) -> bool:
    """Whether the interface is an epair end, by its group, else its driver name, else its media and MAC or name.

    On 13 an end that returned from a jail has lost its group (FREEBSD.md 10).
    """
    if "epair" in record.groups:
        return True
    if record.drivername is not None:
        return record.drivername.startswith("epair")
    if record.groups or not (record.media or "").startswith("Ethernet 10Gbase-T (10Gbase-T"):
        return False
    macs = (record.hwaddr, record.ether)
    return is_epair_end(record.name) or any(mac and EPAIR_MAC.fullmatch(mac) for mac in macs)


def assigned(address: Address, family: str) -> bool:
    """Whether an address of that family was assigned: not link-local and not autoconfigured."""
    return (
        address.family == family and "autoconf" not in address.flags and not address.address.lower().startswith("fe80:")
    )
