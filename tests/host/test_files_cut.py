"""A save whose line is cut: it runs to its end on the host, and a new line tells what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.exchange import FileEdit, Result, Step
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from tests.support.box import CONF, NEW, OLD, Box

SAVE = 2
"""The shell that saves: the first is that of the probe, the next reads the file."""


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def saved_by(box: Box, instead: str) -> Result:
    """The result of a save in whose shell these lines of sh are run, in place of the script."""
    (box.root / "count").write_text("0\n")
    count = f"read -r n <{box.root}/count; echo $((n + 1)) >{box.root}/count"
    shell = box.through(f"{count}\n[ $n != {SAVE} ] || {{ {instead}; exit 255; }}")
    host = Host("box", lambda: shell, Executor(patience=5))
    seen: list[bool] = []
    host.watch_line(seen.append)
    result = host.execute(Step(("save", CONF), file=FileEdit(CONF, OLD, NEW)), lambda text: None)
    assert seen == [True, False]
    return result


def test_save_runs_to_its_end_when_the_line_is_cut_in_it(box: Box) -> None:
    result = saved_by(box, '"$@" | /usr/bin/head -c 200')
    assert (result.rc, box.file.read_bytes()) == (0, NEW)
    assert result.output.startswith(f"{CONF} is saved. Backup: /etc/.jail.conf.jailtui-")
    assert box.strays() == []


def test_save_that_was_not_begun_is_told_as_that_and_has_no_exit_status(box: Box) -> None:
    result = saved_by(box, "echo 'Connection to box closed.' >&2")
    assert (result.rc, box.file.read_bytes()) == (None, OLD)
    assert result.note == "It was not saved: Connection to box closed (exit status 255)."
