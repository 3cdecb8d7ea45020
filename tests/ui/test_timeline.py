"""`E` shows what happened, the newest first; Enter goes to the row; the details show the last three of their object."""

from __future__ import annotations

import time

from jailtui.exchange import HostError
from jailtui.model.events import EventSubject, HostEvent
from jailtui.model.state import JailState
from jailtui.ui.detail import jail_detail
from jailtui.ui.eventlines import event_lines, event_page, event_row, moment, tone
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.panelrows import state_cell
from jailtui.ui.screens.timeline import TimelineScreen
from tests.support.screens import ValueHost, home, with_jail
from tests.support.stage import stage

NOW = time.mktime((2026, 11, 30, 2, 13, 4, 0, 0, -1))
LOST = HostEvent(NOW, "epair-lost", (EventSubject("epair", "epair7"), EventSubject("jail", "old")), "epair7b was lost")


async def test_timeline_is_live_and_filtered_and_goes_to_the_row() -> None:
    host = ValueHost(home())
    async with stage(host, (80, 24)) as it:
        await it.press("E")
        await it.until(lambda: isinstance(it.app.screen, TimelineScreen))
        assert "Nothing has happened since " in it.text()
        assert "─  ─" not in it.text(), "a frame without a word in it has no gap"
        assert "go to" not in it.text(), "there is nothing to go to"
        host.state = with_jail(home(), "db", jid=None, state=JailState.STOPPED)
        await it.refreshed()
        await it.until(lambda: " 1 event ─" in it.text())
        assert "enter go to" in it.text()
        host.state = with_jail(host.state, "mail", jid=11, state=JailState.RUNNING)
        await it.refreshed()
        await it.until(lambda: "mail started (jid 11)" in it.text())
        lines = it.text().splitlines()
        assert [text for line in lines for text in ("mail started", "db stopped") if text in line[:40]][:2] == [
            "mail started",
            "db stopped",
        ]
        await it.press("slash", *"stopped", "enter")
        await it.until(lambda: "mail started" not in it.text())
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.console)
        assert it.console.panels.subject == ("jail", "db")
        await it.press("enter")
        await it.until(lambda: "Recent events" in it.text())
        assert "db stopped" in it.text()


async def test_host_that_does_not_answer_is_an_event() -> None:
    host = ValueHost(home())
    async with stage(host, (120, 24)) as it:
        host.failing = HostError("the line is cut")
        await it.refreshed()
        await it.press("E")
        await it.until(lambda: "nas can't be read: the line is cut" in it.text())
        await it.press("enter")
        await it.until(lambda: "nas has no row in the panels." in it.text())


def test_event_of_another_day_has_its_date() -> None:
    assert moment(NOW, NOW + 3600) == "02:13:04"
    assert moment(NOW, NOW + 86400) == "11-30 02:13:04"


def test_what_is_bad_stands_out_in_row_page_and_details() -> None:
    row = event_row(7, LOST, NOW)
    assert (row.key, row.problem, [cell.text for cell in row.cells]) == ("7", True, ["02:13:04", "epair7b was lost"])
    assert tone(LOST._replace(kind="epair-created")) == ""
    page = [line.text for line in event_page(LOST, (LOST, LOST._replace(text="epair7 was created")), NOW, 60)]
    assert page[0] == "epair7b was lost"
    assert page[-1] == "02:13:04  epair7 was created"
    assert any("epair epair7, jail old" in line for line in page)
    assert [line.text for line in event_lines((LOST,), NOW, 20)] == ["02:13:04  epair7b", "          was lost"]


def test_failed_start_is_told_with_its_time_and_what_it_printed() -> None:
    (jail,) = (each for each in home().jails if each.key == "broken")
    failed = jail._replace(start_status=1, start_at=NOW, start_output=("jail: broken: no\x1b[2J such bridge",))
    assert state_cell(failed, UNICODE).text == "✗ failed, exit 1 at 02:13"
    assert state_cell(failed, UNICODE).short == "✗ failed"
    lines = [line.text for line in jail_detail(failed, home(), UNICODE, 60)]
    at = lines.index("Last start")
    assert lines[at + 1].split() == ["Failed", "exit", "1,", "2026-11-30", "02:13"]
    assert lines[at + 2] == "jail: broken: no\ufffd[2J such bridge"
    assert "Last start" not in [line.text for line in jail_detail(jail, home(), UNICODE, 60)]


async def test_the_last_events_stand_under_the_panels_where_lines_are_left() -> None:
    async with stage(ValueHost(home()), (160, 50)) as it:
        await it.until(lambda: "Nothing has happened since" in it.text())
        await it.press("plus")
        assert "Nothing has happened since" not in it.text()
        await it.press("plus")
        it.host.state = with_jail(home(), "web", jid=None, state=JailState.STOPPED)
        await it.refreshed()
        await it.until(lambda: "web stopped" in it.text())
        before = it.console.panels.lately.lines
        await it.refreshed()
        assert it.console.panels.lately.lines == before
    async with stage(ValueHost(home()), (160, 36)) as it:
        assert not it.console.panels.lately.display


async def test_an_event_moves_no_other_until_the_box_is_full() -> None:
    async with stage(ValueHost(home()), (160, 50)) as it:
        lately = it.console.panels.lately
        await it.until(lambda: lately.most)
        happened = [LOST._replace(text=f"event {number}") for number in range(lately.most + 1)]
        lately.take(happened[1::-1], "02:13", NOW)
        before = [each.text for each in lately.lines]
        lately.take(happened[2::-1], "02:13", NOW)
        assert [each.text for each in lately.lines][:2] == before
        assert [each.text.split()[-1] for each in lately.lines] == ["0", "1", "2"]
        for last in range(3, len(happened)):
            lately.take(happened[last::-1][: lately.most], "02:13", NOW)
        newest = lately.most - lately.most // 3
        assert [each.text.split()[-1] for each in lately.lines] == [
            str(number) for number in range(len(happened) - newest, len(happened))
        ]
        lately.take(happened[::-1][: lately.most], "02:13", NOW)
        assert len(lately.lines) == newest, "those that were cut do not come back"
