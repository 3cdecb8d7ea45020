"""What is loaded when the first frame stands: nothing that parses, judges or plans."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tests.support.pseudo_terminal import Terminal

ROOMS = {"backend", "cli", "exchange", "host", "preferences", "readings", "simhost", "snapshot", "text", "ui"}
"""The rooms of jailtui that the first frame needs, and `simhost` for the embedded host."""
LATER = {
    "jailtui.host.collect",
    "jailtui.host.files",
    "jailtui.host.ssh",
    "jailtui.simhost.run",
    "jailtui.ui.panelrows",
    "jailtui.ui.screens.doctor",
    "jailtui.ui.screens.form",
    "jailtui.ui.screens.plan",
}
"""Of those rooms what is needed later only."""
LIBRARIES = {"pydantic", "yaml", "plumbum"}


def loaded(folder: Path) -> set[str]:
    """The modules that are loaded at the first frame of the console on the embedded host, which is there already."""
    names = folder / "names"
    words = (sys.executable, "-m", "tests.terminal.first_frame", str(names), "demo", "--demo-dir", str(folder / "demo"))
    terminal = Terminal(words, {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)})
    try:
        until = time.monotonic() + 60
        while not names.exists() and time.monotonic() < until:
            terminal.pump(0.1)
        terminal.pump(0.2)
    finally:
        terminal.close()
    found = set(names.read_text(encoding="utf-8").split("\n"))
    names.unlink()
    return found


def test_nothing_that_parses_judges_or_plans_is_loaded_at_the_first_frame(tmp_path: Path) -> None:
    loaded(tmp_path)  # makes the embedded host
    modules = loaded(tmp_path)
    assert "jailtui.ui.screens.console" in modules
    assert {name.split(".")[1] for name in modules if name.startswith("jailtui.")} <= ROOMS
    assert not modules & LATER
    assert not {name.split(".")[0] for name in modules} & LIBRARIES
