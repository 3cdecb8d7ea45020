"""Columns that stand still, dialogs that are whole at once and seen whole, and messages that stand long enough."""

from __future__ import annotations

import itertools

import pytest

from jailtui.exchange import Step, Task, Verb
from jailtui.model.state import JailState
from jailtui.ui.columns import JAILS, LOAD
from jailtui.ui.rows import natural_widths, share
from jailtui.ui.screens.plan import PlanScreen
from jailtui.ui.widgets.keybar import MESSAGE_SECONDS
from tests.support.screens import ValueHost, home, left_pair, many
from tests.support.stage import Stage, stage


def header(it: Stage, word: str) -> str:
    return next(line for line in it.text().splitlines() if word in line)


async def test_a_new_orphan_pushes_no_column_and_paints_no_other_row() -> None:
    async with stage(ValueHost(many(3)), (100, 30)) as it:
        before = header(it, "END A")
        it.host.state = it.host.state._replace(epairs=(left_pair(9, None, None, "none"), *it.host.state.epairs))
        await it.refreshed()
        assert header(it, "END A").index("END A") == before.index("END A")
        yellow = it.app.screen.get_component_rich_style("lines--new").bgcolor
        strips = it.app.screen._compositor.render_strips()
        painted = [each.text for strip in strips for each in strip if each.style and each.style.bgcolor == yellow]
        assert painted == ["new"]


async def test_the_state_column_does_not_grow_with_a_longer_state() -> None:
    async with stage(ValueHost(many(3))) as it:
        before = header(it, "ADDRESS").index("ADDRESS")
        jails = tuple(jail._replace(state=JailState.STOPPING) for jail in it.host.state.jails)
        it.host.state = it.host.state._replace(jails=jails)
        await it.refreshed()
        assert header(it, "ADDRESS").index("ADDRESS") == before


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_jail_that_leaves_a_pair_moves_no_column_and_its_state_is_not_cut(size: tuple[int, int]) -> None:
    async with stage(ValueHost(many(3)), size) as it:
        before = header(it, "ADDRESS").index("ADDRESS")
        jail, *rest = it.host.state.jails
        left = jail._replace(state=JailState.STOPPED, left=("epair7",))
        it.host.state = it.host.state._replace(jails=(left, *rest))
        await it.refreshed()
        assert header(it, "ADDRESS").index("ADDRESS") == before
        assert "○ pair left " in it.text()
        assert "stopped, left epair7" in it.text(), "the details have the whole state"


async def test_a_narrow_terminal_drops_vlan_and_bridge_and_cuts_no_state() -> None:
    async with stage(ValueHost(home()), (60, 20)) as it:
        text = it.text()
        assert "● running" in text
        assert "VLAN " not in header(it, "STATE")
        assert "BRIDGE" not in header(it, "STATE")
        assert "EPAIR" in header(it, "STATE")


async def test_a_lost_pair_is_named_in_a_narrow_column_too() -> None:
    async with stage(ValueHost(home()), (60, 20)) as it:
        it.console.panels.rows.point("old#3")
        await it.pilot.pause()
        assert "epair7 ✗" in it.row("▸ ‼  old")


async def test_a_filter_is_typed_behind_its_sign() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.press("slash", "d", "b")
        assert it.text().splitlines()[-1].startswith(" /db")
        await it.press("enter")
        assert "s start" in it.text().splitlines()[-1]


def test_columns_are_left_out_in_their_order() -> None:
    columns = [column for column in JAILS if column.title not in LOAD and not column.rare]
    natural = natural_widths(columns, ())
    wide = tuple(max(width, column.low) for width, column in zip(natural, columns, strict=True))
    shown = [[columns[at].title for at, _, _ in share(columns, wide, room)] for room in (120, 84, 72, 54)]
    assert [set(wider) - set(narrower) for wider, narrower in itertools.pairwise(shown)] == [
        {"VLAN"},
        {"BRIDGE"},
        {"EPAIR"},
    ]


async def test_the_details_on_the_whole_screen_are_wrapped_for_it() -> None:
    async with stage(ValueHost(home())) as it:
        jail = it.host.state.jails[0]
        text = " ".join(["word"] * 25)
        assert jail.configured is not None
        params = (("exec.prestart", (text,)),)
        changed = jail._replace(configured=jail.configured._replace(params=params))
        it.host.state = it.host.state._replace(jails=(changed, *it.host.state.jails[1:]))
        await it.refreshed()
        assert text not in it.text()
        await it.press("enter")
        assert text in it.text()
        await it.press("escape")
        assert text not in it.text()


class Long(ValueHost):
    """A host whose plans are longer than a dialog."""

    def plan(self, verb, snapshot, keys, by="manager"):  # type: ignore[no-untyped-def]
        plan = super().plan(verb, snapshot, keys, by)
        steps = tuple(Step(("echo", f"step-{number}")) for number in range(40))
        return plan._replace(tasks=(Task("web", "web", steps),))


async def test_a_plan_that_is_longer_than_its_dialog_is_seen_whole_before_it_runs() -> None:
    host = Long(home())
    async with stage(host, (80, 24)) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "lines 1-" in it.text()
        assert "step-39" not in it.text()
        await it.press("tab")
        seen = 0
        while "step-39" not in it.text():
            assert "enter show the rest" in it.text()
            await it.press("enter")
            seen += 1
        assert seen >= 2
        if "show the rest" in it.text():
            await it.press("enter")
        assert "enter stop" in it.text().splitlines()[-1]
        assert host.ran == []
        await it.press("enter")
        await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
        assert it.console.runs.progress is not None
        assert it.console.runs.progress.plan.verb is Verb.STOP


async def test_a_dialog_holds_its_lines_when_it_is_first_painted() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        painted: list[str] = []
        display = it.app._display

        def spy(screen, renderable):  # type: ignore[no-untyped-def]
            painted.append(it.text())
            display(screen, renderable)

        await it.press("tab")
        it.app._display = spy  # type: ignore[method-assign]
        await it.press("enter")
        await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
        boxes = [text for text in painted if "─ Stop web ─" in text]
        assert boxes
        assert all("jail -f /etc/jail.conf -r web" in text for text in boxes), boxes[0]


async def test_a_message_that_is_shown_again_stands_its_whole_time() -> None:
    async with stage(ValueHost(home())) as it:
        bar = it.console.bar
        bar.show_message("One.")
        first = bar._expiry
        bar.show_message("One.")
        assert first is not bar._expiry
        assert first is not None
        assert first._task is None or first._task.cancelled() or first._task.cancelling()
        assert MESSAGE_SECONDS == 4.0


async def test_a_panel_without_rows_is_its_title_and_the_details_are_as_high_as_the_screen() -> None:
    state = home()
    async with stage(ValueHost(state._replace(vlans=()))) as it:
        lines = it.text().splitlines()
        assert sum("4 VLANs  none" in line for line in lines) == 1
        panels = it.console.panels
        assert panels.lists["vlans"].size.height == 1
        assert panels.details.size.height == panels.size.height == 43
        assert panels.lists["epairs"].page == len(state.epairs), "a box is as high as what it holds"
        assert "no VLANs" not in it.text()


async def test_the_active_panel_grows_where_not_all_fits() -> None:
    async with stage(ValueHost(many(30)), (80, 24)) as it:
        lists = it.console.panels.lists
        before = lists["jails"].page, lists["epairs"].page
        await it.press("2")
        assert (lists["epairs"].page, lists["jails"].page) == before
        assert before[0] > 2 * before[1]


async def test_a_row_that_goes_and_comes_again_moves_no_frame() -> None:
    async with stage(ValueHost(home())) as it:
        whole = it.host.state
        heights = [rowlist.size.height for rowlist in it.console.panels.lists.values()]
        it.host.state = whole._replace(epairs=whole.epairs[1:])
        await it.refreshed()
        assert [rowlist.size.height for rowlist in it.console.panels.lists.values()] == heights


async def test_plus_shows_the_panel_alone_and_all_panels_again() -> None:
    async with stage(ValueHost(home()), (160, 45)) as it:
        before = it.text()
        await it.press("plus")
        assert it.console.panels.rows.size.height == 43
        assert "2 Epairs" in it.text()
        await it.press("2")
        assert it.console.panels.rows.id == "epairs"
        assert it.console.panels.rows.size.height == 43
        await it.press("1", "enter", "escape")
        assert it.console.panels.rows.size.height == 43, "esc leaves the details only"
        await it.press("escape")
        assert it.text() == before
