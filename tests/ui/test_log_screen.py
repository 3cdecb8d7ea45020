"""The screen of a jail's logs: it follows them, and a filter narrows what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.looking import News
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.header import clock_time
from jailtui.ui.screens.log import LogScreen
from tests.support.screens import ValueHost, home
from tests.support.stage import Stage, stage

MESSAGES = "/var/log/messages"


class Read:
    """Logs that are read each time as the test has set them."""

    def __init__(self) -> None:
        self.news: tuple[News, ...] = ()
        self.forms = 0

    def read(self, screen: LogScreen) -> None:
        news, self.news = self.news, ()
        screen.add(news)

    def set_console(self) -> None:
        self.forms += 1

    def grow(self, *lines: str, why: str = "") -> None:
        self.news = (News("Messages", MESSAGES, lines, why),)


async def opened(it: Stage, owner: Read, missing: str = "") -> None:
    await it.app.push_screen(LogScreen("web", missing, owner, UNICODE))
    await it.until(lambda: "Log of web" in it.text())


async def test_it_stays_at_the_end_unless_somebody_looks_further_up() -> None:
    owner = Read()
    owner.grow(*(f"line {number}." for number in range(100)))
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, owner)
        await it.until(lambda: "line 99." in it.text())
        owner.grow("line 100.")
        await it.press("ctrl+r")
        await it.until(lambda: "line 100." in it.text())
        await it.press("g")
        await it.until(lambda: "line 0." in it.text())
        owner.grow("line 101.")
        await it.press("ctrl+r")
        assert "line 0." in it.text()
        await it.press("G")
        await it.until(lambda: "line 101." in it.text())


async def test_what_is_read_does_not_move_while_older_lines_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jailtui.ui.screens.log.MOST", 60)
    owner = Read()
    owner.grow(*(f"line {number}." for number in range(59)))
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, owner)
        await it.until(lambda: "line 58." in it.text())
        await it.press("pageup")
        top = it.text().splitlines()[1]
        owner.grow(*(f"more {number}." for number in range(10)))
        await it.press("ctrl+r")
        assert it.text().splitlines()[1] == top


async def test_it_follows_in_a_narrower_terminal_too() -> None:
    owner = Read()
    owner.grow(*(f"line {number}. " + "x" * 90 for number in range(100)))
    async with stage(ValueHost(home()), (120, 30)) as it:
        await opened(it, owner)
        await it.until(lambda: "line 99." in it.text())
        await it.pilot.resize_terminal(80, 24)
        await it.until(lambda: "line 99." in it.text())


async def test_a_filter_shows_the_lines_that_match_and_q_lifts_it_first() -> None:
    owner = Read()
    owner.grow("sshd: refused", "cron: done")
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, owner)
        await it.press("slash", *"sshd", "enter")
        await it.until(lambda: "cron: done" not in it.text())
        assert "sshd: refused" in it.text()
        await it.press("q")
        await it.until(lambda: "cron: done" in it.text())
        await it.press("q")
        await it.until(lambda: it.app.screen is it.console)


async def test_why_a_log_can_not_be_read_is_said_once_and_c_leads_to_the_form() -> None:
    owner = Read()
    owner.grow(why="no such file")
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, owner, "no log: exec.consolelog is not set")
        assert "no log: exec.consolelog is not set" in it.text()
        owner.grow(why="no such file")
        await it.press("ctrl+r")
        assert it.text().count(f"{MESSAGES}: no such file") == 1
        await it.press("c")
        await it.until(lambda: it.app.screen is it.console)
        assert owner.forms == 1


LONG = "sshd: " + "refused " * 20 + "at last"


async def test_a_filter_shows_whole_lines_also_where_they_are_wrapped() -> None:
    owner = Read()
    owner.grow(LONG, "cron: done")
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, owner)
        await it.press("slash", *"sshd", "enter")
        await it.until(lambda: "cron: done" not in it.text())
        assert "at last" in it.text()


async def test_lines_are_wrapped_or_cut_and_those_that_are_cut_move() -> None:
    owner = Read()
    owner.grow(LONG)
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, owner)
        await it.until(lambda: "at last" in it.text())
        await it.press("w")
        assert "at last" not in it.text()
        await it.press(*["right"] * 9)
        assert "at last" in it.text()
        await it.press("w")
        assert "sshd:" in it.text()


async def test_lines_that_come_have_a_time_and_a_mark_parts_old_from_new() -> None:
    owner = Read()
    owner.grow("old line")
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.app.push_screen(LogScreen("web", "", owner, UNICODE, clock=lambda: 1_760_000_000.0))
        await it.until(lambda: "old line" in it.text())
        await it.press("m", "t")
        owner.grow("new line")
        await it.press("ctrl+r")
        await it.until(lambda: "new line" in it.text())
        came = clock_time(1_760_000_000.0)
        lines = [line.strip("│ ").rstrip(" ─") for line in it.text().splitlines()]
        at = lines.index("old line")
        assert lines[at : at + 3] == ["old line", f"── {came}", f"{came} new line"]


async def test_the_frame_says_whether_it_follows_and_ctrl_s_saves_whole_lines(tmp_path: Path) -> None:
    owner = Read()
    owner.grow(*(f"line {number}." for number in range(100)), LONG)
    async with stage(ValueHost(home()), (80, 24), saves=tmp_path) as it:
        await opened(it, owner)
        await it.until(lambda: " follows " in it.text())
        await it.press("g")
        assert " G: to the end " in it.text()
        await it.press("ctrl+s")
        (file,) = tmp_path.iterdir()
        assert file.name.startswith("log-of-web-")
        assert file.read_text().splitlines()[-2:] == ["line 99.", LONG]
