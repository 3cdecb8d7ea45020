"""An embedded host that tests change one after the other: each finds it as it was made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from jailtui.exchange import Argv
from jailtui.host.shell import Shell
from jailtui.simhost import setup
from tests.support.remembered import Answer, Remembered
from tests.support.waiting import until

Asked = tuple[object, ...]
"""What was asked, and in which state."""

UNREAD = frozenset(("state", "generation", "lock", "cache", "audit.log"))
"""What no reading reads, or the generation tells of."""


class Entry(NamedTuple):
    """A directory (without data), a symbolic link (its target) or a file, and by what a change of it shows."""

    kind: str
    mode: int
    data: bytes | str
    times: tuple[int, int]
    seen: tuple[int, int]


def entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """All below the folder, a directory before what is in it."""
    for entry in os.scandir(folder):
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from entries(entry.path)


def kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "link"
    return "directory" if entry.is_dir() else "file" if entry.is_file() else "other"


def seen(stat: os.stat_result) -> tuple[int, int]:
    """Two numbers of a file, one of which any change of its text, its mode or its name moves."""
    return stat.st_ino, stat.st_ctime_ns


def marks(folder: str, leave_out: frozenset[str] = frozenset()) -> Iterator[object]:
    """What changes with anything below that folder, but for what is called so there.

    A process of the host may be at work: what vanishes meanwhile is no part of any state that holds.
    """
    try:
        for entry in os.scandir(folder):
            if entry.name not in leave_out:
                stat = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    yield entry.path, stat.st_mode
                    yield from marks(entry.path)
                else:
                    yield entry.path, stat.st_mode, stat.st_mtime_ns, stat.st_size
    except FileNotFoundError:
        yield object()


def remove(path: str) -> None:
    """Remove it, also if a step that has just been fetched removes its folder at that moment."""

    def gone() -> bool:
        shutil.rmtree(path, ignore_errors=True)
        return not Path(path).exists()

    until(gone, seconds=5)


def read(entry: os.DirEntry[str]) -> Entry:
    what, stat = kind(entry), entry.stat(follow_symlinks=False)
    assert what != "other", entry.path
    data = (
        b""
        if what == "directory"
        else str(Path(entry.path).readlink())
        if what == "link"
        else Path(entry.path).read_bytes()
    )
    return Entry(what, stat.st_mode, data, (stat.st_atime_ns, stat.st_mtime_ns), seen(stat))


class Watched(Remembered):
    """A host whose answers are remembered as long as nothing in its folder changes."""

    def state(self) -> object:
        """What the answers follow from, all the files of the host among it; those made anew stand in another order."""
        generation = (self.folder / "generation").read_bytes()
        return generation, frozenset(marks(str(self.folder), leave_out=UNREAD))


class PutBack(Watched):
    """The host in `folder`, made there as far as is missing by `setup.prepare` with these options; what it then answers
    is remembered.

    A process of a test that still changes it after the test is the next test's: such a test makes a host of its own.
    """

    def __init__(self, folder: Path, release: str = "15.1") -> None:
        super().__init__(folder)
        self.environment = setup.prepare(folder, release=release)
        self._made = {entry.path: read(entry) for entry in entries(str(folder))}
        self._first = self.state()

    def put_back(self) -> None:
        """Undo all that was done to the host since it was made, and forget what it answered meanwhile."""
        there: dict[str, os.stat_result] = {}
        self._keep_made(str(self.folder), there)
        for path, made in self._made.items():
            self._write(path, made, there.get(path))
        assert self.state() == self._first
        self._answers = {asked: self._answers[asked] for asked in self._answers if self._first in cast("Asked", asked)}

    def _keep_made(self, folder: str, there: dict[str, os.stat_result]) -> None:
        """Remove from the folder what was not made there; `there` gets the rest."""
        for entry in list(os.scandir(folder)):
            made = self._made.get(entry.path)
            if made is not None and made.kind == kind(entry):
                there[entry.path] = entry.stat(follow_symlinks=False)
                if made.kind == "directory":
                    self._keep_made(entry.path, there)
            elif entry.is_dir(follow_symlinks=False):
                remove(entry.path)
            else:
                Path(entry.path).unlink(missing_ok=True)

    def _write(self, path: str, made: Entry, stat: os.stat_result | None) -> None:
        """Have the path be what was made there."""
        if made.kind == "directory":
            if stat is None:
                Path(path).mkdir()
            if stat is None or stat.st_mode != made.mode:
                Path(path).chmod(made.mode & 0o7777)
        elif stat is None or seen(stat) != made.seen:
            Path(path).unlink(missing_ok=True)
            if isinstance(made.data, str):
                Path(path).symlink_to(made.data)
            else:
                Path(path).write_bytes(made.data)
                Path(path).chmod(made.mode & 0o7777)
            os.utime(path, ns=made.times, follow_symlinks=False)
            self._made[path] = made._replace(seen=seen(os.lstat(path)))

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the shells of this host, and of root on it, answer what is remembered."""
        real = Shell.run
        super().use(monkeypatch)
        remembering = Shell.run

        def run(shell: Shell, text: str, words: Argv, limit: float) -> Answer:
            ours = getattr(shell.command, "environment", None) == self.environment
            return (remembering if ours else real)(shell, text, words, limit)

        monkeypatch.setattr(Shell, "run", run)


class Homes:
    """The home network of each release, in a folder below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[str, PutBack] = {}

    def of(self, release: str) -> PutBack:
        """That of the release as it was made."""
        if release not in self._made:
            self._made[release] = PutBack(self.folder / release, release)
        self._made[release].put_back()
        return self._made[release]
