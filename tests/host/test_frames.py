"""A script's output taken apart, and what is no such output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.exchange import Garbled, Section
from jailtui.host.frames import split

MARK = "==0123"


def framed(sections: list[Section]) -> str:
    """What sections.sh prints for these."""
    told = (f"{MARK} begin {one.name}\n{one.out}\n{MARK} end {one.rc}\n{one.err}\n" for one in sections)
    return "".join(told) + f"{MARK} done\n"


text = st.text().filter(lambda value: MARK not in value)


@given(st.lists(st.tuples(text, text, st.integers(0, 255))))
def test_what_commands_print_comes_back_as_it_was(told: list[tuple[str, str, int]]) -> None:
    sections = [Section(f"s{number}", rc, out, err.rstrip("\n")) for number, (out, err, rc) in enumerate(told)]
    assert list(split(framed(sections), MARK)) == sections


def test_noise_before_the_first_section_is_passed_over() -> None:
    assert split("motd\n" + framed([Section("a", 0, "x")]), MARK) == (Section("a", 0, "x"),)


@pytest.mark.parametrize("cut", range(1, 12))
def test_answer_that_was_cut_short_is_refused(cut: int) -> None:
    whole = framed([Section("a", 0, "x"), Section("b", 1, "", "no")])
    with pytest.raises(Garbled):
        split(whole[: len(whole) * cut // 12 - 8], MARK)


def test_output_without_the_mark_is_refused() -> None:
    with pytest.raises(Garbled, match="did not run"):
        split("Illegal variable name.\n", MARK)


def test_answer_with_its_parts_out_of_order_is_refused() -> None:
    with pytest.raises(Garbled, match="out of order"):
        split(f"{MARK} end 0\n\n{MARK} begin a\n\n{MARK} done\n", MARK)
