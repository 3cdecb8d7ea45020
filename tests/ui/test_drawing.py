"""What a state looks like: rows, details, header, runs. Values in, values out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.exchange import Result, Step, Task, Verb
from jailtui.model.state import HostState, Interface, JailState
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent
from jailtui.ui import detail, panelrows
from jailtui.ui.boxes import LOWER, PANELS, Layout, column_heights, form_heights, heights, layout_for, shown
from jailtui.ui.cable import draw_chain
from jailtui.ui.commands import ACTIONS, COMMANDS, FORMS, CommandContext, keymap_problems, why_not
from jailtui.ui.findings import Findings
from jailtui.ui.glyphs import ASCII, UNICODE, Glyphs
from jailtui.ui.header import Age, header
from jailtui.ui.lines import Key, bar
from jailtui.ui.panelrows import vlan_rows
from jailtui.ui.progress import RunProgress
from jailtui.ui.runlines import plan_lines, run_lines
from tests.support.jail_hosts import house
from tests.support.screens import AT_HOME, ValueHost, ValueSnapshot, home, left_pair
from tests.support.stage import stage

HOME = home()


def text_of(state: HostState, key: str, room: int = 70, glyphs: Glyphs = UNICODE) -> str:
    jail = state.jail(key)
    assert jail is not None
    return "\n".join(one.text for one in detail.jail_detail(jail, state, glyphs, room))


def test_orphans_stand_first_and_the_unknown_before_the_sound() -> None:
    unknown = HOME.epairs[0]._replace(key="epairX", orphan=None)
    state = HOME._replace(epairs=(*HOME.epairs, unknown))
    assert [pair.key for pair in panelrows.epair_order(state)][:4] == ["epair7", "epair9", "epair161", "epairX"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_state_has_a_word_and_a_glyph_of_its_own(glyphs: Glyphs) -> None:
    jail = HOME.jails[0]._replace(left=())
    cells = [panelrows.state_cell(jail._replace(state=state), glyphs).text for state in JailState]
    assert all(state.value in cell for state, cell in zip(JailState, cells, strict=True))
    assert len({cell[0] for cell in cells}) >= len(cells) - 1


def test_ascii_glyphs_are_ascii() -> None:
    told = text_of(HOME, "old#3", glyphs=ASCII) + text_of(HOME, "web", glyphs=ASCII)
    told += "".join(
        row.text
        for row in (
            *(panelrows.jail_row(jail, ASCII) for jail in HOME.jails),
            *(panelrows.epair_row(pair, ASCII, fresh=False) for pair in HOME.epairs),
        )
    )
    assert told.isascii()


def test_the_cable_has_the_problem_on_the_link_that_is_broken() -> None:
    assert "epair7a ══ ✗ lost with jail 3" in text_of(HOME, "old#3")
    assert "em0 ── em0.10 ── br10 ── epair2a ══ epair2b ── dns" in text_of(HOME, "dns")


@given(st.integers(12, 120), st.sampled_from([jail.key for jail in HOME.jails]))
def test_details_fit_any_room_but_for_the_names_themselves(room: int, key: str) -> None:
    jail = HOME.jail(key)
    assert jail is not None
    for chain in jail.chains:
        for one in draw_chain(chain, HOME, jail, UNICODE, room):
            assert one.width <= max(room, 30)


def test_facts_stand_under_their_hops() -> None:
    above, below = text_of(HOME, "web").splitlines()[2:4]
    assert above.index("bridge0") == below.index("mtu 1500")
    assert above.index("epair154b") == below.index("192.168.1.154/24")


def test_header_keeps_what_is_wrong_on_a_narrow_terminal() -> None:
    age = Age(stale_since=0.0, reason="No answer within 10 s.")
    for room in (20, 40, 80, 160):
        left, right = ("".join(cell.text for cell in end) for end in header("nas", HOME, age, "no root", "", room))
        assert "3 orphans" in right
        assert ("15.1-RELEASE" in left) == (room == 160)
        assert ("1 dying · 1 failed" in right) == (room >= 80)


@pytest.mark.parametrize(("room", "words"), [(160, "‼ 2 errors  ! 1 warning"), (80, "‼ 2  ! 1")])
def test_header_counts_errors_and_warnings_apart(room: int, words: str) -> None:
    right = "".join(cell.text for cell in header("nas", HOME, Age(), None, "", room, Findings(AT_HOME[:3]))[1])
    assert right == f"  7 up · 1 dying · 1 failed  3 orphans  {words} "


@given(st.integers(1, 300), st.integers(1, 100), st.sampled_from(PANELS), st.sampled_from(LOWER), st.booleans())
def test_the_active_panel_is_shown_at_every_size(width: int, height: int, active: str, lower: str, zoom: bool) -> None:
    lower = active if active in LOWER else lower
    visible = shown(layout_for(width, height, zoom), active, lower)
    assert "detail" in visible if zoom else active in visible


def folded(events: list[RunEvent]) -> RunProgress:
    plan = ValueHost(HOME).plan(Verb.RESTART, ValueSnapshot(HOME), ["web", "db"])
    progress = RunProgress.of(plan, ValueSnapshot(HOME))
    for event in events:
        progress = progress.after(event)
    return progress


def test_a_run_is_the_fold_of_its_events() -> None:
    progress = folded(
        [
            RunEvent("task-started", "web"),
            RunEvent("step-started", "web", 0),
            RunEvent("output", "web", 0, "one\n"),
            RunEvent("output", "web", 0, "two\n"),
            RunEvent("step-ended", "web", 0, result=Result(("jail",), 3)),
            RunEvent("task-ended", "web", text="failed"),
            RunEvent("task-skipped", "db", text="cancelled"),
            RunEvent("output", "stranger", 0, "x"),
        ]
    )
    assert progress.outcomes() == {"web": "failed", "db": "skipped"}
    text = "\n".join(one.text for one in run_lines(progress, UNICODE, 80))
    assert "exit 3" in text
    assert "one" in text
    assert "two" in text
    assert "db  skipped: cancelled" in text
    assert "2 of 2" in text


def test_step_that_could_not_be_recorded_says_so_with_its_exit_status() -> None:
    host = ValueHost(HOME)
    plan = host.plan(Verb.STOP, ValueSnapshot(HOME), [jail.key for jail in HOME.jails if jail.running][:5])
    progress = RunProgress.of(plan, ValueSnapshot(HOME))
    for number, task in enumerate(plan.tasks):
        result = Result(("jail",), min(number, 1), note="the audit log can't be written")
        progress = progress.after(RunEvent("step-ended", task.key, 0, result=result))
        progress = progress.after(RunEvent("task-ended", task.key, text="failed" if number else "done"))
    text = [one.text for one in run_lines(progress, UNICODE, 100)]
    assert [line.rpartition("  ")[2] for line in text if "audit log" in line] == [
        "ok: the audit log can't be written",
        *["exit 1: the audit log can't be written"] * (len(plan.tasks) - 1),
    ]


def test_a_run_that_broke_off_counts_what_was_under_way_as_failed() -> None:
    assert folded([RunEvent("task-started", "web")]).outcomes() == {"web": "failed", "db": "skipped"}


@given(st.integers(10, 100))
def test_no_part_of_a_command_is_cut_from_a_plan(room: int) -> None:
    plan = ValueHost(HOME).plan(Verb.STOP, ValueSnapshot(HOME), ["web"])
    text = "".join(one.text for one in plan_lines(plan, UNICODE, room))
    assert "".join("jail -f /etc/jail.conf -r web".split()) in "".join(text.split())


def test_reasons_are_given_in_one_order_and_only_for_what_is_off() -> None:
    fine = CommandContext(loaded=True, rows=True, configured=True, orphans=1, had_run=True)
    assert [command.id for command in COMMANDS if why_not(command, fine) is not None] == []
    blocked = fine._replace(read_only="no root", stale="gone", running="stop web")
    looked_at = [command for command in FORMS if why_not(command, blocked) is None]
    assert [command.id for command in looked_at] == ["form.network", "form.permissions"]
    changing = {why_not(command, blocked) for command in (*ACTIONS, *FORMS) if command not in looked_at}
    assert changing == {"Read-only: no root"}
    epairs = fine._replace(panel="epairs")
    assert [command.id for command in ACTIONS if why_not(command, epairs) is None] == ["epair.reclaim"]
    assert all(why_not(command, fine._replace(panel="bridges")) for command in ACTIONS)
    bridges = fine._replace(panel="bridges", configured=False)
    assert [command.id for command in FORMS if why_not(command, bridges) is None] == [
        "form.network",
        "form.new",
        "form.remove",
        "file.undo",
        "file.redo",
    ]
    assert why_not(FORMS[0], fine._replace(configured=False)) is not None


def test_no_two_commands_share_a_key_or_a_name() -> None:
    keys = [key for command in COMMANDS for key in command.key.split(",")]
    assert len(keys) == len(set(keys))
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


def test_details_of_every_kind_of_object_tell_what_is_wrong_with_it() -> None:
    pair = left_pair(9, None, None, "no jail mentions it")
    assert "no jail mentions it" in "\n".join(one.text for one in detail.epair_detail(pair, HOME, UNICODE, 70))
    br30 = HOME.bridges[3]
    assert "not in rc.conf" in "\n".join(one.text for one in detail.bridge_detail(br30, HOME, UNICODE, 70))
    lost = HOME.vlans[0]._replace(parent=None)
    assert "no parent" in "\n".join(one.text for one in detail.vlan_detail(lost, HOME, UNICODE, 70))


def test_keymap_that_names_no_command_or_one_key_twice_is_told() -> None:
    assert keymap_problems({"jail.start": "f5", "jail.stop": "s"}) == [], "a key that was given up is free"
    assert keymap_problems({"jail.strat": "f5"}) == [("jail.strat", "unknown command; did you mean jail.start?")]
    assert keymap_problems({"jail.stop": "q"}) == [("jail.stop", "q is already the key of app.leave")]
    assert len(keymap_problems({"jail.stop": "f5", "jail.start": "f6,f5"})) == 1


def test_a_plan_has_the_sign_of_an_error_only_where_what_is_asked_for_fails_by_it() -> None:
    task = Task("web", "web", (Step(("jail", "-c", "web")),), warnings=("web has no route.", "web has no root."))
    for grave, signs in ((0, "!!"), (1, "‼!"), (2, "‼‼")):
        lines = plan_lines(Plan(Verb.START, "nas", (task._replace(grave=grave),)), UNICODE, 60)
        warnings = [line.text for line in lines if "  web has no " in line.text]
        assert warnings == [f"{signs[0]}  web has no route.", f"{signs[1]}  web has no root."]


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_what_a_jail_holds_beside_its_epairs_has_rows(tmp_path: Path, release: str) -> None:
    text = "web { path = /jails/web; persist; vnet; vnet.interface = em0.20; }\n"
    host = house(tmp_path / "host", text, "web", release=release)
    for command in ("ifconfig em0.20 create", "jail -c web", "jexec web ifconfig lo1 create"):
        host.ask(*command.split())
    host.ask(*"jexec web ifconfig lo1 inet 127.0.1.1/8 up".split())
    state = host.backend().read().state
    told = text_of(state, "web")
    assert "em0.20 (VLAN, its tag and parent on the host: gone) down" in " ".join(told.split())
    assert "lo1 (loopback) up" in told
    assert "127.0.1.1/8" in told
    assert "lo0" not in told
    (row,) = (row for row in vlan_rows(state, UNICODE) if row.key == "em0.20 in web")
    assert [cell.text for cell in row.cells] == ["", "em0.20", "–", "on the host: gone", "–", "–", "in web", ""]
    assert not row.problem
    (vlan,) = state.held_vlans
    details = [each.text for each in detail.vlan_detail(vlan, state, UNICODE, 70)]
    assert details[0].endswith("· tag on the host: gone")
    assert "parent on the host: gone" in details[2]
    assert "web" in details[2]
    assert len(vlan_rows(state, UNICODE)) == 1 + len(state.vlans)


@pytest.mark.parametrize(("size", "parent"), [((80, 24), "gone"), ((160, 45), "on the host: gone")])
async def test_vlan_in_a_jail_has_a_row_in_the_panel_of_vlans(size: tuple[int, int], parent: str) -> None:
    state = home()
    away = Interface("em0.99", "vlan", 4, up=True, mtu=1500)
    jails = [one._replace(interfaces=(away,)) if one.name == "web" else one for one in state.jails]
    async with stage(ValueHost(state._replace(jails=tuple(jails))), size) as it:
        await it.press("4", "G")
        assert it.console.panels.rows.cursor == "em0.99 in web"
        row = it.row("▸    em0.99 ")
        assert parent in row
        assert "in web" in row
        assert "tag on the host: gone" in it.text()


def test_stopped_jail_shows_the_pair_that_it_left() -> None:
    jail = HOME.jails[0]._replace(state=JailState.STOPPED, left=("epair7",))
    assert panelrows.state_cell(jail, UNICODE).text == "○ stopped, left epair7"
    assert panelrows.state_cell(jail._replace(left=("epair7", "epair8")), ASCII).text == "- stopped, left epair7 +1"
    assert panelrows.state_cell(jail._replace(state=JailState.FAILED), UNICODE).text == "✗ failed"
    assert panelrows.jail_row(jail, UNICODE).problem


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(0, 3), st.integers(4, 60))
def test_boxes_get_what_they_hold_and_the_active_one_what_is_left(needs: list[int], active: int, room: int) -> None:
    active %= len(needs)
    given_lines = heights(needs, active, room)
    assert sum(given_lines) == min(sum(needs), room)
    assert all(0 < lines <= need for lines, need in zip(given_lines, needs, strict=True))
    if given_lines[active] < needs[active]:
        share = max(5, room // (len(needs) + 1))
        assert all(lines <= share for at, lines in enumerate(given_lines) if at != active)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_fields_of_a_form_get_what_they_need_or_all_that_the_draft_leaves(fields: int, draft: int, height: int) -> None:
    given_lines, about, below = form_heights(fields, draft, height)
    assert given_lines + about + below <= max(height, 3)
    if height >= 11 and given_lines < fields:
        assert given_lines + about + below == height
        assert below == min(max(draft, 4), max(5, (height - about) // 3))
    if height >= 11:
        assert below >= 4, "the draft has a frame"


@pytest.mark.parametrize(("layout", "whole"), [("stack", 22), ("wide", 43)])
def test_a_notice_moves_no_frame_but_the_lowest(layout: Layout, whole: int) -> None:
    needs = [13, 12] if layout == "stack" else [13, 12, 7, 6]
    before, after = (column_heights(layout, needs, 0, whole, whole - notice) for notice in (0, 1))
    assert before[:-1] == after[:-1]
    assert layout == "stack" or before == (13, 12, 7, 6), "the last events stand in the lines that are left"
    assert layout == "wide" or before == after, "the details give their lines"


def test_a_bar_without_room_for_all_keys_leaves_out_those_that_are_off() -> None:
    keys = [Key("s", "start", off=True), Key("R", "reclaim"), Key("m", "map")]
    for room, text in ((40, " s start R reclaim m map"), (24, " R reclaim m map"), (12, " R reclaim")):
        left, _ = bar(keys, (), room)
        assert "".join(cell.text for cell in left) == text
