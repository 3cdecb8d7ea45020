"""The counters of one interface, as netstat prints them."""

from __future__ import annotations

import pytest

from jailtui.formats.traffic import Traffic, traffic

HEADING = "Name Mtu Network Address Ipkts Ierrs Idrop Ibytes Opkts Oerrs Obytes Coll Drop\n"
LINE = "epair154a  1500 <Link#5>  58:9c:fc:10:7e:56  7  0  0  462  {}  2  442  0  0\n"


def test_counters_of_an_interface() -> None:
    assert traffic(HEADING + LINE.format(6)) == Traffic(7, 6, 2)


@pytest.mark.parametrize("text", ["", HEADING, HEADING + LINE.format("-"), HEADING + LINE.format("9" * 5000)])
def test_what_is_no_counter_is_unknown(text: str) -> None:
    assert traffic(text) is None
