"""Boxes of lines over the main screen: the base of the dialogs of a plan, `?` with all keys, and the manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType

from jailtui.ui.boxes import dialog_width
from jailtui.ui.commands import COMMANDS, Command, key_names
from jailtui.ui.lines import TONE_CLASSES, Cell, Key, Line, bar, hanging, indented, line
from jailtui.ui.messages import SAVE, SaveText
from jailtui.ui.rows import Filter
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.keybar import KeyBar
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from jailtui.model.state import HostFacts
    from jailtui.ui.glyphs import Glyphs

BACK = (Key("esc", "back"),)


class LinesDialog(ModalScreen[ScreenResultType]):
    """A title, lines that scroll, and a bar of keys. Esc closes it.

    `content` gives the lines for a number of cells, `keys` the keys of the bar; `corner` is shown at the right of the
    frame; `below` are widgets under the lines.
    """

    CSS_PATH = style_sheets("dialogs")
    BINDINGS = [("escape", "close", "back")]
    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(
        self,
        title: str,
        content: Callable[[int], Sequence[Line]],
        *,
        glyphs: Glyphs,
        keys: Callable[[], Sequence[Key]] = lambda: BACK,
        corner: str = "",
        below: Sequence[Widget] = (),
    ) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.text = TextLines(framed=True, glyphs=glyphs, id="text")
        self.bar = KeyBar(glyphs=glyphs)
        self._heading = Cell(title, "title"), Cell(corner, "dim")
        self._content, self._keys, self._below = content, keys, below

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield self.text
            yield from self._below
        yield self.bar

    def on_mount(self) -> None:
        self._fill(dialog_width(self.app.size.width) - 4)  # so that the first paint is whole
        self.text.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Show the content again; only changes are painted."""
        if self.text.size:
            self._fill(dialog_width(self.app.size.width) - 4)

    def _fill(self, room: int) -> None:
        """Show the content for that many cells."""
        lines = indented(self._content(room))
        box = self.query_one(".box").styles
        box.height, box.width = len(lines) + 2, dialog_width(self.app.size.width)
        self.text.show(lines)
        title, corner = self._heading
        self.text.entitle((title,), tuple(cell for cell in (self.note_right(), corner) if cell.text))
        self.bar.show_keys(*bar(self._keys(), (), self.app.size.width))

    def note_right(self) -> Cell:
        """A text in the frame before the corner."""
        return Cell("")

    def action_close(self) -> None:
        self.dismiss(None)


GROUPS = ("Change", "Edit", "Inside", "Go", "Move", "View", "Console")


class TextScreen(LinesDialog[None]):
    """Text to read, whose lines `/` filters. `?` shows `explained`, if there are such keys."""

    BINDINGS = [
        Binding("q,enter", "close", "back", show=False),
        Binding("slash", "filter", "filter"),
        Binding("question_mark", "help", "help", show=False),
        Binding("ctrl+s", "save_text", "save as text", show=False),
    ]
    explained: Sequence[tuple[str, str]] = ()

    def __init__(
        self, title: str, content: Callable[[int], Sequence[Line]], glyphs: Glyphs, keys: Sequence[Key] = ()
    ) -> None:
        super().__init__(title, content, glyphs=glyphs, keys=self._text_keys)
        self._own_keys = keys

    def own_keys(self) -> Sequence[Key]:
        """The keys of the bar before those that each text has."""
        return self._own_keys

    def _text_keys(self) -> Sequence[Key]:
        helps = (Key("?", "help", "screen.help"),) if self.explained else ()
        return (*self.own_keys(), Key("/", "filter", "screen.filter"), *helps, *BACK)

    def action_help(self) -> None:
        if self.explained:
            self.app.push_screen(keys_help("Keys", (*self.explained[:-1], SAVE, *self.explained[-1:]), self.glyphs))

    def action_save_text(self) -> None:
        self.post_message(SaveText(self._heading[0].text, "\n".join(self.text.text_lines()) + "\n"))

    def note_right(self) -> Cell:
        return Cell(self.text.filter.words, "accent")

    async def action_filter(self) -> None:
        await self.bar.open_filter(self.text, self.redraw)

    def action_close(self) -> None:
        """One level back: the filter, then the screen below."""
        if self.text.filter:
            self.text.narrow(Filter())
            self.redraw()
        else:
            super().action_close()


class HelpScreen(TextScreen):
    """Lines about keys, and the way to the manual."""

    BINDINGS = [Binding("question_mark", "close", "back", show=False), Binding("M", "manual", "manual")]

    def __init__(self, title: str, content: Callable[[int], Sequence[Line]], glyphs: Glyphs) -> None:
        super().__init__(title, content, glyphs, [Key("M", "manual")])

    def action_manual(self) -> None:
        from jailtui import man

        def content(room: int) -> list[Line]:
            return [line(text) for text in man.text(width=min(room, man.WIDTH)).splitlines()]

        self.app.push_screen(TextScreen("jailtui(8)", content, self.glyphs))


def keys_help(title: str, keys: Sequence[tuple[str, str]], glyphs: Glyphs) -> HelpScreen:
    """The keys of one screen, with what each does."""

    def content(room: int) -> list[Line]:
        texts = (hanging(Cell(f"  {key:<16} ", "key"), text, room) for key, text in keys)
        return [Line(), *(each for lines in texts for each in lines), Line()]

    return HelpScreen(title, content, glyphs)


def command_help(
    why_not: Callable[[Command], str | None], keymap: Mapping[str, str], facts: HostFacts | None, glyphs: Glyphs
) -> HelpScreen:
    """Keys by group, the meaning of signs, and the capabilities of the host."""

    def explained(command: Command, room: int) -> list[Line]:
        reason = why_not(command)
        lead = Cell(f"  {' '.join(key_names(command, keymap)):<16} ", "dim" if reason else "key")
        lines = hanging(lead, command.help, room, "dim" if reason else "")
        return lines + (hanging(Cell(" " * lead.width), f"off: {reason}", room, "warn") if reason else [])

    def content(room: int) -> list[Line]:
        lines: list[Line] = []
        for group in GROUPS:
            lines += [Line(), line(Cell(group, "title"))]
            for command in COMMANDS:
                lines += explained(command, room) if command.group == group else []
        return [*lines, *_signs(glyphs), *_capabilities(facts, glyphs, room), Line()]

    return HelpScreen("Keys", content, glyphs)


def _signs(glyphs: Glyphs) -> list[Line]:
    states = [line(f"  {sign:<2} ", Cell(state, "strong")) for state, sign in glyphs.states.items()]
    severities = [
        line(f"  {sign:<2} ", Cell(name, "strong"))
        for sign, name in ((glyphs.bad, "error"), (glyphs.warn, "warning"), (glyphs.dot, "note"))
    ]
    ways = [
        line(f"  {mark:<5}", Cell(meaning, "strong"))
        for mark, meaning in (("you", "carries your ssh session"), ("you?", "perhaps"), ("ssh", "another session"))
    ]
    titles = (Cell("States", "title"), Cell("Severities", "title"), Cell("Ssh", "title"))
    parts = zip(titles, (states, severities, ways), strict=True)
    return [each for title, lines in parts for each in (Line(), line(title), *lines)]


def _capabilities(facts: HostFacts | None, glyphs: Glyphs, room: int) -> list[Line]:
    if facts is None or not facts.capabilities:
        return []
    lines = [Line(), line(Cell("What the host supports", "title"))]
    for capability in facts.capabilities:
        sign, tone = (glyphs.marked, "ok") if capability.present else (glyphs.broken, "warn")
        lines += hanging(Cell(f"  {sign} ", tone), f"{capability.name}  {capability.note}".rstrip(), room)  # type: ignore[arg-type]
    return lines
