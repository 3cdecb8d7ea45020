"""After a plan that may have cut the session: the countdown, the question over a new connection, and what became."""

from __future__ import annotations

import time
from collections.abc import Sequence

from jailtui.exchange import HostError, Step
from jailtui.host.wayback import WayBack
from jailtui.plans.guard import Armed, Guard
from jailtui.ui.screens.keep import KeepScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.screens import ValueHost, home
from tests.support.stage import Stage, stage


class Ways:
    """The ways back of a host as a value: `state` is that of the one armed."""

    def __init__(self, *, reachable: bool = True) -> None:
        self.reachable = reachable
        self.state = "armed"

    def arm(self, steps: Sequence[Step], seconds: float) -> str:
        return "0123456789abcdef"

    def begin(self, identity: str, order: int, number: int) -> None:
        """Nothing is entered."""

    def reach(self) -> None:
        if not self.reachable:
            raise HostError("ssh to box: no answer within 15 s.")

    def keep(self, identity: str) -> None:
        self.reach()
        self.state = "kept"

    def all(self) -> tuple[WayBack, ...]:
        return (WayBack("0123456789abcdef", 9, self.state),)


def guarded(ways: Ways, *, elsewhere: bool = True) -> ValueHost:
    host = ValueHost(home())
    host.guard = Guard(lambda: ways, 60, elsewhere=elsewhere)
    host.guard.armed = Armed("0123456789abcdef", time.monotonic() + 60)
    return host


async def run_a_plan(it: Stage) -> None:
    await it.press("S")
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))
    await it.press("tab", "enter")
    await it.until(lambda: len(it.host.ran) == 1)


async def test_a_new_connection_is_asked_about_and_keeps_the_plan() -> None:
    ways = Ways()
    async with stage(guarded(ways), (120, 30)) as it:
        assert "undone in" in it.text().splitlines()[0]
        await run_a_plan(it)
        await it.until(lambda: isinstance(it.app.screen, KeepScreen))
        assert "You can log in again. Keep what was done?" in it.text()
        assert ways.state == "armed", "only the answer keeps it"
        await it.press("y")
        await it.until(lambda: ways.state == "kept")
        await it.press("escape")
        await it.until(lambda: "undone in" not in it.text())


async def test_without_a_new_connection_nothing_is_asked_and_the_undoing_is_told() -> None:
    ways = Ways(reachable=False)
    async with stage(guarded(ways), (120, 30)) as it:
        await run_a_plan(it)
        await it.press("escape")
        await it.until(lambda: "Could not log in again" in it.text())
        ways.state = "ended"
        await it.until(lambda: "The host has undone what was done." in it.text())
        assert "undone in" not in it.text().splitlines()[0]
        await it.press("v")
        await it.until(lambda: isinstance(it.app.screen, RunScreen))
        assert "The host has undone what was done." in it.text()
        assert "is stopped" not in it.text(), "no verdict on what is undone"


async def test_on_the_host_itself_it_takes_a_new_login() -> None:
    ways = Ways()
    async with stage(guarded(ways, elsewhere=False), (120, 30)) as it:
        await run_a_plan(it)
        await it.press("escape")
        await it.until(lambda: "log in again and type: jailtui keep" in it.text())
        ways.state = "kept"
        await it.until(lambda: "It was kept from another login" in it.text())
