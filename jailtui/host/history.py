"""The saves of a file, from its backups: which of them stand, which were undone, and how to undo or redo one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import FileEdit
from jailtui.host.files import Backup, FileAndBackups, FileText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = Callable[[str], FileAndBackups]
    """Reads a file of the host with its backups. Raises HostError."""


class Save(NamedTuple):
    """One save: the text before it, which `backup` has, and the text that it wrote."""

    backup: Backup
    before: bytes
    after: bytes

    def undone(self, now: bytes | None) -> FileEdit:
        """The edit that takes this save back in the text `now`."""
        return FileEdit("", self.after, self.before, moves=True).onto(now)

    def redone(self, now: bytes | None) -> FileEdit:
        """The edit that saves it again in the text `now`."""
        return FileEdit("", self.before, self.after, moves=True).onto(now)


def way_back(read: Read, path: str, *, redo: bool = False) -> tuple[FileEdit, Backup | None]:
    """The edit that undoes the last save of the file `path` that stands, and the backup that has the text of then.

    With `redo` the edit that saves again what was undone last. Without a backup there is no such save, and the edit
    changes nothing. What somebody else changed since the save stays, unless the two changes touch. Raises HostError.
    """
    saves = read(path)
    now = saves.file.data if isinstance(saves.file, FileText) else None
    standing: list[tuple[Save, Backup]] = []
    undone: list[tuple[Save, Backup]] = []
    for save in _changes(saves, now):
        if standing and save.after == standing[-1][0].undone(save.before).new:
            undone.append((standing.pop()[0], save.backup))
        elif undone and save.after == undone[-1][0].redone(save.before).new:
            standing.append((undone.pop()[0], save.backup))
        else:
            undone.clear()
            standing.append((save, save.backup))
    for save, backup in reversed(undone if redo else standing):
        edit = save.redone(now) if redo else save.undone(now)
        if edit.new != now:
            return edit._replace(path=path), backup
    return FileEdit(path, now, now or b"", moves=True), None


def _changes(saves: FileAndBackups, now: bytes | None) -> Iterator[Save]:
    """The saves that changed something, the oldest first."""
    texts = saves.texts
    befores = [(backup, texts[backup.name]) for backup in reversed(saves.file.backups) if backup.name in texts]
    following = [*(before for _, before in befores[1:]), now or b""]
    for (backup, before), later in zip(befores, following, strict=False):
        after = texts.get(backup.written, later)
        if after != before:
            yield Save(backup, before, after)
