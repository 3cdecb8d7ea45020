"""Rules about the interfaces in a jail's file: whether they exist, and can be named and moved in at its next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.names import NAME_BYTES, ends, is_epair, stem
from jailtui.config.syntax import key, name_size
from jailtui.exchange import Taking
from jailtui.model.usage import claimed
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Severity, rule
from jailtui.rules.jailwords import about, hook_with, written
from jailtui.rules.segments import created_by, exists, made_at_boot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jailtui.config.view import Link, Removal
    from jailtui.config.world import JailSettings
    from jailtui.model.state import Jail
    from jailtui.rules.context import Context


def links(context: Context) -> tuple[tuple[JailSettings, int, Link], ...]:
    """The interfaces of the judged VNET jails, each with its number, counted from 1."""
    return context.cached(_links)


def _links(context: Context) -> tuple[tuple[JailSettings, int, Link], ...]:
    jails = (jail for jail in context.judged if jail.view.vnet)
    return tuple((jail, number, link) for jail in jails for number, link in enumerate(jail.view.links, 1))


def finding(
    jail: JailSettings,
    text: str,
    evidence: Evidence,
    field: str,
    label: str,
    severity: Severity | None = None,
    takes: Iterable[Taking] = (),
) -> Finding:
    """A finding about a jail's file that a field of its network form corrects."""
    remedy = Remedy.of(label, form=("network", jail.name, field))
    confidence: Confidence = "likely" if jail.view.unread else "certain"
    return Finding.of(about(jail), text, [evidence], [remedy], severity=severity, confidence=confidence, takes=takes)


@rule("NAME-LONG", "error", "Name too long for an interface", preflight=True, drafts=True)
def too_long(context: Context) -> Iterator[Finding]:
    """The name of an interface has at most 15 bytes. ifconfig(8) refuses to create an interface with a longer name or
    to rename one to it, and the start of the jail fails with that command. Names built from the name of the jail grow
    with it.
    """
    # Sources: FREEBSD.md 4.3.
    for jail, number, link in links(context):
        names = (link.pair, *ends(link.pair), link.given, link.host_end, link.inside, link.bridge)
        name = next((name for name in names if name_size(name) > NAME_BYTES), None)
        if name is not None:
            field = "bridge" if name == link.bridge else "epair"
            text = f"{name} of {jail.name} has {name_size(name)} bytes: an interface's name has at most {NAME_BYTES}."
            hooks = ("vnet.interface", "exec.prestart", "exec.created", "exec.start")
            at = written(jail, hook_with(jail, hooks, name), name)
            yield finding(jail, text, at, key(number, field), "Shorten the name")


@rule("NAME-INSIDE", "error", "Two interfaces of a jail have the same name", preflight=True, drafts=True)
def same_inside(context: Context) -> Iterator[Finding]:
    """Two of the interfaces given to the jail would have the same name inside. The kernel refuses to move the second
    one in (`SIOCSIFVNET: File exists`), or ifconfig(8) refuses to rename it, and the start fails.
    """
    # Sources: FREEBSD.md 3.3.
    for jail, number, link in links(context):
        if link.inside and link.inside in (other.inside for other in jail.view.links[: number - 1]):
            text = f"Two interfaces of {jail.name} would be called {link.inside} inside it."
            at = written(jail, "vnet.interface", link.given)
            yield finding(jail, text, at, key(number, "epair"), "Give one of them another name")


@rule("EPAIR-TWICE", "error", "Interface given to two jails", preflight=True, drafts=True)
def pair_twice(context: Context) -> Iterator[Finding]:
    """Two configured jails name the same pair or interface, or the hooks of one destroy a pair that another one is
    using. Destroying either end destroys both, also where the other end is in a running jail: that jail then has no
    network, and neither start reports an error. Without such a hook whichever starts second fails: the pair exists
    already, or the interface is in the other jail. If both start at boot, or one of them is running, this is an error;
    otherwise it may be intended, if the two never run at the same time. A file that was changed while its jail was
    running can cause this too: the stop runs the hooks as they are now.
    """
    # Sources: FREEBSD.md 2.4, 3.1, 3.4.
    shared = {name for name in context.usage.values("name", context.only) if len(_jails_naming(context, name)) > 1}
    for jail in context.judged:
        removed = {removal: holder for removal in jail.view.removals if (holder := _user(context, jail, removal))}
        if removed:
            yield _taking(jail, removed)
        elif shared:
            yield from _shared(context, jail)


def _jails_naming(context: Context, name: str) -> dict[str, None]:
    """The jails whose files name an interface, in the order of the files."""
    return {use.jail: None for use in context.usage.users("name", name) if use.by == "file"}


def _user(context: Context, jail: JailSettings, removal: Removal) -> Jail | None:
    """The other jail that is using the interface that a hook removes."""
    if removal.jail:
        other = context.live.get(removal.jail)
        inside = other.interfaces or () if other is not None else ()
        return (
            other if removal.jail != jail.name and any(interface.name == removal.name for interface in inside) else None
        )
    other = context.live.get(context.lent.get(removal.name, ""))
    return other if other is not None and other.name != jail.name else None


def _taking(jail: JailSettings, removed: Mapping[Removal, Jail]) -> Finding:
    """The finding about a jail whose hooks remove interfaces of running jails."""
    first = next(iter(removed))
    moments = {removal.at_stop for removal in removed}
    when = "start and the next stop" if len(moments) > 1 else "stop" if True in moments else "start"
    objects = " and ".join(dict.fromkeys(stem(removal.name) or removal.name for removal in removed))
    number = next((at for at, link in enumerate(jail.view.links, 1) if first.name in claimed(link)), 1)
    return finding(
        jail,
        f"The next {when} of {jail.name} take{'' if len(moments) > 1 else 's'} {objects} "
        f"from {removed[first].name}, which is running.",
        written(jail, first.hook, first.name),
        key(number, "epair"),
        f"Give {jail.name} another pair",
        takes=[
            Taking(stem(removal.name) or removal.name, holder.name, "stop" if removal.at_stop else "start")
            for removal, holder in removed.items()
        ],
    )


def _shared(context: Context, jail: JailSettings) -> Iterator[Finding]:
    """The findings about interfaces that the file of another jail names too."""
    for number, link in enumerate(jail.view.links, 1) if jail.view.vnet else ():
        users = ((name, user) for name in claimed(link) for user in _jails_naming(context, name) if user != jail.name)
        name, other = next(users, ("", ""))
        if not other:
            continue
        both = context.boots(jail.name) and context.boots(other)
        lives = other in context.live or jail.name in context.live
        cleared = any(removal.name in claimed(link) and not removal.at_stop for removal in jail.view.removals)
        effect = "takes it from the other" if cleared else "fails"
        text = f"{name} is given to {jail.name} and to {other}: the one that starts second {effect}."
        at, field = written(jail, "vnet.interface", name), key(number, "epair")
        severity: Severity = "error" if both or lives else "warning"
        takes = [Taking(name, other, running=False)] if cleared else []
        yield finding(jail, text, at, field, f"Give {jail.name} another pair", severity, takes)


@rule("NAME-TAKEN", "error", "Name that another interface has", preflight=True, drafts=True)
def name_taken(context: Context) -> Iterator[Finding]:
    """The jail's hooks create a pair and rename its ends, or keep the names they are created with, and another
    interface of the host has such a name. `ifconfig epairN create` and `ifconfig IF name OTHER` say that it exists
    already, and the start fails. A pair of the same number is reported as EPAIR-IN-THE-WAY.
    """
    # Sources: FREEBSD.md 4.3.
    for jail, number, link in links(context):
        if not link.created or jail.name in context.live:
            continue
        both = ends(link.pair) if is_epair(link.pair) else ()
        names = (*both, link.host_end, link.given)
        name = next((name for name in names if name in context.host and not _own(context, jail, link, name)), None)
        if name is not None:
            text = f"An interface of the host is called {name}, so {jail.name} can't create its own of that name."
            at = Evidence(f"ifconfig {name}", f"{context.host[name].kind} {name}")
            yield finding(jail, text, at, key(number, "epair"), "Use another name")


def _own(context: Context, jail: JailSettings, link: Link, name: str) -> bool:
    """Whether the name is that of an end of the jail's own pair, or of the pair that the link would create."""
    uses = context.usage.users("name", name)
    if any(use.by == "kernel" and use.owner == jail.name for use in uses):
        return True
    return any(name in (pair.a.name, pair.b.name) for pair in context.state.epairs if pair.name == link.pair)


@rule("IF-MISSING", "warning", "Interface that nothing creates", preflight=True, drafts=True)
def interface_missing(context: Context) -> Iterator[Finding]:
    """vnet.interface names an interface, or a jail without vnet has addresses on one, that is not on the host and that
    none of the jail's hooks creates. jail(8) says `interface X does not exist` and the start fails, unless something
    that jailtui does not know creates it by then. An interface of cloned_interfaces exists again after a boot.
    """
    # Sources: FREEBSD.md 3.1; recorded: jail-errors/params/29, /217.
    for jail in context.judged if context.host and context.rcconf is not None else ():
        if jail.view.unread or jail.name in context.live:
            continue
        for number, link in enumerate(jail.view.links, 1):
            if not link.given or link.created or created_here(jail, link.given) or _exists(context, link):
                continue
            boots = not made_at_boot(context).isdisjoint((stem(link.given), link.given))
            why = "rc.conf creates it only at boot" if boots else "nothing known creates it"
            name = "vnet.interface" if jail.view.vnet else "interface"
            text = f"{link.given} is not on the host, and {why}: {jail.name} can't start."
            at = written(jail, name if name in jail.params else "", link.given)
            missing = finding(jail, text, at, key(number, "epair"), "Name an interface that exists")
            yield missing._replace(causes=(*missing.all_causes, exists("bridge", link.given)))


def created_here(jail: JailSettings, name: str) -> bool:
    """Whether the jail's own hooks create an interface of that name."""
    return jail.view.creation((name,)) is not None


def _exists(context: Context, link: Link) -> bool:
    """Whether the interface or its pair exists, on the host or in a jail that may return it."""
    whole = stem(link.given) or link.given
    if link.given in context.host or any(use.by == "kernel" for use in context.usage.users("name", whole)):
        return True
    return any(link.given == interface.name for jail in context.live.values() for interface in jail.interfaces or ())


@rule("VLAN-MISSING", "warning", "A jail's VLAN does not exist", preflight=True, drafts=True)
def vlan_missing(context: Context) -> Iterator[Finding]:
    """The jail is given a VLAN, or its bridge is to carry one, and the host has no such VLAN: the parent is missing,
    another interface of the parent has the tag already, or no such VLAN is in the bridge. The start then fails, or what
    is behind that VLAN can't be reached. A VLAN that the jail's hooks create is not reported.
    """
    # Sources: FREEBSD.md 3.3, 4.3.
    for jail, number, link in links(context):
        if link.vlan is None or jail.name in context.live:
            continue
        if any(created.tag == link.vlan for created in created_by(context, (jail.name,))):
            continue
        why = _not_carried(context, link, link.vlan) if link.pair else _not_there(context, link, link.vlan)
        if why and not (link.pair and jail.view.unread):
            names = " ".join(vlan.name for vlan in context.state.vlans)
            at = Evidence("ifconfig -g vlan", names or "no interface")
            text = f"{jail.name} needs VLAN {link.vlan}, but {why}."
            yield finding(jail, text, at, key(number, "vlan"), "Use another VLAN")


def _not_there(context: Context, link: Link, tag: int) -> str:
    """The problem with a VLAN that is moved into the jail; "" for none."""
    parent = link.given.rpartition(".")[0]
    if link.given in context.host:
        return ""
    if parent and parent not in context.host:
        return f"{parent}, the parent of {link.given}, is not on the host"
    vlans = (vlan for vlan in context.state.vlans if vlan.tag == tag and parent in ("", vlan.parent))
    other = next(vlans, None)
    return f"{other.name} of {other.parent or 'the host'} has that tag already" if other is not None else ""


def _not_carried(context: Context, link: Link, tag: int) -> str:
    """The problem with a VLAN that the jail's bridge has to carry; "" for none or a filtering bridge."""
    if link.bridge in context.host and context.host[link.bridge].filtering:
        return ""
    vlans = [vlan for vlan in context.state.vlans if vlan.tag == tag]
    bridge = context.bridges.get(link.bridge)
    if not vlans:
        return "the host has no VLAN with that tag"
    if all(vlan.parent is None or vlan.parent not in context.host for vlan in vlans):
        return f"{vlans[0].name} has lost its parent"
    if bridge is not None and not any(vlan.name in bridge.members for vlan in vlans):
        return f"{vlans[0].name} is not in {bridge.name}"
    return ""
