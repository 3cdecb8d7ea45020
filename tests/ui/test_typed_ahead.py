"""What is typed faster than the screen follows: it is for what was asked for, in the order typed."""

from __future__ import annotations

import threading

import pytest
from textual import events

from jailtui.exchange import HostError
from jailtui.ui.screens.form import FormScreen
from jailtui.ui.screens.waiting import WaitScreen
from tests.support.fake_form import FormHost
from tests.support.screens import home
from tests.support.stage import Stage, stage


def burst(it: Stage, *keys: str) -> None:
    """Keys that are all there before the first is looked at."""
    for key in keys:
        it.app.post_message(events.Key(key, key if len(key) == 1 else None))


def slow() -> tuple[FormHost, threading.Event]:
    held = threading.Event()
    return FormHost(home(), hold_form=held), held


@pytest.mark.parametrize("at_once", [True, False])
async def test_keys_typed_while_a_form_is_read_are_for_the_form_and_no_command(at_once: bool) -> None:
    host, held = slow()
    async with stage(host, (80, 24)) as it:
        if at_once:
            burst(it, "e", "j", "j", "S", "space")
            await it.until(lambda: isinstance(it.app.screen, WaitScreen) and len(it.app.screen.keys) == 4)
        else:
            await it.press("e", "j", "j", "S", "space")
        assert it.text().splitlines()[-1].startswith(" Reading web…")
        assert "1 Jails" in it.text()
        held.set()
        await it.until(lambda: isinstance(it.app.screen, FormScreen) and it.app.screen.answers.values)
        screen = it.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.answers.values == {"bridge": "br10"}
        assert it.console.panels.rows.cursor == "web"


async def test_escape_cancels_the_form_that_is_read_and_the_keys_are_the_consoles_again() -> None:
    host, held = slow()
    async with stage(host, (80, 24)) as it:
        await it.press("e", "j", "escape")
        assert it.app.screen is it.console
        await it.press("k")
        assert it.console.panels.rows.cursor == "vpn"
        held.set()
        await it.until(lambda: not it.app.workers)
        assert it.app.screen is it.console


async def test_a_form_that_can_not_be_read_says_why_and_its_keys_do_nothing() -> None:
    host, held = slow()
    host.no_form = HostError("No answer within 10 s.")
    async with stage(host, (80, 24)) as it:
        await it.press("e", "j", "S")
        held.set()
        await it.until(lambda: "No answer within 10 s." in it.text().splitlines()[-1])
        assert it.app.screen is it.console
        assert it.console.panels.rows.cursor == "web"


async def test_letters_do_not_overtake_other_keys_while_a_value_is_typed() -> None:
    async with stage(FormHost(home()), (80, 24)) as it:
        burst(it, "e", "enter", *["backspace"] * 6, *"5/24", "home", "delete", "3", "enter", "tab", "space")
        await it.until(lambda: isinstance(it.app.screen, FormScreen) and len(it.app.screen.answers.values) == 2)
        screen = it.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.answers.values == {"address": "392.168.1.5/24", "bridge": "br10"}
