"""What the rules about jails say alike: whom they are about, where a thing is written, and the steps of jail(8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.world import JailSettings
from jailtui.exchange import Argv, Step
from jailtui.model.commands import jail_c, jail_r
from jailtui.model.owners import by_name
from jailtui.model.state import HostState, Jail, JailState
from jailtui.net import inet
from jailtui.rules.finding import Evidence, Remedy, Subject, cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jailtui.rules.context import Context

MANAGERS = {
    "bastille": "Bastille",
    "iocage": "iocage",
    "appjail": "AppJail",
    "pot": "pot",
    "cbsd": "CBSD",
    "jails-data": "CBSD",
    "ezjail": "ezjail",
}
"""Folders in the path of a jail that show whose it is."""


def about(jail: Jail | JailSettings) -> Subject:
    """The jail as the subject of a finding; a configured one has its name as its row's key."""
    return Subject("jail", jail.key if isinstance(jail, Jail) else jail.name, jail.name)


def routes(jail: Jail | JailSettings, families: Iterable[int]) -> tuple[str, ...]:
    """The jail's default routes of these address families (4, 6) as causes of findings."""
    return tuple(cause("jail", about(jail).key, f"default route {family}") for family in families)


def written(settings: JailSettings, name: str, holding: str = "") -> Evidence:
    """Where a parameter is set, and to what; of one that is not set, where the jail's block begins.

    Of a list only the value that holds the word `holding`, or else that text, if there is one.
    """
    values = settings.params.get(name)
    if values is None:
        return Evidence("{}:{}".format(*settings.place(name)), f"{settings.name} {{")
    holders = [number for number, value in enumerate(values) if holding and holding in value]
    if holders and settings.jail.get(name) is not None:
        return value_written(settings, name, next((at for at in holders if has_word(values[at], holding)), holders[0]))
    return Evidence("{}:{}".format(*settings.place(name)), f"{name} = {', '.join(values)}" if values else name)


def hook_with(settings: JailSettings, hooks: Sequence[str], word: str) -> str:
    """The first of these parameters that has a value with the word in it, as a whole if there is one; "" for none."""
    values = [(hook, value) for hook in hooks for value in settings.params.get(hook, ())]
    whole = (hook for hook, value in values if has_word(value, word))
    return next(whole, next((hook for hook, value in values if word in value), ""))


def value_written(settings: JailSettings, name: str, number: int) -> Evidence:
    """Where a value of a list stands, by its number, and the value."""
    setting = settings.jail.get(name)
    assert setting is not None
    origin = setting.origin(number)
    return Evidence(f"{origin.file}:{origin.line}", f"{name} = {settings.params[name][number]}")


def has_word(text: str, word: str) -> bool:
    """Whether a text has that name or address in it, as a whole. Each jail asks for words of its own: compiling a
    pattern for each would take most of the time that all rules take.
    """
    at = text.find(word)
    while at >= 0:
        if not _of_a_word(text[max(at - 1, 0) : at]) and not _of_a_word(text[at + len(word) : at + len(word) + 1]):
            return True
        at = text.find(word, at + 1)
    return False


def _of_a_word(letter: str) -> bool:
    """Whether the letter, "" for none, belongs to a name or an address."""
    return letter.isalnum() or letter in tuple("_.:-")


def manager(context: Context, jail: Jail | JailSettings) -> str:
    """The tool that a jail belongs to (FREEBSD.md 10): by the marks of its pairs, by its name, by the folders of its
    path and its file, by how its interfaces are called; "" for one written by hand as far as can be told.
    """
    for pair in context.pairs.get(jail.name, ()):
        if pair.manager:
            return pair.manager
    if jail.name.startswith("ioc-"):
        return "iocage"
    settings = jail if isinstance(jail, JailSettings) else context.settings.get(jail.name)
    path = jail.path if isinstance(jail, Jail) else jail.view.path
    folders = [*(path or "").lower().split("/"), *(settings.file.split("/") if settings is not None else ())]
    if tool := next((MANAGERS[folder] for folder in folders if folder in MANAGERS), ""):
        return tool
    links = settings.view.links if settings is not None else ()
    return next((maker for link in links if (maker := by_name(link.given))), "")


def settled(jail: Jail) -> bool:
    """Whether it runs and no jail(8) is seen at work on it."""
    return jail.jid is not None and jail.state is JailState.RUNNING


def named(name: str) -> bool:
    """Whether jail(8) takes the name for a name; others it takes for an option or a parameter."""
    return bool(name) and not name.startswith("-") and "=" not in name and name.isprintable()


def start_step(jail: Jail) -> Step:
    """`jail -c NAME` of a jail that a file defines."""
    assert jail.configured is not None
    return Step(jail_c(jail), f"create {jail.name} as {jail.configured.file} says", undo=jail_r(jail))


def in_jail(context: Context, jail: Jail, tool: str, *words: str) -> Argv:
    """ifconfig, route or netstat in a jail."""
    return in_vnet(context.state, jail.jid, tool, *words)


def in_vnet(state: HostState, jid: int | None, tool: str, *words: str) -> Argv:
    """A tool in a jail's network stack: the host's own where that can look inside, else the jail's (FREEBSD.md 4.2,
    11)."""
    return (tool, "-j", str(jid), *words) if state.facts.can("ifconfig -j") else ("jexec", str(jid), tool, *words)


def address_commands(ifconfig: Argv, address: str) -> tuple[Argv, Argv]:
    """The words behind `ifconfig IF` that add an address to it, and those that remove it again."""
    bare = address.partition("/")[0]
    return (*ifconfig, inet(address), address, "alias"), (*ifconfig, inet(address), bare, "-alias")


def dying_line(jail: Jail) -> Evidence:
    """What jls(8) shows of a dying jail."""
    return Evidence("jls -d -n jid name dying", f"jid={jail.jid} name={jail.name} dying")


def restart(jail: Jail, why: str, *before: Step) -> tuple[Remedy, ...]:
    """Stop and start as two commands: `jail -rc` is broken on 15.1 (FREEBSD.md 2.4). `before` runs first.

    None where no file defines the jail, or jail(8) would not take its name.
    """
    if jail.configured is None or not named(jail.name):
        return ()
    # Of a jail that is half there some stop hooks fail, and it goes all the same.
    stop = Step(jail_r(jail), "run its stop hooks and remove it", undo=jail_c(jail), may_fail=True)
    steps = (*before, stop, start_step(jail))
    served = ", ".join(address.address for address in jail.addresses[:3])
    breaks = f"what {jail.name} serves{f' on {served}' if served else ''}, until it is running again"
    return (Remedy.of(f"Restart {jail.name}", steps, why, breaks, f"start {jail.name}", "firm"),)
