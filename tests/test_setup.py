"""tests/setup.sh, which `make test` runs first, by the real sh on machines that lack programs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ("constraints.txt", "constraints-oldest.txt")
NEEDED = ("ssh", "ssh-keygen", "patch")
DEBIAN = "apt-get install -y openssh-client patch"


class Machine:
    """A machine whose PATH is one folder: sh's own tools, an `id`, and a package manager that writes down its calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.bin.mkdir()
        for tool in ("sh", "sort", "xargs", "touch", "chmod", "echo"):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))

    def has(self, tool: str, does: str = "") -> None:
        file = self.bin / tool
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(0o755)

    def manager(self, name: str, *, brings: tuple[str, ...] = NEEDED) -> None:
        made = " ".join(str(self.bin / tool) for tool in brings) or "/dev/null"
        installing = f"case $* in *install*) touch {made}; chmod 755 {made};; esac"
        self.has(name, f"echo {name} $* >>{self.calls}\n{installing}")

    def ran(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def setup(self, *tools: str) -> subprocess.CompletedProcess[str]:
        return self.run("/bin/sh", str(ROOT / "tests/setup.sh"), *tools)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=self.folder, env={"PATH": str(self.bin)}, capture_output=True, text=True, check=False
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.has("id", "echo 0")
    return made


def test_nothing_is_done_where_all_is_there(machine: Machine) -> None:
    machine.manager("apt-get")
    for tool in NEEDED:
        machine.has(tool)
    done = machine.setup(*NEEDED)
    assert (done.returncode, done.stderr, machine.ran()) == (0, "", [])


def test_root_installs_on_debian_what_is_missing(machine: Machine) -> None:
    machine.manager("apt-get")
    done = machine.setup(*NEEDED)
    assert done.returncode == 0, done.stderr
    assert "Missing: ssh ssh-keygen patch" in done.stderr
    assert machine.ran() == ["apt-get update -qq", "apt-get install -y -qq openssh-client patch"]


def test_root_installs_on_freebsd_what_is_missing(machine: Machine) -> None:
    machine.manager("pkg")
    machine.has("ssh")
    machine.has("ssh-keygen")
    assert machine.setup(*NEEDED, "mandoc").returncode == 1, "pkg brought no mandoc"
    assert machine.ran() == ["pkg install -y mandoc patch"]
    assert machine.setup(*NEEDED).returncode == 0


def test_anybody_else_is_told_the_one_command_and_nothing_is_installed(machine: Machine) -> None:
    machine.manager("apt-get")
    machine.has("id", "echo 1000")
    done = machine.setup(*NEEDED)
    assert done.returncode == 1
    assert done.stderr.endswith(f"Run this as root, then run make again: {DEBIAN}\n")
    assert machine.ran() == []


def test_machine_without_a_package_manager_is_told_what_is_missing(machine: Machine) -> None:
    machine.has("patch")
    done = machine.setup(*NEEDED)
    assert done.returncode == 1
    assert "Missing: ssh ssh-keygen\n" in done.stderr


def test_tool_that_the_package_did_not_bring_is_told(machine: Machine) -> None:
    machine.manager("apt-get", brings=("ssh",))
    done = machine.setup(*NEEDED)
    assert done.returncode == 1
    assert done.stderr.endswith("Still missing: ssh-keygen patch\n")


@pytest.mark.parametrize(("target", "environment"), [("test", ".venv"), ("test-oldest", ".venv-oldest")])
def test_make_runs_no_test_where_a_program_is_missing(machine: Machine, target: str, environment: str) -> None:
    machine.has("id", "echo 1000")
    (machine.folder / "tests").mkdir()
    for name in ("Makefile", "pyproject.toml", *(f"tests/{name}" for name in ("setup.sh", *CONSTRAINTS))):
        shutil.copyfile(ROOT / name, machine.folder / name)
    python = machine.folder / environment / "bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho $* >>{machine.calls}\n")
    python.chmod(0o755)
    for done in ("ready", "dev"):
        (machine.folder / environment / done).touch()
    made = machine.run(str(shutil.which("make")), target)
    assert made.returncode != 0
    assert "Missing: ssh ssh-keygen" in made.stderr
    assert machine.ran() == []
    for tool in ("ssh", "ssh-keygen", "sshd", "pgrep", "patch", "tmux"):
        machine.has(tool)
    assert machine.run(str(shutil.which("make")), target).returncode == 0
    assert machine.ran() == ["-m pytest -n auto --dist worksteal tests"]
