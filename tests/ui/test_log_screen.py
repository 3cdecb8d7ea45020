"""The screen of a jail's logs: it follows them, and a filter narrows what it holds."""

from __future__ import annotations

from jailtui.looking import News
from jailtui.ui.glyphs import UNICODE
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
