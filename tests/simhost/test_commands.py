"""service, sysrc, pgrep, mount and a jail's boot on the home network, where no recording says it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.simhost import setup
from jailtui.simhost.kernel.store import transaction
from jailtui.simhost.tools.sysrc import assignments, edited
from tests.support import host_commands

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture
def env(root: Path) -> dict[str, str]:
    return setup.prepare(root)


@pytest.fixture
def sim(env: dict[str, str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        done = host_commands.ask(f"{env['PATH']}/{words[0]}", words[1:], env)
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_running_jail_command_is_found_while_it_runs_and_not_after(sim: Run, root: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with transaction(str(root), write=True) as kernel:
        kernel.extra["commands"] = {child.pid: "jail -c web"}
    assert sim("pgrep", "-fl", "jail") == (0, f"{child.pid} jail -c web\n", "")
    assert f"{child.pid} jail -c web\n" in sim("ps", "-axww", "-o", "pid=", "-o", "args=")[1]
    child.communicate(b"\n")
    assert sim("pgrep", "-fl", "jail") == (1, "", "")


def test_a_start_shows_itself_to_pgrep(sim: Run, root: Path, env: dict[str, str]) -> None:
    gate = root / "gate"
    os.mkfifo(gate)
    conf = root / "etc/slow.conf"
    conf.write_text(f'slow {{ path = "/"; persist; exec.prestart = "cat {gate}"; }}\n', encoding="utf-8")
    start = subprocess.Popen([f"{env['PATH']}/jail", "-f", str(conf), "-c", "slow"], env=env, stdout=subprocess.PIPE)
    with gate.open("w"):  # opens once the hook reads: jail(8) is at work
        assert sim("pgrep", "-fl", "jail")[1] == f"{start.pid} jail -f {conf} -c slow\n"
    assert start.communicate(timeout=20)[0] == b"slow: created\n"
    assert sim("pgrep", "-fl", "jail") == (1, "", "")


def test_service_starts_and_stops_a_jail_by_name_and_keeps_its_jid_file(sim: Run, root: Path) -> None:
    assert sim("service", "jail", "start", "mail") == (0, "Starting jails: mail.\n", "")
    assert (root / "var/run/jail_mail.id").read_text(encoding="ascii") == "11\n"
    assert sim("service", "jail", "stop", "mail") == (0, "Stopping jails: mail.\n", "")
    assert not (root / "var/run/jail_mail.id").exists()


def test_service_exits_0_although_the_jail_failed(sim: Run) -> None:
    status, out, err = sim("service", "jail", "start", "broken")
    assert (status, err) == (0, "")
    assert out.startswith(
        'Starting jails: cannot start jail  "broken": \nifconfig: interface epair161 already exists\n'
    )


def test_service_stop_without_a_name_stops_jail_list_only(sim: Run) -> None:
    assert sim("service", "jail", "stop")[1] == "Stopping jails: web db dns vpn lease legacy.\n"
    assert sim("jls", "-n", "name")[1] == ""


def test_a_jail_whose_last_process_ends_is_gone_and_its_pair_is_left(sim: Run) -> None:
    assert sim("jexec", "db", "pkill", "syslogd")[0] == 0
    assert sim("jls", "-j", "db")[2] == 'jls: jail "db" not found\n'
    assert {"epair155a", "epair155b"} <= set(sim("ifconfig", "-l")[1].split())


def test_the_last_process_of_a_persistent_jail_may_end(sim: Run) -> None:
    assert sim("jexec", "legacy", "pkill", "syslogd")[0] == 0
    assert sim("jls", "-j", "legacy", "name") == (0, "legacy\n", "")


def test_a_mount_made_inside_holds_the_jail_until_the_host_unmounts_it(sim: Run) -> None:
    assert sim("jexec", "web", "mount", "-t", "tmpfs", "tmpfs", "/mnt")[0] == 0
    assert "tmpfs on /jails/web/mnt (tmpfs)\n" in sim("mount")[1]
    assert sim("jail", "-r", "web")[0] == 0
    assert "name=web dying" in sim("jls", "-d", "-n", "name", "dying")[1]
    assert sim("umount", "/jails/web/mnt")[0] == 0
    assert "name=web" not in sim("jls", "-d", "-n", "name", "dying")[1]


def test_what_is_not_mounted_is_not_unmounted(sim: Run) -> None:
    assert sim("umount", "/jails/web/mnt") == (1, "", "umount: /jails/web/mnt: not a file system root directory\n")


def test_dhclient_needs_bpf_that_ruleset_5_hides(sim: Run) -> None:
    status, _, err = sim("jexec", "web", "dhclient", "epair154b")
    assert status == 1
    assert "Can't find free bpf: No such file or directory\n" in err


def test_a_jails_own_rc_conf_configures_its_network(sim: Run, root: Path) -> None:
    (root / "jails/mail/etc/rc.conf").write_text(
        'ifconfig_epair160b_alias0="inet 192.168.1.170/32"\nifconfig_epair160b="inet 192.168.1.161/24"\n'
        'syslogd_enable="NO"\n',
        encoding="ascii",
    )
    out = sim("jail", "-c", "mail")[1]
    assert "Starting Network: lo0 epair160b.\n" in out
    assert "Starting syslogd." not in out
    assert "inet 192.168.1.161 " in sim("jexec", "mail", "ifconfig", "epair160b")[1]


def test_a_jail_that_starts_no_daemon_ends_at_once(sim: Run, root: Path) -> None:
    (root / "jails/mail/etc/rc.conf").write_text('syslogd_enable="NO"\ncron_enable="NO"\n', encoding="ascii")
    assert sim("jail", "-c", "mail")[0] == 0
    assert sim("jls", "-j", "mail")[0] == 1
    assert {"epair160a", "epair160b"} <= set(sim("ifconfig", "-l")[1].split())


def test_sysrc_edits_the_hosts_file_and_none_other(sim: Run, root: Path) -> None:
    assert sim("sysrc", "jail_list+=mail")[1] == (
        "jail_list: web db dns proxy vpn lease legacy -> web db dns proxy vpn lease legacy mail\n"
    )
    assert 'jail_list="web db dns proxy vpn lease legacy mail"\n' in (root / "etc/rc.conf").read_text(encoding="ascii")


@pytest.mark.parametrize(
    ("old", "sign", "value", "new"),
    [
        ("a b", "+", "c", "a b c"),
        ("a b", "+", "b", "a b"),
        ("a b", "-", "a", "b"),
        ("a,b", "+", ",c", "a,b,c"),
        ("a,b,c", "-", ",a", "b,c"),
        ("", "-", "x", ""),
        ("old", "", "new one", "new one"),
    ],
)
def test_words_are_added_once_and_taken_away(old: str, sign: str, value: str, new: str) -> None:
    assert edited(old, sign, value) == new


def test_rc_conf_is_read_with_either_quotes_and_comments_and_the_last_line_wins() -> None:
    text = "a=\"1 2\"\nb='x' # why\n# c=3\nd=4\na=5\n"
    assert assignments(text) == {"a": "5", "b": "x", "d": "4"}
