"""Whatever a jail's root does, no screen draws what a terminal would act on, or takes a name for its own markup."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from textual.screen import Screen

from jailtui.cli.hosts import Choice, open_host
from jailtui.preferences import Config
from jailtui.ui import screens
from jailtui.ui.commands import COMMANDS, Command
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.hostile.jail_root import Hostile
from tests.support.screens import ValueHost
from tests.support.stage import Stage, stage

LEAVES = ("app.leave", "jail.shell")
"""Commands that leave the screen."""
ELSEWHERE = {"KeepScreen", "WaitScreen"}
"""Screens that no key opens: they show the host's name, and how long is waited."""
HERE = ("panel.", "go.", "list.", "view.back", "view.problems", "view.pause", "view.refresh", "view.copy", "view.mouse")
"""How the IDs of commands begin that open no screen of their own."""


def all_screens() -> set[str]:
    """The names of all screens that none is derived from."""
    names = (module.name for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."))
    found = [
        kind
        for module in map(import_module, names)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Screen) and kind.__module__ == module.__name__
    ]
    return {kind.__name__ for kind in found if not any(kind in other.__bases__ for other in found)}


def drawn(it: Stage, what: str) -> str:
    """What the screen shows, which must be nothing but text of its own making."""
    strips = it.app.screen._compositor.render_strips()
    text = "\n".join(strip.text for strip in strips)
    acted_on = {char for char in set(text) if char != "\n" and not char.isprintable()}
    assert acted_on == set(), (what, acted_on)
    for style in {segment.style for strip in strips for segment in strip if segment.style is not None}:
        assert not style.link, what
        assert style.meta.get("@click") != "app.quit", what
    return text


class Visit(NamedTuple):
    """The screen that a command opens, and what it showed at last."""

    kind: type[Screen[object]]
    text: str


async def visit(it: Stage, command: Command) -> Visit:
    """Press the key of a command, look at all that is drawn until it has come to rest, and return."""
    await it.press(command.key.split(",")[0])
    seen, still = drawn(it, command.id), 0
    while still < 2:
        await it.app.workers.wait_for_complete()
        await it.pilot.pause(0.02)
        text = drawn(it, command.id)
        still = still + 1 if text == seen else 0
        seen = text
    visited = Visit(type(it.app.screen), seen)
    for _ in range(5):
        await it.press("escape")
        drawn(it, f"back from {command.id}")
        if it.app.screen is it.console:
            break
    assert it.app.screen is it.console, command.id
    return visited


async def test_no_screen_draws_what_a_terminal_acts_on(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    hostile.remembered.use(monkeypatch)
    choice = Choice(host="demo", demo_dir=hostile.attacked.folder, demo_release=hostile.attacked.release)
    backend = cast("ValueHost", open_host(choice, Config()))
    visits: dict[str, Visit] = {}
    async with stage(backend, (160, 45)) as it:
        for command in COMMANDS:
            if command.id in LEAVES or command.id.startswith(HERE):
                continue
            it.console.panels.lists["jails"].point("web")
            visits[command.id] = await visit(it, command)
        await it.press("S")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        await it.press("tab", "enter")
        await it.until(lambda: isinstance(it.app.screen, RunScreen) and it.app.screen.progress.verdicts is not None)
        drawn(it, "run")
    assert any("[@click" in each.text for each in visits.values()), "what its root wrote is shown, as text"
    assert {each.kind.__name__ for each in visits.values()} | {"RunScreen"} | ELSEWHERE == all_screens()
