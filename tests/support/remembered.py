"""Readings of an embedded host that has not changed are answered from memory: they are what costs a test most."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jailtui.exchange import Argv
from jailtui.host.shell import Shell

MARK = "==mark"
Answer = tuple[int, str, str]
PLACES = ("etc", "var", "jails", "bin")
"""The folders of the host that its commands and the scripts read besides its state."""


def marks(file: str) -> object:
    """What changes with a file; None without it."""
    try:
        stat = os.lstat(file)
    except FileNotFoundError:
        return None
    return file, stat.st_mtime_ns, stat.st_size, stat.st_mode


class Remembered:
    """The answers of the host in `folder` to scripts that changed nothing there, as long as nothing changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._answers: dict[object, Answer] = {}

    def state(self) -> object:
        """What the answers follow from; not the note that a jail's own program has run."""
        files = [f"{self.folder}/generation"]
        for place in PLACES:
            for top, _, names in os.walk(f"{self.folder}/{place}"):
                files += [f"{top}/{name}" for name in names if name != "ran"]
        return tuple(filter(None, map(marks, files)))

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have every shell of this process answer so."""
        real = Shell.run

        def run(shell: Shell, text: str, words: Argv, limit: float) -> Answer:
            if not (words and words[0].startswith("==")):
                return real(shell, text, words, limit)
            before = self.state()
            asked = (text, words[1:], before)
            if asked not in self._answers:
                status, out, err = real(shell, text, words, limit)
                if self.state() != before:
                    return status, out, err
                self._answers[asked] = status, out.replace(words[0], MARK), err
            status, out, err = self._answers[asked]
            return status, out.replace(MARK, words[0]), err

        monkeypatch.setattr(Shell, "run", run)
