"""A jail of a manager on the screen, by keys, on an embedded host: restarted its way, with nothing left over."""

from __future__ import annotations

from pathlib import Path

from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.managed_hosts import ManagedHost
from tests.support.stage import stage


async def test_r_restarts_a_jail_of_bastille_by_bastille(tmp_path: Path) -> None:
    host = ManagedHost(tmp_path / "host", "Bastille")
    before = host.left_over()
    async with stage(host.backend(), (160, 45)) as it:  # type: ignore[arg-type]
        it.console.panels.rows.point("web")
        await it.press("r")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "bastille restart web" in it.text()
        assert "Bastille manages it" in it.text()
        await it.press("tab", "enter")
        await it.until(lambda: isinstance(it.app.screen, RunScreen) and "web runs, jid 2" in it.text())
        assert "[web]:" in it.text(), "what the command prints"
    assert host.running() == ["web"]
    assert host.left_over() == before
