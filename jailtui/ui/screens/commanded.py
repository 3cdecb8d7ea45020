"""A screen whose keys are commands of the table, and threads for its work that may block."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen
from textual.widgets import Input
from textual.worker import get_current_worker

from jailtui.exchange import HostError
from jailtui.ui.lines import TONE_CLASSES
from jailtui.ui.messages import WorkDone
from jailtui.ui.widgets.keybar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from jailtui.ui.glyphs import Glyphs

T = TypeVar("T")


class Background:
    """Starts threads for a mounted screen, and posts their results to it as `WorkDone` messages."""

    def __init__(self, screen: DOMNode) -> None:
        self._screen = screen
        self._context = copy_context()

    def mounted(self) -> None:
        """Allow calls from other threads: Textual finds its app only in the context of a mounted screen."""
        self._context = copy_context()

    def call(self, function: Callable[..., None], *values: Any) -> None:
        """Call `function` in the screen's thread; any thread may ask for it."""
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

        An exception in `expected` has its own sentence. New work in an `exclusive` group discards the result of the
        work before it.
        """

        self._context = copy_context()

        def run() -> None:
            worker = get_current_worker()
            try:
                deliver: Callable[[], None] = partial(done, work())
            except expected as error:
                deliver = partial(failed, str(error))
            except Exception as error:  # noqa: BLE001 the requester is waiting
                deliver = partial(failed, f"The {group} failed inside jailtui: {type(error).__name__}: {error}")
            if not worker.is_cancelled:
                self.call(deliver)

        self._screen.run_worker(run, group=group, exclusive=exclusive, thread=True, exit_on_error=False)


class CommandScreen(Screen[None]):
    """A screen with a key bar; `commands` has the function of each command, by id."""

    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.bar = KeyBar(glyphs=glyphs)
        self.background = Background(self)
        self.commands: dict[str, Callable[[], Any]] = {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The filter's key is a letter while something is typed."""
        if parameters == ("view.filter",) and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    async def action_command(self, name: str) -> None:
        """Run the command of that id. Keys typed after its key wait until it is done."""
        if isawaitable(done := self.commands[name]()):
            await done

    def on_work_done(self, event: WorkDone) -> None:
        event.function()

    def show_message(self, text: str) -> None:
        """Show a sentence in the key bar for some seconds."""
        self.bar.show_message(text)
