"""Rules about vlan(4) interfaces: there after boot, with a parent, up, and one of each tag (FREEBSD.md 3.3, 4.3, 8)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.rcconf import variable
from jailtui.exchange import Step
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject, rule
from jailtui.rules.segments import made_at_boot, made_by_hooks, made_by_vm, misspelt, rc_of, respelt, uses, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.model.state import Vlan
    from jailtui.rules.context import Context


@rule("VLAN-NOT-AT-BOOT", "warning", "VLAN that will be missing after a reboot")
def not_at_boot(context: Context) -> Iterator[Finding]:
    """The VLAN was made by hand, and rc.conf does not create it: after a reboot it is missing, its bridge has no
    uplink, and an `addm` of it ends the rest of the bridge's line. `vlans_em0="10 20"` creates em0.10 and em0.20; a
    VLAN with a name of its own also needs `create_args_dmz="vlan 102"` (rc.conf(5)).
    """
    # Sources: FREEBSD.md 8.
    rc = rc_of(context)
    for vlan in context.state.vlans:
        used = uses(vlan)
        if vlan.persistent is not False or not used or _by_variable(context, vlan):
            continue
        parent = context.host.get(vlan.parent or "")
        if made_by_hooks(context, vlan.name, vlan.jails) or made_by_vm(context, vlan.name):
            continue
        if parent is not None and parent.kind == "epair":  # it comes and goes with a jail's pair
            continue
        told = variable("vlans", vlan.parent or "")
        is_misspelt = list(misspelt(context, vlan.name))
        steps = respelt(rc) if rc is not None and is_misspelt else ()
        way = Remedy.of(f"Write {vlan.name} to rc.conf", why="By the form.", form=("vlan", vlan.name, "boot"))
        spelt = Remedy.of(
            "Spell cloned_interfaces with its s", steps, "At boot all that it names is made.", undo="by sysrc"
        )
        yield Finding(
            "VLAN-NOT-AT-BOOT",
            "warning",
            _subject(vlan),
            f"{vlan.name} will be missing after a reboot: rc.conf does not create it.",
            (
                *((Evidence(f"sysrc -n {told}", _said(context, told)),) if vlan.parent else ()),
                Evidence("sysrc -n cloned_interfaces", _said(context, "cloned_interfaces")),
                *is_misspelt,
                Evidence(f"ifconfig {vlan.name}", used),
            ),
            "likely",
            remedies=(spelt, way) if steps and writable(*steps) else (way,),
            drift="reboot",
        )


def _by_variable(context: Context, vlan: Vlan) -> bool:
    """Whether `vlans_PARENT` has it, also where the parent's name has a dot, which the variable can't show."""
    words = (context.rcconf or {}).get(variable("vlans", vlan.parent or ""), "").split()
    return vlan.name in words or (str(vlan.tag) in words and vlan.name == f"{vlan.parent}.{vlan.tag}")


def _said(context: Context, name: str) -> str:
    return (context.rcconf or {}).get(name, "") or "(not set)"


@rule("VLAN-NO-PARENT", "error", "VLAN that lost its parent")
def no_parent(context: Context) -> Iterator[Finding]:
    """The VLAN has no parent (`vlan: 0 … parent interface: <none>`) and carries nothing. It stays like this when its
    parent is moved into a jail, even after the parent returns, or when it was created with its name in front of tag and
    parent. Give it its tag and parent again, or destroy it and let rc.conf create it. The same is reported when rc.conf
    creates VLANs on an interface that the host does not have: none of them exists after a boot, and an `addm` of one
    ends the rest of the bridge's line.
    """
    # Sources: FREEBSD.md 3.3.
    yield from _nowhere(context)
    for vlan in context.state.vlans:
        if vlan.parent:
            continue
        yield Finding(
            "VLAN-NO-PARENT",
            "error",
            _subject(vlan),
            f"{vlan.name} has lost its parent and carries nothing.",
            (Evidence(f"ifconfig {vlan.name}", f"vlan: {vlan.tag or 0}, parent interface: <none>"), *_used(vlan)),
            remedies=(*_attach(context, vlan), _form(vlan)),
        )


def _nowhere(context: Context) -> Iterator[Finding]:
    """VLANs of rc.conf whose parent is not there, and is not made or named at boot either."""
    values = context.rcconf or {}
    named = {value for name, value in values.items() if name.startswith("ifconfig_") and name.endswith("_name")}
    there = {variable("vlans", name) for name in (*context.host, *named, *made_at_boot(context))}
    for told in sorted(values) if context.host else ():
        parent = told.removeprefix("vlans_")
        if parent == told or told in there or not values[told].split():
            continue
        yield Finding(
            "VLAN-NO-PARENT",
            "warning",
            Subject("interface", parent, parent),
            f"rc.conf makes VLANs on {parent}, and there is no such interface: at boot none of them comes to be.",
            (Evidence(f"sysrc -n {told}", values[told]), Evidence(f"ifconfig {parent}", "does not exist")),
            "likely",
            remedies=(
                Remedy.of(f"Wait for {parent}", why="Nothing is to be done if it is plugged in or made before boot."),
                Remedy.of("Put them on another interface", why=f"Write what {told} says to the variable of that one."),
            ),
            drift="reboot",
        )


def _attach(context: Context, vlan: Vlan) -> Iterator[Remedy]:
    """By what its name says, where there is such a parent and the tag is free on it."""
    parent, _, tag = vlan.name.rpartition(".")
    taken = any(vlan.parent == parent and str(vlan.tag) == tag for vlan in context.state.vlans)
    if parent in context.host and tag.isascii() and tag.isdecimal() and 0 < int(tag) < 4095 and not taken:
        argv = ("ifconfig", vlan.name, "vlan", tag, "vlandev", parent)
        step = Step(argv, f"tag {tag} on {parent}", undo=("ifconfig", vlan.name, "-vlandev"))
        yield Remedy.of(f"Put it on {parent} again", (step,), undo=f"ifconfig {vlan.name} -vlandev")


def _form(vlan: Vlan) -> Remedy:
    return Remedy.of("Give it a tag and a parent", why="By the form.", form=("vlan", vlan.name, "parent"))


def _used(vlan: Vlan) -> Iterator[Evidence]:
    if used := uses(vlan):
        yield Evidence(f"ifconfig {vlan.name}", used)


@rule("VLAN-DOWN", "warning", "VLAN or its parent is down")
def down(context: Context) -> Iterator[Finding]:
    """The VLAN, or the interface below it, is not UP while something uses it: it passes nothing. A parent without an
    address of its own is down unless rc.conf says `ifconfig_em0="up"` (rc.conf(5), vlan(4)).
    """
    for vlan in context.state.vlans:
        used = uses(vlan)
        parent = context.host.get(vlan.parent or "")
        if not used or not vlan.parent:
            continue
        asleep = [name for name, up in ((vlan.parent, parent is None or parent.up), (vlan.name, vlan.up)) if not up]
        if asleep:
            steps = tuple(
                Step(("ifconfig", name, "up"), "it passes nothing while it is down", undo=("ifconfig", name, "down"))
                for name in asleep
            )
            yield Finding(
                "VLAN-DOWN",
                "warning",
                _subject(vlan),
                _asleep(vlan.name, asleep),
                (
                    *(Evidence(f"ifconfig {name}", "no UP among its flags") for name in asleep),
                    Evidence(f"ifconfig {vlan.name}", used),
                ),
                remedies=(Remedy.of(f"Bring {' and '.join(asleep)} up", steps, undo=f"ifconfig {asleep[-1]} down"),),
            )


def _asleep(name: str, asleep: list[str]) -> str:
    if asleep == [name]:
        return f"{name} is down and passes nothing."
    return f"{' and '.join(asleep)} {'are' if len(asleep) > 1 else 'is'} down: {name} passes nothing."


@rule("VLAN-TWICE", "warning", "Same VLAN twice on one parent")
def twice(context: Context) -> Iterator[Finding]:
    """A tag can be used once on each parent: the second VLAN fails with `interface X already exists`, though there is
    no X. rc.conf gives the tag two names (`vlans_em0="10 dmz"`, `create_args_dmz="vlan 10"`), or one that exists on the
    host under another name. At boot only the first is created, and what was to use the other finds nothing.
    """
    # Sources: FREEBSD.md 4.3.
    live = {(vlan.parent, vlan.tag): vlan.name for vlan in context.state.vlans if vlan.parent and vlan.tag}
    for (parent, tag), wanted in _wanted(context).items():
        there = live.get((parent, tag), "")
        if len({one.name for one in wanted} | ({there} - {""})) > 1:
            yield _twice(context, parent, tag, wanted, there)


class WantedVlan(NamedTuple):
    """A VLAN that rc.conf makes: its name in the end, and the word of the variable that asks for it."""

    name: str
    variable: str
    word: str


def _wanted(context: Context) -> dict[tuple[str, int], list[WantedVlan]]:
    """What rc.conf makes, by parent and tag."""
    values = context.rcconf or {}
    found: dict[tuple[str, int], list[WantedVlan]] = defaultdict(list)

    def want(parent: str, tag: str, name: str, told: str, word: str) -> None:
        called = values.get(variable("ifconfig", name, "_name"), name)
        found[parent, int(tag)].append(WantedVlan(called, told, word))

    parents = {variable("vlans", name): name for name in context.host}
    for told in sorted(name for name in values if name.startswith("vlans_")):
        parent = parents.get(told, told.removeprefix("vlans_"))
        for word in values[told].split():
            if word.isdecimal():
                want(parent, word, f"{parent}.{word}", told, word)
            elif tag := _argument(values.get(variable("create_args", word), ""), "vlan"):
                want(parent, tag, word, told, word)
    for word in values.get("cloned_interfaces", "").split():
        name = word.partition(":")[0]
        parent, _, tag = name.rpartition(".")
        args = values.get(variable("create_args", name), "")
        if parent and tag.isdecimal():
            want(parent, tag, name, "cloned_interfaces", word)
        elif tag := _argument(args, "vlan"):
            want(_argument(args, "vlandev"), tag, name, "cloned_interfaces", word)
    return found


def _argument(args: str, word: str) -> str:
    """The word after `word`; for a tag only if it is a number."""
    words = args.split()
    value = words[words.index(word) + 1] if word in words[:-1] else ""
    return value if word != "vlan" or value.isdecimal() else ""


def _twice(context: Context, parent: str, tag: int, wanted: list[WantedVlan], there: str) -> Finding:
    """The one to go is the last that rc.conf asks for and that is not there."""
    names = tuple(dict.fromkeys(one.name for one in wanted))
    spare = [one for one in wanted if one.name != there][-1]
    kept = there or names[0]
    asked = tuple(dict.fromkeys(one.variable for one in wanted))
    told = [*asked, *(name for one in wanted if (name := variable("create_args", one.word)) in (context.rcconf or {}))]
    live = (Evidence(f"ifconfig {there}", f"vlan: {tag}, parent interface: {parent}"),) if there else ()
    drop = Step(
        ("sysrc", f"{spare.variable}-={spare.word}"),
        f"{kept} stays",
        f"at boot, whatever uses {spare.name}",
        ("sysrc", f"{spare.variable}+={spare.word}"),
    )
    has = f", and {there} has it" if there and there not in names else "; only one of them can exist"
    return Finding(
        "VLAN-TWICE",
        "warning",
        Subject("vlan", kept, kept),
        f"VLAN {tag} of {parent} is wanted as {', '.join(names)}{has}.",
        (*(Evidence(f"sysrc -n {name}", _said(context, name)) for name in told), *live),
        remedies=(
            Remedy.of(
                f"Take {spare.name} out of rc.conf",
                (drop,) if writable(drop) else (),
                f"Use {kept} wherever {spare.name} is meant.",
                f"what uses {spare.name}",
                f"sysrc {spare.variable}+={spare.word}" if writable(drop) else "",
            ),
        ),
    )


def _subject(vlan: Vlan) -> Subject:
    return Subject("vlan", vlan.name, vlan.name)
