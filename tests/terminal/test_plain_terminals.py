"""The real program on terminals without Unicode or colours, by itself, and on one of 16 colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Screen

Shown = Callable[..., Screen]


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    opened: list[Screen] = []

    def show(**more: str) -> Screen:
        program = (*PROGRAM, "demo", "--demo-dir", str(tmp_path / "demo"))
        opened.append(Screen(program, environ(tmp_path, **more), 80, 24))
        return opened[-1]

    yield show
    for screen in opened:
        screen.close()


@pytest.mark.parametrize("more", [{"TERM": "vt100"}, {"TERM": "linux"}, {"LANG": "C"}], ids=str)
def test_a_plain_terminal_gets_ascii_and_no_colour_by_itself(shown: Shown, more: dict[str, str]) -> None:
    screen = shown(**more)
    lines = screen.shows("3 orphans", "problems")
    assert all(line.isascii() for line in lines), lines
    assert {char.fg for row in screen.picture.buffer.values() for char in row.values()} == {"default"}


def test_sixteen_colours_keep_green_and_accents(shown: Shown) -> None:
    screen = shown(TERM="xterm")
    lines = screen.shows("3 orphans", "problems")
    at = next(number for number, line in enumerate(lines) if "running" in line)
    row = screen.picture.buffer[at]
    assert "green" in row[lines[at].index("running")].fg
    assert row[lines[at].index("running")].fg != screen.picture.buffer[23][lines[23].index(" s ") + 1].fg
    assert {char.fg for line in screen.picture.buffer.values() for char in line.values()} >= {"brightcyan", "brightred"}
