"""start, stop and restart of a manager's jail: by the manager's command, without it, and where it fails or hangs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.carryout import carry_out
from jailtui.cli.hosts import Choice, open_host
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.config.managers import BY_NAME
from jailtui.exchange import Verb
from jailtui.preferences import Config
from tests.support.managed_hosts import RELEASES, ManagedHost
from tests.support.waiting import until

Capsys = pytest.CaptureFixture[str]
CASES = [pytest.param(name, RELEASES[at % 3], id=name) for at, name in enumerate(BY_NAME) if name != "ezjail"]
FILE = "/usr/local/bastille/jails/db/jail.conf"


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def ask(host: ManagedHost, *words: str) -> int:
    return main([*words, "--host", "demo", "--demo-dir", str(host.folder)])


def bastille(tmp_path: Path, body: str | None = None) -> ManagedHost:
    """A host of Bastille, whose command is this script, or missing."""
    host = ManagedHost(tmp_path / "host", "Bastille")
    host.replace(body)
    return host


@pytest.mark.parametrize(("manager", "release"), CASES)
def test_restart_and_stop_by_the_manager_leave_nothing(
    manager: str, release: str, tmp_path: Path, capsys: Capsys
) -> None:
    host = ManagedHost(tmp_path / "host", manager, release)
    web = host.manager.in_kernel("web")
    assert ask(host, "restart", web, "--yes") == Exit.OK
    command = host.manager.argv(Verb.RESTART, "web") or host.manager.argv(Verb.START, "web")
    assert f"$ {' '.join(command)}\n" in capsys.readouterr().err
    assert host.running() == [web]
    assert ask(host, "stop", web, "--yes") == Exit.OK
    text = capsys.readouterr()
    assert f"$ {' '.join(host.manager.argv(Verb.STOP, 'web'))}\n" in text.err
    assert text.out == f"{web} is stopped.\n"
    assert host.running() == []
    assert host.left_over() == []


@pytest.mark.parametrize(("by", "command"), [("manager", "bastille start db"), ("jail", f"jail -f {FILE} -c db")])
def test_stopped_jail_of_bastille_is_started(by: str, command: str, tmp_path: Path, capsys: Capsys) -> None:
    host = ManagedHost(tmp_path / "host", "Bastille")
    assert ask(host, "start", "db", "--yes", "--by", by) == Exit.OK
    text = capsys.readouterr()
    assert f"$ {command}\n" in text.err
    assert "  db: created\n" in text.err
    assert text.out == "db runs, jid 2, 192.168.1.82/24.\n"
    assert ask(host, "show", "--json") == Exit.OK
    jails = json.loads(capsys.readouterr().out)["jails"]
    assert {jail["name"]: (jail["state"], jail["manager"]) for jail in jails} == dict.fromkeys(
        ("web", "db"), ("running", "Bastille")
    )


def test_without_bastille_jail8_takes_its_file_and_leaves_nothing(tmp_path: Path, capsys: Capsys) -> None:
    host = bastille(tmp_path)
    assert ask(host, "stop", "web", "--yes") == Exit.OK
    assert "$ jail -f /usr/local/bastille/jails/web/jail.conf -r web\n" in capsys.readouterr().err
    assert host.left_over() == []


@pytest.mark.parametrize("status", [0, 3])
def test_manager_that_fails_is_reported_whatever_its_exit_status(status: int, tmp_path: Path, capsys: Capsys) -> None:
    host = bastille(tmp_path, f"echo 'no space left'\nexit {status}")
    assert ask(host, "stop", "web", "--yes") == Exit.FAILED
    text = capsys.readouterr()
    assert "$ bastille stop web\n  no space left\n" in text.err
    assert ("  exit status 3\n" in text.err) is (status == 3)
    assert text.out == "web still runs, jid 1.\n"
    assert host.running() == ["web"]


def test_manager_that_hangs_is_left_at_the_time_limit_and_the_host_read_anew(tmp_path: Path, capsys: Capsys) -> None:
    host = bastille(tmp_path, 'while [ ! -e "$JAILTUI_ROOT/tmp/go" ]; do sleep 0.02; done')
    backend = open_host(Choice(host="demo", demo_dir=host.folder), Config(step_limit=0.1))
    before = backend.read()
    assert carry_out(backend.plan(Verb.STOP, before, ["web"]), backend, before, yes=True) == Exit.FAILED
    text = capsys.readouterr()
    assert "still running after 0.1 s; it continues on the host (`jailtui steps`)" in text.err
    assert text.out == "web still runs, jid 1.\n"
    (host.folder / "tmp/go").touch()
    until(lambda: ended(backend))


def ended(backend: HostBackend) -> bool:
    return all(step.status is not None for step in backend.steps())
