"""What ifconfig(8) prints of an interface (FREEBSD.md 4.1)."""

from __future__ import annotations

from jailtui.simhost.kernel.addresses import prefix_of, unpack
from jailtui.simhost.kernel.bridges import MEMBER_FLAGS
from jailtui.simhost.kernel.state import Ifnet, Kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS = (
    ("UP", 0x1),
    ("BROADCAST", 0x2),
    ("DEBUG", 0x4),
    ("LOOPBACK", 0x8),
    ("POINTOPOINT", 0x10),
    ("RUNNING", 0x40),
    ("NOARP", 0x80),
    ("PROMISC", 0x100),
    ("ALLMULTI", 0x200),
    ("OACTIVE", 0x400),
    ("DRV_OACTIVE", 0x400),
    ("SIMPLEX", 0x800),
    ("LINK0", 0x1000),
    ("LINK1", 0x2000),
    ("LINK2", 0x4000),
    ("MULTICAST", 0x8000),
    ("PPROMISC", 0x20000),
    ("MONITOR", 0x40000),
    ("STATICARP", 0x80000),
    ("LOWER_UP", 0x1000000),
)
OLD_ETHERS = ("em", "vtnet", "epair")


class StanzaStyle:
    """The family whose lines are printed, address formats, and the extra lines of -m, -v and -D."""

    def __init__(self) -> None:
        self.family = ""
        self.formats: dict[str, str] = {}
        self.supported = False
        self.verbose = False
        self.drivername = False
        self.allowed: frozenset[str] | None = None
        """The addresses a jail without its own stack may see; None for all."""


def stanza(kernel: Kernel, interface: Ifnet, style: StanzaStyle, twins: Sequence[Ifnet] = ()) -> str:
    """All lines of an interface, and the addresses of `twins`: others of its name, on 13."""
    lines = [head(kernel, interface)]
    link = style.family in ("", "ether", "link", "lladdr")
    lines += general(kernel, interface, style)
    if link:
        lines += ether(interface, style)
        for twin in twins:
            lines += ether(twin, style, interface.hwaddr or interface.mac)
    for twin in (interface, *twins):
        lines += addresses(kernel, twin, style)
    if not style.family:
        lines += tail(kernel, interface, style)
    elif style.family == "inet6" and sees_inet6(style):
        lines.append(f"\tnd6 options={interface.nd6}")
    return "".join(line + "\n" for line in lines)


def has_family(interface: Ifnet, family: str) -> bool:
    """Whether `-a FAMILY` shows the interface on 14 and 15."""
    if family in ("ether", "link", "lladdr"):
        return bool(interface.mac)
    return any(entry["family"] == family for entry in interface.addresses)


def flag_names(kernel: Kernel, interface: Ifnet) -> list[str]:
    names = {kernel.release.output_active if name == "OACTIVE" else name for name in interface.flags}
    if kernel.release.lower_up and has_carrier(interface):
        names.add("LOWER_UP")
    return [name for name, _ in FLAGS if name in names]


def has_carrier(interface: Ifnet) -> bool:
    if interface.kind == "bridge":
        return "RUNNING" in interface.flags and "UP" in interface.flags
    if interface.kind in ("lo", "wg"):
        return "RUNNING" in interface.flags
    return interface.status == "active"


def flag_bits(kernel: Kernel, interface: Ifnet) -> int:
    """The flags as a number."""
    names = flag_names(kernel, interface)
    bits = sum(value for name, value in FLAGS if name in names)
    return bits | 0x20 if kernel.release.needs_epoch_bit and interface.kind in OLD_ETHERS else bits


def head(kernel: Kernel, interface: Ifnet) -> str:
    names = flag_names(kernel, interface)
    bits = flag_bits(kernel, interface)
    shown = f"<{','.join(names)}>" if names or kernel.release.empty_flag_brackets else ""
    return f"{interface.name}: flags={bits:x}{shown} metric {interface.metric} mtu {interface.mtu}"


def general(kernel: Kernel, interface: Ifnet, style: StanzaStyle) -> list[str]:
    lines = []
    if interface.description:
        lines.append(f"\tdescription: {interface.description}")
    if interface.options:
        lines.append(f"\toptions={interface.options}")
    elif kernel.release.zero_options:
        lines.append("\toptions=0")
    if style.supported and (capabilities := kernel.release.capabilities.get(interface.kind)):
        lines.append(f"\tcapabilities={capabilities}")
    return lines


def ether(interface: Ifnet, style: StanzaStyle, hwaddr: str = "") -> list[str]:
    if not interface.mac:
        return []
    sign = "-" if style.formats.get("ether") == "dash" else ":"
    lines = [f"\tether {interface.mac.replace(':', sign)}"]
    hwaddr = hwaddr or interface.hwaddr
    if hwaddr and hwaddr != interface.mac:
        lines.append(f"\thwaddr {hwaddr.replace(':', sign)}")
    if interface.kind != "vlan" and interface.pcp:
        lines.append(f"\tpcp {interface.pcp}")
    return lines


def addresses(kernel: Kernel, interface: Ifnet, style: StanzaStyle) -> list[str]:
    listed = interface.addresses
    if style.family:
        listed = [entry for entry in listed if entry["family"] == style.family]
    if style.allowed is not None:
        listed = [entry for entry in listed if entry["address"] in style.allowed or entry["family"] in style.allowed]
    families = [str(entry["family"]) for entry in interface.addresses]
    # inet first; on 13 the family whose address came first
    order = sorted(set(families)) if kernel.release.addresses_by_family else families
    listed = sorted(listed, key=lambda entry: order.index(str(entry["family"])))
    return [inet(entry, style) if entry["family"] == "inet" else inet6(interface, entry, style) for entry in listed]


def inet(entry: dict[str, object], style: StanzaStyle) -> str:
    mask = int(str(entry["mask"]))
    form = style.formats.get("inet")
    if form == "cidr":
        text = f"\tinet {entry['address']}/{prefix_of(mask)}"
    elif form == "dotted":
        text = f"\tinet {entry['address']} netmask {unpack(mask)}"
    else:
        text = f"\tinet {entry['address']} netmask 0x{mask:08x}"
    return text + (f" broadcast {entry['broadcast']}" if entry["broadcast"] else "")


def inet6(interface: Ifnet, entry: dict[str, object], style: StanzaStyle) -> str:
    address = str(entry["address"])
    local = address.startswith("fe80:")
    if local:
        address += f"%{interface.name}"
    length = f"/{entry['prefix']}" if style.formats.get("inet6") == "cidr" else f" prefixlen {entry['prefix']}"
    flags = f" {entry['flags']}" if entry["flags"] else ""
    return f"\tinet6 {address}{length}{flags}" + (f" scopeid 0x{interface.index:x}" if local else "")


def tail(kernel: Kernel, interface: Ifnet, style: StanzaStyle) -> list[str]:
    lines = bridge(kernel, interface) if interface.kind == "bridge" else []
    if interface.groups:
        lines.append("\tgroups: " + " ".join(str(name) for name, _ in interface.groups))
    if interface.kind == "vlan" and interface.vnet == interface.home:
        parent = kernel.interfaces[interface.parent].name if interface.parent else "<none>"
        tag = f"{interface.tag} vlanproto: {interface.proto} vlanpcp: {interface.pcp}"
        lines.append(f"\tvlan: {tag} parent interface: {parent}")
    if interface.media:
        lines += [f"\tmedia: {interface.media}", f"\tstatus: {interface.status}"]
        if style.supported:
            lines += ["\tsupported media:", *(f"\t\tmedia {medium}" for medium in SUPPORTED.get(interface.kind, ()))]
    if sees_inet6(style):
        lines.append(f"\tnd6 options={interface.nd6}")
    if style.drivername and kernel.release.drivername:
        lines.append(f"\tdrivername: {interface.driver}")
    return lines


def sees_inet6(style: StanzaStyle) -> bool:
    return style.allowed is None or any(word == "inet6" or ":" in word for word in style.allowed)


SUPPORTED = {
    "epair": ("10Gbase-T",),
    "em": (
        "autoselect",
        "1000baseT",
        "1000baseT mediaopt full-duplex",
        "100baseTX mediaopt full-duplex",
        "100baseTX",
        "10baseT/UTP mediaopt full-duplex",
        "10baseT/UTP",
    ),
}


def bridge(kernel: Kernel, interface: Ifnet) -> list[str]:
    """The lines of a bridge and of its members."""
    own = interface.settings
    identity = bridge_identity(kernel, interface)
    lines = [
        f"\tid {identity} priority {own['priority']} hellotime 2 fwddelay 15",
        f"\tmaxage 20 holdcnt {own['holdcnt']} proto {own['proto']} maxaddr {own['maxaddr']} timeout {own['timeout']}",
        f"\troot id {identity} priority {own['root']} ifcost 0 port 0",
    ]
    if kernel.release.bridge_flags:
        names = own["flags"]
        assert isinstance(names, list)
        bits = sum({"VLANFILTER": 1, "DEFQINQ": 2}[name] for name in names)
        untagged = f" defuntagged={own['defuntagged']}" if own.get("defuntagged") else ""
        lines.append(f"\tbridge flags={bits:x}<{','.join(names)}>{untagged}")
    for entry in interface.members:
        lines += member(kernel, interface, entry)
    return lines


def bridge_identity(kernel: Kernel, interface: Ifnet) -> str:
    """The bridge's id: the lowest MAC of its members once one of them has STP."""
    members = [(kernel.interfaces[int(str(entry["uid"]))].mac, int(str(entry["flags"]))) for entry in interface.members]
    if any(flags & 4 for _, flags in members):
        return min(mac for mac, _ in members)
    return "00:00:00:00:00:00"


def member(kernel: Kernel, interface: Ifnet, entry: dict[str, object]) -> list[str]:
    member = kernel.interfaces[int(str(entry["uid"]))]
    flags = int(str(entry["flags"]))
    names = ",".join(name for name, bit in MEMBER_FLAGS if flags & bit)
    detail = f"port {member.index} priority {entry['priority']} path cost {entry['cost']}"
    if kernel.release.ifmaxaddr or entry["ifmaxaddr"]:
        detail = f"ifmaxaddr {entry['ifmaxaddr']} {detail}"
    lines = [f"\tmember: {member.name} flags={flags:x}<{names}>", f"\t        {detail}"]
    if flags & 4:
        lines[-1] += f" proto {interface.settings['proto']}"
        role = "designated" if flags & 0x80 else "disabled"
        lines.append(f"\t        role {role} state discarding")
    if kernel.release.vlan_protocol:
        lines[-1] += f" vlan protocol {entry.get('proto', '802.1q')}"
        lines[-1] += f" untagged {entry['untagged']}" if entry["untagged"] else ""
        lines[-1] += f" tagged {entry['tagged']}" if entry["tagged"] else ""
    return lines
