"""Addresses and routes of one jail: none, without a mask, a gateway out of reach; and what heals them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.model.state import Address, Interface, Jail, JailState
from jailtui.rules.finding import Finding
from tests.support.contexts import context, findings, found
from tests.support.jail_hosts import apply, fill, house, inside, running, template

WEB = template("web")
UP = inside("epair154b", 4, "192.168.1.154/24")
BARE = template("web", **{"${id}/24": "${id}"})
AWAY = template("web", **{'$gateway = "192.168.1.1"': '$gateway = "10.9.9.1"'})
DHCP = template("web", **{"/sbin/ifconfig ${epair}b inet ${ip} up": "/sbin/dhclient ${epair}b"})
NO_ROUTE = template("web", **{"/sbin/route add default ${gateway}": "/usr/bin/true"})


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_address_without_a_mask_fails_on_15() -> None:
    (finding,) = found(context(BARE), "ADDR-NO-MASK")
    assert (finding.severity, finding.subject.key, finding.confidence) == ("error", "web", "certain")
    assert "web sets 192.168.1.154 without a prefix: FreeBSD 15 refuses it" in finding.text
    assert finding.evidence[0].said == "exec.start = /sbin/ifconfig epair154b inet 192.168.1.154 up"


@pytest.mark.parametrize("release", ["13.2-RELEASE", "14.2-RELEASE"])
def test_address_without_a_mask_is_a_note_before_15(release: str) -> None:
    assert [it.severity for it in found(context(BARE, release=release), "ADDR-NO-MASK")] == ["note"]


@pytest.mark.parametrize(
    "text",
    [
        WEB,
        template("web", **{"inet ${ip}": "inet 192.168.1.154 netmask 255.255.255.0"}),
        template("web", **{"inet ${ip}": "inet6 fd00::154"}),
        "old { path = /old; ip4.addr = 192.168.1.60; }",
    ],
    ids=["prefix", "netmask", "IPv6", "ip4.addr"],
)
def test_address_with_a_mask_or_that_needs_none(text: str) -> None:
    assert found(context(text), "ADDR-NO-MASK") == ()


def test_address_gets_its_mask_by_the_form(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", BARE, "web").backend()
    (finding,) = findings(backend, "ADDR-NO-MASK")
    fill(backend, finding, "192.168.1.154/24")
    assert findings(backend, "ADDR-NO-MASK") == ()


def test_gateway_out_of_reach() -> None:
    (finding,) = found(context(AWAY), "ADDR-GATEWAY")
    assert (finding.severity, finding.subject.key, finding.confidence) == ("error", "web", "certain")
    assert [(it.source, it.said) for it in finding.evidence] == [
        ("/etc/jail.conf:22", "exec.start = /sbin/route add default 10.9.9.1"),
        ("/etc/jail.conf:21", "exec.start = /sbin/ifconfig epair154b inet 192.168.1.154/24 up"),
    ]


def test_gateway_that_is_the_jail_itself() -> None:
    text = template("web", **{'$gateway = "192.168.1.1"': '$gateway = "192.168.1.154"'})
    (finding,) = found(context(text), "ADDR-GATEWAY")
    assert "its own address" in finding.text


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"${id}/24": "${id}/16", '"192.168.1.1"': '"192.168.7.1"'},
        {"${id}/24": "${id}/25", '192.168.1.1"': '192.168.1.129"'},
    ],
    ids=["same /24", "wide network", "narrow network"],
)
def test_gateway_in_a_network_of_the_jail(changes: dict[str, str]) -> None:
    assert found(context(template("web", **changes)), "ADDR-GATEWAY") == ()


@pytest.mark.parametrize("word", ["-iface", "-interface"])
def test_gateway_that_a_route_by_an_interface_leads_to_is_a_guess(word: str) -> None:
    route = f'/sbin/route add -host 10.9.0.1 {word} ${{epair}}b"; exec.start += "/sbin/route add default'
    changes = {"192.168.1.${id}/24": "10.9.0.2/32", '$gateway = "192.168.1.1"': '$gateway = "10.9.0.1"'}
    assert [it.severity for it in found(context(template("web", **changes)), "ADDR-GATEWAY")] == ["error"]
    routed = template("web", **changes, **{"/sbin/route add default": route})
    assert {it.severity for it in found(context(routed), "ADDR-GATEWAY")} <= {"note"}


@pytest.mark.parametrize(("address", "router"), [("10.9.0.1/31", "10.9.0.0"), ("fd00::2/127", "fd00::3")])
def test_gateway_in_a_network_of_two(address: str, router: str) -> None:
    changes = {"192.168.1.${id}/24": address, '$gateway = "192.168.1.1"': f'$gateway = "{router}"'}
    assert found(context(template("web", **changes)), "ADDR-GATEWAY") == ()


def test_gateway_beyond_a_narrow_network() -> None:
    text = template("web", **{"${id}/24": "${id}/25"})
    assert [it.severity for it in found(context(text), "ADDR-GATEWAY")] == ["error"]


@pytest.mark.parametrize("text", [AWAY.replace("exec.clean;", 'exec.clean; exec.created = "/root/net.sh";')])
def test_gateway_of_a_jail_with_a_script_is_a_guess(text: str) -> None:
    assert [(it.severity, it.confidence) for it in found(context(text), "ADDR-GATEWAY")] == [("note", "guess")]


def test_route_that_is_there_is_not_doubted() -> None:
    jail = running(AWAY, "web", 4, UP, gateways=("10.9.9.1",))
    assert found(context(AWAY, running=[jail]), "ADDR-GATEWAY") == ()


def test_gateway_is_changed_by_the_form(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", AWAY, "web").backend()
    (finding,) = findings(backend, "ADDR-GATEWAY")
    fill(backend, finding, "192.168.1.1")
    assert findings(backend, "ADDR-GATEWAY") == ()


def test_configured_route_that_is_lost() -> None:
    (finding,) = found(context(WEB, running=[running(WEB, "web", 4, UP, gateways=())]), "ADDR-NO-ROUTE")
    assert (finding.severity, finding.subject.key) == ("warning", "web")
    assert "though 192.168.1.1 is configured" in finding.text
    assert finding.remedies[0].task.steps[0].argv == ("jexec", "4", "route", "add", "default", "192.168.1.1")


def test_route_of_the_other_family_does_not_do() -> None:
    (finding,) = found(context(WEB, running=[running(WEB, "web", 4, UP, gateways=("fd00::1",))]), "ADDR-NO-ROUTE")
    assert "192.168.1.1" in finding.text


def test_no_route_that_nothing_sets_is_a_note() -> None:
    jail = running(NO_ROUTE, "web", 4, UP, gateways=())
    (finding,) = found(context(NO_ROUTE, running=[jail]), "ADDR-NO-ROUTE")
    assert (finding.severity, finding.remedies) == ("note", ())


@pytest.mark.parametrize(
    "jail",
    [
        running(WEB, "web", 4, UP, gateways=("192.168.1.1",)),
        running(WEB, "web", 4, UP, gateways=None),
        running(WEB, "web", 4, UP, gateways=(), state=JailState.STARTING),
        running(WEB, "web", 4, inside("epair154b", 4, up=False), gateways=()),
        running(WEB, "web", 4, UP, gateways=(), vnet=False),
        running(DHCP, "web", 4, UP, gateways=(), dhcp=True),
    ],
    ids=["there", "not asked", "starting", "half-started", "no vnet", "DHCP"],
)
def test_route_that_is_there_or_not_to_be_judged(jail: Jail) -> None:
    text = DHCP if jail.dhcp else WEB
    assert found(context(text, running=[jail]), "ADDR-NO-ROUTE") == ()


def test_lost_address_is_told() -> None:
    (finding,) = found(context(WEB, running=[running(WEB, "web", 4, inside("epair154b", 4))]), "ADDR-NONE")
    assert (finding.severity, finding.subject.key) == ("error", "web")
    assert "though 192.168.1.154/24 is configured" in finding.text


def test_no_address_that_nothing_sets_is_a_note() -> None:
    text = template("web", **{"/sbin/ifconfig ${epair}b inet ${ip} up": "/sbin/ifconfig ${epair}b up"})
    (finding,) = found(context(text, running=[running(text, "web", 4, inside("epair154b", 4))]), "ADDR-NONE")
    assert (finding.severity, finding.remedies) == ("note", ())


@pytest.mark.parametrize(
    "jail",
    [
        running(WEB, "web", 4, UP),
        running(WEB, "web", 4),
        running(WEB, "web", 4, interfaces=None),
        running(WEB, "web", 4, inside("epair154b", 4), state=JailState.STARTING),
        running(DHCP, "web", 4, inside("epair154b", 4), dhcp=True),
        running(WEB, "web", 4, inside("epair154b", 4), addresses=(Address("10.8.0.2", 24),)),
    ],
    ids=["has one", "no interface", "not looked into", "starting", "DHCP", "on wg0"],
)
def test_address_that_is_there_or_not_to_be_judged(jail: Jail) -> None:
    text = DHCP if jail.dhcp else WEB
    assert found(context(text, running=[jail]), "ADDR-NONE") == ()


def test_lost_address_and_route_are_given_back(tmp_path: Path) -> None:
    host = house(tmp_path / "host", WEB, "web")
    host.ask("jail", "-c", "web")
    host.ask("jexec", "web", "ifconfig", "epair154b", "-alias")
    backend = host.backend()
    (finding,) = findings(backend, "ADDR-NONE")
    apply(backend, finding.remedies[0])
    assert findings(backend, "ADDR-NONE") == ()
    assert [str(one) for one in backend.read().state.jail("web").addresses] == ["192.168.1.154/24"]  # type: ignore[union-attr]


def test_lost_route_is_added(tmp_path: Path) -> None:
    host = house(tmp_path / "host", WEB, "web")
    host.ask("jail", "-c", "web")
    backend = host.backend()

    def lost() -> list[Finding]:
        everything = backend.examine()  # routes inside are read for the doctor only
        return [one for one in everything.findings if one.code == "ADDR-NO-ROUTE"]

    assert lost() == []
    host.ask("jexec", "web", "route", "delete", "default")
    (finding,) = lost()
    apply(backend, finding.remedies[0])
    assert lost() == []
    assert host.default_routes("web") == ["192.168.1.1"]


def test_jail_with_nothing_but_loopback_is_not_judged() -> None:
    text = "lab { path = /lab; vnet; persist; }"
    lone = Interface("lo0", "loopback", 4)
    assert found(context(text, running=[running(text, "lab", 4, interfaces=(lone,))]), "ADDR-NONE") == ()
