"""A text of the screen, saved in a new file on the operator's machine."""

from __future__ import annotations

import os
import re
import time
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LONGEST_NAME = 40
"""Characters of a title that the name of its file has."""


def save_text(folder: Path, title: str, text: str, at: float) -> Path:
    """Write a text into a new file of `folder`, which only the operator can read. No file is overwritten.

    Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _names(title, at):
        try:
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            (folder / name).unlink(missing_ok=True)  # half a text
            raise
        return folder / name
    raise FileExistsError


def _names(title: str, at: float) -> Iterable[str]:
    """Names of files for that title and time. A title may hold the name of a jail."""
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", title)[:LONGEST_NAME].strip("-.").lower() or "text"
    stem = f"{plain}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(at))}"
    yield f"{stem}.txt"
    for number in count(2):
        yield f"{stem}-{number}.txt"


def short_path(path: Path, home: Path) -> str:
    """A path as a shell takes it: `~` for the home folder."""
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
