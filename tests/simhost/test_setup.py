"""The folder: its commands reach nothing of this machine, and kept answers are those of now."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jailtui.simhost import kept, machine, setup


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A bare machine, in a folder whose name needs quoting."""
    folder = tmp_path / "the demo's folder"
    folder.mkdir()
    machine.booted(folder)
    return folder


def run(root: Path, *words: str, **extra: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [root / "bin" / words[0], *words[1:]],
        env=setup.environment(root) | extra,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_path_holds_the_hosts_own_commands_only(root: Path) -> None:
    assert setup.environment(root)["PATH"] == f"{root}/bin"


def test_a_kept_answer_is_never_older_than_the_last_change(root: Path) -> None:
    first = run(root, "ifconfig", "-a")
    assert run(root, "ifconfig", "-a") == first
    run(root, "ifconfig", "epair3", "create")
    assert "epair3b: flags=" in run(root, "ifconfig", "-a")[1]
    run(root, "ifconfig", "epair3a", "destroy")
    assert run(root, "ifconfig", "-a") == first


def test_a_kept_answer_is_given_by_the_shell_alone(root: Path) -> None:
    first = run(root, "ifconfig", "-aD")
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    assert run(root, "ifconfig", "-aD") == first
    assert "Python was asked" in run(root, "ifconfig", "-l")[2]


def test_the_first_jails_answer_keeps_those_of_all_jails(root: Path) -> None:
    for name in ("one", "two"):
        run(root, "jail", "-c", f"name={name}", "path=/", "vnet", "persist")
    run(root, "ifconfig", "-j", "2", "lo0", "inet", "127.0.0.1/8")
    run(root, "ifconfig", "-j", "1", "-aD")
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    rc, out, err = run(root, "ifconfig", "-j", "2", "-aD")
    assert (rc, err) == (0, "")
    assert "\tinet 127.0.0.1 netmask 0xff000000\n" in out


def test_a_kept_refusal_says_the_same_on_standard_error(root: Path) -> None:
    first = run(root, "ifconfig", "-j", "0", "-l")
    assert first == (1, "", "ifconfig: jail not found: No such file or directory\n")
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    assert run(root, "ifconfig", "-j", "0", "-l") == first


def test_roots_kept_answers_are_not_given_to_another_user(root: Path) -> None:
    assert run(root, "id", "-un") == (0, "root\n", "")
    assert run(root, "id", "-un", JAILTUI_SIM_USER="alice") == (0, "alice\n", "")
    run(root, "jail", "-c", "name=one", "path=/", "vnet", "persist")
    assert run(root, "ifconfig", "-j", "1", "-a")[0] == 0
    refused = run(root, "ifconfig", "-j", "1", "-a", JAILTUI_SIM_USER="alice")
    assert refused == (1, "", "ifconfig: cannot attach to jail: permission denied\n")


def test_a_command_inside_a_jail_is_not_given_the_hosts_kept_answer(root: Path) -> None:
    run(root, "jail", "-c", "name=one", "path=/", "vnet", "persist")
    host = run(root, "ifconfig", "-a")[1]
    inside = run(root, "ifconfig", "-a", JAILTUI_SIM_JID="1")[1]
    assert host.startswith("em0: ")
    assert inside.startswith("lo0: ")


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")
    with pytest.raises(setup.SetupError, match="is not empty and holds no simulated host"):
        setup.prepare(tmp_path, reset=True)
    assert (tmp_path / "letters").read_text() == "mine"


def test_opening_a_host_again_keeps_its_state_and_reset_starts_afresh(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    setup.prepare(root)
    run(root, "ifconfig", "epair77", "create")
    setup.prepare(root)
    assert "epair77a" in run(root, "ifconfig", "-l")[1]
    setup.prepare(root, reset=True)
    assert "epair77a" not in run(root, "ifconfig", "-l")[1]


def test_one_question_of_a_refresh_keeps_the_answers_to_all_of_it(root: Path) -> None:
    run(root, "jail", "-c", "name=one", "path=/", "vnet", "persist")
    run(root, "ifconfig", "-aD")
    run(root, "jls", "-n", "--libxo", "json")
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    for words in (*kept.JAILS, ("ifconfig", "-j", "1", "-aD"), ("mount", "--libxo", "json"), (*kept.ROUTES, "-j", "1")):
        rc, out, err = run(root, *words)
        assert (rc, err) == (0, ""), words
        assert out, words


LIMITED = ("timeout", "-k", "1", "5")


@pytest.mark.parametrize("before", [(), LIMITED])
def test_a_kept_answer_is_the_same_to_the_byte(root: Path, before: tuple[str, ...]) -> None:
    odd = "".join(map(chr, range(32, 127))) + os.fsdecode(bytes(range(128, 256)))
    run(root, "ifconfig", "em0", "description", odd[:63])
    run(root, "ifconfig", "lo0", "description", odd[63:126])
    run(root, "ifconfig", "lo", "create", "description", odd[126:189])
    asked = subprocess.run([root / "bin/ifconfig", "-a"], env=setup.environment(root), capture_output=True, check=True)
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    argv = [root / "bin" / word if word == "timeout" else word for word in before] or [root / "bin/ifconfig"]
    kept = subprocess.run(
        [*argv, *(["ifconfig"] if before else []), "-a"], env=setup.environment(root), capture_output=True, check=True
    )
    assert kept.stdout == asked.stdout
    assert all(os.fsencode(part) in kept.stdout for part in (odd[:63], odd[63:126], odd[126:189]))


def test_a_kept_answer_under_a_limit_has_its_exit_status(root: Path) -> None:
    refused = run(root, "netstat", "-j", "0", "-rn")
    assert refused == (69, "", "netstat: Cannot attach to jail\n")
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    assert run(root, *LIMITED, "netstat", "-j", "0", "-rn") == refused
    assert run(root, *LIMITED, "ifconfig", "-l") == (1, "", "Python was asked\n")


def test_a_limit_holds_for_a_command_that_somebody_put_in_place_of_ours(root: Path) -> None:
    run(root, "ifconfig", "-a")
    (root / "bin/ifconfig").write_text("#!/bin/sh\necho mine\n")
    assert run(root, *LIMITED, "ifconfig", "-a") == (0, "mine\n", "")
    (root / "bin/ifconfig").write_text("#!/bin/sh\nexec sleep 60\n")
    assert run(root, "timeout", "-k", "1", "0.01", "ifconfig", "-a") == (124, "", "")
    other = root.parent / "ifconfig"
    setup.prepare(root, reset=True)
    other.write_text("#!/bin/sh\necho first on the path\n")
    other.chmod(0o755)
    first = run(root, *LIMITED, "ifconfig", "-aD", PATH=f"{other.parent}:{root}/bin")
    assert first == (0, "first on the path\n", "")


def test_settings_are_those_of_the_files_as_they_are_now(root: Path) -> None:
    main, local = root / "etc/rc.conf", root / "etc/rc.conf.local"
    main.write_text('jail_list="a"\n')
    written = main.stat()
    assert run(root, "sysrc", "-ae") == (0, 'jail_list="a"\n', "")
    main.write_text('jail_list="b"\n')
    os.utime(main, ns=(written.st_atime_ns, written.st_mtime_ns))
    assert run(root, "sysrc", "-ae") == (0, 'jail_list="b"\n', "")
    local.write_text('jail_list="c"\n')
    assert run(root, *LIMITED, "sysrc", "-ae") == (0, 'jail_list="c"\n', "")
    local.unlink()
    assert run(root, "sysrc", "-ae") == (0, 'jail_list="b"\n', "")
    (root / "boot.py").write_text("raise SystemExit('Python was asked')\n")
    assert run(root, "sysrc", "-ae") == (0, 'jail_list="b"\n', "")
    main.unlink()
    assert run(root, "sysrc", "-ae") == (1, "", "Python was asked\n")


@pytest.mark.parametrize("hook", ["ifconfig epair1 create", "ifconfig epair1 create 2>/dev/null || true"])
def test_hook_runs_the_command_that_somebody_put_in_place_of_ours(root: Path, hook: str) -> None:
    (root / "bin/ifconfig").write_text(f"#!/bin/sh\necho ran >>'{root.parent}/ran'\n")
    rc, _, err = run(root, "jail", "-c", "name=one", "path=/", "persist", f"exec.prestart={hook}")
    assert (rc, err) == (0, "")
    assert (root.parent / "ran").read_text() == "ran\n"


@pytest.mark.parametrize(
    ("hook", "rc", "err"),
    [
        ("ifconfig epair1 up", 1, "ifconfig: interface epair1 does not exist\njail: ifconfig epair1 up: failed\n"),
        ("ifconfig epair1 up || true", 0, "ifconfig: interface epair1 does not exist\n"),
        ("ifconfig epair1 up 2>/dev/null || true", 0, ""),
        ("ifconfig epair1 up # || true", 1, "jail: /bin/sh -c ifconfig epair1 up # || true: failed\n"),
    ],
)
def test_hook_without_a_process_ends_as_the_shell_would_end_it(root: Path, hook: str, rc: int, err: str) -> None:
    result = run(root, "jail", "-c", "name=one", "path=/", "persist", f"exec.prestart={hook}")
    assert result[0] == rc
    assert result[2].endswith(err)
    assert bool(err) == bool(result[2])
