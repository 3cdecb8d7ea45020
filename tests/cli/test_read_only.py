"""--read-only, and read_only in the configuration file: nothing on a host is changed, and nothing of this machine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.simhost import setup
from tests.support.put_back import PutBack
from tests.support.verbs import Demo

Capsys = pytest.CaptureFixture[str]

CHANGES = [
    ("start", "mail"),
    ("stop", "web"),
    ("restart", "web"),
    ("reclaim", "--all"),
    ("conf", "network", "web", "address=192.168.1.77/24"),
    ("conf", "rename", "mail", "name=post"),
    ("conf", "new", "name=www", "address=192.168.1.99/24"),
    ("conf", "set", "web", "allow.raw_sockets"),
    ("conf", "unset", "web", "allow.mount"),
    ("undo",),
]


def texts_below(folder: Path) -> dict[str, bytes]:
    """The state of the embedded host and its files, but for those that a reading writes."""
    files = (path for path in [folder / "state", *(folder / "etc").rglob("*")] if path.is_file())
    return {str(path): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> PutBack:
    """An embedded host with a save to undo."""
    folder = tmp_path_factory.mktemp("saved")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        demo = Demo(folder / "demo")
        assert main(["conf", "set", "web", "allow.mount", "--yes", *demo.words]) == Exit.OK
    return PutBack(demo.folder)


@pytest.fixture
def saved_once(saved: PutBack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """That host as it then was."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    saved.put_back()
    saved.use(monkeypatch)
    return Demo(saved.folder)


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_no_verb_changes_a_host_that_is_only_to_be_looked_at(
    words: tuple[str, ...], saved_once: Demo, tmp_path: Path, capsys: Capsys
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("read_only: true\n")
    before = texts_below(saved_once.folder)
    for option, reason in (
        (("--read-only",), "--read-only was given"),
        (("--config", str(config)), "the configuration file sets read_only"),
    ):
        capsys.readouterr()
        assert main([*option, *words, "--yes", *saved_once.words]) == Exit.REFUSED
        assert capsys.readouterr().err.splitlines()[-1] == f"jailtui: {reason}"
    assert texts_below(saved_once.folder) == before
    assert main([*words, "--yes", *saved_once.words]) == Exit.OK, "it is the option that refuses"


def test_the_plan_is_still_shown(demo: Demo, capsys: Capsys) -> None:
    assert main(["--read-only", "stop", "web", "--dry-run", *demo.words]) == Exit.OK
    assert "jail -r web" in capsys.readouterr().out


def test_a_file_of_this_machine_is_neither_saved_nor_restored(tmp_path: Path, capsys: Capsys) -> None:
    file = tmp_path / "jail.conf"
    file.write_text("web { path = /jails/web; }\n")
    change = ["conf", "set", "web", "path", "/jails/www", "--file", str(file), "--yes"]
    assert main(["--read-only", *change]) == Exit.REFUSED
    assert file.read_text() == "web { path = /jails/web; }\n"
    assert main(change) == Exit.OK
    after = file.read_text()
    assert main(["--read-only", "undo", "--file", str(file), "--yes"]) == Exit.REFUSED
    assert file.read_text() == after
    assert capsys.readouterr().err.count("jailtui: --read-only was given\n") == 2


def test_without_root_and_without_become_nothing_is_changed_and_one_line_says_why(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(setup, "prepare", partial(setup.prepare, user="alice"))
    for words in (["stop", "web"], ["conf", "set", "proxy", "allow.raw_sockets"], ["undo"]):
        assert main([*words, "--yes", *demo.words]) == Exit.REFUSED
        assert capsys.readouterr().err.splitlines()[-1] == "jailtui: alice is not root: jails can only be looked at"
