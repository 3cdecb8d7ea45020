"""`:`: commands by name, and jails to go to."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.widgets import OptionList

from jailtui.ui.screens.plan import PlanScreen
from tests.support.screens import ValueHost, home, vnet_jail
from tests.support.stage import Stage, stage


async def opened(it: Stage, typed: str = "") -> OptionList:
    await it.press("colon", *typed)
    await it.until(lambda: isinstance(it.app.screen, CommandPalette))
    await it.app.workers.wait_for_complete()
    await it.pilot.pause()
    return it.app.screen.query_one(OptionList)


def offered(options: OptionList) -> str:
    return "\n".join(str(options.get_option_at_index(at).prompt) for at in range(options.option_count))


async def test_the_palette_offers_what_can_be_done_and_runs_it() -> None:
    async with stage(ValueHost(home())) as it:
        options = await opened(it, "stop")
        assert "Stop (S)" in offered(options)
        await it.press("down", "enter")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "-r web" in it.text()


async def test_what_is_off_is_not_offered() -> None:
    async with stage(ValueHost(home(), read_only="no root")) as it:
        options = await opened(it)
        assert "Filter (/)" in offered(options)
        assert "Stop (S)" not in offered(options)


async def test_a_jail_is_gone_to_by_name_whatever_the_name_holds() -> None:
    state = home()
    hostile = vnet_jail("zz[/bold]\x1b[31m", 99, 99)
    async with stage(ValueHost(state._replace(jails=(*state.jails, hostile)))) as it:
        await opened(it, "zz")
        await it.press("down", "enter")
        await it.until(lambda: it.app.screen is it.console)
        assert it.console.panels.rows.cursor == hostile.key


async def test_the_palette_is_ascii_in_ascii_mode() -> None:
    async with stage(ValueHost(home()), ascii=True) as it:
        await opened(it, "stop")
        assert "Stop (S)" in it.text()
        assert it.text().isascii()
