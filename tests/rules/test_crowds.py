"""Hosts with many jails, pairs, bridges and VLANs: which of them each rule tells of, in what order, and which not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jailtui.rules.context import Context
from jailtui.rules.finding import Finding
from tests.support.contexts import found
from tests.support.crowds import cabled, drifting, host, left_behind, routeless, segmented, told

JEXEC = ("ifconfig -j",)
PYTHON = ("tool python3",)


def test_routes_and_addresses_of_running_jails() -> None:
    assert (
        told(host(routeless()))
        == """\
JAIL-NOT-CONFIGURED lab lan
ADDR-GATEWAY routed client client0
ADDR-NO-ROUTE lost lost6 half island lan
ADDR-NONE bare bare6 nothing lab
CONF-DHCP-BPF client0
DRIFT-ADDRESS bare bare6 half
DRIFT-GATEWAY leased routed bare bare6 lost lost6 half
DRIFT-VNET shared
"""
    )


def test_jails_that_run_otherwise_than_their_file_says() -> None:
    assert (
        told(host(drifting()))
        == """\
JAIL-HALF-STARTED away lacks wrong
ADDR-NO-ROUTE unread
CONF-NO-ROOT allowed
CONF-NO-DEV reset raised
DRIFT-ADDRESS extra6 lacks lacks4 other other6 extra
DRIFT-ALIAS six
DRIFT-GATEWAY through through6
DRIFT-MTU wrong
DRIFT-MAC wrong
DRIFT-VNET unlike
DRIFT-PATH moved
DRIFT-HOSTNAME renamed strange
DRIFT-RULESET reset
DRIFT-PERMISSION fdless reset reset allowed allowed allowed allowed
"""
    )


def test_pairs_of_running_jails() -> None:
    assert (
        told(cabled())
        == """\
NAME-TWICE epair168b epair8b
EPAIR-OUTSIDE epair158 epair159 epair160 epair168 epair172 epair7 epair8
EPAIR-NO-BRIDGE epair161 epair171 epair162
EPAIR-WRONG-BRIDGE epair165 epair166
EPAIR-DOWN epair164 epair167
JAIL-HALF-STARTED doubt joined outside outdown outlan twins empty
BRIDGE-MISSING cloned
BRIDGE-GONE bridge0
DRIFT-VNET shared
"""
    )


def test_what_jails_leave_behind() -> None:
    assert (
        told(left_behind())
        == """\
EPAIR-LOST epair201 epair202 epair210 epair214 epair215 epair216
EPAIR-RETURNED epair207 epair212
EPAIR-FAILED-START epair203 epair204 epair206 epair208
EPAIR-NOBODY epair211 epair213
EPAIR-IN-THE-WAY blocked
NAME-TWICE epair206b
JAIL-HALF-STARTED dying2
JAIL-DYING dying strange mounted
JAIL-FAILED failed failedlog twin
CONF-CREATE blocked
"""
    )


def test_bridges_and_vlans() -> None:
    assert (
        told(segmented())
        == """\
EPAIR-WRONG-BRIDGE epair221
BRIDGE-GONE bridge6
BRIDGE-NOT-AT-BOOT bridge2 bridge7 bridge8 bridge1
BRIDGE-DOWN bridge5
BRIDGE-MEMBER-GONE bridge0 bridge3 bridge6
MTU-MISMATCH bridge1 bridge4 bridge5 bridge9
BRIDGE-PORT bridge4 bridge4
BRIDGE-OFFLOAD bridge4 bridge5 bridge9
NIC-FLAP bridge4
VLAN-NOT-AT-BOOT em0.40 vlan99
VLAN-NO-PARENT em3.7 em3.x lost.9 em9
VLAN-DOWN em0.40 vlan99
VLAN-TWICE em0.10 vlan20
DRIFT-BRIDGE bridge3
"""
    )


INSIDE = (
    "EPAIR-OUTSIDE",
    "JAIL-HALF-STARTED",
    "ADDR-NO-ROUTE",
    "ADDR-NONE",
    "DRIFT-ADDRESS",
    "DRIFT-GATEWAY",
    "DRIFT-MTU",
)


@pytest.mark.parametrize(
    "make",
    [lambda: host(routeless(), can=JEXEC), lambda: host(drifting(), can=JEXEC), lambda: cabled(JEXEC)],
    ids=["routeless", "drifting", "cabled"],
)
def test_ifconfig_of_the_host_looks_into_a_jail_where_it_can(make: Callable[[], Context]) -> None:
    one = make()
    steps = [
        step.argv
        for code in INSIDE
        for finding in found(one, code)
        for remedy in finding.remedies
        for step in remedy.task.steps
    ]
    assert not any(argv[0] == "jexec" for argv in steps)
    assert any(argv[1] == "-j" for argv in steps)


def revived(finding: Finding) -> str:
    """The interface that a dying jail is revived to release."""
    words = [remedy.task.label.split() for remedy in finding.remedies]
    return next((label[4].strip(",") for label in words if label[0] == "Revive"), "")


@pytest.mark.parametrize(
    ("release", "revives", "takes"),
    [("13.2-RELEASE", True, False), ("14.2-RELEASE", True, True), ("15.1-RELEASE", False, True)],
)
def test_what_a_dying_jail_holds_is_got_back_as_the_release_lets(release: str, revives: bool, takes: bool) -> None:
    one = left_behind(release, can=PYTHON, from_here=takes)
    held = found(one, "EPAIR-LOST")
    assert [revived(it) for it in held if it.subject.name != "epair202"] == (
        ["epair201b", "epair210b", "epair214a", "", ""] if revives else [""] * 5
    )
    finding = held[0]
    labels = " ".join(remedy.task.label for remedy in finding.remedies)
    assert ("Revive" in labels, "ioctl" in labels) == (revives, takes)
    assert ["Revive" in remedy.task.label for remedy in found(one, "JAIL-DYING")[0].remedies].count(True) == revives


def test_members_of_13_get_another_mtu_themselves() -> None:
    one = segmented("13.2-RELEASE")
    assert told(one, ("MTU-MISMATCH", "NIC-FLAP", "MEMBER-ADDRESS")) == (
        "MTU-MISMATCH bridge1 bridge4 bridge5 bridge9\nNIC-FLAP bridge4\nMEMBER-ADDRESS bridge0 bridge4\n"
    )
    steps = [step.argv for it in found(one, "MTU-MISMATCH") for remedy in it.remedies for step in remedy.task.steps]
    assert steps == [
        ("ifconfig", name, "mtu", mtu)
        for name, mtu in (("epair222a", "1500"), ("wg0", "1500"), ("em5", "1400"), ("epair222a", "1500"))
    ]
