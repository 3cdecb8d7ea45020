"""Judging a host by all rules, beside the reading of its text; and what only the changed part of it takes."""

from __future__ import annotations

import statistics
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise

from jailtui.config.jails import files_of
from jailtui.config.world import world
from jailtui.exchange import Capture
from jailtui.forms.opening import open_form
from jailtui.forms.protocol import Answers
from jailtui.forms.sources import Sources
from jailtui.model.build import Builder
from jailtui.rules.context import Context
from jailtui.rules.registry import judge
from tests.support.large_hosts import address, large_host

ROUNDS = 5
Timed = Callable[[Callable[[], object]], float]
Row = tuple[str, str, str]


def edited(capture: Capture) -> Capture:
    """The same host, whose jail.conf gives the third jail another address."""
    old, new = f"inet {address(3)}/16", f"inet {address(9003)}/16"
    sections = (
        one._replace(out=one.out.replace(old, new)) if one.name.startswith("file ") else one for one in capture.sections
    )
    return capture._replace(sections=tuple(sections))


def judging(timed: Timed) -> Iterator[Row]:
    """What is measured, its value and its goal; processor time within one run."""
    times: dict[int, float] = {}
    for jails in (100, 1000, 2000):
        times[jails] = statistics.median(of_host(jails, timed))
    capture = large_host(1000)
    builder = Builder()
    text = timed(lambda: builder.build(capture))
    yield "judging 1,000 jails by all rules", f"{times[1000] * 1000:.0f} ms", "well under 100 ms"
    yield "judging 1,000 jails / reading the same host's text", f"{times[1000] / text:.2f}", "below 1"
    for few, many in pairwise(times):
        yield f"judging {many} / {few} jails", f"{times[many] / times[few]:.1f}", f"about {many // few}"
    yield from of_world(builder, capture, text, timed)
    yield from of_draft(builder, capture, timed)


def of_host(jails: int, timed: Timed) -> list[float]:
    """All rules on a context whose look-ups are not made yet."""
    builder = Builder()
    state = builder.build(large_host(jails))
    known = world(builder.config)
    return [timed(lambda: judge(Context(state, known))) for _ in range(ROUNDS)]


def of_world(builder: Builder, capture: Capture, text: float, timed: Timed) -> Iterator[Row]:
    """The settings of all jails, and again after one jail has changed."""
    config = builder.config
    whole = statistics.median(timed(lambda: world(config)) for _ in range(ROUNDS))
    state = builder.build(edited(capture))
    changed = statistics.median(timed(lambda: world(builder.config, None, state.configured)) for _ in range(ROUNDS))
    yield "settings of 1,000 jails / reading the same host's text", f"{whole / text:.2f}", "below 1"
    yield "settings of jails that were read / those of all", f"{changed / whole:.2f}", "0.20"
    tracemalloc.start()
    kept = world(config)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    yield f"memory of the settings of {len(kept.jails)} jails", f"{size / 1e6:.1f} MB", "small beside 40 MB"


def of_draft(builder: Builder, capture: Capture, timed: Timed) -> Iterator[Row]:
    """One answer in the network form of a jail, after the form has been shown."""
    texts = {path: text.encode() for path, text in files_of(capture).items()}
    sources = Sources(builder.build(capture), texts, {})
    form = open_form("network", "jail6", sources)
    form.draft(Answers())
    answers = iter([Answers({"address": f"{address(9000 + number)}/16"}) for number in range(ROUNDS)])
    first, *others = (timed(lambda: form.draft(next(answers))) for _ in range(ROUNDS))
    yield "the first draft of the network form among 1,000 jails", f"{first * 1000:.0f} ms", "at most 100 ms"
    yield "each draft after it", f"{statistics.median(others) * 1000:.0f} ms", "at most 100 ms"
