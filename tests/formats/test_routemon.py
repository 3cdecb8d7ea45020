"""Reading `route -n monitor`, the blocks of 13 and the lines of 14 and 15."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats.routemon import Event, events


def read(*lines: str) -> list[tuple[str, str, str | None]]:
    return [(one.kind, one.change, one.interface) for one in events(lines)]


def test_a_block_of_13_is_one_event() -> None:
    assert read(
        "",
        "got message of size 124 on Tue Nov 24 07:30:20 2026",
        "RTM_NEWADDR: address being added to iface: len 124, metric 0, flags:",
        "sockaddrs: <NETMASK,IFP,IFA,BRD>",
        " 255.255.255.0 epair0a:2.11.22.33.44.55 10.5.0.1 10.5.0.255",
        "",
        "got message of size 200 on Tue Nov 24 07:30:20 2026",
        "RTM_ADD: Add Route: len 200, pid: 0, seq 0, errno 0, flags:<UP,DONE,PINNED>",
        "locks:  inits: ",
        "sockaddrs: <DST,GATEWAY,NETMASK>",
        " 10.5.0.0 link#4 255.255.255.0",
    ) == [("address", "add", None), ("route", "add", None)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "RTM_IFANNOUNCE: interface arrival/departure: len 24, if# 4, what: arrival",
            ("interface", "arrival", None),
        ),
        (
            "RTM_IFANNOUNCE: interface arrival/departure: len 24, if# 4, what: departure",
            ("interface", "departure", None),
        ),
        (
            "RTM_IFINFO: iface status change: len 168, if# 4, link: down, flags:<UP,b6>",
            ("interface", "link down", None),
        ),
        ("RTM_DELADDR: address being removed from iface: len 124, metric 0, flags:<UP>", ("address", "delete", None)),
        ("RTM_DELETE: Delete Route: len 184, flags:<HOST,DONE>", ("route", "delete", None)),
        ("RTM_ADD: Add Route: len 240, flags:<UP,HOST,DONE,LLINFO>", ("neighbour", "add", None)),
        ("RTM_NEWMADDR: new multicast group membership on iface: len 144, ", ("other", "", None)),
    ],
)
def test_lines_of_13(line: str, expected: tuple[str, str, str | None]) -> None:
    assert read(line) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "add/repl iface iface#4 epair0a admin DOWN oper UP mtu 1500 ",
            ("interface", "add", "epair0a"),
        ),
        ("delete iface iface#5 a b admin UP oper UP mtu 1500 ", ("interface", "delete", "a b")),
        ("add/repl addr 10.1.1.1/24 iface epair0a ", ("address", "add", "epair0a")),
        ("delete addr 10.1.1.1/24 iface if#4 ", ("address", "delete", None)),
        (
            "add/repl route 10.9.0.0/16 gw 10.2.2.1 iface epair1b mtu 1500 table inet.0",
            ("route", "add", "epair1b"),
        ),
        (
            "add/repl neigh fe80::1%epair0a state REACHABLE lladdr 58:9c:fc:10:0d:20 iface epair0a ",
            ("neighbour", "add", "epair0a"),
        ),
        ("delete neigh 10.2.2.9 state INCOMPLETE iface epair1b ", ("neighbour", "delete", "epair1b")),
        ("add/repl rule 10 something new", ("other", "", None)),
    ],
)
def test_lines_of_14_and_15(line: str, expected: tuple[str, str, str | None]) -> None:
    assert read(f"07:22:32.507 PID 1205 {line}\n") == [expected]
    assert read(f"07:22:32.507 PID    0 {line}\r\n") == [expected]


def test_an_event_comes_before_the_next_line_is_asked_for() -> None:
    def one_line_then_silence() -> Iterator[str]:
        yield "RTM_IFINFO: iface status change: len 168, if# 4, link: up, flags:<UP>\n"
        raise AssertionError("a second line was asked for")

    first = next(events(one_line_then_silence()))
    assert first == Event(
        "interface", "link up", None, "RTM_IFINFO: iface status change: len 168, if# 4, link: up, flags:<UP>"
    )


@given(st.lists(st.text(max_size=30)))
def test_any_lines_are_read_without_an_exception(lines: list[str]) -> None:
    assert len(list(events(lines))) <= len(lines)
