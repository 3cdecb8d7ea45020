"""Which ends are a pair, where they are, and whether they are an orphan."""

from __future__ import annotations

import pytest

from jailtui.exchange import Section
from jailtui.model.build import Builder
from jailtui.model.state import Epair, HostState, Where
from tests.support.captures import capture, conf, row, running_web, state
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair

BRIDGE = bridge("bridge0", ["em0", "epair7a"])


def only(found: HostState) -> Epair:
    assert len(found.epairs) == 1
    return found.epairs[0]


def older(number: int, end: str, mac_end: str = "", group: bool = True) -> str:
    """An end as 13 prints it: no driver name, a MAC that tells."""
    group_line = "\tgroups: epair\n" if group else ""
    return (
        f"epair{number}{end}: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
        f"\toptions=8<VLAN_MTU>\n\tether 02:94:5e:04:{number:02x}:0{mac_end or end}\n{group_line}"
        "\tmedia: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)\n\tstatus: active\n"
    )


def test_pair_of_a_running_jail_is_placed_at_both_ends_and_is_no_orphan() -> None:
    pair = only(state(**running_web()))
    assert (pair.a.where, pair.a.name, pair.a.bridge) == (Where.HOST, "epair154a", "bridge0")
    assert (pair.b.where, pair.b.jail, pair.b.jid, pair.b.name) == (Where.JAIL, "web", 4, "epair154b")
    assert (pair.paired_by, pair.orphan, pair.owner) == ("drivername", False, "web")


def test_end_renamed_inside_is_found_by_its_driver_name() -> None:
    told = running_web() | {"inside": {4: epair(154, "b").replace("epair154b:", "vnet0:")}}
    pair = only(state(**told))
    assert (pair.b.name, pair.b.where, pair.name, pair.orphan) == ("vnet0", Where.JAIL, "epair154", False)


def test_end_renamed_inside_is_found_by_its_mac_where_no_driver_name_is_told() -> None:
    told = running_web() | {
        "host": older(154, "a"),
        "inside": {4: older(154, "b").replace("epair154b:", "eth0:")},
    }
    pair = only(state(**told))
    assert (pair.paired_by, pair.b.name, pair.b.where) == ("mac", "eth0", Where.JAIL)


def test_returned_end_of_13_without_its_group_is_still_an_epair_end() -> None:
    returned = older(7, "b", group=False).replace("<UP,", "<")
    pair = only(state(host=older(7, "a") + returned))
    assert (pair.paired_by, pair.b.where, pair.orphan) == ("mac", Where.HOST, True)


def test_pair_made_inside_a_jail_with_a_driver_name_of_the_host_stays_the_jails() -> None:
    inside = epair(7, "b") + epair(7, "a").replace("epair7a:", "in_a:") + epair(7, "b").replace("epair7b:", "in_b:")
    other = epair(7, "a").replace("epair7a:", "in_a:") + epair(7, "b").replace("epair7b:", "in_b:")
    found = state(rows=[row(1, "x"), row(2, "y")], host=BRIDGE + epair(7, "a"), inside={1: epair(7, "b"), 2: other})
    by_name = {pair.name: pair for pair in found.epairs}
    assert by_name["epair7"].b.jail == "x"
    assert {by_name["in_a"].a.jail, by_name["in_a"].b.jail} == {"y"}
    assert not any(pair.orphan for pair in found.epairs)
    three = state(rows=[row(1, "x")], host=epair(7, "a"), inside={1: inside})
    assert all(pair.paired_by != "drivername" for pair in three.epairs), "three ends of one name are no pair"
    cable = next(pair for pair in three.epairs if pair.a.where is Where.HOST)
    assert (cable.orphan, cable.b.where) == (None, Where.UNKNOWN), "it may be the cable of x that runs: no orphan"
    assert three.orphans == ()


def test_end_whose_driver_name_no_jail_has_is_lost_though_a_jail_has_an_end_of_its_own() -> None:
    found = state(rows=[row(1, "x")], host=epair(7, "a"), inside={1: epair(8, "b").replace("epair8b:", "in_b:")})
    assert [(pair.name, pair.b.where) for pair in found.orphans] == [("epair7", Where.LOST)]


def test_older_end_whose_mac_no_end_inside_continues_is_lost() -> None:
    found = state(rows=[row(1, "x")], host=older(7, "a"), inside={1: older(8, "b")})
    assert [(pair.name, pair.b.where) for pair in found.orphans] == [("epair7", Where.LOST)]


def test_end_that_is_nowhere_is_lost_in_the_dying_jail_of_its_owner() -> None:
    found = state(rows=[row(3, "old", dying=True)], host=BRIDGE + epair(7, "a"), conf=conf("old", 7))
    pair = only(found)
    assert (pair.b.where, pair.b.jail, pair.b.jid, pair.orphan) == (Where.LOST, "old", 3, True)
    assert "lost with old, jid 3" in pair.why


def test_without_root_a_missing_end_is_unknown_and_never_an_orphan() -> None:
    found = state(rows=[row(4, "web")], host=BRIDGE + epair(7, "a"), facts=FACTS | {"uid": "1001", "user": "alice"})
    pair = only(found)
    assert (pair.b.where, pair.orphan) == (Where.UNKNOWN, None)


def test_one_jail_that_cant_be_looked_into_makes_a_missing_end_unknown() -> None:
    failed = Section("inside 5", 124, "")
    found = state(rows=[row(4, "web"), row(5, "db")], host=epair(7, "a"), inside={4: LO0}, more=[failed])
    assert only(found).b.where is Where.UNKNOWN
    assert any("jail 5" in one.subject and "in time" in one.message for one in found.errors)


def test_both_ends_on_the_host_and_nobody_names_them_is_an_orphan() -> None:
    pair = only(state(host=epair(9, "a") + epair(9, "b", up=False)))
    assert pair.orphan
    assert pair.why == "no configured or running jail names it"


def test_both_ends_on_the_host_of_a_stopped_jail_that_makes_them_is_its_orphan() -> None:
    found = state(host=epair(161, "a") + epair(161, "b", up=False), conf=conf("broken", 161))
    pair = only(found)
    assert (pair.orphan, pair.owner) == (True, "broken")
    assert (found.jails[0].state, found.jails[0].left) == ("stopped", ("epair161",))


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"conf": conf("mail", 7, creates=False)}, "waiting for mail"),
        ({"rcconf": 'cloned_interfaces="bridge0 epair7"\n'}, "rc.conf"),
        ({"conf": conf("mail", 7), "commands": "90 jail -c mail\n"}, "is working on mail"),
        ({"conf": conf("web", 7), "rows": [row(4, "web")], "inside": {4: LO0}}, "while web runs"),
    ],
    ids=["hand-made for a jail", "made at boot", "a start is under way", "its jail runs"],
)
def test_both_ends_on_the_host_that_somebody_needs_are_no_orphan(told: dict[str, object], reason: str) -> None:
    pair = only(state(host=epair(7, "a") + epair(7, "b", up=False), **told))
    assert pair.orphan is False
    assert reason in pair.why


def test_pair_that_joins_two_bridges_is_in_use() -> None:
    host = bridge("bridge0", ["epair7a"]) + bridge("bridge1", ["epair7b"]) + epair(7, "a") + epair(7, "b", up=False)
    assert only(state(host=host)).orphan is False


def test_pair_that_carries_a_vlan_of_the_host_is_in_use() -> None:
    vlan = (
        "epair9b.5: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1496\n"
        "\tether 58:9c:fc:62:00:09\n\tgroups: vlan\n\tvlan: 5 vlanproto: 802.1q vlanpcp: 0 parent interface: epair9b\n"
    )
    pair = only(state(host=epair(9, "a") + epair(9, "b", up=False) + vlan))
    assert (pair.orphan, pair.why) == (False, "a VLAN of the host rides on epair9b")


def test_orphan_is_not_claimed_while_a_jail_conf_could_not_be_read() -> None:
    unread = Section("file /etc/jail.conf", 1, "", "cat: /etc/jail.conf: Permission denied")
    found = state(host=epair(9, "a") + epair(9, "b", up=False), more=[unread])
    assert only(found).orphan is None
    assert found.errors[0].message == "cat: /etc/jail.conf: Permission denied"


def lost(**told: object) -> Epair:
    """epair154 of running web, whose end b is nowhere to be seen."""
    return next(pair for pair in state(**(running_web() | told)).epairs if pair.name == "epair154")


@pytest.mark.parametrize(
    "inside",
    ["", LO0 + epair(154, "b").replace("epair154b:", "epair154b@")],
    ids=["nothing came", "the line of its end is garbled"],
)
def test_end_that_may_stand_in_a_line_nobody_understood_is_unknown_and_never_lost(inside: str) -> None:
    pair = lost(inside={4: inside})
    assert (pair.b.where, pair.orphan) == (Where.UNKNOWN, None)
    found = state(**(running_web() | {"inside": {4: inside}}))
    assert [one.subject for one in found.errors] == ["jail 4"]


def test_line_of_a_later_release_leaves_no_gap() -> None:
    newer = LO0 + "\tshiny: new\n"
    assert lost(inside={4: newer}).b.where is Where.LOST
    assert state(**(running_web() | {"inside": {4: newer}})).errors == ()


@pytest.mark.parametrize("answer", [Section("jls", 1, "", "jls: no"), Section("jls", 0, "{garbage")])
def test_nothing_is_an_orphan_and_no_jail_stopped_while_jls_can_not_be_read(answer: Section) -> None:
    told = running_web()
    told["host"] = str(told["host"]) + epair(9, "a") + epair(9, "b", up=False)
    asked = capture(**(told | {"inside": {}}))
    found = Builder().build(asked._replace(sections=(answer, *asked.sections[1:])))
    assert [pair.orphan for pair in found.epairs] == [None, None]
    assert found.jails == ()
    assert found.errors[0].subject == "jls"


@pytest.mark.parametrize(
    ("command", "text"),
    [("jail -c", conf("mail", 7)), ("jail -r 4", conf("mail", 7)), ("jail -c bastille1", ""), ("jail -c own", "own")],
    ids=[
        "of every jail",
        "of a jid that is gone",
        "of a jail not configured here",
        "of hooks in a script of their own",
    ],
)
def test_pair_that_a_running_jail_command_may_be_making_is_not_called_an_orphan(command: str, text: str) -> None:
    hidden = 'own { path = "/own"; vnet; vnet.interface = "own_b"; exec.prestart = "/root/mkpair own"; }\n'
    told = {"host": epair(7, "a") + epair(7, "b", up=False), "conf": hidden if text == "own" else text}
    assert only(state(**told)).orphan is True
    pair = only(state(**told, commands=f"90 {command}\n"))
    assert pair.orphan is None
    assert "is working on" in pair.why


def test_start_of_a_jail_that_makes_its_own_pair_leaves_other_orphans_as_they_are() -> None:
    told = {"host": epair(9, "a") + epair(9, "b", up=False), "conf": conf("mail", 7), "commands": "90 jail -c mail\n"}
    assert only(state(**told)).orphan is True


def test_pair_seen_on_the_host_before_its_jail_came_is_not_called_an_orphan() -> None:
    told = {"host": epair(7, "a") + epair(7, "b", up=False), "conf": conf("mail", 7)}
    assert only(state(**told, inside={5: LO0})).orphan is None


def test_orphans_come_first() -> None:
    told = running_web()
    told["host"] = str(told["host"]) + epair(9, "a") + epair(9, "b", up=False)
    assert [pair.name for pair in state(**told).epairs] == ["epair9", "epair154"]


def test_two_interfaces_of_one_name_are_ambiguous() -> None:
    host = EM0 + epair(7, "a") + epair(7, "b", up=False).replace("epair7b:", "vnet0:") + LO0.replace("lo0:", "vnet0:")
    assert only(state(host=host)).ambiguous == ("vnet0",)


@pytest.mark.parametrize(
    ("text", "jail", "manager"),
    [
        ("vnet0 host interface for Bastille jail web", "web", "Bastille"),
        ("associated with jail: mail.x as nic: epair0b", "ioc-mail_x", "iocage"),
        ("web-eth0", "web", "CBSD"),
        ("jail:web", "web", None),
    ],
)
def test_owner_and_manager_are_told_by_the_marks_of_tools(text: str, jail: str, manager: str | None) -> None:
    host = epair(7, "a", description=text).replace("epair7a:", "strange:") + epair(7, "b", up=False).replace(
        "epair7b:", "x:"
    )
    pair = only(state(host=host))
    assert (pair.owner, pair.manager) == (jail, manager)


@pytest.mark.parametrize(
    ("a", "b", "manager"),
    [
        ("abcde_net64a", "abcde_net64b", "Sylve"),
        ("e0a_bastille3", "e0b_bastille3", "Bastille"),
        ("sa_web", "sb_web", "AppJail"),
        ("vnet0.4", "x", "iocage"),
        ("e0a_web", "e0b_web", "jib or Bastille"),
        ("abcdef_net64a", "y", None),
    ],
)
def test_a_manager_is_told_by_the_names_it_gives(a: str, b: str, manager: str | None) -> None:
    host = epair(7, "a").replace("epair7a:", f"{a}:") + epair(7, "b", up=False).replace("epair7b:", f"{b}:")
    assert only(state(host=host)).manager == manager


def test_podman_is_told_by_its_bridge() -> None:
    head = "cni-podman0: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500\n"
    member = "\tmember: epair7a flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>\n"
    host = epair(7, "a") + epair(7, "b", up=False) + head + member + "\tgroups: bridge\n"
    assert only(state(host=host)).manager == "podman"
