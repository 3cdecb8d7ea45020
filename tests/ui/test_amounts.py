"""How amounts are shown: short, and rounded so that an idle jail stands still."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.ui.amounts import duration, memory, per_second, percentage, scaled
from jailtui.ui.graphs import graph, sparkline, top_of_scale


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0"), (1023, "1023B"), (1024, "1.0k"), (2800 << 10, "2.7M"), (180 << 20, "180M"), (1023 << 30, "1023G")],
)
def test_memory_has_units_of_1024(size: int, text: str) -> None:
    assert memory(size) == text


@pytest.mark.parametrize(
    ("rate", "text"), [(0, "·"), (99, "·"), (100, "0.1k"), (42_000, "42k"), (999_700, "1.0M"), (2_400_000, "2.4M")]
)
def test_a_rate_has_units_of_1000_and_little_is_quiet(rate: float, text: str) -> None:
    assert per_second(rate, "·") == text


@pytest.mark.parametrize(("percent", "text"), [(0.4, "0%"), (2.14, "2.1%"), (9.96, "10%"), (340.4, "340%")])
def test_percent_of_a_processor(percent: float, text: str) -> None:
    assert percentage(percent) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "<1m"), (725, "12m"), (18_000, "5h"), (273_600, "3d 4h"), (10 * 86400 + 3600, "10d")]
)
def test_duration_by_its_largest_unit(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(0, 1e17))
def test_an_amount_has_at_most_five_cells(amount: float) -> None:
    assert len(scaled(amount, 1000)) <= 4
    assert len(scaled(amount, 1024)) <= 5


def test_a_sparkline_has_two_samples_a_cell_and_the_newest_at_the_right() -> None:
    assert sparkline([0, 1_000_000, 500_000], 2, ascii=False) == " ⣧"
    assert sparkline([1_000_000, 1_000_000, 500_000, 0], 2, ascii=False) == "⣿⡄"
    assert sparkline([None, 50.0], 2, ascii=False) == "  "
    assert sparkline([0, 1_000_000, 300_000, 0], 2, ascii=True) == "#."


def test_a_graph_has_several_lines_of_which_the_top_of_the_scale_takes_all() -> None:
    assert graph([1000, 1000, 500, 0], 2, 2, 1000, 100, ascii=False) == ["⣿ ", "⣿⡇"]
    assert graph([150, 0], 1, 3, 1000, 100, ascii=False) == [" ", " ", "⡄"], "what moves is seen"
    assert graph([99, 99], 1, 3, 1000, 100, ascii=False) == [" "] * 3
    assert graph([1000, 500], 2, 2, 1000, 100, ascii=True) == [" #", " #"]


@pytest.mark.parametrize(
    ("highest", "top"), [(100, 100), (101, 200), (1_300_000, 2_000_000), (7.2, 10), (48, 50), (0.7, 1)]
)
def test_the_top_of_a_scale_is_1_2_or_5_with_zeros(highest: float, top: float) -> None:
    assert top_of_scale(highest) == pytest.approx(top)


@given(st.floats(0.5, 1e12))
def test_the_top_of_a_scale_is_never_below_what_is_drawn(highest: float) -> None:
    assert highest <= top_of_scale(highest) * 1.000001 <= highest * 10.00001
