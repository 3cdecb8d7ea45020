"""What the host told beside jails and interfaces: rc.conf, sysctls, rulesets, mounts, connections, routes."""

from __future__ import annotations

import json

from jailtui.exchange import Section
from jailtui.formats.mount import Mount
from jailtui.formats.netstat import Connection
from jailtui.model.build import Builder
from jailtui.model.state import HostState
from tests.support.captures import capture, row, running_web, state
from tests.support.large_hosts import EM0, FACTS

MOUNTS = (
    '{"mount": {"mounted": [{"special":"/dev/gpt/rootfs","node":"/","fstype":"ufs", "opts": ["local"]}, '
    '{"special":"tmpfs","node":"/jails/old/mnt","fstype":"tmpfs", "opts": ["local"]}]}}\n'
)
NETSTAT = (
    "Active Internet connections (including servers)\n"
    "Proto Recv-Q Send-Q Local Address          Foreign Address        (state)    \n"
    "tcp4       0      0 192.168.1.10.22        192.168.1.20.50396     TIME_WAIT  \n"
    "tcp4       0      0 10.5.0.1.37647         10.5.0.2.5000          CLOSE_WAIT \n"
    "tcp4       0      0 *.22                   *.*                    LISTEN     \n"
)


def routes(*found: tuple[str, str]) -> str:
    entries = [
        {"destination": net, "gateway": gateway, "flags": "UGS", "interface-name": "b"} for net, gateway in found
    ]
    family = {"address-family": "Internet", "rt-entry": entries}
    return json.dumps({"statistics": {"route-information": {"route-table": {"rt-family": [family] if found else []}}}})


def with_sections(*more: Section) -> HostState:
    return state(**running_web(), more=more)


def test_what_was_not_read_is_none() -> None:
    found = state(**running_web())
    assert (found.sysctls, found.rulesets, found.mounts, found.connections) == (None, None, None, None)
    assert found.jails[0].gateways is None


def test_variables_of_rc_conf_come_in_order_of_their_names() -> None:
    assert state(rcconf='b="2"\na="1"\n').rcconf == (("a", "1"), ("b", "2"))


def test_rc_conf_that_could_not_be_read_is_none_and_not_empty() -> None:
    told = capture()
    sections = tuple(one for one in told.sections if one.name != "sysrc")
    told = type(told)(told.host, 0.0, (*sections, Section("sysrc", 1, "", "sysrc: no")), FACTS)
    assert Builder().build(told).rcconf is None


def test_sysctls_and_rulesets() -> None:
    found = with_sections(
        Section("bridge-sysctls", 0, "net.link.bridge.pfil_member: 1\n"), Section("rulesets", 0, "1\n4\n11\n")
    )
    assert (found.sysctls, found.rulesets) == ((("net.link.bridge.pfil_member", "1"),), frozenset((1, 4, 11)))


def test_host_without_bridges_has_no_sysctls_of_them_and_a_refused_question_tells_nothing() -> None:
    absent = Section("bridge-sysctls", 1, "", "sysctl: unknown oid 'net.link.bridge'")
    refused = Section("rulesets", 1, "", "devfs rule: ioctl DEVFSIO_SGETNEXT: Operation not permitted")
    found = with_sections(absent, refused)
    assert (found.sysctls, found.rulesets, found.errors) == ((), None, ())


def test_mounts_and_connections_of_a_host_with_a_dying_jail() -> None:
    found = state(
        rows=[row(3, "old", dying=True)], more=[Section("mounts", 0, MOUNTS), Section("connections", 0, NETSTAT)]
    )
    assert found.mounts == (Mount("/dev/gpt/rootfs", "/", "ufs"), Mount("tmpfs", "/jails/old/mnt", "tmpfs"))
    assert found.connections == (
        Connection("10.5.0.1", 37647, "10.5.0.2", 5000, "CLOSE_WAIT"),
        Connection("192.168.1.10", 22, "192.168.1.20", 50396, "TIME_WAIT"),
    )


def test_connections_in_another_order_are_the_same_state() -> None:
    builder = Builder()
    lines = NETSTAT.splitlines(keepends=True)
    other = "".join((*lines[:2], lines[3], lines[2], lines[4]))
    one, two = (
        builder.build(capture(rows=[row(3, "old", dying=True)], more=[Section("connections", 0, text)]))
        for text in (NETSTAT, other)
    )
    assert one == two


def test_gateways_are_the_default_routes_inside() -> None:
    found = with_sections(Section("routes 4", 0, routes(("default", "192.168.1.1"), ("10.0.0.0/8", "192.168.1.2"))))
    assert found.jails[0].gateways == ("192.168.1.1",)


def test_jail_asked_and_without_a_default_route_has_none_of_them() -> None:
    assert with_sections(Section("routes 4", 0, routes())).jails[0].gateways == ()


def test_jail_whose_routes_could_not_be_read_is_not_said_to_have_none() -> None:
    answers = (Section("routes 4", 124, ""), Section("routes 4", 0, "no JSON"), Section("routes 4", 69, "{ }\n", "no"))
    for answer in answers:
        assert with_sections(answer).jails[0].gateways is None


def test_ruleset_of_a_jail_and_options_of_an_interface_are_told() -> None:
    told = running_web()
    told["rows"] = [row(4, "web", devfs_ruleset="5")]
    found = state(**told)
    assert found.jails[0].ruleset == 5
    em0 = next(one for one in found.interfaces if one.name == "em0")
    assert "RXCSUM" in EM0
    assert "RXCSUM" in em0.options


def test_program_may_run_on_the_host_only_where_it_was_reached_as_the_host_itself() -> None:
    assert [state(facts={**FACTS, "reached": how}).facts.local for how in ("local", "ssh", "demo")] == [
        True,
        False,
        False,
    ]
    assert not state().facts.local
