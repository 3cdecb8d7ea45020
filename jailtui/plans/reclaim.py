"""Taking one epair back: out of its bridge, end b released while its jail lives, destroyed (FREEBSD.md 3.5)."""

from __future__ import annotations

from jailtui.exchange import Refusal, Task
from jailtui.model.leftovers import made_by, reclaim_steps, why_untouchable
from jailtui.model.state import Epair, HostState, Where


def reclaim_task(pair: Epair, on_host: frozenset[str]) -> Task | Refusal:
    """The steps that take `pair` back. `on_host` are the names of the host's interfaces."""
    reason = why_untouchable(pair)
    if reason:
        return Refusal(pair.key, pair.name, reason)
    return Task(
        key=pair.key,
        subject=pair.name,
        steps=tuple(reclaim_steps(pair, on_host)),
        why=pair.why,
        breaks=_breaks(pair),
        undo=f"starting {pair.owner} recreates it" if pair.owner else "no: nothing recreates this pair",
        warning=warning(pair),
        owner=pair.manager or "",
    )


def _breaks(pair: Epair) -> str:
    """What stops with the pair: a dying jail still answers by an end that it holds (FREEBSD.md 3.1)."""
    if not pair.orphan:
        return f"the network of {pair.owner or 'whoever uses it'}"
    lost = next((end for end in (pair.b, pair.a) if end.where is Where.LOST), None)
    return "nothing that is running" if lost is None else f"what {lost.jail or 'a dying jail'} still answers"


def warning(pair: Epair) -> str:
    """What must not be overlooked: somebody uses it, or another tool made it."""
    said = [] if pair.orphan else [f"this pair is no orphan: {pair.why}"]
    return "; ".join((*said, *made_by(pair.manager)))


def left_over(state: HostState) -> tuple[tuple[Epair, ...], tuple[Epair, ...]]:
    """The orphans that "reclaim all" means, and those it leaves to their manager unless they are asked for by name."""
    return (
        tuple(pair for pair in state.orphans if not pair.manager),
        tuple(pair for pair in state.orphans if pair.manager),
    )
