"""Drift of a jail's parameters: what jls shows of it, and what its file says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.rules.finding import Finding
from tests.support.contexts import context, findings, found
from tests.support.form_hosts import MAIN, Embedded
from tests.support.jail_hosts import apply, fill, house, inside, running, template
from tests.support.releases import OLD_AND_NEW

WEB = template("web").replace("exec.clean;", "exec.clean;\n    children.max = 2;\n    securelevel = 1;")


@pytest.fixture
def host(tmp_path: Path) -> Embedded:
    one = house(tmp_path / "host", WEB, "web")
    one.ask("jail", "-c", "web")
    return one


def drift(backend: HostBackend) -> dict[str, Finding]:
    return {one.code: one for one in findings(backend) if one.code.startswith("DRIFT-")}


def edit(host: Embedded, old: str, new: str) -> None:
    path = host.folder / MAIN.strip("/")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_ruleset_takes_a_restart(host: Embedded) -> None:
    backend = host.backend()
    assert drift(backend) == {}
    edit(host, "devfs_ruleset = 5", "devfs_ruleset = 4")
    found = drift(backend)
    assert list(found) == ["DRIFT-RULESET"]
    finding = found["DRIFT-RULESET"]
    assert (finding.drift, finding.severity) == ("restart", "warning")
    assert finding.text == "web runs with devfs_ruleset 5; its file says 4."
    assert [one.source for one in finding.evidence] == ["jls -j 1 devfs_ruleset", "/etc/jail.conf:5"]
    apply(backend, finding.remedies[-1])
    assert drift(backend) == {}


def test_ruleset_of_the_running_jail_goes_into_the_file(host: Embedded) -> None:
    edit(host, "devfs_ruleset = 5", "devfs_ruleset = 4")
    backend = host.backend()
    fill(backend, drift(backend)["DRIFT-RULESET"], "5")
    assert drift(backend) == {}


def test_limits_change_while_it_runs(host: Embedded) -> None:
    edit(host, "children.max = 2", "children.max = 3")
    edit(host, "securelevel = 1", "securelevel = 2")
    backend = host.backend()
    told = [one for one in findings(backend) if one.code == "DRIFT-PERMISSION"]
    assert [(one.text, one.drift) for one in told] == [
        ("web runs with children.max 2; its file says 3.", "live"),
        ("web runs with securelevel 1; its file says 2.", "live"),
    ]
    assert told[0].remedies[0].task.steps[0].undo == ("jail", "-m", "jid=1", "children.max=2")
    for one in told:
        apply(backend, one.remedies[0])
    assert drift(backend) == {}


def permissions(backend: HostBackend) -> list[Finding]:
    """By a full reading, which alone asks for all parameters."""
    return [one for one in backend.examine().findings if one.code == "DRIFT-PERMISSION"]


def test_every_permission_of_the_file_is_compared_when_the_host_is_read_in_full(host: Embedded) -> None:
    backend = host.backend()
    assert permissions(backend) == []
    edit(host, "exec.clean;", "exec.clean;\n    allow.mount;\n    allow.noset_hostname;\n    sysvshm = new;")
    told = permissions(backend)
    assert {(one.text, one.drift) for one in told} == {
        ("web runs with allow.mount denied; its file says allowed.", "live"),
        ("web runs with allow.set_hostname allowed; its file says denied.", "live"),
        ("web runs with sysvshm disable; its file says new.", "restart"),
    }
    mount = next(one for one in told if "allow.mount" in one.text)
    assert mount.evidence[0].source == "jls -n -j 1"
    assert mount.remedies[0].task.steps[0].argv == ("jail", "-m", "jid=1", "allow.mount")
    assert mount.remedies[0].task.steps[0].undo == ("jail", "-m", "jid=1", "allow.nomount")
    for one in told:
        if one.drift == "live":
            apply(backend, one.remedies[0])
    assert [one.drift for one in permissions(backend)] == ["restart"]
    apply(backend, permissions(backend)[0].remedies[0])
    assert permissions(backend) == []


def test_level_that_the_jail_has_raised_is_its_own_work(host: Embedded) -> None:
    edit(host, "securelevel = 1", "securelevel = 0")
    assert drift(host.backend()) == {}


def test_host_name_is_a_note_and_changes_while_it_runs(host: Embedded) -> None:
    host.ask("jail", "-m", "jid=1", "host.hostname=other.home.arpa")
    backend = host.backend()
    finding = drift(backend)["DRIFT-HOSTNAME"]
    assert (finding.severity, finding.drift, finding.confidence) == ("note", "live", "likely")
    assert finding.text == "web has the host name other.home.arpa; its file says web."
    apply(backend, finding.remedies[0])
    assert drift(backend) == {}


def test_path_takes_a_restart(host: Embedded) -> None:
    (host.folder / "jails/next/dev").mkdir(parents=True)
    edit(host, '"/jails/web"', '"/jails/next"')
    backend = host.backend()
    finding = drift(backend)["DRIFT-PATH"]
    assert (finding.severity, finding.drift, finding.confidence) == ("note", "restart", "likely")
    assert [one.said for one in finding.evidence] == ["/jails/web", "path = /jails/next"]
    apply(backend, finding.remedies[0])
    assert drift(backend) == {}


def test_linked_path_is_none(host: Embedded) -> None:
    """The kernel follows links: /usr/jails may be /zroot/jails."""
    edit(host, '"/jails/web"', '"/usr/jails//web/"')
    assert drift(host.backend()) == {}


def test_network_stack_takes_a_restart(host: Embedded) -> None:
    path = host.folder / MAIN.strip("/")
    kept = 'path = "/jails/web"; host.hostname = "web"; children.max = 2; securelevel = 1; persist;'
    path.write_text(f'web {{ {kept} ip4.addr = "em0|192.168.1.60/24"; }}\n')
    backend = host.backend()
    told = drift(backend)
    assert list(told) == ["DRIFT-VNET"], "with another stack nothing else of its network can be compared"
    finding = told["DRIFT-VNET"]
    said = "web runs with a network stack of its own; its file does not set vnet."
    assert (finding.text, finding.drift) == (said, "restart")
    apply(backend, finding.remedies[0])
    assert drift(backend) == {}


def test_what_was_not_told_is_silent_on_pure_ground() -> None:
    jail = running(WEB, "web", 3, inside("epair154b", 3, "192.168.1.154/24"))._replace(vnet=None, path=None)
    one = context(WEB, running=[jail])
    codes = ("DRIFT-VNET", "DRIFT-PATH", "DRIFT-HOSTNAME", "DRIFT-RULESET", "DRIFT-PERMISSION")
    assert [code for code in codes if found(one, code)] == []
    other = context(WEB, running=[jail._replace(ruleset=0, children_max=0)])
    assert [code for code in codes if found(other, code)] == ["DRIFT-RULESET", "DRIFT-PERMISSION"]


def test_jail_that_is_being_stopped_is_silent() -> None:
    jail = running(WEB, "web", 3, ruleset=0)
    stopping = jail._replace(state=type(jail.state).STOPPING)
    assert found(context(WEB, running=[jail]), "DRIFT-RULESET")
    assert found(context(WEB, running=[stopping]), "DRIFT-RULESET") == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_permission_that_only_the_running_jail_has(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, "web", release=release)
    host.ask("jail", "-c", "web")
    backend = host.backend()
    assert permissions(backend) == []
    host.ask("jail", "-m", "name=web", "allow.raw_sockets=1", "enforce_statfs=1")
    raw, mounts = permissions(backend)
    if "enforce_statfs" in raw.text:
        raw, mounts = mounts, raw
    says = "its file does not set it: denied by default."
    assert raw.text == f"web runs with allow.raw_sockets allowed; {says}"
    assert (raw.confidence, raw.drift, raw.severity) == ("likely", "live", "warning")
    assert mounts.text == "web runs with enforce_statfs 1; its file does not set it: 2 by default."
    for one in (raw, mounts):
        apply(backend, one.remedies[0])
    assert permissions(backend) == []


def test_default_of_a_permission_depends_on_the_parent_and_on_allow_sysvipc() -> None:
    def told(text: str, **more: Any) -> list[str]:
        return [one.text for one in found(context(text, running=[running(text, "web", 3, **more)]), "DRIFT-PERMISSION")]

    sysv = (("sysvshm", "inherit"), ("sysvsem", "inherit"))
    assert told(WEB.replace("exec.clean;", "exec.clean; allow.sysvipc;"), params=sysv) == []
    assert len(told(WEB, params=sysv)) == 2
    less = (("allow.set_hostname", "false"),)
    assert len(told(WEB, params=less)) == 1
    assert told(WEB, params=less, parent_jid=2) == []
    assert told(WEB, params=(("securelevel", "3"), ("devfs_ruleset", "4"))) == []
