"""Jails in the kernel: half-started, dying, failed, with an open /dev, in no file; and what heals them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jailtui.exchange import Trouble, Verb
from jailtui.formats.mount import Mount
from jailtui.formats.netstat import Connection
from jailtui.model.state import End, Epair, Interface, Jail, JailState, Where
from jailtui.rules.context import Context
from jailtui.rules.finding import Evidence
from jailtui.rules.registry import judge
from tests.support.contexts import context, findings, found
from tests.support.jail_hosts import apply, fill, house, inside, loopback, running, template
from tests.support.releases import OLD_AND_NEW

WEB = template("web")
SETS = frozenset({1, 2, 3, 4, 5})


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def on_host(name: str) -> Interface:
    return Interface(name, "epair", up=True, mtu=1500)


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_template_jail_running_and_at_rest_gives_nothing_above_a_note(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, "web", release=release)
    backend = host.backend()
    assert [one for one in findings(backend) if one.severity != "note"] == []
    host.ask("jail", "-c", "web")
    assert [one for one in findings(backend) if one.severity != "note"] == []
    host.ask("jail", "-r", "web")
    assert [one for one in findings(backend) if one.severity != "note"] == []


def test_half_started_with_its_interface_on_the_host() -> None:
    jail = running(WEB, "web", 4)
    one = context(WEB, running=[jail], interfaces=(on_host("epair154a"), on_host("epair154b"), loopback(4)))
    (finding,) = found(one, "JAIL-HALF-STARTED")
    assert (finding.severity, finding.confidence, finding.subject.key) == ("error", "certain", "web")
    assert "epair154b is on the host" in finding.text
    assert [it.source for it in finding.evidence] == ["jls -n jid name", "ifconfig epair154b", "/etc/jail.conf:9"]


def test_half_started_with_its_interface_down_and_bare() -> None:
    bare = inside("epair154b", 4, up=False)
    (finding,) = found(context(WEB, running=[running(WEB, "web", 4, bare)]), "JAIL-HALF-STARTED")
    assert "epair154b inside is down and has none of 192.168.1.154/24" in finding.text


def test_half_started_without_any_interface() -> None:
    (finding,) = found(context(WEB, running=[running(WEB, "web", 4)]), "JAIL-HALF-STARTED")
    assert "its interface epair154b is not inside" in finding.text


def test_script_of_its_own_makes_half_started_likely_only() -> None:
    text = template("web", **{"exec.clean;": 'exec.clean; exec.created = "/root/net.sh web";'})
    one = context(text, running=[running(text, "web", 4)], interfaces=(on_host("epair154b"),))
    assert [it.confidence for it in found(one, "JAIL-HALF-STARTED")] == ["likely"]


@pytest.mark.parametrize(
    "jail",
    [
        running(WEB, "web", 4, inside("epair154b", 4, "192.168.1.154/24")),
        running(WEB, "web", 4, inside("vnet0", 4, "192.168.1.154/24", drivername="epair154")),
        running(WEB, "web", 4, state=JailState.STARTING),
        running(WEB, "web", 4, state=JailState.STOPPING),
        running(WEB, "web", 4, interfaces=None),
        running(WEB, "web", 4, inside("epair154b", 4)),
    ],
    ids=["whole", "renamed", "starting", "stopping", "not looked into", "up without address"],
)
def test_not_half_started(jail: Jail) -> None:
    assert found(context(WEB, running=[jail]), "JAIL-HALF-STARTED") == ()


@pytest.mark.parametrize("way", [0, 1], ids=["restart", "remove by force"])
def test_half_started_jail_is_healed(tmp_path: Path, way: int) -> None:
    host = house(tmp_path / "host", WEB, "web")
    host.ask("ifconfig", "epair154", "create", "up")
    # As a start that was cut off before the interface was moved in (FREEBSD.md 2.4).
    host.ask("jail", "-c", "name=web", "path=/jails/web", "vnet", "persist")
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-HALF-STARTED")
    apply(backend, finding.remedies[way])
    assert findings(backend, "JAIL-HALF-STARTED") == ()
    assert backend.read().state.jail("web").running == (way == 0)  # type: ignore[union-attr]


def dying_jail(**more: object) -> Jail:
    return Jail("web", "web", 3, JailState.DYING, True, path="/jails/web", **more)  # type: ignore[arg-type]


LOST = Epair(
    "epair154", "epair154", End("epair154a", Where.HOST), End(None, Where.LOST, "web", 3), "none", True, "lost", "web"
)


def test_dying_jail_is_a_note_where_nothing_is_held() -> None:
    (finding,) = found(context(WEB, running=[dying_jail()], mounts=(), connections=()), "JAIL-DYING")
    assert (finding.severity, finding.subject.key) == ("note", "web")
    assert "1 to 12 minutes" in finding.text
    assert [it.said for it in finding.evidence] == ["jid=3 name=web dying"]


def test_dying_jail_that_keeps_an_end_is_a_warning() -> None:
    (finding,) = found(context(WEB, running=[dying_jail()], epairs=(LOST,)), "JAIL-DYING")
    assert finding.severity == "warning"
    assert "holds an end of epair154" in finding.text


def test_mount_made_inside_holds_for_ever_and_those_of_jail8_do_not() -> None:
    mounts = (
        Mount("devfs", "/jails/web/dev", "devfs"),
        Mount("tmpfs", "/jails/website/mnt", "tmpfs"),
        Mount("tmpfs", "/jails/web/mnt", "tmpfs"),
    )
    text = template("web", **{"vnet;": "vnet; allow.mount; allow.mount.tmpfs; enforce_statfs = 1;"})
    (finding,) = found(context(text, running=[dying_jail()], mounts=mounts, connections=()), "JAIL-DYING")
    assert finding.severity == "warning"
    assert "until the host unmounts it" in finding.text
    assert [it.said for it in finding.evidence if it.source == "mount"] == ["tmpfs on /jails/web/mnt (tmpfs)"]


def test_connection_to_its_address_is_named() -> None:
    peers = (
        Connection("192.168.1.10", 50001, "192.168.1.154", 5432, "CLOSE_WAIT"),
        Connection("192.168.1.10", 50002, "192.168.1.155", 5432, "CLOSE_WAIT"),
    )
    (finding,) = found(context(WEB, running=[dying_jail()], mounts=(), connections=peers), "JAIL-DYING")
    assert [it.said for it in finding.evidence[1:]] == ["192.168.1.10.50001 192.168.1.154.5432 CLOSE_WAIT"]
    assert "for up to 12 minutes" in finding.text


def test_connection_weighs_more_than_a_mount() -> None:
    peers = (Connection("192.168.1.10", 50001, "192.168.1.154", 5432, "CLOSE_WAIT"),)
    text = template("web", **{"vnet;": "vnet; allow.mount; allow.mount.tmpfs; enforce_statfs = 1;"})
    mounts = (Mount("tmpfs", "/jails/web/mnt", "tmpfs"),)
    (finding,) = found(context(text, running=[dying_jail()], mounts=mounts, connections=peers), "JAIL-DYING")
    assert "a connection of this host holds it" in finding.text
    assert [remedy.task.label.split()[0] for remedy in finding.remedies] == ["Wait", "Drop", "Unmount"]


def test_connections_of_the_new_jail_of_the_name_do_not_count() -> None:
    peers = (Connection("192.168.1.10", 50001, "192.168.1.154", 80, "ESTABLISHED"),)
    old = dying_jail()._replace(key="web#3")
    base = context(WEB, running=[running(WEB, "web", 5)], mounts=(), connections=peers)
    one = replace(base, state=base.state._replace(jails=(old, *base.state.jails)))
    (finding,) = found(Context(one.state, one.world), "JAIL-DYING")
    assert finding.subject.key == "web#3"
    assert len(finding.evidence) == 1


def test_running_jail_is_not_dying() -> None:
    assert found(context(WEB, running=[running(WEB, "web", 4)]), "JAIL-DYING") == ()


def test_jail_held_by_a_mount_is_found_on_the_embedded_host(tmp_path: Path) -> None:
    text = template("web", **{"vnet;": "vnet; allow.mount; allow.mount.tmpfs; enforce_statfs = 1;"})
    host = house(tmp_path / "host", text, "web")
    (tmp_path / "host/jails/web/mnt").mkdir()
    host.ask("jail", "-c", "web")
    host.ask("jexec", "web", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    host.ask("jail", "-r", "web")
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-DYING")
    assert "until the host unmounts it" in finding.text
    apply(backend, next(one for one in finding.remedies if one.task.steps))
    assert findings(backend, "JAIL-DYING") == ()


def failed_jail(text: str, **more: object) -> Jail:
    at_rest = running(text, "web", 4)
    fields = {"jid": None, "state": JailState.FAILED, "interfaces": (), "start_status": 1} | more
    return at_rest._replace(**fields)  # type: ignore[arg-type]


def left_pair(**more: object) -> Epair:
    ends = (End("epair154a", Where.HOST, bridge="bridge0"), End("epair154b", Where.HOST))
    return Epair("epair154", "epair154", *ends, "drivername", True, "its start failed", "web", **more)  # type: ignore[arg-type]


def test_failed_start_shows_the_console_lines() -> None:
    text = template("web", **{"exec.clean;": 'exec.clean; exec.consolelog = "/var/log/web.log";'})
    jail = failed_jail(text, console=("Starting web.", "route: message indicates error: Invalid argument"))
    (finding,) = found(context(text, running=[jail], epairs=(left_pair(),)), "JAIL-FAILED")
    assert (finding.severity, finding.subject.key) == ("error", "web")
    assert [(it.source, it.said) for it in finding.evidence][-1] == (
        "tail /var/log/web.log",
        "route: message indicates error: Invalid argument",
    )


def test_failed_start_of_a_manager_s_jail_is_tried_again_by_the_manager() -> None:
    jail = Jail("foo", "foo", None, JailState.FAILED, True, start_status=1, manager="pot", manager_name="foo")
    (finding,) = found(context(running=[jail], managers=frozenset({"pot"})), "JAIL-FAILED")
    assert finding.evidence[0] == Evidence("pot start foo", "exit status 1")
    assert [step.line for step in finding.remedies[0].task.steps] == ["pot start foo"]
    assert found(context(running=[jail]), "JAIL-FAILED") == ()


def test_failed_start_without_lines_names_the_log() -> None:
    text = template("web", **{"exec.clean;": 'exec.clean; exec.consolelog = "/var/log/web.log";'})
    (finding,) = found(context(text, running=[failed_jail(text)], epairs=(left_pair(),)), "JAIL-FAILED")
    assert finding.evidence[-1].said == "exec.consolelog = /var/log/web.log"
    assert finding.evidence[-1].source == "/etc/jail.conf:6"


def test_failed_start_of_an_ambiguous_pair_has_no_steps() -> None:
    pair = left_pair(ambiguous=("epair154a",))
    (finding,) = found(context(WEB, running=[failed_jail(WEB)], epairs=(pair,)), "JAIL-FAILED")
    assert all(not remedy.task.steps for remedy in finding.remedies)


def test_failed_start_of_a_manager_says_so() -> None:
    pair = left_pair(manager="Bastille")
    (finding,) = found(context(WEB, running=[failed_jail(WEB)], epairs=(pair,)), "JAIL-FAILED")
    assert finding.owner == "Bastille"
    assert "Bastille made the pair" in finding.remedies[0].task.why


def test_stopped_jail_has_not_failed() -> None:
    assert found(context(WEB), "JAIL-FAILED") == ()
    left = failed_jail(WEB)._replace(state=JailState.STOPPED, start_status=None, left=("epair154",))
    assert found(context(WEB, running=[left], epairs=(left_pair(),)), "JAIL-FAILED") == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_failed_jail_is_started_again(tmp_path: Path, release: str) -> None:
    text = template("web", **{'"/sbin/ifconfig ${epair}a destroy 2>/dev/null || true"': '"true"'})
    host = house(tmp_path / "host", text, "web", release=release)
    host.ask("ifconfig", "epair154", "create", "up")
    backend = host.backend()
    snapshot = backend.read()
    jail = snapshot.state.jail("web")
    assert jail is not None
    assert (jail.state, jail.left, jail.start_status) == (JailState.STOPPED, ("epair154",), None)
    backend.run(backend.plan(Verb.START, snapshot, ["web"]), lambda _: None, lambda: False)
    (finding,) = findings(backend, "JAIL-FAILED")
    assert finding.text == "web is not running: its last start exited with 1, and epair154 is left over."
    assert (finding.confidence, finding.evidence[0].source) == ("certain", "jail -c web")
    apply(backend, finding.remedies[0])
    assert findings(backend, "JAIL-FAILED") == ()
    assert backend.read().state.jail("web").running  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [0, 2, 3, 99])
def test_open_dev_of_a_running_jail(number: int) -> None:
    text = template("web", **{"devfs_ruleset = 5": f"devfs_ruleset = {number}"})
    jail = running(text, "web", 4, ruleset=number)
    (finding,) = found(context(text, running=[jail], rulesets=SETS), "JAIL-RULESET")
    assert (finding.severity, finding.confidence) == ("error", "certain")
    assert f"shows every device of the host: devfs ruleset {number}" in finding.text
    assert finding.evidence[-1].source == "/etc/jail.conf:5"
    no_rules = Evidence("devfs rule -s 99 show", "no rules")
    assert (no_rules in finding.evidence) is (number == 99)


def test_open_dev_at_the_next_start() -> None:
    text = template("web", **{"devfs_ruleset = 5": "devfs_ruleset = 11"})
    (finding,) = found(context(text, rulesets=SETS), "JAIL-RULESET")
    assert "will show every device" in finding.text
    assert found(context(text, rulesets=SETS | {11}), "JAIL-RULESET") == ()


@pytest.mark.parametrize(
    ("changes", "ruleset"),
    [
        ({}, 5),
        ({"devfs_ruleset = 5;": ""}, 0),
        ({"mount.devfs;": "", "devfs_ruleset = 5": "devfs_ruleset = 99"}, 99),
    ],
    ids=["loaded", "none set is 4", "no devfs"],
)
def test_dev_that_hides(changes: dict[str, str], ruleset: int) -> None:
    text = template("web", **changes)
    jail = running(text, "web", 4, ruleset=ruleset)
    assert found(context(text, running=[jail], rulesets=SETS), "JAIL-RULESET") == ()
    assert found(context(text, rulesets=SETS), "JAIL-RULESET") == ()


def test_rulesets_that_were_not_read_are_not_judged() -> None:
    text = template("web", **{"devfs_ruleset = 5": "devfs_ruleset = 99"})
    assert found(context(text, running=[running(text, "web", 4, ruleset=99)]), "JAIL-RULESET") == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_open_dev_is_closed_by_the_form(tmp_path: Path, release: str) -> None:
    text = template("web", **{"devfs_ruleset = 5": "devfs_ruleset = 99"})
    host = house(tmp_path / "host", text, "web", release=release)
    host.ask("jail", "-c", "web")
    assert "99" in host.ask("devfs", "rule", "showsets").split()  # the kernel lists what the mount uses
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-RULESET")
    fill(backend, finding, "4", restart=True)
    assert findings(backend, "JAIL-RULESET") == ()


def test_open_dev_is_closed_by_loading_the_rules(tmp_path: Path) -> None:
    host = house(tmp_path / "host", template("web", **{"devfs_ruleset = 5": "devfs_ruleset = 11"}), "web")
    host.ask("jail", "-c", "web")
    (tmp_path / "host/etc/devfs.rules").write_text("[mine=11]\nadd include $devfsrules_jail\n")
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-RULESET")
    apply(backend, finding.remedies[-1])
    assert findings(backend, "JAIL-RULESET") == ()


def stray(**more: object) -> Jail:
    return running("", "lab", 7)._replace(**more)  # type: ignore[arg-type]


def test_running_jail_in_no_file() -> None:
    (finding,) = found(context(WEB, running=[stray()]), "JAIL-NOT-CONFIGURED")
    assert (finding.severity, finding.subject.key) == ("note", "lab")
    assert finding.evidence[0].said == "jid=7 name=lab path=/jails/lab"


@pytest.mark.parametrize(
    "jail",
    [
        stray(name="ioc-lab", key="ioc-lab", path="/zroot/iocage/jails/lab/root"),
        stray(name="ioc-lab", key="ioc-lab"),
        stray(path="/usr/local/appjail/jails/lab/jail"),
        stray(manager="ezjail"),
        stray(parent_jid=4),
        stray(name="web.lab", key="web.lab"),
        stray(state=JailState.STOPPING),
    ],
    ids=["iocage's path", "iocage's name", "AppJail", "listed", "child", "dotted", "stopping"],
)
def test_jail_of_a_manager_or_of_a_jail_may_be_in_no_file(jail: Jail) -> None:
    assert found(context(WEB, running=[jail]), "JAIL-NOT-CONFIGURED") == ()


def test_jail_with_a_managers_pair_may_be_in_no_file() -> None:
    pair = left_pair(manager="CBSD")
    one = context(WEB, running=[stray()], epairs=(pair._replace(owner="lab", orphan=False),))
    assert found(one, "JAIL-NOT-CONFIGURED") == ()


def test_nothing_is_said_of_files_that_were_not_read() -> None:
    assert found(context("lab { path = ", running=[stray()]), "JAIL-NOT-CONFIGURED") == ()
    unread = (Trouble("/etc/jail.conf", "Permission denied"),)
    assert found(context(WEB, running=[stray()], errors=unread), "JAIL-NOT-CONFIGURED") == ()


@pytest.mark.parametrize(("number", "told"), [(0, True), (1, False), (2, True), (3, True), (4, False), (6, True)])
def test_ruleset_that_hides_something_is_no_finding(number: int, told: bool) -> None:
    text = template("web", **{"devfs_ruleset = 5": f"devfs_ruleset = {number}"})
    assert bool(found(context(text, rulesets=SETS), "JAIL-RULESET")) is told


TWO = template(
    "web",
    **{'"/sbin/route add': '"/sbin/ifconfig ${epair}b inet 10.9.0.4/24 alias";\n    exec.start += "/sbin/route add'},
)
ONE, OTHER, ROUTER = "192.168.1.154/24", "10.9.0.4/24", "192.168.1.1"


@pytest.mark.parametrize(
    ("has", "routers", "lacks"),
    [
        ((ONE,), (), f"{OTHER}, the default route through {ROUTER}"),
        ((ONE, OTHER), (), ""),  # the route alone: ADDR-NO-ROUTE
        ((ONE,), None, OTHER),
        ((ONE,), (ROUTER,), ""),  # one in the middle: drift
        ((ONE, OTHER), (ROUTER,), ""),
        ((OTHER,), (ROUTER,), ""),
        ((ONE, OTHER), ("192.168.1.9",), ""),  # another router: drift
        ((ONE, "10.9.0.7/24"), None, ""),  # another address: drift
    ],
)
def test_start_that_was_cut_off_lacks_its_last_commands(
    has: tuple[str, ...], routers: tuple[str, ...] | None, lacks: str
) -> None:
    jail = running(TWO, "web", 4, inside("epair154b", 4, *has), gateways=routers)
    told = found(context(TWO, running=[jail]), "JAIL-HALF-STARTED")
    assert [it.text.partition("it lacks ")[2].partition(": its start")[0] for it in told] == ([lacks] if lacks else [])
    assert all((it.severity, it.confidence) == ("warning", "likely") for it in told)


def test_command_that_only_prints_an_address_does_not_set_it() -> None:
    printing = TWO.replace("exec.start  ", 'exec.start = "/bin/echo 10.9.0.4";\n    exec.start +', 1)
    jail = running(printing, "web", 4, inside("epair154b", 4, ONE))
    (half,) = found(context(printing, running=[jail]), "JAIL-HALF-STARTED")
    assert half.evidence[1].said == "exec.start = /sbin/ifconfig epair154b inet 10.9.0.4/24 alias"


def test_cut_start_says_what_its_drift_says() -> None:
    jail = running(TWO, "web", 4, inside("epair154b", 4, ONE), gateways=())
    codes = {"JAIL-HALF-STARTED", "DRIFT-ADDRESS", "DRIFT-GATEWAY", "ADDR-NO-ROUTE"}
    assert [it.code for it in judge(context(TWO, running=[jail]), codes)] == ["JAIL-HALF-STARTED"]
