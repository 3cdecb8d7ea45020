"""A screen with a list that a filter narrows."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.binding import Binding

from jailtui.ui.commands import BY_ID
from jailtui.ui.messages import SAVE, SaveText
from jailtui.ui.rows import Filter
from jailtui.ui.screens.commanded import CommandScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.rows import Narrowed


class ListScreen(CommandScreen):
    """`/` filters `narrowed`, `?` shows `keys` under `title`, and esc lifts the filter, then closes the screen.

    The last of `keys` is that of the way back.
    """

    BINDINGS = [
        BY_ID["view.filter"].binding(),
        BY_ID["app.help"].binding(),
        Binding("ctrl+s", "save_text", "save as text", show=False),
        Binding("escape,q", "back", "back"),
    ]

    def __init__(self, glyphs: Glyphs, title: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(glyphs)
        self._help_title, self._help_keys = title, (*keys[:-1], SAVE, *keys[-1:])
        self.commands = {
            "view.filter": lambda: self.bar.open_filter(self.narrowed, self.redraw),
            "app.help": self._help,
        }

    @property
    @abstractmethod
    def narrowed(self) -> Narrowed:
        """What `/` filters."""

    @property
    def text_title(self) -> str:
        """What a file is called in which the list is saved."""
        return self._help_title.removeprefix("Keys of the ")

    def redraw(self) -> None:
        """Update what is not the list; only changes are painted."""

    def action_back(self) -> None:
        """One level back: the filter, then the console."""
        if self.narrowed.filter:
            self.narrowed.narrow(Filter())
            self.redraw()
        else:
            self.dismiss(None)

    def action_save_text(self) -> None:
        """Save the list as text."""
        self.post_message(SaveText(self.text_title, "\n".join(self.narrowed.text_lines()) + "\n"))

    def _help(self) -> None:
        from jailtui.ui.screens.dialog import keys_help

        self.app.push_screen(keys_help(self._help_title, self._help_keys, self.glyphs))
