"""What follows a plan that may have cut the session: a new connection, the question whether it stays, the countdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import HostBackend
    from jailtui.ui.messages import Front
    from jailtui.ui.reader import HostReader
    from jailtui.ui.screens.commanded import Background

LOOK_EVERY = 3
"""Seconds after which the host is asked again whether it has undone the plan."""


class Keeping:
    """Keeps the last plan, or waits until the host has undone it, and calls `undone` with the sentence that says so."""

    def __init__(
        self,
        backend: HostBackend,
        reader: HostReader,
        background: Background,
        front: Front,
        undone: Callable[[str], None],
    ) -> None:
        self._backend, self._reader, self._background, self._front = backend, reader, background, front
        self._undone = undone
        self._ticks = 0

    @property
    def countdown(self) -> str:
        """For the header: in how many seconds the host undoes the plan; "" where it does not."""
        armed = self._backend.armed
        return "" if armed is None else f"undone in {armed.left} s" if armed.left else "being undone"

    def ask(self) -> None:
        """The plan is over: connect anew, and ask whether it stays. On the host itself that takes a new login."""
        if self._backend.armed is None:
            return
        if self._backend.guard.elsewhere:
            self._start(self._backend.guard.reach, lambda _: self._question())
        else:
            self._front.show_message("The host will undo this automatically: log in again and type: jailtui keep")

    def _question(self) -> None:
        from jailtui.ui.screens.keep import KeepScreen

        if self._backend.armed is not None:
            self._front.push(KeepScreen(lambda: self.countdown, self._front.glyphs), self._answered)

    def _answered(self, stays: bool | None) -> None:
        if self._backend.armed is None:
            return  # it has ended meanwhile, and the screen says how
        if stays:
            self._start(self._backend.guard.keep, lambda _: self._tell("What was done stays."))
        else:
            self._front.show_message("Not kept: the host will undo it automatically.")

    def tick(self) -> None:
        """A second has passed."""
        if self._backend.armed is None:
            return
        self._ticks += 1
        self._front.redraw()
        if self._ticks % LOOK_EVERY == 0:
            self._background.start("way back", self._backend.guard.look, self._looked, lambda _: None)

    def _looked(self, became: str) -> None:
        from jailtui.plans.guard import ENDS

        if became:
            if became != ENDS["kept"]:
                self._undone(became)
            self._tell(became)

    def _tell(self, text: str) -> None:
        self._front.show_message(text)
        self._reader.ask()
        self._front.redraw()

    def _start(self, work: Callable[[], None], done: Callable[[None], None]) -> None:
        self._background.start("keep", work, done, self._failed)

    def _failed(self, error: str) -> None:
        self._front.show_message(f"Could not log in again, so the host will undo it automatically: {error}")
