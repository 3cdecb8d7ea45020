"""What decides whether a pair is an orphan: each clause of it on a host where it alone tells."""

from __future__ import annotations

import pytest

from jailtui.model.commands import reclaim_steps, sight
from jailtui.model.pairs import joinable, pair_ends
from jailtui.model.state import Capability, Epair, HostFacts, HostState, Interface, JailState, Where
from tests.support.captures import conf, row, state
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair

SAME_MAC = "02:94:5e:04:07:0a"


def end(name: str, jid: int | None = None, *, ether: str | None = None, driver: str | None = None) -> Interface:
    return Interface(name, "epair", jid, ether=ether, drivername=driver)


def of_host(text: str, **told: object) -> Epair:
    (pair,) = state(host=EM0 + LO0 + text, **told).epairs
    return pair


# Which ends are one pair


def test_two_ends_of_one_mac_are_no_pair_since_a_mac_tells_its_end() -> None:
    """if_epair gives both ends the same five bytes and the sixth 0a or 0b: two of 0a are of two pairs."""
    assert not joinable("mac", end("x", ether=SAME_MAC), end("y", ether=SAME_MAC))
    pairs = pair_ends([end("x", ether=SAME_MAC), end("y", ether=SAME_MAC)])
    assert [(pair.by, [one and one.name for one in pair.ends]) for pair in pairs] == [
        ("none", ["x", None]),
        ("none", ["y", None]),
    ]
    (pair,) = pair_ends([end("x", ether=SAME_MAC), end("y", ether="02:94:5e:04:07:0b")])
    assert (pair.by, pair.a and pair.a.name, pair.b and pair.b.name) == ("mac", "x", "y")


def test_names_join_an_a_and_a_b_end_and_no_two_whose_drivers_differ() -> None:
    (pair,) = pair_ends([end("epair7b"), end("epair7a")])
    assert (pair.by, pair.a and pair.a.name) == ("name", "epair7a")
    assert [one.by for one in pair_ends([end("epair7a", driver="epair7"), end("epair7b", driver="epair9")])] == [
        "none",
        "none",
    ]
    (half,) = pair_ends([end("epair7a", driver="epair7"), end("epair7b")])
    assert half.by == "name"


@pytest.mark.parametrize(
    ("names", "jids", "a"),
    [
        (("epair7b", "x"), (None, None), "x"),
        (("x", "epair7a"), (None, None), "epair7a"),
        (("epair7a", "x"), (4, None), "epair7a"),
        (("x", "epair7b"), (4, None), "x"),
        (("x", "y"), (4, None), "y"),
        (("x", "y"), (None, 4), "x"),
        (("x", "y"), (None, None), "x"),
        (("e0b_web", "e0a_web"), (None, None), "e0a_web"),
        (("sb_web", "x"), (None, None), "x"),
    ],
)
def test_the_a_end_is_the_one_that_says_so_else_the_one_on_the_host(
    names: tuple[str, str], jids: tuple[int | None, int | None], a: str
) -> None:
    (pair,) = pair_ends([end(name, jid, driver="epair7") for name, jid in zip(names, jids, strict=True)])
    assert pair.a is not None
    assert pair.a.name == a


def test_alone_b_end_stands_as_the_b_end() -> None:
    (pair,) = pair_ends([end("epair7b")])
    assert (pair.a, pair.b and pair.b.name) == (None, "epair7b")


# Both ends on the host


def test_pair_whose_b_end_has_an_address_of_the_host_is_in_use() -> None:
    used = of_host(epair(7, "a") + epair(7, "b", inet="10.0.0.1"))
    assert (used.orphan, used.why) == (False, "both ends are in use on the host")


LAGG = (
    "lagg0: flags=8843<UP> metric 0 mtu 1500\n\tether 02:00:00:00:09:01\n\tlaggport: epair7b flags=5<MASTER,ACTIVE>\n"
)
USES = {
    "epair7a has the address 10.0.0.1": epair(7, "a", inet="10.0.0.1") + epair(7, "b", up=False),
    "epair7b is promiscuous, outside a bridge": epair(7, "a")
    + epair(7, "b", up=False).replace("RUNNING", "RUNNING,PROMISC"),
    "epair7b is up, outside a bridge": epair(7, "a", up=False) + epair(7, "b"),
    "y is up, outside a bridge": epair(7, "a").replace("epair7a:", "x:") + epair(7, "b").replace("epair7b:", "y:"),
    "epair7b is a port of lagg0": epair(7, "a") + epair(7, "b", up=False) + LAGG,
}


@pytest.mark.parametrize("why", USES)
def test_pair_that_the_host_uses_otherwise_is_in_use(why: str) -> None:
    used = of_host(USES[why])
    assert (used.orphan, used.why) == (False, why)


UP_BEFORE_THE_MOVE = {
    "exec.prestart": '"/sbin/ifconfig epair9 create up", "/sbin/ifconfig epair9b up"',
    "exec.created": '"/sbin/ifconfig epair9b up"',
}


@pytest.mark.parametrize("hook", UP_BEFORE_THE_MOVE)
def test_leftover_of_a_jail_whose_hooks_set_the_end_up_on_the_host_is_an_orphan(hook: str) -> None:
    """Its start may have failed between that and the move."""
    host = epair(9, "a") + epair(9, "b")
    text = conf("mail", 9)
    assert (of_host(host, conf=text).orphan, of_host(host, conf=text).why) == (False, "epair9b is up, outside a bridge")
    assert of_host(host, conf=conf("mail", 9, extra=[f"{hook} += {UP_BEFORE_THE_MOVE[hook]}"])).orphan is True


def test_leftover_of_jib_has_both_ends_up_and_is_an_orphan() -> None:
    text = 'demo { vnet; vnet.interface = "e0b_demo"; exec.prestart = "jib addm demo em0"; }'
    host = epair(0, "a").replace("epair0a:", "e0a_demo:") + epair(0, "b").replace("epair0b:", "e0b_demo:")
    assert of_host(host, conf=text).orphan is True


def test_end_that_only_create_up_has_set_up_may_be_either() -> None:
    """Names that say nothing: the end that is up may be the one that `ifconfig epair7 create up` sets up."""
    host = epair(7, "a", up=False).replace("epair7a:", "x:") + epair(7, "b").replace("epair7b:", "y:")
    assert of_host(host).orphan is True


def test_pair_whose_b_end_is_in_a_bridge_is_in_use() -> None:
    assert of_host(bridge("bridge0", ["epair7b"]) + epair(7, "a") + epair(7, "b", up=False)).orphan is False
    assert of_host(bridge("bridge0", ["epair7a"]) + epair(7, "a") + epair(7, "b", up=False)).orphan is True


def test_one_end_on_the_host_whose_other_may_be_in_a_jail_is_not_judged() -> None:
    """Two jails have ends of that driver name, so none is joined with it."""
    inside = {1: LO0 + epair(7, "b"), 2: LO0 + epair(7, "b").replace("epair7b:", "x:")}
    found = state(rows=[row(1, "one"), row(2, "two")], host=epair(7, "a"), inside=inside)
    near = next(pair for pair in found.epairs if pair.a.where is Where.HOST)
    assert (near.orphan, near.b.where) == (None, Where.UNKNOWN)
    assert near.why == "which of the ends in jails is its other end can't be told"


@pytest.mark.parametrize(
    ("text", "orphan", "why"),
    [
        (conf("mail", 9), True, "mail is not running: its start failed, or its poststop was skipped"),
        (conf("mail", 9, creates=False), False, "waiting for mail, which does not create it itself"),
    ],
)
def test_stopped_jail_leaves_an_orphan_only_where_its_own_hooks_create_the_pair(
    text: str, orphan: bool, why: str
) -> None:
    pair = of_host(epair(9, "a") + epair(9, "b", up=False), conf=text)
    assert (pair.orphan, pair.why) == (orphan, why)


def test_pair_marked_for_a_jail_that_is_nowhere_is_an_orphan() -> None:
    pair = of_host(epair(9, "a", description="jail:gone") + epair(9, "b", up=False))
    assert (pair.orphan, pair.why, pair.owner) == (True, "gone is neither configured nor running", "gone")


# An end that is nowhere


def lost(**told: object) -> Epair:
    return of_host(epair(7, "a"), **told)


@pytest.mark.parametrize(
    ("rows", "text", "jail", "jid", "why"),
    [
        ([], "", None, None, "one end is nowhere"),
        ([row(3, "old", dying=True)], "", "old", 3, "one end is lost with old, jid 3, dying"),
        (
            [row(3, "old", dying=True), row(4, "older", dying=True)], "", None, None,
            "one end is nowhere; a dying jail holds it",
        ),
        (
            [row(3, "web", dying=True), row(4, "older", dying=True)], conf("web", 7), "web", 3,
            "one end is lost with web, jid 3, dying",
        ),
        (
            [row(3, "web", dying=True), row(5, "web", dying=True)], conf("web", 7), "web", 5,
            "one end is lost with web, jid 5, dying",
        ),
        ([row(3, "old", dying=True)], conf("web", 7), None, None, "one end is nowhere; a dying jail holds it"),
    ],
)  # fmt: skip
def test_lost_end_is_believed_to_be_with_its_owner_or_with_the_only_dying_jail(
    rows: list[dict[str, object]], text: str, jail: str | None, jid: int | None, why: str
) -> None:
    pair = lost(rows=rows, conf=text)
    assert (pair.b.where, pair.b.jail, pair.b.jid, pair.why, pair.orphan) == (Where.LOST, jail, jid, why, True)


ON_13 = {**FACTS, "ifconfig-j": "no"}


@pytest.mark.parametrize(
    ("rows", "facts", "orphan"),
    [
        ([row(4, "web")], ON_13, None),
        ([row(4, "web")], FACTS, True),
        ([row(3, "old", dying=True), row(4, "web")], ON_13, True),
        ([], ON_13, True),
    ],
)
def test_where_only_the_jails_list_their_interfaces_a_lost_end_needs_a_dying_jail(
    rows: list[dict[str, object]], facts: dict[str, str], orphan: bool | None
) -> None:
    """On 13 the root of web may hide the end by an ifconfig of its own."""
    inside = {4: LO0} if row(4, "web") in rows else {}
    assert lost(rows=rows, facts=facts, inside=inside).orphan is orphan


def test_where_only_the_jails_list_their_interfaces_every_dying_jail_must_still_be_dying() -> None:
    """Which of them holds the end is only believed: an end is back when its jail is gone or lives again."""
    rows = [row(3, "old", dying=True), row(5, "older", dying=True)]
    found = state(rows=rows, host=EM0 + LO0 + epair(7, "a"), conf=conf("old", 7), facts=ON_13)
    (step,) = reclaim_steps(found.epairs[0], sight(found))
    assert [f"jls -d -j {jid} -n dying" in step.guard for jid in (3, 5)] == [True, True]


def test_pair_whose_only_end_is_in_a_jail_is_no_orphan_of_the_host() -> None:
    found = state(rows=[row(4, "web")], inside={4: LO0 + epair(7, "b")})
    assert [(pair.orphan, pair.a.where, pair.b.where) for pair in found.epairs] == [(False, Where.LOST, Where.JAIL)]
    assert found.orphans == ()


# What jail(8) does at the moment


def acting(commands: str, **told: object) -> HostState:
    return state(rows=[row(4, "web")], inside={4: LO0}, conf=conf("mail", 160), commands=commands, **told)


@pytest.mark.parametrize(
    ("commands", "web", "mail"),
    [
        ("9 jail -r web\n", JailState.STOPPING, JailState.STOPPED),
        ("9 jail -r 4\n", JailState.STOPPING, JailState.STOPPED),
        ("9 jail -c mail\n", JailState.RUNNING, JailState.STARTING),
        ("9 jail -r 5\n", JailState.RUNNING, JailState.STOPPED),
    ],
)
def test_jail8_acts_on_a_jail_by_its_name_or_by_its_jid(commands: str, web: JailState, mail: JailState) -> None:
    assert {jail.name: jail.state for jail in acting(commands).jails} == {"web": web, "mail": mail}


def test_pair_of_a_jail_given_to_jail8_by_its_jid_is_not_judged_as_left() -> None:
    found = state(
        rows=[row(4, "web")], host=epair(154, "a") + epair(154, "b"), inside={4: LO0}, conf=conf("web", 154),
        commands="9 jail -r 4\n",
    )  # fmt: skip
    (pair,) = found.epairs
    assert (pair.orphan, pair.why) == (False, "jail(8) is working on web")


# What rc.conf makes


@pytest.mark.parametrize(("words", "persistent"), [("bridge0 br30:sticky", True), ("br30", True), ("bridge0", False)])
def test_interface_that_rc_conf_names_is_made_at_boot_also_as_sticky(words: str, persistent: bool) -> None:
    found = state(host=bridge("br30", []), rcconf=f'cloned_interfaces="{words}"\n')
    assert found.bridges[0].persistent is persistent


def test_pair_that_a_jail_without_vnet_names_is_that_jails() -> None:
    text = "web { path = /jails/web; vnet.interface = epair7b; }\n"
    assert of_host(epair(7, "a") + epair(7, "b", up=False), conf=text).owner == "web"


def test_pair_that_rc_conf_makes_as_sticky_is_no_orphan() -> None:
    pair = of_host(epair(7, "a") + epair(7, "b", up=False), rcconf='cloned_interfaces="epair7:sticky"\n')
    assert (pair.orphan, pair.why) == (False, "made at boot by rc.conf")


# Whose it may be where a hook can't be followed


HIDING = 'hides {{ path = /h; {} exec.prestart = "/root/net {}"; }}'


@pytest.mark.parametrize(
    ("text", "orphan", "why"),
    [
        (HIDING.format("vnet;", ""), None, "hides may create it: what `/root/net` does is not known"),
        (HIDING.format("", "epair7"), None, "hides may create it: what `/root/net epair7` does is not known"),
        (HIDING.format("", ""), True, "no configured or running jail names it"),
        (HIDING.format("", "epair71 xepair7 epair7.x"), True, "no configured or running jail names it"),
        (HIDING.format('vnet; vnet.interface = "epair5b";', ""), True, "no configured or running jail names it"),
        (HIDING.format("vnet;", '", "ifconfig epair5 create'), True, "no configured or running jail names it"),
    ],
    ids=["vnet", "named", "no vnet", "other names", "another end", "creates another"],
)
def test_pair_of_nobody_may_be_of_a_jail_whose_hook_nobody_can_follow(text: str, orphan: bool | None, why: str) -> None:
    pair = of_host(epair(7, "a") + epair(7, "b", up=False), conf=text)
    assert (pair.orphan, pair.why) == (orphan, why)


def test_rows_are_found_by_their_key_alone() -> None:
    made = state(host=EM0 + LO0 + epair(7, "a") + epair(7, "b", up=False), rows=[row(4, "web")])
    assert made.epair(made.epairs[0].key) is made.epairs[0]
    assert made.epair("other") is None is made.jail("other")
    facts = HostFacts("nas", capabilities=(Capability("here", True), Capability("absent", False)))
    assert [facts.can(name) for name in ("here", "absent", "never")] == [True, False, False]
