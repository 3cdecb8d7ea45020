"""The host that tests change one after the other is for each as it was made (tests/support/put_back.py)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from tests.support import host_commands
from tests.support.put_back import PutBack


def below(folder: Path) -> dict[Path, object]:
    """All that is in the folder."""
    told: dict[Path, object] = {}
    for path in folder.rglob("*"):
        stat = path.lstat()
        text = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
        told[path] = stat.st_mode, None if path.is_dir() else stat.st_mtime_ns, text
    return told


def damage(folder: Path) -> None:
    etc = folder / "etc"
    etc.joinpath("jail.conf").write_text("# nothing\n")
    etc.joinpath("jail.conf").rename(etc / "jail.conf.old")
    etc.joinpath("rc.conf").chmod(0o600)
    etc.joinpath("more/deep").mkdir(parents=True)
    etc.joinpath("more/deep/file").write_text("more\n")
    etc.joinpath("more/deep/link").symlink_to("/nowhere")
    shutil.rmtree(etc / "jail.conf.d")
    etc.joinpath("jail.conf.d").symlink_to("/etc")
    folder.joinpath("bin/sed").unlink()
    folder.joinpath("bin/sed").write_text("#!/bin/sh\n")
    shutil.rmtree(folder / "jails/web")
    folder.joinpath("jails/web").write_text("a file\n")
    folder.joinpath("var").chmod(0o700)


def test_what_was_done_to_its_folder_is_undone(tmp_path: Path) -> None:
    host = PutBack(tmp_path / "demo")
    made = below(host.folder)
    for _ in range(2):
        damage(host.folder)
        assert below(host.folder) != made
        host.put_back()
        assert below(host.folder) == made


def test_what_it_answered_after_a_change_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = PutBack(tmp_path / "demo")
    host.use(monkeypatch)

    def description() -> str | None:
        backend = HostBackend(Host("demo", lambda: local_shell(environment=host.environment)))
        return next(bridge.description for bridge in backend.read().state.bridges if bridge.name == "bridge0")

    made = description()
    generations = set()
    for text in ("the first", "the second"):
        host_commands.ask(host.folder / "bin/ifconfig", ("bridge0", "description", text), host.environment)
        generations.add((host.folder / "generation").read_text())
        assert description() == text
        host.put_back()
        assert description() == made
    assert len(generations) == 1, "both changes lead to states that only this tells apart"


def test_another_user_of_it_is_not_answered_what_root_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = PutBack(tmp_path / "demo")
    host.use(monkeypatch)
    users = []
    for user in ("root", "alice"):
        environment = {**host.environment, "JAILTUI_SIM_USER": user}
        _, out, _ = local_shell(environment=environment).run("id -un\n", ("==mark",), 10)
        users.append(out)
    assert users == ["root\n", "alice\n"]
