"""The order of rows and of members, what a list shows when rows come, and a filter that is an invalid regex."""

from __future__ import annotations

import threading

from jailtui.model.segments import bridges, with_ordered_members
from jailtui.model.state import Bridge, Interface
from jailtui.text import by_number
from jailtui.ui import panelrows
from jailtui.ui.findings import Findings
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.rows import Filter
from tests.support.screens import ValueHost, home, left_pair, many, odd, used_pair
from tests.support.stage import stage


def test_names_are_sorted_by_their_numbers() -> None:
    names = ["epair10", "epair9", "web", "db2", "db10", "", "9"]
    assert sorted(names, key=by_number) == ["", "9", "db2", "db10", "epair9", "epair10", "web"]


def test_pairs_stand_by_number_and_jails_by_problem_then_name() -> None:
    state = home()
    pairs = (used_pair(155, "db", 5), used_pair(20, "b", 8), used_pair(3, "a", 7))
    assert [pair.name for pair in panelrows.epair_order(state._replace(epairs=pairs))] == [
        "epair3",
        "epair20",
        "epair155",
    ]
    findings = Findings(
        (odd("jail", "vpn", "error", "Odd."), odd("jail", "web", "warning", "Odd."), odd("jail", "db", "note", "Odd."))
    )
    assert [jail.key for jail in panelrows.jail_order(state, findings)] == [
        "vpn", "broken", "old#3", "web", "db", "dns", "lease", "legacy", "mail", "proxy",
    ]  # fmt: skip


def test_members_stand_in_one_order_nics_vlans_then_the_rest_by_number() -> None:
    host = (
        Interface("bridge0", "bridge", members=tuple("epair10a tap0 em0.20 epair9a em1 gone0 em0.3 em0".split())),
        Interface("em0", "ether"),
        Interface("em1", "ether"),
        Interface("em0.20", "vlan"),
        Interface("em0.3", "vlan"),
    )  # fmt: skip
    wanted = ("em0", "em1", "em0.3", "em0.20", "epair9a", "epair10a", "gone0", "tap0")
    ordered = with_ordered_members(host)
    assert ordered[0].members == wanted
    assert bridges(ordered, (), None)[0].members == wanted
    row = panelrows.bridge_row(Bridge("bridge0", wanted), UNICODE)
    assert row.cells[2].text == " ".join(wanted)
    assert row.cells[2].short == "em0 em1 +6", "where there is no room"


async def test_a_panel_at_its_top_shows_an_orphan_that_sorts_in_above() -> None:
    host = ValueHost(many(100))
    async with stage(host, (80, 24)) as it:
        for key in ("1", "2"):
            await it.press(key)
            pairs = it.console.panels.lists["epairs"]
            cursor = pairs.cursor
            host.state = host.state._replace(
                epairs=(left_pair(200 + len(key), None, None, "nobody's"), *host.state.epairs)
            )
            await it.refreshed()
            assert pairs.first == 0
            assert pairs.cursor == cursor
            assert "nobody's" in it.text()
            host.state = many(100)
            await it.refreshed()
        await it.press("G")
        end = pairs.first
        host.state = host.state._replace(epairs=(left_pair(200, None, None, "nobody's"), *host.state.epairs))
        await it.refreshed()
        assert pairs.first == end + 1, "the rows that are looked at do not move"


async def test_at_the_start_the_cursor_is_on_the_worst_jail() -> None:
    held = threading.Event()
    async with stage(ValueHost(home(), hold=held, found=(odd("jail", "web", "error", "Odd."),))) as it:
        held.set()
        await it.until(lambda: it.console.host.findings.judged)
        assert it.console.panels.lists["jails"].cursor == "web"
        await it.press("k")
        assert it.console.panels.lists["jails"].cursor == "web"


def test_an_invalid_regex_is_taken_as_text_and_says_so() -> None:
    assert Filter("[we").words == "/[we (invalid regex: taken as text)"
    assert Filter("[we").lets("a [web")
    assert not Filter("[we").lets("web")
    assert Filter("w.*b[").invalid
    assert not Filter("^w").invalid
    assert not Filter("web").invalid


async def test_an_invalid_regex_says_so_while_it_is_typed() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.press("slash", "left_square_bracket")
        assert "/[ (invalid regex" in it.text()
