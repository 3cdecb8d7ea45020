"""The console on a stage: driven by keys, watched by messages and by the text on screen. Nothing here sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from textual.app import App
from textual.cache import LRUCache
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from jailtui.backend import HostBackend
from jailtui.ui.app import ConsoleApp
from jailtui.ui.findings import UNJUDGED
from jailtui.ui.screens.console import ConsoleScreen
from jailtui.ui.themes import ParsedOnce
from tests.support.screens import ValueHost

NOON = 1_760_000_000.0
"""What the clock of a stage says, unless the test moves it."""


@dataclass
class Stage:
    """A console that runs, and what a test does with it."""

    app: ConsoleApp
    pilot: Pilot[None]
    host: ValueHost
    heard: asyncio.Event
    now: list[float] = field(default_factory=lambda: [NOON])
    messages: list[Message] = field(default_factory=list)
    unpainted: list[Screen[Any]] = field(default_factory=list)

    @property
    def console(self) -> ConsoleScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, ConsoleScreen)
        return screen

    async def press(self, *keys: str) -> None:
        """Press keys and let the screen come to rest."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, true: Callable[[], Any]) -> None:
        """Wait for messages until `true` holds; fails after 10 seconds without one.

        What a callback after a refresh does comes with no message, so it looks now and then without one too.
        """
        await self.pilot.pause()
        silent = 0
        while not true():
            self.heard.clear()
            try:
                await asyncio.wait_for(self.heard.wait(), 0.1)
                silent = 0
            except TimeoutError:
                silent += 1
                assert silent < 100, "nothing was heard for 10 seconds"
            await self.pilot.pause()
        await self.pilot.pause()  # a screen that has just come is drawn
        self.paint()

    async def refreshed(self) -> None:
        """One read of the host that began after this call, shown."""
        ticket = self.console.host.reader.ask()
        await self.until(lambda: self.console.host.ticket >= ticket)

    def paint(self) -> None:
        """Paint what has changed on the screen since it was painted last."""
        while self.unpainted:
            if (screen := self.unpainted.pop()) in self.app.screen_stack[-1:]:
                PAINT(screen)

    def text(self) -> str:
        """Everything on screen, as lines of text."""
        self.paint()
        return screen_text(self.app)

    def row(self, text: str) -> str:
        """The one line on screen that holds `text`, as far as the left column of panels goes."""
        found = [line.split("││")[0] for line in self.text().splitlines() if text in line.split("││")[0]]
        assert len(found) == 1, (text, found)
        return found[0]


def screen_text(app: App[Any]) -> str:
    """The top screen as text, one line a row."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


PAINT = Screen._compositor_refresh


@contextmanager
def painted_at_rest(unpainted: list[Screen[Any]]) -> Iterator[None]:
    """Have the screen on top wait in `unpainted`, as for a slow terminal: painting is half of what a key costs.

    It is painted once what a test waits for is there, when the test looks at its text, and at the end. In between it
    would be painted ten times at the start alone.
    """

    def wait(screen: Screen[Any]) -> None:
        if screen is not screen.app.screen:
            PAINT(screen)
        elif screen not in unpainted:
            unpainted.append(screen)

    Screen._compositor_refresh = wait  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Screen._compositor_refresh = PAINT  # type: ignore[method-assign]


class ParsedForAll(ParsedOnce):
    """Shares what was read of style sheets with all apps of the same theme."""

    def set_variables(self, variables: dict[str, str]) -> None:
        self._parse_cache: LRUCache[tuple[Any, ...], Any] = LRUCache(1)
        super().set_variables(variables)
        self._parse_cache = PARSED.setdefault(tuple(variables.items()), LRUCache(1000))


PARSED: dict[tuple[tuple[str, str], ...], LRUCache[tuple[Any, ...], Any]] = {}
"""By the variables of a theme."""


@asynccontextmanager
async def stage(host: ValueHost, size: tuple[int, int] = (160, 45), **options: Any) -> AsyncIterator[Stage]:
    """A console over `host` that reads only when asked; the first read is shown already, unless it is held back."""
    heard = asyncio.Event()
    now = [NOON]
    environ: Mapping[str, str] = options.pop("environ", {})
    options.setdefault("interval", None)
    app = ConsoleApp(cast("HostBackend", host), clock=lambda: now[0], environ=environ, **options)
    app.stylesheet = ParsedForAll()
    app.stylesheet.set_variables(app.get_css_variables())

    messages: list[Message] = []

    def hook(message: Message) -> None:
        messages.append(message)
        heard.set()

    unpainted: list[Screen[Any]] = []
    with painted_at_rest(unpainted):
        async with app.run_test(size=size, message_hook=hook) as pilot:
            it = Stage(app, pilot, host, heard, now, messages, unpainted)
            if getattr(host, "hold", None) is None:  # the embedded host can't be held
                shown = it.console.host
                await it.until(lambda: shown.ticket and (shown.state is None or shown.findings != UNJUDGED))
                if shown.state is not None and shown.state.jails:
                    it.console.panels.lists["jails"].point(shown.state.jails[0].key)
                    await pilot.pause()
            it.paint()
            yield it
            it.paint()
