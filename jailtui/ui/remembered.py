"""What the screen remembers from one run to the next: how rows are sorted, and whether the load is shown.

A line each, `sort.jails = CPU`, in a file of the state folder. A file that can't be read or written is not missed.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST = 4096
"""Bytes of the file that are read."""


class Remembered:
    """Words by name. `file` None: nothing is kept."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._words = _read(file) if file is not None else {}

    def get(self, name: str) -> str:
        return self._words.get(name, "")

    def set(self, name: str, word: str) -> None:
        """Keep that word, or with "" none."""
        if self.get(name) == word:
            return
        self._words[name] = word
        if self._file is not None:
            text = "".join(f"{name} = {word}\n" for name, word in sorted(self._words.items()) if word)
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                part = self._file.with_name(f"{self._file.name}.{os.getpid()}")
                part.write_text(text, encoding="utf-8")
                part.replace(self._file)


def _read(file: Path) -> dict[str, str]:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(MOST)
    except OSError:
        return {}
    pairs = (line.partition(" = ") for line in text.splitlines())
    return {name: word for name, equals, word in pairs if equals}
