"""Readings of an embedded host that has not changed are answered from memory: they are what costs a test most."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from jailtui.exchange import Argv
from jailtui.host.shell import Shell
from jailtui.model.build import Builder

MARK = "==mark"
Answer = tuple[int, str, str]
PLACES = ("etc", "var", "jails", "bin")
"""The folders of the host that its commands and the scripts read besides its state."""


def marks(folder: str) -> Iterator[object]:
    """What changes with a file below that folder, of each; not of the note that a jail's own program has run."""
    with suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                yield from marks(entry.path)
            elif entry.name != "ran":
                stat = entry.stat(follow_symlinks=False)
                yield entry.path, stat.st_mtime_ns, stat.st_size, stat.st_mode


class Remembered:
    """The answers of the host in `folder` to scripts that changed nothing there, as long as nothing changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._answers: dict[object, Answer] = {}
        self._builder = Builder()

    def state(self) -> object:
        """What the answers follow from."""
        generation = (self.folder / "generation").read_bytes()
        return generation, *(mark for place in PLACES for mark in marks(f"{self.folder}/{place}"))

    def parse_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have what follows from an answer be worked out once, as in one console, for all verbs of this process."""
        monkeypatch.setattr("jailtui.model.build.Builder", lambda: self._builder)

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
