"""Drift of a jail's network: its file is edited, or the running jail, and each remedy brings both together again."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.model.state import Address, Interface, Jail, Port
from jailtui.rules.context import Context
from jailtui.rules.finding import Finding
from jailtui.rules.registry import judge
from tests.support.contexts import context, findings, found
from tests.support.epair_hosts import near, pair, within
from tests.support.form_hosts import MAIN, Embedded, execute
from tests.support.jail_hosts import apply, fill, house, inside, running, template
from tests.support.releases import OLD_AND_NEW

WEB = template("web")
ALIASES = """\
classic {
    path = "/jails/classic";
    ip4.addr = "em0|192.168.1.50/24", "em0|192.168.1.51/24";
    persist;
}
"""
FIXED = """\
    exec.start += "ifconfig epair154b mtu 1400";
    exec.start += "ifconfig epair154b ether 02:00:00:00:0A:0b";
    exec.start += "/bin/sh /etc/rc";
"""


def drifts(backend: HostBackend) -> list[str]:
    return [one.code for one in findings(backend) if one.code.startswith("DRIFT-")]


def only(backend: HostBackend, code: str) -> Finding:
    assert drifts(backend) == [code]
    return findings(backend, code)[0]


def edit(host: Embedded, old: str, new: str) -> None:
    """Change jail.conf behind the running jail's back."""
    path = host.folder / MAIN.strip("/")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture(params=OLD_AND_NEW)
def host(tmp_path: Path, request: pytest.FixtureRequest) -> Embedded:
    """The template jail, running, on each release."""
    one = house(tmp_path / "host", WEB, "web", release=request.param)
    one.ask("jail", "-c", "web")
    return one


def sources(finding: Finding) -> list[str]:
    return [one.source for one in finding.evidence]


# Addresses.


def test_fresh_jail_has_no_drift(host: Embedded) -> None:
    assert drifts(host.backend()) == []


def test_edited_address_takes_a_restart(host: Embedded) -> None:
    edit(host, "192.168.1.${id}/24", "192.168.1.99/24")
    backend = host.backend()
    finding = only(backend, "DRIFT-ADDRESS")
    assert (finding.drift, finding.severity, finding.subject.key) == ("restart", "warning", "web")
    assert finding.text == "web has 192.168.1.154/24 on epair154b; its file says 192.168.1.99/24."
    assert sources(finding)[1] == "/etc/jail.conf:11"
    apply(backend, next(one for one in finding.remedies if one.task.steps))
    assert drifts(backend) == []


def test_edited_address_can_be_taken_back_in_the_file(host: Embedded) -> None:
    edit(host, "192.168.1.${id}/24", "192.168.1.99/24")
    backend = host.backend()
    fill(backend, only(backend, "DRIFT-ADDRESS"), "192.168.1.154/24")
    assert drifts(backend) == []


def test_other_spelling_of_an_address_is_none(host: Embedded) -> None:
    edit(host, "inet ${ip} up", "inet 192.168.1.154 netmask 0xffffff00 up")
    assert drifts(host.backend()) == []


def test_address_that_went_comes_back_now(host: Embedded) -> None:
    host.ask("jexec", "web", "ifconfig", "epair154b", "inet", "192.168.1.154", "-alias")
    backend = host.backend()
    finding = findings(backend, "DRIFT-ADDRESS")[0]
    assert (finding.drift, finding.confidence) == ("live", "likely")
    assert finding.text == "web lacks 192.168.1.154/24 on epair154b, which its file sets."
    apply(backend, finding.remedies[0])
    assert findings(backend, "DRIFT-ADDRESS") == ()


def test_address_added_by_hand_is_lost_at_the_next_start(host: Embedded) -> None:
    host.ask("jexec", "web", "ifconfig", "epair154b", "inet", "192.168.1.77/24", "alias")
    backend = host.backend()
    finding = only(backend, "DRIFT-ADDRESS")
    assert (finding.drift, finding.severity) == ("reboot", "note"), "the rc.conf inside may give it"
    apply(backend, next(one for one in finding.remedies if one.task.steps))
    assert drifts(backend) == []


def test_without_an_rc_inside_an_added_address_is_a_warning(tmp_path: Path) -> None:
    text = WEB.replace('"/bin/sh /etc/rc"', '"true"').replace("exec.clean;", "exec.clean; persist;")
    host = house(tmp_path / "host", text, "web")
    host.ask("jail", "-c", "web")
    host.ask("jexec", "web", "ifconfig", "epair154b", "inet6", "fd00::7/64")
    assert drifts(host.backend()) == [], "of a family that the file gives nothing of, nothing is said"
    host.ask("jexec", "web", "ifconfig", "epair154b", "inet", "192.168.1.77/24", "alias")
    assert only(host.backend(), "DRIFT-ADDRESS").severity == "warning"


@pytest.mark.parametrize(
    "line", ['"dhclient epair154b"', '"ifconfig epair154b inet6 accept_rtadv"', '"/usr/local/bin/more-network"']
)
def test_silent_on_what_others_may_set_on_pure_ground(line: str) -> None:
    """A DHCP client, a router, or a script that nobody can read."""
    text = WEB.replace("exec.stop ", f"exec.start += {line};\n    exec.stop ")
    address = "fd00::99/64" if "rtadv" in line else "192.168.1.99/24"
    has = inside("epair154b", 3, "192.168.1.154/24", address)
    assert found(context(text, running=[running(text, "web", 3, has)]), "DRIFT-ADDRESS") == ()


def test_interface_that_was_not_looked_into_is_silent() -> None:
    jail = running(WEB, "web", 3)._replace(interfaces=None)
    assert found(context(WEB, running=[jail]), "DRIFT-ADDRESS") == ()


def test_jail_in_two_places_is_compared_with_neither() -> None:
    text = WEB + WEB.replace("192.168.1.$", "192.168.2.$")
    has = inside("epair154b", 3, "192.168.7.1/24")
    assert found(context(text, running=[running(text, "web", 3, has)]), "DRIFT-ADDRESS") == ()


# Jails without vnet.


def test_edited_aliases_take_a_restart(tmp_path: Path) -> None:
    host = house(tmp_path / "host", ALIASES, "classic")
    host.ask("jail", "-c", "classic")
    backend = host.backend()
    assert drifts(backend) == []
    edit(host, "em0|192.168.1.51/24", "em0|192.168.1.52/24")
    finding = only(backend, "DRIFT-ALIAS")
    assert finding.drift == "restart"
    said = "classic has 192.168.1.50, 192.168.1.51; its file says 192.168.1.50, 192.168.1.52."
    assert finding.text == said
    assert sources(finding)[1] == "/etc/jail.conf:3"
    apply(backend, next(one for one in finding.remedies if one.task.steps))
    assert drifts(backend) == []


def test_addresses_that_follow_from_a_host_name_are_not_compared() -> None:
    jail = running(ALIASES, "classic", 3)._replace(vnet=False, interfaces=None, addresses=(Address("10.0.0.9", 32),))
    assert [one.code for one in found(context(ALIASES, running=[jail]), "DRIFT-ALIAS")] == ["DRIFT-ALIAS"]
    named = ALIASES.replace("persist;", "persist;\n    ip_hostname;")
    assert found(context(named, running=[jail]), "DRIFT-ALIAS") == ()


# Default routes.


def route_ground(*gateways: str, text: str = WEB) -> Context:
    jail = running(text, "web", 3, inside("epair154b", 3, "192.168.1.154/24"), gateways=gateways)
    return context(text, running=[jail])


def test_default_route_on_pure_ground() -> None:
    assert found(route_ground("192.168.1.1"), "DRIFT-GATEWAY") == ()
    (other,) = found(route_ground("192.168.1.254"), "DRIFT-GATEWAY")
    said = "web has its default route through 192.168.1.254; its file says 192.168.1.1."
    assert (other.text, other.drift, other.severity) == (said, "live", "warning")
    (step,) = other.remedies[0].task.steps
    assert step.argv == ("jexec", "3", "route", "change", "default", "192.168.1.1")
    assert step.undo == ("jexec", "3", "route", "change", "default", "192.168.1.254")
    (none,) = found(route_ground(), "DRIFT-GATEWAY")
    assert none.text == "web has no default route; its file says 192.168.1.1."
    dhcp = WEB.replace('"/bin/sh /etc/rc"', '"dhclient epair154b"')
    assert found(route_ground("192.168.1.254", text=dhcp), "DRIFT-GATEWAY") == ()


def test_default_route_of_a_jail_without_its_interface_is_not_told() -> None:
    """No route can be set then; that the interface is missing is JAIL-HALF-STARTED."""
    jail = running(WEB, "web", 3, gateways=())
    assert found(context(WEB, running=[jail]), "DRIFT-GATEWAY") == ()


def test_gateway_in_no_network_of_the_jail_is_only_to_be_changed_in_the_form() -> None:
    far = WEB.replace('"192.168.1.1"', '"10.99.0.1"')
    for gateways in ((), ("192.168.1.1",)):
        (told,) = found(route_ground(*gateways, text=far), "DRIFT-GATEWAY")
        assert [(one.form, one.task.steps) for one in told.remedies] == [(("network", "web", "gateway"), ())]
    moved = running(WEB, "web", 3, inside("epair154b", 3, "10.5.0.2/24"), gateways=("10.5.0.1",))
    (told,) = found(context(WEB, running=[moved]), "DRIFT-GATEWAY")
    assert [one.task.steps for one in told.remedies] == [()], "the file is right, the jail has another network now"


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_other_default_route_is_changed_and_never_lost(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, "web", release=release)
    host.ask("jail", "-c", "web")
    assert host.ask("jexec", "web", "route", "change", "default", "192.168.1.254") == (
        "change net default: gateway 192.168.1.254\n"
    )
    backend = host.backend()
    (told,) = judge(backend.examine().context, {"DRIFT-GATEWAY"})
    apply(backend, told.remedies[0])
    assert host.default_routes("web") == ["192.168.1.1"]
    assert not execute(backend, "jexec", "web", "route", "change", "default", "10.99.0.1").ok
    assert host.default_routes("web") == ["192.168.1.1"]


def test_default_route_is_set_in_the_running_jail(host: Embedded) -> None:
    host.ask("jexec", "web", "route", "delete", "default")
    backend = host.backend()

    def judged() -> tuple[Finding, ...]:
        return judge(backend.examine().context, {"DRIFT-GATEWAY"})

    apply(backend, judged()[0].remedies[0])
    assert host.default_routes("web") == ["192.168.1.1"]
    assert judged() == ()


# The VLAN of a port.


PORT = WEB.replace("addm ${epair}a up", "addm ${epair}a untagged 10 up")
RC_FILTER = 'jail_enable="YES"\ncloned_interfaces="bridge0"\nifconfig_bridge0="vlanfilter up"\n'


def test_port_in_another_vlan_is_put_right_in_the_running_jail(tmp_path: Path) -> None:
    one = house(tmp_path / "host", PORT, "web", rc=RC_FILTER)
    one.ask("ifconfig", "bridge0", "vlanfilter")
    one.ask("jail", "-c", "web")
    backend = one.backend()
    assert drifts(backend) == []
    one.ask("ifconfig", "bridge0", "ifuntagged", "epair154a", "20")
    finding = only(backend, "DRIFT-PORT")
    assert (finding.severity, finding.drift, finding.subject.key) == ("warning", "live", "web")
    assert finding.text == "epair154a, the port of web, is in VLAN 20 of bridge0; its file says 10."
    assert finding.evidence[0].said == "member epair154a untagged 20"
    apply(backend, finding.remedies[0])
    assert drifts(backend) == []


def test_port_by_the_form_gets_what_runs(tmp_path: Path) -> None:
    one = house(tmp_path / "host", PORT, "web", rc=RC_FILTER)
    one.ask("ifconfig", "bridge0", "vlanfilter")
    one.ask("jail", "-c", "web")
    one.ask("ifconfig", "bridge0", "ifuntagged", "epair154a", "20")
    backend = one.backend()
    fill(backend, only(backend, "DRIFT-PORT"), "20")
    assert drifts(backend) == []


def test_port_whose_name_two_interfaces_have_or_that_has_no_vlan() -> None:
    bridge = Interface("bridge0", "bridge", up=True, filtering=True, members=("epair154a",))
    joined = pair(near("epair154a", bridge="bridge0"), within("epair154b", "web", 4), "epair154")._replace(owner="web")
    jail = running(PORT, "web", 4, inside("epair154b", 4, "192.168.1.154/24"))

    def told(*ports: Port, ambiguous: tuple[str, ...] = ()) -> list[list[str]]:
        pairs = (joined._replace(ambiguous=ambiguous),)
        one = context(PORT, running=[jail], epairs=pairs, interfaces=(bridge._replace(ports=ports),))
        return [[it.task.label for it in finding.remedies] for finding in judge(one, {"DRIFT-PORT"})]

    assert told(Port("epair154a", 20)) == [["Set it now", "Edit web"]]
    assert told(Port("epair154a", 20), ambiguous=("epair154a",)) == [["Edit web"]]
    assert told() == told(Port("em0", 20)) == told(Port("epair154a", None, "10")) == told(Port("epair154a", 10)) == []


def test_port_that_passes_the_vlan_tagged_or_is_not_filtered_is_not_told(tmp_path: Path) -> None:
    one = house(tmp_path / "host", PORT, "web", rc=RC_FILTER)
    one.ask("ifconfig", "bridge0", "vlanfilter")
    one.ask("jail", "-c", "web")
    one.ask("ifconfig", "bridge0", "ifuntagged", "epair154a", "20")
    one.ask("ifconfig", "bridge0", "iftagged", "epair154a", "10,30")
    assert findings(one.backend(), "DRIFT-PORT") == ()
    one.ask("ifconfig", "bridge0", "iftagged", "epair154a", "none")
    one.ask("ifconfig", "bridge0", "-vlanfilter")
    assert findings(one.backend(), "DRIFT-PORT") == ()


# Pairs.


def test_changed_id_is_told_before_the_stop_cleans_up_the_wrong_pair(host: Embedded) -> None:
    edit(host, '"154"', '"155"')
    backend = host.backend()
    finding = findings(backend, "DRIFT-INTERFACE")[0]
    assert (finding.drift, finding.text) == ("restart", "web runs with epair154; its file names epair155.")
    afresh = next(one for one in finding.remedies if one.force == "forced")
    assert afresh.task.steps[1].line == "! jls -j 1 jid >/dev/null 2>&1 && ifconfig epair154a destroy"
    apply(backend, afresh)
    assert drifts(backend) == []
    assert "epair154a" not in host.ask("ifconfig", "-l")


def test_pair_moved_in_by_hand_is_lost_at_the_next_start(host: Embedded) -> None:
    host.ask("ifconfig", "epair9", "create")
    host.ask("ifconfig", "epair9b", "vnet", "web")
    finding = only(host.backend(), "DRIFT-INTERFACE")
    assert (finding.drift, finding.text) == (
        "reboot",
        "web has epair9, which no file gives it: its next start does not add it.",
    )


def test_end_renamed_inside_is_no_other_pair(host: Embedded) -> None:
    host.ask("jexec", "web", "ifconfig", "epair154b", "name", "lan0")
    assert drifts(host.backend()) == []


# MTU and MAC.


def test_mtu_and_mac_are_set_in_the_running_jail(tmp_path: Path) -> None:
    text = WEB.replace('    exec.start += "/bin/sh /etc/rc";\n', FIXED)
    host = house(tmp_path / "host", text, "web")
    host.ask("jail", "-c", "web")
    backend = host.backend()
    assert drifts(backend) == [], "letters of a MAC are the same in either case"
    edit(host, "mtu 1400", "mtu 1420")
    edit(host, "0A:0b", "0a:0c")
    mtu, mac = findings(backend, "DRIFT-MTU", "DRIFT-MAC")
    assert mtu.text == "epair154b in web has MTU 1400; its file says 1420."
    assert mac.text == "epair154b in web has MAC 02:00:00:00:0a:0b; its file says 02:00:00:00:0a:0c."
    assert (mtu.drift, mac.drift) == ("live", "live")
    apply(backend, mtu.remedies[0])
    fill(backend, mac, "02:00:00:00:0a:0b")
    assert drifts(backend) == []


def test_jail_of_no_file_is_silent() -> None:
    jail = Jail("pot1", "pot1", 3, running(WEB, "web", 3).state, True, interfaces=(inside("e", 3, "10.0.0.1/8"),))
    one = context("", running=[jail])
    assert [code for code in ("DRIFT-ADDRESS", "DRIFT-INTERFACE", "DRIFT-VNET") if found(one, code)] == []


def test_every_pair_that_no_file_names_is_told_of_and_the_first_is_for_the_one_that_is_missing() -> None:
    has = [inside(f"epair{number}b", 3) for number in (7, 8, 9)]
    pairs = tuple(pair(near(f"epair{at}a"), within(f"epair{at}b", "web", 3), f"epair{at}") for at in (7, 8, 9))
    made = context(WEB, running=[running(WEB, "web", 3, *has)], epairs=pairs)
    assert [it.text for it in found(made, "DRIFT-INTERFACE")] == [
        "web runs with epair7; its file names epair154.",
        "web has epair8, which no file gives it: its next start does not add it.",
        "web has epair9, which no file gives it: its next start does not add it.",
    ]


def test_end_that_was_renamed_inside_is_compared_by_its_pair() -> None:
    text = WEB.replace("inet ${ip} up", "inet ${ip} mtu 1400 up")
    lan9 = inside("lan9", 3, "192.168.1.154/24", mtu=1500)
    made = context(text, running=[running(text, "web", 3, lan9)], epairs=(pair(near(mtu=1500), within("lan9", jid=3)),))
    assert [it.text for it in found(made, "DRIFT-MTU")] == ["lan9 in web has MTU 1500; its file says 1400."]
    same = made.state.epairs[0]
    near_end = same._replace(a=same.a._replace(mtu=1400))
    told = context(text, running=[running(text, "web", 3, lan9)], epairs=(near_end,))
    assert found(told, "DRIFT-MTU") == ()
