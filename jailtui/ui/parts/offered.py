"""The palette: opened over the main screen, and what is chosen in it carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jailtui.ui.commands import Command
    from jailtui.ui.messages import Front
    from jailtui.ui.palette import Offer
    from jailtui.ui.parts.panels import Panels


class Palette:
    """Offers the commands that are on, the rows of the panels, and the rules."""

    def __init__(self, panels: Panels, run: Callable[[str], Awaitable[None]], front: Front) -> None:
        self._panels, self._run, self._front = panels, run, front

    def open(self, why_not: Callable[[Command], str | None], keymap: Mapping[str, str]) -> None:
        import jailtui.rules.registry  # noqa: F401 - fills RULES
        from jailtui.rules.finding import RULES
        from jailtui.ui.palette import command_entries, row_entries, rule_entries
        from jailtui.ui.screens.palette import PaletteScreen

        state = self._panels.state
        rows = row_entries(state) if state is not None else ()
        offers = (*command_entries(why_not, keymap), *rows, *rule_entries(RULES.values()))
        self._front.push(PaletteScreen(offers, self._chosen, self._front.glyphs))

    async def _chosen(self, entry: Offer) -> None:
        if entry.kind == "command":
            await self._run(entry.target)
        elif entry.kind == "row":
            self._panels.go_to(entry.panel, entry.target)
        else:
            from jailtui.rules.finding import RULES
            from jailtui.ui.screens.palette import rule_screen

            self._front.push(rule_screen(RULES[entry.target], self._front.glyphs))
