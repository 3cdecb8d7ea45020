"""Rows in the order of a column, and what the screen remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.ui.columns import JAILS, left_out
from jailtui.ui.lines import Cell
from jailtui.ui.order import Order, next_title, sorted_rows
from jailtui.ui.remembered import Remembered
from jailtui.ui.rows import Column, Row
from tests.support.loads import reading
from tests.support.screens import ValueHost, home
from tests.support.stage import stage

COLUMNS = (Column("JAIL"), Column("CPU"), Column("JID"))
ROWS = tuple(
    Row(
        name, (Cell(name), Cell(f"{cpu}%"), Cell(jid)), amounts=(None, cpu, None, None, None) if cpu is not None else ()
    )
    for name, cpu, jid in (("web10", 0.0, "10"), ("web9", 12.5, "9"), ("db", 0.0, "–"), ("old", None, "3"))
)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order(), "web10 web9 db old"),
        (Order("", True), "old db web9 web10"),
        (Order("JAIL"), "db old web9 web10"),
        (Order("JAIL", True), "web10 web9 old db"),
        (Order("CPU"), "web9 web10 db old"),  # equal ones as before, unknown ones last
        (Order("CPU", True), "web10 db web9 old"),
        (Order("JID"), "old web9 web10 db"),
        (Order("NONE"), "web10 web9 db old"),
    ],
)
def test_rows_by_a_column(order: Order, names: str) -> None:
    assert " ".join(row.key for row in sorted_rows(ROWS, COLUMNS, order)) == names


def test_the_next_column_after_the_last_is_none() -> None:
    assert [next_title(("JAIL", "CPU"), title, 1) for title in ("", "JAIL", "CPU", "GONE")] == [
        "JAIL",
        "CPU",
        "",
        "JAIL",
    ]
    assert next_title(("JAIL", "CPU"), "", -1) == "CPU"


def test_columns_of_the_load_by_the_width_of_the_terminal() -> None:
    titles = {column.title for column in JAILS}
    assert {"CPU", "MEM", "IN/s", "OUT/s"} <= left_out("jails", 119, load=False)
    assert left_out("jails", 119, load=True) & titles == {"TRAFFIC", "ADDRESS", "EPAIR", "BRIDGE", "VLAN"}
    assert left_out("jails", 120, load=True) == {"TRAFFIC"}
    assert left_out("epairs", 160, load=True) == set()


def test_what_the_screen_remembers_survives_it_and_a_broken_file_is_not_missed(tmp_path: Path) -> None:
    file = tmp_path / "state/screen"
    Remembered(file).set("sort.jails", "CPU inverted")
    assert Remembered(file).get("sort.jails") == "CPU inverted"
    Remembered(file).set("sort.jails", "")
    assert file.read_text() == ""
    file.write_bytes(b"\xff = \x00\nsort.jails\n")
    assert Remembered(file).get("sort.jails") == ""
    file.unlink()
    file.mkdir()
    Remembered(file).set("sort.jails", "CPU")  # can't be kept


async def test_keys_sort_and_the_cursor_stays_on_its_jail(tmp_path: Path) -> None:
    async with stage(ValueHost(home()), (100, 30), remembered=tmp_path / "screen") as it:
        jails = it.console.panels.lists["jails"]
        jails.point("web")
        usual = [row.key for row in jails.rows]
        await it.press("greater_than_sign")
        assert [row.key for row in jails.rows] == sorted(usual)
        assert jails.cursor == "web"
        assert "by JAIL ↑" in it.text()
        await it.press("I")
        assert [row.key for row in jails.rows] == sorted(usual, reverse=True)
        assert "by JAIL ↓" in it.text()
    async with stage(ValueHost(home()), (100, 30), remembered=tmp_path / "screen") as it:
        assert [row.key for row in it.console.panels.lists["jails"].rows] == sorted(usual, reverse=True)
        await it.press("less_than_sign")
        assert [row.key for row in it.console.panels.lists["jails"].rows] == usual


async def test_t_swaps_the_addresses_for_the_load_where_there_is_no_room_for_both() -> None:
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.press("T")
        assert "is not known here" in it.text()
        for load in (reading(0), reading(5, into=4_100_000, out=300_000, cpu=130)):
            it.console.load.take(load)
        await it.press("T")
        row = next(line for line in it.text().splitlines() if " web " in line)
        assert row.split("│")[1].split()[-6:] == ["1d", "0h", "26%", "180M", "820k", "60k"]
        assert "ADDRESS" not in it.text()
        await it.press("T")
        assert "ADDRESS" in it.text()
