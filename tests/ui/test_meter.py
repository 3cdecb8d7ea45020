"""What rows show of the load, made of readings as they come."""

from __future__ import annotations

import pytest

from jailtui.formats.load import Counters, JailSum
from jailtui.model.load import Load, percent, rate
from jailtui.model.state import HostState, Where
from jailtui.ui.glyphs import ASCII, UNICODE, Glyphs
from jailtui.ui.loadlines import jail_load, pair_load
from jailtui.ui.meter import Meter, Vitals
from jailtui.ui.panelrows import jail_row
from tests.support.loads import DAY, reading
from tests.support.screens import home

STATE = home()


def vitals(*loads: Load, state: HostState = STATE) -> Vitals:
    meter = Meter(UNICODE)
    for load in loads:
        meter.take(load, state)
    return meter.of_jails(state)["web"]


def test_one_reading_shows_memory_age_and_the_average_of_ps_but_no_rate() -> None:
    assert vitals(reading(0))[:5] == ("1d 0h", "1.5%", "180M", "", "")


def test_two_readings_show_rates_as_the_jail_sees_them() -> None:
    shown = vitals(reading(0), reading(5, into=4_100_000, out=300_000, cpu=130))
    assert (shown.cpu, shown.into, shown.out) == ("26%", "820k", "60k")
    assert shown.amounts == (DAY // 60, 26.0, 180, 820_000, 60_000)


def test_an_idle_jail_stands_still() -> None:
    first = vitals(reading(0), reading(5))
    assert first == vitals(reading(0), reading(5), reading(10, into=300, out=42, cpu=1))
    assert (first.cpu, first.into, first.out, first.line) == ("0%", "·", "·", "")


def test_a_counter_that_falls_is_another_pair_and_no_rate() -> None:
    shown = vitals(reading(0, into=9_000_000), reading(5, into=500))
    assert (shown.into, shown.out) == ("", "")
    assert rate(Counters(9, 9, 9, 9), Counters(10, 10, 10, 8), 5) is None


def test_where_the_processor_time_falls_a_process_has_ended_and_the_average_counts() -> None:
    assert percent(JailSum(500, 0, 0, 0, True), JailSum(400, 7.5, 0, 0, True), 5) == 7.5
    assert percent(JailSum(500, 0, 0, 0, True), JailSum(510, 7.5, 0, 0, True), 5) == 2.0


def test_lost_packets_are_marked_while_they_grow() -> None:
    assert vitals(reading(0, errors=5), reading(5, errors=6)).failing
    assert not vitals(reading(0, errors=5), reading(5, errors=5)).failing


def test_an_age_by_the_oldest_process_is_a_least_one() -> None:
    assert vitals(reading(0, age=7200, exact=False)).up == "≥2h"


def test_what_can_not_be_read_is_a_question_mark_and_what_there_is_none_of_a_dash() -> None:
    assert vitals(Load(0), Load(5))[:5] == ("?", "?", "?", "?", "?")
    hidden = reading(5, into=5_000)._replace(hidden=True)
    assert vitals(reading(0)._replace(hidden=True), hidden)[:5] == ("1d 0h", "?", "?", "1.0k", "·")
    legacy = Meter(UNICODE)
    legacy.take(reading(0), STATE)
    assert legacy.of_jails(STATE)["legacy"][3:5] == ("–", "–")
    assert "mail" not in legacy.of_jails(STATE)  # it does not run


def test_traffic_of_a_jail_that_can_not_be_looked_into_is_not_known() -> None:
    jails = tuple(jail._replace(interfaces=None) if jail.name == "web" else jail for jail in STATE.jails)
    pairs = tuple(pair._replace(b=pair.b._replace(where=Where.UNKNOWN, jid=None)) for pair in STATE.epairs)
    unprivileged = STATE._replace(jails=jails, epairs=pairs)
    assert vitals(reading(0), reading(5), state=unprivileged)[3:5] == ("?", "?")


def test_the_sparkline_keeps_the_traffic_of_a_restarted_jail_and_moves_by_groups() -> None:
    loads = [reading(5 * at, into=5_000_000 * at) for at in range(12)]
    assert vitals(*loads).line.strip() == "⢸⣿"
    assert vitals(*loads[:10]).line == vitals(*loads[:11]).line


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_pairs_show_what_moves_through_them(glyphs: Glyphs) -> None:
    meter = Meter(glyphs)
    for load in (reading(0), reading(5, into=4_100_000)):
        meter.take(load, STATE)
    shown = meter.of_pairs(STATE)
    assert shown["epair154"].into == "820k"
    assert shown["epair2"].into == ""


def detail(*loads: Load, spare: int = 0) -> str:
    meter = Meter(UNICODE)
    for load in loads:
        meter.take(load, STATE)
    web, pair = STATE.jail("web"), STATE.epair("epair154")
    assert web is not None
    assert pair is not None
    lines = [*jail_load(web, STATE, meter, 60, 14, spare), *pair_load(pair, meter, 60, 14, spare)]
    return "\n".join(line.text for line in lines)


def test_details_tell_rates_what_was_counted_and_the_last_minutes() -> None:
    text = detail(reading(0, errors=1), reading(5, into=4_100_000, out=300_000, cpu=130, errors=3))
    for line in (
        "CPU           26% of one processor",
        "Memory        180M",
        "Up            1d 0h",
        "In            820k/s, 4.1M in 4.6k packets so far",
        "Out           60k/s, 300k in 330 packets so far",
        "Lost          3 packets, growing",
    ):
        assert line in text.splitlines()
    assert text.splitlines()[-1].startswith("Last minutes")
    assert text.endswith("⢸")
    assert "Up            at least 2h, by its oldest process" in detail(reading(0, age=7200, exact=False))


def test_where_there_is_room_the_last_minutes_have_several_lines_and_a_scale() -> None:
    loads = [reading(5 * at, into=4_100_000 * at, cpu=100 * at) for at in range(25)]
    low = detail(*loads)
    assert "Last minutes" in low
    tall = [line.rstrip() for line in detail(*loads, spare=7).splitlines()]
    assert "Last minutes" not in tall
    at = next(at for at, line in enumerate(tall) if line.startswith("Traffic"))
    assert [line[:14].rstrip() for line in tall[at : at + 4]] == [
        "Traffic  1.0M",
        "last 2m",
        "highest 820k",
        "            0",
    ]
    assert any(line.startswith("highest 20%") for line in tall)
    assert len(tall) - len(low.splitlines()) == 3 + 3 + 3, "the jail's two graphs and that of its pair"


def test_only_rows_of_jails_and_pairs_that_did_something_have_a_graph() -> None:
    meter = Meter(UNICODE)
    for load in (reading(0), reading(5, into=4_100_000)):
        meter.take(load, STATE)
    rows = (("jails", "web"), ("epairs", "epair154"), ("jails", "dns"), ("epairs", "epair2"), ("bridges", "web"))
    assert [meter.has_past(*row) for row in rows] == [True, True, False, False, False]


def test_graph_tells_when_it_begins_also_where_readings_came_at_different_gaps() -> None:
    times = [*range(0, 50, 5), *range(50, 660, 60)]
    slower = detail(*(reading(at, into=820_000 * at) for at in times), spare=7)
    faster = detail(*(reading(650 - at, into=820_000 * (650 - at)) for at in reversed(times)), spare=7)
    assert [text.count("last 10m") for text in (slower, faster)] == [2, 2], "of the jail and of its pair"


def test_a_graph_goes_on_by_two_readings_and_a_quiet_jail_has_none() -> None:
    loads = [reading(5 * at, into=4_100_000 * at) for at in range(25)]
    left = [[line[14:20] for line in detail(*loads[:count], spare=7).splitlines()] for count in (23, 24, 25)]
    assert left[0] == left[1]
    assert "Traffic" not in detail(reading(0), reading(5), reading(10), spare=30)


def test_details_give_the_reason_for_what_is_not_known() -> None:
    assert "Not known     ps: no answer" in detail(Load(0, why="ps: no answer"))


def test_details_tell_what_the_kernel_accounts_to_this_jail_only() -> None:
    meter = Meter(UNICODE)
    meter.take(reading(0), STATE)
    meter.account = "web", {"cputime": 7300, "maxproc": 2, "openfiles": 1, "swapuse": 12 << 20}
    web, dns = STATE.jail("web"), STATE.jail("dns")
    assert web is not None
    assert dns is not None
    lines = [line.text for line in jail_load(web, STATE, meter, 90, 14)]
    assert "Account       2h of processor time, 2 processes, 1 open file, 12M swapped" in lines
    assert not any("Account" in line.text for line in jail_load(dns, STATE, meter, 90, 14))


def test_a_filter_does_not_search_what_changes_by_itself() -> None:
    web = STATE.jail("web")
    assert web is not None
    row = jail_row(web, UNICODE, vitals=vitals(reading(0), reading(5, into=4_100_000)))
    assert "820k" in [cell.text for cell in row.cells]
    assert "820k" not in row.text


def test_of_two_readings_at_once_the_later_counts() -> None:
    shown = vitals(reading(0), reading(5, into=4_100_000), reading(5.1, into=4_182_000))
    assert shown.into == "820k"
