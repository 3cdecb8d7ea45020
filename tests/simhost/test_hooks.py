"""Hooks run on the simulated host's own commands, whatever path and quoting they name them by."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.simhost import machine, setup
from jailtui.simhost.tools import hook_paths, hooks

BIN = "/d/bin"
FOLDERS = ("/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin", "/rescue")

SPELLINGS = (
    "{tool} create",
    '"{tool}" create',
    "'{tool}' create",
    "true; {tool} create",
    "true && {tool} create",
    "false || {tool} create",
    "x=$({tool} create)",
    "x=`{tool} create`",
    "if {tool} create; then true; fi",
    "A=1 {tool} create",
    "t={tool}; $t create",
    "( {tool} create )",
    "eval '{tool} create'",
    "sh -c '{tool} create'",
    '/bin/sh -c "{tool} create"',
    "env -u A {tool} create",
    "command -p {name} create",
    "command {tool} create",
    "for t in {tool}; do $t create; done",
    "true\n{tool} create",
    "PATH={folder}:$PATH; {name} create",
    "PATH={folder} {name} create",
    "cd /; {tool} create",
)
"""Ways in which a hook may come to a tool."""


@pytest.fixture
def host(tmp_path: Path) -> dict[str, str]:
    return setup.prepare(tmp_path / "demo")


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a host without jails, for hooks that leave it as it is."""
    root = tmp_path_factory.mktemp("booted") / "host"
    machine.booted(root)
    return setup.environment(root)


@pytest.fixture
def traps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tools that write a file when they run, in a folder that is mapped like /sbin and leads the caller's PATH."""
    folder = tmp_path / "traps"
    folder.mkdir()
    for name in ("ifconfig", "jail", "jexec", "route", "trapped"):
        (folder / name).write_text(f"#!/bin/sh\necho {name} >>{tmp_path}/marker\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setattr(hooks, "TOOL_FOLDERS", (*hooks.TOOL_FOLDERS, str(folder).strip("/")))
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def mapped(command: str, bindir: str) -> list[str]:
    return [hooks.map_paths(word, bindir) for word in hooks.words(command)]


def run(command: str, env: dict[str, str]) -> int | None:
    bindir = env["PATH"]
    return hooks.wait(
        hooks.start(mapped(command, bindir), hooks.environment(dict(os.environ) | env, bindir), bindir), 20
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", ["ifconfig", "trapped"])
def test_no_spelling_of_a_hook_reaches_a_real_tool(
    spelling: str, name: str, booted: dict[str, str], traps: Path, tmp_path: Path
) -> None:
    before = Path(booted["JAILTUI_SIM"]).read_bytes()
    run(spelling.format(tool=traps / name, name=name, folder=traps), booted)
    assert not (tmp_path / "marker").exists()
    assert Path(booted["JAILTUI_SIM"]).read_bytes() == before, "no hook here changes the host that they share"


def test_the_traps_do_spring_without_the_mapping(traps: Path, tmp_path: Path) -> None:
    subprocess.run([traps / "trapped"], check=True)
    assert (tmp_path / "marker").read_text() == "trapped\n"


def test_a_classic_hook_changes_the_simulated_host(host: dict[str, str]) -> None:
    assert run("/sbin/ifconfig epair77 create up", host) == 0
    listed = subprocess.run([host["PATH"] + "/ifconfig", "-l"], env=host, capture_output=True, text=True, check=True)
    assert "epair77a epair77b" in listed.stdout


def test_a_tool_the_host_does_not_have_is_not_found(host: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run("/usr/local/bin/nosuchtool x || exit 9", host) == 9
    assert "not found" in capfd.readouterr().err


def test_a_command_without_shell_characters_is_executed_directly() -> None:
    assert hooks.words("/sbin/ifconfig  epair1 create") == ["/sbin/ifconfig", "epair1", "create"]
    assert mapped("/sbin/ifconfig epair1 create", BIN) == [
        "/d/bin/ifconfig",
        "epair1",
        "create",
    ]


def test_a_command_with_shell_characters_goes_to_the_shell_and_is_shown_so() -> None:
    text = "/sbin/ifconfig epair1a destroy || true"
    assert hooks.words(text) == ["/bin/sh", "-c", text]
    assert hooks.shown(text) == f"/bin/sh -c {text}"


def test_a_final_ampersand_alone_is_no_shell_character() -> None:
    assert hooks.words("/bin/sleep 5 &") == ["/bin/sleep", "5"]
    assert hooks.in_background("/bin/sleep 5 &")


@pytest.mark.parametrize(
    ("text", "mapped"),
    [
        ("PATH=/sbin:/usr/sbin:/x", "PATH=/d/bin:/d/bin:/x"),
        ("/usr//sbin/./jexec a", "/d/bin/./jexec a"),
        ('/s"bin"/ifconfig', '/d/bin""/ifconfig'),
        ("/etc/../sbin/ifconfig", "/etc/../d/bin/ifconfig"),
        ("/jails/web/sbin/init", "/jails/web/sbin/init"),
        ("/usr/local/etc/x /sbin.old/x", "/usr/local/etc/x /sbin.old/x"),
    ],
)
def test_folders_of_tools_are_mapped_and_their_likes_are_not(text: str, mapped: str) -> None:
    assert hooks.map_paths(text, BIN) == mapped


PIECES = (*'/.a- "\\', "..", "bin", "sbin", "usr", "local", "libexec", "ifconfig", "command ", "-p")


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_plain_words_are_mapped_as_the_expression_maps_them(text: str) -> None:
    assert hooks.map_paths(text, BIN) == hook_paths.mapped(text, BIN, hooks.TOOL_FOLDERS)


@given(st.text(alphabet="abc /;'\"$()`&|=.\n", max_size=20), st.sampled_from(FOLDERS), st.text("abc ;'\"", max_size=9))
def test_mapping_twice_changes_nothing_more_and_leaves_no_tool_folder(before: str, folder: str, after: str) -> None:
    once = hooks.map_paths(f"{before} {folder}/ifconfig {after}", "/nowhere")
    assert hooks.map_paths(once, "/nowhere") == once
    assert f" {folder}/" not in once


def test_only_commands_of_the_host_are_executed(host: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "own"
    script.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    script.chmod(0o755)
    bindir = host["PATH"]
    assert hooks.executable(str(script), bindir) is None
    assert hooks.executable("../own", bindir) is None
    assert hooks.executable("ifconfig", bindir) == f"{bindir}/ifconfig"
    assert hooks.executable(f"{bindir}/ifconfig", bindir) == f"{bindir}/ifconfig"


def test_a_clean_environment_keeps_only_what_jail_8_sets_and_the_simulation_needs() -> None:
    base = {"SECRET": "x", "LC_ALL": "C", "JAILTUI_ROOT": "/d", "PATH": "/sbin"}
    variables = hooks.environment(base, BIN, jid=4, clean=True)
    assert set(variables) == {"HOME", "SHELL", "USER", "TERM", "PATH", "LC_ALL", "JAILTUI_ROOT", "JAILTUI_SIM_JID"}
    assert (variables["PATH"], variables["JAILTUI_SIM_JID"]) == (BIN, "4")


def test_a_hook_on_the_host_is_told_its_jail_and_acts_outside_it() -> None:
    variables = hooks.environment({"JAILTUI_SIM_JID": "9"}, BIN, jail=(4, "web", "/jails/web"))
    assert (variables["JID"], variables["JNAME"], variables["JPATH"]) == ("4", "web", "/jails/web")
    assert "JAILTUI_SIM_JID" not in variables


def test_a_command_that_outlives_its_time_is_killed(host: dict[str, str]) -> None:
    bindir = host["PATH"]
    pid = hooks.start([f"{bindir}/sleep", "60"], hooks.environment(host, bindir), bindir)
    assert hooks.wait(pid, 0.2) is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_signal_that_ended_a_command_is_told(host: dict[str, str]) -> None:
    assert run("kill -9 $$", host) == -9
