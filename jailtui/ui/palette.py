"""`:`: the console's commands by name, and jails to go to. What is off is not offered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from jailtui.text import clean
from jailtui.ui.commands import COMMANDS, Command, key_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JAILS_OFFERED = 8


class Offers(Protocol):
    """What a screen must answer for its commands to stand in the palette."""

    keymap: dict[str, str]

    def why_not(self, command: Command) -> str | None: ...

    def jail_names(self) -> list[tuple[str, str]]: ...

    def go_to_jail(self, key: str) -> None: ...

    async def run_action(self, action: str) -> Any: ...


class ConsoleCommands(Provider):
    """Commands of the table that can be done now; and, once something is typed, jails by name."""

    def _offers(self) -> Offers | None:
        screen: Any = self.screen
        return screen if hasattr(screen, "why_not") else None

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], Any]]]:
        if (screen := self._offers()) is None:
            return
        for command in COMMANDS:
            if command.group != "Move" and command.id != "app.palette" and screen.why_not(command) is None:
                keys = "/".join(key_names(command, screen.keymap))
                name = f"{command.label[0].upper()}{command.label[1:]} ({keys})"
                yield name, command.help, partial(screen.run_action, command.action)

    async def discover(self) -> Hits:
        for name, told, run in self._commands():
            yield DiscoveryHit(Content(name), run, text=name, help=told)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, told, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, text=name, help=told)
        if (screen := self._offers()) is not None:
            scored = [(matcher.match(clean(name)), clean(name), key) for key, name in screen.jail_names()]
            for score, name, key in sorted(scored, reverse=True)[:JAILS_OFFERED]:
                if score > 0:
                    shown = Content(f"Go to jail {name}")
                    yield Hit(score, shown, partial(screen.go_to_jail, key), text=shown.plain)
