"""What in a plan may cut the operator's ssh session, by the steps alone: the one judge of that."""

from __future__ import annotations

from typing import Any

import pytest

from jailtui.config.view import Configured, Effect, Link, Removal, View
from jailtui.exchange import Argv, Step, Task, Verb
from jailtui.model.sessions import SshSession, WayIn
from jailtui.model.state import (
    Address,
    Bridge,
    End,
    Epair,
    HostFacts,
    HostState,
    Interface,
    Jail,
    JailState,
    Where,
)
from jailtui.plans.cuts import with_cuts
from jailtui.plans.plan import Plan

OWN = SshSession("10.0.0.1", 22, "10.0.0.9", 5000, ("em0",), ("bridge0",), ("gw",), own=True)
YOURS = "your ssh session from 10.0.0.9"
OFFLOADS = ("RXCSUM", "TXCSUM", "TSO4")


def jail(name: str, number: int, *, runs: bool = True, vnet: bool = True, depend: tuple[str, ...] = ()) -> Jail:
    link = Link(f"epair{number}b", pair=f"epair{number}", host_end=f"epair{number}a", bridge="bridge0")
    configured = Configured("/etc/jail.conf", (), vnet, depend=depend, view=View(name, vnet, links=(link,)))
    jid, state = (number, JailState.RUNNING) if runs else (None, JailState.STOPPED)
    return Jail(name, name, jid, state, vnet, configured=configured)


def pair(name: str, owner: str) -> Epair:
    ends = End(f"{name}a", Where.HOST, bridge="bridge0"), End(f"{name}b", Where.JAIL, owner)
    return Epair(name, name, *ends, "mac", False, "", owner=owner)


def state(
    *jails: Jail, pairs: tuple[Epair, ...] = (), options: tuple[str, ...] = OFFLOADS, release: str = "15.1"
) -> HostState:
    """em0 carries the session and is in bridge0 with these pairs; em1 and bridge1 carry nothing."""
    ends = tuple(each.a.name or "" for each in pairs)
    interfaces = (
        Interface("em0", "ether", addresses=(Address("10.0.0.1", 24),), options=options),
        Interface("em1", "ether", options=options),
        Interface("bridge0", "bridge", members=("em0", *ends)),
        Interface("bridge1", "bridge", members=("em1",)),
        *(Interface(end, "epair") for end in ends),
    )
    return HostState(
        HostFacts("nas", "nas.home.arpa", f"{release}-RELEASE"),
        jails=jails,
        epairs=pairs,
        bridges=(Bridge("bridge0", ("em0", *ends), nics=("em0",)), Bridge("bridge1", ("em1",), nics=("em1",))),
        interfaces=interfaces,
        way_in=WayIn((OWN,)),
    )


def cuts(host: HostState, *argvs: Argv) -> tuple[str, ...]:
    tasks = tuple(Task(str(number), "it", (Step(argv),)) for number, argv in enumerate(argvs))
    plan = with_cuts(Plan(Verb.REMEDY, "nas", tasks), host)
    assert plan.hostname == "nas.home.arpa"
    return plan.cuts


def test_jail_m_of_addresses_that_a_session_uses_may_cut_it() -> None:
    legacy = jail("legacy", 9, vnet=False)._replace(addresses=(Address("10.0.0.1"),))
    other = jail("other", 8, vnet=False)._replace(addresses=(Address("10.0.0.7"),))
    host = state(legacy, other)
    reason = f"This changes the addresses of legacy, and {YOURS} uses 10.0.0.1."
    assert cuts(host, ("jail", "-m", "jid=9", "ip4.addr=10.0.0.8")) == (reason,)
    assert cuts(host, ("jail", "-m", "name=legacy", "ip4.addr=10.0.0.8")) == (reason,)
    assert cuts(host, ("jail", "-m", "jid=9", "allow.mount"), ("jail", "-m", "jid=8", "ip4.addr=10.0.0.8")) == ()
    unread = host._replace(way_in=WayIn(unknown="sockstat failed: exit status 1"))
    assert cuts(unread, ("jail", "-m", "jid=8", "ip4.addr=10.0.0.8")) == (
        "This changes the addresses of other, through which perhaps your ssh session leads; that is not known: "
        "sockstat failed: exit status 1.",
    )


CUTTING = (
    "ifconfig em0 down",
    "ifconfig em0 mtu 9000",
    "ifconfig em0 inet 10.0.0.2/24 alias",
    "ifconfig em0 inet 10.0.0.1 -alias",
    "ifconfig em0 name wan",
    "ifconfig em0 vnet web",
    "ifconfig em0 -txcsum",
    "ifconfig bridge0 down",
    "ifconfig bridge0 mtu 1400",
    "ifconfig bridge0 destroy",
    "ifconfig bridge0 deletem em0",
    "ifconfig bridge0 addm em1",
    "ifconfig bridge1 addm em0",
    "ifconfig bridge0 vlanfilter",
    "route delete default",
    "route change default 10.0.0.254",
    "service netif restart",
    "service netif restart em0",
    "service routing restart",
    "jail -r gw",
    "jail -R 7",
    "jail -f /etc/jail.conf.d/gw.conf -r gw",
    "ifconfig -j gw epair7b down",
    "jexec gw ifconfig epair7b inet 10.0.0.77/24 -alias",
    "jexec -l 7 route delete default",
)
HARMLESS = (
    "ifconfig em0 up",
    "ifconfig em0 description way",
    "ifconfig em1 down",
    "ifconfig bridge1 mtu 1400",
    "ifconfig bridge1 addm em1",
    "ifconfig bridge0 addm epair9a",
    "ifconfig epair9 create",
    "ifconfig epair9a destroy",
    "service netif restart em1",
    "service netif start bridge1",
    "service devfs restart",
    "ifconfig -j web epair9b down",
    "jexec web route delete default",
    "jail -r web",
    "jail -c mail",
    "sysrc ifconfig_em0=DHCP",
    "umount /jails/web/mnt",
)


@pytest.fixture
def several() -> HostState:
    """gw, through which the way back leads, web and mail; three pairs are in bridge0."""
    jails = (jail("gw", 7), jail("web", 8), jail("mail", 9, runs=False))
    return state(*jails, pairs=(pair("epair7", "gw"), pair("epair8", "web"), pair("epair5", "db")))


@pytest.mark.parametrize("line", CUTTING)
def test_command_that_may_cut(several: HostState, line: str) -> None:
    assert YOURS in "".join(cuts(several, tuple(line.split())))


@pytest.mark.parametrize("line", HARMLESS)
def test_command_that_cuts_nothing(several: HostState, line: str) -> None:
    assert cuts(several, tuple(line.split())) == ()


@pytest.mark.parametrize("line", [*CUTTING, *HARMLESS])
def test_nothing_is_cut_where_nobody_came_by_ssh(several: HostState, line: str) -> None:
    assert cuts(several._replace(way_in=WayIn()), tuple(line.split())) == ()


def test_restart_of_the_jail_on_the_way_says_so_once(several: HostState) -> None:
    assert cuts(several, ("jail", "-r", "gw"), ("jail", "-c", "gw")) == (
        f"This stops gw, through which {YOURS} leads.",
    )


def test_stop_of_a_jail_that_takes_the_one_on_the_way_along() -> None:
    jails = (jail("db", 5), jail("gw", 7, depend=("db",)))
    host = state(*jails, pairs=(pair("epair5", "db"), pair("epair7", "gw"), pair("epair8", "web")))
    assert cuts(host, ("jail", "-r", "db")) == (f"This stops gw, through which {YOURS} leads.",)


# The first and the last pair.


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_first_pair_that_joins_and_last_that_leaves(release: str) -> None:
    stopped, runs = jail("web", 8, runs=False), jail("web", 8)
    first = f"epair8a is the first pair in bridge0: em0 then loses its link for about a second, and it carries {YOURS}."
    last = first.replace("first", "last")
    empty, full = state(stopped, release=release), state(runs, pairs=(pair("epair8", "web"),), release=release)
    assert cuts(empty, ("jail", "-c", "web")) == (first,)
    assert cuts(empty, ("ifconfig", "bridge0", "addm", "epair8a")) == (first,)
    assert cuts(full, ("jail", "-r", "web")) == (last,)
    assert cuts(full, ("jail", "-r", "web"), ("jail", "-c", "web")) == (last, first)
    assert cuts(full, ("ifconfig", "epair8a", "destroy")) == (last,)
    assert cuts(full, ("ifconfig", "bridge0", "deletem", "epair8a"), ("ifconfig", "epair8a", "destroy")) == (last,)


def test_the_last_of_several_that_stop_in_one_plan() -> None:
    host = state(jail("web", 8), jail("db", 5), pairs=(pair("epair8", "web"), pair("epair5", "db")))
    assert cuts(host, ("jail", "-r", "web")) == ()
    (last,) = cuts(host, ("jail", "-r", "web"), ("jail", "-r", "db"))
    assert last.startswith("epair5a is the last pair in bridge0")


def test_nic_without_offloads_keeps_its_link() -> None:
    """As recorded of vtnet0 (guard/flap/18 to 21)."""
    host = state(jail("web", 8, runs=False), options=("VLAN_MTU", "JUMBO_MTU", "LINKSTATE"))
    assert cuts(host, ("jail", "-c", "web")) == ()


# Hooks.


def hooked(runs: bool = True, **view: Any) -> HostState:
    web = jail("web", 8, runs=runs)
    assert web.configured is not None
    view_of = View("web", True)._replace(**view)
    return state(
        web._replace(configured=web.configured._replace(view=view_of)),
        pairs=(pair("epair8", "web"), pair("epair5", "db")),
    )


def test_start_that_moves_the_nic_into_the_jail_or_changes_it() -> None:
    moved = Effect("vnet.interface", 0, 0, "moved", "em0", "em0")
    assert cuts(hooked(runs=False, effects=(moved,)), ("jail", "-c", "web")) == (
        f"The start of web moves em0 into it, which carries {YOURS}.",
    )
    mtu = Effect("exec.prestart", 0, 0, "mtu", "1400", "em0", inside=False)
    assert "exec.prestart of web changes em0" in cuts(hooked(runs=False, effects=(mtu,)), ("jail", "-c", "web"))[0]
    member = Effect("exec.prestart", 0, 0, "member", "bridge0", "em0", inside=False)
    assert cuts(hooked(runs=False, effects=(member,)), ("jail", "-c", "web")) == (), "it is a member already"


def test_stop_whose_hooks_take_the_nic_away_or_name_it_where_they_are_not_understood() -> None:
    removal = Removal("em0", "exec.poststop")
    assert cuts(hooked(removals=(removal,)), ("jail", "-r", "web")) == (
        f"exec.poststop of web takes away em0, which carries {YOURS}.",
    )
    (doubt,) = cuts(hooked(unread=("/root/net em0 off",)), ("jail", "-r", "web"))
    assert "not understood names em0" in doubt


def test_stop_that_removes_the_address_of_the_session() -> None:
    plain = jail("plain", 3, vnet=False)._replace(addresses=(Address("10.0.0.1", 32),))
    assert plain.configured is not None
    placed = plain.configured._replace(params=(("ip4.addr", ("em0|10.0.0.1/32",)),), view=View("plain", False))
    host = state(plain._replace(configured=placed), pairs=(pair("epair5", "db"),))
    assert "jail(8) removes 10.0.0.1" in cuts(host, ("jail", "-r", "plain"))[0]
    lent = placed._replace(params=(("ip4.addr", ("10.0.0.1",)),))
    assert cuts(state(plain._replace(configured=lent), pairs=(pair("epair5", "db"),)), ("jail", "-r", "plain")) == ()


# What is not known, and what is never dropped.


@pytest.mark.parametrize("line", ["ifconfig em1 down", "jail -r web", "route delete default", "service netif restart"])
def test_unknown_way_in_may_be_cut_by_anything_and_says_why(several: HostState, line: str) -> None:
    (reason,) = cuts(several._replace(way_in=WayIn(unknown="sockstat failed: x")), tuple(line.split()))
    assert reason.endswith("; that is not known: sockstat failed: x.")


@pytest.mark.parametrize("own", [True, False])
def test_no_plan_holds_a_drop_of_a_session(several: HostState, own: bool) -> None:
    other = OWN._replace(port=2222, client_port=6000, own=own)
    host = several._replace(way_in=WayIn((OWN, other)))

    def drop(words: str) -> Plan:
        task = Task("old", "old", (Step(("tcpdrop", *words.split())),))
        return with_cuts(Plan(Verb.REMEDY, "nas", (task,)), host)

    for words in ("10.0.0.1 22 10.0.0.9 5000", "10.0.0.1 2222 10.0.0.9 6000", "-a", "-l -a"):
        plan = drop(words)
        assert plan.tasks == ()
        assert "ssh session" in plan.refused[0].reason
    assert drop("10.0.0.1 5001 10.0.0.9 80").tasks
    host = several._replace(way_in=WayIn(unknown="sockstat failed"))
    assert "not known" in drop("10.0.0.1 5001 10.0.0.9 80").refused[0].reason


@pytest.mark.parametrize("name", ["{x}", "{", "a{0}b", "%s"])
def test_hostile_name_of_a_jail_is_only_a_name(name: str) -> None:
    host = state(jail(name, 8), pairs=(pair("epair8", name), pair("epair5", "db")))
    host = host._replace(way_in=WayIn((OWN._replace(jails=(name,)),)))
    assert cuts(host, ("jail", "-r", name)) == (f"This stops {name}, through which {YOURS} leads.",)


def test_other_sessions_are_named_where_none_is_yours(several: HostState) -> None:
    sessions = tuple(OWN._replace(own=False, client=client) for client in ("10.0.0.8", "10.0.0.9"))
    (reason,) = cuts(several._replace(way_in=WayIn(sessions)), ("ifconfig", "em0", "down"))
    assert reason == "This changes em0, which carries the ssh sessions from 10.0.0.8 and 10.0.0.9."
