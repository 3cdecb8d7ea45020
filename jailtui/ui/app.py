"""The Textual app: themes, keymap, clipboard. `ConsoleScreen` is the main screen."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.binding import Binding

from jailtui.text import clean, output_lines
from jailtui.ui.glyphs import ASCII, UNICODE
from jailtui.ui.messages import KeyHandled
from jailtui.ui.screens.console import ConsoleScreen
from jailtui.ui.terminal import into_tmux, osc52, save_bytes, shows_colour, shows_unicode, write
from jailtui.ui.themes import SIXTEEN, THEMES, NoColour, ParsedOnce, style_sheets
from jailtui.ui.tight import tight
from jailtui.ui.widgets.keybar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.timer import Timer

    from jailtui.backend import HostBackend
    from jailtui.ui.messages import Copy, SaveText


LONGEST_KEY = 3.0
"""Seconds after which the next key is handled, if the widget of the key before is gone and does not answer."""


class ConsoleApp(App[None]):
    """`jailtui` on the screen. It ends with `q` from the console, or `ctrl+q` from anywhere.

    `interval` is seconds between two readings (None: only when asked); `keymap` gives keys by command id
    (`{"jail.start": "f5"}`); `theme` is dark, light, or another theme of Textual; `slow_link` leaves out animation.
    `load_interval` is seconds between two readings of the load, `remembered` the file of what the screen remembers,
    `saves` the folder for texts that the operator saves.
    `ascii` and `colour` None: as the terminal and its locale can.
    """

    TITLE = "jailtui"
    CSS_PATH = style_sheets("console", "lines")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+p", "command_palette", show=False)]

    def __init__(
        self,
        backend: HostBackend,
        *,
        interval: float | None = 2.0,
        ascii: bool | None = None,
        colour: bool | None = None,
        slow_link: bool = False,
        keymap: Mapping[str, str] | None = None,
        theme: str = "dark",
        drawn: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
        load_interval: float = 5.0,
        remembered: Path | None = None,
        saves: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__()
        sixteen = self.console.color_system == "standard"
        for known in SIXTEEN if sixteen else THEMES:
            self.register_theme(known)
        self.set_reactive(App.theme, {"dark": "jailtui-dark", "light": "jailtui-light"}.get(theme, theme))
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        self._environ = environ
        self._saves, self._clock = saves, clock
        self._called = backend.name
        self._drawn = drawn
        if ascii is None:
            ascii = not shows_unicode(environ)
        if colour is None:
            colour = not environ.get("NO_COLOR") and shows_colour(environ)
        self._no_colour = [] if colour else [NoColour()]
        self._keys = dict(keymap or {})
        self._typed: deque[events.Key | events.Paste] = deque()
        self._handling: Timer | None = None
        self.set_class(bool(self._no_colour), "-no-colour")
        self.set_class(ascii, "-ascii")
        self.set_class(sixteen, "-sixteen")
        if slow_link:
            self.animation_level = "none"
        self._console = ConsoleScreen(
            backend,
            interval=interval,
            glyphs=ASCII if ascii else UNICODE,
            keymap=self._keys,
            clock=clock,
            load_interval=load_interval,
            remembered=remembered,
        )

    async def on_event(self, event: events.Event) -> None:
        """Keys and pasted text wait until all widgets have handled the key before.

        A widget of Textual handles letters at once, other keys later: keys typed fast would change their order, and a
        screen that a key opens would not get the keys after it.
        """
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self._typed.append(event)
            if not self._handling:
                await self._handle_typed()
        else:
            await super().on_event(event)

    async def _handle_typed(self) -> None:
        """Handle the next key. A message follows it on the same way, and comes back once the key is handled."""
        if self._handling is not None:
            self._handling.stop()
            self._handling = None
        if not self._typed:
            return
        if self.screen.is_mounted:
            await super().on_event(self._typed.popleft())
        (self.focused or self.screen).post_message(KeyHandled())
        self._handling = self.set_timer(LONGEST_KEY, self._handle_typed)

    async def on_key_handled(self) -> None:
        await self._handle_typed()

    def get_default_screen(self) -> Screen[Any]:
        return self._console

    def get_line_filters(self) -> Sequence[LineFilter]:
        """NO_COLOR means no colour codes; Textual would draw shades of grey."""
        return self._no_colour or super().get_line_filters()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, tight(renderable))

    def _fatal_error(self) -> None:
        """A fault inside jailtui ends it. Its message may hold text of the host, which Textual would print raw."""
        from traceback import format_exc

        from rich.text import Text

        self.panic(Text("\n".join(output_lines(format_exc()))))

    def on_mount(self) -> None:
        save_bytes(self)
        self.set_keymap(self._keys)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._ended_by, number)

    def _ended_by(self, number: int) -> None:
        """Quit as `q` does, which restores the terminal: a running task ends, no other begins."""
        self.exit(return_code=128 + number)

    def on_ready(self) -> None:
        """Freeze what was loaded for the first frame: no later garbage collection looks through it.

        `drawn` is called once that frame is on the terminal.

        A caller that wants to start fast disables the collector before it imports Textual; it is enabled here.
        """
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self.call_after_refresh(self._drawn)

    async def on_copy(self, event: Copy) -> None:
        count = event.text.count("\n")
        lines = f"{count} line{'s' * (count != 1)}"
        if await into_tmux(event.text, self._environ):
            self._tell(f"{lines} copied to tmux's buffer.")
        elif (sequence := osc52(event.text, self._environ)) is not None:
            write(self, sequence)
            self._tell(f"{lines} sent to the terminal's clipboard.")
        else:
            self._tell("Too long for the terminal's clipboard.")

    def on_save_text(self, event: SaveText) -> None:
        from pathlib import Path

        from jailtui.ui.header import day_time
        from jailtui.ui.saving import save_text, short_path

        if self._saves is None:
            self._tell("Can't save: no folder is set.")
            return
        at = self._clock()
        head = f"# {clean(event.title)}, {clean(self._called)}, {day_time(at)}\n"
        try:
            path = save_text(self._saves, event.title, head + event.text, at)
        except OSError as error:
            self._tell(f"Not saved: {error.filename or self._saves}: {error.strerror}")
        else:
            self._tell(f"Saved as {short_path(path, Path.home())}")

    def _tell(self, text: str) -> None:
        """Show a sentence in the key bar of the screen on top."""
        if isinstance(bar := getattr(self.screen, "bar", None), KeyBar):
            bar.show_message(text)

    def action_command_palette(self) -> None:
        """Open the palette of the console; other screens have none."""
        if self.screen is self._console:
            self._console.commands["app.palette"]()

    def action_help_quit(self) -> None:
        self._tell("q quits from the main screen, ctrl+q from anywhere.")
