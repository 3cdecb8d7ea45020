"""`RowList`: what is painted, and that everything stays with its key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from jailtui.ui.lines import TONE_CLASSES, Cell
from jailtui.ui.rows import Column, Filter, Row
from jailtui.ui.widgets.rowlist import RowList
from tests.support.stage import screen_text

COLUMNS = (Column("NAME", low=4), Column("STATE", low=3))


class Counted(RowList):
    """A list that counts the lines it renders."""

    rendered = 0

    def render_line(self, y: int) -> Strip:
        self.rendered += 1
        return super().render_line(y)


class ListApp(App[None]):
    def get_default_screen(self):  # type: ignore[no-untyped-def]
        from textual.screen import Screen

        class Toned(Screen[None]):
            COMPONENT_CLASSES = TONE_CLASSES

        return Toned()

    def compose(self) -> ComposeResult:
        self.rows = Counted(COLUMNS, id="rows")
        yield self.rows


def row(key: str, state: str = "running") -> Row:
    return Row(key, (Cell(key), Cell(state)))


def rows(*keys: str) -> tuple[Row, ...]:
    return tuple(row(key) for key in keys)


@asynccontextmanager
async def shown(first: tuple[Row, ...], size: tuple[int, int] = (40, 12)) -> AsyncIterator[tuple[Counted, Pilot[None]]]:
    app = ListApp()
    async with app.run_test(size=size) as pilot:
        app.rows.focus()
        app.rows.show(first)
        await pilot.pause()
        app.rows.rendered = 0
        yield app.rows, pilot


TEN = tuple(f"jail{number}" for number in range(10))


async def test_equal_rows_render_no_line() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        it.show(rows(*TEN))
        await pilot.pause()
        assert it.rendered == 0


async def test_one_changed_row_renders_one_line() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        it.show((*rows(*TEN)[:4], row("jail4", "stopped"), *rows(*TEN)[5:]))
        await pilot.pause()
        assert it.rendered == 1


async def test_a_changed_row_out_of_sight_renders_no_line() -> None:
    async with shown(rows(*(f"jail{number}" for number in range(100)))) as (it, pilot):
        it.show((*it.rows[:80], row("jail80", "stopped"), *it.rows[81:]))
        await pilot.pause()
        assert it.rendered == 0


async def test_rows_put_in_above_leave_what_is_in_view_where_it_is() -> None:
    hundred = rows(*(f"jail{number}" for number in range(100)))
    async with shown(hundred) as (it, pilot):
        it.point("jail50")
        await pilot.pause()
        before = screen_text(pilot.app).splitlines()[1:-1]
        it.rendered = 0
        it.show((*rows("one", "two"), *hundred))
        await pilot.pause()
        assert screen_text(pilot.app).splitlines()[1:-1] == before
        assert it.cursor == "jail50"
        assert it.rendered <= 1  # the count in the frame


async def test_moving_the_cursor_renders_the_two_rows_it_concerns() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        await pilot.press("j")
        await pilot.pause()
        assert it.rendered == 2


async def test_keys_move_to_every_end_and_by_pages() -> None:
    async with shown(rows(*(f"jail{number:02}" for number in range(50)))) as (it, pilot):
        for key, cursor in (
            ("G", "jail49"),
            ("g", "jail00"),
            ("end", "jail49"),
            ("home", "jail00"),
            ("down", "jail01"),
            ("up", "jail00"),
            ("pagedown", "jail08"),
            ("pageup", "jail00"),
            ("k", "jail00"),
        ):
            await pilot.press(key)
            assert it.cursor == cursor, key
            line = next(line for line in screen_text(pilot.app).splitlines() if "▸" in line)
            assert cursor in line


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with shown(rows(*(f"jail{number:02}" for number in range(50)))) as (it, pilot):
        from textual import events

        it.post_message(events.MouseScrollDown(it, 5, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert it.first == 3
        assert it.cursor == "jail00"


async def test_a_row_that_goes_leaves_the_cursor_on_its_neighbour_and_marks_are_dropped() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        await pilot.press("j", "space")
        it.point("jail1")
        it.show(rows(*(key for key in TEN if key != "jail1")))
        assert it.cursor == "jail2"
        assert it.marks == frozenset()


async def test_marks_outlive_a_filter_that_hides_them() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        await pilot.press("space")
        it.narrow(Filter("jail5"))
        assert it.marks == {"jail0"}
        assert [one.key for one in it.shown] == ["jail5"]
        it.narrow(Filter())
        assert it.marks == {"jail0"}
        assert it.cursor == "jail5"


async def test_star_marks_what_the_filter_shows_and_again_unmarks_it() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        await pilot.press("space")
        it.narrow(Filter("jail[5-7]"))
        await pilot.press("asterisk")
        assert it.marks == {"jail0", "jail5", "jail6", "jail7"}
        await pilot.press("asterisk")
        assert it.marks == {"jail0"}


async def test_shift_marks_a_range() -> None:
    async with shown(rows(*TEN)) as (it, pilot):
        await pilot.press("j", "shift+down", "shift+down")
        assert (it.marks, it.cursor) == ({"jail1", "jail2", "jail3"}, "jail3")
        it.mark(frozenset())
        await pilot.press("space")
        it.point("jail6")
        await pilot.press("shift+space")
        assert it.marks == {"jail3", "jail4", "jail5", "jail6"}
        it.mark(frozenset())
        await pilot.press("shift+up", "shift+up")
        assert (it.marks, it.cursor) == ({"jail6", "jail5", "jail4"}, "jail4")


async def test_hostile_names_are_text_and_nothing_else() -> None:
    names = ("web[/]", "[bold]x[/bold]", "a\x1b[2Jb", "b\u202ecod", "日本語" * 20, "x" * 300, "\ud83d", "")
    async with shown(tuple(Row(str(at), (Cell(name), Cell("running"))) for at, name in enumerate(names))) as (_, pilot):
        text = screen_text(pilot.app)
        assert "web[/]" in text
        assert "[bold]x[/bold]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert text.count("running") == len(names)


KEYS = st.lists(st.sampled_from([f"jail{number}" for number in range(30)]), unique=True, max_size=30)


CHANGES = st.tuples(KEYS, st.sampled_from(["", "1", "!2"]), st.sampled_from(["j", "G", "space", "k"]))


@settings(max_examples=12, deadline=None)
@given(st.lists(CHANGES, max_size=6))
def test_cursor_marks_and_screen_stay_true_through_any_changes(changes: list[tuple[list[str], str, str]]) -> None:
    async def main() -> None:
        async with shown(rows(*TEN), (40, 8)) as (it, pilot):
            for keys, sought, key in changes:
                cursor, marks = it.cursor, it.marks
                it.show(rows(*keys))
                it.narrow(Filter(sought))
                visible = [one.key for one in it.shown]
                assert it.cursor == cursor if cursor in visible else (it.cursor in visible) == bool(visible)
                assert it.marks == marks & set(keys)
                await pilot.press(key)
                await pilot.pause()
                text = screen_text(pilot.app)
                assert ("▸" in text) == bool(visible)
                for at, one in enumerate(it.shown[it.first : it.first + it.page]):
                    assert f"{one.key} " in text.splitlines()[it.top_lines + at]

    asyncio.run(main())


def test_rows_compare_by_value() -> None:
    assert row("web") == row("web")
    assert row("web")._replace(problem=True) != row("web")


async def test_a_row_with_a_new_key_keeps_its_cursor_its_mark_and_its_place() -> None:
    async with shown(rows(*"abcdefghij"), (40, 6)) as (it, _):
        it.point("f")
        it.mark(frozenset("f"))
        before = it.shown.index(row("f")) - it.first
        it.show(rows(*"abcdeghijz"), {"f": "z"})
        assert it.cursor == "z"
        assert it.marks == {"z"}
        assert it.shown.index(row("z")) - it.first == before
