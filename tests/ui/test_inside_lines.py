"""The tables of what is inside of a jail, as rows and lines."""

from __future__ import annotations

from typing import cast

from jailtui.model.tables import InsideTable
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.insidelines import columns, page, rows, says, tab
from jailtui.ui.order import Order, sorted_rows
from jailtui.ui.screens.inside import InsideOwner, InsideScreen
from tests.support.screens import ValueHost, home
from tests.support.stage import stage

TABLE = InsideTable(
    "processes", "Processes", "ps -J 4", ("PID", "USER", "COMMAND"),
    (("99", "root", "cron"), ("100", "root", "sshd \x1b[2J"), ("99", "root", "cron")),
)  # fmt: skip


def test_rows_that_are_alike_have_keys_of_their_own_and_are_sorted_by_number() -> None:
    made = rows(TABLE)
    assert len({row.key for row in made}) == 3
    ordered = sorted_rows(made, columns(TABLE), Order("PID"))
    assert [row.cells[0].text for row in ordered] == ["99", "99", "100"]


def test_a_page_has_the_whole_row_and_nothing_that_a_terminal_acts_on() -> None:
    lines = [line.text for line in page(TABLE, rows(TABLE)[1], UNICODE, 40)]
    assert [line.split() for line in lines] == [["PID", "100"], ["USER", "root"], ["COMMAND", "sshd", "\ufffd[2J"]]


def test_a_table_that_is_not_known_says_why() -> None:
    unknown = TABLE._replace(rows=(), problem="no answer within 3 s")
    assert says(unknown) == "? no answer within 3 s"
    assert says(TABLE._replace(rows=())) == "none"
    assert (tab(unknown, counted=True), tab(TABLE, counted=True)) == ("Processes ?", "Processes 3")
    assert "no answer within 3 s" in page(unknown, None, UNICODE, 40)[0].text


async def test_a_filter_and_an_order_are_shown_where_all_tabs_leave_no_room() -> None:
    tables = tuple(TABLE._replace(name=f"table{number}", title=f"Processes {number}") for number in range(6))
    async with stage(ValueHost(home()), (80, 24)) as it:
        await it.app.push_screen(InsideScreen("web", tables, cast("InsideOwner", None), UNICODE))
        await it.until(lambda: "Processes 0 · Processes 1" in it.text())
        await it.press("greater_than_sign", "slash", *"cron", "enter")
        first = it.text().splitlines()[0]
        assert first.startswith("╭─ Processes 0 3 ─")
        assert first.endswith(" by PID ↑ /cron ─╮")
        await it.press("escape")
        assert "/cron" not in it.text()


class ReadAgain:
    """Reads the tables of a jail in which a process has ended meanwhile."""

    def read_again(self, screen: InsideScreen) -> None:
        screen.update((TABLE._replace(rows=TABLE.rows[:1]),))


async def test_tables_are_read_again_by_a_key_and_stay_as_they_were_sorted() -> None:
    async with stage(ValueHost(home()), (120, 30)) as it:
        await it.app.push_screen(InsideScreen("web", (TABLE,), ReadAgain(), UNICODE))
        await it.until(lambda: "sshd" in it.text())
        await it.press("greater_than_sign", "ctrl+r")
        await it.until(lambda: "sshd" not in it.text())
        first = it.text().splitlines()[0]
        assert "Processes 1" in first
        assert "by PID" in first
        assert "Reading web" not in it.text()
