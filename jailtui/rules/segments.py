"""What the rules about bridges and VLANs share: rc.conf as values, who makes and who uses an interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jailtui.config.rcconf import ENABLED, MANGLED, RcConf, persistent_names
from jailtui.exchange import Step
from jailtui.model.interfaces import assigned
from jailtui.model.state import Bridge, Interface, Vlan
from jailtui.rules.finding import Evidence, Remedy, Subject, cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.view import Configured, Created
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
        needed = (_configured(context, name) for name in (config.depend if config is not None else ()))
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


def about_bridge(bridge: Bridge) -> Subject:
    """The bridge as the subject of a finding."""
    return Subject("bridge", bridge.name, bridge.name)


def exists(kind: Literal["bridge", "vlan"], name: str) -> str:
    """What several findings share that follow from a missing bridge or VLAN."""
    return cause(kind, name, "exists")


def managers(context: Context, bridge: str) -> str:
    """The tools whose pairs are in the bridge, "" for none: such a tool may make the bridge itself."""
    members = context.bridges[bridge].members if bridge in context.bridges else ()
    owners = context.member_managers
    return ", ".join(dict.fromkeys(owners[name] for name in members if name in owners))


def uses(used: Bridge | Vlan) -> str:
    """What depends on it, as the end of a sentence; "" for nothing."""
    jails = list(used.jails[:USES_SHOWN])
    if len(used.jails) > USES_SHOWN:
        jails.append(f"{len(used.jails) - USES_SHOWN} more")
    phrases = [f"used by {', '.join(jails)}"] if jails else []
    if isinstance(used, Bridge) and (used.nics or used.vlans):
        phrases.append(f"with {', '.join((*used.nics, *used.vlans))} in it")
    if isinstance(used, Vlan) and used.bridge:
        phrases.append(f"a member of {used.bridge}")
    if addresses := held(used):
        phrases.append(f"with the address {addresses[0]}")
    return ", ".join(phrases)


def misspelt(context: Context, name: str) -> Iterator[Evidence]:
    """That rc.conf names it in `cloned_interface`, without the s."""
    value = (context.rcconf or {}).get(MISSPELT, "")
    if name in (word.partition(":")[0] for word in value.split()):
        yield Evidence(f"sysrc -n {MISSPELT}", f"{value} (rc.conf(5) knows cloned_interfaces only)")


def respelling(context: Context, name: str) -> Iterator[Remedy]:
    """Give the words of `cloned_interface` to the variable that is read, where they name the interface."""
    rc = rc_of(context)
    if rc is None or not any(misspelt(context, name)):
        return
    words = rc.values[MISSPELT].split()
    added = (step for word in words for step in rc.add("cloned_interfaces", word, "create it at boot"))
    steps = (*added, *rc.assign(MISSPELT, "", "nothing reads it"))
    if writable(*steps):
        why = "At boot all that it names is created."
        yield Remedy.of("Spell cloned_interfaces with its s", steps, why, undo="by sysrc")


def rc_line(context: Context, name: str) -> Evidence:
    """The value of a variable of rc.conf."""
    return Evidence(f"sysrc -n {name}", (context.rcconf or {}).get(name, "") or "(not set)")


def write_to_rc(kind: Literal["bridge", "vlan"], name: str, why: str) -> Remedy:
    """The form's switch that has the boot create it."""
    return Remedy.of(f"Write {name} to rc.conf", why=why, form=(kind, name, "boot"), answer="on")


def wait_for(name: str) -> Remedy:
    """For an interface that rc.conf names and that is not there."""
    return Remedy.of(f"Wait for {name}", why="Nothing is to be done if it is plugged in or created before boot.")


def up_step(name: str) -> Step:
    """Set an interface up."""
    return Step(("ifconfig", name, "up"), "it passes nothing while it is down", undo=("ifconfig", name, "down"))


def writable(*steps: Step) -> bool:
    """Whether sysrc gets all words through."""
    return all(MANGLED.isdisjoint(word) for step in steps for word in step.argv)


def held(interface: Interface | Bridge | Vlan) -> list[str]:
    """The addresses an interface was given; what every interface has of itself is none."""
    return [str(address) for address in interface.addresses if assigned(address, address.family)]
