"""`u` goes one save further back each time, `U` returns: saves of this session first, then the file's."""

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
    before = len(it.host.opened) if isinstance(it.host, FormHost) else 0
    await it.press("e")
    await it.until(
        lambda: isinstance(it.app.screen, FormScreen) and isinstance(it.host, FormHost) and it.host.opened[before:]
    )
    await it.press("enter", *["backspace"] * 6, *f"{number}/24", "enter", "ctrl+s")
    await confirmed(it)


async def take(it: Stage, key: str) -> None:
    await it.press(key)
    await confirmed(it)


async def test_each_undo_goes_one_save_further_back_and_redo_returns() -> None:
    host = FormHost(home(), before=with_address(99))
    async with stage(host, (80, 24)) as it:
        await save_address(it, 155)
        await save_address(it, 156)
        assert host.text == with_address(156)
        for key, number in (("u", 155), ("u", 154), ("u", 99), ("U", 154), ("U", 155), ("U", 156)):
            await take(it, key)
            assert host.text == with_address(number), key
        await it.press("U")
        await it.until(lambda: "there is no later text to return to" in it.text())


async def test_a_new_save_leaves_nothing_to_redo() -> None:
    host = FormHost(home())
    async with stage(host, (80, 24)) as it:
        await save_address(it, 155)
        await take(it, "u")
        await save_address(it, 156)
        await it.press("U")
        await it.until(lambda: "there is no later text to return to" in it.text())
        await it.press("escape")
        await take(it, "u")
        assert host.text == TEXT


async def test_an_undo_that_fails_is_not_offered_for_ever() -> None:
    """Somebody else changed the file: what it was before their change is what its backups hold."""
    host = FormHost(home(), before=with_address(99))
    async with stage(host, (80, 24)) as it:
        await save_address(it, 155)
        host.refuses = True
        await take(it, "u")
        host.refuses = False
        assert host.text == with_address(155)
        await take(it, "u")
        assert host.text == with_address(99)


async def test_where_no_bridge_was_changed_there_is_nothing_to_redo() -> None:
    async with stage(FormHost(home())) as it:
        await it.press("3", "U")
        await it.until(
            lambda: "Nothing to redo: no change of a bridge or VLAN was undone in this session." in it.text()
        )
