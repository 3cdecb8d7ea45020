"""The rules about pairs that are left over: each fires, is silent on the near miss, and its remedy removes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.model.state import End, Epair, Interface, JailState, Where
from jailtui.rules.finding import RULES
from tests.support.contexts import context, findings, found, judged
from tests.support.epair_hosts import BRIDGES, RENAMED, WEB, codes, dying, gone, leaky, near, on_host, pair, within
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import apply, fill, house, template
from tests.support.releases import RELEASES

B = near("epair154b", bridge=None, up=False)
LEFT = pair(near(), B, orphan=True, why="web is not running: its start failed, or its poststop was skipped")
NEVER_IN = WEB.replace('interface = "epair154b"', 'interface = "nosuch0"')


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def said(one: Epair, text: str = WEB, **more: Any) -> set[str]:
    """The codes found about pairs on a host with this pair."""
    interfaces = more.pop("interfaces", on_host(one))
    made = context(text, epairs=(one,), interfaces=interfaces, bridges=BRIDGES, **more)
    return {it.code for it in found_all(made)}


def found_all(made: Any) -> list[Any]:
    return [it for code in RULES if code.startswith(("EPAIR-", "NAME-")) for it in found(made, code)]


def start_fails(host: Embedded, *words: str) -> None:
    with pytest.raises(AssertionError):
        host.ask("jail", "-c", *words)


@pytest.mark.parametrize("release", RELEASES)
def test_end_is_lost_in_a_dying_jail(tmp_path: Path, release: str) -> None:
    backend = dying(tmp_path / "host", release).backend()
    (one,) = findings(backend, "EPAIR-LOST")
    assert (one.severity, str(one.subject), one.confidence) == ("error", "epair epair154", "certain")
    assert one.text == "One end of epair154 is lost in web (jid 1), which is dying."
    assert ("jls -d -n jid name dying", "jid=1 name=web dying") in [(it.source, it.said) for it in one.evidence]
    apply(backend, one.remedies[-1])
    assert codes(backend) == set()


def test_lost_end_without_a_dying_jail_is_only_likely() -> None:
    one = pair(near(), End(None, Where.LOST), orphan=True, why="one end is nowhere", owner=None)
    (it,) = found(context(epairs=(one,), interfaces=on_host(one)), "EPAIR-LOST")
    assert it.confidence == "likely"
    assert [remedy.task.label for remedy in it.remedies] == ["Destroy epair154"]


def test_unknown_end_is_not_lost() -> None:
    assert said(pair(near(), End(None, Where.UNKNOWN), orphan=None)) == {"EPAIR-IN-THE-WAY"}
    assert said(pair(near(), End(None, Where.UNKNOWN), orphan=None), template("web")) == set()


@pytest.mark.parametrize("state", [JailState.STARTING, JailState.STOPPING])
def test_pair_is_not_judged_while_jail_works_on_its_owner(state: JailState) -> None:
    for one in (LEFT, pair(near(), End(None, Where.LOST), orphan=True)):
        jail = gone(None)._replace(key="web", state=state)  # type: ignore[arg-type]
        assert said(one, running=(jail,)) == set()


@pytest.mark.parametrize("release", RELEASES)
def test_end_comes_back_under_its_inner_name(tmp_path: Path, release: str) -> None:
    host = dying(tmp_path / "host", release, text=RENAMED, peer=False)
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-RETURNED")
    assert (one.severity, one.subject.name) == ("warning", "epair154")
    assert one.confidence == ("certain" if release == "13.2" else "likely")
    assert any(it.source == "ifconfig lan0" and it.said.startswith("down") for it in one.evidence)
    assert codes(backend) == {"EPAIR-IN-THE-WAY"}
    apply(backend, one.remedies[-1])
    assert codes(backend) == set()


def test_end_without_its_group_has_been_inside_on_13_and_says_nothing_from_14_on() -> None:
    ends, one = on_host(LEFT, groups=()), LEFT._replace(owner="deleted")
    assert said(one, "", release="13.2-RELEASE", interfaces=ends) == {"EPAIR-RETURNED"}
    assert said(one, "", release="14.2-RELEASE", interfaces=ends) == {"EPAIR-NOBODY"}


@pytest.mark.parametrize("release", RELEASES)
def test_end_that_may_have_been_given_back_by_a_failed_start_is_taken_for_that(tmp_path: Path, release: str) -> None:
    backend = dying(tmp_path / "host", release, peer=False).backend()
    assert codes(backend) == {"EPAIR-IN-THE-WAY"}
    evidence = findings(backend, "EPAIR-FAILED-START")[0].evidence
    assert any("no group epair" in it.said for it in evidence) is (release == "13.2")


def test_end_of_a_deleted_jail_has_come_back_on_13(tmp_path: Path) -> None:
    host = dying(tmp_path / "host", "13.2", peer=False)
    (tmp_path / "host/etc/jail.conf").write_text("")
    (one,) = findings(host.backend(), "EPAIR-RETURNED")
    assert one.confidence == "certain"
    apply(host.backend(), one.remedies[-1])
    assert codes(host.backend()) == set()


def test_end_that_is_up_did_not_come_back() -> None:
    up = LEFT._replace(b=B._replace(name="lan0", up=True))
    assert "EPAIR-RETURNED" not in said(up, RENAMED)
    assert "EPAIR-RETURNED" in said(up._replace(b=B._replace(name="lan0")), RENAMED)


def test_renamed_end_of_nobody_came_back() -> None:
    one = LEFT._replace(owner=None, a=near("epair7a"), b=B._replace(name="vnet0"), name="epair7")
    assert said(one) == {"EPAIR-RETURNED"}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("text", [NEVER_IN, WEB.replace("bridge0", "bridge7")])
def test_pair_of_a_failed_start(tmp_path: Path, release: str, text: str) -> None:
    host = leaky(tmp_path / "host", release, text)
    start_fails(host, "web")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-FAILED-START")
    assert (one.severity, one.subject.name, one.confidence) == ("warning", "epair154", "likely")
    assert any(it.source.startswith("/etc/jail.conf:") and "create" in it.said for it in one.evidence)
    assert codes(backend) == {"EPAIR-IN-THE-WAY"}
    apply(backend, one.remedies[-1])
    assert codes(backend) == set()


def test_pair_that_waits_for_its_jail_is_left_alone() -> None:
    assert "EPAIR-FAILED-START" not in said(LEFT._replace(orphan=False, why="waiting for web"))


@pytest.mark.parametrize("release", RELEASES)
def test_pair_of_nobody(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, "web", release=release)
    host.ask("ifconfig", "epair9", "create")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-NOBODY")
    assert (one.severity, one.subject.name) == ("warning", "epair9")
    assert [it.source for it in one.evidence][:2] == ["ifconfig epair9a", "ifconfig epair9b"]
    apply(backend, one.remedies[-1])
    assert codes(backend) == set()


def test_pair_that_the_host_uses_is_not_nobodys(tmp_path: Path) -> None:
    host = house(tmp_path / "host", WEB, "web")
    host.ask("ifconfig", "epair9", "create")
    host.ask("ifconfig", "epair9b", "inet", "10.9.9.1/24", "up")
    assert codes(host.backend()) == set()


def test_pair_that_cannot_be_judged_is_no_finding() -> None:
    assert said(LEFT._replace(owner=None, orphan=None, a=near("epair9a"), b=near("epair9b"), name="epair9")) == set()


@pytest.mark.parametrize("release", RELEASES)
def test_pair_in_the_way_of_the_next_start(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, "web", release=release)
    host.ask("ifconfig", "epair154", "create")
    start_fails(host, "web")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-IN-THE-WAY")
    assert (one.severity, str(one.subject), one.confidence) == ("error", "jail web", "certain")
    assert one.evidence[1].source == "/etc/jail.conf:9"
    apply(backend, one.remedies[0])
    assert codes(backend) == set()
    host.ask("jail", "-c", "web")


def test_pair_in_the_way_is_for_the_preflight() -> None:
    assert [code for code, rule in RULES.items() if rule.preflight and code.startswith("EPAIR-")] == [
        "EPAIR-IN-THE-WAY",
        "EPAIR-TWICE",
    ]


def test_renamed_pair_keeps_its_number(tmp_path: Path) -> None:
    host = house(tmp_path / "host", WEB, "web")
    host.ask("ifconfig", "epair154", "create")
    host.ask("ifconfig", "epair154a", "name", "left0")
    host.ask("ifconfig", "epair154b", "name", "right0")
    start_fails(host, "web")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-IN-THE-WAY")
    assert "epair154, now called left0," in one.text
    apply(backend, one.remedies[0])
    host.ask("jail", "-c", "web")


def test_pair_of_another_jail_is_not_destroyed_and_the_form_gives_a_number(tmp_path: Path) -> None:
    other = WEB.replace("web", "db").replace("192.168.1.154", "192.168.1.155")
    host = house(tmp_path / "host", WEB + other, "web", "db")
    host.ask("jail", "-c", "web")
    backend = host.backend()
    (one,) = findings(backend, "EPAIR-IN-THE-WAY")
    assert one.subject.name == "db"
    assert one.text.endswith("epair154 exists and belongs to web.")
    assert not any(remedy.task.steps for remedy in one.remedies)
    fill(backend, one, "epair155")
    assert findings(backend, "EPAIR-IN-THE-WAY") == ()


def test_start_that_clears_the_way_is_not_blocked() -> None:
    assert said(LEFT, template("web")) == {"EPAIR-FAILED-START"}


def test_pair_inside_a_jail_may_have_the_same_number() -> None:
    one = pair(within("epair154a", "outer"), within("epair154b", "outer"), owner="outer")
    assert said(one) == set()


def twice() -> tuple[Interface, ...]:
    return (
        Interface("vnet0", "epair", ether="58:9c:fc:00:00:01", drivername="epair7", groups=("epair",)),
        Interface("vnet0", "epair", ether="58:9c:fc:00:00:02", drivername="epair8", groups=("epair",)),
    )


def test_two_interfaces_of_one_name_and_no_command_by_it() -> None:
    one = pair(near("epair7a", bridge=None), near("vnet0", bridge=None, up=False), "epair7", orphan=True, owner=None)
    one = one._replace(ambiguous=("vnet0",))
    made = context(epairs=(one,), interfaces=(*on_host(one)[:2], *twice()))
    (it,) = found(made, "NAME-TWICE")
    assert (it.severity, str(it.subject)) == ("error", "interface vnet0")
    assert "58:9c:fc:00:00:01" in it.evidence[0].said
    assert "58:9c:fc:00:00:02" in it.evidence[0].said
    assert "drivername epair8" in it.evidence[0].said
    assert all(not remedy.task.steps for found_one in found_all(made) for remedy in found_one.remedies)


@pytest.mark.parametrize("release", RELEASES)
def test_name_twice_after_two_returns_is_gone_when_one_is_renamed(tmp_path: Path, release: str) -> None:
    other = RENAMED.replace("web", "db").replace("154", "155")
    host = house(tmp_path / "host", RENAMED + other, "web", "db", release=release)
    for name in ("web", "db"):
        host.ask("jail", "-c", name)
    for name in ("web", "db"):
        host.ask("jail", "-R", name)
    backend = host.backend()
    snapshot = backend.read()
    (one,) = judged(snapshot, "NAME-TWICE")
    assert one.subject.name == "lan0"
    told = [remedy for it in judged(snapshot) if it.code.startswith(("EPAIR-", "NAME-")) for remedy in it.remedies]
    assert not any("lan0" in step.argv for remedy in told for step in remedy.task.steps)
    host.ask("ifconfig", "lan0", "name", "lan1")
    assert findings(backend, "NAME-TWICE") == ()


def test_same_name_in_a_jail_and_on_the_host_is_no_double() -> None:
    inside = twice()[1]._replace(jid=4)
    assert found(context(interfaces=(twice()[0], inside)), "NAME-TWICE") == ()


@pytest.mark.parametrize("release", RELEASES)
def test_template_is_sound_running_and_stopped(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", template("web"), "web", release=release)
    host.ask("jail", "-c", "web")
    assert codes(host.backend()) == set()
    host.ask("jail", "-r", "web")
    assert codes(host.backend()) == set()
