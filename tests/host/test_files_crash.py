"""A save that is killed at every single call of a tool, before and after its work: the file is the old or the new."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.exchange import HostError
from jailtui.host.files import FileText, Missing, Saved, digest, read_file, save_file
from tests.support.box import CONF, NEW, OLD, Box, undo

THIRD = b"third { persist; }\n"


def plain(_box: Box) -> bytes | None:
    return OLD


def absent(box: Box) -> bytes | None:
    box.file.unlink()
    return None


def linked(box: Box) -> bytes | None:
    (box.root / "conf").mkdir()
    box.file.rename(box.root / "conf/real")
    box.file.symlink_to("../conf/real")
    return OLD


def killed_at(box: Box, base: bytes | None, call: int, after: bool) -> bool:
    """Save, killed at that call: whether it was (False: the save came through before)."""
    box.kill_at(call, after=after)
    try:
        outcome = save_file(box.shell(), CONF, None if base is None else digest(base), NEW)
    except HostError:
        return True
    assert isinstance(outcome, Saved), outcome
    return False


def whole(box: Box, base: bytes | None) -> bytes | None:
    """The text that stands there now: one of the two, with the old mode."""
    text = box.file.read_bytes() if box.file.exists() else None
    assert text in (base, NEW)
    if base is not None:
        assert text is not None
        assert box.file.stat().st_mode & 0o777 == 0o640
    return text


def left(box: Box) -> list[tuple[object, ...]]:
    """All that a killed save left, but for numbers and dates in names: the next save meets that and nothing else."""

    def named(path: Path) -> str:
        return re.sub(r"\d+", "N", os.path.relpath(path, box.root))

    files = [path for path in box.root.rglob("*") if box.bin not in path.parents and path.name != "calls"]
    return sorted(
        (
            named(path),
            path.lstat().st_mode,
            path.lstat().st_nlink,
            named(path.parent / path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else "",
        )
        for path in files
    )


def goes_on(box: Box, text: bytes | None) -> None:
    """The next save works, clears away what was left, and undo gives back what stood there."""
    box.unplant()
    found = read_file(box.shell(), CONF)
    assert isinstance(found, Missing if text is None else FileText)
    assert isinstance(save_file(box.shell(), CONF, found.digest, THIRD), Saved)
    assert box.file.read_bytes() == THIRD
    assert box.strays() == []
    kept = [box.root.joinpath(one.name[1:]).read_bytes() for one in read_file(box.shell(), CONF).backups]
    assert len(kept) == len(set(kept)), "what a killed save kept is no text of its own"
    if text is not None:
        assert isinstance(undo(box.shell(), CONF, digest(THIRD)), Saved)
        assert box.file.read_bytes() == text


@pytest.mark.parametrize("case", [plain, absent, linked])
def test_save_killed_at_any_step_leaves_the_old_or_the_new_text_and_the_next_one_works(
    tmp_path: Path, case: Callable[[Box], bytes | None]
) -> None:
    gone_on_from: list[object] = []
    for after in (False, True):
        texts: set[bytes | None] = set()
        states: list[object] = []
        call, killed = 0, True
        while killed:
            call += 1
            box = Box(tmp_path / f"{'after' if after else 'before'}-{call}")
            base = case(box)
            killed = killed_at(box, base, call, after)
            texts.add(whole(box, base))
            state = left(box)
            if state not in states:
                states.append(state)
            if state not in gone_on_from:  # what a kill after one call leaves is mostly what one before the next does
                gone_on_from.append(state)
                goes_on(box, whole(box, base))
        assert texts == {OLD if base else None, NEW}
        assert len(states) >= 4
        assert call > 8, "it was killed often enough to mean something"
