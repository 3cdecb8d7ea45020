"""`:`: commands by name, synonym or help, rows by name and address, and rules by code."""

from __future__ import annotations

import pytest

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.rules.finding import RULES
from jailtui.ui.commands import BY_ID
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.palette import SYNONYMS, command_entries, entry_line, ranked, row_entries, rule_entries
from jailtui.ui.screens.dialog import TextScreen
from jailtui.ui.screens.palette import PaletteScreen
from jailtui.ui.screens.plan import PlanScreen
from tests.support.screens import ValueHost, home, vnet_jail
from tests.support.stage import Stage, stage

ALL = (
    *command_entries(lambda command: "off" if command.id == "jail.stop" else None, {"jail.start": "f5"}),
    *row_entries(home()),
    *rule_entries(RULES.values()),
)


def first(text: str, count: int = 1) -> list[str]:
    return [entry.name for entry in ranked(ALL, text)[:count]]


@pytest.mark.parametrize("word", ["ip", "gateway", "mac", "dhcp", "Network", "edit the network"])
def test_network_is_found_by_what_an_operator_calls_it(word: str) -> None:
    assert "Network" in first(word, 2)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("epair161", "epair161"),
        ("orphaned epair9", "epair9"),
        ("br10", "br10"),
        ("em0.20", "em0.20"),
        ("192.168.30.2", "vpn"),
        ("epair-lost", "EPAIR-LOST"),
        ("OSC 52", "Copy"),
        ("exit", "Quit"),
    ],
)
def test_rows_addresses_rules_and_helps_are_found(text: str, name: str) -> None:
    assert name in first(text, 2)


def test_a_command_that_is_off_is_not_offered_and_keys_are_the_operators() -> None:
    entries = ranked(ALL, "")
    assert {entry.kind for entry in entries} == {"command"}
    assert "Stop" not in [entry.name for entry in entries]
    assert next(entry for entry in entries if entry.name == "Start").key == "f5"


def test_every_synonym_is_of_a_command() -> None:
    assert SYNONYMS.keys() <= BY_ID.keys()


@pytest.mark.parametrize("room", [20, 40, 80])
def test_an_entry_is_one_line_with_its_key_at_the_right(room: int) -> None:
    for entry in ALL:
        shown = entry_line(entry, "e", room, UNICODE, here=False)
        assert shown.width == room
        if entry.key:
            assert shown.text.endswith(f"  {entry.key} ")


async def opened(it: Stage, typed: str = "") -> PaletteScreen:
    await it.press("colon", *typed)
    screen = it.app.screen
    assert isinstance(screen, PaletteScreen)
    return screen


async def test_what_is_chosen_is_done() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await opened(it, "halt")
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "-r web" in it.text()
        await it.press("escape")
        await opened(it, "epair-lost")
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, TextScreen))
        assert "error: End of an epair lost" in it.text()


async def test_a_jail_is_gone_to_by_name_whatever_the_name_holds() -> None:
    state = home()
    hostile = vnet_jail("zz[/bold]\x1b[31m", 99, 99)
    async with stage(ValueHost(state._replace(jails=(*state.jails, hostile))), ascii=True) as it:
        await opened(it, "zz")
        assert it.text().isascii()
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.console)
        assert it.console.panels.rows.cursor == hostile.key
