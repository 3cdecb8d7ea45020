"""jail(8), jls(8) and jexec(8) of the simulated host, run as commands: the rules that a console lives by."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from jailtui.simhost import machine, setup
from jailtui.simhost.kernel import jails, store
from tests.support import host_commands

WEB = """
web {
    vnet; vnet.interface = "epair7b"; path = "/"; persist;
    exec.prestart = "/sbin/ifconfig epair7 create up"; exec.prestart += "/sbin/ifconfig bridge0 addm epair7a up";
    exec.start = "/sbin/ifconfig epair7b 10.0.0.7/24 up";
    exec.poststop = "/sbin/ifconfig epair7a destroy";
    CHANGE
}
"""


class Sim:
    """A bare host with bridge0 and the commands to run on it."""

    def __init__(self, folder: Path, release: str) -> None:
        machine.booted(folder, release)
        self.folder = folder
        self.env = setup.environment(folder)
        self("ifconfig", "bridge0", "create")

    def __call__(self, *words: str, **more: str) -> tuple[int, str, str]:
        done = host_commands.ask(self.folder / "bin" / words[0], words[1:], self.env | more)
        return done.returncode, done.stdout, done.stderr

    def configure(self, text: str) -> None:
        (self.folder / "etc/jail.conf").write_text(text, encoding="ascii")

    def web(self, change: str = "") -> None:
        self.configure(WEB.replace("CHANGE", change))

    def names(self) -> list[str]:
        return self("ifconfig", "-l")[1].split()

    def jails(self) -> list[str]:
        return self("jls", "-d", "-n", "jid", "name", "dying")[1].splitlines()

    def hold(self, jid: int) -> None:
        with store.transaction(str(self.folder), write=True) as kernel:
            kernel.hold(jid, "a test")

    def let_go(self, jid: int) -> None:
        with store.transaction(str(self.folder), write=True) as kernel:
            jails.let_go(kernel, jid)


@pytest.fixture(params=["13.2", "14.2", "15.1"])
def sim(request: pytest.FixtureRequest, tmp_path: Path) -> Sim:
    return Sim(tmp_path / "host", request.param)


@pytest.fixture
def sim15(tmp_path: Path) -> Sim:
    return Sim(tmp_path / "host", "15.1")


def test_a_jail_starts_and_stops_and_leaves_nothing(sim: Sim) -> None:
    sim.web()
    assert sim("jail", "-c", "web") == (0, "epair7a\nweb: created\n", "")
    assert sim.names() == ["em0", "lo0", "bridge0", "epair7a"]
    assert "inet 10.0.0.7 " in sim("jexec", "web", "ifconfig", "epair7b")[1]
    assert sim("jail", "-r", "web") == (0, "web: removed\n", "")
    assert sim.names() == ["em0", "lo0", "bridge0"]
    assert sim.jails() == []


def test_a_failed_start_skips_poststop_and_leaks_the_pair_until_it_is_destroyed(sim: Sim) -> None:
    sim.web('exec.start += "/usr/bin/false";')
    status, out, err = sim("jail", "-c", "web")
    assert (status, out) == (1, "epair7a\nweb: created\nweb: removed\n")
    assert err == "jail: web: /usr/bin/false: failed\n"
    assert sim.names() == ["em0", "lo0", "bridge0", "epair7a", "epair7b"]
    sim.web()
    assert sim("jail", "-c", "web") == (
        1,
        "",
        "ifconfig: interface epair7 already exists\njail: web: /sbin/ifconfig epair7 create up: failed\n",
    )
    sim("ifconfig", "epair7a", "destroy")
    assert sim("jail", "-c", "web")[0] == 0


def test_removal_by_force_runs_no_command_and_the_end_comes_back(sim: Sim) -> None:
    sim.web()
    sim("jail", "-c", "web")
    assert sim("jail", "-R", "web") == (0, "", "")
    assert sim.names() == ["em0", "lo0", "bridge0", "epair7a", "epair7b"]


@pytest.mark.parametrize("hook", ["exec.prestop", "exec.stop"])
def test_a_failing_hook_before_the_removal_keeps_the_jail(sim: Sim, hook: str) -> None:
    sim.web(f'{hook} = "false";')
    sim("jail", "-c", "web")
    assert sim("jail", "-r", "web") == (1, "", "jail: web: false: failed\n")
    assert len(sim.jails()) == 1


def test_a_failing_poststop_sets_the_status_only(sim: Sim) -> None:
    sim.web('exec.poststop += "false";')
    sim("jail", "-c", "web")
    assert sim("jail", "-r", "web") == (1, "web: removed\n", "jail: web: false: failed\n")
    assert sim.names() == ["em0", "lo0", "bridge0"]


def test_a_dying_jail_hides_its_end_and_refuses_until_it_is_gone(sim: Sim) -> None:
    sim.web('exec.poststop = "";')
    sim("jail", "-c", "web")
    sim.hold(1)
    assert sim("jail", "-r", "web")[0] == 0
    assert sim.jails() == ["jid=1 name=web dying"]
    assert sim.names() == ["em0", "lo0", "bridge0", "epair7a"]
    assert sim("jexec", "web", "ifconfig", "-l") == (1, "", 'jexec: jail "web" is dying\n')
    assert sim("ifconfig", "epair7b", "-vnet", "web") == (1, "", 'ifconfig: jail "web" is dying\n')
    assert sim("jls", "-j", "web", "jid") == (1, "", 'jls: jail "web" is dying\n')
    sim.let_go(1)
    assert sim.jails() == []
    assert sim.names() == ["em0", "lo0", "bridge0", "epair7a", "epair7b"]


def test_a_new_jail_of_the_name_runs_beside_the_dying_one(sim: Sim) -> None:
    sim.web()
    sim("jail", "-c", "web")
    sim.hold(1)
    sim("jail", "-r", "web")
    assert sim("jail", "-c", "web")[0] == 0
    assert sim.jails() == ["jid=1 name=web dying", "jid=2 name=web nodying"]
    assert sim("jls", "-j", "web", "jid")[1] == "2\n"


def test_a_jail_without_persist_and_without_a_process_is_gone_at_once(sim: Sim) -> None:
    sim.web()
    sim.configure((sim.folder / "etc/jail.conf").read_text(encoding="ascii").replace("persist;", ""))
    assert sim("jail", "-c", "web")[0] == 0
    assert sim.jails() == []
    assert "epair7b" in sim.names()


def test_rc_leaves_a_process_in_a_jail_so_that_it_stays(sim: Sim) -> None:
    sim.configure(
        'web { path = "/"; vnet; exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail"; }'
    )
    assert sim("jail", "-c", "web")[0] == 0
    assert len(sim.jails()) == 1
    assert sim("jail", "-r", "web")[0] == 0
    assert sim.jails() == []


def test_restart_in_one_command_is_broken_on_15_and_works_before(sim: Sim) -> None:
    sim.web()
    sim("jail", "-c", "web")
    status, _, err = sim("jail", "-rc", "web")
    if "15" in sim("uname", "-r")[1]:
        assert status == 1
        assert err == "ifconfig: jail 1 not found\njail: web: /sbin/ifconfig epair7b vnet 1: failed\n"
    else:
        assert (status, err) == (0, "")


def test_what_a_jail_depends_on_starts_first_and_stops_last(sim15: Sim) -> None:
    sim15.configure("b { path=/; persist; depend=a; } a { path=/; persist; } ")
    assert sim15("jail", "-c", "b")[1] == "a: created\nb: created\n"
    assert sim15("jail", "-r", "a")[1] == "b: removed\na: removed\n"


def test_a_broken_dependency_is_told_by_every_command_and_fails_none(sim15: Sim) -> None:
    sim15.configure("a { path=/; persist; } g { path=/; persist; depend=gone; }")
    assert sim15("jail", "-c", "a") == (0, "a: created\n", 'jail: g: depends on undefined jail "gone"\n')


def test_one_name_is_a_jail_and_two_are_parameters(sim15: Sim) -> None:
    sim15.configure("a { path=/; persist; } b { path=/; persist; }")
    assert sim15("jail", "-c", "a", "b") == (1, "", "jail: unknown parameter: a\njail: unknown parameter: b\n")


def test_words_after_a_separator_are_refused_on_15_and_ignored_before(sim: Sim) -> None:
    sim.web()
    status, out, _ = sim("jail", "-e", "|", "web")
    assert (status, bool(out)) == ((1, False) if "15" in sim("uname", "-r")[1] else (0, True))
    assert sim.jails() == []


def test_a_hook_that_takes_too_long_is_ended(sim15: Sim) -> None:
    sim15.web('exec.timeout = 1; exec.prestart += "sleep 60";')
    assert sim15("jail", "-c", "web")[2] == "jail: web: sleep 60: timed out\n"


def test_a_running_jail_command_is_seen_by_pgrep_and_a_killed_one_is_not(sim15: Sim) -> None:
    sim15.web("exec.prestart = \"/bin/sh -c 'echo ready; read line'\";")
    command = [str(sim15.folder / "bin/jail"), "-c", "web"]
    with subprocess.Popen(
        command, env=sim15.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        assert sim15("pgrep", "-fl", "jail")[1] == f"{started.pid} jail -c web\n"
        os.killpg(started.pid, signal.SIGKILL)
    assert sim15("pgrep", "-fl", "jail")[1] == ""


def test_without_privilege_jails_are_seen_and_not_touched(sim: Sim) -> None:
    sim.web()
    sim("jail", "-c", "web")
    alice = {"JAILTUI_SIM_USER": "alice"}
    assert sim("jls", "jid", "name", **alice)[1] == "1 web\n"
    assert sim("jail", "-r", "web", **alice) == (1, "", "jail: web: jail_remove: Operation not permitted\n")
    assert sim("jexec", "web", "ifconfig", **alice) == (1, "", "jexec: jail_attach(1): Operation not permitted\n")
    assert len(sim.jails()) == 1


def test_create_only_parameters_stay_and_others_change(sim: Sim) -> None:
    sim("jail", "-c", "name=x", "path=/", "persist")
    assert sim("jail", "-m", "name=x", "path=/tmp")[2] == "jail: path cannot be changed after creation\n"
    assert sim("jail", "-m", "name=x", "host.hostname=h.example.org") == (0, "", "")
    assert sim("jls", "-j", "x", "host.hostname")[1] == "h.example.org\n"


def test_json_has_booleans_only_with_n(sim: Sim) -> None:
    sim("jail", "-c", "name=x", "path=/", "persist", 'host.hostname=a"b')
    assert sim("jls", "--libxo", "json", "-n", "jid", "persist", "ip4.addr", "host.hostname")[1] == (
        '{"__version": "2", "jail-information": {"jail": '
        '[{"jid":"1","persist":true, "ip4.addr": [],"host.hostname":"a\\"b"}]}}\n'
    )
    assert '"persist":"true"' in sim("jls", "--libxo", "json", "persist")[1]


def test_an_answer_of_jls_is_not_kept_longer_than_it_is_true(sim15: Sim) -> None:
    words = ("jls", "-d", "-n", "jid")
    assert sim15(*words)[1] == ""
    sim15("jail", "-c", "name=x", "path=/", "persist")
    assert sim15(*words)[1] == "jid=1\n"
    assert sim15(*words)[1] == "jid=1\n"
    sim15("jail", "-R", "x")
    assert sim15(*words)[1] == ""


def test_a_console_log_gets_what_runs_inside_only(sim15: Sim) -> None:
    sim15.web('exec.consolelog = "/var/log/web.log"; exec.prestart += "echo outside"; exec.start += "echo inside";')
    assert sim15("jail", "-c", "web")[1] == "epair7a\noutside\nweb: created\n"
    assert (sim15.folder / "var/log/web.log").read_text(encoding="ascii") == "inside\n"
