"""Taking one epair back: out of its bridge, end b released while its jail lives, destroyed (FREEBSD.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterator

from jailtui.exchange import Step
from jailtui.model.state import End, Epair, Where
from jailtui.plans.plan import Refusal, Task


def reclaim_task(pair: Epair, on_host: frozenset[str]) -> Task | Refusal:
    """The steps that take `pair` back. `on_host` are the names of the host's interfaces."""
    reason = why_not(pair)
    if reason:
        return Refusal(pair.key, pair.name, reason)
    near, far = ends(pair)
    return Task(
        key=pair.key,
        subject=pair.name,
        steps=tuple(steps(near, far, on_host)),
        why=pair.why,
        breaks="nothing that is running" if pair.orphan else f"the network of {pair.owner or 'whoever uses it'}",
        undo=f"start {pair.owner} makes the pair again" if pair.owner else "none: nobody is known to make it again",
        warning=warning(pair),
    )


def why_not(pair: Epair) -> str:
    """Why nothing may be done to the pair, or an empty text."""
    if pair.ambiguous:
        return f"two interfaces of the host are called {', '.join(pair.ambiguous)}: a command would hit the first"
    if Where.HOST not in (pair.a.where, pair.b.where):
        return "neither end is on the host"
    if pair.orphan is None:
        return f"whether anybody uses it is not known: {pair.why}"
    return ""


def ends(pair: Epair) -> tuple[End, End]:
    """The end commands can be given for here, and the other."""
    return (pair.a, pair.b) if pair.a.where is Where.HOST else (pair.b, pair.a)


def steps(near: End, far: End, on_host: frozenset[str]) -> Iterator[Step]:
    """The commands in their safe order. Destroying either end takes both, also from a dying jail."""
    assert near.name is not None
    for end in (near, far):
        if end.where is Where.HOST and end.bridge is not None and end.name is not None:
            undo = ("ifconfig", end.bridge, "addm", end.name)
            yield Step(("ifconfig", end.bridge, "deletem", end.name), f"out of {end.bridge}", undo=undo)
    # The kernel does not look whether a returning interface has the name of another (FREEBSD.md 3.3).
    if far.where is Where.JAIL and far.name is not None and far.name not in on_host:
        jid = str(far.jid)
        undo = ("ifconfig", far.name, "vnet", jid)
        yield Step(("ifconfig", far.name, "-vnet", jid), f"release it while {far.jail} lives", undo=undo)
    yield Step(("ifconfig", near.name, "destroy"), "both ends go")


def warning(pair: Epair) -> str:
    """What must not be overlooked: somebody uses it, or another tool made it."""
    said = [] if pair.orphan else [f"this pair is no orphan: {pair.why}"]
    if pair.manager:
        said.append(f"made by {pair.manager}, not by hand: its own commands may be the better way")
    return "; ".join(said)
