"""The saves of one file as its backups tell them, and undo beside edits of somebody else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from jailtui.exchange import Argv, FileEdit
from jailtui.host.files import Backup, FileText, Saved, digest, read_saves, save_file
from jailtui.host.history import way_back
from jailtui.host.shell import Shell
from tests.support.box import CONF, Box

FIRST = b"web {\n  path = /j/web;\n  persist;\n}\n\n# end\n"
SECOND = FIRST.replace(b"/j/web", b"/k/web")
ADDED = b"# theirs\n"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    made = Box(tmp_path / "box")
    made.file.write_bytes(FIRST)
    return made


def save(box: Box, new: bytes, keep: int = 5) -> None:
    assert isinstance(save_file(box.shell(), CONF, digest(box.file.read_bytes()), new, keep=keep), Saved)


def back(box: Box, *, redo: bool = False) -> tuple[FileEdit, Backup | None]:
    return way_back(partial(read_saves, box.shell()), CONF, redo=redo)


def taken(box: Box, *, redo: bool = False) -> bytes:
    """Undo, or redo, and give the text then."""
    edit, backup = back(box, redo=redo)
    assert backup is not None
    assert not edit.loses
    save(box, edit.new)
    return box.file.read_bytes()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Argv]:
    """The words of each script that a shell runs from now on."""
    scripts: list[Argv] = []
    real = Shell.run

    def run(shell: Shell, text: str, words: Argv, limit: float) -> tuple[int, str, str]:
        scripts.append(words)
        return real(shell, text, words, limit)

    monkeypatch.setattr(Shell, "run", run)
    return scripts


def test_file_and_all_its_backups_come_in_one_round_trip(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [SECOND, b"third\n", b"fourth \xff\n"]
    for text in texts:
        save(box, text)
    scripts = counted(monkeypatch)
    saves = read_saves(box.shell(), CONF)
    assert isinstance(saves.file, FileText)
    assert saves.file.data == texts[-1]
    assert [saves.texts[backup.name] for backup in saves.file.backups] == [texts[1], texts[0], FIRST]
    assert saves.texts[saves.file.backups[0].written] == texts[-1]
    assert len(scripts) == 1


def test_backups_that_are_too_much_for_one_answer_are_read_one_by_one(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [letter * 60_000 for letter in (b"b", b"c", b"d")]
    for text in texts:
        save(box, b"# " + text + b"\n")
    whole = read_saves(box.shell(), CONF)
    monkeypatch.setattr("jailtui.host.shell.MOST", 150_000)
    scripts = counted(monkeypatch)
    again = read_saves(box.shell(), CONF)
    assert again.texts == whole.texts
    assert len(scripts) == 2 + len(again.texts)


def test_edit_of_somebody_else_elsewhere_stays_through_undo_and_redo(box: Box) -> None:
    save(box, SECOND)
    box.file.write_bytes(SECOND + ADDED)
    edit, _ = back(box)
    assert (edit.old, edit.new, edit.base, edit.loses) == (SECOND + ADDED, FIRST + ADDED, SECOND, False)
    assert taken(box) == FIRST + ADDED
    assert back(box)[1] is None, "there is nothing before it"
    assert taken(box, redo=True) == SECOND + ADDED
    assert taken(box) == FIRST + ADDED


def test_edit_of_somebody_else_between_two_saves_stays_through_both_undos(box: Box) -> None:
    save(box, SECOND)
    box.file.write_bytes(SECOND + ADDED)
    save(box, SECOND.replace(b"web {", b"www {") + ADDED)
    assert [taken(box) for _ in range(2)] == [SECOND + ADDED, FIRST + ADDED]
    assert [taken(box, redo=True) for _ in range(2)] == [SECOND + ADDED, SECOND.replace(b"web {", b"www {") + ADDED]


def test_edit_of_somebody_else_in_the_same_lines_would_be_lost(box: Box) -> None:
    save(box, SECOND)
    theirs = SECOND.replace(b"/k/web", b"/k/www")
    box.file.write_bytes(theirs)
    edit, _ = back(box)
    assert (edit.old, edit.new, edit.base, edit.loses) == (theirs, FIRST, SECOND, True)
    save(box, edit.new)
    assert back(box)[1] is None, "what was agreed to is an undo too"
    assert taken(box, redo=True) == SECOND


def test_edit_in_the_next_line_touches(box: Box) -> None:
    save(box, SECOND)
    box.file.write_bytes(SECOND.replace(b"  persist;", b"  persist;  # theirs"))
    assert back(box)[0].loses


def test_only_the_text_of_the_last_save_is_kept_unless_somebody_changed_it(box: Box) -> None:
    def written() -> int:
        return len(list(box.etc.glob(".*.written")))

    save(box, b"1\n")
    save(box, b"2\n")
    assert written() == 1
    box.file.write_bytes(b"3\n")
    save(box, b"4\n")
    assert written() == 2
    save(box, b"5\n", keep=1)
    assert written() == 1
    save(box, b"6\n", keep=0)
    assert written() == 0


def test_undo_works_without_what_was_written_as_older_versions_left_it(box: Box) -> None:
    save(box, SECOND)
    for file in box.etc.glob(".*.written"):
        file.unlink()
    box.file.write_bytes(SECOND + ADDED)
    edit, _ = back(box)
    assert (edit.old, edit.new, edit.base) == (SECOND + ADDED, FIRST, None)
