"""The dialog of a plan that takes something from a running jail says what, and asks once more."""

from __future__ import annotations

from collections.abc import Sequence

from jailtui.exchange import Taking, Verb
from jailtui.model.commands import By
from jailtui.plans.plan import Plan
from jailtui.snapshot import Snapshot
from jailtui.ui.screens.plan import PlanScreen
from tests.support.screens import ValueHost, home
from tests.support.stage import stage


class TakingHost(ValueHost):
    """A host on which every plan takes the pair of db."""

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str], by: By = "manager") -> Plan:
        plan = super().plan(verb, snapshot, keys, by)
        takes = (Taking("epair155", "db"), Taking("192.168.1.155", "db"))
        return plan._replace(tasks=tuple(task._replace(takes=takes) for task in plan.tasks))


async def test_what_is_taken_from_a_running_jail_needs_a_second_yes() -> None:
    async with stage(TakingHost(home()), (80, 24)) as it:
        it.console.panels.rows.point("mail")
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "! This takes epair155 and 192.168.1.155 from db, which is running." in it.text()
        await it.press("tab", "enter")
        assert "[ Really take it? ]" in it.text()
        await it.press("enter")
        assert it.app.screen is it.console, "Cancel has the focus again"
        assert it.host.ran == []
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter", "tab", "enter")
        await it.until(lambda: it.host.ran)
