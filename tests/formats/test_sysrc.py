"""Reading `sysrc -ae`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import sysrc

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


@pytest.mark.parametrize("text", ["", "nothing here\n", 'hostname="never ends'])
def test_text_without_an_assignment_gives_nothing(text: str) -> None:
    assert sysrc.parse(text) == ()


VALUES = st.text(max_size=12).filter(lambda value: '="' not in value)


@given(st.lists(st.tuples(st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True), VALUES), max_size=5))
def test_what_sysrc_prints_reads_back(variables: list[tuple[str, str]]) -> None:
    assert sysrc.parse("".join(f'{name}="{value}"\n' for name, value in variables)) == tuple(variables)


@given(st.text(st.sampled_from('ab="\n _')))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    sysrc.parse(text)
