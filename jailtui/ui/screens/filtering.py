"""The filter of a screen's list, by one key everywhere: console, form and doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.widget import Widget

    from jailtui.ui.rows import Narrowed
    from jailtui.ui.widgets.statusline import StatusLine


class FilteringScreen(Screen[None]):
    """Opens the line in which a filter is typed in the place of the bar of keys."""

    bar: StatusLine

    @property
    def narrowed(self) -> Narrowed:
        """The widget whose lines are narrowed."""
        raise NotImplementedError

    def filtered(self) -> None:
        """The line was closed: bring what tells of the filter up to date."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, the filter's key is a letter like any other."""
        if action == "view_filter" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    async def action_view_filter(self) -> None:
        """Open the line. Its key is a priority binding: what is typed behind it waits until the line has the focus."""
        from jailtui.ui.widgets.filterline import FilterLine

        self.bar.display = False
        line = FilterLine(self.narrowed, self.narrowed.filter.text)
        await self.mount(line, after=self.bar)
        self.set_focus(line)

    def on_filter_line_closed(self) -> None:
        from jailtui.ui.widgets.filterline import FilterLine

        self.set_focus(cast("Widget", self.narrowed))
        self.query(FilterLine).remove()
        self.bar.display = True
        self.filtered()
