"""Reading `sysrc -ae`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import sysrc
from jailtui.formats.errors import FormatError
from tests.support.refused import read_or_refused

DATA = Path(__file__).parent / "data"


def test_recorded_variables() -> None:
    variables = dict(sysrc.parse((DATA / "sysrc-ae.txt").read_text()))

    assert variables["ifconfig_em0"] == "inet 192.168.1.50/24"
    assert variables["gone"] == ""
    assert variables["list"] == "c d f"
    assert len(variables) == 19


@pytest.mark.parametrize("value", ["a\nb", 'say "hi"', 'ends with a "', "a\n", 'a"\nb', "a\n\nx=y", "$(date) 'q' `w`"])
def test_a_value_may_span_lines_and_hold_quotes(value: str) -> None:
    text = f'before="1"\nvalue="{value}"\nafter="2"\n'

    assert sysrc.parse(text) == (("before", "1"), ("value", value), ("after", "2"))
    assert sysrc.parse(f'value="{value}"\n') == (("value", value),)


def test_what_rc_conf_itself_prints_is_passed_over() -> None:
    assert sysrc.parse('loading: "x"\nhostname="a"\n') == (("hostname", "a"),)


def test_rc_conf_that_sets_nothing() -> None:
    assert sysrc.parse("") == ()


@pytest.mark.parametrize("text", ["nothing here\n", "\x00\x01", "cloned_interf", 'hostname="never ends'])
def test_text_without_an_assignment_is_not_an_empty_rc_conf(text: str) -> None:
    with pytest.raises(FormatError, match=r"printed no variable|cut short"):
        sysrc.parse(text)


def test_text_that_is_cut_short_within_a_line_is_refused() -> None:
    whole = (DATA / "sysrc-ae.txt").read_text()
    for end in range(1, len(whole)):
        if whole[end - 1] != "\n":
            with pytest.raises(FormatError):
                sysrc.parse(whole[:end])


VALUES = st.text(max_size=12).filter(lambda value: '="' not in value)


@given(st.lists(st.tuples(st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True), VALUES), max_size=5))
def test_what_sysrc_prints_reads_back(variables: list[tuple[str, str]]) -> None:
    assert sysrc.parse("".join(f'{name}="{value}"\n' for name, value in variables)) == tuple(variables)


@given(st.lists(st.sampled_from(('a="', '"\n', "b", " ", "\n", "_="))).map("".join))
def test_any_text_ends_with_the_variables_that_are_read(text: str) -> None:
    variables = read_or_refused(sysrc.parse, text)
    assert variables is None or text.endswith("".join(f'{name}="{value}"\n' for name, value in variables))
