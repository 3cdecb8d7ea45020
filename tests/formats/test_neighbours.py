"""Reading `arp -an` and `ifconfig BRIDGE addr`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import neighbours
from tests.support.shared_material import recordings


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_recorded_address_of_a_jail_is_behind_its_pair(release: str) -> None:
    lines = {line["id"]: line["stdout"] for line in recordings(release) if line["file"] == "path"}
    mac = dict(neighbours.addresses(lines["path/healthy/17"]))["192.168.1.154"]
    assert dict(neighbours.learned(lines["path/healthy/14"]))[mac] == "epair154a"


def test_address_without_a_mac_is_left_out() -> None:
    assert neighbours.addresses("? (10.0.0.1) at (incomplete) on em0 expired [ethernet]\n") == ()


@given(st.text(st.sampled_from("?()at on0.:a \n")))
def test_any_text_is_read(text: str) -> None:
    assert neighbours.addresses(text) == ()
    assert neighbours.learned(text) == ()


def test_a_million_blank_lines_have_no_neighbours() -> None:
    """A blank before a MAC is on its line: read on from each line, they would take hours."""
    assert neighbours.learned("\n \t" * 1_000_000) == ()
