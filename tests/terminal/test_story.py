"""The real program in a real pseudo-terminal, on the embedded host: an operator's night in one story, at both sizes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.simhost.setup import prepare
from tests.support.forked_screen import ForkedScreen
from tests.support.program import PROGRAM, environ, row
from tests.support.pseudo_terminal import Screen

SIZES = ((80, 24), (160, 45))


at_one_size = pytest.mark.parametrize("screen", SIZES[:1], indirect=True, ids=["80x24"])


@pytest.fixture
def interval() -> str:
    """Seconds between two readings."""
    return "2"


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def screen(request: pytest.FixtureRequest, tmp_path: Path, interval: str) -> Iterator[Screen]:
    (tmp_path / "jailtui").mkdir()
    (tmp_path / "jailtui/config.yaml").write_text("load_interval: 1\n")
    prepare(tmp_path / "demo")
    words = ("demo", "--demo-dir", str(tmp_path / "demo"), "--interval", interval)
    shown = ForkedScreen(words, environ(tmp_path), *request.param)
    yield shown
    shown.close()


def test_a_night_at_the_console(screen: Screen) -> None:
    screen.shows("3 orphans", "1 dying", "db", "broken")
    screen.until(lambda lines: "running" in row(lines, "db") and "dying" in row(lines, "old"))

    screen.send("/mail")
    screen.until(lambda lines: row(lines, "mail") and not row(lines, "db"))
    screen.send("\x1b")
    screen.until(lambda lines: row(lines, "db"))

    screen.send("/web\r")
    screen.until(lambda lines: row(lines, "web") and not row(lines, "mail"))
    screen.opens("S", "jail -r web", "Cancel")
    screen.send("\r")  # Cancel has the focus: nothing runs
    screen.until(lambda lines: not any("jail -r web" in line for line in lines))
    assert "running" in row(screen.lines(), "web")
    screen.opens("S", "jail -r web")
    screen.send("\t\r")
    screen.shows("web is stopped.")
    screen.send("\x1b")
    screen.until(lambda lines: "stopped" in row(lines, "web"))
    screen.send("\x1b")
    screen.until(lambda lines: row(lines, "vpn"))

    screen.send("2o")
    dialog = screen.opens("R", "Reclaim epair", "destroy", "Cancel")
    title = next(line for line in dialog if "Reclaim epair" in line)
    name = title.partition("Reclaim ")[2].split()[0]
    screen.send("\t\r")
    screen.shows(f"{name} is gone.")
    screen.send("\x1b")
    screen.until(lambda lines: not any("is gone" in line for line in lines))
    screen.shows("2 orphans")

    screen.send("q")
    assert screen.ended() == 0


@at_one_size
def test_resize_storm_leaves_the_screen_whole(screen: Screen) -> None:
    screen.shows("3 orphans")
    for columns, rows in ((160, 45), (20, 5), (200, 60), (81, 7), (40, 24), (30, 10), (160, 45)):
        screen.resize(columns, rows)
        screen.pump(0.05)
    screen.until(lambda lines: "running" in row(lines, "web"))
    screen.shows("1 Jails", "3 Bridges")
    screen.send("q")
    assert screen.ended() == 0


@pytest.mark.parametrize("interval", ["0.5"], ids=["often read"])
def test_quiet_host_writes_nothing_to_the_line(screen: Screen) -> None:
    screen.shows("3 orphans", "running")
    screen.until(lambda lines: len(lines[0]) < 120 or "·" in row(lines, "web")[:90])  # the load is read twice
    screen.until(lambda _: screen.pump(1) == b"")  # all that it had to write is written
    assert screen.pump(3) == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_that_ends_it_leaves_the_terminal_as_it_was(tmp_path: Path, number: signal.Signals) -> None:
    shown = Screen((*PROGRAM, "demo", "--demo-dir", str(tmp_path / "demo")), environ(tmp_path), 80, 24)
    try:
        shown.shows("3 orphans")
        os.kill(shown.pid, number)
        assert shown.ended() == 128 + number
        for mode in (b"1049", b"1000", b"1006", b"2004"):  # the other screen, the mouse, pasted text
            assert shown.written.rfind(b"\x1b[?" + mode + b"l") > shown.written.rfind(b"\x1b[?" + mode + b"h"), mode
    finally:
        shown.close()
