"""Messages to the app and the screens, and what the parts of the main screen know of screens."""

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
        """Its plan was run; `saved`: its files are written, or all tasks succeeded."""


@dataclass
class WorkDone(Message):
    """Work in another thread ended: `function` takes its result in the screen's thread."""

    function: Callable[[], None]


class KeyHandled(Message):
    """The key before it was handled by all widgets that it is offered to."""


@dataclass
class Copy(Message):
    """Put this text on the operator's clipboard."""

    text: str


class Front(Requester, Protocol):
    """The main screen as its parts see it."""

    @property
    def glyphs(self) -> Glyphs: ...

    def blocked(self) -> str | None:
        """Why nothing on the host can be changed now, as a sentence; None when it can."""

    def confirmed(self, plan: Plan) -> None:
        """That plan is about to be run."""

    def redraw(self) -> None:
        """Bring the rows, the header and the bar of keys up to date."""

    def push(self, screen: Screen[Any], closed: Callable[[Any], None] | None = None) -> None:
        """Show another screen over this one; `closed` gets what it was dismissed with."""

    def type_again(self, keys: Sequence[Key]) -> None:
        """Handle keys that were kept, in the screen that is on top now."""

    def is_on_top(self, requester: Requester) -> bool:
        """Whether that screen is the one that is seen."""
