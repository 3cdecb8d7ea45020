"""Cleaning, cutting and comparing text: laws that hold for any text a host may send."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from jailtui.text import as_ascii, clean, cut, middle, output_lines, width
from jailtui.ui.lines import Cell, Line, changed_span, fit, line, spread, wrap

ANY = st.text(st.characters())
HOSTILE = (
    "web\x1b[31mred",
    "\x1b]0;title\x07",
    "[bold]web[/bold]",
    "web[/]",
    "evil\u202egnp.exe",
    "a\u200bb",
    "\ud800",
    "日本語の監獄",
    "e\u0301\u0301",
    "line\nbreak\rback\ttab",
    "\x9b31m",
    "👩\u200d👩\u200d👧",
)


@given(ANY | st.sampled_from(HOSTILE))
def test_clean_text_has_nothing_a_terminal_acts_on(text: str) -> None:
    assert not [char for char in clean(text) if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"]


@given(ANY | st.sampled_from(HOSTILE))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_escape_sequences_in_a_name_stay_visible_as_text() -> None:
    assert clean("web\x1b[31mred") == "web\N{REPLACEMENT CHARACTER}[31mred"
    assert clean("[bold]web[/bold]") == "[bold]web[/bold]"


@given(ANY | st.sampled_from(HOSTILE), st.integers(0, 30))
def test_cut_text_is_never_wider_than_its_room(text: str, room: int) -> None:
    for cutting in (cut, middle):
        assert cell_len(cutting(clean(text), room)) <= room


@given(ANY)
def test_ascii_text_takes_the_same_cells(text: str) -> None:
    assert as_ascii(clean(text)).isascii()
    assert len(as_ascii(clean(text))) == width(clean(text))


def test_long_names_lose_their_middle() -> None:
    assert middle("postgres-replica-number-03", 18) == "postgres-…umber-03"
    assert middle("web", 18) == "web"


@given(ANY)
def test_output_is_clean_line_by_line(text: str) -> None:
    assert all(clean(one) == one for one in output_lines(text))


def test_output_drops_colour_codes_and_shows_what_a_rewritten_line_ended_as() -> None:
    assert output_lines("\x1b[1mok\x1b[0m\n10%\r100%\r\nlast") == ["ok", "100%", "last"]


@given(st.lists(ANY, max_size=4), st.integers(0, 40))
def test_fitted_cells_fill_their_room_exactly(texts: list[str], room: int) -> None:
    assert sum(cell.width for cell in fit(map(Cell, texts), room)) == room


@given(st.lists(ANY, max_size=3), st.lists(ANY, max_size=3), st.integers(0, 40))
def test_both_ends_of_a_line_fill_it_exactly(left: list[str], right: list[str], room: int) -> None:
    spreading = spread(tuple(map(Cell, left)), tuple(map(Cell, right)), room)
    assert sum(cell.width for cell in spreading) == room


@given(ANY, st.integers(1, 40))
def test_wrapped_text_keeps_every_character_that_is_no_blank(text: str, room: int) -> None:
    parts = wrap(text, room)
    assert "".join(parts).replace(" ", "") == clean(text).replace(" ", "")
    assert all(width(part) <= max(room, 2) for part in parts)


CELLS = st.lists(
    st.builds(Cell, st.text("ab 日─", max_size=6), st.sampled_from(["", "ok", "bad", "new"])), max_size=5
).map(tuple)


@given(CELLS, CELLS, st.integers(1, 20))
def test_painting_the_changed_span_makes_the_old_line_the_new_one(
    old: tuple[Cell, ...], new: tuple[Cell, ...], room: int
) -> None:
    before, after = Line(fit(old, room)), Line(fit(new, room))
    span = changed_span(before, after)
    left = places(before)
    if span is not None:
        left[span[0] : span[1]] = places(after)[span[0] : span[1]]
    assert left == places(after)


def places(one: Line) -> list[tuple[str, str]]:
    """What is seen in each cell of the terminal."""
    return [
        (part, cell.tone if char != " " or cell.tone == "new" else "")
        for cell in one.cells
        for char in cell.text
        for part in (char, *[""] * (width(char) - 1))
    ]


def test_equal_lines_have_no_changed_span_and_one_changed_word_has_its_own() -> None:
    before = line("web  ", Cell("running", "ok"), "  192.168.1.1")
    assert changed_span(before, line("web  ", Cell("running", "ok"), "  192.168.1.1")) is None
    assert changed_span(before, line("web  ", Cell("stopped", "dim"), "  192.168.1.1")) == (5, 12)
    assert changed_span(before, Line(before.cells, "cursor")) == (0, 25)
