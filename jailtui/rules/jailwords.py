"""What several rules about jails need: the subject, where a value is written, the steps of jail(8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.managers import by_file, by_kernel
from jailtui.config.world import JailSettings
from jailtui.model.commands import managing, restart_steps
from jailtui.model.owners import by_name
from jailtui.model.state import HostState, Jail, JailState
from jailtui.net import inet
from jailtui.rules.finding import Evidence, Remedy, Subject, cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jailtui.exchange import Argv, Step
    from jailtui.rules.context import Context

JOINING = frozenset("_.:-")
"""What names and addresses have between letters and digits."""


def about(jail: Jail | JailSettings) -> Subject:
    """The jail as the subject of a finding. The row key of a configured jail is its name."""
    return Subject("jail", jail.key if isinstance(jail, Jail) else jail.name, jail.name)


def routes(jail: Jail | JailSettings, families: Iterable[int]) -> tuple[str, ...]:
    """The jail's default routes of these address families (4, 6) as causes of findings."""
    return tuple(cause("jail", about(jail).key, f"default route {family}") for family in families)


def written(settings: JailSettings, name: str, holding: str = "") -> Evidence:
    """Where a parameter is set, and its value; if it is not set, where the jail's block begins.

    For a list only the value with the word `holding`, or else with that text, if there is one.
    """
    values = settings.params.get(name)
    holders = [number for number, value in enumerate(values) if holding in value] if values and holding else []
    if values and holders and settings.jail.get(name) is not None:
        return value_written(settings, name, next((at for at in holders if has_word(values[at], holding)), holders[0]))
    file, line = settings.place(name)
    if values is None:
        return Evidence(f"{file}:{line}", f"{settings.name} {{")
    return Evidence(f"{file}:{line}", f"{name} = {', '.join(values)}" if values else name)


def hook_with(settings: JailSettings, hooks: Sequence[str], word: str) -> str:
    """The first of these parameters that has a value with the word in it, as a whole if there is one; "" for none."""
    values = [(hook, value) for hook in hooks for value in settings.params.get(hook, ())]
    whole = (hook for hook, value in values if has_word(value, word))
    return next(whole, next((hook for hook, value in values if word in value), ""))


def value_written(settings: JailSettings, name: str, number: int) -> Evidence:
    """Where the value of that number of a list is written, and the value."""
    setting = settings.jail.get(name)
    assert setting is not None
    file, line = setting.place(number)
    return Evidence(f"{file}:{line}", f"{name} = {settings.params[name][number]}")


def has_word(text: str, word: str) -> bool:
    """Whether a text contains a name or an address as a whole word, without a pattern: compiling one takes long."""
    at = text.find(word)
    while at >= 0:
        if not _of_a_word(text[max(at - 1, 0) : at]) and not _of_a_word(text[at + len(word) : at + len(word) + 1]):
            return True
        at = text.find(word, at + 1)
    return False


def _of_a_word(letter: str) -> bool:
    """Whether the character, "" for none, may be part of a name or an address."""
    return letter.isalnum() or letter in JOINING


def manager(context: Context, jail: Jail | JailSettings) -> str:
    """The tool that manages a jail (FREEBSD.md 10), by its file, the tool's list or its root, else by the marks of its
    pairs and the names of its interfaces; "" for none.
    """
    known = context.managers
    row = (type(jail), about(jail).key)
    if row not in known:
        known[row] = next(filter(None, _managers(context, jail)), "")
    return known[row]


def _managers(context: Context, jail: Jail | JailSettings) -> Iterator[str | None]:
    settings = jail if isinstance(jail, JailSettings) else context.settings.get(jail.name)
    if isinstance(jail, Jail):
        yield jail.manager
    if settings is not None:
        yield by_file(settings.file, settings.name).manager
    yield by_kernel(jail.name, (jail.path if isinstance(jail, Jail) else jail.view.path) or "").manager
    yield from (pair.manager for pair in context.pairs.get(jail.name, ()))
    yield from (by_name(link.given) for link in (settings.view.links if settings is not None else ()))


def settled(jail: Jail) -> bool:
    """Whether the jail is running and jail(8) is not working on it."""
    return jail.jid is not None and jail.state is JailState.RUNNING


def named(name: str) -> bool:
    """Whether jail(8) takes the name for a name, not for an option or a parameter."""
    return bool(name) and not name.startswith("-") and "=" not in name and name.isprintable()


def startable(context: Context, jail: Jail) -> bool:
    """Whether a file or a manager defines the jail, and what starts it takes its name for a name."""
    manager = managing(jail, context.state)
    if manager is not None:
        return named(jail.name) and not manager.refuses(jail.manager_name)
    return jail.configured is not None and named(jail.name)


def in_jail(context: Context, jail: Jail, tool: str, *words: str) -> Argv:
    """ifconfig, route or netstat in a jail."""
    return in_vnet(context.state, jail.jid, tool, *words)


def in_vnet(state: HostState, jid: int | None, tool: str, *words: str) -> Argv:
    """A tool in a jail's network stack: the host's with -j if possible, else the jail's (FREEBSD.md 4.2, 11)."""
    return (tool, "-j", str(jid), *words) if state.facts.can("ifconfig -j") else ("jexec", str(jid), tool, *words)


def address_commands(ifconfig: Argv, address: str) -> tuple[Argv, Argv]:
    """The commands that add an address to an interface and remove it. `ifconfig` is `ifconfig IF`, maybe in a jail."""
    bare = address.partition("/")[0]
    return (*ifconfig, inet(address), address, "alias"), (*ifconfig, inet(address), bare, "-alias")


def dying_line(jail: Jail) -> Evidence:
    """What jls(8) shows of a dying jail."""
    return Evidence("jls -d -n jid name dying", f"jid={jail.jid} name={jail.name} dying")


def restart(context: Context, jail: Jail, why: str, *before: Step) -> tuple[Remedy, ...]:
    """The remedy that stops and starts a jail after `before`; none if nothing defines it, or its name is not usable."""
    if not startable(context, jail):
        return ()
    steps = (*before, *restart_steps(jail, context.state))
    served = ", ".join(address.address for address in jail.addresses[:3])
    breaks = f"what {jail.name} serves{f' on {served}' if served else ''}, until it is running again"
    return (Remedy.of(f"Restart {jail.name}", steps, why, breaks, f"start {jail.name}", "firm"),)
