"""`t` in the view of a run: what TERM leaves half done is said, and only a second `t` sends it."""

from __future__ import annotations

import threading

from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.screens import ValueHost, home
from tests.support.stage import stage

STEP = ("0123456789abcdef", ("jail", "-r", "web"))
OTHER = ("fedcba9876543210", ("jail", "-c", "web"))


async def test_second_t_sends_term_to_the_command_that_was_asked_about() -> None:
    host = ValueHost(home(), hold_run=threading.Event(), longest_step=STEP)
    async with stage(host) as it:
        it.console.panels.rows.point("web")
        await it.press("r")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: isinstance(it.app.screen, RunScreen))
        assert "t stop the command" in it.text()
        await it.press("t")
        await it.until(lambda: "t send TERM" in it.text())
        words = " ".join(it.text().replace("│", " ").split())
        assert "Press t again to send TERM to `jail -r web`. jail(8) ends at once and undoes nothing" in words
        assert host.stopped == []
        host.longest_step = OTHER
        await it.press("t")
        await it.until(lambda: "`jail -c web`" in it.text())
        assert host.stopped == [], "it was asked of another command"
        await it.press("t")
        await it.until(lambda: host.stopped)
        assert host.stopped == [OTHER[0]]
        assert host.hold_run is not None
        host.hold_run.set()
