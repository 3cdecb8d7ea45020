"""Work that may block, each piece in a thread of its own. Its result is taken on the screen's thread."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.worker import get_current_worker

from jailtui.exchange import HostError
from jailtui.ui.messages import WorkDone

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

T = TypeVar("T")


class Background:
    """Starts threads for a mounted screen, and hands it what they give as `WorkDone` messages."""

    def __init__(self, screen: DOMNode) -> None:
        self._screen = screen
        self._context = copy_context()

    def mounted(self) -> None:
        """From here on other threads may call: Textual finds its app only in the context of a mounted screen."""
        self._context = copy_context()

    def call(self, function: Callable[..., None], *values: Any) -> None:
        """Have the screen's thread call `function`. May be called from any thread."""
        message = WorkDone(partial(function, *values))
        self._context.copy().run(lambda: self._screen.post_message(message))

    def start(
        self,
        group: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[str], None],
        *,
        exclusive: bool = True,
        expected: tuple[type[Exception], ...] = (HostError,),
    ) -> None:
        """Do `work` in a thread; `done` gets its result, or `failed` a sentence.

        An exception in `expected` is its own sentence. What is begun anew in an `exclusive` group leaves the work
        before it unheard.
        """

        self._context = copy_context()

        def run() -> None:
            worker = get_current_worker()
            try:
                taken: Callable[[], None] = partial(done, work())
            except expected as error:
                taken = partial(failed, str(error))
            except Exception as error:  # noqa: BLE001 nobody must wait in vain
                taken = partial(failed, f"The {group} failed inside jailtui: {type(error).__name__}: {error}")
            if not worker.is_cancelled:
                self.call(taken)

        self._screen.run_worker(run, group=group, exclusive=exclusive, thread=True, exit_on_error=False)
