"""What leaves for the terminal: colours, ASCII, sizes, the clipboard, and what is loaded for the first frame."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import Any

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen

from jailtui.ui.terminal import COPY_LIMIT, osc52, shows_colour, shows_unicode
from jailtui.ui.themes import SIXTEEN, NoColour, style_sheets
from tests.support.screens import ValueHost, home, many, odd
from tests.support.stage import Stage, stage


def styles(it: Stage) -> set[Style]:
    strips = it.app.screen._compositor.render_strips()
    return {segment.style for strip in strips for segment in strip if segment.style is not None}


async def test_no_color_means_no_colour_codes_and_the_state_can_still_be_read() -> None:
    async with stage(ValueHost(home()), environ={"NO_COLOR": "1"}) as it:
        for keys in ((), ("o", "R"), ("question_mark",)):
            await it.press(*keys)
            await it.until(lambda: not it.app.workers)
            assert not [style for style in styles(it) if style.color is not None or style.bgcolor is not None]
            await it.press("escape")
        assert "● running" in it.text()
        assert "▸" in it.text()


async def test_with_colours_every_state_has_its_own() -> None:
    async with stage(ValueHost(home())) as it:
        assert len({style.color for style in styles(it)}) > 5


async def test_ascii_mode_draws_the_whole_console_in_ascii() -> None:
    for size in ((160, 45), (80, 24)):
        async with stage(ValueHost(home()), size, ascii=True) as it:
            for keys in ((), ("3",), ("1", "enter"), ("escape", "S"), ("tab",), ("escape", "question_mark")):
                await it.press(*keys)
                await it.until(lambda: not it.app.workers)
                assert it.text().isascii(), it.text()


def test_a_filter_without_colour_keeps_bold_and_reverse() -> None:
    style = Style(color="red", bgcolor="blue", bold=True, reverse=True)
    (segment,) = NoColour().apply([Segment("x", style)], Color(0, 0, 0))
    assert segment.style == Style(bold=True, reverse=True)


async def test_a_storm_of_sizes_breaks_nothing() -> None:
    sizes = [(160, 45), (20, 5), (80, 24), (1, 1), (300, 12), (24, 60), (130, 29), (129, 30), (40, 15), (80, 16)]
    async with stage(ValueHost(home())) as it:
        for keys in ((), ("o",), ("slash", "e"), ("enter", "1", "enter"), ("escape", "S"), ("escape", "question_mark")):
            await it.press(*keys)
            for width, height in sizes:
                await it.pilot.resize_terminal(width, height)
                await it.pilot.pause()
                lines = it.text().splitlines()
                assert len(lines) == height
            await it.pilot.resize_terminal(160, 45)
            await it.pilot.pause()
        await it.press("escape", "escape")
        assert "em0 ── bridge0" in it.text()


@pytest.mark.parametrize("size", [(20, 5), (24, 8), (30, 10), (40, 12)])
async def test_the_smallest_terminal_shows_the_row_under_the_cursor(size: tuple[int, int]) -> None:
    async with stage(ValueHost(many(30)), size) as it:
        await it.press("j", "j", "j", "j", "j")
        line = next(line for line in it.text().splitlines() if "▸" in line)
        assert "jail6" in line
        assert "●" in line


async def test_a_refresh_of_a_quiet_host_paints_nothing() -> None:
    async with stage(ValueHost(many(1000))) as it:
        painted: list[object] = []
        display = it.app._display

        def spy(screen: Screen[Any], renderable: Any) -> None:
            painted.append(renderable)
            display(screen, renderable)

        it.app._display = spy  # type: ignore[method-assign]
        await it.refreshed()
        await it.refreshed()
        assert not any(painted)
        it.host.found = (odd("jail", "jail3", "warning", "It is odd."),)
        await it.refreshed()
        assert any(painted)


def test_osc52_holds_the_text_and_is_wrapped_for_tmux_and_screen() -> None:
    text = "jail -r wéb\n"
    plain = osc52(text, {})
    assert plain is not None
    assert plain.startswith("\x1b]52;c;")
    assert base64.b64decode(plain[7:-1]).decode() == text
    assert osc52(text, {"TMUX": "/tmp/x"}) == plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    assert osc52(text, {"TERM": "screen-256color"}) == f"\x1bP{plain}\x1b\\"
    assert osc52("x" * COPY_LIMIT, {}) is None
    assert osc52("\ud800", {}) is not None


@pytest.mark.parametrize(
    ("environ", "unicode", "colour"),
    [
        ({}, True, True),
        ({"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}, True, True),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, False, False),
        ({"TERM": "linux"}, False, False),
        ({"TERM": "xterm", "LANG": "C"}, False, False),
        ({"TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "POSIX"}, False, False),
        ({"TERM": "xterm", "LANG": "de_DE.ISO8859-1"}, False, True),
        ({"TERM": "xterm", "LANG": "C", "LC_ALL": "en_US.utf8"}, True, True),
    ],
)
def test_what_a_terminal_shows_follows_from_its_name_and_the_locale(
    environ: dict[str, str], unicode: bool, colour: bool
) -> None:
    assert (shows_unicode(environ), shows_colour(environ)) == (unicode, colour)


def test_the_colours_for_sixteen_are_drawn_as_they_are() -> None:
    for theme in SIXTEEN:
        named = [theme.success, theme.warning, theme.error, theme.primary, theme.accent, theme.foreground]
        drawn = [RichColor.parse(colour or "").downgrade(ColorSystem.STANDARD).number for colour in named]
        assert len(set(drawn)) == len(drawn), theme.name
        assert drawn[0] in (2, 10), "green"


async def test_copying_says_so_in_the_bar_of_keys() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.press("y")
        await it.until(lambda: "sent to the terminal's clipboard." in it.text().splitlines()[-1])


def test_every_style_sheet_is_found() -> None:
    from pathlib import Path

    from jailtui.ui.app import ConsoleApp

    assert isinstance(ConsoleApp.CSS_PATH, list)
    assert all(Path(sheet).is_file() for sheet in ConsoleApp.CSS_PATH)
    assert all(Path(sheet).is_file() for sheet in style_sheets("console", "lines", "dialogs", "screens"))


def test_the_first_frame_loads_no_dialog_no_palette_and_no_pydantic() -> None:
    code = "import sys, jailtui.ui.app; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    screens = {f"jailtui.ui.screens.{name}" for name in ("plan", "run", "help", "form", "doctor")}
    assert not {
        *screens,
        "jailtui.ui.palette",
        "jailtui.jailconf",
        "pydantic",
        "markdown_it",
        "textual.widgets._markdown",
        "plumbum",
    } & set(loaded)
