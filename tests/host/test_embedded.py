"""Readings of the embedded host, whole: by the real /bin/sh, and made a state of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jailtui.exchange import Step
from jailtui.formats.mount import Mount
from jailtui.formats.netstat import Connection
from jailtui.host.collect import FileHost, dump
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.model import console
from jailtui.model.build import Builder
from jailtui.model.state import HostState, JailState, Where
from jailtui.simhost import setup
from jailtui.simhost.kernel.store import transaction
from tests.support.put_back import Homes, PutBack


class Demo:
    """The home network. `root` is its folder."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self.host = Host("demo", lambda: local_shell(environment=environment), reached="demo")
        self._builder = Builder()

    def read(self, *, everything: bool = False) -> HostState:
        return self._builder.build(self.host.capture(everything=everything))

    def run(self, *argv: str) -> None:
        result = self.host.execute(Step(argv), lambda text: None)
        assert result.rc == 0, result

    def held(self) -> Connection:
        """The connection of the host to `old`."""
        (found,) = (one for one in self.read().connections or () if one.peer == "192.168.1.157")
        return found


@pytest.fixture(params=["13.2", "14.2", "15.1"])
def home(request: pytest.FixtureRequest, homes: Homes) -> PutBack:
    return homes.of(request.param)


@pytest.fixture
def asked(home: PutBack) -> Demo:
    """The home network of one release, which is asked at each reading."""
    return Demo(home.folder, home.environment)


@pytest.fixture
def demo(home: PutBack, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The same, of which it is remembered what it answered in a state."""
    home.use(monkeypatch)
    return Demo(home.folder, home.environment)


def test_first_reading_tells_what_the_rules_judge_by(demo: Demo) -> None:
    found = demo.read()
    assert found.errors == ()
    assert dict(found.rcconf or ())["jail_list"] == "web db dns proxy vpn lease legacy"
    assert dict(found.sysctls or ())["net.link.bridge.pfil_onlyip"] == "1"
    assert found.rulesets == {1, 2, 3, 4, 5, 11}
    assert {jail.name: jail.ruleset for jail in found.jails if jail.name in ("web", "db", "legacy")} == {
        "web": 5,
        "db": 4,
        "legacy": 4,
    }
    assert "VLAN_MTU" in next(one for one in found.interfaces if one.name == "em0").options
    assert not found.facts.local
    assert found.facts.can("tcpdrop")


def test_dropping_the_one_connection_frees_the_dying_jail_and_brings_its_end_back(demo: Demo) -> None:
    held = demo.held()
    assert held.state == "CLOSE_WAIT"
    assert next(pair for pair in demo.read().epairs if pair.name == "epair7").b.where is Where.LOST
    demo.run("tcpdrop", held.address, str(held.port), held.peer, str(held.peer_port))
    after = demo.read()
    assert (after.connections, after.mounts) == (None, None), "no jail is dying any more"
    assert next(jail for jail in after.jails if jail.name == "old").jid is None
    assert next(pair for pair in after.epairs if pair.name == "epair7").b.where is Where.HOST


def test_unmounting_what_was_mounted_inside_frees_the_dying_jail(demo: Demo) -> None:
    for words in (
        ("jail", "-c", "mail"),
        ("jexec", "mail", "mount", "-t", "tmpfs", "tmpfs", "/mnt"),
        ("jail", "-R", "mail"),
    ):
        demo.run(*words)
    assert Mount("tmpfs", "/jails/mail/mnt", "tmpfs") in (demo.read().mounts or ())
    assert next(jail for jail in demo.read().jails if jail.name == "mail").state is JailState.DYING
    demo.run("umount", "/jails/mail/mnt")
    assert next(jail for jail in demo.read().jails if jail.name == "mail").jid is None


IMPOSTORS = [
    [1226, 0, "/tmp/jail -r web 60", 0, "sleep"],
    [1228, 4, "jail -r web", 0, "jail"],
    [1235, 0, "jail -r web", 1002, "jail"],
]
"""As recorded in found/processes: of the host's root, in a jail, of another user. pid, jid, words, uid, program."""


def test_process_that_only_calls_itself_jail_stops_nothing(demo: Demo) -> None:
    with transaction(str(demo.root), write=True) as kernel:
        kernel.extra["others"] = IMPOSTORS
    assert next(jail for jail in demo.read().jails if jail.name == "web").state is JailState.RUNNING
    with transaction(str(demo.root), write=True) as kernel:
        kernel.extra["others"] = [*IMPOSTORS, [1240, 0, "/usr/sbin/jail -r web", 0, "jail"]]
    assert next(jail for jail in demo.read().jails if jail.name == "web").state is JailState.STOPPING


def test_reviving_frees_the_end_before_15_and_is_refused_there(demo: Demo) -> None:
    revived = demo.host.execute(Step(("jail", "-d", "-m", "jid=3", "persist")), lambda text: None)
    if demo.read().facts.release.startswith("15"):
        assert (revived.rc, "deprecated and have no effect" in revived.output) == (1, True)
        return
    assert revived.rc == 0
    demo.run("ifconfig", "epair7b", "-vnet", "3")
    demo.run("jail", "-R", "3")
    after = demo.read()
    assert next(jail for jail in after.jails if jail.name == "old").state is JailState.DYING
    assert next(pair for pair in after.epairs if pair.name == "epair7").b.where is Where.HOST


def test_quiet_host_gives_equal_states_whatever_was_read_between(asked: Demo) -> None:
    first = asked.read()
    whole = asked.read(everything=True)
    assert asked.read() == first
    unasked = tuple(jail._replace(gateways=None, default_over=None, params=None) for jail in whole.jails)
    assert whole._replace(jails=unasked) == first


def test_every_parameter_of_a_running_jail_is_told_when_everything_is_asked(demo: Demo) -> None:
    web = next(jail for jail in demo.read(everything=True).jails if jail.name == "web")
    told = dict(web.params or ())
    assert (told["allow.set_hostname"], told["enforce_statfs"], told["devfs_ruleset"]) == ("true", "2", "5")
    assert all(jail.params is None for jail in demo.read().jails)


def test_default_routes_are_told_of_running_jails_when_everything_is_asked(demo: Demo) -> None:
    assert {jail.gateways for jail in demo.read().jails} == {None}
    told = {jail.name: jail.gateways for jail in demo.read(everything=True).jails}
    assert (told["web"], told["dns"], told["old"], told["legacy"], told["mail"]) == (
        ("192.168.1.1",),
        ("192.168.10.1",),
        None,
        None,
        None,
    )
    demo.run("jexec", "web", "route", "delete", "default")
    assert {jail.name: jail.gateways for jail in demo.read(everything=True).jails}["web"] == ()


def test_capture_in_a_file_gives_the_same_state(demo: Demo, tmp_path: Path) -> None:
    whole = demo.host.capture(everything=True)
    file = tmp_path / "nas.json"
    file.write_text(dump(whole))
    assert Builder().build(FileHost(file).capture()) == Builder().build(whole)


def test_console_log_of_a_failed_jail_is_read_by_a_second_question(demo: Demo) -> None:
    conf = demo.root / "etc/jail.conf"
    conf.write_text(conf.read_text().replace("broken {\n", 'broken {\n    exec.consolelog = "/var/log/broken.log";\n'))
    (demo.root / "var/log/broken.log").write_text("route: bad gateway\n\x1b[31mred\n")
    found = demo.read()
    texts = console.answers(found, demo.host.about(console.questions(found)))
    broken = console.with_console(found, texts).jail("broken")
    assert broken is not None
    assert (broken.state, broken.console) == (JailState.STOPPED, ("route: bad gateway", "\x1b[31mred"))


def test_rules_of_a_ruleset_are_told_by_a_question(demo: Demo) -> None:
    (told,) = demo.host.about(("only", "ruleset=11"))
    assert (told.name, told.out.splitlines()[-1]) == ("ruleset 11", "500 path bpf* unhide")


def test_without_root_what_holds_a_jail_is_told_and_routes_are_not(tmp_path: Path) -> None:
    found = Demo(tmp_path, setup.prepare(tmp_path, user="alice")).read(everything=True)
    assert found.connections
    assert {jail.gateways for jail in found.jails} == {None}
