"""Rules about leftover pairs: lost, returned, unused, of a failed start, or in the way; and about equal names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from jailtui.config.names import is_epair
from jailtui.config.syntax import key
from jailtui.model.commands import near_and_far, why_untouchable
from jailtui.model.pairs import side
from jailtui.model.state import Epair, Interface, JailState, Where
from jailtui.rules.epairwords import about_pair, end_evidence, link_of, not_grouped, paired
from jailtui.rules.finding import Confidence, Evidence, Finding, Remedy, Subject, cause, rule
from jailtui.rules.jailwords import dying_line, written
from jailtui.rules.ladder import destroy, dying_jail, ladder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.view import Created
    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context


@rule("EPAIR-LOST", "error", "End of an epair lost in a dying jail")
def lost(context: Context) -> Iterator[Finding]:
    """One end of the pair is on the host. The other is on no list: neither on the host nor in a running jail. jail(8)
    does not return an interface to the host when a jail stops; the kernel does, when the last reference to the jail is
    gone. Until then the jail is dying: its interfaces are listed nowhere, and they still answer. The pair's number
    stays taken, so the next start of the same jail fails if its hooks create that pair. Wait, free the jail, or destroy
    the end that is on the host: that destroys both. To prevent this, return the end in exec.prestop: `ifconfig IF -vnet
    $name || true`.
    """
    # Sources: FREEBSD.md 3.1, 3.4, 3.5.
    dying = any(jail.state is JailState.DYING for jail in context.state.jails)
    looked = sum(1 for jail in context.live.values() if jail.vnet)
    twice = next((name for pair in context.state.epairs for name in pair.ambiguous), "")
    hidden = f"; it may be the second interface called {twice}" if twice else ""  # 13 prints two as one (FREEBSD.md 4)
    for pair in context.state.epairs:
        near, far = near_and_far(pair)
        if not pair.orphan or far.where is not Where.LOST or _at_work(context, pair):
            continue
        jail = dying_jail(context, far.jid)
        evidence = [
            end_evidence(context, near),
            Evidence("ifconfig -l", f"{near.name}, but no other end of {pair.name}"),
        ]
        evidence.append(Evidence("jls -n vnet", f"{looked} VNET jails are running, and the end is in none of them"))
        if jail is not None:
            evidence.append(dying_line(jail))
            text = f"One end of {pair.name} is lost in {jail.name} (jid {jail.jid}), which is dying."
        else:
            text = f"One end of {pair.name} can't be found{': a dying jail holds it' if dying else hidden}."
        confidence: Confidence = "certain" if jail is not None and jail.name == pair.owner else "likely"
        yield Finding.of(about_pair(pair), text, evidence, ladder(context, jail=jail, pair=pair), confidence=confidence)


@rule("EPAIR-RETURNED", "warning", "Epair returned from a jail and unused")
def returned(context: Context) -> Iterator[Finding]:
    """Both ends of the pair are on the host, and the inner one looks as a jail leaves it: down, without addresses,
    under the name it had inside (`vnet0`, `eth0`), and on 13 without its group `epair`. This happens when a jail was
    dying for a while, was removed by `jail -R`, or lost its last process: exec.poststop, which destroys the pair, did
    not run or ran too early. The pair is of no use. The next start makes its own, or fails because the number is taken.
    On 13 `ifconfig -g epair` does not list the end. Destroy the pair.
    """
    # Sources: FREEBSD.md 2.4, 3.1, 3.3.
    for pair in _orphans_on_host(context):
        if signs := _signs_of_return(context, pair):
            text = f"{pair.name} returned from {pair.owner or 'a jail'}, and nothing uses it."
            confidence: Confidence = "certain" if not_grouped(context, pair.b) else "likely"
            evidence = (*_both(context, pair), Evidence(f"ifconfig {pair.b.name}", signs))
            yield Finding.of(
                about_pair(pair), text, evidence, ladder(context, jail=None, pair=pair), confidence=confidence
            )


@rule("EPAIR-FAILED-START", "warning", "Epair left by a jail that is not running")
def failed_start(context: Context) -> Iterator[Finding]:
    """Both ends of the pair are on the host, and the jail whose exec.prestart makes it is not running. When a command
    of a start fails, jail(8) undoes only its own steps: it does not run exec.poststop, and what exec.prestart made
    stays, with its place in a bridge. `jail -R`, and a jail whose last process exits, leave the same. Unless the hooks
    destroy the pair first, each later start fails with `interface epairN already exists`. Destroy the pair; if a start
    failed, find out why. A first line `ifconfig epairNa destroy 2>/dev/null || true` in exec.prestart prevents this.
    """
    # Sources: FREEBSD.md 2.4.
    for pair in _orphans_on_host(context):
        maker = _maker(context, pair)
        if maker is None or _signs_of_return(context, pair):
            continue
        text = f"{pair.name} is left over from {maker.name}: its start failed, or its poststop did not run."
        made = written(maker, "exec.prestart", pair.name)
        evidence = (*_both(context, pair), made, Evidence("jls -n name", f"no {maker.name}"))
        yield Finding.of(about_pair(pair), text, evidence, ladder(context, jail=None, pair=pair), confidence="likely")


@rule("EPAIR-NOBODY", "warning", "Epair on the host that nothing uses")
def unused(context: Context) -> Iterator[Finding]:
    """Both ends of the pair are on the host, and no jail, configured or running, names either. rc.conf does not create
    it at boot, and its inner end is in no bridge and has neither an address nor a VLAN on it. Most such pairs were made
    by hand and forgotten, or their jail has been removed from the configuration. The pair takes up its number and, if
    its a end is in a bridge, a place there. jailtui does not see what other programs do with it, such as a virtual
    machine or a netgraph node: check before you destroy it.
    """
    # Sources: FREEBSD.md 3.4, 10.
    for pair in _orphans_on_host(context):
        if _maker(context, pair) is None and not _signs_of_return(context, pair):
            text = f"Both ends of {pair.name} are on the host and unused ({pair.why})."
            confidence: Confidence = "likely" if pair.owner is None else "certain"
            remedies = ladder(context, jail=None, pair=pair)
            yield Finding.of(about_pair(pair), text, _both(context, pair), remedies, confidence=confidence)


@rule(
    "EPAIR-IN-THE-WAY",
    "error",
    "Epair that the next start creates exists already",
    preflight=True,
    drafts=True,
)
def in_the_way(context: Context) -> Iterator[Finding]:
    """The jail is not running, its hooks create a pair of this number without destroying an old one first, and a pair
    of this number exists. The number is taken as long as the pair exists, whatever its ends are called and wherever
    they are. `ifconfig epairN create` then says `interface epairN already exists`, and the start fails. If the pair is
    left over, destroy it. If something else uses it, give this jail another number.
    """
    # Sources: FREEBSD.md 2.4, 3.4.
    stopped = [jail for jail in context.judged if jail.name not in context.live]
    made = _made_here(context) if stopped else {}
    for jail in stopped:
        if _state(context, jail.name) in (JailState.STARTING, JailState.STOPPING):
            continue
        for created in jail.view.created:
            names = (name for name in created.names if name[:-1] != created.name)  # the pair stands for its ends
            existing = (made[name] for name in names if name in made)
            if not created.idempotent and (pair := next(existing, None)) is not None:
                yield _blocked(context, jail, created, pair)


@rule("NAME-TWICE", "error", "Two interfaces on the host have the same name")
def name_twice(context: Context) -> Iterator[Finding]:
    """Two interfaces on the host have the same name. When an interface returns from a jail, neither the kernel nor
    `ifconfig -vnet` checks whether its name is taken, so two jails that call theirs `vnet0` are enough. Every command
    then acts on the first in the list: `ifconfig NAME destroy` may destroy the host's own pair instead of the stray
    one. jailtui offers no command that uses this name. Compare the MACs, or on 14 and 15 the output of `ifconfig -aD`.
    Then rename until each name is unique: `ifconfig NAME name OTHER` renames the first.
    """
    # Sources: FREEBSD.md 3.3.
    on_host: dict[str, list[Interface]] = defaultdict(list)
    for interface in context.state.interfaces:
        if interface.jid is None:
            on_host[interface.name].append(interface)
    ambiguous = [name for pair in context.state.epairs for name in pair.ambiguous]
    for name in dict.fromkeys((*(name for name, interfaces in on_host.items() if len(interfaces) > 1), *ambiguous)):
        marks = "; ".join(filter(None, map(_marks, on_host[name])))
        why = (
            f"A command with the name {name} acts on the first one that ifconfig lists. Compare their MACs or driver "
            f"names, and rename until each is unique: `ifconfig {name} name OTHER`, where OTHER is an unused name."
        )
        yield Finding.of(
            Subject("interface", name, name),
            f"Two interfaces on the host are called {name}: a command acts on the first.",
            [Evidence("ifconfig -a", marks or f"{name} is listed twice")],
            [Remedy.of("Rename one of them", why=why)],
            owner=next((pair.manager for pair in context.state.epairs if name in pair.ambiguous and pair.manager), ""),
        )


def _orphans_on_host(context: Context) -> Iterator[Epair]:
    """The orphans that have both ends on the host."""
    for pair in context.state.epairs:
        if pair.orphan and pair.a.where is Where.HOST and pair.b.where is Where.HOST and not _at_work(context, pair):
            yield pair


def _state(context: Context, name: str) -> JailState | None:
    jail = context.jails.get(name)
    return jail.state if jail is not None else None


def _at_work(context: Context, pair: Epair) -> bool:
    """Whether jail(8) is starting or stopping the owner of the pair."""
    return _state(context, pair.owner or "") in (JailState.STARTING, JailState.STOPPING)


def _maker(context: Context, pair: Epair) -> JailSettings | None:
    """The configured jail that owns the pair."""
    return context.settings.get(pair.owner) if pair.owner else None


def _signs_of_return(context: Context, pair: Epair) -> str:
    """What shows that end b has returned from a jail, as a phrase, or "". A returned end is always down.

    A failed start returns an end too, so that a lost group alone proves nothing if the owner is configured.
    """
    if pair.b.up or pair.b.addresses:
        return ""
    link = link_of(context, pair)
    if link is not None:
        inner = link.inside != link.given and pair.b.name == link.inside
        return f"down, under the name it has inside {pair.owner}" if inner else ""
    if not_grouped(context, pair.b):
        return "down and without the group epair, which a return from a jail removes"
    end = context.host.get(pair.b.name or "")
    # Whether its name is not one with which ends are created; its MAC does not count.
    renamed = end is not None and side(end._replace(ether=None)) is None
    return "down, under a name that jails give their interfaces" if renamed else ""


def _both(context: Context, pair: Epair) -> Iterator[Evidence]:
    yield end_evidence(context, pair.a)
    yield end_evidence(context, pair.b)
    if how := paired(pair):
        yield Evidence("ifconfig -a", f"matched as one pair {how}")


def _marks(interface: Interface) -> str:
    """The MAC and driver name of an interface, which tell it from another of its name."""
    marks = (("ether", interface.ether), ("drivername", interface.drivername))
    return ", ".join(f"{word} {mark}" for word, mark in marks if mark)


def _made_here(context: Context) -> dict[str, Epair]:
    """The pairs by the names they take on the host: the name they are created by, `epair154`, and those of their ends.

    A pair with both ends in jails may have been created inside, where numbers are others.
    """
    pairs = [pair for pair in context.state.epairs if Where.HOST in (pair.a.where, pair.b.where)]
    made = {pair.name: pair for pair in pairs if is_epair(pair.name)}
    driver = {
        interface.name: interface.drivername
        for interface in context.state.interfaces
        if interface.jid is None and interface.drivername
    }
    for pair in pairs:
        for end in (pair.a, pair.b):
            if end.where is Where.HOST and end.name is not None:
                made.setdefault(driver.get(end.name, end.name), pair)
                made.setdefault(end.name, pair)
    return made


def _blocked(context: Context, jail: JailSettings, created: Created, pair: Epair) -> Finding:
    wanted = created.name
    links = enumerate(jail.view.links, start=1)
    number = next((at for at, link in links if {link.pair, link.given} & {*created.names}), 1)
    near, _ = near_and_far(pair)
    called = wanted if pair.name == wanted else f"{wanted}, now called {pair.name},"
    whose = f" and belongs to {pair.owner}" if pair.owner and pair.owner != jail.name else ""
    form = ("network", jail.name, key(number, "epair"))
    remedies = [Remedy.of(f"Give {jail.name} another pair", why="Choose a number that is free.", form=form)]
    if pair.orphan and not why_untouchable(pair):
        remedies = [destroy(context, pair), *(remedies if whose else ())]
    return Finding.of(
        Subject("jail", jail.name, jail.name),
        f"The next start of {jail.name} fails: it creates {wanted}, and {called} exists{whose}.",
        [end_evidence(context, near), written(jail, "exec.prestart", wanted)],
        remedies,
        confidence="likely" if jail.view.unread else "certain",
        owner=pair.manager or "",
        causes=(cause("epair", pair.key),),
    )
