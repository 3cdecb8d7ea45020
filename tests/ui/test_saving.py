"""Texts of the screen in files of the operator's machine."""

from __future__ import annotations

import stat
from pathlib import Path

from jailtui.ui.lines import Cell
from jailtui.ui.messages import SaveText
from jailtui.ui.rows import Column, Row
from jailtui.ui.saving import save_text, short_path
from jailtui.ui.widgets.rowlist import RowList
from tests.support.screens import ValueHost, home
from tests.support.stage import NOON, stage


def test_each_text_has_a_new_file_that_others_can_not_read(tmp_path: Path) -> None:
    paths = [save_text(tmp_path / "saved", "log of web", f"{number}\n", NOON) for number in range(3)]
    assert [path.read_text() for path in paths] == ["0\n", "1\n", "2\n"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    first = save_text(tmp_path, "jails", "a", NOON)
    first.unlink()
    first.symlink_to(tmp_path / "elsewhere")
    assert save_text(tmp_path, "jails", "b", NOON) != first
    assert not (tmp_path / "elsewhere").exists()


def test_the_name_of_a_jail_leads_to_no_other_folder(tmp_path: Path) -> None:
    path = save_text(tmp_path, "log of ../../etc/\x1b[2J" + "x" * 300, "", NOON)
    assert path.parent == tmp_path
    assert path.name.startswith("log-of-..-..-etc-2j")
    assert len(path.name) < 80


def test_a_path_in_the_home_folder_is_written_with_a_tilde() -> None:
    assert short_path(Path("/root/.local/a.txt"), Path("/root")) == "~/.local/a.txt"
    assert short_path(Path("/var/a.txt"), Path("/root")) == "/var/a.txt"


def test_a_table_as_text_has_all_columns_and_cuts_nothing() -> None:
    rows = RowList((Column("JAIL", high=6), Column("JID", right=True), Column("EMPTY")))
    rows.show(
        (
            Row("a", (Cell("a-long-name-of-a-jail"), Cell("7"), Cell(""))),
            Row("b", (Cell("b"), Cell("12"), Cell(""))),
        )
    )
    assert rows.text_lines() == [
        "JAIL                   JID",
        "a-long-name-of-a-jail    7",
        "b                       12",
    ]


async def test_ctrl_s_saves_the_panel_or_the_details_and_tells_the_file(tmp_path: Path) -> None:
    async with stage(ValueHost(home()), saves=tmp_path) as it:
        await it.press("ctrl+s")
        (table,) = tmp_path.iterdir()
        assert f"Saved as {table}" in it.text()
        assert table.read_text().splitlines()[1].split()[:3] == ["JAIL", "JID", "STATE"]
        await it.press("enter", "ctrl+s")
        (details,) = {*tmp_path.iterdir()} - {table}
        assert details.name.startswith("details-of-")


async def test_the_first_line_of_a_file_holds_no_escape_of_a_name(tmp_path: Path) -> None:
    async with stage(ValueHost(home()), saves=tmp_path) as it:
        it.app.post_message(SaveText("log of we\x1b]0;owned\x07\nb", "line\n"))
        await it.until(lambda: list(tmp_path.iterdir()))
        (file,) = tmp_path.iterdir()
        head, *rest = file.read_text().splitlines()
        assert head.startswith("# log of we")
        assert "\x1b" not in head
        assert "\x07" not in head
        assert rest == ["line"]


async def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with stage(ValueHost(home()), saves=tmp_path / "file" / "saved") as it:
        await it.press("ctrl+s")
        assert "Not saved: " in it.text()
        assert "Not a directory" in it.text()
