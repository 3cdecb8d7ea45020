"""`?`: every key of the console, from the table of commands, with the reason where one is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from jailtui.ui.commands import COMMANDS, Command, key_names
from jailtui.ui.lines import Cell, Line, line
from jailtui.ui.runlines import hanging
from jailtui.ui.screens.dialog import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jailtui.model.state import HostFacts
    from jailtui.ui.glyphs import Glyphs

GROUPS = ("Change", "Edit", "Go", "Move", "View", "Console")


class HelpScreen(LinesDialog[None]):
    """Keys by group, then what the glyphs mean, then what the host can do."""

    BINDINGS = [Binding("question_mark,q,enter", "close", "back", show=False)]

    def __init__(
        self,
        why_not: Callable[[Command], str | None],
        keymap: Mapping[str, str],
        facts: HostFacts | None,
        *,
        glyphs: Glyphs,
    ) -> None:
        super().__init__(glyphs=glyphs)
        self._why_not, self._keymap, self._facts = why_not, keymap, facts

    def title_cells(self) -> tuple[Cell, ...]:
        return (Cell("Keys of the console", "title"),)

    def lines(self, room: int) -> Sequence[Line]:
        lines: list[Line] = []
        for group in GROUPS:
            lines += [Line(), line(Cell(group, "title"))]
            for command in COMMANDS:
                if command.group == group:
                    lines += self._command(command, room)
        lines += [Line(), line(Cell("State", "title"))]
        for state, sign in self.glyphs.states.items():
            lines.append(line(f"  {sign}  ", Cell(state.value, "strong")))
        lines.append(line(f"  {self.glyphs.bad:<2} ", Cell("broken", "strong"), f"   {self.glyphs.warn} worth a look"))
        return [*lines, *self._host(room), Line()]

    def _command(self, command: Command, room: int) -> list[Line]:
        reason = self._why_not(command)
        keys = " ".join(key_names(command, self._keymap))
        lead = Cell(f"  {keys:<16} ", "dim" if reason else "key")
        told = hanging(lead, command.help, room, "dim" if reason else "")
        return told + (hanging(Cell(" " * lead.width), f"off: {reason}", room, "warn") if reason else [])

    def _host(self, room: int) -> list[Line]:
        if self._facts is None or not self._facts.capabilities:
            return []
        lines = [Line(), line(Cell("What the host can do", "title"))]
        for one in self._facts.capabilities:
            sign = Cell(f"  {self.glyphs.marked} ", "ok") if one.present else Cell(f"  {self.glyphs.broken} ", "warn")
            lines += hanging(sign, f"{one.name}  {one.note}".rstrip(), room)
        return lines


class KeysScreen(LinesDialog[None]):
    """The keys of one screen, with what each does."""

    BINDINGS = [Binding("question_mark,q,enter", "close", "back", show=False)]

    def __init__(self, title: str, keys: Sequence[tuple[str, str]], *, glyphs: Glyphs) -> None:
        super().__init__(glyphs=glyphs)
        self._title, self._told = title, tuple(keys)

    def title_cells(self) -> tuple[Cell, ...]:
        return (Cell(self._title, "title"),)

    def lines(self, room: int) -> Sequence[Line]:
        told = (hanging(Cell(f"  {key:<16} ", "key"), text, room) for key, text in self._told)
        return [Line(), *(each for lines in told for each in lines), Line()]
