"""The keys at the end of a run that failed."""

from __future__ import annotations

import pytest

from jailtui.ui.screens.doctor import DoctorScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.screens import ValueHost, home
from tests.support.stage import stage


@pytest.mark.parametrize(("key", "then"), [("d", DoctorScreen), ("r", PlanScreen)])
async def test_a_failed_start_goes_on_by_a_key(key: str, then: type) -> None:
    async with stage(ValueHost(home(), fails=frozenset({"mail"}))) as it:
        it.console.panels.rows.point("mail")
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: "d why" in it.text())
        assert isinstance(it.app.screen, RunScreen)
        assert "l log  e network  r again" in it.text()
        await it.press(key)
        await it.until(lambda: isinstance(it.app.screen, then))


async def test_a_run_that_went_well_has_no_such_keys() -> None:
    async with stage(ValueHost(home())) as it:
        it.console.panels.rows.point("mail")
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: "enter back" in it.text())
        assert "d why" not in it.text()
        await it.press("r")
        assert isinstance(it.app.screen, RunScreen)
