"""Opening the console: the first reading is begun before Textual is even loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jailtui.preferences import Config, ConfigError

if TYPE_CHECKING:
    from jailtui.backend import HostBackend

SLOW_LINK = {"TEXTUAL_FPS": "10", "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
"""Textual reads these when it is first imported."""


def run(backend: HostBackend, config: Config) -> int:
    """Show the console until the operator leaves it; gives the exit status.

    Raises ConfigError where the keymap names no command, or one key for two.
    """
    if config.keys:
        from jailtui.ui.commands import keymap_problems

        if problems := keymap_problems(config.keys):
            raise ConfigError("\n".join(f"keys: {name}: {what}" for name, what in problems))
    backend.read_ahead()
    if config.slow_link:
        os.environ.update(SLOW_LINK)
    from jailtui.ui.app import ConsoleApp

    app = ConsoleApp(
        backend,
        interval=config.interval,
        ascii=config.ascii,
        slow_link=config.slow_link,
        keymap=config.keys,
        theme=config.theme,
    )
    try:
        app.run()
    finally:
        backend.close()
    return app.return_code or 0
