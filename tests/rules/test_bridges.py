"""Bridges: there now and after boot, up, with their members; each remedy is run on the embedded host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.model.state import Bridge, End, Epair, Interface, JailState, Where
from jailtui.rules.finding import Finding
from jailtui.rules.registry import judge
from tests.support.contexts import BOOT, context, findings, found, judged
from tests.support.form_hosts import Embedded, execute
from tests.support.jail_hosts import RC, apply, fill, house, running, template
from tests.support.link_hosts import address
from tests.support.releases import OLD_AND_NEW

WEB = template("web")
EM0 = Interface("em0", "ether", up=True, mtu=1500)
CODES = ("BRIDGE-MISSING", "BRIDGE-NOT-AT-BOOT", "BRIDGE-DOWN", "BRIDGE-MEMBER-GONE")


def one(backend: HostBackend, code: str) -> Finding:
    (finding,) = findings(backend, code)
    return finding


def host(folder: Path, rc: str = RC, release: str = "15.1", text: str = WEB) -> Embedded:
    return house(folder / "host", text, "web", rc=rc, release=release)


def bridged(members: tuple[str, ...] = (), **more: object) -> dict[str, Any]:
    """State fields with a bridge0 beside em0."""
    told: dict[str, Any] = {"up": True, "mtu": 1500, "persistent": True, **more}
    bridge = Bridge("bridge0", members, **told)
    return {"bridges": (bridge,), "interfaces": (EM0, Interface("bridge0", "bridge", up=True, members=members))}


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_template_in_its_bridge_is_sound(tmp_path: Path, release: str) -> None:
    here = host(tmp_path, RC.replace('"up"', '"addm em0 up"'), release)
    here.ask("ifconfig", "bridge0", "addm", "em0")
    backend = here.backend()
    for verb in ("-c", "-r"):
        assert findings(backend, *CODES) == ()
        execute(backend, "jail", verb, "web")
    assert findings(backend, *CODES) == ()


# Missing now.


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_bridge_of_a_jail_is_missing_and_made_as_rc_conf_says(tmp_path: Path, release: str) -> None:
    here = host(tmp_path, RC.replace('"up"', '"addm em0 up"'), release)
    here.ask("ifconfig", "bridge0", "destroy")
    backend = here.backend()
    finding = one(backend, "BRIDGE-MISSING")
    assert (finding.severity, finding.subject.kind, finding.subject.key) == ("error", "jail", "web")
    assert ("ifconfig bridge0", "interface bridge0 does not exist") in {(it.source, it.said) for it in finding.evidence}
    apply(backend, finding.remedies[0])
    after = backend.read()
    assert judged(after, "BRIDGE-MISSING", "BRIDGE-MEMBER-GONE") == ()
    assert after.state.bridges[0].members == ("em0",)


def test_bridge_that_rc_conf_does_not_make_is_made_empty_or_by_the_form(tmp_path: Path) -> None:
    here = host(tmp_path, 'jail_enable="YES"\ncloned_interface="bridge0"\n')
    here.ask("ifconfig", "bridge0", "destroy")
    backend = here.backend()
    finding = one(backend, "BRIDGE-MISSING")
    assert any(it.source == "sysrc -n cloned_interface" for it in finding.evidence)
    assert finding.remedies[1].form == ("bridge", "", "name")
    apply(backend, finding.remedies[0])
    assert findings(backend, "BRIDGE-MISSING") == ()


def test_form_makes_a_bridge_with_a_name_of_its_own(tmp_path: Path) -> None:
    backend = host(tmp_path, text=WEB.replace('"bridge0"', '"lan"')).backend()
    finding = one(backend, "BRIDGE-MISSING")
    assert [it.task.steps for it in finding.remedies] == [()]
    fill(backend, finding, "lan")
    assert findings(backend, "BRIDGE-MISSING") == ()


def test_running_jail_without_its_bridge_is_cut_off() -> None:
    (finding,) = found(context(WEB, running=[running(WEB, "web", 3)], interfaces=(EM0,)), "BRIDGE-MISSING")
    assert "cut off" in finding.text


def test_bridge_that_the_hooks_make_is_not_missing() -> None:
    line = '    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";\n'
    own = WEB.replace(line, f'    exec.prestart += "ifconfig bridge0 create up";\n{line}')
    jib = 'a { path = /a; vnet; vnet.interface = "e0b_a"; exec.prestart = "jib addm a em0"; }\n'
    needed = (
        f'sw {{ path = /; exec.prestart = "ifconfig bridge0 create"; }}\n{WEB.replace("vnet;", "vnet; depend = sw;")}'
    )
    script = WEB.replace(line, f'    exec.prestart += "/root/net bridge0";\n{line}')
    for text in (own, jib, needed, script):
        assert found(context(text, interfaces=(EM0,)), "BRIDGE-MISSING") == ()


def test_bridge_that_a_script_may_make_is_a_guess_until_the_jail_runs() -> None:
    line = '    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";\n'
    text = WEB.replace(line, f'    exec.prestart += "/root/net";\n{line}')
    (finding,) = found(context(text, interfaces=(EM0,)), "BRIDGE-MISSING")
    assert (finding.severity, finding.confidence) == ("note", "guess")
    (finding,) = found(context(text, running=[running(text, "web", 3)], interfaces=(EM0,)), "BRIDGE-MISSING")
    assert (finding.severity, finding.confidence) == ("error", "certain")


def test_nothing_is_missing_where_the_interfaces_were_not_read() -> None:
    assert found(context(WEB), "BRIDGE-MISSING") == ()


# Missing after boot.


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_bridge_by_hand_is_gone_after_a_boot_and_the_form_writes_it(tmp_path: Path, release: str) -> None:
    backend = host(tmp_path, 'jail_enable="YES"\n', release).backend()
    finding = one(backend, "BRIDGE-NOT-AT-BOOT")
    assert (finding.severity, finding.subject.key, finding.drift) == ("warning", "bridge0", "reboot")
    assert ("ifconfig bridge0", "used by web") in {(it.source, it.said) for it in finding.evidence}
    fill(backend, finding, "on")
    assert findings(backend, "BRIDGE-NOT-AT-BOOT") == ()


def test_variable_without_its_s_is_told_and_spelled_right(tmp_path: Path) -> None:
    here = host(tmp_path, 'jail_enable="YES"\ncloned_interface="bridge0 bridge1"\n')
    backend = here.backend()
    finding = one(backend, "BRIDGE-NOT-AT-BOOT")
    assert any(it.source == "sysrc -n cloned_interface" for it in finding.evidence)
    apply(backend, finding.remedies[0])
    assert findings(backend, "BRIDGE-NOT-AT-BOOT") == ()
    assert here.ask("sysrc", "-n", "cloned_interfaces").split() == ["bridge0", "bridge1"]
    assert 'cloned_interface="' not in (here.folder / "etc/rc.conf").read_text()


def test_bridge_that_nothing_uses_or_that_hooks_make_may_go() -> None:
    state = bridged(persistent=False)
    assert found(context(rcconf={}, **state), "BRIDGE-NOT-AT-BOOT") == ()
    text = WEB.replace('"/sbin/ifconfig ${epair} create up"', '"ifconfig ${bridge} create; ifconfig ${epair} create"')
    state = bridged(persistent=False, jails=("web",))
    assert found(context(WEB, rcconf={}, **state), "BRIDGE-NOT-AT-BOOT") != ()
    assert found(context(text, rcconf={}, **state), "BRIDGE-NOT-AT-BOOT") == ()


@pytest.mark.parametrize(("descr", "groups"), [("vm-public", ()), (None, ("vm-switch", "bridge"))])
def test_bridge_of_vm_bhyve_is_made_anew_by_its_service(descr: str | None, groups: tuple[str, ...]) -> None:
    bridge = Interface("bridge0", "bridge", up=True, description=descr, groups=groups, members=("em0",))
    state = bridged(("em0",), persistent=False, nics=("em0",)) | {"interfaces": (EM0, bridge)}
    assert found(context(rcconf={"vm_enable": "YES"}, **state), "BRIDGE-NOT-AT-BOOT") == ()
    assert found(context(rcconf={}, **state), "BRIDGE-NOT-AT-BOOT") != (), "nothing starts vm-bhyve"


def test_unread_rc_conf_says_nothing() -> None:
    state = bridged(persistent=None, jails=("web",))
    assert [it for code in CODES for it in found(context(WEB, rcconf=None, **state), code)] == []


def test_bridge_with_another_tools_pair_is_only_a_note_and_not_that_tools() -> None:
    pair = Epair(
        "k", "p", End("vnet0.3", Where.HOST, bridge="bridge0"), End("e", Where.JAIL), "name", False, "", "a", "iocage"
    )
    state = bridged(("vnet0.3",), persistent=False, jails=("a",)) | {"epairs": (pair,)}
    (finding,) = found(context(rcconf={}, **state), "BRIDGE-NOT-AT-BOOT")
    assert (finding.severity, finding.owner) == ("note", "")
    assert finding.evidence[-1].said.endswith("; iocage may create it again")


@pytest.mark.parametrize(
    ("marks", "owner"),
    [
        ({}, ""),
        ({"name": "bastille0"}, "Bastille"),
        ({"name": "em0bridge"}, "jib or Bastille"),
        ({"groups": ("bridge", "vm-switch")}, "vm-bhyve"),
        ({"description": "uplink-eth0"}, ""),
    ],
)
def test_bridge_is_a_managers_only_by_its_own_marks(marks: dict[str, Any], owner: str) -> None:
    pair = Epair("k", "p", End("e0a_a", Where.HOST, bridge="bridge0"), End("e", Where.JAIL), "name", False, "", "a")
    bridge = Interface(**{"name": "bridge0", "kind": "bridge", "members": ("em0", "e0a_a"), **marks})
    state: dict[str, Any] = {"bridges": (Bridge(bridge.name, bridge.members),), "interfaces": (EM0, bridge)}
    (finding,) = found(context(rcconf={}, epairs=(pair._replace(manager="Bastille"),), **state), "BRIDGE-DOWN")
    assert finding.owner == owner


# Down.


def test_bridge_that_is_down_is_brought_up(tmp_path: Path) -> None:
    here = host(tmp_path)
    here.ask("ifconfig", "bridge0", "addm", "em0")
    here.ask("ifconfig", "bridge0", "down")
    backend = here.backend()
    finding = one(backend, "BRIDGE-DOWN")
    assert (finding.severity, finding.subject.key) == ("error", "bridge0")
    apply(backend, finding.remedies[0])
    assert findings(backend, "BRIDGE-DOWN") == ()


def test_empty_bridge_may_be_down() -> None:
    assert found(context(**bridged(up=False)), "BRIDGE-DOWN") == ()


# Members.


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_nic_that_should_be_a_member_is_added(tmp_path: Path, release: str) -> None:
    backend = host(tmp_path, RC.replace('"up"', '"addm em0 up"'), release).backend()
    finding = one(backend, "BRIDGE-MEMBER-GONE")
    assert (finding.severity, finding.drift) == ("warning", "live")
    assert finding.evidence[0].source == "sysrc -n ifconfig_bridge0"
    assert "ssh" in finding.remedies[0].task.breaks
    apply(backend, finding.remedies[0])
    assert findings(backend, "BRIDGE-MEMBER-GONE") == ()


def test_nic_that_left_a_bridge_of_running_jails_is_an_error(tmp_path: Path) -> None:
    backend = host(tmp_path, RC.replace('"up"', '"addm em0 up"')).backend()
    execute(backend, "jail", "-c", "web")
    assert one(backend, "BRIDGE-MEMBER-GONE").severity == "error"


def test_member_that_is_missing_stops_the_rest_of_the_line(tmp_path: Path) -> None:
    here = host(tmp_path, RC.replace('"up"', '"addm em7 addm em0 up"'))
    here.ask("ifconfig", "bridge0", "addm", "em0")
    backend = here.backend()
    finding = one(backend, "BRIDGE-MEMBER-GONE")
    assert (finding.severity, finding.drift) == ("warning", "reboot")
    assert "`addm em0 up` is not applied" in finding.text
    apply(backend, finding.remedies[1])
    assert findings(backend, "BRIDGE-MEMBER-GONE") == ()
    assert here.ask("sysrc", "-n", "ifconfig_bridge0").strip() == "addm em0 up"


@pytest.mark.parametrize(
    ("members", "rcconf"),
    [
        (("em0",), {"ifconfig_bridge0": "addm em0 up"}),
        ((), {"ifconfig_bridge0": "addm tap0 up", "cloned_interfaces": "bridge0 tap0"}),
        ((), {"ifconfig_bridge0": "addm epair3a up", "cloned_interfaces": "bridge0 epair3"}),
        ((), {"ifconfig_bridge9": "addm em7 up"}),
        ((), {"ifconfig_bridge0": "up"}),
    ],
)
def test_members_that_are_in_or_come_at_boot(members: tuple[str, ...], rcconf: Mapping[str, str]) -> None:
    assert found(context(rcconf=BOOT | dict(rcconf), **bridged(members)), "BRIDGE-MEMBER-GONE") == ()


def test_jail_that_is_stopped_makes_no_error_of_a_lost_member() -> None:
    state = bridged(jails=("web",), addresses=(address("10.0.0.1/24"),))
    told = context(WEB, rcconf=BOOT | {"ifconfig_bridge0": "addm em0 up"}, **state)
    assert told.jails["web"].state is JailState.STOPPED
    assert [it.severity for it in found(told, "BRIDGE-MEMBER-GONE")] == ["warning"]


def test_member_that_is_in_another_bridge_is_not_offered_to_this_one() -> None:
    made: dict[str, Any] = {"up": True, "mtu": 1500, "persistent": True}
    bridges = (Bridge("bridge0", **made), Bridge("bridge1", ("em0",), **made))
    rcconf = BOOT | {"ifconfig_bridge0": "addm em0 up"}
    elsewhere = context(rcconf=rcconf, **bridged() | {"bridges": bridges})
    assert found(elsewhere, "BRIDGE-MEMBER-GONE") == ()
    nowhere = context(rcconf=rcconf, **bridged())
    assert [it.text.partition(",")[0] for it in found(nowhere, "BRIDGE-MEMBER-GONE")] != []


# Of rc.conf, and gone.

HOOK = 'web {{ path = /jails/web; persist; vnet; vnet.interface = epair154b; exec.prestart = "{}"; }}\n'


@pytest.mark.parametrize("release", OLD_AND_NEW)
@pytest.mark.parametrize(
    "text",
    [
        "web { path = /jails/web; persist; interface = bridge0; ip4.addr = 10.0.0.5/24; }\n",
        'web { path = /jails/web; persist; ip4.addr = "bridge0|10.0.0.5/24"; }\n',
        HOOK.format("ifconfig epair154 create up; ifconfig bridge0 inet 10.0.0.1/24 alias"),
        HOOK.format("ifconfig epair154 create up; /root/net.sh bridge0 epair154a"),
        HOOK.format("ifconfig epair154 create up; ifconfig bridge0 create up; ifconfig bridge0 addm epair154a"),
    ],
    ids=["interface", "ip4.addr", "hook", "script", "made empty"],
)
def test_bridge_of_rc_conf_that_is_gone_is_found_and_made_again(tmp_path: Path, text: str, release: str) -> None:
    here = host(tmp_path, RC.replace('"up"', '"addm em0 up"'), release, text)
    backend = here.backend()
    assert findings(backend, "BRIDGE-GONE", "IF-MISSING") == ()
    here.ask("ifconfig", "bridge0", "destroy")
    snapshot = backend.read()
    (finding,) = judged(snapshot, "BRIDGE-GONE")
    assert (finding.severity, finding.subject.kind, finding.drift) == ("warning", "bridge", "live")
    assert finding.text == "bridge0 does not exist now: rc.conf creates it at boot, and web uses it."
    stand = [it.code for it in judged(snapshot) if it.code in ("BRIDGE-GONE", "IF-MISSING")]
    assert stand == (["IF-MISSING"] if "10.0.0.5" in text else ["BRIDGE-GONE"])
    apply(backend, finding.remedies[0])
    after = backend.read()
    assert judged(after, "BRIDGE-GONE", "IF-MISSING") == ()
    assert after.state.bridges[0].members == ("em0",)


def test_bridge_that_boot_renames_is_not_gone() -> None:
    named = {"cloned_interfaces": "bridge0", "ifconfig_bridge0_name": "lan"}
    lan = Interface("lan", "bridge", up=True)
    assert found(context(rcconf=named, interfaces=(EM0, lan)), "BRIDGE-GONE") == ()
    assert found(context(rcconf=named, interfaces=(EM0,)), "BRIDGE-GONE") != ()
    assert found(context(rcconf=named), "BRIDGE-GONE") == ()  # ifconfig was not read


def test_bridge_that_a_jail_lacks_is_told_once() -> None:
    told = judge(context(WEB, interfaces=(EM0,)), {"BRIDGE-GONE", "BRIDGE-MISSING"})
    assert [it.code for it in told] == ["BRIDGE-MISSING"]
