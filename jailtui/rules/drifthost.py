"""Rules about bridges and VLANs that differ from what rc.conf creates at boot. Sources: rc.conf(5), FREEBSD.md 8."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from jailtui.config.rcconf import NO_TAGS, RcConf, RcLine, Tags, address_of, clauses, variable
from jailtui.exchange import Step
from jailtui.model.interfaces import assigned
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.jailwords import address_commands, has_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.model.state import Interface
    from jailtui.rules.context import Context

ALIAS = re.compile(r"(ifconfig_.+)_(?:alias\d+|aliases)")
RANGE = re.compile(r"\.\d+-\d+")
RC_CONF = "/etc/rc.conf"


@dataclass(frozen=True)
class Boot:
    """The host's interfaces after a boot, by rc.conf, with look-ups that are kept."""

    context: Context
    values: Mapping[str, str]

    @cached_property
    def rc(self) -> RcConf:
        return RcConf(self.values)

    @cached_property
    def made(self) -> frozenset[str]:
        return self.rc.made

    @cached_property
    def further(self) -> Mapping[str, list[str]]:
        """The values of the aliases' variables by `ifconfig_IF`."""
        values: dict[str, list[str]] = defaultdict(list)
        for name, value in self.values.items():
            if match := ALIAS.fullmatch(name):
                values[match[1]].append(value)
        return values

    @cached_property
    def lent(self) -> frozenset[str]:
        """Addresses that jails without vnet use on the host's interfaces."""
        return frozenset(
            address.address for jail in self.context.state.jails if not jail.vnet for address in jail.addresses
        )

    def touched(self, name: str) -> bool:
        """Whether the hooks of a jail use that interface or address, and so may have set it."""
        return any(jail.view.touches(name) for jail in self.context.world.jails)

    def makes(self, interface: Interface) -> bool:
        """Whether rc.conf creates the interface, a VLAN also by its tag alone."""
        if interface.name in self.made or not interface.parent:
            return interface.name in self.made
        words = self.values.get(variable("vlans", interface.parent), "").split()
        return interface.name in words or (
            interface.name == f"{interface.parent}.{interface.tag}" and str(interface.tag) in words
        )

    def exists(self, name: str) -> bool:
        """Whether an interface exists after boot: a NIC, or created by rc.conf."""
        interface = self.context.host.get(name)
        pair = name[:-1] if name[-1:] in ("a", "b") else name
        return interface is not None and (
            interface.kind == "ether" or name in self.made or pair in self.made or self.makes(interface)
        )

    def line(self, name: str) -> RcLine:
        """Its ifconfig line at boot, or else ifconfig_DEFAULT."""
        return self.rc.line(name if variable("ifconfig", name) in self.values else "DEFAULT")

    def further_addresses(self, name: str) -> list[str]:
        """The values of the variables that give it further addresses."""
        own = variable("ifconfig", name)
        return [self.values.get(f"{own}_ipv6", ""), *self.further.get(own, ())]

    def addresses(self, name: str, line: RcLine) -> set[str]:
        """Every address that rc.conf gives the interface, as ADDRESS/PREFIX."""
        parts = [*line.parts, *(clause for text in self.further_addresses(name) for clause in clauses(text))]
        return {address for part in parts for family in ("inet", "inet6") if (address := address_of(part, family))}

    def explains(self, name: str, address: str, line: RcLine) -> bool:
        """Whether rc.conf (without a mask, in a range as `10.0.0.1-5/24`, or by ipv6_prefix_IF), DHCP or a jail may
        have set the address.
        """
        bare = address.partition("/")[0]
        texts = [str(line), *self.further_addresses(name)]
        if ":" in bare:
            other = variable("ipv6_prefix", name) in self.values
        else:
            other = line.dhcp or any(RANGE.search(text) for text in texts)
        return other or bare in self.lent or has_word("\n".join(texts), bare) or self.touched(bare)


@rule("DRIFT-BRIDGE", "warning", "Bridge will differ after a reboot")
def drift_bridge_boot(context: Context) -> Iterator[Finding]:
    """A bridge that rc.conf creates has other members, addresses or VLANs, or another MTU, than it will have after a
    reboot. What was only set by ifconfig is lost then, and what only rc.conf says takes effect. A member that is in no
    bridge now is reported as BRIDGE-MEMBER-GONE. Not compared are members that jails make, that autobridge_interfaces
    matches or that a jail's hooks name; addresses of jails without vnet, from DHCP, autoconfigured or link-local; and
    an MTU that rc.conf does not mention.
    """
    # Sources: FREEBSD.md 8.
    for boot, interface, line in _made_at_boot(context, "bridge"):
        yield from _members(boot, interface, line)
        yield from _filter(boot, interface, line)
        yield from _common(boot, interface, line)


def _made_at_boot(context: Context, kind: str) -> Iterator[tuple[Boot, Interface, RcLine]]:
    """The host's interfaces of that kind that rc.conf makes, each with its line."""
    boot = Boot(context, context.rcconf or {})
    for interface in context.host.values() if context.rcconf is not None else ():
        if interface.kind == kind and boot.makes(interface):
            yield boot, interface, boot.line(interface.name)


@rule("DRIFT-VLAN", "warning", "VLAN will differ after a reboot")
def drift_vlan_boot(context: Context) -> Iterator[Finding]:
    """A VLAN that rc.conf creates has other addresses, another MTU or another description than it will have after a
    reboot. What was only set by ifconfig is lost then. Addresses from DHCP, autoconfigured ones, those of jails without
    vnet, and an MTU that rc.conf does not mention are not compared.
    """
    # Sources: FREEBSD.md 8.
    for boot, interface, line in _made_at_boot(context, "vlan"):
        if interface.parent:
            yield from _common(boot, interface, line)


def _members(boot: Boot, interface: Interface, line: RcLine) -> Iterator[Finding]:
    patterns = boot.values.get(variable("autobridge", interface.name), "").split()
    live, wanted = dict.fromkeys(interface.members), line.members
    lost = [
        name
        for name in live
        if name not in wanted
        and boot.exists(name)
        and not any(fnmatchcase(name, pattern) for pattern in patterns)
        and not boot.touched(name)
    ]
    if lost:
        text = f"{interface.name} loses {', '.join(lost)} after a reboot: rc.conf does not add {_pronoun(lost)}."
        yield _boot_finding(boot, interface, text, f"members {' '.join(live)}")
    for name in (name for name in wanted if name not in live and boot.exists(name)):
        if (other := boot.context.bridge_of.get(name)) is not None:  # in none: BRIDGE-MEMBER-GONE
            text = f"{name} is in {other} now, but in {interface.name} after a reboot."
            yield _boot_finding(boot, interface, text, f"{name} is not a member")


def _filter(boot: Boot, interface: Interface, line: RcLine) -> Iterator[Finding]:
    tags = {port.name: (str(port.untagged or ""), port.tagged) for port in interface.ports}
    default = next((part[1] for part in line.parts if part[0] == "defuntagged" and len(part) > 1), "")
    odd = [
        name
        for name, wanted in line.members.items()
        if name in interface.members and vlan_set(wanted, default) != vlan_set(tags.get(name, NO_TAGS), default)
    ]
    if interface.filtering != line.filtering:
        now, then = ("filters", "does not") if interface.filtering else ("does not filter", "does")
        text = f"{interface.name} {now} by VLAN now, but {then} after a reboot."
        flags = "bridge flags=<VLANFILTER>" if interface.filtering else "bridge flags without VLANFILTER"
        yield _boot_finding(boot, interface, text, flags)
    elif odd and interface.filtering:
        text = f"{interface.name} passes other VLANs for {', '.join(odd)} after a reboot."
        ports = ((name, *tags.get(name, NO_TAGS)) for name in odd)
        shown = (f"member {name} untagged {first or 'none'} tagged {rest or 'none'}" for name, first, rest in ports)
        yield _boot_finding(boot, interface, text, "; ".join(shown))


def _common(boot: Boot, interface: Interface, line: RcLine) -> Iterator[Finding]:
    """Addresses, MTU and description."""
    name = interface.name
    held = {str(address) for address in interface.addresses if assigned(address, address.family)}
    wanted = boot.addresses(name, line)
    shown = f"inet {', '.join(sorted(held))}" if held else "no address"
    if lost := sorted(address for address in held - wanted if not boot.explains(name, address, line)):
        text = f"{name} loses {', '.join(lost)} after a reboot: rc.conf does not set {_pronoun(lost)}."
        yield _boot_finding(boot, interface, text, shown)
    if lacking := sorted(wanted - held):
        text = f"{name} lacks {', '.join(lacking)}, which rc.conf sets at boot."
        commands = ((address, *address_commands(("ifconfig", name), address)) for address in lacking)
        steps = tuple(Step(add, f"the address {address}", undo=undo) for address, add, undo in commands)
        now = Remedy.of("Add it now", steps, "As the next boot does.", undo="remove it again")
        yield _boot_finding(boot, interface, text, shown, (now,), "live")
    if line.mtu and line.mtu != str(interface.mtu):
        text = f"{name} has MTU {interface.mtu} now, but {line.mtu} after a reboot."
        yield _boot_finding(boot, interface, text, f"mtu {interface.mtu}")
    description = interface.description or ""
    if boot.rc.description(name) != description:
        text = f"{name} has another description after a reboot."
        yield _boot_finding(boot, interface, text, f"description: {description}", severity="note")


def _pronoun(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def vlan_set(tags: Tags, default: str = "") -> tuple[str, frozenset[int]]:
    """A member's VLANs, with ranges as numbers: `1-3` is `1,2,3` (ifconfig(8), tagged)."""
    untagged, tagged = tags
    vlans: set[int] = set()
    for part in {"all": "1-4094"}.get(tagged, tagged).split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            vlans.update(range(int(first), min(int(last or first), 4094) + 1))
    return untagged or default, frozenset(vlans)


def _boot_finding(
    boot: Boot,
    interface: Interface,
    text: str,
    shown: str,
    before: tuple[Remedy, ...] = (),
    drift: str = "reboot",
    severity: Severity | None = None,
) -> Finding:
    name = variable("ifconfig", interface.name)
    line = boot.values.get(name)
    kind: Literal["vlan", "bridge"] = "vlan" if interface.kind == "vlan" else "bridge"
    why = f"rc.conf then creates {interface.name} as it is now."
    return Finding.of(
        Subject(kind, interface.name, interface.name),
        text,
        [
            Evidence(f"ifconfig {interface.name}", shown),
            Evidence(RC_CONF, f"{name} is not set" if line is None else f'{name}="{line}"'),
        ],
        [*before, Remedy.of("Write it to rc.conf", why=why, form=(kind, interface.name, "boot"), answer="on")],
        severity=severity,
        confidence="likely",
        drift=drift,
    )
