"""Jails of managers on the screen, by keys, on embedded hosts: stopped, started and restarted their manager's way, with
nothing left over."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.config.managers import BY_NAME
from jailtui.exchange import Verb
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.managed_hosts import RELEASES, ManagedHost
from tests.support.stage import Stage, stage

HOSTS = [(name, RELEASES[-1 - at % 3]) for at, name in enumerate(BY_NAME)]


async def run_by_key(it: Stage, key: str, command: str, ended: str) -> str:
    """Press the key on the jail under the cursor, run its plan, and close it; what its screen shows at the end."""
    await it.press(key)
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))
    assert command in it.text()
    await it.press("tab", "enter")
    await it.until(lambda: isinstance(it.app.screen, RunScreen) and ended in it.text())
    shown = it.text()
    await it.press("escape")
    await it.until(lambda: it.app.screen is it.console)
    return shown


@pytest.mark.parametrize(("manager", "release"), HOSTS)
async def test_keys_restart_stop_and_start_a_jail_its_manager_s_way(manager: str, release: str, tmp_path: Path) -> None:
    host = ManagedHost(tmp_path / "host", manager, release)
    web = host.manager.in_kernel("web")
    before = host.left_over()

    def command(verb: Verb) -> str:
        return " ".join(host.manager.argv(verb, "web"))

    async with stage(host.backend(), (160, 45)) as it:  # type: ignore[arg-type]
        it.console.panels.rows.point(web)
        shown = await run_by_key(it, "r", " ".join(host.restarts("web")), f"{web} runs, jid ")
        assert manager != "Bastille" or "[web]:" in shown, "what the command prints"
        await run_by_key(it, "S", command(Verb.STOP), f"{web} is stopped.")
        assert host.running() == []
        assert host.left_over() == []
        await run_by_key(it, "s", command(Verb.START), f"{web} runs, jid ")
    assert host.running() == [web]
    assert len(host.left_over()) == len(before)  # iocage and pot give the ends new names
