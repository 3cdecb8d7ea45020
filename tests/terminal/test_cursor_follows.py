"""The cursor after a save that creates or renames: on the object of it, in the real program on the embedded host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.simhost.setup import prepare
from tests.support.forked_screen import ForkedScreen
from tests.support.program import environ
from tests.support.pseudo_terminal import Screen


def session(folder: Path) -> Screen:
    words = ("demo", "--demo-dir", str(folder / "demo"))
    return ForkedScreen(words, environ(folder), 100, 40)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    prepare(tmp_path / "demo")
    shown = session(tmp_path)
    yield shown
    shown.close()


def cursor(lines: list[str]) -> str:
    """The jail under the cursor, by the title of its details."""
    return next((line.split()[1] for line in lines if "enter: more" in line), "")


def saved(screen: Screen) -> None:
    """Confirm the plan on screen, seen to its end, and go back to the panels."""
    screen.shows("[ Cancel ]")
    screen.send("\t")
    dialog = screen.until(lambda lines: "enter" in lines[-1] and "enter cancel" not in lines[-1])
    if "enter show the rest" in dialog[-1]:
        screen.send("\r")
        screen.until(lambda lines: "enter save" in lines[-1])
    screen.send("\r")
    screen.shows("Now")
    screen.send("\r")


def renamed_to_post(screen: Screen) -> None:
    """Rename the jail mail, and wait until the cursor is on its new name."""
    screen.shows("3 orphans", "running")
    screen.send("/mail\r")
    screen.until(lambda lines: cursor(lines) == "mail")
    screen.opens("N", "Rename mail", "Nothing would change")
    screen.send("\r\x7f\x7f\x7f\x7f")
    screen.shows("A jail needs a name")
    screen.send("post\r")
    screen.shows("post {")
    screen.send("\x13")
    saved(screen)
    screen.until(lambda lines: cursor(lines) == "post")


def test_the_cursor_goes_with_the_undo_of_a_rename_of_an_earlier_session(screen: Screen, tmp_path: Path) -> None:
    renamed_to_post(screen)
    screen.send("q")
    assert screen.ended() == 0
    later = session(tmp_path)
    try:
        later.shows("3 orphans", "running")
        later.send("/post\r")
        later.until(lambda lines: cursor(lines) == "post")
        for key, name in (("u", "mail"), ("U", "post")):
            later.send(key)
            saved(later)
            later.until(lambda lines, name=name: cursor(lines) == name)  # type: ignore[misc]
    finally:
        later.close()


def test_the_cursor_goes_with_a_renamed_jail_and_to_a_copied_and_a_new_one(screen: Screen) -> None:
    renamed_to_post(screen)
    screen.opens("u", "[ Cancel ]")
    saved(screen)
    screen.until(lambda lines: cursor(lines) == "mail")

    screen.opens("c", "Copy mail")
    screen.send("\rpost2\r")
    screen.shows("post2 {")
    screen.send("\x13")
    saved(screen)
    screen.until(lambda lines: cursor(lines) == "post2")

    screen.opens("n", "New jail")
    screen.send("\rnewest\r")
    screen.shows("newest {")
    screen.send("\x13")
    saved(screen)
    screen.until(lambda lines: cursor(lines) == "newest")
    screen.opens("X", "Remove newest")
