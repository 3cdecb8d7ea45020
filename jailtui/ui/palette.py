"""`:`: the console's commands by name, and jails to go to. Commands that are off are not offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from jailtui.text import clean
from jailtui.ui.commands import COMMANDS, key_names
from jailtui.ui.screens.console import ConsoleScreen

JAILS_OFFERED = 8


class ConsoleCommands(Provider):
    """The commands that are on, and once something is typed, jails by name."""

    @property
    def _console(self) -> ConsoleScreen | None:
        return self.screen if isinstance(self.screen, ConsoleScreen) else None

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], Any]]]:
        if (console := self._console) is None:
            return
        for command in COMMANDS:
            if command.group != "Move" and command.id != "app.palette" and console.why_not(command) is None:
                keys = "/".join(key_names(command, console.keymap))
                name = f"{command.label[0].upper()}{command.label[1:]} ({keys})"
                yield name, command.help, partial(console.run_action, command.action)

    async def discover(self) -> Hits:
        for name, explained, run in self._commands():
            yield DiscoveryHit(Content(name), run, text=name, help=explained)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, explained, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, text=name, help=explained)
        if (console := self._console) is None or console.panels.state is None:
            return
        names = [(jail.key, clean(jail.name)) for jail in console.panels.state.jails]
        scored = [(matcher.match(name), name, key) for key, name in names]
        for score, name, key in sorted(scored, reverse=True)[:JAILS_OFFERED]:
            if score > 0:
                shown = Content(f"Go to jail {name}")
                yield Hit(score, shown, partial(console.panels.go_to, "jails", key), text=shown.plain)
