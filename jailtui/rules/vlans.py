"""Rules about vlan(4) interfaces: after boot, without a parent, down, or one tag twice (FREEBSD.md 3.3, 4.3, 8)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.rcconf import variable
from jailtui.exchange import Step
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject, rule
from jailtui.rules.segments import (
    made_at_boot,
    made_by_hooks,
    made_by_vm,
    misspelt,
    rc_line,
    respelling,
    up_step,
    uses,
    wait_for,
    writable,
    write_to_rc,
)

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
    for vlan in context.state.vlans:
        used = uses(vlan)
        if vlan.persistent is not False or not used or _by_variable(context, vlan):
            continue
        parent = context.host.get(vlan.parent or "")
        if made_by_hooks(context, vlan.name, vlan.jails) or made_by_vm(context, vlan.name):
            continue
        if parent is not None and parent.kind == "epair":  # it comes and goes with a jail's pair
            continue
        variables = [*([variable("vlans", vlan.parent)] if vlan.parent else []), "cloned_interfaces"]
        yield Finding.of(
            _subject(vlan),
            f"{vlan.name} will be missing after a reboot: rc.conf does not create it.",
            [
                *(rc_line(context, name) for name in variables),
                *misspelt(context, vlan.name),
                Evidence(f"ifconfig {vlan.name}", used),
            ],
            [*respelling(context, vlan.name), write_to_rc("vlan", vlan.name, "With the form.")],
            confidence="likely",
            drift="reboot",
        )


def _by_variable(context: Context, vlan: Vlan) -> bool:
    """Whether `vlans_PARENT` names the VLAN, also for a parent with a dot in its name."""
    words = (context.rcconf or {}).get(variable("vlans", vlan.parent or ""), "").split()
    return vlan.name in words or (str(vlan.tag) in words and vlan.name == f"{vlan.parent}.{vlan.tag}")


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
        if not vlan.parent:
            used = uses(vlan)
            shown = f"vlan: {vlan.tag or 0}, parent interface: <none>{f'; {used}' if used else ''}"
            form = ("vlan", vlan.name, "parent")
            yield Finding.of(
                _subject(vlan),
                f"{vlan.name} has lost its parent and carries nothing.",
                [Evidence(f"ifconfig {vlan.name}", shown)],
                [*_attach(context, vlan), Remedy.of("Give it a tag and a parent", why="With the form.", form=form)],
            )


def _nowhere(context: Context) -> Iterator[Finding]:
    """VLANs of rc.conf whose parent does not exist, and is not created or named at boot either."""
    values = context.rcconf or {}
    named = {value for name, value in values.items() if name.startswith("ifconfig_") and name.endswith("_name")}
    asking = sorted(name for name in values if name.startswith("vlans_") and values[name].split())
    if not asking or not context.host:
        return
    known = {variable("vlans", name) for name in (*context.host, *named, *made_at_boot(context))}
    for name in asking:
        if name in known:
            continue
        parent = name.removeprefix("vlans_")
        why = f"Move the value of {name} to the vlans_ variable of an existing interface."
        yield Finding.of(
            Subject("interface", parent, parent),
            f"rc.conf creates VLANs on {parent}, which does not exist: the VLANs will be missing after a boot.",
            [rc_line(context, name), Evidence(f"ifconfig {parent}", "does not exist")],
            [wait_for(parent), Remedy.of("Put them on another interface", why=why)],
            severity="warning",
            confidence="likely",
            drift="reboot",
        )


def _attach(context: Context, vlan: Vlan) -> Iterator[Remedy]:
    """The remedy that attaches the VLAN to the parent and tag in its name, if that is possible."""
    parent, _, tag = vlan.name.rpartition(".")
    taken = any(vlan.parent == parent and str(vlan.tag) == tag for vlan in context.state.vlans)
    if parent in context.host and tag.isascii() and tag.isdecimal() and 0 < int(tag) < 4095 and not taken:
        argv = ("ifconfig", vlan.name, "vlan", tag, "vlandev", parent)
        step = Step(argv, f"tag {tag} on {parent}", undo=("ifconfig", vlan.name, "-vlandev"))
        yield Remedy.of(f"Put it on {parent} again", (step,), undo=f"ifconfig {vlan.name} -vlandev")


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
        down_names = [name for name, up in ((vlan.parent, parent is None or parent.up), (vlan.name, vlan.up)) if not up]
        if down_names:
            names = " and ".join(down_names)
            text = f"{names} {'are' if len(down_names) > 1 else 'is'} down: {vlan.name} passes nothing."
            flags = [Evidence(f"ifconfig {name}", "no UP among its flags") for name in down_names]
            yield Finding.of(
                _subject(vlan),
                f"{vlan.name} is down and passes nothing." if down_names == [vlan.name] else text,
                [*flags, Evidence(f"ifconfig {vlan.name}", used)],
                [Remedy.of(f"Set {names} up", tuple(map(up_step, down_names)), undo=f"ifconfig {down_names[-1]} down")],
            )


@rule("VLAN-TWICE", "warning", "Same VLAN twice on one parent")
def twice(context: Context) -> Iterator[Finding]:
    """A tag can be used once on each parent: the second VLAN fails with `interface X already exists`, though there is
    no X. rc.conf gives the tag two names (`vlans_em0="10 dmz"`, `create_args_dmz="vlan 10"`), or one that exists on the
    host under another name. At boot only the first is created, and what was to use the other finds nothing.
    """
    # Sources: FREEBSD.md 4.3.
    live = {(vlan.parent, vlan.tag): vlan.name for vlan in context.state.vlans if vlan.parent and vlan.tag}
    for (parent, tag), wanted in _wanted(context).items():
        existing = live.get((parent, tag), "")
        if len({vlan.name for vlan in wanted} | ({existing} - {""})) > 1:
            yield _twice(context, parent, tag, wanted, existing)


class WantedVlan(NamedTuple):
    """A VLAN that rc.conf creates: its final name, and the variable and the word that create it."""

    name: str
    variable: str
    word: str


def _wanted(context: Context) -> dict[tuple[str, int], list[WantedVlan]]:
    """The VLANs that rc.conf creates, by parent and tag."""
    values = context.rcconf or {}
    wanted: dict[tuple[str, int], list[WantedVlan]] = defaultdict(list)

    def want(parent: str, tag: str, name: str, asking: str, word: str) -> None:
        called = values.get(variable("ifconfig", name, "_name"), name)
        wanted[parent, int(tag)].append(WantedVlan(called, asking, word))

    lists = sorted(name for name in values if name.startswith("vlans_"))
    parents = {variable("vlans", name): name for name in context.host} if lists else {}
    for asking in lists:
        parent = parents.get(asking, asking.removeprefix("vlans_"))
        for word in values[asking].split():
            if word.isdecimal():
                want(parent, word, f"{parent}.{word}", asking, word)
            elif tag := _argument(values.get(variable("create_args", word), ""), "vlan"):
                want(parent, tag, word, asking, word)
    for word in values.get("cloned_interfaces", "").split():
        name = word.partition(":")[0]
        parent, _, tag = name.rpartition(".")
        args = values.get(variable("create_args", name), "")
        if parent and tag.isdecimal():
            want(parent, tag, name, "cloned_interfaces", word)
        elif tag := _argument(args, "vlan"):
            want(_argument(args, "vlandev"), tag, name, "cloned_interfaces", word)
    return wanted


def _argument(args: str, word: str) -> str:
    """The word after `word`; for a tag only if it is a number."""
    words = args.split()
    value = words[words.index(word) + 1] if word in words[:-1] else ""
    return value if word != "vlan" or value.isdecimal() else ""


def _twice(context: Context, parent: str, tag: int, wanted: list[WantedVlan], existing: str) -> Finding:
    """The finding about a tag with several names; the remedy removes the last that does not exist."""
    names = tuple(dict.fromkeys(vlan.name for vlan in wanted))
    spare = [vlan for vlan in wanted if vlan.name != existing][-1]
    kept = existing or names[0]
    arguments = (variable("create_args", vlan.word) for vlan in wanted)
    asking = [*(vlan.variable for vlan in wanted), *(name for name in arguments if name in (context.rcconf or {}))]
    live = [Evidence(f"ifconfig {existing}", f"vlan: {tag}, parent interface: {parent}")] if existing else []
    back = ("sysrc", f"{spare.variable}+={spare.word}")
    breaks = f"at boot, whatever uses {spare.name}"
    drop = Step(("sysrc", f"{spare.variable}-={spare.word}"), f"{kept} stays", breaks, back)
    has = f", and {existing} has it" if existing and existing not in names else "; only one of them can exist"
    return Finding.of(
        Subject("vlan", kept, kept),
        f"VLAN {tag} of {parent} is wanted as {', '.join(names)}{has}.",
        [*(rc_line(context, name) for name in dict.fromkeys(asking)), *live],
        [
            Remedy.of(
                f"Remove {spare.name} from rc.conf",
                (drop,) if writable(drop) else (),
                f"Use {kept} wherever {spare.name} is meant.",
                f"what uses {spare.name}",
                " ".join(back) if writable(drop) else "",
            )
        ],
    )


def _subject(vlan: Vlan) -> Subject:
    return Subject("vlan", vlan.name, vlan.name)
