"""Reading `sockstat -46cP tcp` and `route -n get`: the sessions of sshd, and the way back to their clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import routeget, sockstat
from jailtui.formats.errors import FormatError
from jailtui.formats.routeget import Path
from jailtui.formats.sockstat import Session
from tests.support.refused import read_or_refused
from tests.support.shared_material import recordings

HEAD = "USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS      \n"


@pytest.mark.parametrize(("release", "ports"), [("13.2", (43844, 53428)), ("15.1", (40134,))])
def test_recorded_sessions_each_once(release: str, ports: tuple[int, ...]) -> None:
    lines = {line["id"]: line["stdout"] for line in recordings(release) if line["file"] == "guard"}
    wanted = tuple(Session("10.0.2.15", 22, "10.0.2.2", port) for port in ports)
    assert sockstat.parse(lines["guard/where-am-i/07"]) == wanted
    assert routeget.parse(lines["guard/where-am-i/10"]) == Path("vtnet0")


def test_recorded_sessions_of_other_users_and_programs() -> None:
    lines = {line["id"]: line["stdout"] for line in recordings("13.2") if line["file"] == "dying"}
    text = "\n".join(row for row in lines["dying/tcp-established/44"].split("\n") if "*:*" not in row)
    assert [session.client_port for session in sockstat.parse(text)] == [54666, 54682]
    other = {line["id"]: line["stdout"] for line in recordings("14.2")}["own/version/12"]
    text = "\n".join(row for row in other.split("\n") if "*:*" not in row)
    assert sockstat.parse(text) == (), "a socket without a program is nobody's session"


def test_ipv6_another_port_and_a_mapped_address() -> None:
    rows = (
        "root     sshd       7  4  tcp6   fe80::1%em0:2222      fe80::2%em0:50000\n"
        "bob      sshd-sessi 8  4  tcp46  ::ffff:10.0.0.1:22    ::ffff:10.0.0.2:50001\n"
        "www      sshdrama   9  4  tcp4   10.0.0.1:22 \n"
    )
    with pytest.raises(FormatError):
        sockstat.parse(HEAD + rows)
    assert sockstat.parse(HEAD + rows.rpartition("www")[0]) == (
        Session("10.0.0.1", 22, "10.0.0.2", 50001),
        Session("fe80::1%em0", 2222, "fe80::2%em0", 50000),
    )


def test_heading_alone_is_no_session_and_anything_else_is_refused() -> None:
    assert sockstat.parse(HEAD) == ()
    for text in ("", "sockstat: illegal option -- c\n"):
        with pytest.raises(FormatError):
            sockstat.parse(text)
    with pytest.raises(FormatError):
        routeget.parse("route: route has not been found\n")


def test_router_of_a_path() -> None:
    text = "   route to: 9.9.9.9\n    gateway: 10.0.2.2\n  interface: my if\n"
    assert routeget.parse(text) == Path("my if", "10.0.2.2")


COMMANDS = st.sampled_from(("root sshd 7 4 tcp4", "bob sshd-sessi 8 4 tcp46", "www nginx 9 6 tcp4", ""))
ENDS = st.sampled_from(("10.0.0.1:22", "fe80::1%em0:2222", "*:*", "10.0.0.1:\u0661")) | st.text(max_size=4)


@given(st.lists(st.tuples(COMMANDS, ENDS, ENDS).map(" ".join), max_size=3).map("\n".join))
def test_ends_of_a_session_are_those_of_its_line(text: str) -> None:
    lines = [line.split() for line in text.split("\n")]
    for address, port, client, client_port in read_or_refused(sockstat.parse, HEAD + text) or ():
        assert [f"{address}:{port}", f"{client}:{client_port}"] in [words[-2:] for words in lines]


@given(st.lists(st.sampled_from(("  interface: em0", "gateway: 10.0.0.1")) | st.text(max_size=4)).map("\n".join))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    assert read_or_refused(routeget.parse, text) in (None, Path("em0"), Path("em0", "10.0.0.1"))
