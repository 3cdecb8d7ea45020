"""The middle of a run of ours: what is true only there is shown nowhere, until the reading that judges the run."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jailtui.model.state import Bridge, HostState, JailState
from jailtui.plans.run import LINE_CUT
from jailtui.ui.busy import BusyJails
from jailtui.ui.findings import Findings
from jailtui.ui.screens.doctor import DoctorScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.screens import AT_HOME, ValueHost, home, left_pair, many, odd, with_jail
from tests.support.stage import Stage, stage

FOUND = (
    *AT_HOME,
    odd("jail", "web", "error", "Its start was cut off."),
    odd("epair", "epair154", "warning", "Both ends of epair154 are on the host."),
    odd("epair", "epair200", "warning", "No jail names epair200."),
    odd("bridge", "bridge0", "warning", "bridge0 has no jail."),
)


def halfway(state: HostState) -> HostState:
    """While web is started again: its pair on the host and in no bridge, a pair without a name yet, no address."""
    stopped = with_jail(state, "web", jid=44, addresses=(), chains=(), epairs=())
    others = (pair for pair in state.epairs if pair.key != "epair154")
    bridge, *more = state.bridges
    emptied = bridge._replace(members=tuple(name for name in bridge.members if name != "epair154a"))
    pairs = (left_pair(154, "web", None, "web is not running"), left_pair(200, None, None, "nobody"), *others)
    return stopped._replace(epairs=pairs, bridges=(emptied, *more))


def panels(text: str) -> list[str]:
    """The lines of the column of panels, without the last events."""
    return [line.split("││")[0] for line in text.partition("╭─ Timeline")[0].splitlines()[1:]]


@asynccontextmanager
async def restarting() -> AsyncIterator[Stage]:
    host = ValueHost(home(), hold_run=threading.Event())
    async with stage(host) as it:
        it.console.panels.rows.point("web")
        await it.press("r")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: it.console.runs.busy and it.console.runs.busy.states)
        await it.press("escape")
        before = it.text()
        host.state, host.found = halfway(host.state), FOUND
        await it.refreshed()
        assert panels(before) == panels(it.text()), "nothing moves; details and events tell what has happened"
        yield it
        assert host.hold_run is not None
        host.hold_run.set()


async def test_pairs_addresses_and_bridges_stand_as_before_until_the_run_is_judged() -> None:
    async with restarting() as it:
        text = it.text()
        web = it.row(" web       4")
        assert "◕ stopping" in web
        assert "192.168.1.154/24" in web
        assert "Its problems are shown once it has stopped." in text
        assert "in web as epair154b" in it.row(" epair154     in")
        assert "epair200" not in "".join(panels(text))
        assert "3 orphans" in text.splitlines()[0]
        assert "‼ 2 errors  ! 2 warnings" in text.splitlines()[0]
        assert it.host.hold_run is not None
        it.host.hold_run.set()
        await it.until(lambda: "epair200" in "".join(panels(it.text())))
        assert "● running" in it.row(" web      ")
        assert "5 orphans" in it.text().splitlines()[0]
        assert "‼ 3 errors  ! 5 warnings" in it.text().splitlines()[0]
        assert "Its start was cut off." in it.text()


async def test_the_run_says_that_its_line_is_cut_and_that_it_is_back() -> None:
    async with restarting() as it:
        await it.press("v")
        await it.until(lambda: isinstance(it.app.screen, RunScreen))
        assert LINE_CUT[:20] not in it.text()
        it.host.on_cut(True)
        await it.until(lambda: LINE_CUT[:20] in it.text())
        it.host.on_cut(False)
        await it.until(lambda: LINE_CUT[:20] not in it.text())


async def test_who_leaves_while_the_line_is_cut_does_not_wait_for_it() -> None:
    async with restarting() as it:
        it.host.on_cut(True)
        await it.pilot.pause()
    assert it.host.left


async def test_the_doctor_has_no_findings_of_the_middle_either() -> None:
    async with restarting() as it:
        await it.press("d")
        await it.until(lambda: isinstance(it.app.screen, DoctorScreen))
        assert "It does not run" in it.text()
        assert "cut off" not in it.text()
        screen = it.app.screen
        assert isinstance(screen, DoctorScreen)
        await it.until(lambda: screen._examined)
        assert "cut off" not in it.text()
        assert it.host.hold_run is not None
        it.host.hold_run.set()
        await it.until(lambda: "cut off" in it.text())


def test_of_the_rest_of_the_host_the_newest_reading_is_shown() -> None:
    state = many(3)
    busy = BusyJails(state, Findings((odd("bridge", "bridge0", "warning", "Before."),)))
    busy.advance("jail1", ("jail", "-c", "jail1"))
    dead = with_jail(state, "jail2", jid=None, state=JailState.STOPPED)
    dead = dead._replace(bridges=(*dead.bridges, Bridge("br7")), epairs=dead.epairs[:1] + dead.epairs[2:])
    found = Findings((odd("jail", "jail2", "note", "Now."), odd("jail", "jail1", "error", "Halfway.")))
    shown, findings = busy.picture(dead, found)
    assert shown.jail("jail2") == dead.jail("jail2")
    assert [pair.key for pair in shown.epairs] == ["epair3", "epair1"]
    assert shown.bridges[1:] == (Bridge("br7"),)
    assert [each.text for each in findings.findings] == ["Before.", "Now."]


@pytest.mark.parametrize(
    ("argv", "state"),
    [
        (("jail", "-f", "/etc/jail.conf", "-c", "jail2"), JailState.STARTING),
        (("jail", "-r", "2"), JailState.STOPPING),
    ],
)
def test_the_state_follows_from_the_command_whatever_the_plan_is(argv: tuple[str, ...], state: JailState) -> None:
    busy = BusyJails(many(3))
    busy.advance("CODE\njail\njail2", ("ifconfig", "epair2a", "destroy"))
    assert not busy.states
    busy.advance("CODE\njail\njail2", argv)
    assert busy.states == {"jail2": state}
    busy.ended("CODE\njail\njail2", 7)
    busy.read(6)
    assert busy.states
    busy.read(7)
    assert not busy.states


def test_jails_that_jail_8_stops_or_starts_with_another_pass_too() -> None:
    state = home()
    for name, depend in (("proxy", "dns"), ("dns", "vpn"), ("vpn", "proxy"), ("broken", "mail"), ("mail", "web")):
        jail = state.jail(name)
        assert jail is not None
        assert jail.configured is not None
        state = with_jail(state, name, configured=jail.configured._replace(depend=(depend,)))
    busy = BusyJails(state)
    busy.advance("dns", ("jail", "-r", "dns"))
    assert busy.states == dict.fromkeys(("dns", "proxy", "vpn"), JailState.STOPPING)
    busy.advance("broken", ("jail", "-c", "broken"))
    assert {key for key, now in busy.states.items() if now is JailState.STARTING} == {"broken", "mail"}
    busy.advance("web", ("jail", "-r", "web"))
    assert busy.states["mail"] is JailState.STARTING, "it has a task that starts it"
    busy.ended("dns", 2)
    busy.read(2)
    assert busy.states.keys() == {"broken", "mail", "web"}


def test_without_a_run_the_picture_is_the_reading_itself() -> None:
    state, findings = home(), Findings(AT_HOME)
    busy = BusyJails(state, findings)
    assert busy.picture(state, findings) == (state, findings)
    busy.advance("x", ("jail", "-c", "gone"))
    busy.over(3)
    busy.read(3)
    assert busy.picture(state, findings)[0] is state
