"""The map on the screen and by its verb: two golden drawings, folding, live changes, hostile names.

`python -m tests.ui.test_map` writes the drawings anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from jailtui.cli.map import dot
from jailtui.exchange import HostError
from jailtui.formats.load import Counters
from jailtui.model.hostmap import wiring_of
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.glyphs import ASCII, UNICODE, Glyphs
from jailtui.ui.maplines import map_lines
from jailtui.ui.meter import Meter
from jailtui.ui.screens.map import MapScreen
from tests.support.loads import reading
from tests.support.mapped_hosts import HOSTILE, crossed
from tests.support.screens import AT_HOME, ValueHost, home, many, used_pair, vnet_jail
from tests.support.stage import Stage, stage

FOLDER = Path(__file__).parent / "drawings"


def drawn(state, glyphs: Glyphs, room: int, findings: Findings = UNJUDGED) -> str:  # type: ignore[no-untyped-def]
    return "".join(f"{each.line.text.rstrip()}\n" for each in map_lines(wiring_of(state), glyphs, room, findings))


DRAWINGS = {
    "home": lambda: drawn(home(), UNICODE, 120, Findings(AT_HOME)),
    "crossed": lambda: drawn(crossed(), ASCII, 80),
}


def test_the_drawing_of_the_network_at_home() -> None:
    assert DRAWINGS["home"]() == (FOLDER / "home.txt").read_text(encoding="utf-8")


def test_the_drawing_of_a_crossed_network() -> None:
    assert DRAWINGS["crossed"]() == (FOLDER / "crossed.txt").read_text(encoding="utf-8")


def test_traffic_stands_on_the_line_of_what_it_is_of() -> None:
    lines = map_lines(
        wiring_of(home()), UNICODE, 120, traffic=lambda place: {"web": "↓820k ↑60k", "em0": "↓1.2M"}.get(place[1], "")
    )
    assert [each.line.text for each in lines if "↓" in each.line.text] == [
        "em0 active  ↓1.2M",
        "├─ bridge0 ─┬─ epair154a ══ epair154b ── web             192.168.1.154/24  ●  ↓820k ↑60k",
    ]


def test_a_narrow_map_shows_traffic_in_place_of_addresses() -> None:
    words = {("epair", "epair154"): "↓820k ↑60k"}
    lines = map_lines(wiring_of(home()), UNICODE, 76, traffic=lambda place: words.get(place, ""), addresses=False)
    texts = [each.line.text.rstrip() for each in lines]
    assert "├─ bridge0 ─┬─ epair154a ══ b ── web                 ↓820k ↑60k  ●" in texts
    assert "(host) ── legacy                                     –           ●" in texts


def test_traffic_is_that_of_pairs_and_nics_and_quiet_ones_have_none() -> None:
    meter, state = Meter(UNICODE), home()
    for load in (reading(0), reading(5, into=4_100_000, out=300_000)):
        assert load.links is not None
        em0 = Counters(0, round(load.at * 1000), 0, 0, 0)
        meter.take(load._replace(links={**load.links, "em0": em0, "epair2a": Counters(0, 0, 0, 0, 0)}), state)
        assert load.at or meter.on_links(state) is None, "one reading has no rates"
    assert meter.on_links(state) == {("interface", "em0"): "↓1.0k ↑   ·", ("epair", "epair154"): "↓820k ↑ 60k"}


def test_names_of_a_graph_are_quoted() -> None:
    lines = list(dot(wiring_of(crossed())))
    label = r'"(?:[^"\\\x00-\x1f]|\\["\\n])*"'
    statement = rf"  n\d+ \[label={label}(, \w+=\w+)?\];|  n\d+ -- n\d+( \[color=red, style=dashed\])?;"
    assert [line for line in lines[3:-1] if not re.fullmatch(statement, line)] == []
    assert sum('x\\"];^J}^[[31m\\\\' in line for line in lines) == 1, HOSTILE
    nodes = [line.split()[0] for line in lines if "[label=" in line]
    assert len(nodes) == len(set(nodes)), "a bridge with two ways to it is one node"


# On the screen.


async def opened(it: Stage) -> MapScreen:
    await it.press("m")
    await it.until(lambda: isinstance(it.app.screen, MapScreen))
    screen = it.app.screen
    assert isinstance(screen, MapScreen)
    return screen


async def test_the_map_follows_the_host_and_its_cursor_stays_on_its_chain() -> None:
    async with stage(ValueHost(home())) as it:
        screen = await opened(it)
        await it.press("G")
        before = screen.list.cursor
        state = it.host.state
        bridge, *others = state.bridges
        more = bridge._replace(members=(*bridge.members, "epair8a"))
        it.host.state = state._replace(
            jails=(*state.jails, vnet_jail("extra", 12, 8)),
            epairs=(*state.epairs, used_pair(8, "extra", 12)),
            bridges=(more, *others),
        )
        await it.refreshed()
        assert "epair8a ══ epair8b ── extra" in it.text()
        assert screen.list.cursor == before
        assert it.row("▸").strip("│ ").startswith("▸ (not running) ── mail")


async def test_a_quiet_pair_has_a_dot_and_traffic_that_is_not_known_a_dash() -> None:
    async with stage(ValueHost(home())) as it:
        screen = await opened(it)
        for traffic, sign in ((None, "–"), ({}, "·")):
            screen.list.take(home(), UNJUDGED, traffic)
            await it.press(*(["T"] if screen.list.addressed else []))
            assert re.search(rf"epair154b ── web +{sign}  ●", it.text())
            assert re.search(r"\(host\) ── legacy +–  ●", it.text()), "no pair is only its own"


async def test_enter_goes_to_the_row_of_the_line() -> None:
    async with stage(ValueHost(home())) as it:
        await opened(it)
        await it.press("slash", *"epair9", "enter", "enter")
        assert it.app.screen is it.console
        assert it.console.panels.subject == ("epair", "epair9")


async def test_a_map_of_a_host_that_no_longer_answers_says_since_when() -> None:
    async with stage(ValueHost(home())) as it:
        await opened(it)
        assert "stale" not in it.text()
        it.host.failing = HostError("No answer within 10 s.")
        it.console.host.reader.ask()
        await it.until(lambda: "stale since" in it.text())


async def test_a_thousand_jails_are_folded_but_for_what_is_broken() -> None:
    state = many(1000)
    lost = used_pair(500, "jail500", 500)._replace(b=home().epairs[6].b)
    state = state._replace(epairs=tuple(lost if pair.key == "epair500" else pair for pair in state.epairs))
    async with stage(ValueHost(state), (80, 24)) as it:
        screen = await opened(it)
        assert "✗ lost with jail 3" in it.text()
        assert "999 jails folded" in it.text()
        assert len(screen.list.text_lines()) < 24
        await it.press("G", "k", "minus")
        assert "999 jails folded" not in it.text()
        assert "jail1 " in it.row("▸"), "the cursor goes to what was folded"
        await it.press("minus", "minus")
        await it.press("G")
        assert "jail500" in it.row("▸"), "the end of the map is reached"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        (FOLDER / f"{name}.txt").write_text(draw(), encoding="utf-8")
