"""The operator's own way in: which interfaces, bridges and jails carry the sessions of sshd, on the embedded host."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.exchange import Section
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.model.sessions import SshSession, WayIn
from jailtui.model.state import Address, End, Epair, Interface, Jail, JailState, Where
from jailtui.model.wayin import answers, way_in
from jailtui.simhost.kernel import connections, store
from jailtui.simhost.setup import prepare

HEAD = "USER COMMAND PID FD PROTO LOCAL ADDRESS FOREIGN ADDRESS\n"
OPERATOR = "192.168.1.20 50396 192.168.1.10 22"


def read(folder: Path, release: str = "15.1", **environment: str) -> WayIn:
    made = {**prepare(folder, release=release), **environment}
    backend = HostBackend(Host("demo", lambda: local_shell(environment=made)))
    state = backend.read().state
    assert not state.errors
    return state.way_in


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_session_by_which_jailtui_came_and_what_carries_it(tmp_path: Path, release: str) -> None:
    found = read(tmp_path, release)
    assert found == WayIn(
        (SshSession("192.168.1.10", 22, "192.168.1.20", 50396, ("em0",), ("bridge0",), (), own=True),)
    )
    assert (found.mark("em0"), found.mark("bridge0"), found.mark("br10")) == ("you", "you", "")


@pytest.mark.parametrize("stale", ["", "192.168.1.20 50395 192.168.1.10 22", "what else"])
def test_connection_that_sudo_removed_or_tmux_kept_is_nobodys_but_the_session_stays_protected(
    tmp_path: Path, stale: str
) -> None:
    found = read(tmp_path, SSH_CONNECTION=stale)
    assert found.interfaces == {"em0"}
    assert not found.sessions[0].own
    assert found.mark("em0") == "you?"


def test_session_on_another_port_through_a_jail_protects_the_jail(tmp_path: Path) -> None:
    prepare(tmp_path)
    with store.transaction(str(tmp_path), write=True) as kernel:
        connections.table(kernel).append(["", "192.168.1.10", 2222, "192.168.1.154", 40000])
    found = read(tmp_path)
    assert [session.port for session in found.sessions] == [22, 2222]
    assert found.jails == {"web"}, "the client is web itself"
    assert (found.mark(jail="web"), found.mark(jail="db")) == ("ssh", "")


def test_failing_sockstat_makes_the_way_in_unknown_and_is_told(tmp_path: Path) -> None:
    made = prepare(tmp_path)
    (tmp_path / "bin" / "sockstat").write_text("#!/bin/sh\necho 'sockstat: no such thing' >&2\nexit 1\n")
    backend = HostBackend(Host("demo", lambda: local_shell(environment=made)))
    state = backend.read().state
    assert state.way_in == WayIn(unknown="sockstat failed: sockstat: no such thing")
    assert [trouble.subject for trouble in state.errors] == ["sockstat"]


def sections(client: str = "10.0.0.9", path: str = "interface: em0", rc: int = 0) -> tuple[Section, ...]:
    row = f"root sshd 7 4 tcp4 10.0.0.1:22 {client}:5000\n"
    return (Section("sockstat", 0, HEAD + row), Section(f"way {client}", rc, f"  {path}\n"))


def host(*more: Interface) -> tuple[Interface, ...]:
    return (Interface("em0", "ether", addresses=(Address("10.0.0.1", 24),)), *more)


def test_address_on_a_bridge_or_a_vlan_is_carried_by_what_is_below() -> None:
    own = (Address("10.0.0.1", 24),)
    members = ("em0", "em1.7", "epair3a")
    below = (
        Interface("bridge0", "bridge", addresses=own, members=members),
        Interface("em0", "ether"),
        Interface("em1", "ether"),
        Interface("em1.7", "vlan", parent="em1"),
        Interface("epair3a", "epair"),
        Interface("em2", "ether"),
    )
    (session,) = way_in(answers(sections(path="interface: bridge0")), below, (), ()).sessions
    assert (session.interfaces, session.bridges) == (("em0", "em1", "em1.7"), ("bridge0",))
    lagg = (Interface("lagg0", "lagg", addresses=own, mac="a"), Interface("em0", "ether", mac="a"), below[5])
    (session,) = way_in(answers(sections(path="interface: lagg0")), lagg, (), ()).sessions
    assert session.interfaces == ("em0", "lagg0")


def test_route_through_a_pair_or_a_router_in_a_jail_protects_the_jail() -> None:
    pair = Epair(
        "epair3",
        "epair3",
        End("epair3a", Where.HOST),
        End("epair3b", Where.JAIL, "gw", 4),
        "mac",
        False,
        "",
    )
    gateway = Jail("gw", "gw", 4, JailState.RUNNING, True, addresses=(Address("10.0.0.77", 24),))
    interfaces = host(Interface("epair3a", "epair"))
    (through,) = way_in(answers(sections(path="interface: epair3a")), interfaces, (pair,), (gateway,)).sessions
    assert (through.interfaces, through.jails) == (("em0", "epair3a"), ("gw",))
    routed = answers(sections(path="gateway: 10.0.0.77\n  interface: em0"))
    assert way_in(routed, interfaces, (), (gateway,)).jails == {"gw"}
    stopped = gateway._replace(jid=None, state=JailState.STOPPED)
    assert way_in(routed, interfaces, (), (stopped,)).jails == frozenset()


def test_client_without_a_route_is_still_protected_by_the_address() -> None:
    (session,) = way_in(answers(sections(rc=1)), host(), (), ()).sessions
    assert session.interfaces == ("em0",)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: (),
        lambda: (Section("sockstat", 124, ""),),
        lambda: (Section("sockstat", 0, "nonsense"),),
    ],
)
def test_what_was_not_read_is_unknown_and_never_empty(broken: Callable[[], tuple[Section, ...]]) -> None:
    found = way_in(answers(broken()), host(), (), ())
    assert found.unknown
    assert found.sessions == ()
