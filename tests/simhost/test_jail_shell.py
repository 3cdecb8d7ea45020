"""The shell of a jail of the embedded host: its commands and the jail's files, and nothing of this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jailtui.simhost import setup
from jailtui.simhost.tools.hooks import map_paths
from jailtui.simhost.tools.jail_shell import refusal

BIN = "/d/bin"

RUN = [
    "ifconfig -l; hostname",
    "cat /etc/rc.conf | grep -c enable",
    "ls /etc; tail -n 3 /var/log/messages; head -c 5 /etc/motd",
    "for i in 1 2; do echo $i; done",
    "x=$(hostname) && echo $x",
    "service -e | wc -l",
    "ps | grep -v sys",
    "command -v login",
    "kill -1 1",
]
REFUSED = {
    "/bin/cat /etc/passwd": "cat",
    "/d/bin/cat /etc/passwd": "cat",
    "command cat /etc/passwd": "command cat",
    "env cat /etc/passwd": "env cat",
    "timeout 5 tail /etc/passwd": "timeout tail",
    "exec ls /": "exec ls",
    "eval 'command cat /etc/passwd'": "command cat",
    "echo $(command cat /etc/passwd)": "command cat",
    "grep root /etc/passwd": "grep of a file",
    "grep -r root .": "grep of a file",
    "grep -f /etc/passwd x": "grep of a file",
    "wc /etc/passwd": "wc of a file",
    "wc --files0-from=/etc/passwd": "wc of a file",
    "cut -c1- /etc/passwd": "cut",
    "cksum /etc/passwd": "cksum",
    "echo x > /tmp/x": "> /tmp/x",
    "cat < /etc/passwd": "< /etc/passwd",
    ". /etc/profile": ".",
    "vi /etc/rc.conf": "vi",
    "/opt/evil": "/opt/evil",
    "sh -c 'cat /etc/passwd'": "sh",
    "env sh x": "sh",
    "sed -n p /etc/passwd": "sed",
    "awk 1 /etc/passwd": "awk",
    "cat() { /opt/evil; }; cat x": "cat()",
    "PATH=/opt:$PATH; id": "PATH",
}


@pytest.mark.parametrize("line", RUN)
def test_the_commands_of_the_embedded_host_are_run(line: str) -> None:
    assert refusal(line, BIN) is None


@pytest.mark.parametrize("line", REFUSED)
def test_what_would_act_on_this_machine_or_read_its_files_is_refused_by_name(line: str) -> None:
    why = refusal(map_paths(line, BIN), BIN)
    assert why is not None
    assert why.startswith(f"the embedded host refuses {REFUSED[line]}: ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    setup.prepare(tmp_path / "demo", release="13.2")
    return tmp_path / "demo"


def entered(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (folder / "bin/jexec", *words),
        input=typed,
        env=setup.environment(folder),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def test_a_link_in_a_jail_leads_to_what_the_jail_has_there(folder: Path) -> None:
    etc = folder / "jails/web/etc"
    (etc / "own").write_text("of the jail\n")
    (etc / "absolute").symlink_to("/etc/own")
    (etc / "above").symlink_to("../../../../../../etc/own")
    (etc / "out").symlink_to("/etc/passwd")
    (etc / "circle").symlink_to("circle")
    assert entered(folder, "web", "cat", "/etc/absolute", "/etc/above").stdout == "of the jail\nof the jail\n"
    assert entered(folder, "web", "cat", "/etc/out").stderr == "cat: /etc/out: No such file or directory\n"
    assert "Too many levels" in entered(folder, "web", "cat", "/etc/circle").stderr
    assert entered(folder, "web", "/bin/ls", "/").stdout.split() == ["dev", "etc", "mnt", "root"]


def test_commands_come_from_standard_input_and_nothing_of_this_machine_runs(folder: Path) -> None:
    (folder.parent / "evil").write_text(f"#!/bin/sh\necho x >{folder.parent}/marker\n")
    (folder.parent / "evil").chmod(0o755)
    done = entered(folder, "web", typed=f"hostname\n{folder.parent}/evil\nsh -c {folder.parent}/evil\nexit 3\n")
    assert (done.stdout, done.returncode) == ("web.home.arpa\n", 3)
    for words in ((f"{folder.parent}/evil",), ("sh", "-c", f"{folder.parent}/evil"), ("sh", f"{folder.parent}/evil")):
        assert entered(folder, "web", *words).returncode != 0
    assert entered(folder, "web", "sh", "-c", 'cat /etc/passwd; echo "$1" $0', "a", "b c").stdout == "b c a\n"
    assert not (folder.parent / "marker").exists()


def test_a_home_is_needed_by_jexec_l_of_13(folder: Path) -> None:
    assert entered(folder, "-l", "web", "hostname").stdout == "web.home.arpa\n"
    (folder / "jails/web/root").rmdir()
    assert entered(folder, "-l", "web", "hostname").stderr == "jexec: chdir: /root: No such file or directory\n"
    assert entered(folder, "web", "hostname").stdout == "web.home.arpa\n"
    assert entered(folder, "web", "/bin/zsh").stderr == "jexec: execvp: /bin/zsh: No such file or directory\n"
