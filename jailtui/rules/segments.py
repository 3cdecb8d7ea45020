"""What several rules about bridges and VLANs need: rc.conf, and what creates and uses an interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jailtui.config.managers import BY_NAME
from jailtui.config.rcconf import ENABLED, MANGLED, RcConf, persistent_names
from jailtui.exchange import Step
from jailtui.model.interfaces import assigned
from jailtui.model.owners import maker
from jailtui.model.state import Bridge, Interface, Vlan
from jailtui.rules.finding import Evidence, Remedy, Subject, cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.config.view import Configured, Created
    from jailtui.rules.context import Context

MISSPELT = "cloned_interface"
"""A misspelling of cloned_interfaces, which rc(8) does not read (rc.conf(5), FREEBSD.md 8)."""
USES_SHOWN = 4
VM_GROUPS = frozenset(("vm-switch", "vm-vlan"))


def rc_of(context: Context) -> RcConf | None:
    """rc.conf, None if it was not read."""
    return None if context.rcconf is None else RcConf(context.rcconf)


def made_at_boot(context: Context) -> frozenset[str]:
    """The interfaces that rc.conf creates, an epair as `epair0`."""
    return persistent_names(context.rcconf) or frozenset()


def created_by(context: Context, jails: Iterable[str]) -> Iterator[Created]:
    """The interfaces that the hooks of these jails, and of those they depend on, create on the host."""
    for jail in jails:
        config = _configured(context, jail)
        needed = (_configured(context, name) for name in (config.depend if config is not None else ()))
        for configured in (config, *needed):
            yield from configured.view.created if configured is not None else ()


def made_by_hooks(context: Context, name: str, jails: Iterable[str]) -> bool:
    """Whether the hooks of one of these jails, or of those they depend on, create the interface."""
    return any(name in created.names for created in created_by(context, jails))


def _configured(context: Context, name: str) -> Configured | None:
    jail = context.jails.get(name)
    return jail.configured if jail is not None else None


def made_by_vm(context: Context, name: str) -> bool:
    """Whether vm-bhyve creates the interface at boot, by its description or group (lib/vm-switch-*)."""
    interface = context.host.get(name)
    if interface is None or (context.rcconf or {}).get("vm_enable", "").lower() not in ENABLED:
        return False
    return (interface.description or "").startswith("vm-") or not VM_GROUPS.isdisjoint(interface.groups)


def about_bridge(bridge: Bridge) -> Subject:
    """The bridge as the subject of a finding."""
    return Subject("bridge", bridge.name, bridge.name)


def exists(kind: Literal["bridge", "vlan"], name: str) -> str:
    """The cause that a bridge or VLAN is missing."""
    return cause(kind, name, "exists")


def tools_of(context: Context, bridge: str) -> str:
    """The manager of jails whose mark the bridge has, else those whose pairs are in it: they may create it again."""
    interface = context.host.get(bridge)
    if interface is not None and (tool := maker(interface)) in BY_NAME:
        return tool
    members = context.bridges[bridge].members if bridge in context.bridges else ()
    owners = context.member_managers
    return ", ".join(dict.fromkeys(owners[name] for name in members if name in owners))


def uses(used: Bridge | Vlan) -> str:
    """What uses a bridge or VLAN, as the end of a sentence; "" for nothing."""
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
    """The evidence that rc.conf names the interface in `cloned_interface`, without the s."""
    value = (context.rcconf or {}).get(MISSPELT, "")
    if name in (word.partition(":")[0] for word in value.split()):
        yield Evidence(f"sysrc -n {MISSPELT}", f"{value} (rc.conf(5) knows cloned_interfaces only)")


def respelling(context: Context, name: str) -> Iterator[Remedy]:
    """The remedy that moves the words of `cloned_interface` to cloned_interfaces, if they name the interface."""
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
    """The remedy that writes the interface to rc.conf by its form."""
    return Remedy.of(f"Write {name} to rc.conf", why=why, form=(kind, name, "boot"), answer="on")


def wait_for(name: str) -> Remedy:
    """The remedy to wait for an interface that rc.conf names and that does not exist."""
    return Remedy.of(f"Wait for {name}", why="Nothing is to be done if it is plugged in or created before boot.")


def up_step(name: str) -> Step:
    """The step that sets an interface up."""
    return Step(("ifconfig", name, "up"), "it passes nothing while it is down", undo=("ifconfig", name, "down"))


def writable(*steps: Step) -> bool:
    """Whether sysrc writes all words correctly."""
    return all(MANGLED.isdisjoint(word) for step in steps for word in step.argv)


def held(interface: Interface | Bridge | Vlan) -> list[str]:
    """The addresses that were assigned to an interface, not link-local or autoconfigured ones."""
    return [str(address) for address in interface.addresses if assigned(address, address.family)]
