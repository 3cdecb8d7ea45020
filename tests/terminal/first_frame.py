"""A program for a terminal: the console, which writes the names of all loaded modules to argv[1] at its first frame."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jailtui.backend import HostBackend
from jailtui.cli.main import main

begin = HostBackend.read_ahead


def read_ahead(backend: HostBackend, drawn: object) -> None:
    """As the backend's own; when the frame is drawn the program ends."""

    class Drawn:
        def set(self) -> None:
            Path(sys.argv[1]).write_text("\n".join(sys.modules), encoding="utf-8")
            os._exit(0)

        def wait(self, seconds: float) -> None:
            """Never: nothing may be parsed before the frame, and this program ends with it."""
            __import__("time").sleep(60)

    begin(backend, Drawn())  # type: ignore[arg-type]
    if "textual" in sys.modules:
        raise AssertionError("Textual is imported before the host is asked.")
    drawn.set = Drawn().set  # type: ignore[attr-defined]


HostBackend.read_ahead = read_ahead  # type: ignore[assignment, method-assign]
main(sys.argv[2:])
