"""The path check on every recorded way in which a jail's path is broken, and on the healthy ones."""

from __future__ import annotations

import pytest

from jailtui.model.state import Interface
from jailtui.pathcheck import outside, twins
from jailtui.pathcheck.beyond import PathTarget
from jailtui.pathcheck.check import PathCheck
from jailtui.pathcheck.hops import PathReport, Question, Reply
from tests.support import path_replay
from tests.support.path_replay import JAIL, both, checked, disguised, lines, world

TARGETS = {
    "routed-forwarding0": "192.168.1.1",
    "routed-forwarding1": "192.168.1.1",
    "routed-nat": "192.168.1.1",
    "ipv6-disabled": "2001:db8::1",
    "ipv6-only-linklocal": "2001:db8::1",
    "ipv6-no-route": "2001:db8::1",
    "ipv6-gateway-nobody": "2001:db8::1",
    "ipv6-ok-to-host": "2001:db8::1",
    "ipv6-host-on-bridge": "fd00:1::50",
    **dict.fromkeys(("dns-no-resolv", "dns-nobody", "dns-nobody-options", "dns-not-in-net"), "example.org"),
    **dict.fromkeys(("dns-no-route", "dns-refused", "dns-garbage", "dns-hosts-file"), "example.org"),
    "13.2 routed-reject": "9.9.9.9",
    "raw-denied": "192.168.1.1",
}
"""Where the operator wants to get; without one it ends at the gateway. 9.9.9.9 answered nobody in the recordings."""
HEALTHY = ("healthy", "routed-nat", "vlan-healthy", "ipv6-host-on-bridge", "mtu-a-1400", "dns-hosts-file")
OTHER_WORDS = {
    **dict.fromkeys(HEALTHY, "ok"),
    "dns-hosts-file": "unknown",  # the name is found; nobody recorded a ping to its address
    "a-down-warm": "a-down",
    "dns-nobody-options": "dns-nobody",
    "dns-no-route": "no-default-route",  # which breaks first
    "vlan-em0-30": "vlan-wrong-tag",
    "pf-block-member0-bridge0": "ok",  # it blocks the host alone
    "13.2 mtu-bridge-1400": "ok",  # 13 refuses to set it
    "15.1 routed-reject": "ok",  # 15 refuses the route
    "15.1 lo0-down": "ok",  # in every jail of 15.1 lo0 was never up
}
"""Where the verdict is not the scenario's own word."""
SCENARIOS = [(release, scenario) for release in ("13.2", "15.1") for scenario in lines(release)]


def expected(release: str, scenario: str) -> str:
    return OTHER_WORDS.get(f"{release} {scenario}", OTHER_WORDS.get(scenario, scenario))


def verdict(release: str, scenario: str, *, changed: bool) -> PathReport:
    host = world(release, scenario)
    target = TARGETS.get(f"{release} {scenario}", TARGETS.get(scenario, ""))
    jail = "old" if scenario == "raw-denied" else path_replay.JAIL
    return checked(disguised(host) if changed else host, target, jail)


@pytest.mark.parametrize("changed", [False, True], ids=["recorded", "disguised"])
def test_every_recorded_scenario_gets_its_verdict(changed: bool) -> None:
    wrong = {}
    for release, scenario in SCENARIOS:
        report = verdict(release, scenario, changed=changed)
        if report.verdict != expected(release, scenario):
            wrong[release, scenario] = report
    told = "\n".join(
        f"{key}: {report.verdict}; {[(hop.hop, hop.result, hop.text) for hop in report.hops]}"
        for key, report in wrong.items()
    )
    print(f"{len(SCENARIOS) - len(wrong)} of {len(SCENARIOS)} scenarios")
    assert not wrong, told
    assert len(SCENARIOS) == 57 + 59


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_healthy_hosts_are_silent(release: str) -> None:
    for scenario in HEALTHY:
        report = verdict(release, scenario, changed=True)
        assert (report.faults, report.broken) == ((), None), scenario
        assert all(hop.result in ("ok", "unknown") and not hop.remedies for hop in report.hops), scenario


PAIRS = (
    ("a-down", "b-down"),
    ("a-down", "no-default-route"),
    ("bridge-down", "arp-off"),
    ("nic-not-member", "b-down"),
    ("nic-down", "no-address"),
    ("nic-no-carrier", "mtu-b-1400"),
    ("a-in-no-bridge", "wrong-mask"),
    ("a-in-other-bridge", "wrong-net"),
    ("arp-off", "no-default-route"),
    ("bridge-down", "nic-no-carrier"),
    ("no-default-route", "mtu-b-1400"),
)
"""Faults at once, each pair in the order of NOTES-2 b."""


@pytest.mark.parametrize("release", ["13.2", "15.1"])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_faults_the_first_is_named_and_the_other_listed(release: str, first: str, second: str) -> None:
    for host in (both(release, first, second), disguised(both(release, second, first))):
        report = checked(host)
        assert report.verdict == first
        assert [fault.verdict for fault in report.also] == [second]


def test_packets_are_sent_only_where_nothing_before_cuts_the_path() -> None:
    sent: list[Question] = []
    report = checked(world("15.1", "a-down"), sent=sent)
    assert report.sends == "sends nothing"
    assert not [question for question in sent if question.argv[0] in ("ping", "getent", "nc")]
    checked(world("15.1", "healthy"), sent=sent)
    pings = [question for question in sent if question.argv[0] == "ping"]
    assert [question.argv[-1] for question in pings] == ["192.168.1.1", "192.168.1.1"]
    assert [question.jid for question in pings] == [path_replay.JID] * 2


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_without_a_target_both_gateways_are_asked(release: str) -> None:
    report = checked(world(release, "ipv6-gateway-nobody"))
    assert (report.verdict, report.broken) == ("ipv6-gateway-nobody", "IPv6 gateway")
    assert report.sends.count("a ping to ") == 2
    good = checked(world(release, "ipv6-host-on-bridge"))
    assert [hop.result for hop in good.hops if hop.hop == "IPv6 gateway"] == ["ok"]
    assert checked(world(release, "ipv6-no-route")).verdict == "ok"


def test_a_program_that_is_no_ping_proves_nothing() -> None:
    host = world("15.1", "healthy")
    key = (JAIL, ("ping", "-n", "-c", "1", "-t", "1", "192.168.1.1"))
    for reply in (Reply(137, "\x1b[2Jyes\n" * 1000), Reply(126, "Permission"), Reply(0, "hello")):
        report = checked(host._replace(answers={**host.answers, key: [reply]}))
        assert (report.verdict, report.broken) == ("unknown", None)
        assert all(len(fact.said) <= 200 for hop in report.hops for fact in hop.evidence)


NO_PROGRAM = "jexec: execvp: {}: No such file or directory\n"
CONNECT = ("nc", "-zv", "-w", "2", "9.9.9.9", "443")


@pytest.mark.parametrize(
    ("target", "changed", "hop"),
    [
        ("9.9.9.9:443", {CONNECT: Reply(1, NO_PROGRAM.format("nc"))}, "target"),
        ("9.9.9.9", {("ping", "-n", "-c", "1", "-t", "1", "9.9.9.9"): Reply(137)}, "target"),
        ("example.org", {("getent", "hosts", "example.org"): Reply(1, NO_PROGRAM.format("getent"))}, "name"),
        ("example.org", {("cat", "/etc/resolv.conf"): Reply(137)}, "name"),
        ("example.org", {("cat", "/etc/resolv.conf"): Reply(1, NO_PROGRAM.format("cat"))}, "name"),
    ],
)
def test_a_program_that_a_jail_has_not_breaks_no_path(
    target: str, changed: dict[tuple[str, ...], Reply], hop: str
) -> None:
    host = world("15.1", "healthy")
    answers = dict(host.answers)
    for argv, reply in changed.items():
        answers[JAIL, argv] = [reply]
    report = checked(host._replace(answers=answers), target)
    assert (report.verdict, report.broken) == ("unknown", None)
    assert [each.result for each in report.hops if each.hop == hop] == ["unknown"]


def test_a_silent_gateway_is_not_called_absent_where_arp_tells_nothing() -> None:
    host = world("15.1", "gateway-nobody")
    answers = {**host.answers, (JAIL, ("arp", "-an")): [Reply(1, NO_PROGRAM.format("arp"))]}
    report = checked(host._replace(answers=answers))
    assert (report.verdict, report.broken) == ("unknown", None)


REFUSED = "nc: connect to {} port {} (tcp) failed: Connection refused\n"


@pytest.mark.parametrize(("scenario", "address"), [("healthy", "9.9.9.9"), ("routed-forwarding1", "192.168.1.1")])
def test_a_refused_connection_is_not_called_silence(scenario: str, address: str) -> None:
    host = world("15.1", scenario)
    connect = (*CONNECT[:-2], address, "443")
    answers = {**host.answers, (JAIL, connect): [Reply(1, REFUSED.format(address, 443))]}
    report = checked(host._replace(answers=answers), f"{address}:443")
    assert (report.verdict, report.broken) == ("target-refused", "target")
    assert "refuses the connection" in report.hops[-1].text


def test_a_command_to_copy_quotes_the_name_that_a_jail_gave_its_interface() -> None:
    interface = Interface("a;reboot", "epair", jid=5)
    assert twins._ifconfig(interface) == "jexec 5 ifconfig 'a;reboot'"
    assert outside.shown(interface, "").source == "ifconfig 'a;reboot'"


def altered(scenario: str, **texts: str) -> path_replay.World:
    """The host of a scenario on which `ifconfig NAME` prints another text of these."""
    host = world("15.1", scenario)
    answers = dict(host.answers)
    for name, text in texts.items():
        answers[None, ("ifconfig", name)] = [Reply(0, text)]
    return host._replace(answers=answers)


def way_out(report: PathReport) -> str:
    return next(hop.result for hop in report.hops if hop.hop == "way out")


def test_one_way_out_that_works_is_enough() -> None:
    host, healthy = world("15.1", "nic-down"), world("15.1", "healthy")
    bridge = host.text(None, "ifconfig", "bridge0").replace("\tgroups:", "\tmember: em1 flags=143<LEARNING>\n\tgroups:")
    em1 = healthy.text(None, "ifconfig", "em0").replace("em0", "em1").replace("192.168.1.50", "10.1.1.1")
    assert way_out(checked(host)) == "broken"
    assert way_out(checked(altered("nic-down", bridge0=bridge, em1=em1))) == "ok"


def test_gateway_on_the_bridge_itself_needs_no_way_out() -> None:
    host = world("15.1", "nic-not-member")
    own = "\tinet 192.168.1.1 netmask 0xffffff00\n\tgroups:"
    bridge = host.text(None, "ifconfig", "bridge0").replace("\tgroups:", own)
    assert way_out(checked(host)) == "broken"
    assert way_out(checked(altered("nic-not-member", bridge0=bridge))) == "ok"


def test_rule_of_pf_that_counts_nothing_is_not_blamed() -> None:
    host = world("15.1", "pf-block-member1-bridge0")
    rules = (None, ("pfctl", "-sr", "-v"))
    idle = host.given(None, "pfctl", "-sr", "-v")[0].text.replace("Packets: 5", "Packets: 0")
    report = checked(host._replace(answers={**host.answers, rules: [Reply(0, idle)]}))
    assert (report.verdict, report.broken) == ("unknown", None)


def test_target_in_the_own_net_needs_no_gateway() -> None:
    host = world("15.1", "gateway-nobody")
    route = "   route to: X\ndestination: 192.168.1.0\n  interface: epair154b\n      flags: <UP,DONE,PINNED>\n"
    answers = dict(host.answers)
    for address in ("192.168.1.50", "192.168.1.77"):
        answers[JAIL, ("route", "-n", "get", address)] = [Reply(0, route)]
    host = host._replace(answers=answers)
    assert checked(host, "192.168.1.50").verdict == "ok"
    silent = checked(host, "192.168.1.77")
    assert (silent.verdict, silent.broken) == ("target-silent", "target")
    assert "gateway" not in [hop.hop for hop in silent.hops]


def test_gateway_that_answers_no_ping_has_no_packet_size() -> None:
    host = world("15.1", "pf-block-member1-bridge0")
    rules = host.given(None, "pfctl", "-sr", "-v")[0].text.replace("Packets: 5", "Packets: 0")
    full = (JAIL, ("ping", "-n", "-c", "1", "-t", "1", "-D", "-s", "1472", "192.168.1.1"))
    silent = host.given(JAIL, "ping", "-n", "-c", "1", "-t", "1", "192.168.1.1")
    changed = {(None, ("pfctl", "-sr", "-v")): [Reply(0, rules)], full: silent}
    report = checked(host._replace(answers={**host.answers, **changed}))
    assert (report.verdict, report.broken) == ("unknown", None)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (Reply(0, "route: route has not been found: No error: 0"), "no-default-route"),  # 14.2
        (Reply(1, "jexec: jail_attach(4): Operation not permitted"), "unknown"),
        (Reply(127, "jexec: execvp: route: No such file or directory"), "unknown"),
        (Reply(137, ""), "unknown"),
    ],
)
def test_only_route_itself_says_that_there_is_none(reply: Reply, verdict: str) -> None:
    host = world("15.1", "no-default-route")
    key = (JAIL, ("route", "-n", "get", "default"))
    assert checked(host._replace(answers={**host.answers, key: [reply]})).verdict == verdict


def test_a_port_is_tried_where_a_jail_may_not_ping() -> None:
    host = world("15.1", "raw-denied")
    picture = path_replay.snapshot(host)
    jail = picture.state.jail("old")
    assert jail is not None
    target = PathTarget("192.168.1.50:22", "192.168.1.50", 22)
    report = PathCheck(picture.state, (), jail, target, path_replay.asker(host)).run()
    assert report.hops[-1][:2] == ("target", "ok")
