"""Directories of a manager with hostile names: nothing that a terminal acts on, no command but the one meant."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.hostile.jail_root import ATTACK, RAW
from tests.support.managed_hosts import ManagedHost

JAILS = "usr/local/bastille/jails"
LISTED = ("-rf", "$(id)", "a b", "x;id", "[red]x", ATTACK, "../x", "*", "'q'", "ALL", "shop")
NAMES = ("-rf", "$(id)", "a b", "x;id", "[red]x", f"e{ATTACK}", "new\nline", "ALL", "12", "..x", "*", "'q'", '"d"')


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> ManagedHost:
    """A host of Bastille with a stopped jail of each of these names, which the tests share."""
    managed = ManagedHost(tmp_path_factory.mktemp("hostile") / "host", "Bastille")
    text = (managed.folder / JAILS / "db/jail.conf").read_bytes()
    for name in (*map(str.encode, NAMES), b"r" + RAW):
        folder = managed.folder / JAILS / name.decode("utf-8", "surrogateescape")
        folder.mkdir()
        (folder / "jail.conf").write_bytes(text.replace(b"db", name))
    (managed.folder / JAILS / "link").symlink_to("/etc")
    return managed


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize("words", [("show",), ("doctor",), ("start", "x;id", "-rf", ATTACK, "--dry-run")])
def test_no_name_of_a_directory_acts_on_the_terminal_or_feigns_a_line(
    host: ManagedHost, words: tuple[str, ...], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    options = [word for word in words if word == "--dry-run"]
    names = [word for word in words if word not in options]
    main([*names[:1], *options, *host.words, "--", *names[1:]] if names[1:] else [*names, *host.words])
    out, err = (text.decode() for text in capsysbinary.readouterr())
    assert {char for char in out + err if char not in "\n\t" and not char.isprintable()} == set()
    assert [line for line in (out + err).splitlines() if line.startswith("line/")] == []


def test_a_hostile_name_is_one_word_of_one_command_or_none(
    host: ManagedHost, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"q": "'q'", "ALL": "ALL", "12": "12", "[red]x": "[red]x"}
    assert main(("start", "--by", "jail", "--dry-run", *host.words, "--", *names, "-rf")) == Exit.REFUSED
    lines = [line for line in capsys.readouterr().out.splitlines() if line and not line.startswith("#")]
    commands = [["jail", "-f", f"/{JAILS}/{folder}/jail.conf", "-c", name] for name, folder in names.items()]
    assert [shlex.split(line.removesuffix("&& \\")) for line in lines] == commands
    assert main(("start", "--dry-run", *host.words, "--", *names)) == Exit.REFUSED
    assert "\nbastille" not in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["show", "doctor"])
def test_list_of_a_manager_is_held_back_as_a_name_is(
    tmp_path: Path, verb: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    managed = ManagedHost(tmp_path / "host", "pot")
    lines = ("db", *NAMES[:7], f"{ATTACK}x", "x" * 5000, "Error: [red]no", "line/of/no/jail")
    listed = managed.folder / "listed"
    listed.write_bytes("\n".join(lines).encode() + b"\nr" + RAW + b"\n")
    managed.replace(f"cat {shlex.quote(str(listed))}")
    main([verb, *managed.words])
    out, err = (text.decode() for text in capsysbinary.readouterr())
    assert {char for char in out + err if char not in "\n\t" and not char.isprintable()} == set()
    assert [line for line in out.splitlines() if line.startswith(("line/", "-rf", "a b", "[red]", "Error"))] == []
    assert max(map(len, (out + err).splitlines())) < 200
    assert err.splitlines()[0] == "pot list: a line was not understood: -rf"


@pytest.mark.parametrize(("manager", "plain"), [("pot", ["ALL", "shop"]), ("iocage", ["shop"])])
def test_name_in_a_list_is_one_word_of_a_command_or_of_none(
    manager: str, plain: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    managed = ManagedHost(tmp_path / "host", manager)
    form = "-\t{}\toff\tdown\tjail\t14.2\t-\t-\t-\tno" if manager == "iocage" else "{}"
    (tmp_path / "list").write_text("".join(f"{form.format(name)}\n" for name in LISTED), encoding="utf-8")
    managed.replace(f'[ "$1" = list ] && exec cat {tmp_path}/list')
    main(["start", "--dry-run", *managed.words, "--", *map(managed.manager.in_kernel, LISTED)])
    lines = [line.removesuffix(" && \\") for line in capsys.readouterr().out.splitlines() if line.startswith(manager)]
    assert lines == [f"{manager} start {name}" for name in plain]
