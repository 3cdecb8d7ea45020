"""The inside of a jail: a shell, for which the screen is left, tables of what runs in it, and its logs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from jailtui.entering import Entrance, NoEntry, enter, entrance
from jailtui.exchange import HostError, Result, shell_line
from jailtui.ui.terminal import talk_aside, wait_for_enter

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from jailtui.backend import HostBackend
    from jailtui.forms.opening import FormName
    from jailtui.looking import News
    from jailtui.model.state import HostState, Jail
    from jailtui.model.tables import InsideTable
    from jailtui.ui.messages import Front, Requester
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.reader import HostReader
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.inside import InsideScreen
    from jailtui.ui.screens.log import LogScreen


OPENED_SECONDS = 3.0
"""A shell that ends later was one; one that ends before that with an error could not be opened."""


class Entering:
    """Looks into the jail under the cursor. `suspend` leaves the screen for as long as its context lasts."""

    def __init__(
        self,
        backend: HostBackend,
        panels: Panels,
        reader: HostReader,
        background: Background,
        front: Front,
        suspend: Callable[[], AbstractContextManager[None]],
        ask_form: Callable[[FormName, str, Requester, str], None],
    ) -> None:
        self._backend, self._panels, self._reader = backend, panels, reader
        self._background, self._front, self._suspend = background, front, suspend
        self._ask_form = ask_form

    @property
    def jail(self) -> Jail | None:
        """The jail under the cursor."""
        kind, key = self._panels.subject
        return self._panels.state.jail(key) if self._panels.state is not None and kind == "jail" else None

    def shell(self) -> None:
        """Ask the jail by what it can be entered, and open a shell."""
        if (jail := self.jail) is not None:
            self._front.show_message(f"Asking {jail.name}{self._front.glyphs.ellipsis}")
            self._background.start(
                "shell",
                lambda: entrance(self._backend, jail),
                self._enter,
                self._front.show_message,
                expected=(HostError, NoEntry),
            )

    def inside(self) -> None:
        """Read what runs in the jail, and show it."""
        from jailtui.looking import closed

        jail, state = self.jail, self._panels.state
        if jail is None or state is None:
            return
        if why := closed(jail):
            self._front.show_message(why)
            return
        self._front.show_message(f"Reading {jail.name}{self._front.glyphs.ellipsis}")
        owner = ReadInside(self._backend, state, jail, self._background)
        owner.read(lambda tables: self._show(jail, tables, owner), self._front.show_message)

    def _show(self, jail: Jail, tables: tuple[InsideTable, ...], owner: ReadInside) -> None:
        from jailtui.ui.screens.inside import InsideScreen

        if self._front.is_on_top(self._front):
            self._front.show_message("")
            self._front.push(InsideScreen(jail.name, tables, owner, self._front.glyphs))

    def log(self) -> None:
        """Show the logs of the jail, and follow them."""
        jail, state = self.jail, self._panels.state
        if jail is None or state is None:
            return
        from jailtui.model.logs import no_console
        from jailtui.ui.screens.log import LogScreen

        def set_console() -> None:
            self._background.call(self._ask_form, "log", jail.name, self._front, "path")

        owner = FollowedLogs(self._backend, state, jail, self._background, set_console)
        self._front.push(LogScreen(jail.name, no_console(jail), owner, self._front.glyphs))

    def _enter(self, way: Entrance) -> None:
        """Leave the screen for the shell, unless the operator has gone on meanwhile."""
        if not self._front.is_on_top(self._front):
            return
        try:
            with self._suspend():
                result = self._at_terminal(way)
        except SuspendNotSupported:
            result = Result(way.called, None, note="This screen can't be left for a shell.")
        self._reader.ask()
        ended = f"The shell in {way.jail} ended with exit status {result.rc}." if result.rc is not None else ""
        self._front.show_message(" ".join(filter(None, (ended, result.note))))

    def _at_terminal(self, way: Entrance) -> Result:
        """Run the shell. Where it could not be opened, what it printed stays until enter is pressed."""
        begun = time.monotonic()
        talk_aside(f"{way.jail} on {self._backend.name}: {shell_line(way.line)}")
        try:
            result = enter(self._backend, way)
        except HostError as error:
            result = Result(way.called, None, note=str(error))
        if result.rc != 0 and time.monotonic() - begun < OPENED_SECONDS:
            status = result.note if result.rc is None else f"The shell ended with exit status {result.rc}."
            wait_for_enter(f"{status} Enter goes back to jailtui.")
        return result


class FollowedLogs:
    """Reads the logs of one jail for its screen, one reading at a time."""

    def __init__(
        self,
        backend: HostBackend,
        state: HostState,
        jail: Jail,
        background: Background,
        set_console: Callable[[], None],
    ) -> None:
        from jailtui.looking import JailLogs

        self._logs = JailLogs(backend, state, jail)
        self._jail, self._background = jail, background
        self.set_console = set_console
        self._begun = self._busy = False

    def read(self, screen: LogScreen) -> None:
        """Have it read, unless it is being read."""
        if self._busy:
            return
        self._busy = True

        def work() -> tuple[str, tuple[News, ...]]:
            problem = "" if self._begun else self._logs.begin(self._jail)
            self._begun = True
            return problem, self._logs.read()

        def done(result: tuple[str, tuple[News, ...]]) -> None:
            self._busy = False
            if screen.is_attached:
                screen.add(result[1])
                if result[0]:
                    screen.fail(result[0])

        def failed(problem: str) -> None:
            self._busy = False
            if screen.is_attached:
                screen.fail(problem)

        self._background.start("log", work, done, failed, exclusive=False)


class ReadInside:
    """Reads what is inside a jail for its screen."""

    def __init__(self, backend: HostBackend, state: HostState, jail: Jail, background: Background) -> None:
        self._backend, self._state, self._jail, self._background = backend, state, jail, background

    def read(self, done: Callable[[tuple[InsideTable, ...]], None], failed: Callable[[str], None]) -> None:
        """Have it read; the tables, or a sentence."""
        from jailtui.looking import look_inside

        self._background.start("inside", lambda: look_inside(self._backend, self._state, self._jail), done, failed)

    def read_again(self, screen: InsideScreen) -> None:
        """Have it read for a screen that is shown already."""

        def done(tables: tuple[InsideTable, ...]) -> None:
            if screen.is_attached:
                screen.update(tables)

        self.read(done, screen.show_message)
