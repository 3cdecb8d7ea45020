"""What the rules about bridges and VLANs share: rc.conf as values, who makes and who uses an interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.rcconf import ENABLED, MANGLED, RcConf, persistent_names
from jailtui.model.interfaces import assigned
from jailtui.model.state import Bridge, Interface, Vlan
from jailtui.rules.finding import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.view import Configured, Created
    from jailtui.exchange import Step
    from jailtui.rules.context import Context

MISSPELT = "cloned_interface"
"""What rc(8) never reads: the variable is plural (rc.conf(5), FREEBSD.md 8)."""
USES_SHOWN = 4
VM_GROUPS = frozenset(("vm-switch", "vm-vlan"))


def rc_of(context: Context) -> RcConf | None:
    """rc.conf, None where it was not read."""
    return None if context.rcconf is None else RcConf(context.rcconf)


def made_at_boot(context: Context) -> frozenset[str]:
    """The interfaces that rc.conf makes, an epair as `epair0`."""
    return persistent_names(context.rcconf) or frozenset()


def created_by(context: Context, jails: Iterable[str]) -> Iterator[Created]:
    """What these jails, and those they depend on, create on the host by their hooks, before they start."""
    for jail in jails:
        config = _configured(context, jail)
        needed = (_configured(context, one) for one in (config.depend if config is not None else ()))
        for configured in (config, *needed):
            yield from configured.view.created if configured is not None else ()


def made_by_hooks(context: Context, name: str, jails: Iterable[str]) -> bool:
    """Whether one of these jails, or of those it depends on, makes the interface itself before it starts."""
    return any(name in created.names for created in created_by(context, jails))


def _configured(context: Context, name: str) -> Configured | None:
    jail = context.jails.get(name)
    return jail.configured if jail is not None else None


def made_by_vm(context: Context, name: str) -> bool:
    """Whether vm-bhyve makes the interface anew at boot: its own, by their description or group (lib/vm-switch-*)."""
    interface = context.host.get(name)
    if interface is None or (context.rcconf or {}).get("vm_enable", "").lower() not in ENABLED:
        return False
    return (interface.description or "").startswith("vm-") or not VM_GROUPS.isdisjoint(interface.groups)


def managers(context: Context, bridge: str) -> str:
    """The tools whose pairs are in the bridge, "" for none: such a tool may make the bridge itself."""
    members = context.bridges[bridge].members if bridge in context.bridges else ()
    owners = context.member_managers
    return ", ".join(dict.fromkeys(owners[name] for name in members if name in owners))


def uses(one: Bridge | Vlan) -> str:
    """What hangs on it, as the end of a sentence; "" for nothing."""
    jails = list(one.jails[:USES_SHOWN])
    if len(one.jails) > USES_SHOWN:
        jails.append(f"{len(one.jails) - USES_SHOWN} more")
    told = [f"used by {', '.join(jails)}"] if jails else []
    if isinstance(one, Bridge) and (one.nics or one.vlans):
        told.append(f"with {', '.join((*one.nics, *one.vlans))} in it")
    if isinstance(one, Vlan) and one.bridge:
        told.append(f"a member of {one.bridge}")
    if addresses := held(one):
        told.append(f"with the address {addresses[0]}")
    return ", ".join(told)


def misspelt(context: Context, name: str) -> Iterator[Evidence]:
    """That rc.conf names it in `cloned_interface`, without the s."""
    value = (context.rcconf or {}).get(MISSPELT, "")
    if name in (word.partition(":")[0] for word in value.split()):
        yield Evidence(f"sysrc -n {MISSPELT}", f"{value} (rc.conf(5) knows cloned_interfaces only)")


def respelt(rc: RcConf) -> tuple[Step, ...]:
    """The steps that give the words of `cloned_interface` to the variable that is read."""
    value = rc.values[MISSPELT]
    added = (step for word in value.split() for step in rc.add("cloned_interfaces", word, "make it at boot"))
    return (*added, *rc.assign(MISSPELT, "", "nothing reads it"))


def writable(*steps: Step) -> bool:
    """Whether sysrc gets all words through."""
    return all(MANGLED.isdisjoint(word) for step in steps for word in step.argv)


def held(one: Interface | Bridge | Vlan) -> list[str]:
    """The addresses an interface was given; what every interface has of itself is none."""
    return [str(address) for address in one.addresses if assigned(address, address.family)]
