"""`u` takes back the save of this session, then goes on to the file's backups; `U` returns."""

from __future__ import annotations

from jailtui.ui.screens.form import FormScreen
from jailtui.ui.screens.plan import PlanScreen
from tests.support.fake_form import TEXT, FormHost
from tests.support.screens import home
from tests.support.stage import Stage, stage


def with_address(number: int) -> str:
    """The file, where the address ends with that number."""
    return TEXT.replace(".154/24", f".{number}/24")


async def confirmed(it: Stage) -> None:
    """Carry the plan on screen out, and go back to the panels."""
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))
    await it.press("tab", "enter")
    await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
    await it.press("enter")
    await it.until(lambda: it.app.screen is it.console)


async def save_address(it: Stage, number: int) -> None:
    """Save an address that ends with that number, by the network form."""
    await it.press("e")
    await it.until(lambda: isinstance(it.app.screen, FormScreen) and isinstance(it.host, FormHost) and it.host.opened)
    await it.press("enter", *["backspace"] * 6, *f"{number}/24", "enter", "ctrl+s")
    await confirmed(it)


async def take(it: Stage, key: str) -> None:
    await it.press(key)
    await confirmed(it)


async def test_undo_goes_on_to_the_backups_of_the_file_and_redo_returns() -> None:
    host = FormHost(home(), before=with_address(99))
    async with stage(host, (80, 24)) as it:
        await save_address(it, 155)
        for key, number in (("u", 154), ("u", 99), ("U", 154)):
            await take(it, key)
            assert host.text == with_address(number), key


async def test_where_no_bridge_was_changed_there_is_nothing_to_redo() -> None:
    async with stage(FormHost(home())) as it:
        await it.press("3", "U")
        await it.until(
            lambda: "Nothing to redo: no change of a bridge or VLAN was undone in this session." in it.text()
        )
