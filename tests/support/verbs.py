"""The embedded host, by the command line, and an operator who answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.simhost import setup


class Demo:
    """The embedded host in `folder`: `words` name it on the command line, `text` is its jail.conf."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = ("--host", "demo", "--demo-dir", str(folder))
        setup.prepare(folder)
        self.text = folder / "etc" / "jail.conf"


def answering(monkeypatch: pytest.MonkeyPatch, answer: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Put an operator at a terminal, who says `answer` to the question; `meanwhile` happens while it stands."""

    class Operator:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            meanwhile()
            return f"{answer}\n"

    monkeypatch.setattr("sys.stdin", Operator())
