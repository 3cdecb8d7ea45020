"""`jailtui logs` on the embedded host."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.looking import JailLogs
from jailtui.simhost import setup
from tests.support.program import PROGRAM, environ


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    setup.prepare(tmp_path)
    return tmp_path


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_logs_are_printed_clean_and_the_audit_log_tells_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(folder / "jails/web/var/log/messages", "boot\n\x1b]0;evil\x07said\n")
    where = ("--host", "demo", "--demo-dir", str(folder))
    assert main(["logs", "web", *where]) == Exit.OK
    out, err = capsys.readouterr()
    assert out == "==> /var/log/messages <==\nboot\nsaid\n"
    assert "web: no log: exec.consolelog is not set; to have one: jailtui conf log web path=/var/log/" in err
    assert json.loads((folder / "audit.log").read_text().splitlines()[0])["argv"] == ["jailtui", "logs", "web"]
    assert main(["logs", "mail", *where]) == Exit.FAILED


def test_logs_are_followed_until_ctrl_c(folder: Path) -> None:
    messages = folder / "jails/web/var/log/messages"
    written(messages, "boot\n")
    words = (*PROGRAM, "logs", "web", "-f", "--host", "demo", "--demo-dir", str(folder))
    with subprocess.Popen(words, env=environ(folder / "home"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["==> /var/log/messages <==\n", "boot\n"]
        written(messages, "boot\n\x1b[2Jmore\n")
        assert [process.stdout.readline() for _ in range(2)] == ["==> /var/log/messages <==\n", "more\n"]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 128 + signal.SIGINT


def test_a_link_is_followed_as_the_jail_sees_it_only(folder: Path) -> None:
    written(folder / "secret", "of the host\n")
    written(folder / "jails/web/skeleton/log/messages", "of the jail\n")
    (folder / "jails/web/var").symlink_to("/skeleton")
    (folder / "jails/db/var").symlink_to(folder)
    backend = HostBackend(Host("demo", lambda: local_shell(environment=setup.environment(folder))))
    state = backend.read().state
    web, db = (JailLogs(backend, state, jail) for jail in state.jails if jail.name in ("web", "db"))
    assert [news.lines for news in web.read()] == [("of the jail",)]
    written(folder / "jails/web/skeleton/log/messages", "of the jail\nmore\n")
    assert [news.lines for news in web.read()] == [("more",)]
    (news,) = db.read()
    assert news.lines == ()
    assert "No such file or directory" in news.why


def test_a_collected_file_holds_no_logs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(folder / "nas.json")
    assert main(["collect", file, "--host", "demo", "--demo-dir", str(folder)]) == Exit.OK
    for verb in ("logs", "inside"):
        assert main([verb, "web", "--host", file]) == Exit.UNREACHABLE
        assert "nas.json is a file written by `jailtui collect`" in capsys.readouterr().err
