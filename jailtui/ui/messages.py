"""Messages to the app and the screens, and protocols of screens for the parts of the main screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from textual.message import Message

if TYPE_CHECKING:
    from textual.events import Key
    from textual.screen import Screen

    from jailtui.plans.plan import Plan
    from jailtui.ui.glyphs import Glyphs


class Requester(Protocol):
    """The screen that asked for a plan: the console, or a form or the doctor over it."""

    def show_message(self, text: str) -> None:
        """Show why no plan was made."""

    def settled(self, saved: bool) -> None:
        """Take note that its plan was run; `saved`: its files are written, or all tasks succeeded."""


@dataclass
class WorkDone(Message):
    """Work in another thread ended: `function` takes its result in the screen's thread."""

    function: Callable[[], None]


class KeyHandled(Message):
    """All widgets have handled the key before this message."""


@dataclass
class Copy(Message):
    """Put this text on the operator's clipboard."""

    text: str


@dataclass
class SaveText(Message):
    """Save this text in a new file on the operator's machine; `title` says what it is."""

    title: str
    text: str


SAVE = ("ctrl+s", "Save what is shown as text, in a new file on this machine.")
"""The key of `SaveText` in the help of a screen."""


class Front(Requester, Protocol):
    """The main screen as its parts see it."""

    @property
    def glyphs(self) -> Glyphs: ...

    def blocked(self) -> str | None:
        """Why nothing on the host can be changed now, as a sentence, or None."""

    def confirmed(self, plan: Plan) -> None:
        """Take note that this plan will be run."""

    def redraw(self) -> None:
        """Update the rows, the header and the key bar."""

    def push(self, screen: Screen[Any], closed: Callable[[Any], None] | None = None) -> None:
        """Show another screen over this one; `closed` gets its result."""

    def type_again(self, keys: Sequence[Key]) -> None:
        """Send kept keys to the screen that is on top now."""

    def is_on_top(self, requester: Requester) -> bool:
        """Whether that screen is on top."""
