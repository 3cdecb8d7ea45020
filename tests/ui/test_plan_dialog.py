"""The dialog of a plan: what its keys say and do, and what is said when it was cancelled."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jailtui.exchange import Step, Verb
from jailtui.model.commands import By
from jailtui.model.sessions import SshSession, WayIn
from jailtui.plans.plan import Plan
from jailtui.snapshot import Snapshot
from jailtui.ui.screens.form import FormScreen
from jailtui.ui.screens.plan import PlanScreen
from tests.support.fake_form import TEXT, FormHost
from tests.support.screens import ValueHost, home
from tests.support.stage import Stage, stage


async def asked(it: Stage, *keys: str) -> None:
    """Press the keys and wait for the plan that they ask for."""
    await it.press(*keys)
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))


def bar(it: Stage) -> str:
    return it.text().splitlines()[-1]


async def test_the_bar_says_what_enter_does_to_the_button_that_has_the_focus() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await asked(it, "S")
        assert "enter cancel" in bar(it)
        await it.press("tab")
        assert "enter stop" in bar(it)
        await it.press("tab")
        assert "enter cancel" in bar(it)
        await it.press("escape")
        await asked(it, "s")
        assert "enter close" in bar(it), "web is running: nothing to start"


@pytest.mark.parametrize("key", ["n", "q", "escape", "enter"])
async def test_a_plan_is_cancelled_by_n_q_escape_and_enter_on_cancel(key: str) -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await asked(it, "S")
        await it.press(key)
        assert it.app.screen is it.console
        assert it.host.ran == []


async def test_a_cancelled_save_says_that_nothing_was_saved() -> None:
    async with stage(FormHost(home()), (80, 24)) as it:
        await it.press("e")
        await it.until(lambda: isinstance(it.app.screen, FormScreen))
        await it.press("j", "j", "space")
        await asked(it, "ctrl+s")
        await it.press("escape")
        assert "Nothing was saved." in bar(it)
        assert isinstance(it.app.screen, FormScreen)


async def test_undo_and_redo_are_called_so_in_title_and_in_the_run() -> None:
    host = FormHost(home())
    async with stage(host, (80, 24)) as it:
        await it.press("e")
        await it.until(lambda: isinstance(it.app.screen, FormScreen))
        await it.press("j", "j", "j", "space")
        await asked(it, "ctrl+s")
        for word, key in (("Save", "u"), ("Undo", "U"), ("Redo", "u"), ("Undo", "U")):
            assert f"{word} network of web" in it.text()
            await it.press("tab", "enter")
            await it.until(lambda: it.console.runs.progress is not None and it.console.runs.under_way is None)
            await it.until(lambda: "Now" in it.text())
            assert f"✓ {word} network of web  done" in it.text()
            await it.press("enter")
            await asked(it, key)
        assert host.text == TEXT


def colours(it: Stage, key: str) -> set[object]:
    """The colours of that key in the bar of keys."""
    strip = list(it.app.screen._compositor.render_strips())[-1]
    at = strip.text.index(f" {key} ")
    return {each.style.color for each in strip.crop(at + 1, at + 1 + len(key)) if each.style}


async def test_the_keys_that_a_panel_has_not_are_dim_at_once() -> None:
    async with stage(ValueHost(home())) as it:
        live = colours(it, "s")
        await it.press("3")
        dim = colours(it, "s")
        assert dim != live
        await it.press("1")
        assert colours(it, "s") == live


def cutting() -> ValueHost:
    """A host on which the stop of web cuts the operator's session."""
    state = home()
    session = SshSession("192.168.1.10", 22, "192.168.1.20", 50396, ("em0",), ("bridge0",), ("web",), own=True)
    facts = state.facts._replace(hostname="nas.home.arpa")
    return ValueHost(state._replace(facts=facts, way_in=WayIn((session,))))


async def test_what_may_cut_the_session_says_so_first_and_needs_the_name_of_the_host() -> None:
    async with stage(cutting(), (80, 24)) as it:
        await asked(it, "S")
        assert "! This may cut your ssh session. This stops web, through which your" in it.text()
        assert it.text().index("may cut") < it.text().index("jail -f /etc/jail.conf -r web")
        await it.press("tab", "enter")
        assert it.host.ran == []
        assert "Type the name of the host, nas.home.arpa" in bar(it)
        await it.press(*"web", "enter", "tab", "tab", "enter")
        assert it.host.ran == [], "another name is no answer"
        await it.press("ctrl+u", *"nas.home.arpa", "enter")
        assert "enter stop" in bar(it)
        await it.press("enter")
        await it.until(lambda: len(it.host.ran) == 1)


async def test_panels_mark_what_carries_a_session() -> None:
    async with stage(cutting(), (160, 45)) as it:
        assert it.row("▸    web").split()[-1] == "you"
        rows = {row.key: row.cells[-1].text for row in it.console.panels.lists["bridges"].rows}
        assert (rows["bridge0"], rows["br10"]) == ("you", "")
        assert "your session from 192.168.1.20" in it.text(), "in the details of web"
        before = it.host.state
        session = before.way_in.sessions[0]._replace(own=False)
        it.host.state = before._replace(way_in=WayIn((session,)))
        await it.refreshed()
        assert it.row("▸    web").split()[-1] == "you?"


class Managing(ValueHost):
    """A host whose jails have a manager."""

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str], by: By = "manager") -> Plan:
        plan = super().plan(verb, snapshot, keys, by)
        step = Step(("bastille", "stop", "web") if by == "manager" else ("jail", "-r", "web"))
        return plan._replace(tasks=tuple(task._replace(steps=(step,)) for task in plan.tasks), by=by)


async def test_m_shows_the_plan_by_jail8_and_again_by_the_manager_and_that_plan_runs() -> None:
    async with stage(Managing(home()), (80, 24)) as it:
        await asked(it, "S")
        assert "bastille stop web" in it.text()
        assert "m by jail(8)" in bar(it)
        await it.press("m")
        await it.until(lambda: "jail -r web" in it.text())
        assert "m by its manager" in bar(it)
        await it.press("m")
        await it.until(lambda: "bastille stop web" in it.text())
        await it.press("m")
        await it.until(lambda: "jail -r web" in it.text())
        await it.press("tab", "enter")
        await it.until(lambda: it.host.ran == [("jail", "-r", "web")])


async def test_m_does_nothing_where_no_jail_has_a_manager() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await asked(it, "S")
        assert " m " not in bar(it)
        await it.press("m")
        assert isinstance(it.app.screen, PlanScreen)
