"""Reading `netstat -an -p tcp`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import netstat
from jailtui.formats.netstat import Connection

DATA = Path(__file__).parent / "data"


def recorded(release: str) -> tuple[Connection, ...]:
    return netstat.connections((DATA / f"netstat-an-{release}.txt").read_text())


@pytest.mark.parametrize(
    ("release", "held"),
    [
        ("13", Connection("10.5.0.1", 37647, "10.5.0.2", 5000, "CLOSE_WAIT")),
        ("14", Connection("10.5.0.1", 35597, "10.5.0.2", 5000, "CLOSE_WAIT")),
        ("15", Connection("192.168.1.2", 9999, "192.168.1.154", 47528, "ESTABLISHED")),
    ],
)
def test_recorded_connection_that_holds_a_dying_jail(release: str, held: Connection) -> None:
    assert held in recorded(release)


def test_recorded_sockets_that_only_listen_are_passed_over() -> None:
    assert sorted(one.state for one in recorded("13")) == ["CLOSE_WAIT", "ESTABLISHED", "ESTABLISHED", "TIME_WAIT"]
    assert {one.state for one in recorded("15")} == {"ESTABLISHED", "TIME_WAIT"}


def test_ipv6_addresses_keep_their_zone_and_the_port_is_what_follows_the_last_dot() -> None:
    told = netstat.connections("tcp6       0      0 fe80::1%em0.10.22   fe80::2%em0.10.50000   CLOSE_WAIT \n")

    assert told == (Connection("fe80::1%em0.10", 22, "fe80::2%em0.10", 50000, "CLOSE_WAIT"),)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "tcp4",
        "udp4 0 0 10.0.0.1.1 10.0.0.2.2 X",
        "tcp4 0 0 1.2 3.x UP",
        "tcp4 0 0 1 2 UP",
        "tcp4 0 0 *.* *.* CLOSED",
    ],
)
def test_other_lines_are_passed_over(line: str) -> None:
    assert netstat.connections(line) == ()


ENDS = st.sampled_from(("1.1", "10.0.0.1.22", "fe80::1%em0.2", "*.*")) | st.text(max_size=4)
LINES = st.tuples(
    st.sampled_from(("tcp4 0 0", "tcp46 0  0", "udp4 0 0", "")), ENDS, ENDS, st.sampled_from(("UP", "X 7"))
)


@given(st.lists(LINES.map(" ".join), max_size=4).map("\n".join))
def test_a_connection_is_made_of_the_words_of_its_line(text: str) -> None:
    lines = [line.split() for line in text.split("\n")]
    for address, port, peer, peer_port, state in netstat.connections(text):
        assert [f"{address}.{port}", f"{peer}.{peer_port}", state] in [words[3:6] for words in lines]
