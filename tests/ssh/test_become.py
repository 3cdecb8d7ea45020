"""Root by doas, sudo and mdo, behind a real sshd and on this machine: a reading, a second one, and a step."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.exchange import Step, Unreachable
from jailtui.host import ssh
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.simhost import setup
from jailtui.simhost.call import Call, capture
from jailtui.simhost.run import run
from tests.support import privilege
from tests.support.sshd import Sshd

RULE = "security.mac.do.rules=uid=1001>uid=0,gid=*,+gid=*"
COMMANDS = ("doas", "sudo", "mdo")


def as_root(demo: Path, *words: str) -> None:
    environment = setup.environment(demo)
    subprocess.run(words, env={**os.environ, **environment}, check=True, capture_output=True)


def with_rule(demo: Path) -> None:
    """What mdo(1) needs is there."""
    for name, word in (("kldload", "mac_do"), ("sysctl", RULE)):
        assert run(capture(Call(str(demo), name, [word], setup.environment(demo)))) == 0


def behind(sshd: Sshd, become: str) -> Host:
    where = ssh.destination(sshd.destination)
    return Host("box", lambda: ssh.connect(where, config=str(sshd.config), become=become))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The embedded host as this machine, called by alice; its folder."""
    demo = tmp_path / "demo"
    for name, value in privilege.standing_in(tmp_path / "privilege", setup.prepare(demo, user="alice")).items():
        monkeypatch.setenv(name, value)
    return demo


def read_twice_and_step(host: Host) -> None:
    try:
        for _ in range(2):
            reading = host.capture(fresh=True)
            assert reading.facts["user"] == "root"
            assert any(section.name.startswith("inside ") and section.rc == 0 for section in reading.sections)
        result = host.execute(Step(("ifconfig", "bridge0", "descr", "seen")), lambda text: None)
        assert (result.rc, result.note) == (0, ""), result
        assert any("seen" in section.out for section in host.capture().sections if section.name == "ifconfig")
    finally:
        host.drop()


@pytest.mark.parametrize("become", COMMANDS)
def test_become_behind_ssh_reads_twice_and_steps(alice_sshd: Sshd, become: str) -> None:
    with_rule(alice_sshd.demo)
    read_twice_and_step(behind(alice_sshd, become))


@pytest.mark.parametrize("become", COMMANDS)
def test_become_on_this_machine_reads_twice_and_steps(here: Path, become: str) -> None:
    with_rule(here)
    read_twice_and_step(Host("local", lambda: local_shell(become)))


@pytest.mark.parametrize("become", COMMANDS)
def test_verb_changes_the_host_through_become(
    alice_sshd: Sshd, become: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_rule(alice_sshd.demo)
    through = ("--host", alice_sshd.destination, "--ssh-config", str(alice_sshd.config))
    assert main(["stop", "web", "--yes", *through]) != Exit.OK, "alice may not"
    capsys.readouterr()
    assert main(["stop", "web", "--yes", *through, "--become", become]) == Exit.OK, capsys.readouterr()
    assert "web is stopped." in capsys.readouterr().out


@pytest.mark.parametrize(("become", "words"), [("doas", "Authentication required"), ("sudo", "a password is required")])
def test_command_that_asks_for_a_password_is_named(alice_sshd: Sshd, become: str, words: str) -> None:
    (alice_sshd.folder / "privilege/asks").touch()
    with pytest.raises(Unreachable, match=f"{become}: {words}"):
        behind(alice_sshd, become).capture()


def test_command_that_the_host_lacks_is_named(sshd: Sshd) -> None:
    with pytest.raises(Unreachable, match=r"There is no doas on the host\."):
        behind(sshd, "doas").capture()
    (sshd.demo / "bin/mdo").unlink()
    with pytest.raises(Unreachable, match=r"There is no mdo on the host; FreeBSD has it since 14\.2\."):
        behind(sshd, "mdo").capture()


def test_missing_module_of_mdo_is_named_with_the_commands_that_set_it(alice_sshd: Sshd) -> None:
    with pytest.raises(Unreachable) as refusal:
        behind(alice_sshd, "mdo").capture()
    lines = str(refusal.value).split("\n")
    assert lines[0].startswith("mdo: setcred(): Operation not permitted")
    assert lines[1] == "The kernel module mac_do is not loaded. As root on the host:"
    assert lines[2:4] == ["  kldload mac_do", f"  sysctl {RULE.replace('rules=', 'rules=' + chr(39))}'"]
    for line in lines[2:4]:
        as_root(alice_sshd.demo, "sh", "-c", line)
    read_twice_and_step(behind(alice_sshd, "mdo"))


def test_missing_rule_of_mdo_is_named_with_the_command_that_keeps_the_others(here: Path) -> None:
    as_root(here, "kldload", "mac_do")
    as_root(here, "sysctl", "security.mac.do.rules=uid=1002>uid=0,gid=*,+gid=*")
    with pytest.raises(Unreachable) as refusal:
        Host("local", lambda: local_shell("mdo")).capture()
    lines = str(refusal.value).split("\n")
    assert lines[1].startswith("No rule of mac_do(4) lets uid 1001 become root.")
    assert lines[2] == "  sysctl security.mac.do.rules='uid=1002>uid=0,gid=*,+gid=*;uid=1001>uid=0,gid=*,+gid=*'"
    assert lines[3].endswith(">>/etc/sysctl.conf")
    as_root(here, "sh", "-c", lines[2])
    read_twice_and_step(Host("local", lambda: local_shell("mdo")))
