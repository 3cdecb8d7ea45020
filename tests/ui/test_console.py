"""What the operator can do from the keyboard, sentence by sentence."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence

import pytest

from jailtui.exchange import HostError, HostTimeout, Verb
from jailtui.model.commands import By
from jailtui.model.state import JailState
from jailtui.plans.plan import Plan
from jailtui.snapshot import Snapshot
from jailtui.ui.commands import COMMANDS
from jailtui.ui.header import day_time
from jailtui.ui.messages import Copy
from jailtui.ui.screens.dialog import HelpScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.screens import ValueHost, home, left_pair, many, with_jail
from tests.support.stage import NOON, Stage, stage


def clock(seconds: float) -> str:
    from jailtui.ui.header import clock_time

    return clock_time(seconds)


async def test_every_panel_and_the_cable_are_on_one_screen() -> None:
    async with stage(ValueHost(home())) as it:
        text = it.text()
        for title in ("1 Jails", "2 Epairs", "3 Bridges", "4 VLANs"):
            assert title in text
        assert "em0 ── bridge0 ── epair154a ══ epair154b ── web" in text


async def test_a_jail_row_says_name_jid_state_address_epair_bridge_and_vlan() -> None:
    async with stage(ValueHost(home())) as it:
        assert it.row("192.168.10.2/24").split("│")[1].split() == [
            "dns", "6", "●", "running", "192.168.10.2/24", "epair2", "br10", "em0.10",
        ]  # fmt: skip
        assert "‼" in it.row("✗ failed")
        assert "◐ dying" in it.row("epair7 b lost")


async def test_header_counts_what_is_wrong_and_a_healthy_host_shows_no_count() -> None:
    async with stage(ValueHost(home())) as it:
        top = it.text().splitlines()[0]
        assert "3 orphans" in top
        assert "1 dying" in top
        assert "‼ 2 errors  ! 2 warnings" in top
        assert "15.1-RELEASE" in top
        it.host.state = many(3)
        await it.refreshed()
        top = it.text().splitlines()[0]
        assert not any(word in top for word in ("orphan", "dying", "error", "warning", "stale", "paused", "read-only"))


async def test_o_jumps_from_orphan_to_orphan_and_round() -> None:
    async with stage(ValueHost(home())) as it:
        seen = []
        for _ in range(4):
            await it.press("o")
            seen.append(it.console.panels.lists["epairs"].cursor)
        assert seen == ["epair7", "epair9", "epair161", "epair7"]
        assert it.console.panels.active == "epairs"


async def test_o_lifts_a_filter_that_hides_the_orphan() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("2", "slash", *"154", "enter", "1", "o")
        assert it.console.panels.lists["epairs"].cursor == "epair7"


async def test_a_new_orphan_is_marked_new_until_it_was_looked_at_and_the_cursor_does_not_jump() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("2", "j")
        assert it.console.panels.rows.cursor == "epair9"
        late = left_pair(77, None, None, "nobody's")
        it.host.state = it.host.state._replace(epairs=(late, *it.host.state.epairs))
        await it.refreshed()
        assert it.console.panels.rows.cursor == "epair9"
        assert "new" in it.row("epair77")
        it.console.panels.rows.point("epair77")
        await it.pilot.pause()
        assert "new" in next(line for line in it.text().splitlines() if "epair77 " in line and "▸" in line)
        await it.press("j")
        assert "new" not in it.row("epair77")


async def test_an_orphan_that_could_not_be_judged_for_a_moment_is_not_new() -> None:
    async with stage(ValueHost(home())) as it:
        whole = it.host.state
        it.host.state = whole._replace(epairs=tuple(one._replace(orphan=None) for one in whole.epairs))
        await it.refreshed()
        it.host.state = whole
        await it.refreshed()
        assert "new" not in it.row("epair9 ")


async def test_digits_and_tab_go_between_panels_on_both_sizes() -> None:
    for size in ((160, 45), (80, 24)):
        async with stage(ValueHost(home()), size) as it:
            for key, name in (("3", "bridges"), ("4", "vlans"), ("2", "epairs"), ("1", "jails")):
                await it.press(key)
                assert it.console.panels.lists[name].has_focus
            for name in ("epairs", "bridges", "vlans", "jails"):
                await it.press("tab")
                assert it.console.panels.lists[name].has_focus
            await it.press("shift+tab")
            assert it.console.panels.lists["vlans"].has_focus


async def test_at_80_by_24_the_lower_panels_share_one_place() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        assert "END B" in it.text()
        await it.press("3")
        assert "END B" not in it.text()
        assert "MEMBERS" in it.text()
        assert "1 Jails" in it.text()


async def test_filter_narrows_as_it_is_typed_enter_keeps_it_and_escape_lifts_it() -> None:
    async with stage(ValueHost(home())) as it:
        rows = it.console.panels.lists["jails"]
        await it.press("slash", "d")
        assert {row.key for row in rows.shown} >= {"db", "dns"}
        await it.press("n")
        assert [row.key for row in rows.shown] == ["dns"]
        await it.press("enter")
        assert rows.has_focus
        assert "/dn" in it.text()
        await it.press("escape")
        assert len(rows.shown) == 10


async def test_escape_while_typing_lifts_the_filter_and_leaves_the_console_running() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("slash", *"web", "escape")
        assert len(it.console.panels.lists["jails"].shown) == 10
        await it.press("escape", "escape", "escape")
        assert it.app.is_running
        assert it.console.panels.lists["jails"].has_focus


async def test_a_filter_may_be_a_regular_expression_or_inverse() -> None:
    async with stage(ValueHost(home())) as it:
        rows = it.console.panels.lists["jails"]
        await it.press("slash", *"^.*(web|db)", "enter")
        assert [row.key for row in rows.shown] == ["db", "web"]
        await it.press("escape", "slash", *"!running", "enter")
        assert [row.key for row in rows.shown] == ["broken", "old#3", "mail"]


async def test_problems_only_shows_what_is_wrong_and_all_again() -> None:
    async with stage(ValueHost(home())) as it:
        rows = it.console.panels.lists["jails"]
        await it.press("exclamation_mark")
        assert [row.key for row in rows.shown] == ["broken", "old#3", "db"]
        assert "problems only" in it.text()
        await it.press("exclamation_mark")
        assert len(rows.shown) == 10


async def test_cursor_marks_and_filter_stay_with_their_objects_while_rows_come_and_go() -> None:
    async with stage(ValueHost(home())) as it:
        rows = it.console.panels.lists["jails"]
        rows.point("db")
        await it.press("space")
        assert rows.marks == {"db"}
        assert rows.cursor == "dns"
        jails = it.host.state.jails
        it.host.state = it.host.state._replace(jails=(*reversed(jails[3:]), jails[2], jails[1]))
        await it.refreshed()
        assert rows.cursor == "dns"
        assert rows.marks == {"db"}


async def test_stop_shows_the_exact_commands_with_cancel_focused_and_escape_runs_nothing() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert it.app.focused is not None
        assert it.app.focused.id == "cancel"
        text = it.text()
        assert "jail -f /etc/jail.conf -r web" in text
        assert "─ Stop web ─" in text
        assert "what runs in web" in text
        await it.press("escape")
        assert it.host.ran == []
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("enter")
        assert it.app.screen is it.console
        assert it.host.ran == []


async def run_to_the_end(it: Stage) -> None:
    """Confirm the plan on screen and wait for what is true now."""
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))
    await it.press("tab", "enter")
    await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)


async def test_a_stop_is_confirmed_run_and_judged_by_the_host() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("S")
        await run_to_the_end(it)
        assert it.host.ran == [("jail", "-f", "/etc/jail.conf", "-r", "web")]
        assert isinstance(it.app.screen, RunScreen)
        assert "web is stopped." in it.text()
        await it.press("enter")
        assert "stopped" in it.row("▸    web")


async def test_what_is_true_after_a_run_of_much_output_is_in_view() -> None:
    output = "".join(f"line {number}\n" for number in range(80))
    async with stage(ValueHost(home(), output=output), (80, 24)) as it:
        await it.press("S")
        await run_to_the_end(it)
        await it.until(lambda: "web is stopped." in it.text())
        assert "line 0 " not in it.text()
        await it.press("g")
        await it.until(lambda: "line 0 " in it.text())


async def test_a_plan_that_the_host_has_overtaken_is_shown_again_and_not_run() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("o", "R")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        pairs = [pair._replace(a=pair.a._replace(bridge="bridge9")) for pair in it.host.state.epairs]
        it.host.state = it.host.state._replace(epairs=tuple(pairs))
        await it.refreshed()
        await it.press("tab", "enter")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen) and "The host has changed" in it.text())
        assert it.host.ran == []
        assert "ifconfig bridge9 deletem epair7a" in it.text()
        await run_to_the_end(it)
        assert it.host.ran == [("ifconfig", "bridge9", "deletem", "epair7a"), ("ifconfig", "epair7a", "destroy")]


async def test_a_host_that_stopped_answering_while_a_dialog_stood_open_is_told_nothing() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        it.host.failing = HostTimeout("No answer within 30 s.")
        await it.refreshed()
        await it.press("tab", "enter")
        await it.until(lambda: "stale" in it.text().splitlines()[-1])
        assert it.host.ran == []


async def test_a_start_that_ends_well_and_starts_nothing_is_called_what_it_is() -> None:
    async with stage(ValueHost(home(), leaves=frozenset({"mail"}))) as it:
        it.console.panels.rows.point("mail")
        await it.press("s")
        await run_to_the_end(it)
        assert "mail is not running" in it.text()


async def test_a_failing_command_shows_its_output_and_its_status() -> None:
    async with stage(ValueHost(home(), fails=frozenset({"mail"}), output="jail: mail: boom\x1b[31m!\n")) as it:
        it.console.panels.rows.point("mail")
        await it.press("s")
        await run_to_the_end(it)
        text = it.text()
        assert "exit 1" in text
        assert "jail: mail: boom!" in text


async def test_restart_is_two_commands() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("r")
        await run_to_the_end(it)
        assert [argv[-2:] for argv in it.host.ran] == [("-r", "web"), ("-c", "web")]


async def test_reclaim_works_on_a_pair_and_on_the_jail_that_owns_it() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("o", "R")
        await run_to_the_end(it)
        assert "epair7 is gone." in it.text()
        await it.press("enter", "1")
        it.console.panels.rows.point("broken")
        await it.press("R")
        await run_to_the_end(it)
        assert "epair161 is gone." in it.text()
        assert [pair.key for pair in it.host.state.orphans] == ["epair9"]


async def test_marked_rows_are_run_together_with_progress() -> None:
    async with stage(ValueHost(many(7))) as it:
        await it.press(*["space"] * 5, "S")
        await run_to_the_end(it)
        assert len(it.host.ran) == 5
        assert "5 of 5" in it.text()
        assert it.console.panels.rows.marks == frozenset()


async def test_what_a_verb_cannot_do_is_left_out_with_its_reason() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "already running" in it.text()
        assert [one.id for one in it.app.screen.query("Button")] == ["cancel"]


async def test_while_a_run_is_under_way_rows_say_so_and_the_rest_can_be_cancelled() -> None:
    host = ValueHost(many(3), hold_run=threading.Event())
    async with stage(host) as it:
        await it.press("space", "space", "space", "S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: it.console.runs.busy and it.console.runs.busy.states)
        assert "now: jail1" in it.text()
        await it.press("c", "escape")
        assert "stopping" in it.row("jail1    1")
        assert "running" in it.row("jail2    2")
        assert "stop 0 of 3" in it.text().splitlines()[0]
        assert host.hold_run is not None
        host.hold_run.set()
        await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
        assert "stopped" in it.row("jail1    –")
        assert len(host.ran) == 1
        await it.press("v")
        assert "jail2 was not touched." in it.text()


async def test_one_run_at_a_time_and_the_reason_is_said() -> None:
    host = ValueHost(many(3), hold_run=threading.Event())
    async with stage(host) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter", "escape", "S")
        assert "still running" in it.text()
        await it.press("q")
        assert it.app.is_running
        assert host.hold_run is not None
        host.hold_run.set()
        await it.until(lambda: it.console.runs.under_way is None)


async def test_y_in_the_plan_copies_the_script() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("y")
        await it.until(lambda: [one for one in it.messages if isinstance(one, Copy)])
        script = next(one.text for one in it.messages if isinstance(one, Copy))
        assert script.startswith("#!/bin/sh\n")
        assert "jail -f /etc/jail.conf -r web" in script


async def test_a_host_that_fails_leaves_the_last_picture_marked_stale_and_comes_back_by_itself() -> None:
    async with stage(ValueHost(home())) as it:
        it.now[0] = NOON + 90
        it.host.failing = HostTimeout("No answer within 10 s.")
        await it.refreshed()
        top = it.text().splitlines()[0]
        assert f"stale since {clock(NOON)}" in top
        assert "No answer within 10 s." in it.text()
        assert "192.168.1.154/24" in it.text()
        await it.press("S")
        assert "The last reading is stale" in it.text()
        it.host.failing = None
        await it.until(lambda: it.console.host.age.stale_since is None)
        assert "stale" not in it.text().splitlines()[0]


async def test_stale_since_is_the_last_reading_and_not_the_last_change() -> None:
    async with stage(ValueHost(home()), interval=0.2) as it:
        it.now[0] = NOON + 50
        reads = it.host.reads
        await it.until(lambda: it.host.reads > reads + 1)  # by interval: an equal state, which nobody hears of
        it.host.failing = HostTimeout("No answer within 10 s.")
        it.now[0] = NOON + 90
        await it.until(lambda: it.console.host.stale)
        since = it.console.host.age.stale_since
        assert since is not None
        assert since >= NOON + 50
        assert f"stale since {clock(since)}" in it.text().splitlines()[0]


async def test_host_that_does_not_answer_is_marked_while_the_reading_is_under_way() -> None:
    host = ValueHost(home())
    async with stage(host, interval=0.2) as it:
        host.hold = threading.Event()
        await it.until(lambda: it.console.host.stale)
        assert "No answer since" in it.text()
        assert "stale since" in it.text().splitlines()[0]
        assert "192.168.1.154/24" in it.text(), "the last picture stays"
        await it.press("S")
        assert "The last reading is stale" in it.text()
        host.hold.set()
        await it.until(lambda: not it.console.host.stale)
        assert "stale since" not in it.text()


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (60, 12)])
async def test_panels_of_a_host_that_cannot_be_read_say_so(size: tuple[int, int]) -> None:
    reason = "ssh to nas: Its host key is not known here. Connect once by hand:\n  ssh -p 22 root@nas"
    async with stage(ValueHost(home(), failing=HostError(reason)), size=size) as it:
        await it.until(lambda: "next try in" in it.text())
        words = it.text()
        assert re.search(r"nas cannot be read \(next try in [12] s\):", words)
        assert "not read" in words.splitlines()[0]
        assert "stale" not in words, "there is nothing that could be"
        assert "ssh -p 22 root@nas" in words
        assert "not read" in words
        assert not re.search(r"\bno (jails|epairs)\b|0 up of 0", words)
        await it.press("r")
        await it.refreshed()
        await it.until(lambda: re.search(r"next try in ([5-9]|1\d) s", it.text()))
        it.host.failing = None
        await it.refreshed()
        assert "cannot be read" not in it.text()
        assert "broken" in it.text()


async def test_stale_picture_says_when_the_host_is_tried_again() -> None:
    async with stage(ValueHost(home())) as it:
        it.host.failing = HostError("ssh to nas: Connection refused.")
        await it.refreshed()
        await it.until(lambda: re.search(r"Connection refused\. \(next try in [12] s\)", it.text()))


async def test_collected_file_shows_its_date() -> None:
    class Collected(ValueHost):
        def read(self) -> Snapshot:
            snapshot = super().read()
            snapshot.collected = True
            return snapshot

    async with stage(Collected(home())) as it:
        assert f"read {day_time(0)}" in it.text().splitlines()[0]
    async with stage(ValueHost(home())) as it:
        assert "read 19" not in it.text().splitlines()[0]


async def test_a_host_that_never_answered_says_why() -> None:
    async with stage(ValueHost(home(), failing=HostError("ssh: Could not resolve hostname nas"))) as it:
        assert "Could not resolve" in it.text()
        await it.press("S")
        assert "has not been read yet" in it.text()


async def test_a_bug_in_reading_is_an_error_on_screen_and_not_the_end() -> None:
    host = ValueHost(home())
    async with stage(host) as it:
        host.state = None  # type: ignore[assignment]
        host.read = lambda: 1 // 0  # type: ignore[assignment, return-value, method-assign]
        it.console.host.reader._read = host.read
        await it.refreshed()
        assert "ZeroDivisionError" in it.text()
        assert it.app.is_running


async def test_pause_shows_since_when_and_a_plan_then_reads_first() -> None:
    async with stage(ValueHost(home()), interval=0.01) as it:
        await it.press("z")
        assert f"paused since {clock(NOON)}" in it.text().splitlines()[0]
        await it.until(lambda: True)
        it.host.state = with_jail(it.host.state, "web", jid=None, state=JailState.STOPPED)
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "-c web" in it.text()
        await it.press("escape", "z")
        await it.until(lambda: "stopped" in it.row("▸    web"))
        assert "paused" not in it.text().splitlines()[0]


async def test_read_only_is_shown_for_good_and_every_action_says_why() -> None:
    async with stage(ValueHost(home(), read_only="a file is not a host")) as it:
        assert "read-only: a file is not a host" in it.text().splitlines()[0]
        for key in ("s", "S", "r", "R"):
            await it.press(key)
            assert "Read-only: a file is not a host" in it.text()
        assert it.app.screen is it.console


async def test_input_never_waits_for_a_read_that_hangs() -> None:
    host = ValueHost(home())
    async with stage(host) as it:
        host.hold = threading.Event()
        host.reading.clear()
        await it.press("ctrl+r", "k", "k")
        assert it.console.panels.rows.cursor == "proxy"
        host.hold.set()


async def test_help_names_every_key_and_why_some_are_off() -> None:
    async with stage(ValueHost(home(), read_only="no root"), (120, 60)) as it:
        await it.press("question_mark")
        screen = it.app.screen
        assert isinstance(screen, HelpScreen)
        told = "\n".join(line.text for line in screen.text.lines)
        for command in COMMANDS:
            assert command.help.split(".")[0][:40] in told
        assert "off: Read-only: no root" in told
        await it.press("escape")
        assert it.app.screen is it.console


async def test_keys_can_be_given_others() -> None:
    async with stage(ValueHost(home()), keymap={"jail.stop": "f6"}) as it:
        await it.press("S")
        assert it.app.screen is it.console
        assert "f6 stop" in it.text().splitlines()[-1]
        await it.press("f6")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))


async def test_enter_opens_the_details_and_escape_or_q_goes_back() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        for back in ("escape", "q"):
            await it.press("enter")
            assert "1 Jails" not in it.text()
            assert "/etc/jail.conf" in it.text()
            await it.press(back)
            assert "1 Jails" in it.text()
            assert it.console.panels.lists["jails"].has_focus


async def test_q_leaves_from_the_console() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("q")
        await it.until(lambda: not it.app.is_running)
        assert it.app.return_code == 0


async def test_a_row_can_be_clicked_and_the_wheel_scrolls() -> None:
    async with stage(ValueHost(many(100))) as it:
        await it.pilot.click("#jails", offset=(8, 4))
        assert it.console.panels.rows.cursor == "jail3"
        await it.pilot.click("#epairs", offset=(8, 2))
        assert it.console.panels.active == "epairs"


async def test_what_could_not_be_read_has_its_place_and_the_rest_stays() -> None:
    from jailtui.exchange import Trouble

    async with stage(ValueHost(home())) as it:
        it.host.state = it.host.state._replace(errors=(Trouble("jail.conf", "line 3: } syntax error"),))
        await it.refreshed()
        assert "1 not read" in it.text().splitlines()[0]
        assert "jail.conf: line 3: } syntax error" in it.text()
        assert "192.168.1.154/24" in it.text()


async def test_a_jail_that_vanishes_between_key_and_plan_is_no_crash() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        it.host.state = it.host.state._replace(jails=it.host.state.jails[1:])
        it.host.leaves = frozenset({"web"})
        await it.press("tab", "enter")
        await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
        assert it.console.runs.progress is not None
        assert it.console.runs.progress.plan.verb is Verb.STOP
        await it.press("enter")
        assert it.console.panels.rows.cursor == "vpn"


async def test_what_is_typed_at_once_behind_the_filter_key_is_the_filter_and_no_command() -> None:
    async with stage(ValueHost(home())) as it:
        for key in ("slash", "S", "r"):
            it.app.simulate_key(key)
        await it.until(lambda: it.console.panels.rows.filter.text == "Sr")
        assert it.app.screen is it.console, "no plan was opened by S or r"
        await it.press("slash")
        assert it.console.panels.rows.filter.text == "Sr/", "in the line it is a letter like any other"


async def test_reason_why_the_picture_is_stale_is_told_whole() -> None:
    reason = "ssh to nas: a reason that is longer than the header of a narrow terminal has room for, by far"
    async with stage(ValueHost(home()), size=(80, 24)) as it:
        it.host.failing = HostError(reason)
        await it.refreshed()
        assert reason in " ".join(it.text().replace("\n", " ").split())
        it.host.failing = None
        await it.refreshed()
        assert "ssh to nas" not in it.text()


async def test_m_in_the_help_opens_the_manual_that_a_filter_narrows_and_escape_leaves() -> None:
    async with stage(ValueHost(home())) as it:
        await it.press("question_mark")
        keys = it.app.screen
        await it.press("M")
        assert it.app.screen is not keys
        text = it.text()
        assert "jailtui(8)" in text
        assert "jailtui - terminal console for FreeBSD VNET jails" in text
        assert "SYNOPSIS" in text
        await it.press("slash", *"vnet jails", "enter")
        assert "SYNOPSIS" not in it.text()
        assert "jailtui - terminal console for FreeBSD VNET jails" in it.text()
        await it.press("escape")
        assert "SYNOPSIS" in it.text()
        await it.press("G")
        assert "SYNOPSIS" not in it.text()
        await it.press("escape")
        assert it.app.screen is keys
        await it.press("escape")
        assert it.app.screen is it.console


async def test_work_that_fails_inside_jailtui_is_said_and_nothing_hangs() -> None:
    class Broken(ValueHost):
        def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str], by: By = "manager") -> Plan:
            raise KeyError("odd")

    async with stage(Broken(home())) as it:
        await it.press("S")
        await it.until(lambda: "The plan failed inside jailtui: KeyError: 'odd'" in it.text())
        assert it.app.screen is it.console
