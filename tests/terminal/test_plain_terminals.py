"""The real program on terminals without Unicode or colours, by itself, and on one of 16 colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jailtui.simhost.setup import prepare
from tests.support.forked_screen import ForkedScreen
from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Screen

Shown = Callable[..., Screen]


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    opened: list[Screen] = []

    prepare(tmp_path / "demo")

    def show(*words: str, **more: str) -> Screen:
        """In a process of its own where it is Python that has to be told by LANG how it writes."""
        words = ("demo", "--demo-dir", str(tmp_path / "demo"), *words)
        if "LANG" in more:
            opened.append(Screen((*PROGRAM, *words), environ(tmp_path, **more), 80, 24))
        else:
            opened.append(ForkedScreen(words, environ(tmp_path, **more), 80, 24))
        return opened[-1]

    yield show
    for screen in opened:
        screen.close()


def colours(screen: Screen) -> set[str]:
    return {char.fg for row in screen.picture.buffer.values() for char in row.values()}


@pytest.mark.parametrize("more", [{"TERM": "vt100"}, {"TERM": "linux"}, {"LANG": "C"}], ids=str)
def test_a_plain_terminal_gets_ascii_and_no_colour_by_itself(shown: Shown, more: dict[str, str]) -> None:
    screen = shown(**more)
    lines = screen.shows("3 orphans", "! 4")
    assert all(line.isascii() for line in lines), lines
    assert colours(screen) == {"default"}


@pytest.mark.parametrize("more", [{"TERM": "vt100"}, {"LANG": "C", "NO_COLOR": "1"}], ids=str)
def test_unicode_and_colours_can_be_asked_for(shown: Shown, more: dict[str, str]) -> None:
    screen = shown("--unicode", "--colour", **more)
    lines = screen.shows("3 orphans", "! 4")
    assert any("● running" in line for line in lines)
    assert len(colours(screen)) > 3


def test_the_configuration_file_asks_for_them_too(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "jailtui").mkdir()
    (tmp_path / "jailtui/config.yaml").write_text("ascii: true\ncolour: false\n")
    screen = shown()
    lines = screen.shows("3 orphans", "! 4")
    assert all(line.isascii() for line in lines)
    assert colours(screen) == {"default"}
    forced = shown("--unicode", "--colour")
    assert any("● running" in line for line in forced.shows("3 orphans", "! 4"))
    assert len(colours(forced)) > 3


def test_sixteen_colours_keep_green_and_accents(shown: Shown) -> None:
    screen = shown(TERM="xterm")
    lines = screen.shows("3 orphans", "! 4")
    at = next(number for number, line in enumerate(lines) if "running" in line)
    row = screen.picture.buffer[at]
    assert "green" in row[lines[at].index("running")].fg
    assert row[lines[at].index("running")].fg != screen.picture.buffer[23][lines[23].index(" s ") + 1].fg
    assert {char.fg for line in screen.picture.buffer.values() for char in line.values()} >= {"brightcyan", "brightred"}
