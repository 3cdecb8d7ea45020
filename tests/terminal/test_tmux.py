"""Copying in a real tmux, with each of its settings for clipboards: its buffer, and the terminal that it runs in."""

from __future__ import annotations

import base64
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Screen


class Tmux:
    """The console in a tmux of its own, which runs in a terminal."""

    def __init__(self, folder: Path, clipboard: str) -> None:
        (folder / "tmux.conf").write_text(f"set -g set-clipboard {clipboard}\nset -g escape-time 0\n")
        self._argv = ("tmux", "-S", str(folder / "socket"), "-f", str(folder / "tmux.conf"))
        console = shlex.join((*PROGRAM, "demo", "--demo-dir", str(folder / "demo")))
        self.screen = Screen((*self._argv, "new-session", console), environ(folder), 160, 45)

    def buffer(self) -> str:
        return subprocess.run((*self._argv, "show-buffer"), capture_output=True, text=True, check=False).stdout

    def close(self) -> None:
        subprocess.run((*self._argv, "kill-server"), capture_output=True, check=False)
        self.screen.close()


@pytest.fixture(params=["on", "external", "off"])
def tmux(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tmux]:
    shown = Tmux(tmp_path, request.param)
    yield shown
    shown.close()


def test_a_copy_is_in_the_buffer_and_on_the_clipboard(tmux: Tmux, request: pytest.FixtureRequest) -> None:
    screen = tmux.screen
    screen.shows("3 orphans", "running")
    screen.send("y")
    screen.shows("copied to tmux's buffer.")
    assert "/jails/broken" in tmux.buffer()
    if "off" not in request.node.name:
        clipboard = base64.b64encode(tmux.buffer().encode())
        screen.wait_for(b";" + clipboard)
