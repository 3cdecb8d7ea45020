"""What of the real machine a simulated host can reach: tools that read, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.simhost import setup
from jailtui.simhost.tools import sysrc

HARMFUL = ("mv", "ln", "touch", "tee", "dd", "chown", "ip", "reboot")
KEPT_INSIDE = ("rm", "cp", "mkdir", "rmdir", "chmod", "chflags", "tar")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "host"
    setup.prepare(folder, jails=1)
    return folder


@pytest.mark.parametrize("name", HARMFUL)
def test_tool_that_writes_or_signals_is_not_on_the_path(root: Path, name: str) -> None:
    assert not (root / "bin" / name).exists()


@pytest.mark.parametrize("name", KEPT_INSIDE)
def test_tool_that_writes_is_not_the_machines_and_keeps_to_its_folder(root: Path, name: str) -> None:
    tool = root / "bin" / name
    assert not tool.is_symlink()
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (root / "link").symlink_to(outside)
    for place in ("/link/kept", "kept", "/../outside/kept", "/../outside/", "/link/"):
        words = {"chmod": ["700", place], "chflags": ["-Rx", "noschg", place], "cp": ["-a", "/etc", place]}
        words |= {"tar": ["-xpf", "/x.txz", "-C", place], "rm": ["-rfx", place]}
        done = subprocess.run(
            [tool, *words.get(name, [place])],
            env=setup.environment(root),
            cwd=outside,
            capture_output=True,
            check=False,
        )
        assert done.returncode != 0
    assert [path.name for path in outside.iterdir()] == ["kept"]


@pytest.mark.parametrize("place", ["/..", "/.", "/tmp/..", "/tmp/../..", "/tmp/.//"])
def test_rm_removes_neither_the_folder_nor_the_one_above(root: Path, place: str) -> None:
    (root.parent / "beside").touch()
    before = sorted(root.iterdir())
    done = subprocess.run(
        [root / "bin/rm", "-rf", place], env=setup.environment(root), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, 'rm: "." and ".." may not be removed\n')
    assert (root.parent / "beside").exists()
    assert sorted(root.iterdir()) == before


def test_mkdir_makes_parents_with_p_alone_and_forgives_then_a_directory_that_is_there(root: Path) -> None:
    (root / "file").touch()

    def mkdir(*words: str) -> str:
        command = [str(root / "bin/mkdir"), *words]
        done = subprocess.run(command, env=setup.environment(root), capture_output=True, text=True, check=False)
        assert done.returncode == bool(done.stderr)
        return done.stderr

    assert mkdir("/new/a/b") == "mkdir: /new/a/b: No such file or directory\n"
    assert not (root / "new").exists()
    assert mkdir("-p", "/new/a/b", "/new/c") == ""
    assert (root / "new/a/b").is_dir()
    assert (root / "new/c").is_dir()
    assert mkdir("-p", "/new/a/b") == ""
    assert mkdir("/new/a/b") == "mkdir: /new/a/b: File exists\n"
    assert mkdir("-p", "/file") == "mkdir: /file: File exists\n"
    assert mkdir("-p", "/../outside/new") == "mkdir: Operation not permitted\n"
    assert not (root.parent / "outside").exists()


@pytest.mark.parametrize("words", [("rm", "-f", "x"), ("/bin/rm", "-f", "x"), ("mkdir", "x")])
def test_jail_finds_no_such_tool_either(root: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [root / "bin/jexec", "web00001", *words],
        env=setup.environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "No such file or directory" in done.stderr


def test_kill_is_the_simulated_one_and_signals_no_process_of_this_machine(root: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        for command in ("kill", "/bin/kill"):
            words = [str(root / "bin/jexec"), "web00001", command, "-9", str(sleeper.pid)]
            done = subprocess.run(words, env=setup.environment(root), capture_output=True, text=True, check=False)
            assert done.stderr == f"kill: {sleeper.pid}: No such process\n"
        assert sleeper.poll() is None
        sleeper.terminate()


def test_tool_left_by_an_older_version_is_taken_away(root: Path) -> None:
    (root / "bin/mv").symlink_to("/bin/mv")
    boot = (root / "boot.py").read_text(encoding="utf-8")
    (root / "boot.py").write_text("# older\n" + boot, encoding="utf-8")
    (root / setup.MARK).write_text("older", encoding="utf-8")
    setup.prepare(root)
    assert not (root / "bin/mv").is_symlink()


def test_commands_start_without_the_slow_modules_of_the_standard_library() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from jailtui.simhost.run import COMMANDS\n"
        "for name in {*COMMANDS.values(), 'jail_steps', 'jail_select', 'ifconfig_words', 'jail_modify'}:\n"
        "    __import__(f'jailtui.simhost.tools.{name}')\n"
        "print(' '.join(sys.modules))"
    )
    words = [sys.executable, "-I", "-S", "-c", code]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    assert not {"subprocess", "typing", "dataclasses", "pathlib", "inspect", "jailtui.jailconf"} & set(loaded)


@given(st.lists(st.sampled_from(["a", "_1", "=", '"', "'", "#", ";", " ", "\n", "\\", "\u00a0", "é"])).map("".join))
def test_plain_reading_of_rc_conf_agrees_with_the_full_one(text: str) -> None:
    plain = sysrc.plain_assignments(text)
    full = {name: double or single or bare for name, double, single, bare in re.findall(sysrc.ASSIGNMENT, text)}
    assert plain is None or plain == full


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (("cp", "-a", "/etc", "/tmp"), "cp: /etc: File exists\n"),
        (("cp", "-a", "/nosuch", "/tmp"), "cp: /nosuch: No such file or directory\n"),
        (("tar", "-xpf", "/etc", "-C", "/tmp"), "tar: Error opening archive: Failed to open '/etc'\n"),
        (("tar", "-cf", "/tmp/x.tar"), "tar: The embedded host has tar -xpf ARCHIVE -C DIRECTORY only.\n"),
    ],
)
def test_tools_end_in_a_message(root: Path, words: tuple[str, ...], err: str) -> None:
    (root / "tmp/etc").mkdir(parents=True)
    command = [str(root / "bin" / words[0]), *words[1:]]
    done = subprocess.run(command, env=setup.environment(root), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, err)
