"""The load of a jail or a pair in the detail pane. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.amounts import duration, memory, per_second, percentage, scaled
from jailtui.ui.graphs import graph_lines, sparkline
from jailtui.ui.lines import Cell, Line, labelled
from jailtui.ui.meter import jail_key, pair_key, pairs_by_jid, use_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.formats.load import Counters
    from jailtui.model.load import Load, Rate
    from jailtui.model.state import Epair, HostState, Jail
    from jailtui.ui.meter import Meter

SPARK = 32
"""Cells of the line of the last minutes."""
SHORT, TALL = (4, 3), (7, 5)
"""The lines of the graphs of traffic and CPU in a pane with little room, and in one with much."""


def graphs_for(spare: int) -> tuple[int, int]:
    """The lines of the graphs of traffic and CPU in a pane with so many lines to spare; 1, 0: traffic as one line."""
    if spare >= sum(TALL) + 4:
        return TALL
    return SHORT if spare >= sum(SHORT) else (SHORT[0], 0) if spare >= SHORT[0] else (1, 0)


def jail_load(jail: Jail, state: HostState, meter: Meter, room: int, wide: int, spare: int = 0) -> list[Line]:
    """What a running jail uses, and what its pairs carry; labels are `wide` cells, graphs take `spare` lines."""
    load = meter.load
    if load is None or not jail.running:
        return []
    lines: list[Line] = []
    of_traffic, of_use = graphs_for(spare)
    sums, use = load.sum_of(jail), meter.percent_of(jail)
    if sums is not None and use is not None:
        lines += labelled("CPU", f"{percentage(use)} of one processor", room, wide=wide)
        past = meter.past(use_key(jail))
        lines += graph_lines("", past, percentage, of_use, room, wide, ascii=meter.ascii)
        lines += labelled("Memory", memory(sums.memory * 1024), room, wide=wide)
    lines += labelled("Up", up, room, wide=wide) if (up := up_text(jail, load)) else []
    moved = meter.rate_of_jail(pairs_by_jid(state).get(jail.jid or 0, ()))
    lines += traffic(load.of_jail(jail, state), moved, room, wide)
    lines += past_traffic(meter, jail_key(jail), of_traffic, room, wide)
    name, amounts = meter.account
    if name == jail.name and amounts:
        lines += labelled("Account", account_text(amounts), room, wide=wide)
    for reason in filter(None, load.why.split("; ")):
        lines += labelled("Not known", reason, room, wide=wide)
    return lines


def pair_load(pair: Epair, meter: Meter, room: int, wide: int, spare: int = 0) -> list[Line]:
    """What a pair carries."""
    if meter.load is None:
        return []
    lines = traffic(meter.load.of_pair(pair), meter.rate_of_pair(pair), room, wide)
    return lines + past_traffic(meter, pair_key(pair), graphs_for(spare)[0], room, wide)


def past_traffic(meter: Meter, key: str, lines: int, room: int, wide: int) -> list[Line]:
    """The traffic of the last minutes, in and out together, as a graph of that many lines."""
    past = meter.past(key)
    if drawn := graph_lines("Traffic", past, lambda rate: per_second(rate, "0"), lines, room, wide, ascii=meter.ascii):
        return drawn
    spark = sparkline(past.samples, SPARK, ascii=meter.ascii)
    return [Line((Cell(f"{'Last minutes':<{wide}}", "dim"), Cell(spark, "accent")))] if spark.strip() else []


def account_text(amounts: Mapping[str, int]) -> str:
    """What rctl(8) says beside: processes that have ended count in its processor time."""
    spent = amounts.get("cputime", 0)
    parts = [
        f"{duration(spent) if spent >= 60 else f'{spent} s'} of processor time",
        counted(amounts.get("maxproc", 0), "process"),
    ]
    parts += [counted(amounts.get("openfiles", 0), "open file")]
    parts += [f"{memory(swapped)} swapped"] if (swapped := amounts.get("swapuse", 0)) else []
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 'es' if noun.endswith('s') else 's'}"


def up_text(jail: Jail, load: Load) -> str:
    """How long the jail has run; "" if that is not known."""
    since = load.since(jail)
    if since is None or load.sums is None:
        return ""
    text = duration(load.sums.clock - since[0])
    return text if since[1] else f"at least {text}, by its oldest process"


def traffic(counters: Counters | None, moved: Rate | None, room: int, wide: int) -> list[Line]:
    """Rates with what was counted, and errors."""
    if counters is None:
        return []
    lines: list[Line] = []
    for label, rate, size, packets in (
        ("In", moved and moved.into, counters.in_bytes, counters.in_packets),
        ("Out", moved and moved.out, counters.out_bytes, counters.out_packets),
    ):
        sum_text = f"{rounded(size)} in {rounded(packets).removesuffix('B')} packets so far"
        now = "" if rate is None or not packets else f"{rate_text(rate)}, "
        lines += labelled(label, f"{now}{sum_text}" if packets else "nothing so far", room, wide=wide)
    if counters.errors:
        growing = ", growing" if moved is not None and moved.failing else ""
        lines += labelled("Lost", f"{counters.errors} packets{growing}", room, wide=wide, tone_bad=bool(growing))
    return lines


def rounded(amount: int) -> str:
    """Two digits of an amount: neighbours that are heard now and then do not change the line each time."""
    places = len(str(amount)) - 2
    return scaled(round(amount, -places) if places > 0 else amount, 1000)


def rate_text(rate: float) -> str:
    """Bytes a second: `820k/s`."""
    return f"{per_second(rate, '0')}/s"
