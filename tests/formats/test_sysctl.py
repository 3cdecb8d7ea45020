"""Reading `sysctl net.link.bridge`."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import sysctl

DATA = Path(__file__).parent / "data"


def test_recorded_values() -> None:
    told = sysctl.parse((DATA / "sysctl-bridge-15.txt").read_text())

    assert told[:2] == (("net.link.bridge.ipfw", "0"), ("net.link.bridge.member_ifaddrs", "1"))
    assert len(told) == 11


def test_value_of_several_lines_stays_one() -> None:
    assert sysctl.parse("a.b: one\n two\nc: 3\n") == (("a.b", "one\n two"), ("c", "3"))


@given(st.text(st.sampled_from("a.: \n")))
def test_any_text_is_read(text: str) -> None:
    assert all(name for name, _ in sysctl.parse(text))
