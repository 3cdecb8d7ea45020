"""What a part of the main screen knows of the screen it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from jailtui.ui.messages import Requester

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from jailtui.exchange import Verb
    from jailtui.ui.glyphs import Glyphs


class Front(Requester, Protocol):
    """The main screen as its parts see it."""

    @property
    def glyphs(self) -> Glyphs: ...

    def blocked(self) -> str | None:
        """Why nothing on the host can be changed now, as a sentence; None when it can."""

    def confirmed(self, verb: Verb) -> None:
        """A plan of that verb is about to be run."""

    def redraw(self) -> None:
        """Bring the rows, the header and the bar of keys up to date."""

    def push(self, screen: Screen[Any], closed: Callable[[Any], None] | None = None) -> None:
        """Show another screen over this one; `closed` gets what it was dismissed with."""

    def is_on_top(self, requester: Requester) -> bool:
        """Whether that screen is the one that is seen."""
