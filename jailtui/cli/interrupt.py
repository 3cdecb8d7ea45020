"""SIGINT, SIGTERM and SIGHUP in a verb: before and after a run they end it, during a run they end only what may end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Handler = Callable[[int, FrameType | None], None]


class Ended(KeyboardInterrupt):
    """A signal ended the verb. `status` is the exit status that a shell gives it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


class NotedSignal:
    """The first signal that came during a run: `number`, 0 for none."""

    number = 0

    def __bool__(self) -> bool:
        return self.number != 0

    @property
    def status(self) -> int:
        """The exit status that a shell gives a program that the signal ended."""
        return 128 + self.number


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """In the body each of the signals raises Ended, so that connections are closed."""
    with _handled(_end):
        yield


def _end(number: int, _frame: FrameType | None) -> None:
    raise Ended(number)


@contextmanager
def run_interrupted(leave: Callable[[], None], talk: Callable[[str], None]) -> Iterator[NotedSignal]:
    """In the body the first signal is only noted, for what runs to end and for the rest not to begin; the second calls
    `leave`, to wait for nothing any more; the third raises Ended.
    """
    interruption = NotedSignal()
    left = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal left
        if left:
            _end(number, frame)
        if interruption:
            left = True
            leave()
            return
        interruption.number = number
        again = "; ctrl-c does not wait for it" if number == signal.SIGINT else ""
        talk(f"Interrupted: nothing more begins. What is under way runs to its end{again}.")

    with _handled(handle):
        yield interruption


@contextmanager
def _handled(handler: Handler) -> Iterator[None]:
    """Handle the signals in the body, but for those that are ignored, as nohup(1) has SIGHUP."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Mapping[int, Handler | int | None] = {number: signal.getsignal(number) for number in ENDING}
    handled = [number for number, old in before.items() if old not in (signal.SIG_IGN, None)]
    for number in handled:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])
